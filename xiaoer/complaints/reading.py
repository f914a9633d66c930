"""What the desk itself holds of a dispute, and which records count as evidence."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from xiaoer.complaints.models import Dispute
from xiaoer.kernel.access import Viewer, Who
from xiaoer.orders.queries import order_facts
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule
from xiaoer.reception import queries as reception


def accepted_channels(shop_id: int, *, at: datetime) -> tuple[str, ...]:
    """The channels whose records the shop's platform takes as evidence (R292)."""
    return tuple(rule("dispute_evidence_channels", shop=shop_facts(shop_id), at=at).value)


def as_buyer(shop_id: int, customer_id: int) -> Viewer:
    """What the buyer herself may see: no internal notes."""
    return Viewer(Who("buyer", customer_id), {shop_id: frozenset()}, customer_id=customer_id)


def talks_of(shop_id: int, customer_id: int) -> QuerySet[Any]:
    return reception.visible(as_buyer(shop_id, customer_id))


def collected(row: Dispute) -> list[str]:
    """The items of a checklist that the desk holds by itself."""
    order = order_facts(row.order_id)
    held = {
        "order": True,
        "trace": bool(order.waybill),
        "chat": talks_of(row.shop_id, row.customer_id).exists(),
        "case": row.case_id is not None,
        "refund": order.refunded_fen > 0,
    }
    return [item for item, there in held.items() if there]
