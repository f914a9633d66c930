"""The difference of an exchange (换货差价): asked of the buyer and registered, or granted to her and paid by finance."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import exchange_forms as forms
from xiaoer.aftersales.actions import holds, paying
from xiaoer.aftersales.actions.owing import owe_more, unpaid
from xiaoer.aftersales.actions.steps import step
from xiaoer.aftersales.exchange_flow import EXCHANGE, gets, owes
from xiaoer.aftersales.forms import Note, Pay
from xiaoer.aftersales.models import CaseLine, ExchangeCase, MoneyEntry
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.orders.queries import order_facts

PAID_UP = "paid_up"
"""The part of the ledger that is no part of the order's price: what the buyer paid on top."""


def _agreed(form: forms.AskPayment, by_rule: int) -> tuple[int, str]:
    """The amount that was typed; another one than the prices give needs a word."""
    amount = by_rule if form.difference_fen is None else form.difference_fen
    if amount != by_rule and not form.reason:
        zh = f"按标价与实付计算应为 {format_yuan(by_rule)}，改动金额请说明原因"
        raise Invalid(fields={"reason": T(zh, f"The prices give {format_yuan(by_rule)}; say why you differ")})
    return amount, form.reason


def ask_payment(row: ExchangeCase, form: forms.AskPayment, *, by: Who, at: datetime) -> None:
    """通知买家补差价: nothing is sent before it has arrived."""
    amount, why = _agreed(form, owes(row))
    more = {"difference_why": why} if why else {}
    details = {"amount_fen": amount} | ({"text": why} if why else {})
    step(EXCHANGE, row, "ask_payment", by=by, at=at, note=form.note, details=details, difference_fen=amount, **more)


def paid_up(row: ExchangeCase, form: forms.PaidUp, *, by: Who, at: datetime) -> None:
    """补差价到账: one payment pays one case."""
    used = MoneyEntry.objects.filter(shop_id=row.shop_id, channel=form.channel, reference=form.reference)
    if used.exists():
        zh = f"流水号 {form.reference} 已登记过"
        raise Invalid(fields={"reference": T(zh, f"Reference {form.reference} is registered already")})
    amount = owes(row)
    details = {"amount_fen": amount, "channel": form.channel, "reference": form.reference}
    step(EXCHANGE, row, "paid_up", by=by, at=at, note=form.note, details=details, paid_up_fen=row.paid_up_fen + amount)
    MoneyEntry.objects.create(
        shop_id=row.shop_id,
        order_id=row.order_id,
        flow=EXCHANGE.name,
        case_id=row.pk,
        kind=MoneyEntry.RECEIVED,
        part=PAID_UP,
        amount_fen=amount,
        channel=form.channel,
        reference=form.reference,
        by=str(by),
        at=at,
    )


def payment_lapsed(row: ExchangeCase, form: None, *, by: Who, at: datetime) -> None:
    """She did not pay in time: the agent decides, the goods are here."""
    step(EXCHANGE, row, "payment_lapsed", by=by, at=at)


def grant_difference(row: ExchangeCase, form: forms.Difference, *, by: Who, at: datetime) -> None:
    """登记应退差价: part of the price goes back, so less of it is left for a later refund of these pieces."""
    amount, why = _agreed(form, gets(row))
    order = order_facts(row.order_id)
    holds.lock(order)
    line = CaseLine.objects.get(flow=EXCHANGE.name, case_id=row.pk)
    paying.require_within_order(row, amount, order)
    holds.give_money(line.order_line_id, amount)
    columns: dict[str, Any] = {"difference_why": why} if why else {}
    given = row.difference_given_fen + amount
    step(
        EXCHANGE,
        row,
        "grant_difference",
        by=by,
        at=at,
        note=form.note,
        details={"amount_fen": amount} | ({"text": why} if why else {}),
        granted_fen=(row.granted_fen or 0) + amount,
        difference_given_fen=given,
        difference_fen=-given,
        decided_by=str(by),
        decided_at=at,
        **columns,
    )
    owe_more(row, {paying.DIFFERENCE: amount}, by=by, at=at)


def give_back(row: ExchangeCase, form: Note, *, by: Who, at: datetime) -> None:
    """退回补差价: no replacement after all, so what she paid on top goes back before the return."""
    amount = row.paid_up_fen
    step(
        EXCHANGE,
        row,
        "give_back",
        by=by,
        at=at,
        note=form.note,
        details={"amount_fen": amount},
        paid_up_fen=0,
        given_back=True,
        granted_fen=(row.granted_fen or 0) + amount,
    )
    owe_more(row, {PAID_UP: amount}, by=by, at=at)


def refund(row: ExchangeCase, form: Pay, *, by: Who, at: datetime) -> None:
    """Finance paid what was granted."""
    paying.pay(row, "refund", form, unpaid(row), by=by, at=at)
