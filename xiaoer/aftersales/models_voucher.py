"""Vouchers of local-life orders (本地生活卡券): n coupons per order line, used one by one, refunded when unused (R596-R605)."""

from django.db import models
from django.db.models import Q

from xiaoer.aftersales.models import CaseRow, by_platform_no, soonest


class VoucherLot(models.Model):
    """The coupons of one order line: until when they count and under whose rule; `until` is the first instant after."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="+")
    order_line = models.OneToOneField("orders.OrderLine", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    total = models.PositiveIntegerField()
    from_at = models.DateTimeField()
    until = models.DateTimeField()
    expired_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(total__gte=1), name="voucher_total")]
        indexes = [
            models.Index(fields=["shop", "-created_at", "-id"], name="voucher_recent"),
            models.Index(fields=["shop", "until"], name="voucher_until"),
            models.Index(fields=["order"], name="voucher_order"),
            models.Index(fields=["customer", "-created_at"], name="voucher_customer"),
        ]


class Coupon(models.Model):
    """One coupon: unused, used in a store (核销), held by a running refund, or refunded."""

    UNUSED, USED, HELD, REFUNDED = "unused", "used", "held", "refunded"

    lot = models.ForeignKey(VoucherLot, on_delete=models.CASCADE, related_name="coupons")
    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    state = models.CharField(max_length=8, default=UNUSED)
    used_at = models.DateTimeField(null=True)
    store = models.CharField(max_length=60, blank=True, default="")
    refund = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "code"], name="coupon_once")]
        indexes = [models.Index(fields=["refund"], name="coupon_refund", condition=~Q(refund=None))]


class VoucherRefund(CaseRow):
    """卡券退款: unused coupons of a lot, in full or in part; agreed by the system, paid within working days."""

    lot = models.ForeignKey(VoucherLot, on_delete=models.PROTECT, related_name="refunds")
    pieces = models.PositiveIntegerField()
    by_expiry = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "number"], name="voucher_number"),
            models.UniqueConstraint(fields=["lot"], name="voucher_expiry_once", condition=Q(by_expiry=True)),
        ]
        indexes = [
            models.Index(fields=["shop", "state", "due_at"], name="voucher_desk"),
            soonest("voucher"),
            by_platform_no("voucher"),
            models.Index(fields=["shop", "-opened_at", "-id"], name="voucher_refund_recent"),
            models.Index(fields=["order"], name="voucher_refund_order"),
            models.Index(fields=["customer", "-opened_at"], name="voucher_refund_buyer"),
        ]
