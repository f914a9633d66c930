"""The database under the message lane: one write transaction made of a few statements over many rows.

Why not the ORM, and why not `executemany`: Python gives the interpreter lock away at every statement and must win it
back from the busy event loop, so the number of statements decides the speed (decision 0002 has the numbers). Rows go
in as `VALUES (...), (...)` lists whose lengths are powers of two, so that a handful of prepared statements serves all.

It runs on a connection of its own; the same code speaks to SQLite (under the write lock) and to PostgreSQL (under the
journal's advisory lock, so that numbers commit in order).
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, Protocol

import orjson
from django.db import connections

from xiaoer.kernel.db import WRITE_LOCK, pragmas
from xiaoer.kernel.events import JOURNAL_LOCK

Row = Sequence[Any]
Look = tuple[str, str]
"""What to read for the rows given: the fields, and the rest of the SELECT from FROM on, which joins the table `given`."""
CHUNK = 256
"""Rows in one VALUES list."""

TRUSTED = "PRAGMA ignore_check_constraints=ON;PRAGMA foreign_keys=OFF"
"""Django has SQLite parse every JSON column again to see that it is JSON; here it comes straight from orjson. And the
rows that new ones point to were read in the same transaction, so they need not be looked up once more."""


class Store(Protocol):
    """What the lane's writer needs of a database."""

    mark: str

    def transaction(self) -> Any: ...

    def look(self, columns: dict[str, str], rows: Sequence[Row], looks: Sequence[Look]) -> list[list[Row]]: ...

    def run(self, sql: str, values: Row) -> None: ...

    def take_ids(self, table: str, count: int) -> Sequence[int]:
        """The next keys of a table; to be called after `look` in the same transaction."""
        ...

    def when(self, at: datetime) -> Any: ...

    def typed(self, column: str, kind: str) -> str: ...

    def close(self) -> None: ...


def chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows in runs of at most CHUNK whose lengths are powers of two."""
    place = 0
    while place < len(rows):
        size = min(CHUNK, 1 << ((len(rows) - place).bit_length() - 1))
        yield rows[place : place + size]
        place += size


def filled(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """As `chunks`, but one list whose length is filled up by repeating the last row: for reads and updates."""
    for place in range(0, len(rows), CHUNK):
        part = rows[place : place + CHUNK]
        missing = (1 << (len(part) - 1).bit_length()) - len(part)
        yield [*part, *[part[-1]] * missing] if missing else part


def flat(rows: Sequence[Row]) -> list[Any]:
    return list(chain.from_iterable(rows))


@lru_cache(maxsize=512)
def values_list(mark: str, width: int, count: int) -> str:
    row = "(" + ",".join([mark] * width) + ")"
    return ",".join([row] * count)


def insert(store: Store, table: str, columns: str, rows: Sequence[Row], suffix: str = "") -> None:
    """Insert all rows; `suffix` is an ON CONFLICT clause."""
    for part in chunks(rows):
        values = values_list(store.mark, len(part[0]), len(part))
        store.run(f"INSERT INTO {table} ({columns}) VALUES {values} {suffix}", flat(part))  # noqa: S608  # our names


def given(store: Store, columns: dict[str, str], count: int) -> str:
    """`given(...) AS (VALUES ...)`: the rows as a table; the first one tells PostgreSQL the types."""
    first = "(" + ",".join(store.typed(store.mark, kind) for kind in columns.values()) + ")"
    rest = "," + values_list(store.mark, len(columns), count - 1) if count > 1 else ""
    return f"WITH given({','.join(columns)}) AS (VALUES {first}{rest})"


def update_by(store: Store, columns: dict[str, str], rows: Sequence[Row], sql: str) -> None:
    """Run an UPDATE ... FROM given for all rows."""
    for part in filled(rows):
        store.run(f"{given(store, columns, len(part))} {sql}", flat(part))


@lru_cache(maxsize=16)
def asked(*looks: Look) -> str:
    """One SELECT of one JSON value for SQLite: the rows of every look, and the sequences of the AUTOINCREMENT tables."""
    parts = [f"(SELECT json_group_array(json_array({fields})) {rest})" for fields, rest in looks]
    return f"SELECT json_array({','.join(parts)},(SELECT json_group_object(name, seq) FROM sqlite_sequence))"  # noqa: S608  # our names


class SqliteStore:
    """A connection with Django's PRAGMAs; its transactions take turns with Django's on the write lock."""

    mark = "?"

    def __init__(self, alias: str = "default") -> None:
        settings = connections[alias].settings_dict
        options = settings["OPTIONS"]
        self._connection = sqlite3.connect(
            str(settings["NAME"]),
            timeout=options.get("timeout", 30),
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )
        self._sequences: dict[str, int] = {}
        for pragma in f"{options.get('init_command', '')};{pragmas()};{TRUSTED}".split(";"):
            if pragma.strip():
                self._connection.execute(pragma)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with WRITE_LOCK:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def look(self, columns: dict[str, str], rows: Sequence[Row], looks: Sequence[Look]) -> list[list[Row]]:
        """Everything the group must know, and the sequences, in one statement and as one JSON value.

        Python gives the interpreter lock away at every statement and at every row that is fetched.
        """
        found: list[list[Row]] = [[] for _ in looks]
        for part in filled(rows):
            sql = f"{given(self, columns, len(part))} {asked(*looks)}"
            *parts, self._sequences = orjson.loads(self._connection.execute(sql, flat(part)).fetchone()[0])
            for all_rows, more in zip(found, parts, strict=True):
                all_rows += more
        return found

    def run(self, sql: str, values: Row) -> None:
        self._connection.execute(sql, values)

    def take_ids(self, table: str, count: int) -> Sequence[int]:
        """The next `count` keys of an AUTOINCREMENT table; inserting them moves the sequence along."""
        first = self._sequences.get(table, 0) + 1
        return range(first, first + count)

    def when(self, at: datetime) -> str:
        """A time as Django stores it in SQLite."""
        return str(at.astimezone(UTC).replace(tzinfo=None))

    def typed(self, column: str, kind: str) -> str:
        return column

    def close(self) -> None:
        self._connection.close()


class PostgresStore:
    """A psycopg connection of its own; the journal's advisory lock is taken first in every transaction."""

    mark = "%s"

    def __init__(self, alias: str = "default") -> None:
        import psycopg

        wanted = connections[alias].get_connection_params()
        for ours in ("cursor_factory", "context", "prepare_threshold", "server_side_binding"):
            wanted.pop(ours, None)
        self._connection = psycopg.connect(**wanted, autocommit=True, prepare_threshold=2)
        self._connection.prepared_max = 400
        self._cursor = self._connection.cursor()
        self._cursor.execute("SET timezone = 'UTC'")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._connection.transaction():
            self._cursor.execute("SELECT pg_advisory_xact_lock(%s)", (JOURNAL_LOCK,))
            yield
            self._cursor.execute("NOTIFY xiaoer_journal")

    def look(self, columns: dict[str, str], rows: Sequence[Row], looks: Sequence[Look]) -> list[list[Row]]:
        found: list[list[Row]] = [[] for _ in looks]
        for part in filled(rows):
            head, values = given(self, columns, len(part)), flat(part)
            for all_rows, (fields, rest) in zip(found, looks, strict=True):
                all_rows += self._cursor.execute(f"{head} SELECT {fields} {rest}", values).fetchall()  # our names
        return found

    def run(self, sql: str, values: Row) -> None:
        self._cursor.execute(sql, values)

    def take_ids(self, table: str, count: int) -> Sequence[int]:
        key = "number" if table == "kernel_event" else "id"
        sql = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        return [row[0] for row in self._cursor.execute(sql, (table, key, count)).fetchall()]

    def when(self, at: datetime) -> datetime:
        return at

    def typed(self, column: str, kind: str) -> str:
        return f"{column}::{kind}"

    def close(self) -> None:
        self._connection.close()


def open_store(alias: str = "default") -> SqliteStore | PostgresStore:
    """The store of the configured database, on a new connection."""
    return SqliteStore(alias) if connections[alias].vendor == "sqlite" else PostgresStore(alias)


class Version:
    """Has anything been written since? SQLite answers in some microseconds; PostgreSQL cannot, and gets None."""

    def __init__(self, alias: str = "default") -> None:
        settings = connections[alias].settings_dict
        self._connection: sqlite3.Connection | None = None
        if connections[alias].vendor == "sqlite":
            self._connection = sqlite3.connect(str(settings["NAME"]), isolation_level=None, check_same_thread=False)

    def now(self) -> int | None:
        """A number that changes with every commit of any other connection, of this process or another."""
        if self._connection is None:
            return None
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
