"""The journal, the deadlines, the reactions and the flow tables over HTTP."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from xiaoer.kernel import audit, clock
from xiaoer.kernel.access import viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.events import label_of, summary_of
from xiaoer.kernel.flow import FLOWS
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.names import actor_names
from xiaoer.kernel.paging import MOST, soonest_first

router = Router(tags=["kernel 流水与时效"])


class Line(Schema):
    """One line of the journal (流水)."""

    number: int
    at: str
    shop: int | None
    area: str
    kind: str
    label: str
    subject: str
    actor: str
    actor_name: str
    summary: str
    payload: dict[str, Any]


class Lines(Schema):
    items: list[Line]
    next: str | None


class JournalQuery(Schema):
    shop: int | None = None
    area: str = ""
    kind: str = ""
    actor: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""
    cursor: str | None = None
    limit: int = 50


class Clock(Schema):
    """One deadline (时效)."""

    id: int
    shop: int | None
    kind: str
    label: str
    subject: str
    started_at: str
    due_at: str
    next_at: str | None
    settled_at: str | None
    paused: bool
    attempts: int
    failed_at: str | None
    error: str
    late_seconds: float


class Clocks(Schema):
    items: list[Clock]
    next: str | None


class ReactionRow(Schema):
    """How far a reaction has read the journal, and what stops it."""

    name: str
    number: int
    behind: int
    attempts: int
    failed_at: str | None
    stuck_at: int | None
    error: str


class FlowName(Schema):
    name: str
    title: str


class FlowState(Schema):
    name: str
    label: str
    category: str
    waits_for: str


class FlowMove(Schema):
    verb: str
    source: str
    target: str
    label: str
    by: list[str]
    clocks: list[str]


class FlowChart(Schema):
    """What the flowchart draws."""

    name: str
    title: str
    states: list[FlowState]
    moves: list[FlowMove]


class Health(Schema):
    ok: bool
    db: str
    event: int
    late_seconds: float


def _line(event: Event, names: dict[str, str], language: str) -> dict[str, Any]:
    return {
        "number": event.number,
        "at": clock.iso(event.at),
        "shop": event.shop_id,
        "area": event.area,
        "kind": event.kind,
        "label": label_of(event.kind).say(language),
        "subject": event.subject,
        "actor": event.actor,
        "actor_name": names[event.actor],
        "summary": summary_of(event.kind, event.payload, language),
        "payload": event.payload,
    }


@router.get("/journal", response=Lines, summary="Everything that happened, latest first: who, when, what")
def journal(request: HttpRequest, asked: Query[JournalQuery]) -> dict[str, Any]:
    """Needs journal.view. A search by words (q) looks through a stretch per page: go on while `next` is given."""
    viewer = viewer_of(request)
    given = asked.dict(exclude={"cursor", "limit"})
    limit = max(1, min(asked.limit, MOST))
    rows, following = audit.journal_page(viewer, audit.Filters(**given), cursor=asked.cursor, limit=limit)
    names = actor_names((row.actor for row in rows), viewer.language)
    return {"items": [_line(row, names, viewer.language) for row in rows], "next": following}


def _clock(row: Deadline, now: datetime, language: str) -> dict[str, Any]:
    running = row.settled_at is None and row.paused_at is None
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "kind": row.kind,
        "label": audit.clock_label(row.kind, row.subject).say(language),
        "subject": row.subject,
        "started_at": clock.iso(row.started_at),
        "due_at": clock.iso(row.due_at),
        "next_at": clock.iso(row.next_at),
        "settled_at": clock.iso(row.settled_at),
        "paused": row.paused_at is not None,
        "attempts": row.attempts,
        "failed_at": clock.iso(row.failed_at),
        "error": row.error,
        "late_seconds": max((now - row.due_at).total_seconds(), 0.0) if running else 0.0,
    }


@router.get("/deadlines", response=Clocks, summary="Clocks that run, and those whose handler failed")
def deadlines(
    request: HttpRequest,
    shop: int | None = None,
    state: Literal["open", "failed", "all"] = "open",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    rows = audit.deadlines_for(viewer, shop, state)
    found, following = soonest_first(rows, "due_at", cursor=cursor, limit=limit)
    now = clock.now()
    return {"items": [_clock(row, now, viewer.language) for row in found], "next": following}


@router.post("/deadlines/{deadline_id}/retry", response=Clock, summary="Try a failed deadline again now")
def retry_deadline(request: HttpRequest, deadline_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    now = clock.now()
    with transaction():
        row = audit.retry_deadline(viewer, deadline_id, by=viewer.who, at=now)
    return _clock(row, now, viewer.language)


@router.get("/reactions", response=list[ReactionRow], summary="How far the reactions have read the journal")
def reactions(request: HttpRequest) -> list[dict[str, Any]]:
    rows = audit.reactions_for(viewer_of(request))
    return [{**row, "failed_at": clock.iso(row["failed_at"])} for row in rows]


@router.post("/reactions/{name}/retry", response=dict[str, bool], summary="Try a failed reaction again now")
def retry_reaction(request: HttpRequest, name: str) -> dict[str, bool]:
    viewer = viewer_of(request)
    with transaction():
        audit.retry_reaction(viewer, name)
    return {"ok": True}


@router.get("/flows", response=list[FlowName], summary="Names of every flow")
def flows(request: HttpRequest) -> list[dict[str, str]]:
    viewer = viewer_of(request)
    return [{"name": flow.name, "title": flow.label.say(viewer.language)} for flow in FLOWS.values()]


@router.get("/flows/{name}", response=FlowChart, summary="A flow's states and moves: what the flowchart draws")
def flow(request: HttpRequest, name: str) -> dict[str, Any]:
    viewer = viewer_of(request)
    if name not in FLOWS:
        raise NotFound(f"没有名为「{name}」的流程", f"There is no flow named {name!r}")
    return FLOWS[name].chart(viewer.language)


@router.get("/health", response=Health, auth=None, summary="Whether the desk works: database, journal, clock loop")
def health(request: HttpRequest) -> dict[str, Any]:
    return audit.health(clock.now())
