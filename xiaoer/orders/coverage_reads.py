"""Whether the courier delivers where an order goes (快递超区, R816 to R821): asked before the parcel leaves. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import plain_yuan
from xiaoer.orders.carriers import CARRIERS, Carrier, find_carrier
from xiaoer.orders.models import CoverageRow, Order
from xiaoer.orders.regions import Region, region_of

YES, NO, BLIND, PAUSED, EXTRA = "yes", "no", "blind", "paused", "extra"
VERDICTS: dict[str, T] = {
    YES: T("可派送", "Delivers"),
    NO: T("超区", "Out of area"),
    BLIND: T("盲区（无网点）", "No outlet"),
    PAUSED: T("网点暂停", "Outlet paused"),
    EXTRA: T("加收费用", "Extra fee"),
}
REACHED = frozenset({YES, EXTRA})


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the table says about a region and a courier; `verdict` is empty where it says nothing."""

    carrier: str
    region: Region
    verdict: str = ""
    fee_fen: int | None = None
    note: str = ""

    @property
    def covers(self) -> bool | None:
        return self.verdict in REACHED if self.verdict else None


def coverage_problem(order: Order) -> T | None:
    """What to tell the clerk before this order ships, or None: a warning to confirm, not a block."""
    return coverage_problems([order]).get(order.pk)


def coverage_problems(orders: Sequence[Order]) -> dict[int, T]:
    """The same for a list, in one query per shop."""
    found: dict[int, T] = {}
    by_shop: dict[int, list[tuple[Order, Carrier, Region]]] = {}
    for order in orders:
        carrier, region = find_carrier(order.carrier), region_of(order.receiver_address)
        if carrier is not None and region.province:
            by_shop.setdefault(order.shop_id, []).append((order, carrier, region))
    for shop_id, asked in by_shop.items():
        rows = _rows(shop_id, {region.province for _, _, region in asked})
        for order, carrier, region in asked:
            said = _most_exact(rows, carrier.code, region)
            if said.verdict and said.verdict != YES:
                others = [one.code for one in CARRIERS.values() if _most_exact(rows, one.code, region).verdict == YES]
                found[order.pk] = _warning(said, carrier, others)
    return found


def _warning(said: Coverage, carrier: Carrier, others: list[str]) -> T:
    """One sentence: what is wrong and what to do."""
    where, label = said.region.name, VERDICTS[said.verdict]
    if said.verdict == EXTRA:
        fee = "" if said.fee_fen is None else f" {plain_yuan(said.fee_fen)} 元"
        en = "" if said.fee_fen is None else f" of {plain_yuan(said.fee_fen)} yuan"
        return T(
            f"{carrier.zh}到 {where} 加收{fee}，发货前请与买家确认",
            f"{carrier.en} charges an extra fee{en} to {where}: agree it with the buyer before shipping",
        )
    names = [CARRIERS[code] for code in others if code != carrier.code]
    instead_zh = f"，可改发{'、'.join(one.zh for one in names)}" if names else ""
    instead_en = f" or send by {', '.join(one.en for one in names)}" if names else ""
    return T(
        f"{carrier.zh}到 {where} {label.zh}，发货前请与买家协商{instead_zh}",
        f"{carrier.en} to {where}: {label.en.lower()}. Talk to the buyer before shipping{instead_en}",
    )


def coverage_of(shop_id: int, carrier: str, address: str) -> Coverage:
    """What one courier does at an address."""
    region = region_of(address)
    if not region.province:
        return Coverage(carrier, region)
    return _most_exact(_rows(shop_id, {region.province}), carrier, region)


def all_couriers(shop_id: int, address: str) -> list[Coverage]:
    """What every courier of the shop's table does at an address."""
    region = region_of(address)
    rows = _rows(shop_id, {region.province}) if region.province else []
    found = [_most_exact(rows, code, region) for code in CARRIERS]
    return [one for one in found if one.verdict]


def covers(order: Order) -> bool | None:
    """`carrier_covers` of the ship promise: True or False when the table says so, else None."""
    carrier = find_carrier(order.carrier)
    if carrier is not None:
        return coverage_of(order.shop_id, carrier.code, order.receiver_address).covers
    known = [one.covers for one in all_couriers(order.shop_id, order.receiver_address)]
    return any(known) if known else None


def _rows(shop_id: int, provinces: Iterable[str]) -> list[CoverageRow]:
    return list(CoverageRow.objects.filter(shop_id=shop_id, province__in=list(provinces)))


def _most_exact(rows: Sequence[CoverageRow], carrier: str, region: Region) -> Coverage:
    """District before city before province."""
    best: CoverageRow | None = None
    depth = 0
    for row in rows:
        if row.carrier != carrier or row.province != region.province:
            continue
        if (row.city and row.city != region.city) or (row.district and row.district != region.district):
            continue
        here = 1 + bool(row.city) + 2 * bool(row.district)
        if here > depth:
            best, depth = row, here
    if best is None:
        return Coverage(carrier, region)
    return Coverage(carrier, region, best.verdict, best.fee_fen, best.note)


def table(viewer: Viewer, *, shop: int | None, carrier: str = "", q: str = "") -> QuerySet[CoverageRow]:
    """The coverage rows of the viewer's shops, for the settings screen."""
    rows = CoverageRow.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW))
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if carrier:
        rows = rows.filter(carrier=carrier)
    if q.strip():
        region = region_of(q)
        rows = rows.filter(province=region.province or q.strip())
        rows = rows.filter(city__in=["", region.city]) if region.city else rows
    return rows


def shown(said: Coverage, language: str) -> dict[str, Any]:
    carrier = CARRIERS.get(said.carrier)
    return {
        "carrier": said.carrier,
        "carrier_label": carrier.label.say(language) if carrier else said.carrier,
        "region": said.region.name,
        "verdict": said.verdict,
        "verdict_label": VERDICTS[said.verdict].say(language) if said.verdict else "",
        "fee_fen": said.fee_fen,
        "note": said.note,
    }
