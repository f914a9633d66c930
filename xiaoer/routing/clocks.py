"""The clocks of routing: an assignment that is not opened, one that is not answered (改派), the next look at a queue."""

from datetime import datetime, timedelta

from xiaoer.kernel import deadlines
from xiaoer.kernel.models import Deadline
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules

UNANSWERED, ACCEPT, LOOK = "unanswered", "accept", "routing_look"


def limits(shop_id: int, at: datetime) -> tuple[timedelta, timedelta]:
    """How long an agent may leave a talk unopened (0: not watched), and unanswered."""
    found = rules(["routing_accept", "routing_takeover"], shop=shop_facts(shop_id), at=at)
    return found["routing_accept"].duration, found["routing_takeover"].duration


def due_of(shop_id: int, since: datetime) -> datetime:
    """When an agent who has said nothing since then loses the conversation."""
    return since + limits(shop_id, since)[1]


def watch_unanswered(shop_id: int, conversation_id: int, since: datetime, *, limit: timedelta | None = None) -> None:
    """Start the clock, or start it anew, for the agent who got the conversation."""
    due = due_of(shop_id, since) if limit is None else since + limit
    deadlines.start(UNANSWERED, f"conversation:{conversation_id}", shop_id=shop_id, due_at=due, at=since)


def watch_accept(shop_id: int, conversation_id: int, since: datetime, limit: timedelta) -> None:
    """She must open it within the limit (接单超时)."""
    if limit:
        subject = f"conversation:{conversation_id}"
        deadlines.start(ACCEPT, subject, shop_id=shop_id, due_at=since + limit, at=since)


def look_again(shop_id: int, due: datetime, *, at: datetime) -> None:
    """Look at the shop's queue again then, or sooner when it was to be looked at sooner anyway."""
    subject = f"shop:{shop_id}"
    known = (
        Deadline.objects.filter(subject=subject, kind=LOOK, settled_at=None).values_list("due_at", flat=True).first()
    )
    if known is None or known > due or known <= at:
        deadlines.start(LOOK, subject, shop_id=shop_id, due_at=max(due, at), at=at)
