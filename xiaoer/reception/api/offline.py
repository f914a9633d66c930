"""Offline messages over HTTP (离线留言): the buyer's form, and the agents' box."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock, moving
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.people.queries import shop_facts
from xiaoer.reception import actions, offline_reads, queries
from xiaoer.reception.actions.offline import Left
from xiaoer.reception.api.buyer import BuyerAuth, buyer_of
from xiaoer.reception.offline_flow import OFFLINE

router = Router()


class LeftIn(Schema):
    text: str = Field(max_length=4000)
    contact_kind: str = "none"
    contact: str = Field("", max_length=40)
    contact_time: str = "any"
    name: str = Field("", max_length=40)


class MineOut(Schema):
    """Her offline message: what becomes of it, and by when."""

    id: int
    state: str
    state_label: str
    promised_at: str
    promise: str
    contact: str = Field(description="Masked")
    conversation: int | None


class Named(Schema):
    id: int
    name: str


class OfflineOut(Schema):
    """An offline message for agents; the contact is masked."""

    id: int
    shop: int
    customer: Named
    conversation: int | None
    agent: Named | None
    state: str
    state_label: str
    text: str
    contact_kind: str
    contact: str
    contact_time: str
    note: str
    promised_at: str
    at: str
    state_at: str
    can: list[dict[str, Any]]


class OfflinePage(Schema):
    items: list[OfflineOut]
    next: str | None = None


class Counts(Schema):
    new: int
    claimed: int


class StepIn(Schema):
    note: str = Field("", max_length=400)


class ReasonIn(Schema):
    reason: str = Field(max_length=100)


class ContactOut(Schema):
    contact: str


@router.post("/buyer/offline-message", auth=BuyerAuth(), response=MineOut, summary="Leave a message outside hours")
def leave(request: HttpRequest, data: LeftIn) -> dict[str, Any] | None:
    viewer, at = buyer_of(request), clock.now()
    shop = shop_facts(viewer.shop_ids[0])
    with transaction():
        row = actions.leave_offline(shop.id, viewer.customer_id or 0, Left(**data.dict()), by=viewer.who, at=at)
    return offline_reads.shown_to_buyer(row, shop, viewer.language, at=at)


@router.get("/buyer/offline-message", auth=BuyerAuth(), response=MineOut | None, summary="Her latest one")
def mine(request: HttpRequest) -> dict[str, Any] | None:
    viewer = buyer_of(request)
    row = offline_reads.offline_for(viewer).order_by("-at", "-pk").first()
    return offline_reads.shown_to_buyer(row, shop_facts(viewer.shop_ids[0]), viewer.language, at=clock.now())


@router.get("/offline-messages", response=OfflinePage, summary="A box of offline messages")
def box(
    request: HttpRequest, shop: int | None = None, box: str = "open", cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """`box`: open (what was promised first comes first), mine, done."""
    items, after = queries.offline_box(viewer_of(request), box=box, shop=shop, cursor=cursor, limit=limit)
    return {"items": items, "next": after}


@router.get("/offline-messages/counts", response=Counts, summary="How many wait")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return queries.offline_counts(viewer_of(request), shop)


@router.get("/offline-messages/{int:message_id}", response=OfflineOut, summary="One offline message")
def one(request: HttpRequest, message_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return queries.shown_offline(queries.find_offline(viewer, message_id), viewer)


@router.post("/offline-messages/{int:message_id}/contact", response=ContactOut, summary="The plain number; journalled")
def contact(request: HttpRequest, message_id: int, data: ReasonIn) -> dict[str, str]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find_offline(viewer, message_id)
        return {"contact": actions.reveal_contact(row, data.reason, by=viewer.who, at=clock.now())}


@router.post("/offline-messages/{int:message_id}/{verb}", response=OfflineOut, summary="claim, release, answer, drop")
def step(request: HttpRequest, message_id: int, verb: str, data: StepIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    if viewer.kind != "staff":
        raise Invalid("接口令牌不能接待买家，请用员工账号", "A token cannot serve buyers; sign in as a person")
    with transaction():
        row = queries.find_offline(viewer, message_id)
        move = moving.find_legal(OFFLINE, row, verb)
        moving.require_actor(move, viewer, row.shop_id)
        viewer.require(Perm.CHAT, row.shop_id)
        moving.parse_form(move, data.dict())
        actions.step_offline(row, verb, data.note.strip(), by=viewer.who, at=clock.now())
    return queries.shown_offline(row, viewer)
