"""Who writes through the lane or listens to the stream: found in memory, read anew every few seconds.

People come with the session cookie (and the CSRF header when they write), buyers with `Authorization: Buyer <token>`,
machines with `Authorization: Bearer <token>`. A taken role or a revoked token works within OLD seconds.
"""

import time
from functools import lru_cache

from django.conf import settings
from django.http.cookie import parse_cookie
from django.middleware import csrf

from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer, Who
from xiaoer.kernel.errors import Forbidden, TooMany, Unauthenticated
from xiaoer.kernel.i18n import language_of
from xiaoer.kernel.lane import Headers
from xiaoer.kernel.remember import Remembered
from xiaoer.people import auth
from xiaoer.reception.visitors import read_token

YOUNG, OLD = 2.0, 10.0
"""Seconds for which a session or a token is believed without, and with, a look on the way. A sign-out in this process
works at once (`people.auth.ended`)."""

_sessions: Remembered[str, Viewer | None] = Remembered(
    lambda key: auth.viewer_of_session(key, clock.real_now()),
    young=YOUNG,
    old=OLD,
    load_many=lambda keys: auth.viewers_of_sessions(keys, clock.real_now()),
)
auth.on_ended(_sessions.forget)
_tokens: Remembered[str, Viewer | None] = Remembered(
    lambda secret: auth.viewer_of_token(secret, clock.real_now()), young=YOUNG, old=OLD
)


@lru_cache(maxsize=20_000)
def _cookies(raw: bytes) -> tuple[str, str]:
    """Session key and CSRF secret of a Cookie header."""
    found = parse_cookie(raw.decode("latin-1"))
    return found.get(settings.SESSION_COOKIE_NAME, ""), found.get(settings.CSRF_COOKIE_NAME, "")


@lru_cache(maxsize=20_000)
def _csrf_matches(secret: str, token: str) -> bool:
    """Django's own comparison of the cookie's secret with the header's (masked or plain) token."""
    try:
        csrf._check_token_format(secret)  # type: ignore[attr-defined]  # Django's own comparison is private
        csrf._check_token_format(token)  # type: ignore[attr-defined]  # the same
    except csrf.InvalidTokenFormat:
        return False
    return bool(csrf._does_token_match(token, secret))  # type: ignore[attr-defined]  # the same


@lru_cache(maxsize=20_000)
def _authorization(raw: bytes) -> tuple[str, str]:
    kind, _, secret = raw.decode("latin-1").partition(" ")
    return kind.lower(), secret.strip()


@lru_cache(maxsize=20_000)
def _buyer(raw: bytes, accept: bytes) -> tuple[float, Viewer] | None:
    """The buyer behind an Authorization header, as a viewer, and until when (epoch seconds).

    She sees her own events; the shop is named without any permission.
    """
    visitor = read_token(_authorization(raw)[1], 0.0)
    if visitor is None:
        return None
    who = Who("buyer", visitor.customer_id)
    language = language_of(accept.decode("latin-1"))
    return visitor.expires, Viewer(who, {visitor.shop_id: frozenset()}, language, customer_id=visitor.customer_id)


def find(headers: Headers, slow: bool) -> Viewer | None:
    """Who listens or writes; None when nobody is known by what was sent. No CSRF check: see `require_writer`."""
    raw = headers.get(b"authorization")
    if raw is not None:
        kind, secret = _authorization(raw)
        if kind == "buyer":
            known = _buyer(raw, headers.get(b"accept-language", b""))
            return known[1] if known is not None and known[0] > clock.real_now().timestamp() else None
        if kind == "bearer":
            return _tokens.get(secret, slow) if secret else None
    session, _ = _cookies(headers.get(b"cookie", b""))
    return _sessions.get(session, slow) if session else None


def require_writer(headers: Headers, slow: bool) -> Viewer:
    """Who writes; people must also show the CSRF token, since the browser adds the cookie to foreign pages' requests."""
    viewer = find(headers, slow)
    if viewer is None:
        raise Unauthenticated()
    if viewer.kind == "staff":
        _, secret = _cookies(headers.get(b"cookie", b""))
        given = headers.get(b"x-csrftoken", b"").decode("latin-1")
        if not (secret and given and _csrf_matches(secret, given)):
            raise Forbidden(
                "安全校验失败（CSRF），请刷新页面后重试", "The CSRF check failed; reload the page", code="csrf"
            )
    return viewer


def language(headers: Headers) -> str:
    """For refusals: the viewer's own language when she is in memory, else the browser's."""
    try:
        viewer = find(headers, False)
    except Exception:
        viewer = None
    if viewer is not None:
        return viewer.language
    return language_of(headers.get(b"accept-language", b"").decode("latin-1"))


class Pace:
    """A bucket of permissions to write per buyer: BURST at once, RATE a second after that."""

    RATE, BURST, MOST = 10.0, 20.0, 50_000

    def __init__(self) -> None:
        self._left: dict[int, tuple[float, float]] = {}

    def spend(self, key: int) -> None:
        now = time.monotonic()
        left, since = self._left.get(key, (self.BURST, now))
        left = min(self.BURST, left + (now - since) * self.RATE) - 1
        if left < 0:
            raise TooMany("too_fast", "发送太快了，请稍等片刻再发", "Too fast; wait a moment")
        if len(self._left) >= self.MOST:
            self._left.clear()
        self._left[key] = (left, now)
