"""Moves: legal ones go through once, with their clocks and one journal line; others are refused and change nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import CLOCK, SYSTEM, Perm, Viewer, Who
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid, Refusal
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.testing import NOON, flow_matrix, nothing_changes, screens_follow
from xiaoer.kernel.tests.lamps import Lamp, lines, workshop
from xiaoer.kernel.tests.toy import together

HOUR = timedelta(hours=1)
ANAN = Who("staff", 4, "安安")


@pytest.fixture
def lamps(transactional_db: Any) -> Iterator[Flow]:
    with workshop() as flow:
        yield flow


def make(state: str = "broken", **more: Any) -> Lamp:
    return Lamp.objects.create(state=state, **more)


def test_every_verb_in_every_state_by_everybody(lamps: Flow) -> None:
    assert flow_matrix(lamps, make) == 12
    assert flow_matrix(lamps, lambda state: make(state, bulb=False)) == 12
    assert not Event.objects.exists() and not Lamp.objects.exists()


def test_the_matrix_notices_a_case_that_moves_where_the_table_forbids_it(lamps: Flow) -> None:
    with pytest.raises(AssertionError, match="made a case in"):
        flow_matrix(lamps, lambda state: make("broken"))


def test_a_case_begins_with_its_clock_and_its_first_line(lamps: Flow) -> None:
    row = make()
    moving.begin(lamps, row, by=ANAN, at=NOON)
    clock = Deadline.objects.get()
    assert (clock.kind, clock.subject, clock.due_at) == ("lamp_answer", f"lamp:{row.pk}", NOON + 2 * HOUR)
    assert clock.next_at == NOON + HOUR, "the first warning at half the time"
    assert lines() == ["lamp.opened"]


def test_a_move_carries_everything_with_it(lamps: Flow) -> None:
    row = make()
    moving.begin(lamps, row, by=ANAN, at=NOON)
    at = NOON + HOUR
    with screens_follow({f"lamp:{row.pk}": lambda: Lamp.objects.filter(pk=row.pk).values().get()}):
        moving.move(lamps, row, "accept", by=ANAN, at=at, details={"why": "guarantee"}, price_fen=1500)
    stored = Lamp.objects.get()
    assert (
        (stored.state, stored.state_at, stored.price_fen)
        == ("accepted", at, 1500)
        == (
            row.state,
            row.state_at,
            row.price_fen,
        )
    )
    assert [(c.kind, c.due_at) for c in deadlines.open_for(f"lamp:{row.pk}")] == [("lamp_repair", at + 24 * HOUR)]
    event = Event.objects.order_by("-number")[0]
    assert (event.kind, event.actor, event.customer_id, event.for_buyer) == ("lamp.accept", "staff:4", 7, True)
    assert event.payload == {
        "verb": "accept",
        "source": "broken",
        "target": "accepted",
        "details": {"why": "guarantee"},
    }
    moving.move(lamps, row, "bin", by=CLOCK, at=at)
    assert Event.objects.order_by("-number")[0].for_buyer is False


def test_a_change_that_nobody_is_told_of_is_noticed(lamps: Flow) -> None:
    row = make()
    with (
        pytest.raises(AssertionError, match="would show old data"),
        screens_follow({f"lamp:{row.pk}": lambda: Lamp.objects.values().get()}),
    ):
        Lamp.objects.update(price_fen=9)


def test_refusals_say_what_is_wrong_and_change_nothing(lamps: Flow) -> None:
    row = make("mended")
    with nothing_changes(Lamp):
        with pytest.raises(Conflict) as late:
            moving.move(lamps, row, "accept", by=ANAN, at=NOON)
        with pytest.raises(Invalid) as unknown:
            moving.move(lamps, row, "polish", by=ANAN, at=NOON)
    assert late.value.current == {"state": "mended", "label": {"zh": "已修好", "en": "Mended"}}
    assert unknown.value.code == "unknown_verb" and "polish" in unknown.value.text.en
    dark = make("accepted", bulb=False)
    with nothing_changes(Lamp), pytest.raises(Refusal) as early:
        moving.move(lamps, dark, "mend", by=ANAN, at=NOON)
    assert (early.value.code, early.value.text.zh) == ("not_ready", "缺灯泡")


def test_buttons_carry_their_forms_in_the_viewers_language(lamps: Flow) -> None:
    viewer = Viewer(ANAN, {1: frozenset({Perm.AFTERSALES_DECIDE})}, "en")
    (button,) = moving.can(lamps, make(), viewer)
    assert (button["verb"], button["label"], button["style"]) == ("accept", "Accept", "primary")
    assert button["form"]["properties"]["price_fen"]["title"] == "Price (fen)"
    assert moving.can(lamps, make("accepted"), viewer) == []
    owner = Viewer(ANAN, {1: frozenset(Perm)})
    (mend,) = moving.can(lamps, make("accepted", bulb=False), owner)
    assert mend["disabled"] == "缺灯泡"


def test_forms_are_checked_field_by_field(lamps: Flow) -> None:
    step = lamps.find("broken", "accept")
    assert step is not None
    with pytest.raises(Invalid) as wrong:
        moving.parse_form(step, {"price_fen": "abc", "rush": 1})
    assert set(wrong.value.fields) == {"price_fen"} and "abc" in wrong.value.fields["price_fen"].en
    with pytest.raises(Invalid) as missing:
        moving.parse_form(step, None)
    assert missing.value.fields["price_fen"].zh == "必填"
    with pytest.raises(Forbidden):
        moving.require_actor(step, Viewer(Who("buyer", 7)), 1)


def test_two_people_press_at_once_and_one_wins(lamps: Flow) -> None:
    """Each read the case before the other wrote: one moves it, the other is told who was first."""
    for _ in range(5):
        row = make()
        with transaction():
            moving.begin(lamps, row, by=SYSTEM, at=NOON)

        def press(verb: str, pk: int = row.pk) -> str:
            mine = Lamp.objects.get(pk=pk)
            try:
                with transaction():
                    moving.move(lamps, mine, verb, by=ANAN, at=NOON + HOUR)
                return verb
            except Conflict as refusal:
                assert refusal.code in ("somebody_was_first", "not_legal_now")
                assert refusal.current is not None and refusal.current["state"] != "broken"
                return ""

        def lost_or_moved(verb: str) -> Any:
            return lambda: press(verb)

        winners = [verb for verb in together(lost_or_moved("accept"), lost_or_moved("bin")) if verb]
        stored = Lamp.objects.get(pk=row.pk)
        told = list(Event.objects.filter(subject=f"lamp:{row.pk}").values_list("kind", flat=True))
        running = {clock.kind for clock in deadlines.open_for(f"lamp:{row.pk}")}
        if winners == ["accept", "bin"]:  # accept was first, and bin is legal after it
            assert (stored.state, sorted(told)) == ("binned", ["lamp.accept", "lamp.bin", "lamp.opened"])
        else:
            assert len(winners) == 1 and len(told) == 2
            assert running == ({"lamp_repair"} if winners == ["accept"] else set())


def test_a_swap_from_a_stale_page_is_refused(lamps: Flow) -> None:
    row = make()
    stale = Lamp.objects.get(pk=row.pk)
    moving.move(lamps, row, "bin", by=CLOCK, at=NOON)
    with nothing_changes(Lamp), pytest.raises(Conflict) as refusal:
        moving.move(lamps, stale, "accept", by=ANAN, at=NOON)
    assert refusal.value.code == "somebody_was_first"
    assert refusal.value.current == {"state": "binned", "label": {"zh": "已作废", "en": "Binned"}}


def test_clocks_are_shown_with_who_must_act(lamps: Flow) -> None:
    row = make()
    moving.begin(lamps, row, by=SYSTEM, at=NOON)
    (clock,) = moving.clocks_of(lamps, row, "en")
    assert (clock["label"], clock["who"], clock["due_at"]) == ("Answer", "agent", "2026-11-11T06:00:00Z")
