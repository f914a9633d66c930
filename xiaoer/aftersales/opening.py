"""What an application form needs to know of an order before it is sent (可申请售后): kinds, reasons, pieces, amounts."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers, rules
from xiaoer.aftersales.flow import FLOWS
from xiaoer.aftersales.forms import Ask
from xiaoer.aftersales.reasons import Reason, reasons_for
from xiaoer.kernel.clock import iso
from xiaoer.kernel.moving import form_schema
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rule


def offered(order: OrderFacts, language: str, at: datetime) -> dict[str, Any]:
    """Everything the form shows: which kinds are possible, for each reason whether it is in time and who pays freight."""
    shop = shop_facts(order.shop_id)
    left = answers.free_pieces(order)
    limits = answers.windows(shop, order, at)
    shipped = answers.is_shipped(order)
    possible = order.status not in ("waiting_payment", "closed") and any(left.values())
    kinds = [kind for kind in FLOWS if possible and (kind != "return" or shipped)]
    pieces = answers.pieces_of(order)
    return {
        "order": {"id": order.id, "order_no": order.order_no, "status": order.status},
        "shipped": shipped,
        "no_reason_until": iso(limits.no_reason),
        "after_sale_until": iso(limits.after_sale),
        "kinds": [
            {
                "kind": kind,
                "label": FLOWS[kind].label.say(language),
                "form": _form(kind, language),
                "reasons": [_reason(shop, order, one, limits, language, at) for one in reasons_for(kind)],
            }
            for kind in kinds
        ],
        "lines": [
            {
                "id": line.id,
                "title": line.title,
                "sku": line.sku,
                "qty": left[line.id],
                "bought": line.qty,
                "price_fen": line.price_fen,
                "paid_fen": line.paid_fen,
                "max_fen": pieces[line.id].worth(left[line.id]),
            }
            for line in order.lines
        ],
        "max_fen": sum(pieces[line.id].worth(left[line.id]) for line in order.lines),
    }


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
