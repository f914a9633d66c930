"""Working time: windows, holidays, make-up days, zones with and without daylight saving."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoer.kernel.calendar import (
    ALL_DAY,
    BEIJING,
    CHINA,
    CLOSED,
    Calendar,
    ChinaHolidays,
    DayKind,
    NoHolidays,
    OpeningHours,
    end_of_no_reason_window,
    next_allowed,
    windows,
)
from xiaoer.kernel.errors import Invalid

SHOP = OpeningHours.daily(("09:00", "12:00"), ("13:30", "24:00"))
DESK = Calendar(SHOP)
OFFICE = Calendar(OpeningHours((windows(("09:00", "18:00")),) * 5 + (CLOSED,) * 2, holiday=CLOSED))
ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Europe/London", "UTC")
quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def bj(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def brute_minutes(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Minutes in [start, end) whose wall-clock time lies in a window of that local day."""
    zone, count, at = ZoneInfo(calendar.hours.zone), 0, start.astimezone(UTC)
    while at < end:
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        count += any(a <= minute < b for a, b in calendar.windows_on(local.date()))
        at += timedelta(minutes=1)
    return count


@st.composite
def day_windows(draw):
    marks = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple((a, b) for a, b in pairwise(marks[: len(marks) // 2 * 2]) if marks.index(a) % 2 == 0)


@st.composite
def calendars(draw, zones=ZONES):
    week = [draw(day_windows()) for _ in range(7)]
    week[draw(st.integers(0, 6))] = windows(("08:00", "20:00"))
    holiday = draw(st.sampled_from([None, CLOSED, ALL_DAY]))
    own = draw(
        st.dictionaries(
            st.dates(date(2026, 1, 1), date(2026, 12, 31)),
            st.sampled_from([DayKind.HOLIDAY, DayKind.MAKEUP, DayKind.WORKDAY, ALL_DAY, CLOSED]),
            max_size=5,
        )
    )
    hours = OpeningHours(tuple(week), draw(st.sampled_from(zones)), holiday=holiday)
    return Calendar(hours, own, draw(st.sampled_from([CHINA, NoHolidays()])))


instants = st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 20), timezones=st.just(UTC))
minutes = instants.map(lambda at: at.replace(second=0, microsecond=0))
# around the nights on which New York, London, Havana and Lord Howe set their clocks
clock_nights = st.builds(
    lambda day, minute: datetime(2026, day[0], day[1], tzinfo=UTC) + timedelta(minutes=minute),
    st.sampled_from([(3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31)]),
    st.integers(0, 2880),
)
lengths = st.timedeltas(timedelta(0), timedelta(hours=200))


@quick
@given(calendars(), st.one_of(instants, clock_nights), lengths)
def test_elapsed_is_the_inverse_of_add(calendar, start, working):
    due = calendar.add(start, working)
    assert due >= start
    assert calendar.elapsed(start, due) == working
    if working:
        assert calendar.elapsed(start, due - timedelta(microseconds=1)) < working, "not the earliest such instant"


@quick
@given(calendars(), st.lists(st.one_of(instants, clock_nights), min_size=3, max_size=3))
def test_elapsed_is_additive_and_monotone(calendar, points):
    a, b, c = sorted(points)
    assert calendar.elapsed(a, b) + calendar.elapsed(b, c) == calendar.elapsed(a, c)
    assert timedelta(0) <= calendar.elapsed(a, b) <= b - a
    assert calendar.elapsed(c, a) == -calendar.elapsed(a, c)


@quick
@given(calendars(), instants, lengths, lengths)
def test_add_is_monotone_and_additive(calendar, start, first, second):
    assert calendar.add(start, first) <= calendar.add(start, first + second)
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)
    assert calendar.add(start, first) <= calendar.add(start + second, first)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(calendars(), st.one_of(minutes, clock_nights), st.integers(0, 3 * 1440))
def test_agrees_with_counting_every_minute(calendar, start, length):
    end = start + timedelta(minutes=length)
    assert calendar.elapsed(start, end) == timedelta(minutes=brute_minutes(calendar, start, end))


@quick
@given(calendars(), st.one_of(instants, clock_nights))
def test_next_open_is_open_and_nothing_before_it_is(calendar, at):
    opens = calendar.next_open(at)
    assert calendar.is_open(opens)
    assert calendar.elapsed(at, opens) == timedelta(0)
    assert (opens == at) == calendar.is_open(at)


def test_windows_of_a_day():
    for text, open_ in [
        ("2026-11-11T08:59:59", False),
        ("2026-11-11T09:00:00", True),
        ("2026-11-11T11:59:59.999999", True),
        ("2026-11-11T12:00:00", False),
        ("2026-11-11T13:30:00", True),
        ("2026-11-11T23:59:59", True),
        ("2026-11-12T00:00:00", False),
    ]:
        assert DESK.is_open(bj(text)) is open_, text


