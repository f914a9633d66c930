"""What other areas ask of knowledge: the texts in force by number."""

from collections.abc import Iterable
from dataclasses import dataclass

from xiaoer.knowledge.models import Article

__all__ = ["Text", "texts_of"]


@dataclass(frozen=True, slots=True)
class Text:
    """An article in force, as other areas quote it."""

    id: int
    key: str
    kind: str
    title: str
    summary: str
    body: str
    audience: str
    version: int
    helped: int
    not_helped: int


def texts_of(ids: Iterable[int]) -> dict[int, Text]:
    """Published articles by number; what is not in force is left out."""
    rows = Article.objects.filter(pk__in=list(ids), state="published")
    return {
        row.pk: Text(
            row.pk,
            row.key,
            row.kind,
            row.title,
            row.summary,
            row.body,
            row.audience,
            row.version,
            row.helped,
            row.not_helped,
        )
        for row in rows
    }
