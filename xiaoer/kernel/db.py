"""Transactions, opened at the edge (law 5).

With SQLite, web threads, the message lane and the clock loop live in one process and take turns on one write
lock: the lock is handed over at once and in the order of asking, where SQLite's own busy handler would sleep and
guess, and where a plain `threading.Lock` would let the lane, which asks again at once, starve everybody else.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db import transaction as django_transaction

from xiaoer.kernel import journal


class TurnLock:
    """A lock that is handed to whoever waits longest. Not re-entrant; any thread may release it."""

    def __init__(self) -> None:
        self._inner = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self) -> bool:
        with self._inner:
            if not self._held:
                self._held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        try:
            turn.acquire()  # released by `release` when our turn has come: the lock is ours then
        except BaseException:
            self._give_up(turn)
            raise
        return True

    def release(self) -> None:
        with self._inner:
            if not self._held:
                raise RuntimeError("the write lock is not held")
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False

    def locked(self) -> bool:
        return self._held

    def _give_up(self, turn: threading.Lock) -> None:
        """An interrupt came while we waited: leave the line, or pass on the turn that was just given to us."""
        with self._inner:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        self.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


WRITE_LOCK = TurnLock()
"""Held for the length of every write transaction on SQLite; PostgreSQL does not use it."""

_apart = False


def checkpoint_apart() -> None:
    """From now on a thread carries the write-ahead log over (kernel/checkpoint.py); commits need not."""
    global _apart
    _apart = True


def pragmas() -> str:
    """What every new SQLite connection is told besides the settings; the limit is for a checkpoint thread that died."""
    return "PRAGMA wal_autocheckpoint=65536" if _apart else ""


@contextmanager
def transaction() -> Iterator[None]:
    """One request, one timer firing or one reaction: everything inside commits together or not at all.

    Journal lines announced inside are numbered at the end of the outermost block (see kernel/journal.py).
    """
    with django_transaction.atomic(), journal.edge():
        yield


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"
