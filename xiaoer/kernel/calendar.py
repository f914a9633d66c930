"""Working time: when the desk is open, and deadlines that only run while it is. Pure: no Django, no clock.

A moment is open when its wall-clock time in the shop's zone lies in one of the day's windows. All arithmetic is done
on instants in UTC, so a day that has 23 or 25 hours is counted by the hours it really has. Holidays and make-up
workdays (调休) come from the published arrangement; a shop's own days win over it.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chinese_calendar import constants

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T

BEIJING = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON = 3660
"""Days searched for opening time before giving up: ten years."""

Windows = tuple[tuple[int, int], ...]
"""Opening windows of one day as minutes after midnight, from and to; 1440 is 24:00."""


class DayKind(StrEnum):
    """What a day is by the published arrangement."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"

    @property
    def works(self) -> bool:
        """A day on which offices work: working-day deadlines count it."""
        return self in (DayKind.WORKDAY, DayKind.MAKEUP)


# --- holidays -------------------------------------------------------------------------------------------------------


class Holidays(Protocol):
    """Where days off come from."""

    def kind(self, day: date) -> DayKind: ...
    def knows(self, year: int) -> bool: ...


def by_weekday(day: date) -> DayKind:
    return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY


class NoHolidays:
    """Weekdays and weekends only: for shops outside China that list their own days."""

    def kind(self, day: date) -> DayKind:
        return by_weekday(day)

    def knows(self, year: int) -> bool:
        return True


class ChinaHolidays:
    """The State Council's arrangement: our table first, then the library, else the day of the week."""

    def __init__(self, table: Mapping[int, Mapping[str, Any]] | None = None) -> None:
        self.table = published_table() if table is None else table
        self.library_years = {day.year for day in constants.holidays}

    def kind(self, day: date) -> DayKind:
        if day.year in self.table:
            year = self.table[day.year]
            if day in year["off"]:
                return DayKind.HOLIDAY
            return DayKind.MAKEUP if day in year["work"] else by_weekday(day)
        if day in constants.holidays:
            return DayKind.HOLIDAY
        return DayKind.MAKEUP if day in constants.workdays else by_weekday(day)

    def knows(self, year: int) -> bool:
        """False when make-up days of that year are not published here: weekends then stand as they are."""
        return bool(self.table[year]["complete"]) if year in self.table else year in self.library_years


@lru_cache(maxsize=1)
def published_table() -> dict[int, dict[str, Any]]:
    """`holidays.toml`, checked."""
    raw = tomllib.loads(files("xiaoer.kernel").joinpath("holidays.toml").read_text("utf-8"))
    table = {}
    for name, year in raw.items():
        off, work = frozenset(year["off"]), frozenset(year["work"])
        wrong = [d for d in off | work if not isinstance(d, date) or d.year != int(name)]
        if wrong or off & work:
            raise ValueError(f"holidays.toml [{name}]: {sorted(map(str, wrong or off & work))} is misplaced")
        table[int(name)] = {"off": off, "work": work, "complete": bool(year["complete"])}
    return table


CHINA = ChinaHolidays()


# --- opening hours --------------------------------------------------------------------------------------------------


def minute_of(text: str) -> int:
    """ "09:30" -> 570, "24:00" -> 1440."""
    hour, _, minute = text.partition(":")
    if not (len(hour) == len(minute) == 2 and hour.isdecimal() and minute.isdecimal()):
        raise _bad(text)
    at = int(hour) * 60 + int(minute)
    if int(minute) > 59 or at > MINUTES_A_DAY:
        raise _bad(text)
    return at


def _bad(text: object) -> Invalid:
    fields = {"hours": T(f"「{text}」不是时刻，请按 09:00 填写", f"{text!r} is no time of day; write it like 09:00")}
    return Invalid(fields=fields, code="bad_hours")


def windows(*pairs: Sequence[str]) -> Windows:
    """windows(("09:00", "12:00"), ("13:30", "24:00")): sorted, touching ones joined; overlaps are refused."""
    spans = sorted((minute_of(a), minute_of(b)) for a, b in pairs)
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if end <= start or (joined and start < joined[-1][1]):
            shown = "、".join("-".join(pair) for pair in pairs)
            text = T(
                f"营业时段 {shown} 有重叠或结束早于开始；跨夜请拆成两天，例如 22:00-24:00 与次日 00:00-02:00",
                f"{shown}: windows overlap or end before they start; split a night at 24:00",
            )
            raise Invalid(fields={"hours": text}, code="bad_hours")
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


