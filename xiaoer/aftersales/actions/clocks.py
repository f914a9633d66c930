"""Clocks of a case beyond the flow's table: other durations by circumstance, due times told by the platform."""

from datetime import datetime

from xiaoer.aftersales import events
from xiaoer.aftersales.kinds import kind_of
from xiaoer.aftersales.models import CaseRow
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.flow import Flow, Starts
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import subject_of
from xiaoer.policy.queries import rule


def follow(flow: Flow, row: CaseRow, started: tuple[Starts, ...], at: datetime) -> None:
    """After a move: bring special durations in, forget platform clocks that ended, keep the row's soonest due time."""
    for clock in started:
        _adjust(flow, row, clock, at)
    running = deadlines.open_for(subject_of(flow, row))
    fresh = {clock.kind for clock in started}
    kept = {d.kind for d in running} - fresh
    due = running[0].due_at if running else None
    told = {kind: at_text for kind, at_text in row.platform_clocks.items() if kind in kept}
    type(row)._default_manager.filter(pk=row.pk).update(due_at=due, platform_clocks=told)
    row.due_at, row.platform_clocks = due, told


def _adjust(flow: Flow, row: CaseRow, clock: Starts, at: datetime) -> None:
    """The flow may give a clock another duration by circumstance; the internal one warns at its own hour."""
    key, warn_key = kind_of(row).rule_of(row, clock), ""
    if clock.kind == "refund_after_warehousing":
        warn_key = "refund_after_warehousing_warn"
    if key == clock.rule and not warn_key:
        return
    due = at + rule(key, shop=row.shop, at=at).duration
    warn = deadlines.warnings_of(at, due, clock.warn)
    if warn_key:
        warn = (at + rule(warn_key, shop=row.shop, at=at).duration,)
    deadlines.start(clock.kind, subject_of(flow, row), shop_id=row.shop_id, due_at=due, at=at, warn_at=warn)


def set_platform_clock(flow: Flow, row: CaseRow, kind: str, due_at: datetime, *, by: Who, at: datetime) -> None:
    """The platform shows another due time than ours: its clock counts (R843)."""
    known = {clock.kind: clock for clock in flow.clocks()}
    if kind not in known:
        raise Invalid(fields={"kind": T(f"没有名为 {kind} 的时限", f"There is no clock named {kind!r}")})
    if due_at <= at:
        raise Invalid(fields={"due_at": T("平台时限须晚于现在", "The platform's due time must lie ahead")})
    subject = subject_of(flow, row)
    running = next((d for d in deadlines.open_for(subject) if d.kind == kind), None)
    if running is None:
        zh, en = known[kind].label
        raise Conflict("clock_not_running", f"「{zh}」当前没有在计时", f"The clock {en!r} is not running")
    warn = deadlines.warnings_of(at, due_at, known[kind].warn)
    deadlines.start(kind, subject, shop_id=row.shop_id, due_at=due_at, at=at, warn_at=warn)
    told = {**row.platform_clocks, kind: iso(due_at)}
    type(row)._default_manager.filter(pk=row.pk).update(platform_clocks=told)
    row.platform_clocks = told
    follow(flow, row, (), at)
    payload = events.CaseClockSet(
        number=row.number, clock=kind, before=iso(running.due_at) or "", after=iso(due_at) or ""
    )
    announce(payload, shop_id=row.shop_id, subject=subject, by=by, at=at)
