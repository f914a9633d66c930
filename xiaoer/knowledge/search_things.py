"""What can be found besides articles: the shape in which another area puts a thing into the index."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xiaoer.knowledge.markdown import plain
from xiaoer.knowledge.models import Article, State

EVERY_SHOP, EVERY_PLATFORM = "*", "*"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can be found: whose it is, who may find it, by which words; `facts` come back with a hit."""

    source: str
    ref: int
    shop_id: int
    title: str
    text: str
    words: tuple[str, ...] = ()
    """Further names in the head: variants of the question, tags, codes."""
    kind: str = ""
    audience: str = "staff"
    shops: tuple[int, ...] = ()
    shared: bool = False
    category: str = ""
    tags: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    updated: date | None = None
    useful: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def head(self) -> str:
        return "\n".join([self.title, *self.words, *self.tags])

    @property
    def labels(self) -> tuple[str, ...]:
        """What filters ask for."""
        shops = [EVERY_SHOP] if self.shared else [str(one) for one in dict.fromkeys((self.shop_id, *self.shops))]
        found = [f"shop:{one}" for one in shops] + [f"source:{self.source}", f"aud:{self.audience}"]
        found += [f"kind:{self.kind or self.source}", f"cat:{self.category}"]
        found += [f"tag:{one}" for one in self.tags]
        found += [f"plat:{one}" for one in self.platforms or (EVERY_PLATFORM,)]
        found += [f"goods:{one}" for one in self.goods] + [f"stage:{one}" for one in self.stages]
        return tuple(dict.fromkeys(one[:39] for one in found))


def useful(helped: int, not_helped: int, used: int) -> float:
    """How useful readers found it, -1 to 1; few voices say little."""
    voices = helped + not_helped + used * 0.2
    return round((helped + used * 0.2 - not_helped) / (voices + 5), 4)


def thing_of(article: Article) -> Thing | None:
    """An article as the search finds it; None while none of its texts is in force."""
    if article.state != State.PUBLISHED:
        return None
    body = plain(article.body)
    return Thing(
        source="article",
        ref=article.pk,
        shop_id=article.shop_id,
        title=article.title,
        text="\n".join(part for part in (article.summary, body) if part),
        words=tuple(str(one) for one in article.questions),
        kind=article.kind,
        audience=article.audience,
        shops=tuple(article.shops),
        category=article.category,
        tags=tuple(article.tags),
        platforms=tuple(article.platforms),
        goods=tuple(article.goods),
        stages=tuple(article.stages),
        valid_from=article.valid_from,
        valid_to=article.valid_to,
        updated=article.changed_at.date(),
        useful=useful(article.helped, article.not_helped, article.used),
        facts={"key": article.key, "summary": article.summary, "version": article.version, "by": article.source},
    )
