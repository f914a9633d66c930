"""Platform metrics by hand-worked examples of their definitions (platforms.md 2.8, 3.1), and what must always hold."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.calendar import BEIJING
from xiaoer.reception import twins
from xiaoer.reception.metrics import BY_PLATFORM, METRICS
from xiaoer.reception.turns import ANSWERED, CLOSED, MERGED
from xiaoer.reception.twins import GOOD, LATE, LEFT_OUT, PENDING, Fact, Terms, tally

NOW = datetime(2026, 11, 11, 23, 30, tzinfo=BEIJING)


def seconds(n: float) -> timedelta:
    return timedelta(seconds=n)


TERMS = Terms(
    opens=8 * 60,
    closes=23 * 60,
    average_closes=24 * 60,
    limit=seconds(180),
    cap=seconds(600),
    slow=seconds(50),
    idle=timedelta(minutes=10),
    first=seconds(30),
    urgent=seconds(15),
    greeting=seconds(10),
    staffed=lambda at: at.astimezone(BEIJING).hour >= 9,
)


def asked(n: int, clock: str = "10:00:00", took: float | None = 20, **more: Any) -> Fact:
    """A round asked at a time of 11 November and answered after `took` seconds; None: not yet."""
    start = datetime.fromisoformat(f"2026-11-11T{clock}+08:00")
    end = None if took is None else start + seconds(took)
    given = {"conversation": n, "customer": n, "seq": 2, "ended_at": end, "ended": ANSWERED if end else "", **more}
    return Fact(id=n, started_at=start, **given)


def judged(name: str, *facts: Fact, now: datetime = NOW) -> list[tuple[str, str]]:
    found = METRICS[name].judge(facts, TERMS, now)
    return sorted((one.state, one.why) for one in found)


def test_wangwang_counts_every_round_of_the_window() -> None:
    facts = [
        asked(1, took=180),  # exactly three minutes: in time
        asked(2, took=180.5),
        asked(3, "07:59:59", took=5),
        asked(4, "22:59:59", took=5),
        asked(5, "23:00:00", took=5),
        asked(6, took=60, ended=CLOSED),  # closed without an answer
        asked(7, took=None),  # still waits since ten
        asked(8, took=60, ended=MERGED),
    ]
    assert judged("wangwang_3min", *facts) == sorted(
        [(GOOD, ""), (LATE, "slow"), (LEFT_OUT, "window"), (GOOD, ""), (LEFT_OUT, "window"), (LATE, "unanswered"),
         (LATE, "waiting"), (LEFT_OUT, "merged")]
    )  # fmt: skip
    found = tally(METRICS["wangwang_3min"].judge(facts, TERMS, NOW))
    assert (found.counted, found.good, found.late, found.left_out) == (5, 2, 3, {"window": 2, "merged": 1})
    assert judged("wangwang_3min", asked(1, took=None), now=facts[0].started_at + seconds(180)) == [(PENDING, "")]


def test_the_average_leaves_out_bots_zero_seconds_and_other_days_and_caps_one_round() -> None:
    facts = [
        asked(1, took=20.9),
        asked(2, took=700),  # counts 600
        asked(3, took=0.4),
        asked(4, "23:50:00", took=1200),  # answered after midnight
        asked(5, took=90, ended=CLOSED, bot_at=NOW),
        asked(6, took=90, ended=CLOSED),
        asked(7, "23:10:00", took=40),  # the average runs until 24:00, the rate until 23:00
        asked(8, "07:00:00", took=40),
        asked(9, took=40, bot_at=NOW),  # a bot spoke first, a person answered: from the question
    ]
    found = tally(METRICS["human_average"].judge(facts, TERMS, NOW))
    assert (found.counted, found.seconds) == (4, 20 + 600 + 40 + 40)
    assert found.left_out == {"zero": 1, "cross_day": 1, "bot": 1, "unanswered": 1, "window": 1}


def test_douyin_takes_the_mean_of_a_session_and_nobody_there_counts_zero() -> None:
    a = [asked(1, "10:00:00", 300, conversation=1), asked(2, "10:10:00", 60, conversation=1)]  # mean 180
    b = [asked(3, "10:00:00", 300, conversation=2), asked(4, "10:10:00", 61, conversation=2)]
    c = [asked(5, "10:00:00", 30, conversation=3, ended=CLOSED)]
    d = [asked(6, "22:59:59", 5, conversation=4)]
    e = [asked(7, "23:00:00", 5, conversation=5)]
    assert judged("douyin_3min", *a, *b, *c, *d, *e) == sorted(
        [(GOOD, ""), (LATE, "slow"), (LATE, "unanswered"), (GOOD, ""), (LEFT_OUT, "window")]
    )


def test_pinduoduo_counts_persons_and_one_late_message_spoils_a_person() -> None:
    facts = [
        asked(1, "10:00:00", 10, customer=1),
        asked(2, "11:00:00", 181, customer=1, conversation=9),
        asked(3, "10:00:00", 180, customer=2),
        asked(4, "12:00:00", 20, customer=2),
    ]
    assert judged("pdd_3min", *facts) == [(GOOD, ""), (LATE, "slow")]
    assert len(judged("wangwang_3min", *facts)) == 4, "the same rounds, another denominator"


def test_jd_takes_first_questions_of_sessions() -> None:
    facts = [
        asked(1, took=170, first=True),
        asked(2, took=5, idle=599),
        asked(3, took=5, idle=600),
        asked(4, "08:59:59", took=5, first=True),
    ]
    strict = Terms(**{**{name: getattr(TERMS, name) for name in Terms.__slots__}, "limit": seconds(30), "opens": 540})
    found = tally(METRICS["jd_30s"].judge(facts, strict, NOW))
    assert (found.counted, found.good, found.left_out) == (2, 1, {"follow_up": 1, "window": 1})


def test_kuaishou_counts_both_ways() -> None:
    facts = [asked(1, took=200, customer=1, conversation=1), asked(2, took=5, customer=1, conversation=2)]
    assert judged("kuaishou_person", *facts) == [(LATE, "slow")]
    assert judged("kuaishou_session", *facts) == [(GOOD, ""), (LATE, "slow")]


def test_replied_buyers_need_one_answer_at_any_hour() -> None:
    facts = [
        asked(1, "03:00:00", 30_000, customer=1),
        asked(2, took=9, customer=2, ended=CLOSED),
        asked(3, took=None, customer=3),
        asked(4, took=9, customer=4, ended=CLOSED),
        asked(5, took=9, customer=4),
    ]
    assert judged("replied_people", *facts) == [(GOOD, ""), (GOOD, ""), (LATE, "unanswered"), (PENDING, "")]


def test_first_answers_have_two_limits_and_count_while_the_shop_is_open() -> None:
    """R769: 30 s normal; R770: 15 s urgent; C06."""
    facts = [
        asked(1, took=30, first=True),
        asked(2, took=30.1, first=True),
        asked(3, took=15, first=True, urgent=True),
        asked(4, took=16, first=True, urgent=True),
        asked(5, "08:30:00", took=16, first=True),
        asked(6, took=200),
    ]
    found = tally(METRICS["first_reply"].judge(facts, TERMS, NOW))
    assert (found.counted, found.good, found.left_out) == (4, 2, {"closed": 1, "follow_up": 1})


def test_a_greeting_counts_whoever_says_it() -> None:
    """R685: ten seconds; the automatic greeting counts (C06, C13)."""
    facts = [
        asked(1, took=500, first=True, seq=2),  # greeted when she came in
        asked(2, took=500, first=True, seq=1, bot_at=datetime.fromisoformat("2026-11-11T10:00:09+08:00")),
        asked(3, took=10, first=True, seq=1),
        asked(4, took=11, first=True, seq=1),
        asked(5, took=5, first=True, seq=1, ended=CLOSED),
        asked(6, took=1),
    ]
    assert judged("greeting", *facts) == sorted([(GOOD, "")] * 3 + [(LATE, "slow")] * 2 + [(LEFT_OUT, "follow_up")])


FACTS = st.lists(
    st.builds(
        lambda n, minute, took, **more: asked(n, f"{minute // 60:02}:{minute % 60:02}:00", took, **more),
        st.integers(1, 10**6),
        st.integers(0, 1439),
        st.one_of(st.none(), st.integers(0, 4000)),
        conversation=st.integers(1, 4),
        customer=st.integers(1, 3),
        first=st.booleans(),
        urgent=st.booleans(),
        idle=st.one_of(st.none(), st.integers(0, 1200)),
        ended=st.sampled_from([ANSWERED, CLOSED, MERGED]),
    ),
    max_size=25,
    unique_by=lambda fact: fact.id,
)


@pytest.mark.parametrize("name", METRICS)
@given(facts=FACTS)
def test_every_round_stands_behind_exactly_one_unit(name: str, facts: list[Fact]) -> None:
    whole = [fact if fact.ended_at else Fact(**{**_dict(fact), "ended": ""}) for fact in facts]
    verdicts = METRICS[name].judge(whole, TERMS, NOW)
    assert sorted(pk for one in verdicts for pk in one.turns) == sorted(fact.id for fact in whole)
    found = tally(verdicts)
    assert 0 <= found.good <= found.counted
    assert found.counted + found.pending + sum(found.left_out.values()) == len(verdicts)
    if METRICS[name].kind == "average":
        assert found.seconds <= found.counted * twins.whole_seconds(TERMS.cap)


def _dict(fact: Fact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in Fact.__slots__}


@given(facts=FACTS, more=st.integers(1, 600))
def test_a_slower_answer_never_improves_a_rate(facts: list[Fact], more: int) -> None:
    def slower(fact: Fact) -> Fact:
        return Fact(**{**_dict(fact), "ended_at": fact.ended_at and fact.ended_at + seconds(more)})

    closed = [fact for fact in facts if fact.ended_at is not None]
    for name in ("wangwang_3min", "pdd_3min", "douyin_3min", "jd_30s", "first_reply", "kuaishou_session"):
        judge = METRICS[name].judge
        before, after = tally(judge(closed, TERMS, NOW)), tally(judge([*map(slower, closed)], TERMS, NOW))
        assert after.good <= before.good and after.counted == before.counted


def test_every_platform_has_its_twins() -> None:
    for names in BY_PLATFORM.values():
        assert set(names) <= set(METRICS) and {"first_reply", "greeting"} <= set(names)
