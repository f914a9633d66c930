"""What the guard found and what became of it: the inspectors' and trainers' raw material."""

from django.db import models


class Outcome(models.TextChoices):
    """What happened to a text with findings."""

    SENT = "sent", "已发送（仅记录）"
    BLOCKED = "blocked", "已拦截"
    CONFIRMED = "confirmed", "确认后发送"


class GuardHit(models.Model):
    """One finding in one text (触发记录). Never changed. The text itself is kept only as a digest and a short,
    number-free excerpt: it may hold the data that must not leave.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    conversation_id = models.BigIntegerField(null=True)
    staff = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=64)
    level = models.CharField(max_length=8)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reason = models.CharField(max_length=200, default="", blank=True)
    digest = models.CharField(max_length=64)
    excerpt = models.CharField(max_length=80)
    key = models.CharField(max_length=64, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["shop", "-at"], name="guard_hit_shop"),
            models.Index(fields=["conversation_id"], name="guard_hit_conversation"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "key", "rule", "outcome"], name="guard_hit_once", condition=~models.Q(key="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.outcome}"
