"""Routing over HTTP: who is there, my status, and why a conversation went where it went."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.reception import actions as reception
from xiaoer.reception.queries import find as find_conversation
from xiaoer.routing import queries

router = Router(tags=["routing 分流"])


class AgentOut(Schema):
    """Somebody who receives buyers (接待客服)."""

    id: int
    name: str
    status: str = Field(description="online | suspended | away | offline")
    status_label: str
    since: str | None
    load: int = Field(description="Open conversations over all shops")
    cap: int
    team_ids: list[int]
    supervises: bool = Field(description="Main account: gets nobody by routing (R011) unless the shop says so")
    me: bool


class AgentPage(Schema):
    items: list[AgentOut]
    next: str | None = None


class StatusIn(Schema):
    """What is not given stays. `staff`: a colleague's, for who may assign. `shop`: one shop, else all of hers."""

    status: str | None = None
    cap: int | None = Field(None, description="How many conversations at once")
    clear_cap: bool = Field(False, description="Back to the shop's rule routing_max_open")
    shop: int | None = None
    staff: int | None = None


class StatusOut(Schema):
    shop: int
    status: str
    status_label: str
    since: str | None
    load: int
    cap: int


class StatusPage(Schema):
    items: list[StatusOut]
    next: str | None = None


class CandidateOut(Schema):
    agent: int
    name: str
    load: int
    cap: int
    reason: str = Field(description="Why not; empty for the one who got it")
    reason_label: str


class PersonOut(Schema):
    id: int
    name: str


class DecisionOut(Schema):
    """One decision of the assigner with its reasons."""

    number: int
    at: str
    decision: str = Field(description="assigned | waiting")
    agent: PersonOut | None
    reason: str
    reason_label: str
    cause: str
    cause_label: str
    candidates: list[CandidateOut]


class DecisionPage(Schema):
    items: list[DecisionOut]
    next: str | None = None


_SEES = (Perm.CHAT, Perm.CHAT_ALL, Perm.CHAT_ASSIGN)


@router.get("/agents", response=AgentPage, summary="Who receives buyers in a shop, and how busy they are")
def agents(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    if not any(viewer.may(perm, shop) for perm in _SEES):
        viewer.require(Perm.CHAT, shop)
    return {"items": queries.shown_agents(shop, viewer, at=clock.now()), "next": None}


@router.get("/agents/status", response=StatusPage, summary="My status in my shops")
def my_status(request: HttpRequest) -> dict[str, Any]:
    return _statuses(viewer_of(request))


def _statuses(viewer: Viewer) -> dict[str, Any]:
    items = []
    for shop in viewer.shops_with(Perm.CHAT):
        mine = [one for one in queries.shown_agents(shop, viewer, at=clock.now()) if one["me"]]
        items += [{"shop": shop, **one} for one in mine]
    return {"items": items, "next": None}


@router.post("/agents/status", response=StatusPage, summary="Set status or cap")
def set_status(request: HttpRequest, data: StatusIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    staff = data.staff if data.staff is not None else viewer.id
    if viewer.kind != "staff" or staff is None:
        raise Invalid("接口令牌没有接待状态", "A token has no status")
    needed = Perm.CHAT if staff == viewer.id else Perm.CHAT_ASSIGN
    if data.shop is not None:
        viewer.require(needed, data.shop)
    shops = [data.shop] if data.shop is not None else viewer.shops_with(needed)
    if not shops:
        raise NotFound("您没有接待岗位", "You do not receive buyers in any shop")
    with transaction():
        for shop in shops:
            reception.set_status(
                shop,
                staff,
                status=data.status,
                cap=data.cap,
                clear_cap=data.clear_cap,
                by=viewer.who,
                at=clock.now(),
            )
    return _statuses(viewer)


@router.get("/conversations/{int:conversation_id}/routing", response=DecisionPage, summary="Why it went where it went")
def routing(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = find_conversation(viewer, conversation_id)
    return {"items": queries.decisions(row.pk, viewer), "next": None}
