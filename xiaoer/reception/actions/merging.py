"""合并会话: two talks of one buyer become one; nothing is lost, the old address leads on."""

from datetime import datetime

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.reception import events_life, rules
from xiaoer.reception.actions.closing import close
from xiaoer.reception.actions.conversations import get, tell
from xiaoer.reception.actions.messages import post_message
from xiaoer.reception.flow import CLOSED
from xiaoer.reception.models import Conversation, Task


def merge(source_id: int, into_id: int, *, by: Who, at: datetime) -> Conversation:
    """Put `source` into `into`. Messages keep their places and numbers; the thread shows both in order of time."""
    source, into = get(source_id), get(into_id)
    if source.pk == into.pk:
        raise Invalid(fields={"into": T("请选择另一个会话", "Choose another conversation")})
    if (source.shop_id, source.customer_id) != (into.shop_id, into.customer_id):
        raise Invalid(
            fields={
                "into": T(f"会话 #{into.pk} 不是同一位买家的，不能合并", f"Conversation #{into.pk} is another buyer's")
            }
        )
    for one in (source, into):
        if one.merged_into_id is not None:
            raise _already(one)
    if source.state != CLOSED and into.state == CLOSED:
        raise Conflict(
            "merge_the_other_way",
            f"#{source.pk} 还在进行中，请把 #{into.pk} 并入它",
            f"#{source.pk} is still open: merge #{into.pk} into it",
            current={"state": into.state, "conversation": into.pk},
        )
    if source.state != CLOSED:
        _carry_waiting(source, into, at)
        close(source.pk, reason="merged", merged_into=into.pk, invite=False, by=by, at=at)
    else:
        free = Conversation.objects.filter(pk=source.pk, state=CLOSED, merged_into=None)
        if not free.update(merged_into=into, outcome="merged"):
            raise _already(get(source.pk))
    _carry(source, into)
    tell(source, events_life.Merged(conversation=source.pk, into=into.pk, messages=source.seq), by=by, at=at)
    text = f"会话 #{source.pk}（{source.seq} 条消息）已并入本会话"
    post_message(into.pk, by=by, at=at, kind=rules.NOTE, text=text, client_id=f"merged:{source.pk}")
    return get(into.pk)


def _already(row: Conversation) -> Conflict:
    return Conflict(
        "merged",
        f"#{row.pk} 已并入 #{row.merged_into_id}，请在那里继续",
        f"#{row.pk} was merged into #{row.merged_into_id}; continue there",
        current={"conversation": row.merged_into_id, "state": row.state},
    )


def _carry_waiting(source: Conversation, into: Conversation, at: datetime) -> None:
    """Whoever waits there goes on waiting here since the earlier instant, with the clock that runs out first."""
    if source.waiting_since is None:
        return
    since = min(moment for moment in (source.waiting_since, into.waiting_since) if moment is not None)
    Conversation.objects.filter(pk=into.pk).update(waiting_since=since, first_waiting_at=into.first_waiting_at or since)
    running = next((one for one in deadlines.open_for(f"conversation:{source.pk}") if one.kind == "reply"), None)
    if running is not None and into.waiting_since is None:
        subject = f"conversation:{into.pk}"
        deadlines.start("reply", subject, shop_id=into.shop_id, due_at=running.due_at, at=at)


def _carry(source: Conversation, into: Conversation) -> None:
    """Labels, tasks, and the talks that were merged into the source before."""
    labels = rules.clean_labels([*into.labels, *source.labels])
    Conversation.objects.filter(pk=into.pk).update(labels=labels, opened_at=min(source.opened_at, into.opened_at))
    Conversation.objects.filter(merged_into=source).update(merged_into=into)
    Task.objects.filter(conversation=source, customer_id=into.customer_id, state=Task.OPEN).update(conversation=into)
