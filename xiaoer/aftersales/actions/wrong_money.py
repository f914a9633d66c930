"""Money of a wrong shipment (错发/漏发): the shortage refunded, freight given back; all of it borne by the seller (R813)."""

from datetime import datetime

from xiaoer.aftersales import answers, rules
from xiaoer.aftersales import wrong_forms as forms
from xiaoer.aftersales.actions import holds, paying
from xiaoer.aftersales.actions.owing import owe_more, unpaid
from xiaoer.aftersales.actions.steps import shop_of, step
from xiaoer.aftersales.forms import Pay
from xiaoer.aftersales.models import CaseLine, WrongShipmentCase
from xiaoer.aftersales.reasons import REASONS
from xiaoer.aftersales.wrong_flow import WRONG
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.orders.queries import order_facts
from xiaoer.policy.queries import rule


def by_rule(row: WrongShipmentCase, at: datetime) -> answers.Quote:
    """What the rules give: the pieces pro rata of what was paid, and the outbound freight that belongs to them."""
    order, shop = order_facts(row.order_id), shop_of(row)
    rows = CaseLine.objects.filter(flow=WRONG.name, case_id=row.pk)
    lots = dict(rows.values_list("order_line_id", "requested"))
    verdict = answers.freight_for(shop, order, REASONS[row.reason], "seller", at)
    return answers.quote(order, lots, verdict, shipped=True)


def grant(row: WrongShipmentCase, form: forms.GiveMoney, *, by: Who, at: datetime) -> None:
    """退缺货款: goods by line, outbound freight, and the freight she advanced for the way back."""
    order = order_facts(row.order_id)
    holds.lock(order)
    quote = by_rule(row, at)
    amount = quote.goods_fen if form.amount_fen is None else form.amount_fen
    if amount > quote.goods_fen:
        top = format_yuan(quote.goods_fen)
        raise Invalid(fields={"amount_fen": T(f"这些商品最多可退 {top}", f"At most {top} for these goods")})
    if amount != quote.goods_fen and not form.reason:
        zh = f"按实付应退货款 {format_yuan(quote.goods_fen)}，改动金额请说明原因"
        raise Invalid(fields={"reason": T(zh, f"The rules give {format_yuan(quote.goods_fen)}; say why you differ")})
    back = _freight_back(row, at)
    total = amount + quote.freight_out_fen + back
    if total <= 0:
        raise Refusal("nothing_to_refund", "这些商品已没有可退金额", "There is nothing left to refund of these goods")
    paying.require_within_order(row, amount + quote.freight_out_fen, order)
    details = {"amount_fen": total, "goods_fen": amount, "freight_out_fen": quote.freight_out_fen, "remedy": "refund"}
    step(
        WRONG,
        row,
        "grant",
        by=by,
        at=at,
        note=form.note,
        details=details | ({"text": form.reason} if form.reason else {}),
        remedy="refund",
        granted_fen=(row.granted_fen or 0) + total,
        goods_fen=amount,
        freight_out_fen=quote.freight_out_fen,
        freight_back_fen=row.freight_back_fen + back,
        answer=form.reason or row.answer,
        decided_by=str(by),
        decided_at=at,
    )
    _spend(row, amount, full=amount == quote.goods_fen)
    parts = {paying.GOODS: amount, paying.OUT: quote.freight_out_fen, paying.BACK: back}
    owe_more(row, parts, by=by, at=at)


def _spend(row: WrongShipmentCase, amount: int, full: bool) -> None:
    """The pieces are gone for good when they were refunded whole."""
    order = order_facts(row.order_id)
    pieces = answers.pieces_of(order)
    lines = list(CaseLine.objects.filter(flow=WRONG.name, case_id=row.pk).order_by("pk"))
    shares = rules.spread(amount, [(pieces[line.order_line_id], line.requested) for line in lines])
    for line, fen in zip(lines, shares, strict=True):
        gone = line.requested if full else 0
        holds.spend(line, gone, fen)
        CaseLine.objects.filter(pk=line.pk).update(granted_qty=gone, granted_fen=fen)


def _freight_back(row: WrongShipmentCase, at: datetime) -> int:
    """What she advanced for the way back, as far as it is usual and not granted yet (R087)."""
    usual = int(rule("return_freight_usual", shop=shop_of(row), at=at).value)
    return max(0, min(row.advanced_fen, usual) - row.freight_back_fen)


def owe_freight_back(row: WrongShipmentCase, *, by: Who, at: datetime) -> None:
    """A second shipment is no reason to keep the freight she paid for the wrong goods."""
    back = _freight_back(row, at)
    if not back:
        return
    granted = (row.granted_fen or 0) + back
    WrongShipmentCase.objects.filter(pk=row.pk).update(
        granted_fen=granted, freight_back_fen=row.freight_back_fen + back
    )
    row.granted_fen, row.freight_back_fen = granted, row.freight_back_fen + back
    owe_more(row, {paying.BACK: back}, by=by, at=at)


def refund(row: WrongShipmentCase, form: Pay, *, by: Who, at: datetime) -> None:
    """Finance paid what is owed."""
    lines = CaseLine.objects.filter(flow=WRONG.name, case_id=row.pk, granted_qty__gt=0)
    quantities = dict(lines.values_list("order_line_id", "granted_qty"))
    parts = unpaid(row)
    repaid = row.repaid_fen + sum(parts.values())
    paying.pay(row, "refund", form, parts, by=by, at=at, quantities=quantities, repaid_fen=repaid)
