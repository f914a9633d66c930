"""The loop that keeps rounds and day figures up to date (轮次、日数据): woken by the journal, a batch at a time."""

import logging
import threading
import time

from django.db import close_old_connections, connection

from xiaoer.kernel import clock, wake
from xiaoer.kernel.db import transaction
from xiaoer.kernel.loops import beside
from xiaoer.people.queries import shop_facts
from xiaoer.reception.actions import turns
from xiaoer.reception.facts import day_figures

log = logging.getLogger("xiaoer.turns")
IDLE = 1.0
"""Looks by itself this often: other processes' lines, and waits that grow late without a line."""
BREATH = 0.2
"""After a wake-up the lines of this long are taken together."""
COUNT_EVERY = 3.0
SHARE = 20
"""Counting a day takes a twentieth of the time at most."""


def read_on() -> int:
    """One batch of the journal into rounds; how many lines."""
    at = clock.now()
    batch = turns.read_turns(at=at)
    if batch is None:
        return 0
    with transaction():
        return turns.write_turns(batch, at=at)


def count_days(most: int = 4) -> int:
    """Count marked days anew; how many."""
    marks = turns.marked_days(most)
    for shop_id, day, number in marks:
        at = clock.now()
        figures, settled = day_figures(shop_facts(shop_id), day, at)
        with transaction():
            turns.keep_figures(shop_id, day, number, figures, settled, at=at)
    return len(marks)


def catch_up() -> int:
    """Everything that is left, for the command line and tests: lines read. Each day is counted once."""
    done = 0
    while read := read_on():
        done += read
    for shop_id, day, number in turns.marked_days(100_000):
        at = clock.now()
        figures, settled = day_figures(shop_facts(shop_id), day, at)
        with transaction():
            turns.keep_figures(shop_id, day, number, figures, settled, at=at)
    return done


REST_SHARE = 5
"""A sixth of the time at most: the rounds of an ordinary day need far less."""


@beside("turns")
def keep_reading(end: threading.Event) -> None:
    """Until the end: batch after batch, resting longer than the work took, so that messages go first."""
    woken = threading.Event()
    off = wake.on_journal(woken.set)
    count_at = 0.0
    try:
        while not end.is_set():
            woken.clear()
            close_old_connections()
            began = time.monotonic()
            read = read_on()
            if began >= count_at:
                counted = time.monotonic()
                count_days()
                spent = time.monotonic() - counted
                count_at = time.monotonic() + max(COUNT_EVERY, spent * SHARE)
            took = time.monotonic() - began
            if read < turns.BATCH:
                woken.wait(IDLE)
            end.wait(max(BREATH, took * REST_SHARE))
    finally:
        off()
        connection.close()
