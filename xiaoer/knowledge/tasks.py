"""Slow work of knowledge: vectors of texts, when the model is behind a network."""

from collections.abc import Sequence

from django_tasks import task

from xiaoer.kernel.db import transaction
from xiaoer.knowledge.actions import indexing
from xiaoer.knowledge.models import IndexEntry
from xiaoer.knowledge.vectors import chunks_of, embedder

_BATCH = 50


@task()
def embed_entries(ids: list[int]) -> None:
    """The background job after a save."""
    embed_now(ids)


def embed_now(ids: Sequence[int]) -> int:
    """Ask for the vectors of some entries outside of any transaction, then keep them. How many were kept."""
    model, done = embedder(), 0
    if model is None:
        return done
    for start in range(0, len(ids), _BATCH):
        rows = (
            IndexEntry.objects.filter(pk__in=ids[start : start + _BATCH])
            .order_by("pk")
            .values_list("pk", "title", "text", "facts")
        )
        pieces = {pk: chunks_of(indexing.head_of(title, facts), text) for pk, title, text, facts in rows}
        vectors = model.embed([piece for group in pieces.values() for piece in group])
        with transaction():
            done += indexing.put_vectors(pieces, vectors)
    return done
