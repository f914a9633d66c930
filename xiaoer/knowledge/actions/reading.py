"""Readers' marks: a must-read confirmed, the feed seen, an article rated, a suggestion settled."""

from datetime import datetime

from django.db.models import F

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict
from xiaoer.kernel.events import announce
from xiaoer.knowledge.events_life import ArticleRated, ArticleRead, SuggestionSettled
from xiaoer.knowledge.models import Article, FeedMark, Rated, Receipt, Settled


def confirm_read(article: Article, version: int, *, by: Who, at: datetime) -> None:
    """She has read this version (已读回执); confirming twice is once. An older version than the one in force is refused."""
    if article.version != version or article.state != "published":
        raise Conflict(
            "newer_version",
            f"已有第 {article.version} 版，请先看新版再确认",
            f"There is version {article.version}; read that one first",
            current={"version": article.version, "state": article.state},
        )
    _, made = Receipt.objects.get_or_create(
        article_id=article.pk, version=version, staff_id=by.id or 0, defaults={"at": at}
    )
    if made:
        payload = ArticleRead(article=article.pk, title=article.title, version=version)
        announce(payload, shop_id=article.shop_id, subject=f"article:{article.pk}", by=by, at=at)


def feed_seen(staff_id: int, *, by: Who, at: datetime) -> None:
    FeedMark.objects.update_or_create(staff_id=staff_id, defaults={"at": at})


def rate(
    article: Article, reader: str, helped: bool, *, surface: str = "staff", words: str = "", by: Who, at: datetime
) -> bool:
    """A reader's word: did it help (有帮助吗). One per reader; a second one corrects the first. True when it counted."""
    before = Rated.objects.filter(article=article, reader=reader).first()
    if before is not None and before.helped == helped and (not words or words == before.words):
        return False
    Rated.objects.update_or_create(
        article=article,
        reader=reader,
        defaults={"helped": helped, "surface": surface, "words": words[:300], "at": at},
    )
    if before is None or before.helped != helped:
        up, down = ("helped", "not_helped") if helped else ("not_helped", "helped")
        counts = {up: F(up) + 1}
        if before is not None:
            counts[down] = F(down) - 1
        Article.objects.filter(pk=article.pk).update(**counts)
        payload = ArticleRated(article=article.pk, title=article.title, helped=helped, surface=surface)
        announce(payload, shop_id=article.shop_id, subject=f"article:{article.pk}", by=by, at=at)
    return True


def note_used(article_id: int) -> None:
    """It was put into an answer to a buyer."""
    Article.objects.filter(pk=article_id).update(used=F("used") + 1)


def settle_suggestion(shop_id: int, folded: str, article_id: int | None, *, by: Who, at: datetime) -> None:
    """Taken up as an article, or put aside."""
    Settled.objects.update_or_create(
        shop_id=shop_id, folded=folded[:120], defaults={"article_id": article_id, "by": str(by), "at": at}
    )
    announce(SuggestionSettled(article=article_id), shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)


def rate_by_id(article_id: int, reader: str, helped: bool, *, surface: str, by: Who, at: datetime) -> bool:
    """The same for an area that knows the article by its number."""
    article = Article.objects.filter(pk=article_id, state="published").first()
    return article is not None and rate(article, reader, helped, surface=surface, by=by, at=at)
