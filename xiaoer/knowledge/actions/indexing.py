"""The index follows what is written, in the same transaction (索引)."""

import secrets
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.module_loading import import_string

from xiaoer.knowledge.models import Article, IndexBlock, IndexEntry, IndexTerm
from xiaoer.knowledge.search_blocks import SIZE, Document, fact_of, terms_of, with_facts, with_posts
from xiaoer.knowledge.search_db import packed_vectors
from xiaoer.knowledge.search_things import Thing, thing_of
from xiaoer.knowledge.vectors import Vectors, chunks_of, embedder, here

Change = tuple[int, dict[str, tuple[int, int]] | None, set[str], tuple[Any, ...] | None]
"""Place, its terms now (None: gone), the terms it had, its columns."""


def index_article(article_id: int, *, at: datetime) -> None:
    """Put an article into the index as it stands now, or take it out."""
    article = Article.objects.filter(pk=article_id).first()
    thing = thing_of(article) if article is not None else None
    if thing is None:
        drop("article", article_id, at=at)
    else:
        put([thing], at=at)


def put(things: Sequence[Thing], *, at: datetime) -> int:
    """Make things findable, or findable as they are now. Safe to repeat; many at once cost less."""
    held = {
        (row.source, row.ref): row
        for source in {thing.source for thing in things}
        for row in IndexEntry.objects.filter(source=source, ref__in=[t.ref for t in things if t.source == source])
    }
    rows = [held.get((thing.source, thing.ref)) or IndexEntry(source=thing.source, ref=thing.ref) for thing in things]
    had = [_unpacked_terms(bytes(row.terms or b"")) for row in rows]
    documents = [_document(thing) for thing in things]
    terms = [terms_of(document) for document in documents]
    for row, thing, packed, vectors in zip(
        rows, things, (_packed_terms(one) for one, _ in terms), _vectors(documents), strict=True
    ):
        row.shop_id, row.title, row.text = thing.shop_id, thing.title[:200], thing.text
        row.terms, row.vectors, row.at = packed, vectors, at
        row.facts = {
            "kind": thing.kind or thing.source,
            "category": thing.category,
            "tags": list(thing.tags),
            "words": list(thing.words),
            "audience": thing.audience,
            "platforms": list(thing.platforms),
            "goods": list(thing.goods),
            "stages": list(thing.stages),
            **thing.facts,
        }
    IndexEntry.objects.bulk_create([row for row in rows if row.pk is None], batch_size=200)
    columns = ["shop_id", "title", "text", "terms", "vectors", "facts", "at"]
    IndexEntry.objects.bulk_update([row for row in rows if (row.source, row.ref) in held], columns, batch_size=50)
    _write(
        (row.pk, found, old, fact_of(document, lengths))
        for row, old, document, (found, lengths) in zip(rows, had, documents, terms, strict=True)
    )
    model = embedder()
    if model is not None and not model.local:
        _embed_later([row.pk for row in rows])
    return len(rows)


def _embed_later(ids: list[int]) -> None:
    """A model behind a network is asked after the commit: saving waits for nobody."""
    import_string("xiaoer.knowledge.tasks.embed_entries").enqueue(ids)


def head_of(title: str, facts: Mapping[str, Any]) -> str:
    """The head of an entry as it was indexed."""
    return "\n".join([title, *facts.get("words", ()), *facts.get("tags", ())])


