"""Proof that no pattern of a rule can hang: an upper bound on the ways `re` may try it from one place. Pure.

Repetition without an end is allowed for single characters only, never inside another repetition, and no back-references:
so the work per place is bounded by the product counted here, whatever the text.
"""

from __future__ import annotations

import re
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

MOST_WAYS = 1_000_000
"""The largest product accepted; a pattern of three gaps of up to 12 characters has about two thousand."""
LONGEST = 64
"""A repetition of single characters without an end counts as this many ways: clauses are short."""
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_SINGLE = (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY, sre.CATEGORY)


class Unsafe(ValueError):
    """A pattern that could take for ever."""


def ways(pattern: str) -> int:
    """In how many ways a pattern may be tried from one place, at most; `Unsafe` when there is no such number."""
    try:
        parsed = _parser.parse(pattern)
    except RecursionError as wrong:
        raise Unsafe(f"{_short(pattern)}: nested too deeply") from wrong
    found = _ways(parsed, pattern)
    if found > MOST_WAYS:
        raise Unsafe(
            f"{_short(pattern)}: can be tried in {found:,} ways from one place (at most {MOST_WAYS:,}); "
            "use fewer or shorter gaps such as [^,]{0,6}"
        )
    return found


def _ways(parsed: Any, pattern: str) -> int:
    total = 1
    for op, value in parsed:
        total *= _one(op, value, pattern)
        if total > MOST_WAYS * 1000:
            return total
    return total


def _one(op: Any, value: Any, pattern: str) -> int:
    if op in _REPEATS:
        return _repeat(value, pattern)
    if op is sre.BRANCH:
        return _branches(value[1], pattern)
    if op is sre.SUBPATTERN:
        return _ways(value[-1], pattern)
    if op is sre.ATOMIC_GROUP:
        return _ways(value, pattern)
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        _ways(value[1], pattern)
        return 1
    if op in (sre.GROUPREF, sre.GROUPREF_EXISTS, sre.GROUPREF_IGNORE):
        raise Unsafe(f"{_short(pattern)}: back-references are not allowed")
    return 1


def _branches(branches: Any, pattern: str) -> int:
    """Of branches that begin with different characters only one group can be tried at a place."""
    groups: dict[Any, int] = {}
    anywhere = 0
    for branch in branches:
        found = _ways(branch, pattern)
        if len(branch) and branch[0][0] is sre.LITERAL:
            groups[branch[0][1]] = groups.get(branch[0][1], 0) + found
        else:
            anywhere += found
    return anywhere + max(groups.values(), default=0)


def _repeat(value: Any, pattern: str) -> int:
    low, high, body = value
    single = len(body) == 1 and body[0][0] in _SINGLE
    if high == sre.MAXREPEAT:
        if not single:
            raise Unsafe(f"{_short(pattern)}: * or + stands behind a group; write how often at most, such as {{0,3}}")
        return LONGEST
    if single:
        return int(high) - int(low) + 1
    inner = _ways(body, pattern)
    return sum(inner**times for times in range(int(low), int(high) + 1)) if high <= 12 else MOST_WAYS * 1000


def _short(pattern: str) -> str:
    return repr(pattern if len(pattern) <= 60 else pattern[:57] + "...")


def safe(pattern: str) -> re.Pattern[str]:
    """The compiled pattern, or `Unsafe` with the reason."""
    ways(pattern)
    return re.compile(pattern)
