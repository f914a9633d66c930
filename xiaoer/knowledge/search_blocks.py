"""The index in memory and in tables is the same bytes: places and frequencies packed by term and block. Pure.

An entry's id is its place: block `id // SIZE`, place `id % SIZE`. One changed entry rewrites the rows of its own terms
in its own block and nothing else, so the index follows inside the transaction that saves the text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from xiaoer.knowledge.search_terms import analyse

SIZE = 4096
POST = np.dtype([("place", "<u2"), ("head", "u1"), ("body", "u1")])
FACT = np.dtype(
    [
        ("alive", "u1"),
        ("head", "<u2"),
        ("body", "<u2"),
        ("valid_from", "<i4"),
        ("valid_to", "<i4"),
        ("updated", "<i4"),
        ("useful", "<f4"),
    ]
)
ALWAYS = 2**31 - 1
LABEL = "f"
"""Before the terms that only filter: shop, kind, audience, category, tag, platform."""


@dataclass(frozen=True, slots=True)
class Document:
    """What the index takes in: the head (title, question variants, tags), the body, labels to filter by."""

    id: int
    head: str
    body: str
    labels: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    updated: date | None = None
    useful: float = 0.0


@dataclass(slots=True)
class Posts:
    """Where a term stands: entry ids, and how often in head and body; `weighed` is what the ranking last made of it."""

    ids: NDArray[np.int32]
    head: NDArray[np.uint8]
    body: NDArray[np.uint8]
    weighed: Any = None


NOWHERE = Posts(np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0, np.uint8))


def terms_of(document: Document) -> tuple[dict[str, tuple[int, int]], tuple[int, int]]:
    """Each term with how often it stands in head and body, and both lengths."""
    head, body = analyse(document.head, initials=True), analyse(document.body)
    found = {term: (min(n, 255), min(body.terms.get(term, 0), 255)) for term, n in head.terms.items()}
    found.update({term: (0, min(n, 255)) for term, n in body.terms.items() if term not in head.terms})
    found.update({LABEL + label: (1, 0) for label in document.labels})
    return found, (min(head.length, 65535), min(body.length, 65535))


def fact_of(document: Document, lengths: tuple[int, int]) -> tuple[Any, ...]:
    day = lambda value, other: value.toordinal() if value else other  # noqa: E731
    return (
        1,
        *lengths,
        day(document.valid_from, 0),
        day(document.valid_to, ALWAYS),
        day(document.updated, 0),
        document.useful,
    )


def with_posts(packed: bytes, changes: Mapping[int, tuple[int, int] | None]) -> bytes:
    """The packed row of a term with some entries put in, replaced, or (None) taken out; in the order of places."""
    rows = np.frombuffer(packed, POST)
    kept = rows[~np.isin(rows["place"], list(changes))] if len(rows) else rows
    new = np.array([(place, *counts) for place, counts in sorted(changes.items()) if counts is not None], POST)
    if not len(kept) or not len(new):
        return kept.tobytes() + new.tobytes()
    whole = np.concatenate([kept, new])
    return whole[np.argsort(whole["place"], kind="stable")].tobytes()


def with_facts(packed: bytes, changes: Mapping[int, tuple[Any, ...] | None]) -> bytes:
    """A block's columns with those of some entries written, or (None) emptied."""
    rows = np.zeros(SIZE, FACT)
    if packed:
        rows[:] = np.frombuffer(packed, FACT)
    for place, fact in changes.items():
        rows[place] = fact if fact is not None else np.zeros(1, FACT)[0]
    return rows.tobytes()


def unpacked(parts: Iterable[tuple[int, bytes]]) -> Posts:
    """The rows of one term of several blocks as one."""
    found = [(block, np.frombuffer(packed, POST)) for block, packed in sorted(parts) if packed]
    if not found:
        return NOWHERE
    ids = np.concatenate([rows["place"].astype(np.int32) + block * SIZE for block, rows in found])
    return Posts(
        ids, np.concatenate([rows["head"] for _, rows in found]), np.concatenate([rows["body"] for _, rows in found])
    )


@dataclass(frozen=True)
class Facts:
    """The filter columns and lengths of all entries, by id."""

    rows: NDArray[Any] = field(default_factory=lambda: np.zeros(0, FACT))

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        return self.rows["alive"].astype(bool)

    @cached_property
    def count(self) -> int:
        return int(self.alive.sum())

    @cached_property
    def head(self) -> NDArray[np.float32]:
        """Length of the head beside the mean length."""
        return self._ratio("head")

    @cached_property
    def body(self) -> NDArray[np.float32]:
        return self._ratio("body")

    def _ratio(self, name: str) -> NDArray[np.float32]:
        lengths = self.rows[name].astype(np.float32)
        some = lengths[self.alive & (lengths > 0)]
        return lengths / np.float32(some.mean() if len(some) else 1.0)

    @cached_property
    def updated(self) -> NDArray[np.int32]:
        return np.ascontiguousarray(self.rows["updated"])

    @cached_property
    def useful(self) -> NDArray[np.float32]:
        return np.ascontiguousarray(self.rows["useful"])

    @cached_property
    def _valid(self) -> dict[date, NDArray[np.bool_]]:
        return {}

    def valid(self, today: date) -> NDArray[np.bool_]:
        """Which entries are in date; a new array each time, the caller narrows it."""
        found = self._valid.get(today)
        if found is None:
            day = today.toordinal()
            found = self.alive & (self.rows["valid_from"] <= day) & (self.rows["valid_to"] >= day)
            self._valid.clear()
            self._valid[today] = found
        return found.copy()


class Store(Protocol):
    """Where postings lie: tables of the database, or memory for a scratch index."""

    def facts(self) -> Facts: ...

    def posts(self, terms: Iterable[str]) -> Mapping[str, Posts]: ...


class MemoryStore:
    """A scratch index (`xiaoer knowledge bench`): the same bytes, kept in dictionaries."""

    def __init__(self, documents: Iterable[Document]) -> None:
        held: dict[str, dict[int, list[tuple[int, int, int]]]] = {}
        facts: dict[int, Any] = {}
        for document in documents:
            terms, lengths = terms_of(document)
            block, place = divmod(document.id, SIZE)
            facts.setdefault(block, np.zeros(SIZE, FACT))[place] = fact_of(document, lengths)
            for term, counts in terms.items():
                held.setdefault(term, {}).setdefault(block, []).append((place, *counts))
        self._posts = {
            term: unpacked((block, np.array(sorted(rows), POST).tobytes()) for block, rows in blocks.items())
            for term, blocks in held.items()
        }
        last = max(facts, default=-1) + 1
        whole = np.zeros(last * SIZE, FACT)
        for block, rows in facts.items():
            whole[block * SIZE : (block + 1) * SIZE] = rows
        self._facts = Facts(whole)

    def facts(self) -> Facts:
        return self._facts

    def posts(self, terms: Iterable[str]) -> Mapping[str, Posts]:
        return {term: self._posts[term] for term in terms if term in self._posts}
