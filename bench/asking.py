"""People who ask a desk's lists over HTTP, each with her own session, and how the database finds what they ask for."""

import itertools
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import load, server
from bench.lane import agent_headers

PEOPLE = 10
LIMIT_MS = 100
LOOKS = 0.3
"""Seconds a person looks at a page before she asks for the next: faster than anybody reads."""


def ask_all(port: int, data: dict[str, Any], questions: Mapping[str, Sequence[str]], seconds: float) -> bool:
    """Ten people ask each kind of question; a line per kind, with the same crowd asking without a pause behind it."""
    good = True
    for name, paths in questions.items():
        found = load.run(port, [feed(data, n, paths) for n in range(PEOPLE)], seconds, pause=LOOKS)
        rush = load.run(port, [feed(data, n, paths) for n in range(PEOPLE)], seconds / 2)
        fits = found.percentile(0.99) < LIMIT_MS and found.ok(200)
        good = good and fits
        pressed = f"  | without a pause {rush.rate:5,.0f}/s p99 {rush.percentile(0.99):4.0f} ms"
        print(f"  {name:22} {found.line()}{pressed}{'' if fits else '  <- TOO SLOW'}", flush=True)
    return good


def feed(data: dict[str, Any], person: int, paths: Sequence[str]) -> load.Feed:
    headers = agent_headers(data["agents"][person % len(data["agents"])], data["csrf"])
    mine = [*paths[person % len(paths) :], *paths[: person % len(paths)]]
    return (load.get(path, headers) for path in itertools.cycle(mine))


def apart(home: Path, module: str, *arguments: str) -> Any:
    """Run a part that needs Django in a process of its own; its answer is JSON."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=server.environment(home),
        cwd=server.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{module} {arguments[0]} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def show_plans(plans: Mapping[str, Sequence[str]]) -> None:
    print("  query plans (SQLite):")
    for name, lines in plans.items():
        print(f"    {name}")
        for line in lines:
            print(f"      {line}")


def plan(asked: Any, *tables: str) -> list[str]:
    """How the database found the rows of these queries, of those that read one of the tables."""
    from django.db import connection

    lines: list[str] = []
    for query in asked:
        if any(table in query["sql"] for table in tables):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
                lines += [str(line[3]) for line in cursor.fetchall()]
    return list(dict.fromkeys(lines))
