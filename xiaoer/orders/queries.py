"""Reads about orders: for a viewer (masked), for other areas (facts), for a buyer who proves an order."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from xiaoer.customers.queries import same_number
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.events import label_of, summary_of
from xiaoer.kernel.models import Event
from xiaoer.kernel.names import actor_names
from xiaoer.orders import headings, order_search
from xiaoer.orders.models import ImportMapping, Order, OrderImport, OrderLine
from xiaoer.orders.promise_reads import ShipWords, answer_promise, late_shipment, order_promise, promise_of, ship_words
from xiaoer.orders.reading import FileFacts
from xiaoer.orders.showing import described, described_line, preview, samples, shown_import

__all__ = [
    "LineFacts",
    "OrderFacts",
    "ShipWords",
    "answer_promise",
    "ask",
    "described",
    "described_line",
    "find",
    "history",
    "late_shipment",
    "mapping_for",
    "order_facts",
    "order_promise",
    "orders_of_customer",
    "preview",
    "private_words",
    "promise_of",
    "prove",
    "samples",
    "ship_words",
    "shown_import",
]


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One item of an order, as aftersales needs it."""

    id: int
    title: str
    sku: str
    sku_code: str
    category: str
    qty: int
    refunded_qty: int
    price_fen: int | None
    paid_fen: int


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order, as other areas need it. No name, phone or address."""

    id: int
    shop_id: int
    order_no: str
    customer_id: int
    status: str
    fulfilment: str
    ordered_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    signed_at: datetime | None
    succeeded_at: datetime | None
    closed_at: datetime | None
    goods_fen: int
    freight_fen: int
    payable_fen: int
    paid_fen: int
    refunded_fen: int
    free_shipping: bool
    waybill: str
    carrier: str
    flag: str
    lines: tuple[LineFacts, ...]

    def line(self, line_id: int) -> LineFacts | None:
        return next((line for line in self.lines if line.id == line_id), None)


def _facts(row: Order, lines: Iterable[OrderLine]) -> OrderFacts:
    payable = row.payable_fen if row.payable_fen is not None else row.paid_fen or 0
    freight = row.freight_fen or 0
    return OrderFacts(
        row.pk,
        row.shop_id,
        row.order_no,
        row.customer_id,
        row.status,
        row.fulfilment,
        row.ordered_at,
        row.paid_at,
        row.shipped_at,
        row.signed_at,
        row.succeeded_at,
        row.closed_at,
        row.goods_fen if row.goods_fen is not None else max(payable - freight, 0),
        freight,
        payable,
        row.paid_fen or 0,
        row.refunded_fen,
        row.free_shipping,
        row.waybill,
        row.carrier,
        row.flag,
        tuple(
            LineFacts(
                line.pk,
                line.title,
                line.sku,
                line.sku_code,
                line.category,
                line.qty,
                line.refunded_qty,
                line.price_fen,
                line.paid_fen or 0,
            )
            for line in lines
        ),
    )


def order_facts(order_id: int) -> OrderFacts:
    """One order, for actions that already know the shop is allowed."""
    row = Order.objects.filter(pk=order_id).first()
    if row is None:
        raise NotFound("没有这张订单", "There is no such order")
    return _facts(row, row.lines.order_by("line_no", "pk"))


def facts_by_id(order_ids: Iterable[int]) -> dict[int, OrderFacts]:
    """Several orders at once, for lists of cases."""
    rows = Order.objects.filter(pk__in=set(order_ids)).prefetch_related("lines")
    return {row.pk: _facts(row, sorted(row.lines.all(), key=lambda line: (line.line_no, line.pk))) for row in rows}


def facts_by_number(shop_id: int, numbers: Iterable[str]) -> dict[str, OrderFacts]:
    """Orders of a shop by their numbers; unknown ones are left out."""
    rows = Order.objects.filter(shop_id=shop_id, order_no__in=set(numbers)).prefetch_related("lines")
    return {row.order_no: _facts(row, sorted(row.lines.all(), key=lambda one: (one.line_no, one.pk))) for row in rows}


def orders_of_customer(customer_id: int, *, limit: int = 50) -> list[OrderFacts]:
    """A buyer's orders, latest first: beside the chat and on the buyer's own page."""
    rows = Order.objects.filter(customer_id=customer_id).order_by("-ordered_at", "-pk").prefetch_related("lines")
    return [_facts(row, sorted(row.lines.all(), key=lambda line: (line.line_no, line.pk))) for row in rows[:limit]]


def private_words(customer_id: int, *, limit: int) -> tuple[list[str], list[str]]:
    """Receivers' names and addresses on a buyer's latest orders: what must be taken out of a text before others read it."""
    rows = Order.objects.filter(customer_id=customer_id).order_by("-ordered_at", "-pk")[:limit]
    found = list(rows.values_list("receiver_name", "receiver_address"))
    return sorted({name for name, _ in found if name}), sorted({place for _, place in found if place})


def orders_of_buyer(customer_id: int) -> QuerySet[Order]:
    return Order.objects.filter(customer_id=customer_id)


def ids_numbered(shop_ids: Sequence[int], order_no: str) -> list[int]:
    """The orders with this platform number: one a shop."""
    return list(Order.objects.filter(shop_id__in=shop_ids, order_no=order_no.strip()[:40]).values_list("pk", flat=True))


def prove(shop_id: int, order_no: str, phone_tail: str) -> OrderFacts | None:
    """A buyer shows that an order is hers: its number and the last four digits of the receiver's phone.

    The comparison takes the same time whether the number or the digits are wrong, and an unknown number is compared
    too. Counting and slowing tries is the caller's part (reception).
    """
    row = Order.objects.filter(shop_id=shop_id, order_no=order_no.strip()[:40]).first()
    said = phone_tail.strip()[:8]
    held = row.phone_tail if row is not None else ""
    same = hmac.compare_digest((held or "0000").encode(), said.encode())
    return order_facts(row.pk) if row is not None and held and same else None


_MOST_SAME_TAIL = 300
"""Orders of a shop whose receivers' phones end in the same four digits; older ones are not looked through."""


