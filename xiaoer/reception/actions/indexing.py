"""The index of the message search (消息检索): filled off the lane, in batches, by the journal's numbers.

Following the journal and not the message ids: its numbers have no hole that fills later, so nothing is missed. The
words are cut outside the transaction; inside stand only the writes and the moved place.
"""

from collections.abc import Iterable

from django.db import connection

from xiaoer.kernel.db import transaction
from xiaoer.kernel.events import last_number
from xiaoer.kernel.models import Event, Reader
from xiaoer.reception.models import Message
from xiaoer.reception.searching import SHOP, TABLE, key_of
from xiaoer.reception.settings_life import SEARCH_BATCH

PLACE = "reception.search"
KIND = "message.sent"
Words = tuple[int, str]


def index_some(limit: int = SEARCH_BATCH) -> int:
    """Take in the next messages; how many. Two nodes may run it: one of them moves the place."""
    place = Reader.objects.get_or_create(name=PLACE)[0].number
    head = last_number()
    if place >= head:
        return 0
    lines = list(Event.objects.filter(number__gt=place, number__lte=head, kind=KIND).order_by("number")[:limit])
    reached = lines[-1].number if len(lines) == limit else head
    rows = list(words_of(line.payload["message"]["id"] for line in lines))
    with transaction():
        if Reader.objects.filter(pk=PLACE, number=place).update(number=reached) == 0:
            return 0
        _write(rows)
    return len(rows)


def words_of(ids: Iterable[int]) -> Iterable[Words]:
    """The keys of messages as they stand now."""
    rows = Message.objects.filter(pk__in=list(ids)).exclude(text="")
    for row in rows.select_related("conversation").only("pk", "text", "kind", "conversation__shop_id"):
        if row.kind != "system":
            yield row.pk, f"{SHOP}{row.conversation.shop_id} {key_of(row.text)}"


def _write(rows: list[Words]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(pk,) for pk, _ in rows])  # noqa: S608
            cursor.executemany(f"INSERT INTO {TABLE} (rowid, words) VALUES (%s, %s)", rows)  # noqa: S608
        else:
            cursor.executemany(
                f"INSERT INTO {TABLE} (id, words) VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))"  # noqa: S608
                " ON CONFLICT (id) DO UPDATE SET words = excluded.words",
                rows,
            )


def forget_all() -> None:
    """Empty the index and begin at the first line of the journal (`xiaoer reception search rebuild`)."""
    with transaction():
        Reader.objects.get_or_create(name=PLACE)
        Reader.objects.filter(pk=PLACE).update(number=0)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608  # our own name


def place_now() -> int:
    """How far the index has read the journal."""
    return Reader.objects.filter(pk=PLACE).values_list("number", flat=True).first() or 0
