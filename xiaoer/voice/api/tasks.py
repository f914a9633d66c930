"""Follow-ups: what is still owed to callers."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.voice import actions, queries, showing
from xiaoer.voice.api.schemas import FollowUpIn, FollowUpOut, FollowUpPage
from xiaoer.voice.models import FollowUp

router = Router()


class NewFollowUp(FollowUpIn):
    kind: Literal["unsolved", "callback"] = "unsolved"


class FollowUpPatch(Schema):
    """Only what is given changes."""

    owner: int | None = None
    due_at: AwareDatetime | None = None
    text: str | None = Field(None, max_length=500)


class Closing(Schema):
    result: str = Field(max_length=500)
    dropped: bool = Field(False, description="It is not needed any more")


def _shown(viewer: Viewer, follow_up_id: int) -> dict[str, Any]:
    (row,) = showing.follow_ups([queries.find_follow_up(viewer, follow_up_id)], viewer, clock.now())
    return row


def _writable(viewer: Viewer, follow_up_id: int) -> FollowUp:
    row = queries.find_follow_up(viewer, follow_up_id)
    viewer.require(Perm.CHAT if not viewer.may(Perm.CHAT_ASSIGN, row.shop_id) else Perm.CHAT_ASSIGN, row.shop_id)
    return row


@router.get("/follow-ups", response=FollowUpPage, summary="What is owed to callers, next due first")
def listed(
    request: HttpRequest,
    shop: int | None = None,
    state: Literal["open", "done", "dropped"] = "open",
    mine: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    found, after = queries.follow_up_page(viewer, shop=shop, state=state, mine=mine, cursor=cursor, limit=limit)
    return {"items": showing.follow_ups(found, viewer, clock.now()), "next": after}


@router.post("/calls/{int:call_id}/follow-ups", response={201: FollowUpOut}, summary="Promise the caller something")
def opened(request: HttpRequest, call_id: int, data: NewFollowUp) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    call = queries.find(viewer, call_id)
    queries.require_hand(viewer, call)
    with transaction():
        row = actions.open_follow_up(
            call,
            kind=data.kind,
            text=data.text,
            owner_id=data.owner if data.owner is not None else viewer.id,
            due_at=data.due_at,
            by=viewer.who,
            at=clock.now(),
        )
    (shown,) = showing.follow_ups([row], viewer, clock.now())
    return Status(201, shown)


@router.patch("/follow-ups/{int:follow_up_id}", response=FollowUpOut, summary="Another owner, time or text")
def changed(request: HttpRequest, follow_up_id: int, data: FollowUpPatch) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = _writable(viewer, follow_up_id)
    with transaction():
        actions.change_follow_up(
            row.pk, owner_id=data.owner, due_at=data.due_at, text=data.text, by=viewer.who, at=clock.now()
        )
    (shown,) = showing.follow_ups(
        [FollowUp.objects.select_related("call__customer", "owner").get(pk=row.pk)], viewer, clock.now()
    )
    return shown


@router.post("/follow-ups/{int:follow_up_id}/done", response=FollowUpOut, summary="Done, or not needed any more")
def done(request: HttpRequest, follow_up_id: int, data: Closing) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = _writable(viewer, follow_up_id)
    state = FollowUp.DROPPED if data.dropped else FollowUp.DONE
    with transaction():
        actions.close_follow_up(row.pk, state=state, result=data.result, by=viewer.who, at=clock.now())
    return _shown(viewer, follow_up_id)