def put_vectors(pieces: Mapping[int, Sequence[str]], rows: Vectors) -> int:
    """Keep the vectors of some entries; their blocks' stamps say that something changed."""
    start, kept = 0, 0
    for pk, group in sorted(pieces.items()):
        packed = packed_vectors(rows[start : start + len(group)])
        start += len(group)
        kept += IndexEntry.objects.filter(pk=pk).update(vectors=packed)
    for number in sorted({pk // SIZE for pk in pieces}):
        IndexBlock.objects.filter(number=number).update(change=secrets.randbits(62))
    return kept


def drop(source: str, ref: int, *, at: datetime) -> None:
    """Take a thing out of the index."""
    row = IndexEntry.objects.filter(source=source, ref=ref).first()
    if row is not None:
        _write([(row.pk, None, _unpacked_terms(bytes(row.terms)), None)])
        IndexEntry.objects.filter(pk=row.pk).delete()


def _document(thing: Thing) -> Document:
    return Document(
        0,
        thing.head,
        thing.text,
        thing.labels,
        valid_from=thing.valid_from,
        valid_to=thing.valid_to,
        updated=thing.updated,
        useful=thing.useful,
    )


def _vectors(documents: Sequence[Document]) -> list[bytes]:
    """The meaning of each text, when a model is there to say it."""
    model = here()
    if model is None:
        return [b""] * len(documents)
    pieces = [chunks_of(document.head, document.body) for document in documents]
    flat = [piece for group in pieces for piece in group]
    found: list[bytes] = []
    start = 0
    rows = model.embed(flat)
    for group in pieces:
        found.append(packed_vectors(rows[start : start + len(group)]))
        start += len(group)
    return found


def _packed_terms(terms: Iterable[str]) -> bytes:
    return zlib.compress("\n".join(terms).encode())


def _unpacked_terms(packed: bytes) -> set[str]:
    return set(zlib.decompress(packed).decode().split("\n")) if packed else set()


def _write(changes: Iterable[Change]) -> None:
    """Rewrite the rows of the changed terms, one block at a time, each block locked while it changes."""
    blocks: dict[int, list[Change]] = {}
    for change in changes:
        blocks.setdefault(change[0] // SIZE, []).append(change)
    for number, held in sorted(blocks.items()):
        IndexBlock.objects.get_or_create(number=number, defaults={"facts": b""})
        block = IndexBlock.objects.select_for_update().get(number=number)
        touched: dict[str, dict[int, tuple[int, int] | None]] = {}
        for pk, now, had, _ in held:
            for term in had - set(now or ()):
                touched.setdefault(term, {})[pk % SIZE] = None
            for term, counts in (now or {}).items():
                touched.setdefault(term, {})[pk % SIZE] = counts
        _write_terms(number, touched)
        facts = with_facts(bytes(block.facts), {pk % SIZE: fact for pk, _, _, fact in held})
        IndexBlock.objects.filter(number=number).update(facts=facts, change=secrets.randbits(62))


def _write_terms(number: int, touched: dict[str, dict[int, tuple[int, int] | None]]) -> None:
    rows = {}
    names = list(touched)
    for start in range(0, len(names), 500):
        part = IndexTerm.objects.filter(block=number, term__in=names[start : start + 500])
        rows.update({term: bytes(posts) for term, posts in part.values_list("term", "posts")})
    full, empty = [], []
    for term, changes in touched.items():
        packed = with_posts(rows.get(term, b""), changes)
        if packed:
            full.append(IndexTerm(term=term, block=number, posts=packed))
        else:
            empty.append(term)
    IndexTerm.objects.bulk_create(
        full, batch_size=300, update_conflicts=True, unique_fields=["term", "block"], update_fields=["posts"]
    )
    for start in range(0, len(empty), 500):
        IndexTerm.objects.filter(block=number, term__in=empty[start : start + 500]).delete()


def rebuild(shop_ids: Iterable[int] | None = None, *, at: datetime, batch: int = 200) -> int:
    """Index every published article anew (after a new thesaurus or model)."""
    asked = Article.objects.filter(state="published").order_by("pk")
    if shop_ids is not None:
        asked = asked.filter(shop_id__in=list(shop_ids))
    done, held = 0, []
    for article in asked.iterator(chunk_size=batch):
        thing = thing_of(article)
        if thing is not None:
            held.append(thing)
        if len(held) >= batch:
            done += put(held, at=at)
            held = []
    return done + (put(held, at=at) if held else 0)
