"""Exchange (换货), wrong shipment (错发/漏发) and price difference (退差价): the record of each flow."""

from django.db import models
from django.db.models import Q

from xiaoer.aftersales.models import CaseRow, GoodsBackRow, by_platform_no, soonest


class ExchangeCase(GoodsBackRow):
    """换货: the goods come back, then the replacement goes out. `difference_fen` > 0: the buyer pays; < 0: she gets.

    `back_*` of the parent is the replacement's parcel, or the goods' own way back to the buyer. `checklist` is R242.
    `stock`: kept (reserved), none (agreed without), unknown (nobody counts this SKU), used (left the warehouse).
    """

    wanted_sku = models.CharField(max_length=64, blank=True, default="")
    wanted = models.CharField(max_length=120, blank=True, default="")
    difference_fen = models.BigIntegerField(default=0)
    difference_why = models.CharField(max_length=300, blank=True, default="")
    difference_given_fen = models.BigIntegerField(default=0)
    paid_up_fen = models.BigIntegerField(default=0)
    given_back = models.BooleanField(default=False)
    checklist = models.JSONField(default=dict)
    stock = models.CharField(max_length=8, blank=True, default="")
    reshipped_at = models.DateTimeField(null=True)
    became_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "number"], name="exchange_number"),
            models.UniqueConstraint(
                fields=["shop", "platform_no"], name="exchange_platform_no", condition=~Q(platform_no="")
            ),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="exchange_desk"),
            soonest("exchange"),
            by_platform_no("exchange"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="exchange_recent"),
            models.Index(fields=["waybill"], name="exchange_waybill"),
            models.Index(fields=["order"], name="exchange_order"),
            models.Index(fields=["customer", "-opened_at"], name="exchange_customer"),
        ]


class WrongShipmentCase(GoodsBackRow):
    """错发/漏发: what came instead or is missing, where it is, what it cost and who answers for it (R811-R813)."""

    what = models.CharField(max_length=12)
    came_instead = models.CharField(max_length=120, blank=True, default="")
    where = models.CharField(max_length=12, blank=True, default="")
    remedy = models.CharField(max_length=12, blank=True, default="")
    keep_wrong = models.BooleanField(default=False)
    second_carrier = models.CharField(max_length=12, blank=True, default="")
    second_waybill = models.CharField(max_length=40, blank=True, default="")
    second_at = models.DateTimeField(null=True)
    repaid_fen = models.BigIntegerField(default=0)
    loss_fen = models.BigIntegerField(null=True)
    loss_parts = models.JSONField(default=dict)
    blamed = models.CharField(max_length=12, blank=True, default="")
    blamed_staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    assessed = models.BooleanField(default=False)
    cause = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "number"], name="wrong_number")]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="wrong_desk"),
            soonest("wrong"),
            by_platform_no("wrong"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="wrong_recent"),
            models.Index(fields=["waybill"], name="wrong_waybill"),
            models.Index(fields=["order"], name="wrong_order"),
            models.Index(fields=["customer", "-opened_at"], name="wrong_customer"),
        ]


class PriceDifferenceCase(CaseRow):
    """退差价: paid more than it costs now. `prices` are the prices now by line; `deferred_until` a big promotion's end."""

    prices = models.JSONField(default=dict)
    rule_fen = models.BigIntegerField(default=0)
    cause = models.CharField(max_length=12, default="price_cut")
    promotion = models.CharField(max_length=120, blank=True, default="")
    deferred_until = models.DateTimeField(null=True)
    channel = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "number"], name="difference_number")]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="difference_desk"),
            soonest("difference"),
            by_platform_no("difference"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="difference_recent"),
            models.Index(fields=["order"], name="difference_order"),
            models.Index(fields=["customer", "-opened_at"], name="difference_customer"),
        ]
