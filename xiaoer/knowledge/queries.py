"""What other areas ask of knowledge: the texts in force by number."""

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from xiaoer.knowledge import search_sources
from xiaoer.knowledge.models import Article
from xiaoer.knowledge.searching import Asker, find

__all__ = ["Text", "texts_of", "warm"]


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


def warm(*, at: datetime) -> threading.Thread:
    """Read dictionaries, model and index beside the server's start, so that nobody's first search is the slow one."""
    thread = threading.Thread(target=_warm, args=(at,), name="knowledge-warm", daemon=True)
    thread.start()
    return thread


def _warm(at: datetime) -> None:
    try:
        search_sources.warm()
        shops = Article.objects.order_by("shop_id").values_list("shop_id", flat=True).distinct()[:50]
        find(Asker(tuple(shops)), "退货 tuihuo", at=at, limit=1, plain=True)
    except Exception:  # a search that is asked for says itself what is wrong
        logging.getLogger(__name__).exception("the search could not be warmed")
    finally:
        connection.close()
