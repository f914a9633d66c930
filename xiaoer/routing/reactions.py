"""When the assigner looks: a buyer comes in or back, somebody comes online or becomes free, a reply is late."""

from xiaoer.kernel import clock
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.reception.queries import served_facts
from xiaoer.routing import actions
from xiaoer.routing.clocks import watch_unanswered

_CAUSES = {
    "conversation.opened": "opened",
    "conversation.queued": "queued",
    "conversation.transferred": "transferred",
}


@reacts(*_CAUSES, name="routing.assign")
def somebody_waits(event: Event) -> None:
    """A conversation stands in the queue: decide about it. (One that is not queued any more is left alone.)

    Who handed a conversation on has room for another one now.
    """
    at = clock.now()
    actions.assign(int(event.payload["conversation"]), cause=_CAUSES[event.kind], at=at)
    if event.kind != "conversation.opened" and event.shop_id is not None:
        actions.drain(event.shop_id, cause="closed", at=at)


@reacts("conversation.closed", "agent.status", name="routing.drain")
def somebody_is_free(event: Event) -> None:
    """A place became free or an agent came online: hand out what waits."""
    if event.shop_id is None or event.payload.get("status", "online") != "online":
        return
    cause = "status" if event.kind == "agent.status" else "closed"
    actions.drain(event.shop_id, cause=cause, at=clock.now())


@reacts("conversation.reply_late", name="routing.unanswered")
def reply_is_late(event: Event) -> None:
    """The buyer waits too long for the first word of her agent: the clock of the take-over begins."""
    served = served_facts(int(event.payload["conversation"]))
    if served is not None and served.unanswered_since is not None:
        watch_unanswered(served.shop_id, served.id, served.unanswered_since)
