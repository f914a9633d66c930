"""Words of the outgoing-message check (发送前检查, R399): rule, context, finding, verdict. Pure.

The rules themselves are data in `packs/*.toml`; `packs.py` reads them, `engine.py` applies them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xiaoer.kernel.i18n import T

ALLOW, LOG, WARN, BLOCK = "allow", "log", "warn", "block"
LEVELS = (ALLOW, LOG, WARN, BLOCK)
"""From lax to strict. log: kept for inspection; warn: the agent confirms with a reason; block: not sent."""

LEVEL_NAMES = {
    ALLOW: T("放行", "allow"),
    LOG: T("记录", "log"),
    WARN: T("提醒", "warn"),
    BLOCK: T("拦截", "block"),
}
KINDS = ("phrase", "pattern", "fact", "promise", "pair")
"""pair: what the buyer asked and what is answered, forbidden only together (有没有发票 + 没有)."""
POLARITIES = ("any", "asserted")
LAYERS = ("clause", "tight", "plain")
DIRECTIONS = ("out", "in")
PLATFORMS = ("taobao", "tmall", "kuaishou", "jd", "pinduoduo", "douyin", "vipshop", "xiaohongshu")
"""Platforms rules may name (R442). A platform a rule does not name gets the rule's own level: the strictest."""


def strictest(levels: tuple[str, ...]) -> str:
    """The strictest of some levels; `allow` of none."""
    return max(levels, key=LEVELS.index, default=ALLOW)


@dataclass(frozen=True, slots=True)
class Rule:
    """One forbidden kind of sentence, with its examples. A row of a pack, dated (R610)."""

    id: str
    kind: str
    level: str
    title: T
    reason: T
    source: tuple[str, ...]
    levels: Mapping[str, str] = field(default_factory=dict)
    """Level by platform where it differs: promise.ship_time is `allow` on taobao (C01)."""
    switches: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Level by switch and platform ('*': any) once the shop has switched the thing on: bank_transfer (C02)."""
    rewrite: T | None = None
    penalty: T | None = None
    direction: str = "out"
    layer: str = "clause"
    phrases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    detector: str = ""
    unless: tuple[str, ...] = ()
    polarity: str = "any"
    """asserted: a finding that its clause denies or warns of is dropped (不能加微信)."""
    asked: tuple[str, ...] = ()
    """Patterns of the buyer's question; such a rule speaks only when she has just asked it."""
    when: tuple[str, ...] = ()
    """Switches all of which must be on: identity_unverified."""
    exempt_authors: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    match: tuple[str, ...] = ()
    no_match: tuple[str, ...] = ()
    example_platform: str = ""
    example_switches: tuple[str, ...] = ()
    pack: str = ""
    telling: tuple[tuple[str, ...], ...] = ()
    """For each part (the phrases, then each pattern) words one of which stands in all it finds; empty: the anchors."""

    def level_for(self, platform: str, switches: frozenset[str] | set[str] = frozenset()) -> str:
        """The level on a platform with these switches on; an unknown platform gets the strictest there is."""
        if platform in PLATFORMS:
            level = self.levels.get(platform, self.level)
        else:
            level = strictest((self.level, *self.levels.values()))
        for switch, by_platform in self.switches.items():
            if switch in switches:
                level = by_platform.get(platform, by_platform.get("*", level))
        return level

    def in_force(self, day: date | None) -> bool:
        """Whether the rule held on that day; without a day only rules that have ended are left out."""
        if day is None:
            return self.valid_to is None
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Context:
    """What the check may know about the conversation. Everything has a strict default."""

    platform: str = ""
    role: str = ""
    author: str = "staff"
    """Kind of author: staff, system (greetings), bot, platform (the marketplace's own desk), buyer."""
    direction: str = "out"
    day: date | None = None
    switches: frozenset[str] = frozenset()
    """What the shop has switched on (cod, bank_transfer, ...), and what holds at this hour: `after_cutoff`."""
    known_numbers: frozenset[str] = frozenset()
    """Order numbers, waybills, the published hotline: never findings."""
    allowed_hosts: frozenset[str] = frozenset()
    order_state: str = ""
    history: tuple[str, ...] = ()
    """What the same author sent just before, oldest first: a number may come in pieces."""
    asked: tuple[str, ...] = ()
    """What the buyer wrote last, oldest first: the answer is read beside the question."""
    unanswered: int = 0
    """How many of the messages in `history` the buyer has not answered yet (R621)."""
    levels: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The shop's own, stricter levels by rule id; a laxer one is not heard."""
    book: Any = None
    """The shop's own rules and changes (`book.Book`); None: only the shipped rules."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding, with its place in the text as it was typed."""

    id: str
    level: str
    span: tuple[int, int]
    reason: T
    rewrite: T | None
    penalty: T | None
    source: tuple[str, ...]
    title: T

    def shown(self, language: str = "zh") -> dict[str, object]:
        """The finding in a viewer's language, as the API and the lane answer it."""
        return {
            "id": self.id,
            "level": self.level,
            "span": list(self.span),
            "title": self.title.say(language),
            "reason": self.reason.say(language),
            "rewrite": self.rewrite.say(language) if self.rewrite else None,
            "penalty": self.penalty.say(language) if self.penalty else None,
            "source": list(self.source),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may happen to a text: block, warn, log or allow, with the findings in the order of the text."""

    verdict: str
    rules: tuple[Hit, ...] = ()

    @property
    def blocked(self) -> bool:
        return self.verdict == BLOCK

    @property
    def needs_reason(self) -> bool:
        """A warned text goes out only when the agent confirms it with a reason."""
        return self.verdict == WARN

    def shown(self, language: str = "zh") -> dict[str, object]:
        return {"verdict": self.verdict, "rules": [hit.shown(language) for hit in self.rules]}


ALLOWED = Verdict(ALLOW)
