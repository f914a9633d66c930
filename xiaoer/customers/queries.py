"""Reads about buyers, always for a viewer; what leaves here is masked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from xiaoer.customers.models import Customer, TimelineEntry
from xiaoer.customers.rules import (
    mask_address,
    mask_name,
    mask_phone,
    mask_text,
    nick_key,
    plain_number,
    same_number,
    unmask_again,
)
from xiaoer.kernel import paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.events import label_of
from xiaoer.kernel.i18n import T
from xiaoer.kernel.names import actor_names
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

__all__ = [
    "CustomerFacts",
    "ask",
    "customer_facts",
    "described",
    "facts_by_id",
    "find",
    "find_by_nick",
    "listed",
    "mask_address",
    "mask_name",
    "mask_phone",
    "mask_text",
    "nick_key",
    "plain_number",
    "same_number",
    "unmask_again",
]

_SEES = (Perm.CHAT, Perm.CHAT_ALL, Perm.ORDERS_VIEW, Perm.CUSTOMERS_EDIT)
"""Any of these shows the customer list of a shop."""


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What other areas need to know of a buyer. No phone number."""

    id: int
    shop_id: int
    nick: str
    name: str
    vip: int
    level: int
    tags: tuple[str, ...]
    visitor: str | None
    first_seen_at: datetime


def facts_of(row: Customer) -> CustomerFacts:
    return CustomerFacts(
        row.pk,
        row.shop_id,
        row.nick,
        row.display_name or row.nick,
        row.vip,
        row.level,
        tuple(row.tags),
        row.visitor,
        row.first_seen_at,
    )


def customer_facts(customer_id: int) -> CustomerFacts:
    """One buyer, for actions that already know the shop is allowed."""
    row = Customer.objects.filter(pk=customer_id).first()
    if row is None:
        raise NotFound("没有这位客户", "There is no such customer")
    return facts_of(row)


def facts_by_id(customer_ids: Iterable[int]) -> dict[int, CustomerFacts]:
    """Several buyers at once, for lists of conversations and cases."""
    return {row.pk: facts_of(row) for row in Customer.objects.filter(pk__in=set(customer_ids))}


def names_of(customer_ids: Iterable[int]) -> dict[int, str]:
    """Nicks by customer id, for the journal and for screens that show who did what."""
    return dict(Customer.objects.filter(pk__in=set(customer_ids)).values_list("pk", "nick"))


def find_by_nick(shop_id: int, nick: str) -> CustomerFacts | None:
    row = Customer.objects.filter(shop_id=shop_id, nick_key=nick_key(nick)).first()
    return facts_of(row) if row else None


def find_by_visitor(shop_id: int, visitor: str) -> CustomerFacts | None:
    """The buyer behind a chat widget's visitor key."""
    row = Customer.objects.filter(shop_id=shop_id, visitor=visitor).first() if visitor else None
    return facts_of(row) if row else None


def ids_by_nick(shop_id: int, nicks: Iterable[str]) -> dict[str, int]:
    """nick_key -> id for the buyers of a shop that are known."""
    keys = {nick_key(nick) for nick in nicks}
    return dict(Customer.objects.filter(shop_id=shop_id, nick_key__in=keys).values_list("nick_key", "pk"))


def ids_like(shop_ids: Sequence[int], text: str, *, most: int = 300) -> list[int]:
    """Buyers whose nick begins with these words; when none does, those whose nick holds them."""
    key = nick_key(text)
    rows = Customer.objects.filter(shop_id__in=shop_ids).order_by("nick_key", "pk").values_list("pk", flat=True)
    begins = rows.filter(nick_key__startswith=key)
    if connection.vendor == "sqlite":  # its LIKE uses no index; PostgreSQL filters inside the index
        begins = rows.filter(nick_key__gte=key, nick_key__lt=key + "\U0010ffff")
    return list(begins[:most]) or list(rows.filter(nick_key__contains=key)[:most])


_MOST_SAME_TAIL = 300
"""Buyers of a shop whose phones end in the same four digits; more are not looked through."""


def holders_of(shop_id: int, number: str) -> dict[int, str]:
    """Whose profile has this phone: customer id -> "exact" or "masked". `number` is plain (see `plain_number`)."""
    rows = Customer.objects.filter(shop_id=shop_id, phone_tail=number[-4:]).order_by("-pk")
    found = rows.values_list("pk", "phone")[:_MOST_SAME_TAIL] if len(number) >= 7 else []
    return {pk: how for pk, phone in found if (how := same_number(phone, number))}


def visible(viewer: Viewer) -> QuerySet[Customer]:
    """The customers of the shops in which the viewer's posts deal with customers."""
    return Customer.objects.filter(shop_id__in=shops_of(viewer))


def shops_of(viewer: Viewer) -> list[int]:
    """The shops in which the viewer's posts deal with customers."""
    return sorted({shop for perm in _SEES for shop in viewer.shops_with(perm)})


