"""Money papers of orders: invoices (发票), bank transfers (银行转账), confirmations of cash on delivery (货到付款)."""

from django.db import models
from django.db.models import Q


class InvoiceRun(models.Model):
    """One batch handed to the tax tool (开票批次): what was in it is kept, so the same file can be had again.

    `key` is what the browser sends with the press: pressed twice, it is still one run.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    key = models.CharField(max_length=40)
    lines = models.JSONField(default=list)
    invoices = models.PositiveIntegerField()
    amount_fen = models.BigIntegerField()
    by = models.CharField(max_length=48)
    by_name = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "key"], name="invoice_run_once"),
            models.UniqueConstraint(fields=["shop", "number"], name="invoice_run_number"),
        ]
        indexes = [models.Index(fields=["shop", "-at", "-id"], name="invoice_run_recent")]


class Invoice(models.Model):
    """One invoice of one order (发票): asked for, issued, on its way, with the buyer (C28).

    `sort` red is the letter that takes an issued one back (红字发票); an issued row is never changed. `current` marks
    the one blue row that counts for its order. Contents and amount are the order's, fixed at the moment of issue (R360).
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="invoices")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=6, default="blue")
    current = models.BooleanField(default=True)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12)
    state_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    kind = models.CharField(max_length=10)
    type = models.CharField(max_length=10, default="normal")
    title = models.CharField(max_length=100)
    tax_no = models.CharField(max_length=20, blank=True, default="")
    company = models.JSONField(default=dict)
    delivery = models.CharField(max_length=12)
    email = models.CharField(max_length=120, blank=True, default="")
    source = models.CharField(max_length=8)
    note = models.CharField(max_length=300, blank=True, default="")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=48)
    asked_late = models.BooleanField(default=False)
    run = models.ForeignKey(InvoiceRun, on_delete=models.PROTECT, null=True, related_name="rows")
    amount_fen = models.BigIntegerField(null=True)
    content = models.JSONField(default=list)
    code = models.CharField(max_length=20, blank=True, default="")
    number = models.CharField(max_length=24, blank=True, default="")
    issued_at = models.DateTimeField(null=True)
    carrier = models.CharField(max_length=40, blank=True, default="")
    waybill = models.CharField(max_length=64, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    came_back_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(sort="blue", current=True), name="invoice_current"),
            models.UniqueConstraint(fields=["reverses"], condition=Q(current=True), name="invoice_red_once"),
            models.UniqueConstraint(fields=["shop", "code", "number"], condition=~Q(number=""), name="invoice_number"),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "asked_at"], name="invoice_desk"),
            models.Index(fields=["shop", "-asked_at", "-id"], name="invoice_recent"),
            models.Index(fields=["order"], name="invoice_order"),
        ]


class BankTransfer(models.Model):
    """One row of the bank transfer register (银行转账明细表, R061, R062): who pays which order, until the money is there.

    Signed three times: registered by, permitted by (supervisor, C02), received by (finance).
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)
    state_at = models.DateTimeField()
    open = models.BooleanField(default=True)
    payer = models.CharField(max_length=60)
    bank = models.CharField(max_length=60, blank=True, default="")
    amount_fen = models.BigIntegerField()
    received_fen = models.BigIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True, default="")
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=48)
    permitted_at = models.DateTimeField(null=True)
    permitted_by = models.CharField(max_length=48, blank=True, default="")
    received_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=48, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=48, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(open=True), name="transfer_open_once"),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "registered_at"], name="transfer_desk"),
            models.Index(fields=["shop", "-registered_at", "-id"], name="transfer_recent"),
        ]


class TransferArrival(models.Model):
    """One payment that finance saw on the account; a bank's reference counts once per shop."""

    transfer = models.ForeignKey(BankTransfer, on_delete=models.PROTECT, related_name="payments")
    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=64)
    amount_fen = models.BigIntegerField()
    arrived_at = models.DateTimeField()
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "reference"], name="transfer_reference_once")]


class CodConfirmation(models.Model):
    """Confirming a COD order with the buyer before it may leave (货到付款发货前确认, R315, B33).

    `seen` is a fingerprint of receiver, address and amount at the moment of confirming: when they change, a new
    `round` is asked.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="cod_confirmations")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12)
    state_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    calls = models.PositiveSmallIntegerField(default=0)
    answers = models.JSONField(default=dict)
    seen = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=20, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    called_at = models.DateTimeField(null=True)
    called_by = models.CharField(max_length=48, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "round"], name="cod_round_once")]
        indexes = [
            models.Index(fields=["shop", "state", "opened_at"], name="cod_desk"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="cod_recent"),
        ]


class CodCall(models.Model):
    """One attempt to reach the buyer: when, by whom, by which way, what came of it."""

    confirmation = models.ForeignKey(CodConfirmation, on_delete=models.CASCADE, related_name="attempts")
    result = models.CharField(max_length=12)
    channel = models.CharField(max_length=10)
    note = models.CharField(max_length=300, blank=True, default="")
    by = models.CharField(max_length=48)
    at = models.DateTimeField()
