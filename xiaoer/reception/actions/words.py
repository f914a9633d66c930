"""What the desk says by itself, and how the shop speaks: settings, greeting, capped automatic replies (C13, R140)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xiaoer.guard import queries as guard
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rules
from xiaoer.reception import greeting, scripts, variables
from xiaoer.reception.actions.messages import post_message
from xiaoer.reception.actions.quick_replies import require_sayable
from xiaoer.reception.events_words import ReceptionSet
from xiaoer.reception.greeting_reads import greeting_of
from xiaoer.reception.models import Conversation, Message, ReceptionSetting
from xiaoer.reception.script_reads import setting_of

_LONGEST = 1000


def set_reception(shop_id: int, values: Mapping[str, Any], *, by: Who, at: datetime) -> ReceptionSetting:
    """Change the shop's style and its own greetings; empty words mean the shipped ones."""
    before = setting_of(shop_id)
    clean, wrong = dict(values), dict[str, T]()
    if clean.get("style", "") not in scripts.SHOP_STYLES:
        listed = "、".join(scripts.STYLES[name].zh for name in scripts.SHOP_STYLES)
        wrong["style"] = T(f"没有风格「{clean['style']}」，可选：{listed}", f"No style {clean['style']!r}")
    for name in ("greeting_offline", "greeting_peak"):
        if name in clean and (found := _wrong_words(clean[name], shop_facts(shop_id))) is not None:
            wrong[name] = found
    if wrong:
        raise Invalid(fields=wrong)
    changes = {name: [getattr(before, name), value] for name, value in clean.items() if getattr(before, name) != value}
    if not changes:
        return before
    ReceptionSetting.objects.get_or_create(shop_id=shop_id)
    ReceptionSetting.objects.filter(shop_id=shop_id).update(**clean)
    announce(ReceptionSet(changes=changes), shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return setting_of(shop_id)


def _wrong_words(text: str, shop: ShopFacts) -> T | None:
    if len(text) > _LONGEST:
        return T(f"最多 {_LONGEST} 字", f"At most {_LONGEST} characters")
    if unknown := variables.unknown_variables(text):
        return T(f"不认识的变量「{unknown[0]}」", f"Unknown variable {unknown[0]!r}")
    try:
        require_sayable(text, [], shop)
    except Invalid as refusal:
        return refusal.fields["text"]
    return None


def greet(row: Conversation, at: datetime) -> None:
    """The automatic greeting, as often per session as the rule allows: once (C13, R140). It counts as no answer."""
    shop = shop_facts(row.shop_id)
    if rules(["auto_greetings_per_session"], shop=shop, at=at)["auto_greetings_per_session"].value < 1:
        return
    text = greeting_of(shop, at=at)
    post_message(row.pk, by=SYSTEM, at=at, kind="text", text=text, author="bot", client_id="greeting:1")


def auto_reply(conversation_id: int, text: str, *, key: str, at: datetime) -> bool:
    """Say something automatically, if the session's cap still allows it (C13, B56). False when it was not said.

    For every area that lets the desk speak by itself: the cap counts all of them together. `key` tells one occasion
    from another, so that a second try says nothing twice. The guard has the last word on what goes out.
    """
    row = Conversation.objects.filter(pk=conversation_id).first()
    if row is None:
        return False
    shop = shop_facts(row.shop_id)
    most: int = rules(["auto_replies_per_session"], shop=shop, at=at)["auto_replies_per_session"].value
    said = Message.objects.filter(conversation_id=row.pk, author_kind="bot", kind="text", at__gte=row.opened_at)
    client_id = f"auto:{key}"[:48]
    if said.filter(client_id=client_id).exists():
        return False
    if said.exclude(client_id__startswith="greeting:").count() >= most:
        return False
    if guard.check(text, guard.context_for(shop, author="bot")).blocked:
        return False
    post_message(row.pk, by=SYSTEM, at=at, kind="text", text=text, author="bot", client_id=client_id)
    return True


__all__ = ["auto_reply", "greet", "greeting", "set_reception"]
