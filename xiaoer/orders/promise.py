"""The ship promise (发货承诺): what may be said of the ship time, and what may not. One pure function with a reason.

C01: a Taobao shop may name a day (R064, R065, R368; B38), everybody else only the standard window (R369 to R372);
an unknown platform is treated like the strictest. Days are Beijing's, whatever offset a time was written with.

What is promised is the day counted from the payment; what is *said* is that day as seen from the moment of asking. Paid
yesterday at 17:00 and asked today at 10:00, the parcel leaves "today". A day that has passed, or a second
day without stock, is promised to nobody: the warehouse is asked first (R235).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from xiaoer.kernel.i18n import T

BEIJING = timezone(timedelta(hours=8))
DAY = timedelta(days=1)
NO_NAME = T("", "")
DAY_PLATFORMS = frozenset({"taobao"})
"""Where an agent may name a day at all, whatever a shop sets (C01, R368)."""


class MaySay(StrEnum):
    """The only five answers to "when do you ship?"."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    WITHIN_LIMIT = "within_limit"
    PRESALE_DATE = "presale_date"
    ASK_WAREHOUSE = "ask_warehouse"


class Reason(StrEnum):
    """Why this answer: the sentence and the explanation hang on it."""

    IN_TIME = "in_time"
    AFTER_CUTOFF = "after_cutoff"
    NO_STOCK = "no_stock"
    URGENT = "urgent"
    STOCK_UNKNOWN = "stock_unknown"
    STILL_NO_STOCK = "still_no_stock"
    DAY_PASSED = "day_passed"
    NO_DAY_HERE = "no_day_here"
    OVERDUE = "overdue"
    CLOSED_DAYS = "closed_days"
    PRESALE = "presale"
    PRESALE_PASSED = "presale_passed"


