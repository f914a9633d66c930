"""A new database is laid from the models; what results is what the migrations would have made, object by object."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.template import FILE, ROOT

pytestmark = pytest.mark.sqlite_only


def made_by(home: Path, *command: str) -> dict[tuple[str, str], object]:
    home.mkdir()
    environment = {**os.environ, "XIAOER_HOME": str(home)}
    whole = [sys.executable, "-m", "xiaoer.cli", "manage", *command, "--verbosity", "0"]
    subprocess.run(whole, env=environment, cwd=ROOT, check=True)
    with sqlite3.connect(home / FILE) as database:
        found = {
            (kind, name): _said(sql)
            for kind, name, sql in database.execute("SELECT type, name, sql FROM sqlite_master")
            if not name.startswith("sqlite_")
        }
        found["applied", ""] = sorted(database.execute("SELECT app, name FROM django_migrations"))
    return found


def _said(sql: str | None) -> object:
    """A table's columns and constraints in any order: a migration adds them one by one."""
    text = (sql or "").strip()
    if not text.startswith("CREATE TABLE"):
        return text
    parts, depth, begin = [], 0, text.index("(") + 1
    for place in range(begin, text.rindex(")")):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if text[place] == "," and not depth:
            parts.append(text[begin:place].strip())
            begin = place + 1
    return sorted([*parts, text[begin : text.rindex(")")].strip()])


def test_a_laid_database_is_what_the_migrations_make(tmp_path: Path) -> None:
    laid = made_by(tmp_path / "laid", "upgrade")
    migrated = made_by(tmp_path / "migrated", "migrate", "--run-syncdb")
    assert laid.keys() == migrated.keys() and len(laid) > 300
    assert {key: sql for key, sql in laid.items() if migrated[key] != sql} == {}


def test_a_used_database_is_migrated_and_a_second_time_changes_nothing(tmp_path: Path) -> None:
    first = made_by(tmp_path / "one", "upgrade")
    (tmp_path / "one").rename(tmp_path / "two")
    home = tmp_path / "two"
    environment = {**os.environ, "XIAOER_HOME": str(home)}
    again = [sys.executable, "-m", "xiaoer.cli", "manage", "upgrade", "--verbosity", "1"]
    said = subprocess.run(again, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert "No migrations to apply" in said and first["applied", ""]
