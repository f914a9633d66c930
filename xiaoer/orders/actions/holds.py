"""拦截 (R049, R051, R055 to R058): place and release a hold; the clerk confirms a void or corrected papers.

A hold and the pack step meet in `orders_order`: both are one conditional update of the same row, so whoever commits
first wins and the other one is told (docs/areas/orders.md).
"""

from datetime import datetime
from typing import Any

from xiaoer.customers.queries import mask_text
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import events_print as events
from xiaoer.orders.actions import service_hooks
from xiaoer.orders.models import Order
from xiaoer.orders.models_print import OrderHold
from xiaoer.orders.rules import FULFILMENT_NAMES, Fulfilment

CATCHABLE = (Fulfilment.UNPRINTED, Fulfilment.PRINTED, Fulfilment.PACKED)
"""Where an order can still be caught; a shipped one is recalled (R073), a voided one goes nowhere."""


def place_hold(
    order_id: int, *, kind: str, reason: str, case: str, by: Who, at: datetime, seen: str | None = None
) -> OrderHold:
    """Stop an order ("stop") or demand corrected papers ("changed"); the same case again answers the same hold.

    `seen`: the fulfilment state the caller decided on. When the warehouse was quicker, nothing is placed and the
    refusal says where the order stands now.
    """
    if kind not in (OrderHold.STOP, OrderHold.CHANGED):
        raise Invalid(fields={"kind": T(f"没有“{kind}”这种拦截", f"There is no hold {kind!r}")})
    row = Order.objects.filter(pk=order_id).first()
    if row is None:
        raise NotFound("没有这张订单", "There is no such order")
    strong = kind if row.hold != OrderHold.STOP else OrderHold.STOP
    here = Order.objects.filter(pk=order_id, fulfilment__in=[seen] if seen is not None else CATCHABLE)
    if (seen is not None and seen not in CATCHABLE) or not here.update(hold=strong, changed_at=at):
        raise _too_late(order_id)
    row.refresh_from_db()
    known = OrderHold.objects.filter(case=case, released_at__isnull=True).first()
    if known is not None and known.order_id != order_id:
        raise Invalid(fields={"case": T(f"{case} 拦截的是另一张订单", f"{case} holds another order")})
    if known is not None and known.kind == kind:
        _recount(order_id, at=at)
        return known
    if known is not None:
        OrderHold.objects.filter(pk=known.pk, released_at__isnull=True).update(
            kind=kind, reason=reason[:300], placed_at=at, seen_at=None, seen_by_name=""
        )
        hold = OrderHold.objects.get(pk=known.pk)
    else:
        hold = OrderHold.objects.create(
            shop_id=row.shop_id,
            order=row,
            kind=kind,
            reason=reason.strip()[:300],
            case=case,
            stood=row.fulfilment,
            placed_by=str(by),
            placed_by_name=by.name[:64],
            placed_at=at,
        )
    _recount(order_id, at=at)
    payload = events.OrderHeld(
        hold=hold.pk, held=kind, reason=mask_text(hold.reason), case=case, order_no=row.order_no, stood=row.fulfilment
    )
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.pk}", by=by, at=at)
    return hold


def release_hold(case: str, *, by: Who, at: datetime, how: str = "released") -> int:
    """放行: every open hold of a case ends; how many there were."""
    rows = list(OrderHold.objects.filter(case=case, released_at__isnull=True).select_related("order"))
    return sum(_end(hold, how, by=by, at=at) for hold in rows)


def see_hold(hold_id: int, *, by: Who, at: datetime) -> OrderHold:
    """收到: the clerk or the warehouse has seen it; the screen that asked is told by the event."""
    hold = _open(hold_id)
    if OrderHold.objects.filter(pk=hold.pk, seen_at__isnull=True).update(seen_at=at, seen_by_name=by.name[:64]):
        payload = events.OrderHoldSeen(hold=hold.pk, case=hold.case, order_no=hold.order.order_no, seen_by=by.name)
        announce(payload, shop_id=hold.shop_id, subject=f"order:{hold.order_id}", by=by, at=at)
    return _open(hold_id)


