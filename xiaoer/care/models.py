"""Orders watched after their success (订单跟踪), what was noticed about them, and how buyers were contacted."""

from django.db import models
from django.db.models import Q


class OrderWatch(models.Model):
    """One order in the days after its success (R807). `found` are the anomalies nobody has handled yet."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)
    state_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    owner_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    found = models.JSONField(default=list)
    news = models.CharField(max_length=120, blank=True, default="")
    contacts = models.PositiveSmallIntegerField(default=0)
    contacted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="watch_desk"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="watch_recent"),
            models.Index(fields=["customer"], name="watch_customer", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"GZ{self.pk:06d}"


class WatchSign(models.Model):
    """Something noticed about a watched order (异常/动态): `kind` of rules.SIGNS, `ref` what told us ("parcel:3")."""

    watch = models.ForeignKey(OrderWatch, on_delete=models.CASCADE, related_name="signs")
    kind = models.CharField(max_length=16)
    ref = models.CharField(max_length=48, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["watch", "at"], name="sign_watch")]
        constraints = [
            models.UniqueConstraint(fields=["watch", "kind"], name="sign_open_once", condition=Q(handled_at=None))
        ]


class WatchContact(models.Model):
    """The buyer was contacted by us (主动联系): how, with which words, and what came of it. Append-only."""

    watch = models.ForeignKey(OrderWatch, on_delete=models.CASCADE, related_name="calls")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16)
    script = models.CharField(max_length=24, blank=True, default="")
    text = models.CharField(max_length=500, blank=True, default="")
    outcome = models.CharField(max_length=12)
    note = models.CharField(max_length=300, blank=True, default="")
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="contact_buyer")]


class CareCall(models.Model):
    """One planned follow-up (跟踪回访, R632-R647): whom, about what, when at the earliest and the latest, what came of it.

    `kind` is what it follows (rules of C25): a purchase, a repair, a complaint, an activity, or something asked for by
    hand; `round` 2 is the second call, which must not repeat the first. `source` is what it hangs on ("complaint:3").
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)
    state_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    owner_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12)
    round = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(max_length=48)
    about = models.CharField(max_length=200, blank=True, default="")
    topic = models.CharField(max_length=12, blank=True, default="")
    words = models.CharField(max_length=500, blank=True, default="")
    call_from = models.DateTimeField()
    call_until = models.DateTimeField()
    call_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    demand = models.CharField(max_length=500, blank=True, default="")
    promised_at = models.DateTimeField(null=True)
    solution = models.CharField(max_length=500, blank=True, default="")
    complaint_id = models.BigIntegerField(null=True)
    planned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind", "round"], name="care_call_once")]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="care_call_desk"),
            models.Index(fields=["shop", "-planned_at", "-id"], name="care_call_recent"),
            models.Index(fields=["customer", "-planned_at"], name="care_call_buyer"),
            models.Index(fields=["shop", "-ended_at"], name="care_call_ended", condition=Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"HF{self.pk:06d}"


class CallNote(models.Model):
    """One telephone call with a customer (电话记录, R637, R645): ours or hers, its key points. Append-only."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey(CareCall, null=True, on_delete=models.PROTECT, related_name="notes")
    voice_call = models.BigIntegerField(null=True, unique=True)
    incoming = models.BooleanField(default=False)
    kind = models.CharField(max_length=12)
    reached = models.BooleanField()
    running = models.CharField(max_length=300, blank=True, default="")
    opinion = models.CharField(max_length=300, blank=True, default="")
    points = models.CharField(max_length=1000, blank=True, default="")
    demand = models.CharField(max_length=500, blank=True, default="")
    satisfaction = models.PositiveSmallIntegerField(null=True)
    handled = models.CharField(max_length=300, blank=True, default="")
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["shop", "-at", "-id"], name="call_note_recent"),
            models.Index(fields=["customer", "-at"], name="call_note_buyer"),
        ]


class CareFile(models.Model):
    """The customer file (客户档案基本资料表, R633, R649). Its list is ours: the seed's clause is missing (R681, B47)."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    customer = models.OneToOneField("customers.Customer", on_delete=models.PROTECT, related_name="+")
    needs = models.CharField(max_length=500, blank=True, default="")
    interests = models.CharField(max_length=300, blank=True, default="")
    best_time = models.CharField(max_length=60, blank=True, default="")
    no_calls = models.BooleanField(default=False)
    made_by = models.CharField(max_length=48)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["shop", "-made_at", "-id"], name="care_file_recent")]


class CareLetter(models.Model):
    """A letter that was sent (跟踪服务信函, R646): notice, invitation or answer."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey(CareCall, null=True, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=1000, blank=True, default="")
    sent_by = models.CharField(max_length=20)
    reference = models.CharField(max_length=60, blank=True, default="")
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["shop", "-at", "-id"], name="letter_recent")]


class CareActivity(models.Model):
    """A customers' event or an offer that is announced by telephone two weeks ahead (R643)."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=500)
    held_at = models.DateTimeField()
    letter = models.BooleanField(default=False)
    invited = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["shop", "-held_at", "-id"], name="activity_recent")]


class CareTracker(models.Model):
    """Who does the follow-up of a shop (跟踪业务员, R632), and who stands in while she is away (R647)."""

    shop = models.OneToOneField("people.Shop", on_delete=models.CASCADE, related_name="+")
    clerk = models.BigIntegerField()
    deputy = models.BigIntegerField(null=True)
    deputy_until = models.DateTimeField(null=True)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()


class CareSummary(models.Model):
    """The month's or the year's summary of after-sales service (小结、总结, R648): figures as they were, words, filed."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=7)
    figures = models.JSONField(default=dict)
    text = models.CharField(max_length=4000)
    met_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "period"], name="care_summary_once")]
