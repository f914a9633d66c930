"""Orders for the tests of paying and following up."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from xiaoer.customers.models import Customer
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.clock_loop import run_reactions
from xiaoer.kernel.db import transaction
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.orders.actions import take_in
from xiaoer.orders.drafts import OrderDraft
from xiaoer.orders.models import Order, OrderLine

_numbers = itertools.count(4620000000000000001)


def buyer(cast: Cast, nick: str = "蜜桃乌龙", shop: Any = None) -> Customer:
    made, _ = Customer.objects.get_or_create(
        shop=shop or cast.tmall, nick_key=nick, defaults={"nick": nick, "first_seen_at": NOON, "last_seen_at": NOON}
    )
    return made


def order(cast: Cast, *, status: str, nick: str = "蜜桃乌龙", shop: Any = None, **changes: Any) -> Order:
    shop = shop or cast.tmall
    at: datetime = changes.pop("ordered_at", NOON - timedelta(hours=2))
    values = {"goods_fen": 25900, "freight_fen": 0, "payable_fen": 25900, "created_at": at, **changes}
    row = Order.objects.create(
        shop=shop,
        customer=buyer(cast, nick, shop),
        order_no=str(next(_numbers)),
        status=status,
        ordered_at=at,
        source="test",
        taken_in_at=NOON,
        changed_at=NOON,
        **values,
    )
    OrderLine.objects.create(
        order=row, line_key=f"l{row.pk}", line_no=1, title="法式针织连衣裙", sku="颜色分类:黑色;尺码:M", sku_code="0101"
    )
    return row


def unpaid(cast: Cast, **changes: Any) -> Order:
    return order(cast, status="waiting_payment", **changes)


def paid(cast: Cast, *, ago: timedelta, **changes: Any) -> Order:
    return order(cast, status="paid", ordered_at=NOON - ago, paid_at=NOON - ago, paid_fen=25900, **changes)


def reported(row: Order, at: datetime, **said: Any) -> None:
    """The platform reports the order; the reactions run."""
    draft = OrderDraft(order_no=row.order_no, nick=row.customer.nick, version=at, **said)
    with transaction():
        take_in(row.shop_id, [draft], source="test", by=SYSTEM, at=at)
    run_reactions()
