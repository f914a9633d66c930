"""The life of a talk: resolve and next, invite, snooze, merge, the thread; tasks; tags."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.reception import actions, flow, queries, queries_life
from xiaoer.reception.api.colleagues import Done
from xiaoer.reception.api.conversations import ConversationOut, MessageOut, PersonOut
from xiaoer.reception.models import Conversation, Task

router = Router()


class ResolvedOut(Schema):
    closed: ConversationOut
    next: ConversationOut | None = Field(description="Who is served now: she waited longest")


class SnoozeIn(Schema):
    until: datetime | None = Field(None, description="Without it: until the buyer writes")


class MergeIn(Schema):
    into: int


class MergeOption(Schema):
    id: int
    state: str
    opened_at: str
    last_text: str
    messages: int


class MergeOptions(Schema):
    items: list[MergeOption]
    next: str | None = None


class ThreadMessage(MessageOut):
    conversation: int


class ThreadPage(Schema):
    items: list[ThreadMessage]
    next: str | None = None


class TaskOut(Schema):
    """回访任务: who comes back to which buyer, when, why."""

    id: int
    shop: int
    customer: PersonOut
    conversation: int | None
    agent: PersonOut | None
    kind: str
    kind_label: str
    why: str
    due_at: str
    late: bool
    state: str
    state_label: str
    result: str
    made_by: str
    made_at: str
    ended_at: str | None


class TaskPage(Schema):
    items: list[TaskOut]
    next: str | None = None


class TaskIn(Schema):
    customer: int | None = None
    conversation: int | None = None
    agent: int | None = Field(None, description="Without it: myself")
    kind: str = "callback"
    why: str
    due_at: datetime


class TaskChange(Schema):
    due_at: datetime | None = None
    agent: int | None = None


class TaskEnd(Schema):
    state: str = Field("done", description="done | cancelled")
    result: str = Field("", max_length=300)


class TagOut(Schema):
    id: int
    name: str
    colour: str


class TagPage(Schema):
    items: list[TagOut]
    next: str | None = None


class TagIn(Schema):
    shop: int
    name: str
    colour: str = "grey"


def _described(viewer: Viewer, conversation_id: int) -> dict[str, Any]:
    row = Conversation.objects.select_related("agent", "customer").get(pk=conversation_id)
    return queries.described(row, viewer)


@router.post(
    "/conversations/{int:conversation_id}/resolve", response=ResolvedOut, summary="Close it and serve the next"
)
def resolve(request: HttpRequest, conversation_id: int, data: flow.Close) -> dict[str, Any]:
    """One key: close with invitation and summary, then her own buyer who waits longest, else the queue's first."""
    viewer = viewer_of(request)
    at = clock.now()
    with transaction():
        row = queries.find(viewer, conversation_id)
        queries.require_step(viewer, row, "close")
        actions.close(
            row.pk,
            solved=data.solved,
            summary=data.summary,
            topic=data.topic,
            invite=data.invite,
            by=viewer.who,
            at=at,
        )
        after, to_take = queries_life.next_for(viewer, but=row.pk)
        if after is not None and to_take:
            try:
                actions.take(after.pk, by=viewer.who, at=at)
            except Conflict:
                after = None  # a colleague was faster; closing went through all the same
    closed = _described(viewer, conversation_id)
    return {"closed": closed, "next": _described(viewer, after.pk) if after is not None else None}


def _served(viewer: Viewer, conversation_id: int) -> Conversation:
    """A talk she serves, or may assign."""
    row = queries.find(viewer, conversation_id)
    viewer.require(Perm.CHAT, row.shop_id)
    if viewer.kind != "staff" or not (row.agent_id == viewer.id or viewer.may(Perm.CHAT_ASSIGN, row.shop_id)):
        raise Forbidden("只有接待客服或主管可以操作", "Only who serves the conversation or a supervisor may do this")
    return row


