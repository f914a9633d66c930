"""Unpaid orders of several ages, two pre-sales, and orders that do not move: the worklists of paying and follow-up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from xiaoer.demo.orders import Maker
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.orders.actions import followup, presale, reminders
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.models import FollowUp, Order
from xiaoer.orders.pay_forms import Agree, Sent
from xiaoer.people.models import Shop, Staff
from xiaoer.people.queries import viewer_of_staff

HOUR = timedelta(hours=1)
UNPAID = (("橘子汽水06", 71), ("白茶清欢21", 69), ("星河入梦17", 50), ("木子李88", 26), ("南风知我意09", 5))
"""Nick, and how many hours ago she ordered without paying: the first two are about to be closed by the platform."""
STUCK = (
    ("冬日暖阳36", "paid", "unprinted", 15),
    ("晚安地球52", "paid", "unprinted", 64),
    ("小鱼儿73", "paid", "unprinted", 75),
)


def load(shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> list[Any]:
    """Orders now; what people do with them as steps in time."""
    shop = shops["quanquan-tmall"]
    made = {nick: _order(shop, maker, "waiting_payment", nick, now - hours * HOUR, now) for nick, hours in UNPAID}
    twice = [_order(shop, maker, "waiting_payment", "蜜桃乌龙33", now - (3 + n) * HOUR, now, "0201") for n in range(2)]
    for nick, status, _, hours in STUCK:
        _order(shop, maker, status, nick, now - hours * HOUR, now)
    early = _order(shop, maker, "waiting_payment", "爱笑的眼睛11", now - 60 * HOUR, now)
    ending = _order(shop, maker, "waiting_payment", "小鱼儿58", now - 90 * HOUR, now)
    quanquan, tangtang = (viewer_of_staff(staff[name]).who for name in ("quanquan", "tangtang"))
    return [
        (now - 60 * HOUR, _presale(early, 60, now + 20 * HOUR, now + 68 * HOUR, now + 240 * HOUR, quanquan)),
        (now - 89 * HOUR, _presale(ending, 90, now - 30 * HOUR, now + 9 * HOUR, now + 200 * HOUR, quanquan)),
        (
            now - 20 * HOUR,
            _urge(made["星河入梦17"], "activity", "亲，活动以页面公布为准哦，喜欢可以先付款。", tangtang),
        ),
        (now - 3 * HOUR, _urge(made["木子李88"], "choosing", "亲，颜色尺码拿不准可以告诉我身高体重～", quanquan)),
        (now - 2 * HOUR, _noted(twice[0], "duplicate", quanquan)),
        (now - HOUR, lambda at: _look(shops, at)),
        (now - HOUR / 2, lambda at: _agree(shop, tangtang, at)),
    ]


def _order(shop: Shop, maker: Maker, status: str, nick: str, at: datetime, now: datetime, code: str = "") -> Order:
    draft = maker.order(status, nick=nick, code=code, paid_ago=now - at)
    draft.created_at = at if status == "waiting_payment" else draft.created_at
    [outcome] = take_in(shop.pk, [draft], source="demo", by=SYSTEM, at=now - HOUR)
    assert outcome.order_id is not None
    return Order.objects.get(pk=outcome.order_id)


def _presale(
    row: Order, hours: int, opens: datetime, ends: datetime, ships: datetime, by: Who
) -> Callable[[datetime], None]:
    def step(at: datetime) -> None:
        presale.set_presale(
            row.pk, deposit_fen=5000, balance_from=opens, balance_until=ends, ships_at=ships, by=by, at=at
        )

    return step


def _urge(row: Order, reason: str, text: str, by: Who) -> Callable[[datetime], None]:
    """Only by day: the demo may be opened at any hour."""

    def step(at: datetime) -> None:
        if 9 <= (at + 8 * HOUR).hour < 22:
            reminder = reminders.take(row.pk, by=by, at=at)
            reminders.send(reminder, Sent(channel="chat", text=text, reason=reason), by=by, at=at)

    return step


def _noted(row: Order, reason: str, by: Who) -> Callable[[datetime], None]:
    def step(at: datetime) -> None:
        reminders.note(row.pk, reason=reason, text="说手滑拍了两次，只要一件", snoozed_until=None, by=by, at=at)

    return step


def _look(shops: dict[str, Shop], at: datetime) -> None:
    for shop in shops.values():
        followup.sweep(shop.pk, at=at)


def _agree(shop: Shop, by: Who, at: datetime) -> None:
    """One late order: the buyer waits, for a coupon (R737)."""
    late = FollowUp.objects.select_related("shop", "order").filter(shop=shop, kind="late", closed_at=None).first()
    if late is not None:
        followup.agree(
            late, Agree(kind="coupon", amount_fen=1000, text="买家愿意等到明天，补 10 元优惠券"), by=by, at=at
        )
