"""Price difference (退差价): asked, checked by the rules, put off in an event, granted from the ledger, paid (R284-R287)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xiaoer.aftersales import price_forms as forms
from xiaoer.aftersales import price_reads as reads
from xiaoer.aftersales import rules
from xiaoer.aftersales.actions import clocks, deciding, holds, owing, paying
from xiaoer.aftersales.actions.beginning import Extras, begin, write_lines
from xiaoer.aftersales.actions.opening import asked_lots, require_order
from xiaoer.aftersales.actions.steps import checked_photos, step
from xiaoer.aftersales.answers import pieces_of
from xiaoer.aftersales.forms import LineQty, Note, Pay
from xiaoer.aftersales.models import CaseLine, PriceDifferenceCase
from xiaoer.aftersales.price_flow import EVENT_ENDS, PRICE_DIFFERENCE
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.kernel.moving import subject_of
from xiaoer.orders.queries import OrderFacts, order_facts
from xiaoer.people.queries import shop_facts

NAME = PRICE_DIFFERENCE.name


def open_difference(
    order_id: int, form: forms.AskDifference, extras: Extras, *, by: Who, at: datetime
) -> PriceDifferenceCase:
    """申请退差价: the seven days, the drop and the goods are checked at once; in an event it waits for the end."""
    order = order_facts(order_id)
    shop = shop_facts(order.shop_id)
    require_order("refund_only", order)
    lots = asked_lots(order, [LineQty(line=one.line, qty=one.qty) for one in form.lines])
    _require_alone(order.id)
    photos = checked_photos(shop.id, order.customer_id, form.photos, by=by, at=at, shop=shop)
    prices = {one.line: _price(order, one) for one in form.lines}
    if by.kind == "buyer" and not photos and any(one.price_fen is not None for one in form.lines):
        zh = "填写现价请上传价格截图；也可以留空，由客服核价"
        raise Invalid(fields={"photos": T(zh, "Add a screenshot of the price, or leave it empty for the agent")})
    found = reads.answer(order, lots, prices, at)
    if not found.allowed and not extras.goodwill:
        raise Refusal(found.rule, found.why.zh, found.why.en)
    until = found.deferred_until
    row: PriceDifferenceCase = begin(
        NAME,
        order,
        by=by,
        at=at,
        details={"cause": form.cause, "rule_fen": found.fen, "pieces": sum(lots.values())},
        reason=form.cause,
        requested_fen=found.fen,
        rule_fen=found.fen,
        prices={str(line): price for line, price in prices.items()},
        cause=form.cause,
        promotion=form.promotion,
        channel="transfer" if found.transfer else "refund_application",
        note=form.note,
        photos=photos,
        goodwill=extras.goodwill,
    )
    write_lines(NAME, row, lots)
    if until is not None and until > at:
        _defer(row, until, form.promotion, "", by=by, at=at)
    return row


def _price(order: OrderFacts, one: forms.LinePrice) -> int | None:
    return one.price_fen if one.price_fen is not None else reads.price_now(order, one.line)


def _require_alone(order_id: int) -> None:
    known = PriceDifferenceCase.objects.filter(order_id=order_id, state__in=PRICE_DIFFERENCE.open_states()).first()
    if known is not None:
        raise Conflict(
            "already_asked",
            f"这张订单已有处理中的差价申请 {known.number}",
            f"The price difference {known.number} of this order is being settled",
            current={"number": known.number, "id": known.pk},
        )


def defer(row: PriceDifferenceCase, form: forms.Defer, *, by: Who, at: datetime) -> None:
    """活动后处理 (R285)."""
    if form.until <= at:
        raise Invalid(fields={"until": T("活动结束时间须晚于现在", "The end of the event must lie ahead")})
    _defer(row, form.until, form.promotion or row.promotion, form.note, by=by, at=at)


def _defer(row: PriceDifferenceCase, until: datetime, promotion: str, note: str, *, by: Who, at: datetime) -> None:
    details = {"promotion": promotion} if promotion else None
    step(
        PRICE_DIFFERENCE,
        row,
        "defer",
        by=by,
        at=at,
        note=note,
        details=details,
        deferred_until=until,
        promotion=promotion[:120],
    )
    deadlines.start(EVENT_ENDS.kind, subject_of(PRICE_DIFFERENCE, row), shop_id=row.shop_id, due_at=until, at=at)
    clocks.follow(PRICE_DIFFERENCE, row, (), at)


def event_over(row: PriceDifferenceCase, form: None, *, by: Who, at: datetime) -> None:
    """The event ended: the price counts as it was asked; the agent settles it now."""
    step(PRICE_DIFFERENCE, row, "event_over", by=by, at=at)


def resume(row: PriceDifferenceCase, form: Note, *, by: Who, at: datetime) -> None:
    step(PRICE_DIFFERENCE, row, "resume", by=by, at=at, note=form.note)


def grant(row: PriceDifferenceCase, form: forms.GrantDifference, *, by: Who, at: datetime) -> None:
    """核定差价: the goods' difference only, never freight (R286), never more than is left of what was paid."""
    order = order_facts(row.order_id)
    holds.lock(order)
    amount = row.rule_fen if form.amount_fen is None else form.amount_fen
    if amount <= 0:
        raise Invalid(fields={"amount_fen": T("还没有核出差价，请填写金额", "No difference is known yet; give one")})
    if amount != row.rule_fen and not form.reason:
        zh = f"核价差额为 {format_yuan(row.rule_fen)}，改动金额请说明原因"
        en = f"The prices give {format_yuan(row.rule_fen)}; say why you differ"
        raise Invalid(fields={"reason": T(zh, en)})
    shares = _shares(row, order, amount)
    paying.require_within_order(row, amount, order)
    details: dict[str, Any] = {"amount_fen": amount} | ({"text": form.reason} if form.reason else {})
    step(
        PRICE_DIFFERENCE,
        row,
        "grant",
        by=by,
        at=at,
        note=form.note,
        details=details,
        granted_fen=amount,
        answer=form.reason,
        decided_by=str(by),
        decided_at=at,
    )
    for line_id, fen in shares.items():
        holds.give_money(line_id, fen)
        CaseLine.objects.filter(flow=NAME, case_id=row.pk, order_line_id=line_id).update(granted_fen=fen)
    paying.owe(row, {paying.DIFFERENCE: amount}, by=by, at=at, checked=True)


