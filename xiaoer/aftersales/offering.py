"""What may be asked for an order (可申请售后): every flow that can be opened now, the pieces that are left, the limits."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers
from xiaoer.aftersales.kinds import KINDS
from xiaoer.kernel.clock import iso
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import shop_facts


def offered(order: OrderFacts, language: str, at: datetime, buyer: bool = False) -> dict[str, Any]:
    """Everything the form shows: kinds that are possible, for each its reasons or its own form; pieces and amounts."""
    shop = shop_facts(order.shop_id)
    left = answers.free_pieces(order)
    limits = answers.windows(shop, order, at)
    alive = order.status not in ("waiting_payment", "closed")
    offers = [kind.offer(shop, order, language, at) for kind in KINDS.values() if kind.offer and _may(kind, buyer)]
    pieces = answers.pieces_of(order)
    return {
        "order": {"id": order.id, "order_no": order.order_no, "status": order.status},
        "shipped": answers.is_shipped(order),
        "no_reason_until": iso(limits.no_reason),
        "after_sale_until": iso(limits.after_sale),
        "kinds": [one for one in offers if one and alive and (any(left.values()) or not one.get("takes_pieces", True))],
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


def _may(kind: Any, buyer: bool) -> bool:
    return kind.buyer_opens or not buyer
