"""What the rest of the day may bring (当日预测): the arrivals' curve, and how many late replies are left. Pure.

"再有 11 个超时轮次就低于标准线": the day so far, the expected rest, and the platform's line give that number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil, floor

from xiaoer.reception.twins import minute_of_day

QUARTERS = 96
"""Quarters of an hour in a day."""
QUARTER = 15
CALM, LOUD = Fraction(1, 2), Fraction(2)
"""How far the day so far may bend the forecast of its rest: half, twice."""


def quarter_of(at: datetime) -> int:
    return int(minute_of_day(at)) // QUARTER


def curve_of(moments: Sequence[datetime]) -> list[int]:
    """How many came in each quarter of an hour."""
    curve = [0] * QUARTERS
    for at in moments:
        curve[quarter_of(at)] += 1
    return curve


def usual(curves: Sequence[Sequence[int]]) -> list[float]:
    """The average of the same weekday in the last weeks; nothing known: zeros."""
    if not curves:
        return [0.0] * QUARTERS
    return [sum(curve[place] for curve in curves) / len(curves) for place in range(QUARTERS)]


def rest_share(expected: Sequence[float], now: datetime) -> Fraction:
    """What share of the usual day is still to come; the running quarter by its minutes."""
    whole = sum(expected)
    if not whole:
        return Fraction(0)
    place, gone = divmod(minute_of_day(now), QUARTER)
    ahead = sum(expected[int(place) + 1 :]) + expected[int(place)] * (1 - gone / QUARTER)
    return Fraction(ahead / whole).limit_denominator(10_000)


def expected_whole(so_far: int, expected: Sequence[float], came: Sequence[int], now: datetime) -> int:
    """How many units the whole day will have: those so far and the usual rest, bent by how the day goes.

    `expected` and `came` are arrivals; the units (rounds, persons) follow them in proportion.
    """
    share = rest_share(expected, now)
    usual_so_far = Fraction(sum(expected)).limit_denominator(10_000) * (1 - share)
    if share == 0 or usual_so_far <= 0 or so_far == 0:
        return so_far
    bend = min(max(Fraction(sum(came)) / usual_so_far, CALM), LOUD)
    if sum(came):
        per_arrival = Fraction(so_far, sum(came))
        rest = Fraction(sum(expected)).limit_denominator(10_000) * share * bend * per_arrival
    else:
        rest = Fraction(so_far) * share / (1 - share)
    return so_far + round(rest)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a figure stands: its value so far, what is expected, and what is left before the line.

    `left`: with so many more late units it falls below the line by the end of the day (0 or less: it is below already
    and would need `needed` more units in time, with no further late one, to come back).
    """

    expected: int
    left: int
    needed: int

    @property
    def below(self) -> bool:
        return self.left <= 0


def rate_outlook(good: int, late: int, expected: int, line: Fraction) -> Outlook:
    """`expected` units by the end of the period, of which `good + late` are there already; `line` is 0 to 1."""
    whole = max(expected, good + late)
    allowed = floor(whole * (1 - line))
    left = allowed - late + 1
    if left > 0 or line >= 1:
        return Outlook(whole, left, 0)
    # (good + n) / (good + late + n) >= line
    needed = ceil((line * (good + late) - good) / (1 - line))
    return Outlook(whole, left, max(needed, 0))


def average_outlook(seconds: int, counted: int, expected: int, line: int, cap: int) -> Outlook:
    """How many replies as slow as the cap the average bears, when the others go on as they went so far."""
    whole = max(expected, counted)
    if not counted or cap <= line:
        return Outlook(whole, whole + 1, 0)
    mean = Fraction(seconds, counted)
    room = line * whole - mean * whole
    if room < 0:
        quick = ceil((seconds - line * counted) / line) if line else 0
        return Outlook(whole, 0, quick)
    step = cap - mean
    return Outlook(whole, floor(room / step) + 1 if step > 0 else whole + 1, 0)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile: the smallest value that `share` of all do not exceed."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
