"""Put aside and come back: snooze (稍后处理) and follow-up tasks (回访任务)."""

from datetime import datetime
from typing import Any

from xiaoer.customers.queries import customer_facts
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Perm, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import Payload, announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import holds
from xiaoer.reception import events_life, rules_life
from xiaoer.reception.actions.conversations import get, tell
from xiaoer.reception.flow import OPEN
from xiaoer.reception.models import Conversation, Task
from xiaoer.reception.settings_life import LONGEST_WHY


def snooze(conversation_id: int, until: datetime | None, *, by: Who, at: datetime) -> Conversation:
    """Out of the way until then; without a time until the buyer writes. A buyer who waits cannot be put aside."""
    row = get(conversation_id)
    if row.state != OPEN:
        raise Conflict(
            "not_open",
            "只有接待中的会话才能稍后处理",
            "Only a conversation that is being served can be snoozed",
            current={"state": row.state},
        )
    if row.waiting_since is not None:
        raise Conflict(
            "buyer_waits",
            "买家正在等回复，请先回复再设置稍后处理",
            "The buyer waits for an answer; answer first, then snooze",
            current={"waiting_since": iso(row.waiting_since)},
        )
    _check_moment("until", until, at)
    Conversation.objects.filter(pk=row.pk).update(snoozed_at=at, snoozed_until=until)
    row.snoozed_at, row.snoozed_until = at, until
    subject = f"conversation:{row.pk}"
    deadlines.settle(subject, "snooze", at=at)
    if until is not None:
        deadlines.start("snooze", subject, shop_id=row.shop_id, due_at=until, at=at)
    payload = events_life.Snoozed(conversation=row.pk, since=iso(at) or "", until=iso(until))
    tell(row, payload, by=by, at=at, for_buyer=False)
    return row


def _check_moment(name: str, moment: datetime | None, at: datetime) -> None:
    if moment is None:
        return
    if moment <= at:
        raise Invalid(fields={name: T("请选择以后的时间", "Choose a time that has not passed")})
    if moment > at + rules_life.FARTHEST:
        days = rules_life.FARTHEST.days
        raise Invalid(fields={name: T(f"最远 {days} 天以内", f"Within {days} days at the latest")})


def wake(conversation_id: int, reason: str, *, by: Who, at: datetime) -> Conversation:
    """Back among the open talks; nothing happens when it was not put aside."""
    row = get(conversation_id)
    if not Conversation.objects.filter(pk=row.pk, snoozed_at__isnull=False).update(snoozed_at=None, snoozed_until=None):
        return row
    row.snoozed_at = row.snoozed_until = None
    deadlines.settle(f"conversation:{row.pk}", "snooze", at=at)
    tell(
        row,
        events_life.Woke(conversation=row.pk, reason=reason, agent=row.agent_id),
        by=by,
        at=at,
        for_buyer=False,
    )
    return row


# ------------------------------------------------------------------------------------------------ tasks


def make_task(
    customer_id: int,
    *,
    why: str,
    due_at: datetime,
    agent: int | None,
    conversation: int | None = None,
    kind: str = "callback",
    by: Who,
    at: datetime,
) -> Task:
    """Somebody will come back to this buyer: who, when, why. Other areas (a call that solved nothing) make them too."""
    facts = customer_facts(customer_id)
    wrong: dict[str, T] = {}
    why = why.strip()
    if not why:
        wrong["why"] = T("请写明要做什么", "Say what is to be done")
    elif len(why) > LONGEST_WHY:
        wrong["why"] = T(f"最多 {LONGEST_WHY} 字", f"{LONGEST_WHY} characters at most")
    if kind not in rules_life.TASK_KINDS:
        wrong["kind"] = T(f"没有任务类型「{kind}」", f"There is no kind of task {kind!r}")
    if agent is not None and not holds(facts.shop_id, agent, Perm.CHAT):
        wrong["agent"] = T("这位同事不在本店接待岗位，请另选", "This colleague does not chat in this shop")
    if wrong:
        raise Invalid(fields=wrong)
    _check_moment("due_at", due_at, at)
    task = Task.objects.create(
        shop_id=facts.shop_id,
        customer_id=customer_id,
        conversation_id=conversation,
        agent_id=agent,
        kind=kind,
        why=why,
        due_at=due_at,
        made_by_name=by.name[:48],
        made_at=at,
    )
    _watch(task, at)
    payload = events_life.TaskMade(**_named(task), kind=kind, due_at=iso(due_at) or "")
    tell_task(task, payload, by=by, at=at)
    return task


