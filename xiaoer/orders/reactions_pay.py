"""An order moved: reminders get their result, pre-sales end, follow-up entries that no longer hold are cleared."""

from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.orders.actions import followup, presale, reminders
from xiaoer.orders.models import FollowUp, Order
from xiaoer.orders.rules import Status


@reacts("order.status_changed", name="orders.reminders")
def order_moved(event: Event) -> None:
    """Paid, or closed: also when several reports came at once, what counts is how the order stands."""
    row = Order.objects.filter(pk=int(event.subject.partition(":")[2])).first()
    if row is None or row.status == Status.WAITING_PAYMENT:
        return
    paid_at = None if row.status == Status.CLOSED and row.paid_at is None else (row.paid_at or event.at)
    reminders.paid_or_closed(row.pk, paid_at=paid_at, by=SYSTEM, at=event.at)
    presale.order_moved(row.pk, row.status, paid_at=paid_at, by=SYSTEM, at=event.at)


@reacts("order.status_changed", "order.fulfilment_changed", "order.released", name="orders.follow_ups")
def follow_ups(event: Event) -> None:
    """An entry whose trouble is over is cleared at once; new trouble is found by the look-over."""
    order_id = int(event.subject.partition(":")[2])
    if event.shop_id is not None and FollowUp.objects.filter(order_id=order_id, closed_at=None).exists():
        followup.look([order_id], event.shop_id, at=event.at)


@reacts("orders.taken_in", name="orders.follow_watch")
def watch(event: Event) -> None:
    """A shop that has orders is looked over."""
    if event.shop_id is not None:
        followup.watch(event.shop_id, at=event.at)
