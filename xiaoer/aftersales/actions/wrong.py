"""Wrong shipment (错发/漏发): reported, found, put right inside or settled with the buyer, the loss recorded (R811-R813)."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers
from xiaoer.aftersales import exchange_reads as reads
from xiaoer.aftersales import wrong_forms as forms
from xiaoer.aftersales.actions import deciding, goods, holds, kept_stock, wrong_money
from xiaoer.aftersales.actions.beginning import Extras, begin, write_lines
from xiaoer.aftersales.actions.opening import asked_lots, require_in_time, require_order, require_photos
from xiaoer.aftersales.actions.steps import checked_photos, checked_waybill, merged_photos, shop_of, step
from xiaoer.aftersales.exchange_rules import loss_of
from xiaoer.aftersales.forms import Note, Word
from xiaoer.aftersales.models import CaseLine, WrongShipmentCase
from xiaoer.aftersales.reasons import REASONS
from xiaoer.aftersales.wrong_flow import WRONG
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import OrderFacts, order_facts
from xiaoer.people.queries import roles_of, shop_facts, staff_by_username

REASON_OF = {"wrong": "wrong_goods", "swapped": "wrong_goods", "missing": "missing"}


def open_wrong(order_id: int, form: forms.ReportWrong, extras: Extras, *, by: Who, at: datetime) -> WrongShipmentCase:
    """反馈错发漏发: by the buyer with photos, or by the warehouse that noticed it itself before shipping."""
    order = order_facts(order_id)
    shop = shop_facts(order.shop_id)
    reason = REASONS[REASON_OF[form.what]]
    require_order("refund_only", order)
    lots = asked_lots(order, form.lines)
    photos = checked_photos(shop.id, order.customer_id, form.photos, by=by, at=at, shop=shop)
    shipped = answers.is_shipped(order)
    if shipped:
        require_photos(shop, reason, photos, at=at)
        if not extras.goodwill:
            require_in_time(shop, order, reason, lots, at=at)
    if form.what != "missing" and shipped and not form.came_instead:
        raise Invalid(fields={"came_instead": T("请写明实际收到的是什么", "Say what came instead")})
    holds.lock(order)
    holds.take(order, lots)
    verdict = answers.freight_for(shop, order, reason, "seller", at)
    row: WrongShipmentCase = begin(
        WRONG.name,
        order,
        by=by,
        at=at,
        details={"what": form.what, "pieces": sum(lots.values()), "came_instead": form.came_instead},
        reason=reason.code,
        responsibility="seller",
        what=form.what,
        came_instead=form.came_instead,
        note=form.note,
        photos=photos,
        goodwill=extras.goodwill,
        freight=verdict.data(),
    )
    write_lines(WRONG.name, row, lots)
    return row


def lots_of(row: WrongShipmentCase) -> dict[int, int]:
    rows = CaseLine.objects.filter(flow=WRONG.name, case_id=row.pk)
    return dict(rows.order_by("pk").values_list("order_line_id", "requested"))


def find_inside(row: WrongShipmentCase, form: forms.FoundInside, *, by: Who, at: datetime) -> None:
    """还在仓内: nothing left the house, so nothing is asked of the buyer."""
    details = {"place": form.place}
    step(WRONG, row, "find_inside", by=by, at=at, note=form.note, details=details, where=form.place, remedy="inside")


def find_outside(row: WrongShipmentCase, form: forms.FoundOutside, *, by: Who, at: datetime) -> None:
    """已发出: only after the house's own record was looked at (R811)."""
    if not form.confirmed:
        zh = "请先核对称重、装箱记录或买家照片，再确认有误"
        raise Invalid(fields={"confirmed": T(zh, "First check weight, packing record or the buyer's photos")})
    step(
        WRONG,
        row,
        "find_outside",
        by=by,
        at=at,
        note=form.note,
        where="left",
        blamed=form.blamed,
        remedy="",
        return_address=dict(shop_of(row).return_address),
        decided_by=str(by),
        decided_at=at,
    )


def left_after_all(row: WrongShipmentCase, form: Note, *, by: Who, at: datetime) -> None:
    address = dict(shop_of(row).return_address)
    step(WRONG, row, "left_after_all", by=by, at=at, note=form.note, where="left", remedy="", return_address=address)


def dismiss(row: WrongShipmentCase, form: forms.Dismiss, *, by: Who, at: datetime) -> None:
    step(
        WRONG,
        row,
        "dismiss",
        by=by,
        at=at,
        note=form.note,
        details={"text": form.explanation},
        answer=form.explanation,
        decided_by=str(by),
        decided_at=at,
        photos=merged_photos(row, form.photos, by=by, at=at),
    )


def withdraw(row: WrongShipmentCase, form: Word, *, by: Who, at: datetime) -> None:
    deciding.withdraw(row, form, by=by, at=at)
    kept_stock.let_go(row, by=by, at=at)


def send_right(row: WrongShipmentCase, form: forms.SendRight, *, by: Who, at: datetime) -> None:
    """更正后发出: the right goods leave in the order's own parcel."""
    carrier, number = checked_waybill(form.carrier, form.waybill, order_facts(row.order_id).order_no)
    _sent(row, "send_right", carrier.code, number, form.note, by=by, at=at)
    holds.release(WRONG, row)


