"""The desk around articles over HTTP: review, drafts, must-reads, the feed, suggestions, ratings, starter content."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from xiaoer.kernel import clock, deadlines, paging
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.clock import iso
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden
from xiaoer.knowledge import articles_reads as reads
from xiaoer.knowledge import articles_showing as showing
from xiaoer.knowledge import starter, suggestions
from xiaoer.knowledge.actions import reading
from xiaoer.knowledge.actions.starting import load_starter
from xiaoer.knowledge.api import schemas
from xiaoer.knowledge.api.articles import work_line
from xiaoer.knowledge.models import Article

router = Router()


@router.get("/knowledge/counts", response=schemas.Counts, summary="The numbers on the tabs")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return reads.counts(viewer_of(request), shop, clock.now())


@router.get("/knowledge/work", response=schemas.WorkPage, summary="Drafts and texts in review")
def work(
    request: HttpRequest,
    shop: int | None = None,
    desk: str = "review",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`desk`: review (handed in longest ago first) | draft | mine."""
    viewer = viewer_of(request)
    if desk == "review":
        rows = reads.work(viewer, shop, ["review"])
        page, after = paging.soonest_first(rows, "state_at", cursor=cursor, limit=limit)
    else:
        rows = reads.work(viewer, shop, ["draft"] if desk == "draft" else ["draft", "review"])
        if desk == "mine":
            rows = rows.filter(author_id=viewer.id)
        page, after = paging.newest_first(rows, "changed_at", cursor=cursor, limit=limit)
    due = {row.pk: _due(row.pk) for row in page if row.state == "review"}
    return {"items": [work_line(row, viewer, due.get(row.pk)) for row in page], "next": after}


def _due(version_id: int) -> str | None:
    running = deadlines.open_for(f"article_version:{version_id}")
    return next((iso(one.due_at) for one in running if one.kind == "article_review"), None)


@router.get("/knowledge/must-read", response=schemas.MustReads, summary="What everybody must read")
def must_read(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    today = reads.day_of(at)
    found = reads.must_reads(viewer, shop, at)
    return {"items": [{**showing.short(row, viewer, today), "read_at": iso(read)} for row, read in found]}


@router.post("/knowledge/articles/{int:article_id}/read", response=schemas.ArticleFull, summary="Confirm reading")
def read(request: HttpRequest, article_id: int, version: int) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    if viewer.kind != "staff":
        raise Forbidden("只有员工本人能确认已读", "Only a person can confirm reading")
    with transaction():
        article = reads.find(viewer, article_id)
        reading.confirm_read(article, version, by=viewer.who, at=at)
    return showing.full(article, viewer, at)


@router.post("/knowledge/articles/{int:article_id}/rate", response=schemas.ArticleFull, summary="Did it help?")
def rate(request: HttpRequest, article_id: int, data: schemas.RateIn) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    with transaction():
        article = reads.find(viewer, article_id)
        reading.rate(article, str(viewer.who), data.helped, words=data.words, by=viewer.who, at=at)
    return showing.full(reads.find(viewer, article_id), viewer, at)


@router.get("/knowledge/feed", response=schemas.FeedPage, summary="What was published, latest first")
def feed(request: HttpRequest, shop: int | None = None, cursor: str | None = None, limit: int = 30) -> dict[str, Any]:
    """`new` marks what came since she last looked; POST /knowledge/feed/seen moves the mark."""
    viewer, at = viewer_of(request), clock.now()
    since = reads.feed_mark(viewer, at)
    page, after = paging.newest_first(reads.feed(viewer, shop), "published_at", cursor=cursor, limit=limit)
    items = []
    for row in page:
        assert row.published_at is not None
        line = showing.version_line(row, viewer)
        items.append(
            {
                **{name: line[name] for name in ("title", "number", "note", "author", "reviewer", "published_at")},
                "state": line["state"],
                "state_label": line["state_label"],
                "article": row.article_id,
                "category_label": showing.category_label(row.values["category"], viewer.language),
                "must_read": bool(row.values["must_read"]),
                "new": row.published_at > since,
            }
        )
    return {"items": items, "next": after, "since": iso(since)}


@router.post("/knowledge/feed/seen", response=schemas.Ok, summary="I have seen the feed")
def feed_seen(request: HttpRequest) -> dict[str, bool]:
    viewer = viewer_of(request)
    if viewer.kind == "staff" and viewer.id is not None:
        with transaction():
            reading.feed_seen(viewer.id, by=viewer.who, at=clock.now())
    return {"ok": True}


@router.get("/knowledge/suggestions", response=schemas.Suggestions, summary="What ought to be written")
def wanted(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    return {"items": suggestions.suggestions(viewer_of(request), shop, at=clock.now())}


@router.post("/knowledge/suggestions/settle", response=schemas.Ok, summary="Put a suggestion aside")
def settle(request: HttpRequest, data: schemas.SettleIn) -> dict[str, bool]:
    viewer = viewer_of(request)
    viewer.require(Perm.KNOWLEDGE_WRITE, data.shop)
    with transaction():
        article = reads.find(viewer, data.article).pk if data.article else None
        reading.settle_suggestion(data.shop, data.key, article, by=viewer.who, at=clock.now())
    return {"ok": True}


@router.get("/knowledge/starter", response=schemas.StarterInfo, summary="How much starter content there is")
def starter_info(request: HttpRequest, shop: int) -> dict[str, int]:
    viewer = viewer_of(request)
    viewer.require(Perm.KNOWLEDGE_WRITE, shop)
    keys = [one.key for one in starter.pages()]
    return {"total": len(keys), "here": Article.objects.filter(shop_id=shop, key__in=keys).count()}


@router.post("/knowledge/starter", response=schemas.StarterOut, summary="Load the starter content into a shop")
def load(request: HttpRequest, shop: int) -> dict[str, Any]:
    """What is there already and was not changed stays; what somebody edited is left alone."""
    viewer = viewer_of(request)
    viewer.require(Perm.QUALITY, shop)
    with transaction():
        return load_starter(shop, by=viewer.who, at=clock.now())
