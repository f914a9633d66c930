"""What became of a search (搜索记录), and the shop's own synonyms."""

from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import normal
from xiaoer.knowledge.events_search import SynonymsChanged
from xiaoer.knowledge.models import SearchLog, Synonym

_MOST_WORDS, _LONGEST_WORD = 12, 20


def settle(asked: dict[str, Any], *, by: Who, at: datetime) -> SearchLog:
    """Keep what was searched for, once an answer; `asked` is what the answer's token says."""
    row, _ = SearchLog.objects.get_or_create(
        key=asked["key"],
        defaults={
            "shop_id": asked["shop"],
            "query": asked["q"][:120],
            "folded": normal(asked["q"])[:120],
            "surface": asked["surface"][:8],
            "by": str(by),
            "hits": asked["total"],
            "top": asked["top"],
            "at": at,
        },
    )
    return row


def click(asked: dict[str, Any], source: str, ref: int, *, by: Who, at: datetime) -> SearchLog:
    """What was opened or inserted, and how far down it stood."""
    row = settle(asked, by=by, at=at)
    name = f"{source}:{ref}"[:40]
    place = row.top.index(name) + 1 if name in row.top else None
    SearchLog.objects.filter(pk=row.pk, clicked="").update(clicked=name, place=place)
    return row


def say_helpful(asked: dict[str, Any], helped: bool, *, by: Who, at: datetime) -> SearchLog:
    """Whether the answer helped; said again, the latest holds."""
    row = settle(asked, by=by, at=at)
    SearchLog.objects.filter(pk=row.pk).update(helped=helped)
    return row


def clean_words(words: list[str]) -> list[str]:
    """A set of synonyms as it is kept: folded, each once."""
    clean = list(dict.fromkeys(word for one in words if (word := normal(one).strip())))
    if not 2 <= len(clean) <= _MOST_WORDS:
        raise Invalid(
            fields={"words": T(f"请写 2 到 {_MOST_WORDS} 个不同的词", f"Write 2 to {_MOST_WORDS} different words")}
        )
    if long := next((word for word in clean if len(word) > _LONGEST_WORD), None):
        raise Invalid(fields={"words": T(f"「{long}」太长了，请用词而不是句子", f"{long!r} is too long; use a word")})
    return clean


def put_synonyms(shop_id: int, words: list[str], *, synonym_id: int | None = None, by: Who, at: datetime) -> Synonym:
    """Words that mean the same in this shop; works from the next search on, nothing is indexed anew."""
    clean = clean_words(words)
    values = {"words": clean, "changed_at": at, "changed_by": str(by)}
    if synonym_id is None:
        row = Synonym.objects.create(shop_id=shop_id, **values)
    else:
        if not Synonym.objects.filter(pk=synonym_id, shop_id=shop_id).update(**values):
            raise NotFound("没有这组同义词，请刷新列表", "There are no such synonyms; reload the list")
        row = Synonym.objects.get(pk=synonym_id)
    _tell(row, clean, by=by, at=at)
    return row


def drop_synonyms(row: Synonym, *, by: Who, at: datetime) -> None:
    Synonym.objects.filter(pk=row.pk).delete()
    _tell(row, [], by=by, at=at)


def _tell(row: Synonym, words: list[str], *, by: Who, at: datetime) -> None:
    announce(SynonymsChanged(words=words), shop_id=row.shop_id, subject=f"synonym:{row.pk}", by=by, at=at)
