"""Whom a conversation goes to (分流规则), stage by stage. Pure.

Hard filters, then the returning buyer's own agent, then capacity by weight, then the vendor's turn, the fairness
window, and among those who are left the least in hand, the lower cost where the shop says so, the longest idle.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from xiaoer.routing.wording import CHOSEN as CHOSEN
from xiaoer.routing.wording import REASONS as REASONS
from xiaoer.routing.wording import WAITING as WAITING

WHOLE = 100
"""One place of an agent's cap. A conversation weighs this much unless the shop says otherwise."""
PRE, AFTER = "pre", "after"
BOTH = frozenset({PRE, AFTER})
ACTIVE, WITH_AWAY, WITH_LEADERS = 0, 1, 2
"""Fallback tiers (兜底层级): who is online; also who is away; also leaders and main accounts."""


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as the assigner sees her. `load` counts her open conversations in every shop.

    `weight` is all she has in hand, in hundredths of a place (None: each conversation counts as one). `given` is how
    many the assigner gave her in this hour band, `cost` what a conversation costs with her in fen.
    """

    id: int
    name: str
    status: str
    load: int
    cap: int
    vip_load: int = 0
    team_ids: frozenset[int] = frozenset()
    supervises: bool = False
    idle_since: datetime | None = None
    weight: int | None = None
    sides: frozenset[str] = BOTH
    vendor: bool = False
    given: int = 0
    cost: int = 0
    on_roster: bool = True
    certified: bool = True
    leads: bool = False
    calls: int = 0

    @property
    def burden(self) -> int:
        return self.load * WHOLE if self.weight is None else self.weight


@dataclass(frozen=True, slots=True)
class Terms:
    """The shop's settings that a decision depends on."""

    sticky_over: int = 0
    sticky_suspended: bool = False
    vendor_when_full: bool = False
    vendor_teams_only: bool = False
    fair_most: int = 0
    cost_first: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the conversation asks for. `team` binds; `skill` (the topic's team) and `side` bind until `lifted`."""

    team: int | None = None
    vip: bool = False
    vip_cap: int = 0
    sticky_agent: int | None = None
    not_again: int | None = None
    supervisors_receive: bool = False
    skill: int | None = None
    side: str = ""
    lifted: bool = False
    tier: int = ACTIVE
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets it and why; or why it waits.

    `refused` names, per agent who cannot have it, the reason; `lost` those who could, and why another one was better.
    """

    agent: Agent | None
    reason: str
    refused: tuple[tuple[Agent, str], ...]
    lost: tuple[tuple[Agent, str], ...] = ()


def _on_duty(agent: Agent, wanted: Wanted) -> bool:
    """Would her status let her have it now?"""
    if agent.status == "online":
        return True
    return agent.status == "away" and wanted.tier >= WITH_AWAY


def _main(agent: Agent, wanted: Wanted) -> bool:
    """A main account that receives nobody (R011), unless the shop or the last tier says otherwise."""
    return agent.supervises and not wanted.supervisors_receive and wanted.tier < WITH_LEADERS


def hard_filter(agent: Agent, wanted: Wanted, skill: int | None) -> str:
    """The first hard condition she does not meet; "" when she meets all."""
    if _main(agent, wanted):
        return "supervisor"
    if not _on_duty(agent, wanted):
        return agent.status
    if not agent.on_roster:
        return "off_roster"
    if not agent.certified:
        return "no_certificate"
    if wanted.team is not None and wanted.team not in agent.team_ids:
        return "off_team"
    if wanted.side and wanted.team is None and not wanted.lifted and wanted.side not in agent.sides:
        return "off_side"
    if skill is not None and skill not in agent.team_ids:
        return "no_skill"
    if agent.vendor and wanted.terms.vendor_teams_only and not _in_scope(agent, wanted):
        return "vendor_scope"
    return "just_had_it" if agent.id == wanted.not_again else ""


def _in_scope(agent: Agent, wanted: Wanted) -> bool:
    return wanted.team in agent.team_ids or (wanted.skill is not None and wanted.skill in agent.team_ids)


def no_room(agent: Agent, wanted: Wanted, extra: int = 0) -> str:
    """Why she has no place for it: everything in hand, or the VIP buyers; "" when she has one."""
    if agent.burden >= (agent.cap + extra) * WHOLE:
        return "full"
    return "full_vip" if wanted.vip and agent.vip_load >= wanted.vip_cap else ""


def why_not(agent: Agent, wanted: Wanted, skill: int | None = None) -> str:
    """The reason why an agent cannot get the conversation; "" when she can."""
    return hard_filter(agent, wanted, skill) or no_room(agent, wanted)


def binding_skill(agents: Iterable[Agent], wanted: Wanted) -> int | None:
    """The skill group that binds now: the topic's, while somebody of it is on duty and the wait is not too long."""
    skill = wanted.skill
    if skill is None or wanted.lifted or wanted.team is not None:
        return None
    there = any(skill in agent.team_ids and hard_filter(agent, wanted, skill) == "" for agent in agents)
    return skill if there else None


def decide(agents: Iterable[Agent], wanted: Wanted) -> Decision:
    """Who gets it. Who handed it back or left it unanswered does not get it again by routing."""
    everybody = list(agents)
    skill = binding_skill(everybody, wanted)
    refused = [(agent, reason) for agent in everybody if (reason := why_not(agent, wanted, skill))]
    shut_out = {agent.id for agent, _ in refused}
    able = [agent for agent in everybody if agent.id not in shut_out]
    own = _own_agent(everybody, wanted)
    if own is not None:
        agent, reason = own
        left = tuple(one for one in refused if one[0].id != agent.id)
        return Decision(agent, reason, left, tuple((one, "not_hers") for one in able if one.id != agent.id))
    able, late = _in_turn(able, wanted)
    refused += late
    if not able:
        return Decision(None, _waits_because(everybody, refused, wanted), tuple(refused))
    able.sort(key=lambda agent: _rank(agent, wanted.terms))
    lost = tuple((agent, _lost_because(able[0], agent, wanted.terms)) for agent in able[1:])
    return Decision(able[0], _chosen_because(able, wanted.terms), tuple(refused), lost)


def _own_agent(agents: Sequence[Agent], wanted: Wanted) -> tuple[Agent, str] | None:
    """The returning buyer's agent, when she can; suspended or beyond her cap where the shop allows it (千牛)."""
    agent = next((one for one in agents if one.id == wanted.sticky_agent), None)
    if agent is None:
        return None
    lifted = agent.status == "suspended" and wanted.terms.sticky_suspended
    if hard_filter(replace(agent, status="online") if lifted else agent, wanted, None):
        return None  # only her pause is overlooked: team, roster and certificate bind her as they bind everybody
    if no_room(agent, wanted, wanted.terms.sticky_over):
        return None
    if lifted:
        return agent, "sticky_suspended"
    return agent, "sticky_over" if no_room(agent, wanted) else "sticky"


def _in_turn(able: list[Agent], wanted: Wanted) -> tuple[list[Agent], list[tuple[Agent, str]]]:
    """Who comes before whom among those who could: online before away, own before vendor, who got few before many."""
    late: list[tuple[Agent, str]] = []
    terms = wanted.terms
    turns = (
        ("away_later", lambda agent: agent.status != "online"),
        ("own_first", lambda agent: terms.vendor_when_full and agent.vendor),
        ("fair", lambda agent: 0 < terms.fair_most <= agent.given),
    )
    for reason, later in turns:
        first = [agent for agent in able if not later(agent)]
        if first and len(first) < len(able):
            late += [(agent, reason) for agent in able if later(agent)]
            able = first
    return able, late


def _idle(agent: Agent) -> float:
    """Never given anybody counts as idle for ever."""
    return agent.idle_since.timestamp() if agent.idle_since is not None else float("-inf")


def _rank(agent: Agent, terms: Terms) -> tuple[int, int, float, int]:
    return agent.burden, agent.cost if terms.cost_first else 0, _idle(agent), agent.id


def _lost_because(best: Agent, agent: Agent, terms: Terms) -> str:
    if agent.burden > best.burden:
        return "more_load"
    return "dearer" if terms.cost_first and agent.cost > best.cost else "less_idle"


def _chosen_because(able: Sequence[Agent], terms: Terms) -> str:
    if len(able) == 1:
        return "only_one"
    return {"more_load": "least_load", "dearer": "cheapest"}.get(_lost_because(able[0], able[1], terms), "longest_idle")


def anybody_there(agents: Iterable[Agent], wanted: Wanted) -> bool:
    """Is anybody on duty who may receive buyers at all?"""
    return any(_on_duty(agent, wanted) and agent.on_roster and not _main(agent, wanted) for agent in agents)


def _waits_because(everybody: Sequence[Agent], refused: Sequence[tuple[Agent, str]], wanted: Wanted) -> str:
    reasons = {reason for _, reason in refused}
    if not anybody_there(everybody, wanted):
        return "nobody_online"
    if wanted.team is not None and "off_team" in reasons:
        return "nobody_in_team"
    if "no_skill" in reasons:
        return "nobody_skilled"
    if "off_side" in reasons:
        return "nobody_of_side"
    return "all_full" if "full" in reasons and "full_vip" not in reasons else "nobody_free"


# ------------------------------------------------------------------------------------------------ the queue's order


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides a conversation's place in the queue."""

    id: int
    vip: int
    complaint: bool
    queued_at: datetime


def band(one: Standing, now: datetime, *, complaint_levels: int, aging_seconds: int) -> int:
    """The priority band, larger first: the VIP level (R697), a complaint's bonus, and one more per stretch of waiting.

    Waiting moves everybody up, so that nobody waits for ever behind an endless row of VIP buyers.
    """
    waited = max((now - one.queued_at).total_seconds(), 0.0)
    aged = int(waited // aging_seconds) if aging_seconds > 0 else 0
    return one.vip + (complaint_levels if one.complaint else 0) + aged


def in_order(queue: Iterable[Standing], now: datetime, *, complaint_levels: int, aging_seconds: int) -> list[Standing]:
    """The queue as it is handed out: by band, then first come first served."""

    def place(one: Standing) -> tuple[int, datetime, int]:
        return -band(one, now, complaint_levels=complaint_levels, aging_seconds=aging_seconds), one.queued_at, one.id

    return sorted(queue, key=place)


def peak_after(peak: bool, waiting: int, *, on: int, off: int) -> bool:
    """Peak mode by the length of the queue (R775): on at `on`, off only at `off` or below, so that it does not flap."""
    if on <= 0:
        return False
    return waiting > min(off, on - 1) if peak else waiting >= on
