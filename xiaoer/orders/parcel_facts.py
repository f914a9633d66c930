"""Parcels as other areas need them: which waybill of an order is in trouble, from which alert, and who delivers there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Viewer
from xiaoer.orders import coverage_reads, parcel_reads
from xiaoer.orders.models import Order, Parcel, ParcelAlert


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """One parcel of an order. No name, phone or address."""

    id: int
    carrier: str
    waybill: str
    state: str
    direction: str
    trouble: str


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """One alert of the courier desk, with the orders that lie in its parcel."""

    id: int
    kind: str
    shop_id: int
    parcel: ParcelFacts
    orders: tuple[int, ...]
    open: bool


def _facts(row: Parcel) -> ParcelFacts:
    return ParcelFacts(row.pk, row.carrier, row.waybill, row.state, row.direction, row.trouble)


def parcels_of(order_id: int) -> list[ParcelFacts]:
    """The parcels of an order, the outgoing ones first."""
    rows = Parcel.objects.filter(links__order_id=order_id).order_by("direction", "pk")
    return sorted(map(_facts, rows), key=lambda one: (one.direction != Parcel.Direction.OUTBOUND, one.id))


def alert_facts(viewer: Viewer, alert_id: int) -> AlertFacts:
    """An alert the viewer may see, or 404."""
    row: ParcelAlert = parcel_reads.find_alert(viewer, alert_id)
    orders = tuple(sorted(row.parcel.links.values_list("order_id", flat=True)))
    return AlertFacts(row.pk, row.kind, row.shop_id, _facts(row.parcel), orders, row.closed_at is None)


def open_alerts(parcel_id: int) -> list[int]:
    return list(ParcelAlert.objects.filter(parcel_id=parcel_id, closed_at=None).values_list("pk", flat=True))


def region_name(order_id: int) -> str:
    """Province, city and district to which an order goes: as far as the journal may know it."""
    row = Order.objects.only("receiver_address").filter(pk=order_id).first()
    return coverage_reads.region_of(row.receiver_address).name if row is not None else ""


def couriers_at(order_id: int, language: str) -> list[dict[str, Any]]:
    """What every courier of the shop's coverage table does where the order goes, those that deliver first (R820)."""
    row = Order.objects.only("shop_id", "receiver_address").get(pk=order_id)
    found = coverage_reads.all_couriers(row.shop_id, row.receiver_address)
    found.sort(key=lambda one: (one.covers is not True, one.fee_fen or 0))
    return [coverage_reads.shown(one, language) for one in found]


def still_since(order_id: int) -> datetime | None:
    """When the outgoing parcel of an order was last scanned, while it is on its way; None when none is."""
    moving = Parcel.objects.filter(links__order_id=order_id, direction=Parcel.Direction.OUTBOUND, signed_at=None)
    scans = moving.filter(last_scan_at__isnull=False).order_by("-last_scan_at").values_list("last_scan_at", flat=True)
    return scans.first()
