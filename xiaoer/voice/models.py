"""Phone calls (电话): what the exchange told, what became of each call, and what is still owed to the caller."""

from django.db import models
from django.db.models import Q

from xiaoer.voice.flow import STATES


class CallerNumber(models.Model):
    """A phone number in full, once per shop. Calls hold only its mask and its hash; this row is read by `unmask`.

    Deleting the row makes every call of that caller anonymous.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    number_hash = models.CharField(max_length=64)
    number = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "number_hash"], name="caller_once")]


class Call(models.Model):
    """One call, incoming or outgoing (来电、去电). Its columns are folded from its `CallEvent`s (voice/flow.py).

    `band` 0 is answered first: VIP buyers and complaints (R697). `agent` is whom it rings at or who speaks; while it
    still waits in the queue, to whom the desk has given it. `tried` are those who let it ring.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    direction = models.CharField(max_length=8, default="inbound")
    state = models.CharField(max_length=12, choices=[(name, label.zh) for name, label in STATES.items()])
    number_mask = models.CharField(max_length=24, blank=True, default="")
    number_hash = models.CharField(max_length=64, blank=True, default="")
    line = models.CharField(max_length=40, blank=True, default="")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+")
    matched = models.CharField(max_length=8, blank=True, default="")
    order_id = models.BigIntegerField(null=True)
    conversation_id = models.BigIntegerField(null=True)
    vip = models.PositiveSmallIntegerField(default=0)
    complaint = models.BooleanField(default=False)
    band = models.PositiveSmallIntegerField(default=1)
    agent = models.ForeignKey("people.Staff", null=True, on_delete=models.SET_NULL, related_name="+")
    team = models.ForeignKey("people.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    tried = models.JSONField(default=list)
    started_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    offered_at = models.DateTimeField(null=True)
    rang_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    held_since = models.DateTimeField(null=True)
    hold_seconds = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True, default="")
    rings = models.PositiveSmallIntegerField(null=True)
    wrapped_at = models.DateTimeField(null=True)
    solved = models.BooleanField(null=True)
    topic = models.CharField(max_length=40, blank=True, default="")
    note = models.CharField(max_length=2000, blank=True, default="")
    guide = models.CharField(max_length=40, blank=True, default="")
    guide_done = models.JSONField(default=list)
    recording_url = models.CharField(max_length=500, blank=True, default="")
    recorded_at = models.DateTimeField(null=True)
    callback_offered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "key"], name="call_once")]
        indexes = [
            models.Index(fields=["shop", "-started_at", "-id"], name="call_recent"),
            models.Index(fields=["agent", "-started_at"], name="call_of_agent"),
            models.Index(fields=["shop", "number_hash", "-started_at"], name="call_of_caller"),
            models.Index(fields=["customer", "-started_at"], name="call_of_customer"),
            models.Index(fields=["shop", "state", "band", "queued_at"], name="call_queue"),
            models.Index(fields=["agent", "state"], name="call_live"),
            models.Index(
                fields=["shop", "-recorded_at", "-id"], name="call_recorded", condition=Q(recorded_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.key


class CallEvent(models.Model):
    """One thing the exchange said of a call, or the desk decided (`offered`, `passed`). Never changed."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="events", db_index=False)
    event_key = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    agent_id = models.BigIntegerField(null=True)
    rings = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=40, blank=True, default="")
    url = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "event_key"], name="call_event_once")]


class Extension(models.Model):
    """Whose telephone it is (分机): how the exchange names an agent."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=24)
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "number"], name="extension_once")]


class FollowUp(models.Model):
    """What is still owed to a caller (待办回访): a call back, or an answer that the call did not bring."""

    OPEN, DONE, DROPPED = "open", "done", "dropped"

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="follow_ups")
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=8, default=OPEN)
    text = models.CharField(max_length=500, blank=True, default="")
    owner = models.ForeignKey("people.Staff", null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    late_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=48, blank=True, default="")
    result = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["shop", "state", "due_at", "id"], name="follow_up_due"),
            models.Index(fields=["owner", "state", "due_at"], name="follow_up_mine"),
        ]


class Assist(models.Model):
    """Consent to view-only screen sharing (远程协助, C19): who agreed, how, and the link. Never a password."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="assists")
    staff = models.ForeignKey("people.Staff", null=True, on_delete=models.SET_NULL, related_name="+")
    consent = models.CharField(max_length=200)
    link = models.CharField(max_length=500)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class DutySpan(models.Model):
    """How long an agent stood in one status (在线时段): what occupancy and efficiency are measured against."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=10)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["shop", "started_at"], name="duty_span_shop"),
            models.Index(fields=["staff", "shop"], name="duty_span_open", condition=Q(ended_at__isnull=True)),
        ]
