"""The ship promise and the late-shipment clock with the rules in force: for the API, the buyer panel and scripts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from xiaoer.goods import queries as goods
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.orders import parcel_clock, promise_lines
from xiaoer.orders.coverage_reads import covers
from xiaoer.orders.late import Lateness, LateTerms, lateness
from xiaoer.orders.models import Order
from xiaoer.orders.promise import NO_NAME, Asked, Numbers, Promise, beijing_midnight, ship_promise
from xiaoer.orders.promise_words import phrase, sentence
from xiaoer.orders.rules import STATUS_NAMES, Status
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import book, rules
from xiaoer.policy.rules import MARKETPLACES, OWN, Answer
from xiaoer.policy.values import minutes_of

_MODE = "ship_promise_mode"
_KEYS = (
    *("ship_promise_cutoff", "ship_promise_stock_check", "ship_standard", "late_ship_after"),
    *("presale_ship_within", "no_ship_days"),
)
_LATE = ("late_ship_after", "late_ship_percent", "late_ship_min", "late_ship_cap", "late_ship_form")


@dataclass(frozen=True, slots=True)
class ShipWords:
    """What a script may say (`{{ship_promise}}`): `phrase` fits into a sentence, `sentence` stands alone."""

    may_say: str
    phrase: T
    sentence: T
    must_not: tuple[str, ...]


def numbers_for(asked: Asked, shop: ShopFacts | None = None) -> tuple[Numbers, list[dict[str, Any]]]:
    """The numbers in force for a question: what may be named is asked of now, the clock's length of the payment."""
    paid = asked.counted_from
    if shop is None:
        platform = asked.platform if asked.platform in (*MARKETPLACES, OWN) else ""
        return _of_days(platform, beijing_midnight(asked.now), beijing_midnight(paid))
    found = rules([_MODE], shop=shop, at=asked.now) | rules(_KEYS, shop=shop, at=paid)
    return _numbers(found, shop.platform), [_row(one) for one in found.values()]


@lru_cache(maxsize=4096)
def _of_days(platform: str, now: datetime, paid: datetime) -> tuple[Numbers, list[dict[str, Any]]]:
    """Packs change at Beijing midnight only, so a file of many questions asks them once per day."""
    found = rules([_MODE], platform=platform, at=now) | rules(_KEYS, platform=platform, at=paid)
    return _numbers(found, platform), [_row(one) for one in found.values()]


def _numbers(found: Mapping[str, Answer], platform: str) -> Numbers:
    """`ship_standard` is what may be said, `late_ship_after` when it is late: never say more than the shorter."""
    return Numbers(
        by_cutoff=found[_MODE].value == "cutoff",
        cutoff=timedelta(minutes=minutes_of(found["ship_promise_cutoff"].value)),
        limit=min(found["ship_standard"].duration, found["late_ship_after"].duration),
        presale_within=found["presale_ship_within"].duration,
        stock_check=bool(found["ship_promise_stock_check"].value),
        closed=frozenset(_days(found["no_ship_days"].value)),
        platform_name=book().names.get(platform, NO_NAME),
    )


def _days(listed: list[Any]) -> list[date]:
    """The dates of a list; what is no date closes nothing."""
    days = []
    for item in listed:
        try:
            days.append(date.fromisoformat(str(item)))
        except ValueError:
            continue
    return days


def _row(answer: Answer) -> dict[str, Any]:
    return {
        "key": answer.key,
        "value": answer.value,
        "layer": answer.layer,
        "source": answer.source,
        "verified": answer.verified,
    }


def answer_promise(data: Any, shop: ShopFacts | None = None) -> dict[str, Any]:
    """One question as JSON; with a shop its platform and its own settings hold."""
    if shop is not None and isinstance(data, Mapping):
        data = {**data, "platform": shop.platform}
    return promise_lines.answer(data, lambda asked: numbers_for(asked, shop))


def asked_of(row: Order, shop: ShopFacts, *, at: datetime, **known: Any) -> Asked:
    """The question about an order that still waits; refused for one that has left or is closed."""
    if row.status not in (Status.WAITING_PAYMENT, Status.PAID) or row.shipped_at is not None:
        label = STATUS_NAMES[Status(row.status)]
        raise Conflict(
            "order.no_promise_needed",
            f"订单 {row.order_no} 是「{label.zh}」，不用再承诺发货时间；请看物流进度",
            f"Order {row.order_no} is {label.en!r}: there is nothing to promise; look at its parcel",
            current={"status": row.status, "shipped_at": iso(row.shipped_at)},
        )
    return Asked(platform=shop.platform, at=at, paid_at=row.paid_at, **known)