ALL_DAY: Windows = ((0, MINUTES_A_DAY),)
CLOSED: Windows = ()


@dataclass(frozen=True)
class OpeningHours:
    """A weekly pattern (营业时间): several windows a day, Monday first.

    `holiday` are the windows of a public holiday: None means "as on that day of the week" (most online shops).
    `makeup` are those of a make-up workday: None means "as on Monday".
    """

    week: tuple[Windows, ...]
    zone: str = "Asia/Shanghai"
    holiday: Windows | None = None
    makeup: Windows | None = None

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"a week has 7 days, not {len(self.week)}")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            text = T(f"不认识的时区 {self.zone}，例如 Asia/Shanghai", f"Unknown zone {self.zone}; e.g. Asia/Shanghai")
            raise Invalid(fields={"zone": text}, code="bad_hours") from error

    @classmethod
    def daily(cls, *pairs: Sequence[str], zone: str = "Asia/Shanghai", **rest: Any) -> "OpeningHours":
        """The same windows every day: `OpeningHours.daily(("09:00", "12:00"), ("13:30", "24:00"))`."""
        return cls((windows(*pairs),) * 7, zone, **rest)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "OpeningHours":
        """A shop's `hours`: {"zone", "days": {"mon": [["09:00", "24:00"]], ...}, "holiday"?, "makeup"?}.

        A shop that says nothing is open round the clock: deadlines then run without a pause.
        """
        zone = str(data.get("zone") or "Asia/Shanghai")
        days = data.get("days")
        if not days:
            return cls((ALL_DAY,) * 7, zone)
        if unknown := set(days) - set(WEEKDAYS):
            raise _bad(sorted(unknown)[0])
        special = {name: windows(*data[name]) for name in ("holiday", "makeup") if data.get(name) is not None}
        return cls(tuple(windows(*days.get(name, ())) for name in WEEKDAYS), zone, **special)

    def on(self, day: date, kind: DayKind) -> Windows:
        if kind is DayKind.HOLIDAY and self.holiday is not None:
            return self.holiday
        if kind is DayKind.MAKEUP:
            return self.week[0] if self.makeup is None else self.makeup
        return self.week[day.weekday()]


