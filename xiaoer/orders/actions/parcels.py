"""Parcels become known and move: waybills of orders, and the lines their couriers report (物流轨迹)."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import events_parcel as events
from xiaoer.orders import parcel_clock
from xiaoer.orders.actions import parcel_alerts
from xiaoer.orders.actions.desk import mark_signed
from xiaoer.orders.carriers import CARRIERS, clean_waybill, find_carrier, waybill_problem
from xiaoer.orders.models import CourierDesk, Order, Parcel, ParcelOrder, ParcelTrace
from xiaoer.orders.parcel_clock import LATE_SHIP, LOST, POLL, PROMISE, SILENCE
from xiaoer.orders.parcel_reports import Report, Told
from xiaoer.orders.parcel_states import FINAL, Line, Standing, State, meaning, source_of, standing
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules

AHEAD = timedelta(minutes=10)
"""How far a courier's clock may stand ahead of ours; a later line is no report but a mistake."""


def register(
    shop_id: int,
    *,
    waybill: str,
    carrier: str,
    order_ids: Sequence[int],
    direction: str = "outbound",
    promised_at: datetime | None = None,
    by: Who,
    at: datetime,
) -> Parcel:
    """登记包裹: one more parcel of an order, or one more order in a known parcel."""
    number, known = clean_waybill(waybill), find_carrier(carrier)
    wrong: dict[str, T] = {}
    if known is None:
        wrong["carrier"] = T(
            f"不认识快递公司「{carrier}」；没有的选“其他快递”", f"Unknown carrier {carrier!r}; choose another"
        )
    elif problem := waybill_problem(known, number):
        wrong["waybill"] = problem
    if direction not in Parcel.Direction.values:
        wrong["direction"] = T(f"没有方向「{direction}」", f"No direction {direction!r}")
    if wrong or known is None:
        raise Invalid(fields=wrong)
    row = _know(shop_id, {number: (known.code, known.zh, list(order_ids))}, direction=direction, by=by, at=at)[number]
    if promised_at is not None and row.promised_at is None:
        Parcel.objects.filter(pk=row.pk, promised_at=None).update(promised_at=promised_at, changed_at=at)
        row.promised_at = promised_at
        if State(row.state) not in FINAL:
            deadlines.start(PROMISE, parcel_clock.subject(row.pk), shop_id=shop_id, due_at=promised_at, at=at)
    return row


def know_waybills(shop_id: int, order_ids: Iterable[int], *, by: Who, at: datetime) -> int:
    """Parcels for the waybills that mirrored orders carry while they are on their way. Returns how many are new."""
    rows = Order.objects.filter(shop_id=shop_id, pk__in=list(order_ids), status__in=("paid", "shipped")).exclude(
        waybill=""
    )
    wanted: dict[str, tuple[str, str, list[int]]] = {}
    for row in rows.order_by("pk"):
        number, carrier = clean_waybill(row.waybill), find_carrier(row.carrier)
        if number:
            wanted.setdefault(number, (carrier.code if carrier else "", row.carrier, []))[2].append(row.pk)
    known = set(Parcel.objects.filter(shop_id=shop_id, waybill__in=wanted).values_list("waybill", flat=True))
    _know(shop_id, wanted, direction="outbound", by=by, at=at)
    return len(set(wanted) - known)


def _know(
    shop_id: int, wanted: dict[str, tuple[str, str, list[int]]], *, direction: str, by: Who, at: datetime
) -> dict[str, Parcel]:
    """Rows for waybills, made where missing, with their orders linked; locked until the transaction ends."""
    if not wanted:
        return {}
    before = set(Parcel.objects.filter(shop_id=shop_id, waybill__in=wanted).values_list("waybill", flat=True))
    fresh = [
        Parcel(
            shop_id=shop_id, waybill=number[:64], carrier=code, carrier_name=name[:40], direction=direction,
            created_at=at, changed_at=at,
        )
        for number, (code, name, _) in wanted.items()
        if number not in before
    ]  # fmt: skip
    Parcel.objects.bulk_create(fresh, ignore_conflicts=True)
    rows = {
        row.waybill: row
        for row in Parcel.objects.select_for_update().filter(shop_id=shop_id, waybill__in=wanted).order_by("pk")
    }
    links = [
        ParcelOrder(parcel=rows[number], order_id=order_id)
        for number, (_, _, order_ids) in wanted.items()
        for order_id in order_ids
    ]
    ParcelOrder.objects.bulk_create(links, ignore_conflicts=True)
    for number in set(wanted) - before:
        row = rows[number]
        payload = events.ParcelKnown(
            waybill=number, carrier=row.carrier, direction=direction, orders=sorted(wanted[number][2])
        )
        announce(payload, shop_id=shop_id, subject=parcel_clock.subject(row.pk), by=by, at=at)
        _run_clocks(row, at=at)
    return rows


