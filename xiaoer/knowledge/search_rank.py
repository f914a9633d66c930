"""Which texts answer a question, best first: BM25F over words, pairs, sounds and concepts, joined with meaning. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xiaoer.knowledge.search_blocks import NOWHERE, Facts, Posts, Store
from xiaoer.knowledge.search_terms import CONCEPT, PAIR, SIGN, SOUND, WORD, Group

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tuning:
    """The numbers of the ranking, found on the tuning half of the test set (docs/decisions/0010-search.md)."""

    k1: float = 1.2
    b_head: float = 0.4
    b_body: float = 0.15
    head: float = 1.8
    body: float = 1.0
    coverage: float = 0.35
    meaning: float = 0.8
    meaning_alone: float = 1.2
    """How much nearness of meaning counts; more when the thesaurus knows nothing of what the question speaks of."""
    meaning_told: float = 0.9
    """How much it counts when it is asked whether a text answers at all."""
    common: float = 0.4
    """A single character that stands in more than this part of all texts says nothing."""


TUNING = Tuning()


@dataclass(frozen=True, slots=True)
class Scored:
    """What the words say: a score between 0 and about 1 for each entry, and which part of the question it covers."""

    score: Floats
    covered: Floats
    known: bool = False
    """Whether the thesaurus knows what the question speaks of."""


def _saturated(posts: Posts, facts: Facts, tuning: Tuning) -> Floats:
    """BM25F of one term: head and body each by its own length, then saturated once. Kept with the postings."""
    kept = posts.weighed
    if kept is not None and kept[0] is facts and kept[1] is tuning:
        return kept[2]
    head = posts.head * np.float32(tuning.head) / (1 - tuning.b_head + tuning.b_head * facts.head[posts.ids])
    body = posts.body * np.float32(tuning.body) / (1 - tuning.b_body + tuning.b_body * facts.body[posts.ids])
    weight = head + body
    values = (weight / (weight + np.float32(tuning.k1))).astype(np.float32)
    posts.weighed = (facts, tuning, values)
    return values


def rarity(count: int, total: int) -> float:
    """idf: how much a term says that stands in `count` of `total` texts."""
    return float(np.log(1 + (total - count + 0.5) / (count + 0.5)))


def by_words(groups: Sequence[Group], store: Store, tuning: Tuning = TUNING) -> Scored:
    """The evidence of all terms, beside the most a text could have."""
    facts = store.facts()
    size, total = len(facts.rows), max(facts.count, 1)
    score, covered = np.zeros(size, np.float32), np.zeros(size, np.float32)
    posts = store.posts([term for group in groups for term, _ in group.terms])
    most, asked, known = 0.0, 0.0, False
    for group in groups:
        found = _group(group, posts, facts, total, tuning)
        if found is None:
            if group.kind == SIGN and not any(len(posts.get(term, NOWHERE).ids) for term, _ in group.terms):
                most += group.weight * rarity(0, total)  # what no text says is asked for all the same
            continue
        ids, values, weight = found
        score[ids] += values * np.float32(weight)
        most += weight
        known |= group.kind == CONCEPT
        if group.kind in (WORD, PAIR, CONCEPT):
            asked += weight
            covered[ids] += np.float32(weight)
    if most:
        score /= np.float32(most)
    if asked:
        covered /= np.float32(asked)
    return Scored(score, covered, known)


def _group(
    group: Group, posts: Mapping[str, Posts], facts: Facts, total: int, tuning: Tuning
) -> tuple[NDArray[np.int32], Floats, float] | None:
    """The entries one piece of evidence is in; of several terms (synonyms) the best counts."""
    found = [(posts.get(term, NOWHERE), weight) for term, weight in group.terms]
    found = [(one, weight) for one, weight in found if len(one.ids)]
    if not found:
        return None
    if len(found) == 1:
        one, weight = found[0]
        if group.kind == SIGN and len(one.ids) > tuning.common * total:
            return None
        return one.ids, _saturated(one, facts, tuning) * np.float32(weight), group.weight * rarity(len(one.ids), total)
    best = np.zeros(len(facts.rows), np.float32)
    for one, weight in found:
        values = _saturated(one, facts, tuning) * np.float32(weight)
        best[one.ids] = np.maximum(best[one.ids], values)
    ids = np.flatnonzero(best).astype(np.int32)
    return ids, best[ids], group.weight * rarity(len(ids), total)


def joined(words: Scored, meaning: Floats | None, tuning: Tuning = TUNING) -> Floats:
    """One score of both kinds of evidence, to order by."""
    return _with_meaning(words, meaning, tuning, tuning.meaning if words.known else tuning.meaning_alone)


def told(words: Scored, meaning: Floats | None, tuning: Tuning = TUNING) -> Floats:
    """How much of an answer each text is, whatever the question: to tell answers from noise."""
    return _with_meaning(words, meaning, tuning, tuning.meaning_told)


def _with_meaning(words: Scored, meaning: Floats | None, tuning: Tuning, weight: float) -> Floats:
    score = words.score * (1 + np.float32(tuning.coverage) * words.covered)
    return score if meaning is None else score + np.float32(weight) * np.maximum(meaning, 0)


def best(score: Floats, allowed: NDArray[np.bool_], limit: int) -> NDArray[np.int64]:
    """The ids with the highest scores, the lower id first among equals."""
    seen = np.where(allowed, score, 0)
    ids = np.flatnonzero(seen > 0)
    if len(ids) > limit:
        edge = np.partition(seen[ids], len(ids) - limit)[len(ids) - limit]
        ids = ids[seen[ids] >= edge]
    return ids[np.lexsort((ids, -seen[ids]))][:limit]


__all__ = ["SOUND", "TUNING", "Scored", "Tuning", "best", "by_words", "joined", "rarity"]
