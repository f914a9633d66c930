"""Telling words (锚词) of a pattern: strings one of which stands in every text the pattern finds. Pure.

The automaton looks for them in one pass; only patterns with a hit are tried. They are read off the pattern itself, so a
pack cannot forget one. `None`: a pattern that nothing fixed stands in, such as one of digits only.

What a part of a pattern can be is spelt out while that is little: `(?:您|你)的?(?:单子|订单)` tells by 您的订单 and its
seven sisters, not by 您, which stands in every second sentence.
"""

from __future__ import annotations

from math import prod
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from xiaoer.guard.layers import TABLES
from xiaoer.kernel.text import Folded

MOST_SIGNS = 40
MOST_SPELT = 64
MOST_WORDS = 3_000
COMMON = frozenset("的您是我不了亲这一有可们以到好退没买要款个在货下给就单发会货看后您们都请吗呢哦你么来件能天上")
"""Signs of which an ordinary sentence holds some; the others are ten times as rare."""
Words = frozenset[str]
Found = tuple[Words | None, Words | None]
"""All that a part can be, spelt out, if that is little; and words one of which stands in it."""
NOTHING: Words = frozenset({""})


def telling_words(pattern: str) -> Words | None:
    """The words of a pattern, or None when there are none or too many."""
    return _of_sequence(_parser.parse(pattern))[1]


def _of_sequence(items: Any) -> Found:
    """What neighbours spell together, and the rarest words among them."""
    best: Words | None = None
    run, whole_run = NOTHING, True
    for op, value in items:
        whole, words = _of_one(op, value)
        best = _rarer(best, words)
        if whole is not None and len(run) * len(whole) <= MOST_SPELT:
            run = frozenset(one + other for one in run for other in whole)
        else:
            best = _rarer(best, _telling(run))
            run, whole_run = whole or NOTHING, False
    return run if whole_run else None, _rarer(best, _telling(run))


def _of_one(op: Any, value: Any) -> Found:
    if op is sre.LITERAL:
        return _spelt({chr(value)})
    if op is sre.IN:
        return _spelt(_of_class(value))
    if op in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return NOTHING, None
    if op is sre.SUBPATTERN:
        return _of_sequence(value[-1])
    if op is sre.ATOMIC_GROUP:
        return _of_sequence(value)
    if op is sre.BRANCH:
        return _of_branches([_of_sequence(branch) for branch in value[1]])
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        least, most, part = value
        whole, words = _of_sequence(part)
        if (least, most) != (0, 1) or whole is None:
            return None, words if least else None
        return whole | NOTHING, None
    return None, None


def _spelt(signs: set[str] | None) -> Found:
    """A comma is no part of the reading in which words are looked for."""
    if signs is None:
        return None, None
    whole = frozenset(sign.replace(",", "") for sign in signs)
    return whole, _telling(whole)


def _of_branches(branches: list[Found]) -> Found:
    whole: Words | None = NOTHING - NOTHING
    words: Words | None = whole
    for one, other in branches:
        whole = None if whole is None or one is None else whole | one
        words = None if words is None or other is None else words | other
    return (
        whole if whole is not None and len(whole) <= MOST_SPELT else None,
        words if words is not None and len(words) <= MOST_WORDS else None,
    )


def _of_class(value: Any) -> set[str] | None:
    signs: set[str] = set()
    for op, one in value:
        if op is sre.LITERAL:
            signs.add(chr(one))
        elif op is sre.RANGE and one[1] - one[0] < MOST_SIGNS:
            signs |= {chr(code) for code in range(one[0], one[1] + 1)}
        else:
            return None
    return signs if 0 < len(signs) <= MOST_SIGNS else None


def _telling(words: Words) -> Words | None:
    """The words, unless one of them says nothing; a word that holds another one adds nothing."""
    if not all(Folded(word, TABLES["tight"]).text for word in words):
        return None
    return frozenset(word for word in words if not any(other in word and other != word for other in words))


def _rarer(one: Words | None, other: Words | None) -> Words | None:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other, key=_chance)


def _chance(words: Words) -> tuple[float, int]:
    """How often an ordinary sentence holds one of them, roughly; then the fewer."""
    chance = sum(prod(0.1 if sign in COMMON else 0.01 for sign in word) for word in sorted(words))
    return round(chance, 9), len(words)
