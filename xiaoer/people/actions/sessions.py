"""Signing in: throttled by name and by address, journalled in every shop the person works in."""

from datetime import datetime, timedelta

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import TooMany
from xiaoer.kernel.events import announce
from xiaoer.people import events
from xiaoer.people.models import LoginAttempt, Membership, Staff

LOGIN_WINDOW = timedelta(minutes=10)
LOGIN_LIMIT = 8
"""Wrong passwords allowed per name and per address within the window (general practice, not a trade rule)."""
ADDRESS_LIMIT = LOGIN_LIMIT * 5
"""A whole office may sit behind one address."""


def _keys(username: str, address: str) -> tuple[tuple[str, int], ...]:
    return (f"name:{username.strip().lower()}"[:96], LOGIN_LIMIT), (f"addr:{address}"[:96], ADDRESS_LIMIT)


def require_not_throttled(username: str, address: str, *, at: datetime) -> None:
    """Refuse when a name or an address failed too often lately, whatever the password."""
    for key, limit in _keys(username, address):
        if LoginAttempt.objects.filter(key=key, at__gt=at - LOGIN_WINDOW).count() >= limit:
            raise TooMany("too_many_logins", "密码错误次数过多，请 10 分钟后再试", "Too many tries; wait 10 minutes")


def note_failed_login(username: str, address: str, *, at: datetime) -> None:
    LoginAttempt.objects.filter(at__lt=at - LOGIN_WINDOW).delete()
    LoginAttempt.objects.bulk_create(LoginAttempt(key=key, at=at) for key, _ in _keys(username, address))


def note_login(staff: Staff, address: str, *, by: Who, at: datetime) -> None:
    """One line per shop, so that each shop's audit is whole."""
    (name_key, _), _ = _keys(staff.username, address)
    LoginAttempt.objects.filter(key=name_key).delete()
    shops = Membership.objects.filter(staff=staff, active=True).values_list("shop_id", flat=True)
    told: list[int | None] = [*shops] or [None]
    for shop_id in told:
        announce(events.SignedIn(address=address), shop_id=shop_id, subject=f"staff:{staff.pk}", by=by, at=at)


def choose_language(staff_id: int, language: str) -> None:
    Staff.objects.filter(pk=staff_id).update(language=language)
