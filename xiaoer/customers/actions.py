"""Writes about buyers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from xiaoer.customers import events
from xiaoer.customers.models import Customer, TimelineEntry
from xiaoer.customers.queries import CustomerFacts, facts_of
from xiaoer.customers.rules import LEVELS, clean_tags, mask_text, nick_key
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T

_SEEN_EVERY = 60
"""Seconds: "last seen" is a hint for people; writing it for every message would cost a row update each."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One buyer as an order report mentions her."""

    nick: str
    phone: str = ""
    phone_tail: str = ""
    name: str = ""
    seen_at: datetime | None = None


def find_or_create(
    shop_id: int, *, nick: str = "", visitor: str = "", name: str = "", by: Who, at: datetime
) -> CustomerFacts:
    """The buyer by 买家会员名, or by the chat widget's visitor key when she has not said who she is."""
    if not nick.strip() and not visitor:
        raise Invalid(fields={"nick": T("请填写买家会员名", "Give the buyer's nick")})
    where = Q(nick_key=nick_key(nick)) if nick.strip() else Q(visitor=visitor)
    row = Customer.objects.filter(where, shop_id=shop_id).first()
    if row is not None:
        seen(row, at=at)
        return facts_of(row)
    shown = nick.strip()[:100] or f"访客{visitor[-6:]}"
    key = nick_key(nick)[:100] or f"visitor:{visitor}"[:100]
    Customer.objects.bulk_create(
        [
            Customer(
                shop_id=shop_id,
                nick=shown,
                nick_key=key,
                display_name=name[:100],
                visitor=visitor or None,
                first_seen_at=at,
                last_seen_at=at,
            )
        ],
        ignore_conflicts=True,  # two tabs of one visitor: the second finds the first one's row
    )
    row = Customer.objects.get(where, shop_id=shop_id)
    announce(
        events.CustomerFirstSeen(nick=row.nick),
        shop_id=shop_id,
        subject=f"customer:{row.pk}",
        by=by,
        at=at,
        customer_id=row.pk,
    )
    return facts_of(row)


def seen(row: Customer, *, at: datetime) -> None:
    """Note that the buyer was here; at most once a minute."""
    if (at - row.last_seen_at).total_seconds() >= _SEEN_EVERY:
        Customer.objects.filter(pk=row.pk, last_seen_at__lt=at).update(last_seen_at=at)


def note_sightings(shop_id: int, sightings: Iterable[Sighting], *, at: datetime) -> dict[str, int]:
    """Bulk find-or-create for order reports: nick_key -> customer id. One statement per few hundred buyers.

    No event per buyer: the order report's own journal row says where they came from.
    """
    wanted: dict[str, Sighting] = {}
    for sighting in sightings:
        key = nick_key(sighting.nick)[:100]
        held = wanted.get(key)
        if held is None or (sighting.phone and not held.phone):
            wanted[key] = sighting
    known = {row.nick_key: row for row in Customer.objects.filter(shop_id=shop_id, nick_key__in=wanted)}
    fresh = [
        Customer(
            shop_id=shop_id,
            nick=s.nick.strip()[:100],
            nick_key=key,
            display_name="",
            phone=s.phone,
            phone_tail=s.phone_tail,
            first_seen_at=s.seen_at or at,
            last_seen_at=s.seen_at or at,
        )
        for key, s in wanted.items()
        if key not in known
    ]
    if fresh:
        Customer.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    late = []
    for key, row in known.items():
        s = wanted[key]
        if s.phone and s.phone != row.phone and (not row.phone or "*" not in s.phone):
            row.phone, row.phone_tail = s.phone, s.phone_tail or row.phone_tail
            late.append(row)
    if late:
        Customer.objects.bulk_update(late, ["phone", "phone_tail"], batch_size=200)
    return dict(Customer.objects.filter(shop_id=shop_id, nick_key__in=wanted).values_list("nick_key", "pk"))


def retag(customer_id: int, tags: list[str], *, by: Who, at: datetime) -> list[str]:
    """Set the whole list of tags (标签); the journal says what was added and removed."""
    row = _get(customer_id)
    after = clean_tags(tags)
    added = [tag for tag in after if tag not in row.tags]
    removed = [tag for tag in row.tags if tag not in after]
    if not added and not removed:
        return row.tags
    if not Customer.objects.filter(pk=row.pk, tags=row.tags).update(tags=after):
        raise Conflict(
            "changed_meanwhile",
            "标签刚被别人修改过，请刷新后再试",
            "Somebody just changed the tags; reload",
            current={"tags": _get(customer_id).tags},
        )
    announce(
        events.CustomerTagged(added=added, removed=removed),
        shop_id=row.shop_id,
        subject=f"customer:{row.pk}",
        by=by,
        at=at,
        customer_id=row.pk,
    )
    return after


