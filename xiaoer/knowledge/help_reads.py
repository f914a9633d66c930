"""What the help centre shows a buyer (帮助中心): published, for buyers, in date, for her shop and its platform."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from xiaoer.kernel.errors import NotFound
from xiaoer.knowledge import articles_reads as reads
from xiaoer.knowledge.articles_showing import category_label
from xiaoer.knowledge.forms import CATEGORIES
from xiaoer.knowledge.models import Article
from xiaoer.people.queries import ShopFacts

_SHELVES, _PER_SHELF, _ON_SHELF = 24, 6, 60


@dataclass(frozen=True, slots=True)
class Shelf:
    """One category with its best articles."""

    name: str
    label: str
    articles: list[Article]


def _public(shop_id: int) -> QuerySet[Article]:
    return Article.objects.filter(shop_id=shop_id, state="published", audience="buyer")


def _shown(article: Article, shop: ShopFacts, at: datetime) -> bool:
    return reads.in_date(article, reads.day_of(at)) and reads.for_platform(article, shop.platform)


def _names(shop_id: int) -> list[str]:
    """The shelves that hold something: from each to the next along the index."""
    found: list[str] = []
    last = ""
    while len(found) < _SHELVES:
        rows = _public(shop_id).filter(category__gt=last).order_by("category").values_list("category", flat=True)
        name = rows.first()
        if name is None:
            break
        found.append(name)
        last = name
    known = list(CATEGORIES)
    return sorted(found, key=lambda name: (known.index(name) if name in known else len(known), name))


def shelves(shop: ShopFacts, *, at: datetime, language: str) -> list[Shelf]:
    """Every shelf with its most helpful articles."""
    found = []
    for name in _names(shop.id):
        if rows := shelf(shop, name, at=at, most=_PER_SHELF):
            found.append(Shelf(name, category_label(name, language), rows))
    return found


def shelf(shop: ShopFacts, category: str, *, at: datetime, most: int = _ON_SHELF) -> list[Article]:
    rows = _public(shop.id).filter(category=category).order_by("-helped", "id")[: most * 2]
    return [row for row in rows if _shown(row, shop, at)][:most]


def one(shop: ShopFacts, key: str, *, at: datetime) -> Article:
    """An article by its address; what is not for buyers does not exist here."""
    row = _public(shop.id).filter(key=key).first()
    if row is None:
        row = next((one for one in reads.shared_with(shop.id) if one.key == key and one.audience == "buyer"), None)
    if row is None or not _shown(row, shop, at):
        raise NotFound("没有这篇帮助，可能已更新或下架", "There is no such page; it may have been replaced")
    return row


def beside(shop: ShopFacts, article: Article, *, at: datetime) -> list[Article]:
    """Others of the same shelf."""
    return [row for row in shelf(shop, article.category, at=at, most=7) if row.pk != article.pk][:6]


def by_ids(shop: ShopFacts, ids: list[int], *, at: datetime) -> list[Article]:
    """What the search found, in its order."""
    held = Article.objects.in_bulk(ids)
    return [held[pk] for pk in ids if pk in held and _shown(held[pk], shop, at)]
