"""The desk as the assigner finds it at one moment: agents with their loads, the shop's settings, its topics."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from xiaoer.kernel.access import Role
from xiaoer.people.queries import AgentFacts, ShopFacts, agents_of, shop_facts, team_kinds
from xiaoer.policy.queries import rules as policy
from xiaoer.reception import queries as reception
from xiaoer.routing import hooks, roster
from xiaoer.routing.models import Learned, RoutingSetting, Topic
from xiaoer.routing.rules import ACTIVE, AFTER, BOTH, PRE, WITH_AWAY, WITH_LEADERS, Agent, Terms, Wanted, anybody_there
from xiaoer.routing.sorting import TopicWords
from xiaoer.routing.starter import starter
from xiaoer.routing.wording import STAGES

KEYS = tuple(key for _, _, _, keys in STAGES for key in keys)
_MAIN_ACCOUNT = {Role.OWNER.value, Role.SUPERVISOR.value}
_SIDE_OF_ROLE = {Role.PRE_SALES.value: PRE, Role.AFTER_SALES.value: AFTER}
_SIDE_OF_TEAM = {"pre_sales": PRE, "after_sales": AFTER}


@dataclass
class Desk:
    """Everything a round of decisions needs, read once. `agents` is kept up to date as the round gives talks away."""

    shop: ShopFacts
    found: Mapping[str, Any]
    agents: list[Agent]
    topics: list[TopicWords]
    terms: Terms
    peak: bool
    proxy: int | None
    main: int | None
    learned: dict[str, Any] | None
    has_own_topics: bool
    shift_change: datetime | None = None

    def value(self, key: str) -> Any:
        return self.found[key].value

    def span(self, key: str) -> timedelta:
        found: timedelta = self.found[key].duration
        return found

    @property
    def profile(self) -> str:
        return str(self.value("routing_profile"))

    @property
    def sorts(self) -> bool:
        """Are talks sorted here at all? Where one desk does everything, only when the shop wrote topics of its own."""
        return self.profile != "single_desk" or self.has_own_topics

    @property
    def steers(self) -> bool:
        """Can sorting change who gets a talk: accounts of different sides, or somebody of a skill group on duty?"""
        if self.profile == "account_split":
            return len({agent.sides for agent in self.agents if not agent.supervises}) > 1
        there = [agent for agent in self.agents if agent.status == "online" and not agent.supervises]
        skills = {topic.team for topic in self.topics if topic.team is not None}
        return self.profile == "keyword_skill" and any(agent.team_ids & skills for agent in there)

    def topic(self, key: str) -> TopicWords | None:
        return next((topic for topic in self.topics if topic.key == key), None)

    def has_room(self) -> bool:
        """May anybody take anything? (A cheap look before the queue is read.)"""
        able = {"online"}
        if self.terms.sticky_suspended:
            able.add("suspended")
        if self.value("routing_tiers") != "active":
            able.add("away")
        extra = self.terms.sticky_over
        return any(agent.status in able and agent.burden < (agent.cap + extra) * 100 for agent in self.agents)

    def anybody(self) -> bool:
        return anybody_there(self.agents, Wanted(supervisors_receive=bool(self.value("supervisor_receives"))))

    def band_start(self, at: datetime) -> datetime:
        """When this hour band began."""
        window = self.span("routing_fair_window")
        return at - timedelta(seconds=at.timestamp() % window.total_seconds())

    def gave(self, chosen: Agent, *, waits: bool, vip: bool, at: datetime) -> Agent:
        """She has one more in hand now."""
        weight = int(self.value("weight_waiting" if waits else "weight_talk"))
        after = replace(
            chosen,
            load=chosen.load + 1,
            weight=chosen.burden + weight,
            vip_load=chosen.vip_load + vip,
            given=chosen.given + 1,
            idle_since=at,
        )
        self.agents = [after if agent.id == chosen.id else agent for agent in self.agents]
        return after

    def tier(self, waited: timedelta) -> int:
        """How far the fallback has widened after this long a wait."""
        tiers, step = self.value("routing_tiers"), self.span("routing_tier_after")
        if tiers == "active" or waited < step:
            return ACTIVE
        return WITH_LEADERS if tiers == "active_away_leader" and waited >= 2 * step else WITH_AWAY

    def lifted(self, waited: timedelta) -> bool:
        """Has she waited so long that anybody may take it?"""
        overflow = self.span("routing_overflow")
        return bool(overflow) and waited >= overflow

    def next_change(self, since: datetime, at: datetime) -> datetime | None:
        """When time alone will widen the conditions for somebody who waits since then."""
        steps = [self.span("routing_overflow")]
        if self.value("routing_tiers") != "active":
            steps += [self.span("routing_tier_after"), 2 * self.span("routing_tier_after")]
        moments = [since + step for step in steps if step]
        if self.shift_change is not None:
            moments.append(self.shift_change)
        return min((moment for moment in moments if moment > at), default=None)


def desk_now(shop_id: int, *, at: datetime) -> Desk:
    """Everything, by a fixed number of queries however many agents and talks there are."""
    shop = shop_facts(shop_id)
    found = policy(KEYS, shop=shop, at=at)
    setting = RoutingSetting.objects.filter(shop_id=shop_id).values_list("proxy_id", "main_id").first()
    proxy, main = setting or (None, None)
    peak = reception.in_peak(shop_id, at=at)
    kinds = team_kinds(shop_id)
    topics, own = topics_of(shop_id, kinds)
    learned = None
    if found["classify_learned"].value:
        learned = Learned.objects.filter(shop_id=shop_id).values_list("counts", flat=True).first()
    terms = Terms(
        sticky_over=int(found["routing_sticky_over"].value),
        sticky_suspended=bool(found["routing_sticky_suspended"].value),
        vendor_when_full=bool(found["vendor_when_full"].value),
        vendor_teams_only=bool(found["vendor_teams_only"].value),
        fair_most=int(found["routing_fair_most"].value),
        cost_first=bool(found["routing_cost_first"].value),
    )
    desk = Desk(shop, found, [], topics, terms, peak, proxy, main, learned, own)
    if desk.value("roster_binds"):
        desk.shift_change = roster.next_change(shop_id, at)
    desk.agents = _agents(desk, kinds, at)
    return desk


def cap_of(shop_id: int, own: int | None, *, at: datetime) -> int:
    """How many talks an agent may have at once here: her own cap or the shop's, and more in peak mode (R775)."""
    found = policy(["routing_max_open", "peak_cap_extra"], shop=shop_facts(shop_id), at=at)
    extra = int(found["peak_cap_extra"].value) if reception.in_peak(shop_id, at=at) else 0
    return (own if own is not None else int(found["routing_max_open"].value)) + extra


