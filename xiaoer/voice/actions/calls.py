"""What the exchange tells of a call is taken in: kept once, folded, carried into the queue (呼叫事件)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Who
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules as policy
from xiaoer.voice import events, flow, matching
from xiaoer.voice.actions import acd, core, duty, tasks
from xiaoer.voice.flow import Told
from xiaoer.voice.models import Call, CallerNumber, CallEvent
from xiaoer.voice.rules import band_of

MOST_EVENTS = 300
"""Events kept of one call; an exchange that repeats more under new numbers is told off."""


@dataclass(frozen=True, slots=True)
class CallNews:
    """One event as the exchange sent it, checked."""

    call: str
    event: str
    kind: str
    at: datetime
    direction: str = ""
    number: str = ""
    line: str = ""
    agent: int | None = None
    team: int | None = None
    complaint: bool = False
    rings: int | None = None
    reason: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event: created (a new call), updated, repeated (known already) or rejected."""

    result: str
    call: Call | None = None
    reasons: list[T] = field(default_factory=list)


def take_in(shop_id: int, news: CallNews, *, by: Who, at: datetime) -> Outcome:
    """Keep one event, whatever came before it; the same event twice changes nothing."""
    core.one_at_a_time(shop_id, at)
    call, created = _find_or_create(shop_id, news)
    if not created and CallEvent.objects.filter(call=call, event_key=news.event).exists():
        return Outcome("repeated", call)
    if CallEvent.objects.filter(call=call).count() >= MOST_EVENTS:
        text = T(f"这通电话的事件已超过 {MOST_EVENTS} 条", f"This call has more than {MOST_EVENTS} events already")
        return Outcome("rejected", call, [text])
    core.keep(call, Told(news.kind, news.at, news.event, news.agent, news.rings, news.reason, news.url))
    _learn(call, news, by=by, at=at)
    before, was_agent = core.refold(call, created=created, by=by, at=at)
    consequences(call, before, was_agent, by=by, at=at)
    call.refresh_from_db()  # the queue may have given it to somebody
    return Outcome("created" if created else "updated", call)


def _find_or_create(shop_id: int, news: CallNews) -> tuple[Call, bool]:
    fresh = Call(
        shop_id=shop_id, key=news.call, direction=news.direction or "inbound", state="queued", started_at=news.at
    )
    before = Call.objects.filter(shop_id=shop_id, key=news.call).exists()
    if not before:
        Call.objects.bulk_create([fresh], ignore_conflicts=True)
    row = Call.objects.select_for_update(of=("self",)).get(shop_id=shop_id, key=news.call)
    return row, not before and not CallEvent.objects.filter(call=row).exists()


def _learn(call: Call, news: CallNews, *, by: Who, at: datetime) -> None:
    """Who calls, on which line, about what: the first event that says so counts."""
    columns: dict[str, Any] = {}
    if news.direction and news.direction != call.direction:
        columns["direction"] = news.direction
    if news.line and not call.line:
        columns["line"] = news.line
    if news.team is not None and call.team_id is None:
        columns["team_id"] = news.team
    if news.complaint and not call.complaint:
        columns["complaint"] = True
    if news.number and not call.number_hash:
        columns |= _caller(call.shop_id, news.number)
    if not columns:
        return
    band = band_of(columns.get("vip", call.vip), columns.get("complaint", call.complaint))
    core.write(call, band=band, **columns)
    if "matched" in columns and call.customer_id is not None:
        said = events.CallMatched(call=call.pk, customer=call.customer_id, how=call.matched)
        announce(said, shop_id=call.shop_id, subject=f"call:{call.pk}", by=by, at=at)


def _caller(shop_id: int, number: str) -> dict[str, Any]:
    """Mask, hash and match; the number itself is kept once, apart from the calls."""
    columns = matching.caller_columns(shop_id, number)
    if digest := columns.get("number_hash"):
        kept = CallerNumber(shop_id=shop_id, number_hash=digest, number=matching.plain_number(number)[:24])
        CallerNumber.objects.bulk_create([kept], ignore_conflicts=True)
    return columns


def consequences(call: Call, before: str, was_agent: int | None, *, by: Who, at: datetime) -> None:
    """What a new state means for others: tasks owed or done, the agent's hands, the next one in the queue."""
    if before == call.state and was_agent == call.agent_id:
        return
    if call.state in flow.SPEAKING and before not in flow.SPEAKING and call.direction == "inbound":
        tasks.called_again(call, by=by, at=at)
    if call.state in flow.LOST and before not in flow.LOST:
        tasks.owe_callback(call, by=by, at=at)
    elif before in flow.LOST and call.state not in flow.LOST:
        tasks.forgive_callback(call, by=by, at=at)
    acd.serve_queue(call.shop_id, by=by, at=at)
    duty.hands({was_agent, call.agent_id}, by=by, at=at)


def wait_is_over(call_id: int, *, by: Who, at: datetime) -> None:
    """The service level is missed for this call: say so while something can still be done."""
    call = Call.objects.filter(pk=call_id, state__in=flow.WAITING).first()
    if call is None:
        return
    seconds = int(
        policy(["voice_service_seconds"], shop=shop_facts(call.shop_id), at=at)["voice_service_seconds"].value
    )
    said = events.CallWaitOver(call=call.pk, seconds=seconds)
    announce(said, shop_id=call.shop_id, subject=f"call:{call.pk}", by=by, at=at)


def no_news(call_id: int, *, by: Who, at: datetime) -> None:
    """The exchange said nothing for so long that the call must be over: its agent is free again."""
    call = core.held(call_id)
    if call.state not in flow.LIVE:
        return
    core.keep(call, Told("ended", at, f"desk:no_news:{int(at.timestamp())}", reason="no_news"))
    before, was_agent = core.refold(call, by=by, at=at)
    consequences(call, before, was_agent, by=by, at=at)
