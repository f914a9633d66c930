"""The roster is written and people get their certificates (排班、上岗证, R427)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from xiaoer.kernel.access import Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import agents_of
from xiaoer.routing import events
from xiaoer.routing.models import Certificate, Shift
from xiaoer.routing.roster_sheet import Draft

_LONGEST = timedelta(hours=24)


def add_shift(shop_id: int, draft: Draft, *, by: Who, at: datetime) -> Shift:
    """One shift; refused when it overlaps another one of hers."""
    name = _somebody(shop_id, draft.staff_id)
    if draft.ends_at - draft.starts_at > _LONGEST:
        raise Invalid(fields={"end": T("一个班次最长 24 小时", "A shift lasts 24 hours at most")})
    other = _overlapping(shop_id, draft).first()
    if other is not None:
        raise Conflict(
            "shift_overlaps",
            f"{name} 在这段时间已有班次（{iso(other.starts_at)} 起），请先删除或改时间",
            f"{name} has a shift then already (from {iso(other.starts_at)}); take it out or choose another time",
        )
    row = Shift.objects.create(shop_id=shop_id, by_name=by.name, **_columns(draft))
    _tell(shop_id, events.RosterChanged(added=1, removed=0, staff=draft.staff_id, name=name), by=by, at=at)
    return row


def drop_shift(row: Shift, *, by: Who, at: datetime) -> None:
    Shift.objects.filter(pk=row.pk).delete()
    name = _somebody(row.shop_id, row.staff_id, else_="")
    _tell(row.shop_id, events.RosterChanged(added=0, removed=1, staff=row.staff_id, name=name), by=by, at=at)


def take_roster(shop_id: int, drafts: Sequence[Draft], *, by: Who, at: datetime) -> tuple[int, int]:
    """A sheet of shifts: how many are new, how many stood there. What she has then already gives way to the sheet."""
    added = known = removed = 0
    for draft in drafts:
        others = _overlapping(shop_id, draft)
        if others.filter(**_columns(draft)).exists():
            known += 1
            continue
        removed += others.delete()[0]
        Shift.objects.create(shop_id=shop_id, by_name=by.name, **_columns(draft))
        added += 1
    if added or removed:
        _tell(shop_id, events.RosterChanged(added=added, removed=removed), by=by, at=at)
    return added, known


def grant(shop_id: int, staff_id: int, expires_at: datetime | None, *, by: Who, at: datetime) -> None:
    """She may receive buyers here, for ever or until then; given again it is prolonged."""
    name = _somebody(shop_id, staff_id)
    if expires_at is not None and expires_at <= at:
        raise Invalid(fields={"expires_at": T("到期日要晚于现在", "It must end later than now")})
    values = {"granted_at": at, "expires_at": expires_at, "by_name": by.name}
    Certificate.objects.update_or_create(shop_id=shop_id, staff_id=staff_id, defaults=values)
    said = events.CertificateChanged(staff=staff_id, name=name, held=True, expires_at=iso(expires_at))
    _tell(shop_id, said, by=by, at=at)


def withdraw(shop_id: int, staff_id: int, *, by: Who, at: datetime) -> None:
    name = _somebody(shop_id, staff_id)
    if not Certificate.objects.filter(shop_id=shop_id, staff_id=staff_id).delete()[0]:
        raise NotFound(f"{name} 没有上岗证", f"{name} holds no certificate")
    _tell(shop_id, events.CertificateChanged(staff=staff_id, name=name, held=False), by=by, at=at)


def _columns(draft: Draft) -> dict[str, object]:
    names = ("staff_id", "starts_at", "ends_at", "name")
    return {name: getattr(draft, name) for name in names}


def _overlapping(shop_id: int, draft: Draft) -> QuerySet[Shift]:
    rows = Shift.objects.filter(shop_id=shop_id, staff_id=draft.staff_id)
    return rows.filter(starts_at__lt=draft.ends_at, ends_at__gt=draft.starts_at)


def _somebody(shop_id: int, staff_id: int, else_: str | None = None) -> str:
    name = next((person.name for person in agents_of(shop_id) if person.id == staff_id), else_)
    if name is None:
        raise NotFound("本店没有这位接待客服", "Nobody like that receives buyers in this shop")
    return name


def _tell(shop_id: int, said: events.RosterChanged | events.CertificateChanged, *, by: Who, at: datetime) -> None:
    announce(said, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
