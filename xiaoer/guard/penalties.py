"""What is at stake (C18): points and money of a breach, from the policy's penalty rows or the shop's own rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.guard.book import Book
from xiaoer.guard.rules import Verdict
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rules
from xiaoer.policy.rules import NoRule

PREFIXES: tuple[tuple[str, str, str], ...] = (
    ("invoice.", "penalty_invoice_points", "penalty_invoice_deposit"),
    ("contact.", "penalty_contact_points", "penalty_contact_deposit"),
    ("pay.freight", "penalty_freight_points", ""),
    ("order.close", "", "penalty_close_order_fine"),
)
"""Families of rules and the policy keys of their points and their money."""
AT_THE_SECOND = frozenset({"penalty_invoice_deposit", "penalty_contact_deposit"})
"""Money that is lost with every second breach, not with each (C18: 两次扣保证金)."""


@dataclass(frozen=True, slots=True)
class Stake:
    """What one breach costs; `every` breaches cost the money once. `sure`: somebody checked the row."""

    points: int = 0
    fen: int = 0
    every: int = 1
    sure: bool = True

    def exposure(self, breaches: int) -> tuple[int, int]:
        """Points and fen of so many breaches."""
        return self.points * breaches, self.fen * (breaches // self.every)


NOTHING = Stake()


def stakes(shop: ShopFacts, book: Book | None, ids: Iterable[str], *, at: datetime) -> dict[str, Stake]:
    """The stake of each rule. One read of the policy for all of them."""
    wanted = set(ids)
    keys = {key for rule in wanted for key in _keys(rule) if key}
    known: dict[str, Any] = {}
    for key in keys:
        try:
            known[key] = rules([key], shop=shop, at=at)[key]
        except NoRule:
            continue
    own = {one.id: one.penalty for one in (book.rules if book is not None else ())}
    made: dict[str, Stake] = {}
    for rule in wanted:
        if rule in own:
            made[rule] = Stake(own[rule].points, own[rule].fen)
            continue
        points, money = (known.get(key) for key in _keys(rule))
        made[rule] = Stake(
            int(points.value) if points else 0,
            int(money.value) if money else 0,
            2 if money and money.key in AT_THE_SECOND else 1,
            all(one.verified for one in (points, money) if one),
        )
    return made


def _keys(rule: str) -> tuple[str, str]:
    return next(((points, money) for prefix, points, money in PREFIXES if rule.startswith(prefix)), ("", ""))


def shown(verdict: Verdict, shop: ShopFacts, book: Book | None, language: str, *, at: datetime) -> dict[str, Any]:
    """A verdict in a viewer's language, each finding with what is at stake."""
    made: dict[str, Any] = verdict.shown(language)
    if verdict.rules:
        found = stakes(shop, book, (hit.id for hit in verdict.rules), at=at)
        for row in made["rules"]:
            stake = found[row["id"]]
            row |= {"points": stake.points, "fen": stake.fen, "every": stake.every}
    return made
