"""The door of a telephone exchange (PBX/CTI): events in, what to ring out; and whose extension is whose."""

from typing import Any

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import agents_with, team_names
from xiaoer.policy.queries import rule
from xiaoer.voice import actions, incoming, queries, seating
from xiaoer.voice.actions import Outcome
from xiaoer.voice.incoming import ExchangeEvent, Row

router = Router()
MOST = 200


class Instruction(Schema):
    """What the exchange is to do with a waiting call."""

    ring: int | None = Field(description="Staff id at whom it is to ring; null: keep it in the queue")
    extension: str = Field(description="Her telephone, when it is known")
    offer_callback: bool = Field(description="Ask the caller whether we may call back")


class EventResult(Schema):
    """What became of one event."""

    index: int
    call: str
    event_id: str
    result: str = Field(description="created | updated | repeated | rejected")
    id: int | None = Field(description="Our number of the call")
    state: str | None
    instruction: Instruction | None
    reasons: list[str] = Field(description="Why it was rejected, or what was odd about it")


class EventsAnswer(Schema):
    created: int
    updated: int
    repeated: int
    rejected: int
    results: list[EventResult]


class QueuedCall(Schema):
    id: int
    call: str
    state: str
    first: bool
    instruction: Instruction


class QueueAnswer(Schema):
    items: list[QueuedCall]
    next: str | None = None


class ExtensionRow(Schema):
    number: str
    staff: int


class ExtensionOut(ExtensionRow):
    name: str


class Extensions(Schema):
    items: list[ExtensionOut]
    next: str | None = None


class ExtensionsIn(Schema):
    shop: int
    items: list[ExtensionRow] = Field(max_length=500)


@router.post(
    "/voice/events",
    response=EventsAnswer,
    summary="What the exchange tells: one event or a list; safe to repeat, in any order",
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": ExchangeEvent.model_json_schema()}}}},
)
def take_in(request: HttpRequest, data: Any = Body(...)) -> dict[str, Any]:
    """Needs the scope `voice.events`. At most 200 events a call; each gets its own result."""
    viewer = viewer_of(request)
    if not viewer.shops_with(Perm.VOICE_EVENTS):
        raise Forbidden("需要 voice.events 权限才能上报呼叫事件", "The scope voice.events is needed")
    given = data if isinstance(data, list) else [data]
    if not 1 <= len(given) <= MOST:
        text = T(f"一次 1～{MOST} 条事件，收到 {len(given)} 条", f"1 to {MOST} events a call, got {len(given)}")
        raise Invalid(fields={"events": text})
    at = clock.now()
    ahead = rule("voice_clock_ahead", platform="own", at=at).duration
    checked = [_in_shop(viewer, row) for row in incoming.check(given, at, ahead)]
    people = _agents(checked)
    results = []
    with transaction():
        for row in checked:
            results.append(_one(viewer, row, people))
    counts = {
        name: sum(one["result"] == name for one in results) for name in ("created", "updated", "repeated", "rejected")
    }
    return {**counts, "results": results}


def _in_shop(viewer: Viewer, row: Row) -> Row:
    """A shop the token cannot reach looks like one that does not exist; so does another shop's team."""
    if row.event is None:
        return row
    if not viewer.may(Perm.VOICE_EVENTS, row.event.shop):
        text = T(
            f"没有店铺 {row.event.shop}，或令牌没有它的权限", f"No shop {row.event.shop} within this token's reach"
        )
        return Row(row.index, None, (text,), row.given)
    if row.event.team is not None and row.event.team not in team_names(row.event.shop):
        text = T(f"本店没有小组 {row.event.team}", f"There is no team {row.event.team} in this shop")
        return Row(row.index, None, (text,), row.given)
    return row


def _agents(rows: list[Row]) -> dict[tuple[int, str], int]:
    """Who is meant by the extensions of these rows."""
    wanted: dict[int, set[str]] = {}
    for row in rows:
        if row.event is not None and row.event.agent:
            wanted.setdefault(row.event.shop, set()).add(row.event.agent)
    found: dict[tuple[int, str], int] = {}
    for shop, names in wanted.items():
        found |= {(shop, name): pk for name, pk in queries.agent_by_extension(shop, names).items()}
        agents = set(agents_with(shop, Perm.CHAT))
        for name in names:
            number = name.removeprefix("staff:")
            if name.startswith("staff:") and number.isdigit() and int(number) in agents:
                found[shop, name] = int(number)
    return found


def _one(viewer: Viewer, row: Row, people: dict[tuple[int, str], int]) -> dict[str, Any]:
    event = row.event
    if event is None:
        return _result(row, Outcome("rejected", None, list(row.reasons)), viewer)
    at = clock.now()
    agent = people.get((event.shop, event.agent))
    outcome = actions.take_in(event.shop, incoming.news(event, agent, at), by=viewer.who, at=at)
    if event.agent and agent is None:
        text = T(
            f"没有登记分机「{event.agent}」，事件已记录但不知道是谁",
            f"No extension {event.agent!r} is known: the event is kept, but not whose it was",
        )
        outcome = Outcome(outcome.result, outcome.call, [*outcome.reasons, text])
    return _result(row, outcome, viewer)


def _result(row: Row, outcome: Outcome, viewer: Viewer) -> dict[str, Any]:
    given, call = row.given or {}, outcome.call
    return {
        "index": row.index,
        "call": str(given.get("call", ""))[:80],
        "event_id": str(given.get("event_id", ""))[:80],
        "result": outcome.result,
        "id": call.pk if call is not None else None,
        "state": call.state if call is not None else None,
        "instruction": queries.instruction(call) if call is not None else None,
        "reasons": [text.say(viewer.language) for text in outcome.reasons],
    }


@router.get("/voice/queue", response=QueueAnswer, summary="For the exchange: waiting calls in order, and whom to ring")
def waiting(request: HttpRequest, shop: int) -> dict[str, Any]:
    """Needs the scope `voice.events`. VIP and complaints first (R697), then who waits longest."""
    viewer = viewer_of(request)
    viewer.require(Perm.VOICE_EVENTS, shop)
    found = seating.waiting_calls(shop)[:MOST]
    items = [
        {
            "id": call.pk,
            "call": call.key,
            "state": call.state,
            "first": call.band == 0,
            "instruction": queries.instruction(call),
        }
        for call in found
    ]
    return {"items": items, "next": None}


@router.get("/voice/extensions", response=Extensions, summary="Whose telephone is which")
def extensions(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    if not viewer.may(Perm.STAFF_EDIT, shop) and not viewer.may(Perm.VOICE_EVENTS, shop):
        viewer.require(Perm.STAFF_EDIT, shop)
    return _shown(shop)


@router.put("/voice/extensions", response=Extensions, summary="Set the whole list of a shop's telephones")
def set_extensions(request: HttpRequest, data: ExtensionsIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(Perm.STAFF_EDIT, data.shop)
    wanted = {row.number.strip(): row.staff for row in data.items}
    if len(wanted) < len(data.items):
        raise Invalid(fields={"items": T("有分机号重复", "An extension stands there twice")})
    with transaction():
        actions.set_extensions(data.shop, wanted, by=viewer.who, at=clock.now())
    return _shown(data.shop)


def _shown(shop: int) -> dict[str, Any]:
    rows = queries.extensions_of(shop)
    return {"items": [{"number": r.number, "staff": r.staff_id, "name": r.staff.name} for r in rows], "next": None}
