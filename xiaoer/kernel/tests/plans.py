"""Query plans as the database tells them, for tests that say "an index, never a scan"."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Collect the SQL that a block executes, with its parameters."""
    seen: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def plan(sql: str, params: Any) -> str:
    """The plan of one statement; it is not executed."""
    word = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(word + sql, params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def scans(text: str, table: str) -> bool:
    """Whether a plan reads the whole table."""
    if connection.vendor == "sqlite":
        return any(re.search(rf"SCAN {table}(?! USING (?:COVERING )?INDEX)", line) for line in text.splitlines())
    return f"Seq Scan on {table}" in text
