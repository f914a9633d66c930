"""A call folded from its events: every order of arrival ends in the same call (property), and by hand."""

from datetime import timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.testing import NOON
from xiaoer.voice.flow import ENDED_STATES, LIVE, STATES, TOLD, Told, fold


def told(kind: str, seconds: float, agent: int | None = None, **more: object) -> Told:
    return Told(kind, NOON + timedelta(seconds=seconds), f"{kind}-{seconds}-{agent}", agent, **more)  # type: ignore[arg-type]


TALK = [
    told("queued", 0),
    told("ringing", 4, 1),
    told("answered", 12, 1, rings=2),
    told("held", 60),
    told("resumed", 75),
    told("ended", 200, reason="caller"),
    told("recording", 230, url="https://pbx.example/1.mp3"),
]


def test_a_talk_by_hand() -> None:
    now = fold("inbound", TALK)
    assert (now.state, now.agent, now.rings, now.hold_seconds, now.end_reason) == ("ended", 1, 2, 15, "caller")
    assert now.queued_at == NOON and now.answered_at == NOON + timedelta(seconds=12)
    assert now.ended_at == NOON + timedelta(seconds=200) and now.recording_url == "https://pbx.example/1.mp3"
    assert now.held_since is None and now.tried == ()


def test_every_order_of_arrival_ends_in_the_same_call() -> None:
    for kept in (TALK, [*TALK[:2], told("ringing", 20, 2), told("ended", 30)]):
        wanted = fold("inbound", kept)
        assert all(fold("inbound", order) == wanted for order in permutations(kept))


def test_each_state_as_it_comes() -> None:
    states = [fold("inbound", TALK[: count + 1]).state for count in range(len(TALK))]
    assert states == ["queued", "ringing", "talking", "held", "talking", "ended", "ended"]


def test_who_let_it_ring_is_remembered_and_who_answered_is_not() -> None:
    rang = [told("queued", 0), told("offered", 1, 1), told("ringing", 2, 1), told("passed", 17), told("offered", 18, 2)]
    now = fold("inbound", rang)
    assert (now.state, now.agent, now.tried) == ("queued", 2, (1,))
    assert fold("inbound", [*rang, told("answered", 30, 1)]).tried == ()
    back = fold("inbound", [told("queued", 0), told("ringing", 2, 1), told("queued", 17)])
    assert (back.state, back.agent, back.tried, back.queued_at) == ("queued", None, (1,), NOON)


def test_lost_calls_by_who_lost_them() -> None:
    assert fold("inbound", [told("queued", 0), told("ended", 9)]).state == "abandoned"
    assert fold("inbound", [told("queued", 0), told("ringing", 1, 1), told("ended", 9)]).state == "missed"
    assert fold("outbound", [told("ringing", 0, 1), told("ended", 9)]).state == "unreached"


def test_an_answer_stamped_after_the_end_still_counts() -> None:
    now = fold("inbound", [told("ringing", 0, 1), told("ended", 9), told("answered", 10, 1)])
    assert now.state == "ended" and now.answered_at == now.ended_at


def test_a_recording_alone_is_nobody_who_waits() -> None:
    assert fold("inbound", [told("recording", 5, url="https://x.example/a")]).state == "ended"


def test_a_transfer_keeps_the_first_answer() -> None:
    now = fold("inbound", [told("answered", 5, 1), told("answered", 50, 2)])
    assert (now.agent, now.answered_at) == (2, NOON + timedelta(seconds=5))


EVENTS = st.lists(
    st.builds(
        lambda kind, second, agent, n: Told(kind, NOON + timedelta(seconds=second), f"e{n}", agent),
        st.sampled_from([*TOLD, "offered", "passed"]),
        st.integers(0, 600),
        st.one_of(st.none(), st.integers(1, 3)),
        st.integers(0, 10_000),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda event: event.key,
)


@given(EVENTS, st.randoms(use_true_random=False), st.sampled_from(["inbound", "outbound"]))
def test_order_never_matters_and_the_call_is_sane(events: list[Told], dice: object, direction: str) -> None:
    now = fold(direction, events)
    mixed = list(events)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert fold(direction, mixed) == now
    assert now.state in STATES and now.hold_seconds >= 0
    ended = any(event.kind == "ended" for event in events)
    only_tape = all(event.kind == "recording" for event in events)
    assert (now.state in ENDED_STATES) == (ended or only_tape) and (now.state in LIVE) != (ended or only_tape)
    answered = any(event.kind == "answered" for event in events)
    assert (now.answered_at is not None) == answered
    if now.state == "ended" and not only_tape:
        assert answered
    assert now.agent is None or now.agent not in now.tried
