"""Telling words (锚词) of a pattern: strings one of which stands in every text the pattern finds. Pure.

The automaton looks for them in one pass; only patterns with a hit are tried. They are read off the pattern itself, so a
pack cannot forget one. `None`: a pattern that nothing fixed stands in, such as one of digits only.
"""

from __future__ import annotations

from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MOST_SIGNS = 40
MOST_WORDS = 3_000
Words = frozenset[str]


def telling_words(pattern: str) -> Words | None:
    """The words of a pattern, or None when there are none or too many."""
    return _of_sequence(list(_parser.parse(pattern)))


def _of_sequence(items: list[Any]) -> Words | None:
    """The best part of a sequence: long words before short ones, few before many."""
    best: Words | None = None
    run = ""
    for op, value in [*items, (None, None)]:
        if op is sre.LITERAL and chr(value) != ",":
            run += chr(value)
            continue
        if run:
            best = _better(best, frozenset({run}))
            run = ""
        if op is not None:
            best = _better(best, _of_one(op, value))
    return best


def _of_one(op: Any, value: Any) -> Words | None:
    if op is sre.BRANCH:
        found: set[str] = set()
        for branch in value[1]:
            words = _of_sequence(list(branch))
            if words is None:
                return None
            found |= words
        return frozenset(found) if len(found) <= MOST_WORDS else None
    if op is sre.SUBPATTERN:
        return _of_sequence(list(value[-1]))
    if op is sre.ATOMIC_GROUP:
        return _of_sequence(list(value))
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return _of_sequence(list(value[2])) if value[0] else None
    if op is sre.IN:
        return _of_class(value)
    return None


def _of_class(value: Any) -> Words | None:
    signs: set[str] = set()
    for op, one in value:
        if op is sre.LITERAL:
            signs.add(chr(one))
        elif op is sre.RANGE and one[1] - one[0] < MOST_SIGNS:
            signs |= {chr(code) for code in range(one[0], one[1] + 1)}
        else:
            return None
    return frozenset(signs - {","}) if 0 < len(signs) <= MOST_SIGNS and "," not in signs else None


def _better(one: Words | None, other: Words | None) -> Words | None:
    if one is None or other is None:
        return one if other is None else other
    return max(one, other, key=_worth)


def _worth(words: Words) -> tuple[int, int]:
    return min(2, *map(len, words)), -len(words)
