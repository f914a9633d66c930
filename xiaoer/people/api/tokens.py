"""Keys for machines: made, listed and revoked by people who hold token.edit."""

from datetime import UTC
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime

from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.people import actions, queries
from xiaoer.people.api.callers import require_person
from xiaoer.people.api.sessions import Done
from xiaoer.people.api.staff import Named
from xiaoer.people.models import ApiToken

router = Router()


class NewToken(Schema):
    name: str
    shops: list[int]
    scopes: list[str]
    expires_at: AwareDatetime | None = None


class TokenRow(Schema):
    id: int
    name: str
    hint: str
    scopes: list[str]
    shops: list[Named]
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    revoked_at: str | None


class Tokens(Schema):
    items: list[TokenRow]
    next: str | None


class MadeToken(TokenRow):
    """`token` is shown this once; only its hash is kept."""

    token: str


def _row(token: ApiToken, viewer: Viewer) -> dict[str, Any]:
    shops = [{"id": shop.pk, "name": shop.name} for shop in token.shops.all() if shop.pk in viewer.shops]
    return {
        "id": token.pk,
        "name": token.name,
        "hint": token.hint,
        "scopes": token.scopes,
        "shops": shops,
        "created_at": clock.iso(token.created_at),
        "last_used_at": clock.iso(token.last_used_at),
        "expires_at": clock.iso(token.expires_at),
        "revoked_at": clock.iso(token.revoked_at),
    }


@router.get("/tokens", response=Tokens, summary="The API tokens of the viewer's shops")
def tokens(request: HttpRequest) -> dict[str, Any]:
    viewer = viewer_of(request)
    return {"items": [_row(token, viewer) for token in queries.tokens_for(viewer)], "next": None}


@router.post("/tokens", response={201: MadeToken}, summary="Make an API token; its secret is shown once")
def make_token(request: HttpRequest, data: NewToken) -> Status[dict[str, Any]]:
    viewer = require_person(viewer_of(request))
    shops = [queries.find_shop(viewer, shop_id) for shop_id in sorted(set(data.shops))]
    until = data.expires_at and data.expires_at.astimezone(
        UTC
    )  # beyond the calendar: refused before anything is written
    with transaction():
        token, secret = actions.make_token(
            viewer,
            name=data.name,
            shops=shops,
            scopes=data.scopes,
            expires_at=until,
            by=viewer.who,
            at=clock.now(),
        )
    return Status(201, {**_row(token, viewer), "token": secret})


@router.delete("/tokens/{token_id}", response=Done, summary="Revoke a token: it stops working at once")
def revoke_token(request: HttpRequest, token_id: int) -> dict[str, bool]:
    viewer = require_person(viewer_of(request))
    token = queries.find_token(viewer, token_id)
    with transaction():
        actions.revoke_token(token, by=viewer.who, at=clock.now())
    return {"ok": True}
