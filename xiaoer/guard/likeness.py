"""Likeness (相似): a sentence that no rule names but that reads like those people marked as forbidden. Pure.

Rules see only the wording somebody thought of. A linear model over runs of one to three characters, learned from the
labelled set and the packs' examples (`xiaoer guard learn`), sees what is close to it. It never stops a text: at most it
asks for a reason, and it gives the reason of the rule whose known sentence is nearest.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain, repeat
from operator import add
from pathlib import Path

FILE = Path(__file__).parent / "packs" / "likeness.json"
RUNS = (1, 2, 3)
WINDOW, MOST_WINDOWS = 36, 24
_DIGIT = re.compile("[1-9]")
"""Which digits they are says nothing: all are read as 0."""
FEWEST_SIGNS = 5
_ENOUGH_HAN = re.compile(rf"(?:[^\u4e00-\u9fff]*[\u4e00-\u9fff]){{{FEWEST_SIGNS}}}")
"""Numbers and single words are the rules' business."""
"""Learned from chat messages: a longer text is read in windows of whole clauses of about that many signs."""
STRICTER = 0.5


@dataclass(frozen=True)
class Model:
    """What was learned: the weight of each run of characters, from which score on, and the known sentences."""

    bias: float
    threshold: float
    weights: dict[str, float]
    known: tuple[tuple[str, str], ...]
    """Forbidden sentences in the clause reading, each with the rule that speaks of it."""

    def score(self, clause: str, asked: str = "") -> float:
        """How much a text reads like a forbidden one; above the threshold it is worth a second look."""
        found = features(clause, asked)
        return self.bias + sum(filter(None, map(self.weights.get, found))) / math.sqrt(len(found) or 1)

    def suspicious(self, clause: str, asked: str = "") -> tuple[int, int] | None:
        """The place of the clause reading that reads like a forbidden sentence."""
        if _ENOUGH_HAN.match(clause) is None:
            return None
        if len(clause) <= WINDOW:
            return (0, len(clause)) if clause and self.score(clause, asked) > self.threshold else None
        text = f",{_DIGIT.sub('0', clause)},"
        weigh = self.weights.get
        weights = (map(weigh, signs, repeat(0.0)) for signs in _runs(text))
        sums = [0.0, *accumulate(map(sum, zip(*weights, strict=False)))]
        for start, end in windows(clause):
            edges = sum(filter(None, map(weigh, _edges(text[start + 1 : end + 1]))))
            size = len(RUNS) * (end - start) + len(RUNS)
            if self.bias + (sums[end] - sums[start + 1] + edges) / math.sqrt(size) > self.threshold + STRICTER:
                return start, end
        return None

    def nearest(self, clause: str) -> str:
        """The rule of the known sentence that shares most with this one, measured by rare pairs of characters."""
        index, rarity = _index(self.known)
        votes: dict[int, float] = {}
        for pair in {clause[n : n + 2] for n in range(len(clause) - 1)}:
            for place in index.get(pair, ()):
                votes[place] = votes.get(place, 0.0) + rarity[pair]
        if not votes:
            return ""
        best = max(votes, key=lambda place: (votes[place] / math.sqrt(len(self.known[place][0]) + 4), -place))
        return self.known[best][1]


def features(clause: str, asked: str = "") -> list[str]:
    """Runs of characters of the text with its ends marked, and pairs of the question before it."""
    found = list(chain.from_iterable(_runs(f"^{_DIGIT.sub('0', clause)}$")))
    found += ["?" + asked[n : n + 2] for n in range(min(len(asked), 80) - 1)]
    return found


def _runs(text: str) -> tuple[Iterable[str], ...]:
    """The single signs, the pairs and the threes of a text: RUNS."""
    pairs = list(map(add, text, text[1:]))
    return text, pairs, map(add, pairs, text[2:])


def _edges(text: str) -> list[str]:
    return ["^", "$", "^" + text[:1], text[-1:] + "$", "^" + text[:2], text[-2:] + "$", text[-1:]]


def windows(clause: str) -> list[tuple[int, int]]:
    """Neighbouring clauses, two and two: what is said there is said in one breath."""
    ends = [place for place, sign in enumerate(clause) if sign == ","] + [len(clause)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    found = [(starts[n], ends[min(n + 1, len(ends) - 1)]) for n in range(len(starts))]
    return [(start, min(end, start + 2 * WINDOW)) for start, end in found if end > start][:MOST_WINDOWS]


@cache
def _index(known: tuple[tuple[str, str], ...]) -> tuple[dict[str, list[int]], dict[str, float]]:
    index: dict[str, list[int]] = {}
    for place, (text, _) in enumerate(known):
        for pair in {text[n : n + 2] for n in range(len(text) - 1)}:
            index.setdefault(pair, []).append(place)
    return index, {pair: math.log(1 + len(known) / len(places)) for pair, places in index.items()}


@cache
def model() -> Model | None:
    """The model that ships; None when nobody has learned one yet."""
    if not FILE.exists():
        return None
    data = json.loads(FILE.read_text("utf-8"))
    return Model(data["bias"], data["threshold"], data["weights"], tuple((a, b) for a, b in data["known"]))
