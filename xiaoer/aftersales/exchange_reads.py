"""What is read of goods and rules for an exchange: which looks there are, who bears which freight, what it costs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers
from xiaoer.aftersales import judgement_words as judged
from xiaoer.aftersales.exchange_rules import Priced, exchange_difference
from xiaoer.aftersales.reasons import REASONS
from xiaoer.goods import queries as goods
from xiaoer.orders.queries import LineFacts, OrderFacts
from xiaoer.people.queries import ShopFacts


def looks_of(order: OrderFacts, line: LineFacts) -> list[goods.Look]:
    """The colours and sizes of the goods that was bought; none where the shop has no such goods in its list."""
    known = goods.goods_of_line(order.shop_id, line.sku_code, line.title, line.sku)
    return goods.looks_of_goods(known.id) if known is not None else []


def own_sku(order: OrderFacts, line: LineFacts) -> str:
    """The SKU that was bought, where it is known."""
    known = goods.goods_of_line(order.shop_id, line.sku_code, line.title, line.sku)
    return known.sku_code if known is not None else ""


def wanted_look(order: OrderFacts, line: LineFacts, wanted: str) -> goods.Look | None:
    """The look she wants: any SKU of the shop, the same one when nothing else is said."""
    return goods.look_of_sku(order.shop_id, wanted or own_sku(order, line))


def priced(order: OrderFacts, line: LineFacts, wanted: str, qty: int) -> Priced:
    """What the wanted look costs against what was paid for these pieces."""
    new = wanted_look(order, line, wanted)
    old = goods.look_of_sku(order.shop_id, own_sku(order, line))
    paid = answers.pieces_of(order)[line.id].worth(qty)
    if new is None or (old is not None and new.code == old.code):
        return exchange_difference(None, None, paid, qty) if new is None else exchange_difference(0, 0, paid, qty)
    return exchange_difference(old.price_fen if old else None, new.price_fen, paid, qty)


def freight_of(shop: ShopFacts, order: OrderFacts, reason: str, fault: str, at: datetime) -> dict[str, Any]:
    """C08 for an exchange: who bears the way back, and who the replacement's."""
    verdict = answers.freight_for(shop, order, REASONS[reason], fault, at)
    text = judged.exchange_freight(verdict.outbound, verdict.back)
    return {**verdict.data(), "zh": text.zh, "en": text.en}


def in_words(looks: Sequence[goods.Look], language: str) -> dict[str, str]:
    """SKU code -> what the form shows: look, price, whether it is there."""
    found = {}
    for look in looks:
        there = "" if look.free is None else _stock(look.free, language)
        found[look.code] = " · ".join(part for part in (look.name, there) if part)
    return found


def _stock(free: int, language: str) -> str:
    if language.startswith("en"):
        return f"{free} free" if free > 0 else "out of stock"
    return f"可用 {free} 件" if free > 0 else "缺货"
