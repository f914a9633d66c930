"""Part requests that wait too long (备件申领超时): nothing happens by itself, the desk is told who must act."""

from datetime import datetime

from xiaoer.aftersales.events_repair import PartLate
from xiaoer.aftersales.repair_parts_flow import PARTS
from xiaoer.aftersales.repair_reads import request_of_subject
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Deadline


def late(deadline: Deadline, at: datetime) -> None:
    row = request_of_subject(deadline.subject)
    if row is None:
        return
    payload = PartLate(number=row.repair.number, part=row.part.name, clock=deadline.kind, state=row.state)
    announce(payload, shop_id=row.shop_id, subject=deadline.subject, by=CLOCK, at=at)


for _clock in PARTS.clocks():
    on_due(_clock.kind)(late)