def take_traces(shop_id: int, reports: Sequence[Report], *, source: str, by: Who, at: datetime) -> list[Told]:
    """物流轨迹写入: lines in any order and any number of times; the same line twice is one line.

    A waybill nobody knows is looked for among the shop's orders; when none has it the report is turned away (it can
    be told again). Runs in the caller's transaction; at most a few hundred reports a call.
    """
    told = [Told(clean_waybill(one.waybill)) for one in reports]
    rows = _parcels(shop_id, {one.waybill for one in told if one.waybill}, by=by, at=at)
    lines: dict[str, list[ParcelTrace]] = defaultdict(list)
    for report, answer in zip(reports, told, strict=True):
        row = rows.get(answer.waybill)
        if row is None:
            answer.problems.append(
                T(
                    f"没有运单号为「{answer.waybill}」的订单或包裹，请先导入订单或登记包裹",
                    f"No order or parcel has the waybill {answer.waybill!r}; import the order or register the parcel",
                )
            )
            continue
        answer.parcel_id = row.pk
        lines[row.waybill] += _lines(row, report, answer, source=source, at=at)
    known = _known_lines(rows.values())
    for number, found in lines.items():
        row = rows[number]
        added = [one for one in _once(found) if (one.at, one.digest) not in known[row.pk]]
        ParcelTrace.objects.bulk_create(added, ignore_conflicts=True)
        first = next(one for one in told if one.waybill == number)
        first.added, first.known = len(added), len(found) - len(added)
        if added:
            _move(row, [*known[row.pk].values(), *added], added, by=by, at=at)
    if lines:
        CourierDesk.objects.update_or_create(
            shop_id=shop_id,
            defaults={"fed_at": at, "feed": source},
            create_defaults={"fed_at": at, "feed": source, "changed_at": at},
        )
    return told


def _parcels(shop_id: int, numbers: set[str], *, by: Who, at: datetime) -> dict[str, Parcel]:
    known = Parcel.objects.filter(shop_id=shop_id, waybill__in=numbers)
    missing = numbers - set(known.values_list("waybill", flat=True))
    wanted: dict[str, tuple[str, str, list[int]]] = {}
    for row in Order.objects.filter(shop_id=shop_id, waybill__in=missing).exclude(waybill="").order_by("pk"):
        carrier = find_carrier(row.carrier)
        wanted.setdefault(row.waybill, (carrier.code if carrier else "", row.carrier, []))[2].append(row.pk)
    _know(shop_id, wanted, direction="outbound", by=by, at=at)
    return {row.waybill: row for row in known.select_for_update().order_by("pk")}


def _lines(row: Parcel, report: Report, answer: Told, *, source: str, at: datetime) -> list[ParcelTrace]:
    """The usable lines of a report; the others are named in the answer."""
    carrier = row.carrier or (found.code if (found := find_carrier(report.carrier)) else "")
    if carrier and not row.carrier:
        Parcel.objects.filter(pk=row.pk, carrier="").update(carrier=carrier, carrier_name=CARRIERS[carrier].zh)
        row.carrier, row.carrier_name = carrier, CARRIERS[carrier].zh
    rows = []
    for line in report.lines:
        text = " ".join(line.text.split())[:300]
        if line.at > at + AHEAD:
            answer.problems.append(
                T(f"轨迹时间 {iso(line.at)} 在未来，已跳过", f"The line's time {iso(line.at)} lies in the future")
            )
            continue
        said = meaning(line.code, text, report.codes or source_of(carrier))
        rows.append(
            ParcelTrace(
                parcel=row, at=line.at, digest=hashlib.sha256(text.encode()).hexdigest()[:16], text=text,
                place=line.place.strip()[:60], code=line.code.strip()[:24], state=said.state or "",
                trouble=said.trouble, source=source, taken_in_at=at,
            )
        )  # fmt: skip
    return rows


def _once(rows: list[ParcelTrace]) -> list[ParcelTrace]:
    return list({(one.at, one.digest): one for one in rows}.values())


def _known_lines(rows: Iterable[Parcel]) -> dict[int, dict[tuple[datetime, str], ParcelTrace]]:
    found: dict[int, dict[tuple[datetime, str], ParcelTrace]] = defaultdict(dict)
    for one in ParcelTrace.objects.filter(parcel__in=[row.pk for row in rows]).order_by("pk"):
        found[one.parcel_id][(one.at, one.digest)] = one
    return found


