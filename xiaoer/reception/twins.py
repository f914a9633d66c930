"""Platform metrics as twins (平台口径孪生): each platform's own odd rule, over the rounds of one day. Pure.

A judge looks at the rounds of one Beijing day and says of every unit (a round, a session, a person) whether it was in
time, late, still pending, or does not count, and why. `tally` adds the verdicts up; the same verdicts are the drill-down,
so a figure and the list behind it cannot disagree. Definitions: platforms.md 2.8 and 3.1; R618, R685, R769, R770, R068.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from xiaoer.kernel.calendar import BEIJING
from xiaoer.reception.turns import ANSWERED, MERGED, beijing_day

GOOD, LATE, PENDING, LEFT_OUT = "good", "late", "pending", "left_out"


@dataclass(frozen=True, slots=True)
class Fact:
    """A round as the judges see it."""

    id: int
    conversation: int
    customer: int
    seq: int
    started_at: datetime
    ended_at: datetime | None = None
    ended: str = ""
    serving: int | None = None
    agent: int | None = None
    bot_at: datetime | None = None
    first: bool = False
    urgent: bool = False
    idle: int | None = None

    @property
    def answered(self) -> bool:
        return self.ended == ANSWERED

    def waited(self, now: datetime) -> timedelta:
        """Up to the answer, to the closing, or to now."""
        return (self.ended_at or max(now, self.started_at)) - self.started_at


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers of the definitions, from the dated rules in force that day; times of day in minutes."""

    opens: int
    closes: int
    average_closes: int
    limit: timedelta
    cap: timedelta
    slow: timedelta
    """An average's line: a single reply beyond it is shown as slow."""
    idle: timedelta
    first: timedelta
    urgent: timedelta
    greeting: timedelta
    staffed: Callable[[datetime], bool] = field(default=lambda at: True)
    """Whether the shop's own hours are on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one unit counts as. `turns` are the rounds behind it, `why` a word of `wall.why` on the screens."""

    state: str
    turns: tuple[int, ...]
    why: str = ""
    seconds: int = 0


Judge = Callable[[Sequence[Fact], Terms, datetime], list[Verdict]]


@dataclass(slots=True)
class Tally:
    """A figure: how many units counted, how many were in time, the seconds they waited, and who was left out."""

    counted: int = 0
    good: int = 0
    pending: int = 0
    seconds: int = 0
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def late(self) -> int:
        return self.counted - self.good


def tally(verdicts: Iterable[Verdict]) -> Tally:
    found = Tally()
    for one in verdicts:
        if one.state == LEFT_OUT:
            found.left_out[one.why] = found.left_out.get(one.why, 0) + 1
        elif one.state == PENDING:
            found.pending += 1
        else:
            found.counted += 1
            found.good += one.state == GOOD
            found.seconds += one.seconds
    return found


def whole_seconds(span: timedelta) -> int:
    """As platforms count: whole seconds, the rest cut off."""
    return span // timedelta(seconds=1)


def minute_of_day(at: datetime) -> float:
    local = at.astimezone(BEIJING)
    return local.hour * 60 + local.minute + local.second / 60 + local.microsecond / 60_000_000


def in_window(at: datetime, opens: int, closes: int) -> bool:
    """Asked within the hours that are rated; 23:00 itself is outside (抖音: 08:00:00-22:59:59)."""
    return opens <= minute_of_day(at) < closes


def speed(fact: Fact, limit: timedelta, now: datetime) -> str:
    """In time, late, or still pending. A round closed without an answer is late; the limit itself is in time."""
    waited = fact.waited(now)
    if fact.answered:
        return GOOD if waited <= limit else LATE
    if fact.ended_at is None:
        return PENDING if waited <= limit else LATE
    return LATE


def _why(fact: Fact, state: str) -> str:
    if state == PENDING or fact.answered:
        return "" if state != LATE else "slow"
    return "unanswered" if fact.ended_at is not None else "waiting"


