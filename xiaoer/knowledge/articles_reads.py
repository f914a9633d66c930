"""Reads of articles, always for a viewer: the lists, one article, its versions, who has read it, the feed of changes."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.errors import NotFound
from xiaoer.knowledge.models import Article, ArticleVersion, FeedMark, Rated, Receipt
from xiaoer.people.queries import agents_with, names_of

WRITERS = (Perm.KNOWLEDGE_WRITE, Perm.QUALITY, Perm.SCRIPTS_EDIT)
"""Who sees what is not published yet."""
MOST_COUNTED = 100


def day_of(at: datetime) -> date:
    return at.astimezone(BEIJING).date()


def writes(viewer: Viewer, shop_id: int) -> bool:
    return any(viewer.may(perm, shop_id) for perm in WRITERS)


def shops_written(viewer: Viewer, shop_id: int | None = None) -> list[int]:
    """The viewer's shops in which she sees drafts."""
    return [one for one in viewer.shop_ids if writes(viewer, one) and shop_id in (None, one)]


def find(viewer: Viewer, article_id: int) -> Article:
    """An article of her shops, or one that another shop shares with them; what is unpublished is for writers only."""
    article = Article.objects.select_related("shop", "owner").filter(pk=article_id).first()
    if article is not None:
        if article.shop_id in viewer.shops and (article.state == "published" or writes(viewer, article.shop_id)):
            return article
        if article.state == "published" and any(shop in viewer.shops for shop in article.shops):
            return article
    raise NotFound("没有这篇知识，或已下架", "There is no such article, or it was taken off")


def find_by_key(viewer: Viewer, shop_id: int, key: str) -> Article:
    row = Article.objects.filter(shop_id=shop_id, key=key).values_list("pk", flat=True).first()
    if row is None:
        row = next((one.pk for one in shared_with(shop_id) if one.key == key), None)
    return find(viewer, row or 0)


def find_version(viewer: Viewer, article_id: int, number: int) -> ArticleVersion:
    article = find(viewer, article_id)
    rows = ArticleVersion.objects.select_related("article", "shop").filter(article=article, number=number)
    row = rows.first()
    if row is None or (row.published_at is None and not writes(viewer, article.shop_id)):
        raise NotFound(f"没有第 {number} 版", f"There is no version {number}")
    return row


def articles(viewer: Viewer, *, shop: int | None, states: Iterable[str], category: str = "") -> QuerySet[Article]:
    """The articles of her shops by state; what is unpublished only where she writes."""
    states = list(states)
    shops = [one for one in viewer.shop_ids if shop in (None, one)]
    if states != ["published"]:
        shops = [one for one in shops if writes(viewer, one)]
    rows = Article.objects.select_related("owner").filter(shop_id__in=shops, state__in=states)
    return rows.filter(category=category) if category else rows


def stale(viewer: Viewer, shop: int | None, at: datetime) -> QuerySet[Article]:
    """Published, and the day to look at it again has come (待复核)."""
    return articles(viewer, shop=shop, states=["published"]).filter(review_on__lte=day_of(at))


def work(viewer: Viewer, shop: int | None, states: Iterable[str]) -> QuerySet[ArticleVersion]:
    """Drafts and texts in review."""
    rows = ArticleVersion.objects.select_related("article", "shop")
    return rows.filter(shop_id__in=shops_written(viewer, shop), state__in=list(states))


def shared_with(shop_id: int) -> list[Article]:
    """Articles of other shops that say they are for this one too."""
    rows = Article.objects.filter(state="published", shared=True).order_by("pk")[:500]
    return [row for row in rows if shop_id in row.shops and row.shop_id != shop_id]


def in_date(article: Article, today: date) -> bool:
    return (article.valid_from is None or article.valid_from <= today) and (
        article.valid_to is None or today <= article.valid_to
    )


def for_platform(article: Article, platform: str) -> bool:
    return not article.platforms or platform in article.platforms


# ------------------------------------------------------------------------------------------------ readers


def staff_who_read(article: Article) -> list[int]:
    """Whom a must-read is for: everybody who serves buyers in its shops."""
    shops = [article.shop_id, *article.shops]
    return sorted({staff for shop in shops for staff in agents_with(shop, Perm.CHAT)})


def readers_of(article: Article, version: int | None = None) -> dict[int, datetime]:
    rows = Receipt.objects.filter(article=article, version=version or article.version)
    return dict(rows.values_list("staff_id", "at"))


def not_read_by(article: Article) -> dict[int, str]:
    """Who has not confirmed yet, by name (谁没读)."""
    read = readers_of(article)
    return names_of([staff for staff in staff_who_read(article) if staff not in read])


def must_reads(viewer: Viewer, shop: int | None, at: datetime) -> list[tuple[Article, datetime | None]]:
    """The must-reads of her shops, each with when she confirmed the version in force; unread ones first."""
    rows = articles(viewer, shop=shop, states=["published"]).filter(must_read=True).order_by("-published_at", "-pk")
    found = [row for row in rows[:MOST_COUNTED] if in_date(row, day_of(at))]
    read = {
        (article, version): when
        for article, version, when in Receipt.objects.filter(
            staff_id=(viewer.id or 0) if viewer.kind == "staff" else 0, article__in=found
        ).values_list("article_id", "version", "at")
    }
    told = [(row, read.get((row.pk, row.version))) for row in found]
    return sorted(told, key=lambda one: one[1] is not None)


def rating_of(article: Article, reader: str) -> bool | None:
    return Rated.objects.filter(article=article, reader=reader).values_list("helped", flat=True).first()


# ------------------------------------------------------------------------------------------------ the feed


def feed(viewer: Viewer, shop: int | None) -> QuerySet[ArticleVersion]:
    """Every text that was published in her shops, latest first (更新日志, R799)."""
    shops = [one for one in viewer.shop_ids if shop in (None, one)]
    rows = ArticleVersion.objects.select_related("article")
    return rows.filter(shop_id__in=shops, published_at__isnull=False)


FIRST_LOOK = timedelta(days=7)


def feed_mark(viewer: Viewer, at: datetime) -> datetime:
    """Up to when she has seen the feed; who never looked begins a week back."""
    mark = FeedMark.objects.filter(staff_id=viewer.id or 0).values_list("at", flat=True).first()
    return mark or at - FIRST_LOOK


def new_in_feed(viewer: Viewer, at: datetime) -> int:
    rows = feed(viewer, None).filter(published_at__gt=feed_mark(viewer, at))
    return rows.order_by()[:MOST_COUNTED].count()


def counts(viewer: Viewer, shop: int | None, at: datetime) -> dict[str, int]:
    """The numbers on the tabs, each bounded."""
    mine = Q(author_id=viewer.id)
    return {
        "review": work(viewer, shop, ["review"])[:MOST_COUNTED].count(),
        "mine": work(viewer, shop, ["draft", "review"]).filter(mine)[:MOST_COUNTED].count(),
        "draft": work(viewer, shop, ["draft"])[:MOST_COUNTED].count(),
        "stale": stale(viewer, shop, at)[:MOST_COUNTED].count(),
        "unread": sum(1 for _, read in must_reads(viewer, shop, at) if read is None),
        "feed": new_in_feed(viewer, at),
    }