# --- the calendar ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Calendar:
    """Opening hours with holidays and a shop's own days (`overrides`: a kind of day, or that day's windows)."""

    hours: OpeningHours
    overrides: Mapping[date, DayKind | Windows] = field(default_factory=dict)
    source: Holidays = CHINA

    def day_kind(self, day: date) -> DayKind:
        """Workday, weekend, holiday or make-up workday; the shop's own word first."""
        own = self.overrides.get(day)
        return own if isinstance(own, DayKind) else self.source.kind(day)

    def knows(self, year: int) -> bool:
        """False when the year's holidays are not published yet and the day of the week stands in."""
        return self.source.knows(year)

    def windows_on(self, day: date) -> Windows:
        own = self.overrides.get(day)
        return own if isinstance(own, tuple) else self.hours.on(day, self.day_kind(day))

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The open stretches of a local day as instants, in order."""
        found: list[tuple[datetime, datetime]] = []
        day_windows = self.windows_on(day)
        for start, end, offset in _stretches(self.hours.zone, day):
            midnight = datetime.combine(day, time(), UTC) - offset
            for a, b in day_windows:
                opens = max(start, midnight + timedelta(minutes=a))
                closes = min(end, midnight + timedelta(minutes=b))
                if opens < closes:
                    found.append((opens, closes))
        return found

    def is_open(self, at: datetime) -> bool:
        """Open at that instant; the end of a window is already closed."""
        return any(a <= at < b for a, b in self.spans(self.local_day(at)))

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when open, else the next opening."""
        for opens, _ in self.stretches(at):
            return opens
        raise self._never(at)

    def add(self, start: datetime, working: timedelta) -> datetime:
        """The earliest instant at which `working` of open time has gone by since `start` (SLA deadline)."""
        if working < timedelta(0):
            raise ValueError(f"cannot add a negative working time {working}")
        if not working:
            return start
        left = working
        for opens, closes in self.stretches(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise self._never(start)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Open time between two instants; negative when `end` comes first."""
        if end < start:
            return -self.elapsed(end, start)
        total, day, last = timedelta(0), self.local_day(start), self.local_day(end)
        while day <= last:
            for opens, closes in self.spans(day):
                total += max(min(closes, end) - max(opens, start), timedelta(0))
            day += DAY
        return total

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (工作日): holidays and weekends skipped, make-up days counted."""
        if count < 0:
            raise ValueError(f"cannot add {count} working days")
        for _ in range(HORIZON):
            if not count:
                return day
            day += DAY
            count -= self.day_kind(day).works
        raise ValueError(f"no {count} more working days within {HORIZON} days")

    def local_day(self, at: datetime) -> date:
        if at.tzinfo is None:
            raise ValueError(f"{at!r} has no time zone; give an aware datetime")
        return at.astimezone(ZoneInfo(self.hours.zone)).date()

    def stretches(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open stretches from `at` on, the first one cut off at `at`; gives up after ten years without one."""
        day, empty = self.local_day(at), 0
        at = at.astimezone(UTC)
        while empty < HORIZON:
            empty += 1
            for opens, closes in self.spans(day):
                if closes > at:
                    empty = 0
                    yield max(opens, at), closes
            if day == date.max:
                return
            day += DAY

    def _never(self, at: datetime) -> Invalid:
        text = T(
            f"{at:%Y-%m-%d} 之后没有营业时间，请检查营业时间设置", f"Never open after {at:%Y-%m-%d}; check the hours"
        )
        return Invalid(text.zh, text.en, fields={"hours": text}, code="never_open")


@lru_cache(maxsize=4096)
def _stretches(zone_name: str, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The instants whose local date is `day`, in stretches of one UTC offset: one, or two when the clock is set."""
    zone, utc_midnight = ZoneInfo(zone_name), datetime.combine(day, time(), UTC)
    mark = utc_midnight - timedelta(hours=15)
    last = utc_midnight + timedelta(hours=39)
    found = []
    while mark < last:
        offset = mark.astimezone(zone).utcoffset() or timedelta(0)
        change = _change(zone, mark, last, offset)
        start, end = max(mark, utc_midnight - offset), min(change, utc_midnight + DAY - offset)
        if start < end:
            found.append((start, end, offset))
        mark = change
    return tuple(found)


def _change(zone: ZoneInfo, mark: datetime, last: datetime, offset: timedelta) -> datetime:
    """The first instant after `mark` with another offset, to the second; `last` when there is none."""
    step = timedelta(hours=3)
    before = mark
    while before < last and (after := min(before + step, last)).astimezone(zone).utcoffset() == offset:
        before = after
    if before >= last:
        return last
    after = min(before + step, last)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


# --- clocks of the trade --------------------------------------------------------------------------------------------


def end_of_no_reason_window(signed_at: datetime, hours: int) -> datetime:
    """When the no-reason return window closes: 00:00 Beijing of the day after signing plus `hours` (R409, C09).

    `hours` is the policy's `no_reason_window` (168). The window holds until just before the instant returned.
    """
    if signed_at.tzinfo is None:
        raise ValueError(f"{signed_at!r} has no time zone; give an aware datetime")
    next_day = signed_at.astimezone(BEIJING).date() + DAY
    return (datetime.combine(next_day, time(), BEIJING) + timedelta(hours=hours)).astimezone(UTC)


def next_allowed(at: datetime, quiet_from: str, quiet_until: str, zone: str = "Asia/Shanghai") -> datetime:
    """`at`, or the end of the quiet hours it falls into (免打扰, C47): "22:00" to "09:00" spans midnight."""
    start, end = minute_of(quiet_from), minute_of(quiet_until)
    if start == end:
        return at
    allowed = (
        windows((quiet_until, quiet_from))
        if end < start
        else tuple((a, b) for a, b in ((0, start), (end, MINUTES_A_DAY)) if a < b)
    )
    return Calendar(OpeningHours((allowed,) * 7, zone), source=NoHolidays()).next_open(at)
