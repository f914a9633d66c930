"""Rounds out of the journal (对话轮次): the buyer's first unanswered message up to the first human answer. Pure.

The same reading as `rules.columns_after`: notes, system lines, cards and the bot end no wait; a further question does
not start it anew (platforms.md 2.8, 3.1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from xiaoer.kernel.calendar import BEIJING

ANSWERED, CLOSED, MERGED = "answered", "closed", "merged"
SILENT = ("note", "system")
CARD = "card"


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the journal that concerns rounds: a message, or the end of a conversation."""

    number: int
    at: datetime
    shop: int
    conversation: int
    customer: int
    author: str = ""
    """buyer, staff, bot, system; empty for the end of a conversation."""
    author_id: int | None = None
    kind: str = "text"
    seq: int = 0
    serving: int | None = None
    merged_into: int | None = None


@dataclass(slots=True)
class Round:
    """A round while it is being read; `id` is None until it is stored."""

    shop: int
    conversation: int
    customer: int
    seq: int
    started_at: datetime
    serving: int | None = None
    agent: int | None = None
    ended_at: datetime | None = None
    ended: str = ""
    bot_at: datetime | None = None
    first: bool = False
    urgent: bool = False
    idle: int | None = None
    id: int | None = None
    touched: bool = False

    @property
    def day(self) -> date:
        """The day it counts for: that of the question, in Beijing, whatever the shop's zone (platforms rate so)."""
        return beijing_day(self.started_at)


@dataclass(slots=True)
class Reading:
    """What was read: `open` rounds by conversation, and all that were begun or changed."""

    open: dict[int, Round]
    seen: set[int]
    """Conversations that had a round before."""
    begun: list[Round] = field(default_factory=list)
    changed: list[Round] = field(default_factory=list)


def beijing_day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()


def read_on(lines: Iterable[Said], open_rounds: Mapping[int, Round], seen: Iterable[int]) -> Reading:
    """Read lines in the order of the journal onto the rounds that are still open."""
    reading = Reading(dict(open_rounds), set(seen))
    for line in lines:
        _read(reading, line)
    return reading


def _read(reading: Reading, line: Said) -> None:
    current = reading.open.get(line.conversation)
    if not line.author:
        if current is not None:
            _close(reading, current, line)
    elif line.kind in SILENT:
        return
    elif line.author == "buyer":
        if current is None:
            _begin(reading, line)
    elif line.author == "staff":
        if current is not None:
            current.agent = line.author_id
            _end(reading, current, line.at, ANSWERED)
    elif current is not None and current.bot_at is None and line.kind != CARD:
        current.bot_at = line.at
        _change(reading, current)


def _begin(reading: Reading, line: Said) -> None:
    one = Round(
        shop=line.shop,
        conversation=line.conversation,
        customer=line.customer,
        seq=line.seq,
        started_at=line.at,
        serving=line.serving,
        first=line.conversation not in reading.seen,
    )
    reading.seen.add(line.conversation)
    reading.open[line.conversation] = one
    reading.begun.append(one)


def _end(reading: Reading, one: Round, at: datetime, how: str) -> None:
    one.ended_at, one.ended = at, how
    reading.open.pop(one.conversation, None)
    _change(reading, one)


def _close(reading: Reading, one: Round, line: Said) -> None:
    """Closed while she waits: nobody answered. A merged conversation's wait goes on in the one that stays."""
    _end(reading, one, line.at, CLOSED if line.merged_into is None else MERGED)
    if line.merged_into is None:
        return
    other = reading.open.get(line.merged_into)
    if other is None:
        _carry_over(reading, one, line.merged_into)
    else:
        other.started_at = min(other.started_at, one.started_at)
        _change(reading, other)


def _carry_over(reading: Reading, one: Round, into: int) -> None:
    """The wait in the conversation that stays: it has no message of its own there, so it stands at number 0."""
    moved = Round(
        shop=one.shop,
        conversation=into,
        customer=one.customer,
        seq=0,
        started_at=one.started_at,
        serving=one.serving,
        bot_at=one.bot_at,
        first=one.first and into not in reading.seen,
        idle=one.idle,
    )
    reading.seen.add(into)
    reading.open[into] = moved
    reading.begun.append(moved)


def _change(reading: Reading, one: Round) -> None:
    if one.id is not None and not one.touched:
        one.touched = True
        reading.changed.append(one)
