"""What is wrong with an order today (每日跟进): unpaid, not moving, late or about to be. Pure.

R430: the daily order record; R738: unpaid past its time and stuck orders; R737: shortage and late shipment; R235: an order
that was printed but does not move. One order has at most one trouble per topic: the worst.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from xiaoer.orders.pay_words import TOPIC_OF
from xiaoer.orders.rules import Fulfilment, Status

TOPICS = ("pay", "ship", "stock")
"""What the look-over decides by itself; `system` entries are opened and closed by people."""


@dataclass(frozen=True, slots=True)
class FollowRules:
    """The policy rows as plain values."""

    unprinted: timedelta
    unpacked: timedelta
    unshipped: timedelta
    late_warn: timedelta
    near_close: timedelta
    balance_warn: timedelta
    handled: timedelta

    def stage(self, fulfilment: str) -> tuple[str, timedelta]:
        """The trouble of standing too long in a fulfilment state, and how long is too long."""
        return {
            Fulfilment.UNPRINTED: ("unprinted", self.unprinted),
            Fulfilment.PRINTED: ("unpacked", self.unpacked),
            Fulfilment.PACKED: ("unshipped", self.unshipped),
        }[Fulfilment(fulfilment)]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one order. `since`: when it came into its fulfilment state; `late_at`: when it is late."""

    status: str
    fulfilment: str
    closes_at: datetime
    since: datetime | None = None
    late_at: datetime | None = None
    held: bool = False
    short: bool = False
    presale_from: datetime | None = None
    presale_until: datetime | None = None
    ships_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong: since when, and until when somebody should have dealt with it."""

    kind: str
    since: datetime
    due_at: datetime

    @property
    def topic(self) -> str:
        return TOPIC_OF[self.kind]


def troubles(order: Standing, rules: FollowRules, at: datetime) -> Mapping[str, Trouble]:
    """What is wrong with the order at `at`, by topic; nothing for an order that goes its way."""
    found: dict[str, Trouble] = {}
    for one in (_payment(order, rules, at), _shipping(order, rules, at)):
        if one is not None:
            found[one.topic] = one
    if order.short and order.status == Status.PAID and order.fulfilment == Fulfilment.UNPRINTED:
        found["stock"] = Trouble("shortage", at, at + rules.handled)
    return found


def _payment(order: Standing, rules: FollowRules, at: datetime) -> Trouble | None:
    if order.status != Status.WAITING_PAYMENT:
        return None
    if order.presale_until is not None:
        warned = order.presale_until - rules.balance_warn
        open_now = order.presale_from is None or order.presale_from <= at
        near = open_now and warned <= at <= order.presale_until
        return Trouble("balance_due", max(warned, order.presale_from or warned), order.presale_until) if near else None
    if at >= order.closes_at:
        return Trouble("unpaid_timeout", order.closes_at, order.closes_at + rules.handled)
    if order.closes_at - at <= rules.near_close:
        return Trouble("near_close", order.closes_at - rules.near_close, order.closes_at)
    return None


def _shipping(order: Standing, rules: FollowRules, at: datetime) -> Trouble | None:
    gone = order.fulfilment in (Fulfilment.SHIPPED, Fulfilment.VOIDED)
    if order.status != Status.PAID or gone:
        return None
    if order.late_at is not None and at > order.late_at:
        return Trouble("late", order.late_at, order.late_at + rules.handled)
    if order.late_at is not None and order.late_at - at <= rules.late_warn:
        return Trouble("late_soon", order.late_at - rules.late_warn, order.late_at)
    if order.since is None or order.held or (order.ships_at is not None and at < order.ships_at):
        return None
    kind, limit = rules.stage(order.fulfilment)
    slow = order.since + limit
    if at < slow:
        return None
    due = slow + rules.handled
    return Trouble(kind, slow, min(due, order.late_at) if order.late_at is not None else due)
