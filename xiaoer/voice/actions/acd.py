"""The call queue (ACD 排队, R560): VIP and complaints first (R697), then who waits longest; overflow (R586)."""

from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict
from xiaoer.kernel.events import announce
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules as policy
from xiaoer.voice import events, flow, seating
from xiaoer.voice.actions import core
from xiaoer.voice.flow import Told
from xiaoer.voice.models import Call
from xiaoer.voice.rules import Choice, choose

_MOST_AT_ONCE = 20
"""Calls looked at in one transaction; the rest follow at the next occasion."""


def serve_queue(shop_id: int, *, by: Who, at: datetime) -> int:
    """Give the calls that wait with nobody to whoever can answer; returns how many were given."""
    since = at - policy(["voice_no_news"], shop=shop_facts(shop_id), at=at)["voice_no_news"].duration
    waiting = list(seating.next_calls(shop_id, since=since)[:_MOST_AT_ONCE])
    if not waiting:
        return 0
    core.one_at_a_time(shop_id, at)
    given = 0
    for call in waiting:
        given += offer(call, by=by, at=at)
    return given


def offer(call: Call, *, by: Who, at: datetime) -> bool:
    """Give one waiting call to an agent; False when nobody can answer."""
    choice = _choose(call, at)
    if choice.seat is None:
        return False
    _give(call, choice, by=by, at=at)
    return True


def _key(call: Call) -> str:
    """The desk's decisions of one call sort in the order in which they were taken."""
    return f"desk:{call.events.count():06d}"


def _choose(call: Call, at: datetime) -> Choice:
    keys = ("supervisor_receives", "voice_repeat_window", "voice_overflow_tries")
    found = policy(keys, shop=shop_facts(call.shop_id), at=at)
    wide = len(call.tried) >= int(found["voice_overflow_tries"].value)
    return choose(
        seating.seats(call.shop_id),
        team=None if wide else call.team_id,
        tried=call.tried,
        last_agent=seating.last_agent(call, since=at - found["voice_repeat_window"].duration),
        supervisors_receive=bool(found["supervisor_receives"].value),
    )


def _give(call: Call, choice: Choice, *, by: Who, at: datetime) -> None:
    assert choice.seat is not None
    core.keep(call, Told("offered", at, _key(call), choice.seat.id))
    core.refold(call, by=by, at=at)
    said = events.CallOffered(
        call=call.pk,
        agent=choice.seat.id,
        agent_name=choice.seat.name,
        reason=choice.reason,
        overflow=len(call.tried),
        refused=list(choice.refused)[:30],
    )
    announce(said, shop_id=call.shop_id, subject=f"call:{call.pk}", by=by, at=at)


def overflow(call_id: int, *, by: Who, at: datetime) -> None:
    """The ring limit is over (R698): it is said, and the call goes to the next agent, then to other teams (R586)."""
    call = core.held(call_id)
    if call.state not in flow.WAITING:
        return
    core.one_at_a_time(call.shop_id, at)
    rule = policy(["voice_rings_max", "voice_overflow_tries"], shop=shop_facts(call.shop_id), at=at)
    said = events.CallRingsOver(call=call.pk, agent=call.agent_id, limit=int(rule["voice_rings_max"].value))
    announce(said, shop_id=call.shop_id, subject=f"call:{call.pk}", by=by, at=at)
    core.keep(call, Told("passed", at, _key(call)))
    core.refold(call, by=by, at=at)
    if len(call.tried) >= int(rule["voice_overflow_tries"].value):
        offer_callback(call, by=by, at=at)
    serve_queue(call.shop_id, by=by, at=at)


def offer_callback(call: Call, *, by: Who, at: datetime) -> None:
    """The exchange may ask the caller whether to call back; said once per call."""
    if Call.objects.filter(pk=call.pk, callback_offered_at=None).update(callback_offered_at=at):
        call.callback_offered_at = at
        said = events.CallbackOffered(call=call.pk, tried=len(call.tried))
        announce(said, shop_id=call.shop_id, subject=f"call:{call.pk}", by=by, at=at)


def waited_long(call_id: int, *, by: Who, at: datetime) -> None:
    """It has waited so long that a call back may be offered."""
    call = core.held(call_id)
    if call.state in flow.WAITING:
        offer_callback(call, by=by, at=at)


def take_call(call: Call, staff_id: int, name: str, *, by: Who, at: datetime) -> None:
    """An agent takes a waiting call herself: the exchange is to ring at her."""
    row = core.held(call.pk)
    if row.state not in flow.WAITING:
        label = flow.STATES[row.state]
        raise Conflict(
            "not_waiting",
            f"这通电话已是「{label.zh}」，不能再接起",
            f"This call is {label.en.lower()}; it cannot be taken",
            current={"state": row.state, "label": label.both()},
        )
    if busy := seating.calls_in_hand([staff_id]).get(staff_id):
        if row.agent_id != staff_id or busy > 1:
            raise Conflict("on_call", "您正在另一通电话中，请先结束", "You are on another call; end that one first")
        return
    core.one_at_a_time(row.shop_id, at)
    core.keep(row, Told("offered", at, _key(row), staff_id))
    core.refold(row, by=by, at=at)
    said = events.CallOffered(
        call=row.pk, agent=staff_id, agent_name=name, reason="taken", overflow=len(row.tried), refused=[]
    )
    announce(said, shop_id=row.shop_id, subject=f"call:{row.pk}", by=by, at=at)
