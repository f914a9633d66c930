"""How many late replies are left before the line; the day's curve. Pure."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.calendar import BEIJING
from xiaoer.reception import forecast
from xiaoer.reception.clocks import due_within, stretches
from xiaoer.reception.forecast import QUARTERS, Outlook, average_outlook, expected_whole, rate_outlook

NOON = datetime(2026, 11, 11, 12, 0, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("good", "late", "expected", "line", "wanted"),
    [
        (180, 10, 400, 90, Outlook(400, 31, 0)),  # 40 of 400 may be late, 10 are: the 31st breaks it
        (180, 10, 190, 90, Outlook(190, 10, 0)),  # nothing more to come: 19 may be late
        (90, 10, 100, 90, Outlook(100, 1, 0)),  # on the line: one more breaks it
        (80, 20, 100, 90, Outlook(100, -9, 100)),  # (80 + 100) / 200 = 90 %
        (0, 0, 0, 90, Outlook(0, 1, 0)),
        (5, 0, 10, 100, Outlook(10, 1, 0)),
    ],
)
def test_how_many_more_late_ones(good: int, late: int, expected: int, line: int, wanted: Outlook) -> None:
    assert rate_outlook(good, late, expected, Fraction(line, 100)) == wanted


@given(st.integers(0, 300), st.integers(0, 60), st.integers(0, 400), st.integers(50, 99))
def test_one_fewer_holds_the_line_and_that_many_break_it(good: int, late: int, rest: int, percent: int) -> None:
    line = Fraction(percent, 100)
    found = rate_outlook(good, late, good + late + rest, line)
    whole = found.expected
    if found.left > 0:
        assert whole - (late + found.left - 1) >= line * whole
        assert whole - (late + found.left) < line * whole
    else:
        assert whole - late < line * whole
        assert good + found.needed >= line * (good + late + found.needed)
        assert found.needed == 0 or good + found.needed - 1 < line * (good + late + found.needed - 1)


@given(st.integers(1, 300), st.integers(1, 59), st.integers(0, 300), st.integers(20, 60))
def test_an_average_bears_so_many_capped_replies(counted: int, mean: int, rest: int, line: int) -> None:
    found = average_outlook(counted * mean, counted, counted + rest, line, 600)
    if mean > line:
        assert found.left == 0
        quick = counted * mean / (counted + found.needed)
        assert quick <= line
    elif found.left <= rest:
        total = counted * mean + found.left * 600 + (rest - found.left) * mean
        assert total > line * (counted + rest)
        before = counted * mean + (found.left - 1) * 600 + (rest - found.left + 1) * mean
        assert before <= line * (counted + rest)


def test_the_rest_of_the_day_follows_the_usual_curve() -> None:
    flat = [2.0] * QUARTERS
    came = [2] * 48 + [0] * 48
    assert forecast.rest_share(flat, NOON) == Fraction(1, 2)
    assert expected_whole(300, flat, came, NOON) == 600, "half the day, half the rounds"
    assert expected_whole(300, flat, [4] * 48 + [0] * 48, NOON) == 600, "twice the buyers, and the rest twice as many"
    assert expected_whole(300, [0.0] * QUARTERS, came, NOON) == 300, "nothing known: what is there"
    assert expected_whole(0, flat, came, NOON) == 0


def test_curves_and_percentiles() -> None:
    at = [NOON, NOON + timedelta(minutes=14, seconds=59), NOON + timedelta(minutes=15)]
    curve = forecast.curve_of(at)
    assert (curve[48], curve[49], sum(curve)) == (2, 1, 3)
    assert forecast.usual([curve, [0] * QUARTERS])[48] == 1
    assert forecast.percentile([], 0.5) is None
    values = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    assert (forecast.percentile(values, 0.5), forecast.percentile(values, 0.9)) == (50, 90)
    assert forecast.percentile([7], 0.9) == 7


HOURS = {
    "zone": "Asia/Shanghai",
    "days": {day: [["09:00", "12:00"], ["13:30", "24:00"]] for day in ("mon", "tue", "wed")},
}


def test_a_reply_clock_runs_in_opening_hours_only() -> None:
    def at(day: int, clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-{day:02}T{clock}+08:00")

    def due(day: int, clock: str, seconds: int) -> datetime:
        moment = at(day, clock)
        return due_within(stretches(HOURS, moment), moment, timedelta(seconds=seconds))

    assert due(11, "10:00:00", 30) == at(11, "10:00:30")
    assert due(11, "12:00:00", 30) == at(11, "13:30:30"), "lunch"
    assert due(11, "11:59:50", 30) == at(11, "13:30:20"), "ten seconds before lunch, the others after it"
    assert due(11, "23:59:59", 30) == at(16, "09:00:29"), "the shop opens again on Monday"
    assert due(12, "03:00:00", 30) == at(16, "09:00:30")
    assert stretches({}, NOON) == () and due_within((), NOON, timedelta(seconds=30)) == NOON + timedelta(seconds=30)


@given(st.integers(0, 7 * 86_400), st.integers(0, 15), st.integers(1, 7200))
def test_hours_remembered_for_seconds_give_the_same_instant(start: int, age: int, limit: int) -> None:
    """The lane's hours are up to 15 s old; `post_message` reads them fresh."""
    at = datetime(2026, 11, 9, tzinfo=UTC) + timedelta(seconds=start)
    old, fresh = stretches(HOURS, at - timedelta(seconds=age)), stretches(HOURS, at)
    assert due_within(old, at, timedelta(seconds=limit)) == due_within(fresh, at, timedelta(seconds=limit))
