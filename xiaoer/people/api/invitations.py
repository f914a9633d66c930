"""Invitations: made by who may edit staff, accepted by who holds the link."""

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest
from ninja import Router, Schema, Status

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.people import actions, queries
from xiaoer.people.api.callers import address_of, require_json, require_person
from xiaoer.people.api.sessions import Done, Session, session_of
from xiaoer.people.models import Invitation

router = Router()
BACKEND = "django.contrib.auth.backends.ModelBackend"


class NewInvitation(Schema):
    name: str
    username: str
    roles: list[str]
    team_ids: list[int] = []


class InvitationRow(Schema):
    id: int
    name: str
    username: str
    roles: list[str]
    team_ids: list[int]
    created_at: str
    expires_at: str


class Invitations(Schema):
    items: list[InvitationRow]
    next: str | None


class MadeInvitation(InvitationRow):
    """`link` is shown this once; only its hash is kept."""

    link: str


class OpenInvitation(Schema):
    """What the invited person sees; `existing`: she has an account and types its present password."""

    name: str
    username: str
    shop: str
    roles: list[str]
    expires_at: str
    existing: bool


class Password(Schema):
    password: str


def _row(one: Invitation) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "username": one.username,
        "roles": one.roles,
        "team_ids": one.team_ids,
        "created_at": clock.iso(one.created_at),
        "expires_at": clock.iso(one.expires_at),
    }


@router.get("/shops/{shop_id}/invitations", response=Invitations, summary="Invitations that wait to be accepted")
def invitations(request: HttpRequest, shop_id: int) -> dict[str, Any]:
    rows = queries.open_invitations(viewer_of(request), shop_id, clock.now())
    return {"items": [_row(row) for row in rows], "next": None}


@router.post("/shops/{shop_id}/invitations", response={201: MadeInvitation}, summary="Invite a colleague")
def invite(request: HttpRequest, shop_id: int, data: NewInvitation) -> Status[dict[str, Any]]:
    viewer = require_person(viewer_of(request))
    shop = queries.find_shop(viewer, shop_id)
    viewer.require(Perm.STAFF_EDIT, shop_id)
    with transaction():
        made, secret = actions.invite(viewer, shop, **data.dict(), by=viewer.who, at=clock.now())
    return Status(201, {**_row(made), "link": f"/invite/{secret}"})


@router.delete("/shops/{shop_id}/invitations/{invitation_id}", response=Done, summary="Withdraw an invitation")
def withdraw(request: HttpRequest, shop_id: int, invitation_id: int) -> dict[str, bool]:
    viewer = viewer_of(request)
    found = queries.find_invitation(viewer, shop_id, invitation_id)
    with transaction():
        actions.withdraw_invitation(found, by=viewer.who, at=clock.now())
    return {"ok": True}


@router.get("/invitations/{token}", response=OpenInvitation, auth=None, summary="What an invitation link is for")
def invitation(request: HttpRequest, token: str) -> dict[str, Any]:
    one = queries.invitation_by_secret(token, clock.now())
    return {
        "name": one.name,
        "username": one.username,
        "shop": one.shop.name,
        "roles": one.roles,
        "expires_at": clock.iso(one.expires_at),
        "existing": queries.has_account(one.username),
    }


@router.post("/invitations/{token}", response=Session, auth=None, summary="Accept: set a password and be signed in")
def accept(request: HttpRequest, token: str, data: Password) -> dict[str, Any]:
    require_json(request)
    at, real, address = clock.now(), clock.real_now(), address_of(request)
    one = queries.invitation_by_secret(token, at)
    actions.require_not_throttled(one.username, address, at=real)
    try:
        with transaction():
            staff = actions.accept(one, password=data.password, at=at)
            request.session.flush()
            login(request, staff, backend=BACKEND)
            viewer = queries.viewer_of_staff(staff)
            actions.note_login(staff, address, by=viewer.who, at=at)
    except Invalid as refusal:
        if refusal.code == "wrong_login":
            with transaction():
                actions.note_failed_login(one.username, address, at=real)
        raise
    return session_of(request, viewer)
