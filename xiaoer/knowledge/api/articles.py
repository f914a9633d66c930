"""Articles over HTTP: the lists, one article, writing, its life, versions."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from xiaoer.guard import queries as guard
from xiaoer.kernel import clock, paging
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.knowledge import articles_reads as reads
from xiaoer.knowledge import articles_showing as showing
from xiaoer.knowledge import markdown, rules_life
from xiaoer.knowledge.actions import articles as writing
from xiaoer.knowledge.actions import life, reading
from xiaoer.knowledge.api import schemas
from xiaoer.knowledge.forms import CATEGORIES, STAGES
from xiaoer.knowledge.models import Article, ArticleVersion, Kind
from xiaoer.people.queries import names_of, platform_names, shop_facts

router = Router()
STATES = {"published": ["published"], "archived": ["archived", "superseded"], "all": ["published", "draft", "archived"]}
KIND_NAMES = {
    "article": T("文章", "Article"),
    "faq": T("问答", "Questions and answers"),
    "script": T("话术", "Script"),
    "steps": T("步骤", "Steps"),
    "tree": T("引导式解决", "Guided solution"),
}


@router.get("/knowledge/articles", response=schemas.ArticlePage, summary="Articles by state")
def articles(
    request: HttpRequest,
    shop: int | None = None,
    desk: str = "published",
    category: str = "",
    kind: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`desk`: published | stale | archived | all (drafts too, for who writes)."""
    viewer, at = viewer_of(request), clock.now()
    if desk == "stale":
        rows = reads.stale(viewer, shop, at)
    else:
        rows = reads.articles(viewer, shop=shop, states=STATES.get(desk, ["published"]), category=category)
    if kind:
        rows = rows.filter(kind=kind)
    page, after = paging.newest_first(rows, "changed_at", cursor=cursor, limit=limit)
    today = reads.day_of(at)
    return {"items": [showing.short(row, viewer, today) for row in page], "next": after}


def _writer(request: HttpRequest, shop: int) -> Viewer:
    viewer = viewer_of(request)
    viewer.require(Perm.KNOWLEDGE_WRITE, shop)
    return viewer


@router.post("/knowledge/articles", response={201: schemas.ArticleFull}, summary="Begin an article")
def begin(request: HttpRequest, data: schemas.NewIn) -> Status[dict[str, Any]]:
    viewer, at = _writer(request, data.shop), clock.now()
    _require_shops(viewer, data.values)
    with transaction():
        row = writing.new_article(data.shop, data.values, note=data.note, by=viewer.who, at=at)
        if data.suggestion:
            reading.settle_suggestion(data.shop, data.suggestion, row.article_id, by=viewer.who, at=at)
    return Status(201, _full(viewer, row.article_id, at))


def _require_shops(viewer: Viewer, values: dict[str, Any]) -> None:
    """Texts are shared only with shops of her own, and know only platforms there are."""
    shops = values.get("shops") or []
    if strange := next((one for one in shops if one not in viewer.shops), None):
        raise Invalid(fields={"shops": T(f"没有编号为 {strange} 的店铺", f"There is no shop {strange}")})
    writing.checked(values, known=set(platform_names()))


def _full(viewer: Viewer, article_id: int, at: datetime) -> dict[str, Any]:
    return showing.full(reads.find(viewer, article_id), viewer, at)


@router.get("/knowledge/articles/{int:article_id}", response=schemas.ArticleFull, summary="One article")
def one(request: HttpRequest, article_id: int) -> dict[str, Any]:
    return _full(viewer_of(request), article_id, clock.now())


