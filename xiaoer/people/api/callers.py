"""Who is calling, as the API sees it: a session cookie for people, a bearer token for machines."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden, Refusal
from xiaoer.people import actions, auth, queries
from xiaoer.people.models import Staff

NOTE_EVERY = timedelta(minutes=1)
"""How exactly a token's last use is kept: a write per request would be a write too many."""


class SessionAuth(APIKeyCookie):
    """People: the session cookie, with a CSRF header on everything that changes something."""

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        """Without a session cookie there is nothing a foreign page could misuse: machines need no CSRF header."""
        return super()._get_key(request) if self.param_name in request.COOKIES else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Viewer | None:
        if isinstance(request.user, Staff) and request.user.is_active:
            return queries.viewer_of_staff(request.user)
        return None


class TokenAuth(HttpBearer):
    """Machines: `Authorization: Bearer <token>`."""

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        now = clock.real_now()
        found = auth.token_of(token, now)
        if found is None:
            return None
        if found.last_used_at is None or now - found.last_used_at > NOTE_EVERY:
            with transaction():
                actions.note_token_used(found.pk, at=now)
        return auth.viewer_by_token(found)


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def require_json(request: HttpRequest) -> None:
    """Without a session there is no CSRF token to check; a foreign page cannot send JSON without asking first."""
    if request.content_type != "application/json":
        raise Refusal("json_only", "请以 application/json 提交", "Send application/json", status=415)


def require_person(viewer: Viewer) -> Viewer:
    """Some things are for people, not for tokens."""
    if viewer.kind != "staff":
        raise Forbidden("这个操作只有员工可以做", "Only a person can do this")
    return viewer
