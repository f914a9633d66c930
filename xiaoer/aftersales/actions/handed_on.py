"""What the order desk hands on (R050, R053, R059, R080): a refund or a return is opened, or the case waits for a hand."""

from datetime import datetime

from xiaoer.aftersales.actions.opening import open_case
from xiaoer.aftersales.flow import FLOWS
from xiaoer.aftersales.forms import Ask, LineQty
from xiaoer.aftersales.kinds import TABLES
from xiaoer.aftersales.models import CaseRow, LineHold
from xiaoer.kernel.access import Who
from xiaoer.orders.queries import order_facts


def running(order_id: int) -> CaseRow | None:
    """The order's open return or refund, if it has one: what the buyer applied for herself counts."""
    for name, flow in FLOWS.items():
        found = TABLES[name]._default_manager.filter(order_id=order_id, state__in=flow.open_states()).first()
        if found is not None:
            return found
    return None


def left_lines(order_id: int) -> list[LineQty]:
    """Every piece that no case has taken yet."""
    taken = {one.order_line_id: one.held + one.gone for one in LineHold.objects.filter(order_id=order_id)}
    lines = [(line.id, line.qty - taken.get(line.id, line.refunded_qty)) for line in order_facts(order_id).lines]
    return [LineQty(line=line, qty=qty) for line, qty in lines if qty > 0]


def open_for_order(kind: str, order_id: int, reason: str, note: str, *, by: Who, at: datetime) -> CaseRow | None:
    """The case that fits; None when the rules want more than we know: then a person of after-sales opens it."""
    known = running(order_id)
    if known is not None:
        return known
    lines = left_lines(order_id)
    if not lines:
        return None
    return open_case(kind, order_id, Ask(reason=reason, lines=lines, note=note), by=by, at=at)
