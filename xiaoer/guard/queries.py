"""What other areas ask the guard: the check itself, a shop's context, the rules and the findings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from xiaoer.guard.models import GuardHit
from xiaoer.guard.packs import check, shipped
from xiaoer.guard.rules import ALLOW, Context, Rule, Verdict
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.calendar import BEIJING
from xiaoer.orders.queries import ship_words
from xiaoer.people.queries import ShopFacts, find_shop

__all__ = ["Context", "Verdict", "check", "context_for", "hits_for", "rules_for", "warm"]


def warm() -> None:
    """Load the packs now (about half a second) rather than at the first message."""
    check("亲，您好", Context(platform="tmall"))


def context_for(
    shop: ShopFacts,
    *,
    role: str = "",
    author: str = "staff",
    direction: str = "out",
    at: datetime | None = None,
    known_numbers: Iterable[str] = (),
    allowed_hosts: Iterable[str] = (),
    order_state: str = "",
    history: Iterable[str] = (),
) -> Context:
    """The context of a shop's conversation: its platform and switches; its hotline and its return address's phone
    are known numbers, since the buyer must be told them. With `at`, rules are those of that day, and the ship promise
    says which day may be named (C01).
    """
    own = {shop.hotline, str(shop.return_address.get("phone", ""))}
    return Context(
        platform=shop.platform,
        role=role,
        author=author,
        direction=direction,
        day=at.astimezone(BEIJING).date() if at is not None else None,
        switches=frozenset(name for name, on in shop.switches.items() if on is True) | _of_the_hour(shop, at),
        known_numbers=frozenset(number for number in {*own, *known_numbers} if number),
        allowed_hosts=frozenset(allowed_hosts),
        order_state=order_state,
        history=tuple(history),
    )


AFTER_CUTOFF = frozenset({"after_cutoff"})


def _of_the_hour(shop: ShopFacts, at: datetime | None) -> frozenset[str]:
    """Even what lies ready no longer leaves today (R064, R065)."""
    late = at is not None and ship_words(shop, at=at, stock=True).may_say == "tomorrow"
    return AFTER_CUTOFF if late else frozenset()


def rules_for(context: Context) -> list[tuple[Rule, str]]:
    """The rules in force for a shop with their levels there, the strict ones first; `allow` ones are left out."""
    rows = [(rule, rule.level_for(context.platform, context.switches)) for rule in shipped().rules]
    order = {"block": 0, "warn": 1, "log": 2}
    return sorted(
        ((rule, level) for rule, level in rows if level != ALLOW and rule.in_force(context.day)),
        key=lambda row: (row[0].direction != "out", order[row[1]], row[0].id),
    )


def hits_for(viewer: Viewer, shop_id: int, **where: Any) -> QuerySet[GuardHit]:
    """The findings in a shop of the viewer's: for inspectors, trainers and supervisors."""
    find_shop(viewer, shop_id)
    viewer.require(Perm.GUARD_VIEW, shop_id)
    wanted = {name: value for name, value in where.items() if value not in (None, "")}
    return GuardHit.objects.filter(shop_id=shop_id, **wanted).select_related("staff")
