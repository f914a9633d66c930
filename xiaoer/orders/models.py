"""Orders mirrored from the platform (订单), their lines, and the imports that brought them."""

from django.db import models
from django.db.models import Q

from xiaoer.orders.rules import FULFILMENT_NAMES, STATUS_NAMES


class Order(models.Model):
    """One order of one shop as the platform reports it, beside the shop's own fulfilment state (R060, R186).

    Receiver name, phone and address are private: they leave the server masked, or by `unmask`, which is journalled.
    `left_at` is the courier's first real scan: it dispatched then (R193), whenever "ship" was clicked (`shipped_at`).
    Of what was paid, `points_fen` and `red_packet_fen` were not money; `payer` paid for the buyer (代付, R210, R221).
    `version` is the platform's time of the last report taken in; `ordered_at` sorts lists and is never empty.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    order_no = models.CharField(max_length=40)
    kind = models.CharField(max_length=16, default="normal")
    status = models.CharField(max_length=16, choices=[(s.value, t.zh) for s, t in STATUS_NAMES.items()])
    status_text = models.CharField(max_length=60, blank=True, default="")
    fulfilment = models.CharField(
        max_length=12, default="unprinted", choices=[(s.value, t.zh) for s, t in FULFILMENT_NAMES.items()]
    )
    hold = models.CharField(max_length=8, blank=True, default="")
    goods_fen = models.BigIntegerField(null=True)
    freight_fen = models.BigIntegerField(null=True)
    payable_fen = models.BigIntegerField(null=True)
    paid_fen = models.BigIntegerField(null=True)
    discount_fen = models.BigIntegerField(null=True)
    points_fen = models.BigIntegerField(null=True)
    red_packet_fen = models.BigIntegerField(null=True)
    payer = models.CharField(max_length=60, blank=True, default="")
    refunded_fen = models.BigIntegerField(default=0)
    free_shipping = models.BooleanField(default=False)
    receiver_name = models.CharField(max_length=60, blank=True, default="")
    receiver_phone = models.CharField(max_length=32, blank=True, default="")
    receiver_address = models.CharField(max_length=300, blank=True, default="")
    phone_tail = models.CharField(max_length=4, blank=True, default="")
    ordered_at = models.DateTimeField()
    created_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=100, blank=True, default="")
    waybill = models.CharField(max_length=64, blank=True, default="")
    carrier = models.CharField(max_length=40, blank=True, default="")
    buyer_message = models.CharField(max_length=1000, blank=True, default="")
    seller_remark = models.CharField(max_length=1000, blank=True, default="")
    flag = models.CharField(max_length=12, blank=True, default="")
    remarked_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=16)
    version = models.DateTimeField(null=True)
    taken_in_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "order_no"], name="order_no_once"),
            models.CheckConstraint(condition=Q(refunded_fen__gte=0), name="order_refund_not_negative"),
        ]
        indexes = [
            models.Index(fields=["shop", "-ordered_at", "-id"], name="order_recent"),
            models.Index(fields=["customer", "-ordered_at"], name="order_of_customer"),
            models.Index(fields=["shop", "waybill"], name="order_waybill", condition=~Q(waybill="")),
            models.Index(fields=["shop", "phone_tail"], name="order_tail"),
            models.Index(fields=["shop", "status", "-ordered_at"], name="order_status"),
            models.Index(fields=["shop", "-ordered_at"], name="order_cod", condition=Q(kind="cod")),
            models.Index(
                fields=["shop", "fulfilment", "ordered_at", "id"], name="order_to_print", condition=Q(status="paid")
            ),
            models.Index(fields=["shop", "-ordered_at", "-id"], name="order_left", condition=Q(fulfilment="shipped")),
            models.Index(fields=["shop", "fulfilment", "paid_at"], name="order_working", condition=Q(status="paid")),
        ]

    def __str__(self) -> str:
        return self.order_no


class OrderLine(models.Model):
    """One item of an order (子订单 / 宝贝). `summary` marks the single line an order-level report gives."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    line_key = models.CharField(max_length=60)
    line_no = models.PositiveSmallIntegerField()
    sub_no = models.CharField(max_length=40, blank=True, default="")
    title = models.CharField(max_length=300, blank=True, default="")
    sku = models.CharField(max_length=200, blank=True, default="")
    sku_code = models.CharField(max_length=64, blank=True, default="")
    qty = models.PositiveIntegerField(default=1)
    refunded_qty = models.PositiveIntegerField(default=0)
    price_fen = models.BigIntegerField(null=True)
    paid_fen = models.BigIntegerField(null=True)
    paid_said = models.BooleanField(default=False)
    category = models.CharField(max_length=16, default="general")
    status = models.CharField(max_length=16, blank=True, default="")
    summary = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "line_key"], name="line_once"),
        ]


class OrderImport(models.Model):
    """One file of orders: uploaded, mapped, running in the background, done (导入任务)."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "待确认"
        QUEUED = "queued", "排队中"
        RUNNING = "running", "导入中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
    size = models.BigIntegerField()
    encoding = models.CharField(max_length=16, blank=True, default="")
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    rows = models.PositiveIntegerField(default=0)
    done_permille = models.PositiveSmallIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    rejects_path = models.CharField(max_length=300, blank=True, default="")
    problem = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=48)
    by_name = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["shop", "-at", "-id"], name="import_recent")]


class ImportMapping(models.Model):
    """The column mapping a shop chose for a file layout, remembered by the fingerprint of its headings."""

    shop = models.ForeignKey("people.Shop", on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=32)
    mapping = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "fingerprint"], name="mapping_once")]


# isort: off
from xiaoer.orders.models_money import (  # noqa: E402
    BankTransfer as BankTransfer,
    CodCall as CodCall,
    CodConfirmation as CodConfirmation,
    Invoice as Invoice,
    InvoiceRun as InvoiceRun,
    TransferArrival as TransferArrival,
)
from xiaoer.orders.models_parcel import (  # noqa: E402
    CourierDesk as CourierDesk,
    CoverageRow as CoverageRow,
    Parcel as Parcel,
    ParcelAlert as ParcelAlert,
    ParcelOrder as ParcelOrder,
    ParcelTrace as ParcelTrace,
)
from xiaoer.orders.models_pay import (  # noqa: E402
    FollowBatch as FollowBatch,
    FollowBatchItem as FollowBatchItem,
    FollowNote as FollowNote,
    FollowUp as FollowUp,
    PaymentReminder as PaymentReminder,
    PresaleCase as PresaleCase,
    UnpaidNote as UnpaidNote,
)
from xiaoer.orders.models_print import (  # noqa: E402
    HandOver as HandOver,
    OrderHold as OrderHold,
    PrintRun as PrintRun,
    PrintSheet as PrintSheet,
)
from xiaoer.orders.models_service import (  # noqa: E402
    RemarkSeen as RemarkSeen,
    ServiceCase as ServiceCase,
    ServiceStep as ServiceStep,
)
