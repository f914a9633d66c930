"""Decisions written down: who got it and why, why the others did not, why it waits (分流记录)."""

from collections import Counter
from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.events import announce
from xiaoer.reception.queries import QueuedFacts
from xiaoer.routing import events
from xiaoer.routing.desk import Desk
from xiaoer.routing.models import Sorting, Wait
from xiaoer.routing.rules import Agent, Decision

MOST_CANDIDATES = 30
_LAST = ("offline", "supervisor")


def ranked(decision: Decision) -> list[tuple[Agent, str]]:
    """The chosen one, then who could have had it, then who could not, those who are not there last."""
    refused = sorted(decision.refused, key=lambda one: (one[1] in _LAST, one[0].status != "online", one[0].id))
    chosen = [(decision.agent, "")] if decision.agent is not None else []
    return [*chosen, *decision.lost, *refused]


def candidates(decision: Decision) -> tuple[list[events.Candidate], dict[str, int]]:
    """The first thirty by name; how many more there were, by reason."""
    everybody = ranked(decision)
    shown = [
        events.Candidate(
            agent=agent.id, name=agent.name, load=agent.load, cap=agent.cap, reason=reason, weight=agent.burden
        )
        for agent, reason in everybody[:MOST_CANDIDATES]
    ]
    return shown, dict(Counter(reason for _, reason in everybody[MOST_CANDIDATES:]))


def assigned(
    desk: Desk,
    talk: QueuedFacts,
    decision: Decision,
    sorting: Sorting | None,
    place: int,
    *,
    cause: str,
    by: Who,
    at: datetime,
) -> None:
    assert decision.agent is not None
    shown, others = candidates(decision)
    payload = events.RoutingAssigned(
        conversation=talk.id,
        agent=decision.agent.id,
        agent_name=decision.agent.name,
        reason=decision.reason,
        cause=cause,
        waited_seconds=max(int((at - (talk.waiting_since or talk.queued_at)).total_seconds()), 0),
        candidates=shown,
        others=others,
        topic=sorting.topic if sorting else "",
        band=place,
        peak=desk.peak,
    )
    mine = f"staff:{decision.agent.id}"  # the others' screens hear `conversation.assigned`: that is enough for them
    announce(payload, shop_id=talk.shop_id, subject=f"conversation:{talk.id}", by=by, at=at, audience=mine)


def waiting(
    desk: Desk,
    talk: QueuedFacts,
    decision: Decision,
    sorting: Sorting | None,
    place: int,
    *,
    cause: str,
    by: Who,
    at: datetime,
) -> None:
    shown, others = candidates(decision)
    payload = events.RoutingWaiting(
        conversation=talk.id,
        reason=decision.reason,
        cause=cause,
        candidates=shown,
        others=others,
        topic=sorting.topic if sorting else "",
        band=place,
        peak=desk.peak,
    )
    announce(payload, shop_id=talk.shop_id, subject=f"conversation:{talk.id}", by=by, at=at)


def keep_waiting(talk: QueuedFacts, reason: str, at: datetime) -> None:
    """Remember why it waits, for the queue; `since` is when this reason began."""
    Wait.objects.bulk_create(
        [Wait(conversation_id=talk.id, shop_id=talk.shop_id, reason=reason, since=at)],
        update_conflicts=True,
        unique_fields=["conversation"],
        update_fields=["reason", "since"],
    )
