"""The assigner's own loop, and its clocks: unopened, unanswered, the next look at a queue."""

import logging
import threading
import time
from datetime import datetime, timedelta

from django.db import connection

from xiaoer.kernel import clock, leases, presence, wake
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.db import transaction
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.loops import beside
from xiaoer.kernel.models import Deadline
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.reception.queries import served_facts
from xiaoer.routing import actions, queries
from xiaoer.routing.clocks import ACCEPT, LOOK, UNANSWERED, due_of, limits, watch_accept, watch_unanswered

log = logging.getLogger("xiaoer.routing")
LEASE = "routing.loop"
LASTS, RENEW = timedelta(seconds=6), timedelta(seconds=2)
"""A node that died is replaced after this long; the one that assigns renews its lease this often."""
LISTEN, IDLE, REST = 0.12, 0.5, 0.02
"""Seconds between looks: while new buyers have said nothing yet, otherwise, and after each round."""


@beside("routing")
def keep_assigning(end: threading.Event) -> None:
    """One node assigns: it holds the lease. The others ask for it and take over when it runs out."""
    woken = threading.Event()
    off = wake.on_journal(woken.set)
    until: datetime | None = None
    try:
        while not end.is_set():
            woken.clear()
            now = clock.real_now()
            if until is None or now > until - LASTS + RENEW:
                until = now + LASTS if leases.hold(LEASE, lasts=LASTS, now=now) else None
            if until is None:
                end.wait(RENEW.total_seconds() / 2)
                continue
            began = time.monotonic()
            busy = run_reactions(apart=True)
            listening = hear_first_words()
            took = time.monotonic() - began
            if not busy and woken.wait(LISTEN if listening else IDLE):
                end.wait(max(REST, took))  # half the time at most: a storm of messages wakes it at every commit
    finally:
        off()
        leases.release(LEASE, now=clock.real_now())
        connection.close()


def hear_first_words() -> bool:
    """Give away those new talks whose buyer has spoken meanwhile. True while somebody has yet to speak."""
    listening, spoke = queries.who_spoke()
    for shop_id, talks in spoke.items():
        with transaction():
            fresh = dict.fromkeys(talks, "first_words")
            actions.drain(shop_id, cause="first_words", at=clock.now(), fresh=fresh)
    return listening


@presence.on_pages
def pages_open(staff_ids: frozenset[int]) -> None:
    """Every few seconds: whose pages are open in this process."""
    with transaction():
        actions.note_pages(staff_ids, now=clock.real_now(), at=clock.now())


@on_due(LOOK)
def look(deadline: Deadline, at: datetime) -> None:
    """Somebody has waited long enough for wider conditions, or a round was too long for one transaction."""
    if deadline.shop_id is not None:
        actions.drain(deadline.shop_id, cause="look", by=CLOCK, at=max(at, clock.now()))


@on_due(ACCEPT)
def not_opened(deadline: Deadline, at: datetime) -> None:
    """The agent has not opened the talk although its buyer waits: somebody else gets it, at its old place."""
    served = served_facts(int(deadline.subject.partition(":")[2]))
    if served is None or served.unanswered_since is None or queries.opened_since_given(served.id):
        return
    limit, _ = limits(served.shop_id, at)
    if limit and at < served.unanswered_since + limit:
        watch_accept(served.shop_id, served.id, served.unanswered_since, limit)
    elif limit:
        actions.take_back(served.id, reason="not_accepted", by=CLOCK, at=max(at, clock.now()))


@on_due(UNANSWERED)
def left_unanswered(deadline: Deadline, at: datetime) -> None:
    """The buyer still waits for her agent's first word: let another one take over.

    When nobody else can, it stays with the agent and the clock looks again. A conversation that is answered, or in
    which nobody waits, is left alone; the next late reply starts the clock anew.
    """
    served = served_facts(int(deadline.subject.partition(":")[2]))
    if served is None or served.unanswered_since is None:
        return
    # From now, not from when it was due: after a night without a server it must not look again for every minute of it.
    now = max(at, clock.now())
    if at < due_of(served.shop_id, served.unanswered_since):
        watch_unanswered(served.shop_id, served.id, served.unanswered_since)
    elif not actions.take_back(served.id, by=CLOCK, at=now):
        watch_unanswered(served.shop_id, served.id, now)
