"""What other areas tell makes a watch begin or end, and follow-ups be planned (R635, R764, R806, R807)."""

from xiaoer.aftersales import queries as aftersales
from xiaoer.aftersales.flow import FLOWS
from xiaoer.care import actions, queries
from xiaoer.care.rules import NEWS
from xiaoer.complaints import queries as complaints
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.orders.queries import facts_by_id
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule
from xiaoer.voice import queries as voice

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
        _after_purchase([_order_of(event)], event)
    elif after == "closed":
        actions.close_order([_order_of(event)], by=SYSTEM, at=event.at)


@reacts("orders.taken_in", name="care.orders_taken_in")
def orders_taken_in(event: Event) -> None:
    """Orders that came in already succeeded."""
    ids = [int(one) for one in event.payload.get("orders", [])]
    if ids:
        actions.open_watches(ids, by=SYSTEM, at=event.at)
        _after_purchase(ids, event)


def _after_purchase(ids: list[int], event: Event) -> None:
    """R635: orders from the rule's amount on are followed up after delivery."""
    for order in facts_by_id(ids).values():
        if order.status != "succeeded" or order.succeeded_at is None:
            continue
        if order.paid_fen >= int(rule("follow_up_order_from", shop=shop_facts(order.shop_id), at=event.at).value):
            title = order.lines[0].title if order.lines else ""
            actions.plan(
                order.shop_id, order.customer_id, "purchase", f"order:{order.id}", start=order.succeeded_at,
                about=title, order_id=order.id, by=SYSTEM, at=event.at,
            )  # fmt: skip


@reacts("repair.follow_up", name="care.repaired")
def repaired(event: Event) -> None:
    """The repair's own call was the first; the second is ours (R641)."""
    found = aftersales.case_of_subject(event.subject)
    if found is not None:
        case = found[1]
        actions.plan(
            case.shop_id, case.customer_id, "repair", event.subject, start=event.at, order_id=case.order_id, round=2,
            by=SYSTEM, at=event.at,
        )  # fmt: skip


@reacts("complaint.close", name="care.complaint_closed")
def complaint_closed(event: Event) -> None:
    """R764: is she content? Called back within 72 hours."""
    found = complaints.case_of_subject(event.subject)
    if found is not None:
        case = found[1]
        actions.plan(
            case.shop_id, case.customer_id, "complaint", event.subject, start=event.at, about=case.number,
            order_id=case.order_id, by=SYSTEM, at=event.at,
        )  # fmt: skip


@reacts("call.wrapped", name="care.call_wrapped")
def call_wrapped(event: Event) -> None:
    """A call of the telephone desk goes into the register of calls (R645)."""
    call = voice.summed_up(int(event.payload["call"]))
    if call is not None and call.customer_id is not None:
        actions.take_voice_call(
            call.shop_id, call.customer_id, call.pk, incoming=call.direction == "inbound", complains=call.complaint,
            points=call.note[:1000], by=SYSTEM, at=event.at,
        )  # fmt: skip


@reacts("parcel.alert_opened", name="care.parcel_alert")
def parcel_alert(event: Event) -> None:
    kind = _TROUBLE.get(str(event.payload.get("kind")), "trouble")
    for row in queries.open_of_orders(event.payload.get("orders", [])):
        actions.notice(row, kind, event.subject, str(event.payload.get("kind", "")), by=SYSTEM, at=event.at)


@reacts("parcel.moved", name="care.parcel_moved")
def parcel_moved(event: Event) -> None:
    after = str(event.payload.get("after"))
    for row in queries.open_of_orders(event.payload.get("orders", [])):
        actions.still(row, at=event.at)
        if after in NEWS:
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
