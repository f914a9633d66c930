"""What must hold for every desk and every talk: caps, priority bands, stickiness, complete reasons, no starvation."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.testing import NOON
from xiaoer.routing.rules import (
    CHOSEN,
    REASONS,
    WAITING,
    WHOLE,
    Agent,
    Standing,
    Terms,
    Wanted,
    band,
    decide,
    hard_filter,
    in_order,
    peak_after,
)

TEAMS = st.frozensets(st.integers(1, 3), max_size=2)
TERMS = st.builds(
    Terms,
    sticky_over=st.integers(0, 3),
    sticky_suspended=st.booleans(),
    vendor_when_full=st.booleans(),
    vendor_teams_only=st.booleans(),
    fair_most=st.integers(0, 4),
    cost_first=st.booleans(),
)
WANTED = st.builds(
    Wanted,
    team=st.none() | st.integers(1, 3),
    vip=st.booleans(),
    vip_cap=st.integers(0, 3),
    sticky_agent=st.none() | st.integers(1, 8),
    not_again=st.none() | st.integers(1, 8),
    supervisors_receive=st.booleans(),
    skill=st.none() | st.integers(1, 3),
    side=st.sampled_from(["", "pre", "after"]),
    lifted=st.booleans(),
    tier=st.integers(0, 2),
    terms=TERMS,
)


def an_agent(pk: int) -> st.SearchStrategy[Agent]:
    return st.builds(
        Agent,
        id=st.just(pk),
        name=st.just(f"客服{pk}"),
        status=st.sampled_from(["online", "online", "suspended", "away", "offline"]),
        load=st.integers(0, 9),
        cap=st.integers(1, 8),
        vip_load=st.integers(0, 3),
        team_ids=TEAMS,
        supervises=st.booleans(),
        idle_since=st.none() | st.integers(0, 50).map(lambda n: NOON - timedelta(minutes=n)),
        weight=st.none() | st.integers(0, 900),
        sides=st.sampled_from([frozenset({"pre"}), frozenset({"after"}), frozenset({"pre", "after"})]),
        vendor=st.booleans(),
        given=st.integers(0, 5),
        cost=st.integers(0, 3),
        on_roster=st.booleans(),
        certified=st.booleans(),
    )


DESK = st.integers(0, 8).flatmap(lambda many: st.tuples(*(an_agent(pk) for pk in range(1, many + 1)))).map(list)


@given(DESK, WANTED)
def test_nobody_gets_more_than_she_may(desk: list[Agent], wanted: Wanted) -> None:
    chosen = decide(desk, wanted).agent
    if chosen is None:
        return
    extra = wanted.terms.sticky_over if chosen.id == wanted.sticky_agent else 0
    assert chosen.burden < (chosen.cap + extra) * WHOLE
    assert not wanted.vip or chosen.vip_load < wanted.vip_cap or chosen.burden >= chosen.cap * WHOLE
    assert wanted.team is None or wanted.team in chosen.team_ids
    assert chosen.on_roster and chosen.certified and chosen.id != wanted.not_again


@given(DESK, WANTED)
def test_everybody_is_named_once_with_a_reason(desk: list[Agent], wanted: Wanted) -> None:
    decision = decide(desk, wanted)
    named = [agent.id for agent, _ in (*decision.refused, *decision.lost)]
    chosen = [] if decision.agent is None else [decision.agent.id]
    assert sorted(named + chosen) == [agent.id for agent in desk]
    assert all(reason in REASONS for _, reason in (*decision.refused, *decision.lost))
    assert decision.reason in (CHOSEN if decision.agent else WAITING)


@given(DESK, WANTED)
def test_her_own_agent_comes_first_as_the_shop_set_it(desk: list[Agent], wanted: Wanted) -> None:
    own = next((agent for agent in desk if agent.id == wanted.sticky_agent), None)
    decision = decide(desk, wanted)
    if own is None:
        assert not decision.reason.startswith("sticky")
        return
    hard = hard_filter(own, wanted, None)
    free = own.burden < own.cap * WHOLE and not (wanted.vip and own.vip_load >= wanted.vip_cap)
    if not hard and free:
        assert decision.agent == own and decision.reason == "sticky"
    if own.burden >= (own.cap + wanted.terms.sticky_over) * WHOLE:
        assert decision.agent != own
    if hard == "suspended" and free:
        otherwise_fit = not hard_filter(replace(own, status="online"), wanted, None)
        assert (decision.agent == own) == (wanted.terms.sticky_suspended and otherwise_fit)


@given(DESK, WANTED)
def test_whoever_lost_was_not_better(desk: list[Agent], wanted: Wanted) -> None:
    decision = decide(desk, wanted)
    if decision.agent is None or decision.reason.startswith("sticky"):
        return
    for agent, reason in decision.lost:
        assert agent.burden >= decision.agent.burden
        assert (reason == "more_load") == (agent.burden > decision.agent.burden)


@given(
    st.integers(0, 9), st.integers(0, 9), st.booleans(), st.integers(0, 7200), st.integers(0, 7200), st.integers(0, 5)
)
def test_bands_only_rise_with_level_complaint_and_waiting(
    vip: int, more: int, complaint: bool, waited: int, longer: int, levels: int
) -> None:
    def of(one: Standing) -> int:
        return band(one, NOON, complaint_levels=levels, aging_seconds=300)

    one = Standing(1, vip, complaint, NOON - timedelta(seconds=waited))
    assert of(replace(one, vip=vip + more)) >= of(one)
    assert of(replace(one, complaint=True)) >= of(replace(one, complaint=False))
    assert of(replace(one, queued_at=one.queued_at - timedelta(seconds=longer))) >= of(one)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(0, 3600)), min_size=1, max_size=20))
def test_nobody_starves(arrivals: list[tuple[int, bool, int]]) -> None:
    """However many VIP complaints came just now: who waits an hour longer than the levels are worth comes first."""
    queue = [Standing(n + 2, vip, bad, NOON - timedelta(seconds=ago)) for n, (vip, bad, ago) in enumerate(arrivals)]
    old = Standing(1, 0, False, NOON - timedelta(seconds=3600 + (9 + 5 + 1) * 300))
    assert in_order([*queue, old], NOON, complaint_levels=5, aging_seconds=300)[0] == old


@given(st.lists(st.integers(0, 60), max_size=60), st.integers(2, 40), st.integers(0, 40))
def test_peak_mode_does_not_flap(queue: list[int], on: int, off: int) -> None:
    peak = False
    for waiting in queue:
        after = peak_after(peak, waiting, on=on, off=off)
        if after and not peak:
            assert waiting >= on
        if peak and not after:
            assert waiting <= off and waiting < on
        peak = after
