"""The ledger of requirements (docs/requirements.csv) names what is really there: files, tests, rows of packs."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEDGER = ROOT / "docs" / "requirements.csv"
COLUMNS = ["id", "status", "code", "test", "note"]
STATUSES = {"done", "partial", "refused"}
LONGEST_NOTE = 120

with LEDGER.open(encoding="utf-8", newline="") as _file:
    HEADER, *_LINES = csv.reader(_file)
ROWS = [dict(zip(HEADER, line, strict=True)) for line in _LINES]


@cache
def text_of(path: str) -> str | None:
    file = ROOT / path
    return file.read_text("utf-8") if file.is_file() else None


@cache
def functions_in(path: str) -> frozenset[str]:
    """The test functions of a Python file."""
    found = ast.walk(ast.parse(text_of(path) or ""))
    functions = (node.name for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in functions if name.startswith("test_"))


def parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def missing_files(row: dict[str, str]) -> list[str]:
    named = [target.partition("::")[0] for target in (*parts(row["code"]), *parts(row["test"]))]
    return [path for path in named if text_of(path) is None]


def missing_tests(row: dict[str, str]) -> list[str]:
    """Tests that are named but not there; of a vitest file, any part of its text may name the test."""
    lost = []
    for target in parts(row["test"]):
        path, _, name = target.partition("::")
        known = name in functions_in(path) if path.endswith(".py") else bool(name) and name in (text_of(path) or "")
        if not known:
            lost.append(target)
    return lost


def problems(row: dict[str, str]) -> list[str]:
    """What is wrong with one row; a row that is not done may name less, but nothing false."""
    found = [f"{path} does not exist" for path in missing_files(row)]
    found += [f"{target} is not there" for target in missing_tests(row)] if not found else []
    if row["status"] not in STATUSES:
        found.append(f"unknown status {row['status']!r}")
    if not re.fullmatch(r"R\d{3}", row["id"]):
        found.append("an id is R and three digits")
    if row["status"] == "done" and not (parts(row["code"]) and parts(row["test"])):
        found.append("done, but code or test is empty")
    if row["status"] != "done" and not row["note"]:
        found.append(f"{row['status']}, but the note does not say why")
    if len(row["note"]) > LONGEST_NOTE:
        found.append(f"the note has more than {LONGEST_NOTE} characters")
    if row["status"] == "done":  # data answers for a row by naming it as a source
        data = [path for path in parts(row["code"]) if path.endswith(".toml") and "carriers" not in path]
        found += [f"{path} does not name it" for path in data if row["id"] not in (text_of(path) or "")]
    return found


def test_the_ledger_has_its_columns_and_each_row_once() -> None:
    ids = [row["id"] for row in ROWS]
    assert HEADER == COLUMNS and ROWS
    assert sorted(set(ids)) == ids, "each id once, in order"


def test_every_row_names_what_is_there() -> None:
    assert {row["id"]: found for row in ROWS if (found := problems(row))} == {}


GOOD = {"id": "R001", "status": "done", "code": "tests/live.py", "test": "tests/test_lane.py::test_too_much_is_refused",
        "note": ""}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "almost"}, "unknown status 'almost'"),
        ({"id": "R1"}, "R and three digits"),
        ({"code": "xiaoer/nowhere.py"}, "xiaoer/nowhere.py does not exist"),
        ({"test": "tests/test_nowhere.py::test_x"}, "tests/test_nowhere.py does not exist"),
        ({"test": "tests/test_lane.py::test_nothing_of_the_kind"}, "is not there"),
        ({"test": "tests/test_lane.py"}, "is not there"),
        ({"test": "web/tests/money.test.ts::no such words"}, "is not there"),
        ({"code": ""}, "code or test is empty"),
        ({"test": " ; "}, "code or test is empty"),
        ({"status": "partial"}, "does not say why"),
        ({"status": "refused"}, "does not say why"),
        ({"note": "x" * 121}, "more than 120"),
        ({"id": "R999", "code": "xiaoer/guard/packs/money.toml"}, "does not name it"),
    ],
)
def test_a_bad_row_is_told(change: dict[str, str], said: str) -> None:
    assert problems(GOOD) == []
    assert said in "; ".join(problems(GOOD | change))
