"""Buyers over HTTP: list, record, tags, note, level. Phones are masked everywhere."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.customers import actions, queries
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction

router = Router(tags=["customers 客户"])


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
    may_edit: bool


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


@router.get("/customers", response=CustomerPage, summary="Buyers of the viewer's shops, last seen first")
def customers(
    request: HttpRequest,
    shop: int | None = None,
    q: str = "",
    tag: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    items, after = queries.listed(viewer, shop=shop, q=q, tag=tag, cursor=cursor, limit=limit)
    return {"items": items, "next": after}


@router.get("/customers/{customer_id}", response=CustomerOut, summary="One buyer")
def customer(request: HttpRequest, customer_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return queries.described(queries.find(viewer, customer_id), viewer)


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
    return queries.described(queries.find(viewer, customer_id), viewer)
