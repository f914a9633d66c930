"""Money: a refund is granted (应退) by after-sales and executed (已退) by finance; the ledger keeps both apart."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers, forms, rules
from xiaoer.aftersales.actions import holds, paying
from xiaoer.aftersales.actions.steps import require_within_cap, step
from xiaoer.aftersales.models import CaseLine, CaseRow, MoneyEntry, ReturnCase
from xiaoer.aftersales.proposals import Plan, flow_of, proposal
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.orders.queries import OrderFacts, order_facts


def grant(row: CaseRow, form: forms.Grant, *, by: Who, at: datetime) -> None:
    """Grant the refund; amounts that differ from the rules' need a reason, and never exceed what was paid."""
    _grant(row, "grant", form, by=by, at=at)


def platform_refund(row: CaseRow, form: forms.PlatformGrant, *, by: Who, at: datetime) -> None:
    """The platform ruled that the buyer is paid."""
    _grant(row, "platform_refund", form, by=by, at=at, ruling=form.ruling)


def _grant(row: CaseRow, verb: str, form: forms.Grant, *, by: Who, at: datetime, ruling: str = "") -> None:
    order = order_facts(row.order_id)
    holds.lock(order)
    plan, verdict, fault = proposal(row, form.responsibility, at=at)
    wanted = _with_changes(row, plan, form, order)
    require_within_cap(row, wanted.freight_back_fen, "freight_back_fen", at=at)
    changed = (wanted.goods_fen, wanted.freight_out_fen, wanted.freight_back_fen) != (
        plan.goods_fen,
        plan.freight_out_fen,
        plan.freight_back_fen,
    )
    if changed and not form.reason and not ruling:
        zh = (
            f"按规则应退货款 {format_yuan(plan.goods_fen)}、发货运费 {format_yuan(plan.freight_out_fen)}、"
            f"退货运费 {format_yuan(plan.freight_back_fen)}，改动金额请说明原因"
        )
        raise Invalid(fields={"reason": T(zh, f"The rules give {format_yuan(plan.total_fen)}; say why you differ")})
    extra: dict[str, Any] = {"responsibility": fault, "freight": verdict.data()}
    if form.reason or ruling:
        extra["answer"] = ruling or form.reason
    _write_grant(row, verb, wanted, order, by=by, at=at, note=form.note, text=ruling or form.reason, **extra)


def _with_changes(row: CaseRow, plan: Plan, form: forms.Grant, order: OrderFacts) -> Plan:
    """The plan with the amounts that were typed, each within its limit."""
    pieces = answers.pieces_of(order)
    lines = plan.lines
    if form.amount_fen is not None and form.amount_fen != plan.goods_fen:
        top = sum(pieces[line.order_line_id].worth(line.requested) for line, _, _ in lines)
        if form.amount_fen > top:
            given = format_yuan(form.amount_fen)
            raise Invalid(
                fields={
                    "amount_fen": T(
                        f"这些商品最多可退 {format_yuan(top)}，填了 {given}", f"At most {format_yuan(top)}, not {given}"
                    )
                }
            )
        shares = rules.spread(form.amount_fen, [(pieces[line.order_line_id], qty) for line, qty, _ in lines])
        lines = [(line, qty, fen) for (line, qty, _), fen in zip(lines, shares, strict=True)]
    out = plan.freight_out_fen if form.freight_out_fen is None else form.freight_out_fen
    if out > order.freight_fen:
        zh = f"订单发货运费 {format_yuan(order.freight_fen)}，不能退 {format_yuan(out)}"
        raise Invalid(fields={"freight_out_fen": T(zh, f"Freight paid was {format_yuan(order.freight_fen)}")})
    back = plan.freight_back_fen if form.freight_back_fen is None else form.freight_back_fen
    if back and not isinstance(row, ReturnCase):
        raise Invalid(
            fields={"freight_back_fen": T("仅退款没有退货运费", "A refund without goods has no return freight")}
        )
    return Plan(lines, out, back)


