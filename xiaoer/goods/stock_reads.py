"""Reads of stock: pieces per SKU, what is short, who keeps what back. Read-only for pre-sales (R063)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xiaoer.goods.models import Reservation, Sku, Stock, StockEntry
from xiaoer.goods.rules import RESERVED_FOR, old_report
from xiaoer.kernel.clock import iso
from xiaoer.kernel.i18n import T
from xiaoer.kernel.names import actor_names
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of one SKU. `free` is what may be promised; below zero it is oversold."""

    sku: int
    code: str
    on_hand: int
    reserved: int
    free: int
    as_of: datetime
    source: str


def pieces(row: Stock, code: str) -> Pieces:
    return Pieces(row.pk, code, row.on_hand, row.reserved, row.free, row.as_of, row.source)


def stock_of(shop_id: int, sku_codes: Iterable[str]) -> dict[str, Pieces | None]:
    """Pieces by SKU code; None where nobody knows: no such code, or never counted."""
    wanted = {code for code in sku_codes if code}
    found: dict[str, Pieces | None] = dict.fromkeys(wanted)
    rows = Stock.objects.filter(sku__shop_id=shop_id, sku__code__in=wanted).select_related("sku")
    found.update({row.sku.code: pieces(row, row.sku.code) for row in rows})
    return found


def stock_by_sku(sku_ids: Iterable[int]) -> dict[int, Stock]:
    return {row.pk: row for row in Stock.objects.filter(pk__in=set(sku_ids))}


def kept_for(shop_id: int, subject: str) -> dict[int, int]:
    """SKU id -> pieces kept back for one subject, such as "exchange:12"."""
    rows = Reservation.objects.filter(shop_id=shop_id, subject=subject, ended_at=None)
    return dict(rows.values_list("sku_id", "qty"))


def limits(shop_id: int, at: datetime) -> tuple[int, timedelta]:
    """From how few pieces on a SKU is low, and after which time a report is old."""
    found = rules(["stock_low_at", "stock_report_stale"], shop=shop_facts(shop_id), at=at)
    return int(found["stock_low_at"].value), found["stock_report_stale"].duration


def shown_stock(row: Stock | None, low_at: int, old_after: timedelta, at: datetime) -> dict[str, Any] | None:
    """Stock as the API shows it, with what one should think of it."""
    if row is None:
        return None
    state = "oversold" if row.free < 0 else "out" if row.free == 0 else "low" if row.free <= low_at else "ok"
    return {
        "on_hand": row.on_hand,
        "reserved": row.reserved,
        "free": row.free,
        "state": state,
        "as_of": iso(row.as_of),
        "old": old_report(row.as_of, at, old_after),
        "source": row.source,
    }


def reservations(sku_ids: Sequence[int], language: str) -> list[dict[str, Any]]:
    """What is kept back of these SKUs now."""
    rows = Reservation.objects.filter(sku_id__in=sku_ids, ended_at=None).select_related("sku").order_by("-at", "-pk")
    return [
        {
            "id": row.pk,
            "sku": row.sku_id,
            "sku_code": row.sku.code,
            "qty": row.qty,
            "reason": row.reason,
            "reason_label": RESERVED_FOR.get(row.reason, T(row.reason, row.reason)).say(language),
            "subject": row.subject,
            "until": iso(row.until),
            "by": row.by_name,
            "at": iso(row.at),
        }
        for row in rows[:200]
    ]


def entries(sku: Sku, language: str, *, most: int = 20) -> list[dict[str, Any]]:
    """What reports said of one SKU lately, latest first."""
    rows = list(StockEntry.objects.filter(sku_id=sku.pk).select_related("report").order_by("-as_of", "-pk")[:most])
    names = actor_names([row.report.by for row in rows], language)
    return [
        {
            "kind": row.kind,
            "qty": row.qty,
            "as_of": iso(row.as_of),
            "source": row.report.source,
            "report": row.report.report_id,
            "by": names.get(row.report.by, row.report.by),
        }
        for row in rows
    ]
