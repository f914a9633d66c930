"""Reading a review (评价分析): mood and topics, with the words that decided. Pure; the words are data, not code.

A review is cut into clauses. In each the longest known words are found from left to right; a degree word before one
makes it stronger or weaker, a negation turns it round, a wish or a fear makes it count for nothing. The score is the
sum; when pleased and displeased words weigh about alike the review is mixed. Every word that counted is returned with
its weight and why. Measured by bench/reviews.py on labels; what follows "but" weighed more in a trial and gained nothing.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from xiaoer.complaints.rules import TOPICS

_CLAUSE = re.compile(r"[^,，。.!！?？;；、~～…\n\r]+")
_NEAR = 3
"""How many characters may stand between a negation or degree word and the word it belongs to."""
_FLIP = -0.8
_FLIP_GOOD = -0.6
"""不好看 is a complaint, but a milder one than 难看 is: a pleased word turned round weighs less."""
_MIXED = 0.5
"""When the smaller of pleased and displeased weighs at least this share of the larger, the review is mixed (一般)."""
GOOD_FROM, BAD_UNTIL = 7, -3
"""Scores (tenths) from which a review is pleased or displeased; tuned on one half of the labelled set."""
_LEARNED = 0.3
"""How much a word counts that was learned from the public set, against one of the lexicon written by hand."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One word that counted: where, what it weighed in the end, and what changed it."""

    word: str
    start: int
    weight: float
    why: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A topic the review speaks of, and how."""

    topic: str
    good: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model makes of a review. `score` in tenths."""

    mood: str
    score: int
    topics: tuple[Found, ...]
    words: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The lexicon ready for use: every known word by its first character, longest first."""

    weights: Mapping[str, float]
    topics: Mapping[str, tuple[str, ...]]
    degrees: Mapping[str, float]
    negations: frozenset[str]
    unreal: tuple[str, ...]
    known: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def book() -> Book:
    here = files(__package__)
    raw = tomllib.loads(here.joinpath("lexicon.toml").read_text(encoding="utf-8"))
    weights: dict[str, float] = {}
    learned = here.joinpath("learned.tsv")
    if learned.is_file():
        for line in learned.read_text(encoding="utf-8").splitlines():
            word, _, weight = line.partition("\t")
            if weight and not word.startswith("#"):
                weights[word] = float(weight) * _LEARNED
    for sign, table in ((1.0, raw["good"]), (-1.0, raw["bad"])):
        weights.update({word: sign * int(strength) for strength, words in table.items() for word in words})
    weights.update(dict.fromkeys(raw["neutral"], 0.0))
    topics: dict[str, tuple[str, ...]] = {}
    for topic, row in raw["topics"].items():
        for word in row["words"]:
            topics[word] = (*topics.get(word, ()), topic)
    degrees = {word: float(factor) for word, factor in raw["degrees"].items()}
    every = {*weights, *topics, *degrees, *raw["negations"], *raw["unreal"]}
    known: dict[str, list[str]] = {}
    for word in sorted(every, key=lambda one: (-len(one), one)):
        known.setdefault(word[0], []).append(word)
    return Book(
        weights,
        topics,
        degrees,
        frozenset(raw["negations"]),
        tuple(raw["unreal"]),
        {first: tuple(words) for first, words in known.items()},
    )


def read(text: str) -> Reading:
    """Mood, score and topics of a review."""
    lexicon, text = book(), text.lower()
    counted: list[Counted] = []
    topics: dict[str, list[tuple[float, str]]] = {}
    last: list[str] = []
    for clause in _CLAUSE.finditer(text):
        tokens = _tokens(lexicon, clause[0])
        found = _clause(lexicon, tokens, clause.start())
        named = list(dict.fromkeys(topic for word, _ in tokens for topic in lexicon.topics.get(word, ())))
        last = named or last
        for one in found:
            own = lexicon.topics.get(one.word, ())
            for topic in own or last:
                topics.setdefault(topic, []).append((one.weight, one.word))
        counted += found
    score = round(sum(one.weight for one in counted) * 10)
    return Reading(_mood(score, counted), score, _topics(topics), tuple(counted))


def _mood(score: int, counted: list[Counted]) -> str:
    """Pleased, displeased, or mixed: when neither side weighs clearly more, or both weigh much."""
    up = sum(one.weight for one in counted if one.weight > 0)
    down = -sum(one.weight for one in counted if one.weight < 0)
    if min(up, down) >= _MIXED * max(up, down):
        return "neutral"
    if score >= GOOD_FROM:
        return "good"
    return "bad" if score <= BAD_UNTIL else "neutral"


def _topics(found: Mapping[str, list[tuple[float, str]]]) -> tuple[Found, ...]:
    made = []
    for topic in TOPICS:
        held = found.get(topic, [])
        total = sum(weight for weight, _ in held)
        if held and abs(total) > 0.3:
            words = tuple(dict.fromkeys(word for weight, word in held if (weight > 0) == (total > 0)))
            made.append(Found(topic, total > 0, words))
    return tuple(made)


def _tokens(lexicon: Book, clause: str) -> list[tuple[str, int]]:
    """The known words of a clause with their places, the longest first at each place."""
    found, at = [], 0
    while at < len(clause):
        word = next((one for one in lexicon.known.get(clause[at], ()) if clause.startswith(one, at)), "")
        if word:
            found.append((word, at))
        at += len(word) or 1
    return found


def _clause(lexicon: Book, tokens: list[tuple[str, int]], start: int) -> list[Counted]:
    """The words of one clause that count, with what stood before them."""
    made: list[Counted] = []
    if any(word in lexicon.unreal for word, _ in tokens):
        return made
    for place, (word, at) in enumerate(tokens):
        weight = lexicon.weights.get(word)
        if not weight or (word in lexicon.degrees and place + 1 < len(tokens) and _follows(tokens, place)):
            continue
        changed = 1.0
        why: list[str] = []
        for other, where in tokens[:place]:
            if at - where - len(other) > _NEAR:
                continue
            if abs(lexicon.weights.get(other, 0.0)) >= 1 and other not in lexicon.negations:
                changed, why = 1.0, []
            elif other in lexicon.negations:
                changed, why = changed * (_FLIP if weight < 0 else _FLIP_GOOD), [*why, other]
            elif other in lexicon.degrees:
                changed, why = changed * lexicon.degrees[other], [*why, other]
        made.append(Counted(word, at + start, round(weight * changed, 2), "·".join(why)))
    return made


def _follows(tokens: list[tuple[str, int]], place: int) -> bool:
    """Does another known word stand right behind this one? (好 in 好看 is part of it, in 好大 a degree.)"""
    word, at = tokens[place]
    return tokens[place + 1][1] == at + len(word)


def explained(reading: Reading, language: str) -> list[dict[str, Any]]:
    """The words that decided, for the page: strongest first."""
    ordered = sorted(reading.words, key=lambda one: -abs(one.weight))
    return [{"word": one.word, "start": one.start, "weight": one.weight, "why": one.why} for one in ordered]
