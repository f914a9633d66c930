"""Clocks of reviews and disputes that run out: what the table says happens, and the warnings before."""

from datetime import datetime

from xiaoer.complaints import events, queries
from xiaoer.complaints.actions import perform_by_clock
from xiaoer.complaints.actions.clocks import overdue
from xiaoer.complaints.flow import FLOWS, ON_DUE
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.clock import iso
from xiaoer.kernel.deadlines import on_due, on_warn
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Deadline

KINDS = sorted({clock.kind for flow in FLOWS.values() for clock in flow.clocks()})


def fire(deadline: Deadline, at: datetime) -> None:
    """Do what falls due; an internal clock only says that somebody is late."""
    found = queries.case_of_subject(deadline.subject)
    if found is None:
        return
    flow, row = found
    if (flow.name, deadline.kind) in ON_DUE and perform_by_clock(flow, row, deadline.kind, at=at):
        return
    overdue(flow, row, deadline.due_at)
    _say(events.Late, deadline, at)


def warn(deadline: Deadline, at: datetime) -> None:
    _say(events.DueSoon, deadline, at)


def _say(kind: type[events.DueSoon], deadline: Deadline, at: datetime) -> None:
    found = queries.case_of_subject(deadline.subject)
    if found is None:
        return
    flow, row = found
    who = next(clock.who for clock in flow.clocks() if clock.kind == deadline.kind)
    payload = kind(number=row.number, state=row.state, clock=deadline.kind, who=who, due_at=iso(deadline.due_at) or "")
    announce(payload, shop_id=row.shop_id, subject=deadline.subject, by=CLOCK, at=at)


for _kind in KINDS:
    on_due(_kind)(fire)
    on_warn(_kind)(warn)
