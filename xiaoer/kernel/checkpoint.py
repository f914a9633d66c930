"""Carries SQLite's write-ahead log over into the database file, beside the writers instead of inside their commits.

Left alone, SQLite does this inside the commit that makes the log longer than 1,000 pages: under load every few
commits, and somebody waits for it. Here one thread does the bulk without any lock; when the log has grown long, it
does the small rest under the write lock, so that the next writer begins the log anew and it does not grow for ever.
"""

import logging
import sqlite3
import threading

from django.db import connections

from xiaoer.kernel import db

log = logging.getLogger("xiaoer.checkpoint")
PAUSE = 0.5
LONG = 8_000
"""Pages (32 MB) from which the log is begun anew."""


class Checkpointer:
    """A thread of the serving process; does nothing on PostgreSQL."""

    def __init__(self, alias: str = "default") -> None:
        self._wanted = connections[alias].vendor == "sqlite"
        self._name = str(connections[alias].settings_dict["NAME"])
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoint", daemon=True)

    def start(self) -> None:
        if self._wanted:
            db.checkpoint_apart()
            self._thread.start()

    def stop(self) -> None:
        self._end.set()
        if self._wanted:
            self._thread.join(10)

    def _run(self) -> None:
        connection = sqlite3.connect(self._name, timeout=5, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous=FULL")
        seen = -1
        while not self._end.wait(PAUSE):
            try:
                version = connection.execute("PRAGMA data_version").fetchone()[0]
                if version != seen:
                    seen = version
                    self._carry_over(connection)
            except sqlite3.Error:
                log.exception("carrying the log over failed; trying again")
        connection.close()

    def _carry_over(self, connection: sqlite3.Connection) -> None:
        _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if pages >= LONG:
            with db.WRITE_LOCK:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
