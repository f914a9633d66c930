"""Late shipment (延迟发货): since when an order is late, and what the shop owes for it. Pure.

R192: late when it has not left within the platform's hours after the payment. R193, B16: it left when the courier's own
record says so, not when somebody clicked "ship". R194, B17: a share of the price paid for the goods, with a least and
a most; the numbers are dated rows (`late_ship_*`), and so is the form it is paid in (B18).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from xiaoer.kernel.money import Fen, percent_of


@dataclass(frozen=True, slots=True)
class LateTerms:
    """The rule rows as plain values."""

    after: timedelta
    percent: Decimal
    least_fen: int
    cap_fen: int
    form: str


@dataclass(frozen=True, slots=True)
class Lateness:
    """How an order stands: due when, late by how much, and what it would cost (or costs) now."""

    due_at: datetime
    late_by: timedelta
    owed_fen: Fen
    form: str

    @property
    def late(self) -> bool:
        return self.late_by > timedelta(0)


def late_compensation(goods_paid_fen: int, terms: LateTerms, *, already_fen: int = 0) -> Fen:
    """percent of what was paid for the goods, at least `least_fen`, at most `cap_fen`; rounded down to the fen.

    `already_fen` is what the buyer got under the same cap, where a platform caps all her orders of 24 hours together.
    Nothing is owed for goods that cost nothing, or where the rule's share is 0 (the shop's own web shop).
    """
    if goods_paid_fen <= 0 or terms.percent <= 0:
        return Fen(0)
    left = max(terms.cap_fen - already_fen, 0)
    return Fen(min(percent_of(goods_paid_fen, terms.percent, terms.least_fen), left))


def lateness(
    paid_at: datetime, left_at: datetime | None, *, now: datetime, goods_paid_fen: int, terms: LateTerms
) -> Lateness:
    """`left_at` is the courier's first record of the parcel (R193); None while there is none."""
    due = paid_at + terms.after
    over = max((left_at if left_at is not None else now) - due, timedelta(0))
    owed = late_compensation(goods_paid_fen, terms) if over else Fen(0)
    return Lateness(due, over, owed, terms.form)
