"""Which book of rules holds in a shop now: read from the database, compiled once per version and process.

Another process hears of a new version by the journal (`kernel.tail.when_heard`); what it remembered goes at once.
"""

from __future__ import annotations

from threading import Lock

from xiaoer.guard.book import Book, make_book
from xiaoer.guard.models import GuardRuleset

_books: dict[int, Book] = {}
_lock = Lock()


def book_of(shop_id: int) -> Book | None:
    """The shop's published rules, None when it has none. One small read; compiling happens once per version."""
    rows = GuardRuleset.objects.filter(shop_id=shop_id, state="published")
    now = rows.values_list("version", "digest").first()
    if now is None:
        return None
    known = _books.get(shop_id)
    if known is not None and (known.version, known.digest) == now:
        return known
    with _lock:
        known = _books.get(shop_id)
        if known is None or (known.version, known.digest) != now:
            row = rows.get()
            known = make_book(shop_id, row.version or 0, row.digest, row.rules, row.overrides)
            _books[shop_id] = known
    return known


def draft_book(row: GuardRuleset) -> Book:
    """A draft as if it were published, for the tester and the preview. Not remembered."""
    return make_book(row.shop_id, 0, "", row.rules, row.overrides)
