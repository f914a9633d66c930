"""The search of the product (搜索): one question, what this person may find, best first, with marks and facets."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.text import normal
from xiaoer.knowledge.models import IndexEntry
from xiaoer.knowledge.search_blocks import Facts
from xiaoer.knowledge.search_db import DbStore
from xiaoer.knowledge.search_engine import Engine
from xiaoer.knowledge.search_excerpts import Marks, excerpt, needles_of, spans
from xiaoer.knowledge.search_match import Matcher
from xiaoer.knowledge.search_query import Parsed, parse
from xiaoer.knowledge.search_rank import Floats, best, joined, told
from xiaoer.knowledge.search_reads import synonym_sets
from xiaoer.knowledge.search_things import EVERY_PLATFORM
from xiaoer.knowledge.vectors import answering

DEEP = 200
"""How many hits are looked at for facets and for the order by context."""
LEAST, LEAST_WORDS, LEAST_MEANING = 0.27, 0.14, 0.34
"""A hit scores at least so much (without a model: says so much of the question); from the last on it lies near in meaning."""
_TAIL = 0.4
"""What scores less than this part of the best hit is noise behind it."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who searches: the shops whose knowledge she reads, and whether she is staff or a buyer."""

    shops: tuple[int, ...]
    staff: bool = True


