"""The index as it lies in the database, read through a cache that can never be stale.

A block carries a stamp that no other state of it ever had. What was read under a stamp is right as long as the block
still has it, also within a transaction that has changed the block and may yet roll back.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from xiaoer.knowledge.models import IndexBlock, IndexEntry, IndexTerm
from xiaoer.knowledge.search_blocks import FACT, NOWHERE, SIZE, Facts, Posts, unpacked
from xiaoer.knowledge.search_engine import Meaning
from xiaoer.knowledge.search_terms import WORD
from xiaoer.knowledge.vectors import Embedder, Vectors, apart

Stamps = dict[int, int]
T = TypeVar("T")
_MOST_BYTES = 192 * 1024 * 1024
WHOLE_MEANING = 20_000
"""Up to so many entries every one's meaning is compared; beyond, only that of those the words found."""


@dataclass
class _Cache:
    """Of this process; thrown away whole when it has grown too large."""

    rows: dict[tuple[str, int], tuple[int, bytes]] = field(default_factory=dict)
    whole: dict[str, tuple[int, Posts]] = field(default_factory=dict)
    facts: tuple[int, Facts] | None = None
    meaning: dict[int, tuple[int, NDArray[np.int32], Vectors]] = field(default_factory=dict)
    joined: tuple[int, Meaning] | None = None
    cards: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    pieces: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    bytes: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


_cache = _Cache()


def forget() -> None:
    """Empty the cache (tests, which make a new database under the same process)."""
    global _cache
    _cache = _Cache()


def stamps_now() -> Stamps:
    """Which state each block is in."""
    return dict(IndexBlock.objects.order_by("number").values_list("number", "change"))


