"""What the rules would pay for a case as it stands (应退测算): read only, so that a form can show it before anybody acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers, rules
from xiaoer.aftersales.flow import FLOWS, RETURN
from xiaoer.aftersales.models import CaseLine, CaseRow, ReturnCase
from xiaoer.aftersales.reasons import REASONS
from xiaoer.kernel.flow import Flow
from xiaoer.orders.queries import order_facts
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule


def flow_of(row: CaseRow) -> Flow:
    return RETURN if isinstance(row, ReturnCase) else FLOWS["refund_only"]


def lots_of(flow: Flow, row: CaseRow) -> dict[int, int]:
    """Line id -> pieces the case asks for."""
    rows = CaseLine.objects.filter(flow=flow.name, case_id=row.pk)
    return dict(rows.order_by("pk").values_list("order_line_id", "requested"))


def judged(row: CaseRow, responsibility: str | None, *, at: datetime) -> tuple[str, rules.Verdict]:
    """Whose fault it is now taken to be, and who therefore bears which freight (C08)."""
    fault = responsibility or row.responsibility
    order = order_facts(row.order_id)
    return fault, answers.freight_for(shop_facts(row.shop_id), order, REASONS[row.reason], fault, at)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a grant pays: per line pieces and fen, and freight both ways."""

    lines: Sequence[tuple[CaseLine, int, int]]
    freight_out_fen: int
    freight_back_fen: int

    @property
    def goods_fen(self) -> int:
        return sum(fen for _, _, fen in self.lines)

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.freight_out_fen + self.freight_back_fen


def proposal(row: CaseRow, responsibility: str | None, *, at: datetime) -> tuple[Plan, rules.Verdict, str]:
    """The refund the rules give: what came back, pro rata of what was paid; freight by the verdict."""
    flow, order = flow_of(row), order_facts(row.order_id)
    fault, verdict = judged(row, responsibility, at=at)
    lines = list(CaseLine.objects.filter(flow=flow.name, case_id=row.pk).order_by("pk"))
    if isinstance(row, ReturnCase) and row.received_at is not None:
        counts = [rules.accepted(line.received or 0, line.damaged, fault) for line in lines]
    else:
        counts = [line.requested for line in lines]
    pieces = answers.pieces_of(order)
    lots = [(pieces[line.order_line_id], qty) for line, qty in zip(lines, counts, strict=True)]
    goods = sum(piece.worth(qty) for piece, qty in lots)
    if flow.name == "refund_only":
        goods = min(goods, row.requested_fen)
    shares = rules.spread(goods, lots)
    lot_map = {piece.line: qty for piece, qty in lots if qty}
    out = answers.quote(order, lot_map, verdict, row.shipped).freight_out_fen
    if flow.name == "refund_only":
        out = min(out, row.requested_fen - goods)
    back = _freight_back(row, verdict, at)
    return Plan(tuple(zip(lines, counts, shares, strict=True)), out, back), verdict, fault


def _freight_back(row: CaseRow, verdict: rules.Verdict, at: datetime) -> int:
    """What the buyer says she advanced, as far as it is usual (R087): she typed it, nobody has seen the receipt yet."""
    if not isinstance(row, ReturnCase) or verdict.back != "seller" or not row.advanced_fen:
        return 0
    return min(row.advanced_fen, int(rule("return_freight_usual", shop=shop_facts(row.shop_id), at=at).value))


def initial_forms(row: CaseRow) -> dict[str, dict[str, Any]]:
    """What the forms of the next steps begin with: the case as it is."""
    found: dict[str, dict[str, Any]] = {
        "amend": {"reason": row.reason, "amount_fen": row.requested_fen, "note": row.note},
        "approve": {"responsibility": row.responsibility},
        "refund": {"channel": "platform"},
    }
    if isinstance(row, ReturnCase):
        found["correct_waybill"] = {"carrier": row.carrier, "waybill": row.waybill}
    for verb in ("grant", "platform_refund"):
        found[verb] = {"responsibility": row.responsibility}
    return found


def amounts(row: CaseRow, *, at: datetime) -> dict[str, Any] | None:
    """The refund by the rules, shown beside the form while it can be granted; empty fields of the form mean this."""
    flow = flow_of(row)
    if not (flow.find(row.state, "grant") or flow.find(row.state, "platform_refund")):
        return None
    plan, verdict, fault = proposal(row, None, at=at)
    return {
        "goods_fen": plan.goods_fen,
        "freight_out_fen": plan.freight_out_fen,
        "freight_back_fen": plan.freight_back_fen,
        "total_fen": plan.total_fen,
        "responsibility": fault,
        "why": verdict.why.both(),
    }
