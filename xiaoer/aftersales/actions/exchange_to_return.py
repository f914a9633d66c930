"""转为退货退款: no stock, or she changed her mind. The return begins where the exchange stands, with what the dock counted."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import exchange_forms as forms
from xiaoer.aftersales.actions import deciding, goods
from xiaoer.aftersales.actions.opening import open_case
from xiaoer.aftersales.actions.steps import step
from xiaoer.aftersales.exchange_flow import EXCHANGE
from xiaoer.aftersales.forms import Ask, Inspect, LineQty, LineReceived, Receive
from xiaoer.aftersales.models import CaseLine, ExchangeCase, ReturnCase
from xiaoer.aftersales.reasons import REASONS
from xiaoer.kernel.access import Who

_CHECKS = ("model_ok", "package_ok", "tags_ok", "card_inside")


def to_return(row: ExchangeCase, form: forms.ToReturn, *, by: Who, at: datetime) -> None:
    """The exchange ends and frees its pieces; the return takes them and catches up: approved, on its way, received."""
    stood, lines = row.state, list(CaseLine.objects.filter(flow=EXCHANGE.name, case_id=row.pk))
    details = {"text": form.explanation}
    step(EXCHANGE, row, "to_return", by=by, at=at, note=form.note, details=details, answer=form.explanation)
    ask = Ask(
        reason=row.reason if "return" in REASONS[row.reason].kinds else "agreed",
        lines=[LineQty(line=line.order_line_id, qty=line.requested) for line in lines],
        note=f"由换货单 {row.number} 转来：{form.explanation}"[:500],
        photos=list(row.photos),
    )
    made = open_case("return", row.order_id, ask, by=by, at=at, goodwill=True)
    assert isinstance(made, ReturnCase)
    ExchangeCase.objects.filter(pk=row.pk).update(became_id=made.pk)
    row.became_id = made.pk
    if stood == "requested":
        return
    deciding.agree(made, row.responsibility, by=by, at=at)
    if row.waybill:
        goods.post(made, row.carrier, row.waybill, row.advanced_fen, list(row.photos), by=by, at=at)
    if row.received_at is not None:
        _catch_up(row, made, lines, by=by, at=at)


def _catch_up(row: ExchangeCase, made: ReturnCase, lines: list[CaseLine], *, by: Who, at: datetime) -> None:
    """What the dock counted and the inspection found stands for the return too."""
    found: dict[str, Any] = row.receipt
    counted = [
        LineReceived(line=line.order_line_id, received=line.received or 0, damaged=line.damaged) for line in lines
    ]
    checks: dict[str, Any] = {name: bool(found.get(name)) for name in _CHECKS}
    receive = Receive(lines=counted, note=f"换货单 {row.number} 已收货", checks=found.get("checks", {}), **checks)
    goods.receive(made, receive, by=by, at=at)
    if found.get("verdict"):
        inspect = Inspect(
            verdict=found["verdict"], claim=found.get("claim", "none"), finding=found.get("finding") or row.number
        )
        goods.inspect(made, inspect, by=by, at=at)
