"""The late-shipment clock of paid orders (延迟发货, R192 to R194): started by the payment, ended by the dispatch."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.events import announce
from xiaoer.orders import events_parcel as events
from xiaoer.orders import parcel_clock
from xiaoer.orders.models import Order
from xiaoer.orders.parcel_clock import LATE_SHIP
from xiaoer.orders.promise_reads import late_shipment, late_terms
from xiaoer.orders.rules import Status
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

_JUST_AFTER = timedelta(seconds=1)


def watch_orders(shop_id: int, order_ids: Iterable[int], *, at: datetime) -> None:
    """Start the clock of every paid order that has not left, end it for the others. Doing it twice changes nothing.

    An order the platform calls shipped keeps its clock while the shop's courier data is live: then only a scan proves
    the dispatch (R193).
    """
    shop = shop_facts(shop_id)
    fed = parcel_clock.fed(shop_id, at=at)
    warn = rule("late_ship_warn", shop=shop, at=at).duration
    rows = list(Order.objects.filter(shop_id=shop_id, pk__in=list(order_ids)).order_by("pk"))
    running = deadlines.open_for_many([f"order:{row.pk}" for row in rows])
    for row in rows:
        subject = f"order:{row.pk}"
        clock = next((one for one in running[subject] if one.kind == LATE_SHIP), None)
        waits = row.status == Status.PAID or (row.status == Status.SHIPPED and fed)
        if not waits or row.paid_at is None or row.left_at is not None or row.kind == "presale":
            if clock is not None:
                deadlines.settle(subject, LATE_SHIP, at=at)
            continue
        due = row.paid_at + late_terms(shop, at=row.paid_at).after
        if due <= at and row.status == Status.SHIPPED:
            continue  # it was shipped before we began to watch
        if clock is None or clock.due_at != due:
            deadlines.start(LATE_SHIP, subject, shop_id=shop_id, due_at=due, at=at, warn_at=(due - warn,))


def soon(order_id: int, *, due_at: datetime, by: Who, at: datetime) -> None:
    """Warned: it must leave now."""
    row = Order.objects.filter(pk=order_id).first()
    if row is None or not _waits(row, due_at=due_at, at=at):
        return
    payload = events.OrderLateSoon(order_no=row.order_no, due_at=iso(due_at) or "")
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.pk}", by=by, at=at, customer_id=row.customer_id)


def late(order_id: int, *, due_at: datetime, by: Who, at: datetime) -> None:
    """The time is over: what is owed stands in the journal."""
    row = Order.objects.filter(pk=order_id).first()
    if row is None or not _waits(row, due_at=due_at, at=at):
        return
    found = late_shipment(row, shop_facts(row.shop_id), at=due_at + _JUST_AFTER)
    payload = events.OrderLate(
        order_no=row.order_no,
        due_at=iso(due_at) or "",
        owed_fen=found.owed_fen,
        form=found.form,
        clicked=row.shipped_at is not None,
    )
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.pk}", by=by, at=at, customer_id=row.customer_id)


def _waits(row: Order, *, due_at: datetime, at: datetime) -> bool:
    """Whether the order is still in the house, as far as we can know."""
    if row.left_at is not None or row.status not in (Status.PAID, Status.SHIPPED):
        return False
    if row.status == Status.SHIPPED:
        return parcel_clock.fed(row.shop_id, at=at)
    return True
