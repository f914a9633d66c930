"""Who receives buyers, her status, and the history of states."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.reception import actions as reception
from xiaoer.routing import queries

router = Router()


class AgentOut(Schema):
    """Somebody who receives buyers (接待客服)."""

    id: int
    name: str
    status: str = Field(description="online | suspended | away | offline")
    status_label: str
    since: str | None
    load: int = Field(description="Open conversations over all shops")
    cap: int
    weight: int = Field(description="All she has in hand, in hundredths of a place")
    calls: int = Field(description="Telephone calls in hand")
    team_ids: list[int]
    sides: list[str] = Field(description="pre, after")
    vendor: bool
    given: int = Field(description="Assigned in this hour band")
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


class SpellOut(Schema):
    """A stretch of time in one state (状态记录)."""

    id: int
    staff: int
    name: str
    status: str
    status_label: str
    previous: str
    why: str = Field(description="'' | by_other | line_lost | line_back | signed_out")
    why_label: str
    by: str
    device: str = Field(description="desktop | phone | api | ''")
    since: str
    until: str | None


class TotalOut(Schema):
    staff: int
    name: str
    seconds: dict[str, int]


class SpellPage(Schema):
    items: list[SpellOut]
    totals: list[TotalOut]
    next: str | None = None


_SEES = (Perm.CHAT, Perm.CHAT_ALL, Perm.CHAT_ASSIGN)
_PHONES = ("iphone", "android", "mobile", "ipad", "harmony")


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
    return {"items": queries.own_statuses(viewer, at=clock.now()), "next": None}


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
                device=_device(request) if staff == viewer.id else "",
                by=viewer.who,
                at=clock.now(),
            )
    return _statuses(viewer)


def _device(request: HttpRequest) -> str:
    """Where she set it: no more than the kind of device is kept."""
    agent = request.headers.get("User-Agent", "").lower()
    if any(word in agent for word in _PHONES):
        return "phone"
    return "desktop" if "mozilla" in agent else "api"


@router.get("/agents/history", response=SpellPage, summary="Who was in which state, when and why (考勤)")
def history(
    request: HttpRequest,
    shop: int,
    staff: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, Any]:
    """Her own for an agent; everybody's for who may assign or sees all talks. The last 24 hours unless told."""
    viewer = viewer_of(request)
    if staff is None or staff != viewer.id or viewer.kind != "staff":
        queries.require_watcher(viewer, shop)
    else:
        viewer.require(Perm.CHAT, shop)
    to = until or clock.now()
    start = since or to - timedelta(days=1)
    if start.tzinfo is None or to.tzinfo is None or not start < to <= start + timedelta(days=93):
        raise Invalid(
            fields={"since": T("起止时间要带时区，最多 93 天", "Times need a zone; 93 days at most")},
        )
    return queries.history(viewer, shop, staff=staff, since=start, until=to)
