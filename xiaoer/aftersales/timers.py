"""Clocks of cases that run out: what the flow's table says happens, and the warnings before (R843)."""

from datetime import datetime

from xiaoer.aftersales import events, queries
from xiaoer.aftersales import timers_finance as timers_finance
from xiaoer.aftersales import timers_repair as timers_repair
from xiaoer.aftersales import timers_voucher as timers_voucher
from xiaoer.aftersales.actions import perform_by_clock
from xiaoer.aftersales.actions.clocks import follow
from xiaoer.aftersales.kinds import FLOWS, ON_DUE
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.clock import iso
from xiaoer.kernel.deadlines import on_due, on_warn
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Deadline

KINDS = sorted({clock.kind for flow in FLOWS.values() for clock in flow.clocks()})


def fire(deadline: Deadline, at: datetime) -> None:
    """Do what falls due; an internal clock only says that the shop is late."""
    found = queries.case_of_subject(deadline.subject)
    if found is None:
        return
    flow, row = found
    if (flow.name, deadline.kind) in ON_DUE:
        perform_by_clock(flow, row, deadline.kind, at=at)
        return
    follow(flow, row, (), at)
    who = next(clock.who for clock in flow.clocks() if clock.kind == deadline.kind)
    payload = events.CaseLate(
        number=row.number, state=row.state, clock=deadline.kind, who=who, due_at=iso(deadline.due_at) or ""
    )
    announce(payload, shop_id=row.shop_id, subject=deadline.subject, by=CLOCK, at=at)


def warn(deadline: Deadline, at: datetime) -> None:
    """Say who must act, and until when; the buyer's own clocks are announced to her too."""
    found = queries.case_of_subject(deadline.subject)
    if found is None:
        return
    flow, row = found
    who = next(clock.who for clock in flow.clocks() if clock.kind == deadline.kind)
    payload = events.CaseDueSoon(
        number=row.number, state=row.state, clock=deadline.kind, who=who, due_at=iso(deadline.due_at) or ""
    )
    announce(payload, shop_id=row.shop_id, subject=deadline.subject, by=CLOCK, at=at, customer_id=row.customer_id)


for _kind in KINDS:
    on_due(_kind)(fire)
    on_warn(_kind)(warn)