def resend(row: WrongShipmentCase, form: forms.Resend, *, by: Who, at: datetime) -> None:
    """补发 (R812: usually three working days): the pieces are kept back at once; advanced freight is owed now."""
    wrong_money.owe_freight_back(row, by=by, at=at)
    for code, qty in codes_of(row).items():
        kept_stock.keep(row, code, qty, reason="reship", by=by, at=at)
    details: dict[str, Any] = {"remedy": "resend", "keep_wrong": form.keep_wrong}
    if form.explanation:
        details["text"] = form.explanation
    step(
        WRONG,
        row,
        "resend",
        by=by,
        at=at,
        note=form.note,
        details=details,
        remedy="resend",
        keep_wrong=form.keep_wrong,
        answer=form.explanation or row.answer,
        decided_by=str(by),
        decided_at=at,
    )


def codes_of(row: WrongShipmentCase) -> dict[str, int]:
    """SKU code -> pieces to send, as far as the shop's list knows them."""
    order: OrderFacts = order_facts(row.order_id)
    found: dict[str, int] = {}
    for line_id, qty in lots_of(row).items():
        line = order.line(line_id)
        if line is not None and (code := reads.own_sku(order, line)):
            found[code] = found.get(code, 0) + qty
    return found


def send_second(row: WrongShipmentCase, form: forms.SendRight, *, by: Who, at: datetime) -> None:
    """补发寄出: the stock falls by what leaves."""
    carrier, number = checked_waybill(form.carrier, form.waybill, order_facts(row.order_id).order_no)
    kept_stock.let_go(row, by=by, at=at)
    kept_stock.change(row, {code: -qty for code, qty in codes_of(row).items()}, number, by=by, at=at)
    _sent(row, "send_second", carrier.code, number, form.note, by=by, at=at)


def _sent(row: WrongShipmentCase, verb: str, carrier: str, number: str, note: str, *, by: Who, at: datetime) -> None:
    step(
        WRONG,
        row,
        verb,
        by=by,
        at=at,
        note=note,
        details={"carrier": carrier, "waybill": number},
        second_carrier=carrier,
        second_waybill=number,
        second_at=at,
    )
    goods.follow_parcel(row, carrier, number, "exchange", by=by, at=at)


def no_stock(row: WrongShipmentCase, form: Note, *, by: Who, at: datetime) -> None:
    kept_stock.let_go(row, by=by, at=at)
    step(WRONG, row, "no_stock", by=by, at=at, note=form.note, remedy="")


def fetch_back(row: WrongShipmentCase, form: forms.FetchBack, *, by: Who, at: datetime) -> None:
    """请买家寄回: the shop's address is shown and the shop bears the freight (R813)."""
    deciding.require_address(shop_of(row))
    details = {"text": form.explanation}
    step(WRONG, row, "fetch_back", by=by, at=at, note=form.note, details=details, answer=form.explanation)


def goods_not_sent(row: WrongShipmentCase, form: None, *, by: Who, at: datetime) -> None:
    step(WRONG, row, "goods_not_sent", by=by, at=at)


def confirm(row: WrongShipmentCase, form: Word, *, by: Who, at: datetime) -> None:
    """The pieces are the buyer's again, and may be returned like any others."""
    step(WRONG, row, "confirm", by=by, at=at, details={"text": form.note} if form.note else None)
    holds.release(WRONG, row)


def auto_confirm(row: WrongShipmentCase, form: None, *, by: Who, at: datetime) -> None:
    step(WRONG, row, "auto_confirm", by=by, at=at)
    holds.release(WRONG, row)


def record_loss(row: WrongShipmentCase, form: forms.RecordLoss, *, by: Who, at: datetime) -> None:
    """登记损失: what was paid to the buyer counts by itself; a person is named only among the shop's own."""
    person = _person(row.shop_id, form.staff)
    parts = {
        "goods": form.goods_fen,
        "freight": form.freight_fen,
        "refund": row.repaid_fen,
        "labour": form.labour_fen,
    }
    total = loss_of(parts)
    step(
        WRONG,
        row,
        "record_loss",
        by=by,
        at=at,
        note=form.note,
        details={"loss_fen": total, "blamed": form.blamed, "assessed": form.assessed, "cause": form.cause},
        loss_fen=total,
        loss_parts=parts,
        blamed=form.blamed,
        blamed_staff_id=person,
        assessed=form.assessed,
        cause=form.cause,
    )


def _person(shop_id: int, username: str) -> int | None:
    if not username:
        return None
    try:
        staff = staff_by_username(username)
    except NotFound:
        staff = None
    if staff is None or not roles_of(shop_id, staff.pk):
        raise Invalid(fields={"staff": T(f"本店没有登录名「{username}」", f"Nobody here signs in as {username!r}")})
    return int(staff.pk)


VERBS = {
    "find_inside": find_inside,
    "find_outside": find_outside,
    "left_after_all": left_after_all,
    "dismiss": dismiss,
    "withdraw": withdraw,
    "send_right": send_right,
    "resend": resend,
    "fetch_back": fetch_back,
    "grant": wrong_money.grant,
    "ship": goods.ship,
    "goods_not_sent": goods_not_sent,
    "correct_waybill": goods.correct_waybill,
    "reject_parcel": goods.reject_parcel,
    "receive": goods.receive,
    "inspect": goods.inspect,
    "send_second": send_second,
    "no_stock": no_stock,
    "confirm": confirm,
    "auto_confirm": auto_confirm,
    "refund": wrong_money.refund,
    "record_loss": record_loss,
}
