"""When the assigner looks: a buyer comes in or back, somebody comes online or becomes free, a reply is late.

It stands apart: `timers.keep_assigning` runs it, on one node at a time, so that nothing slower delays it.
"""

from collections import defaultdict

from xiaoer.kernel import clock
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts, reacts_to_many
from xiaoer.orders.queries import order_facts
from xiaoer.reception.queries import served_facts
from xiaoer.routing import actions
from xiaoer.routing.clocks import watch_unanswered

_WAITS = {
    "conversation.opened": "opened",
    "conversation.queued": "queued",
    "conversation.transferred": "transferred",
}

_ROSTER = ("routing.roster_changed", "routing.certificate_changed")


@reacts_to_many(*_WAITS, "conversation.closed", "agent.status", *_ROSTER, name="routing.assign", apart=True)
def somebody_waits_or_is_free(events: list[Event]) -> None:
    """What came in since the last look is decided together, one round per shop.

    Who handed a conversation on has room for another one now.
    """
    fresh: dict[int, dict[int, str]] = defaultdict(dict)
    causes: dict[int, str] = {}
    for event in events:
        if event.shop_id is None:
            continue
        if event.kind in _WAITS:
            cause = event.payload.get("reason", "") if event.kind == "conversation.queued" else ""
            fresh[event.shop_id][int(event.payload["conversation"])] = cause if cause in _KNOWN else _WAITS[event.kind]
            causes.setdefault(event.shop_id, "closed")
        elif event.kind == "agent.status":
            if event.payload.get("status") != "offline":
                causes[event.shop_id] = "status"
        elif event.kind in _ROSTER:
            causes[event.shop_id] = "roster"
        else:
            causes.setdefault(event.shop_id, "closed")
    for shop_id, cause in causes.items():
        actions.drain(shop_id, cause=cause, at=clock.now(), fresh=fresh[shop_id])


_KNOWN = frozenset({"unanswered", "not_accepted", "corrected", "handed_over", "main_passes_on"})


@reacts("agent.status", name="routing.history")
def status_changed(event: Event) -> None:
    """The history of states is kept (who, from, to, why, device)."""
    actions.note_spell(event)


@reacts("conversation.reply_late", name="routing.unanswered")
def reply_is_late(event: Event) -> None:
    """The buyer waits too long for the first word of her agent: the clock of the take-over begins."""
    served = served_facts(int(event.payload["conversation"]))
    if served is not None and served.unanswered_since is not None:
        watch_unanswered(served.shop_id, served.id, served.unanswered_since)


_TRIGGERS = {
    ("order.fulfilment_changed", "voided"): "voided",
    ("order.fulfilment_changed", "shipped"): "shipped",
    ("order.status_changed", "shipped"): "shipped",
    ("order.status_changed", "closed"): "voided",
}


@reacts("order.fulfilment_changed", "order.status_changed", "order.refunded", name="routing.handover")
def order_moved(event: Event) -> None:
    """Voided, refunded, shipped: the buyer's pre-sales talk belongs to after-sales now (R097)."""
    trigger = _TRIGGERS.get((event.kind, str(event.payload.get("after", ""))))
    if event.kind == "order.refunded":
        trigger = "voided"
    if trigger is not None:
        order = order_facts(int(event.subject.partition(":")[2]))
        actions.propose_handover(order, trigger, by=SYSTEM, at=clock.now())


_RECALLED = ("parcel_back", "fell_back")


@reacts("order.service_moved", name="routing.recalled")
def parcel_recalled(event: Event) -> None:
    """追回包裹: what came back, or could not be called back, is after-sales' from now on (R097)."""
    if event.payload["case"].startswith("parcel_recall:") and event.payload["state"] in _RECALLED:
        order = order_facts(int(event.subject.partition(":")[2]))
        actions.propose_handover(order, "recalled", by=SYSTEM, at=clock.now())
