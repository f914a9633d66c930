"""Writing an article (写知识): a new one, a new version of one in force, a draft changed."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from pydantic import ValidationError

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import invalid_from
from xiaoer.knowledge import rules_life
from xiaoer.knowledge.events_life import ArticleDrafted
from xiaoer.knowledge.forms import Values
from xiaoer.knowledge.models import Article, ArticleVersion

COLUMNS = (
    "kind", "title", "summary", "body", "title_en", "body_en", "questions", "category", "tags", "platforms", "goods",
    "stages", "audience", "source", "valid_from", "valid_to", "must_read", "shops",
)  # fmt: skip
"""What a version says and its article repeats while it is in force."""


def checked(values: Mapping[str, Any], *, known: set[str] | None = None) -> Values:
    """What was typed, or a refusal that names each field. A draft may be unfinished; the form's limits always hold."""
    try:
        form = Values.model_validate(dict(values))
    except ValidationError as error:
        raise invalid_from(error) from None
    if form.valid_from and form.valid_to and form.valid_to < form.valid_from:
        told = T(f"失效日期 {form.valid_to} 早于生效日期", f"{form.valid_to} is before the day it begins")
        raise Invalid(fields={"valid_to": told})
    if strange := next((one for one in form.platforms if known is not None and one not in known), None):
        raise Invalid(fields={"platforms": T(f"不认识的平台：{strange}", f"Unknown platform: {strange}")})
    return form


def new_article(
    shop_id: int,
    values: Mapping[str, Any],
    *,
    key: str = "",
    note: str = "",
    conversation: int | None = None,
    by: Who,
    at: datetime,
) -> ArticleVersion:
    """An article begins as a draft; its columns show the draft until something is in force."""
    form = checked(values)
    article = Article.objects.create(
        shop_id=shop_id,
        key=free_key(shop_id, key or rules_life.key_of(form.title)),
        state="draft",
        state_at=at,
        changed_at=at,
        changed_by=by.name,
        owner_id=form.owner or (by.id if by.kind == "staff" else None),
        review_on=form.review_on,
        shared=bool(form.shops),
        **{name: getattr(form, name) for name in COLUMNS},
    )
    return _version(article, form, note=note, conversation=conversation, by=by, at=at)


def free_key(shop_id: int, wanted: str) -> str:
    """The key, or with a number behind it when another article of the shop has it."""
    wanted = re.sub(r"[^a-z0-9-]+", "-", wanted.lower()).strip("-")[:70] or "article"
    taken = set(Article.objects.filter(shop_id=shop_id, key__startswith=wanted).values_list("key", flat=True))
    if wanted not in taken:
        return wanted
    return next(f"{wanted}-{n}" for n in range(2, len(taken) + 3) if f"{wanted}-{n}" not in taken)


def _version(
    article: Article,
    form: Values,
    *,
    note: str = "",
    restores: int | None = None,
    conversation: int | None = None,
    by: Who,
    at: datetime,
) -> ArticleVersion:
    last = ArticleVersion.objects.filter(article=article).aggregate(last=Max("number"))["last"] or 0
    row = ArticleVersion.objects.create(
        article=article,
        shop_id=article.shop_id,
        number=last + 1,
        title=form.title,
        values=form.model_dump(mode="json"),
        note=note[:300],
        state="draft",
        state_at=at,
        author_id=by.id if by.kind == "staff" else None,
        author_name=by.name,
        restores=restores,
        conversation=conversation,
        changed_at=at,
    )
    _drafted(row, by=by, at=at)
    return row


def _drafted(row: ArticleVersion, *, by: Who, at: datetime) -> None:
    payload = ArticleDrafted(article=row.article_id, title=row.title, version=row.number)
    announce(payload, shop_id=row.shop_id, subject=f"article:{row.article_id}", by=by, at=at)


def in_work(article_id: int) -> ArticleVersion | None:
    """The draft or the text in review; there is at most one."""
    return (
        ArticleVersion.objects.select_for_update(of=("self",))
        .select_related("article", "shop")
        .filter(article_id=article_id, state__in=("draft", "review"))
        .first()
    )


def save_draft(
    article: Article, values: Mapping[str, Any], *, seen: str = "", note: str = "", by: Who, at: datetime
) -> ArticleVersion:
    """Change the draft, or begin one from what is in force. `seen` is the stamp of the draft on the writer's screen:
    whoever writes over a newer one is told first.
    """
    form = checked(values)
    row = in_work(article.pk)
    if row is None:
        row = _version(article, form, note=note, by=by, at=at)
        _show_new(article, form, by=by, at=at)
        return row
    if row.state == "review":
        raise Conflict(
            "in_review",
            "这一版正在审核，退回或撤回后才能修改",
            "This version is in review; it can be changed once it is sent back or withdrawn",
            current={"state": row.state},
        )
    same = ArticleVersion.objects.filter(pk=row.pk, state="draft")
    typed = {"title": form.title, "values": form.model_dump(mode="json"), "changed_at": at, "restores": None}
    if note:
        typed["note"] = note[:300]
    if by.kind == "staff":
        typed |= {"author_id": by.id, "author_name": by.name}
    if (seen and seen != rules_life.stamp_of(row.values)) or same.update(**typed) == 0:
        raise Conflict(
            "changed_meanwhile",
            f"{row.author_name or '有人'}刚刚改过这份草稿，请先看看新的内容",
            f"{row.author_name or 'Somebody'} just changed this draft; look at it first",
            current={"stamp": rules_life.stamp_of(row.values)},
        )
    row.refresh_from_db()
    _show_new(article, form, by=by, at=at)
    _drafted(row, by=by, at=at)
    return row


def _show_new(article: Article, form: Values, *, by: Who, at: datetime) -> None:
    """What was never in force is listed with its draft's words; what is in force keeps its own."""
    columns: dict[str, Any] = {"changed_at": at, "changed_by": by.name}
    if article.state == "draft":
        columns |= {name: getattr(form, name) for name in COLUMNS}
        columns |= {"review_on": form.review_on, "shared": bool(form.shops)}
        if form.owner is not None:
            columns |= {"owner_id": form.owner}
    Article.objects.filter(pk=article.pk).update(**columns)
    article.refresh_from_db()


def old_text_again(article: Article, old: ArticleVersion, *, by: Who, at: datetime) -> ArticleVersion:
    """A draft with the text of an earlier version that was in force once (回退)."""
    if old.published_at is None:
        raise Conflict(
            "never_published", f"第 {old.number} 版没有发布过，不能恢复", f"Version {old.number} was never published"
        )
    if (open_one := in_work(article.pk)) is not None:
        raise Conflict(
            "in_work",
            f"第 {open_one.number} 版还在{'审核' if open_one.state == 'review' else '修改'}，请先处理或撤回",
            f"Version {open_one.number} is still in work; finish or withdraw it first",
            current={"version": open_one.number, "state": open_one.state},
        )
    form = checked(old.values)
    note = f"恢复第 {old.number} 版 / back to version {old.number}"
    return _version(article, form, note=note, restores=old.number, by=by, at=at)