class Never(StrEnum):
    """What must not be said."""

    SHIP_TODAY = "ship_today"
    SHIP_TOMORROW = "ship_tomorrow"
    SHIP_DATE = "ship_date"
    SHIP_HOUR = "ship_hour"
    ARRIVAL_TIME = "arrival_time"
    IN_STOCK = "in_stock"
    WITHIN_LIMIT = "within_limit"
    BEFORE_PRESALE = "before_presale"
    THIS_CARRIER = "this_carrier"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about one order, paid or not. Every time is aware. `stock` None: nobody knows.

    `warehouse_confirmed`: the warehouse said that the goods are there and can leave. `carrier_covers` False: the
    carrier the buyer wants does not go to her address; None: nobody asked.
    """

    platform: str
    at: datetime
    paid_at: datetime | None = None
    stock: bool | None = None
    presale_at: datetime | None = None
    urgent: bool = False
    warehouse_confirmed: bool = False
    carrier_covers: bool | None = None

    @property
    def counted_from(self) -> datetime:
        """The payment; before paying, the question: she is answered as if she paid now."""
        return self.paid_at if self.paid_at is not None else self.at

    @property
    def now(self) -> datetime:
        """The moment of asking. The platform's clock may run a little ahead of ours: never before the payment."""
        return max(self.at, self.counted_from)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The dated rules as plain values: mode, cut-off (截单时间) after Beijing midnight, limit, days without shipping."""

    by_cutoff: bool
    cutoff: timedelta
    limit: timedelta
    presale_within: timedelta = timedelta(0)
    stock_check: bool = True
    closed: frozenset[date] = frozenset()
    platform_name: T = NO_NAME


@dataclass(frozen=True, slots=True)
class Promise:
    """The answer: what may be said, why, until when the parcel must leave at the latest, and what may not be said."""

    may_say: MaySay
    reason: Reason
    latest_ship_at: datetime
    must_not: tuple[Never, ...]
    overdue: bool
    day: date | None = None


def ship_promise(asked: Asked, numbers: Numbers) -> Promise:
    """What may be said of the ship time. Pure: the same question and numbers always give the same answer."""
    latest = latest_ship_at(asked, numbers)
    overdue = asked.paid_at is not None and _over(asked, latest)
    may_say, reason, day = _answer(asked, numbers)
    if overdue and may_say is MaySay.WITHIN_LIMIT:
        reason = Reason.OVERDUE
    return Promise(may_say, reason, latest, _must_not(asked, may_say, reason), overdue, day)


def beijing_day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def beijing_midnight(moment: datetime) -> datetime:
    """The beginning of the Beijing day of a moment: dated rules change there and nowhere else."""
    return moment.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)


def latest_ship_at(asked: Asked, numbers: Numbers) -> datetime:
    """Payment + the platform's limit, in Beijing time; a pre-sale has until its date (and the shop's allowance)."""
    due = asked.counted_from.astimezone(BEIJING) + numbers.limit
    if asked.presale_at is not None:
        due = max(due, asked.presale_at.astimezone(BEIJING) + numbers.presale_within)
    return due


def _over(asked: Asked, latest: datetime) -> bool:
    """Later than the latest moment; a pre-sale has the whole of its day."""
    if asked.presale_at is not None and beijing_day(asked.presale_at) == beijing_day(asked.now):
        return False
    return asked.now > latest


def _answer(asked: Asked, numbers: Numbers) -> tuple[MaySay, Reason, date | None]:
    if asked.presale_at is not None:
        day = beijing_day(asked.presale_at)
        passed = day < beijing_day(asked.now)
        return MaySay.PRESALE_DATE, Reason.PRESALE_PASSED if passed else Reason.PRESALE, day
    if not numbers.by_cutoff or asked.platform not in DAY_PLATFORMS:
        return MaySay.WITHIN_LIMIT, Reason.NO_DAY_HERE, None
    if asked.urgent:
        if not asked.warehouse_confirmed:
            return MaySay.ASK_WAREHOUSE, Reason.URGENT, None
    elif asked.stock is None and numbers.stock_check:
        return MaySay.ASK_WAREHOUSE, Reason.STOCK_UNKNOWN, None
    elif asked.stock is False:
        return _without_stock(asked, numbers)
    return _with_stock(asked, numbers)


def _without_stock(asked: Asked, numbers: Numbers) -> tuple[MaySay, Reason, date | None]:
    """R065: not in stock and paid *today* ships the next day. A day later nobody knows, so the warehouse is asked."""
    if beijing_day(asked.counted_from) < beijing_day(asked.now):
        return MaySay.ASK_WAREHOUSE, Reason.STILL_NO_STOCK, None
    return _as_seen_from(asked.now, _open_day(beijing_day(asked.now) + DAY, numbers), Reason.NO_STOCK)


def _with_stock(asked: Asked, numbers: Numbers) -> tuple[MaySay, Reason, date | None]:
    """R064: in stock and paid before the cut-off ships the same day, at the cut-off or later the next (B38)."""
    day, reason = _day_from(counted_moment(asked, numbers), numbers)
    if day < beijing_day(asked.now):
        return MaySay.ASK_WAREHOUSE, Reason.DAY_PASSED, day
    return _as_seen_from(asked.now, day, reason)


def counted_moment(asked: Asked, numbers: Numbers) -> datetime:
    """From when the day is counted: from the payment; when that day has passed and the warehouse then said that the
    goods can leave, from now.
    """
    day, _ = _day_from(asked.counted_from, numbers)
    again = asked.warehouse_confirmed and day < beijing_day(asked.now)
    return asked.now if again else asked.counted_from


def _day_from(moment: datetime, numbers: Numbers) -> tuple[date, Reason]:
    there = moment.astimezone(BEIJING)
    into_the_day = timedelta(
        hours=there.hour, minutes=there.minute, seconds=there.second, microseconds=there.microsecond
    )
    if into_the_day < numbers.cutoff:
        return _open_day(there.date(), numbers), Reason.IN_TIME
    return _open_day(there.date() + DAY, numbers), Reason.AFTER_CUTOFF


def _open_day(day: date, numbers: Numbers) -> date:
    """The first day from `day` on which the warehouse ships."""
    while day in numbers.closed:
        day += DAY
    return day


def _as_seen_from(now: datetime, day: date, reason: Reason) -> tuple[MaySay, Reason, date]:
    """The day in the words of the moment of asking. Farther than tomorrow (closed days) only the window is named."""
    ahead = (day - beijing_day(now)).days
    if ahead > 1:
        return MaySay.WITHIN_LIMIT, Reason.CLOSED_DAYS, day
    return (MaySay.TOMORROW if ahead == 1 else MaySay.TODAY), reason, day


_ALWAYS = (Never.SHIP_HOUR, Never.ARRIVAL_TIME)
_MUST_NOT: dict[MaySay, tuple[Never, ...]] = {
    MaySay.TODAY: _ALWAYS,
    MaySay.TOMORROW: (Never.SHIP_TODAY, *_ALWAYS),
    MaySay.WITHIN_LIMIT: (Never.SHIP_TODAY, Never.SHIP_TOMORROW, Never.SHIP_DATE, *_ALWAYS),
    MaySay.PRESALE_DATE: (Never.BEFORE_PRESALE, Never.SHIP_TODAY, Never.SHIP_TOMORROW, *_ALWAYS),
    MaySay.ASK_WAREHOUSE: (Never.SHIP_TODAY, Never.SHIP_TOMORROW, Never.SHIP_DATE, Never.IN_STOCK, *_ALWAYS),
}


def _must_not(asked: Asked, may_say: MaySay, reason: Reason) -> tuple[Never, ...]:
    found = list(_MUST_NOT[may_say])
    if reason is Reason.OVERDUE:
        found.append(Never.WITHIN_LIMIT)
    if reason is Reason.NO_STOCK:
        found.append(Never.IN_STOCK)
    if reason is Reason.PRESALE_PASSED:
        found.append(Never.SHIP_DATE)
    if asked.carrier_covers is False:
        found.append(Never.THIS_CARRIER)
    return tuple(found)
