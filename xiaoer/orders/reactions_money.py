"""What invoices, transfers and COD confirmations do when orders move: remarks are read, COD is asked, refunds turn red."""

from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.orders.actions import cod, invoice_red, invoices, transfers


def _order_id(event: Event) -> int:
    return int(event.subject.partition(":")[2])


@reacts("orders.taken_in", name="orders.money_taken_in")
def taken_in(event: Event) -> None:
    """New and changed orders: an invoice wanted in the remark (R353), a COD order to be confirmed (R315)."""
    if event.shop_id is None:
        return
    told = [int(one) for one in event.payload.get("orders", [])]
    if told:
        invoices.read_remarks(told, by=SYSTEM, at=event.at)
    cod.open_missing(event.shop_id, by=SYSTEM, at=event.at)


@reacts("order.status_changed", name="orders.money_status")
def status_changed(event: Event) -> None:
    order, after = _order_id(event), str(event.payload.get("after"))
    transfers.order_moved(order, after, at=event.at)
    if event.payload.get("before") == "waiting_payment" and after == "paid":
        invoice_red.paid_now(order, at=event.at)
    if after in ("shipped", "succeeded", "closed"):
        cod.lapse(order, at=event.at)
    if after == "closed":
        invoice_red.refunded(order, at=event.at)


@reacts("order.refunded", name="orders.money_refunded")
def refunded(event: Event) -> None:
    invoice_red.refunded(_order_id(event), at=event.at)


@reacts("order.signed", name="orders.money_signed")
def signed(event: Event) -> None:
    """An invoice that travelled with the goods is with the buyer when she has signed."""
    invoices.signed(_order_id(event), by=SYSTEM, at=event.at)
