"""The arithmetic of exchange, wrong shipment and price difference. Pure; numbers come in as arguments."""

from collections.abc import Mapping
from dataclasses import dataclass

from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan, pro_rata_cumulative


@dataclass(frozen=True, slots=True)
class Priced:
    """What the exchange costs: `fen` > 0 the buyer pays, < 0 she gets back; and why."""

    fen: int
    why: T


def exchange_difference(old_fen: int | None, new_fen: int | None, paid_fen: int, qty: int) -> Priced:
    """换货差价 (R846, B53): another look of the same price costs nothing; a dearer or cheaper one is settled against the
    price that was really paid for these pieces. Where a price is not known nothing is asked."""
    if new_fen is None:
        return Priced(0, T("没有换货款的标价，差价由客服确认", "The wanted look has no price; the agent settles it"))
    if old_fen == new_fen:
        return Priced(0, T("同价换货，无差价", "Same price: no difference"))
    fen = new_fen * qty - paid_fen
    each = format_yuan(new_fen)
    sums = T(
        f"换货款 {each} × {qty}，原实付 {format_yuan(paid_fen)}", f"{each} × {qty}, {format_yuan(paid_fen)} was paid"
    )
    if fen > 0:
        return Priced(fen, T(f"{sums.zh}，买家补 {format_yuan(fen)}", f"{sums.en}: the buyer pays {format_yuan(fen)}"))
    if fen < 0:
        return Priced(fen, T(f"{sums.zh}，退买家 {format_yuan(-fen)}", f"{sums.en}: {format_yuan(-fen)} goes back"))
    return Priced(0, T(f"{sums.zh}，无差价", f"{sums.en}: no difference"))


LOSSES: dict[str, T] = {
    "goods": T("货品损失", "Goods lost"),
    "freight": T("多付运费", "Extra freight"),
    "refund": T("退给买家", "Paid to the buyer"),
    "labour": T("人工与包材", "Work and packing"),
}


def loss_of(parts: Mapping[str, int]) -> int:
    """损失金额: the sum of its parts, none of them negative."""
    return sum(max(0, fen) for fen in parts.values())


def drop_left(paid_fen: int, bought: int, gone: int, price_fen: int, given_fen: int) -> int:
    """What is left of a line's price drop: paid for the pieces she keeps, less their price now, less what was given."""
    kept = bought - gone
    if kept <= 0:
        return 0
    return max(0, pro_rata_cumulative(paid_fen, bought, gone, kept) - price_fen * kept - given_fen)
