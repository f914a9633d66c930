"""The serial assigner (分流): one decision at a time, each with its reasons in the journal."""

from datetime import datetime

from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Lease
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules as policy
from xiaoer.reception import actions as reception
from xiaoer.reception.queries import QueuedFacts, last_agent_of, next_in_queue, queued_facts, served_facts
from xiaoer.routing import events, queries
from xiaoer.routing.clocks import watch_unanswered
from xiaoer.routing.rules import Agent, Decision, Wanted, decide

_LEASE = "routing.assign"
_MOST_CANDIDATES = 30
_MOST_AT_ONCE = 50
"""Conversations handed out in one transaction; the rest follow at the next occasion."""


def _one_at_a_time(at: datetime) -> None:
    """Two assigners never decide at the same moment: loads and caps would be read twice and exceeded once.

    On SQLite a write transaction is alone anyway; elsewhere the row lock is held until this transaction ends.
    """
    Lease.objects.get_or_create(name=_LEASE, defaults={"holder": "", "until": at})
    Lease.objects.select_for_update().get(name=_LEASE)


def assign(conversation_id: int, *, cause: str, by: Who = SYSTEM, at: datetime) -> bool:
    """Try to give one queued conversation to an agent; True when somebody got it."""
    _one_at_a_time(at)
    waiting = queued_facts(conversation_id)
    if waiting is None:
        return False
    agents = queries.agents_now(waiting.shop_id, at=at)
    return _decide(waiting, agents, cause=cause, by=by, at=at) is not None


def drain(shop_id: int, *, cause: str, by: Who = SYSTEM, at: datetime) -> int:
    """Somebody may be free: hand out what waits, VIP first (R697), then first come first served. Returns how many."""
    _one_at_a_time(at)
    agents = queries.agents_now(shop_id, at=at)
    if not any(agent.status == "online" and agent.load < agent.cap for agent in agents):
        return 0
    given = 0
    for waiting in next_in_queue(shop_id, _MOST_AT_ONCE):
        chosen = _decide(waiting, agents, cause=cause, by=by, at=at)
        if chosen is not None:
            given += 1
            agents = queries.agents_now(shop_id, at=at)
    return given


def take_back(conversation_id: int, *, by: Who, at: datetime) -> bool:
    """Give a conversation whose agent left the buyer unanswered to somebody else; False when nobody else can."""
    _one_at_a_time(at)
    served = served_facts(conversation_id)
    if served is None or served.unanswered_since is None:
        return False
    agents = queries.agents_now(served.shop_id, at=at)
    as_queued = QueuedFacts(
        served.id, served.shop_id, served.customer_id, served.team_id, served.vip, at, not_agent=served.agent_id
    )
    if decide(agents, _wanted(as_queued, at)).agent is None:
        return False
    limit = policy(["routing_takeover_limit"], shop=shop_facts(served.shop_id), at=at)["routing_takeover_limit"].value
    if queries.takeovers(served.id, served.waiting_since or at) >= limit:
        return False  # handed round often enough: it stays, and the late-reply alarm goes on
    reception.requeue(served.id, reason="unanswered", by=by, at=at)
    waiting = queued_facts(conversation_id)
    return waiting is not None and _decide(waiting, agents, cause="unanswered", by=by, at=at) is not None


def _wanted(waiting: QueuedFacts, at: datetime) -> Wanted:
    """What the conversation asks for, with the numbers in force for its shop."""
    shop = shop_facts(waiting.shop_id)
    found = policy(["routing_sticky", "routing_max_open_vip", "supervisor_receives"], shop=shop, at=at)
    since = at - found["routing_sticky"].duration
    return Wanted(
        team=waiting.team_id,
        vip=waiting.vip > 0,
        vip_cap=int(found["routing_max_open_vip"].value),
        sticky_agent=last_agent_of(waiting.shop_id, waiting.customer_id, since=since, but=waiting.id),
        not_again=waiting.not_agent,
        supervisors_receive=bool(found["supervisor_receives"].value),
    )


def _decide(waiting: QueuedFacts, agents: list[Agent], *, cause: str, by: Who, at: datetime) -> Agent | None:
    decision = decide(agents, _wanted(waiting, at))
    chosen = decision.agent
    if chosen is None:
        if not queries.was_told_to_wait(waiting.id):
            _tell_waiting(waiting, decision, cause, by, at)
        return None
    if not reception.assign(waiting.id, chosen.id, chosen.name, by=by, at=at):
        return None  # taken by hand, or gone, in the meantime
    reception.note_assigned(waiting.shop_id, chosen.id, at=at)
    _tell_assigned(waiting, decision, chosen, cause, by, at)
    watch_unanswered(waiting.shop_id, waiting.id, at)
    return chosen


def _candidates(decision: Decision) -> list[events.Candidate]:
    """Those who could not, with the reason; online ones first."""
    refused = sorted(decision.refused, key=lambda one: (one[0].status != "online", one[0].id))
    chosen = [(decision.agent, "")] if decision.agent is not None else []
    return [
        events.Candidate(agent=agent.id, name=agent.name, load=agent.load, cap=agent.cap, reason=reason)
        for agent, reason in [*chosen, *refused][:_MOST_CANDIDATES]
    ]


def _tell_assigned(waiting: QueuedFacts, decision: Decision, chosen: Agent, cause: str, by: Who, at: datetime) -> None:
    payload = events.RoutingAssigned(
        conversation=waiting.id,
        agent=chosen.id,
        agent_name=chosen.name,
        reason=decision.reason,
        cause=cause,
        waited_seconds=max(int((at - waiting.queued_at).total_seconds()), 0),
        candidates=_candidates(decision),
    )
    announce(payload, shop_id=waiting.shop_id, subject=f"conversation:{waiting.id}", by=by, at=at)


def _tell_waiting(waiting: QueuedFacts, decision: Decision, cause: str, by: Who, at: datetime) -> None:
    payload = events.RoutingWaiting(
        conversation=waiting.id, reason=decision.reason, cause=cause, candidates=_candidates(decision)
    )
    announce(payload, shop_id=waiting.shop_id, subject=f"conversation:{waiting.id}", by=by, at=at)
