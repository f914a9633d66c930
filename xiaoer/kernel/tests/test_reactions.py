"""Reactions: each event once, in order, in one transaction with the place; a failing one stops only itself."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from xiaoer.kernel import events, reaction_runner, reactions
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.clock_loop import run_reactions
from xiaoer.kernel.models import Event, Reader
from xiaoer.kernel.reactions import REACTIONS, reacts
from xiaoer.kernel.testing import NOON
from xiaoer.kernel.tests.toy import Rang, together


class Echoed(events.Payload):
    KIND = "toy.echoed"
    AREA = "toy"
    LABEL = events.T("回声", "Echo")

    of: int


def say(word: str = "") -> Event:
    return events.announce(Rang(word=word), shop_id=1, subject="toy:1", by=SYSTEM, at=NOON)


def echo(event: Event) -> None:
    events.announce(Echoed(of=event.number), shop_id=1, subject=event.subject, by=SYSTEM, at=event.at)
    if event.payload["word"] == "bad":
        raise ValueError("cannot repeat this")


@pytest.fixture(autouse=True)
def _only_ours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Reactions of the areas read the same journal; here only the test's own run."""
    before = dict(REACTIONS)
    REACTIONS.clear()
    yield
    REACTIONS.clear()
    REACTIONS.update(before)


def echoes() -> list[int]:
    return [row.payload["of"] for row in Event.objects.filter(kind="toy.echoed").order_by("number")]


@pytest.mark.django_db
def test_each_event_once_and_in_order() -> None:
    reacts("toy.rang", name="toy.echo")(echo)
    said = [say(str(n)).number for n in range(5)]
    assert run_reactions() == 5 and echoes() == said
    assert run_reactions() == 0 and echoes() == said
    assert Reader.objects.get(pk="toy.echo").number == said[-1]


@pytest.mark.django_db
def test_a_failing_one_is_shown_tried_again_and_stops_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    reacts("toy.rang", name="toy.echo")(echo)
    reacts("toy.rang", name="toy.listen")(lambda event: heard.append(event.number))
    good, bad, after = say("a").number, say("bad").number, say("b").number
    run_reactions()
    assert heard == [good, bad, after] and echoes() == [good], "what the failing try wrote is gone"
    place = Reader.objects.get(pk="toy.echo")
    assert (place.number, place.attempts) == (good, 1) and "cannot repeat" in place.error and place.failed_at
    assert run_reactions() == 0, "not at once again"
    monkeypatch.setattr(reactions.REACTIONS["toy.echo"].handler, "__code__", _mended.__code__)
    assert reaction_runner.retry_now("toy.echo") == 1 and run_reactions() == 2
    place.refresh_from_db()
    assert (place.number, place.attempts, place.error, place.failed_at) == (after, 0, "", None)


def _mended(event: Event) -> None:
    events.announce(Echoed(of=event.number), shop_id=1, subject=event.subject, by=SYSTEM, at=event.at)


@pytest.mark.django_db
def test_a_reaction_that_nothing_concerns_does_not_read_the_whole_journal_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reaction_runner, "SKIP", 3)
    reacts("toy.never", name="toy.idle")(echo)
    last = [say() for _ in range(4)][-1].number
    assert run_reactions() == 0
    assert Reader.objects.get(pk="toy.idle").number == last


@pytest.mark.django_db
def test_two_reactions_of_one_name_are_refused() -> None:
    reacts("toy.rang", name="toy.echo")(echo)
    with pytest.raises(TypeError, match="two reactions"):
        reacts("toy.rang", name="toy.echo")(lambda event: None)


@pytest.mark.django_db(transaction=True)
def test_two_runners_handle_each_event_once() -> None:
    reacts("toy.rang", name="toy.echo")(echo)
    said = [say(str(n)).number for n in range(60)]
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            run_reactions(limit=7)
            if Reader.objects.filter(pk="toy.echo", number=said[-1]).exists():
                stop.set()

    together(run, run)
    assert echoes() == said


@pytest.mark.django_db
def test_a_resting_journal_costs_two_small_reads(django_assert_num_queries: Any) -> None:
    heard: list[int] = []
    reacts("toy.rang", name="toy.listen")(lambda event: heard.append(event.number))
    say()
    assert run_reactions() == 1
    with django_assert_num_queries(2):
        assert run_reactions() == 0