def receivers_by_phone(shop_id: int, number: str) -> dict[int, str]:
    """Who ordered to this receiver's phone: customer id -> "exact" or "masked". The receiver need not be the buyer."""
    if len(number) < 7:
        return {}
    rows = Order.objects.filter(shop_id=shop_id, phone_tail=number[-4:]).order_by("-pk")
    found: dict[int, str] = {}
    for customer_id, phone in rows.values_list("customer_id", "receiver_phone")[:_MOST_SAME_TAIL]:
        how = same_number(phone, number)
        if how and found.get(customer_id) != "exact":
            found[customer_id] = how
    return found


def visible(viewer: Viewer) -> QuerySet[Order]:
    """Orders of the shops in which the viewer may see orders."""
    return Order.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW))


def find(viewer: Viewer, order_id: int) -> Order:
    row = visible(viewer).select_related("customer").filter(pk=order_id).first()
    if row is None:
        raise NotFound("没有这张订单", "There is no such order")
    return row


@dataclass(frozen=True, slots=True)
class Search:
    """What the order desk can be asked (R735: number, purchase time, item details, payment state)."""

    shop: int | None = None
    q: str = ""
    status: str = ""
    fulfilment: str = ""
    customer: int | None = None
    item: str = ""
    flag: str = ""
    since: datetime | None = None
    until: datetime | None = None


def ask(viewer: Viewer, search: Search) -> QuerySet[Order]:
    rows = visible(viewer).select_related("customer").prefetch_related("lines")
    for name, value in (("shop_id", search.shop), ("customer_id", search.customer)):
        if value is not None:
            rows = rows.filter(**{name: value})
    for name, text in (("status", search.status), ("fulfilment", search.fulfilment), ("flag", search.flag)):
        if text:
            rows = rows.filter(**{f"{name}__in": text.split(",")})
    if search.since is not None:
        rows = rows.filter(ordered_at__gte=search.since)
    if search.until is not None:
        rows = rows.filter(ordered_at__lt=search.until)
    if search.item.strip():
        text = search.item.strip()
        found = OrderLine.objects.filter(Q(title__icontains=text) | Q(sku__icontains=text) | Q(sku_code__iexact=text))
        rows = rows.filter(pk__in=found.values("order_id"))
    shops = [one for one in viewer.shops_with(Perm.ORDERS_VIEW) if search.shop in (None, one)]
    return order_search.matching(rows, shops, search.q.strip()) if search.q.strip() else rows


def mapping_for(shop_id: int, facts: FileFacts) -> dict[str, str]:
    """The mapping this shop used for this layout last time, else a guess by the headings."""
    held = ImportMapping.objects.filter(shop_id=shop_id, fingerprint=facts.fingerprint).first()
    if held is not None and not headings.check(held.mapping, facts.columns):
        return dict(held.mapping)
    return headings.guess(facts.columns)


def imports_for(viewer: Viewer, *, shop: int | None) -> QuerySet[OrderImport]:
    rows = OrderImport.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_IMPORT))
    return rows.filter(shop_id=shop) if shop is not None else rows


def find_import(viewer: Viewer, import_id: int) -> OrderImport:
    row = imports_for(viewer, shop=None).filter(pk=import_id).first()
    if row is None:
        raise NotFound("没有这个导入任务", "There is no such import")
    return row


def stalled(row: OrderImport, at: datetime, after: timedelta) -> bool:
    """A running import whose process died."""
    return row.state == OrderImport.State.RUNNING and row.beat_at is not None and at - row.beat_at > after


def history(row: Order, viewer: Viewer, *, most: int = 200) -> list[dict[str, Any]]:
    """What happened to an order, latest first (订单动态): for everybody who may see it, not only for auditors."""
    found = list(Event.objects.filter(subject=f"order:{row.pk}", shop_id=row.shop_id).order_by("-number")[:most])
    found = [event for event in found if not event.perm or viewer.may(event.perm, row.shop_id)]
    names = actor_names((event.actor for event in found), viewer.language)
    return [
        {
            "number": event.number,
            "at": iso(event.at),
            "kind": event.kind,
            "area": event.area,
            "label": label_of(event.kind).say(viewer.language),
            "summary": summary_of(event.kind, event.payload, viewer.language),
            "actor": event.actor,
            "actor_name": names[event.actor],
            "payload": event.payload,
        }
        for event in found
    ]
