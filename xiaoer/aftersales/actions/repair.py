"""返修 step by step (R822 to R824): asked, agreed or approved, received, judged, quoted, repaired, sent back."""

from datetime import datetime
from typing import Any

from django.db.models import F

from xiaoer.aftersales import forms
from xiaoer.aftersales import repair_forms as mine
from xiaoer.aftersales.actions import beginning, repair_bill, repair_visits
from xiaoer.aftersales.actions.repair_warranty import register
from xiaoer.aftersales.actions.steps import checked_photos, checked_waybill, merged_photos, shop_of, step
from xiaoer.aftersales.models import MoneyEntry, RepairCase, Warranty
from xiaoer.aftersales.repair_flow import REPAIR
from xiaoer.aftersales.repair_reads import centre_of, warranty_day
from xiaoer.aftersales.repair_rules import covered_on, why_approval
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import order_facts
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule


def open_repair(order_id: int, form: mine.AskRepair, extras: beginning.Extras, *, by: Who, at: datetime) -> RepairCase:
    """A repair order from what was bought and received (R822); the warranty register is written at once (R595)."""
    order = order_facts(order_id)
    line = order.line(form.line)
    if line is None:
        raise Invalid(fields={"line": T(f"订单里没有商品行 {form.line}", f"The order has no line {form.line}")})
    if order.signed_at is None and order.succeeded_at is None:
        raise Refusal(
            "not_received_yet",
            f"订单 {order.order_no} 还没有签收；收货前的问题请走物流异常或退款",
            f"Order {order.order_no} is not received yet; before that it is a parcel's trouble or a refund",
        )
    warranty = register(order, line, form.serial, by=by, at=at)
    _require_only_one(warranty)
    day = warranty_day(warranty.shop, at)
    taken = rule("repair_long_after_warranty", shop=shop_facts(order.shop_id), at=at).duration
    row: RepairCase = beginning.begin(
        REPAIR.name,
        order,
        by=by,
        at=at,
        details={"reason": form.reason, "serial": form.serial},
        reason=form.reason,
        note=form.note,
        photos=checked_photos(
            order.shop_id, order.customer_id, form.photos, by=by, at=at, shop=shop_facts(order.shop_id)
        ),
        platform_no=extras.platform_no,
        warranty=warranty,
        centre_id=centre_of(order),
        sku_code=line.sku_code,
        title=line.title,
        serial=warranty.serial,
        covered=covered_on(day, warranty.until),
        why_approval=why_approval(day, warranty.until, taken),
    )
    Warranty.objects.filter(pk=warranty.pk).update(repairs=F("repairs") + 1)
    return row


def _require_only_one(warranty: Warranty) -> None:
    known = RepairCase.objects.filter(warranty=warranty, state__in=REPAIR.open_states()).first()
    if known is not None:
        raise Conflict(
            "repair_open_already",
            f"这件商品正在返修：{known.number}",
            f"This piece is under repair already: {known.number}",
            current={"id": known.pk, "number": known.number},
        )


def accept(row: RepairCase, form: mine.Accept, *, by: Who, at: datetime) -> None:
    """The address is shown from now on."""
    _to_send(row, "accept", form.note, by=by, at=at)


def ask_approval(row: RepairCase, form: mine.AskApproval, *, by: Who, at: datetime) -> None:
    details = {"why_approval": row.why_approval}
    step(REPAIR, row, "ask_approval", by=by, at=at, note=form.note, details=details, decided_by=str(by), decided_at=at)


def approve(row: RepairCase, form: mine.Approved, *, by: Who, at: datetime) -> None:
    """The superior's word stands with his name (R824); who asked cannot approve her own request."""
    if row.decided_by and row.decided_by == str(by):
        raise Refusal("own_request", "不能审批自己的请示", "Nobody approves a request of her own")
    _to_send(row, "approve", form.note, by=by, at=at, approved_by=str(by))


def _to_send(row: RepairCase, verb: str, note: str, *, by: Who, at: datetime, **columns: Any) -> None:
    shop = shop_of(row)
    if not shop.return_address.get("address"):
        raise Invalid(
            "店铺还没有设置退货地址，请店主先在店铺设置里填写",
            "The shop has no return address yet; the owner sets it",
            code="no_return_address",
        )
    columns |= {"return_address": dict(shop.return_address), "decided_by": str(by), "decided_at": at}
    step(REPAIR, row, verb, by=by, at=at, note=note, **columns)