def _move(row: Parcel, traces: list[ParcelTrace], added: list[ParcelTrace], *, by: Who, at: datetime) -> None:
    """Fold all lines into the parcel, and let everything follow that hangs on it."""
    stands = standing(Line(one.at, State(one.state) if one.state else None, one.trouble) for one in traces)
    last = max(traces, key=lambda one: (one.at, one.pk or 0))
    before = (row.state, row.trouble)
    Parcel.objects.filter(pk=row.pk).update(
        state=stands.state, trouble=stands.trouble, code=last.code, text=last.text, place=last.place,
        first_scan_at=stands.first_scan_at, last_scan_at=stands.last_at, signed_at=stands.signed_at, changed_at=at,
    )  # fmt: skip
    row.state, row.trouble, row.text, row.place, row.code = (
        stands.state,
        stands.trouble,
        last.text,
        last.place,
        last.code,
    )
    row.first_scan_at, row.last_scan_at, row.signed_at = stands.first_scan_at, stands.last_at, stands.signed_at
    orders = list(Order.objects.filter(pk__in=row.links.values("order_id")).order_by("pk"))
    _tell(row, before, orders, len(added), seen_at=last.at, by=by, at=at)
    if row.direction == Parcel.Direction.OUTBOUND:
        _dispatched(row, orders, by=by, at=at)
        _signed(row, orders, by=by, at=at)
    parcel_alerts.follow(row, before, stands, by=by, at=at)
    _run_clocks(row, at=at)


def _tell(
    row: Parcel, before: tuple[str, str], orders: list[Order], added: int, *, seen_at: datetime, by: Who, at: datetime
) -> None:
    ids = [order.pk for order in orders]
    payload: events.ParcelEvent = events.ParcelTraced(lines=added, orders=ids)
    if before[0] != row.state:
        payload = events.ParcelMoved(
            before=before[0], after=row.state, trouble=row.trouble, direction=row.direction,
            seen_at=iso(seen_at) or "", orders=ids,
        )  # fmt: skip
    announce(
        payload,
        shop_id=row.shop_id,
        subject=parcel_clock.subject(row.pk),
        by=by,
        at=at,
        customer_id=orders[0].customer_id if orders else None,
    )


def _dispatched(row: Parcel, orders: list[Order], *, by: Who, at: datetime) -> None:
    """The first real scan is the dispatch (R193). A line that comes late may still make it earlier."""
    first = row.first_scan_at
    for order in orders if first is not None else ():
        assert first is not None
        if not Order.objects.filter(Q(left_at=None) | Q(left_at__gt=first), pk=order.pk).update(left_at=first):
            continue
        deadlines.settle(f"order:{order.pk}", LATE_SHIP, at=at)
        payload = events.OrderDispatched(left_at=iso(first) or "", waybill=row.waybill)
        announce(payload, shop_id=row.shop_id, subject=f"order:{order.pk}", by=by, at=at, customer_id=order.customer_id)


def _signed(row: Parcel, orders: list[Order], *, by: Who, at: datetime) -> None:
    """An order is signed for when its last parcel is."""
    if row.state != State.SIGNED:
        return
    for order in orders:
        parcels = order.parcels.filter(direction=Parcel.Direction.OUTBOUND).exclude(state=State.CANCELLED)
        times = list(parcels.values_list("signed_at", flat=True))
        if order.signed_at is None and times and all(times):
            mark_signed(order.pk, signed_at=min(max(one for one in times if one), at), by=by, at=at)


def _run_clocks(row: Parcel, *, at: datetime) -> None:
    """The clocks of a parcel start anew with its last news, and end when it has arrived."""
    subject = parcel_clock.subject(row.pk)
    due = parcel_clock.due_times(row, at=at)
    for kind in (SILENCE, LOST):
        if kind in due:
            deadlines.start(kind, subject, shop_id=row.shop_id, due_at=due[kind], at=at)
    if not due:
        deadlines.settle(subject, SILENCE, at=at)
        deadlines.settle(subject, LOST, at=at)
    if State(row.state) in FINAL:
        deadlines.settle(subject, PROMISE, at=at)


def watch_courier(row: Parcel, *, at: datetime) -> None:
    """Ask the courier about it from time to time until it has arrived or is too old to be asked for (R745)."""
    found = rules(["parcel_poll_auto", "parcel_poll_until"], shop=shop_facts(row.shop_id), at=at)
    every = found["parcel_poll_auto"].duration
    if every and State(row.state) not in FINAL and at < row.created_at + found["parcel_poll_until"].duration:
        deadlines.start(POLL, parcel_clock.subject(row.pk), shop_id=row.shop_id, due_at=at + every, at=at)


def poll_due(row: Parcel, *, at: datetime) -> bool:
    """Whether asking now tells anything: it is on its way, nobody asked lately, no push came meanwhile."""
    found = rules(["parcel_poll_every", "parcel_poll_auto"], shop=shop_facts(row.shop_id), at=at)
    asked = row.polled_at is not None and at - row.polled_at < found["parcel_poll_every"].duration
    pushed = row.changed_at > row.created_at and at - row.changed_at < found["parcel_poll_auto"].duration
    return State(row.state) not in FINAL and not asked and not pushed


def note_polled(parcel_ids: Sequence[int], *, at: datetime) -> None:
    """These parcels were asked after just now (couriers ask for at least half an hour between two questions)."""
    Parcel.objects.filter(pk__in=list(parcel_ids)).update(polled_at=at)


def standing_of(row: Parcel) -> Standing:
    """The standing a parcel's lines give: for repairs and tests."""
    lines = row.traces.values_list("at", "state", "trouble")
    return standing(Line(at, State(state) if state else None, trouble) for at, state, trouble in lines)
