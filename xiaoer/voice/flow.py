"""What becomes of a call, told by its events in whatever order they come (呼叫状态). Pure.

An exchange repeats itself, sends late and sends in the wrong order. So the events are kept, and the call is folded
from all of them by the time at which they happened: every order of arrival ends in the same call.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from xiaoer.kernel.i18n import T

STATES: dict[str, T] = {
    "queued": T("排队中", "In the queue"),
    "ringing": T("振铃中", "Ringing"),
    "talking": T("通话中", "Talking"),
    "held": T("保持中", "On hold"),
    "ended": T("已结束", "Ended"),
    "missed": T("漏接", "Missed"),
    "abandoned": T("排队放弃", "Gave up waiting"),
    "unreached": T("未接通", "Not reached"),
}
WAITING = ("queued", "ringing")
SPEAKING = ("talking", "held")
LIVE = (*WAITING, *SPEAKING)
ENDED_STATES = ("ended", "missed", "abandoned", "unreached")
LOST = ("missed", "abandoned")

TOLD = ("queued", "ringing", "answered", "held", "resumed", "ended", "recording")
"""What the exchange may say."""
_RANK = {name: place for place, name in enumerate(("queued", "offered", *TOLD[1:]))} | {"passed": 1}
"""At the same instant; the desk's own decisions follow each other by their key."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event. `agent`: whom it rings at or who speaks. `offered` and `passed` are the desk's own decisions."""

    kind: str
    at: datetime
    key: str
    agent: int | None = None
    rings: int | None = None
    reason: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A call as its events tell it."""

    state: str = "queued"
    started_at: datetime | None = None
    queued_at: datetime | None = None
    offered_at: datetime | None = None
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    held_since: datetime | None = None
    hold_seconds: int = 0
    ended_at: datetime | None = None
    agent: int | None = None
    tried: tuple[int, ...] = field(default=())
    rings: int | None = None
    end_reason: str = ""
    recording_url: str = ""


def fold(direction: str, events: Iterable[Told]) -> Standing:
    """The call after all its events, whatever the order in which they came."""
    told = _in_time(list(events))
    if all(event.kind == "recording" for event in told):  # the recording came before the call: nobody waits
        return Standing("ended", told[0].at if told else None, recording_url=told[-1].url if told else "")
    now = Standing(started_at=told[0].at)
    for event in told:
        now = _STEPS[event.kind](now, event)
    now = replace(now, tried=tuple(one for one in now.tried if one != now.agent))
    if now.ended_at is not None:
        return replace(now, state=_last_state(direction, now), held_since=None)
    return now


def _in_time(events: list[Told]) -> list[Told]:
    """By the time at which it happened; nothing but a recording happens after the end (clocks of exchanges differ)."""
    ends = [event.at for event in events if event.kind == "ended"]
    if ends:
        last = max(ends)
        events = [replace(event, at=min(event.at, last)) for event in events]
    return sorted(events, key=lambda event: (event.at, _RANK[event.kind], event.key))


def _last_state(direction: str, now: Standing) -> str:
    if now.answered_at is not None:
        return "ended"
    if direction == "outbound":
        return "unreached"
    return "missed" if now.agent is not None or now.tried else "abandoned"


def _queued(now: Standing, event: Told) -> Standing:
    """Into the queue, or back into it because the agent let it ring; back to a time before the talk it never goes."""
    if now.answered_at is not None:
        return now
    back = now.state == "ringing"
    return replace(
        now,
        state="queued",
        queued_at=now.queued_at or event.at,
        agent=None if back else now.agent,
        tried=_add(now.tried, now.agent) if back else now.tried,
    )


def _offered(now: Standing, event: Told) -> Standing:
    if now.answered_at is not None:
        return now
    tried = _add(now.tried, now.agent) if now.agent != event.agent else now.tried
    return replace(now, state="queued", agent=event.agent, offered_at=event.at, tried=tried)


def _passed(now: Standing, event: Told) -> Standing:
    """The desk found nobody else: it waits again, and those who let it ring are remembered."""
    if now.answered_at is not None:
        return now
    return replace(now, state="queued", agent=None, offered_at=None, tried=_add(now.tried, now.agent))


def _ringing(now: Standing, event: Told) -> Standing:
    if now.answered_at is not None:
        return now
    agent = event.agent if event.agent is not None else now.agent
    tried = _add(now.tried, now.agent) if now.agent not in (None, agent) else now.tried
    return replace(now, state="ringing", rang_at=event.at, agent=agent, tried=tried, rings=event.rings)


def _answered(now: Standing, event: Told) -> Standing:
    """The first answer counts; a second one is a transfer to another agent."""
    agent = event.agent if event.agent is not None else now.agent
    tried = tuple(one for one in now.tried if one != agent)
    if now.answered_at is not None:
        return replace(_resumed(now, event), agent=agent, tried=tried)
    rings = event.rings if event.rings is not None else now.rings
    return replace(now, state="talking", answered_at=event.at, agent=agent, tried=tried, rings=rings)


def _held(now: Standing, event: Told) -> Standing:
    if now.answered_at is None or now.held_since is not None:
        return now
    return replace(now, state="held", held_since=event.at)


def _resumed(now: Standing, event: Told) -> Standing:
    if now.held_since is None:
        return now
    spent = int((event.at - now.held_since).total_seconds())
    return replace(now, state="talking", held_since=None, hold_seconds=now.hold_seconds + max(spent, 0))


def _ended(now: Standing, event: Told) -> Standing:
    return replace(_resumed(now, event), state="ended", ended_at=event.at, end_reason=event.reason or now.end_reason)


def _recording(now: Standing, event: Told) -> Standing:
    return replace(now, recording_url=event.url or now.recording_url)


def _add(tried: tuple[int, ...], agent: int | None) -> tuple[int, ...]:
    return tried if agent is None or agent in tried else (*tried, agent)


_STEPS = {
    "queued": _queued,
    "offered": _offered,
    "passed": _passed,
    "ringing": _ringing,
    "answered": _answered,
    "held": _held,
    "resumed": _resumed,
    "ended": _ended,
    "recording": _recording,
}
