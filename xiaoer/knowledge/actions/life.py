"""The steps of a version's life (知识的一生): handed in, sent back, published, brought back, archived."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from xiaoer.guard import queries as guard
from xiaoer.kernel import moving
from xiaoer.kernel.access import CLOCK, SYSTEM, Viewer, Who
from xiaoer.kernel.errors import Forbidden, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.knowledge import markdown, rules_life
from xiaoer.knowledge.actions import in_force
from xiaoer.knowledge.actions.articles import checked, in_work, new_article, old_text_again, save_draft
from xiaoer.knowledge.flow import ARTICLE_VERSION, REVIEW
from xiaoer.knowledge.models import Article, ArticleVersion
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rule


def perform(
    viewer: Viewer, row: ArticleVersion, verb: str, data: dict[str, Any] | None, *, by: Who, at: datetime
) -> None:
    """Check who asks, whether it is legal now and what was typed; then do it."""
    moves = [move for move in ARTICLE_VERSION.moves if move.verb == verb]
    if moves:
        moving.require_actor(moves[0], viewer, row.shop_id)
    step = moving.find_legal(ARTICLE_VERSION, row, verb)
    form = moving.parse_form(step, data)
    _require_own(viewer, row, verb)
    VERBS[verb](row, form, by=by, at=at)


def _require_own(viewer: Viewer, row: ArticleVersion, verb: str) -> None:
    """A draft is handed in or withdrawn by its author, or by who reviews."""
    if verb in ("submit", "withdraw") and row.author_id not in (None, viewer.id):
        if not viewer.may(REVIEW, row.shop_id):
            raise Forbidden(
                f"这份草稿是{row.author_name}写的，请由本人或质检操作",
                f"This draft is {row.author_name}'s; the author or an inspector does that",
            )


def submit(row: ArticleVersion, form: Any, *, by: Who, at: datetime) -> None:
    """Refused while something is missing, or when the guard would stop what a buyer is to read (R399)."""
    if missing := rules_life.unfinished(row.values):
        raise Invalid(fields=missing)
    require_sayable(row.values, shop_facts(row.shop_id), at=at)
    columns = {"note": form.note} if form.note else {}
    moving.move(ARTICLE_VERSION, row, "submit", by=by, at=at, **columns)


def require_sayable(values: Mapping[str, Any], shop: ShopFacts, *, at: datetime) -> None:
    """What goes out to a buyer passes the guard: scripts, and everything the help centre shows."""
    if values["kind"] != "script" and values["audience"] != "buyer":
        return
    for field in ("summary", "body", "body_en"):
        said = markdown.plain(rules_life.sayable(str(values[field])))
        verdict = guard.check(said, guard.context_for(shop, at=at))
        if verdict.verdict == "block":
            hit = next(one for one in verdict.rules if one.level == "block")
            words = said[hit.span[0] : hit.span[1]]
            told = T(
                f"「{words}」不能对买家说：{hit.title.zh}。{hit.reason.zh}",
                f"{words!r} must not be said to a buyer: {hit.title.en}. {hit.reason.en}",
            )
            raise Invalid(fields={field: told}, code="guard_blocked")


def publish(row: ArticleVersion, form: Any, *, by: Who, at: datetime) -> None:
    """Four eyes (R797): who wrote it does not approve it, unless the shop has switched that off."""
    shop = shop_facts(row.shop_id)
    if row.author_id is not None and row.author_id == by.id and rule("knowledge_four_eyes", shop=shop, at=at).value:
        raise Forbidden(
            "自己写的内容要由另一位同事审核发布",
            "What you wrote yourself is approved by a colleague",
            code="four_eyes",
        )
    require_sayable(row.values, shop, at=at)
    said = form.words if form else ""
    moving.move(
        ARTICLE_VERSION,
        row,
        "publish",
        by=by,
        at=at,
        reviewer_id=by.id,
        reviewer_name=by.name,
        said=said,
        published_at=at,
    )
    in_force.put(row, by=by, at=at)


def send_back(row: ArticleVersion, form: Any, *, by: Who, at: datetime) -> None:
    columns = {"reviewer_id": by.id, "reviewer_name": by.name, "said": form.words}
    moving.move(ARTICLE_VERSION, row, "send_back", by=by, at=at, **columns)


def withdraw(row: ArticleVersion, form: Any, *, by: Who, at: datetime) -> None:
    moving.move(ARTICLE_VERSION, row, "withdraw", by=by, at=at)
    Article.objects.filter(pk=row.article_id, state="draft").update(state="archived", state_at=at)


def restore(row: ArticleVersion, form: Any, *, by: Who, at: datetime) -> None:
    """The text was reviewed when it was published the first time: it comes back at once."""
    moving.move(ARTICLE_VERSION, row, "restore", by=by, at=at, published_at=at, reviewer_name=by.name)
    in_force.put(row, by=by, at=at)


def roll_back(viewer: Viewer, article: Article, old: ArticleVersion, *, by: Who, at: datetime) -> ArticleVersion:
    """An earlier text in force again (回退): a new version with its words, published in one step."""
    viewer.require(REVIEW, article.shop_id)
    row = old_text_again(article, old, by=by, at=at)
    perform(viewer, row, "restore", None, by=by, at=at)
    return row


def confirm(row: ArticleVersion, form: Any, *, by: Who, at: datetime) -> None:
    """Somebody looked: it is still right. The next look is by the rule, or on the day she says."""
    moving.move(ARTICLE_VERSION, row, "confirm", by=by, at=at)
    in_force.look_again(row, form.review_on, at=at)


def archive(row: ArticleVersion, form: Any, *, by: Who, at: datetime) -> None:
    moving.move(ARTICLE_VERSION, row, "archive", by=by, at=at, said=form.words)
    in_force.take_off(row.article, "archived", form.words, by=by, at=at)


def file_away(row: ArticleVersion, form: Any, *, by: Who, at: datetime) -> None:
    moving.move(ARTICLE_VERSION, row, "file_away", by=by, at=at)


def expire(article: Article, *, at: datetime) -> bool:
    """The last day of its validity is over (失效): archived by the clock. Twice does nothing."""
    row = article.versions.filter(state="published").first()
    if row is None or article.valid_to is None:
        return False
    moving.move(ARTICLE_VERSION, row, "expire", by=CLOCK, at=at)
    in_force.take_off(article, "archived", f"{article.valid_to} 到期 / expired", by=CLOCK, at=at)
    return True


VERBS: dict[str, Callable[..., None]] = {
    "submit": submit,
    "publish": publish,
    "send_back": send_back,
    "withdraw": withdraw,
    "restore": restore,
    "confirm": confirm,
    "archive": archive,
    "file_away": file_away,
}


# ------------------------------------------------------------------------------------------------ from files


def load_article(
    shop_id: int, values: Mapping[str, Any], *, key: str, note: str = "", index: bool = True, by: Who, at: datetime
) -> str:
    """An article from a file, published at once; the same file again changes nothing: added, changed or same.

    What somebody has in work stays where it is: then the file is refused, and the draft named.
    """
    form = checked(values)
    plain = form.model_dump(mode="json")
    if missing := rules_life.unfinished(plain):
        raise Invalid(fields=missing)
    require_sayable(plain, shop_facts(shop_id), at=at)
    article = Article.objects.select_related("shop").filter(shop_id=shop_id, key=key).first()
    if article is not None:
        newest = article.versions.filter(state="published").first()
        if newest is not None and newest.values == plain:
            return "same"
        if in_work(article.pk) is not None:
            told = T(
                f"「{article.title}」有未完成的草稿，未导入", f"{article.title!r} has a draft in work; not imported"
            )
            raise Invalid(fields={"key": told}, code="in_work")
    row = (
        new_article(shop_id, plain, key=key, note=note, by=by, at=at)
        if article is None
        else save_draft(article, plain, note=note, by=by, at=at)
    )
    moving.move(ARTICLE_VERSION, row, "load", by=SYSTEM, at=at, published_at=at)
    in_force.put(row, index=index, by=by, at=at)
    return "added" if article is None else "changed"
