"""How the search is doing (搜索质量), for who looks after the knowledge: misses, clicks, what did not help; synonyms."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Max, Q

from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.text import normal
from xiaoer.knowledge.models import ArticleVersion, SearchLog, Synonym

MOST_ROWS = 5000
"""How many of the latest searches are summed up: bounded, whatever the shop's size."""


def misses(viewer: Viewer, shops: Sequence[int], *, since: datetime) -> list[dict[str, Any]]:
    """What was searched for and not found, most often first (无结果词)."""
    rows = SearchLog.objects.filter(shop_id__in=[s for s in shops if s in viewer.shops], hits=0, at__gte=since)
    latest = rows.order_by("-at").values("pk")[:MOST_ROWS]
    counted = (
        SearchLog.objects.filter(pk__in=latest)
        .values("folded")
        .annotate(count=Count("pk"), people=Count("by", distinct=True), last=Max("at"), query=Max("query"))
        .order_by("-count", "folded")[:100]
    )
    return [{**row, "last": iso(row["last"])} for row in counted]


def figures(viewer: Viewer, shops: Sequence[int], *, since: datetime) -> dict[str, Any]:
    """Searches, how many found nothing, were opened, helped; the mean place of what was opened."""
    rows = SearchLog.objects.filter(shop_id__in=[s for s in shops if s in viewer.shops], at__gte=since)
    latest = rows.order_by("-at").values("pk")[:MOST_ROWS]
    told = SearchLog.objects.filter(pk__in=latest).aggregate(
        n_all=Count("pk"),
        n_empty=Count("pk", filter=Q(hits=0)),
        n_opened=Count("pk", filter=~Q(clicked="")),
        n_helped=Count("pk", filter=Q(helped=True)),
        n_not=Count("pk", filter=Q(helped=False)),
        mean=Avg("place"),
    )
    return {
        "searches": told["n_all"],
        "empty": told["n_empty"],
        "opened": told["n_opened"],
        "helped": told["n_helped"],
        "not_helped": told["n_not"],
        "mean_place": told["mean"],
    }


def synonyms(viewer: Viewer, shops: Sequence[int]) -> list[Synonym]:
    return list(
        Synonym.objects.filter(shop_id__in=[s for s in shops if s in viewer.shops]).order_by("-changed_at", "-id")[:500]
    )


def synonym_sets(shops: Sequence[int], *, without: int | None = None) -> tuple[tuple[str, ...], ...]:
    """The shops' own words that mean the same, as the search reads them."""
    rows = (
        Synonym.objects.filter(shop_id__in=shops)
        .exclude(pk=without or 0)
        .order_by("pk")
        .values_list("words", flat=True)
    )
    return tuple(tuple(normal(str(word)) for word in words) for words in rows[:500])


def find_synonym(viewer: Viewer, synonym_id: int) -> Synonym:
    row = Synonym.objects.filter(pk=synonym_id, shop_id__in=viewer.shop_ids).first()
    if row is None:
        raise NotFound("没有这组同义词，请刷新列表", "There are no such synonyms; reload the list")
    return row


def published_values(shop_id: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Key and text of every article in force, for the export."""
    rows = ArticleVersion.objects.filter(shop_id=shop_id, state="published").order_by("article__key")
    yield from rows.values_list("article__key", "values").iterator(chunk_size=200)
