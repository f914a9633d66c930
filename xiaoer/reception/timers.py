"""What happens when a clock on a conversation runs out (C06, C23)."""

from datetime import datetime

from xiaoer.kernel import clock, deadlines
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.clock import iso
from xiaoer.kernel.deadlines import on_due, on_warn
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Deadline
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule
from xiaoer.reception import actions, events, queries, rules, scanning, tasks
from xiaoer.reception import timers_life as timers_life
from xiaoer.reception import timers_turns as timers_turns
from xiaoer.reception.actions.conversations import tell
from xiaoer.reception.events_words import OfflineLate
from xiaoer.reception.flow import CLOSED
from xiaoer.reception.models import Conversation, OfflineMessage
from xiaoer.reception.offline_reads import BOXES as OFFLINE_BOXES
from xiaoer.reception.rules_life import is_snoozed
from xiaoer.reception.settings import SWEEP_EVERY


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
    aside = is_snoozed(row.snoozed_at, row.snoozed_until, row.last_message_at, at)
    if row.waiting_since is None and not aside and rules.stale_now(row.last_message_at, at, window):
        since = iso(row.last_message_at) or ""
        payload = events.ConversationStale(conversation=row.pk, agent=row.agent_id, silent_since=since)
        tell(row, payload, by=CLOCK, at=at, for_buyer=False)
    actions.warn_idle(row, at=max(at, clock.now()))
    # From now, not from when it was due: after a night without a server it must not look again for every window of it.
    now = max(at, clock.now())
    due = row.last_message_at + window
    if due <= now:
        due = now + window
    deadlines.start("stale", deadline.subject, shop_id=row.shop_id, due_at=due, at=now)


@on_due("offline_promise")
def offline_late(deadline: Deadline, at: datetime) -> None:
    """What was promised to somebody who left a message is over; stamped with the promised instant."""
    row = OfflineMessage.objects.filter(
        pk=int(deadline.subject.partition(":")[2]), state__in=OFFLINE_BOXES["open"]
    ).first()
    if row is None:
        return
    payload = OfflineLate(agent=row.agent_id, promised_at=iso(row.promised_at) or "")
    announce(payload, shop_id=row.shop_id, subject=deadline.subject, by=CLOCK, at=at)


@on_due("upload_sweep")
def sweep_uploads(deadline: Deadline, at: datetime) -> None:
    """Remove what nothing carries, and look again later while there is anything to look at."""
    if deadline.shop_id is None:
        return
    now = max(at, clock.now())
    actions.sweep_uploads(deadline.shop_id, by=CLOCK, at=now)
    if queries.uploads_unused(deadline.shop_id):
        deadlines.start("upload_sweep", deadline.subject, shop_id=deadline.shop_id, due_at=now + SWEEP_EVERY, at=now)
    if scanning.configured() and queries.uploads_to_scan(deadline.shop_id, 1):
        actions.scan_again(deadline.shop_id, at=now)


@on_due("upload_scan")
def scan_uploads(deadline: Deadline, at: datetime) -> None:
    """Files wait for the virus scanner: it is asked in the background, outside of this transaction."""
    if deadline.shop_id is not None and scanning.configured():
        tasks.scan_uploads.enqueue(deadline.shop_id)
