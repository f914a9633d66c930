"""What people do with one order: remark, look at the plain receiver, move the fulfilment, record signing and refund."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q

from xiaoer.customers.queries import mask_text
from xiaoer.kernel.access import Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import plain_yuan
from xiaoer.orders import events, rules
from xiaoer.orders.actions import service_seen, stock_out
from xiaoer.orders.cod_reads import cod_blocks
from xiaoer.orders.models import Order, OrderLine
from xiaoer.orders.print_reads import open_holds
from xiaoer.orders.rules import FULFILMENT_NAMES, FULFILMENT_RANK, Fulfilment
from xiaoer.orders.service_words import REMARK_BYTES, signed, told
from xiaoer.people.queries import shop_facts


def remark(order_id: int, *, flag: str, text: str, sign: bool = True, by: Who, at: datetime) -> Order:
    """写备注 / 红旗备注 (R036). The journal keeps before and after; what a person writes is signed (R039)."""
    row = _get(order_id)
    text = text.strip()
    if sign and by.kind == "staff" and text != row.seller_remark:
        text = signed(text, by.name, at)
    wrong = {}
    flags = rules.flags_on(shop_facts(row.shop_id).platform)
    if flag not in ("", *flags):
        names = "、".join(rules.FLAG_NAMES[one].zh for one in flags)
        wrong["flag"] = T(f"这个平台的旗帜只有：{names}，或不插旗", f"A flag is one of {', '.join(flags)} or empty")
    if len(text.encode()) > REMARK_BYTES:
        wrong["text"] = T(
            f"备注最多 {REMARK_BYTES} 字节（约 330 个汉字），现在 {len(text.encode())} 字节",
            f"A remark holds {REMARK_BYTES} bytes, this one has {len(text.encode())}",
        )
    if wrong:
        raise Invalid(fields=wrong)
    if (row.flag, row.seller_remark) == (flag, text):
        return row
    moved = Order.objects.filter(pk=row.pk, flag=row.flag, seller_remark=row.seller_remark).update(
        flag=flag, seller_remark=text, remarked_at=at, changed_at=at
    )
    if not moved:
        now = _get(order_id)
        raise Conflict(
            "changed_meanwhile",
            "备注刚被别人改过，请看一眼再改",
            "Somebody just changed the remark; look again",
            current={"flag": now.flag, "seller_remark": now.seller_remark},
        )
    payload = events.OrderRemarked(
        before_flag=row.flag, before_text=told(row.seller_remark), after_flag=flag, after_text=told(text)
    )
    _say(payload, row, by=by, at=at)
    after = _get(order_id)
    service_seen.wrote(row, after, by=by, at=at)
    return after


def unmask(order_id: int, *, reason: str, by: Who, at: datetime) -> dict[str, str]:
    """查看明文: the plain receiver, for a written reason. The journal entry comes first, the values second."""
    reason = reason.strip()
    if not 2 <= len(reason) <= 200:
        raise Invalid(fields={"reason": T("请写明查看原因（2～200 字）", "Say why, in 2 to 200 characters")})
    row = _get(order_id)
    _say(events.OrderUnmasked(reason=mask_text(reason)), row, by=by, at=at)
    return {
        "receiver_name": row.receiver_name,
        "receiver_phone": row.receiver_phone,
        "receiver_address": row.receiver_address,
    }


def set_fulfilment(order_id: int, to: str, *, by: Who, at: datetime) -> Order:
    """打单、打包、发货、作废 (R060). Forward only; a shipped parcel is no longer voided but recalled."""
    row = _get(order_id)
    if to not in set(Fulfilment):
        raise Invalid(fields={"to": T(f"没有“{to}”这个打单状态", f"There is no fulfilment state {to!r}")})
    if row.fulfilment == to:
        return row
    before, after = Fulfilment(row.fulfilment), Fulfilment(to)
    allowed = before not in (Fulfilment.SHIPPED, Fulfilment.VOIDED) and (
        after is Fulfilment.VOIDED or FULFILMENT_RANK[after] > FULFILMENT_RANK[before]
    )
    if allowed and after in (Fulfilment.PACKED, Fulfilment.SHIPPED):
        blocked = cod_blocks(row)
        if blocked is not None:
            raise Conflict("cod_unconfirmed", blocked.zh, blocked.en, current={"fulfilment": before.value})
    here = Order.objects.filter(pk=row.pk, fulfilment=before).exclude(hold__in=rules.HELD_BACK.get(after, ()))
    if not allowed or not here.update(fulfilment=after, changed_at=at):
        raise _refused(_get(order_id), before, after)
    _say(events.OrderFulfilled(before=before, after=after), row, by=by, at=at)
    if after is Fulfilment.SHIPPED:
        stock_out.leave(row, by=by, at=at)
    return _get(order_id)


def _refused(now: Order, before: Fulfilment, after: Fulfilment) -> Conflict:
    """Why a step of the fulfilment was not done: somebody holds the order, or it stands somewhere else by now."""
    hold = next(iter(open_holds([now.pk]).get(now.pk, [])), None) if now.fulfilment == before else None
    if hold is not None and now.hold in rules.HELD_BACK.get(after, ()):
        hold = next((one for one in open_holds([now.pk])[now.pk] if one.kind == now.hold), hold)
        zh, en = rules.HOLD_NAMES[now.hold].zh, rules.HOLD_NAMES[now.hold].en
        return Conflict(
            "held",
            f"订单 {now.order_no} {zh}：{hold.reason}（{hold.placed_by_name or '系统'}，{hold.case}）",
            f"Order {now.order_no}: {en}. {hold.reason} ({hold.placed_by_name or 'the system'}, {hold.case})",
            current={"fulfilment": now.fulfilment, "hold": now.hold, "case": hold.case},
        )
    at_now = Fulfilment(now.fulfilment)
    return Conflict(
        "wrong_state",
        f"订单现在是“{FULFILMENT_NAMES[at_now].zh}”，不能改成“{FULFILMENT_NAMES[after].zh}”",
        f"The order is {FULFILMENT_NAMES[at_now].en!r} and cannot become {FULFILMENT_NAMES[after].en!r}",
        current={"fulfilment": at_now.value},
    )


def mark_signed(order_id: int, *, signed_at: datetime, by: Who, at: datetime) -> bool:
    """签收: from the courier's trace. The first report counts; a second one changes nothing (False)."""
    row = _get(order_id)
    if signed_at > at:
        raise Invalid(fields={"signed_at": T("签收时间不能在未来", "The signing time lies in the future")})
    if not Order.objects.filter(pk=row.pk, signed_at=None).update(signed_at=signed_at, changed_at=at):
        return False
    _say(events.OrderSigned(signed_at=iso(signed_at) or ""), row, by=by, at=at)
    return True


