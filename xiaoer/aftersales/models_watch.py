"""The supervisor's reminders (催办) and the signatures on registers (登记表签字)."""

from django.db import models
from django.db.models import Q


class Reminder(models.Model):
    """催办 (R015): a supervisor reminds one agent of one case; answered or not, and by when.

    `subject` is the case ("return:12", also of another area); `waited_since` how long it had waited by then.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+", null=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+", null=True)
    subject = models.CharField(max_length=48)
    number = models.CharField(max_length=24)
    agent = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    state_at = models.DateTimeField()
    text = models.CharField(max_length=200, blank=True, default="")
    case_state = models.CharField(max_length=20)
    waited_since = models.DateTimeField()
    asked_by = models.CharField(max_length=48)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "agent"], name="nudge_open", condition=Q(state="asked")),
        ]
        indexes = [
            models.Index(fields=["agent", "state", "asked_at"], name="nudge_agent"),
            models.Index(fields=["subject", "-asked_at"], name="nudge_subject"),
            models.Index(fields=["shop", "-asked_at"], name="nudge_recent"),
        ]


class RegisterSign(models.Model):
    """A signature on a row of a register (签字): who, as what, when. Append-only: a wrong one is signed over."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    register = models.CharField(max_length=24)
    subject = models.CharField(max_length=48)
    place = models.CharField(max_length=16)
    note = models.CharField(max_length=100, blank=True, default="")
    by = models.CharField(max_length=48)
    by_name = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["register", "subject"], name="register_sign")]
