"""What the rules say about one order: until when, who pays, how much (政策答复). Reads policy; writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from xiaoer.aftersales import rules
from xiaoer.aftersales.models import LineHold
from xiaoer.aftersales.reasons import Reason
from xiaoer.kernel.clock import iso
from xiaoer.orders.queries import LineFacts, OrderFacts
from xiaoer.people.queries import ShopFacts
from xiaoer.policy import queries as policy

_Fault = Literal["seller", "no_reason", "buyer", "courier", "unknown"]
ZONE = "Asia/Shanghai"


def zone_of(shop: ShopFacts) -> str:
    return str(shop.hours.get("zone") or ZONE)


@dataclass(frozen=True, slots=True)
class Windows:
    """Until when each kind of application may be started; None while its clock has not begun."""

    no_reason: datetime | None
    after_sale: datetime | None


def windows(shop: ShopFacts, order: OrderFacts, at: datetime) -> Windows:
    """C09: 168 h from 00:00 after signing; other claims until some days after success."""
    found = policy.rules(("no_reason_window", "no_reason_clock", "after_sale_window"), shop=shop, at=at)
    signed = order.signed_at or order.succeeded_at
    no_reason = None
    if signed is not None:
        no_reason = rules.no_reason_until(
            signed, found["no_reason_window"].duration, found["no_reason_clock"].value, zone_of(shop)
        )
    after = order.succeeded_at + found["after_sale_window"].duration if order.succeeded_at is not None else None
    return Windows(no_reason, after)


def is_shipped(order: OrderFacts) -> bool:
    return order.status in ("shipped", "succeeded") or order.shipped_at is not None


def pays_no_freight(order: OrderFacts) -> bool:
    return order.free_shipping or order.freight_fen == 0


def freight_for(shop: ShopFacts, order: OrderFacts, reason: Reason, responsibility: str, at: datetime) -> rules.Verdict:
    """The freight verdict in words with its sources (C08)."""
    fault = rules.fault_of(reason, responsibility)
    free = pays_no_freight(order)
    found = policy.freight(cast(_Fault, fault), free_shipping=free, shop=shop, at=at)
    advance = policy.rule("return_freight_advance", shop=shop, at=at)
    sources = [answer.source for answer in (*found.rules, advance)]
    return rules.freight_verdict(fault, free, found.outbound, found.back, str(advance.value), sources)


def excluded_line(shop: ShopFacts, lines: Sequence[LineFacts], at: datetime) -> tuple[LineFacts, str] | None:
    """The first line that the law takes out of the no-reason return, with the item of the list (R740)."""
    said = policy.rule("no_reason_excluded_by_law", shop=shop, at=at).value
    for line in lines:
        if (item := rules.excluded(line.category, said)) is not None:
            return line, item
    return None


def pieces_of(order: OrderFacts) -> dict[int, rules.Piece]:
    """Every line of the order as refunds see it, after what earlier cases took."""
    holds = {hold.order_line_id: hold for hold in LineHold.objects.filter(order_id=order.id)}
    found = {}
    for line in order.lines:
        hold = holds.get(line.id)
        gone = max(hold.gone if hold else 0, line.refunded_qty)
        granted = hold.granted_fen if hold else 0
        found[line.id] = rules.Piece(line.id, line.qty, line.paid_fen, min(gone, line.qty), granted)
    return found


def free_pieces(order: OrderFacts) -> dict[int, int]:
    """Pieces of each line that no case has taken yet."""
    holds = {hold.order_line_id: hold for hold in LineHold.objects.filter(order_id=order.id)}
    left = {}
    for line in order.lines:
        hold = holds.get(line.id)
        gone = max(hold.gone if hold else 0, line.refunded_qty)
        left[line.id] = max(0, line.qty - gone - (hold.held if hold else 0))
    return left


@dataclass(frozen=True, slots=True)
class Quote:
    """The most that can be paid back for some pieces: goods, and outbound freight where the seller bears it."""

    goods_fen: int
    freight_out_fen: int

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.freight_out_fen


def quote(order: OrderFacts, lots: Mapping[int, int], verdict: rules.Verdict, shipped: bool) -> Quote:
    """Goods pro rata of the price paid; outbound freight when the seller bears it or nothing was shipped yet."""
    pieces = pieces_of(order)
    goods = sum(pieces[line].worth(min(qty, pieces[line].bought - pieces[line].gone)) for line, qty in lots.items())
    freight = 0
    if order.freight_fen > 0 and (not shipped or (verdict.outbound == "seller" and not order.free_shipping)):
        whole = sum(piece.paid_fen for piece in pieces.values())
        before = sum(piece.granted_fen for piece in pieces.values())
        freight = rules.freight_share(order.freight_fen, whole, before, goods)
    return Quote(goods, freight)


def described(
    shop: ShopFacts, order: OrderFacts, reason: Reason, verdict: Mapping[str, Any], language: str, at: datetime
) -> dict[str, Any]:
    """What an agent can tell the buyer at once: may it go back, until when, who pays, and where that stands."""
    limits = windows(shop, order, at)
    known = policy.rules(("no_reason_window", "after_sale_window", "return_goods_condition"), shop=shop, at=at)
    end = limits.no_reason if reason.no_reason else limits.after_sale
    rule = known["no_reason_window" if reason.no_reason else "after_sale_window"]
    return {
        "until": iso(end),
        "in_time": end is None or at < end,
        "window": rule.explain.say(language),
        "window_source": rule.source,
        "condition": str(known["return_goods_condition"].value),
        "freight": verdict.get("en" if language.startswith("en") else "zh", ""),
        "freight_sources": verdict.get("sources", []),
    }
