"""One step of an invoice, a transfer or a COD confirmation: the kernel's move, then the row's soonest clock."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import Viewer, Who
from xiaoer.kernel.errors import Forbidden
from xiaoer.kernel.flow import Flow, Starts

Verb = Callable[..., None]


def begin(flow: Flow, row: Any, *, by: Who, at: datetime, details: dict[str, Any] | None = None) -> None:
    moving.begin(flow, row, by=by, at=at, details=details)
    follow(flow, row)


def step(
    flow: Flow, row: Any, verb: str, *, by: Who, at: datetime, details: dict[str, Any] | None = None, **columns: Any
) -> None:
    """Carry out a legal move; whatever was late is so no more."""
    if hasattr(row, "late"):
        columns.setdefault("late", False)
    moving.move(flow, row, verb, by=by, at=at, details=details, **columns)
    follow(flow, row)


def follow(flow: Flow, row: Any) -> None:
    """Keep the row's soonest due time, for lists."""
    if not hasattr(row, "due_at"):
        return
    running = deadlines.open_for(moving.subject_of(flow, row))
    due = running[0].due_at if running else None
    type(row)._default_manager.filter(pk=row.pk).update(due_at=due)
    row.due_at = due


def restart(flow: Flow, row: Any, clock: Starts, *, at: datetime) -> None:
    """Count a clock from now instead."""
    due = at + moving.duration(clock, row, at)
    warn = deadlines.warnings_of(at, due, clock.warn)
    deadlines.start(clock.kind, moving.subject_of(flow, row), shop_id=row.shop_id, due_at=due, at=at, warn_at=warn)
    follow(flow, row)


def perform(
    verbs: dict[str, Verb],
    viewer: Viewer,
    flow: Flow,
    row: Any,
    verb: str,
    data: dict[str, Any],
    *,
    by: Who,
    at: datetime,
) -> None:
    """Check who asks, whether it is legal now, what was typed; then do it. 403 comes before 409."""
    moves = [move for move in flow.moves if move.verb == verb]
    refusal: Forbidden | None = None
    for move in moves:
        try:
            moving.require_actor(move, viewer, row.shop_id)
            refusal = None
            break
        except Forbidden as no:
            refusal = no
    if refusal is not None:
        raise refusal
    found = moving.find_legal(flow, row, verb)
    moving.require_actor(found, viewer, row.shop_id)
    verbs[verb](row, moving.parse_form(found, data), by=by, at=at)
