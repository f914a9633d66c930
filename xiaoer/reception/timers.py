"""What happens when a clock on a conversation runs out (C06, C23)."""

from datetime import datetime

from xiaoer.kernel import clock, deadlines
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.clock import iso
from xiaoer.kernel.deadlines import on_due, on_warn
from xiaoer.kernel.models import Deadline
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule
from xiaoer.reception import events, rules
from xiaoer.reception.actions.conversations import tell
from xiaoer.reception.flow import CLOSED
from xiaoer.reception.models import Conversation


def _conversation(deadline: Deadline) -> Conversation | None:
    pk = int(deadline.subject.partition(":")[2])
    return Conversation.objects.filter(pk=pk).exclude(state=CLOSED).first()


@on_due("reply")
def reply_late(deadline: Deadline, at: datetime) -> None:
    """Nobody answered in time; the journal row is stamped with the instant at which the answer was due."""
    row = _conversation(deadline)
    if row is None or row.waiting_since is None:
        return
    since = iso(row.waiting_since) or ""
    payload = events.ConversationReplyLate(conversation=row.pk, agent=row.agent_id, waiting_since=since)
    tell(row, payload, by=CLOCK, at=at, for_buyer=False)


@on_warn("reply")
def reply_soon(deadline: Deadline, at: datetime) -> None:
    """Part of the time has gone: the row in the queue is coloured."""
    row = _conversation(deadline)
    if row is None or row.waiting_since is None:
        return
    due = iso(deadline.due_at) or ""
    payload = events.ConversationReplySoon(conversation=row.pk, agent=row.agent_id, due_at=due)
    tell(row, payload, by=CLOCK, at=at, for_buyer=False)


@on_due("stale")
def gone_quiet(deadline: Deadline, at: datetime) -> None:
    """The conversation is silent: say so once per silence, and look again when the next one could be reached."""
    row = _conversation(deadline)
    if row is None or row.last_message_at is None or row.agent_id is None:
        return
    window = rule("stale_window", shop=shop_facts(row.shop_id), at=at).duration
    if row.waiting_since is None and rules.stale_now(row.last_message_at, at, window):
        since = iso(row.last_message_at) or ""
        payload = events.ConversationStale(conversation=row.pk, agent=row.agent_id, silent_since=since)
        tell(row, payload, by=CLOCK, at=at, for_buyer=False)
    # From now, not from when it was due: after a night without a server it must not look again for every window of it.
    now = max(at, clock.now())
    due = row.last_message_at + window
    if due <= now:
        due = now + window
    deadlines.start("stale", deadline.subject, shop_id=row.shop_id, due_at=due, at=now)
