"""Exchange (换货): asked for, agreed with the replacement kept back, settled, sent, confirmed; or it becomes a return."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import exchange_forms as forms
from xiaoer.aftersales import exchange_reads as reads
from xiaoer.aftersales.actions import deciding, exchange_money, goods, holds
from xiaoer.aftersales.actions.beginning import Extras, begin, write_lines
from xiaoer.aftersales.actions.exchange_stock import keep_back, leave, needs_stock
from xiaoer.aftersales.actions.exchange_to_return import to_return
from xiaoer.aftersales.actions.kept_stock import let_go
from xiaoer.aftersales.actions.opening import (
    asked_lots,
    known_reason,
    require_in_time,
    require_no_twin,
    require_order,
    require_photos,
)
from xiaoer.aftersales.actions.steps import checked_photos, checked_waybill, merged_photos, shop_of, step
from xiaoer.aftersales.exchange_flow import EXCHANGE
from xiaoer.aftersales.forms import Note, PlatformWord, Word
from xiaoer.aftersales.models import CaseLine, ExchangeCase
from xiaoer.aftersales.reasons import REASONS
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import LineFacts, OrderFacts, order_facts
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule


def open_exchange(order_id: int, form: forms.AskExchange, extras: Extras, *, by: Who, at: datetime) -> ExchangeCase:
    """申请换货 (R243): checked like a return; what the wanted look costs is said at once. One case for each item."""
    order = order_facts(order_id)
    shop = shop_facts(order.shop_id)
    reason = known_reason("exchange", form.reason)
    if platform_no := extras.platform_no.strip():
        require_no_twin(shop.id, platform_no)
    require_order("exchange", order)
    lots = asked_lots(order, form.lines)
    wishes = _wishes(form)
    for line_id in lots:
        _require_known(order, _one(order, {line_id: 1})[0], *wishes[line_id])
    photos = checked_photos(shop.id, order.customer_id, form.photos, by=by, at=at, shop=shop)
    require_photos(shop, reason, photos, at=at)
    if not extras.goodwill:
        require_in_time(shop, order, reason, lots, at=at)
    holds.lock(order)
    holds.take(order, lots)
    made = [
        _begin_one(order, line, qty, wishes[line], form, extras, photos, "" if place else platform_no, by=by, at=at)
        for place, (line, qty) in enumerate(lots.items())
    ]
    return made[0]


def _wishes(form: forms.AskExchange) -> dict[int, tuple[str, str]]:
    """Line -> SKU and words. What is said for the whole application counts only where there is one item."""
    several = len({one.line for one in form.lines}) > 1
    if several and form.wanted_sku:
        zh, en = "一次换多件时请逐件选择换成什么", "With several items choose for each of them"
        raise Invalid(fields={"wanted_sku": T(zh, en)})
    return {one.line: (one.wanted_sku or form.wanted_sku, form.wanted) for one in form.lines}


def _begin_one(
    order: OrderFacts,
    line_id: int,
    qty: int,
    wish: tuple[str, str],
    form: forms.AskExchange,
    extras: Extras,
    photos: list[int],
    platform_no: str,
    *,
    by: Who,
    at: datetime,
) -> ExchangeCase:
    line, _ = _one(order, {line_id: qty})
    shop, reason = shop_facts(order.shop_id), known_reason("exchange", form.reason)
    wanted_sku, words = wish
    price = reads.priced(order, line, wanted_sku, qty)
    look = reads.wanted_look(order, line, wanted_sku)
    row: ExchangeCase = begin(
        "exchange",
        order,
        by=by,
        at=at,
        details={"reason": reason.code, "pieces": qty, "wanted": look.name if look else words},
        reason=reason.code,
        responsibility=reason.fault,
        note=form.note,
        platform_no=platform_no,
        photos=photos,
        goodwill=extras.goodwill,
        freight=reads.freight_of(shop, order, reason.code, reason.fault, at),
        wanted_sku=look.code if look else "",
        wanted=(look.name if look else words)[:120],
        difference_fen=price.fen,
        difference_why=price.why.zh[:300],
    )
    write_lines("exchange", row, {line_id: qty})
    return row


def _one(order: OrderFacts, lots: dict[int, int]) -> tuple[LineFacts, int]:
    line_id, qty = next(iter(lots.items()))
    line = order.line(line_id)
    assert line is not None  # asked_lots checked it
    return line, qty


def line_of(row: ExchangeCase) -> tuple[OrderFacts, LineFacts, int]:
    """The bought line the exchange is about."""
    order = order_facts(row.order_id)
    mine = CaseLine.objects.get(flow="exchange", case_id=row.pk)
    return (order, *_one(order, {mine.order_line_id: mine.requested}))


def _require_known(order: OrderFacts, line: LineFacts, wanted: str, words: str) -> None:
    """A code that nobody sells is a slip of the pen; an order whose goods are not in the list is settled in words."""
    if wanted and reads.wanted_look(order, line, wanted) is None:
        options = "、".join(f"{look.code}（{look.name}）" for look in reads.looks_of(order, line)[:8])
        zh = f"没有规格「{wanted}」" + (f"，可选：{options}" if options else "，请在“款式说明”里写明")
        raise Invalid(fields={"wanted_sku": T(zh, f"There is no SKU {wanted!r}; choose one of: {options or '-'}")})


def approve(row: ExchangeCase, form: forms.ApproveExchange, *, by: Who, at: datetime) -> None:
    """Agree: the address is shown, the replacement kept back, the essentials noted (R242)."""
    shop, reason = shop_of(row), REASONS[row.reason]
    deciding.require_address(shop)
    deciding.require_verified(shop, reason, form.verified, at=at)
    order, line, qty = line_of(row)
    if not form.without_stock:
        needs_stock(row, order, line, qty)
    _approve(row, "approve", form.responsibility, by=by, at=at, note=form.note, ticked=form)


def auto_approve(row: ExchangeCase, form: None, *, by: Who, at: datetime) -> None:
    """The seller kept silent. Missing stock or a missing address must not stop it."""
    _approve(row, "auto_approve", None, by=by, at=at)


def platform_exchange(row: ExchangeCase, form: PlatformWord, *, by: Who, at: datetime) -> None:
    _approve(row, "platform_exchange", None, by=by, at=at, note=form.note, ruling=form.ruling)


def _approve(
    row: ExchangeCase,
    verb: str,
    responsibility: str | None,
    *,
    by: Who,
    at: datetime,
    note: str = "",
    ruling: str = "",
    ticked: forms.CheckOff | forms.ApproveExchange | None = None,
) -> None:
    shop, fault = shop_of(row), responsibility or row.responsibility
    order, _, qty = line_of(row)
    freight = reads.freight_of(shop, order, row.reason, fault, at)
    details: dict[str, Any] = {"responsibility": fault, "freight_back": freight["back"]}
    more: dict[str, Any] = {"answer": ruling} if ruling else {}
    if ruling:
        details["ruling"] = ruling
    step(
        EXCHANGE,
        row,
        verb,
        by=by,
        at=at,
        note=note,
        details=details,
        decided_by=str(by),
        decided_at=at,
        responsibility=fault,
        freight=freight,
        return_address=dict(shop.return_address),
        checklist=_ticked(row, ticked, shop_facts(row.shop_id), at) if ticked else row.checklist,
        stock=keep_back(row, qty, by=by, at=at),
        **more,
    )


def _ticked(row: ExchangeCase, form: Any, shop: Any, at: datetime) -> dict[str, Any]:
    """What was confirmed before stays; receipt is extended by a number of days that the platform allows."""
    made = dict(row.checklist)
    for name in ("look", "freight", "process"):
        made[name] = bool(made.get(name)) or getattr(form, name)
    if form.receipt_days:
        allowed = [int(one) for one in rule("receipt_extension_days", shop=shop, at=at).value]
        if form.receipt_days not in allowed:
            days = "、".join(map(str, allowed))
            zh = f"平台只允许延长 {days} 天，填了 {form.receipt_days} 天"
            raise Invalid(fields={"receipt_days": T(zh, f"The platform allows {days} days, not {form.receipt_days}")})
        made["receipt"] = form.receipt_days
    return made


def check_off(row: ExchangeCase, form: forms.CheckOff, *, by: Who, at: datetime) -> None:
    """确认换货要点 (R242)."""
    made = _ticked(row, form, shop_facts(row.shop_id), at)
    if made == row.checklist:
        raise Invalid(fields={"look": T("没有新确认的内容", "Nothing new was confirmed")})
    step(EXCHANGE, row, "check_off", by=by, at=at, note=form.note, checklist=made)


def amend(row: ExchangeCase, form: forms.AmendExchange, *, by: Who, at: datetime) -> None:
    """The buyer changes reason, look or words, or adds photos; the seller's time begins anew."""
    reason = known_reason("exchange", form.reason or row.reason)
    photos = merged_photos(row, form.photos, by=by, at=at)
    require_photos(shop_of(row), reason, photos, at=at)
    order, _, _ = line_of(row)
    changes = _look(row, form.wanted_sku, "") if form.wanted_sku is not None else {}
    step(
        EXCHANGE,
        row,
        "amend",
        by=by,
        at=at,
        details={"reason": reason.code, "wanted": changes.get("wanted", row.wanted)},
        reason=reason.code,
        responsibility=reason.fault,
        freight=reads.freight_of(shop_of(row), order, reason.code, reason.fault, at),
        photos=photos,
        note=row.note if form.note is None else form.note,
        refused_why="",
        answer="",
        **changes,
    )


