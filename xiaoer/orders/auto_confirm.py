"""When the platform confirms receipt by itself and pays the seller (自动确认收货, R189, R190). Reads only."""

from datetime import datetime

from xiaoer.orders.models import Order
from xiaoer.orders.rules import Status
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

_SURFACE_POST = ("平邮", "surface")


def confirms_at(row: Order) -> datetime | None:
    """The moment when a shipped order succeeds by itself if no refund is asked for; None when it is not shipped.

    It counts from the dispatch, by the dated rule of that moment; surface post (平邮) has its own, longer time.
    """
    shipped = row.shipped_at or row.left_at
    if row.status != Status.SHIPPED or shipped is None:
        return None
    post = any(word in row.carrier.lower() for word in _SURFACE_POST)
    key = "order_auto_confirm_post" if post else "order_auto_confirm"
    return shipped + rule(key, shop=shop_facts(row.shop_id), at=shipped).duration