def _named(task: Task) -> dict[str, Any]:
    return {
        "task": task.pk,
        "agent": task.agent_id,
        "customer": task.customer_id,
        "conversation": task.conversation_id,
    }


def _watch(task: Task, at: datetime) -> None:
    deadlines.start("task", f"task:{task.pk}", shop_id=task.shop_id, due_at=task.due_at, at=at)


def tell_task(task: Task, payload: Payload, *, by: Who, at: datetime) -> None:
    """Journal something about a task, for its agent; a task of nobody concerns all who chat."""
    announce(
        payload,
        shop_id=task.shop_id,
        subject=f"task:{task.pk}",
        by=by,
        at=at,
        customer_id=task.customer_id,
        audience=f"staff:{task.agent_id}" if task.agent_id is not None else None,
    )


def task_is_late(task_id: int, *, by: Who, at: datetime) -> None:
    """Its time came; said once, the task stays open."""
    task = Task.objects.filter(pk=task_id, state=Task.OPEN, late_at=None).first()
    if task is not None and Task.objects.filter(pk=task.pk, state=Task.OPEN, late_at=None).update(late_at=at):
        payload = events_life.TaskLate(**_named(task), due_at=iso(task.due_at) or "")
        tell_task(task, payload, by=by, at=at)


def change_task(
    task_id: int, *, due_at: datetime | None = None, agent: int | None = None, by: Who, at: datetime
) -> Task:
    """Put off, or give to somebody else."""
    task = _open_task(task_id)
    _check_moment("due_at", due_at, at)
    if agent is not None and not holds(task.shop_id, agent, Perm.CHAT):
        raise Invalid(fields={"agent": T("这位同事不在本店接待岗位，请另选", "This colleague does not chat here")})
    after = {"due_at": due_at or task.due_at, "agent_id": agent if agent is not None else task.agent_id}
    if not Task.objects.filter(pk=task.pk, state=Task.OPEN).update(**after, late_at=None):
        raise _ended(task)
    task.refresh_from_db()
    _watch(task, at)
    payload = events_life.TaskChanged(**_named(task), due_at=iso(task.due_at) or "")
    tell_task(task, payload, by=by, at=at)
    return task


def end_task(task_id: int, state: str, result: str = "", *, by: Who, at: datetime) -> Task:
    """Done or cancelled, with a word on how it went."""
    task = _open_task(task_id)
    text = result.strip()[:LONGEST_WHY]
    if not Task.objects.filter(pk=task.pk, state=Task.OPEN).update(state=state, result=text, ended_at=at):
        raise _ended(task)
    task.refresh_from_db()
    deadlines.settle(f"task:{task.pk}", at=at)
    tell_task(task, events_life.TaskEnded(**_named(task), state=state), by=by, at=at)
    return task


def _open_task(task_id: int) -> Task:
    task = Task.objects.filter(pk=task_id).first()
    if task is None:
        raise NotFound("没有这个任务", "There is no such task")
    if task.state != Task.OPEN:
        raise _ended(task)
    return task


def _ended(task: Task) -> Conflict:
    return Conflict(
        "task_ended",
        "任务已经结束，页面可能已过期，请刷新",
        "This task has ended; refresh to see what changed",
        current={"state": task.state, "result": task.result},
    )