@router.get("/knowledge/by-key/{slug:key}", response=schemas.ArticleFull, summary="One article by its key")
def by_key(request: HttpRequest, key: str, shop: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return showing.full(reads.find_by_key(viewer, shop, key), viewer, clock.now())


@router.put("/knowledge/articles/{int:article_id}/draft", response=schemas.ArticleFull, summary="Change the draft")
def draft(request: HttpRequest, article_id: int, data: schemas.ValuesIn) -> dict[str, Any]:
    """Begins a new version when none is in work; what is in force stays."""
    viewer, at = viewer_of(request), clock.now()
    with transaction():
        article = _own_shops(viewer, article_id)
        _require_shops(viewer, data.values)
        _require_mine(viewer, article)
        writing.save_draft(article, data.values, seen=data.seen, note=data.note, by=viewer.who, at=at)
    return _full(viewer, article_id, at)


def _own_shops(viewer: Viewer, article_id: int) -> Article:
    article = reads.find(viewer, article_id)
    viewer.require(Perm.KNOWLEDGE_WRITE, article.shop_id)
    return article


def _require_mine(viewer: Viewer, article: Article) -> None:
    """A colleague's draft is changed by her, by an inspector, or by who edits scripts."""
    row = writing.in_work(article.pk)
    if row is None or row.author_id in (None, viewer.id):
        return
    if not any(viewer.may(perm, article.shop_id) for perm in (Perm.QUALITY, Perm.SCRIPTS_EDIT)):
        raise Forbidden(
            f"第 {row.number} 版是{row.author_name}正在写的，请联系本人或质检",
            f"Version {row.number} is being written by {row.author_name}; ask the author or an inspector",
        )


@router.post(
    "/knowledge/articles/{int:article_id}/move/{verb}", response=schemas.ArticleFull, summary="A step of its life"
)
def move(request: HttpRequest, article_id: int, verb: str, data: schemas.MoveIn) -> dict[str, Any]:
    """submit, publish, send_back, withdraw, confirm, archive, file_away: the buttons stand in `can`."""
    viewer, at = viewer_of(request), clock.now()
    with transaction():
        row = reads.find_version(viewer, article_id, data.version)
        life.perform(viewer, row, verb, data.form, by=viewer.who, at=at)
    return _full(viewer, article_id, at)


@router.get("/knowledge/articles/{int:article_id}/versions/{int:number}", response=schemas.VersionFull)
def version(request: HttpRequest, article_id: int, number: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return showing.version_full(reads.find_version(viewer, article_id, number), viewer)


@router.post("/knowledge/articles/{int:article_id}/versions/{int:number}/restore", response=schemas.ArticleFull)
def restore(request: HttpRequest, article_id: int, number: int) -> dict[str, Any]:
    """Roll back: the text of this version is in force again at once, as a new version."""
    viewer, at = viewer_of(request), clock.now()
    with transaction():
        old = reads.find_version(viewer, article_id, number)
        life.roll_back(viewer, old.article, old, by=viewer.who, at=at)
    return _full(viewer, article_id, at)


@router.get("/knowledge/articles/{int:article_id}/diff", response=schemas.Compared, summary="Two versions compared")
def diff(request: HttpRequest, article_id: int, old: int, new: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    before, after = reads.find_version(viewer, article_id, old), reads.find_version(viewer, article_id, new)
    return {"old": old, "new": new, **showing.compared(before.values, after.values)}


@router.post("/knowledge/preview", response=schemas.Preview, summary="How a draft looks, and what is missing")
def preview(request: HttpRequest, data: schemas.PreviewIn) -> dict[str, Any]:
    viewer = _writer(request, data.shop)
    form = writing.checked(data.values).model_dump(mode="json")
    shop = shop_facts(data.shop)
    verdict = guard.check(
        markdown.plain(rules_life.sayable(form["body"])), guard.context_for(shop, at=clock.now())
    ).shown(viewer.language)
    spoken = form["kind"] == "script" or form["audience"] == "buyer"
    return {
        "content": showing.content(form["kind"], form["body"]),
        "content_en": showing.content(form["kind"], form["body_en"]),
        "missing": {name: text.say(viewer.language) for name, text in rules_life.unfinished(form).items()},
        "verdict": verdict["verdict"] if spoken else "allow",
        "rules": verdict["rules"] if spoken else [],
    }


@router.get("/knowledge/choices", response=schemas.Choices, summary="Kinds, shelves, stages, platforms, tags, owners")
def choices(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    rows = reads.articles(viewer, shop=shop, states=["published"]).order_by("-changed_at", "-id")[:500]
    own, tags, owners = [], dict[str, int](), set[int]()
    for row in rows:
        own += [row.category] if row.category and row.category not in CATEGORIES else []
        owners |= {row.owner_id} if row.owner_id else set()
        for tag in row.tags:
            tags[tag] = tags.get(tag, 0) + 1
    told = viewer.language
    ranked = sorted(tags.items(), key=lambda one: (-one[1], one[0]))
    return {
        "kinds": [{"value": k, "label": KIND_NAMES[k].say(told)} for k in Kind.values],
        "categories": [{"value": k, "label": text.say(told)} for k, text in CATEGORIES.items()]
        + [{"value": name, "label": name} for name in dict.fromkeys(own)],
        "stages": [{"value": k, "label": text.say(told)} for k, text in STAGES.items()],
        "platforms": [{"value": k, "label": name} for k, name in platform_names().items()],
        "tags": [{"value": name, "label": f"{name} {n}"} for name, n in ranked[:200]],
        "owners": [{"id": pk, "name": name} for pk, name in names_of(owners | {viewer.id or 0}).items()],
    }


def work_line(row: ArticleVersion, viewer: Viewer, due: str | None) -> dict[str, Any]:
    line = showing.version_line(row, viewer)
    return {
        **{name: line[name] for name in ("number", "title", "note", "state", "state_label", "author", "said")},
        "article": row.article_id,
        "kind": row.values["kind"],
        "shop": row.shop_id,
        "category_label": showing.category_label(row.values["category"], viewer.language),
        "conversation": row.conversation,
        "changed_at": line["changed_at"],
        "state_at": clock.iso(row.state_at),
        "due_at": due,
        "first": row.article.version == 0,
    }
