"""Reads for routing, which decides who serves: facts of what waits, loads and statuses. No viewer: the desk itself asks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, Q

from xiaoer.reception.flow import CLOSED, OPEN, QUEUED
from xiaoer.reception.models import AgentStatus, Conversation, Message
from xiaoer.reception.rules import NOTE


@dataclass(frozen=True, slots=True)
class QueuedFacts:
    """A conversation in the queue."""

    id: int
    shop_id: int
    customer_id: int
    team_id: int | None
    vip: int
    queued_at: datetime
    not_agent: int | None = None
    """Who handed it back or left it unanswered."""
    waiting_since: datetime | None = None
    opened_at: datetime | None = None
    seq: int = 0
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServedFacts:
    """A conversation that an agent serves."""

    id: int
    shop_id: int
    customer_id: int
    team_id: int | None
    vip: int
    agent_id: int | None
    unanswered_since: datetime | None
    """Since when the buyer waits for the first word of this agent; None when she spoke, or nobody waits."""
    waiting_since: datetime | None
    """Since when the buyer waits for any agent at all: it does not begin anew when the conversation is handed on."""
    spoken: bool = False
    """Has this agent said anything since she got it?"""


_QUEUED = (
    "pk", "shop_id", "customer_id", "team_id", "customer__vip", "queued_at", "opened_at", "not_agent_id", "waiting_since",
    "seq", "labels",
)  # fmt: skip


def queued_facts(conversation_id: int) -> QueuedFacts | None:
    """The conversation when it stands in the queue, else None."""
    rows = Conversation.objects.filter(pk=conversation_id, state=QUEUED, agent=None)
    return next((_queued(row) for row in rows.values_list(*_QUEUED)), None)


def next_in_queue(shop_id: int, limit: int) -> list[QueuedFacts]:
    """What waits in a shop: VIP first (R697), then by the time of coming; a conversation sent back keeps its place."""
    rows = Conversation.objects.filter(shop_id=shop_id, state=QUEUED, agent=None)
    rows = rows.order_by("-customer__vip", F("queued_at").asc(nulls_first=True), "pk")
    return [_queued(row) for row in rows.values_list(*_QUEUED)[:limit]]


def queue_of(shop_id: int, limit: int) -> list[QueuedFacts]:
    """What waits in a shop, by the time of coming, along the index `conversation_line`."""
    rows = Conversation.objects.filter(shop_id=shop_id, state=QUEUED, agent=None).order_by("queued_at")
    return [_queued(row) for row in rows.values_list(*_QUEUED)[:limit]]


def queued_among(conversation_ids: Collection[int]) -> list[QueuedFacts]:
    """Those of the given conversations that stand in the queue."""
    rows = Conversation.objects.filter(pk__in=conversation_ids, state=QUEUED, agent=None).order_by("queued_at", "pk")
    return [_queued(row) for row in rows.values_list(*_QUEUED)]


def anybody_queued(shop_id: int) -> bool:
    """Does any talk stand in the queue?"""
    return Conversation.objects.filter(shop_id=shop_id, state=QUEUED, agent=None).exists()


def waiting_in_line(shop_id: int, most: int) -> int:
    """How many buyers wait for an answer in the queue, counted up to `most`."""
    rows = Conversation.objects.filter(shop_id=shop_id, state=QUEUED, waiting_since__isnull=False)
    return int(rows.values("pk")[:most].count())


def first_words(conversation_ids: Collection[int], each: int) -> dict[int, list[str]]:
    """What the buyers of these conversations said first, `each` messages at most."""
    found: dict[int, list[str]] = {}
    for pk in conversation_ids:
        rows = Message.objects.filter(conversation_id=pk, author_kind="buyer").order_by("seq")
        found[pk] = list(rows.values_list("text", flat=True)[:each])
    return found


def last_agents_of(shop_id: int, customer_ids: Collection[int], *, since: datetime) -> dict[int, int]:
    """Who served each of these buyers last, when that was after `since` (回头客)."""
    rows = Conversation.objects.filter(
        shop_id=shop_id, customer_id__in=customer_ids, state=CLOSED, agent__isnull=False, last_message_at__gte=since
    )
    rows = rows.order_by("last_message_at", "pk")
    return {customer: agent for customer, agent in rows.values_list("customer_id", "agent_id") if agent is not None}


def _queued(row: tuple[Any, ...]) -> QueuedFacts:
    pk, shop_id, customer_id, team_id, vip, queued_at, opened_at, not_agent, waiting, seq, labels = row
    queued = queued_at or opened_at
    return QueuedFacts(
        pk, shop_id, customer_id, team_id, vip, queued, not_agent, waiting, opened_at, seq, tuple(labels or ())
    )


def served_facts(conversation_id: int) -> ServedFacts | None:
    """The conversation when an agent serves it, else None."""
    row = Conversation.objects.filter(pk=conversation_id, state=OPEN).select_related("customer").first()
    if row is None:
        return None
    since, spoken = None, row.assigned_at is not None and _spoke(row)
    if row.waiting_since is not None and row.assigned_at is not None and not spoken:
        since = max(row.waiting_since, row.assigned_at)
    return ServedFacts(
        row.pk,
        row.shop_id,
        row.customer_id,
        row.team_id,
        row.customer.vip,
        row.agent_id,
        since,
        row.waiting_since,
        spoken,
    )


def _spoke(row: Conversation) -> bool:
    """Has the agent said anything to the buyer since she got the conversation?"""
    said = Message.objects.filter(conversation_id=row.pk, author_kind="staff", author_id=row.agent_id)
    return said.filter(at__gte=row.assigned_at).exclude(kind=NOTE).exists()


def last_agent_of(shop_id: int, customer_id: int, *, since: datetime, but: int) -> int | None:
    """Who served the buyer last, when that was after `since` (回头客)."""
    rows = Conversation.objects.filter(shop_id=shop_id, customer_id=customer_id, state=CLOSED, agent__isnull=False)
    rows = rows.filter(last_message_at__gte=since).exclude(pk=but)
    return rows.order_by("-last_message_at", "-pk").values_list("agent_id", flat=True).first()


def loads_of(staff_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Open conversations per agent over all shops, and how many of them with VIP buyers."""
    rows = Conversation.objects.filter(agent_id__in=list(staff_ids), state=OPEN).values("agent_id")
    found = rows.annotate(n=Count("pk"), vip=Count("pk", filter=Q(customer__vip__gt=0)))
    return {row["agent_id"]: (row["n"], row["vip"]) for row in found}


