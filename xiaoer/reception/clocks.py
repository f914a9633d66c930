"""The reply clocks of a shop (响应时限): how long a person may take, and when the desk is open. Pure.

A clock only runs while the shop is open: what a buyer asks at night falls due after the next opening (C06, R154).
The lane carries these few numbers in memory and asks the database nothing per message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from xiaoer.kernel.calendar import Calendar, OpeningHours
from xiaoer.kernel.errors import Invalid

Stretch = tuple[datetime, datetime]
STRETCHES = 4
"""Open stretches that are known ahead: this one and the next three."""


@dataclass(frozen=True, slots=True)
class ReplyClocks:
    """Within what time a person must answer: the first time, and later in the conversation (C06, B51).

    `warn` are the shares of the time at which she is reminded; `hours` the open stretches from now on (none: always).
    """

    first: timedelta
    follow_up: timedelta
    warn: tuple[float, ...] = (0.5,)
    hours: tuple[Stretch, ...] = ()

    def due(self, at: datetime, limit: timedelta) -> datetime:
        """When `limit` of open time will have passed since `at`."""
        return due_within(self.hours, at, limit)

    def warnings(self, at: datetime, limit: timedelta) -> tuple[datetime, ...]:
        """The instants of the reminders, in open time too: nobody is reminded at night."""
        return tuple(self.due(at, limit * share) for share in self.warn)


def due_within(hours: tuple[Stretch, ...], at: datetime, limit: timedelta) -> datetime:
    """`at` plus `limit` of open time. Without known hours, or beyond them, time simply runs."""
    left = limit
    for opens, closes in hours:
        start = max(opens, at)
        if closes <= start:
            continue
        if left <= closes - start:
            return start + left
        left -= closes - start
    return at + limit


def stretches(hours: Mapping[str, Any], at: datetime, many: int = STRETCHES) -> tuple[Stretch, ...]:
    """The next open stretches of a shop from `at` on; none for a shop that names no hours or is never open."""
    if not hours.get("days"):
        return ()
    try:
        return tuple(islice(Calendar(OpeningHours.from_json(hours)).stretches(at), many))
    except Invalid:
        return ()


def shares(percents: list[Any]) -> tuple[float, ...]:
    """[50, 80] as the policy writes the levels -> (0.5, 0.8)."""
    return tuple(sorted(int(percent) / 100 for percent in percents if 0 < int(percent) < 100))
