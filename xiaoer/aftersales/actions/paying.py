"""Owed (应付) and paid (已付): the functions every flow that moves money uses. `money.py` has the refunds themselves.

`owe` when money is granted, `pay` in the function of the flow's paying move (a Move whose form is `forms.Pay`), `forget`
when a grant is taken back before it was paid. The ledger is `MoneyEntry`, finance's list is `Payable`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, Sum

from xiaoer.aftersales import forms
from xiaoer.aftersales.actions import holds
from xiaoer.aftersales.actions.steps import shop_of, step
from xiaoer.aftersales.kinds import flow_of, kind_of
from xiaoer.aftersales.models import CaseRow, MoneyEntry, Payable
from xiaoer.aftersales.payout_flow import PAYOUT
from xiaoer.aftersales.reasons import CHANNELS
from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan, ledger_delta
from xiaoer.orders import actions as orders
from xiaoer.orders.payments import payment_of
from xiaoer.orders.queries import OrderFacts, order_facts
from xiaoer.policy.queries import rule

GOODS, OUT, BACK, DIFFERENCE, COMPENSATION = "goods", "freight_out", "freight_back", "difference", "compensation"
OF_THE_PRICE = (GOODS, OUT, DIFFERENCE)
"""Parts that give the price back: together never more than the order paid. The others come on top."""
Parts = Mapping[str, int]


def owe(row: CaseRow, parts: Parts, *, by: Who, at: datetime, checked: bool = False) -> Payable:
    """应付: the ledger says what is granted, and finance sees it in her list. Call it after the granting step."""
    flow = flow_of(row)
    price = _of_the_price(parts)
    if price and not checked:
        order = order_facts(row.order_id)
        holds.lock(order)
        require_within_order(row, price, order)
    for part, fen in parts.items():
        record(flow, row, MoneyEntry.GRANTED, part, fen, by=by, at=at)
    return wait_for_finance(row, sum(parts.values()), by=by, at=at)


def wait_for_finance(row: CaseRow, amount_fen: int, *, by: Who, at: datetime, round: int = 0) -> Payable:
    """A line of finance's list, due by the case's soonest clock or by the shop's own rule; our own fault first (R742)."""
    flow = flow_of(row)
    payable = Payable.objects.create(
        shop_id=row.shop_id,
        order_id=row.order_id,
        customer_id=row.customer_id,
        flow=flow.name,
        case_id=row.pk,
        number=row.number,
        round=round,
        state=PAYOUT.first,
        state_at=at,
        amount_fen=amount_fen,
        granted_at=at,
        granted_by=str(by),
    )
    details = {"number": row.number, "amount_fen": amount_fen, "round": round}
    moving.begin(PAYOUT, payable, by=by, at=at, details=details, for_buyer=False)
    own = deadlines.open_for(moving.subject_of(PAYOUT, payable))[0].due_at
    due = min(own, row.due_at) if row.due_at is not None and row.due_at > at else own
    if row.responsibility == "seller":
        due = min(due, at + rule("finance_pays_quality_within", shop=shop_of(row), at=at).duration)
    Payable.objects.filter(pk=payable.pk).update(due_at=due)
    payable.due_at = due
    return payable


def _of_the_price(parts: Parts) -> int:
    return sum(fen for part, fen in parts.items() if part in OF_THE_PRICE)


def require_within_order(row: CaseRow, price_fen: int, order: OrderFacts) -> None:
    """All refunds of an order together stay within what was paid, also those that wait for finance."""
    mine = MoneyEntry.objects.filter(order_id=row.order_id, part__in=OF_THE_PRICE)
    sums = dict(mine.order_by().values_list("kind").annotate(Sum("amount_fen")))
    paid = sums.get(MoneyEntry.EXECUTED, 0) + sums.get(MoneyEntry.REVERSED, 0)
    waiting = sums.get(MoneyEntry.GRANTED, 0) - paid
    left = max(order.paid_fen, order.payable_fen) - order.refunded_fen - waiting
    if price_fen > left:
        raise Conflict(
            "more_than_paid",
            f"订单还可退 {format_yuan(max(left, 0))}，本次 {format_yuan(price_fen)}，超过实付金额",
            f"{format_yuan(max(left, 0))} is left of what was paid; this refund is {format_yuan(price_fen)}",
            current={"left_fen": max(left, 0)},
        )


