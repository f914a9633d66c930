"""What finance works on: money that is owed (应付), payout batches, result files, reversals (冲正)."""

from django.db import models
from django.db.models import Q


class PayoutBatch(models.Model):
    """One file of payouts (打款批次) of one shop and channel. Its rows are locked until the result is known."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    channel = models.CharField(max_length=12)
    rows = models.PositiveIntegerField()
    amount_fen = models.BigIntegerField()
    made_by = models.CharField(max_length=48)
    made_at = models.DateTimeField()
    cancelled_by = models.CharField(max_length=48, blank=True, default="")
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "number"], name="payout_batch_number")]
        indexes = [models.Index(fields=["shop", "-made_at", "-id"], name="payout_batch_recent")]


class Payable(models.Model):
    """Money that was granted and waits to be paid (待打款), one row per case and round; a later round follows a reversal.

    Never a second ledger: `amount_fen` is what the ledger says is granted and not executed. `due_at` is the soonest of
    the case's clocks at the grant. `delayed_at`: the payment channel is late, the buyer is told every day (R744).
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    flow = models.CharField(max_length=16)
    case_id = models.BigIntegerField()
    number = models.CharField(max_length=24)
    round = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12)
    state_at = models.DateTimeField()
    amount_fen = models.BigIntegerField()
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=48)
    due_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=48, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, null=True, related_name="payables")
    payout_no = models.CharField(max_length=32, blank=True, default="")
    failed_why = models.CharField(max_length=200, blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    delayed_at = models.DateTimeField(null=True)
    delay_why = models.CharField(max_length=200, blank=True, default="")
    delay_notices = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=12, blank=True, default="")
    reference = models.CharField(max_length=64, blank=True, default="")
    paid_by = models.CharField(max_length=48, blank=True, default="")
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flow", "case_id", "round"], name="payable_once"),
            models.UniqueConstraint(fields=["shop", "payout_no"], name="payable_payout_no", condition=~Q(payout_no="")),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payable_positive"),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "granted_at", "id"], name="payable_desk"),
            models.Index(fields=["shop", "state", "due_at", "id"], name="payable_due"),
            models.Index(fields=["shop", "-paid_at", "-id"], name="payable_paid", condition=Q(state="paid")),
            models.Index(fields=["shop", "number"], name="payable_number"),
        ]


class PayoutFile(models.Model):
    """A result file of the bank or Alipay (回盘文件): counted, with the bad rows and why."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    paid = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    paid_fen = models.BigIntegerField(default=0)
    rejects = models.TextField(blank=True, default="")
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["shop", "-at", "-id"], name="payout_file_recent")]


class Reversal(models.Model):
    """冲正 of a payment that was registered by mistake: asked by one person, decided by another, never deleted.

    `again`: the buyer is still owed the money, so a new round waits to be paid; else the grant is taken back too.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    payable = models.ForeignKey(Payable, on_delete=models.PROTECT, related_name="reversals")
    state = models.CharField(max_length=12)
    state_at = models.DateTimeField()
    amount_fen = models.BigIntegerField()
    again = models.BooleanField()
    why = models.CharField(max_length=300)
    asked_by = models.CharField(max_length=48)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=48, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payable"], name="reversal_once", condition=Q(state__in=("asked", "done"))),
        ]
        indexes = [models.Index(fields=["shop", "state", "-asked_at", "-id"], name="reversal_desk")]


class PayoutAccount(models.Model):
    """收款账户 of an order's buyer, asked where money cannot go back the way it was paid (C32). Shown masked; every look
    at the whole of it is in the journal. Empty until she says it; asked again, it is empty again.
    """

    ALIPAY, BANK = "alipay", "bank"

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    asked_by = models.CharField(max_length=48)
    asked_at = models.DateTimeField()
    kind = models.CharField(max_length=8, blank=True, default="")
    holder = models.CharField(max_length=60, blank=True, default="")
    account = models.CharField(max_length=60, blank=True, default="")
    bank = models.CharField(max_length=60, blank=True, default="")
    told_at = models.DateTimeField(null=True)
