"""What other areas ask the guard: the check itself, a shop's context, the rules and the findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from xiaoer.guard import packs
from xiaoer.guard.book import Book
from xiaoer.guard.books import book_of
from xiaoer.guard.engine import PIECE
from xiaoer.guard.models import GuardHit
from xiaoer.guard.packs import shipped
from xiaoer.guard.penalties import shown as with_stakes
from xiaoer.guard.rules import ALLOW, BLOCK, Context, Rule, Verdict
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import ship_words
from xiaoer.people.queries import ShopFacts, find_shop

__all__ = [
    "PIECE",
    "Context",
    "Verdict",
    "asks",
    "book_of",
    "check",
    "context_for",
    "hits_for",
    "rules_for",
    "warm",
    "with_book",
    "with_stakes",
]


def warm() -> None:
    """Load the packs now (about half a second) rather than at the first message."""
    check("亲，您好", Context(platform="tmall"))


def check(text: str, context: Context) -> Verdict:
    """The verdict on one text: by the shipped rules, and by the shop's own when the context carries its book."""
    return packs.check(text, context) if context.book is None else context.book.check(text, context)


@lru_cache(maxsize=20_000)
def asks(text: str) -> bool:
    """Whether a buyer's text asks something on which the answer must be read together with it (有没有发票 → 没有)."""
    return shipped().asks(text)


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
    book = book_of(shop.id)
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
        levels=book.levels if book is not None else {},
        book=book,
    )


AFTER_CUTOFF = frozenset({"after_cutoff"})


def _of_the_hour(shop: ShopFacts, at: datetime | None) -> frozenset[str]:
    """Even what lies ready no longer leaves today (R064, R065)."""
    late = at is not None and ship_words(shop, at=at, stock=True).may_say == "tomorrow"
    return AFTER_CUTOFF if late else frozenset()


def require_sayable(text: str, shop: ShopFacts, *, field: str, at: datetime, known: Iterable[str] = ()) -> None:
    """Refuse words that would be stopped, under `field`: the words, the reason, what to say instead (R399)."""
    verdict = check(text, context_for(shop, at=at, known_numbers=known))
    if not verdict.blocked:
        return
    hit = next(one for one in verdict.rules if one.level == BLOCK)
    words = text[hit.span[0] : hit.span[1]]
    zh, en = (
        f"「{words}」不能发：{hit.title.zh}。{hit.reason.zh}",
        f"{words!r} is stopped: {hit.title.en}. {hit.reason.en}",
    )
    if hit.rewrite is not None:
        zh, en = f"{zh} 可改为：{hit.rewrite.zh}", f"{en} Say: {hit.rewrite.en}"
    raise Invalid(fields={field: T(zh, en)}, code="guard_blocked")


def with_book(context: Context, book: Book | None) -> Context:
    """The same context under other rules of the shop: a draft, an unsaved rule."""
    return replace(context, book=book, levels=book.levels if book is not None else {})


def rules_for(context: Context) -> list[tuple[Rule, str]]:
    """The rules in force for a shop with their levels there, the strict ones first; `allow` ones are left out."""
    rules = shipped().rules + (context.book.engine.rules if context.book and context.book.engine else ())
    rows = [(rule, level_in(rule, context)) for rule in rules]
    order = {"block": 0, "warn": 1, "log": 2}
    return sorted(
        ((rule, level) for rule, level in rows if level != ALLOW and rule.in_force(context.day)),
        key=lambda row: (row[0].direction != "out", order[row[1]], row[0].id),
    )


def level_in(rule: Rule, context: Context) -> str:
    """The level of a rule in a shop: what the shop set, else what its platform asks for."""
    own = context.book.levels.get(rule.id) if context.book is not None else None
    return own or rule.level_for(context.platform, context.switches)


def hits_for(viewer: Viewer, shop_id: int, **where: Any) -> QuerySet[GuardHit]:
    """The findings in a shop of the viewer's: for inspectors, trainers and supervisors."""
    find_shop(viewer, shop_id)
    viewer.require(Perm.GUARD_VIEW, shop_id)
    wanted = {name: value for name, value in where.items() if value not in (None, "")}
    return GuardHit.objects.filter(shop_id=shop_id, **wanted).select_related("staff")
