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
TOGETHER = 8
"""Events that one reaction handles in one transaction when they have come in meanwhile: each commit waits for the disk."""
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
    now, behind = clock.real_now(), []
    for reaction in wanted:
        place = places.get(reaction.name) or Reader.objects.get_or_create(name=reaction.name)[0]
        if place.number < head and not _resting(place, now):
            behind.append((reaction, place))
    if not behind:
        return 0
    heard = _kinds_between(min(place.number for _, place in behind), head, [one for one, _ in behind])
    done, unconcerned = 0, []
    for reaction, place in behind:
        read = None if reaction.kinds.isdisjoint(heard) else _read_on(reaction, place, head, limit)
        if read is None:
            unconcerned.append(place)
        else:
            done += read
    _let_pass(unconcerned, head)
    return done


def _kinds_between(after: int, head: int, reactions: list[Reaction]) -> set[str]:
    """Which kinds that these reactions wait for stand there: one look for all of them."""
    kinds = frozenset().union(*(reaction.kinds for reaction in reactions))
    lines = Event.objects.filter(number__gt=after, number__lte=head, kind__in=kinds)
    return set(lines.order_by().values_list("kind", flat=True).distinct())


def _let_pass(places: list[Reader], head: int) -> None:
    """Those whom nothing concerned move on together: chatter would else be looked through again and again."""
    names = [place.name for place in places if head - place.number >= SKIP]
    if names:
        with transaction():
            Reader.objects.filter(name__in=names, number__lt=head).update(number=head)


def _resting(place: Reader, now: datetime) -> bool:
    """Whether the reaction failed so lately that it is too early to try again."""
    if place.failed_at is None:
        return False
    return now < place.failed_at + min(RETRY * 2 ** min(max(place.attempts - 1, 0), 12), LONGEST_RETRY)


def _read_on(reaction: Reaction, place: Reader, head: int, limit: int) -> int | None:
    """How many events it handled; None when nothing concerned it."""
    ahead = Event.objects.filter(number__gt=place.number, number__lte=head, kind__in=reaction.kinds)
    rows = list(ahead.order_by("number")[:limit])
    if not rows:
        return None
    # After a failure one by one, so that only one stands still.
    size = 1 if place.attempts else len(rows) if reaction.many is not None else TOGETHER
    done = 0
    for part in (rows[n : n + size] for n in range(0, len(rows), size)):
        fine = _react_to(reaction, place, part)
        done += sum(event.number <= place.number for event in part)
        if not fine:
            break
    return done


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
                for one in events:
                    reaction.handler(one)
    except Exception as error:  # shown on the deadlines screen and tried again
        if reaction.many is None and len(events) > 1:  # one of them failed: the others need not wait for it
            return all(_react_to(reaction, place, [one]) for one in events)
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
