"""物流异常 step by step: the buyer looked, the courier was asked, found or made good, and the claim (R233, R234)."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers, forms, trouble_forms
from xiaoer.aftersales.actions import beginning, holds, paying
from xiaoer.aftersales.actions.steps import checked_photos, checked_waybill, step
from xiaoer.aftersales.models import CaseLine, CaseRow, TroubleCase
from xiaoer.aftersales.trouble_flow import PARCEL_TROUBLE as FLOW
from xiaoer.aftersales.trouble_reads import parcel_asked, refund_plan, require_shipped
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.orders.queries import OrderFacts, order_facts
from xiaoer.people.queries import shop_facts


def open_trouble(
    order_id: int,
    form: trouble_forms.AskTrouble,
    extras: beginning.Extras,
    *,
    by: Who,
    at: datetime,
    alert: int | None = None,
) -> TroubleCase:
    """A parcel is lost, does not move, or is signed for and not here. One running case per parcel."""
    order = order_facts(order_id)
    require_shipped(order)
    parcel = parcel_asked(order, form.waybill)
    _require_only_one(order, parcel.get("parcel_id"))
    shop = shop_facts(order.shop_id)
    row: TroubleCase = beginning.begin(
        FLOW.name,
        order,
        by=by,
        at=at,
        details={"reason": form.reason, "waybill": parcel["waybill"], "carrier": parcel["carrier"]},
        reason=form.reason,
        responsibility="courier",
        note=form.note,
        photos=checked_photos(shop.id, order.customer_id, form.photos, by=by, at=at, shop=shop),
        platform_no=extras.platform_no,
        alert=alert,
        **parcel,
    )
    return row


def _require_only_one(order: OrderFacts, parcel_id: int | None) -> None:
    running = TroubleCase.objects.filter(order_id=order.id, state__in=FLOW.open_states())
    if parcel_id is not None:
        running = running.filter(parcel_id=parcel_id)
    known = running.first()
    if known is not None:
        raise Conflict(
            "trouble_open_already",
            f"这个包裹的异常已登记为 {known.number}，请在原单上继续处理",
            f"This parcel's trouble is case {known.number} already; go on there",
            current={"id": known.pk, "number": known.number},
        )


def checked(row: TroubleCase, form: trouble_forms.Checked, *, by: Who, at: datetime) -> None:
    """R233: property office, family, colleagues, lockers; nobody has it."""
    looked = {key: getattr(form, key) for key in ("property_office", "family", "colleagues", "locker")}
    if "asked" not in looked.values():
        raise Invalid(
            fields={"property_office": T("至少要问过一处再继续", "Ask in at least one of these places first")}
        )
    asked = [one for one, said in looked.items() if said == "asked"]
    step(FLOW, row, "checked", by=by, at=at, details={"checklist": len(asked)}, checklist=looked, note=form.note)


def ask_courier(row: TroubleCase, form: trouble_forms.AskCourier, *, by: Who, at: datetime) -> None:
    """The courier has to answer in the rule's time (R746)."""
    details = {"courier_case": form.courier_case, "demand": form.demand}
    columns = {"courier_case": form.courier_case or row.courier_case, "asked_courier_at": at}
    step(FLOW, row, "ask_courier", by=by, at=at, note=form.note, details=details, **columns)


def courier_says(row: TroubleCase, form: trouble_forms.CourierSays, *, by: Who, at: datetime) -> None:
    details = {"verdict": form.verdict, "answer": form.answer}
    step(
        FLOW,
        row,
        "courier_says",
        by=by,
        at=at,
        note=form.note,
        details=details,
        verdict=form.verdict,
        answer=form.answer,
    )


def find(row: TroubleCase, form: trouble_forms.Found, *, by: Who, at: datetime) -> None:
    step(FLOW, row, "find", by=by, at=at, details={"where": form.where}, answer=form.where, outcome="found")


def reship(row: TroubleCase, form: trouble_forms.Reship, *, by: Who, at: datetime) -> None:
    """R234: only after the buyer was asked; nothing is sent for pieces that were refunded meanwhile."""
    if not form.buyer_confirmed:
        raise Invalid(
            fields={"buyer_confirmed": T("请先与买家确认是补寄还是退款", "Ask the buyer first: goods or money")}
        )
    order = order_facts(row.order_id)
    if not any(answers.free_pieces(order).values()):
        raise Refusal(
            "nothing_left_to_send",
            "订单商品都在其他售后单里或已退款，不能再补寄",
            "Every piece stands in another case or was refunded; nothing is left to send again",
        )
    step(FLOW, row, "reship", by=by, at=at, note=form.note, outcome="reship", decided_by=str(by), decided_at=at)


def grant(row: TroubleCase, form: forms.Grant, *, by: Who, at: datetime) -> None:
    """The money goes back: whole pieces that no other case holds, and the freight, for the courier is at fault (C08)."""
    order = order_facts(row.order_id)
    holds.lock(order)
    plan = refund_plan(row, order, at=at)
    goods = plan.goods_fen if form.amount_fen is None else form.amount_fen
    out = plan.freight_out_fen if form.freight_out_fen is None else form.freight_out_fen
    _require_sensible(form, plan.goods_fen, plan.freight_out_fen, goods, out)
    lots = {line: qty for line, qty, _ in plan.lots}
    holds.take(order, lots)
    shares = _shares(goods, plan.goods_fen, [fen for _, _, fen in plan.lots])
    lines = []
    for (line, qty, fen), part in zip(plan.lots, shares, strict=True):
        lines.append(
            (
                CaseLine.objects.create(
                    flow=FLOW.name, case_id=row.pk, order_line_id=line, requested=qty, requested_fen=fen
                ),
                qty if part == fen else 0,
                part,
            )
        )
    amounts = {"goods_fen": goods, "freight_out_fen": out}
    columns: dict[str, Any] = {**amounts, "granted_fen": goods + out, "requested_fen": goods + out, "outcome": "refund"}
    details = {**amounts, "amount_fen": goods + out} | ({"text": form.reason} if form.reason else {})
    columns |= {"decided_by": str(by), "decided_at": at, "freight": plan.freight}
    step(FLOW, row, "grant", by=by, at=at, note=form.note, details=details, **columns)
    for written, gone, part in lines:
        holds.spend(written, gone, part)
        CaseLine.objects.filter(pk=written.pk).update(granted_qty=gone, granted_fen=part)
    paying.owe(row, {paying.GOODS: goods, paying.OUT: out}, by=by, at=at)