def refuse(row: RepairCase, form: mine.Refuse, *, by: Who, at: datetime) -> None:
    details = {"explanation": form.explanation}
    step(REPAIR, row, "refuse", by=by, at=at, note=form.note, details=details, answer=form.explanation)


def post(row: RepairCase, form: mine.Posted, *, by: Who, at: datetime) -> None:
    if form.freight_collect:
        raise Invalid(fields={"freight_collect": T("仓库拒收到付件，请改为寄付", "Freight collect is not accepted")})
    carrier, number = checked_waybill(form.carrier, form.waybill, row.order.order_no)
    details = {"carrier": carrier.code, "waybill": number}
    step(REPAIR, row, "post", by=by, at=at, details=details, carrier=carrier.code, waybill=number, shipped_at=at)


def receive(row: RepairCase, form: mine.Received, *, by: Who, at: datetime) -> None:
    """Model, quantity, marking, packaging: what is wrong has to be written down, or the centre pays for it (R672)."""
    wrong = not (form.model_ok and form.marking_ok and form.package_ok) or form.quantity != 1
    if wrong and not form.note:
        raise Invalid(fields={"note": T("到货有不符，请写明情况", "Something differs: write down what")})
    looked = {
        "model_ok": form.model_ok,
        "quantity": form.quantity,
        "marking_ok": form.marking_ok,
        "package_ok": form.package_ok,
        "serial": form.serial,
        "serial_differs": bool(form.serial and row.serial and form.serial != row.serial),
    }
    columns: dict[str, Any] = {"receipt": looked, "received_at": at}
    columns["photos"] = merged_photos(row, form.photos, by=by, at=at)
    if form.serial and not row.serial:
        columns["serial"] = form.serial
    step(REPAIR, row, "receive", by=by, at=at, note=form.note, details={"qty": form.quantity}, **columns)


def judge(row: RepairCase, form: mine.Judge, *, by: Who, at: datetime) -> None:
    """Fault and cause decide what is charged: the bill is worked out anew."""
    details = {"fault": form.fault, "cause": form.cause}
    columns = {"fault": form.fault, "cause": form.cause, "finding": form.finding}
    step(REPAIR, row, "judge", by=by, at=at, note=form.note, details=details, **columns)
    repair_bill.recount(row)


def start(row: RepairCase, form: forms.Note, *, by: Who, at: datetime) -> None:
    step(REPAIR, row, "start", by=by, at=at, note=form.note)


def quote(row: RepairCase, form: forms.Note, *, by: Who, at: datetime) -> None:
    step(REPAIR, row, "quote", by=by, at=at, note=form.note, details={"charge_fen": row.charge_fen})


def accept_quote(row: RepairCase, form: forms.Word, *, by: Who, at: datetime) -> None:
    if by.kind != "buyer" and not form.note:
        raise Invalid(fields={"note": T("代买家确认须写明买家在哪里同意", "Say where the buyer agreed")})
    step(REPAIR, row, "accept_quote", by=by, at=at, details={"charge_fen": row.charge_fen}, quote_accepted_at=at)


def decline_quote(row: RepairCase, form: forms.Word | None, *, by: Who, at: datetime) -> None:
    """It goes back as it is and costs nothing more."""
    _declined(row, "decline_quote", by=by, at=at)


def auto_decline(row: RepairCase, form: None, *, by: Who, at: datetime) -> None:
    _declined(row, "auto_decline", by=by, at=at)


def _declined(row: RepairCase, verb: str, *, by: Who, at: datetime) -> None:
    step(REPAIR, row, verb, by=by, at=at, details={"result": "declined"}, result="declined", charge_fen=0)


def wait_parts(row: RepairCase, form: mine.WaitParts, *, by: Who, at: datetime) -> None:
    step(REPAIR, row, "wait_parts", by=by, at=at, note=form.note)


def resume(row: RepairCase, form: forms.Note, *, by: Who, at: datetime) -> None:
    step(REPAIR, row, "resume", by=by, at=at, note=form.note)


