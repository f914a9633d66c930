"""The figures, computed by hand (R553 to R567, C07, C31)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.reception import actions as reception
from xiaoer.voice import figures, kpi
from xiaoer.voice.kpi import CallFacts, Duty, Targets
from xiaoer.voice.tests.people_on_the_phone import Exchange, moment, online

TARGETS = Targets(
    ring=timedelta(seconds=5),
    rings_max=3,
    rings_low=2,
    rings_high=3,
    service_seconds=20,
    service_level=80,
    queue_average=20,
    handling_min=210,
    handling_max=330,
    wrap_most=timedelta(seconds=180),
    connect_in=80,
    connect_out=60,
    first_resolution=85,
    repeat=timedelta(hours=72),
    occupancy=90,
    efficiency=70,
)


def call(pk: int, start: float = 0, **changes: Any) -> CallFacts:
    """An incoming call answered after 10 s (two rings of five seconds), 240 s long, solved."""
    at = NOON + timedelta(seconds=start)
    facts = CallFacts(
        id=pk,
        direction="inbound",
        state="ended",
        started_at=at,
        queued_at=at,
        rang_at=at,
        answered_at=at + timedelta(seconds=10),
        ended_at=at + timedelta(seconds=250),
        hold_seconds=0,
        wrapped_at=None,
        rings=None,
        solved=True,
        follow_up=False,
        caller=f"h{pk}",
    )
    return replace(facts, **changes)


def lost(pk: int, start: float = 0, **changes: Any) -> CallFacts:
    return call(pk, start, state="abandoned", answered_at=None, solved=None, **changes)


def late(pk: int, seconds: float, **changes: Any) -> CallFacts:
    """Answered after that many seconds."""
    at = NOON + timedelta(seconds=seconds)
    return call(pk, answered_at=at, ended_at=at + timedelta(seconds=240), **changes)


def by_name(calls: list[CallFacts], duty: Duty = Duty(), later: tuple[CallFacts, ...] = ()) -> dict[str, kpi.Figure]:
    return {one.name: one for one in kpi.figures(calls, TARGETS, duty, later)}


def test_connection_rates() -> None:
    """4 of 5 incoming: 80 %, just good. 1 of 2 outgoing: 50 %, bad."""
    calls = [call(n) for n in range(4)] + [lost(9)]
    calls += [call(20, direction="outbound"), lost(21, direction="outbound")]
    found = by_name(calls)
    assert (found["connect_in"].value, found["connect_in"].standing) == (80.0, "good")
    assert (found["connect_out"].value, found["connect_out"].standing) == (50.0, "bad")
    assert (found["calls_in"].value, found["calls_out"].value, found["lost"].value) == (5, 2, 2 - 1)


def test_service_level_counts_lost_calls_as_late() -> None:
    """Answered at exactly 20 s is in time; at 20.5 s it is not; a lost call never is: 1 of 3."""
    calls = [late(1, 20), late(2, 20.5), lost(3)]
    assert by_name(calls)["service_level"].value == 33.3
    assert set(kpi.behind("service_level", calls, TARGETS)) == {2, 3}


def test_queue_average_and_rings() -> None:
    """(10 + 20 + 40) / 3 = 23.3 s; rings 2, 4, 8: mean 4.7; two went over the limit of three."""
    calls = [late(1, 10), late(2, 20), late(3, 40)]
    found = by_name(calls)
    assert (found["queue_average"].value, found["queue_average"].standing) == (23.3, "bad")
    assert (found["rings_average"].value, found["rings_average"].standing) == (4.7, "bad")
    assert (found["rings_over"].value, found["rings_over"].standing) == (2, "bad")
    assert kpi.behind("rings_over", calls, TARGETS) == [3, 2]
    counted = by_name([late(1, 40, rings=2)])
    assert counted["rings_average"].value == 2, "what the exchange counted stands above what the time says"


@pytest.mark.parametrize(("seconds", "rings"), [(0, 1), (4.9, 1), (5, 1), (5.1, 2), (15, 3), (15.1, 4)])
def test_the_fourth_ring_begins_after_three_whole_ones(seconds: float, rings: int) -> None:
    assert kpi.rang(late(1, seconds), TARGETS) == rings


def test_handling_time_with_after_call_work() -> None:
    """240 s of talk and 60 s of summary: 300. A summary on the next day counts 180 s at most: 240 + 180 = 420."""
    ended = NOON + timedelta(seconds=250)
    good = call(1, wrapped_at=ended + timedelta(seconds=60))
    slow = call(2, wrapped_at=ended + timedelta(days=1))
    assert by_name([good])["handling"].value == 300 and by_name([good])["handling"].standing == "good"
    found = by_name([good, slow])["handling"]
    assert (found.value, found.standing, found.low, found.high) == (360, "bad", 210, 330)
    short = call(3, ended_at=NOON + timedelta(seconds=110))
    assert by_name([short])["handling"].standing == "bad", "100 s is under the usual range as well"


def test_first_call_resolution() -> None:
    """Solved 1; solved with follow-up 2; marked unsolved 3; solved but she called again 4; not marked 5: 1 of 4...

    5 is the second call of 4's caller; it is not marked and does not count below.
    """
    again = call(5, 3600, caller="h4", solved=None)
    calls = [call(1), call(2, follow_up=True), call(3, solved=False), call(4), again]
    found = by_name(calls)["first_resolution"]
    assert (found.value, found.top, found.bottom, found.standing) == (25.0, 1, 4, "bad")
    assert set(kpi.behind("first_resolution", calls, TARGETS)) == {2, 3, 4}
    assert by_name([call(4)], later=(again,))["first_resolution"].value == 0, "the second call came after the period"
    much_later = call(6, 80 * 3600, caller="h4")
    assert by_name([call(4), much_later])["first_resolution"].value == 100, "80 hours later is another matter"
    assert by_name([call(7, caller=""), call(8, 60, caller="")])["first_resolution"].value == 100, "withheld numbers"


def test_occupancy_and_efficiency() -> None:
    """One outgoing call of 240 s and one incoming: 240 s of 300 s working = 80 %; 480 s of 600 s signed in = 80 %."""
    found = by_name([call(1, direction="outbound"), call(2)], Duty(login=600, working=300))
    assert (found["occupancy"].value, found["occupancy"].standing) == (80.0, "bad")
    assert (found["efficiency"].value, found["efficiency"].standing) == (80.0, "good")


def test_nothing_to_measure_is_said_so() -> None:
    assert {one.standing for one in by_name([]).values()} == {"none"}
    assert by_name([])["connect_in"].value is None and by_name([])["rings_over"].value is None


def test_every_figure_has_words_and_calls_behind_it() -> None:
    names = [one.name for one in kpi.figures([], TARGETS, Duty())]
    assert names == list(kpi.NAMES) and set(names) == set(kpi.BEHIND)


def test_the_chart_counts_each_call_once() -> None:
    rows = kpi.series(
        [call(1), lost(2, 3700), call(3, 3700, direction="outbound")], TARGETS, NOON, timedelta(hours=1), 3
    )
    assert [(r.calls_in, r.calls_out, r.lost, r.in_time) for r in rows] == [(1, 0, 0, 1), (1, 1, 1, 0), (0, 0, 0, 0)]


def test_periods_are_beijing_days() -> None:
    since, until = figures.bounds("week", date(2026, 11, 11))
    assert (since.isoformat(), until.isoformat()) == ("2026-11-09T00:00:00+08:00", "2026-11-16T00:00:00+08:00")
    since, until = figures.bounds("month", date(2026, 12, 31))
    assert (since.day, until.year, until.month) == (1, 2027, 1)


# ------------------------------------------------------------------------------------------------ over the API


@pytest.mark.django_db
def test_the_page_and_the_calls_behind_a_figure(cast: Cast) -> None:
    pbx = Exchange(cast)
    with moment(3600):
        pbx.call("a", "anan", NOON, wait=10, number="13900000001")
        slow = pbx.call("b", "anan", NOON + timedelta(seconds=300), wait=45, number="13900000002")
        pbx.tell("c", "queued", NOON + timedelta(seconds=700), number="13900000003")
        pbx.tell("c", "ended", NOON + timedelta(seconds=740))
        asked = {"shop": cast.tmall.pk, "period": "day"}
        found = cast.as_("supervisor").get("/api/voice/figures", asked)
        values = {one["name"]: (one["value"], one["standing"]) for one in found["items"]}
        assert values["calls_in"] == (3, "none") and values["lost"] == (1, "none")
        assert values["connect_in"] == (66.7, "bad") and values["service_level"] == (33.3, "bad")
        assert values["queue_average"] == (27.5, "bad") and values["handling"] == (240, "good")
        assert sum(row["calls_in"] for row in found["series"]) == 3 and len(found["series"]) == 24
        behind = cast.as_("supervisor").get("/api/voice/figures/rings_over/calls", asked)["items"]
        assert [row["id"] for row in behind] == [slow]
        english = cast.as_("inspector").get("/api/voice/figures", asked)
        assert english["items"][0]["formula"]
        cast.as_("supervisor").get("/api/voice/figures/nonsense/calls", asked, status=404)
        cast.as_("anan").get("/api/voice/figures", asked, status=403)
        cast.as_("stranger").get("/api/voice/figures", asked, status=404)
        yesterday = cast.as_("owner").get("/api/voice/figures", {**asked, "day": "2026-11-10"})
        assert yesterday["calls"] == 0 and yesterday["items"][3]["value"] is None


@pytest.mark.django_db
def test_hours_come_from_the_agents_statuses(cast: Cast) -> None:
    """Online 12:00, away 12:30 to 12:40, offline 13:00: signed in 3,600 s, at work 3,000 s; two shops count once."""
    pbx, anan = Exchange(cast), cast.staff["anan"].pk
    for shop in (cast.tmall, cast.taobao):
        for minute, status in ((0, "online"), (30, "away"), (40, "online"), (60, "offline")):
            at = NOON + timedelta(minutes=minute)
            reception.set_status(shop.pk, anan, status=status, by=cast.who("anan"), at=at)
    run_reactions()
    since, until = figures.bounds("day", date(2026, 11, 11))
    assert figures.duty([cast.tmall.pk], since, until) == Duty(), "nobody called out"
    with moment(900):
        pbx.tell("o", "ringing", NOON, "anan", direction="outbound", number="13900000001")
        pbx.tell("o", "answered", NOON + timedelta(seconds=5), "anan")
        pbx.tell("o", "ended", NOON + timedelta(seconds=605), "anan")
    assert figures.duty([cast.tmall.pk, cast.taobao.pk], since, until) == Duty(3600, 3000)
    with moment(7200):
        fire_due()
        items = cast.as_("owner").get("/api/voice/figures", {"shop": cast.tmall.pk})["items"]
    found = {one["name"]: one["value"] for one in items}
    assert (found["occupancy"], found["efficiency"]) == (20.0, 16.7)


@pytest.mark.django_db
def test_online_helper_is_what_the_queue_reads(cast: Cast) -> None:
    online(cast, "anan")
    assert Exchange(cast).tell("c", "queued", NOON)["instruction"]["ring"] == cast.staff["anan"].pk