def _shares(row: PriceDifferenceCase, order: OrderFacts, amount: int) -> Mapping[int, int]:
    """The amount by line, pro rata of what is left of each; more than that is not there."""
    pieces = pieces_of(order)
    lines = CaseLine.objects.filter(flow=NAME, case_id=row.pk).order_by("pk")
    lots = [(pieces[line.order_line_id], line.requested) for line in lines]
    top = sum(piece.worth(qty) for piece, qty in lots)
    if amount > top:
        given = format_yuan(amount)
        zh = f"这些商品只剩 {format_yuan(top)} 可退，填了 {given}"
        raise Invalid(fields={"amount_fen": T(zh, f"{format_yuan(top)} is left of these goods, not {given}")})
    found = rules.spread(amount, lots)
    return {piece.line: fen for (piece, _), fen in zip(lots, found, strict=True) if fen}


def refuse(row: PriceDifferenceCase, form: forms.RefuseDifference, *, by: Who, at: datetime) -> None:
    step(
        PRICE_DIFFERENCE,
        row,
        "refuse",
        by=by,
        at=at,
        note=form.note,
        details={"text": form.explanation},
        answer=form.explanation,
        decided_by=str(by),
        decided_at=at,
    )


def refund(row: PriceDifferenceCase, form: Pay, *, by: Who, at: datetime) -> None:
    paying.pay(row, "refund", form, owing.unpaid(row), by=by, at=at)


VERBS = {
    "grant": grant,
    "defer": defer,
    "event_over": event_over,
    "resume": resume,
    "refuse": refuse,
    "withdraw": deciding.withdraw,
    "refund": refund,
}
