"""What the return policy is asked (判定的输入): a case, the rows of the rules, and the sums over both. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xiaoer.aftersales import rules as sums
from xiaoer.kernel.calendar import BEIJING

KINDS = ("return", "exchange", "refund_only", "price_difference")
REASONS = ("no_reason", "quality", "wrong_item", "missing", "damaged_in_transit", "not_received", "price_drop")
CATEGORIES = (
    "general",
    "clothing",
    "shoes",
    "underwear",
    "fresh",
    "custom",
    "digital_download",
    "opened_media",
    "newspaper",
    "electronics",
    "cosmetics",
    "food",
    "jewellery",
)
OWN_WILL = ("no_reason", "price_drop")
"""Reasons that are no fault: goods that go back for them go back under the seven days."""
ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Row:
    """One rule in force: its value, its length when it is a time, where it stands."""

    value: Any
    source: str
    length: timedelta = timedelta(0)


Rules = Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Line:
    """One bought item: `paid_fen` is the line's total after discounts; `returned` pieces went back earlier."""

    sku: str
    category: str
    qty: int
    paid_fen: int
    returned: int = 0
    granted_fen: int = 0
    confirmed: bool = False
    title: str = ""

    @property
    def name(self) -> str:
        return self.title or self.sku


@dataclass(frozen=True, slots=True)
class Wanted:
    """Pieces of one item that the request is about, and what one piece costs now (for a price difference)."""

    sku: str
    qty: int
    current_price_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """The goods as far as somebody said; None is not known."""

    intact: bool | None = None
    tags: bool | None = None
    washed: bool | None = None
    box: bool | None = None


NOTHING_SEEN = Condition()


@dataclass(frozen=True, slots=True)
class Case:
    """One request with all that the rules look at. What has not happened is None."""

    platform: str
    at: datetime
    lines: tuple[Line, ...]
    wanted: tuple[Wanted, ...]
    kind: str
    reason: str
    freight_fen: int = 0
    free_shipping: bool = False
    shipped_at: datetime | None = None
    signed_at: datetime | None = None
    succeeded_at: datetime | None = None
    promotion_ends_at: datetime | None = None
    evidence: frozenset[str] = frozenset()
    condition: Condition = NOTHING_SEEN
    earlier: int = 0
    one_only: bool = False

    @property
    def received_at(self) -> datetime | None:
        """Signed for, or confirmed by the buyer where the courier told nothing."""
        return self.signed_at or self.succeeded_at

    @property
    def shipped(self) -> bool:
        return self.shipped_at is not None or self.received_at is not None

    @property
    def categories(self) -> tuple[str, ...]:
        skus = {one.sku for one in self.wanted}
        return tuple(dict.fromkeys(line.category for line in self.lines if line.sku in skus))

    def wanted_lines(self) -> list[Line]:
        skus = {one.sku for one in self.wanted}
        return [line for line in self.lines if line.sku in skus]


def no_reason_end(case: Case, rules: Rules, window: str = "no_reason_window") -> datetime | None:
    """The end of the seven days, exclusive, in Beijing time; None before the goods were signed for (C09)."""
    if case.received_at is None:
        return None
    clock = str(rules["no_reason_clock"].value)
    return sums.no_reason_until(case.received_at, rules[window].length, clock, ZONE).astimezone(BEIJING)


def money_back(case: Case, with_freight: bool) -> int:
    """Goods pro rata of the price paid, and the outbound freight that belongs to them; the last piece takes the rest."""
    wanted = {one.sku: one.qty for one in case.wanted}
    pieces = {line.sku: piece_of(line) for line in case.lines}
    goods = sum(pieces[sku].worth(qty) for sku, qty in wanted.items())
    if not with_freight:
        return goods
    whole = sum(line.paid_fen for line in case.lines)
    if whole == 0:
        every = all(line.returned + wanted.get(line.sku, 0) >= line.qty for line in case.lines)
        return case.freight_fen if every else 0
    before = sum(piece.granted_fen for piece in pieces.values())
    return goods + sums.freight_share(case.freight_fen, whole, before, goods)


def piece_of(line: Line) -> sums.Piece:
    piece = sums.Piece(0, line.qty, line.paid_fen)
    return sums.Piece(0, line.qty, line.paid_fen, line.returned, line.granted_fen or piece.worth(line.returned))