def record_refund(
    order_id: int, *, amount_fen: int, quantities: dict[int, int] | None = None, by: Who, at: datetime
) -> int:
    """登记退款: adds to what was refunded, never beyond what was paid, by conditional updates. Returns the new sum.

    `quantities`: line id -> pieces given back by this refund; empty for a price difference.
    """
    row = _get(order_id)
    if amount_fen <= 0:
        raise Invalid(fields={"amount_fen": T("退款金额必须大于 0", "The refund must be more than 0")})
    fits = Q(paid_fen__isnull=True, payable_fen__gte=F("refunded_fen") + amount_fen) | Q(
        paid_fen__gte=F("refunded_fen") + amount_fen
    )
    if not Order.objects.filter(fits, pk=row.pk).update(refunded_fen=F("refunded_fen") + amount_fen, changed_at=at):
        now = _get(order_id)
        raise Conflict(
            "refund_too_large",
            f"退款合计会超过实付：实付 {_yuan(now.paid_fen)} 元，已退 {_yuan(now.refunded_fen)} 元，本次 {_yuan(amount_fen)} 元",
            f"Refunds would exceed the payment: paid {_yuan(now.paid_fen)}, refunded {_yuan(now.refunded_fen)}, "
            f"asked {_yuan(amount_fen)}",
            current={"paid_fen": now.paid_fen, "refunded_fen": now.refunded_fen},
        )
    for line_id, pieces in (quantities or {}).items():
        _refund_line(row, line_id, pieces)
    after = Order.objects.values_list("refunded_fen", flat=True).get(pk=row.pk)
    payload = events.OrderRefunded(
        amount_fen=amount_fen,
        refunded_fen=after,
        lines={str(line): pieces for line, pieces in (quantities or {}).items()},
    )
    _say(payload, row, by=by, at=at)
    return after


def take_back_refund(
    order_id: int, *, amount_fen: int, quantities: dict[int, int] | None = None, by: Who, at: datetime
) -> int:
    """冲正: a refund that was recorded by mistake is taken off again, never below nothing. Returns the new sum."""
    row = _get(order_id)
    fits = Order.objects.filter(pk=row.pk, refunded_fen__gte=amount_fen)
    if not fits.update(refunded_fen=F("refunded_fen") - amount_fen, changed_at=at):
        raise Conflict(
            "nothing_to_take_back",
            f"订单已退 {_yuan(row.refunded_fen)} 元，不能冲正 {_yuan(amount_fen)} 元",
            f"{_yuan(row.refunded_fen)} was refunded; {_yuan(amount_fen)} cannot be taken off",
            current={"refunded_fen": row.refunded_fen},
        )
    for line_id, pieces in (quantities or {}).items():
        OrderLine.objects.filter(pk=line_id, order=row, refunded_qty__gte=pieces).update(
            refunded_qty=F("refunded_qty") - pieces
        )
    after = Order.objects.values_list("refunded_fen", flat=True).get(pk=row.pk)
    _say(events.OrderRefundTakenBack(amount_fen=amount_fen, refunded_fen=after), row, by=by, at=at)
    return after


def _refund_line(row: Order, line_id: int, pieces: int) -> None:
    if pieces <= 0:
        raise Invalid(fields={f"line_{line_id}": T("退货件数必须大于 0", "The quantity must be more than 0")})
    line = OrderLine.objects.filter(pk=line_id, order=row)
    if not line.filter(qty__gte=F("refunded_qty") + pieces).update(refunded_qty=F("refunded_qty") + pieces):
        held = line.first()
        if held is None:
            raise Invalid(fields={f"line_{line_id}": T("订单里没有这件商品", "The order has no such line")})
        raise Conflict(
            "too_many_pieces",
            f"这件商品买了 {held.qty} 件，已退 {held.refunded_qty} 件，不能再退 {pieces} 件",
            f"Bought {held.qty}, refunded {held.refunded_qty}; {pieces} more do not fit",
            current={"qty": held.qty, "refunded_qty": held.refunded_qty},
        )


def _get(order_id: int) -> Order:
    row = Order.objects.filter(pk=order_id).first()
    if row is None:
        raise NotFound("没有这张订单", "There is no such order")
    return row


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else plain_yuan(fen)


def _say(payload: Any, row: Order, *, by: Who, at: datetime) -> None:
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.pk}", by=by, at=at, customer_id=row.customer_id)
