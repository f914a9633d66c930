"""The reaction runner: lets every reaction read on in the journal from its saved place."""

import logging
from datetime import datetime, timedelta

from xiaoer.kernel import clock
from xiaoer.kernel.db import transaction
from xiaoer.kernel.events import last_number
from xiaoer.kernel.models import Event, Reader
from xiaoer.kernel.reactions import REACTIONS, Reaction

log = logging.getLogger("xiaoer.reactions")
HELPING = 200
RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)
SKIP = 500
"""A reaction that nothing concerns moves its place this many lines at a time, so that it never re-reads for long."""


def run_reactions(limit: int = HELPING, *, apart: bool | None = None) -> int:
    """Let every reaction read on from its place; returns how many events were handled.

    `apart` chooses those that stand apart, or those that do not; None means all (tests, one process without loops).
    """
    wanted = [one for one in REACTIONS.values() if apart is None or one.apart == apart]
    head = last_number()
    places = {place.name: place for place in Reader.objects.filter(name__in=[one.name for one in wanted])}
    done = 0
    for reaction in wanted:
        place = places.get(reaction.name) or Reader.objects.get_or_create(name=reaction.name)[0]
        if place.number < head and not _resting(place, clock.real_now()):
            done += _read_on(reaction, place, head, limit)
    return done


def _resting(place: Reader, now: datetime) -> bool:
    """Whether the reaction failed so lately that it is too early to try again."""
    if place.failed_at is None:
        return False
    return now < place.failed_at + min(RETRY * 2 ** min(max(place.attempts - 1, 0), 12), LONGEST_RETRY)


def _read_on(reaction: Reaction, place: Reader, head: int, limit: int) -> int:
    ahead = Event.objects.filter(number__gt=place.number, number__lte=head, kind__in=reaction.kinds)
    rows = list(ahead.order_by("number")[:limit])
    if reaction.many is not None and rows:
        together = rows[:1] if place.attempts else rows  # after a failure one by one, so that only one stands still
        if not _react_to(reaction, place, together):
            return 0
    else:
        for done, event in enumerate(rows):
            if not _react_to(reaction, place, [event]):
                return done
    if len(rows) < limit and head - place.number >= SKIP:
        Reader.objects.filter(pk=place.name, number=place.number).update(number=head)
    return len(rows)


def _react_to(reaction: Reaction, place: Reader, events: list[Event]) -> bool:
    """Handle events and move the place in one transaction; False when another node was first or it failed."""
    event = events[-1]
    try:
        with transaction():
            mine = Reader.objects.filter(pk=reaction.name, number=place.number)
            if mine.update(number=event.number, attempts=0, error="", failed_at=None) == 0:
                return False
            if reaction.many is not None:
                reaction.many(events)
            else:
                reaction.handler(event)
    except Exception as error:  # shown on the deadlines screen and tried again
        log.exception("reaction %s failed at journal number %s", reaction.name, event.number)
        Reader.objects.filter(pk=reaction.name, number=place.number).update(
            attempts=place.attempts + 1,
            failed_at=clock.real_now(),
            error=f"{type(error).__name__}: {error}"[:2000],
        )
        return False
    place.number, place.attempts = event.number, 0
    return True


def retry_now(name: str) -> int:
    """A person asks for a failed reaction to be tried again at once; 0 when it is not failed any more."""
    return Reader.objects.filter(pk=name, failed_at__isnull=False).update(failed_at=None)
