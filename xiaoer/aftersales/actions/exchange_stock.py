"""The replacement's stock: no promise that stock does not hold, and what there is instead (R063, R245)."""

from datetime import datetime

from xiaoer.aftersales import exchange_reads as reads
from xiaoer.aftersales.actions import kept_stock
from xiaoer.aftersales.models import ExchangeCase
from xiaoer.goods import queries
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict
from xiaoer.orders.queries import LineFacts, OrderFacts


def keep_back(row: ExchangeCase, qty: int, *, by: Who, at: datetime) -> str:
    return kept_stock.keep(row, row.wanted_sku, qty, reason="exchange", by=by, at=at)


def needs_stock(row: ExchangeCase, order: OrderFacts, line: LineFacts, qty: int) -> None:
    """Refuse what is out of stock and name the looks that are there."""
    look = queries.look_of_sku(row.shop_id, row.wanted_sku)
    if look is None or look.free is None or look.free >= qty or kept_stock.is_kept(row):
        return
    others = [one for one in reads.looks_of(order, line) if one.free is not None and one.free >= qty][:6]
    zh = "、".join(f"{one.name}（{one.free} 件）" for one in others)
    en = ", ".join(f"{one.name} ({one.free})" for one in others)
    raise Conflict(
        "no_stock",
        f"「{look.name}」可用 {look.free} 件，不够换 {qty} 件；"
        + (f"有货：{zh}；" if zh else "同款都缺货；")
        + "也可转为退货退款",
        f"{look.name}: {look.free} free, {qty} needed; " + (f"in stock: {en}; " if en else "") + "or make it a return",
        current={"free": look.free, "others": [one.code for one in others]},
    )


def leave(row: ExchangeCase, qty: int, waybill: str, *, by: Who, at: datetime) -> str:
    return kept_stock.leave(row, row.wanted_sku, qty, waybill, by=by, at=at)
