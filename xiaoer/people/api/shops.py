"""Shops and their settings."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people import actions, queries, rules
from xiaoer.people.api.callers import require_person
from xiaoer.people.models import Shop

router = Router()


class NewShop(Schema):
    slug: str
    name: str
    platform: str
    hours: dict[str, Any] = {}
    return_address: dict[str, Any] = {}
    switches: dict[str, Any] = {}
    hotline: str = ""
    greeting: str = ""


class ShopChanges(Schema):
    """Only what is given changes; switches that are not named stay."""

    name: str | None = None
    hours: dict[str, Any] | None = None
    return_address: dict[str, Any] | None = None
    switches: dict[str, Any] | None = None
    hotline: str | None = None
    greeting: str | None = None
    slug: str | None = None
    platform: str | None = None


class ShopRow(Schema):
    id: int
    slug: str
    name: str
    platform: str
    hours: dict[str, Any]
    return_address: dict[str, Any]
    switches: dict[str, Any]
    hotline: str
    greeting: str
    active: bool
    opened_at: str


class Shops(Schema):
    items: list[ShopRow]
    next: str | None


class Switch(Schema):
    name: str
    label: str


def _row(shop: Shop) -> dict[str, Any]:
    names = ("slug", "name", "platform", "hours", "return_address", "switches", "hotline", "greeting", "active")
    return {"id": shop.pk, **{name: getattr(shop, name) for name in names}, "opened_at": clock.iso(shop.opened_at)}


@router.get("/shops", response=Shops, summary="The shops the caller works in")
def shops(request: HttpRequest) -> dict[str, Any]:
    return {"items": [_row(shop) for shop in queries.shops_for(viewer_of(request))], "next": None}


@router.post("/shops", response={201: ShopRow}, summary="Open a shop; its owner is who opens it")
def open_shop(request: HttpRequest, data: NewShop) -> Status[dict[str, Any]]:
    viewer = require_person(viewer_of(request))
    if not queries.may_open_shop(viewer):
        raise Forbidden("只有店主可以开新店", "Only a shop owner can open another shop")
    with transaction():
        shop = actions.open_shop(**data.dict(), by=viewer.who, at=clock.now())
    return Status(201, _row(shop))


@router.get("/shop-switches", response=list[Switch], summary="What a shop can switch on")
def switches(request: HttpRequest) -> list[dict[str, str]]:
    language = viewer_of(request).language
    return [{"name": name, "label": label.say(language)} for name, label in rules.SWITCHES.items()]


@router.get("/shops/{shop_id}", response=ShopRow, summary="A shop's settings")
def shop(request: HttpRequest, shop_id: int) -> dict[str, Any]:
    return _row(queries.find_shop(viewer_of(request), shop_id))


@router.patch("/shops/{shop_id}", response=ShopRow, summary="Change a shop's settings")
def change_shop(request: HttpRequest, shop_id: int, data: ShopChanges) -> dict[str, Any]:
    viewer = viewer_of(request)
    found = queries.find_shop(viewer, shop_id)
    viewer.require(Perm.SHOP_EDIT, shop_id)
    given = {name: value for name, value in data.dict(exclude_unset=True).items() if value is not None}
    for fixed, zh, en in (("slug", "网址名", "address name"), ("platform", "平台", "platform")):
        if given.pop(fixed, getattr(found, fixed)) != getattr(found, fixed):
            text = T(f"{zh}开店后不能改；请另开一家店", f"The {en} is fixed once the shop is open; open another shop")
            raise Invalid(fields={fixed: text})
    with transaction():
        changed = actions.change_shop(found, given, by=viewer.who, at=clock.now())
    return _row(changed)
