"""Reads for routing, which decides who serves: facts of what waits, loads and statuses. No viewer: the desk itself asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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


_QUEUED = ("pk", "shop_id", "customer_id", "team_id", "customer__vip", "queued_at", "opened_at", "not_agent_id")


def queued_facts(conversation_id: int) -> QueuedFacts | None:
    """The conversation when it stands in the queue, else None."""
    rows = Conversation.objects.filter(pk=conversation_id, state=QUEUED, agent=None)
    return next((_queued(row) for row in rows.values_list(*_QUEUED)), None)


def next_in_queue(shop_id: int, limit: int) -> list[QueuedFacts]:
    """What waits in a shop: VIP first (R697), then by the time of coming; a conversation sent back keeps its place."""
    rows = Conversation.objects.filter(shop_id=shop_id, state=QUEUED, agent=None)
    rows = rows.order_by("-customer__vip", F("queued_at").asc(nulls_first=True), "pk")
    return [_queued(row) for row in rows.values_list(*_QUEUED)[:limit]]


def _queued(row: tuple[int, int, int, int | None, int, datetime | None, datetime, int | None]) -> QueuedFacts:
    pk, shop_id, customer_id, team_id, vip, queued_at, opened_at, not_agent = row
    return QueuedFacts(pk, shop_id, customer_id, team_id, vip, queued_at or opened_at, not_agent)


def served_facts(conversation_id: int) -> ServedFacts | None:
    """The conversation when an agent serves it, else None."""
    row = Conversation.objects.filter(pk=conversation_id, state=OPEN).select_related("customer").first()
    if row is None:
        return None
    since = None
    if row.waiting_since is not None and row.assigned_at is not None and not _spoke(row):
        since = max(row.waiting_since, row.assigned_at)
    return ServedFacts(
        row.pk, row.shop_id, row.customer_id, row.team_id, row.customer.vip, row.agent_id, since, row.waiting_since
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


def status_rows(shop_id: int) -> list[AgentStatus]:
    return list(AgentStatus.objects.filter(shop_id=shop_id))