def _one(fact: Fact, state: str, why: str, now: datetime) -> Verdict:
    return Verdict(state, (fact.id,), why, whole_seconds(fact.waited(now)))


def _countable(facts: Sequence[Fact], opens: int, closes: int, out: list[Verdict]) -> list[Fact]:
    """The rounds within the window that were not carried over elsewhere; the others are noted as left out."""
    kept = []
    for fact in facts:
        if fact.ended == MERGED:
            out.append(Verdict(LEFT_OUT, (fact.id,), "merged"))
        elif not in_window(fact.started_at, opens, closes):
            out.append(Verdict(LEFT_OUT, (fact.id,), "window"))
        else:
            kept.append(fact)
    return kept


# ------------------------------------------------------------------------------------------------ judges


def rounds_in_time(facts: Sequence[Fact], terms: Terms, now: datetime) -> list[Verdict]:
    """淘宝/天猫 旺旺3分钟人工响应率: every round answered by a person within the limit."""
    out: list[Verdict] = []
    for fact in _countable(facts, terms.opens, terms.closes, out):
        state = speed(fact, terms.limit, now)
        out.append(_one(fact, state, _why(fact, state), now))
    return out


def human_average(facts: Sequence[Fact], terms: Terms, now: datetime) -> list[Verdict]:
    """人工平均响应时长: each answer at most the cap; bot, zero-second and cross-day rounds do not count."""
    out: list[Verdict] = []
    for fact in _countable(facts, terms.opens, terms.average_closes, out):
        seconds = whole_seconds(fact.waited(now))
        if fact.ended_at is None:
            out.append(Verdict(PENDING, (fact.id,)))
        elif not fact.answered:
            out.append(Verdict(LEFT_OUT, (fact.id,), "bot" if fact.bot_at else "unanswered"))
        elif seconds == 0:
            out.append(Verdict(LEFT_OUT, (fact.id,), "zero"))
        elif beijing_day(fact.ended_at) != beijing_day(fact.started_at):
            out.append(Verdict(LEFT_OUT, (fact.id,), "cross_day"))
        else:
            counted = min(seconds, whole_seconds(terms.cap))
            slow = fact.waited(now) > terms.slow
            out.append(Verdict(LATE if slow else GOOD, (fact.id,), "slow" if slow else "", counted))
    return out


def session_means(facts: Sequence[Fact], terms: Terms, now: datetime) -> list[Verdict]:
    """抖店 3分钟回复率: a session counts as in time when its messages wait the limit at most on average.

    A session that nobody ever answered counts as 0.
    """
    out: list[Verdict] = []
    kept = _countable(facts, terms.opens, terms.closes, out)
    for turns in _grouped(kept, lambda fact: fact.conversation):
        ids = tuple(turn.id for turn in turns)
        mean = sum((turn.waited(now) for turn in turns), timedelta(0)) / len(turns)
        seconds, runs = whole_seconds(mean), any(turn.ended_at is None for turn in turns)
        if not runs and not any(turn.answered for turn in turns):
            out.append(Verdict(LATE, ids, "unanswered", seconds))
        elif mean > terms.limit:
            out.append(Verdict(LATE, ids, "waiting" if runs else "slow", seconds))
        else:
            out.append(Verdict(PENDING if runs else GOOD, ids, "", seconds))
    return out


def people_never_late(facts: Sequence[Fact], terms: Terms, now: datetime) -> list[Verdict]:
    """拼多多 3分钟人工回复率: persons, none of whose messages was left longer than the limit."""
    return _never_late(facts, terms, now, lambda fact: fact.customer)


def sessions_never_late(facts: Sequence[Fact], terms: Terms, now: datetime) -> list[Verdict]:
    """快手 按会话: sessions, none of whose messages was left longer than the limit."""
    return _never_late(facts, terms, now, lambda fact: fact.conversation)


