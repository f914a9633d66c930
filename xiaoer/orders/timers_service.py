"""Clocks of service cases: a step that is late is said aloud; nothing moves by itself."""

from datetime import datetime

from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Deadline
from xiaoer.orders import events_service as events
from xiaoer.orders.models_service import ServiceCase
from xiaoer.orders.service_flow import SERVICE_FLOWS

WHO = {clock.kind: clock.who for flow in SERVICE_FLOWS.values() for clock in flow.clocks()}


def late(deadline: Deadline, at: datetime) -> None:
    """Who must act, and on which case. The row keeps its due time: the list shows for how long it is late."""
    row = ServiceCase.objects.filter(pk=int(deadline.subject.partition(":")[2])).first()
    if row is None or row.ended_at is not None:
        return
    payload = events.ServiceLate(
        case=row.subject, number=row.number, clock=deadline.kind, who=row.waits_for or WHO[deadline.kind]
    )
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=CLOCK, at=at)


for _kind in sorted(WHO):
    on_due(_kind)(late)
