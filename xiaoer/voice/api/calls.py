"""Calls for agents: lists, the screen pop, and what is written beside a call."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden
from xiaoer.reception.queries import find as find_talk
from xiaoer.voice import actions, guides, queries, showing
from xiaoer.voice.api.schemas import (
    AssistIn,
    CallOut,
    CallPage,
    CallPatch,
    Counts,
    GuideIn,
    GuidePage,
    LinkIn,
    NowOut,
    Number,
    Recording,
    Why,
    WrapIn,
)
from xiaoer.voice.models import Call

router = Router()


@router.get("/calls", response=CallPage, summary="Calls: live, queue, mine, history, lost, recorded")
def listed(
    request: HttpRequest,
    box: Literal["live", "queue", "mine", "history", "lost", "recorded"] = "live",
    shop: int | None = None,
    customer: int | None = None,
    direction: Literal["", "inbound", "outbound"] = "",
    number: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`number`: the whole number of a caller; it is compared by its hash and never stored."""
    viewer = viewer_of(request)
    found, after = queries.page(
        viewer, box, shop=shop, customer=customer, direction=direction, number=number, cursor=cursor, limit=limit
    )
    return {"items": showing.rows(found, viewer, clock.now()), "next": after}


@router.get("/calls/counts", response=Counts, summary="How many wait, speak, and how much is owed")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return queries.counts(viewer_of(request), shop, clock.now())


@router.get("/calls/now", response=NowOut, summary="What I have in hand: it rings, I speak, or I have yet to sum up")
def now(request: HttpRequest) -> dict[str, Any]:
    """The screen pop (R696) of whoever is signed in."""
    viewer, at = viewer_of(request), clock.now()
    found = queries.in_hand(viewer, at)
    return {"items": [showing.record(call, viewer, at) for call in found], "next": None}


@router.get("/voice/guides", response=GuidePage, summary="Step lists for technical questions (R699)")
def step_lists(request: HttpRequest, q: str = "") -> dict[str, Any]:
    viewer = viewer_of(request)
    return {"items": [showing.guide(one, viewer.language) for one in guides.found(q)], "next": None}


@router.get("/calls/{int:call_id}", response=CallOut, summary="One call with its caller")
def one(request: HttpRequest, call_id: int) -> dict[str, Any]:
    return _shown(request, call_id)


def _shown(request: HttpRequest, call_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return showing.record(queries.find(viewer, call_id), viewer, clock.now())


def _in_hand(request: HttpRequest, call_id: int) -> Call:
    viewer = viewer_of(request)
    call = queries.find(viewer, call_id)
    queries.require_hand(viewer, call)
    return call


@router.post("/calls/{int:call_id}/take", response=CallOut, summary="Take a waiting call: it is to ring at me")
def take(request: HttpRequest, call_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    call = queries.find(viewer, call_id)
    viewer.require(Perm.CHAT, call.shop_id)
    if viewer.kind != "staff" or viewer.id is None:
        raise Forbidden("只有员工可以接电话", "Only a person answers the telephone")
    with transaction():
        actions.take_call(call, viewer.id, viewer.who.name, by=viewer.who, at=clock.now())
    return _shown(request, call_id)


@router.post("/calls/{int:call_id}/customer", response=CallOut, summary="Say who called")
def link(request: HttpRequest, call_id: int, data: LinkIn) -> dict[str, Any]:
    call = _in_hand(request, call_id)
    with transaction():
        actions.link_customer(call.pk, data.customer, by=viewer_of(request).who, at=clock.now())
    return _shown(request, call_id)


@router.patch("/calls/{int:call_id}", response=CallOut, summary="Note, topic, complaint, linked order or conversation")
def note(request: HttpRequest, call_id: int, data: CallPatch) -> dict[str, Any]:
    viewer = viewer_of(request)
    call = _in_hand(request, call_id)
    given = data.dict(exclude_unset=True)
    if given.get("conversation") is not None:
        find_talk(viewer, given["conversation"])  # 404 when she may not see it
    with transaction():
        actions.note_call(call.pk, given, by=viewer.who, at=clock.now())
    return _shown(request, call_id)


@router.post("/calls/{int:call_id}/wrap", response=CallOut, summary="Sum the call up; unsolved: somebody follows up")
def wrap(request: HttpRequest, call_id: int, data: WrapIn) -> dict[str, Any]:
    call = _in_hand(request, call_id)
    follow_up = data.follow_up.dict() if data.follow_up is not None else None
    with transaction():
        actions.wrap_up(
            call.pk,
            solved=data.solved,
            note=data.note,
            topic=data.topic,
            follow_up=follow_up,
            by=viewer_of(request).who,
            at=clock.now(),
        )
    return _shown(request, call_id)


@router.post("/calls/{int:call_id}/guide", response=CallOut, summary="Which steps were gone through (R699)")
def guided(request: HttpRequest, call_id: int, data: GuideIn) -> dict[str, Any]:
    call = _in_hand(request, call_id)
    with transaction():
        actions.guide(call.pk, data.guide, data.done, by=viewer_of(request).who, at=clock.now())
    return _shown(request, call_id)


@router.post("/calls/{int:call_id}/assist", response=CallOut, summary="The caller agreed to show her screen (R700)")
def assist(request: HttpRequest, call_id: int, data: AssistIn) -> dict[str, Any]:
    """View only: no control, no password (C19). The consent is kept with the call."""
    call = _in_hand(request, call_id)
    with transaction():
        actions.start_assist(call.pk, consent=data.consent, link=data.link, by=viewer_of(request).who, at=clock.now())
    return _shown(request, call_id)


@router.post("/calls/{int:call_id}/assist/end", response=CallOut, summary="The screen is not shared any more")
def assist_ended(request: HttpRequest, call_id: int) -> dict[str, Any]:
    call = _in_hand(request, call_id)
    with transaction():
        actions.end_assist(call.pk, by=viewer_of(request).who, at=clock.now())
    return _shown(request, call_id)


@router.post("/calls/{int:call_id}/unmask", response=Number, summary="The whole number; writes who, when and why")
def unmask(request: HttpRequest, call_id: int, data: Why) -> dict[str, str]:
    viewer = viewer_of(request)
    call = queries.find(viewer, call_id)
    viewer.require(Perm.ORDERS_UNMASK, call.shop_id)
    with transaction():
        return {"number": actions.unmask(call.pk, reason=data.reason, by=viewer.who, at=clock.now())}


@router.post("/calls/{int:call_id}/recording", response=Recording, summary="The recording; writes who, when and why")
def recording(request: HttpRequest, call_id: int, data: Why) -> dict[str, str]:
    viewer = viewer_of(request)
    call = queries.find(viewer, call_id)
    if not showing.may_listen(call, viewer):
        raise Forbidden("调听录音需要质检权限", "Listening needs the permission quality")
    with transaction():
        return {"url": actions.open_recording(call.pk, reason=data.reason, by=viewer.who, at=clock.now())}
