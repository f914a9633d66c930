"""What a buyer in the queue is told: how many stand before her, and about how long it takes (排队位置). Bounded reads."""

from dataclasses import dataclass
from datetime import datetime

from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules
from xiaoer.reception.flow import QUEUED
from xiaoer.reception.models import AgentStatus, Conversation
from xiaoer.reception.settings import QUEUE_SHOWN

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Place:
    """`ahead` is counted up to a limit; `seconds` is None when nobody is on duty to take her."""

    ahead: int
    more: bool
    seconds: int | None


def place_of(row: Conversation, *, at: datetime) -> Place | None:
    """Her place in the queue, or None when she is not in it or has not written yet (then nobody keeps her waiting).

    The index `conversation_queue` is read from its beginning to her place, at most to the limit.
    """
    if row.state != QUEUED or row.waiting_since is None:
        return None
    before = Conversation.objects.filter(shop_id=row.shop_id, state=QUEUED, waiting_since__lt=row.waiting_since)
    ahead = before.values("pk")[: QUEUE_SHOWN + 1].count()
    return Place(min(ahead, QUEUE_SHOWN), ahead > QUEUE_SHOWN, _expected(row.shop_id, ahead, at))


def _expected(shop_id: int, ahead: int, at: datetime) -> int | None:
    """About how long: the places that all agents on duty serve at once come free one after the other."""
    found = rules(["chat_handling_min", "routing_max_open"], shop=shop_facts(shop_id), at=at)
    usual = int(found["routing_max_open"].value)
    caps = AgentStatus.objects.filter(shop_id=shop_id, status="online").values_list("cap", flat=True)
    places = sum(usual if cap is None else cap for cap in caps)
    if places <= 0:
        return None
    seconds = int(found["chat_handling_min"].value) * (ahead + 1) // places
    return -(-seconds // MINUTE) * MINUTE
