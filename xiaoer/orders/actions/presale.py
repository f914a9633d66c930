"""预售 (R504): the dates of a pre-sale order, and its payment: deposit paid, balance due, reminded, paid or lapsed."""

from datetime import datetime
from typing import Any

from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import CLOCK, Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.saying import require_sayable
from xiaoer.orders import events_pay, pay_forms
from xiaoer.orders.models import Order, PresaleCase
from xiaoer.orders.pay_flow import PRESALE
from xiaoer.orders.rules import Status

OPENS, CLOSES = "presale_opens", "presale_closes"
"""The two clocks of a pre-sale. Their times are the platform's, so they are started by hand and not from a rule."""


def set_presale(
    order_id: int,
    *,
    deposit_fen: int,
    balance_from: datetime,
    balance_until: datetime,
    ships_at: datetime,
    by: Who,
    at: datetime,
    deposit_at: datetime | None = None,
) -> PresaleCase:
    """Write down, or correct, the dates of a pre-sale; the balance is what is left of the order's total."""
    row = Order.objects.select_for_update(of=("self",)).select_related("shop").filter(pk=order_id).first()
    if row is None:
        raise NotFound("没有这张订单", "There is no such order")
    _check(row, deposit_fen, balance_from, balance_until, ships_at)
    values = {
        "deposit_fen": deposit_fen,
        "deposit_at": deposit_at or row.created_at or row.ordered_at,
        "balance_fen": (row.payable_fen or 0) - deposit_fen,
        "balance_from": balance_from,
        "balance_until": balance_until,
        "ships_at": ships_at,
    }
    held = PresaleCase.objects.filter(order=row).select_related("shop", "order").first()
    if held is None:
        held = PresaleCase.objects.create(
            shop=row.shop,
            order=row,
            customer_id=row.customer_id,
            state=PRESALE.first,
            state_at=at,
            opened_at=at,
            opened_by=str(by),
            **values,
        )
        Order.objects.filter(pk=row.pk).update(kind="presale", changed_at=at)
        moving.begin(PRESALE, held, by=by, at=at)
    else:
        if PRESALE.state(held.state).final:
            raise _over(held)
        PresaleCase.objects.filter(pk=held.pk, state=held.state).update(**values)
        for name, value in values.items():
            setattr(held, name, value)
    _clocks(held, at)
    _say(held, by=by, at=at)
    return held


def _check(row: Order, deposit_fen: int, balance_from: datetime, balance_until: datetime, ships_at: datetime) -> None:
    wrong: dict[str, T] = {}
    total = row.payable_fen or 0
    if not 0 <= deposit_fen <= total:
        wrong["deposit_fen"] = T(
            f"定金要在 0 和订单总额 {total} 分之间", f"The deposit lies between 0 and the order's total of {total} fen"
        )
    if balance_until <= balance_from:
        wrong["balance_until"] = T("尾款截止要晚于开始", "The window ends after it begins")
    if ships_at < balance_from:
        wrong["ships_at"] = T("预计发货不能早于尾款开始", "It cannot ship before the balance may be paid")
    if wrong:
        raise Invalid(fields=wrong)
    if row.status != Status.WAITING_PAYMENT:
        raise Conflict(
            "presale_over",
            f"订单 {row.order_no} 已不是待付款，不用再记预售尾款",
            f"Order {row.order_no} no longer waits for payment",
            current={"status": row.status},
        )


def _clocks(row: PresaleCase, at: datetime) -> None:
    subject = moving.subject_of(PRESALE, row)
    if row.state == "deposit_paid":
        deadlines.start(OPENS, subject, shop_id=row.shop_id, due_at=row.balance_from, at=at)
    deadlines.start(CLOSES, subject, shop_id=row.shop_id, due_at=row.balance_until, at=at)


def remind(row: PresaleCase, form: Any, *, by: Who, at: datetime) -> None:
    """提醒付尾款: recorded here; the words themselves go through the reminder of the unpaid list or the talk."""
    assert isinstance(form, pay_forms.Sent)
    require_sayable(form.text, shop_id=row.shop_id, field="text", at=at)
    moving.move(PRESALE, row, "remind", by=by, at=at, details={"channel": form.channel}, reminded_at=at)
    _say(row, by=by, at=at)


def pay(row: PresaleCase, form: Any, *, by: Who, at: datetime) -> None:
    moving.move(PRESALE, row, "pay", by=by, at=at, paid_at=at)
    _say(row, by=by, at=at)


def by_clock(row: PresaleCase, kind: str, *, at: datetime) -> bool:
    """The window opens, or ends with the balance unpaid. Firing twice does nothing."""
    verb = "open_window" if kind == OPENS else "lapse"
    if PRESALE.find(row.state, verb) is None:
        return False
    moving.move(PRESALE, row, verb, by=CLOCK, at=at)
    _say(row, by=CLOCK, at=at)
    return True


def order_moved(order_id: int, status: str, *, paid_at: datetime | None, by: Who, at: datetime) -> bool:
    """The platform reports the order paid or closed: so stands the pre-sale."""
    row = PresaleCase.objects.select_related("shop", "order").filter(order_id=order_id).first()
    if row is None or PRESALE.state(row.state).final or status == Status.WAITING_PAYMENT:
        return False
    verb = "lapse" if status == Status.CLOSED else "pay"
    columns: dict[str, Any] = {"paid_at": paid_at or at} if verb == "pay" else {}
    moving.move(PRESALE, row, verb, by=by, at=at, **columns)
    _say(row, by=by, at=at)
    return True


def _over(row: PresaleCase) -> Conflict:
    label = PRESALE.state(row.state).label
    return Conflict(
        "presale_over",
        f"这笔预售已是「{label.zh}」，日期不能再改",
        f"This pre-sale is {label.en!r}: its dates are fixed",
        current={"state": row.state},
    )


def _say(row: PresaleCase, *, by: Who, at: datetime) -> None:
    label = PRESALE.state(row.state).label
    payload = events_pay.OrderPresale(state=row.state, label=label.zh, label_en=label.en)
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at, customer_id=row.customer_id)
