"""Service cases of the order desk (改单、取消、撤回包裹), the steps people signed, and who has read an order's remark."""

from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

ZONE = ZoneInfo("Asia/Shanghai")
PREFIX = {"order_change": "GD", "order_cancel": "QX", "parcel_recall": "CH"}
KIND_NAMES = {"order_change": "改单", "order_cancel": "取消订单", "parcel_recall": "撤回包裹"}


class ServiceCase(models.Model):
    """One request of a buyer about her order before or after it left: change, cancel or recall (flows 1 to 3).

    `fulfilment` is what stood on paper when it was asked, `held` what the warehouse was asked to hand back ("papers",
    "parcel"), `changes` the typed changes (see service_forms), `facts` what later steps wrote down (courier, slip).
    `asked_by` is the account that asked (C04); without it `override` says why it was taken anyway.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=list(KIND_NAMES.items()))
    state = models.CharField(max_length=20)
    state_at = models.DateTimeField()
    waits_for = models.CharField(max_length=12)
    due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=48)
    ended_at = models.DateTimeField(null=True)
    conversation = models.BigIntegerField(null=True)
    asked_by = models.BigIntegerField(null=True)
    override = models.CharField(max_length=200, blank=True, default="")
    changes = models.JSONField(default=list)
    fulfilment = models.CharField(max_length=12)
    held = models.CharField(max_length=8, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    remark = models.CharField(max_length=1000, blank=True, default="")
    facts = models.JSONField(default=dict)
    refund_fen = models.BigIntegerField(null=True)
    refunded_before_fen = models.BigIntegerField(default=0)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "kind"], name="service_one_open", condition=Q(ended_at=None)),
        ]
        indexes = [
            models.Index(fields=["shop", "-opened_at", "-id"], name="service_recent"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="service_open", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["order", "-opened_at"], name="service_order"),
            models.Index(fields=["customer", "-opened_at"], name="service_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """GD20261111-12: what people call it."""
        return f"{PREFIX[self.kind]}{self.opened_at.astimezone(ZONE):%Y%m%d}-{self.pk}"

    @property
    def subject(self) -> str:
        return f"{self.kind}:{self.pk}"


class ServiceStep(models.Model):
    """One step of a service case: who took it, when, and what was signed or said with it. Append-only."""

    case = models.ForeignKey(ServiceCase, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    by = models.CharField(max_length=48)
    by_name = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True, default="")
    data = models.JSONField(default=dict)


class RemarkSeen(models.Model):
    """已阅 (R164): what of an order's flag, remark and buyer's message this person has read, and how often she did."""

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+")
    staff = models.BigIntegerField()
    staff_name = models.CharField(max_length=64, blank=True, default="")
    mark = models.CharField(max_length=16)
    at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "staff"], name="remark_seen_once")]
