"""When journal lines get their numbers: at the end of the transaction, under the last lock it takes.

A reader that saw number N must never meet a lower one later. SQLite has one writer at a time, so numbers commit in
order by themselves. On PostgreSQL they are allocated under an advisory lock that is held until the commit. Were it
taken at each `announce`, a transaction that holds it could wait for a row whose owner waits for the lock: a deadlock.
So inside an edge transaction (`kernel.db.transaction`) lines are held back and written together at its end, after
every other lock has been taken. Reading the journal inside the transaction writes them at once, so nobody misses
her own lines. Decision 0004 tells more.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

from xiaoer.kernel import wake

if TYPE_CHECKING:
    from xiaoer.kernel.models import Event

JOURNAL_LOCK = 0x78696130
"""Key of PostgreSQL's advisory lock under which journal numbers are allocated, so that they commit in order."""


class _Depth(threading.local):
    edges = 0


_depth = _Depth()


class _Written:
    """Stands among Django's on-commit callbacks: the lines written by one flush, gone when its savepoint is."""

    def __call__(self) -> None:
        wake.journal_grew()


class _Held:
    """A line held back until the end. As an on-commit callback it disappears with the savepoint that made it."""

    def __init__(self, event: "Event") -> None:
        self.event = event
        self.written: _Written | None = None

    def __call__(self) -> None:
        """Nothing to do after commit: `_Written` wakes the readers."""


def append(event: "Event") -> None:
    """Write one line in the caller's transaction; inside an edge, hold it back until the edge ends."""
    if _depth.edges:
        transaction.on_commit(_Held(event))
    else:
        _write([event])


@contextmanager
def edge() -> Iterator[None]:
    """Around the body of an edge transaction: at its end, the held lines are numbered and written."""
    _depth.edges += 1
    try:
        yield
        if _depth.edges == 1:
            _write_held(last=True)
    finally:
        _depth.edges -= 1


def flush() -> None:
    """Write the held lines now, because somebody wants to read them inside the transaction."""
    if _depth.edges:
        _write_held(last=False)


def _write_held(*, last: bool) -> None:
    callbacks = [entry[1] for entry in connection.run_on_commit]
    alive = {id(callback) for callback in callbacks if isinstance(callback, _Written)}
    held = [c for c in callbacks if isinstance(c, _Held) and (c.written is None or id(c.written) not in alive)]
    if not held:
        return
    if last and connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # deferred foreign keys lock rows too: before the journal's lock
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    for one in held:
        one.event.number = None  # anew when its savepoint was undone
    written = _write([one.event for one in held])
    for one in held:
        one.written = written


def _write(events: list["Event"]) -> _Written:
    from xiaoer.kernel.models import Event

    written = _Written()
    with transaction.atomic(savepoint=False):
        lock()
        Event._base_manager.bulk_create(events)
        transaction.on_commit(written)
    return written


def lock() -> None:
    """Hold the numbering until this transaction ends, and tell other processes after its commit."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({JOURNAL_LOCK}); NOTIFY xiaoer_journal")
