"""Words that search knows of the trade: synonyms as concepts (同义词), and words that only make a question."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_WORDS, _CHARS = (Path(__file__).parent / "stop_words.txt").read_text(encoding="utf-8").splitlines()
STOP_WORDS = frozenset(_WORDS.split())
STOP_CHARS = frozenset(_CHARS)


@cache
def _sets() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "thesaurus.toml").read_text(encoding="utf-8"))


@cache
def _automaton(asked: bool) -> Any:
    """All words of all sets, and the parts of those that need several ("退&哪": both, in any order)."""
    import ahocorasick

    held: dict[str, set[tuple[str, ...]]] = {}
    for name, row in _sets().items():
        for word in row["say"].split() + (row.get("ask", "").split() if asked else []):
            parts = word.split("&")
            for part in parts:
                held.setdefault(part, set()).add((name,) if len(parts) == 1 else (name, *parts))
    made = ahocorasick.Automaton()
    for word, uses in held.items():
        made.add_word(word, (word, tuple(sorted(uses))))
    made.make_automaton()
    return made


def _found(plain: str, asked: bool) -> list[str]:
    names: dict[str, None] = {}
    seen: set[str] = set()
    waiting: dict[tuple[str, ...], None] = {}
    for _, (word, uses) in _automaton(asked).iter(plain):
        if word in seen:
            continue
        seen.add(word)
        for use in uses:
            if len(use) == 1:
                names[use[0]] = None
            else:
                waiting[use] = None
    for use in waiting:
        if seen.issuperset(use[1:]):
            names[use[0]] = None
    return list(names)


def concepts_in(plain: str) -> list[str]:
    """The things a normalised text speaks of."""
    return _found(plain, asked=False)


def concepts_asked(plain: str) -> list[str]:
    """The things a normalised question asks about, in a buyer's words too."""
    return _found("".join(plain.split()), asked=True)


def said_words(plain: str) -> list[str]:
    """The shop's words for what a question asks about: what to mark in a hit."""
    sets = _sets()
    return [word for name in concepts_asked(plain) for word in sets[name]["say"].split() if "&" not in word]