@router.post("/conversations/{int:conversation_id}/invite", response=ConversationOut, summary="Invite a rating, once")
def invite(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = _served(viewer, conversation_id)
        actions.invite(row.pk, by=viewer.who, at=clock.now())
    return _described(viewer, conversation_id)


@router.post("/conversations/{int:conversation_id}/snooze", response=ConversationOut, summary="Put aside (稍后处理)")
def snooze(request: HttpRequest, conversation_id: int, data: SnoozeIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = _served(viewer, conversation_id)
        actions.snooze(row.pk, _aware(data.until, "until"), by=viewer.who, at=clock.now())
    return _described(viewer, conversation_id)


def _aware(moment: datetime | None, name: str) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise Invalid(fields={name: T("时间需带时区", "Give the time with its zone")})
    return moment


@router.post("/conversations/{int:conversation_id}/wake", response=ConversationOut, summary="Take it back")
def wake(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = _served(viewer, conversation_id)
        actions.wake(row.pk, "taken_back", by=viewer.who, at=clock.now())
    return _described(viewer, conversation_id)


@router.get("/conversations/{int:conversation_id}/merge", response=MergeOptions, summary="Talks it could go into")
def merge_options(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = queries.find(viewer, conversation_id)
    return {"items": queries_life.mergeable(viewer, row), "next": None}


@router.post("/conversations/{int:conversation_id}/merge", response=ConversationOut, summary="Merge it into another")
def merge(request: HttpRequest, conversation_id: int, data: MergeIn) -> dict[str, Any]:
    """Of the same buyer in the same shop. Answers the one that stays; the old id leads to it by `merged_into`."""
    viewer = viewer_of(request)
    with transaction():
        source = _served(viewer, conversation_id)
        into = _served(viewer, data.into)
        actions.merge(source.pk, into.pk, by=viewer.who, at=clock.now())
    return _described(viewer, data.into)


@router.get("/conversations/{int:conversation_id}/thread", response=ThreadPage, summary="With the talks merged into it")
def thread(request: HttpRequest, conversation_id: int, cursor: str | None = None, limit: int = 100) -> dict[str, Any]:
    """Messages of this talk and of those merged into it, in the order of time, oldest first."""
    viewer = viewer_of(request)
    items, after = queries_life.thread(queries.find(viewer, conversation_id), viewer, cursor=cursor, limit=limit)
    return {"items": items, "next": after}


# ------------------------------------------------------------------------------------------------ tasks


@router.get("/tasks", response=TaskPage, summary="Follow-up tasks, soonest first")
def tasks(
    request: HttpRequest,
    box: str = "mine",
    shop: int | None = None,
    customer: int | None = None,
    state: str = "open",
) -> dict[str, Any]:
    viewer = viewer_of(request)
    rows = queries_life.task_list(viewer, box=box, shop=shop, customer=customer, state=state)
    return {"items": queries_life.shown_tasks(rows, viewer), "next": None}


@router.post("/tasks", response={201: TaskOut}, summary="Promise to come back to a buyer")
def make_task(request: HttpRequest, data: TaskIn) -> Status[dict[str, Any]]:
    """For the buyer of a talk she sees, or a customer of a shop in which she chats."""
    viewer = viewer_of(request)
    with transaction():
        if data.conversation is not None:
            talk = queries.find(viewer, data.conversation)
            customer, shop = talk.customer_id, talk.shop_id
        elif data.customer is not None:
            facts = queries.customer_facts(data.customer)
            customer, shop = facts.id, facts.shop_id
        else:
            raise Invalid(fields={"customer": T("请选择客户或会话", "Name a customer or a conversation")})
        if shop not in viewer.shops:
            raise NotFound("没有这位客户", "There is no such customer")
        viewer.require(Perm.CHAT, shop)
        row = actions.make_task(
            customer,
            why=data.why,
            due_at=_aware(data.due_at, "due_at") or data.due_at,
            agent=data.agent if data.agent is not None else viewer.id,
            conversation=data.conversation,
            kind=data.kind,
            by=viewer.who,
            at=clock.now(),
        )
    return Status(201, queries_life.shown_tasks([row], viewer)[0])


@router.patch("/tasks/{int:task_id}", response=TaskOut, summary="Put off, or give to a colleague")
def change_task(request: HttpRequest, task_id: int, data: TaskChange) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries_life.find_task(viewer, task_id)
        viewer.require(Perm.CHAT, row.shop_id)
        due = _aware(data.due_at, "due_at")
        row = actions.change_task(row.pk, due_at=due, agent=data.agent, by=viewer.who, at=clock.now())
    return queries_life.shown_tasks([row], viewer)[0]


@router.post("/tasks/{int:task_id}/end", response=TaskOut, summary="Done or cancelled")
def end_task(request: HttpRequest, task_id: int, data: TaskEnd) -> dict[str, Any]:
    viewer = viewer_of(request)
    if data.state not in (Task.DONE, Task.CANCELLED):
        raise Invalid(
            fields={"state": T(f"不能改为「{data.state}」", f"state is done or cancelled, not {data.state!r}")}
        )
    with transaction():
        row = queries_life.find_task(viewer, task_id)
        viewer.require(Perm.CHAT, row.shop_id)
        row = actions.end_task(row.pk, data.state, data.result, by=viewer.who, at=clock.now())
    return queries_life.shown_tasks([row], viewer)[0]


# ------------------------------------------------------------------------------------------------ tags


@router.get("/tags", response=TagPage, summary="The shop's tags and their colours")
def tags(request: HttpRequest, shop: int) -> dict[str, Any]:
    return {"items": queries_life.tags_of(viewer_of(request), shop), "next": None}


@router.post("/tags", response={201: TagOut}, summary="Add a tag, or change its colour")
def put_tag(request: HttpRequest, data: TagIn) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    viewer.require(Perm.CHAT_ASSIGN, data.shop)
    with transaction():
        row = actions.put_tag(data.shop, data.name, data.colour, by=viewer.who, at=clock.now())
    return Status(201, {"id": row.pk, "name": row.name, "colour": row.colour})


@router.delete("/tags/{int:tag_id}", response=Done, summary="Take a tag out of the list")
def drop_tag(request: HttpRequest, tag_id: int) -> dict[str, bool]:
    viewer = viewer_of(request)
    with transaction():
        row = queries_life.find_tag(viewer, tag_id)
        viewer.require(Perm.CHAT_ASSIGN, row.shop_id)
        actions.drop_tag(row, by=viewer.who, at=clock.now())
    return {"ok": True}
