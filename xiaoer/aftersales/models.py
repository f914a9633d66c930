"""After-sales cases, their lines, the money ledger, and parcels that belong to no case yet (无头件)."""

from django.db import models
from django.db.models import F, Q

from xiaoer.aftersales.reasons import FAULTS


def soonest(name: str) -> models.Index:
    """The index of a flow's worklists: running cases by their soonest clock. A case that ended has none. The shop stands
    behind, so that one walk serves a viewer of any number of shops."""
    return models.Index(
        fields=["due_at", "id", "shop", "state"], name=f"{name}_soonest", condition=Q(due_at__isnull=False)
    )


def by_platform_no(name: str) -> models.Index:
    """Searching the platform's number (退款编号) reads one index, also where most cases have none: SQLite uses an index
    with a condition only where the query says the condition in the same words, which Django's never does."""
    return models.Index(fields=["platform_no"], name=f"{name}_by_platform_no")


class CaseRow(models.Model):
    """What every after-sales case has, whatever its flow. One case belongs to one order.

    `due_at` is the soonest of its running clocks, kept for sorting. `platform_clocks` are due times that the platform
    told us; they replace the ones computed from rules. `freight` is the verdict of the matrix (C08) in words.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    platform_no = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=20)
    state_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=48)
    reason = models.CharField(max_length=20, blank=True, default="")
    responsibility = models.CharField(max_length=10, default="unknown", choices=[(c, t.zh) for c, t in FAULTS.items()])
    note = models.CharField(max_length=500, blank=True, default="")
    photos = models.JSONField(default=list)
    goodwill = models.BooleanField(default=False)
    shipped = models.BooleanField(default=True)
    requested_fen = models.BigIntegerField(default=0)
    granted_fen = models.BigIntegerField(null=True)
    goods_fen = models.BigIntegerField(null=True)
    freight_out_fen = models.BigIntegerField(default=0)
    freight_back_fen = models.BigIntegerField(default=0)
    freight = models.JSONField(default=dict)
    refused_why = models.CharField(max_length=20, blank=True, default="")
    answer = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.CharField(max_length=48, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    platform_clocks = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


class GoodsBackRow(CaseRow):
    """A case whose goods come back over the return dock: the parcel, the receipt, and the parcel sent to the buyer."""

    carrier = models.CharField(max_length=12, blank=True, default="")
    waybill = models.CharField(max_length=40, blank=True, default="")
    shipped_at = models.DateTimeField(null=True)
    advanced_fen = models.BigIntegerField(default=0)
    return_address = models.JSONField(default=dict)
    received_at = models.DateTimeField(null=True)
    receipt = models.JSONField(default=dict)
    back_carrier = models.CharField(max_length=12, blank=True, default="")
    back_waybill = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class ReturnCase(GoodsBackRow):
    """退货退款: the goods come back, then the money goes out."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "number"], name="return_number"),
            models.UniqueConstraint(
                fields=["shop", "platform_no"], name="return_platform_no", condition=~Q(platform_no="")
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="return_desk"),
            soonest("return"),
            by_platform_no("return"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="return_recent"),
            models.Index(fields=["waybill"], name="return_waybill"),
            models.Index(fields=["order"], name="return_order"),
            models.Index(fields=["customer", "-opened_at"], name="return_customer"),
        ]


