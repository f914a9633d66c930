"""The arithmetic of repairs: warranty, approval, what is charged and why. Pure.

Sources: R590 (one price list, charges by rule), R595 (warranty register), R663, R667, R824 (approval).
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from xiaoer.aftersales.repair_words import OURS
from xiaoer.kernel.i18n import T


@dataclass(frozen=True, slots=True)
class Term:
    """One row of the shop's warranty terms: for a SKU, else for a category."""

    category: str
    sku_code: str
    months: int
    covers: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """How long a product is under warranty and where that stands."""

    months: int
    source: str
    """What it rests on: "sku:9001", "category:shoes" or "general"; see `source_words`."""
    covers: str = ""


CATEGORIES: dict[str, T] = {
    "general": T("通用", "General"),
    "clothing": T("服装", "Clothing"),
    "shoes": T("鞋靴", "Shoes"),
    "electronics": T("电器数码", "Electronics"),
    "jewellery": T("首饰", "Jewellery"),
    "underwear": T("内衣", "Underwear"),
}


def source_words(source: str) -> T:
    """Where a warranty stands, in words."""
    kind, _, name = source.partition(":")
    if kind == "sku":
        return T(f"商品 {name} 的保修约定", f"Term of SKU {name}")
    if kind == "category":
        label = CATEGORIES.get(name, T(name, name))
        return T(f"「{label.zh}」类目的保修约定", f"Term of {label.en}")
    return T("店铺通用保修规则", "General rule of the shop")


def term_for(terms: Iterable[Term], category: str, sku_code: str, default: int) -> Cover:
    """SKU before category before the shop's general rule."""
    rows = list(terms)
    for wanted in ((lambda t: bool(sku_code) and t.sku_code == sku_code), (lambda t: not t.sku_code)):
        for term in rows:
            if wanted(term) and (term.sku_code or term.category == category):
                by = f"sku:{sku_code}" if term.sku_code else f"category:{category}"
                return Cover(term.months, by, term.covers)
    return Cover(default, "general")


def add_months(day: date, months: int) -> date:
    """The same day some months on; the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def warranty_end(starts_on: date, months: int) -> date | None:
    """The first day that is no longer covered; None when there is no warranty."""
    return add_months(starts_on, months) if months > 0 else None


def covered_on(day: date, until: date | None) -> bool:
    return until is not None and day < until


def why_approval(day: date, until: date | None, taken: timedelta) -> str:
    """R824: after the time, or without any, the superior decides; nobody is turned away for it (R663)."""
    if until is None:
        return "no_warranty"
    if long_over(day, until, taken):
        return "long_over"
    return "" if day < until else "over_time"


def long_over(day: date, until: date | None, taken: timedelta) -> bool:
    """So long after the warranty that a repair is offered against payment only."""
    return until is not None and day >= until + taken


def warranty_words(until: date | None, months: int, day: date) -> T:
    """One sentence about the warranty."""
    if until is None:
        return T("该商品没有保修约定，可付费维修", "These goods have no warranty; a paid repair is possible")
    last = until - timedelta(days=1)
    if day < until:
        return T(f"在保修期内（{months} 个月，至 {last:%Y-%m-%d}）", f"Under warranty ({months} months, to {last})")
    return T(f"保修期已于 {last:%Y-%m-%d} 结束，可付费维修", f"The warranty ended on {last}; a paid repair is possible")


def charged(cause: str, covered: bool, kind: str, result_no_fault: bool = False) -> tuple[bool, T]:
    """Whether an item is charged, and the reason as the buyer reads it (R590)."""
    if covered and (cause in OURS or cause == "wear"):
        return False, T("保修期内、非人为原因，免费", "Under warranty and not the user's doing: free")
    if not cause or result_no_fault:
        return kind != "inspection" or not covered, T("未发现故障", "No fault was found")
    if cause == "transport":
        return False, T("运输损坏，由卖家和快递承担", "Damaged in transport: seller and courier bear it")
    if covered:
        zh = "人为或外部原因造成，不在保修范围，按收费标准"
        return True, T(zh, "Wrong use or an outside cause is not covered: by the price list")
    return True, T("已过保修期或无保修，按收费标准", "Out of warranty: by the price list")


def centre_for(centres: Iterable[tuple[int, list[str]]], province: str, city: str) -> int | None:
    """The service centre of a region (R651): city before province, else one that names no region."""
    rows = list(centres)
    for wanted in (f"{province} {city}".strip(), province):
        for pk, regions in rows:
            if wanted and wanted in regions:
                return pk
    return next((pk for pk, regions in rows if not regions), None)


def parts_balance(issued: int, used: int, returned: int, scrapped: int) -> T | None:
    """issued = used + returned + scrapped, to the piece; else what is missing (R592)."""
    given = used + returned + scrapped
    if given == issued:
        return None
    zh = f"领用 {issued} 件，登记了 {given} 件（用 {used}、退 {returned}、报废 {scrapped}），必须相等"
    return T(zh, f"{issued} issued but {given} accounted for (used {used}, returned {returned}, scrapped {scrapped})")
