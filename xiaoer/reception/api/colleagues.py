"""Colleagues in a talk: notes that name them, advice, whispers; looking at a colleague's workbench."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden, NotFound
from xiaoer.reception import actions, queries, queries_life
from xiaoer.reception.api.conversations import ConversationPage, MessagePage, PersonOut
from xiaoer.reception.models import Conversation, DeskWatch

router = Router()


class ColleagueOut(PersonOut):
    status: str


class ColleaguePage(Schema):
    items: list[ColleagueOut]
    next: str | None = None


class NoteIn(Schema):
    text: str
    mentions: list[int] = Field([], max_length=20, description="Colleagues who may read this talk from now on")
    consult: bool = Field(False, description="They are asked for an answer")
    client_id: str = Field("", max_length=48)


class NoteOut(Schema):
    id: int
    seq: int
    at: str


class GuestOut(Schema):
    staff: PersonOut
    kind: str = Field(description="mention | consult")
    asked_by: str
    since: str
    seen_at: str | None
    answered_at: str | None


class GuestPage(Schema):
    items: list[GuestOut]
    next: str | None = None


class AskedOut(Schema):
    """A talk into which a colleague asked the viewer."""

    conversation: int
    shop: int
    customer: str
    kind: str
    text: str
    asked_by: str
    since: str
    seen: bool
    answered: bool


class AskedPage(Schema):
    items: list[AskedOut]
    next: str | None = None


class WhisperIn(Schema):
    text: str
    to: int | None = Field(None, description="To answer: the supervisor who whispered")


class WhisperOut(Schema):
    id: int
    author: PersonOut
    to: PersonOut
    text: str
    at: str
    seen: bool
    mine: bool


class WhisperPage(Schema):
    items: list[WhisperOut]
    next: str | None = None


class Done(Schema):
    ok: bool = True


class WatchIn(Schema):
    shop: int
    staff: int
    reason: str


class WatchOut(Schema):
    id: int
    shop: int
    staff: PersonOut
    reason: str
    started_at: str
    until: str


class WatchNow(Schema):
    watch: WatchOut | None


@router.get("/conversations/{int:conversation_id}/colleagues", response=ColleaguePage, summary="Whom a note may name")
def colleagues(request: HttpRequest, conversation_id: int, q: str = "") -> dict[str, Any]:
    """Found by characters, pinyin or initials; who is online comes first."""
    viewer = viewer_of(request)
    row = queries.find(viewer, conversation_id)
    return {"items": queries_life.colleagues(viewer, row, q), "next": None}


def _require_note(viewer: Viewer, row: Conversation) -> None:
    viewer.require(Perm.CHAT, row.shop_id)
    if not queries_life.may_note(viewer, row):
        raise Forbidden(
            "只有接待客服、被邀请的同事和主管可以写备注", "Only who serves, a guest or a supervisor writes notes"
        )


@router.post("/conversations/{int:conversation_id}/notes", response={201: NoteOut}, summary="Write an internal note")
def note(request: HttpRequest, conversation_id: int, data: NoteIn) -> Status[dict[str, Any]]:
    """Never reaches the buyer. Who is named hears of it and may read this talk, and only this one."""
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        _require_note(viewer, row)
        facts = actions.write_note(
            row.pk,
            data.text,
            mentions=data.mentions,
            consult=data.consult,
            client_id=data.client_id,
            by=viewer.who,
            at=clock.now(),
        )
    return Status(201, {"id": facts.id, "seq": facts.seq, "at": facts.at})


@router.get("/conversations/{int:conversation_id}/guests", response=GuestPage, summary="Colleagues asked in")
def guests(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    row = queries.find(viewer_of(request), conversation_id)
    return {"items": queries_life.guests_of(row), "next": None}


@router.delete("/conversations/{int:conversation_id}/guests/{int:staff_id}", response=Done, summary="Let one go")
def let_go(request: HttpRequest, conversation_id: int, staff_id: int) -> dict[str, bool]:
    """She herself, who serves the talk, or who may assign it."""
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        _require_note(viewer, row)
        if staff_id != viewer.id and queries.mode_of(viewer, row) == "guest":
            raise Forbidden("只能自己退出", "You may only leave yourself")
        actions.let_go(row.pk, staff_id, by=viewer.who, at=clock.now())
    return {"ok": True}


@router.get("/asked", response=AskedPage, summary="Talks in which colleagues ask for me")
def asked(request: HttpRequest) -> dict[str, Any]:
    return {"items": queries_life.asked_of(viewer_of(request)), "next": None}


@router.post("/conversations/{int:conversation_id}/asked/seen", response=Done, summary="I have looked")
def asked_seen(request: HttpRequest, conversation_id: int) -> dict[str, bool]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        actions.note_seen(row.pk, by=viewer.who, at=clock.now())
    return {"ok": True}


@router.get(
    "/conversations/{int:conversation_id}/whispers", response=WhisperPage, summary="Whispers said or told to me"
)
def whispers(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return {"items": queries_life.whispers(viewer, queries.find(viewer, conversation_id)), "next": None}


@router.post("/conversations/{int:conversation_id}/whispers", response={201: WhisperPage}, summary="Whisper (悄悄话)")
def whisper(request: HttpRequest, conversation_id: int, data: WhisperIn) -> Status[dict[str, Any]]:
    """A supervisor to the serving agent; the agent back to a supervisor who whispered in this talk."""
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        told_me = {one["author"]["id"] for one in queries_life.whispers(viewer, row) if not one["mine"]}
        answers = data.to is not None and data.to in told_me
        if viewer.kind != "staff" or not (answers or viewer.may(Perm.CHAT_ASSIGN, row.shop_id)):
            raise Forbidden("只有主管可以发悄悄话", "Only a supervisor whispers; answer one who whispered to you")
        actions.whisper(row.pk, data.text, to=data.to if answers else None, by=viewer.who, at=clock.now())
    return Status(201, {"items": queries_life.whispers(viewer, row), "next": None})


@router.post("/conversations/{int:conversation_id}/whispers/seen", response=Done, summary="Whispers were read")
def whispers_seen(request: HttpRequest, conversation_id: int) -> dict[str, bool]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        actions.whispers_seen(row.pk, by=viewer.who, at=clock.now())
    return {"ok": True}


# ------------------------------------------------------------------------------------------------ view as


@router.get("/desk-watch", response=WatchNow, summary="The workbench I look at, if any")
def watching(request: HttpRequest) -> dict[str, Any]:
    row = queries_life.find_watch(viewer_of(request))
    return {"watch": queries_life.shown_watch(row) if row is not None else None}


@router.post("/desk-watch", response={201: WatchOut}, summary="Look at a colleague's workbench, read-only (journalled)")
def watch(request: HttpRequest, data: WatchIn) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    viewer.require(Perm.CHAT_ASSIGN, data.shop)
    if viewer.kind != "staff":
        raise Forbidden("接口令牌不能查看工作台", "A token cannot look at a workbench")
    with transaction():
        row = actions.watch(data.shop, data.staff, data.reason, by=viewer.who, at=clock.now())
    return Status(201, queries_life.shown_watch(row))


def _open_watch(viewer: Viewer, watch_id: int) -> DeskWatch:
    row = queries_life.find_watch(viewer, watch_id)
    if row is None or not viewer.may(Perm.CHAT_ASSIGN, row.shop_id):
        raise NotFound("查看已经结束，请重新开始", "This look has ended; begin again")
    return row


@router.delete("/desk-watch/{int:watch_id}", response=Done, summary="Stop looking")
def stop(request: HttpRequest, watch_id: int) -> dict[str, bool]:
    viewer = viewer_of(request)
    with transaction():
        actions.stop_watching(_open_watch(viewer, watch_id), by=viewer.who, at=clock.now())
    return {"ok": True}


@router.get("/desk-watch/{int:watch_id}/conversations", response=ConversationPage, summary="What stands on that desk")
def desk(request: HttpRequest, watch_id: int, box: str = "mine", cursor: str | None = None) -> dict[str, Any]:
    """The colleague's box as she sees it, in this shop."""
    row = _open_watch(viewer_of(request), watch_id)
    items, after = queries.box_page(queries_life.eyes_of(row), box=box, shop=row.shop_id, cursor=cursor, limit=50)
    return {"items": items, "next": after}


@router.get(
    "/desk-watch/{int:watch_id}/conversations/{int:conversation_id}/messages",
    response=MessagePage,
    summary="A talk on that desk; reading it changes nothing",
)
def desk_messages(
    request: HttpRequest, watch_id: int, conversation_id: int, before: int | None = None, limit: int = 50
) -> dict[str, Any]:
    watch_row = _open_watch(viewer_of(request), watch_id)
    her = queries_life.eyes_of(watch_row)
    row = queries.find(her, conversation_id)
    if row.shop_id != watch_row.shop_id:
        raise NotFound("没有找到这个会话", "There is no such conversation")
    items, above = queries.messages_page(row, her, before=before, limit=limit)
    return {"items": items, "next": above}
