"""卡券退款 as the generic parts see it."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import voucher_words as words
from xiaoer.aftersales.kind import Kind
from xiaoer.aftersales.models import Coupon, VoucherLot, VoucherRefund
from xiaoer.aftersales.voucher_flow import VOUCHER, AskVoucher
from xiaoer.aftersales.voucher_reads import detail
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import form_schema
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import ShopFacts


def offer(shop: ShopFacts, order: OrderFacts, language: str, at: datetime) -> dict[str, Any] | None:
    """While unused coupons are within their time."""
    lots = list(VoucherLot.objects.filter(order_id=order.id, until__gt=at).order_by("pk"))
    lots = [lot for lot in lots if lot.coupons.filter(state=Coupon.UNUSED).exists()]
    if not lots:
        return None
    form = form_schema(AskVoucher, language) or {}
    field = form.get("properties", {}).get("lot", {})
    field["enum"] = [lot.pk for lot in lots]
    field["labels"] = {str(lot.pk): lot.title for lot in lots}
    if len(lots) == 1:
        field["default"] = lots[0].pk
    return {"kind": VOUCHER.name, "label": VOUCHER.label.say(language), "form": form, "takes_pieces": False}


def facts(row: VoucherRefund, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    language = viewer.language
    lot = row.lot
    left = lot.coupons.filter(state=Coupon.UNUSED).count()
    used = lot.coupons.filter(state=Coupon.USED).count()
    said = T(
        f"共 {lot.total} 张，已核销 {used} 张，未使用 {left} 张，本次退 {row.pieces} 张",
        f"{lot.total} in all, {used} used, {left} unused, {row.pieces} in this refund",
    )
    how = T("过期后系统自动发起", "Started by the system on expiry") if row.by_expiry else T("买家申请", "Asked for")
    return [
        {"label": T("卡券", "Coupons").say(language), "value": lot.title},
        {"label": T("张数", "Pieces").say(language), "value": said.say(language)},
        {"label": T("发起方式", "Started").say(language), "value": how.say(language)},
    ]


def values(row: VoucherRefund) -> dict[str, str]:
    return {"pieces": str(row.pieces)}


def more(row: VoucherRefund, language: str) -> dict[str, Any]:
    return {"lot": detail(row.lot, language)}


def initial(row: VoucherRefund) -> dict[str, dict[str, Any]]:
    return {"refund": {"channel": "platform"}}


VOUCHERS = Kind(
    VOUCHER,
    VoucherRefund,
    "KQ",
    AskVoucher,
    words.TEXTS,
    reasons=words.VOUCHER_REASONS,
    labels=words.LABELS,
    offer=offer,
    buyer_opens=True,
    facts=facts,
    more=more,
    initial=initial,
    values=values,
)
