"""Reads about buyers, always for a viewer; what leaves here is masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from xiaoer.customers.models import Customer
from xiaoer.customers.rules import mask_address, mask_name, mask_phone, mask_text, nick_key
from xiaoer.kernel import paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound

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


def visible(viewer: Viewer) -> QuerySet[Customer]:
    """The customers of the shops in which the viewer's posts deal with customers."""
    shops = {shop for perm in _SEES for shop in viewer.shops_with(perm)}
    return Customer.objects.filter(shop_id__in=shops)


def find(viewer: Viewer, customer_id: int) -> Customer:
    row = visible(viewer).filter(pk=customer_id).first()
    if row is None:
        raise NotFound("没有这位客户", "There is no such customer")
    return row


def ask(viewer: Viewer, *, shop: int | None = None, q: str = "", tag: str = "") -> QuerySet[Customer]:
    """Search: part of the nick or name, the last four digits of the phone, the whole phone, or a tag."""
    rows = visible(viewer)
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


def _tagged(rows: QuerySet[Customer], tag: str) -> list[int]:
    return [pk for pk, tags in rows.exclude(tags=[]).values_list("pk", "tags") if tag in tags]


def listed(
    viewer: Viewer, *, shop: int | None, q: str, tag: str, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    rows, after = paging.newest_first(ask(viewer, shop=shop, q=q, tag=tag), "last_seen_at", cursor=cursor, limit=limit)
    return [described(row, viewer) for row in rows], after


def described(row: Customer, viewer: Viewer) -> dict[str, Any]:
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
        "may_edit": viewer.may(Perm.CUSTOMERS_EDIT, row.shop_id),
    }
