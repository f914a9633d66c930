"""Orders came in or moved: their waybills become parcels, and the late-shipment clock follows."""

from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.orders import parcel_poll, tasks_parcel
from xiaoer.orders.actions import late_ship, parcels
from xiaoer.orders.models import Parcel


@reacts("orders.taken_in", "order.status_changed", name="orders.parcels")
def orders_moved(event: Event) -> None:
    if event.shop_id is None:
        return
    subject, _, number = event.subject.partition(":")
    ids = [int(number)] if subject == "order" else [int(one) for one in event.payload.get("orders", [])]
    if ids:
        parcels.know_waybills(event.shop_id, ids, by=SYSTEM, at=event.at)
        late_ship.watch_orders(event.shop_id, ids, at=event.at)


@reacts("parcel.known", name="orders.subscribe")
def parcel_known(event: Event) -> None:
    """With an account at 快递100 the parcel's news is pushed from now on; what is not pushed is asked for."""
    account, number = parcel_poll.account(), int(event.subject.partition(":")[2])
    if account is None:
        return
    if account.callback:
        tasks_parcel.subscribe_parcel.enqueue(number)
    parcels.watch_courier(Parcel.objects.get(pk=number), at=event.at)
