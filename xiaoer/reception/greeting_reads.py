"""The greeting a shop says now, and what buyers would see in each state (买家看到的)."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q

from xiaoer.guard import queries as guard
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rules
from xiaoer.reception import greeting
from xiaoer.reception import rules as talk_rules
from xiaoer.reception.models import Conversation, ReceptionSetting
from xiaoer.reception.peak import in_peak
from xiaoer.reception.script_reads import setting_of


def greeting_of(shop: ShopFacts, *, at: datetime) -> str:
    """What the bot says once per session (C13): by hours, peak mode, the shop's own words, platform and style."""
    open_now = talk_rules.is_open(shop.hours, at)
    state = greeting.state_of(open_now=open_now, peak=open_now and in_peak(shop.id, at=at))
    return _text(shop, setting_of(shop.id), state, at)


def _text(shop: ShopFacts, setting: ReceptionSetting, state: str, at: datetime) -> str:
    own = {"offline": setting.greeting_offline, "peak": setting.greeting_peak}.get(state, "")
    own_is_open = not own.strip()
    if own_is_open and state != "peak":  # in peak hours the shop's long words give way to the short ones
        own = shop.greeting
    own = own if _sayable(own, shop) else ""
    shipped = greeting.template_for(state, platform=shop.platform, style=setting.style)
    facts = greeting.values(shop.name, shop.hours, hotline=shop.hotline, at=at)
    return greeting.compose(own, shipped, facts, state=state, own_is_open=own_is_open)


def _sayable(text: str, shop: ShopFacts) -> bool:
    """A shop that greets as 天猫客服 (C49) greets with the shipped words instead."""
    return not text or _passes(text, shop.platform, shop.hotline, str(shop.return_address.get("phone", "")))


@lru_cache(maxsize=512)
def _passes(text: str, platform: str, *known: str) -> bool:
    context = guard.Context(platform=platform, author="system", known_numbers=frozenset(one for one in known if one))
    return not guard.check(text, context).blocked


def previews(shop: ShopFacts, *, at: datetime) -> list[dict[str, str]]:
    """The greeting of each state as a buyer would read it now."""
    setting = setting_of(shop.id)
    return [{"state": name, "text": _text(shop, setting, name, at)} for name in greeting.STATES]


# ------------------------------------------------------------------------------------------------ share of automatic replies


MOST_DAYS = 31


def auto_share(viewer: Viewer, shop: ShopFacts, *, days: int, at: datetime) -> dict[str, Any]:
    """How much of what buyers were told came from the desk itself (自动回复占比, R140), over the last days.

    `over_cap` counts sessions with more automatic replies than the rule allows; the greeting is not among them.
    """
    viewer.require(Perm.CHAT_ALL, shop.id)
    since = at - timedelta(days=max(1, min(days, MOST_DAYS)))
    most: int = rules(["auto_replies_per_session"], shop=shop, at=at)["auto_replies_per_session"].value
    said = Q(messages__kind__in=("text", "image", "card"))
    bot = said & Q(messages__author_kind="bot")
    rows = Conversation.objects.filter(shop_id=shop.id, last_message_at__gte=since, last_message_at__lte=at)
    counted = rows.annotate(
        auto=Count("messages", filter=bot),
        replies=Count(
            "messages", filter=bot & ~Q(messages__client_id__startswith="greeting:") & Q(messages__kind="text")
        ),
        human=Count("messages", filter=said & Q(messages__author_kind="staff")),
    ).values_list("auto", "replies", "human")
    found = list(counted)
    auto, human = sum(row[0] for row in found), sum(row[2] for row in found)
    return {
        "days": days,
        "sessions": len(found),
        "automatic": auto,
        "human": human,
        "share": round(100 * auto / (auto + human), 1) if auto + human else 0.0,
        "only_automatic": sum(row[0] > 0 and row[2] == 0 for row in found),
        "over_cap": sum(row[1] > most for row in found),
        "cap": most,
    }
