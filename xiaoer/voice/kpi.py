"""The figures of a telephone desk (电话指标): each with its formula, its target and where it stands. Pure.

Every figure is a share or a mean of calls of a period; the calls behind it can be asked for by the figure's name.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from xiaoer.kernel.i18n import T
from xiaoer.voice.rules import rings_in

Standing = Literal["good", "bad", "none"]


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A finished call, as the figures need it."""

    id: int
    direction: str
    state: str
    started_at: datetime
    queued_at: datetime | None
    rang_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    hold_seconds: int
    wrapped_at: datetime | None
    rings: int | None
    solved: bool | None
    follow_up: bool
    caller: str
    """The hash of the number; "" when it was withheld."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The numbers of the rules in force (C07, C31)."""

    ring: timedelta
    rings_max: int
    rings_low: int
    rings_high: int
    service_seconds: int
    service_level: float
    queue_average: int
    handling_min: int
    handling_max: int
    wrap_most: timedelta
    connect_in: float
    connect_out: float
    first_resolution: float
    repeat: timedelta
    occupancy: float
    efficiency: float


@dataclass(frozen=True, slots=True)
class Duty:
    """Seconds of the agents who telephoned: signed in (login), and ready or serving (working)."""

    login: float = 0.0
    working: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `value` None: there is nothing to measure. `top` and `bottom` are what was divided."""

    name: str
    value: float | None
    unit: str
    top: float
    bottom: float
    low: float | None
    high: float | None
    standing: Standing


NAMES: dict[str, tuple[T, T]] = {
    "calls_in": (T("呼入量", "Incoming calls"), T("期内来电总数（R566）", "All incoming calls of the period (R566)")),
    "calls_out": (T("呼出量", "Outgoing calls"), T("期内去电总数（R566）", "All outgoing calls of the period (R566)")),
    "lost": (T("漏接与放弃", "Lost calls"), T("漏接 + 排队放弃的来电", "Missed + gave up waiting")),
    "connect_in": (
        T("呼入接通率", "Inbound connection rate"),
        T("接通的来电 ÷ 来电 × 100%（R553、R554）", "answered ÷ incoming × 100 % (R553, R554)"),
    ),
    "connect_out": (
        T("呼出接通率", "Outbound connection rate"),
        T("接通的去电 ÷ 去电 × 100%（R553、R555）", "answered ÷ outgoing × 100 % (R553, R555)"),
    ),
    "service_level": (
        T("服务水平", "Service level"),
        T("规定秒数内接起的来电 ÷ 来电 × 100%（R556、C07）", "answered in time ÷ incoming × 100 % (R556, C07)"),
    ),
    "queue_average": (
        T("平均排队时间", "Average queue time"),
        T("接通来电从进队到接起的平均秒数（R559、C07）", "mean of queue to answer, answered calls (R559, C07)"),
    ),
    "rings_average": (
        T("平均振铃次数", "Average rings"),
        T("接通来电在客服处振铃次数的平均（R558、C07）", "mean rings at the agent, answered calls (R558, C07)"),
    ),
    "rings_over": (
        T("超过振铃上限接起", "Answered after the ring limit"),
        T(
            "振铃超过上限的来电数，单次硬性上限（R698、C07）",
            "calls that rang longer, a limit of each call (R698, C07)",
        ),
    ),
    "handling": (
        T("平均处理时长", "Average handling time"),
        T(
            "（通话含保持 + 事后处理）÷ 接通来电（R557、C31）",
            "(talk with holds + after-call work) ÷ answered (R557, C31)",
        ),
    ),
    "first_resolution": (
        T("一次解决率", "First-call resolution"),
        T(
            "标为已解决、无跟进、期限内未再来电 ÷ 已标记的来电（R562）",
            "solved, no follow-up, no second call in time ÷ marked calls (R562)",
        ),
    ),
    "occupancy": (
        T("呼出占有率", "Outbound occupancy"),
        T("处理去电时间 ÷ 呼出客服实际工作时间（R561）", "outgoing handling ÷ working time of those who called (R561)"),
    ),
    "efficiency": (
        T("呼出工作效率", "Outbound efficiency"),
        T("总处理时长 ÷ 呼出客服登录时长（R567）", "all handling ÷ signed-in time of those who called (R567)"),
    ),
}


def handled_seconds(call: CallFacts, wrap_most: timedelta) -> float:
    """Talk, holds and the work after the call; a summary written the next day does not count as work of that call."""
    if call.answered_at is None or call.ended_at is None:
        return 0.0
    talk = call.ended_at - call.answered_at
    wrap = min(max(call.wrapped_at - call.ended_at, timedelta(0)), wrap_most) if call.wrapped_at else timedelta(0)
    return (talk + wrap).total_seconds()


def queue_seconds(call: CallFacts) -> float:
    """From the queue (or the first sign of the call) to the answer."""
    assert call.answered_at is not None
    return max((call.answered_at - (call.queued_at or call.started_at)).total_seconds(), 0.0)


def in_time(call: CallFacts, targets: Targets) -> bool:
    return call.answered_at is not None and queue_seconds(call) <= targets.service_seconds


def repeats(calls: Sequence[CallFacts], window: timedelta) -> frozenset[int]:
    """Calls after which the same caller called in again within the window: not solved at once, whatever was marked."""
    found: set[int] = set()
    last: dict[str, CallFacts] = {}
    for call in sorted(calls, key=lambda one: (one.started_at, one.id)):
        if call.direction != "inbound" or not call.caller:
            continue
        before = last.get(call.caller)
        if before is not None and call.started_at - (before.ended_at or before.started_at) <= window:
            found.add(before.id)
        last[call.caller] = call
    return frozenset(found)


# ------------------------------------------------------------------------------------------------ the figures


@dataclass(frozen=True, slots=True)
class Parts:
    """The calls of a period, sorted once."""

    came: tuple[CallFacts, ...]
    went: tuple[CallFacts, ...]
    answered: tuple[CallFacts, ...]
    reached: tuple[CallFacts, ...]
    marked: tuple[CallFacts, ...]
    again: frozenset[int]


def sort_out(calls: Iterable[CallFacts], targets: Targets, later: Sequence[CallFacts] = ()) -> Parts:
    """`later` are the calls just after the period: a second call may be among them."""
    everything = list(calls)
    came = tuple(call for call in everything if call.direction == "inbound")
    went = tuple(call for call in everything if call.direction == "outbound")
    answered = tuple(call for call in came if call.answered_at is not None)
    return Parts(
        came,
        went,
        answered,
        tuple(call for call in went if call.answered_at is not None),
        tuple(call for call in answered if call.solved is not None),
        repeats([*everything, *later], targets.repeat),
    )


def at_once(call: CallFacts, parts: Parts) -> bool:
    """Solved without a call back and without a second call (R562)."""
    return call.solved is True and not call.follow_up and call.id not in parts.again


def rang(call: CallFacts, targets: Targets) -> int | None:
    """Its rings at the agent: what the exchange counted, else from the time. None when nobody knows."""
    if call.rings is not None:
        return call.rings
    if call.rang_at is None or call.answered_at is None:
        return None
    return rings_in(call.answered_at - call.rang_at, targets.ring)


def figures(calls: Iterable[CallFacts], targets: Targets, duty: Duty, later: Sequence[CallFacts] = ()) -> list[Figure]:
    """Every figure of the period, in the order of NAMES."""
    parts = sort_out(calls, targets, later)
    rings = [count for call in parts.answered if (count := rang(call, targets)) is not None]
    over = [count for count in rings if count > targets.rings_max]
    handling = [handled_seconds(call, targets.wrap_most) for call in parts.answered if call.ended_at is not None]
    waits = [queue_seconds(call) for call in parts.answered]
    out = sum(handled_seconds(call, targets.wrap_most) for call in parts.went)
    lost = sum(call.state in ("missed", "abandoned") for call in parts.came)
    quick = sum(in_time(call, targets) for call in parts.came)
    solved = sum(at_once(call, parts) for call in parts.marked)
    done = sum(handling) + out
    return [
        _count("calls_in", len(parts.came)),
        _count("calls_out", len(parts.went)),
        _count("lost", lost),
        _share("connect_in", len(parts.answered), len(parts.came), targets.connect_in),
        _share("connect_out", len(parts.reached), len(parts.went), targets.connect_out),
        _share("service_level", quick, len(parts.came), targets.service_level),
        _mean("queue_average", waits, "seconds", None, targets.queue_average),
        _mean("rings_average", rings, "rings", None, targets.rings_high),
        _count("rings_over", len(over), high=0, measured=len(rings)),
        _mean("handling", handling, "seconds", targets.handling_min, targets.handling_max),
        _share("first_resolution", solved, len(parts.marked), targets.first_resolution),
        _share("occupancy", out, duty.working, targets.occupancy),
        _share("efficiency", done, duty.login, targets.efficiency),
    ]


def _standing(value: float | None, low: float | None, high: float | None) -> Standing:
    if value is None or (low is None and high is None):
        return "none"
    return "good" if (low is None or value >= low) and (high is None or value <= high) else "bad"


def _share(name: str, top: float, bottom: float, least: float) -> Figure:
    value = round(100 * top / bottom, 1) if bottom > 0 else None
    return Figure(name, value, "percent", top, bottom, least, None, _standing(value, least, None))


def _mean(name: str, values: Sequence[float], unit: str, low: float | None, high: float | None) -> Figure:
    total = float(sum(values))
    value = round(total / len(values), 1) if values else None
    return Figure(name, value, unit, total, len(values), low, high, _standing(value, low, high))


def _count(name: str, value: int, *, high: float | None = None, measured: int | None = None) -> Figure:
    shown = float(value) if measured is None or measured > 0 else None
    return Figure(name, shown, "count", value, measured or value, None, high, _standing(shown, None, high))


# ------------------------------------------------------------------------------------------------ the calls behind

_Test = Callable[[CallFacts, Parts, Targets], bool]


def _answered(call: CallFacts) -> bool:
    return call.direction == "inbound" and call.answered_at is not None


def _odd_handling(call: CallFacts, targets: Targets) -> bool:
    seconds = handled_seconds(call, targets.wrap_most)
    return call.ended_at is not None and not targets.handling_min <= seconds <= targets.handling_max


BEHIND: dict[str, _Test] = {
    "calls_in": lambda call, parts, targets: call.direction == "inbound",
    "calls_out": lambda call, parts, targets: call.direction == "outbound",
    "lost": lambda call, parts, targets: call.state in ("missed", "abandoned"),
    "connect_in": lambda call, parts, targets: call.direction == "inbound" and call.answered_at is None,
    "connect_out": lambda call, parts, targets: call.direction == "outbound" and call.answered_at is None,
    "service_level": lambda call, parts, targets: call.direction == "inbound" and not in_time(call, targets),
    "queue_average": lambda call, parts, targets: _answered(call) and queue_seconds(call) > targets.queue_average,
    "rings_average": lambda call, parts, targets: _answered(call) and (rang(call, targets) or 0) > targets.rings_high,
    "rings_over": lambda call, parts, targets: _answered(call) and (rang(call, targets) or 0) > targets.rings_max,
    "handling": lambda call, parts, targets: _answered(call) and _odd_handling(call, targets),
    "first_resolution": lambda call, parts, targets: (
        _answered(call) and call.solved is not None and not at_once(call, parts)
    ),
    "occupancy": lambda call, parts, targets: call.direction == "outbound" and call.answered_at is not None,
    "efficiency": lambda call, parts, targets: call.answered_at is not None,
}
"""For each figure the calls that spoil it (for volumes and hours: the calls that make it)."""


def behind(name: str, calls: Iterable[CallFacts], targets: Targets, later: Sequence[CallFacts] = ()) -> list[int]:
    """Ids of the calls behind a figure, latest first."""
    everything = list(calls)
    parts = sort_out(everything, targets, later)
    found = [call for call in everything if BEHIND[name](call, parts, targets)]
    return [call.id for call in sorted(found, key=lambda one: (one.started_at, one.id), reverse=True)]


@dataclass(frozen=True, slots=True)
class Bucket:
    """One stretch of the period, for the chart."""

    at: datetime
    calls_in: int
    calls_out: int
    lost: int
    in_time: int


def series(calls: Iterable[CallFacts], targets: Targets, since: datetime, step: timedelta, count: int) -> list[Bucket]:
    """The calls of a period by stretches of the same length."""
    rows = [[0, 0, 0, 0] for _ in range(count)]
    for call in calls:
        place = (call.started_at - since) // step
        if not 0 <= place < count:
            continue
        row = rows[place]
        row[0] += call.direction == "inbound"
        row[1] += call.direction == "outbound"
        row[2] += call.state in ("missed", "abandoned")
        row[3] += call.direction == "inbound" and in_time(call, targets)
    return [Bucket(since + step * place, *row) for place, row in enumerate(rows)]
