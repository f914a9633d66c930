"""Who is on shift and who holds a certificate (排班、上岗证, R427): routing's two hard filters, and what the page shows."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from xiaoer.kernel.access import Viewer
from xiaoer.kernel.cells import CHINA
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.people.queries import agents_of, shop_facts
from xiaoer.policy.queries import rules as policy
from xiaoer.routing import hooks
from xiaoer.routing.models import Certificate, Shift

LONGEST_VIEW = timedelta(days=42)
_SWITCHES = ("roster_binds", "certificate_binds")


def day_of(at: datetime) -> tuple[datetime, datetime]:
    """The Beijing day of a moment."""
    start = datetime.combine(at.astimezone(CHINA).date(), time(), CHINA)
    return start, start + timedelta(days=1)


def _between(shop_id: int, since: datetime, until: datetime) -> QuerySet[Shift]:
    return Shift.objects.filter(shop_id=shop_id, ends_at__gt=since, starts_at__lt=until)


@hooks.answers(hooks.ROSTER)
def on_shift(shop_id: int, staff_ids: Collection[int], at: datetime) -> Collection[int] | None:
    """Who of them is on shift now; None on a day for which nobody wrote a roster, so that a forgotten one stops no shop."""
    start, end = day_of(at)
    rows = list(_between(shop_id, start, end).values_list("staff_id", "starts_at", "ends_at"))
    return {staff for staff, since, until in rows if since <= at < until} if rows else None


@hooks.answers(hooks.CERTIFICATE)
def certified(shop_id: int, staff_ids: Collection[int], at: datetime) -> Collection[int] | None:
    rows = Certificate.objects.filter(shop_id=shop_id, staff_id__in=staff_ids)
    return {staff for staff, until in rows.values_list("staff_id", "expires_at") if until is None or until > at}


def next_change(shop_id: int, at: datetime) -> datetime | None:
    """When the next shift begins or this one ends: then somebody else may take what waits."""
    rows = Shift.objects.filter(shop_id=shop_id, ends_at__gt=at).order_by("ends_at").values_list("starts_at", "ends_at")
    return min((moment for pair in rows[:200] for moment in pair if moment > at), default=None)


def find_shift(shop_id: int, shift_id: int) -> Shift:
    row = Shift.objects.filter(pk=shift_id, shop_id=shop_id).first()
    if row is None:
        raise NotFound("没有这个班次，可能已被删除", "There is no such shift; it may have been taken out")
    return row


def board(shop_id: int, viewer: Viewer, *, first: date, days: int, at: datetime) -> dict[str, Any]:
    """The roster of some days: everybody who receives buyers, her shifts and her certificate, and which switch is on."""
    since = datetime.combine(first, time(), CHINA)
    until = since + min(timedelta(days=max(days, 1)), LONGEST_VIEW)
    found = policy(_SWITCHES, shop=shop_facts(shop_id), at=at)
    shifts: dict[int, list[Shift]] = {}
    for row in _between(shop_id, since, until).order_by("starts_at", "pk"):
        shifts.setdefault(row.staff_id, []).append(row)
    papers = {row.staff_id: row for row in Certificate.objects.filter(shop_id=shop_id)}
    return {
        "first": first.isoformat(),
        "days": (until - since).days,
        **{
            key: {"on": bool(found[key].value), "explain": found[key].explain.say(viewer.language)} for key in _SWITCHES
        },
        "people": [
            {
                "id": person.id,
                "name": person.name,
                "shifts": [shown_shift(row, at) for row in shifts.get(person.id, [])],
                "certificate": _paper(papers.get(person.id), at),
            }
            for person in agents_of(shop_id)
        ],
    }


def shown_shift(row: Shift, at: datetime) -> dict[str, Any]:
    return {
        "id": row.pk,
        "staff": row.staff_id,
        "starts_at": iso(row.starts_at),
        "ends_at": iso(row.ends_at),
        "name": row.name,
        "now": row.starts_at <= at < row.ends_at,
        "by": row.by_name,
    }


def _paper(row: Certificate | None, at: datetime) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "granted_at": iso(row.granted_at),
        "expires_at": iso(row.expires_at),
        "valid": row.expires_at is None or row.expires_at > at,
        "by": row.by_name,
    }
