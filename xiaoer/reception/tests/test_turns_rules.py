"""Rounds out of lines: the same reading as `columns_after`, batch by batch or at once. Pure."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from xiaoer.reception import turns
from xiaoer.reception.rules import Standing, columns_after
from xiaoer.reception.turns import ANSWERED, CLOSED, MERGED, Reading, Round, Said

T0 = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
ONE, OTHER = 7, 8


def line(n: int, author: str, kind: str = "text", talk: int = ONE, who: int | None = None, **more: object) -> Said:
    return Said(n, T0 + timedelta(seconds=n), 1, talk, 50 + talk, author, who, kind, n, **more)  # type: ignore[arg-type]


def read(*lines: Said) -> list[Round]:
    return turns.read_on(lines, {}, ()).begun


def test_a_round_runs_from_the_first_unanswered_question_to_the_first_answer() -> None:
    one, two = read(
        line(1, "bot"),
        line(2, "buyer", serving=4),
        line(3, "buyer"),
        line(4, "staff", "note", who=4),
        line(5, "system", "system"),
        line(9, "staff", who=4),
        line(10, "staff", who=4),
        line(20, "buyer", "image"),
    )
    assert (one.seq, one.first, one.serving, one.agent, one.ended) == (2, True, 4, 4, ANSWERED)
    assert one.ended_at == T0 + timedelta(seconds=9) and one.bot_at is None
    assert (two.seq, two.first, two.ended_at, two.ended) == (20, False, None, "")


def test_a_bot_ends_nothing_and_a_card_is_no_word() -> None:
    (one,) = read(line(1, "buyer"), line(2, "bot", "card"), line(3, "bot"), line(4, "bot"), line(8, "staff", who=4))
    assert one.bot_at == T0 + timedelta(seconds=3)
    assert one.ended_at == T0 + timedelta(seconds=8)


def test_closing_leaves_a_round_unanswered_and_merging_carries_it_over() -> None:
    (shut,) = read(line(1, "buyer"), line(5, ""))
    assert (shut.ended, shut.agent) == (CLOSED, None)
    old, moved = read(line(1, "buyer", talk=OTHER), line(5, "", talk=OTHER, merged_into=ONE), line(9, "staff", who=4))
    assert (old.ended, old.conversation) == (MERGED, OTHER)
    assert (moved.conversation, moved.seq, moved.ended, moved.agent) == (ONE, 0, ANSWERED, 4)
    assert moved.started_at == T0 + timedelta(seconds=1), "she has waited since she asked in the other window"
    live, gone = sorted(
        read(line(1, "buyer", talk=OTHER), line(3, "buyer"), line(5, "", talk=OTHER, merged_into=ONE)),
        key=lambda one: one.conversation,
    )
    assert live.started_at == gone.started_at and live.ended_at is None


def test_the_day_is_that_of_the_question_in_beijing() -> None:
    before = Round(1, ONE, 5, 1, datetime(2026, 11, 11, 15, 59, 59, tzinfo=UTC))
    after = Round(1, ONE, 5, 1, datetime(2026, 11, 11, 16, 0, tzinfo=UTC))
    assert [before.day.day, after.day.day] == [11, 12]


LINES = st.lists(
    st.tuples(
        st.sampled_from(["buyer", "buyer", "staff", "bot", "system"]),
        st.sampled_from(["text", "image", "note", "card"]),
    ),
    max_size=30,
)


@given(LINES, st.integers(1, 30))
def test_batches_of_any_size_read_the_same_and_agree_with_the_conversation(
    said: list[tuple[str, str]], size: int
) -> None:
    lines = [
        line(n, author, "system" if author == "system" else kind, who=4) for n, (author, kind) in enumerate(said, 1)
    ]
    whole = turns.read_on(lines, {}, ())
    stored: list[Round] = []
    reading = Reading({}, set())
    for start in range(0, len(lines), size):
        reading = turns.read_on(lines[start : start + size], reading.open, reading.seen)
        stored += reading.begun
        for one in stored:
            one.id = one.seq
    assert [_shown(one) for one in stored] == [_shown(one) for one in whole.begun]

    now = Standing(None, None, None, 0, 0)
    for said_line in lines:
        columns = columns_after(now, author=said_line.author, kind=said_line.kind, text="x", card=None, at=said_line.at)
        names = ("waiting_since", "first_waiting_at", "first_reply_at")
        kept = {name: columns.get(name, getattr(now, name)) for name in names}
        now = Standing(**kept, unread_agent=0, unread_buyer=0)
    waiting = whole.open.get(ONE)
    assert (waiting.started_at if waiting else None) == now.waiting_since


def _shown(one: Round) -> tuple[object, ...]:
    return one.seq, one.started_at, one.ended_at, one.ended, one.agent, one.bot_at, one.first
