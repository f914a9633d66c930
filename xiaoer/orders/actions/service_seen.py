"""已阅 (R164): an agent has read flag, remark and buyer's message of an order before she goes on with it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, NotFound
from xiaoer.kernel.events import announce
from xiaoer.orders import events_service as events
from xiaoer.orders.models import Order
from xiaoer.orders.models_service import RemarkSeen


def mark_of(order: Order) -> str:
    """What there is to read, as a short fingerprint; "" when there is nothing."""
    said = (order.flag, order.seller_remark, order.buyer_message)
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16] if any(said) else ""


def is_unread(order: Order, who: Who) -> bool:
    """Whether this person has something to read first; machines read nothing."""
    mark = mark_of(order)
    if not mark or who.kind != "staff" or who.id is None:
        return False
    return not RemarkSeen.objects.filter(order=order, staff=who.id, mark=mark).exists()


def unread_of(orders: Sequence[Order], who: Who) -> set[int]:
    """The orders on a list that this person has something to read of, by one query."""
    marks = {row.pk: mark for row in orders if (mark := mark_of(row))}
    if who.kind != "staff" or who.id is None or not marks:
        return set()
    seen = RemarkSeen.objects.filter(order__in=marks, staff=who.id).values_list("order_id", "mark")
    return set(marks) - {order for order, mark in seen if marks[order] == mark}


def require_read(order: Order, who: Who) -> None:
    """Refuse a step of the service until the remark was read."""
    if is_unread(order, who):
        raise Conflict(
            "remark_unread",
            "请先看备注：这张订单的备注、旗帜或买家留言您还没看过，点“已阅”后再继续",
            "Read the remark first: flag, remark or the buyer's message changed since you last looked",
            current={"mark": mark_of(order), "flag": order.flag},
        )


def read_remark(order_id: int, mark: str, *, by: Who, at: datetime) -> None:
    """She presses 已阅 for what she saw; when it changed meanwhile she is shown the new one."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise NotFound("没有这张订单", "There is no such order")
    if mark != mark_of(order):
        raise Conflict(
            "changed_meanwhile",
            "备注刚刚又变了，请看一眼新的再点“已阅”",
            "The remark just changed again; look at the new one",
            current={"mark": mark_of(order)},
        )
    if not is_unread(order, by):
        return
    times = _keep(order, by=by, at=at)
    announce(
        events.RemarkRead(name=by.name, times=times),
        shop_id=order.shop_id,
        subject=f"order:{order.pk}",
        by=by,
        at=at,
    )


def wrote(before: Order, after: Order, *, by: Who, at: datetime) -> None:
    """Who writes a remark has read it, if she had read what stood there before."""
    if by.kind == "staff" and by.id is not None and not is_unread(before, by):
        _keep(after, by=by, at=at)


def _keep(order: Order, *, by: Who, at: datetime) -> int:
    assert by.id is not None
    row, new = RemarkSeen.objects.get_or_create(
        order=order, staff=by.id, defaults={"staff_name": by.name[:64], "mark": mark_of(order), "at": at}
    )
    if new:
        return 1
    RemarkSeen.objects.filter(pk=row.pk).update(
        mark=mark_of(order), at=at, staff_name=by.name[:64], times=F("times") + 1
    )
    return row.times + 1
