"""Reads of the print and pack desk: holds, hand-overs, worklists, counts, what a scan finds (打单台)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from xiaoer.kernel import paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.orders.models_print import HandOver, OrderHold, PrintRun
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

LISTS = ("unprinted", "printed", "packed", "shipped")
COUNTED_TO = 999
"""Counts stop here: the screen says 999+ and the database reads no further."""


def open_holds(order_ids: Iterable[int]) -> dict[int, list[OrderHold]]:
    """Open holds by order, the oldest first; orders without one are left out."""
    found: dict[int, list[OrderHold]] = defaultdict(list)
    rows = OrderHold.objects.filter(order_id__in=list(order_ids), released_at__isnull=True)
    for hold in rows.order_by("placed_at", "pk"):
        found[hold.order_id].append(hold)
    return dict(found)


def hand_overs_of(order_ids: Iterable[int]) -> dict[int, list[HandOver]]:
    """Open hand-overs by order, the oldest first."""
    found: dict[int, list[HandOver]] = defaultdict(list)
    rows = HandOver.objects.filter(order_id__in=list(order_ids)).filter(settled_at__isnull=True)
    for row in rows.select_related("order__customer").order_by("asked_at", "pk"):
        found[row.order_id].append(row)
    return dict(found)


@dataclass(frozen=True, slots=True)
class DeskSearch:
    """How a worklist is narrowed: colour of the flag, paid before, courier, late soon."""

    shop: int | None = None
    flag: str = ""
    before: datetime | None = None
    carrier: str = ""
    late_soon: bool = False
    held: bool | None = None


def desk_shops(viewer: Viewer, shop: int | None) -> list[int]:
    """The shops whose papers this viewer handles (打单权限)."""
    shops = viewer.shops_with(Perm.WAREHOUSE_PRINT)
    if shop is None:
        return shops
    viewer.require(Perm.WAREHOUSE_PRINT, shop)
    return [shop]


def worklist(
    viewer: Viewer, name: str, search: DeskSearch, *, at: datetime, cursor: str | None, limit: int
) -> tuple[list[Any], str | None]:
    """One page of a worklist: who waits longest first, what has left latest first. One index walk per shop."""
    if name not in LISTS:
        raise Invalid(fields={"list": T(f"没有“{name}”这个清单", f"There is no list {name!r}")})
    page = paging.newest_first if name == "shipped" else paging.soonest_first
    found: list[Any] = []
    more = False
    for shop in desk_shops(viewer, search.shop):
        rows = _narrowed(_list_of(shop, name), search, shop, at).select_related("customer").prefetch_related("lines")
        some, after = page(rows, "ordered_at", cursor=cursor, limit=limit)
        found += some
        more = more or after is not None
    found.sort(key=lambda row: (row.ordered_at, row.pk), reverse=name == "shipped")
    limit = max(1, min(limit, paging.MOST))
    more = more or len(found) > limit
    found = found[:limit]
    return found, paging.cursor_after(found[-1], "ordered_at") if more and found else None


def counts(viewer: Viewer, shop: int | None, *, at: datetime) -> dict[str, int]:
    """How many wait in each list, counted to 999 per shop."""
    shops = desk_shops(viewer, shop)
    out = {name: sum(_upto(_list_of(one, name)) for one in shops) for name in LISTS if name != "shipped"}
    out["late_soon"] = sum(_upto(_late_soon(_working(one), one, at)) for one in shops)
    out["urgent"] = sum(_upto(OrderHold.objects.filter(shop_id=one, released_at__isnull=True)) for one in shops)
    back = HandOver.objects.filter(settled_at__isnull=True)
    out["hand_overs"] = sum(_upto(back.filter(shop_id=one)) for one in shops)
    return {name: min(number, COUNTED_TO) for name, number in out.items()}


def urgent(viewer: Viewer, shop: int | None) -> list[OrderHold]:
    """The urgent lane (急件): every open hold. "Do not ship" first, what nobody has seen before what somebody has, and
    the newest first: the stop that was asked this second stands on top, however many others are open."""
    rows = OrderHold.objects.filter(shop_id__in=desk_shops(viewer, shop), released_at__isnull=True)
    found = list(rows.select_related("order__customer").order_by("-placed_at", "-pk")[:COUNTED_TO])
    return sorted(found, key=lambda hold: (hold.kind != OrderHold.STOP, hold.seen_at is not None))


def hand_overs(viewer: Viewer, shop: int | None, *, settled: bool) -> list[HandOver]:
    """要回的单据和包裹: the open ones, oldest first, or the last hundred settled ones."""
    rows = HandOver.objects.select_related("order__customer")
    found: list[HandOver] = []
    for one in _either(viewer, shop):
        mine = rows.filter(shop_id=one, settled_at__isnull=not settled)
        found += mine.order_by("-asked_at", "-pk")[:100] if settled else mine.order_by("asked_at", "pk")[:COUNTED_TO]
    return sorted(found, key=lambda row: (row.asked_at, row.pk), reverse=settled)[: 100 if settled else COUNTED_TO]


def by_scan(viewer: Viewer, code: str, shop: int | None) -> list[Any]:
    """The orders that a scanned waybill or order number means; usually one. A parcel may hold several orders (合单)."""
    from xiaoer.orders.models import Order

    rows = Order.objects.filter(shop_id__in=desk_shops(viewer, shop)).select_related("customer")
    words = {code, code.upper()}
    by_bill = list(rows.filter(waybill__in=words).exclude(waybill="").prefetch_related("lines").order_by("pk")[:20])
    return by_bill or list(rows.filter(order_no__in=words).prefetch_related("lines").order_by("pk")[:20])


def find_for_desk(viewer: Viewer, order_id: int) -> Any:
    """An order for the desk's buttons: 404 when she sees no orders of that shop, 403 when she only looks."""
    from xiaoer.orders.queries import find

    row = find(viewer, order_id)
    viewer.require(Perm.WAREHOUSE_PRINT, row.shop_id)
    return row


