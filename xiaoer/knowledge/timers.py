"""Clocks of knowledge: a review that is late, a text nobody looked at, one whose days are over, a must-read unread."""

from datetime import datetime

from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.clock import iso
from xiaoer.kernel.deadlines import on_due, on_warn
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Deadline
from xiaoer.knowledge import articles_reads, events_life
from xiaoer.knowledge.actions import life
from xiaoer.knowledge.models import Article, ArticleVersion


def _version(deadline: Deadline) -> ArticleVersion | None:
    number = int(deadline.subject.partition(":")[2])
    return ArticleVersion.objects.select_related("article").filter(pk=number).first()


def _article(deadline: Deadline) -> Article | None:
    return Article.objects.filter(pk=int(deadline.subject.partition(":")[2]), state="published").first()


@on_due("article_review")
def review_late(deadline: Deadline, at: datetime) -> None:
    row = _version(deadline)
    if row is None or row.state != "review":
        return
    payload = events_life.ArticleReviewLate(
        article=row.article_id, title=row.title, version=row.number, due_at=iso(deadline.due_at) or ""
    )
    announce(payload, shop_id=row.shop_id, subject=f"article:{row.article_id}", by=CLOCK, at=at)


@on_due("article_stale")
def stale(deadline: Deadline, at: datetime) -> None:
    """Listed as stale until somebody looks at it; the text itself stays in force."""
    row = _version(deadline)
    if row is None or row.state != "published":
        return
    payload = events_life.ArticleStale(article=row.article_id, title=row.title, due_at=iso(deadline.due_at) or "")
    announce(payload, shop_id=row.shop_id, subject=f"article:{row.article_id}", by=CLOCK, at=at)


@on_due("article_expires")
def expired(deadline: Deadline, at: datetime) -> None:
    if (article := _article(deadline)) is not None:
        life.expire(article, at=at)


@on_warn("article_expires")
def ending(deadline: Deadline, at: datetime) -> None:
    if (article := _article(deadline)) is not None:
        payload = events_life.ArticleEnding(article=article.pk, title=article.title, due_at=iso(deadline.due_at) or "")
        announce(payload, shop_id=article.shop_id, subject=deadline.subject, by=CLOCK, at=at)


@on_due("article_unread")
def unread(deadline: Deadline, at: datetime) -> None:
    """The time to read it is over: the supervisor is told how many have not."""
    article = _article(deadline)
    if article is None or not article.must_read:
        return
    if missing := len(articles_reads.not_read_by(article)):
        payload = events_life.ArticleUnread(article=article.pk, title=article.title, missing=missing)
        announce(payload, shop_id=article.shop_id, subject=deadline.subject, by=CLOCK, at=at)
