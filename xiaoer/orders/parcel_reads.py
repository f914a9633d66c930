"""Reads about parcels: the courier desk's list, a parcel with its trace, the parcels of an order, orders late to leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.deadlines import open_for_many
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Deadline
from xiaoer.orders import parcel_clock
from xiaoer.orders.carriers import CARRIERS, clean_waybill
from xiaoer.orders.models import Order, Parcel, ParcelAlert, ParcelOrder, ParcelTrace
from xiaoer.orders.parcel_clock import ANSWER, LATE_SHIP
from xiaoer.orders.parcel_states import ALERT_NAMES, STATE_NAMES, State, states_named
from xiaoer.orders.parcel_words import News, enquiry, estimate
from xiaoer.orders.promise_reads import late_shipment
from xiaoer.people.queries import names_of, shop_facts
from xiaoer.policy.queries import rules

MOST_LINES = 200
MOST_LATE = 200
_ALL = "any"


@dataclass(frozen=True, slots=True)
class Search:
    """What the courier desk can be asked. `alert`: a kind, "any", "late" (courier overdue) or "mine"."""

    shop: int | None = None
    q: str = ""
    state: str = ""
    alert: str = ""
    carrier: str = ""
    direction: str = ""


def visible(viewer: Viewer) -> QuerySet[Parcel]:
    return Parcel.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW))


def find(viewer: Viewer, parcel_id: int) -> Parcel:
    row = visible(viewer).filter(pk=parcel_id).first()
    if row is None:
        raise NotFound("没有这个包裹", "There is no such parcel")
    return row


def find_alert(viewer: Viewer, alert_id: int) -> ParcelAlert:
    row = ParcelAlert.objects.select_related("parcel").filter(pk=alert_id).first()
    if row is None or row.shop_id not in viewer.shops_with(Perm.ORDERS_VIEW):
        raise NotFound("没有这条物流异常", "There is no such alert")
    return row


def ask(viewer: Viewer, search: Search) -> QuerySet[Parcel]:
    rows = visible(viewer)
    if search.shop is not None:
        rows = rows.filter(shop_id=search.shop)
    if states := states_named(search.state.split(",")):
        rows = rows.filter(state__in=states)
    for name, text in (("carrier", search.carrier), ("direction", search.direction)):
        if text:
            rows = rows.filter(**{name: text})
    if search.alert:
        rows = rows.filter(pk__in=_alerts(viewer, search).values("parcel_id"))
    return rows.filter(_matches(viewer, search.q.strip())) if search.q.strip() else rows


def _alerts(viewer: Viewer, search: Search) -> QuerySet[ParcelAlert]:
    rows = ParcelAlert.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW), closed_at=None)
    if search.alert == "late":
        return rows.filter(late_at__isnull=False)
    if search.alert == "mine":
        return rows.filter(owner_id=viewer.who.id)
    return rows if search.alert == _ALL else rows.filter(kind__in=search.alert.split(","))


def _matches(viewer: Viewer, q: str) -> Q:
    """The beginning of a waybill, or a whole order number."""
    number = clean_waybill(q)
    orders = Order.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW), order_no=q[:40])
    held = ParcelOrder.objects.filter(order_id__in=orders.values("pk"))
    return Q(waybill__gte=number, waybill__lt=number + "\uffff") | Q(pk__in=held.values("parcel_id"))


def counts(viewer: Viewer, *, shop: int | None, at: datetime) -> dict[str, Any]:
    """Open alerts by kind, those whose courier is overdue, mine, and orders late to leave."""
    shops = {shop} & set(viewer.shops_with(Perm.ORDERS_VIEW)) if shop else set(viewer.shops_with(Perm.ORDERS_VIEW))
    rows = list(
        ParcelAlert.objects.filter(shop_id__in=shops, closed_at=None).values_list("kind", "late_at", "owner_id")
    )
    return {
        "any": len(rows),
        "late": sum(late is not None for _, late, _ in rows),
        "mine": sum(owner == viewer.who.id for _, _, owner in rows),
        "kinds": {kind: sum(one == kind for one, _, _ in rows) for kind in ALERT_NAMES},
        "labels": {kind: label.say(viewer.language) for kind, label in ALERT_NAMES.items()},
        "ship_soon": len(_late_clocks(shops, at=at)),
        "ship_late": _late_orders(shops, at=at).count() if shops else 0,
    }


# --- what is shown ---------------------------------------------------------------------------------------------------


def shown_many(rows: Sequence[Parcel], viewer: Viewer) -> list[dict[str, Any]]:
    """Parcels of a list, with their orders and open alerts: the same few queries for one or a hundred."""
    orders = _orders(rows)
    alerts = _open_alerts(rows, viewer)
    return [{**_shown(row, viewer), "orders": orders[row.pk], "alerts": alerts[row.pk]} for row in rows]


def _shown(row: Parcel, viewer: Viewer) -> dict[str, Any]:
    state, language = State(row.state), viewer.language
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "direction": row.direction,
        "carrier": row.carrier,
        "carrier_label": carrier_label(row).say(language),
        "waybill": row.waybill,
        "state": row.state,
        "state_label": STATE_NAMES[state].say(language),
        "trouble": row.trouble,
        "code": row.code,
        "text": row.text,
        "place": row.place,
        **{
            name: iso(getattr(row, name))
            for name in ("first_scan_at", "last_scan_at", "signed_at", "promised_at", "created_at", "changed_at")
        },
        "may": [p for p in (Perm.AFTERSALES_OPEN, Perm.PARCELS_TRACE) if viewer.may(p, row.shop_id)],
    }


def carrier_label(row: Parcel) -> T:
    known = CARRIERS.get(row.carrier)
    return known.label if known else T(row.carrier_name or "快递公司", row.carrier_name or "the courier")


def _orders(rows: Iterable[Parcel]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {row.pk: [] for row in rows}
    links = ParcelOrder.objects.filter(parcel_id__in=found).order_by("parcel_id", "order_id")
    for parcel_id, order_id, order_no, customer, nick in links.values_list(
        "parcel_id", "order_id", "order__order_no", "order__customer_id", "order__customer__nick"
    ):
        found[parcel_id].append({"id": order_id, "order_no": order_no, "customer": customer, "nick": nick})
    return found


def _open_alerts(rows: Iterable[Parcel], viewer: Viewer) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {row.pk: [] for row in rows}
    for alert, shown in _shown_alerts(
        ParcelAlert.objects.filter(parcel_id__in=found, closed_at=None).order_by("opened_at", "pk"), viewer
    ):
        found[alert.parcel_id].append(shown)
    return found


def _shown_alerts(rows: Iterable[ParcelAlert], viewer: Viewer) -> list[tuple[ParcelAlert, dict[str, Any]]]:
    held = list(rows)
    names = names_of([one.owner_id for one in held if one.owner_id])
    clocks = open_for_many([f"parcel_alert:{one.pk}" for one in held if one.closed_at is None])
    return [(one, _shown_alert(one, names, clocks.get(f"parcel_alert:{one.pk}", []), viewer)) for one in held]


def _shown_alert(one: ParcelAlert, names: dict[int, str], clocks: list[Deadline], viewer: Viewer) -> dict[str, Any]:
    due = next((clock.due_at for clock in clocks if clock.kind == ANSWER), None)
    return {
        "id": one.pk,
        "kind": one.kind,
        "label": ALERT_NAMES[one.kind].say(viewer.language),
        "state": one.state,
        "owner": one.owner_id,
        "owner_name": names.get(one.owner_id or 0, ""),
        "answer": one.answer,
        "answer_due_at": iso(due),
        "outcome": one.outcome,
        **{
            name: iso(getattr(one, name))
            for name in ("opened_at", "asked_at", "answered_at", "late_at", "told_at", "closed_at")
        },
    }


def detail(row: Parcel, viewer: Viewer, *, at: datetime) -> dict[str, Any]:
    """One parcel with its trace, latest first, every alert, and the ready answer (R160)."""
    lines = row.traces.order_by("-at", "-pk")[:MOST_LINES]
    alerts = [shown for _, shown in _shown_alerts(row.alerts.order_by("-opened_at", "-pk"), viewer)]
    news = news_of(row, at=at)
    span = estimate(news, at=at)
    return {
        **shown_many([row], viewer)[0],
        "traces": [_shown_line(one, viewer) for one in lines],
        "history": alerts,
        "answer": enquiry(news, at=at).say(viewer.language),
        "answer_zh": enquiry(news, at=at).zh,
        "usual_days": [news.usual[0].days, news.usual[1].days],
        "estimate": None if span is None else [iso(span[0]), iso(span[1])],
        "promise_missed": _missed(row, viewer, at=at),
    }


def _shown_line(one: ParcelTrace, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": one.pk,
        "at": iso(one.at),
        "text": one.text,
        "place": one.place,
        "code": one.code,
        "state": one.state,
        "state_label": STATE_NAMES[State(one.state)].say(viewer.language) if one.state else "",
        "source": one.source,
    }


def news_of(row: Parcel, *, at: datetime) -> News:
    """What may be said of a parcel."""
    found = rules(["parcel_usual_days_min", "parcel_usual_days_max"], shop=shop_facts(row.shop_id), at=at)
    worst = row.alerts.filter(closed_at=None, kind="lost").exists()
    return News(
        State(row.state),
        carrier_label(row),
        row.waybill,
        row.first_scan_at,
        row.text,
        row.place,
        row.last_scan_at,
        (found["parcel_usual_days_min"].duration, found["parcel_usual_days_max"].duration),
        row.signed_at,
        "lost" if worst else "",
    )


def _missed(row: Parcel, viewer: Viewer, *, at: datetime) -> dict[str, Any] | None:
    """Promised for a time and not there (R747): by how much, and what the rule gives for it."""
    if row.promised_at is None or (row.signed_at or at) <= row.promised_at:
        return None
    found = rules(["late_delivery_form", "late_delivery_amount"], shop=shop_facts(row.shop_id), at=at)
    return {
        "promised_at": iso(row.promised_at),
        "late_seconds": int(((row.signed_at or at) - row.promised_at).total_seconds()),
        "form": found["late_delivery_form"].value,
        "amount_fen": int(found["late_delivery_amount"].value),
        "verified": found["late_delivery_amount"].verified,
    }


def of_order(order: Order, viewer: Viewer, *, at: datetime) -> list[dict[str, Any]]:
    """Every parcel of an order, outbound first."""
    return [detail(row, viewer, at=at) for row in order.parcels.order_by("direction", "pk")]


# --- late to leave ---------------------------------------------------------------------------------------------------


def _late_clocks(shops: set[int], *, at: datetime) -> list[Deadline]:
    """Running late-shipment clocks inside their warning time, soonest first."""
    found: list[Deadline] = []
    for shop_id in sorted(shops):
        warn: timedelta = rules(["late_ship_warn"], shop=shop_facts(shop_id), at=at)["late_ship_warn"].duration
        rows = Deadline.objects.filter(shop_id=shop_id, settled_at=None, kind=LATE_SHIP, due_at__lte=at + warn)
        found += list(rows.order_by("due_at", "pk")[:MOST_LATE])
    return sorted(found, key=lambda one: (one.due_at, one.pk))


def _late_orders(shops: set[int], *, at: datetime) -> QuerySet[Order]:
    """Paid, not left, and over the limit."""
    wanted = Q(pk__in=[])
    for shop_id in sorted(shops):
        after = rules(["late_ship_after"], shop=shop_facts(shop_id), at=at)["late_ship_after"].duration
        states = ["paid", "shipped"] if parcel_clock.fed(shop_id, at=at) else ["paid"]
        wanted |= Q(shop_id=shop_id, status__in=states, left_at=None, paid_at__lte=at - after) & ~Q(kind="presale")
    return Order.objects.filter(wanted)


def late_list(viewer: Viewer, *, shop: int | None, when: str, at: datetime) -> list[dict[str, Any]]:
    """Orders late to leave: "soon" by their running clocks, "late" by the rule; with what is owed (R194)."""
    allowed = set(viewer.shops_with(Perm.ORDERS_VIEW))
    shops = allowed & {shop} if shop is not None else allowed
    if when == "late":
        rows = list(_late_orders(shops, at=at).select_related("customer").order_by("paid_at", "pk")[:MOST_LATE])
    else:
        ids = [int(one.subject.partition(":")[2]) for one in _late_clocks(shops, at=at)]
        known = Order.objects.select_related("customer").in_bulk(ids)
        rows = [known[one] for one in ids if one in known]
    return [_shown_late(row, viewer, at=at) for row in rows]


def _shown_late(row: Order, viewer: Viewer, *, at: datetime) -> dict[str, Any]:
    late = late_shipment(row, shop_facts(row.shop_id), at=at)
    preview = late_shipment(row, shop_facts(row.shop_id), at=max(at, late.due_at + timedelta(seconds=1)))
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "order_no": row.order_no,
        "nick": row.customer.nick,
        "status": row.status,
        "fulfilment": row.fulfilment,
        "paid_at": iso(row.paid_at),
        "due_at": iso(late.due_at),
        "late": late.late,
        "late_seconds": int(late.late_by.total_seconds()),
        "owed_fen": preview.owed_fen,
        "form": preview.form,
        "clicked": row.shipped_at is not None,
    }


def running(order_id: int) -> datetime | None:
    """When the late-shipment clock of an order runs out; None when none runs."""
    return next((one.due_at for one in deadlines.open_for(f"order:{order_id}") if one.kind == LATE_SHIP), None)
