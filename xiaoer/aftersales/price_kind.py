"""The price difference (退差价) as the generic screens see it."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers
from xiaoer.aftersales import price_words as own
from xiaoer.aftersales.kind import Kind
from xiaoer.aftersales.models import PriceDifferenceCase
from xiaoer.aftersales.naming import local_time
from xiaoer.aftersales.price_flow import PRICE_DIFFERENCE
from xiaoer.aftersales.price_forms import AskDifference
from xiaoer.aftersales.rules import no_reason_until
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.kernel.moving import form_schema
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rules


def _until(shop: ShopFacts, order: OrderFacts, at: datetime) -> datetime | None:
    """The end of the time in which a difference may be asked."""
    signed = order.signed_at or order.succeeded_at
    if signed is None:
        return None
    found = rules(("price_difference_window", "no_reason_clock"), shop=shop, at=at)
    clock = str(found["no_reason_clock"].value)
    return no_reason_until(signed, found["price_difference_window"].duration, clock, answers.zone_of(shop))


def offer(shop: ShopFacts, order: OrderFacts, language: str, at: datetime) -> dict[str, Any] | None:
    """A paid order whose time is not over; goods only, never freight (R286)."""
    until = _until(shop, order, at)
    if until is not None and at >= until:
        return None
    hint = T("只退商品差价，不退运费", "The goods' difference only, never the freight")
    if until is not None:
        end = local_time(until, answers.zone_of(shop))
        hint = T(f"{hint.zh}；{end} 前可申请", f"{hint.en}; may be asked until {end}")
    return {
        "kind": PRICE_DIFFERENCE.name,
        "label": PRICE_DIFFERENCE.label.say(language),
        "form": form_schema(AskDifference, language),
        "reasons": [],
        "hint": hint.say(language),
    }


def facts(row: PriceDifferenceCase, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """Why it is asked, what the prices give, by which way it is paid, until when an event defers it."""
    language, zone = viewer.language, answers.zone_of(shop_facts(row.shop_id))
    prices = "、".join(format_yuan(price) for price in row.prices.values() if price is not None)
    shown = [
        ("cause", own.CAUSES[row.cause].say(language)),
        ("promotion", row.promotion),
        ("prices", prices),
        ("rule_fen", format_yuan(row.rule_fen) if row.rule_fen else ""),
        ("deferred_until", local_time(row.deferred_until, zone) if row.deferred_until else ""),
    ]
    if viewer.kind != "buyer":
        shown.append(("way", own.WAYS[row.channel].say(language) if row.channel in own.WAYS else ""))
    return [{"label": own.LABELS[key].say(language), "value": value} for key, value in shown if value]


def more(row: PriceDifferenceCase, language: str) -> dict[str, Any]:
    return {"rule_fen": row.rule_fen, "cause": row.cause, "channel": row.channel}


def initial(row: PriceDifferenceCase) -> dict[str, dict[str, Any]]:
    channel = "alipay" if row.channel == "transfer" else "platform"
    return {"refund": {"channel": channel}, "grant": {"amount_fen": row.rule_fen or None}}


DIFFERENCES = Kind(
    PRICE_DIFFERENCE,
    PriceDifferenceCase,
    "CJ",
    AskDifference,
    own.TEXTS,
    on_due={"price_difference_deferred": "event_over"},
    internal=frozenset({"price_difference_paid"}),
    reasons=own.CAUSES,
    labels=own.LABELS,
    choices=own.CHOICES,
    offer=offer,
    buyer_opens=True,
    facts=facts,
    more=more,
    initial=initial,
)
