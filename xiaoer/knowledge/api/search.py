"""The search over HTTP: as one types, what became of it, misses."""

import secrets
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.knowledge import search_reads, search_sources, searching
from xiaoer.knowledge.actions import searches
from xiaoer.knowledge.articles_reads import writes
from xiaoer.knowledge.articles_showing import category_label
from xiaoer.knowledge.models import Kind
from xiaoer.knowledge.search_query import HELP

router = Router()
_SALT, _DAY = "knowledge.search", 24 * 3600
_WHY = {
    "title": T("标题命中", "In the title"),
    "text": T("正文命中", "In the text"),
    "meaning": T("意思相近", "Means much the same"),
    "goods": T("同款商品", "The same goods"),
    "platform": T("本平台规则", "Of this platform"),
    "stage": T("订单所处阶段", "At this stage of the order"),
    "policy": T("当前生效的规则", "The rule in force"),
    "script": T("话术", "Script"),
}
_AUDIENCES = {"buyer": T("买家可见", "Buyers too"), "staff": T("仅内部", "Staff only")}
_ENGLISH_KINDS = {"article": "Article", "faq": "FAQ", "script": "Script", "steps": "Steps", "tree": "Guided solution"}


class HitOut(Schema):
    """One thing found; marks are places [from, to) in `title` and `excerpt`."""

    source: str = Field(description="article | goods | policy | script ...")
    ref: int
    shop: int
    kind: str
    kind_label: str
    title: str
    title_marks: list[list[int]]
    excerpt: str
    marks: list[list[int]]
    category: str
    category_label: str
    tags: list[str]
    audience: str
    score: float
    why: list[str]
    key: str = ""
    url: str


class FacetOut(Schema):
    value: str
    label: str
    count: int


class SearchOut(Schema):
    items: list[HitOut]
    total: int
    facets: dict[str, list[FacetOut]]
    query_id: str = Field(description="Names this answer for click, helpful and settled; holds for a day")
    next: str | None = None


class HelpRow(Schema):
    example: str
    text: str


class HelpOut(Schema):
    items: list[HelpRow]


class ClickIn(Schema):
    query_id: str = Field(max_length=4000)
    source: str = Field(max_length=16)
    ref: int


class SettledIn(Schema):
    query_id: str = Field(max_length=4000)


class HelpfulIn(SettledIn):
    helped: bool


class Done(Schema):
    ok: bool = True


class MissOut(Schema):
    query: str
    folded: str
    count: int
    people: int
    last: str


class Figures(Schema):
    searches: int
    empty: int
    opened: int
    helped: int
    not_helped: int
    mean_place: float | None


class MissesOut(Schema):
    items: list[MissOut]
    figures: Figures
    next: str | None = None


@router.get("/knowledge/search", response=SearchOut, summary="Search articles, scripts, goods and rules, as one types")
def search(
    request: HttpRequest,
    q: str = "",
    shop: int | None = None,
    kind: str = "",
    category: str = "",
    tag: str = "",
    platform: str = "",
    source: str = "",
    audience: str = "",
    about_platform: str = "",
    about_goods: str = "",
    stage: str = "",
    limit: int = 20,
) -> dict[str, Any]:
    """The language of `q`: GET /knowledge/search/help. `about_*` and `stage` say what the talk is about."""
    viewer = viewer_of(request)
    shops = [one for one in viewer.shop_ids if shop in (None, one)]
    at, limit = clock.now(), min(max(limit, 1), 50)
    goods = tuple(one for one in about_goods.split(",") if one)
    context = searching.Context(about_platform, goods, stage)
    filters = searching.Filters(kind, category, tag, platform, "", audience)
    asker = searching.Asker(tuple(shops))
    found = searching.find(asker, q, at=at, context=context, filters=filters, limit=limit)
    items = [] if source not in ("", "article") else list(found.items)
    total = found.total if source in ("", "article") else 0
    if not (category or tag or audience or platform) and found.words:
        only = source or (kind if kind in search_sources.labels() else "")
        more = [] if kind and not only else search_sources.ask(viewer, shops, found.words, only=only, limit=5, at=at)
        total += len(more)
        items = sorted([*items, *more], key=lambda hit: -hit.score)[:limit]
        found.facets.setdefault("kind", []).extend(_counted(more))
    token = _token(q, shops, "box", total, items)
    facets = {name: _facet(name, rows, viewer.language) for name, rows in found.facets.items()}
    return {"items": [shown(hit, viewer) for hit in items], "total": total, "facets": facets, "query_id": token}