def record(
    flow: Flow,
    row: CaseRow,
    kind: str,
    part: str,
    target: int,
    *,
    by: Who,
    at: datetime,
    channel: str = "",
    reference: str = "",
    round: int = 0,
) -> None:
    """Append what is missing so that the ledger says `target`: writing twice adds nothing."""
    kinds = (kind,) if kind == MoneyEntry.GRANTED else (MoneyEntry.EXECUTED, MoneyEntry.REVERSED)
    rows = MoneyEntry.objects.filter(flow=flow.name, case_id=row.pk, kind__in=kinds, part=part)
    missing = ledger_delta(target, rows.values_list("amount_fen", flat=True))
    if missing:
        MoneyEntry.objects.create(
            shop_id=row.shop_id,
            order_id=row.order_id,
            flow=flow.name,
            case_id=row.pk,
            kind=kind,
            part=part,
            amount_fen=missing,
            channel=channel,
            reference=reference,
            by=str(by),
            at=at,
            round=round,
        )


def pay(
    row: CaseRow,
    verb: str,
    form: forms.Pay,
    parts: Parts,
    *,
    by: Who,
    at: datetime,
    quantities: Mapping[int, int] | None = None,
    **columns: Any,
) -> None:
    """已付: list, case, ledger and order say together that exactly `parts` was paid. `columns` are the case's own."""
    require_channel(row, form.channel, parts, at=at)
    require_new_reference(row, form.channel, form.reference)
    details = {"amount_fen": sum(parts.values()), "channel": form.channel, "reference": form.reference}
    step(flow_of(row), row, verb, by=by, at=at, note=form.note, details=details, **{"paid_at": at, **columns})
    payable = settle(row, form.channel, form.reference, by=by, at=at)
    write_payment(row, parts, form.channel, form.reference, by=by, at=at, round=payable.round, quantities=quantities)


def write_payment(
    row: CaseRow,
    parts: Parts,
    channel: str,
    reference: str,
    *,
    by: Who,
    at: datetime,
    round: int,
    quantities: Mapping[int, int] | None = None,
) -> None:
    """The ledger's executed lines, and what the order was refunded."""
    flow = flow_of(row)
    how = {"channel": channel, "reference": reference}
    for part, target in parts.items():
        record(flow, row, MoneyEntry.EXECUTED, part, target, by=by, at=at, round=round, **how)
    if price := _of_the_price(parts):
        orders.record_refund(row.order_id, amount_fen=price, quantities=dict(quantities or {}), by=by, at=at)


def settle(row: CaseRow, channel: str, reference: str, *, by: Who, at: datetime) -> Payable:
    """The line of finance's list is paid: by this payment, or just now by a result file that names it."""
    payable = waiting_of(row)
    if payable is None:
        raise Conflict("nothing_owed", "这张单没有待打款的金额", "Nothing is owed on this case")
    if payable.state == "paid" and (payable.channel, payable.reference) == (channel, reference):
        return payable
    if payable.state == "exported":
        number = payable.batch.number if payable.batch is not None else ""
        raise Conflict(
            "locked_in_batch",
            f"已导出到打款批次 {number}，请导入回盘结果，或先取消该批次",
            f"It stands in payout batch {number}: import the result, or cancel the batch first",
            current={"batch": payable.batch_id},
        )
    mark_paid(payable, channel, reference, by=by, at=at)
    return payable


def mark_paid(payable: Payable, channel: str, reference: str, *, by: Who, at: datetime) -> None:
    moving.move(
        PAYOUT,
        payable,
        "pay",
        by=by,
        at=at,
        details={
            "number": payable.number,
            "amount_fen": payable.amount_fen,
            "channel": channel,
            "reference": reference,
        },
        channel=channel,
        reference=reference,
        paid_by=str(by),
        paid_at=at,
        failed_why="",
    )