def known_of(row: Order, *, at: datetime, **known: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the caller knows, filled up with what the goods say: stock, the warehouse's answer, the pre-sale date.

    The caller wins. The second part says what the goods said, for the screen.
    """
    since = row.paid_at or at
    found = goods.of_order(row.shop_id, row.pk, list(row.lines.order_by("line_no", "pk")), since=since, at=at)
    full = dict(known)
    if full.get("stock") is None:
        full["stock"] = found.stock
    if full.get("presale_at") is None:
        full["presale_at"] = found.presale_at
    if full.get("carrier_covers") is None:
        full["carrier_covers"] = covers(row)
    full["warehouse_confirmed"] = bool(full.get("warehouse_confirmed")) or found.confirmed
    said = {"stock": found.stock, "confirmed": found.confirmed, "presale_at": iso(found.presale_at)}
    return full, said


def order_promise(row: Order, shop: ShopFacts, *, at: datetime, **known: Any) -> dict[str, Any]:
    """What may and may not be said of an open order, as the buyer panel shows it, with its late clock once paid.

    `known`: stock, presale_at, urgent, warehouse_confirmed, carrier_covers, as far as somebody knows them; what nobody
    gives is read from the goods (stock, an answer of the warehouse, a pre-sale date).
    """
    full, said = known_of(row, at=at, **known)
    asked = asked_of(row, shop, at=at, **full)
    numbers, rows = numbers_for(asked, shop)
    late = late_shipment(row, shop, at=at) if row.paid_at is not None and asked.presale_at is None else None
    return {
        "order": row.pk,
        "goods": said,
        **promise_lines.shown(asked, numbers, rows),
        "late": None if late is None else _shown_late(late),
    }


def promise_of(asked: Asked, shop: ShopFacts | None = None) -> tuple[Promise, Numbers]:
    """The plain answer, for code that decides by it (guard, follow-up lists)."""
    numbers, _ = numbers_for(asked, shop)
    return ship_promise(asked, numbers), numbers


def ship_words(
    shop: ShopFacts,
    *,
    at: datetime,
    paid_at: datetime | None = None,
    stock: bool | None = None,
    order: Order | None = None,
    sku_code: str = "",
    **known: Any,
) -> ShipWords:
    """What a script may say in a shop now. Without an order she is answered as if she paid at `at`.

    With an order, or a SKU she asks for, stock and pre-sale date come from the goods when the caller gives none.
    """
    if order is not None:
        known, _ = known_of(order, at=at, stock=stock, **known)
        stock, paid_at = known.pop("stock"), paid_at or order.paid_at
    elif sku_code:
        pieces = goods.stock_of(shop.id, [sku_code])[sku_code] if stock is None else None
        stock = pieces.free > 0 if pieces is not None else stock
        item = goods.goods_of_line(shop.id, sku_code, "")
        if known.get("presale_at") is None and item is not None and item.presale_at and item.presale_at > at:
            known["presale_at"] = item.presale_at
    asked = Asked(platform=shop.platform, at=at, paid_at=paid_at, stock=stock, **known)
    promise, numbers = promise_of(asked, shop)
    return ShipWords(
        promise.may_say.value,
        phrase(asked, promise, numbers),
        sentence(asked, promise, numbers),
        tuple(one.value for one in promise.must_not),
    )


def late_terms(shop: ShopFacts, *, at: datetime) -> LateTerms:
    """The late-shipment rows in force for a shop at the moment of payment."""
    found = rules(_LATE, shop=shop, at=at)
    return LateTerms(
        found["late_ship_after"].duration,
        found["late_ship_percent"].value,
        int(found["late_ship_min"].value),
        int(found["late_ship_cap"].value),
        str(found["late_ship_form"].value),
    )


def late_shipment(row: Order, shop: ShopFacts, *, at: datetime, left_at: datetime | None = None) -> Lateness:
    """How a paid order stands against the late-shipment clock (R192 to R194).

    `left_at`: the courier's first record, by default that of the parcel register. Only for a shop whose couriers report
    nothing the platform's shipping time stands in: a click is no dispatch (R193).
    """
    if row.paid_at is None:
        raise Refusal(
            "order.not_paid",
            f"订单 {row.order_no} 还没有付款，没有发货时限；付款后再看",
            f"Order {row.order_no} is not paid: no clock runs before the payment",
        )
    terms = late_terms(shop, at=row.paid_at)
    goods = row.goods_fen if row.goods_fen is not None else (row.payable_fen or 0) - (row.freight_fen or 0)
    paid = min(max((row.paid_fen or 0) - (row.freight_fen or 0), 0), max(goods, 0)) if row.paid_fen else max(goods, 0)
    left = left_at or row.left_at or (None if parcel_clock.fed(row.shop_id, at=at) else row.shipped_at)
    return lateness(row.paid_at, left, now=at, goods_paid_fen=paid, terms=terms)


def _shown_late(late: Lateness) -> dict[str, Any]:
    return {
        "late": late.late,
        "due_at": iso(late.due_at),
        "late_seconds": int(late.late_by.total_seconds()),
        "owed_fen": late.owed_fen,
        "form": late.form,
    }
