"""What is in force (生效): the article takes the published version's words, the index follows in the same transaction."""

from datetime import date, datetime, time, timedelta

from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.events import announce
from xiaoer.knowledge.actions.articles import COLUMNS, checked
from xiaoer.knowledge.actions.indexing import index_article
from xiaoer.knowledge.events_life import ArticlePublished, ArticleTakenOff
from xiaoer.knowledge.flow import ARTICLE_VERSION
from xiaoer.knowledge.models import Article, ArticleVersion
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

EXPIRES, UNREAD, STALE = "article_expires", "article_unread", "article_stale"
_SOON = timedelta(days=7)


def put(row: ArticleVersion, *, index: bool = True, by: Who, at: datetime) -> None:
    """The version is the article from now on; the one before is superseded at once (R675). Who puts many in force
    indexes them together afterwards, in the same transaction (`index` False).
    """
    article = Article.objects.get(pk=row.article_id)
    for old in ArticleVersion.objects.select_related("shop").filter(article=article, state="published"):
        if old.pk != row.pk:
            moving.move(ARTICLE_VERSION, old, "supersede", by=SYSTEM, at=at)
    form = checked(row.values)
    days = rule("knowledge_stale_after", shop=shop_facts(row.shop_id), at=at).duration
    review_on = form.review_on or (at + days).astimezone(BEIJING).date()
    Article.objects.filter(pk=article.pk).update(
        state="published",
        state_at=at,
        version=row.number,
        published_at=at,
        changed_at=at,
        changed_by=by.name,
        owner_id=form.owner or article.owner_id,
        review_on=review_on,
        shared=bool(form.shops),
        supersedes_id=form.replaces or article.supersedes_id,
        **{name: getattr(form, name) for name in COLUMNS},
    )
    if form.review_on is not None:
        look_again(row, form.review_on, at=at)
    _clocks(row, form.valid_to, form.must_read, at)
    if form.replaces and form.replaces != article.pk:
        _replace(form.replaces, article, by=by, at=at)
    if index:
        index_article(article.pk, at=at)
    payload = ArticlePublished(
        article=article.pk, title=row.title, version=row.number, note=row.note, must_read=form.must_read
    )
    announce(payload, shop_id=row.shop_id, subject=f"article:{article.pk}", by=by, at=at)


def _clocks(row: ArticleVersion, valid_to: date | None, must_read: bool, at: datetime) -> None:
    subject = f"article:{row.article_id}"
    deadlines.settle(subject, None, at=at)
    if valid_to is not None:
        due = datetime.combine(valid_to + timedelta(days=1), time.min, BEIJING)
        deadlines.start(EXPIRES, subject, shop_id=row.shop_id, due_at=due, at=at, warn_at=(due - _SOON,))
    if must_read:
        within = rule("knowledge_must_read_within", shop=shop_facts(row.shop_id), at=at).duration
        deadlines.start(UNREAD, subject, shop_id=row.shop_id, due_at=at + within, at=at)


def _replace(old_id: int, article: Article, *, by: Who, at: datetime) -> None:
    """Another article takes this one's place: 新制度一经发布，旧制度即作废 (R675)."""
    old = Article.objects.filter(pk=old_id, shop_id=article.shop_id, state="published").first()
    if old is None:
        return
    for version in ArticleVersion.objects.select_related("shop").filter(article=old, state="published"):
        moving.move(ARTICLE_VERSION, version, "supersede", by=SYSTEM, at=at)
    take_off(old, "superseded", f"由「{article.title}」替代 / replaced", by=by, at=at)


def take_off(article: Article, state: str, reason: str, *, by: Who, at: datetime) -> None:
    """No longer in force: out of the index, its clocks end."""
    Article.objects.filter(pk=article.pk).update(state=state, state_at=at, changed_at=at, changed_by=by.name)
    deadlines.settle(f"article:{article.pk}", None, at=at)
    index_article(article.pk, at=at)
    payload = ArticleTakenOff(article=article.pk, title=article.title, reason=reason)
    announce(payload, shop_id=article.shop_id, subject=f"article:{article.pk}", by=by, at=at)


def look_again(row: ArticleVersion, on: date | None, *, at: datetime) -> None:
    """When it is to be looked at again: on the day that was named, else by the rule (the flow started that clock)."""
    if on is None:
        days = rule("knowledge_stale_after", shop=shop_facts(row.shop_id), at=at).duration
        on = (at + days).astimezone(BEIJING).date()
    else:
        due = max(datetime.combine(on, time(9), BEIJING), at + timedelta(minutes=1))
        deadlines.start(STALE, f"article_version:{row.pk}", shop_id=row.shop_id, due_at=due, at=at)
    Article.objects.filter(pk=row.article_id).update(review_on=on)
