"""Conversations for agents: boxes, record, messages, and the steps of the service."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound
from xiaoer.reception import actions, flow, queries

router = Router()


class PersonOut(Schema):
    id: int
    name: str


class CustomerBrief(PersonOut):
    vip: int
    level: int


class ConversationRow(Schema):
    """A line in the queue (接待列表)."""

    id: int
    shop: int
    customer: CustomerBrief
    agent: PersonOut | None
    team: int | None
    state: str = Field(description="queued | open | closed")
    waiting_since: str | None = Field(description="The buyer's first unanswered message")
    reply_due_at: str | None = Field(description="When the reply clock runs out")
    last_message_at: str | None
    last_text: str
    last_author: str
    unread: int
    labels: list[str]
    opened_at: str
    rating: int | None
    seq: int = Field(description="Number of the last message: what the stream tells up to it is counted in already")
    first_reply_at: str | None
    snoozed_at: str | None = Field(None, description="Put aside then; over when a message came after it")
    snoozed_until: str | None = None


class ConversationPage(Schema):
    items: list[ConversationRow]
    next: str | None = None


class CountsOut(Schema):
    mine: int
    queue: int
    open: int
    waiting: int
    unread: int
    longest_waiting_since: str | None


class CustomerFull(CustomerBrief):
    tags: list[str]
    visitor: bool = Field(description="Came by the chat bubble and has not proved an order")
    first_seen_at: str


class Button(Schema):
    verb: str
    label: str
    style: str
    form: dict[str, Any] | None
    disabled: str | None


class ConversationOut(Schema):
    """One conversation with the buttons (接待记录)."""

    id: int
    shop: int
    customer: CustomerFull
    agent: PersonOut | None
    team: int | None
    state: str
    state_label: str
    subject: str
    labels: list[str]
    context: dict[str, Any] = Field(description="page, goods, order_no the buyer came with")
    seq: int
    unread: int
    last_text: str
    last_author: str
    outcome: str
    rating: int | None
    rating_note: str
    reply_due_at: str | None
    opened_at: str | None
    queued_at: str | None
    assigned_at: str | None
    closed_at: str | None
    waiting_since: str | None
    first_reply_at: str | None
    last_message_at: str | None
    rated_at: str | None
    rating_reasons: list[str]
    nps: int | None
    invited_at: str | None
    snoozed_at: str | None
    snoozed_until: str | None
    merged_into: int | None = Field(description="This talk went into that one; go there")
    mode: str = Field(description="serve | guest (reads, writes notes) | watch (reads) | queue")
    can: list[Button]


class AuthorOut(Schema):
    kind: str = Field(description="buyer | staff | bot | system")
    id: int | None
    name: str


class MessageOut(Schema):
    """A message (消息); notes never reach a buyer."""

    id: int
    seq: int
    client_id: str
    author: AuthorOut
    kind: str = Field(description="text | image | note | card | system")
    text: str
    attachments: list[dict[str, Any]]
    card: dict[str, Any] | None
    at: str
    guard: dict[str, Any] | None


class MessagePage(Schema):
    items: list[MessageOut]
    next: int | None = Field(None, description="`before` of the page above, null at the beginning")


class LabelsIn(Schema):
    labels: list[str] = Field(max_length=30)


class ReadOut(Schema):
    read: int


@router.get("/conversations", response=ConversationPage, summary="A box of conversations, longest waiting first")
def conversations(
    request: HttpRequest,
    shop: int | None = None,
    box: str = "mine",
    q: str = "",
    customer: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> HttpResponse:
    """`box`: mine, queue, open, closed, all. The busiest list of the desk, so its rows go out as they are."""
    items, after = queries.box_page(
        viewer_of(request), box=box, shop=shop, q=q, customer=customer, cursor=cursor, limit=limit
    )
    return HttpResponse(json.dumps({"items": items, "next": after}), content_type="application/json")


@router.get("/conversations/counts", response=CountsOut, summary="How many stand in each box")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    return queries.box_counts(viewer_of(request), shop)


@router.get("/conversations/{int:conversation_id}", response=ConversationOut, summary="One conversation")
def conversation(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return queries.described(queries.find(viewer, conversation_id), viewer)


@router.get("/conversations/{int:conversation_id}/messages", response=MessagePage, summary="Its messages, page by page")
def messages(
    request: HttpRequest,
    conversation_id: int,
    before: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = queries.find(viewer, conversation_id)
    items, above = queries.messages_page(row, viewer, before=before, after=after, limit=limit)
    return {"items": items, "next": above}


def _after(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    """The record after a step; an agent who handed it on may no longer see it, so it is described without scope."""
    viewer = viewer_of(request)
    row = queries.Conversation.objects.select_related("agent", "customer").get(pk=conversation_id)
    return queries.described(row, viewer)


@router.post("/conversations/{int:conversation_id}/take", response=ConversationOut, summary="Take it (接入)")
def take(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        queries.require_step(viewer, row, "take")
        actions.take(row.pk, by=viewer.who, at=clock.now())
    return _after(request, conversation_id)


@router.post("/conversations/{int:conversation_id}/close", response=ConversationOut, summary="Finish it (C23)")
def close(request: HttpRequest, conversation_id: int, data: flow.Close) -> dict[str, Any]:
    viewer = viewer_of(request)
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
            at=clock.now(),
        )
    return _after(request, conversation_id)


@router.post("/conversations/{int:conversation_id}/reopen", response=ConversationOut, summary="Take it up again")
def reopen(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        queries.require_step(viewer, row, "reopen")
        actions.reopen(row.pk, by=viewer.who, at=clock.now())
    return _after(request, conversation_id)


@router.post("/conversations/{int:conversation_id}/transfer", response=ConversationOut, summary="Hand it on (转接)")
def transfer(request: HttpRequest, conversation_id: int, data: flow.Transfer) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        queries.require_step(viewer, row, "transfer")
        actions.transfer(row.pk, agent=data.agent, team=data.team, note=data.note, by=viewer.who, at=clock.now())
    return _after(request, conversation_id)


@router.post("/conversations/{int:conversation_id}/read", response=ReadOut, summary="Everything was seen")
def read(request: HttpRequest, conversation_id: int) -> dict[str, int]:
    """Only the agent who serves the conversation marks it read; for others looking on nothing changes."""
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        if row.agent_id is None or row.agent_id != viewer.id or viewer.kind != "staff":
            return {"read": 0}
        return {"read": actions.read(row.pk, "agent", by=viewer.who, at=clock.now())}


@router.patch("/conversations/{int:conversation_id}", response=ConversationOut, summary="Set its labels")
def label(request: HttpRequest, conversation_id: int, data: LabelsIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        viewer.require(Perm.CHAT, row.shop_id)
        actions.label(row.pk, data.labels, by=viewer.who, at=clock.now())
    return _after(request, conversation_id)


class OpenIn(Schema):
    """Speak to a customer first (主动联系)."""

    shop: int
    customer: int


@router.post("/conversations", response=ConversationOut, summary="Open a conversation with a customer")
def open_one(request: HttpRequest, data: OpenIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(Perm.CHAT, data.shop)
    at = clock.now()
    with transaction():
        row, fresh = actions.open_conversation(data.shop, data.customer, by=viewer.who, at=at)
        if fresh and viewer.kind == "staff":
            actions.take(row.pk, by=viewer.who, at=at)
        elif not queries.visible(viewer).filter(pk=row.pk).exists():
            raise NotFound("这位买家正由其他客服接待", "A colleague serves this buyer now")
    return _after(request, row.pk)
