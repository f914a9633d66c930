"""Rounds and day figures behind the lane: batch by batch, once, made anew the same; urgent clocks; no table scans."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiaoer.customers.models import Customer
from xiaoer.kernel import clock, deadlines
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.db import transaction
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.people.queries import shop_facts
from xiaoer.reception import actions, facts, timers_turns
from xiaoer.reception.actions import turns
from xiaoer.reception.models import Conversation, DayFigure, DayMark, Turn
from xiaoer.reception.tests.people_in_talks import Buyer, buyer_who, says

pytestmark = pytest.mark.django_db


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def told(cast: Cast) -> int:
    """A talk of two rounds, the second still open."""
    talk, agent = Buyer().talk(), cast.who("quanquan")
    with transaction():
        actions.take(talk, by=agent, at=NOON)
    says(talk, buyer_who(talk), "在吗", at=at(5))
    says(talk, buyer_who(talk), "大衣有货吗", at=at(7))
    says(talk, agent, "客户问库存", kind="note", at=at(8))
    says(talk, agent, "在的亲", at=at(25))
    says(talk, buyer_who(talk), "什么时候发货", at=at(700))
    return talk


def rounds() -> list[tuple[Any, ...]]:
    fields = ("seq", "started_at", "ended_at", "ended", "agent_id", "serving_id", "first", "idle", "day")
    return list(Turn.objects.order_by("conversation_id", "seq").values_list(*fields))


def test_rounds_follow_the_journal_and_come_out_the_same_when_made_anew(cast: Cast) -> None:
    told(cast)
    agent = cast.staff["quanquan"].pk
    assert timers_turns.catch_up() > 0 and timers_turns.catch_up() == 0
    first, second = rounds()
    assert first[1:7] == (at(5), at(25), "answered", agent, agent, True)
    assert second[1:7] == (at(700), None, "", None, agent, False) and second[7] == 675
    assert first[8].isoformat() == "2026-11-11"
    before, figures = (
        rounds(),
        list(DayFigure.objects.order_by("metric", "shop").values_list("metric", "counted", "good", "detail")),
    )
    with transaction():
        turns.forget_turns(at=NOON)
    assert not rounds()
    timers_turns.catch_up()
    assert rounds() == before
    assert (
        list(DayFigure.objects.order_by("metric", "shop").values_list("metric", "counted", "good", "detail")) == figures
    )


@pytest.mark.parametrize("size", [1, 2, 3, 500])
def test_any_batch_size_gives_the_same_rounds(cast: Cast, size: int) -> None:
    talk = told(cast)
    with transaction():
        actions.close(talk, by=cast.who("quanquan"), at=at(720))
    while (batch := turns.read_turns(at=at(721), limit=size)) is not None:
        with transaction():
            turns.write_turns(batch, at=at(721))
    assert [(row[3], row[2]) for row in rounds()] == [("answered", at(25)), ("closed", at(720))]


def test_two_processes_read_each_line_once(cast: Cast) -> None:
    told(cast)
    one, other = turns.read_turns(at=NOON), turns.read_turns(at=NOON)
    assert one is not None and other is not None
    with transaction():
        assert turns.write_turns(one, at=NOON) > 0
    with transaction():
        assert turns.write_turns(other, at=NOON) == 0
    assert len(rounds()) == 2


def test_figures_of_the_day_and_a_mark_that_stays_while_somebody_waits(cast: Cast) -> None:
    told(cast)
    timers_turns.catch_up()
    figure = DayFigure.objects.get(shop=cast.tmall, metric="wangwang_3min")
    assert (figure.counted, figure.good, figure.pending) == (1, 1, 1)
    assert DayFigure.objects.get(metric="arrivals").counted == 1
    speed = DayFigure.objects.get(metric="speed").detail
    assert speed["frt"] == {"n": 1, "mean": 20.0, "p50": 20.0, "p90": 20.0}
    assert DayMark.objects.count() == 1, "the waiting round grows late without a line in the journal"
    with clock.frozen(at(700 + 181)):
        timers_turns.count_days()
    figure.refresh_from_db()
    assert (figure.counted, figure.good, figure.pending) == (2, 1, 0)
    with clock.frozen(at(700 + 601)):
        timers_turns.count_days()
    assert not DayMark.objects.exists()


def test_a_vip_is_timed_as_urgent(cast: Cast) -> None:
    """R770, C06: 15 seconds instead of 30, told to the screens."""
    talk = Buyer().talk()
    Customer.objects.filter(pk=Conversation.objects.get(pk=talk).customer_id).update(vip=3)
    says(talk, buyer_who(talk), "在吗", at=at(5))
    (before,) = [row for row in deadlines.open_for(f"conversation:{talk}") if row.kind == "reply"]
    assert before.due_at == at(35)
    with clock.frozen(at(6)):
        timers_turns.read_on()
    (row,) = [row for row in deadlines.open_for(f"conversation:{talk}") if row.kind == "reply"]
    assert row.due_at == at(20)
    event = Event.objects.get(kind="conversation.urgent")
    assert event.payload["due_at"] == "2026-11-11T04:00:20Z" and not event.for_buyer
    assert Turn.objects.get().urgent


def test_an_urgent_label_hurries_the_first_answer_only(cast: Cast) -> None:
    talk = Buyer().talk()
    says(talk, buyer_who(talk), "你们太过分了", at=at(5))
    timers_turns.read_on()
    with transaction():
        actions.label(talk, ["投诉"], by=cast.who("supervisor"), at=at(6))
    with clock.frozen(at(7)):
        timers_turns.read_on()
    (row,) = [row for row in deadlines.open_for(f"conversation:{talk}") if row.kind == "reply"]
    assert row.due_at == at(20) and Turn.objects.get().urgent
    says(talk, cast.who("quanquan"), "亲，抱歉", at=at(10))
    says(talk, buyer_who(talk), "怎么赔", at=at(12))
    with clock.frozen(at(13)):
        timers_turns.read_on()
    (row,) = [row for row in deadlines.open_for(f"conversation:{talk}") if row.kind == "reply"]
    assert row.due_at == at(12 + 180)
    assert Event.objects.filter(kind="conversation.urgent").count() == 1


def test_a_merged_talk_hands_its_wait_on(cast: Cast) -> None:
    talk, other = Buyer().talk(), Buyer().talk()
    says(other, buyer_who(other), "在吗", at=at(1))
    with transaction():
        actions.close(other, by=SYSTEM, at=at(9), invite=False, reason="merged", merged_into=talk)
    says(talk, cast.who("quanquan"), "在的", at=at(30))
    timers_turns.catch_up()
    merged, moved = Turn.objects.order_by("ended_at")
    assert (merged.ended, merged.ended_at) == ("merged", at(9))
    assert (moved.conversation_id, moved.started_at, moved.ended_at, moved.ended) == (talk, at(1), at(30), "answered")


@pytest.mark.sqlite_only
def test_no_read_of_the_projection_scans(cast: Cast) -> None:
    fill(cast)
    told(cast)
    turns.read_turns(at=NOON)
    with CaptureQueriesContext(connection) as queries:
        batch = turns.read_turns(at=NOON)
        turns.marked_days()
        facts.facts_of_day(cast.tmall.pk, facts.today(NOON))
        facts.speed_now([cast.tmall.pk], NOON)
        facts.figures_between(cast.tmall.pk, "arrivals", facts.today(NOON), facts.today(NOON))
        facts.usual_arrivals(cast.tmall.pk, facts.today(NOON), 4)
        facts.day_figures(shop_facts(cast.tmall.pk), facts.today(NOON), NOON)
    assert batch is not None and len(queries) >= 10
    bad = scans([query["sql"] for query in queries])
    assert not bad, bad


def fill(cast: Cast) -> None:
    """Many rounds of other days, and the statistics a planner goes by."""
    buyer = Customer.objects.create(shop=cast.tmall, nick="z", nick_key="z", first_seen_at=NOON, last_seen_at=NOON)
    talk = Conversation.objects.create(shop=cast.tmall, customer=buyer, opened_at=NOON, state="closed")
    old = datetime(2026, 10, 1, tzinfo=UTC)
    Turn.objects.bulk_create(
        Turn(
            shop=cast.tmall, conversation=talk, customer_id=buyer.pk, seq=n, day=(old + timedelta(hours=n)).date(),
            started_at=old + timedelta(hours=n), ended_at=old + timedelta(hours=n), ended="answered",
        )
        for n in range(500)
    )  # fmt: skip


def scans(statements: list[str]) -> list[tuple[str, str]]:
    """Steps of query plans that read a whole table (small ones that hold one row a shop or a process aside)."""
    small = (
        "people_shop",
        "people_membership",
        "kernel_reader",
        "policy_policyoverride",
        "daymark",
        "SUBQUERY",
        "CONSTANT",
    )
    found = []
    with connection.cursor() as cursor:
        for sql in statements:
            if not sql.startswith("SELECT") or sql.endswith('FROM "kernel_event" ORDER BY 1 DESC LIMIT 1'):
                continue
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
            for line in cursor.fetchall():
                if line[3].startswith("SCAN") and not any(name in line[3] for name in small):
                    found.append((line[3], sql[:300]))
    return found
