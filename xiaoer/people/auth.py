"""Who is calling: session cookie for people, hashed token for machines. Used by the API and by the raw lane."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from functools import lru_cache

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from xiaoer.kernel.access import Perm, Viewer, Who
from xiaoer.people.models import ApiToken, Staff
from xiaoer.people.queries import viewers_of

_ended: list[Callable[[str], None]] = []


def on_ended(forget: Callable[[str], None]) -> None:
    """Who remembers sessions is told when one ends in this process."""
    _ended.append(forget)


def ended(session_key: str | None) -> None:
    """Somebody signed out: nobody shall believe the session a second longer."""
    for forget in _ended:
        forget(session_key or "")


def digest(secret: str) -> str:
    """What is stored instead of a token: its SHA-256 (tokens are long random strings, so no salt is needed)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret(prefix: str) -> str:
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def viewer_of_session(session_key: str, at: datetime) -> Viewer | None:
    """The viewer behind a session cookie, for the raw ASGI endpoints that have no Django request."""
    return viewers_of_sessions([session_key], at)[session_key]


def viewers_of_sessions(keys: Collection[str], at: datetime) -> dict[str, Viewer | None]:
    """The viewer behind each session cookie; None for one that ended, or whose person or password is gone."""
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=at)
    told = {key: _decoded(data) for key, data in rows.values_list("session_key", "session_data")}
    ids = {user for user, _ in told.values() if user is not None}
    people = {str(one.pk): one for one in Staff.objects.filter(pk__in=ids, is_active=True)}
    viewers = viewers_of(people.values())
    found: dict[str, Viewer | None] = dict.fromkeys(keys)
    for key, (user, known) in told.items():
        staff = people.get(user) if user is not None else None
        if staff is not None and secrets.compare_digest(known, staff.get_session_auth_hash()):
            found[key] = viewers[staff.pk]
    return found


@lru_cache(maxsize=5_000)
def _decoded(data: str) -> tuple[str | None, str]:
    """Whose session it is, and the hash of the password it was opened with; the signature is checked once per text."""
    store = SessionStore().decode(data)
    user = store.get("_auth_user_id")
    return (None if user is None else str(user)), str(store.get("_auth_user_hash", ""))


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