def _counted(hits: list[searching.Hit]) -> list[tuple[str, int]]:
    kinds = dict.fromkeys(hit.kind for hit in hits)
    return [(kind, sum(hit.kind == kind for hit in hits)) for kind in kinds]


def _token(q: str, shops: list[int], surface: str, total: int, items: list[searching.Hit]) -> str:
    """What this answer was, signed: nothing is written until something becomes of it."""
    top = [f"{hit.source}:{hit.ref}" for hit in items[:10]]
    shop = shops[0] if len(shops) == 1 else None
    told = {"key": secrets.token_hex(12), "q": q[:120], "shop": shop, "surface": surface, "total": total, "top": top}
    return signing.dumps(told, salt=_SALT, compress=True)


def asked_of(token: str) -> dict[str, Any]:
    """The answer a token names."""
    try:
        return dict(signing.loads(token, salt=_SALT, max_age=_DAY))
    except signing.BadSignature:
        text = T("这次搜索已过期，请重新搜索", "This search is over; search again")
        raise Invalid(fields={"query_id": text}) from None


def shown(hit: searching.Hit, viewer: Viewer) -> dict[str, Any]:
    facts = hit.facts
    return {
        "source": hit.source,
        "ref": hit.ref,
        "shop": hit.shop_id,
        "kind": hit.kind,
        "kind_label": kind_label(hit.kind, viewer.language),
        "title": hit.title,
        "title_marks": [list(one) for one in hit.title_marks],
        "excerpt": hit.excerpt,
        "marks": [list(one) for one in hit.marks],
        "category": facts.get("category", ""),
        "category_label": category_label(facts.get("category", ""), viewer.language),
        "tags": facts.get("tags", []),
        "audience": facts.get("audience", ""),
        "score": hit.score,
        "why": [_WHY[one].say(viewer.language) for one in hit.why if one in _WHY],
        "key": facts.get("key", ""),
        "url": facts.get("url") or f"/knowledge/{hit.ref}",
    }


def kind_label(kind: str, language: str) -> str:
    if kind in search_sources.labels() and kind != "article":
        return search_sources.labels()[kind].say(language)
    zh = Kind(kind).label if kind in Kind.values else kind
    return T(str(zh), _ENGLISH_KINDS.get(kind, kind)).say(language)


def _facet(name: str, rows: list[tuple[str, int]], language: str) -> list[dict[str, Any]]:
    def label(value: str) -> str:
        if name == "kind":
            return kind_label(value, language)
        if name == "category":
            return category_label(value, language)
        return _AUDIENCES[value].say(language) if name == "audience" and value in _AUDIENCES else value

    return [{"value": value, "label": label(value), "count": count} for value, count in rows]


@router.get("/knowledge/search/help", response=HelpOut, summary="The query language in examples")
def search_help(request: HttpRequest) -> dict[str, Any]:
    language = viewer_of(request).language
    return {"items": [{"example": example, "text": text.say(language)} for example, text in HELP]}


@router.post("/knowledge/search/settled", response=Done, summary="She stopped typing: this was her question")
def settled(request: HttpRequest, data: SettledIn) -> dict[str, Any]:
    with transaction():
        searches.settle(asked_of(data.query_id), by=viewer_of(request).who, at=clock.now())
    return {}


@router.post("/knowledge/search/click", response=Done, summary="A hit was opened or inserted")
def click(request: HttpRequest, data: ClickIn) -> dict[str, Any]:
    with transaction():
        searches.click(asked_of(data.query_id), data.source, data.ref, by=viewer_of(request).who, at=clock.now())
    return {}


@router.post("/knowledge/search/helpful", response=Done, summary="Whether the answer helped")
def helpful(request: HttpRequest, data: HelpfulIn) -> dict[str, Any]:
    with transaction():
        searches.say_helpful(asked_of(data.query_id), data.helped, by=viewer_of(request).who, at=clock.now())
    return {}


@router.get("/knowledge/misses", response=MissesOut, summary="Searches that found nothing, and how the search does")
def misses(request: HttpRequest, shop: int | None = None, days: int = 30) -> dict[str, Any]:
    viewer = viewer_of(request)
    shops = [one for one in viewer.shop_ids if shop in (None, one) and writes(viewer, one)]
    since = clock.now() - timedelta(days=min(max(days, 1), 365))
    return {
        "items": search_reads.misses(viewer, shops, since=since),
        "figures": search_reads.figures(viewer, shops, since=since),
    }
