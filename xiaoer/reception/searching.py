"""Search across messages (消息检索): two-character words, pinyin, Traditional; hits with marks, as far as she may see.

The index answers "which messages have these words", newest first; whose they are is asked of `queries.visible` for each
handful of hits, so a search never shows more than the lists do.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import fold, initials, normal, pinyin, search_key, search_terms
from xiaoer.reception import queries
from xiaoer.reception.boxes import chat_shops
from xiaoer.reception.models import Message
from xiaoer.reception.settings_life import SEARCH_CHUNK, SEARCH_CHUNKS

TABLE = "reception_messagesearch"
SHOP = "xshop"
"""Before the shop's number among the words of a message: hits of other shops are not even looked at."""
_LONGEST_QUERY, _EXCERPT, _RUN = 60, 80, 8
_ASCII = re.compile(r"[a-z0-9]+\Z")
_HAN_PAIR = re.compile(r"[\u3400-\u9fff]{2}")


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked; empty means everything."""

    q: str
    shop: int | None = None
    agent: int | None = None
    author: str = ""
    since: datetime | None = None
    until: datetime | None = None


def key_of(text: str) -> str:
    """The words of one message, and the pairs of neighbouring characters: a word is found however it was cut."""
    plain = normal(text)
    pairs = dict.fromkeys(plain[i : i + 2] for i in range(len(plain) - 1) if _HAN_PAIR.match(plain[i : i + 2]))
    sounds = [word for pair in pairs for word in (pinyin(pair), initials(pair))]
    return " ".join(dict.fromkeys([*search_key(text[:4000]).split(), *pairs, *sounds]))


def terms_of(q: str) -> list[str]:
    """The tokens that must all be there; a Chinese word of two and more becomes its pairs."""
    found: dict[str, None] = {}
    for term in search_terms(q):
        pairs = [term[i : i + 2] for i in range(len(term) - 1)] if _HAN_PAIR.match(term) else []
        found.update(dict.fromkeys(pairs or [term]))
    for run in normal(q).split():
        if _HAN_PAIR.match(run) and len(run) <= _RUN:
            found.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1) if _HAN_PAIR.match(run[i : i + 2])))
    return list(found)


def found(viewer: Viewer, search: Search, *, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """One page of hits, newest first, and the cursor of the next. The work per question is bounded."""
    if viewer.kind != "staff" and viewer.kind != "token":
        return [], None
    q = search.q.strip()
    if len(q) > _LONGEST_QUERY:
        raise Invalid(fields={"q": T(f"最多 {_LONGEST_QUERY} 字", f"{_LONGEST_QUERY} characters at most")})
    terms = terms_of(q)
    shops = chat_shops(viewer, search.shop)
    if not terms or not shops:
        return [], None
    below = _number(cursor)
    limit = max(1, min(limit, 100))
    hits: list[Message] = []
    for _ in range(SEARCH_CHUNKS):
        ids = _ids(terms, shops, below)
        if not ids:
            return [_shown(hit, terms, viewer) for hit in hits], None
        fresh = _allowed(viewer, search, ids)
        room = limit - len(hits)
        hits += fresh[:room]
        if len(fresh) > room:
            return [_shown(hit, terms, viewer) for hit in hits], str(hits[-1].pk)
        below = ids[-1]
        if len(hits) == limit:
            break
    return [_shown(hit, terms, viewer) for hit in hits], str(below)


def _number(cursor: str | None) -> int | None:
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise Invalid(fields={"cursor": T("翻页标记无效，请重新搜索", "Bad cursor; search again")})
    return int(cursor)


def _ids(terms: list[str], shops: Iterable[int], below: int | None) -> list[int]:
    """Message ids with all the words in these shops, newest first, as the index gives them."""
    places = [f"{SHOP}{pk}" for pk in shops]
    bound = "" if below is None else " AND {} < %s"
    if connection.vendor == "sqlite":
        said = " AND ".join(_fts(term) for term in terms) + " AND (" + " OR ".join(f'"{p}"' for p in places) + ")"
        sql = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s{bound.format('rowid')} ORDER BY rowid DESC LIMIT %s"  # noqa: S608
    else:
        said = " & ".join(_ts(term) for term in terms) + " & (" + " | ".join(f"'{p}'" for p in places) + ")"
        sql = f"SELECT id FROM {TABLE} WHERE words @@ %s::tsquery{bound.format('id')} ORDER BY id DESC LIMIT %s"  # noqa: S608
    given: list[Any] = [said, *([] if below is None else [below]), SEARCH_CHUNK]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [row[0] for row in cursor.fetchall()]


def _fts(term: str) -> str:
    quoted = '"' + term.replace('"', "") + '"'
    return f"{quoted}*" if _begins(term) else quoted


def _ts(term: str) -> str:
    quoted = "'" + term.replace("\\", "").replace("'", "''") + "'"
    return f"{quoted}:*" if _begins(term) else quoted


def _begins(term: str) -> bool:
    """Letters and digits are found by their beginning too: an order number half typed, tuih for 退货."""
    return len(term) >= 3 and bool(_ASCII.match(term))


def _allowed(viewer: Viewer, search: Search, ids: list[int]) -> list[Message]:
    rows = Message.objects.filter(pk__in=ids, conversation__in=queries.visible(viewer))
    if search.agent is not None:
        rows = rows.filter(conversation__agent_id=search.agent)
    if search.author:
        rows = rows.filter(author_kind=search.author)
    if search.since is not None:
        rows = rows.filter(at__gte=search.since)
    if search.until is not None:
        rows = rows.filter(at__lt=search.until)
    return list(rows.select_related("conversation__customer", "conversation__agent").order_by("-pk"))


def _shown(row: Message, terms: list[str], viewer: Viewer) -> dict[str, Any]:
    talk = row.conversation
    text, marks = excerpt(row.text, terms)
    return {
        "message": row.pk,
        "seq": row.seq,
        "conversation": talk.merged_into_id or talk.pk,
        "found_in": talk.pk,
        "shop": talk.shop_id,
        "customer": {"id": talk.customer_id, "name": talk.customer.display_name or talk.customer.nick},
        "agent": {"id": talk.agent_id, "name": talk.agent.name} if talk.agent is not None else None,
        "author": {"kind": row.author_kind, "name": row.author_name},
        "kind": row.kind,
        "at": iso(row.at),
        "text": text,
        "marks": marks,
    }


def excerpt(text: str, terms: list[str]) -> tuple[str, list[list[int]]]:
    """A piece of the text around its first hit, and the hits in it as [from, to]; pinyin marks the characters."""
    spans = _spans(text, terms)
    line = text.replace("\n", " ")
    start = 0
    if len(line) > _EXCERPT and spans:
        start = max(0, min(spans[0][0] - _EXCERPT // 3, len(line) - _EXCERPT))
    piece = line[start : start + _EXCERPT]
    ahead = "…" if start else ""
    behind = "…" if start + _EXCERPT < len(line) else ""
    shift = len(ahead) - start
    marks = [
        [max(a, start) + shift, min(b, start + _EXCERPT) + shift]
        for a, b in spans
        if b > start and a < start + _EXCERPT
    ]
    return ahead + piece + behind, marks


def _spans(text: str, terms: list[str]) -> list[tuple[int, int]]:
    folded = fold(text)
    found: list[tuple[int, int]] = []
    for term in terms:
        here = [(m.start(), m.end()) for m in re.finditer(re.escape(term), folded.text)]
        if not here and _ASCII.match(term):
            here = _sounding(folded.text, term)
        found += [folded.span(a, b) for a, b in here]
    merged: list[tuple[int, int]] = []
    for a, b in sorted(found):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


def _sounding(plain: str, term: str) -> list[tuple[int, int]]:
    """Where characters sound like what was typed: tuihuo or th in 我要退货."""
    for length in range(1, 5):
        for start in range(len(plain) - length + 1):
            piece = plain[start : start + length]
            if not all("\u3400" <= char <= "\u9fff" for char in piece):
                continue
            if pinyin(piece).startswith(term) or (length > 1 and initials(piece) == term):
                return [(start, start + length)]
    return []
