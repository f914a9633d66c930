"""Reads of after-sales cases, always for a viewer: desks, search, one case, stray parcels."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from xiaoer.aftersales.flow import FLOWS, states_of_desk
from xiaoer.aftersales.models import CaseRow, MoneyEntry, RefundOnlyCase, ReturnCase, StrayParcel
from xiaoer.customers.queries import nick_key
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T
from xiaoer.orders.carriers import clean_waybill

TABLES: dict[str, type[CaseRow]] = {"return": ReturnCase, "refund_only": RefundOnlyCase}
FAR = datetime(9999, 1, 1, tzinfo=UTC)
"""Sorting place of a case without a running clock: after all that have one."""
MOST = 100


def flow_named(name: str) -> Flow:
    if name not in FLOWS:
        raise NotFound(f"没有名为「{name}」的售后流程", f"There is no after-sales flow named {name!r}")
    return FLOWS[name]


def visible(viewer: Viewer, name: str) -> QuerySet[Any]:
    """Cases of one flow that the viewer may see: staff by shop, a buyer only her own."""
    rows = TABLES[name]._default_manager.select_related("shop", "order", "customer")
    if viewer.kind == "buyer":
        return rows.filter(shop_id__in=viewer.shop_ids, customer_id=viewer.customer_id or 0)
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


def _matches(q: str, name: str) -> Q:
    """Case number, order number, waybill, platform's number, or part of the nick."""
    plain = q.strip()
    number = clean_waybill(plain)
    wanted = Q(number__iexact=plain) | Q(number__endswith=plain.upper()) | Q(order__order_no=plain)
    wanted |= Q(customer__nick_key__contains=nick_key(plain)) | Q(platform_no=plain)
    if name == "return" and number:
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
    return rows.filter(_matches(q, name)) if q.strip() else rows


def page(
    viewer: Viewer, *, flow: str = "", desk: str = "open", cursor: str = "", limit: int = 50, **filters: Any
) -> tuple[list[tuple[str, Any]], str | None]:
    """One page over both flows: open desks by the soonest clock, finished ones latest first."""
    names = [flow_named(flow).name] if flow else list(FLOWS)
    soonest = desk != "all"
    limit = max(1, min(limit, MOST))
    found: list[tuple[tuple[Any, ...], str, Any]] = []
    for name in names:
        rows = ask(viewer, name, desk=desk, **filters)
        key = Coalesce("due_at", Value(FAR), output_field=DateTimeField()) if soonest else None
        rows = rows.annotate(place=key) if key is not None else rows.annotate(place=Coalesce("opened_at", "opened_at"))
        if cursor:
            rows = rows.filter(_after(cursor, name, soonest))
        rows = rows.order_by("place", "pk") if soonest else rows.order_by("-place", "-pk")
        found += [((row.place, name, row.pk), name, row) for row in rows[: limit + 1]]
    found.sort(key=lambda one: one[0], reverse=not soonest)
    shown = found[:limit]
    more = f"{shown[-1][0][0].isoformat()}|{shown[-1][0][1]}|{shown[-1][0][2]}" if len(found) > limit else None
    return [(name, row) for _, name, row in shown], more


def _after(cursor: str, name: str, soonest: bool) -> Q:
    """Rows of a flow behind the cursor (place, flow, id), in either direction."""
    try:
        at_text, seen_name, seen_pk = cursor.split("|")
        at, pk = datetime.fromisoformat(at_text), int(seen_pk)
    except ValueError:
        raise Invalid(
            fields={"cursor": T("翻页标记无效，请从第一页重新开始", "Bad cursor; start at the first page")}
        ) from None
    side, beyond = ("gt", name > seen_name) if soonest else ("lt", name < seen_name)
    wanted = Q(**{f"place__{side}": at})
    if name == seen_name:
        return wanted | Q(**{"place": at, f"pk__{side}": pk})
    return wanted | Q(place=at) if beyond else wanted


DESK_NAMES = ("answer", "dock", "money", "open", "all")


def counts(viewer: Viewer, shop: int | None = None) -> dict[str, int]:
    """How many cases wait at each desk."""
    return {desk: sum(ask(viewer, name, desk=desk, shop=shop).count() for name in FLOWS) for desk in DESK_NAMES}


def executed_fen(name: str, case_ids: list[int]) -> dict[int, int]:
    """What was really paid, by case."""
    rows = MoneyEntry.objects.filter(flow=name, case_id__in=case_ids, kind=MoneyEntry.EXECUTED)
    return dict(rows.order_by().values_list("case_id").annotate(Sum("amount_fen")))


def scanned(viewer: Viewer, waybill: str, shop: int | None = None) -> list[ReturnCase]:
    """The returns with this waybill, those still on the way first."""
    rows = visible(viewer, "return").filter(waybill=clean_waybill(waybill)).exclude(waybill="")
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    return sorted(rows, key=lambda row: (row.state != "in_transit", FLOWS["return"].state(row.state).final, -row.pk))


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
