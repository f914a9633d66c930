"""A small classifier that learns from a shop's own corrections (naive Bayes over words). Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from xiaoer.routing.sorting import Guess

FEWEST = 2
"""Topics seen less often than this are not guessed."""


def train(examples: Sequence[tuple[str, Sequence[str]]]) -> dict[str, Any]:
    """Counts per topic: how many examples, and in how many of them each word stood."""
    topics: dict[str, dict[str, Any]] = {}
    for topic, words in examples:
        entry = topics.setdefault(topic, {"n": 0, "words": {}})
        entry["n"] += 1
        for word in set(words):
            entry["words"][word] = entry["words"].get(word, 0) + 1
    return {"topics": topics}


def predict(counts: dict[str, Any], words: Sequence[str]) -> Guess:
    """The likeliest topic and its probability in percent; nothing when no word was ever seen."""
    topics = {key: entry for key, entry in counts.get("topics", {}).items() if entry["n"] >= FEWEST}
    known = [word for word in dict.fromkeys(words) if any(word in entry["words"] for entry in topics.values())]
    if not topics or not known:
        return Guess(how="learned")
    total = sum(entry["n"] for entry in topics.values())
    logs = {key: _log(entry, known, total) for key, entry in topics.items()}
    top = max(logs.values())
    shares = {key: math.exp(value - top) for key, value in logs.items()}
    best = max(sorted(shares), key=lambda key: shares[key])
    told = sorted(known, key=lambda word: -topics[best]["words"].get(word, 0))
    words_told = tuple(word for word in told if word in topics[best]["words"])[:5]
    return Guess(best, min(round(100 * shares[best] / sum(shares.values())), 99), words_told, "learned")


def _log(entry: dict[str, Any], known: Sequence[str], total: int) -> float:
    """The logarithm of the chance that a talk of this topic has these words (Laplace smoothing)."""
    chance = math.log(entry["n"] / total)
    return chance + sum(math.log((entry["words"].get(word, 0) + 0.5) / (entry["n"] + 1)) for word in known)


def tried_out(examples: Sequence[tuple[str, Sequence[str]]], folds: int = 5) -> int:
    """How often it would have been right in percent, on examples it had not seen (cross-validation)."""
    hits: Counter[bool] = Counter()
    for fold in range(folds):
        counts = train([one for place, one in enumerate(examples) if place % folds != fold])
        for topic, words in (one for place, one in enumerate(examples) if place % folds == fold):
            hits[predict(counts, words).topic == topic] += 1
    return round(100 * hits[True] / max(hits.total(), 1))