def waiting_of(row: CaseRow) -> Payable | None:
    """The latest line of finance's list of a case, locked until the transaction ends (PostgreSQL)."""
    rows = Payable.objects.select_for_update().filter(flow=flow_of(row).name, case_id=row.pk)
    return rows.order_by("-round").first()


def next_round(row: CaseRow) -> int:
    rows = Payable.objects.filter(flow=flow_of(row).name, case_id=row.pk)
    return int(rows.aggregate(last=Max("round"))["last"] or 0) + 1


def forget(row: CaseRow, *, by: Who, at: datetime) -> int:
    """The grant is taken back before it was paid: the ledger's grant becomes what was paid. Returns the fen given up."""
    payable = waiting_of(row)
    if payable is None or payable.state in ("paid", "dropped"):
        return 0
    if payable.state == "exported":
        raise Conflict(
            "locked_in_batch",
            "已导出打款，请等回盘结果或先取消批次",
            "It stands in a payout file; wait, or cancel the batch",
        )
    moving.move(PAYOUT, payable, "drop", by=by, at=at, details={"number": payable.number})
    flow = flow_of(row)
    for part in granted_parts(row):
        record(flow, row, MoneyEntry.GRANTED, part, executed_parts(row).get(part, 0), by=by, at=at)
    return payable.amount_fen


def granted_parts(row: CaseRow) -> dict[str, int]:
    """What the ledger says is granted, by part."""
    return _sums(row, (MoneyEntry.GRANTED,))


def executed_parts(row: CaseRow) -> dict[str, int]:
    """What the ledger says is paid, reversals taken off, by part."""
    return _sums(row, (MoneyEntry.EXECUTED, MoneyEntry.REVERSED))


def _sums(row: CaseRow, kinds: tuple[str, ...]) -> dict[str, int]:
    rows = MoneyEntry.objects.filter(flow=flow_of(row).name, case_id=row.pk, kind__in=kinds)
    return dict(rows.order_by().values_list("part").annotate(Sum("amount_fen")))


def require_channel(row: CaseRow, channel: str, parts: Parts, *, at: datetime) -> None:
    """C32: back the way it was paid; an Alipay transfer only where the rule of that part allows it."""
    fits = kind_of(row).channels(row)
    if channel not in fits:
        names = "、".join(CHANNELS[one].zh for one in fits)
        english = ", ".join(CHANNELS[one].en for one in fits)
        raise Invalid(fields={"channel": T(f"这笔只能用：{names}", f"Only these fit: {english}")})
    if channel == "points":
        _require_paid_in_points(row, parts)
    if channel != "alipay":
        return
    answer = rule(_rule_of_transfers(parts), shop=shop_of(row), at=at)
    if answer.value != "alipay_transfer":
        raise Invalid(
            fields={
                "channel": T(
                    f"本店不能用支付宝转账退款：{answer.explain.zh}", f"No Alipay transfer here: {answer.explain.en}"
                )
            }
        )


def _require_paid_in_points(row: CaseRow, parts: Parts) -> None:
    """R221: points go back as points, and money never goes back as points."""
    paid = payment_of(row.order)
    points = paid.parts.get("points_fen", 0) if paid is not None else 0
    if (price := _of_the_price(parts)) > points:
        zh = f"订单用积分付了 {format_yuan(points)}，不能用积分退 {format_yuan(price)}"
        raise Invalid(fields={"channel": T(zh, f"{format_yuan(points)} was paid in points, not {format_yuan(price)}")})


def _rule_of_transfers(parts: Parts) -> str:
    if parts.get(GOODS, 0) + parts.get(OUT, 0):
        return "refund_destination"
    return "price_difference_channel" if parts.get(DIFFERENCE, 0) else "return_freight_refund_channel"


def require_new_reference(row: CaseRow, channel: str, reference: str) -> None:
    """One payment belongs to one case."""
    used = MoneyEntry.objects.filter(
        shop_id=row.shop_id, kind=MoneyEntry.EXECUTED, channel=channel, reference=reference
    )
    if used.exists():
        raise Invalid(
            fields={
                "reference": T(
                    f"流水号 {reference} 已用于另一笔退款", f"Reference {reference} was used for another refund"
                )
            }
        )