def topics_of(shop_id: int, kinds: Mapping[int, str]) -> tuple[list[TopicWords], bool]:
    """The shop's own topics; before it has any, the starter's, each with the team of the right kind."""
    rows = list(Topic.objects.filter(shop_id=shop_id, active=True).order_by("place", "pk"))
    if rows:
        return [
            TopicWords(row.key, tuple(row.words), row.side, row.team_id, row.urgent, row.complex) for row in rows
        ], True
    by_kind = {kind: team for team, kind in sorted(kinds.items(), reverse=True)}
    return [
        TopicWords(
            one["key"],
            tuple(one["words"]),
            one["side"],
            by_kind.get(one["team"]),
            one.get("urgent", False),
            one.get("complex", False),
        )
        for one in starter()["topic"]
    ], False


def _agents(desk: Desk, kinds: Mapping[int, str], at: datetime) -> list[Agent]:
    people = agents_of(desk.shop.id)
    ids = [person.id for person in people]
    rows = reception.on_duty(desk.shop.id)
    hands = reception.in_hand(ids)
    rostered = hooks.allowed(hooks.ROSTER, desk.shop.id, ids, at) if desk.value("roster_binds") else ids
    certified = hooks.allowed(hooks.CERTIFICATE, desk.shop.id, ids, at) if desk.value("certificate_binds") else ids
    usual, extra = int(desk.value("routing_max_open")), int(desk.value("peak_cap_extra")) if desk.peak else 0
    talk, waiting, call = (int(desk.value(f"weight_{what}")) for what in ("talk", "waiting", "call"))
    own, vendor = int(desk.value("cost_talk_own")), int(desk.value("cost_talk_vendor"))
    band = desk.band_start(at)
    found = []
    for person in people:
        row, hand = rows.get(person.id), hands.get(person.id, reception.InHand())
        calls = row.calls if row is not None else 0
        hired = Role.VENDOR_AGENT.value in person.roles
        found.append(
            Agent(
                id=person.id,
                name=person.name,
                status=row.status if row is not None else "offline",
                load=hand.talks,
                cap=(row.cap if row is not None and row.cap is not None else usual) + extra,
                vip_load=hand.vip,
                team_ids=person.team_ids,
                supervises=is_main_account(person),
                idle_since=row.last_assigned_at if row is not None else None,
                weight=(hand.talks - hand.waiting) * talk + hand.waiting * waiting + calls * call,
                sides=sides_of(person, kinds),
                vendor=hired,
                given=row.band_given if row is not None and row.band_start == band else 0,
                cost=vendor if hired else own,
                on_roster=person.id in rostered,
                certified=person.id in certified,
                calls=calls,
            )
        )
    return found


def is_main_account(person: AgentFacts) -> bool:
    """主账号 (R011): the owner's and the supervisor's accounts."""
    return bool(person.roles & _MAIN_ACCOUNT)


def sides_of(person: AgentFacts, kinds: Mapping[int, str]) -> frozenset[str]:
    """售前 and 售后: by her posts and her teams; who has neither takes both (R027, R072)."""
    named = {_SIDE_OF_ROLE[role] for role in person.roles if role in _SIDE_OF_ROLE}
    named |= {_SIDE_OF_TEAM[kinds[team]] for team in person.team_ids if kinds.get(team) in _SIDE_OF_TEAM}
    return frozenset(named) or BOTH
