"""What an application form needs to know of an order before it is sent (可申请售后): kinds, reasons, pieces, amounts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers, rules
from xiaoer.aftersales.flow import FLOWS
from xiaoer.aftersales.forms import Ask
from xiaoer.aftersales.kind import Offer
from xiaoer.aftersales.reasons import Reason, reasons_for
from xiaoer.kernel.moving import form_schema
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rule


def offered_kind(kind: str) -> Offer:
    """What the form of a return or a refund shows: for each reason whether it is in time and who pays freight."""

    def offer(shop: ShopFacts, order: OrderFacts, language: str, at: datetime) -> dict[str, Any] | None:
        if kind == "return" and not answers.is_shipped(order):
            return None
        return {
            "kind": kind,
            "label": FLOWS[kind].label.say(language),
            "form": _form(kind, language),
            "reasons": offer_reasons(shop, order, reasons_for(kind), language, at),
        }

    return offer


def offer_reasons(
    shop: ShopFacts, order: OrderFacts, reasons: Sequence[Reason], language: str, at: datetime
) -> list[dict[str, Any]]:
    """For each reason whether it is in time, whether photos are needed, and who pays which freight."""
    limits = answers.windows(shop, order, at)
    return [_reason(shop, order, one, limits, language, at) for one in reasons]


def _form(kind: str, language: str) -> dict[str, Any] | None:
    form = form_schema(Ask, language)
    return for_kind(form, kind)


def for_kind(form: dict[str, Any] | None, kind: str) -> dict[str, Any] | None:
    """The form with only those reasons that fit the kind of request."""
    field = (form or {}).get("properties", {}).get("reason", {})
    if "enum" in field:
        fits = [reason.code for reason in reasons_for(kind)]
        field["enum"] = fits
        field["labels"] = {code: field["labels"][code] for code in fits}
    return form


def _reason(
    shop: ShopFacts, order: OrderFacts, reason: Reason, limits: answers.Windows, language: str, at: datetime
) -> dict[str, Any]:
    problem = rules.window_problem(reason, at, limits.no_reason, limits.after_sale)
    verdict = answers.freight_for(shop, order, reason, reason.fault, at)
    return {
        "value": reason.code,
        "label": reason.label.say(language),
        "photos_needed": reason.proof and bool(rule("quality_claim_photos", shop=shop, at=at).value),
        "in_time": problem is None,
        "problem": problem.say(language) if problem else None,
        "freight": verdict.why.say(language),
    }