def tag(customer_id: int, *tags: str, by: Who, at: datetime) -> list[str]:
    return retag(customer_id, [*_get(customer_id).tags, *tags], by=by, at=at)


def untag(customer_id: int, *tags: str, by: Who, at: datetime) -> list[str]:
    return retag(customer_id, [held for held in _get(customer_id).tags if held not in tags], by=by, at=at)


def note(customer_id: int, text: str, *, by: Who, at: datetime) -> None:
    """Replace the note on a buyer (客户备注)."""
    row = _get(customer_id)
    text = text.strip()[:2000]
    if text == row.notes:
        return
    Customer.objects.filter(pk=row.pk).update(notes=text)
    announce(
        events.CustomerNoted(length=len(text)),
        shop_id=row.shop_id,
        subject=f"customer:{row.pk}",
        by=by,
        at=at,
        customer_id=row.pk,
    )


def grade(customer_id: int, *, vip: int | None = None, level: int | None = None, by: Who, at: datetime) -> None:
    """Set VIP and membership level (R415, R697: VIP customers are answered first)."""
    row = _get(customer_id)
    wrong = {
        name: T(f"等级应在 0～{LEVELS[-1]} 之间", f"The level must be 0 to {LEVELS[-1]}")
        for name, value in (("vip", vip), ("level", level))
        if value is not None and value not in LEVELS
    }
    if wrong:
        raise Invalid(fields=wrong)
    after = (row.vip if vip is None else vip, row.level if level is None else level)
    if after == (row.vip, row.level):
        return
    Customer.objects.filter(pk=row.pk).update(vip=after[0], level=after[1])
    announce(
        events.CustomerGraded(vip=after[0], level=after[1]),
        shop_id=row.shop_id,
        subject=f"customer:{row.pk}",
        by=by,
        at=at,
        customer_id=row.pk,
    )


def rename(customer_id: int, name: str, *, by: Who, at: datetime) -> None:
    """Set how agents call the buyer."""
    Customer.objects.filter(pk=customer_id).update(display_name=name.strip()[:100], last_seen_at=F("last_seen_at"))


def unmask(customer_id: int, *, reason: str, by: Who, at: datetime) -> dict[str, str]:
    """查看明文: the plain phone and note, for a written reason; the journal entry comes first, the values second."""
    reason = reason.strip()
    if not 2 <= len(reason) <= 200:
        raise Invalid(fields={"reason": T("请写明查看原因（2～200 字）", "Say why, in 2 to 200 characters")})
    row = _get(customer_id)
    announce(
        events.CustomerUnmasked(reason=mask_text(reason)),
        shop_id=row.shop_id,
        subject=f"customer:{row.pk}",
        by=by,
        at=at,
        customer_id=row.pk,
    )
    return {"phone": row.phone, "notes": row.notes}


def confirm(customer_id: int, *, by: Who, at: datetime) -> None:
    """Somebody asked the buyer or looked it up: the profile still holds (R789)."""
    row = _get(customer_id)
    Customer.objects.filter(pk=row.pk).update(checked_at=at)
    announce(
        events.CustomerConfirmed(),
        shop_id=row.shop_id,
        subject=f"customer:{row.pk}",
        by=by,
        at=at,
        customer_id=row.pk,
    )


def put_on_timeline(
    customer_id: int,
    *,
    kind: str,
    subject: str,
    once: str,
    text: str = "",
    details: Mapping[str, Any] | None = None,
    by: Who,
    at: datetime,
) -> None:
    """One entry of the record of contacts (往来记录, R790); writing it twice leaves one."""
    entry = TimelineEntry(
        customer_id=customer_id,
        kind=kind,
        subject=subject,
        text=text,
        details=dict(details or {}),
        actor=str(by),
        actor_name=by.name[:48],
        once=once,
        at=at,
    )
    TimelineEntry.objects.bulk_create([entry], ignore_conflicts=True)


def move_timeline(from_customer: int, to_customer: int) -> int:
    """A visitor turned out to be this customer: what was written of her goes with her."""
    return TimelineEntry.objects.filter(customer_id=from_customer).update(customer_id=to_customer)


def _get(customer_id: int) -> Customer:
    row = Customer.objects.filter(pk=customer_id).first()
    if row is None:
        raise NotFound("没有这位客户", "There is no such customer")
    return row
