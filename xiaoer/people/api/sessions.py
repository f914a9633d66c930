"""Signing in and out, and who is calling."""

from typing import Any, Literal

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Schema

from xiaoer.kernel import clock, events
from xiaoer.kernel.access import Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.people import actions, queries
from xiaoer.people.api.callers import address_of, require_json, require_person
from xiaoer.people.auth import ended
from xiaoer.people.models import Membership, Staff

router = Router()


class SignIn(Schema):
    username: str
    password: str


class Language(Schema):
    language: Literal["zh", "en"]


class SessionShop(Schema):
    """A shop the viewer works in, with her posts and permissions there."""

    id: int
    slug: str
    name: str
    platform: str
    roles: list[str]
    perms: list[str]
    switches: dict[str, Any]


class ViewerRow(Schema):
    id: int | None
    name: str
    username: str
    language: str
    shops: list[SessionShop]
    team_ids: list[int]
    may_open_shop: bool


class Session(Schema):
    """Who is signed in; `event` is the journal number from which a screen follows the stream."""

    viewer: ViewerRow
    csrf: str
    event: int
    now: str
    demo: bool


class Done(Schema):
    ok: bool


def session_of(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    """The answer of every session call."""
    number = events.last_number()  # before the rest: what happens in between is told by the stream
    rows = Membership.objects.filter(staff_id=viewer.id or 0, shop_id__in=viewer.shop_ids, active=True)
    shops = [
        {
            "id": row.shop_id,
            "slug": row.shop.slug,
            "name": row.shop.name,
            "platform": row.shop.platform,
            "roles": row.roles,
            "perms": sorted(viewer.shops[row.shop_id]),
            "switches": row.shop.switches,
        }
        for row in rows.select_related("shop").order_by("shop_id")
    ]
    username = request.user.username if isinstance(request.user, Staff) else ""
    return {
        "viewer": {
            "id": viewer.id,
            "name": viewer.who.name,
            "username": username,
            "language": viewer.language,
            "shops": shops,
            "team_ids": sorted(viewer.team_ids),
            "may_open_shop": queries.may_open_shop(viewer),
        },
        "csrf": get_token(request),
        "event": number,
        "now": clock.iso(clock.now()),
        "demo": settings.DEMO,
    }


@router.get("/session", response=Session, summary="Who am I, in which shops, with which permissions")
def session(request: HttpRequest) -> dict[str, Any]:
    return session_of(request, require_person(viewer_of(request)))


@router.post("/session", response=Session, auth=None, summary="Sign in")
def sign_in(request: HttpRequest, data: SignIn) -> dict[str, Any]:
    require_json(request)
    at, address = clock.real_now(), address_of(request)
    actions.require_not_throttled(data.username, address, at=at)
    staff = authenticate(request, username=data.username.strip(), password=data.password)
    if not isinstance(staff, Staff):
        with transaction():
            actions.note_failed_login(data.username, address, at=at)
        raise Invalid("用户名或密码不对", "The user name or the password is wrong", code="wrong_login")
    viewer = queries.viewer_of_staff(staff)
    with transaction():
        request.session.flush()  # a fresh session key even when the same person signs in again
        login(request, staff)
        actions.note_login(staff, address, by=viewer.who, at=clock.now())
    return session_of(request, viewer)


@router.delete("/session", response=Done, summary="Sign out")
def sign_out(request: HttpRequest) -> dict[str, bool]:
    key = request.session.session_key
    with transaction():
        logout(request)
    ended(key)
    return {"ok": True}


@router.patch("/session", response=Session, summary="Choose the language")
def choose_language(request: HttpRequest, data: Language) -> dict[str, Any]:
    viewer = require_person(viewer_of(request))
    with transaction():
        actions.choose_language(viewer.id or 0, data.language)
    return session_of(request, queries.viewer_of_staff(Staff.objects.get(pk=viewer.id or 0)))