def _require_sensible(form: forms.Grant, plan_goods: int, plan_out: int, goods: int, out: int) -> None:
    if form.freight_back_fen:
        raise Invalid(fields={"freight_back_fen": T("没有寄回的商品，没有退货运费", "Nothing is sent back")})
    for name, top, given in (("amount_fen", plan_goods, goods), ("freight_out_fen", plan_out, out)):
        if given > top:
            zh = f"最多可退 {format_yuan(top)}，填了 {format_yuan(given)}"
            raise Invalid(fields={name: T(zh, f"At most {format_yuan(top)}, not {format_yuan(given)}")})
    if goods + out <= 0:
        raise Refusal("nothing_to_refund", "没有可退金额，商品已在其他售后单里", "There is nothing left to refund")
    if (goods, out) != (plan_goods, plan_out) and not form.reason:
        zh = f"按规则应退 {format_yuan(plan_goods + plan_out)}，改动金额请说明原因"
        raise Invalid(fields={"reason": T(zh, f"The rules give {format_yuan(plan_goods + plan_out)}; say why")})


def _shares(goods: int, whole: int, parts: list[int]) -> list[int]:
    """A smaller amount falls on the lines in proportion; the last takes the remainder."""
    if goods == whole or not whole:
        return parts
    before, shares = 0, []
    for part in parts:
        shares.append(goods * (before + part) // whole - goods * before // whole)
        before += part
    return shares


def send_again(row: TroubleCase, form: trouble_forms.Sent, *, by: Who, at: datetime) -> None:
    carrier, number = checked_waybill(form.carrier, form.waybill, row.order.order_no)
    if number == row.waybill:
        raise Invalid(fields={"waybill": T("这是原来丢失的运单号", "That is the number of the lost parcel")})
    details = {"carrier": carrier.code, "waybill": number}
    columns = {"new_carrier": carrier.code, "new_waybill": number}
    step(FLOW, row, "send_again", by=by, at=at, note=form.note, details=details, **columns)


def refund(row: TroubleCase, form: forms.Pay, *, by: Who, at: datetime) -> None:
    lines = CaseLine.objects.filter(flow=FLOW.name, case_id=row.pk, granted_qty__gt=0)
    parts = {paying.GOODS: row.goods_fen or 0, paying.OUT: row.freight_out_fen}
    quantities = dict(lines.values_list("order_line_id", "granted_qty"))
    paying.pay(row, "refund", form, parts, by=by, at=at, quantities=quantities)


def claim(row: TroubleCase, form: trouble_forms.Claim, *, by: Who, at: datetime) -> None:
    details = {"amount_fen": form.amount_fen, "claim_no": form.claim_no}
    columns = {"claim_fen": form.amount_fen, "claim_no": form.claim_no, "claimed_at": at}
    step(FLOW, row, "claim", by=by, at=at, note=form.note, details=details, **columns)


def settle(row: TroubleCase, form: trouble_forms.Settle, *, by: Who, at: datetime) -> None:
    """What the courier really paid; nothing at all has to be explained."""
    if form.paid_fen > (row.claim_fen or 0):
        zh = f"索赔 {format_yuan(row.claim_fen or 0)}，实赔不能是 {format_yuan(form.paid_fen)}"
        raise Invalid(fields={"paid_fen": T(zh, f"Claimed were {format_yuan(row.claim_fen or 0)}")})
    if form.paid_fen == 0 and not form.note:
        raise Invalid(fields={"note": T("快递未赔付，请写明原因", "The courier paid nothing: say why")})
    if form.paid_fen and not form.reference:
        raise Invalid(fields={"reference": T("请填写到账流水或对账单号", "Give the payment's reference")})
    columns = {"paid_fen": form.paid_fen, "settled_ref": form.reference}
    step(FLOW, row, "settle", by=by, at=at, note=form.note, details={"paid_fen": form.paid_fen}, **columns)


def waive(row: TroubleCase, form: trouble_forms.Waive, *, by: Who, at: datetime) -> None:
    step(FLOW, row, "waive", by=by, at=at, note=form.note, paid_fen=0)


def withdraw(row: CaseRow, form: forms.Word, *, by: Who, at: datetime) -> None:
    if by.kind != "buyer" and not form.note:
        raise Invalid(fields={"note": T("代买家撤销须写明买家在哪里提出", "Say where the buyer asked for it")})
    step(FLOW, row, "withdraw", by=by, at=at, details={"text": form.note} if form.note else None)


VERBS = {
    "checked": checked,
    "ask_courier": ask_courier,
    "courier_says": courier_says,
    "find": find,
    "reship": reship,
    "grant": grant,
    "send_again": send_again,
    "refund": refund,
    "claim": claim,
    "waive": waive,
    "settle": settle,
    "withdraw": withdraw,
}
