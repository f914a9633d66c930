"""The looks of one goods (同款规格): what a line of an order may be exchanged for, with price and free pieces."""

from collections.abc import Mapping
from dataclasses import dataclass

from xiaoer.goods.models import Goods, Sku
from xiaoer.goods.stock_reads import Pieces, stock_of


@dataclass(frozen=True, slots=True)
class Look:
    """One colour and size. `free` is None where nobody has counted."""

    code: str
    colour: str
    size: str
    price_fen: int | None
    free: int | None

    @property
    def name(self) -> str:
        return " / ".join(part for part in (self.colour, self.size) if part) or self.code


def looks_of_goods(goods_id: int) -> list[Look]:
    """Every SKU of a goods in the shop's order."""
    goods = Goods.objects.filter(pk=goods_id).first()
    if goods is None:
        return []
    rows = list(Sku.objects.filter(goods_id=goods_id).order_by("place", "pk"))
    known = stock_of(goods.shop_id, [row.code for row in rows])
    return [Look(row.code, row.colour, row.size, row.price_fen, _free(known, row.code)) for row in rows]


def look_of_sku(shop_id: int, code: str) -> Look | None:
    """One SKU of the shop by its code."""
    row = Sku.objects.filter(shop_id=shop_id, code=code).first() if code else None
    if row is None:
        return None
    return Look(row.code, row.colour, row.size, row.price_fen, _free(stock_of(shop_id, [code]), code))


def _free(known: Mapping[str, Pieces | None], code: str) -> int | None:
    pieces = known.get(code)
    return pieces.free if pieces is not None else None
