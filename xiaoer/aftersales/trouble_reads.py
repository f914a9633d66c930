"""Reads behind parcels in trouble: which parcel is meant, what a refund would give back, who pays an extra fee."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers
from xiaoer.aftersales.models import CaseRow, OutOfAreaCase, TroubleCase
from xiaoer.aftersales.reasons import REASONS
from xiaoer.aftersales.trouble_flow import OUT_OF_AREA, PARCEL_TROUBLE
from xiaoer.aftersales.trouble_words import AREA_REASONS, TROUBLE_REASONS
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import percent_of
from xiaoer.orders import parcel_facts
from xiaoer.orders.carriers import clean_waybill, find_carrier
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rule


def require_shipped(order: OrderFacts) -> None:
    if not answers.is_shipped(order):
        raise Refusal(
            "order_not_shipped",
            f"订单 {order.order_no} 还没有发货，没有可查的包裹",
            f"Order {order.order_no} is not shipped yet; there is no parcel to look for",
        )


def parcel_asked(order: OrderFacts, waybill: str) -> dict[str, Any]:
    """The columns of the case that name its parcel: the one given, or the order's only one."""
    found = [one for one in parcel_facts.parcels_of(order.id) if one.direction == "outbound"]
    number = clean_waybill(waybill)
    known = next((one for one in found if one.waybill == number), None) if number else None
    if known is None and not number and len(found) == 1:
        known = found[0]
    if known is not None:
        return {"parcel_id": known.id, "carrier": known.carrier, "waybill": known.waybill}
    if found:
        listed = "、".join(one.waybill for one in found)
        zh = (
            f"订单有包裹 {listed}，请填写其中一个运单号" if not number else f"订单里没有运单 {number}，包裹有：{listed}"
        )
        raise Invalid(fields={"waybill": T(zh, f"The order's parcels are {listed}; give one of these numbers")})
    carrier = find_carrier(order.carrier)
    return {
        "parcel_id": None,
        "carrier": carrier.code if carrier else "",
        "waybill": number or clean_waybill(order.waybill),
    }


@dataclass(frozen=True, slots=True)
class RefundPlan:
    """What the buyer gets back of a lost parcel: (line, pieces, fen) of what no case holds, and outbound freight."""

    lots: tuple[tuple[int, int, int], ...]
    freight_out_fen: int
    freight: dict[str, Any]
    why: T

    @property
    def goods_fen(self) -> int:
        return sum(fen for _, _, fen in self.lots)


def refund_plan(row: CaseRow, order: OrderFacts, *, at: datetime) -> RefundPlan:
    """Every free piece at the price paid; freight as for the courier's fault: the seller bears it and claims it (C08)."""
    pieces = answers.pieces_of(order)
    lots = {line: qty for line, qty in answers.free_pieces(order).items() if qty}
    verdict = answers.freight_for(shop_facts(row.shop_id), order, REASONS["not_received"], "courier", at)
    most = answers.quote(order, lots, verdict, True)
    found = tuple((line, qty, pieces[line].worth(qty)) for line, qty in lots.items())
    return RefundPlan(found, most.freight_out_fen, verdict.data(), verdict.why)


def fee_split(shop: ShopFacts, fee_fen: int, *, at: datetime) -> tuple[int, int]:
    """Who bears the fee of another courier: (seller, buyer). The buyer's part is rounded down."""
    share = int(rule("out_of_area_seller_share", shop=shop, at=at).value)
    buyer = percent_of(fee_fen, 100 - share)
    return fee_fen - buyer, buyer


_OF_ALERT = {
    "lost": ("parcel_trouble", "lost"),
    "damaged": ("parcel_trouble", "damaged_in_transit"),
    "stranded": ("parcel_trouble", "stranded_courier"),
    "out_of_area": ("out_of_area", "out_of_area"),
}


def asked_by_alert(kind: str) -> tuple[str, str]:
    """Which flow an alert asks for, and its reason; anything else is a parcel that does not move."""
    return _OF_ALERT.get(kind, ("parcel_trouble", "stuck"))


def told_of_alert(alert: parcel_facts.AlertFacts, viewer: Viewer) -> dict[str, Any]:
    """The flow an alert asks for, and the cases its parcel has already."""
    flow, reason = asked_by_alert(alert.kind)
    found: list[dict[str, Any]] = []
    shops = viewer.shops_with(Perm.AFTERSALES_VIEW)
    lost = TroubleCase.objects.filter(shop_id__in=shops, parcel_id=alert.parcel.id).order_by("-opened_at")[:5]
    far = OutOfAreaCase.objects.filter(shop_id__in=shops, parcel_id=alert.parcel.id).order_by("-opened_at")[:5]
    tables: tuple[tuple[Sequence[CaseRow], Flow], ...] = ((list(lost), PARCEL_TROUBLE), (list(far), OUT_OF_AREA))
    for rows, one in tables:
        found += [
            {
                "flow": one.name,
                "id": row.pk,
                "number": row.number,
                "state_label": one.state(row.state).label.say(viewer.language),
                "open": not one.state(row.state).final,
            }
            for row in rows
        ]
    label = (PARCEL_TROUBLE if flow == PARCEL_TROUBLE.name else OUT_OF_AREA).label
    said = {**TROUBLE_REASONS, **AREA_REASONS}[reason]
    return {
        "flow": flow,
        "flow_label": label.say(viewer.language),
        "reason": reason,
        "reason_label": said.say(viewer.language),
        "cases": found,
    }
