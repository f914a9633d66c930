"""Reads of after-sales cases, always for a viewer: desks, search, one case, stray parcels."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from xiaoer.aftersales.kinds import FLOWS, KINDS, TABLES, states_of_desk
from xiaoer.aftersales.models import GoodsBackRow, MoneyEntry, StrayParcel
from xiaoer.customers.queries import ids_like
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T
from xiaoer.orders.carriers import clean_waybill
from xiaoer.orders.queries import ids_numbered

FAR = datetime(9999, 1, 1, tzinfo=UTC)
"""Sorting place of a case without a running clock: after all that have one."""
MOST = 100
NICKS = 50
"""Buyers whose nick begins as typed: more are no search but a list."""


def flow_named(name: str) -> Flow:
    if name not in FLOWS:
        raise NotFound(f"没有名为「{name}」的售后流程", f"There is no after-sales flow named {name!r}")
    return FLOWS[name]


def visible(viewer: Viewer, name: str) -> QuerySet[Any]:
    """Cases of one flow that the viewer may see: staff by shop, a buyer only her own."""
    rows = TABLES[name]._default_manager.select_related("shop", "order", "customer")
    if viewer.kind == "buyer":
        mine = rows.filter(shop_id__in=viewer.shop_ids, customer_id=viewer.customer_id or 0)
        return mine.exclude(state__in=KINDS[name].hidden) if KINDS[name].hidden else mine
    return rows.filter(shop_id__in=viewer.shops_with(Perm.AFTERSALES_VIEW))


def find(viewer: Viewer, name: str, case_id: int) -> Any:
    """The case, or 404 whether it does not exist or is not for this viewer."""
    row = visible(viewer, flow_named(name).name).filter(pk=case_id).first()
    if row is None:
        raise NotFound("没有这张售后单", "There is no such case")
    return row


def case_of_subject(subject: str) -> tuple[Flow, Any] | None:
    """The case a deadline or a journal line speaks of ("return:12"), or None."""
    name, _, pk = subject.partition(":")
    if name not in FLOWS or not pk.isdigit():
        return None
    row = TABLES[name]._default_manager.select_related("shop", "order", "customer").filter(pk=int(pk)).first()
    return (FLOWS[name], row) if row is not None else None


def _matches(q: str, name: str, shops: Sequence[int]) -> Q:
    """Case number, order number, platform's number, waybill, or the beginning of the nick: each by an index of its own.
    The end of a number finds running cases only; they are few."""
    plain = q.strip()
    number = clean_waybill(plain)
    wanted = Q(number=plain.upper()) | Q(platform_no=plain) | Q(order__in=ids_numbered(shops, plain))
    wanted |= Q(customer__in=ids_like(shops, plain, most=NICKS))
    wanted |= Q(number__endswith=plain.upper(), due_at__isnull=False)
    if number and issubclass(TABLES[name], GoodsBackRow):
        wanted |= Q(waybill=number)
    return wanted


def ask(
    viewer: Viewer,
    name: str,
    *,
    desk: str = "all",
    shop: int | None = None,
    state: str = "",
    q: str = "",
    order: int | None = None,
    customer: int | None = None,
) -> QuerySet[Any]:
    """The cases of one flow that a desk and the filters leave."""
    rows = visible(viewer, name)
    try:
        states = states_of_desk(FLOWS[name], desk)
    except KeyError:
        raise Invalid(fields={"desk": T(f"没有「{desk}」这个工作台", f"There is no desk {desk!r}")}) from None
    if states is not None:
        rows = rows.filter(state__in=states)
    if state:
        rows = rows.filter(state__in=state.split(","))
    for column, value in (("shop_id", shop), ("order_id", order), ("customer_id", customer)):
        if value is not None:
            rows = rows.filter(**{column: value})
    if not q.strip():
        return rows
    shops = [shop] if shop is not None else list(viewer.shop_ids)
    return rows.filter(_matches(q, name, shops))


def page(
    viewer: Viewer, *, flow: str = "", desk: str = "open", cursor: str = "", limit: int = 50, **filters: Any
) -> tuple[list[tuple[str, Any]], str | None]:
    """One page over every flow: open desks by the soonest clock, finished ones latest first."""
    names = [flow_named(flow).name] if flow else list(FLOWS)
    soonest = desk != "all"
    limit = max(1, min(limit, MOST))
    seen = _place_of(cursor) if cursor else None
    found: list[_Placed] = []
    for name in names:
        for rows in _by_index(viewer, ask(viewer, name, desk=desk, **filters), soonest, filters):
            found += _first(rows, name, "due_at" if soonest else "opened_at", soonest, seen, limit + 1)
    if soonest and len(found) <= limit:
        for name in names:
            rows = ask(viewer, name, desk=desk, **filters).filter(due_at__isnull=True)
            found += _first(rows, name, "", True, seen, limit + 1)
    found.sort(key=lambda one: one[0], reverse=not soonest)
    shown = found[:limit]
    more = f"{shown[-1][0][0].isoformat()}|{shown[-1][0][1]}|{shown[-1][0][2]}" if len(found) > limit else None
    return [(name, row) for _, name, row in shown], more


_Place = tuple[datetime, str, int]
_Placed = tuple[_Place, str, Any]


def _by_index(viewer: Viewer, rows: QuerySet[Any], soonest: bool, filters: dict[str, Any]) -> Iterator[QuerySet[Any]]:
    """All cases shop by shop, each in the order of one index; what a search or one buyer leaves is few anyhow."""
    few = any(filters.get(name) for name in ("shop", "q", "order", "customer"))
    if soonest or few or viewer.kind == "buyer":
        yield rows
    else:
        for shop_id in viewer.shops_with(Perm.AFTERSALES_VIEW):
            yield rows.filter(shop_id=shop_id)


def _first(rows: QuerySet[Any], name: str, column: str, rising: bool, seen: _Place | None, most: int) -> list[_Placed]:
    """The next rows of a flow behind the place that was seen; without a column, those that no clock drives."""
    if column == "due_at":
        rows = rows.filter(due_at__isnull=False)
    if seen is not None:
        rows = rows.filter(_after(seen, name, column, rising))
    sign = "" if rising else "-"
    rows = rows.order_by(*([f"{sign}{column}"] if column else []), f"{sign}pk")
    return [((getattr(row, column) if column else FAR, name, row.pk), name, row) for row in rows[:most]]


def _place_of(cursor: str) -> _Place:
    try:
        at_text, name, pk = cursor.split("|")
        return datetime.fromisoformat(at_text), name, int(pk)
    except ValueError:
        raise Invalid(
            fields={"cursor": T("翻页标记无效，请从第一页重新开始", "Bad cursor; start at the first page")}
        ) from None


def _after(seen: _Place, name: str, column: str, rising: bool) -> Q:
    """Rows of a flow behind the place (time, flow, id), in either direction."""
    at, seen_name, pk = seen
    side = "gt" if rising else "lt"
    beyond = name > seen_name if rising else name < seen_name
    if not column:  # all of them stand at the same far place
        if at != FAR or beyond:
            return Q()
        return Q(pk__gt=pk) if name == seen_name else Q(pk__in=[])
    wanted = Q(**{f"{column}__{side}": at})
    if name == seen_name:
        return wanted | Q(**{column: at, f"pk__{side}": pk})
    return wanted | Q(**{column: at}) if beyond else wanted


DESK_NAMES = ("answer", "dock", "money", "approve", "open")


def counts(viewer: Viewer, shop: int | None = None) -> dict[str, int]:
    """How many cases wait at each desk: running ones only, the finished grow without end and are not counted."""
    found = dict.fromkeys(DESK_NAMES, 0)
    for name, flow in FLOWS.items():
        rows = ask(viewer, name, desk="open", shop=shop).select_related(None).order_by()
        by_state = dict(rows.values_list("state").annotate(Count("pk")))
        for desk in DESK_NAMES:
            found[desk] += sum(by_state.get(state, 0) for state in states_of_desk(flow, desk) or ())
    return found


def executed_fen(name: str, case_ids: list[int]) -> dict[int, int]:
    """What was really paid, by case; what was reversed (冲正) is taken off."""
    paid = (MoneyEntry.EXECUTED, MoneyEntry.REVERSED)
    rows = MoneyEntry.objects.filter(flow=name, case_id__in=case_ids, kind__in=paid)
    return dict(rows.order_by().values_list("case_id").annotate(Sum("amount_fen")))


DOCK = [name for name, table in TABLES.items() if issubclass(table, GoodsBackRow)]
"""The flows whose goods arrive at the return dock."""


def scanned(viewer: Viewer, waybill: str, shop: int | None = None) -> list[tuple[str, GoodsBackRow]]:
    """The cases with this waybill, those still on the way first."""
    found: list[tuple[str, GoodsBackRow]] = []
    for name in DOCK:
        rows = visible(viewer, name).filter(waybill=clean_waybill(waybill)).exclude(waybill="")
        found += [(name, row) for row in (rows if shop is None else rows.filter(shop_id=shop))]
    return sorted(
        found, key=lambda one: (one[1].state != "in_transit", FLOWS[one[0]].state(one[1].state).final, -one[1].pk)
    )


def strays(viewer: Viewer, *, shop: int | None = None, matched: bool | None = False) -> QuerySet[StrayParcel]:
    rows = StrayParcel.objects.filter(shop_id__in=viewer.shops_with(Perm.AFTERSALES_VIEW))
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if matched is not None:
        rows = rows.filter(matched_at__isnull=not matched)
    return rows.order_by("-registered_at", "-pk")


def find_stray(viewer: Viewer, stray_id: int) -> StrayParcel:
    row = strays(viewer, matched=None).filter(pk=stray_id).first()
    if row is None:
        raise NotFound("没有这个无头件", "There is no such stray parcel")
    return row
