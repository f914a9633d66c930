"""The exchange (换货) as the generic screens see it: what the buyer is told, facts of the page, how it is opened."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers, words
from xiaoer.aftersales import exchange_reads as reads
from xiaoer.aftersales.exchange_flow import EXCHANGE
from xiaoer.aftersales.exchange_forms import CHECKS, AskExchange, missing_of
from xiaoer.aftersales.exchange_words import LABELS, REMINDERS, STOCK, TEXTS
from xiaoer.aftersales.kind import Kind
from xiaoer.aftersales.models import ExchangeCase
from xiaoer.aftersales.opening import offer_reasons
from xiaoer.aftersales.reasons import reasons_for
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.flow import Starts
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.kernel.moving import form_schema
from xiaoer.orders.carriers import CARRIERS
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rule

REBUY = T(
    "退货退款后重新拍下通常更快，也可参加当前活动",
    "A return and a new order is often quicker, and may use today's offers",
)


def offer(shop: ShopFacts, order: OrderFacts, language: str, at: datetime) -> dict[str, Any] | None:
    """An exchange may be asked for what was shipped; the looks of the bought goods stand in the form."""
    if not answers.is_shipped(order):
        return None
    form = form_schema(AskExchange, language) or {}
    looks = {look.code: look for line in order.lines for look in reads.looks_of(order, line)}
    if looks:
        field = form["properties"]["wanted_sku"]
        field["enum"] = ["", *looks]
        same = T("同款同规格", "The same again").say(language)
        field["x-labels"] = field["labels"] = {"": same, **reads.in_words(list(looks.values()), language)}
        form["looks"] = {str(line.id): [look.code for look in reads.looks_of(order, line)] for line in order.lines}
    quick = rule("exchange_rebuy_offered", shop=shop, at=at)
    return {
        "kind": "exchange",
        "label": EXCHANGE.label.say(language),
        "form": form,
        "reasons": offer_reasons(shop, order, reasons_for("exchange"), language, at),
        "hint": REBUY.say(language) if quick.value else "",
    }


def facts(row: ExchangeCase, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """What is wanted, what it costs, whether it is kept back, what still must be confirmed, the replacement's parcel."""
    language, buyer = viewer.language, viewer.kind == "buyer"
    shown: list[tuple[T, str, str]] = [(LABELS["wanted"], row.wanted or row.wanted_sku, "")]
    if row.difference_fen:
        both = LABELS["to_pay"] if row.difference_fen > 0 else LABELS["to_get"]
        shown.append((both, format_yuan(abs(row.difference_fen)), ""))
    if row.paid_up_fen:
        shown.append((LABELS["paid_up"], format_yuan(row.paid_up_fen), "ok"))
    if row.stock and not buyer:
        shown.append((LABELS["stock"], STOCK[row.stock].say(language), "danger" if row.stock == "none" else ""))
    if not buyer and row.state in ("approved", "in_transit", "received", "inspected"):
        missing = [CHECKS[one].say(language) for one in missing_of(row.checklist)]
        done = T("已全部确认", "All confirmed").say(language)
        waits = T("待确认：", "To confirm: ").say(language) + "；".join(missing)
        shown.append((LABELS["checklist"], waits if missing else done, "warn" if missing else "ok"))
    if row.checklist.get("receipt"):
        shown.append((LABELS["receipt_days"], str(row.checklist["receipt"]), ""))
    if row.reshipped_at:
        carrier = CARRIERS[row.back_carrier].label.say(language) if row.back_carrier in CARRIERS else row.back_carrier
        shown.append((LABELS["back_waybill"], f"{carrier} {row.back_waybill}", ""))
    return [{"label": label.say(language), "value": value, "tone": tone} for label, value, tone in shown if value]


def more(row: ExchangeCase, language: str) -> dict[str, Any]:
    return {
        "wanted_sku": row.wanted_sku,
        "wanted": row.wanted,
        "difference_fen": row.difference_fen,
        "difference_why": row.difference_why,
        "paid_up_fen": row.paid_up_fen,
        "stock": row.stock,
        "checklist": row.checklist,
        "became": row.became_id,
    }


def values(row: ExchangeCase) -> dict[str, str]:
    fen = row.difference_fen
    return {
        "waybill": row.waybill,
        "back_waybill": row.back_waybill,
        "wanted": row.wanted,
        "difference": format_yuan(abs(fen)),
    }


def initial(row: ExchangeCase) -> dict[str, dict[str, Any]]:
    """What is confirmed already stays ticked; the amounts begin as the prices say."""
    ticked = {name: bool(row.checklist.get(name)) for name in ("look", "freight", "process")}
    return {
        "approve": {"responsibility": row.responsibility, **ticked},
        "check_off": {**ticked, "receipt_days": row.checklist.get("receipt", 0)},
        "amend": {"reason": row.reason, "wanted_sku": row.wanted_sku, "note": row.note},
        "change_wanted": {"wanted_sku": row.wanted_sku},
        "correct_waybill": {"carrier": row.carrier, "waybill": row.waybill},
        "refund": {"channel": "platform"},
    }


def rule_of(row: ExchangeCase, clock: Starts) -> str:
    carrier = CARRIERS.get(row.carrier)
    post = clock.kind == "exchange_arrives" and carrier is not None and carrier.post
    return "seller_confirms_return_post" if post else clock.rule


EXCHANGES = Kind(
    EXCHANGE,
    ExchangeCase,
    "HH",
    AskExchange,
    TEXTS,
    on_due={
        "seller_answers": "auto_approve",
        "buyer_ships": "auto_close",
        "buyer_amends": "auto_close",
        "buyer_decides": "auto_take_back",
        "exchange_paid_up": "payment_lapsed",
        "exchange_confirmed": "auto_confirm",
    },
    internal=frozenset({"inspection", "exchange_settled", "exchange_difference", "platform_rules", "goods_sent_back"}),
    reasons={one.code: one.label for one in reasons_for("exchange")},
    labels=LABELS,
    reminders={**words.REMINDERS, **REMINDERS},
    offer=offer,
    buyer_opens=True,
    facts=facts,
    more=more,
    initial=initial,
    values=values,
    rule_of=rule_of,
    twins=True,
)
