"""What the guard found and what became of it, a shop's own rules in numbered versions, and agents' appeals."""

from django.db import models


class Outcome(models.TextChoices):
    """What happened to a text with findings."""

    SENT = "sent", "已发送（仅记录）"
    BLOCKED = "blocked", "已拦截"
    CONFIRMED = "confirmed", "确认后发送"
    WARNED = "warned", "提醒后未发送"
    REWORDED = "reworded", "看到提示后改写"
    ASKED = "asked", "买家敏感提问"


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


class GuardRuleset(models.Model):
    """One version of a shop's own rules (店铺规则版本): a draft until a second person publishes it, then never changed.

    `rules` are the shop's rules, `overrides` what it changed of the shipped ones, by rule id. `editors` are all who
    touched the draft: none of them may publish it (四眼原则). `base` is the version the draft was made from.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16)
    state_at = models.DateTimeField()
    version = models.PositiveIntegerField(null=True)
    base = models.PositiveIntegerField(default=0)
    restores = models.PositiveIntegerField(null=True)
    rules = models.JSONField(default=list)
    overrides = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, default="", blank=True)
    editors = models.JSONField(default=list)
    edits = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=500, default="", blank=True)
    answer = models.CharField(max_length=500, default="", blank=True)
    made_by = models.CharField(max_length=48)
    made_by_name = models.CharField(max_length=64, default="")
    made_at = models.DateTimeField()
    published_by = models.CharField(max_length=48, default="", blank=True)
    published_by_name = models.CharField(max_length=64, default="", blank=True)
    published_at = models.DateTimeField(null=True)

    customer_id = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "version"], name="guard_ruleset_version"),
            models.UniqueConstraint(
                fields=["shop"], name="guard_ruleset_one_draft", condition=models.Q(state__in=["draft", "submitted"])
            ),
            models.UniqueConstraint(
                fields=["shop"], name="guard_ruleset_one_published", condition=models.Q(state="published")
            ),
        ]


class GuardAppeal(models.Model):
    """An agent says that the guard was wrong (误拦申诉). Text and history are masked copies made when she said so."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16)
    state_at = models.DateTimeField()
    rule = models.CharField(max_length=64)
    level = models.CharField(max_length=8)
    verdict = models.CharField(max_length=8)
    text = models.TextField()
    span = models.JSONField(default=list)
    history = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    conversation_id = models.BigIntegerField(null=True)
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    answer = models.CharField(max_length=300, default="", blank=True)
    improved = models.CharField(max_length=16, default="", blank=True)
    decided_by = models.CharField(max_length=48, default="", blank=True)
    decided_by_name = models.CharField(max_length=64, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    customer_id = None

    class Meta:
        indexes = [
            models.Index(fields=["shop", "state", "-at"], name="guard_appeal_box"),
            models.Index(fields=["shop", "-at"], name="guard_appeal_shop"),
            models.Index(fields=["staff", "-at"], name="guard_appeal_mine"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "staff", "rule", "digest"],
                name="guard_appeal_once",
                condition=models.Q(state="open"),
            )
        ]
