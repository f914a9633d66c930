"""What the journal says about coupons beside the moves of their refunds. Never a coupon's code."""

from typing import ClassVar

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class _Voucher(Payload):
    AREA: ClassVar[str] = "aftersales"
    PERM: ClassVar[str] = Perm.AFTERSALES_VIEW

    title: str


class VoucherRegistered(_Voucher):
    """卡券入库: the coupons of an order line are known, and their clock of validity runs."""

    KIND: ClassVar[str] = "voucher.registered"
    LABEL: ClassVar[T] = T("卡券入库", "Coupons registered")

    total: int
    until: str


class VoucherUsed(_Voucher):
    """核销: one coupon was used."""

    KIND: ClassVar[str] = "voucher.used"
    LABEL: ClassVar[T] = T("卡券核销", "Coupon used")

    store: str
    left: int


class VoucherExpired(_Voucher):
    """过期: what is unused is refunded by itself (R602, R604)."""

    KIND: ClassVar[str] = "voucher.expired"
    LABEL: ClassVar[T] = T("卡券过期", "Coupons expired")

    unused: int