@dataclass(frozen=True, slots=True)
class InHand:
    """What an agent has in hand over all shops: open conversations, of them VIP buyers, and of them waiting buyers."""

    talks: int = 0
    vip: int = 0
    waiting: int = 0


def in_hand(staff_ids: Iterable[int]) -> dict[int, InHand]:
    """By agent, along the index `conversation_mine`."""
    rows = Conversation.objects.filter(agent_id__in=list(staff_ids), state=OPEN).values("agent_id")
    found = rows.annotate(
        n=Count("pk"), vip=Count("pk", filter=Q(customer__vip__gt=0)), waits=Count("waiting_since")
    ).order_by("agent_id")
    return {row["agent_id"]: InHand(row["n"], row["vip"], row["waits"]) for row in found}


def lost_lines(before: datetime) -> list[AgentStatus]:
    """Who is on duty in a shop although no page of hers was open since `before`."""
    rows = AgentStatus.objects.filter(seen_at__lt=before).exclude(status="offline")
    return list(rows.order_by("seen_at", "pk")[:200])


def come_back(staff_ids: Collection[int]) -> list[AgentStatus]:
    """Of these people, who was set offline for a lost line."""
    rows = AgentStatus.objects.filter(staff_id__in=staff_ids, status="offline").exclude(lost_from="")
    return list(rows.order_by("pk")[:200])


class Duty(NamedTuple):
    """An agent's state in a shop, as the assigner reads it."""

    staff_id: int
    status: str
    cap: int | None
    calls: int
    last_assigned_at: datetime | None
    band_start: datetime | None
    band_given: int


def on_duty(shop_id: int) -> dict[int, Duty]:
    """Everybody's state in a shop, by staff id."""
    rows = AgentStatus.objects.filter(shop_id=shop_id).values_list(*Duty._fields)
    return {row[0]: Duty(*row) for row in rows}


def status_in(shop_id: int, staff_id: int) -> AgentStatus | None:
    """One agent's state in a shop; None before she first set it."""
    return AgentStatus.objects.filter(shop_id=shop_id, staff_id=staff_id).first()


def status_rows(shop_id: int) -> list[AgentStatus]:
    return list(AgentStatus.objects.filter(shop_id=shop_id))
