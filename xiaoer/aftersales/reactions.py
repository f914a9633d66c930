"""Progress is told where the buyer talks, and an order that ships closes refunds asked before shipping."""

from datetime import datetime

from xiaoer.aftersales import links, queries, showing
from xiaoer.aftersales import reactions_money as reactions_money
from xiaoer.aftersales import reactions_orders as reactions_orders
from xiaoer.aftersales import reactions_trouble as reactions_trouble
from xiaoer.aftersales.actions import ship_closes_refund
from xiaoer.aftersales.answers import zone_of
from xiaoer.aftersales.kinds import FLOWS, KINDS
from xiaoer.aftersales.naming import local_time
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.people.queries import shop_facts
from xiaoer.reception.actions import post_message

TOLD = [f"{flow.name}.{verb}" for flow in FLOWS.values() for verb in ("opened", *flow.verbs())]


def _card(event: Event, text: T) -> None:
    """One card in the buyer's open conversation; written twice it is still one message."""
    found = queries.case_of_subject(event.subject)
    if found is None:
        return
    flow, row = found
    conversation = links.open_conversation(row.shop_id, row.customer_id)
    if conversation is None:
        return
    state = str(event.payload.get("target") or row.state)
    card = {
        "type": "case",
        "flow": flow.name,
        "id": row.pk,
        "number": row.number,
        "state": state,
        "state_label": flow.state(state).label.both(),
        "title": flow.label.both(),
        "text": text.both(),
        "order_no": row.order.order_no,
        "amount_fen": row.granted_fen or row.requested_fen,
    }
    post_message(
        conversation,
        by=SYSTEM,
        at=event.at,
        kind="card",
        text=f"{flow.zh} {row.number}：{text.zh}",
        card=card,
        client_id=f"case:{event.number}",
    )


@reacts(*TOLD, name="aftersales.tell_buyer")
def tell_buyer(event: Event) -> None:
    found = queries.case_of_subject(event.subject)
    if found is None:
        return
    flow, row = found
    if event.payload.get("target") != row.state or not event.for_buyer or row.state in KINDS[flow.name].hidden:
        return  # the case has moved on since, and the later event says what counts now; or it is not hers to know
    text = showing.text_for_buyer(flow, row)
    if text.zh:
        _card(event, text)


@reacts("case.due_soon", name="aftersales.remind_buyer")
def remind_buyer(event: Event) -> None:
    """A buyer's own clock runs out soon: she reads it in her conversation, agents see the event."""
    kind = KINDS.get(event.subject.partition(":")[0])
    text = kind.reminders.get(str(event.payload["clock"])) if kind is not None else None
    if text is None or event.shop_id is None:
        return
    due = datetime.fromisoformat(str(event.payload["due_at"]))
    until = local_time(due, zone_of(shop_facts(event.shop_id)))
    _card(event, text.fill(until=until))


@reacts("order.status_changed", name="aftersales.order_shipped")
def order_shipped(event: Event) -> None:
    if event.payload.get("after") == "shipped":
        order_id = int(event.subject.partition(":")[2])
        ship_closes_refund(order_id, by=SYSTEM, at=event.at)
