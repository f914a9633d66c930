"""Clocks beyond the tables: the soonest due time on the row, times told by the platform, who is in charge."""

from datetime import datetime
from typing import Any

from xiaoer.complaints import events
from xiaoer.complaints.models import CaseBase, Complaint, Dispute
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Perm, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import subject_of
from xiaoer.people.queries import holds


def follow(flow: Flow, row: CaseBase) -> None:
    """Keep the row's soonest due time."""
    running = deadlines.open_for(subject_of(flow, row))
    due = running[0].due_at if running else _unclocked(flow, row)
    if due != row.due_at:
        _stand(row, due)


def _unclocked(flow: Flow, row: CaseBase) -> datetime | None:
    """An open complaint whose clocks have all run out goes on standing at the top (R461)."""
    return row.state_at if isinstance(row, Complaint) and not flow.state(row.state).final else None


def overdue(flow: Flow, row: CaseBase, due_at: datetime) -> None:
    """A clock ran out and nothing happens by itself: without another clock the row stands at the top as overdue."""
    follow(flow, row)
    if row.due_at is None and not flow.state(row.state).final:
        _stand(row, due_at)


def _stand(row: CaseBase, due_at: datetime | None) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(due_at=due_at, **row.in_line(due_at))
    row.due_at = due_at


def start_until(flow: Flow, row: CaseBase, kind: str, due_at: datetime, *, at: datetime) -> None:
    """A clock of the table with another end than the rule's length from now; one that lies behind ends at once."""
    if due_at <= at:
        deadlines.settle(subject_of(flow, row), kind, at=at)
        return
    clock = next(one for one in flow.clocks() if one.kind == kind)
    warn = deadlines.warnings_of(at, due_at, clock.warn)
    deadlines.start(kind, subject_of(flow, row), shop_id=row.shop_id, due_at=due_at, at=at, warn_at=warn)


def set_platform_clock(flow: Flow, row: Dispute, kind: str, due_at: datetime, *, by: Who, at: datetime) -> None:
    """The platform shows another due time than ours: its clock counts (platforms.md 1.5)."""
    known = {clock.kind: clock for clock in flow.clocks()}
    if kind not in known:
        raise Invalid(fields={"kind": T(f"没有名为 {kind} 的时限", f"There is no clock named {kind!r}")})
    if due_at <= at:
        raise Invalid(fields={"due_at": T("平台时限须晚于现在", "The platform's due time must lie ahead")})
    subject = subject_of(flow, row)
    running = next((one for one in deadlines.open_for(subject) if one.kind == kind), None)
    if running is None:
        zh, en = known[kind].label
        raise Conflict("clock_not_running", f"「{zh}」当前没有在计时", f"The clock {en!r} is not running")
    start_until(flow, row, kind, due_at, at=at)
    told = {**row.platform_clocks, kind: iso(due_at)}
    Dispute.objects.filter(pk=row.pk).update(platform_clocks=told)
    row.platform_clocks = told
    follow(flow, row)
    said = events.ClockSet(number=row.number, clock=kind, before=iso(running.due_at) or "", after=iso(due_at) or "")
    announce(said, shop_id=row.shop_id, subject=subject, by=by, at=at)


def set_owner(flow: Flow, row: Any, staff_id: int | None, perm: Perm, *, by: Who, at: datetime) -> None:
    """指定经办人: somebody of the shop who may do this work, or nobody."""
    if staff_id is not None and not holds(row.shop_id, staff_id, perm):
        raise Invalid(fields={"owner": T("此人在本店没有处理权限", "This person may not do this work here")})
    type(row)._default_manager.filter(pk=row.pk).update(owner_id=staff_id)
    row.owner_id = staff_id
    said = events.DisputeOwned(number=row.number, owner=staff_id)
    announce(said, shop_id=row.shop_id, subject=subject_of(flow, row), by=by, at=at)
