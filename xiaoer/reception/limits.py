"""Reads the reply clocks of a shop from the rules in force (C06): the lane, the desk's own messages and the screens."""

from datetime import datetime, timedelta

from xiaoer.kernel.clock import iso
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rules
from xiaoer.reception.clocks import ReplyClocks, shares, stretches

KEYS = ("first_human_reply", "follow_up_reply", "reply_warn_at")
SHOWN = ("greeting_target", "first_human_reply", "first_human_reply_urgent", "follow_up_reply", "slow_reply_alarm")
BACK = timedelta(days=2)
"""Screens also know the hours of the last two days: who waits since last night waits in open time."""
AHEAD = 8


def reply_clocks(shop: ShopFacts, at: datetime) -> ReplyClocks:
    """The clocks as the lane carries them."""
    found = rules(KEYS, shop=shop, at=at)
    return ReplyClocks(
        found["first_human_reply"].duration,
        found["follow_up_reply"].duration,
        shares(found["reply_warn_at"].value),
        stretches(shop.hours, at),
    )


def shown_clocks(shop: ShopFacts, at: datetime) -> dict[str, object]:
    """The clocks as a screen counts with them: seconds, and the open stretches around now."""
    found = rules((*SHOWN, "stale_window"), shop=shop, at=at)
    seconds = {key: int(found[key].duration.total_seconds()) for key in (*SHOWN, "stale_window")}
    hours = [(iso(opens), iso(closes)) for opens, closes in stretches(shop.hours, at - BACK, AHEAD)]
    return {"shop": shop.id, **seconds, "hours": hours}


def alarm_after(shop: ShopFacts, at: datetime) -> timedelta:
    """How long a buyer may wait before the one merged alarm (慢响应提醒)."""
    return rules(["slow_reply_alarm"], shop=shop, at=at)["slow_reply_alarm"].duration
