"""Reads of watched orders, always for a viewer; and whether a buyer may be contacted now."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from xiaoer.aftersales import queries as aftersales
from xiaoer.care.flow import DESKS
from xiaoer.care.models import CallNote, CareFile, OrderWatch, WatchContact, WatchSign
from xiaoer.care.rules import Limits, Standing, standing
from xiaoer.complaints import queries as complaints
from xiaoer.kernel import paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules

FAR = datetime(9999, 1, 1, tzinfo=UTC)
MOST_PAST = 50


def visible(viewer: Viewer) -> QuerySet[OrderWatch]:
    rows = OrderWatch.objects.select_related("shop", "order", "customer")
    return rows.filter(shop_id__in=viewer.shops_with(Perm.AFTERSALES_VIEW))


def find(viewer: Viewer, watch_id: int) -> OrderWatch:
    row = visible(viewer).filter(pk=watch_id).first()
    if row is None:
        raise NotFound("没有这张跟踪单", "There is no such watched order")
    return row


def ask(viewer: Viewer, *, desk: str, shop: int | None = None, sign: str = "", q: str = "") -> QuerySet[OrderWatch]:
    if desk not in DESKS:
        raise Invalid(fields={"desk": T(f"没有「{desk}」这个工作台", f"There is no desk {desk!r}")})
    rows, states = visible(viewer), DESKS[desk]
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if states is not None:
        rows = rows.filter(state__in=states)
    if sign:
        rows = rows.filter(signs__kind=sign, signs__handled_at=None)
    if q.strip():
        word = q.strip()
        rows = rows.filter(Q(order__order_no=word) | Q(customer__nick__icontains=word))
    return rows


def page(
    viewer: Viewer, *, desk: str, cursor: str = "", limit: int = 50, **filters: Any
) -> tuple[list[OrderWatch], str | None]:
    """One page: who must be contacted soonest first, the others latest first."""
    rows = ask(viewer, desk=desk, **filters)
    if desk != "contact":
        return paging.newest_first(rows, "opened_at", cursor=cursor, limit=limit)
    place = Coalesce("due_at", Value(FAR), output_field=DateTimeField())
    return paging.soonest_first(rows.annotate(place=place), "place", cursor=cursor, limit=limit)


def counts(viewer: Viewer, shop: int | None = None) -> dict[str, int]:
    """How much stands at each desk; finished watches are not counted."""
    return {desk: ask(viewer, desk=desk, shop=shop).count() for desk in ("contact", "contacted", "watching", "open")}


def limits_of(shop_id: int, at: datetime) -> Limits:
    keys = ["order_watch_contacts", "contacts_per_day", "order_watch_gap", "quiet_from", "quiet_until"]
    found = rules(keys, shop=shop_facts(shop_id), at=at)
    return Limits(
        int(found["order_watch_contacts"].value),
        int(found["contacts_per_day"].value),
        found["order_watch_gap"].duration,
        str(found["quiet_from"].value),
        str(found["quiet_until"].value),
    )


def standing_of(row: OrderWatch, at: datetime) -> Standing:
    """May this buyer be contacted by us now (C47)? Counts over all her orders."""
    if row.ended_at is not None:
        return Standing("over")
    past, refused = contacts_with(row.customer_id)
    return standing(past, row.contacts, refused, limits_of(row.shop_id, at), at)


def contacts_with(customer_id: int) -> tuple[list[datetime], bool]:
    """When we contacted this buyer, latest first, whatever the order or the follow-up; and whether she wants none."""
    rows = WatchContact.objects.filter(customer_id=customer_id).order_by("-at", "-pk")
    past = list(rows.values_list("at", "outcome")[:MOST_PAST])
    calls = CallNote.objects.filter(customer_id=customer_id, incoming=False, reached=True).order_by("-at", "-pk")
    ours = [when for when, _ in past] + list(calls.values_list("at", flat=True)[:MOST_PAST])
    refused = any(outcome == "do_not" for _, outcome in past)
    return sorted(ours, reverse=True), refused or CareFile.objects.filter(
        customer_id=customer_id, no_calls=True
    ).exists()


def signs_of(rows: Iterable[OrderWatch]) -> dict[int, list[WatchSign]]:
    found: dict[int, list[WatchSign]] = {row.pk: [] for row in rows}
    for one in WatchSign.objects.filter(watch_id__in=found).order_by("at", "pk"):
        found[one.watch_id].append(one)
    return found


def watch_of_subject(subject: str) -> OrderWatch | None:
    name, _, number = subject.partition(":")
    if name != "order_watch" or not number.isdigit():
        return None
    return OrderWatch.objects.select_related("shop").filter(pk=int(number)).first()


def open_of_orders(order_ids: Iterable[int]) -> list[OrderWatch]:
    rows = OrderWatch.objects.filter(order_id__in=set(order_ids), ended_at=None)
    return list(rows.select_related("shop").order_by("pk"))


def open_of_customer(customer_id: int) -> list[OrderWatch]:
    rows = OrderWatch.objects.filter(customer_id=customer_id, ended_at=None)
    return list(rows.select_related("shop").order_by("-opened_at", "-pk")[:5])


def order_of_subject(subject: str) -> int | None:
    """The order a case, a review or a dispute is about."""
    found = complaints.case_of_subject(subject) or aftersales.case_of_subject(subject)
    order_id = found[1].order_id if found is not None else None
    return int(order_id) if order_id is not None else None
