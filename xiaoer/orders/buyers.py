"""What a buyer bought (成交), and how loyal the buyers of a shop are (回头率、客单价、关联购买, R119). Reads only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from xiaoer.kernel.clock import iso
from xiaoer.orders.models import Order
from xiaoer.orders.rules import Status


def bought(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders that count as bought: paid and not closed."""
    return rows.filter(paid_at__isnull=False).exclude(status=Status.CLOSED)


def standing(customer_id: int) -> dict[str, Any]:
    """One buyer beside the chat: orders, money, average, since when; "returning" from the second order on."""
    found = bought(Order.objects.filter(customer_id=customer_id)).aggregate(
        orders=Count("pk"),
        paid=Sum("paid_fen"),
        refunded=Sum("refunded_fen"),
        first=Min("paid_at"),
        last=Max("paid_at"),
    )
    orders, paid = found["orders"], found["paid"] or 0
    return {
        "orders": orders,
        "paid_fen": paid,
        "refunded_fen": found["refunded"] or 0,
        "average_fen": paid // orders if orders else 0,
        "first_at": iso(found["first"]),
        "last_at": iso(found["last"]),
        "returning": orders > 1,
    }


def figures(shop_ids: Sequence[int], *, since: datetime, until: datetime) -> dict[str, Any]:
    """老客户指标 of a stretch of time, by the day of ordering.

    回头率 = buyers with more than one bought order until then ÷ buyers of the stretch; 客单价 = paid ÷ buyers;
    关联购买率 = orders of two or more goods ÷ orders.
    """
    rows = bought(Order.objects.filter(shop_id__in=shop_ids, ordered_at__gte=since, ordered_at__lt=until))
    sums = rows.aggregate(orders=Count("pk"), buyers=Count("customer", distinct=True), paid=Sum("paid_fen"))
    before = bought(Order.objects.filter(ordered_at__lt=until, customer__in=rows.values("customer")))
    again = before.values("customer").annotate(n=Count("pk")).filter(n__gt=1).count()
    together = rows.annotate(goods=Count("lines", filter=Q(lines__summary=False))).filter(goods__gt=1).count()
    orders, buyers, paid = sums["orders"], sums["buyers"], sums["paid"] or 0
    return {
        "since": iso(since),
        "until": iso(until),
        "orders": orders,
        "buyers": buyers,
        "returning": again,
        "returning_permille": 1000 * again // buyers if buyers else None,
        "per_buyer_fen": paid // buyers if buyers else None,
        "per_order_fen": paid // orders if orders else None,
        "together": together,
        "together_permille": 1000 * together // orders if orders else None,
    }