class RefundOnlyCase(CaseRow):
    """仅退款: the money goes back and no goods move."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "number"], name="refund_number"),
            models.UniqueConstraint(
                fields=["shop", "platform_no"], name="refund_platform_no", condition=~Q(platform_no="")
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="refund_desk"),
            soonest("refund"),
            by_platform_no("refund"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="refund_recent"),
            models.Index(fields=["order"], name="refund_order"),
            models.Index(fields=["customer", "-opened_at"], name="refund_customer"),
        ]


class CaseLine(models.Model):
    """One bought line inside a case: asked for, received, damaged, granted (申请/实收/破损/应退)."""

    flow = models.CharField(max_length=16)
    case_id = models.BigIntegerField()
    order_line = models.ForeignKey("orders.OrderLine", on_delete=models.PROTECT, related_name="+")
    requested = models.PositiveIntegerField()
    received = models.PositiveIntegerField(null=True)
    damaged = models.PositiveIntegerField(default=0)
    requested_fen = models.BigIntegerField(default=0)
    granted_qty = models.PositiveIntegerField(default=0)
    granted_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flow", "case_id", "order_line"], name="case_line_once"),
            models.CheckConstraint(condition=Q(damaged=0) | Q(damaged__lte=F("received")), name="case_line_damaged"),
        ]


class LineHold(models.Model):
    """How many pieces and how much money of a bought line cases have taken: the guard against asking twice.

    `held` pieces stand in running cases, `gone` pieces and `granted_fen` were granted; together never more than bought.
    """

    order_line = models.OneToOneField("orders.OrderLine", on_delete=models.CASCADE, primary_key=True, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+")
    bought = models.PositiveIntegerField()
    paid_fen = models.BigIntegerField()
    held = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    granted_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(bought__gte=F("held") + F("gone")), name="line_hold_pieces"),
            models.CheckConstraint(condition=Q(paid_fen__gte=F("granted_fen")), name="line_hold_money"),
        ]


class MoneyEntry(models.Model):
    """One line of the append-only money ledger (台账): granted (应退) or executed (已退), per part of the refund.

    A payment registered by mistake stays and a `reversed` line takes it back (冲正); `round` counts the payments of a case.
    """

    GRANTED, EXECUTED, REVERSED = "granted", "executed", "reversed"
    RECEIVED = "received"

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+")
    flow = models.CharField(max_length=16)
    case_id = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    part = models.CharField(max_length=12)
    amount_fen = models.BigIntegerField()
    round = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=12, blank=True, default="")
    reference = models.CharField(max_length=64, blank=True, default="")
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["flow", "case_id"], name="money_case")]
        constraints = [
            models.UniqueConstraint(
                fields=["flow", "case_id", "part", "round"], name="money_executed_once", condition=Q(kind="executed")
            ),
            models.UniqueConstraint(
                fields=["shop", "channel", "reference", "part"],
                name="money_reference_once",
                condition=Q(kind="executed") & ~Q(reference=""),
            ),
        ]


class CaseNote(models.Model):
    """An internal word on a case (内部备注): typed with a move or by itself. Buyers never see it."""

    flow = models.CharField(max_length=16)
    case_id = models.BigIntegerField()
    verb = models.CharField(max_length=24, blank=True, default="")
    text = models.CharField(max_length=500)
    photos = models.JSONField(default=list)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["flow", "case_id"], name="case_note")]


class CaseCounter(models.Model):
    """The last number given out per shop, flow and day."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    prefix = models.CharField(max_length=16)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "prefix"], name="case_counter_once")]


class StrayParcel(models.Model):
    """A parcel at the dock that fits no case (无头件): kept until somebody finds whose it is."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    waybill = models.CharField(max_length=40)
    carrier = models.CharField(max_length=12, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    photos = models.JSONField(default=list)
    slip = models.JSONField(default=dict)
    registered_by = models.CharField(max_length=48)
    registered_at = models.DateTimeField()
    flow = models.CharField(max_length=16, blank=True, default="")
    case_id = models.BigIntegerField(null=True)
    matched_by = models.CharField(max_length=48, blank=True, default="")
    matched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "waybill"], name="stray_once")]
        indexes = [models.Index(fields=["shop", "matched_at", "-registered_at"], name="stray_open")]


# isort: off
from xiaoer.aftersales.models_compensation import (  # noqa: E402
    CompensationBudget as CompensationBudget,
    CompensationCase as CompensationCase,
)
from xiaoer.aftersales.models_dock import Shelved as Shelved  # noqa: E402
from xiaoer.aftersales.models_exchange import (  # noqa: E402
    ExchangeCase as ExchangeCase,
    PriceDifferenceCase as PriceDifferenceCase,
    WrongShipmentCase as WrongShipmentCase,
)
from xiaoer.aftersales.models_finance import (  # noqa: E402
    Payable as Payable,
    PayoutAccount as PayoutAccount,
    PayoutBatch as PayoutBatch,
    PayoutFile as PayoutFile,
    Reversal as Reversal,
)
from xiaoer.aftersales.models_watch import (  # noqa: E402
    RegisterSign as RegisterSign,
    Reminder as Reminder,
)
from xiaoer.aftersales.models_repair import (  # noqa: E402
    Part as Part,
    PartMove as PartMove,
    PartRequest as PartRequest,
    RepairCase as RepairCase,
    RepairCharge as RepairCharge,
    RepairPrice as RepairPrice,
    RepairVisit as RepairVisit,
    ServiceCentre as ServiceCentre,
    Warranty as Warranty,
    WarrantyTerm as WarrantyTerm,
)
from xiaoer.aftersales.models_trouble import (  # noqa: E402
    OutOfAreaCase as OutOfAreaCase,
    TroubleCase as TroubleCase,
)
from xiaoer.aftersales.models_voucher import (  # noqa: E402
    Coupon as Coupon,
    VoucherLot as VoucherLot,
    VoucherRefund as VoucherRefund,
)
