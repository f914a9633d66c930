"""What holds in one shop (规则手册): the shipped rules as the shop changed them, and the shop's own. Pure.

A book is made once per published version and never changes; a context carries it, so that whoever holds an older
context still gets one consistent answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from xiaoer.guard import packs
from xiaoer.guard.engine import Engine
from xiaoer.guard.layers import TABLES
from xiaoer.guard.rules import ALLOW, ALLOWED, LEVELS, Context, Hit, Rule, Verdict, strictest
from xiaoer.guard.shop_rules import Override, ShopRule, as_rule, fold
from xiaoer.kernel.text import Folded


@dataclass(frozen=True)
class Book:
    """One version of a shop's rules, ready to check. Two books are the same when shop, version and content are."""

    shop: int
    version: int
    digest: str
    rules: tuple[ShopRule, ...] = field(default=(), compare=False)
    overrides: Mapping[str, Override] = field(default_factory=dict, compare=False)
    engine: Engine | None = field(default=None, compare=False, repr=False)
    excused: Mapping[str, re.Pattern[str]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def levels(self) -> dict[str, str]:
        """Levels that the shop set, by rule."""
        return {rule: change.level for rule, change in self.overrides.items() if change.level}

    def check(self, text: str, context: Context) -> Verdict:
        """The verdict of shipped and own rules together."""
        found = packs.check(text, context)
        hits = list(found.rules)
        if hits and self.overrides:
            hits = [hit for hit in (self._changed(hit, text) for hit in hits) if hit is not None]
        if self.engine is not None:
            hits += self.engine.check(text, context).rules
        if not hits:
            return ALLOWED
        hits.sort(key=lambda hit: (hit.span, -LEVELS.index(hit.level), hit.id))
        return Verdict(strictest(tuple(hit.level for hit in hits)), tuple(hits))

    def _changed(self, hit: Hit, text: str) -> Hit | None:
        """The finding as the shop wants it; None when it switched the rule off or excuses the saying."""
        change = self.overrides.get(hit.id)
        if change is None:
            return hit
        if change.level == ALLOW:
            return None
        sayings = self.excused.get(hit.id)
        if sayings is not None:
            clause = Folded(text, TABLES["clause"])
            for found in sayings.finditer(clause.text):
                start, end = clause.span(*found.span())
                if start < hit.span[1] and hit.span[0] < end:
                    return None
        return replace(hit, level=change.level) if change.level else hit


def make_book(shop: int, version: int, digest: str, rules: list[Any], overrides: Mapping[str, Any]) -> Book:
    """A book from what a version stores."""
    own = tuple(ShopRule.model_validate(one) for one in rules)
    changes = {rule: Override.model_validate(one) for rule, one in overrides.items()}
    excused = {
        rule: re.compile("|".join(re.escape(fold(text)) for text in change.exceptions))
        for rule, change in changes.items()
        if change.exceptions
    }
    engine = Engine(ready(own)) if own else None
    return Book(shop, version, digest, own, changes, engine, excused)


def ready(rules: tuple[ShopRule, ...] | list[ShopRule]) -> list[Rule]:
    return [as_rule(one) for one in rules]
