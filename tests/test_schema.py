"""A new database is laid from the models; what results is what the migrations would have made, object by object.

Running every migration takes a minute of processor time, so what was compared is noted (`schema_checked.txt`): the same
migrations and the same laid tables need no second look. After a change of either, `python -m tests.test_schema` compares
and notes it; until then the test compares each time.
"""

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
import pytest

from tests.template import FILE, ROOT

pytestmark = [pytest.mark.sqlite_only, pytest.mark.xdist_group("schema")]
CHECKED = Path(__file__).with_name("schema_checked.txt")


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


def digest(laid: dict[tuple[str, str], object]) -> str:
    """The migrations, the laid tables and the Django that makes both, as one line."""
    seen = hashlib.sha256(django.__version__.encode())
    for file in sorted(ROOT.glob("xiaoer/*/migrations/*.py")):
        seen.update(file.read_bytes())
    seen.update(repr(sorted((key, repr(sql)) for key, sql in laid.items())).encode())
    return seen.hexdigest()


def compare(laid: dict[tuple[str, str], object], folder: Path) -> None:
    migrated = made_by(folder / "migrated", "migrate", "--run-syncdb")
    assert laid.keys() == migrated.keys() and len(laid) > 300
    assert {key: sql for key, sql in laid.items() if migrated[key] != sql} == {}


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[tuple[str, str], object]]:
    home = tmp_path_factory.mktemp("schema") / "laid"
    return home, made_by(home, "upgrade")


def test_a_laid_database_is_what_the_migrations_make(laid: tuple[Path, Any], tmp_path: Path) -> None:
    if CHECKED.read_text().strip() != digest(laid[1]):
        compare(laid[1], tmp_path)


def test_a_used_database_is_migrated_and_a_second_time_changes_nothing(laid: tuple[Path, Any]) -> None:
    home, found = laid
    environment = {**os.environ, "XIAOER_HOME": str(home)}
    again = [sys.executable, "-m", "xiaoer.cli", "manage", "upgrade", "--verbosity", "1"]
    said = subprocess.run(again, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert "No migrations to apply" in said and found["applied", ""]


def note() -> None:
    with tempfile.TemporaryDirectory() as name:
        laid = made_by(Path(name) / "laid", "upgrade")
        compare(laid, Path(name))
    CHECKED.write_text(digest(laid) + "\n")


if __name__ == "__main__":
    note()
