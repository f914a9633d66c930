"""Buyers over HTTP: list, record, tags, note, level. Phones are masked everywhere."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.customers import actions, queries
from xiaoer.customers.api_special import router as special
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction

router = Router(tags=["customers 客户"])
router.add_router("", special)


class CustomerOut(Schema):
    """A buyer of one shop (客户)."""

    id: int
    shop: int
    nick: str = Field(description="买家会员名")
    name: str
    vip: int
    level: int
    phone: str = Field(description="Masked: 138****5678")
    phone_tail: str
    tags: list[str]
    notes: str
    visitor: bool = Field(description="Came by the chat bubble and has not proved an order")
    first_seen_at: str
    last_seen_at: str
    checked_at: str | None = Field(description="When somebody last confirmed the profile")
    valid_until: str
    expired: bool = Field(description="Nobody confirmed it for too long (R789)")
    may_edit: bool
    may_unmask: bool


class CustomerPage(Schema):
    items: list[CustomerOut]
    next: str | None = None


class CustomerPatch(Schema):
    """Only what is given changes."""

    tags: list[str] | None = Field(None, description="The whole list of tags after the change", max_length=60)
    notes: str | None = Field(None, max_length=2000)
    name: str | None = Field(None, max_length=100)
    vip: int | None = None
    level: int | None = None


class EntryOut(Schema):
    """One contact (往来记录)."""

    id: int
    kind: str
    label: str
    subject: str
    text: str
    details: dict[str, Any]
    actor: str
    at: str


class TimelinePage(Schema):
    items: list[EntryOut]
    next: str | None = None


class Reason(Schema):
    reason: str


class Plain(Schema):
    phone: str
    notes: str


@router.get("/customers", response=CustomerPage, summary="Buyers of the viewer's shops, last seen first")
def customers(
    request: HttpRequest,
    shop: int | None = None,
    q: str = "",
    tag: str = "",
    due: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`due`: only profiles that are to be checked again (R789)."""
    viewer = viewer_of(request)
    items, after = queries.listed(viewer, shop=shop, q=q, tag=tag, due=due, cursor=cursor, limit=limit, at=clock.now())
    return {"items": items, "next": after}


@router.get("/customers/{customer_id}", response=CustomerOut, summary="One buyer")
def customer(request: HttpRequest, customer_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return queries.described(queries.find(viewer, customer_id), viewer, clock.now())


@router.patch("/customers/{customer_id}", response=CustomerOut, summary="Change tags, note, name or level")
def change(request: HttpRequest, customer_id: int, data: CustomerPatch) -> dict[str, Any]:
    viewer = viewer_of(request)
    at = clock.now()
    with transaction():
        row = queries.find(viewer, customer_id)
        viewer.require(Perm.CUSTOMERS_EDIT, row.shop_id)
        if data.tags is not None:
            actions.retag(row.pk, data.tags, by=viewer.who, at=at)
        if data.notes is not None:
            actions.note(row.pk, data.notes, by=viewer.who, at=at)
        if data.name is not None:
            actions.rename(row.pk, data.name, by=viewer.who, at=at)
        if data.vip is not None or data.level is not None:
            actions.grade(row.pk, vip=data.vip, level=data.level, by=viewer.who, at=at)
    return queries.described(queries.find(viewer, customer_id), viewer, clock.now())


@router.get("/customers/{customer_id}/timeline", response=TimelinePage, summary="Her contacts, latest first (R790)")
def timeline(request: HttpRequest, customer_id: int, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    viewer = viewer_of(request)
    items, after = queries.timeline(queries.find(viewer, customer_id), viewer, cursor=cursor, limit=limit)
    return {"items": items, "next": after}


@router.post("/customers/{customer_id}/confirm", response=CustomerOut, summary="The profile still holds (R789)")
def confirm(request: HttpRequest, customer_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, customer_id)
        viewer.require(Perm.CUSTOMERS_EDIT, row.shop_id)
        actions.confirm(row.pk, by=viewer.who, at=clock.now())
    return queries.described(queries.find(viewer, customer_id), viewer, clock.now())


@router.post("/customers/{customer_id}/unmask", response=Plain, summary="The plain phone; writes who, when and why")
def unmask(request: HttpRequest, customer_id: int, data: Reason) -> dict[str, str]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, customer_id)
        viewer.require(Perm.ORDERS_UNMASK, row.shop_id)
        return actions.unmask(row.pk, reason=data.reason, by=viewer.who, at=clock.now())
