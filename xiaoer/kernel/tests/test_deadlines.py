"""Deadlines: started, settled, paused, fired once, at the time at which they were due."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from xiaoer.kernel import clock_loop, deadlines
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.testing import NOON
from xiaoer.kernel.tests.toy import handling, ring

HOUR = timedelta(hours=1)
SUBJECT = "toy:1"


def start(hours: float = 2, **more: Any) -> Deadline:
    return deadlines.start("bell", SUBJECT, shop_id=1, due_at=NOON + hours * HOUR, at=NOON, **more)


def fire_all(at: Any) -> int:
    total = 0
    while batch := fire_due(at):
        total += batch
    return total


@pytest.fixture(autouse=True)
def _bell() -> Any:
    with handling(bell=ring):
        yield


@pytest.mark.django_db
def test_fires_once_and_is_stamped_with_the_due_time() -> None:
    start()
    assert fire_all(NOON + HOUR) == 0
    late = NOON + 5 * HOUR
    assert fire_all(late) == 1
    assert fire_all(late) == 0
    event = Event.objects.get()
    assert (event.kind, event.at, event.actor) == ("toy.rang", NOON + 2 * HOUR, "clock")
    row = Deadline.objects.get()
    assert (row.settled_at, row.fired_at, row.next_at) == (late, NOON + 2 * HOUR, None)


@pytest.mark.django_db
def test_starting_again_moves_the_open_one_and_leaves_the_settled_alone(django_assert_num_queries: Any) -> None:
    first = start()
    with django_assert_num_queries(1):
        again = start(3, warn_at=(NOON + HOUR,))
    assert again.pk == first.pk
    row = Deadline.objects.get()
    assert (row.due_at, row.next_at) == (NOON + 3 * HOUR, NOON + HOUR)
    assert deadlines.settle(SUBJECT, "bell", at=NOON) == 1
    third = start()
    assert third.pk != first.pk and Deadline.objects.count() == 2
    assert [one.pk for one in deadlines.open_for(SUBJECT)] == [third.pk]


@pytest.mark.django_db
def test_start_gives_back_what_stands_in_the_table() -> None:
    made = start(2, warn_at=(NOON + HOUR, NOON - HOUR, NOON + 9 * HOUR))
    stored = Deadline.objects.get()
    for field in Deadline._meta.concrete_fields:
        assert getattr(made, field.attname) == getattr(stored, field.attname), field.name


@pytest.mark.django_db
def test_a_settled_clock_does_not_fire() -> None:
    start()
    deadlines.settle(SUBJECT, at=NOON + HOUR)
    assert fire_all(NOON + 9 * HOUR) == 0
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_warnings_are_given_once_the_latest_of_several_missed_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setitem(deadlines.WARN, "bell", lambda row, at: heard.append(at - NOON))
    start(4, warn_at=tuple(NOON + n * HOUR for n in (1, 2, 3)))
    fire_all(NOON + HOUR)
    assert heard == [HOUR]
    fire_all(NOON + 3.5 * HOUR)
    assert heard == [HOUR, 3 * HOUR]
    assert Deadline.objects.get().next_at == NOON + 4 * HOUR
    fire_all(NOON + 4 * HOUR)
    assert heard == [HOUR, 3 * HOUR] and Event.objects.count() == 1


@pytest.mark.django_db
def test_a_due_deadline_fires_at_once_even_if_its_warnings_were_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setitem(deadlines.WARN, "bell", lambda row, at: heard.append(at))
    start(2, warn_at=(NOON + HOUR,))
    assert fire_all(NOON + 3 * HOUR) == 1
    assert heard == [] and Event.objects.get().at == NOON + 2 * HOUR


@pytest.mark.django_db
def test_a_throwing_handler_neither_blocks_nor_vanishes(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(row: Deadline, at: Any) -> None:
        ring(row, at)  # what it wrote before it threw must go too
        raise ValueError("no stock table")

    start(1)
    deadlines.start("bell", "toy:2", shop_id=1, due_at=NOON + 2 * HOUR, at=NOON)
    monkeypatch.setitem(deadlines.DUE, "bell", lambda row, at: (broken if row.subject == SUBJECT else ring)(row, at))
    now = NOON + 3 * HOUR
    fire_all(now)
    assert [event.subject for event in Event.objects.all()] == ["toy:2"]
    row = Deadline.objects.get(subject=SUBJECT)
    assert (row.settled_at, row.attempts, row.failed_at) == (None, 1, now)
    assert row.error == "ValueError: no stock table"
    assert row.next_at == now + clock_loop.RETRY
    assert fire_all(row.next_at) == 1
    again = Deadline.objects.get(subject=SUBJECT)
    assert again.attempts == 2 and again.next_at == row.next_at + 2 * clock_loop.RETRY
    monkeypatch.setitem(deadlines.DUE, "bell", ring)
    assert fire_all(again.next_at) == 1
    done = Deadline.objects.get(subject=SUBJECT)
    assert (done.fired_at, done.failed_at, done.error) == (NOON + HOUR, None, "")
    assert Event.objects.get(subject=SUBJECT).at == NOON + HOUR


@pytest.mark.django_db
def test_the_pause_between_tries_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(row: Deadline, at: Any) -> None:
        raise ValueError("still")

    monkeypatch.setitem(deadlines.DUE, "bell", broken)
    start(1)
    Deadline.objects.update(attempts=500)
    fire_all(NOON + HOUR)
    assert Deadline.objects.get().next_at == NOON + HOUR + clock_loop.LONGEST_RETRY


@pytest.mark.django_db
def test_a_failing_warning_does_not_make_the_deadline_late(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(row: Deadline, at: Any) -> None:
        raise ValueError("no pager")

    monkeypatch.setitem(deadlines.WARN, "bell", broken)
    start(1, warn_at=(NOON + HOUR - timedelta(seconds=5),))
    fire_all(NOON + HOUR - timedelta(seconds=4))
    assert Deadline.objects.get().next_at == NOON + HOUR
    fire_all(NOON + HOUR)
    assert Event.objects.get().at == NOON + HOUR


@pytest.mark.django_db
def test_a_kind_without_handler_is_shown_not_lost() -> None:
    deadlines.start("nobody_knows", SUBJECT, shop_id=1, due_at=NOON, at=NOON - HOUR)
    fire_all(NOON)
    row = Deadline.objects.get()
    assert row.settled_at is None and "nobody_knows" in row.error


@pytest.mark.django_db
def test_retry_now_only_for_failed_ones() -> None:
    row = start()
    assert deadlines.retry_now(row.pk, at=NOON) == 0
    Deadline.objects.update(failed_at=NOON, attempts=3, next_at=NOON + HOUR)
    assert deadlines.retry_now(row.pk, at=NOON) == 1
    assert Deadline.objects.get().next_at == NOON


@pytest.mark.django_db
def test_two_handlers_for_one_kind_are_refused() -> None:
    with pytest.raises(TypeError, match="two handlers"):
        deadlines.on_due("bell")(lambda row, at: None)


@pytest.mark.django_db
def test_lateness_and_next_instant() -> None:
    assert deadlines.next_instant() is None
    start()
    assert deadlines.next_instant() == NOON + 2 * HOUR
    assert deadlines.lateness(NOON + HOUR) == timedelta(0)
    assert deadlines.lateness(NOON + 3 * HOUR) == HOUR


@pytest.mark.django_db
def test_a_moved_clock_is_not_fired_by_a_loop_that_read_the_old_row() -> None:
    start(1)
    stale = Deadline.objects.get()
    start(5)
    clock_loop._fire_one(stale, NOON + 2 * HOUR)
    assert not Event.objects.exists()
    assert Deadline.objects.get().next_at == NOON + 5 * HOUR


class Pausing(TestCase):
    """However often a clock is paused, the time that runs is exactly the time it was given."""

    @given(
        st.lists(st.tuples(st.integers(0, 50), st.integers(0, 500)), max_size=6),
        st.integers(1, 300),
        st.lists(st.integers(1, 299), max_size=3, unique=True),
    )
    def test_only_running_time_counts(self, pauses: list[tuple[int, int]], length: int, warns: list[int]) -> None:
        minute = timedelta(minutes=1)
        warnings = sorted(w for w in warns if w < length)
        deadlines.start(
            "bell",
            SUBJECT,
            shop_id=1,
            at=NOON,
            due_at=NOON + length * minute,
            warn_at=tuple(NOON + w * minute for w in warnings),
        )
        now, paused = NOON, timedelta(0)
        for run, rest in pauses:
            now += run * minute
            if now - NOON - paused >= length * minute:
                break
            assert deadlines.pause(SUBJECT, "bell", at=now) == 1
            assert deadlines.pause(SUBJECT, "bell", at=now) == 0
            now += rest * minute
            assert fire_due(now) == 0
            assert deadlines.resume(SUBJECT, "bell", at=now) == 1
            assert deadlines.resume(SUBJECT, "bell", at=now) == 0
            paused += rest * minute
            row = Deadline.objects.get(subject=SUBJECT)
            assert row.due_at == NOON + length * minute + paused
            assert len(row.warn_at) == len(warnings)
        due = NOON + length * minute + paused
        fire_all(due - timedelta(microseconds=1))
        assert Deadline.objects.get(subject=SUBJECT).settled_at is None
        fire_all(due)
        assert Deadline.objects.get(subject=SUBJECT).fired_at == due
