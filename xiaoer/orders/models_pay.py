"""Paying and the daily follow-up: reminders (催付), snoozed unpaid orders, pre-sales (预售), follow-up entries, batches."""

from django.db import models
from django.db.models import Q


class PaymentReminder(models.Model):
    """催付: one agent urges one unpaid order, once (R504, R316). `day` is Beijing's, `nth` counts the buyer's reminders.

    One reminder of an order is being written at a time (`reminder_one_at_a_time`), and two agents who urge two orders
    of one buyer at once cannot both be her n-th of the day (`reminder_nth_of_day`): the database decides who was first.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="reminders")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="taken")
    state_at = models.DateTimeField()
    day = models.DateField()
    nth = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=16, blank=True, default="")
    channel = models.CharField(max_length=12, blank=True, default="")
    text = models.CharField(max_length=500, blank=True, default="")
    conversation = models.BigIntegerField(null=True)
    taken_by = models.CharField(max_length=48)
    taken_by_name = models.CharField(max_length=64, blank=True, default="")
    taken_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], name="reminder_one_at_a_time", condition=Q(state="taken")),
            models.UniqueConstraint(
                fields=["customer", "day", "nth"], name="reminder_nth_of_day", condition=~Q(state="dropped")
            ),
        ]
        indexes = [
            models.Index(fields=["order", "-taken_at"], name="reminder_of_order"),
            models.Index(fields=["shop", "-taken_at", "-id"], name="reminder_recent"),
        ]


class UnpaidNote(models.Model):
    """Why an order is not paid yet (未付款原因), as far as somebody asked, and until when nobody should ask again."""

    order = models.OneToOneField("orders.Order", on_delete=models.CASCADE, related_name="unpaid_note")
    reason = models.CharField(max_length=16, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    snoozed_until = models.DateTimeField(null=True)
    by = models.CharField(max_length=48)
    by_name = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()


class PresaleCase(models.Model):
    """预售 (R504): the deposit is paid, the balance is due in a window, the goods leave at an expected date."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="presale")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16)
    state_at = models.DateTimeField()
    deposit_fen = models.BigIntegerField()
    deposit_at = models.DateTimeField(null=True)
    balance_fen = models.BigIntegerField()
    balance_from = models.DateTimeField()
    balance_until = models.DateTimeField()
    ships_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=48)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(deposit_fen__gte=0, balance_fen__gte=0), name="presale_not_negative"),
            models.CheckConstraint(condition=Q(balance_until__gt=models.F("balance_from")), name="presale_window"),
        ]
        indexes = [models.Index(fields=["shop", "state", "balance_until"], name="presale_due")]


class FollowUp(models.Model):
    """每日跟进 (R430, R737, R738): one thing that is wrong with one order, whose turn it is, and until when.

    `topic` is what it is about (pay, ship, stock, system), `kind` how bad it is now; an order has one open entry per
    topic. `desk` is the post that must act when nobody has taken it (`owner`). `since` is when it went wrong.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="followups")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=8)
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=12)
    state_at = models.DateTimeField()
    desk = models.CharField(max_length=16)
    owner = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", null=True)
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=48)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    solution = models.JSONField(default=dict)
    result = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "topic"], name="followup_open_once", condition=Q(closed_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "due_at", "id"], name="followup_open", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["owner", "due_at", "id"], name="followup_mine", condition=Q(closed_at__isnull=True)),
            models.Index(
                fields=["shop", "-closed_at", "-id"], name="followup_closed", condition=Q(closed_at__isnull=False)
            ),
        ]


class FollowNote(models.Model):
    """What somebody wrote down about an entry."""

    entry = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(max_length=500)
    by = models.CharField(max_length=48)
    by_name = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["entry", "at", "id"], name="follow_note_of")]


class FollowBatch(models.Model):
    """批量处理: looked at first (preview), then carried out in the background, each entry once."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=12)
    values = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="preview")
    total = models.PositiveIntegerField(default=0)
    fine = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=300, blank=True, default="")
    problem = models.CharField(max_length=300, blank=True, default="")
    by = models.CharField(max_length=48)
    by_name = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["shop", "-at", "-id"], name="follow_batch_recent")]


class FollowBatchItem(models.Model):
    """One entry of a batch. `outcome` is empty until it was carried out: a batch that starts again skips the others."""

    batch = models.ForeignKey(FollowBatch, on_delete=models.CASCADE, related_name="items")
    entry = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()
    fine = models.BooleanField()
    why = models.JSONField(default=dict)
    outcome = models.CharField(max_length=8, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "entry"], name="follow_batch_once")]
        indexes = [models.Index(fields=["batch", "place"], name="follow_batch_place", condition=Q(outcome=""))]
