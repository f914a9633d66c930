"""The clock on an assignment: who leaves a waiting buyer unanswered loses the conversation (改派)."""

from datetime import datetime

from xiaoer.kernel import deadlines
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

UNANSWERED = "unanswered"


def due_of(shop_id: int, since: datetime) -> datetime:
    """When an agent who has said nothing since then loses the conversation."""
    return since + rule("routing_takeover", shop=shop_facts(shop_id), at=since).duration


def watch_unanswered(shop_id: int, conversation_id: int, since: datetime) -> None:
    """Start the clock, or start it anew, for the agent who got the conversation."""
    subject = f"conversation:{conversation_id}"
    deadlines.start(UNANSWERED, subject, shop_id=shop_id, due_at=due_of(shop_id, since), at=since)