def test_a_pause_at_noon_and_at_midnight():
    assert DESK.add(bj("2026-11-11T11:30:00"), timedelta(hours=1)) == bj("2026-11-11T14:00:00")
    assert DESK.add(bj("2026-11-11T23:30:00"), timedelta(hours=1)) == bj("2026-11-12T09:30:00")
    assert DESK.add(bj("2026-11-11T23:30:00"), timedelta(minutes=30)) == bj("2026-11-12T00:00:00")
    assert DESK.elapsed(bj("2026-11-11T12:00:00"), bj("2026-11-11T13:30:00")) == timedelta(0)


def test_a_desk_that_is_open_to_midnight_and_from_midnight_never_pauses():
    calendar = Calendar(OpeningHours.daily(("00:00", "24:00")))
    start = bj("2026-11-11T23:59:30")
    assert calendar.add(start, timedelta(hours=48)) == start + timedelta(hours=48)


def test_zero_working_time_is_due_at_once_even_when_closed():
    assert DESK.add(bj("2026-11-11T03:00:00"), timedelta(0)) == bj("2026-11-11T03:00:00")


def test_national_day_and_its_make_up_saturday():
    assert OFFICE.day_kind(date(2026, 10, 1)) is DayKind.HOLIDAY
    assert OFFICE.day_kind(date(2026, 10, 10)) is DayKind.MAKEUP
    assert OFFICE.day_kind(date(2026, 10, 11)) is DayKind.WEEKEND
    assert OFFICE.day_kind(date(2026, 10, 12)) is DayKind.WORKDAY
    assert not OFFICE.is_open(bj("2026-10-01T10:00:00"))
    assert OFFICE.is_open(bj("2026-10-10T10:00:00")), "a worked Saturday is open as on Monday"
    assert not OFFICE.is_open(bj("2026-10-17T10:00:00")), "an ordinary Saturday is closed"
    # Wednesday 30 September 17:00 + 2 h: seven days off in between
    assert OFFICE.add(bj("2026-09-30T17:00:00"), timedelta(hours=2)) == bj("2026-10-08T10:00:00")


def test_working_days_skip_holidays_and_count_make_up_days():
    assert OFFICE.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert OFFICE.add_working_days(date(2026, 10, 8), 2) == date(2026, 10, 10)
    assert OFFICE.add_working_days(date(2026, 10, 8), 3) == date(2026, 10, 12)
    assert OFFICE.add_working_days(date(2026, 10, 8), 0) == date(2026, 10, 8)


def test_the_holiday_of_an_online_shop_is_a_day_like_any_other():
    assert DESK.day_kind(date(2026, 10, 1)) is DayKind.HOLIDAY
    assert DESK.is_open(bj("2026-10-01T10:00:00"))


def test_a_year_nobody_published_says_so_and_goes_by_the_fixed_days():
    assert CHINA.knows(2026)
    assert not DESK.knows(2027) and not DESK.knows(2031)
    assert DESK.day_kind(date(2027, 2, 6)) is DayKind.HOLIDAY, "the spring festival is fixed by law"
    assert DESK.day_kind(date(2027, 2, 12)) is DayKind.WORKDAY
    assert DESK.day_kind(date(2031, 5, 1)) is DayKind.WORKDAY, "nothing known: the day of the week"


def test_the_table_wins_over_the_library_and_the_shop_over_both():
    table = {2026: {"off": {date(2026, 7, 1)}, "work": {date(2026, 7, 4)}, "complete": True}}
    source = ChinaHolidays(table)
    assert source.kind(date(2026, 7, 1)) is DayKind.HOLIDAY
    assert source.kind(date(2026, 7, 4)) is DayKind.MAKEUP
    assert source.kind(date(2026, 10, 1)) is DayKind.WORKDAY
    own: dict[date, Any] = {date(2026, 7, 1): DayKind.WORKDAY, date(2026, 11, 11): ALL_DAY}
    calendar = Calendar(SHOP, own, source)
    assert calendar.day_kind(date(2026, 7, 1)) is DayKind.WORKDAY
    assert calendar.is_open(bj("2026-11-11T03:00:00")), "open round the clock on Double 11"
    assert not calendar.is_open(bj("2026-11-12T03:00:00"))