class DbStore:
    """One question's view of the index."""

    def __init__(self) -> None:
        self.stamps = stamps_now()
        self.version = hash(tuple(self.stamps.items()))
        self.cache = _cache

    def facts(self) -> Facts:
        held = self.cache.facts
        if held is not None and held[0] == self.version:
            return held[1]
        whole = np.zeros((max(self.stamps, default=-1) + 1) * SIZE, FACT)
        for number, packed in IndexBlock.objects.filter(number__in=self.stamps).values_list("number", "facts"):
            whole[number * SIZE : (number + 1) * SIZE] = np.frombuffer(bytes(packed), FACT)
        facts = Facts(whole)
        self.cache.facts = (self.version, facts)
        return facts

    def posts(self, terms: Iterable[str]) -> Mapping[str, Posts]:
        found: dict[str, Posts] = {}
        missing: list[str] = []
        for term in dict.fromkeys(terms):
            held = self.cache.whole.get(term)
            if held is not None and held[0] == self.version:
                found[term] = held[1]
            else:
                missing.append(term)
        if missing:
            found.update(self._read(missing))
        return found

    def _read(self, terms: list[str]) -> dict[str, Posts]:
        rows = self.cache.rows
        stale = [
            block
            for block, stamp in self.stamps.items()
            if any((held := rows.get((term, block))) is None or held[0] != stamp for term in terms)
        ]
        fresh: dict[tuple[str, int], bytes] = {}
        if stale:
            asked = IndexTerm.objects.filter(term__in=terms)
            if len(stale) < len(self.stamps):
                asked = asked.filter(block__in=stale)
            for term, block, packed in asked.values_list("term", "block", "posts"):
                fresh[(term, block)] = bytes(packed)
        found: dict[str, Posts] = {}
        for term in terms:
            parts = []
            for block, stamp in self.stamps.items():
                if block in stale:
                    packed = fresh.get((term, block), b"")
                    rows[(term, block)] = (stamp, packed)
                else:
                    packed = rows[(term, block)][1]
                if packed:
                    parts.append((block, packed))
            found[term] = posts = unpacked(parts) if parts else NOWHERE
            self.cache.whole[term] = (self.version, posts)
            self.cache.bytes += 16 * len(posts.ids) + 200 * (1 + len(self.stamps))
        self._bounded()
        return found

    def _bounded(self) -> None:
        if self.cache.bytes > _MOST_BYTES:
            forget()

    def words_with(self, part: str) -> list[str]:
        """The Latin words of the index that hold a part, at most two hundred."""
        asked = IndexTerm.objects.filter(term__startswith=WORD + part).order_by("term")
        return list(asked.values_list("term", flat=True).distinct()[:200])

    def meaning(self, model: Embedder) -> Meaning | None:
        """The vectors of every entry, or None when there are too many to compare with all."""
        if not model.size or self.facts().count > WHOLE_MEANING:
            return None
        held = self.cache.joined
        if held is not None and held[0] == self.version:
            return held[1]
        kept = self.cache.meaning
        for block, stamp in self.stamps.items():
            if block not in kept or kept[block][0] != stamp:
                kept[block] = (stamp, *self._vectors(model, block))
        ids = [kept[block][1] for block in self.stamps]
        rows = [kept[block][2] for block in self.stamps]
        whole = np.concatenate(rows) if rows else np.zeros((0, model.size), np.float32)
        made = Meaning(
            np.concatenate(ids) if ids else np.zeros(0, np.int32),
            apart(whole, whole.mean(axis=0)) if len(whole) else whole,
        )
        self.cache.joined = (self.version, made)
        return made

    def _vectors(self, model: Embedder, block: int) -> tuple[NDArray[np.int32], Vectors]:
        entries = IndexEntry.objects.filter(pk__gte=block * SIZE, pk__lt=(block + 1) * SIZE).order_by("pk")
        return unpacked_vectors(model, entries.values_list("pk", "vectors"))

    def meaning_of(self, model: Embedder, ids: Sequence[int]) -> Meaning:
        """The vectors of some entries only."""
        found = self._kept(self.cache.pieces, ids, "vectors", bytes, len)
        names, rows = unpacked_vectors(model, ((pk, found[pk]) for pk in sorted(found)))
        return Meaning(names, apart(rows, rows.mean(axis=0)) if len(rows) else rows)

    def cards(self, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """What some entries are (kind, category, tags ...), without their texts."""
        return self._kept(self.cache.cards, ids, "facts", dict, lambda card: 900)

    def _kept(
        self,
        held: dict[int, tuple[int, T]],
        ids: Sequence[int],
        column: str,
        made: Callable[[Any], T],
        size: Callable[[T], int],
    ) -> dict[int, T]:
        """One column of some entries, read anew only when their block has changed since."""
        found: dict[int, T] = {}
        missing = []
        for pk in ids:
            kept = held.get(pk)
            if kept is not None and kept[0] == self.stamps.get(pk // SIZE):
                found[pk] = kept[1]
            else:
                missing.append(pk)
        if missing:
            for pk, value in IndexEntry.objects.filter(pk__in=missing).values_list("pk", column):
                found[pk] = one = made(value)
                held[pk] = (self.stamps.get(pk // SIZE, 0), one)
                self.cache.bytes += 200 + size(one)
            self._bounded()
        return found


def packed_vectors(rows: Vectors) -> bytes:
    return rows.astype("<f2").tobytes()


def unpacked_vectors(
    model: Embedder, found: Iterable[tuple[int, bytes | memoryview]]
) -> tuple[NDArray[np.int32], Vectors]:
    """Vectors of another model (another length) are left out until the index is rebuilt."""
    names: list[int] = []
    parts: list[bytes] = []
    for pk, packed in found if model.size else ():
        pieces, rest = divmod(len(packed), 2 * model.size)
        if pieces and not rest:
            names += [pk] * pieces
            parts.append(bytes(packed))
    if not parts:
        return np.zeros(0, np.int32), np.zeros((0, model.size), np.float32)
    whole = np.frombuffer(b"".join(parts), "<f2").astype(np.float32).reshape(-1, model.size)
    return np.array(names, np.int32), whole
