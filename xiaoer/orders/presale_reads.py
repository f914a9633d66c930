"""Pre-sales as the order page and the promise need them."""

from datetime import datetime
from typing import Any

from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.orders.models import Order, PresaleCase
from xiaoer.orders.pay_flow import PRESALE


def of_order(order_id: int) -> PresaleCase | None:
    return PresaleCase.objects.select_related("shop", "order").filter(order_id=order_id).first()


def ships_at(row: Order) -> datetime | None:
    """The date on the pre-sale's page, for the ship promise; None for an ordinary order."""
    if row.kind != "presale":
        return None
    return PresaleCase.objects.filter(order_id=row.pk).values_list("ships_at", flat=True).first()


def find(viewer: Viewer, order_id: int) -> PresaleCase:
    row = of_order(order_id)
    if row is None or not viewer.may(Perm.ORDERS_VIEW, row.shop_id):
        raise NotFound("这张订单没有预售信息", "This order is no pre-sale")
    return row


def shown(row: PresaleCase, viewer: Viewer) -> dict[str, Any]:
    state = PRESALE.state(row.state)
    running = deadlines.open_for(moving.subject_of(PRESALE, row))
    return {
        "id": row.pk,
        "order": row.order_id,
        "state": row.state,
        "state_label": state.label.say(viewer.language),
        "category": state.category,
        "deposit_fen": row.deposit_fen,
        "balance_fen": row.balance_fen,
        "deposit_at": iso(row.deposit_at),
        "balance_from": iso(row.balance_from),
        "balance_until": iso(row.balance_until),
        "ships_at": iso(row.ships_at),
        "reminded_at": iso(row.reminded_at),
        "paid_at": iso(row.paid_at),
        "due_at": iso(running[0].due_at) if running else None,
        "can": moving.can(PRESALE, row, viewer),
    }
