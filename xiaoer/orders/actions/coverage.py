"""The coverage table of a shop's couriers (派送范围) and its courier desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.events import announce
from xiaoer.orders import events_parcel as events
from xiaoer.orders.models import CourierDesk, CoverageRow

_PLACE = ("carrier", "province", "city", "district")


def take_rows(
    shop_id: int, rows: Sequence[dict[str, Any]], *, rejected: int = 0, by: Who, at: datetime
) -> tuple[int, int]:
    """Write coverage rows; a region named again is replaced. Returns (new, replaced)."""
    wanted = {tuple(row[name] for name in _PLACE): row for row in rows}
    provinces = {row["province"] for row in rows}
    held = CoverageRow.objects.filter(shop_id=shop_id, province__in=provinces)
    known = set(held.values_list(*_PLACE)) & set(wanted)
    CoverageRow.objects.bulk_create(
        [CoverageRow(shop_id=shop_id, at=at, **row) for row in wanted.values()],
        update_conflicts=True,
        unique_fields=["shop", "province", "carrier", "city", "district"],
        update_fields=["verdict", "fee_fen", "note", "at"],
    )
    payload = events.CoverageTaken(created=len(wanted) - len(known), updated=len(known), rejected=rejected)
    announce(payload, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return len(wanted) - len(known), len(known)


def drop_row(shop_id: int, row_id: int, *, by: Who, at: datetime) -> None:
    """One region leaves the table."""
    gone, _ = CoverageRow.objects.filter(shop_id=shop_id, pk=row_id).delete()
    if not gone:
        raise NotFound("没有这一行", "There is no such row")
    payload = events.CoverageTaken(created=0, updated=1, rejected=0)
    announce(payload, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)


def set_broker(shop_id: int, *, broker: dict[str, str], by: Who, at: datetime) -> CourierDesk:
    """报关行 / 清关代理 of a shop (R749)."""
    fields = {
        name: broker.get(name, "").strip() for name in ("broker", "broker_contact", "broker_phone", "broker_note")
    }
    row, _ = CourierDesk.objects.update_or_create(shop_id=shop_id, defaults={**fields, "changed_at": at})
    announce(events.CourierDeskChanged(), shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return row
