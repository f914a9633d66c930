"""One engine for the product's search and for `xiaoer knowledge bench`: terms, ranking, meaning, over any store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xiaoer.kernel.text import normal
from xiaoer.knowledge.search_blocks import Document, MemoryStore, Store
from xiaoer.knowledge.search_rank import TUNING, Floats, Scored, Tuning, best, by_words, joined
from xiaoer.knowledge.search_terms import WEIGHTS, Weights, question
from xiaoer.knowledge.vectors import Embedder, Vectors, apart, chunks_of, nearness, vector_of


@dataclass(frozen=True, slots=True)
class Meaning:
    """The vectors of an index: one row a piece, `ids` its entry."""

    ids: NDArray[np.int32]
    rows: Vectors


@dataclass(frozen=True)
class Engine:
    """Answers a question from a store."""

    store: Store
    model: Embedder | None = None
    meaning: Meaning | None = None
    tuning: Tuning = TUNING
    weights: Weights = WEIGHTS

    def scores(self, text: str, synonyms: Sequence[tuple[str, ...]] = ()) -> tuple[Scored, Floats | None]:
        words = by_words(question(text, synonyms=synonyms, weights=self.weights), self.store, self.tuning)
        return words, self.near(text, len(words.score))

    def near(self, text: str, size: int) -> Floats | None:
        """How near each entry's meaning is; None without a model."""
        if self.model is None or self.meaning is None:
            return None
        return nearness(vector_of(self.model, normal(text)), self.meaning.ids, self.meaning.rows, size)

    def rank(self, text: str, limit: int = 10) -> list[int]:
        """The ids that answer best."""
        words, meaning = self.scores(text)
        score = joined(words, meaning, self.tuning)
        return [int(one) for one in best(score, self.store.facts().alive, limit)]


def scratch(documents: Iterable[Document], *, model: Embedder | None) -> Engine:
    """An engine over an index in memory, thrown away afterwards."""
    held = list(documents)
    return Engine(MemoryStore(held), model, meaning_of(held, model) if model else None)


def meaning_of(documents: Sequence[Document], model: Embedder) -> Meaning:
    ids: list[int] = []
    texts: list[str] = []
    for document in documents:
        pieces = chunks_of(document.head, document.body)
        ids += [document.id] * len(pieces)
        texts += pieces
    parts = [model.embed(texts[start : start + 256]) for start in range(0, len(texts), 256)]
    rows = np.concatenate(parts) if parts else np.zeros((1, model.size), np.float32)
    return Meaning(np.array(ids, np.int32), apart(rows, rows.mean(axis=0)))
