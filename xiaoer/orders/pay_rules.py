"""When an unpaid order may be urged (催付), and until when it may be paid. Pure.

Never at night (C47), not the moment a shift begins for what was ordered at night (R143), not before the buyer had time to
pay, not more often than the caps allow (B49), not while somebody snoozed it, and never for a pre-sale whose balance
cannot be paid yet (R504).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from xiaoer.kernel.calendar import next_allowed
from xiaoer.kernel.i18n import T

BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """The policy rows as plain values."""

    first: timedelta
    gap: timedelta
    most: int
    per_day: int
    night_wait: timedelta
    quiet_from: str
    quiet_until: str


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What is known of one unpaid order. `sent`: when it was urged; `today`: how often its buyer was urged today."""

    ordered_at: datetime
    closes_at: datetime
    sent: Sequence[datetime] = ()
    today: int = 0
    held_by: str = ""
    snoozed_until: datetime | None = None
    payable_from: datetime | None = None


class Why(StrEnum):
    READY = "ready"
    TOO_EARLY = "too_early"
    NIGHT = "night"
    GAP = "gap"
    SNOOZED = "snoozed"
    CAP_ORDER = "cap_order"
    CAP_DAY = "cap_day"
    HELD = "held"
    CLOSING = "closing"
    WINDOW = "window"


WHY_TEXT: dict[Why, T] = {
    Why.READY: T("现在可以催付", "May be reminded now"),
    Why.TOO_EARLY: T("刚拍下不久，再等等", "Ordered only just now"),
    Why.NIGHT: T("免打扰时段，不催付", "Quiet hours"),
    Why.GAP: T("刚催过，隔一段时间再催", "Reminded a short while ago"),
    Why.SNOOZED: T("已设置稍后再催", "Snoozed"),
    Why.CAP_ORDER: T("这张订单催付次数已满", "Reminded as often as allowed"),
    Why.CAP_DAY: T("今天联系这位买家的次数已满", "The buyer was contacted as often as allowed today"),
    Why.HELD: T("同事正在催付", "A colleague is at it"),
    Why.CLOSING: T("到可以催付时订单已超时", "It closes before it may be reminded"),
    Why.WINDOW: T("预售尾款还不能支付", "The balance cannot be paid yet"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an order may be urged now; `not_before` is when it may be, None for never."""

    why: Why
    not_before: datetime | None

    @property
    def may(self) -> bool:
        return self.why is Why.READY


def beijing_day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def day_ends(moment: datetime) -> datetime:
    """The midnight in Beijing after a moment."""
    there = moment.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    return there + timedelta(days=1)


def first_moment(ordered_at: datetime, rules: ReminderRules) -> datetime:
    """The first time an order may be urged: some time to pay, and for one placed at night the morning's grace (R143)."""
    morning = next_allowed(ordered_at, rules.quiet_from, rules.quiet_until)
    first = ordered_at + rules.first
    if morning > ordered_at:
        first = max(first, morning + rules.night_wait)
    return next_allowed(first, rules.quiet_from, rules.quiet_until)


def standing(order: Unpaid, rules: ReminderRules, at: datetime) -> Standing:
    """Whether `order` may be urged at `at`. The reason that holds longest is the one given."""
    if order.held_by:
        return Standing(Why.HELD, None)
    if len(order.sent) >= rules.most:
        return Standing(Why.CAP_ORDER, None)
    bounds = [(first_moment(order.ordered_at, rules), Why.TOO_EARLY)]
    if order.sent:
        bounds.append((max(order.sent) + rules.gap, Why.GAP))
    if order.snoozed_until is not None:
        bounds.append((order.snoozed_until, Why.SNOOZED))
    if order.payable_from is not None:
        bounds.append((order.payable_from, Why.WINDOW))
    if order.today >= rules.per_day:
        bounds.append((day_ends(at), Why.CAP_DAY))
    bound, why = max(bounds, key=lambda pair: pair[0])
    moment = next_allowed(max(bound, at), rules.quiet_from, rules.quiet_until)
    if moment >= order.closes_at:
        return Standing(Why.CLOSING, None)
    if bound > at:
        return Standing(why, moment)
    return Standing(Why.READY, at) if moment <= at else Standing(Why.NIGHT, moment)
