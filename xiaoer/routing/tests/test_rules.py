"""The decision itself, case by case: pure."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.testing import NOON
from xiaoer.routing.rules import CHOSEN, REASONS, WAITING, Agent, Terms, Wanted, decide

FREE = Agent(1, "圈圈", "online", load=2, cap=8)
OTHER = Agent(2, "糖糖", "online", load=3, cap=8)
ANY = Wanted()


@pytest.mark.parametrize(
    ("agent", "wanted", "reason"),
    [
        (replace(FREE, status="offline"), ANY, "offline"),
        (replace(FREE, status="away"), ANY, "away"),
        (replace(FREE, status="suspended"), ANY, "suspended"),
        (replace(FREE, load=8), ANY, "full"),
        (replace(FREE, load=9), ANY, "full"),
        (replace(FREE, vip_load=3), Wanted(vip=True, vip_cap=3), "full_vip"),
        (FREE, Wanted(team=7), "off_team"),
        (replace(FREE, supervises=True), ANY, "supervisor"),
        (FREE, Wanted(not_again=1), "just_had_it"),
    ],
)
def test_why_somebody_does_not_get_it(agent: Agent, wanted: Wanted, reason: str) -> None:
    decision = decide([agent], wanted)
    assert decision.agent is None and decision.refused == ((agent, reason),)
    assert reason in REASONS and decision.reason in WAITING
    instead = replace(OTHER, team_ids=frozenset({7}))
    assert decide([agent, instead], wanted).agent == instead


@pytest.mark.parametrize(
    ("agents", "chosen", "reason"),
    [
        ([FREE], 1, "only_one"),
        ([OTHER, FREE], 1, "least_load"),
        ([replace(FREE, load=3, idle_since=NOON), replace(OTHER, idle_since=NOON - timedelta(1))], 2, "longest_idle"),
        ([replace(FREE, load=3, idle_since=NOON), OTHER], 2, "longest_idle"),
        ([replace(FREE, load=3), OTHER], 1, "longest_idle"),
        ([replace(FREE, vip_load=3), OTHER], 1, "least_load"),
    ],
)
def test_who_gets_it(agents: list[Agent], chosen: int, reason: str) -> None:
    decision = decide(agents, ANY)
    assert decision.agent and (decision.agent.id, decision.reason) == (chosen, reason) and reason in CHOSEN


def test_a_returning_buyer_goes_to_her_agent_when_she_can() -> None:
    assert decide([FREE, OTHER], Wanted(sticky_agent=2)).reason == "sticky"
    full = replace(OTHER, load=8)
    decision = decide([FREE, full], Wanted(sticky_agent=2))
    assert decision.agent == FREE and decision.refused == ((full, "full"),)


def test_the_supervisor_receives_in_the_start_up_phase() -> None:
    main = replace(FREE, supervises=True)
    assert decide([main], Wanted(supervisors_receive=True)).agent == main


@pytest.mark.parametrize(
    ("agents", "wanted", "reason"),
    [
        ([], ANY, "nobody_online"),
        ([replace(FREE, status="offline")], ANY, "nobody_online"),
        ([replace(FREE, supervises=True)], ANY, "nobody_online"),
        ([replace(FREE, load=8), replace(OTHER, status="away")], ANY, "all_full"),
        ([FREE], Wanted(team=7), "nobody_in_team"),
        ([replace(FREE, vip_load=1)], Wanted(vip=True, vip_cap=1), "nobody_free"),
    ],
)
def test_why_it_waits(agents: list[Agent], wanted: Wanted, reason: str) -> None:
    assert decide(agents, wanted).reason == reason


AGENTS = st.builds(
    Agent,
    id=st.integers(1, 50),
    name=st.just("x"),
    status=st.sampled_from(["online", "away", "suspended", "offline"]),
    load=st.integers(0, 9),
    cap=st.integers(1, 9),
    vip_load=st.integers(0, 3),
    team_ids=st.frozensets(st.integers(1, 3)),
    supervises=st.booleans(),
)
WANTED = st.builds(
    Wanted,
    team=st.none() | st.integers(1, 3),
    vip=st.booleans(),
    vip_cap=st.integers(0, 3),
    sticky_agent=st.none() | st.integers(1, 50),
    not_again=st.none() | st.integers(1, 50),
    supervisors_receive=st.booleans(),
)


@given(st.lists(AGENTS, max_size=12, unique_by=lambda agent: agent.id), WANTED)
def test_nobody_is_overloaded_and_everybody_is_accounted_for(agents: list[Agent], wanted: Wanted) -> None:
    decision = decide(agents, wanted)
    refused = {agent.id for agent, _ in decision.refused}
    able = [agent for agent in agents if agent.id not in refused]
    if decision.agent is None:
        assert not able and decision.reason in WAITING
        return
    chosen = decision.agent
    assert chosen in able and chosen.status == "online" and chosen.load < chosen.cap and chosen.id != wanted.not_again
    assert wanted.team is None or wanted.team in chosen.team_ids
    assert decision.reason == "sticky" or chosen.load == min(agent.load for agent in able)


def test_where_cost_counts_the_cheaper_of_equals_gets_it() -> None:
    """R593: cost decides only among agents who are equally busy, and only where the shop says so."""
    own = replace(FREE, cost=250, idle_since=NOON - timedelta(hours=2))
    hired = replace(OTHER, load=2, cost=180, idle_since=NOON)
    by_cost = Wanted(terms=Terms(cost_first=True))
    assert decide([own, hired], ANY).agent == own, "idle the longest"
    found = decide([own, hired], by_cost)
    assert (found.agent, found.reason, found.lost) == (hired, "cheapest", ((own, "dearer"),))
    assert decide([own, replace(hired, load=3)], by_cost).agent == own, "who is busier is not cheaper"
