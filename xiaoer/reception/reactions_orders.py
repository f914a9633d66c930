"""Order states and parcel news are told where the buyer talks (主动推送, R736, R745, R746).

A card in her open conversation, else in her last one when it is recent; one card a state, a few a day, off by the shop's
setting. States are her own business and may come at night; nothing here advertises.
"""

from datetime import datetime, timedelta

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.orders import queries as orders
from xiaoer.orders.actions import parcel_alerts
from xiaoer.orders.parcel_words import PUSHED, pushed
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule, rules
from xiaoer.reception import actions, flow
from xiaoer.reception.models import Conversation, Message

FRESH = timedelta(days=1)
"""A state that is older when we hear of it (an import of past orders) is no news."""
TITLE = T("订单状态", "Your order")
NEWS = T("物流进展", "News of your parcel")
CARE = "usage_care"
USAGE_TITLE = T("使用关怀", "How is it?")
USAGE = T(
    "宝贝收到几天了，用着还满意吗？洗涤保养请看吊牌和详情页，有任何问题直接在这里告诉我们",
    "You have had it for some days: are you happy with it? Care hints are on the label; tell us here about any problem",
)


@reacts("orders.taken_in", "order.status_changed", "order.signed", "parcel.moved", name="reception.push_orders")
def push_states(event: Event) -> None:
    if event.shop_id is None:
        return
    subject, _, number = event.subject.partition(":")
    ids = [int(number)] if subject == "order" else [int(one) for one in event.payload.get("orders", [])]
    state = _state(event)
    if not ids or not state or event.payload.get("direction", "outbound") != "outbound":
        return
    for row in orders.facts_by_id(ids).values():
        reached = _reached_at(row, state, event.at)
        if reached is not None and event.at - reached <= FRESH:
            _push(row, state, at=event.at)


def _state(event: Event) -> str:
    """Which of the told states an event means; orders that come in paid are told so, too."""
    if event.kind == "orders.taken_in":
        return "paid"
    state = "signed" if event.kind == "order.signed" else str(event.payload.get("after", ""))
    told_by_order = event.kind == "parcel.moved" and state == "signed"  # "order.signed" says it, once for all parcels
    return state if state in PUSHED and not told_by_order else ""


def _reached_at(row: OrderFacts, state: str, at: datetime) -> datetime | None:
    """When the order reached the state; None when it is not (or no longer) in it."""
    if state == "paid":
        return row.paid_at if row.status == "paid" else None
    if state == "shipped":
        return (row.shipped_at or at) if row.status == "shipped" else None
    return row.signed_at if state == "signed" else at


def _push(row: OrderFacts, state: str, *, at: datetime) -> None:
    found = rules(["order_push", "order_push_most", "order_push_within"], shop=shop_facts(row.shop_id), at=at)
    if not found["order_push"].value:
        return
    talk = _talk(row.shop_id, row.customer_id, since=at - found["order_push_within"].duration)
    if talk is None:
        return
    sent = Message.objects.filter(conversation=talk, client_id__startswith=f"order:{row.id}:", at__gte=at - FRESH)
    if sent.count() >= int(found["order_push_most"].value):
        return
    text = pushed(state, carrier=row.carrier, waybill=row.waybill)
    _card(talk, f"order:{row.id}:{state}", TITLE, text, row, state, at)


@reacts("parcel.news", name="reception.parcel_news")
def tell_news(event: Event) -> None:
    """What an agent reports back about a parcel in trouble (R746)."""
    text = T(str(event.payload["zh"]), str(event.payload["en"]))
    heard = False
    for row in orders.facts_by_id(event.payload["orders"]).values():
        within = rules(["order_push_within"], shop=shop_facts(row.shop_id), at=event.at)["order_push_within"].duration
        talk = _talk(row.shop_id, row.customer_id, since=event.at - within)
        if talk is not None:
            heard = True
            _card(talk, f"parcel_news:{event.number}:{row.id}", NEWS, text, row, "news", event.at)
    if not heard:
        parcel_alerts.not_heard(int(event.payload["alert"]), by=SYSTEM, at=event.at)


@reacts("order.signed", name="reception.usage_care")
def signed_for(event: Event) -> None:
    """使用关怀 (R114): some days after she has it, she is asked how it serves her."""
    order_id, shop_id = int(event.subject.partition(":")[2]), event.shop_id
    if shop_id is None:
        return
    after = rule("usage_care_after", shop=shop_facts(shop_id), at=event.at).duration
    if after:
        deadlines.start(CARE, f"order:{order_id}", shop_id=shop_id, due_at=event.at + after, at=event.at)


def care(order_id: int, *, at: datetime) -> None:
    """Sent once, to who kept the goods and wrote to the shop lately; a full refund ends the interest."""
    row = orders.facts_by_id([order_id]).get(order_id)
    if row is None or row.signed_at is None or row.refunded_fen >= (row.paid_fen or 0) > 0:
        return
    within = rule("order_push_within", shop=shop_facts(row.shop_id), at=at).duration
    talk = _talk(row.shop_id, row.customer_id, since=at - within)
    if talk is not None:
        _card(talk, f"order:{row.id}:usage", USAGE_TITLE, USAGE, row, "usage", at)


def _talk(shop_id: int, customer_id: int, *, since: datetime) -> Conversation | None:
    """The conversation she has open, else her last one if it is not too old."""
    rows = Conversation.objects.filter(shop_id=shop_id, customer_id=customer_id).order_by("-last_message_at", "-pk")
    return rows.exclude(state=flow.CLOSED).first() or rows.filter(last_message_at__gte=since).first()


def _card(talk: Conversation, client_id: str, title: T, text: T, row: OrderFacts, state: str, at: datetime) -> None:
    card = {
        "type": "order_state",
        "title": title.both(),
        "text": text.both(),
        "state": state,
        "order": row.id,
        "order_no": row.order_no,
        "carrier": row.carrier,
        "waybill": row.waybill,
    }
    actions.post_message(
        talk.pk, by=SYSTEM, at=at, kind="card", text=f"订单 {row.order_no}：{text.zh}", card=card, client_id=client_id
    )