def auto_refund(row: CaseRow, form: None, *, by: Who, at: datetime) -> None:
    """Nobody confirmed in time: the platform refunds what was asked, whatever arrived."""
    _auto(row, "auto_refund", by=by, at=at)


def auto_grant(row: CaseRow, form: None, *, by: Who, at: datetime) -> None:
    _auto(row, "auto_grant", by=by, at=at)


def _auto(row: CaseRow, verb: str, *, by: Who, at: datetime) -> None:
    flow, order = flow_of(row), order_facts(row.order_id)
    holds.lock(order)
    pieces = answers.pieces_of(order)
    lines = list(CaseLine.objects.filter(flow=flow.name, case_id=row.pk).order_by("pk"))
    lots = [(pieces[line.order_line_id], line.requested) for line in lines]
    goods = min(row.requested_fen, sum(piece.worth(qty) for piece, qty in lots))
    shares = rules.spread(goods, lots)
    out = min(row.requested_fen - goods, order.freight_fen)
    plan = Plan([(line, line.requested, fen) for line, fen in zip(lines, shares, strict=True)], out, 0)
    _write_grant(row, verb, plan, order, by=by, at=at)


def _write_grant(
    row: CaseRow,
    verb: str,
    plan: Plan,
    order: OrderFacts,
    *,
    by: Who,
    at: datetime,
    note: str = "",
    text: str = "",
    **columns: Any,
) -> None:
    flow = flow_of(row)
    if plan.total_fen <= 0:
        raise Refusal(
            "nothing_to_refund",
            "应退金额为 0：请填写金额，或选择“验货不符”并与买家协商",
            "There is nothing to refund: give an amount, or reject the goods and settle with the buyer",
        )
    paying.require_within_order(row, plan.goods_fen + plan.freight_out_fen, order)
    amounts: dict[str, Any] = {
        "goods_fen": plan.goods_fen,
        "freight_out_fen": plan.freight_out_fen,
        "freight_back_fen": plan.freight_back_fen,
    }
    details = {**amounts, "amount_fen": plan.total_fen} | ({"text": text} if text else {})
    columns |= {**amounts, "granted_fen": plan.total_fen, "decided_by": str(by), "decided_at": at}
    step(flow, row, verb, by=by, at=at, note=note, details=details, **columns)
    full = _worths(order, plan)
    for line, qty, fen in plan.lines:
        gone = qty if flow.name == "return" or fen >= full[line.pk] else 0
        holds.spend(line, gone, fen)
        CaseLine.objects.filter(pk=line.pk).update(granted_qty=gone, granted_fen=fen)
    parts = {paying.GOODS: plan.goods_fen, paying.OUT: plan.freight_out_fen, paying.BACK: plan.freight_back_fen}
    paying.owe(row, parts, by=by, at=at, checked=True)


def _worths(order: OrderFacts, plan: Plan) -> dict[int, int]:
    pieces = answers.pieces_of(order)
    return {line.pk: pieces[line.order_line_id].worth(qty) for line, qty, _ in plan.lines}


def refund(row: CaseRow, form: forms.Pay, *, by: Who, at: datetime) -> None:
    """Finance paid exactly what was granted: ledger, case and order say so together."""
    lines = CaseLine.objects.filter(flow=flow_of(row).name, case_id=row.pk, granted_qty__gt=0)
    quantities = dict(lines.values_list("order_line_id", "granted_qty"))
    parts = {paying.GOODS: row.goods_fen or 0, paying.OUT: row.freight_out_fen, paying.BACK: row.freight_back_fen}
    paying.pay(row, "refund", form, parts, by=by, at=at, quantities=quantities)


def paid_already(row: CaseRow, channel: str, reference: str) -> bool:
    """The same payment was registered before: saying it again is no mistake."""
    flow = flow_of(row)
    rows = MoneyEntry.objects.filter(flow=flow.name, case_id=row.pk, kind=MoneyEntry.EXECUTED)
    return bool(reference) and rows.filter(channel=channel, reference=reference).exists()