def _look(row: ExchangeCase, wanted_sku: str, words: str) -> dict[str, Any]:
    """Another look: its code, its name, and the difference it makes."""
    order, line, qty = line_of(row)
    _require_known(order, line, wanted_sku, words)
    look = reads.wanted_look(order, line, wanted_sku)
    price = reads.priced(order, line, wanted_sku, qty)
    return {
        "wanted_sku": look.code if look else "",
        "wanted": (look.name if look else words or row.wanted)[:120],
        "difference_fen": price.fen,
        "difference_why": price.why.zh[:300],
    }


def change_wanted(row: ExchangeCase, form: forms.ChangeWanted, *, by: Who, at: datetime) -> None:
    """改换货款式: agreed with the buyer later; what was kept back is let go, the new one is kept."""
    changes = _look(row, form.wanted_sku, form.wanted)
    _, _, qty = line_of(row)
    let_go(row, by=by, at=at)
    row.wanted_sku = changes["wanted_sku"]
    changes["stock"] = keep_back(row, qty, by=by, at=at)
    changes["checklist"] = {**row.checklist, "look": True}
    details = {"wanted": changes["wanted"], "before": row.wanted, "difference_fen": changes["difference_fen"]}
    step(EXCHANGE, row, "change_wanted", by=by, at=at, note=form.note, details=details, **changes)


