"""快递超区 step by step: the buyer is asked, chooses, and it is carried out; who pays the extra fee (R816 to R820)."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import forms, trouble_forms
from xiaoer.aftersales.actions import beginning
from xiaoer.aftersales.actions.handed_on import open_for_order
from xiaoer.aftersales.actions.steps import checked_photos, checked_waybill, step
from xiaoer.aftersales.models import OutOfAreaCase
from xiaoer.aftersales.trouble_flow import OUT_OF_AREA as FLOW
from xiaoer.aftersales.trouble_reads import fee_split, parcel_asked, require_shipped
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Conflict, Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.orders import parcel_facts
from xiaoer.orders.carriers import clean_waybill
from xiaoer.orders.queries import order_facts
from xiaoer.people.queries import shop_facts


def open_area(
    order_id: int,
    form: trouble_forms.AskArea,
    extras: beginning.Extras,
    *,
    by: Who,
    at: datetime,
    alert: int | None = None,
) -> OutOfAreaCase:
    """The courier cannot deliver there: one running case per order."""
    order = order_facts(order_id)
    require_shipped(order)
    known = OutOfAreaCase.objects.filter(order_id=order_id, state__in=FLOW.open_states()).first()
    if known is not None:
        raise Conflict(
            "area_open_already",
            f"这张订单的超区已登记为 {known.number}，请在原单上继续处理",
            f"This order is case {known.number} already; go on there",
            current={"id": known.pk, "number": known.number},
        )
    parcel = parcel_asked(order, form.waybill)
    shop = shop_facts(order.shop_id)
    region = parcel_facts.region_name(order_id)
    row: OutOfAreaCase = beginning.begin(
        FLOW.name,
        order,
        by=by,
        at=at,
        details={"reason": form.reason, "waybill": parcel["waybill"], "carrier": parcel["carrier"]},
        reason=form.reason,
        responsibility="courier",
        note=form.note,
        region=region,
        photos=checked_photos(shop.id, order.customer_id, form.photos, by=by, at=at, shop=shop),
        platform_no=extras.platform_no,
        alert=alert,
        **parcel,
    )
    return row


def consult(row: OutOfAreaCase, form: trouble_forms.Consult, *, by: Who, at: datetime) -> None:
    """The buyer is told every way out with its price and her share of it."""
    if form.fee_fen and not form.carrier:
        raise Invalid(fields={"carrier": T("填了费用，请选择改发的快递", "Name the courier this fee is for")})
    seller, buyer = fee_split(shop_facts(row.shop_id), form.fee_fen, at=at)
    amounts = {"fee_fen": form.fee_fen, "seller_fen": seller, "buyer_fen": buyer}
    details = {**amounts, "carrier": form.carrier, "pickup": form.pickup}
    columns = {**amounts, "offer_carrier": form.carrier, "pickup": form.pickup}
    step(FLOW, row, "consult", by=by, at=at, note=form.note, details=details, **columns)


def choose(row: OutOfAreaCase, form: trouble_forms.Choose, *, by: Who, at: datetime) -> None:
    """The buyer's word; an agent who types it says where she said it. The address never enters the journal."""
    if form.choice == "address" and len(form.new_address) < 6:
        raise Invalid(fields={"new_address": T("请填写完整的新收货地址", "Give the whole new address")})
    if by.kind != "buyer" and not form.note:
        raise Invalid(fields={"note": T("代买家选择须写明买家在哪里确认", "Say where the buyer said so")})
    address = form.new_address if form.choice == "address" else ""
    step(FLOW, row, "choose", by=by, at=at, details={"choice": form.choice}, choice=form.choice, new_address=address)


def forward(row: OutOfAreaCase, form: trouble_forms.Forward, *, by: Who, at: datetime) -> None:
    """Another courier took it. More than the buyer was told is the shop's to bear: she agreed to her part, no more."""
    carrier, number = checked_waybill(form.carrier, form.waybill, row.order.order_no)
    if number == row.waybill:
        raise Invalid(fields={"waybill": T("请填写新快递的运单号", "Give the new courier's number")})
    buyer = min(fee_split(shop_facts(row.shop_id), form.fee_fen, at=at)[1], row.buyer_fen)
    amounts = {"fee_fen": form.fee_fen, "seller_fen": form.fee_fen - buyer, "buyer_fen": buyer}
    details = {**amounts, "carrier": carrier.code, "waybill": number}
    columns = {**amounts, "new_carrier": carrier.code, "new_waybill": number}
    step(FLOW, row, "forward", by=by, at=at, note=form.note, details=details, **columns)


def pickup(row: OutOfAreaCase, form: trouble_forms.Pickup, *, by: Who, at: datetime) -> None:
    step(FLOW, row, "pickup", by=by, at=at, note=form.note, details={"pickup": form.place}, pickup=form.place)


def redirect(row: OutOfAreaCase, form: trouble_forms.Redirected, *, by: Who, at: datetime) -> None:
    number = clean_waybill(form.waybill)
    details = {"waybill": number}
    step(FLOW, row, "redirect", by=by, at=at, note=form.note, details=details, new_waybill=number)


def send_back(row: OutOfAreaCase, form: forms.Note, *, by: Who, at: datetime) -> None:
    step(FLOW, row, "send_back", by=by, at=at, note=form.note)


def arrive(row: OutOfAreaCase, form: trouble_forms.Arrived, *, by: Who, at: datetime) -> None:
    step(FLOW, row, "arrive", by=by, at=at, note=form.note)


def recover(row: OutOfAreaCase, form: trouble_forms.Arrived, *, by: Who, at: datetime) -> None:
    step(FLOW, row, "recover", by=by, at=at, note=form.note)


def came_back(row: OutOfAreaCase, form: trouble_forms.CameBack, *, by: Who, at: datetime) -> None:
    """Back in the warehouse: the refund is opened at once; what the rules refuse waits for a person."""
    refund = _refund(row, at=at)
    details: dict[str, Any] = {"intact": form.intact, "refund_case": refund}
    step(FLOW, row, "came_back", by=by, at=at, note=form.note, details=details, refund_number=refund)


def _refund(row: OutOfAreaCase, *, at: datetime) -> str:
    try:
        with transaction():
            note = f"{row.number}：快递超区，包裹已退回仓库"
            found = open_for_order("refund_only", row.order_id, "not_received", note, by=SYSTEM, at=at)
    except Refusal:
        return ""
    return found.number if found is not None else ""


VERBS = {
    "consult": consult,
    "choose": choose,
    "forward": forward,
    "pickup": pickup,
    "redirect": redirect,
    "send_back": send_back,
    "arrive": arrive,
    "recover": recover,
    "came_back": came_back,
}
