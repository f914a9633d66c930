"""What other areas tell makes a watch begin, become an anomaly, or end (R806, R807)."""

from xiaoer.aftersales.flow import FLOWS
from xiaoer.care import actions, queries
from xiaoer.care.rules import NEWS
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts

ASKED = [f"{name}.opened" for name in FLOWS if name != "compensation"]
_TROUBLE = {"not_picked_up": "stale", "stranded": "stale", "customs": "stale", "uncollected": "stale"}
"""Alerts of the courier desk that mean standing still; the others are trouble."""


def _order_of(event: Event) -> int:
    return int(event.subject.partition(":")[2])


@reacts("order.status_changed", name="care.order_moved")
def order_moved(event: Event) -> None:
    after = event.payload.get("after")
    if after == "succeeded":
        actions.open_watches([_order_of(event)], by=SYSTEM, at=event.at)
    elif after == "closed":
        actions.close_order([_order_of(event)], by=SYSTEM, at=event.at)


@reacts("orders.taken_in", name="care.orders_taken_in")
def orders_taken_in(event: Event) -> None:
    """Orders that came in already succeeded."""
    ids = [int(one) for one in event.payload.get("orders", [])]
    if ids:
        actions.open_watches(ids, by=SYSTEM, at=event.at)


@reacts("parcel.alert_opened", name="care.parcel_alert")
def parcel_alert(event: Event) -> None:
    kind = _TROUBLE.get(str(event.payload.get("kind")), "trouble")
    for row in queries.open_of_orders(event.payload.get("orders", [])):
        actions.notice(row, kind, event.subject, str(event.payload.get("kind", "")), by=SYSTEM, at=event.at)


@reacts("parcel.moved", name="care.parcel_moved")
def parcel_moved(event: Event) -> None:
    after = str(event.payload.get("after"))
    if after not in NEWS:
        return
    for row in queries.open_of_orders(event.payload.get("orders", [])):
        actions.news(row, after, event.subject, by=SYSTEM, at=event.at)


@reacts("conversation.opened", "conversation.reopened", name="care.buyer_asks")
def buyer_asks(event: Event) -> None:
    if event.customer_id is None:
        return
    for row in queries.open_of_customer(event.customer_id)[:1]:
        actions.notice(row, "asks", event.subject, "", by=SYSTEM, at=event.at)


@reacts(*ASKED, name="care.asked_for")
def asked_for(event: Event) -> None:
    """The buyer applied for something after the sale."""
    _of_case(event, "refund")


@reacts("review.opened", name="care.reviewed")
def reviewed(event: Event) -> None:
    _of_case(event, "bad_review")


@reacts("dispute.opened", name="care.disputed")
def disputed(event: Event) -> None:
    _of_case(event, "dispute")


def _of_case(event: Event, kind: str) -> None:
    order_id = queries.order_of_subject(event.subject)
    if order_id is None:
        return
    for row in queries.open_of_orders([order_id]):
        actions.notice(row, kind, event.subject, "", by=SYSTEM, at=event.at)
