"""Further places the search looks in: goods and policies here, scripts and others from areas above, by one line each.

    search_sources.register("script", T("话术", "Scripts"), found_scripts)

A source answers for a viewer with what she may see; it is asked while she types, so it looks things up by an index.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from xiaoer.goods import queries as goods
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import normal
from xiaoer.knowledge.search_blocks import Document
from xiaoer.knowledge.search_engine import Engine, scratch
from xiaoer.knowledge.search_excerpts import excerpt, needles_of, spans
from xiaoer.knowledge.searching import LEAST_WORDS, Hit
from xiaoer.knowledge.vectors import here
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import book, rule
from xiaoer.policy.rules import NoRule

Ask = Callable[[Viewer, Sequence[int], str, int, datetime], list[Hit]]


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    label: T
    ask: Ask


_sources: dict[str, Source] = {}


def register(name: str, label: T, ask: Ask) -> None:
    """Let the search look in another place too; the same name again replaces it."""
    _sources[name] = Source(name, label, ask)


def labels() -> dict[str, T]:
    return {"article": T("知识", "Knowledge"), **{one.name: one.label for one in _sources.values()}}


def ask(viewer: Viewer, shops: Sequence[int], query: str, *, only: str, limit: int, at: datetime) -> list[Hit]:
    """The hits of every further source, or of one."""
    found: list[Hit] = []
    for source in _sources.values():
        if only in ("", source.name):
            found += source.ask(viewer, shops, query, limit, at)
    return found


def _goods(viewer: Viewer, shops: Sequence[int], query: str, limit: int, at: datetime) -> list[Hit]:
    """Goods by code, title, pinyin."""
    seen = [shop for shop in shops if viewer.may(Perm.ORDERS_VIEW, shop)]
    if not seen or len(normal(query).replace(" ", "")) < 2:
        return []
    rows = goods.search(goods.visible(viewer).filter(shop_id__in=seen), seen, query).order_by("-changed_at", "-id")
    needles = needles_of(query)
    found = []
    for row in rows[:limit]:
        text = "；".join(part for part in (row.code, row.material, row.care, *map(str, row.points)) if part)
        shown, marks = excerpt(text, needles)
        exact = normal(query).strip() in (normal(row.code), normal(row.title))
        facts = {"code": row.code, "url": f"/goods?q={row.code}"}
        title_marks = spans(row.title, needles)
        score = 1.5 if exact else 0.45
        found.append(
            Hit("goods", row.pk, row.shop_id, "goods", row.title, title_marks, shown, marks, score, ("goods",), facts)
        )
    return found


@cache
def _policies() -> tuple[Engine, list[str]]:
    """The titles and explanations of every rule, indexed once a process by the same engine."""
    keys = sorted(book().keys.values(), key=lambda key: key.name)
    documents = [Document(n, key.title.zh, key.explain.zh) for n, key in enumerate(keys)]
    return scratch(documents, model=here()), [key.name for key in keys]


def warm() -> None:
    """Index the rules now."""
    _policies()[0].rank("预热")


def _policy(viewer: Viewer, shops: Sequence[int], query: str, limit: int, at: datetime) -> list[Hit]:
    """What the rules say, as they are in force for the shop now."""
    if viewer.kind == "buyer" or not shops or not query.strip():
        return []
    engine, keys = _policies()
    words, meaning = engine.scores(query)
    ids = engine.rank(query, limit)
    shop, needles, found = shop_facts(shops[0]), needles_of(query), []
    for place in ids:
        near = float(meaning[place]) if meaning is not None else 0.0
        if float(words.score[place]) + 0.6 * max(near, 0) < 2 * LEAST_WORDS + 0.1:
            continue
        try:
            answer = rule(keys[place], shop=shop, at=at)
        except NoRule:
            continue
        title = f"{answer.title.say(viewer.language)}：{answer.value_text.say(viewer.language)}"
        shown, marks = excerpt(answer.explain.say(viewer.language), needles)
        facts = {"key": answer.key, "source": answer.source, "url": f"/policy?q={answer.key}"}
        score = round(0.85 * (float(words.score[place]) + near), 4)
        title_marks = spans(title, needles)
        found.append(
            Hit("policy", place, shop.id, "policy", title, title_marks, shown, marks, score, ("policy",), facts)
        )
    return found


register("goods", T("商品", "Goods"), _goods)
register("policy", T("规则", "Rules"), _policy)
