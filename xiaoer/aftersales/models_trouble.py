"""Cases about parcels in trouble: lost, signed but not received (物流异常), and out of the courier's area (快递超区)."""

from django.db import models
from django.db.models import Q

from xiaoer.aftersales.models import CaseRow, by_platform_no, soonest


class ParcelCaseRow(CaseRow):
    """A case about one parcel. `alert` is the courier desk's alert from which it came; `answer` the courier's words."""

    parcel = models.ForeignKey("orders.Parcel", on_delete=models.PROTECT, null=True, related_name="+")
    carrier = models.CharField(max_length=16, blank=True, default="")
    waybill = models.CharField(max_length=64, blank=True, default="")
    alert = models.BigIntegerField(null=True)
    new_carrier = models.CharField(max_length=16, blank=True, default="")
    new_waybill = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        abstract = True


class TroubleCase(ParcelCaseRow):
    """物流异常: who looked where (R233), what the courier says, how the buyer was helped, what the courier paid (R234).

    `outcome` is reship or refund once decided; `claim_fen` what was claimed, `paid_fen` what the courier really paid.
    """

    checklist = models.JSONField(default=dict)
    courier_case = models.CharField(max_length=40, blank=True, default="")
    asked_courier_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=12, blank=True, default="")
    outcome = models.CharField(max_length=8, blank=True, default="")
    claim_fen = models.BigIntegerField(null=True)
    claim_no = models.CharField(max_length=40, blank=True, default="")
    claimed_at = models.DateTimeField(null=True)
    paid_fen = models.BigIntegerField(null=True)
    settled_ref = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "number"], name="trouble_number"),
            models.CheckConstraint(condition=Q(paid_fen=None) | Q(paid_fen__gte=0), name="trouble_paid"),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="trouble_desk"),
            soonest("trouble"),
            by_platform_no("trouble"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="trouble_recent"),
            models.Index(fields=["order"], name="trouble_order"),
            models.Index(fields=["customer", "-opened_at"], name="trouble_customer"),
            models.Index(fields=["parcel"], name="trouble_parcel"),
        ]


class OutOfAreaCase(ParcelCaseRow):
    """快递超区: the courier does not deliver there; what the buyer chose and who pays the extra fee (R816 to R820).

    `new_address` is personal: staff who may see addresses and the buyer herself see it, the journal never.
    """

    region = models.CharField(max_length=80, blank=True, default="")
    offer_carrier = models.CharField(max_length=16, blank=True, default="")
    pickup = models.CharField(max_length=200, blank=True, default="")
    choice = models.CharField(max_length=10, blank=True, default="")
    new_address = models.CharField(max_length=200, blank=True, default="")
    fee_fen = models.BigIntegerField(default=0)
    seller_fen = models.BigIntegerField(default=0)
    buyer_fen = models.BigIntegerField(default=0)
    refund_number = models.CharField(max_length=24, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "number"], name="area_number")]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="area_desk"),
            soonest("area"),
            by_platform_no("area"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="area_recent"),
            models.Index(fields=["order"], name="area_order"),
            models.Index(fields=["customer", "-opened_at"], name="area_customer"),
            models.Index(fields=["parcel"], name="area_parcel"),
        ]
