"""Money rules in force, and what may be said of one order's payment: for the API, the order page and scripts."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from xiaoer.goods.queries import goods_of_line
from xiaoer.orders import pay_advice, pay_advice_more, pay_lines
from xiaoer.orders.models import Order
from xiaoer.orders.pay_advice import MoneyRules
from xiaoer.orders.rules import Status
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rules
from xiaoer.policy.rules import MARKETPLACES, OWN, Answer

KEYS = tuple(MoneyRules.__dataclass_fields__)


def money_rules(
    at: datetime, *, shop: ShopFacts | None = None, platform: str = ""
) -> tuple[MoneyRules, dict[str, dict[str, Any]]]:
    """The rules as plain values, and the dated row behind each."""
    if shop is None:
        known = platform if platform in (*MARKETPLACES, OWN) else ""
        found = rules(KEYS, platform=known, at=at)
    else:
        found = rules(KEYS, shop=shop, at=at)
    return _plain(found), {key: _row(one) for key, one in found.items()}


def _plain(found: Mapping[str, Answer]) -> MoneyRules:
    values: dict[str, Any] = {}
    for key, one in found.items():
        value = one.value
        if isinstance(value, list):
            value = (
                tuple(int(n) for n in value if str(n).isdigit())
                if key == "instalment_terms"
                else tuple(map(str, value))
            )
        values[key] = Decimal(value) if key == "card_fee" else value
    return MoneyRules(**values)


def _row(one: Answer) -> dict[str, Any]:
    value = str(one.value) if isinstance(one.value, Decimal) else one.value
    return {"key": one.key, "value": value, "layer": one.layer, "source": one.source, "verified": one.verified}


def answer_money(data: Any, shop: ShopFacts | None = None, at: datetime | None = None) -> dict[str, Any]:
    """One question as JSON; with a shop its platform and its own settings hold, with `at` that moment."""
    if isinstance(data, Mapping):
        data = {**data, **({"at": at.isoformat()} if at is not None and not data.get("at") else {})}
        if shop is not None:
            data = {**data, "platform": shop.platform}
    return pay_lines.answer(data, lambda platform, moment: money_rules(moment, shop=shop, platform=platform))


def order_money(row: Order, shop: ShopFacts, *, at: datetime) -> dict[str, Any]:
    """「费用与付款」 of one order: what may still be changed, how it may be paid, what the card costs the shop."""
    plain, rows = money_rules(at, shop=shop)
    goods = row.goods_fen if row.goods_fen is not None else max((row.payable_fen or 0) - (row.freight_fen or 0), 0)
    freight = row.freight_fen or 0
    total = row.payable_fen if row.payable_fen is not None else goods + freight
    waiting = row.status == Status.WAITING_PAYMENT
    free = free_asked(row, goods_fen=goods, freight_fen=freight)
    change: dict[str, Any] = {"goods_fen": goods, "freight_fen": freight, "paid": not waiting}
    fee_base = total if waiting else (row.paid_fen or total)
    return {
        "order": row.pk,
        "unpaid": waiting,
        "goods_fen": goods,
        "freight_fen": freight,
        "total_fen": total,
        "paid_fen": row.paid_fen,
        "postage": pay_lines.shown(pay_advice.postage_change(plain, wanted_fen=0, **change), rows),
        "price": pay_lines.shown(pay_advice.price_change(plain, wanted_fen=goods, **change), rows),
        "free_shipping": pay_lines.shown(pay_advice_more.free_shipping(plain, free), rows),
        "instalment": pay_lines.shown(pay_advice_more.instalment(plain, pay_advice_more.Instalment([total])), rows),
        "card_fee": pay_lines.shown(pay_advice.card_fee(plain, total_fen=fee_base, excluded_fen=0), rows),
        "pay_by_other": pay_lines.shown(pay_advice.pay_by_other(plain), rows),
        "methods": pay_lines.methods(plain),
        "coupons_per_order": plain.coupons_per_order,
        "banks": list(plain.instalment_banks),
        "activities": list(plain.instalment_excluded_activities),
    }


def free_asked(row: Order, *, goods_fen: int, freight_fen: int) -> pay_advice_more.FreeShipping:
    """The question of free shipping about one order: its courier, and whether any of its goods is special-priced."""
    items = [goods_of_line(row.shop_id, line.sku_code, line.title, line.sku) for line in row.lines.all()]
    special = any(item is not None and item.special_price for item in items)
    page_free = row.free_shipping or freight_fen == 0
    return pay_advice_more.FreeShipping(goods_fen, freight_fen, page_free, row.carrier, special)
