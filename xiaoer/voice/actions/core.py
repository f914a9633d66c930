"""A call's own row: its events kept, its columns folded from them, its clocks, and what the screens are told."""

from datetime import datetime
from typing import Any

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Lease
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules as policy
from xiaoer.voice import events, flow
from xiaoer.voice.flow import Standing, Told
from xiaoer.voice.models import Call, CallEvent

RING_LIMIT, WAIT_LIMIT, CALLBACK_OFFER, NO_NEWS = "call_rings", "call_wait", "call_callback_offer", "call_no_news"


def one_at_a_time(shop_id: int, at: datetime) -> None:
    """Two hands never serve the call queue of a shop at the same moment: one agent would be given two calls.

    On SQLite a write transaction is alone anyway; elsewhere the row lock is held until this transaction ends.
    """
    name = f"voice.queue:{shop_id}"
    Lease.objects.get_or_create(name=name, defaults={"holder": "", "until": at})
    Lease.objects.select_for_update().get(name=name)


def held(call_id: int) -> Call:
    """The call, locked for this transaction."""
    row = Call.objects.select_for_update(of=("self",)).filter(pk=call_id).first()
    if row is None:
        raise NotFound("没有这通电话", "There is no such call")
    return row


def keep(call: Call, told: Told) -> None:
    CallEvent.objects.create(
        call=call,
        event_key=told.key,
        kind=told.kind,
        at=told.at,
        agent_id=told.agent,
        rings=told.rings,
        reason=told.reason,
        url=told.url,
    )


def write(call: Call, **columns: Any) -> None:
    """Write named columns of a call that this transaction holds, and keep the object in step."""
    Call.objects.filter(pk=call.pk).update(**columns)
    for name, value in columns.items():
        setattr(call, name, value)


def standing_of(call: Call) -> Standing:
    kept = CallEvent.objects.filter(call=call)
    return flow.fold(
        call.direction,
        [Told(row.kind, row.at, row.event_key, row.agent_id, row.rings, row.reason, row.url) for row in kept],
    )


def refold(call: Call, *, created: bool = False, by: Who, at: datetime) -> tuple[str, int | None]:
    """Bring the call's columns to what its events say, tell the screens, run or end its clocks.

    Returns the state and the agent before.
    """
    before, was_agent, had_recording = ("" if created else call.state), call.agent_id, bool(call.recording_url)
    now = standing_of(call)
    write(
        call,
        state=now.state,
        started_at=now.started_at or call.started_at,
        queued_at=now.queued_at,
        offered_at=now.offered_at,
        rang_at=now.rang_at,
        answered_at=now.answered_at,
        held_since=now.held_since,
        hold_seconds=now.hold_seconds,
        ended_at=now.ended_at,
        agent_id=now.agent,
        tried=list(now.tried),
        rings=now.rings,
        end_reason=now.end_reason,
        recording_url=now.recording_url,
        recorded_at=(call.recorded_at or call.started_at) if now.recording_url else None,
    )
    if before != call.state or was_agent != call.agent_id:
        tell_changed(call, before, was_agent, by=by, at=at)
    run_clocks(call, at)
    if call.recording_url and not had_recording:
        announce(events.RecordingStored(call=call.pk), shop_id=call.shop_id, subject=f"call:{call.pk}", by=by, at=at)
    return before, was_agent


def tell_changed(call: Call, before: str, was_agent: int | None, *, by: Who, at: datetime) -> None:
    said = events.CHANGES[call.state](
        call=call.pk,
        state=call.state,
        before=before,
        direction=call.direction,
        agent=call.agent_id,
        was_agent=was_agent,
        first=call.band == 0,
    )
    announce(said, shop_id=call.shop_id, subject=f"call:{call.pk}", by=by, at=at, customer_id=call.customer_id)


def run_clocks(call: Call, at: datetime) -> None:
    """Three rings at this agent, the service level, the offer to call back, no news; nothing runs on a call that is over."""
    subject = f"call:{call.pk}"
    if call.state not in flow.LIVE:
        deadlines.settle(subject, at=at)
        return
    keys = ("voice_rings_max", "voice_ring_seconds", "voice_service_seconds", "voice_callback_offer", "voice_no_news")
    found = policy(keys, shop=shop_facts(call.shop_id), at=at)
    deadlines.start(NO_NEWS, subject, shop_id=call.shop_id, due_at=at + found["voice_no_news"].duration, at=at)
    if call.state in flow.SPEAKING or call.direction != "inbound":
        for kind in (RING_LIMIT, WAIT_LIMIT, CALLBACK_OFFER):
            deadlines.settle(subject, kind, at=at)
        return
    since = call.queued_at or call.started_at
    for kind, key in ((WAIT_LIMIT, "voice_service_seconds"), (CALLBACK_OFFER, "voice_callback_offer")):
        if (due := since + found[key].duration) > at:
            deadlines.start(kind, subject, shop_id=call.shop_id, due_at=due, at=at)
    at_agent = call.rang_at if call.state == "ringing" else call.offered_at
    if call.agent_id is None or at_agent is None:
        deadlines.settle(subject, RING_LIMIT, at=at)
        return
    due = at_agent + found["voice_ring_seconds"].duration * int(found["voice_rings_max"].value)
    deadlines.start(RING_LIMIT, subject, shop_id=call.shop_id, due_at=max(due, at), at=at)
