"""The order watch over HTTP (订单跟踪): the contact list, one watched order, its steps."""

from typing import Any

from django.http import HttpRequest
from ninja import Body, Router, Schema

from xiaoer.care import actions, queries, showing
from xiaoer.care.rules import SIGNS
from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound

router = Router()


class SignOut(Schema):
    kind: str
    label: str
    ref: str
    note: str
    at: str


class WatchRow(Schema):
    id: int
    number: str
    shop: int
    state: str
    state_label: str
    category: str
    waits_for: str
    state_at: str
    due_at: str | None
    opened_at: str
    until: str
    order: dict[str, Any]
    customer: dict[str, Any]
    succeeded_at: str | None
    title: str
    more: int
    signs: list[SignOut]
    news: str
    contacts: int
    contacted_at: str | None


class WatchPage(Schema):
    items: list[WatchRow]
    next: str | None = None


class WatchOut(WatchRow):
    may_contact: dict[str, Any]
    script: str
    conversation: int | None
    calls: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    can: list[dict[str, Any]]
    initial: dict[str, dict[str, Any]]
    visited: list[str]
    timeline: list[dict[str, Any]]
    server_now: str


def _staff(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if viewer.kind == "buyer":
        raise NotFound()
    return viewer


@router.get("/order-watch", response=WatchPage, summary="Watched orders; `contact` is the proactive contact list")
def listed(
    request: HttpRequest,
    shop: int | None = None,
    desk: str = "contact",
    sign: str = "",
    q: str = "",
    cursor: str = "",
    limit: int = 50,
) -> dict[str, Any]:
    """`desk`: contact (soonest first), contacted, watching, open, done, all. `sign`: one kind of anomaly."""
    viewer = _staff(request)
    found, more = queries.page(viewer, desk=desk, shop=shop, sign=sign, q=q, cursor=cursor, limit=limit)
    return {"items": showing.rows(found, viewer), "next": more}


@router.get("/order-watch/counts", response=dict[str, int], summary="How much stands at each desk")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return queries.counts(_staff(request), shop)


@router.get("/order-watch/signs", summary="The kinds of anomaly")
def signs(request: HttpRequest) -> list[dict[str, str]]:
    language = _staff(request).language
    return [{"value": code, "label": label.say(language)} for code, label in SIGNS.items()]


@router.get("/order-watch/{int:watch_id}", response=WatchOut, summary="One watched order")
def one(request: HttpRequest, watch_id: int) -> dict[str, Any]:
    viewer = _staff(request)
    return showing.one(queries.find(viewer, watch_id), viewer, clock.now())


@router.post("/order-watch/{int:watch_id}/{verb}", response=WatchOut, summary="The next step; see `can`")
def moved(request: HttpRequest, watch_id: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    """409 `not_now` when the harassment cap or the quiet hours forbid a contact (C47)."""
    viewer = _staff(request)
    with transaction():
        row = queries.find(viewer, watch_id)
        actions.perform(viewer, row, verb, data, by=viewer.who, at=clock.now())
    return showing.one(queries.find(viewer, watch_id), viewer, clock.now())
