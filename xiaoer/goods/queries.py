"""Reads of goods for a viewer, and what other areas ask: which goods a line is, its stock, what runs now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import QuerySet

from xiaoer.goods.models import Goods, GoodsWord, Sku
from xiaoer.goods.promotion_reads import Running, running_promotions
from xiaoer.goods.question_reads import confirmed
from xiaoer.goods.rules import look_of, terms_of
from xiaoer.goods.sku_reads import Look, look_of_sku, looks_of_goods
from xiaoer.goods.stock_reads import Pieces, kept_for, stock_of
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import NotFound

__all__ = [
    "GoodsFacts",
    "Look",
    "OrderGoods",
    "Pieces",
    "Running",
    "find",
    "find_sku",
    "goods_of_line",
    "kept_for",
    "look_of_sku",
    "looks_of_goods",
    "of_order",
    "running_promotions",
    "search",
    "stock_of",
    "visible",
]


@dataclass(frozen=True, slots=True)
class GoodsFacts:
    """What other areas need to know of a goods; `sku_code` is "" when the line does not say which SKU it is."""

    id: int
    shop_id: int
    code: str
    title: str
    category: str
    presale_at: datetime | None
    seckill: bool
    special_price: bool
    large_item: bool
    no_reason_excluded: bool
    weight_g: int
    sku_code: str


def facts_of(row: Goods, sku_code: str = "") -> GoodsFacts:
    return GoodsFacts(
        row.pk,
        row.shop_id,
        row.code,
        row.title,
        row.category,
        row.presale_at,
        row.seckill,
        row.special_price,
        row.large_item,
        row.no_reason_excluded,
        row.weight_g,
        sku_code,
    )


def goods_of_line(shop_id: int, sku_code: str, title: str, sku: str = "") -> GoodsFacts | None:
    """Which goods an order's line is: by SKU code, else by merchant code and look (`颜色分类:正红;尺码:M`), else by its
    whole title. None when nothing fits: nobody guesses."""
    known = Sku.objects.filter(shop_id=shop_id, code=sku_code).select_related("goods").first() if sku_code else None
    if known is not None:
        return facts_of(known.goods, known.code)
    row = Goods.objects.filter(shop_id=shop_id, code=sku_code).first() if sku_code else None
    if row is None and title:
        same = list(Goods.objects.filter(shop_id=shop_id, title=title)[:2])
        row = same[0] if len(same) == 1 else None
    return facts_of(row, _sku_by_look(row, sku)) if row is not None else None


def _sku_by_look(row: Goods, sku: str) -> str:
    skus = list(row.skus.order_by("place", "pk"))
    if len(skus) == 1:
        return skus[0].code
    colour, size = look_of(sku)
    if not colour and not size:
        return ""
    fits = [one for one in skus if one.colour == colour and (one.size == size or not size)]
    return fits[0].code if len(fits) == 1 else ""


class LineLike(Protocol):
    """What is asked of an order's line."""

    @property
    def sku_code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def sku(self) -> str: ...
    @property
    def qty(self) -> int: ...


@dataclass(frozen=True, slots=True)
class OrderGoods:
    """What the ship promise needs of an order's goods: there or not (None: nobody knows), confirmed, pre-sale date."""

    stock: bool | None
    confirmed: bool
    presale_at: datetime | None


def of_order(shop_id: int, order_ref: int, lines: Sequence[LineLike], *, since: datetime, at: datetime) -> OrderGoods:
    """Stock, the warehouse's answer and the pre-sale date of an order. What is kept back for it counts as its own;
    a pre-sale date counts when it lay ahead at `since`, the payment."""
    found = [goods_of_line(shop_id, one.sku_code, one.title, one.sku) for one in lines]
    codes = [one.sku_code for one in found if one is not None and one.sku_code]
    dates = [one.presale_at for one in found if one is not None and one.presale_at and one.presale_at > since]
    said = confirmed(shop_id, order_ref, codes if len(codes) == len(lines) else [], at=at)
    stock = _enough(shop_id, order_ref, found, lines)
    return OrderGoods(stock, said, max(dates) if dates else None)


def _enough(shop_id: int, order_ref: int, found: Sequence[GoodsFacts | None], lines: Sequence[LineLike]) -> bool | None:
    """Whether every line is there. One that is short decides; one nobody knows leaves it open."""
    wanted: dict[str, int] = {}
    unknown = not lines
    for one, line in zip(found, lines, strict=True):
        if one is None or not one.sku_code:
            unknown = True
        else:
            wanted[one.sku_code] = wanted.get(one.sku_code, 0) + line.qty
    pieces = stock_of(shop_id, wanted)
    own = kept_for(shop_id, f"order:{order_ref}")
    for code, qty in wanted.items():
        known = pieces[code]
        if known is None:
            unknown = True
        elif known.free + own.get(known.sku, 0) < qty:
            return False
    return None if unknown else True


def visible(viewer: Viewer) -> QuerySet[Goods]:
    """The goods of the shops in which the viewer sees orders: agents read, whoever edits needs `goods.edit` (R063)."""
    return Goods.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW))


def find(viewer: Viewer, goods_id: int) -> Goods:
    row = visible(viewer).filter(pk=goods_id).first()
    if row is None:
        raise NotFound("没有这件商品", "There is no such goods")
    return row


def find_sku(viewer: Viewer, shop_id: int, code: str) -> Sku:
    shops = viewer.shops_with(Perm.ORDERS_VIEW)
    row = Sku.objects.filter(shop_id=shop_id, code=code).select_related("goods").first() if shop_id in shops else None
    if row is None:
        raise NotFound(f"没有规格编码「{code[:40]}」", f"There is no SKU {code[:40]!r}")
    return row


def search(rows: QuerySet[Goods], shops: list[int], q: str) -> QuerySet[Goods]:
    """Every term must be a word of the goods: code or its beginning, title, pinyin, initials."""
    for term in terms_of(q)[:6]:
        rows = rows.filter(pk__in=GoodsWord.objects.filter(shop_id__in=shops, word=term).values("goods_id"))
    return rows
