"""Reads of routing: who could take a conversation, and what was decided."""

from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Role, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event
from xiaoer.people.queries import AgentFacts, agents_of, shop_facts
from xiaoer.policy.queries import rules as policy
from xiaoer.reception import queries as reception
from xiaoer.reception.rules import STATUSES
from xiaoer.routing.rules import CHOSEN, REASONS, WAITING, Agent

_MAIN_ACCOUNT = {Role.OWNER.value, Role.SUPERVISOR.value}
_CAUSES = {
    "opened": T("买家进线", "buyer came in"),
    "queued": T("重新排队", "back in the queue"),
    "transferred": T("转接到小组", "transferred to a team"),
    "status": T("客服状态变化", "an agent's status changed"),
    "closed": T("有客服空出来", "an agent became free"),
    "unanswered": T("超时无人应答", "left unanswered"),
}


def agents_now(shop_id: int, *, at: datetime) -> list[Agent]:
    """Everybody who receives buyers in a shop, with status, load over all shops, cap, teams."""
    people = agents_of(shop_id)
    rows = {row.staff_id: row for row in reception.status_rows(shop_id)}
    loads = reception.loads_of([person.id for person in people])
    most = int(policy(["routing_max_open"], shop=shop_facts(shop_id), at=at)["routing_max_open"].value)
    found = []
    for person in people:
        row = rows.get(person.id)
        load, vip = loads.get(person.id, (0, 0))
        found.append(
            Agent(
                id=person.id,
                name=person.name,
                status=row.status if row is not None else "offline",
                load=load,
                cap=row.cap if row is not None and row.cap is not None else most,
                vip_load=vip,
                team_ids=person.team_ids,
                supervises=_is_main_account(person),
                idle_since=row.last_assigned_at if row is not None else None,
            )
        )
    return found


def _is_main_account(person: AgentFacts) -> bool:
    """Owner and supervisor hold the main account, which receives nobody (R011) unless the shop starts up (C15)."""
    return bool(person.roles & _MAIN_ACCOUNT)


def shown_agents(shop_id: int, viewer: Viewer, *, at: datetime) -> list[dict[str, Any]]:
    """Who is there, who is busy: for the transfer dialog and the supervisor. Online and least busy first."""
    order = list(STATUSES)
    since = {row.staff_id: row.since for row in reception.status_rows(shop_id)}
    agents = sorted(agents_now(shop_id, at=at), key=lambda one: (order.index(one.status), one.load, one.id))
    return [
        {
            "id": agent.id,
            "name": agent.name,
            "status": agent.status,
            "status_label": STATUSES[agent.status].say(viewer.language),
            "since": iso(since.get(agent.id)),
            "load": agent.load,
            "cap": agent.cap,
            "team_ids": sorted(agent.team_ids),
            "supervises": agent.supervises,
            "me": viewer.kind == "staff" and agent.id == viewer.id,
        }
        for agent in agents
    ]


def decisions(conversation_id: int, viewer: Viewer) -> list[dict[str, Any]]:
    """What the assigner decided about a conversation, latest first, with the reasons in words."""
    rows = Event.objects.filter(
        subject=f"conversation:{conversation_id}", kind__in=("routing.assigned", "routing.waiting")
    )
    return [_shown(row, viewer.language) for row in rows.order_by("-number")[:100]]


def _shown(row: Event, language: str) -> dict[str, Any]:
    payload: dict[str, Any] = row.payload
    assigned = row.kind == "routing.assigned"
    words = (CHOSEN if assigned else WAITING).get(payload["reason"])
    return {
        "number": row.number,
        "at": iso(row.at),
        "decision": "assigned" if assigned else "waiting",
        "agent": {"id": payload["agent"], "name": payload["agent_name"]} if assigned else None,
        "reason": payload["reason"],
        "reason_label": words.say(language) if words else payload["reason"],
        "cause": payload["cause"],
        "cause_label": _CAUSES[payload["cause"]].say(language) if payload["cause"] in _CAUSES else payload["cause"],
        "candidates": [
            {**one, "reason_label": REASONS[one["reason"]].say(language) if one["reason"] in REASONS else ""}
            for one in payload["candidates"]
        ],
    }


def takeovers(conversation_id: int, since: datetime) -> int:
    """How often the buyer's present wait was handed to another agent because nobody answered."""
    rows = Event.objects.filter(subject=f"conversation:{conversation_id}", kind="routing.assigned", at__gte=since)
    return sum(payload["cause"] == "unanswered" for payload in rows.values_list("payload", flat=True))


def was_told_to_wait(conversation_id: int) -> bool:
    """Has a waiting decision been journalled since the last assignment? Then the next one says nothing new."""
    rows = Event.objects.filter(
        subject=f"conversation:{conversation_id}", kind__in=("routing.assigned", "routing.waiting")
    )
    return rows.order_by("-number").values_list("kind", flat=True).first() == "routing.waiting"
