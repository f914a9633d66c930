"""What an order was paid with, and by whom (付款构成、代付; R210, R221)."""

from collections.abc import Mapping
from dataclasses import dataclass

from xiaoer.orders.models import Order


@dataclass(frozen=True, slots=True)
class Paid:
    """Fen by part (see `pay_advice.REFUND_PARTS`); `payer` paid in the buyer's place, else "" """

    parts: Mapping[str, int]
    payer: str

    @property
    def by_other(self) -> bool:
        return bool(self.payer)

    @property
    def whole_fen(self) -> int:
        return sum(self.parts.values())


def payment_of(row: Order) -> Paid | None:
    """None when nothing but plain money is known: then everything goes back the way it was paid."""
    points, red = row.points_fen or 0, row.red_packet_fen or 0
    if not (points or red or row.payer):
        return None
    whole = max(row.paid_fen or 0, row.payable_fen or 0)
    parts = {"bank_fen": max(whole - points - red, 0), "points_fen": points, "red_packet_fen": red}
    return Paid(parts, row.payer)