def test_days_of_23_and_25_hours_count_what_they_have():
    calendar = Calendar(OpeningHours.daily(("00:00", "24:00"), zone="America/New_York"), source=NoHolidays())
    zone = ZoneInfo("America/New_York")
    spring, autumn = datetime(2026, 3, 8, tzinfo=zone), datetime(2026, 11, 1, tzinfo=zone)
    assert calendar.elapsed(spring, spring + timedelta(days=1)) == timedelta(hours=23)
    assert calendar.elapsed(autumn, autumn + timedelta(days=1)) == timedelta(hours=25)
    night = Calendar(OpeningHours.daily(("01:00", "03:00"), zone="America/New_York"), source=NoHolidays())
    assert night.elapsed(spring, spring + timedelta(days=1)) == timedelta(hours=1)
    assert night.elapsed(autumn, autumn + timedelta(days=1)) == timedelta(hours=3)


def test_china_kept_summer_time_until_1991():
    calendar = Calendar(OpeningHours.daily(("00:00", "24:00")))
    zone = ZoneInfo("Asia/Shanghai")
    before, after = datetime(1990, 4, 15, tzinfo=zone), datetime(1990, 4, 16, tzinfo=zone)
    assert calendar.elapsed(before, after) == timedelta(hours=23)


@pytest.mark.parametrize(
    ("signed", "ends"),
    [
        ("2026-11-11T00:00:00", "2026-11-19T00:00:00"),
        ("2026-11-11T15:20:00", "2026-11-19T00:00:00"),
        ("2026-11-11T23:59:59.999999", "2026-11-19T00:00:00"),
        ("2026-11-12T00:00:00", "2026-11-20T00:00:00"),
        ("2026-12-28T09:00:00", "2027-01-05T00:00:00"),
    ],
)
def test_the_no_reason_window(signed, ends):
    assert end_of_no_reason_window(bj(signed), 168) == bj(ends)


def test_the_no_reason_window_counts_beijing_days_wherever_the_instant_was_written():
    assert end_of_no_reason_window(datetime(2026, 11, 11, 16, 0, tzinfo=UTC), 168) == bj("2026-11-20T00:00:00")
    with pytest.raises(ValueError, match="aware"):
        end_of_no_reason_window(datetime(2026, 11, 11, 16, 0), 168)


def test_quiet_hours():
    assert next_allowed(bj("2026-11-11T23:00:00"), "22:00", "09:00") == bj("2026-11-12T09:00:00")
    assert next_allowed(bj("2026-11-11T08:59:00"), "22:00", "09:00") == bj("2026-11-11T09:00:00")
    assert next_allowed(bj("2026-11-11T12:00:00"), "22:00", "09:00") == bj("2026-11-11T12:00:00")
    assert next_allowed(bj("2026-11-11T13:00:00"), "12:00", "14:00") == bj("2026-11-11T14:00:00")
    assert next_allowed(bj("2026-11-11T13:00:00"), "12:00", "12:00") == bj("2026-11-11T13:00:00")


def test_a_shops_hours_from_its_settings():
    hours = OpeningHours.from_json(
        {"zone": "Asia/Shanghai", "days": {"mon": [["09:00", "12:00"], ["13:30", "24:00"]]}, "holiday": []}
    )
    assert hours.week[0] == ((540, 720), (810, 1440))
    assert hours.week[1] == CLOSED and hours.holiday == CLOSED
    assert OpeningHours.from_json({}).week == (ALL_DAY,) * 7


@pytest.mark.parametrize(
    "data",
    [
        {"days": {"mon": [["09:00", "25:00"]]}},
        {"days": {"mon": [["9:00", "12:00"]]}},
        {"days": {"mon": [["22:00", "02:00"]]}},
        {"days": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}},
        {"days": {"monday": [["09:00", "12:00"]]}},
        {"zone": "Asia/Peking2", "days": {"mon": []}},
    ],
)
def test_wrong_hours_are_refused_with_the_field(data):
    with pytest.raises(Invalid) as refused:
        OpeningHours.from_json(data)
    assert refused.value.fields


def test_touching_windows_are_joined():
    assert windows(("13:00", "24:00"), ("09:00", "13:00")) == ((540, 1440),)


def test_a_desk_that_never_opens_says_so():
    never = Calendar(OpeningHours((CLOSED,) * 7))
    with pytest.raises(Invalid, match="Never open"):
        never.next_open(bj("2026-11-11T00:00:00"))
    with pytest.raises(Invalid, match="Never open"):
        never.add(bj("2026-11-11T00:00:00"), timedelta(minutes=1))
    assert never.elapsed(bj("2026-11-11T00:00:00"), bj("2026-11-12T00:00:00")) == timedelta(0)


def test_instants_without_a_zone_and_negative_lengths_are_refused():
    with pytest.raises(ValueError, match="aware"):
        DESK.is_open(datetime(2026, 11, 11, 12, 0))
    with pytest.raises(ValueError, match="negative"):
        DESK.add(bj("2026-11-11T12:00:00"), timedelta(seconds=-1))
