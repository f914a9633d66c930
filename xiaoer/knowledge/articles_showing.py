"""Articles as the API shows them."""

from datetime import date, datetime
from typing import Any

from xiaoer.kernel import moving
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.knowledge import articles_reads as reads
from xiaoer.knowledge import markdown, rules_life, trees
from xiaoer.knowledge.flow import ARTICLE_VERSION
from xiaoer.knowledge.forms import CATEGORIES, STAGES
from xiaoer.knowledge.models import Article, ArticleVersion


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def category_label(category: str, language: str) -> str:
    return CATEGORIES[category].say(language) if category in CATEGORIES else category


def short(article: Article, viewer: Viewer, today: date) -> dict[str, Any]:
    """An article as a line of a list."""
    english = viewer.language.startswith("en")
    return {
        "id": article.pk,
        "key": article.key,
        "shop": article.shop_id,
        "kind": article.kind,
        "title": (english and article.title_en) or article.title,
        "summary": article.summary,
        "category": article.category,
        "category_label": category_label(article.category, viewer.language),
        "tags": article.tags,
        "platforms": article.platforms,
        "audience": article.audience,
        "owner": {"id": article.owner_id, "name": article.owner.name} if article.owner else None,
        "state": article.state,
        "state_label": state_label(article.state, viewer.language),
        "version": article.version,
        "must_read": article.must_read,
        "published_at": iso(article.published_at),
        "changed_at": iso(article.changed_at),
        "changed_by": article.changed_by,
        "review_on": day(article.review_on),
        "stale": article.state == "published" and article.review_on is not None and article.review_on <= today,
        "valid_from": day(article.valid_from),
        "valid_to": day(article.valid_to),
        "in_date": reads.in_date(article, today),
        "helped": article.helped,
        "not_helped": article.not_helped,
        "used": article.used,
    }


def state_label(state: str, language: str) -> str:
    return ARTICLE_VERSION.state(state).label.say(language)


def content(kind: str, body: str) -> dict[str, Any]:
    """A body ready to be drawn: its elements, and by kind its pairs, steps or places."""
    made: dict[str, Any] = {"nodes": markdown.tree_of(body), "pairs": [], "steps": [], "places": []}
    if kind == "faq":
        made["pairs"] = trees.pairs_of(body)
        made["nodes"] = trees.intro_of(body)
    elif kind == "steps":
        made["steps"] = trees.steps_of(body)
    elif kind == "tree":
        made["places"] = [place.shown() for place in trees.places_of(body)]
        made["nodes"] = trees.intro_of(body)
    return made


def version_line(row: ArticleVersion, viewer: Viewer) -> dict[str, Any]:
    """A version as a line of the log."""
    return {
        "number": row.number,
        "title": row.title,
        "note": row.note,
        "state": row.state,
        "state_label": state_label(row.state, viewer.language),
        "author": row.author_name,
        "reviewer": row.reviewer_name,
        "said": row.said,
        "restores": row.restores,
        "conversation": row.conversation,
        "published_at": iso(row.published_at),
        "changed_at": iso(row.changed_at),
        "can": moving.can(ARTICLE_VERSION, row, viewer),
    }


def version_full(row: ArticleVersion, viewer: Viewer) -> dict[str, Any]:
    return {
        **version_line(row, viewer),
        "values": row.values,
        "stamp": rules_life.stamp_of(row.values),
        "content": content(row.values["kind"], row.values["body"]),
        "missing": {name: text.say(viewer.language) for name, text in rules_life.unfinished(row.values).items()},
        "clocks": moving.clocks_of(ARTICLE_VERSION, row, viewer.language),
    }


def full(article: Article, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """One article for its page: the text in force, the one in work, versions, readers."""
    today = reads.day_of(at)
    writer = reads.writes(viewer, article.shop_id)
    rows = list(article.versions.select_related("shop", "article").order_by("-number")[:50])
    current = next((row for row in rows if row.state == "published"), None)
    in_work = next((row for row in rows if row.state in ("draft", "review")), None) if writer else None
    english = viewer.language.startswith("en") and article.body_en
    body = article.body_en if english else article.body
    mine = reads.readers_of(article).get(viewer.id or 0) if article.must_read else None
    return {
        **short(article, viewer, today),
        "title_zh": article.title,
        "title_en": article.title_en,
        "body": article.body,
        "body_en": article.body_en,
        "questions": article.questions,
        "goods": article.goods,
        "stages": [{"value": s, "label": STAGES[s].say(viewer.language) if s in STAGES else s} for s in article.stages],
        "shops": article.shops,
        "source": article.source,
        "content": content(article.kind, body),
        "may_write": writer,
        "current": version_line(current, viewer) if current is not None and writer else None,
        "draft": version_full(in_work, viewer) if in_work is not None else None,
        "versions": [version_line(row, viewer) for row in rows if writer or row.published_at is not None],
        "read_at": iso(mine),
        "readers": readers(article) if article.must_read and article.state == "published" else None,
        "my_rating": reads.rating_of(article, str(viewer.who)),
    }


def readers(article: Article) -> dict[str, Any]:
    """Who has confirmed reading the version in force, and who has not."""
    wanted = reads.staff_who_read(article)
    return {
        "wanted": len(wanted),
        "read": len(set(wanted) & set(reads.readers_of(article))),
        "missing": sorted(reads.not_read_by(article).values()),
    }


def compared(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Two texts beside one another."""
    return {
        "lines": rules_life.diff(str(old.get("body", "")), str(new.get("body", ""))),
        "lines_en": rules_life.diff(str(old.get("body_en", "")), str(new.get("body_en", "")))
        if old.get("body_en") or new.get("body_en")
        else [],
        "fields": rules_life.changed_fields(old, new),
    }
