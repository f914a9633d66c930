"""Late and nearly late invoices, transfers and confirmations: said once, shown on the row."""

from datetime import datetime
from typing import Any

from xiaoer.kernel.access import CLOCK, Who
from xiaoer.kernel.events import announce
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.moving import subject_of
from xiaoer.orders import events_money


def mark(flow: Flow, row: Any, clock: str, due_at: str, *, by: Who = CLOCK, at: datetime) -> None:
    """The row is late from now on; its due time stays to be seen."""
    if flow.state(row.state).final:
        return
    type(row)._default_manager.filter(pk=row.pk).update(late=True)
    payload = events_money.MoneyLate(order_no=row.order.order_no, clock=_name(flow, clock), due_at=due_at)
    announce(payload, shop_id=row.shop_id, subject=subject_of(flow, row), by=by, at=at)


def warn(flow: Flow, row: Any, clock: str, due_at: str, *, by: Who = CLOCK, at: datetime) -> None:
    payload = events_money.MoneyDueSoon(order_no=row.order.order_no, clock=_name(flow, clock), due_at=due_at)
    announce(payload, shop_id=row.shop_id, subject=subject_of(flow, row), by=by, at=at)


def _name(flow: Flow, kind: str) -> str:
    return next((clock.zh for clock in flow.clocks() if clock.kind == kind), kind)