@dataclass(frozen=True, slots=True)
class Context:
    """Where the question comes from: what fits it ranks higher, nothing is left out."""

    platform: str = ""
    goods: tuple[str, ...] = ()
    stage: str = ""
    turns: tuple[str, ...] = ()
    """What the buyer just wrote, latest last."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the facets narrow to."""

    kind: str = ""
    category: str = ""
    tag: str = ""
    platform: str = ""
    source: str = ""
    audience: str = ""

    def labels(self) -> list[list[str]]:
        found = [
            [f"{name}:{value}"]
            for name, value in (
                ("kind", self.kind),
                ("cat", self.category),
                ("tag", self.tag),
                ("source", self.source),
                ("aud", self.audience),
            )
            if value
        ]
        return found + ([[f"plat:{self.platform}", f"plat:{EVERY_PLATFORM}"]] if self.platform else [])


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    source: str
    ref: int
    shop_id: int
    kind: str
    title: str
    title_marks: Marks
    excerpt: str
    marks: Marks
    score: float
    why: tuple[str, ...]
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one search."""

    items: list[Hit]
    total: int
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    words: str = ""


def find(
    asker: Asker,
    query: str,
    *,
    at: datetime,
    context: Context | None = None,
    filters: Filters | None = None,
    limit: int = 20,
    plain: bool = False,
    synonyms: tuple[tuple[str, ...], ...] | None = None,
) -> Found:
    """Search. `plain`: the text is somebody's sentence, not a query; quotation marks and AND are words like others.
    `synonyms`: these instead of the shops' own (to try them).
    """
    parsed = Parsed(query.strip(), None) if plain else parse(query)
    today = at.astimezone(BEIJING).date()
    store = DbStore()
    facts = store.facts()
    if not query.strip() or not facts.count or not asker.shops:
        return Found([], 0)
    synonyms = synonym_sets(asker.shops) if synonyms is None else synonyms
    matcher = Matcher(store, texts_of, synonyms)
    allowed = facts.valid(today) & matcher.labels([f"shop:{one}" for one in asker.shops] + ["shop:*"])
    if not asker.staff:
        allowed &= matcher.label("aud:buyer")
    for labels in (filters or Filters()).labels():
        allowed &= matcher.labels(labels)
    if parsed.must is not None:
        allowed &= matcher.mask(parsed.must)
    return _ranked(store, parsed, allowed, synonyms, context or Context(), limit, today)


def _ranked(
    store: DbStore,
    parsed: Parsed,
    allowed: NDArray[np.bool_],
    synonyms: tuple[tuple[str, ...], ...],
    context: Context,
    limit: int,
    today: date,
) -> Found:
    asked = " ".join((parsed.words, *context.turns[-1:])) if not parsed.words else parsed.words
    model = answering(normal(asked)) if asked.strip() else None
    engine = Engine(store, model, store.meaning(model) if model else None)
    score, meaning = _scored(engine, store, asked, synonyms, allowed, strict=parsed.must is None)
    order = best(score, allowed, DEEP)
    total = int(((score > 0) & allowed).sum())
    if not len(order):
        return Found([], 0, words=parsed.words)
    cards = store.cards([int(one) for one in order])
    placed = _in_context(store.facts(), order, score, cards, context, today)
    shown = IndexEntry.objects.defer("terms", "vectors").in_bulk([pk for pk, _ in placed[:limit]])
    needles = needles_of(asked, synonyms)
    items = [_hit(shown[pk], value, needles, meaning, context) for pk, value in placed[:limit] if pk in shown]
    return Found(items, total, _facets([cards[pk] for pk, _ in placed]), parsed.words)


def _scored(
    engine: Engine,
    store: DbStore,
    asked: str,
    synonyms: tuple[tuple[str, ...], ...],
    allowed: NDArray[np.bool_],
    *,
    strict: bool,
) -> tuple[Floats, Floats | None]:
    """The score of each entry; those that say too little of the question have none."""
    if not asked.strip():
        return allowed.astype(np.float32), None
    words, meaning = engine.scores(asked, synonyms)
    if meaning is None and engine.model is not None:
        found = best(words.score, allowed, DEEP)
        few = store.meaning_of(engine.model, [int(one) for one in found])
        meaning = replace(engine, meaning=few).near(asked, len(words.score))
    score = joined(words, meaning, engine.tuning)
    enough = words.score >= LEAST_WORDS if meaning is None else told(words, meaning, engine.tuning) >= LEAST
    enough &= score >= _TAIL * float(np.max(score, where=allowed, initial=0.0))
    if not strict:
        return np.where(allowed, score + np.float32(0.01), 0).astype(np.float32), meaning
    return np.where(enough, score, 0).astype(np.float32), meaning


def _in_context(
    columns: Facts,
    order: NDArray[np.int64],
    score: Floats,
    cards: Mapping[int, dict[str, Any]],
    context: Context,
    today: date,
) -> list[tuple[int, float]]:
    """The order by text, moved a little by usefulness, freshness and what the question is about."""
    placed = []
    ages = np.maximum(0, today.toordinal() - columns.updated[order]) / 365
    lifts = 1 + 0.12 * columns.useful[order] + 0.04 / (1 + ages)
    for pk, lift, text in zip(order.tolist(), lifts.tolist(), score[order].tolist(), strict=True):
        if pk not in cards:
            continue
        facts = cards[pk]
        lift += 0.15 * bool(context.platform and context.platform in facts.get("platforms", ()))
        lift += 0.25 * bool(set(context.goods) & set(facts.get("goods", ())))
        lift += 0.12 * bool(context.stage and context.stage in facts.get("stages", ()))
        placed.append((pk, text * lift))
    placed.sort(key=lambda one: (-round(one[1], 5), one[0]))
    return placed


def _hit(
    entry: IndexEntry,
    score: float,
    needles: tuple[tuple[str, ...], tuple[str, ...]],
    meaning: Floats | None,
    context: Context,
) -> Hit:
    shown, marks = excerpt(entry.text, needles)
    title_marks = spans(entry.title, needles)
    why = ["title"] if title_marks else []
    why += ["text"] if marks else []
    why += ["meaning"] if not why and meaning is not None and float(meaning[entry.pk]) >= LEAST_MEANING else []
    why += ["goods"] if set(context.goods) & set(entry.facts.get("goods", ())) else []
    why += ["platform"] if context.platform and context.platform in entry.facts.get("platforms", ()) else []
    why += ["stage"] if context.stage and context.stage in entry.facts.get("stages", ()) else []
    return Hit(
        entry.source,
        entry.ref,
        entry.shop_id,
        str(entry.facts.get("kind", entry.source)),
        entry.title,
        title_marks,
        shown,
        marks,
        round(score, 4),
        tuple(why),
        entry.facts,
    )


def _facets(cards: Sequence[dict[str, Any]]) -> dict[str, list[tuple[str, int]]]:
    """How many of the best hits are of which kind, category and tag."""
    counts: dict[str, Counter[str]] = {
        name: Counter(str(card.get(name, "")) for card in cards) for name in ("kind", "category", "audience")
    }
    counts["tag"] = Counter(str(tag) for card in cards for tag in card.get("tags", ()))
    return {
        name: sorted(((value, n) for value, n in found.items() if value), key=lambda one: (-one[1], one[0]))[:12]
        for name, found in counts.items()
    }


def texts_of(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), 500):
        rows = IndexEntry.objects.filter(pk__in=ids[start : start + 500]).values_list("pk", "title", "text")
        found.update({pk: (title, text) for pk, title, text in rows})
    return found