def find(viewer: Viewer, customer_id: int) -> Customer:
    row = visible(viewer).filter(pk=customer_id).first()
    if row is None:
        raise NotFound("没有这位客户", "There is no such customer")
    return row


def ask(
    viewer: Viewer, *, shop: int | None = None, q: str = "", tag: str = "", due: datetime | None = None
) -> QuerySet[Customer]:
    """Search: part of the nick or name, the last four digits of the phone, the whole phone, or a tag.

    `due`: only whose profile nobody confirmed for longer than the shop's rule at that moment (R789).
    """
    rows = visible(viewer)
    if due is not None:
        rows = rows.filter(_due(shops_of(viewer), due))
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    q = q.strip()
    if q:
        wanted = Q(nick_key__contains=nick_key(q)) | Q(display_name__icontains=q)
        if q.isdigit() and len(q) == 4:
            wanted |= Q(phone_tail=q)
        elif q.isdigit() and len(q) >= 11:
            wanted |= Q(phone_tail=q[-4:], phone=q)
        rows = rows.filter(wanted)
    if tag:
        rows = rows.filter(pk__in=_tagged(rows, tag))
    return rows


def _due(shop_ids: Sequence[int], at: datetime) -> Q:
    """Of each shop: confirmed, or first seen, before its rule's window began."""
    wanted = Q(pk__in=[])
    for shop_id in shop_ids:
        before = at - rule("customer_data_valid", shop=shop_facts(shop_id), at=at).duration
        old = Q(checked_at__lt=before) | Q(checked_at__isnull=True, first_seen_at__lt=before)
        wanted |= Q(shop_id=shop_id) & old
    return wanted


def _tagged(rows: QuerySet[Customer], tag: str) -> list[int]:
    return [pk for pk, tags in rows.exclude(tags=[]).values_list("pk", "tags") if tag in tags]


def listed(
    viewer: Viewer, *, shop: int | None, q: str, tag: str, due: bool, cursor: str | None, limit: int, at: datetime
) -> tuple[list[dict[str, Any]], str | None]:
    found = ask(viewer, shop=shop, q=q, tag=tag, due=at if due else None)
    rows, after = paging.newest_first(found, "last_seen_at", cursor=cursor, limit=limit)
    return [described(row, viewer, at) for row in rows], after


def freshness(row: Customer, at: datetime) -> dict[str, Any]:
    """Whether the profile is due for a check (资料核对, R789): nobody confirmed it for longer than the shop's rule."""
    window = rule("customer_data_valid", shop=shop_facts(row.shop_id), at=at).duration
    since = row.checked_at or row.first_seen_at
    return {"checked_at": iso(row.checked_at), "valid_until": iso(since + window), "expired": since + window < at}


def timeline(
    row: Customer, viewer: Viewer, *, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Her contacts with the shop, latest first (往来记录, R790).

    What was said in talks is for those who may see all talks, or who wrote it herself: entries with text of a talk
    that is not hers come without it.
    """
    entries = TimelineEntry.objects.filter(customer_id=row.pk)
    rows, after = paging.newest_first(entries, "at", cursor=cursor, limit=limit)
    wide = any(viewer.may(perm, row.shop_id) for perm in (Perm.CHAT_ALL, Perm.CHAT_ASSIGN, Perm.CUSTOMERS_EDIT))
    names = actor_names([one.actor for one in rows], viewer.language)
    return [_entry(one, viewer, wide, names) for one in rows], after


_OWN_KINDS = {"summary": T("会话摘要", "Summary"), "feedback": T("客户反馈", "Feedback")}


def _entry(one: TimelineEntry, viewer: Viewer, wide: bool, names: Mapping[str, str]) -> dict[str, Any]:
    label = _OWN_KINDS.get(one.kind) or label_of(one.kind)
    readable = wide or one.actor == str(viewer.who)
    return {
        "id": one.pk,
        "kind": one.kind,
        "label": label.say(viewer.language),
        "subject": one.subject,
        "text": one.text if readable else "",
        "details": one.details,
        "actor": one.actor_name or names.get(one.actor, one.actor),
        "at": iso(one.at),
    }


def described(row: Customer, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """A customer as the API shows her: phone masked, numbers inside the note too."""
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "nick": row.nick,
        "name": row.display_name or row.nick,
        "vip": row.vip,
        "level": row.level,
        "phone": mask_phone(row.phone),
        "phone_tail": row.phone_tail,
        "tags": row.tags,
        "notes": mask_text(row.notes),
        "visitor": row.visitor is not None,
        "first_seen_at": iso(row.first_seen_at),
        "last_seen_at": iso(row.last_seen_at),
        **freshness(row, at),
        "may_unmask": viewer.may(Perm.ORDERS_UNMASK, row.shop_id),
        "may_edit": viewer.may(Perm.CUSTOMERS_EDIT, row.shop_id),
    }
