"""Reads of coupons: lots for staff and for the buyer, one lot with its coupons and refunds."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet

from xiaoer.aftersales.models import Coupon, VoucherLot, VoucherRefund
from xiaoer.aftersales.voucher_flow import VOUCHER
from xiaoer.aftersales.voucher_words import COUPON_STATES
from xiaoer.customers.queries import nick_key
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound


def visible(viewer: Viewer) -> QuerySet[VoucherLot]:
    """Coupons of the viewer's shops; a buyer sees only her own."""
    rows = VoucherLot.objects.select_related("order", "customer", "shop")
    if viewer.kind == "buyer":
        return rows.filter(shop_id__in=viewer.shop_ids, customer_id=viewer.customer_id or 0)
    return rows.filter(shop_id__in=viewer.shops_with(Perm.AFTERSALES_VIEW))


def ask(viewer: Viewer, *, shop: int | None = None, q: str = "", order: int | None = None) -> QuerySet[VoucherLot]:
    """By order number, coupon code, or part of the nick; latest first."""
    rows = visible(viewer)
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if order is not None:
        rows = rows.filter(order_id=order)
    if plain := q.strip():
        held = Coupon.objects.filter(shop_id__in=viewer.shop_ids, code=plain)
        wanted = Q(order__order_no=plain) | Q(pk__in=held.values("lot_id"))
        rows = rows.filter(wanted | Q(customer__nick_key__contains=nick_key(plain)))
    return rows.order_by("-created_at", "-pk")


def find(viewer: Viewer, lot_id: int) -> VoucherLot:
    row = visible(viewer).filter(pk=lot_id).first()
    if row is None:
        raise NotFound("没有这批卡券", "There are no such coupons")
    return row


def lot_of_subject(subject: str) -> VoucherLot | None:
    name, _, pk = subject.partition(":")
    if name != "voucher" or not pk.isdigit():
        return None
    return VoucherLot.objects.filter(pk=int(pk)).first()


def shown(rows: Sequence[VoucherLot], language: str) -> list[dict[str, Any]]:
    """Lots of a list, the same two queries for one or a hundred."""
    ids = [row.pk for row in rows]
    counted: dict[tuple[int, str], int] = {}
    for lot, state, n in (
        Coupon.objects.filter(lot_id__in=ids).order_by().values_list("lot_id", "state").annotate(Count("pk"))
    ):
        counted[lot, state] = n
    return [_shown(row, counted, language) for row in rows]


def _shown(row: VoucherLot, counted: dict[tuple[int, str], int], language: str) -> dict[str, Any]:
    states = {state: counted.get((row.pk, state), 0) for state in COUPON_STATES}
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "order": {"id": row.order_id, "order_no": row.order.order_no},
        "customer": {"id": row.customer_id, "nick": row.customer.nick},
        "title": row.title,
        "total": row.total,
        "paid_fen": row.order.paid_fen or 0,
        "refunded_fen": row.order.refunded_fen,
        "from_at": iso(row.from_at),
        "until": iso(row.until),
        "expired_at": iso(row.expired_at),
        "created_at": iso(row.created_at),
        **states,
    }


def detail(row: VoucherLot, language: str) -> dict[str, Any]:
    """One lot: each coupon, and its refunds."""
    refunds = VoucherRefund.objects.filter(lot=row).order_by("-opened_at", "-pk")
    return {
        **shown([row], language)[0],
        "coupons": [
            {
                "code": one.code,
                "state": one.state,
                "state_label": COUPON_STATES[one.state].say(language),
                "used_at": iso(one.used_at),
                "store": one.store,
            }
            for one in row.coupons.order_by("pk")
        ],
        "refunds": [
            {
                "id": one.pk,
                "number": one.number,
                "state": one.state,
                "state_label": VOUCHER.state(one.state).label.say(language),
                "category": VOUCHER.state(one.state).category,
                "pieces": one.pieces,
                "amount_fen": one.granted_fen or one.requested_fen,
                "by_expiry": one.by_expiry,
                "opened_at": iso(one.opened_at),
                "due_at": iso(one.due_at),
            }
            for one in refunds
        ],
    }