def find_hold(viewer: Viewer, hold_id: int) -> OrderHold:
    rows = OrderHold.objects.select_related("order__customer")
    row = rows.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW), pk=hold_id).first()
    if row is None:
        raise NotFound("没有这条拦截", "There is no such hold")
    return row


def find_hand_over(viewer: Viewer, hand_over_id: int) -> HandOver:
    row = HandOver.objects.filter(shop_id__in=_either(viewer, None), pk=hand_over_id).first()
    if row is None:
        raise NotFound("没有这条交接", "There is no such hand-over")
    return row


def runs(viewer: Viewer, shop: int | None) -> QuerySet[PrintRun]:
    return PrintRun.objects.filter(shop_id__in=desk_shops(viewer, shop))


def find_run(viewer: Viewer, run_id: int) -> PrintRun:
    row = runs(viewer, None).filter(pk=run_id).first()
    if row is None:
        raise NotFound("没有这个打印批次", "There is no such print run")
    return row


def late_after(shop_id: int, at: datetime) -> timedelta:
    """How long after the payment an order is late, by the rule in force (R192)."""
    return rule("late_ship_after", shop=shop_facts(shop_id), at=at).duration


def _either(viewer: Viewer, shop: int | None) -> list[int]:
    """Warehouse and after-sales both see what was asked back: one gives, the other takes (R051, R052)."""
    shops = set(viewer.shops_with(Perm.WAREHOUSE_PRINT)) | set(viewer.shops_with(Perm.AFTERSALES_OPEN))
    return sorted(shops if shop is None else shops & {shop})


def _list_of(shop: int, name: str) -> QuerySet[Any]:
    from xiaoer.orders.models import Order

    if name == "shipped":
        return Order.objects.filter(shop_id=shop, fulfilment="shipped")
    return Order.objects.filter(shop_id=shop, status="paid", fulfilment=name)


def _working(shop: int) -> QuerySet[Any]:
    from xiaoer.orders.models import Order

    return Order.objects.filter(shop_id=shop, status="paid", fulfilment__in=["unprinted", "printed", "packed"])


def _late_soon(rows: QuerySet[Any], shop: int, at: datetime) -> QuerySet[Any]:
    soon = rule("print_late_soon", shop=shop_facts(shop), at=at).duration
    return rows.filter(paid_at__lte=at + soon - late_after(shop, at))


def _narrowed(rows: QuerySet[Any], search: DeskSearch, shop: int, at: datetime) -> QuerySet[Any]:
    if search.flag:
        rows = rows.filter(flag__in=search.flag.split(","))
    if search.before is not None:
        rows = rows.filter(Q(paid_at__lte=search.before) | Q(paid_at__isnull=True, ordered_at__lte=search.before))
    if search.carrier:
        rows = rows.filter(carrier="" if search.carrier == "none" else search.carrier)
    if search.held is not None:
        rows = rows.exclude(hold="") if search.held else rows.filter(hold="")
    return _late_soon(rows, shop, at) if search.late_soon else rows


def _upto(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: COUNTED_TO + 1].count()