def confirm_void(hold_id: int, *, by: Who, at: datetime) -> OrderHold:
    """作废已确认 (R049, R050): the print task is void. The platform's order stays open (C03)."""
    hold = _open(hold_id)
    if hold.kind != OrderHold.STOP:
        raise Conflict(
            "wrong_hold",
            f"订单 {hold.order.order_no} 只要求改单，不能作废；请改好单据后确认",
            f"Order {hold.order.order_no} only asks for corrected papers; it is not to be voided",
            current={"kind": hold.kind},
        )
    before = hold.order.fulfilment
    moved = Order.objects.filter(pk=hold.order_id, fulfilment__in=CATCHABLE, fulfilment=before)
    if not moved.update(fulfilment=Fulfilment.VOIDED, changed_at=at):
        raise _too_late(hold.order_id)
    if not _end(hold, "voided", by=by, at=at):
        raise ended_meanwhile(hold.pk)  # a release came first: the order goes on, nothing is void
    from xiaoer.orders.events import OrderFulfilled

    payload = OrderFulfilled(before=before, after=Fulfilment.VOIDED)
    announce(payload, shop_id=hold.shop_id, subject=f"order:{hold.order_id}", by=by, at=at)
    service_hooks.voided(hold.case, by=by, at=at)
    return OrderHold.objects.select_related("order").get(pk=hold.pk)


def confirm_papers(hold_id: int, how: str, *, by: Who, at: datetime) -> OrderHold:
    """单据已改好 (R056) or 已重新打单 (R058): a "changed" hold ends and packing may go on."""
    hold = _open(hold_id)
    if how not in ("corrected", "reprinted"):
        raise Invalid(fields={"how": T("只能是 corrected 或 reprinted", "Either corrected or reprinted")})
    if hold.kind != OrderHold.CHANGED:
        raise Conflict(
            "wrong_hold",
            f"订单 {hold.order.order_no} 要求停止发货，改单不能放行；请确认作废，或请 {hold.placed_by_name} 撤销",
            f"Order {hold.order.order_no} must not ship; corrected papers do not release it",
            current={"kind": hold.kind},
        )
    if not _end(hold, how, by=by, at=at):
        raise ended_meanwhile(hold.pk)
    service_hooks.corrected(hold.case, by=by, at=at)
    return OrderHold.objects.select_related("order").get(pk=hold.pk)


def _open(hold_id: int) -> OrderHold:
    hold = OrderHold.objects.select_related("order").filter(pk=hold_id).first()
    if hold is None:
        raise NotFound("没有这条拦截", "There is no such hold")
    if hold.released_at is not None:
        raise _already_ended(hold)
    return hold


def _already_ended(hold: OrderHold) -> Conflict:
    return Conflict(
        "already_released",
        f"订单 {hold.order.order_no} 的拦截已由 {hold.released_by_name or '系统'} 结束",
        f"The hold on order {hold.order.order_no} was already ended by {hold.released_by_name or 'the system'}",
        current={"how": hold.how},
    )


def ended_meanwhile(hold_id: int) -> Conflict:
    return _already_ended(OrderHold.objects.select_related("order").get(pk=hold_id))


def _end(hold: OrderHold, how: str, *, by: Who, at: datetime) -> int:
    # the order's row first: pack and release then wait for each other in the same order on PostgreSQL
    Order.objects.select_for_update().filter(pk=hold.order_id).values_list("pk", flat=True).first()
    ended = OrderHold.objects.filter(pk=hold.pk, released_at__isnull=True).update(
        released_at=at, released_by=str(by), released_by_name=by.name[:64], how=how
    )
    if not ended:
        return 0
    _recount(hold.order_id, at=at)
    payload = events.OrderReleased(hold=hold.pk, held=hold.kind, case=hold.case, order_no=hold.order.order_no, how=how)
    announce(payload, shop_id=hold.shop_id, subject=f"order:{hold.order_id}", by=by, at=at)
    return 1


def _recount(order_id: int, *, at: datetime) -> None:
    """`Order.hold` is the strongest open hold; the caller holds the order's row."""
    kinds = set(OrderHold.objects.filter(order_id=order_id, released_at__isnull=True).values_list("kind", flat=True))
    strongest = OrderHold.STOP if OrderHold.STOP in kinds else OrderHold.CHANGED if kinds else ""
    Order.objects.filter(pk=order_id).exclude(hold=strongest).update(hold=strongest, changed_at=at)


def _too_late(order_id: int) -> Conflict:
    now: Any = Order.objects.get(pk=order_id)
    name = FULFILMENT_NAMES[Fulfilment(now.fulfilment)]
    remedy = (
        T("已经离开仓库，请走撤回包裹或售后", "it left the warehouse: recall the parcel or open an after-sales case")
        if now.fulfilment == Fulfilment.SHIPPED
        else T("已经作废", "it is void")
        if now.fulfilment == Fulfilment.VOIDED
        else T(
            "仓库刚刚走到这一步，请刷新后按新状态处理", "the warehouse has just got there; look again and decide anew"
        )
    )
    return Conflict(
        "wrong_state",
        f"订单 {now.order_no} 现在是“{name.zh}”：{remedy.zh}",
        f"Order {now.order_no} is {name.en!r} now: {remedy.en}",
        current={"fulfilment": now.fulfilment},
    )
