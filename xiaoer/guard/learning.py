"""How the likeness model is learned: the labelled set and the packs' examples in, `packs/likeness.json` out.

Logistic regression in plain Python, the same result on every machine; half a minute. The held-out half of the labelled
set is never read here.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from xiaoer.guard import likeness
from xiaoer.guard.disguise import plain_words
from xiaoer.guard.layers import TABLES
from xiaoer.guard.packs import load_packs, shipped
from xiaoer.guard.rules import BLOCK, WARN, Context
from xiaoer.kernel.text import Folded

DATA = Path(__file__).parent / "tests" / "data"
ROUNDS, PACE, HOLD, SEED = 25, 0.5, 1e-4, 1
THRESHOLD = 1.5
_BARE = "0,^$."
EVEN = 0.5
"""What a run of characters says that stands on both sides alike."""
KEEP = 0.05
"""Weights smaller than that are not kept."""
Example = tuple[list[str], bool]


def clause_of(text: str) -> str:
    """A text as the model reads it: plain words, clause reading."""
    plain = plain_words(text)
    return Folded(plain.text if plain else text, TABLES["clause"]).text


def rows(split: str | None = None, held: bool = False) -> Iterator[dict[str, Any]]:
    """Lines of the labelled set: of one split, or all but the held-out ones."""
    for line in (DATA / "labelled.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if (row["split"] == split) if split else (held or row["split"] != "held"):
            yield row


def asked_of(row: dict[str, Any]) -> str:
    return clause_of(" ".join(turn["text"] for turn in row.get("history", ()) if turn["from"] == "buyer"))


def learn(labelled: Iterable[dict[str, Any]], threshold: float = THRESHOLD) -> likeness.Model:
    """The model of some labelled lines, the packs' examples and the harmless sentences."""
    examples: list[Example] = []
    known: list[tuple[str, str]] = []
    for row in labelled:
        if row["direction"] == "out":
            forbidden = row["label"] != "fine"
            clause = clause_of(row["text"])
            examples.append((likeness.features(clause, asked_of(row)), forbidden))
            if forbidden and (speaks := _rule_of(row["text"])):
                known.append((clause, speaks))
    for rule in (rule for pack in load_packs() for rule in pack.rules):
        if rule.direction == "out" and rule.level != "log" and not rule.asked and rule.kind != "fact":
            known += [(clause_of(text), rule.id) for text in rule.match]
            examples += [(likeness.features(clause_of(text)), True) for text in rule.match]
            examples += [(likeness.features(clause_of(text)), False) for text in rule.no_match]
    for rule in shipped().rules:
        if rule.rewrite is not None:
            examples.append((likeness.features(clause_of(rule.rewrite.zh)), False))
    for name, forbidden in (("harmless.txt", False), ("forbidden.txt", True)):
        for text in (DATA / name).read_text("utf-8").splitlines():
            examples.append((likeness.features(clause_of(text)), forbidden))
    bias, weights = _fit(examples)
    return likeness.Model(bias, threshold, weights, tuple(dict.fromkeys(known)))


def _rule_of(text: str) -> str:
    found = shipped().check(text, Context(platform="tmall"))
    strong = [hit for hit in found.rules if hit.level in (WARN, BLOCK)]
    return strong[0].id if strong else ""


def _fit(examples: list[Example]) -> tuple[float, dict[str, float]]:
    """Adaptive steps, one example after the other, in an order that the seed fixes."""
    order = random.Random(SEED)
    ordered = list(examples)
    says = _telling(examples)
    weights: dict[str, float] = {}
    slopes: dict[str, float] = {}
    bias = 0.0
    for _ in range(ROUNDS):
        order.shuffle(ordered)
        for found, forbidden in ordered:
            share = 1 / math.sqrt(len(found))
            score = bias + share * sum(says[one] * weights.get(one, 0.0) for one in found)
            error = forbidden - 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
            for one in found:
                step = error * share * says[one] - HOLD * weights.get(one, 0.0)
                slopes[one] = slopes.get(one, 0.01) + step * step
                weights[one] = weights.get(one, 0.0) + PACE * step / math.sqrt(slopes[one])
            bias += 0.05 * error
    scaled = {one: round(says[one] * w, 2) for one, w in sorted(weights.items()) if one.strip(_BARE)}
    return round(bias, 3), {one: w for one, w in scaled.items() if abs(w) >= KEEP}


def _telling(examples: list[Example]) -> dict[str, float]:
    """How much each run of characters says by itself: how unevenly it stands among forbidden and harmless sentences.

    What stands on both sides alike (亲, 的) is learned slowly, what stands on one side only quickly.
    """
    counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for found, forbidden in examples:
        counts[forbidden].update(set(found))
    every = counts[0].keys() | counts[1].keys()
    sizes = [sum(side.values()) + len(every) for side in counts]
    return {
        one: EVEN + abs(math.log((counts[1][one] + 1) / sizes[1] * sizes[0] / (counts[0][one] + 1))) for one in every
    }


def write(found: likeness.Model) -> None:
    data = {"bias": found.bias, "threshold": found.threshold, "weights": found.weights, "known": found.known}
    likeness.FILE.write_text(json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")
    likeness.model.cache_clear()
