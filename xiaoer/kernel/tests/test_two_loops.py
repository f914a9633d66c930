"""Two clock loops side by side, on both databases: nothing fires twice, nothing is left, nobody waits for long."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from xiaoer.kernel import clock_loop, deadlines
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.db import transaction
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.testing import NOON
from xiaoer.kernel.tests.toy import handling, ring, together

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def start_many(count: int) -> None:
    with transaction():
        for n in range(count):
            deadlines.start("bell", f"toy:{n}", shop_id=1, due_at=NOON + n * timedelta(seconds=0.01), at=NOON - MINUTE)


def drain() -> int:
    """One loop: until it has found nothing three times in a row."""
    total = idle = 0
    while idle < 3:
        batch = fire_due(NOON + MINUTE)
        total += batch
        idle = 0 if batch else idle + 1
        if not batch:
            time.sleep(0.02)
    return total


def test_two_loops_never_fire_one_twice() -> None:
    start_many(300)
    with handling(bell=ring):
        together(drain, drain)
    fired = Counter(Event.objects.values_list("subject", flat=True))
    assert set(fired.values()) == {1} and len(fired) == 300
    assert not Deadline.objects.filter(settled_at=None).exists()


def test_a_slow_handler_of_one_loop_does_not_hold_up_the_other() -> None:
    """On PostgreSQL the second loop skips the rows that the first one has claimed."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    start_many(2)
    inside, go_on = threading.Event(), threading.Event()

    def slow(row: Deadline, at: object) -> None:
        if threading.current_thread().name == "slow":
            inside.set()
            assert go_on.wait(20)
        ring(row, NOON)

    def first() -> None:
        threading.current_thread().name = "slow"
        fire_due(NOON + MINUTE, limit=1)

    def second() -> int:
        assert inside.wait(20)
        done = fire_due(NOON + MINUTE)
        go_on.set()
        return done

    with handling(bell=slow):
        assert together(first, second)[1] == 1
    assert Counter(Event.objects.values_list("subject", flat=True)) == {"toy:0": 1, "toy:1": 1}


@pytest.mark.postgres_only
def test_the_loop_gives_way_to_a_request_that_holds_its_row() -> None:
    """A circle of waits ends with the loop trying again a second later, not with a failed request."""
    start_many(2)
    Deadline.objects.create(kind="case", subject="case", shop_id=1, started_at=NOON, due_at=NOON)
    held, tried = threading.Event(), threading.Event()

    def touch(row: Deadline, at: object) -> None:
        assert held.wait(20)
        try:
            Deadline.objects.filter(kind="case").update(attempts=1)
        finally:
            tried.set()

    def request() -> None:
        with transaction():
            Deadline.objects.filter(kind="case").update(attempts=7)
            held.set()
            assert tried.wait(20)

    with handling(bell=touch):
        together(request, lambda: fire_due(NOON + MINUTE, limit=1))
        row = Deadline.objects.get(subject="toy:0")
        assert (row.settled_at, row.attempts, row.failed_at) == (None, 0, None)
        assert row.next_at == NOON + MINUTE + clock_loop.BUSY_RETRY
        assert fire_due(row.next_at) > 0
    assert Deadline.objects.get(subject="toy:0").fired_at == NOON


def test_a_crash_in_the_middle_leaves_everything_due() -> None:
    """The process dies inside the batch: the transaction is gone, a new loop finds every deadline again."""
    start_many(5)

    class Killed(BaseException):
        pass

    def dies(row: Deadline, at: object) -> None:
        ring(row, NOON)
        if row.subject == "toy:3":
            raise Killed

    with handling(bell=dies), pytest.raises(Killed):
        fire_due(NOON + MINUTE)
    assert not Event.objects.exists()
    with handling(bell=ring):
        assert drain() == 5
    assert Event.objects.count() == 5


def test_a_batch_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow handlers make short batches: the write lock is given back after HOLD_SECONDS."""
    start_many(30)
    monkeypatch.setattr(clock_loop, "_pace", clock_loop._Pace())

    def slow(row: Deadline, at: object) -> None:
        time.sleep(0.03)

    with handling(bell=slow):
        done = fire_due(NOON + MINUTE)
        assert 1 <= done <= 2  # a busy machine sleeps longer than asked
        assert clock_loop._pace.rows == 10
        assert Deadline.objects.filter(settled_at=None).count() == 30 - done


def test_the_loop_runs_until_it_is_told_to_stop() -> None:
    from xiaoer.kernel import clock

    stop, rang = threading.Event(), threading.Event()

    def note(row: Deadline, at: object) -> None:
        ring(row, NOON)
        rang.set()

    def starter() -> None:
        now = clock.now()
        with transaction():
            deadlines.start("bell", "toy:0", shop_id=1, due_at=now + timedelta(seconds=0.3), at=now)
        assert rang.wait(20)
        stop.set()

    with handling(bell=note):
        together(lambda: clock_loop.run_forever(stop), starter)
    row = Deadline.objects.get()
    assert row.fired_at == row.due_at and row.settled_at is not None
    assert row.settled_at - row.due_at < timedelta(seconds=2)
