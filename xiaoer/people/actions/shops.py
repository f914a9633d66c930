"""Opening a shop and changing its settings."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Role, Who
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people import events, rules
from xiaoer.people.models import Membership, Platform, Shop
from xiaoer.policy.queries import rule

PRIVATE = frozenset({"return_address", "hotline"})
"""Fields whose change is journalled by name only: the journal holds no addresses and no phones."""


def require_switches_allowed(switches: dict[str, bool], platform: str, *, at: datetime) -> None:
    """Tmall forbids payment outside the platform: bank transfer cannot be switched on there (C02)."""
    if not switches.get("bank_transfer"):
        return
    answer = rule("bank_transfer_allowed", platform=platform, at=at)
    if answer.value is False and answer.strength == "hard":
        raise Refusal(
            "switch_forbidden",
            f"不能开启银行转账。{answer.explain.zh}",
            f"Bank transfer cannot be switched on. {answer.explain.en}",
            fields={"switches": answer.explain},
            status=422,
        )


def open_shop(
    *,
    slug: str,
    name: str,
    platform: str,
    by: Who,
    at: datetime,
    hours: dict[str, Any] | None = None,
    return_address: dict[str, str] | None = None,
    switches: dict[str, Any] | None = None,
    hotline: str = "",
    greeting: str = "",
) -> Shop:
    """Create a shop; the person who does it becomes its owner."""
    if platform not in Platform.values:
        known = ", ".join(Platform.values)
        text = T(f"不认识的平台「{platform}」；可用：{known}", f"Unknown platform {platform!r}; known: {known}")
        raise Invalid(fields={"platform": text})
    rules.check_slug(slug)
    given = _checked(
        {
            "name": name,
            "hours": hours or {},
            "return_address": return_address or {},
            "switches": switches or {},
            "hotline": hotline,
            "greeting": greeting,
        }
    )
    require_switches_allowed(given["switches"], platform, at=at)
    if Shop.objects.filter(slug=slug).exists():
        raise Invalid(fields={"slug": T(f"网址名 {slug} 已被使用，请换一个", f"{slug} is taken; choose another")})
    shop = Shop.objects.create(slug=slug, platform=platform, opened_at=at, **given)
    if by.kind == "staff" and by.id is not None:
        Membership.objects.create(shop=shop, staff_id=by.id, roles=[Role.OWNER.value])
    said = events.ShopOpened(name=given["name"], platform=platform)
    announce(said, shop_id=shop.pk, subject=f"shop:{shop.pk}", by=by, at=at)
    return shop


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """The settings, each checked; only those that were given."""
    checks: dict[str, Callable[[Any], Any]] = {
        "name": rules.check_name,
        "hours": rules.check_hours,
        "return_address": rules.check_return_address,
        "switches": rules.check_switches,
        "hotline": _hotline,
        "greeting": _greeting,
    }
    return {field: checks[field](value) for field, value in given.items()}


def _hotline(text: str) -> str:
    if text and not rules.PHONE.fullmatch(text):
        raise Invalid(fields={"hotline": T(f"电话「{text}」不完整", f"{text!r} is no complete phone number")})
    return text


def _greeting(text: str) -> str:
    if len(text) > 1000:
        raise Invalid(fields={"greeting": T("欢迎语最多 1000 字", "At most 1000 characters")})
    return text


def change_shop(shop: Shop, changes: dict[str, Any], *, by: Who, at: datetime) -> Shop:
    """Change settings; switches that are not named stay. What changed is journalled with before and after."""
    given = _checked(changes)
    if "switches" in given:
        turned_on = {key: True for key, value in given["switches"].items() if value and not shop.switches.get(key)}
        require_switches_allowed(turned_on, shop.platform, at=at)
        given["switches"] = {**shop.switches, **given["switches"]}
    changed = {field: value for field, value in given.items() if getattr(shop, field) != value}
    if not changed:
        return shop
    told = {f: ["***", "***"] if f in PRIVATE else [getattr(shop, f), value] for f, value in changed.items()}
    Shop.objects.filter(pk=shop.pk).update(**changed)
    for field, value in changed.items():
        setattr(shop, field, value)
    announce(events.ShopChanged(changes=told), shop_id=shop.pk, subject=f"shop:{shop.pk}", by=by, at=at)
    return shop
