"""Reports about orders, from a file or from the ERP, meet what we know: at most a few hundred orders per call."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from xiaoer.customers import actions as customers
from xiaoer.customers.queries import nick_key
from xiaoer.kernel.access import Who
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import cells, events, merging
from xiaoer.orders.actions import holds
from xiaoer.orders.drafts import OrderDraft
from xiaoer.orders.models import Order, OrderLine
from xiaoer.orders.rules import Fulfilment

_ORDER_COLUMNS = [
    *merging.PLATFORM_FIELDS,
    "status",
    "fulfilment",
    "free_shipping",
    "phone_tail",
    "ordered_at",
    "seller_remark",
    "flag",
    "version",
    "changed_at",
]

_ON_PAPER = {"receiver_name", "receiver_phone", "receiver_address"}
"""What stands on printed papers: a report that changes it after printing holds the order until they are corrected."""


@dataclass(slots=True)
class Outcome:
    """What became of one reported order: created, updated, unchanged, stale (an older report) or rejected."""

    order_no: str
    result: str
    order_id: int | None = None
    reasons: list[T] = field(default_factory=list)


@dataclass(slots=True)
class _Batch:
    """The rows in hand while one batch is compared."""

    shop_id: int
    source: str
    at: datetime
    known: dict[str, Order]
    lines: dict[int, list[OrderLine]]
    fresh: list[tuple[Order, OrderDraft, Outcome]] = field(default_factory=list)
    changed: list[Order] = field(default_factory=list)
    new_lines: list[OrderLine] = field(default_factory=list)
    changed_lines: list[OrderLine] = field(default_factory=list)
    moved: list[tuple[Order, str]] = field(default_factory=list)
    outdated: list[Order] = field(default_factory=list)


def take_in(shop_id: int, drafts: Sequence[OrderDraft], *, source: str, by: Who, at: datetime) -> list[Outcome]:
    """Write a batch of reports; taking the same reports in again changes nothing. One order number once per batch.

    Runs inside the caller's transaction. Every draft gets its own outcome; a bad one never hurts its neighbours.
    """
    batch = _load(shop_id, drafts, source, at)
    outcomes = []
    for draft in drafts:
        row = batch.known.get(draft.order_no)
        outcomes.append(_meet(batch, row, draft) if row is not None else _first(batch, draft))
    _write(batch, by)
    return outcomes


def _load(shop_id: int, drafts: Sequence[OrderDraft], source: str, at: datetime) -> _Batch:
    numbers = [draft.order_no for draft in drafts]
    rows = Order.objects.select_for_update(of=("self",)).select_related("customer")
    known = {row.order_no: row for row in rows.filter(shop_id=shop_id, order_no__in=numbers)}
    lines: dict[int, list[OrderLine]] = defaultdict(list)
    if known:
        ids = [row.pk for row in known.values()]
        for line in OrderLine.objects.filter(order_id__in=ids).order_by("order_id", "line_no", "pk"):
            lines[line.order_id].append(line)
    return _Batch(shop_id, source, at, known, lines)


def _first(batch: _Batch, draft: OrderDraft) -> Outcome:
    reasons = merging.missing_for_new(draft)
    if reasons:
        return Outcome(draft.order_no, "rejected", None, reasons)
    row = Order(
        shop_id=batch.shop_id,
        ordered_at=draft.created_at or draft.paid_at or batch.at,
        source=batch.source,
        taken_in_at=batch.at,
        changed_at=batch.at,
        **merging.first_values(draft),
    )
    outcome = Outcome(draft.order_no, "created")
    batch.fresh.append((row, draft, outcome))
    return outcome


def _meet(batch: _Batch, row: Order, draft: OrderDraft) -> Outcome:
    wrong = merging.other_buyer(draft, row.customer.nick)
    if wrong is not None:
        return Outcome(draft.order_no, "rejected", row.pk, [wrong])
    change = merging.compare(row, draft)
    before = row.status
    readdressed = any(
        getattr(row, name) and getattr(row, name) != change.values.get(name) for name in _ON_PAPER & set(change.values)
    )
    for name, value in change.values.items():
        setattr(row, name, value)
    lines_changed = _meet_lines(batch, row, draft, stale=change.stale)
    if readdressed and row.fulfilment in (Fulfilment.PRINTED, Fulfilment.PACKED) and not row.hold:
        batch.outdated.append(row)
    if row.status != before:
        batch.moved.append((row, before))
    real = lines_changed or bool(set(change.values) - {"version"})
    if change.values:
        if real:
            row.changed_at = batch.at
        batch.changed.append(row)
    result = "updated" if real else "stale" if change.stale else "unchanged"
    return Outcome(draft.order_no, result, row.pk)


def _meet_lines(batch: _Batch, row: Order, draft: OrderDraft, *, stale: bool) -> bool:
    """Bring the lines of an order in line with the report; lines are never removed (cases point at them)."""
    known = batch.lines[row.pk] if row.pk else []
    has_items = any(not line.summary for line in known)
    said = draft.lines
    if said and all(line.summary for line in said):
        said = [] if has_items else said[:1]
    if stale and known and (has_items or all(line.summary for line in said)):
        said = []  # an older report only brings items where none are known
    touched: dict[int, OrderLine] = {}
    fresh: list[OrderLine] = []
    count = len(known)
    for line, key, report in merging.pair(list(known), said):
        if line is None:
            count += 1
            fresh.append(OrderLine(order=row, **merging.line_values(report, key, known=None, no=count)))
            continue
        values = merging.line_values(report, key, known=line, no=line.line_no)
        if any(getattr(line, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(line, name, value)
            touched[id(line)] = line
    together = [*known, *fresh]
    for line, paid in zip(together, merging.spread_paid(row, together), strict=True):
        if line.paid_fen != paid:
            line.paid_fen = paid
            if line.pk:
                touched[id(line)] = line
    batch.new_lines.extend(fresh)
    batch.changed_lines.extend(touched.values())
    return bool(fresh or touched)


def _write(batch: _Batch, by: Who) -> None:
    if batch.fresh:
        _write_fresh(batch)
    if batch.changed:
        Order.objects.bulk_create(
            batch.changed, update_conflicts=True, unique_fields=["id"], update_fields=_ORDER_COLUMNS
        )
    if batch.changed_lines:
        OrderLine.objects.bulk_create(
            batch.changed_lines, update_conflicts=True, unique_fields=["id"], update_fields=list(merging.LINE_FIELDS)
        )
    if batch.new_lines:
        OrderLine.objects.bulk_create(batch.new_lines)
    for row in batch.outdated:
        holds.place_hold(
            row.pk,
            kind="changed",
            reason="平台更新了收货信息，打好的单据是旧的，请重新打单",
            case=f"order:{row.pk}",
            by=by,
            at=batch.at,
        )
    for row, before in batch.moved:
        announce(
            events.OrderStatusChanged(order_no=row.order_no, before=before, after=row.status),
            shop_id=batch.shop_id,
            subject=f"order:{row.pk}",
            by=by,
            at=batch.at,
            customer_id=row.customer_id,
        )


def _write_fresh(batch: _Batch) -> None:
    ids = customers.note_sightings(
        batch.shop_id,
        [
            customers.Sighting(
                draft.nick, draft.receiver_phone, cells.phone_tail(draft.receiver_phone), seen_at=draft.created_at
            )
            for _, draft, _ in batch.fresh
        ],
        at=batch.at,
    )
    for row, draft, _ in batch.fresh:
        row.customer_id = ids[nick_key(draft.nick)[:100]]
    Order.objects.bulk_create([row for row, _, _ in batch.fresh])
    for row, draft, outcome in batch.fresh:
        outcome.order_id = row.pk
        batch.lines[row.pk] = []
        _meet_lines(batch, row, draft, stale=False)


def take_in_from_erp(shop_id: int, drafts: Sequence[OrderDraft], *, by: Who, at: datetime) -> list[Outcome]:
    """The same for one API call of an ERP, with one journal row for the call."""
    outcomes = take_in(shop_id, drafts, source="api", by=by, at=at)
    touched = [o.order_id for o in outcomes if o.order_id and o.result in ("created", "updated")]
    counts = {name: sum(o.result == name for o in outcomes) for name in _RESULTS}
    if touched or counts["rejected"]:
        payload = events.OrdersTakenIn(source="api", orders=touched, **counts)
        announce(payload, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return outcomes


_RESULTS = ("created", "updated", "unchanged", "stale", "rejected")
