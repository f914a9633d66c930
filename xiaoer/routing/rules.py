"""Whom a conversation goes to (分流规则): least load within cap, the longest idle among equals. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from xiaoer.kernel.i18n import T

REASONS: dict[str, T] = {
    "offline": T("离线", "offline"),
    "away": T("离开", "away"),
    "suspended": T("挂起，不接新会话", "suspended, takes nobody new"),
    "full": T("已达同时接待上限", "has as many conversations as she may"),
    "full_vip": T("VIP 会话已达上限", "has as many VIP conversations as she may"),
    "off_team": T("不在会话所属小组", "is not in the conversation's team"),
    "supervisor": T("主管不接待客户", "supervisors receive nobody"),
    "just_had_it": T("刚刚退回或未应答，给其他客服", "handed it back or left it unanswered; others first"),
}
CHOSEN: dict[str, T] = {
    "sticky": T("买家上次由她接待", "served this buyer last time"),
    "least_load": T("在接待会话最少", "has the fewest conversations"),
    "longest_idle": T("会话数相同，空闲最久", "same load, idle the longest"),
    "only_one": T("唯一可接待的客服", "the only one available"),
}
WAITING: dict[str, T] = {
    "nobody_online": T("没有在线客服", "nobody is online"),
    "all_full": T("在线客服都已达上限", "everybody online is full"),
    "nobody_in_team": T("小组内没有可接待的客服", "nobody of the team is available"),
    "nobody_free": T("没有可接待的客服", "nobody is available"),
}


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as the assigner sees her. `load` counts her open conversations in every shop."""

    id: int
    name: str
    status: str
    load: int
    cap: int
    vip_load: int = 0
    team_ids: frozenset[int] = frozenset()
    supervises: bool = False
    idle_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the conversation asks for."""

    team: int | None = None
    vip: bool = False
    vip_cap: int = 0
    sticky_agent: int | None = None
    not_again: int | None = None
    supervisors_receive: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets it and why; or why it waits. `refused` names, per agent who does not get it, the reason."""

    agent: Agent | None
    reason: str
    refused: tuple[tuple[Agent, str], ...]


def why_not(agent: Agent, wanted: Wanted) -> str:
    """The reason why an agent cannot get the conversation; "" when she can."""
    if agent.supervises and not wanted.supervisors_receive:
        return "supervisor"
    if agent.status != "online":
        return agent.status
    if wanted.team is not None and wanted.team not in agent.team_ids:
        return "off_team"
    if agent.id == wanted.not_again:
        return "just_had_it"
    if agent.load >= agent.cap:
        return "full"
    if wanted.vip and agent.vip_load >= wanted.vip_cap:
        return "full_vip"
    return ""


def decide(agents: Iterable[Agent], wanted: Wanted) -> Decision:
    """The returning buyer's own agent when she can; else the least load, then the longest idle, then the lower id.

    Who handed it back or left it unanswered does not get it again by routing.
    """
    everybody = list(agents)
    refused = [(agent, reason) for agent in everybody if (reason := why_not(agent, wanted))]
    shut_out = {agent.id for agent, _ in refused}
    able = [agent for agent in everybody if agent.id not in shut_out]
    if not able:
        return Decision(None, _waits_because(everybody, refused, wanted), tuple(refused))
    own = next((agent for agent in able if agent.id == wanted.sticky_agent), None)
    if own is not None:
        return Decision(own, "sticky", tuple(refused))
    able.sort(key=_rank)
    return Decision(able[0], _chosen_because(able), tuple(refused))


def _rank(agent: Agent) -> tuple[int, float, int]:
    """Never given anybody counts as idle for ever."""
    idle = agent.idle_since.timestamp() if agent.idle_since is not None else float("-inf")
    return agent.load, idle, agent.id


def _chosen_because(able: Sequence[Agent]) -> str:
    if len(able) == 1:
        return "only_one"
    return "least_load" if able[0].load < able[1].load else "longest_idle"


def _waits_because(everybody: Sequence[Agent], refused: Sequence[tuple[Agent, str]], wanted: Wanted) -> str:
    reasons = {reason for _, reason in refused}
    if not any(
        agent.status == "online" and (wanted.supervisors_receive or not agent.supervises) for agent in everybody
    ):
        return "nobody_online"
    if "full" in reasons and not reasons & {"off_team", "full_vip"}:
        return "all_full"
    return "nobody_in_team" if wanted.team is not None and "off_team" in reasons else "nobody_free"