def _never_late(facts: Sequence[Fact], terms: Terms, now: datetime, key: Callable[[Fact], int]) -> list[Verdict]:
    out: list[Verdict] = []
    for turns in _grouped(_countable(facts, terms.opens, terms.closes, out), key):
        states = {speed(turn, terms.limit, now): turn for turn in turns}
        ids = tuple(turn.id for turn in turns)
        worst = whole_seconds(max(turn.waited(now) for turn in turns))
        late = states.get(LATE)
        if late is not None:
            out.append(Verdict(LATE, ids, _why(late, LATE), worst))
        else:
            out.append(Verdict(PENDING if PENDING in states else GOOD, ids, "", worst))
    return out


def session_openings(facts: Sequence[Fact], terms: Terms, now: datetime) -> list[Verdict]:
    """京东 30秒应答率: the first enquiry of a session; a new session begins after ten idle minutes."""
    out: list[Verdict] = []
    for fact in _countable(facts, terms.opens, terms.closes, out):
        if not fact.first and (fact.idle is None or timedelta(seconds=fact.idle) < terms.idle):
            out.append(Verdict(LEFT_OUT, (fact.id,), "follow_up"))
            continue
        state = speed(fact, terms.limit, now)
        out.append(_one(fact, state, _why(fact, state), now))
    return out


def people_replied(facts: Sequence[Fact], terms: Terms, now: datetime) -> list[Verdict]:
    """旺旺回复率: replied buyers among asking buyers, whatever the hour (R068)."""
    out: list[Verdict] = []
    kept = _countable(facts, 0, 24 * 60, out)
    for turns in _grouped(kept, lambda fact: fact.customer):
        ids = tuple(turn.id for turn in turns)
        if any(turn.answered for turn in turns):
            out.append(Verdict(GOOD, ids))
        elif any(turn.ended_at is None for turn in turns):
            out.append(Verdict(PENDING, ids))
        else:
            out.append(Verdict(LATE, ids, "unanswered"))
    return out


def first_replies(facts: Sequence[Fact], terms: Terms, now: datetime) -> list[Verdict]:
    """人工首响达标率 (R769, R770): first answers within 30 s, urgent ones within 15 s, asked while the shop is open."""
    out: list[Verdict] = []
    for fact in _countable(facts, 0, 24 * 60, out):
        if not fact.first:
            out.append(Verdict(LEFT_OUT, (fact.id,), "follow_up"))
        elif not terms.staffed(fact.started_at):
            out.append(Verdict(LEFT_OUT, (fact.id,), "closed"))
        else:
            state = speed(fact, terms.urgent if fact.urgent else terms.first, now)
            out.append(_one(fact, state, _why(fact, state), now))
    return out


def greetings(facts: Sequence[Fact], terms: Terms, now: datetime) -> list[Verdict]:
    """10秒问候达标率 (R685): a coaching target. An automatic greeting counts, once per session (C06, C13)."""
    out: list[Verdict] = []
    for fact in _countable(facts, 0, 24 * 60, out):
        if not fact.first:
            out.append(Verdict(LEFT_OUT, (fact.id,), "follow_up"))
            continue
        words = [at for at in (fact.bot_at, fact.ended_at if fact.answered else None) if at is not None]
        waited = timedelta(0) if fact.seq > 1 else min(words, default=fact.ended_at or now) - fact.started_at
        in_time = waited <= terms.greeting
        if in_time and not words and fact.seq <= 1 and fact.ended_at is None:
            out.append(Verdict(PENDING, (fact.id,)))
        else:
            good = in_time and bool(words or fact.seq > 1)
            out.append(Verdict(GOOD if good else LATE, (fact.id,), "" if good else "slow", whole_seconds(waited)))
    return out


def _grouped(facts: Iterable[Fact], key: Callable[[Fact], int]) -> list[list[Fact]]:
    ordered = sorted(facts, key=lambda fact: (key(fact), fact.started_at, fact.id))
    return [list(turns) for _, turns in groupby(ordered, key=key)]
