"""What ought to be written (选题, R717, R796): searches that found nothing, articles that did not help. Bounded reads."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.knowledge.articles_reads import shops_written
from xiaoer.knowledge.models import Article, SearchLog, Settled
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

_LOOKED_AT = 2000
_BACK = timedelta(days=60)


@dataclass(slots=True)
class Wanted:
    """One question that nobody could answer from here."""

    shop: int
    folded: str
    text: str
    count: int
    first_at: datetime
    last_at: datetime
    asked_by_buyers: int = 0

    def shown(self) -> dict[str, Any]:
        return {
            "kind": "miss",
            "shop": self.shop,
            "key": self.folded,
            "text": self.text,
            "count": self.count,
            "buyers": self.asked_by_buyers,
            "first_at": iso(self.first_at),
            "last_at": iso(self.last_at),
            "article": None,
            "title": "",
        }


def misses(shop_id: int, *, at: datetime) -> list[Wanted]:
    """Questions that found nothing often enough, the most asked first; what was settled comes back only when asked
    again afterwards.
    """
    least = int(rule("knowledge_suggest_from", shop=shop_facts(shop_id), at=at).value)
    rows = SearchLog.objects.filter(shop_id=shop_id, hits=0, at__gt=at - _BACK).order_by("-at", "-id")
    settled = dict(Settled.objects.filter(shop_id=shop_id).values_list("folded", "at"))
    found: dict[str, Wanted] = {}
    for folded, text, when, surface in rows.values_list("folded", "query", "at", "surface")[:_LOOKED_AT]:
        if len(folded) < 2 or (folded in settled and when <= settled[folded]):
            continue
        one = found.setdefault(folded, Wanted(shop_id, folded, text, 0, when, when))
        one.count += 1
        one.first_at = min(one.first_at, when)
        one.asked_by_buyers += surface in ("help", "assist")
    return sorted((one for one in found.values() if one.count >= least), key=lambda one: (-one.count, one.folded))


def unhelpful(shop_id: int) -> list[dict[str, Any]]:
    """Articles that more readers found of no help than of help."""
    rows = Article.objects.filter(shop_id=shop_id, state="published", not_helped__gt=0).order_by("-changed_at", "-id")
    bad = [row for row in rows[:500] if row.not_helped > row.helped]
    bad.sort(key=lambda row: (row.helped - row.not_helped, row.pk))
    return [
        {
            "kind": "unhelpful",
            "shop": shop_id,
            "key": f"article:{row.pk}",
            "text": row.title,
            "count": row.not_helped,
            "buyers": 0,
            "first_at": iso(row.published_at),
            "last_at": iso(row.changed_at),
            "article": row.pk,
            "title": row.title,
        }
        for row in bad[:20]
    ]


def suggestions(viewer: Viewer, shop: int | None, *, at: datetime) -> list[dict[str, Any]]:
    """Everything worth writing in the shops where she writes."""
    found: list[dict[str, Any]] = []
    for shop_id in shops_written(viewer, shop):
        found += [one.shown() for one in misses(shop_id, at=at)[:50]] + unhelpful(shop_id)
    return found
