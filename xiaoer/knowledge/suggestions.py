"""What ought to be written (选题, R717, R796): searches that found nothing, articles that did not help, and what
buyers come with again and again, as later areas count it (`register`). Bounded reads.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.i18n import T
from xiaoer.knowledge.articles_reads import shops_written
from xiaoer.knowledge.models import Article, SearchLog, Settled
from xiaoer.knowledge.searching import Asker, find
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

_LOOKED_AT = 2000
_BACK = timedelta(days=60)
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Topic:
    """Something buyers came with: a case's reason, what a talk was about."""

    key: str
    name: T
    at: datetime
    asked: str
    """What a buyer would ask, to find the article that answers it now."""


Ask = Callable[[int, datetime], Iterable[Topic]]
"""Shop, since when: the latest, newest first, a bounded number."""
_topics: dict[str, Ask] = {}


def register(kind: str, ask: Ask) -> None:
    """Let what comes up often in another area be suggested; the same name again replaces it."""
    _topics[kind] = ask


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
    kind: str = "miss"
    article: int | None = None
    title: str = ""
    asked: str = ""

    def shown(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shop": self.shop,
            "key": self.folded,
            "text": self.text,
            "count": self.count,
            "buyers": self.asked_by_buyers,
            "first_at": iso(self.first_at),
            "last_at": iso(self.last_at),
            "article": self.article,
            "title": self.title,
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


def frequent(shop_id: int, language: str, *, at: datetime) -> list[Wanted]:
    """What buyers came with often since it was last settled, most often first, beside the article that answers it now."""
    least = int(rule("knowledge_suggest_from", shop=shop_facts(shop_id), at=at).value)
    settled = dict(Settled.objects.filter(shop_id=shop_id).values_list("folded", "at"))
    found: dict[str, Wanted] = {}
    for kind, ask in _topics.items():
        for topic in ask(shop_id, at - _BACK):
            key = f"{kind}:{topic.key}"[:120]
            if key in settled and topic.at <= settled[key]:
                continue
            one = found.setdefault(
                key, Wanted(shop_id, key, topic.name.say(language), 0, topic.at, topic.at, kind=kind, asked=topic.asked)
            )
            one.count += 1
            one.first_at, one.last_at = min(one.first_at, topic.at), max(one.last_at, topic.at)
    often = sorted((one for one in found.values() if one.count >= least), key=lambda one: (-one.count, one.folded))
    for one in often[:_SHOWN]:
        hits = find(Asker((shop_id,)), one.asked, at=at, limit=1, plain=True).items
        if hits and hits[0].source == "article":
            one.article, one.title = hits[0].ref, hits[0].title
    return often[:_SHOWN]


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
        often = frequent(shop_id, viewer.language, at=at)
        found += [one.shown() for one in (*misses(shop_id, at=at)[:50], *often)] + unhelpful(shop_id)
    return found
