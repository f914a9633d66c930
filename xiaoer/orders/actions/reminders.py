"""催付: one agent takes an unpaid order, writes to the buyer, and what came of it is recorded (R504, R380, R510).

Nothing here touches the platform's order. An unpaid one is closed by its buyer or by time, also when it is one of ten
that were ordered twice (C03, R510).
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from xiaoer.kernel import moving
from xiaoer.kernel.access import CLOCK, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.saying import require_sayable
from xiaoer.orders import events_pay, pay_forms
from xiaoer.orders.models import Order, PaymentReminder, UnpaidNote
from xiaoer.orders.pay_flow import REMINDER
from xiaoer.orders.pay_rules import BEIJING, WHY_TEXT, Standing, Why, beijing_day
from xiaoer.orders.pay_words import REASONS
from xiaoer.orders.rules import STATUS_NAMES, Status
from xiaoer.orders.unpaid_reads import standings_of
from xiaoer.people.queries import shop_facts


def take(order_id: int, *, by: Who, at: datetime) -> PaymentReminder:
    """Begin to urge an order. Of two agents at once one wins; asking again gives the winner her own."""
    row = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if row is None:
        raise NotFound("没有这张订单", "There is no such order")
    mine = PaymentReminder.objects.filter(order=row, state="taken", taken_by=str(by)).first()
    if mine is not None:
        return mine
    _require_unpaid(row)
    view = standings_of([row], shop_facts(row.shop_id), at=at)[row.pk]
    if not view.standing.may:
        raise _refused(view.standing, view.held_by)
    reminder = PaymentReminder(
        shop_id=row.shop_id,
        order=row,
        customer_id=row.customer_id,
        state="taken",
        state_at=at,
        day=beijing_day(at),
        nth=view.today + 1,
        reason=view.reason,
        taken_by=str(by),
        taken_by_name=by.name[:64],
        taken_at=at,
    )
    try:
        with atomic():
            reminder.save(force_insert=True)
    except IntegrityError:
        raise _refused(Standing(Why.HELD, None), "") from None
    moving.begin(REMINDER, reminder, by=by, at=at)
    _say(reminder, by=by, at=at)
    return reminder


def _require_unpaid(row: Order) -> None:
    if row.status != Status.WAITING_PAYMENT:
        label = STATUS_NAMES[Status(row.status)]
        raise Conflict(
            "not_unpaid",
            f"订单 {row.order_no} 已是「{label.zh}」，不用催付",
            f"Order {row.order_no} is {label.en!r}: there is nothing to remind of",
            current={"status": row.status},
        )


def _refused(standing: Standing, held_by: str) -> Conflict:
    text, when = WHY_TEXT[standing.why], standing.not_before
    zh, en = text.zh + (f"（{held_by}）" if held_by else ""), text.en + (f" ({held_by})" if held_by else "")
    if when is not None:
        local = f"{when.astimezone(BEIJING):%m-%d %H:%M}"
        zh, en = f"{zh}；最早 {local} 可以催付", f"{en}; not before {local} (Beijing)"
    return Conflict(
        "reminder_" + standing.why.value,
        zh,
        en,
        current={"why": standing.why.value, "not_before": iso(when), "held_by": held_by},
    )


def send(row: PaymentReminder, form: Any, *, by: Who, at: datetime) -> None:
    """已发出: the words went out in the talk, or were copied and sent elsewhere."""
    assert isinstance(form, pay_forms.Sent)
    _require_mine(row, by)
    _require_unpaid(row.order)
    require_sayable(form.text, shop_id=row.shop_id, field="text", at=at)
    reason = form.reason if form.reason is not None else row.reason
    columns = {"channel": form.channel, "text": form.text, "reason": reason, "conversation": form.conversation}
    moving.move(REMINDER, row, "send", by=by, at=at, details={"channel": form.channel}, sent_at=at, **columns)
    if form.reason is not None:
        note(row.order_id, reason=form.reason, text=None, snoozed_until=None, by=by, at=at)
    _say(row, by=by, at=at)


def drop(row: PaymentReminder, form: Any, *, by: Who, at: datetime) -> None:
    """不催了: nothing went out, and the day's count is given back."""
    _require_mine(row, by)
    moving.move(REMINDER, row, "drop", by=by, at=at)
    _say(row, by=by, at=at)


def by_clock(row: PaymentReminder, kind: str, *, at: datetime) -> bool:
    """占用超时 or 效果期满. Firing twice does nothing."""
    verb = {"reminder_hold": "release", "reminder_counts": "lapse"}[kind]
    if REMINDER.find(row.state, verb) is None:
        return False
    moving.move(REMINDER, row, verb, by=CLOCK, at=at)
    _say(row, by=CLOCK, at=at)
    return True


def paid_or_closed(order_id: int, *, paid_at: datetime | None, by: Who, at: datetime) -> int:
    """The order moved on: the latest reminder before the payment gets the credit, the others end without (R504)."""
    rows = list(
        PaymentReminder.objects.filter(order_id=order_id, state__in=("taken", "sent"))
        .select_related("shop", "order")
        .order_by("-taken_at", "-pk")
    )
    credited = False
    for row in rows:
        good = paid_at is not None and not credited and row.sent_at is not None and row.sent_at <= paid_at
        credited = credited or good
        moving.move(REMINDER, row, "pay" if good else "lapse", by=by, at=at, paid_at=paid_at if good else None)
        _say(row, by=by, at=at)
    return len(rows)


def note(
    order_id: int, *, reason: str | None, text: str | None, snoozed_until: datetime | None, by: Who, at: datetime
) -> UnpaidNote:
    """未付款原因 and 稍后再催. What is None stays as it is; a snooze in the past is refused."""
    row = Order.objects.filter(pk=order_id).first()
    if row is None:
        raise NotFound("没有这张订单", "There is no such order")
    _require_unpaid(row)
    if reason not in (None, "", *REASONS):
        raise Invalid(fields={"reason": T("请从列出的原因里选择", "Choose one of the listed reasons")})
    if snoozed_until is not None and snoozed_until <= at:
        raise Invalid(fields={"snoozed_until": T("请选一个以后的时间", "Choose a time to come")})
    held = UnpaidNote.objects.filter(order=row).first()
    values = {
        "reason": reason if reason is not None else (held.reason if held else ""),
        "note": (text.strip()[:300] if text is not None else (held.note if held else "")),
        "snoozed_until": snoozed_until or (held.snoozed_until if held else None),
        "by": str(by),
        "by_name": by.name[:64],
        "at": at,
    }
    saved, _ = UnpaidNote.objects.update_or_create(order=row, defaults=values)
    label = REASONS.get(saved.reason, T("未填写", "not given"))
    payload = events_pay.OrderUnpaidNoted(
        reason=saved.reason, snoozed_until=iso(saved.snoozed_until) or "", label=label.zh, label_en=label.en
    )
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.pk}", by=by, at=at, customer_id=row.customer_id)
    return saved


def _require_mine(row: PaymentReminder, by: Who) -> None:
    if row.taken_by != str(by):
        raise Conflict(
            "not_yours",
            f"这张订单由 {row.taken_by_name} 在催付",
            f"{row.taken_by_name} is reminding of this order",
            current={"held_by": row.taken_by_name},
        )


def _say(row: PaymentReminder, *, by: Who, at: datetime) -> None:
    label = REMINDER.state(row.state).label
    payload = events_pay.OrderUrged(
        reminder=row.pk, state=row.state, reason=row.reason, channel=row.channel, label=label.zh, label_en=label.en
    )
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at, customer_id=row.customer_id)