def finish(row: RepairCase, form: mine.Finish, *, by: Who, at: datetime) -> None:
    """What could not be repaired is not charged."""
    columns: dict[str, Any] = {"result": form.result, "work": form.work}
    if form.result == "unrepairable":
        columns["charge_fen"] = 0
    step(REPAIR, row, "finish", by=by, at=at, note=form.note, details={"result": form.result}, **columns)


def charge_paid(row: RepairCase, form: mine.Paid, *, by: Who, at: datetime) -> None:
    """Finance saw the money: one payment belongs to one repair (R590)."""
    used = RepairCase.objects.filter(
        shop_id=row.shop_id, charge_channel=form.channel, charge_reference=form.reference
    ).first()
    if used is not None:
        zh = f"流水号 {form.reference} 已登记在 {used.number}"
        raise Invalid(fields={"reference": T(zh, f"Reference {form.reference} stands with {used.number}")})
    details = {"charge_fen": row.charge_fen, "channel": form.channel, "reference": form.reference}
    columns = {"charge_channel": form.channel, "charge_reference": form.reference, "charge_paid_at": at}
    step(REPAIR, row, "charge_paid", by=by, at=at, note=form.note, details=details, **columns)
    MoneyEntry.objects.create(
        shop_id=row.shop_id,
        order_id=row.order_id,
        flow=REPAIR.name,
        case_id=row.pk,
        kind=MoneyEntry.RECEIVED,
        part="repair_fee",
        amount_fen=row.charge_fen,
        channel=form.channel,
        reference=form.reference,
        by=str(by),
        at=at,
    )


def ship_back(row: RepairCase, form: mine.SentBack, *, by: Who, at: datetime) -> None:
    carrier, number = checked_waybill(form.carrier, form.waybill, row.order.order_no)
    details = {"carrier": carrier.code, "waybill": number}
    columns = {"back_carrier": carrier.code, "back_waybill": number}
    step(REPAIR, row, "ship_back", by=by, at=at, note=form.note, details=details, **columns)


def confirm(row: RepairCase, form: forms.Word, *, by: Who, at: datetime) -> None:
    step(REPAIR, row, "confirm", by=by, at=at)


def auto_confirm(row: RepairCase, form: None, *, by: Who, at: datetime) -> None:
    step(REPAIR, row, "auto_confirm", by=by, at=at)


def follow_up(row: RepairCase, form: mine.FollowUp, *, by: Who, at: datetime) -> None:
    """The file is closed with the buyer's word (R652, R662); who is not content is written down with the reason."""
    if form.satisfied == "bad" and not form.note:
        raise Invalid(fields={"note": T("不满意请写明原因和后续安排", "Write down why and what follows")})
    step(
        REPAIR,
        row,
        "follow_up",
        by=by,
        at=at,
        note=form.note,
        details={"satisfied": form.satisfied},
        satisfied=form.satisfied,
    )


def withdraw(row: RepairCase, form: forms.Word, *, by: Who, at: datetime) -> None:
    if by.kind != "buyer" and not form.note:
        raise Invalid(fields={"note": T("代买家撤销须写明买家在哪里提出", "Say where the buyer asked for it")})
    step(REPAIR, row, "withdraw", by=by, at=at, details={"text": form.note} if form.note else None)


def auto_close(row: RepairCase, form: None, *, by: Who, at: datetime) -> None:
    step(REPAIR, row, "auto_close", by=by, at=at)


VERBS = {
    "accept": accept,
    "ask_approval": ask_approval,
    "approve": approve,
    "refuse": refuse,
    "dispatch": repair_visits.dispatch,
    "solved": repair_visits.solved,
    "unsolved": repair_visits.unsolved,
    "post": post,
    "receive": receive,
    "judge": judge,
    "start": start,
    "quote": quote,
    "accept_quote": accept_quote,
    "decline_quote": decline_quote,
    "auto_decline": auto_decline,
    "wait_parts": wait_parts,
    "resume": resume,
    "finish": finish,
    "charge_paid": charge_paid,
    "ship_back": ship_back,
    "confirm": confirm,
    "auto_confirm": auto_confirm,
    "follow_up": follow_up,
    "withdraw": withdraw,
    "auto_close": auto_close,
}