def go_on(row: ExchangeCase, form: Note, *, by: Who, at: datetime) -> None:
    """安排发换货: everything is settled; what could not be kept back before is kept now."""
    order, line, qty = line_of(row)
    needs_stock(row, order, line, qty)
    stock = keep_back(row, qty, by=by, at=at)
    step(EXCHANGE, row, "go_on", by=by, at=at, note=form.note, details={"wanted": row.wanted}, stock=stock)


def reship(row: ExchangeCase, form: forms.Reship, *, by: Who, at: datetime) -> None:
    """寄出换货: the replacement leaves, the stock falls, what was kept back is used."""
    carrier, number = checked_waybill(form.carrier, form.waybill, order_facts(row.order_id).order_no)
    _, _, qty = line_of(row)
    stock = leave(row, qty, number, by=by, at=at)
    step(
        EXCHANGE,
        row,
        "reship",
        by=by,
        at=at,
        note=form.note,
        details={"carrier": carrier.code, "waybill": number},
        back_carrier=carrier.code,
        back_waybill=number,
        reshipped_at=at,
        stock=stock,
    )
    goods.follow_parcel(row, carrier.code, number, "exchange", by=by, at=at)


def lost_again(row: ExchangeCase, form: Note, *, by: Who, at: datetime) -> None:
    """The replacement never arrived: it is sent again, from stock that is kept anew."""
    _, _, qty = line_of(row)
    stock = keep_back(row, qty, by=by, at=at)
    details = {"waybill": row.back_waybill}
    step(EXCHANGE, row, "lost_again", by=by, at=at, note=form.note, details=details, stock=stock)


def confirm(row: ExchangeCase, form: Word, *, by: Who, at: datetime) -> None:
    """Done: the pieces are the buyer's again, and may be returned like any others."""
    step(EXCHANGE, row, "confirm", by=by, at=at, details={"text": form.note} if form.note else None)
    holds.release(EXCHANGE, row)


def auto_confirm(row: ExchangeCase, form: None, *, by: Who, at: datetime) -> None:
    step(EXCHANGE, row, "auto_confirm", by=by, at=at)
    holds.release(EXCHANGE, row)


def _ending(verb: Any) -> Any:
    """An ending without replacement: what was kept back is let go."""

    def made(row: ExchangeCase, form: Any, *, by: Who, at: datetime) -> None:
        verb(row, form, by=by, at=at)
        let_go(row, by=by, at=at)

    return made


VERBS = {
    "approve": approve,
    "auto_approve": auto_approve,
    "refuse": deciding.refuse,
    "amend": amend,
    "escalate": deciding.escalate,
    "withdraw": _ending(deciding.withdraw),
    "platform_exchange": platform_exchange,
    "platform_close": _ending(deciding.platform_close),
    "platform_goods_back": _ending(deciding.platform_goods_back),
    "check_off": check_off,
    "ship": goods.ship,
    "correct_waybill": goods.correct_waybill,
    "reject_parcel": goods.reject_parcel,
    "receive": goods.receive,
    "inspect": goods.inspect,
    "go_on": go_on,
    "ask_payment": exchange_money.ask_payment,
    "paid_up": exchange_money.paid_up,
    "payment_lapsed": exchange_money.payment_lapsed,
    "grant_difference": exchange_money.grant_difference,
    "give_back": exchange_money.give_back,
    "refund": exchange_money.refund,
    "change_wanted": change_wanted,
    "to_return": _ending(to_return),
    "reship": reship,
    "lost_again": lost_again,
    "confirm": confirm,
    "auto_confirm": auto_confirm,
    "reject_goods": goods.reject_goods,
    "take_back": goods.take_back,
    "auto_take_back": goods.auto_take_back,
    "send_back": _ending(goods.send_back),
    "auto_close": _ending(deciding.auto_close),
}
