"""Who is calling: session cookie for people, hashed token for machines. Used by the API and by the raw lane."""

import hashlib
import secrets
from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore

from xiaoer.kernel.access import Perm, Viewer, Who
from xiaoer.people.models import ApiToken, Staff
from xiaoer.people.queries import viewer_of_staff


def digest(secret: str) -> str:
    """What is stored instead of a token: its SHA-256 (tokens are long random strings, so no salt is needed)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret(prefix: str) -> str:
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def viewer_of_session(session_key: str) -> Viewer | None:
    """The viewer behind a session cookie, for the raw ASGI endpoints that have no Django request."""
    store = SessionStore(session_key)
    user_id = store.get("_auth_user_id")
    if user_id is None:
        return None
    staff = Staff.objects.filter(pk=user_id, is_active=True).first()
    if staff is None:
        return None
    known = secrets.compare_digest(store.get("_auth_user_hash", ""), staff.get_session_auth_hash())
    return viewer_of_staff(staff) if known else None


def token_of(secret: str, at: datetime) -> ApiToken | None:
    """The API token with this secret; None when unknown, expired or revoked."""
    token = ApiToken.objects.filter(digest=digest(secret), revoked_at=None).first()
    if token is None or (token.expires_at is not None and token.expires_at <= at):
        return None
    return token


def viewer_by_token(token: ApiToken) -> Viewer:
    """What a token may see and do: its shops, with its scopes as permissions."""
    scopes = frozenset(Perm(scope) for scope in token.scopes if scope in set(Perm))
    shops = token.shops.filter(active=True)
    return Viewer(Who("token", token.pk, token.name), {shop.pk: scopes for shop in shops})


def viewer_of_token(secret: str, at: datetime) -> Viewer | None:
    """The viewer behind an API token's secret, for the raw ASGI endpoints."""
    token = token_of(secret, at)
    return viewer_by_token(token) if token is not None else None
