"""One talk: why it went where it went, why it still waits, what it is about; correct, escalate, hand over."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden, Invalid
from xiaoer.reception.queries import Conversation
from xiaoer.reception.queries import find as find_conversation
from xiaoer.routing import actions, queries

router = Router()


class CandidateOut(Schema):
    agent: int
    name: str
    load: int
    cap: int
    weight: int = Field(description="What she had in hand, in hundredths of a place")
    reason: str = Field(description="Why not; empty for the one who got it")
    reason_label: str


class CountOut(Schema):
    reason: str
    reason_label: str
    count: int


class PersonOut(Schema):
    id: int
    name: str


class DecisionOut(Schema):
    """One decision of the assigner with its reasons."""

    number: int
    at: str
    conversation: int
    decision: str = Field(description="assigned | waiting")
    agent: PersonOut | None
    reason: str
    reason_label: str
    cause: str
    cause_label: str
    waited_seconds: int
    topic: str
    band: int = Field(description="Priority band: larger came first")
    peak: bool
    candidates: list[CandidateOut]
    others: list[CountOut] = Field(description="Further agents who did not get it, by reason")


class NowOut(Schema):
    """Why it waits at this moment (为什么还在等)."""

    reason: str
    reason_label: str
    since: str
    widens_at: str | None = Field(description="When time alone widens the conditions")
    peak: bool
    summary: list[CountOut]
    candidates: list[CandidateOut]


class ChoiceOut(Schema):
    key: str
    name: str


class HandOverOut(Schema):
    trigger: str = Field(description="voided | recalled | shipped")
    order: int
    order_no: str


class SortingOut(Schema):
    """What it is about (问题分类)."""

    topic: str
    topic_label: str
    side: str
    side_label: str
    team: str
    urgent: bool
    sure: int = Field(description="Certainty in percent")
    how: str = Field(description="keyword | learned | order | hand | nothing | ''")
    words: list[str]
    by: str
    choices: list[ChoiceOut]
    handover: HandOverOut | None


class DecisionPage(Schema):
    items: list[DecisionOut]
    now: NowOut | None = None
    sorting: SortingOut
    next: str | None = None


class WaitOut(Schema):
    conversation: int
    reason: str
    reason_label: str
    since: str


class WaitPage(Schema):
    items: list[WaitOut]
    next: str | None = None


class TopicIn(Schema):
    topic: str
    reroute: bool = Field(False, description="Give it to those who answer that")


class NoteIn(Schema):
    note: str = Field("", max_length=500)


@router.get("/conversations/{int:conversation_id}/routing", response=DecisionPage, summary="Why it went where it went")
def routing(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = find_conversation(viewer, conversation_id)
    return _shown(row, viewer)


def _shown(row: Conversation, viewer: Viewer) -> dict[str, Any]:
    return {
        "items": queries.decisions(row.pk, viewer),
        "now": queries.why_now(row, viewer, at=clock.now()) if row.state == "queued" else None,
        "sorting": queries.sorting_of(row, viewer),
        "next": None,
    }


@router.get("/routing/queue", response=WaitPage, summary="Why each talk in the queue waits")
def queue(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    if not any(viewer.may(perm, shop) for perm in (Perm.CHAT, Perm.CHAT_ALL, Perm.CHAT_ASSIGN)):
        viewer.require(Perm.CHAT, shop)
    return {"items": queries.queue_reasons(viewer, shop), "next": None}


def _may_move(viewer: Viewer, row: Conversation) -> None:
    """Who serves it, who may take it from the queue, or who may assign."""
    if viewer.kind != "staff":
        raise Invalid("接口令牌不能改派会话，请用员工账号", "A token cannot route talks; sign in as a person")
    viewer.require(Perm.CHAT, row.shop_id)
    if row.agent_id not in (None, viewer.id) and not viewer.may(Perm.CHAT_ASSIGN, row.shop_id):
        raise Forbidden("只有接待她的客服或主管可以改派", "Only who serves the talk, or a supervisor, may route it")


@router.post("/conversations/{int:conversation_id}/topic", response=DecisionPage, summary="Correct what it is about")
def topic(request: HttpRequest, conversation_id: int, data: TopicIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = find_conversation(viewer, conversation_id)
        _may_move(viewer, row)
        actions.reroute(row, data.topic, move=data.reroute, by=viewer.who, at=clock.now())
    row.refresh_from_db()
    return _shown(row, viewer)


@router.post("/conversations/{int:conversation_id}/escalate", response=DecisionPage, summary="To a senior agent (R691)")
def escalate(request: HttpRequest, conversation_id: int, data: NoteIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = find_conversation(viewer, conversation_id)
        _may_move(viewer, row)
        actions.escalate(row, data.note, by=viewer.who, at=clock.now())
    row.refresh_from_db()
    return _shown(row, viewer)


@router.post("/conversations/{int:conversation_id}/handover", response=DecisionPage, summary="To after-sales (R097)")
def handover(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = find_conversation(viewer, conversation_id)
        _may_move(viewer, row)
        actions.hand_over(row, by=viewer.who, at=clock.now())
    row.refresh_from_db()
    return _shown(row, viewer)
