"""Files of reviews and disputes over HTTP: read row by row, good rows go in, bad ones come back with their reasons."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ninja.files import UploadedFile

from xiaoer.complaints.actions import Taken
from xiaoer.kernel import tables
from xiaoer.kernel.i18n import T
from xiaoer.kernel.rejects import Rejects
from xiaoer.kernel.workbook import refuse
from xiaoer.orders import tasks

BATCH = 50
"""Rows per transaction: chats hardly wait for the write lock."""


@contextmanager
def _kept(file: UploadedFile) -> Iterator[tuple[Path, str]]:
    """An upload on disk while it is read; gone afterwards."""
    if (file.size or 0) > tables.MAX_BYTES:
        raise refuse("文件太大，请分开上传", "The file is too large; send it in parts")
    path = tasks.folder() / f"{secrets.token_hex(16)}.part"
    try:
        with path.open("xb") as out:
            path.chmod(0o600)
            for piece in file.chunks():
                out.write(piece)
        yield path, Path(file.name or "").name
    finally:
        path.unlink(missing_ok=True)


def taken_in(
    file: UploadedFile,
    columns: Mapping[str, tuple[str, ...]],
    required: tuple[str, ...],
    parse: Callable[[Mapping[str, str]], Any],
    take: Callable[[Sequence[Any], int], Taken],
    language: str,
) -> dict[str, Any]:
    """Read, parse and take a file in by batches; `take` gets drafts and how many rows were rejected while parsing."""
    with _kept(file) as (path, name):
        heads, rows = tables.read(path, name, columns, required)
    tables.refuse_empty(rows)
    rejects, good = Rejects(heads, language), []
    for row in rows:
        draft = parse(row.cells)
        if isinstance(draft, list):
            rejects.add(row.number, row.raw, draft)
        else:
            good.append((row, draft))
    total, early = Taken(), len(rejects.rows)
    for start in range(0, len(good), BATCH):
        part = good[start : start + BATCH]
        done = take([draft for _, draft in part], early if start == 0 else 0)
        for name_ in ("thanked", "opened", "changed", "known"):
            setattr(total, name_, getattr(total, name_) + getattr(done, name_))
        for place, why in done.refused:
            rejects.add(part[place][0].number, part[place][0].raw, [why])
    return told(len(rows), total, rejects)


def told(rows: int, total: Taken, rejects: Rejects) -> dict[str, Any]:
    return {
        "rows": rows,
        "opened": total.opened,
        "thanked": total.thanked,
        "changed": total.changed,
        "known": total.known,
        "rejected": len(rejects.rows),
        "reasons": rejects.first(),
        "rejects_csv": rejects.csv(),
    }


def from_rows(
    rows: Sequence[Mapping[str, str]],
    parse: Callable[[Mapping[str, str]], Any],
    take: Callable[[Sequence[Any], int], Taken],
    language: str,
) -> dict[str, Any]:
    """The same for rows that an interface sends: their places count from 1."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    rejects = Rejects(columns, language)
    good: list[tuple[int, Any]] = []
    for number, row in enumerate(rows, start=1):
        draft: Any = parse(row)
        if isinstance(draft, list):
            wrong: list[T] = draft
            rejects.add(number, [row.get(name, "") for name in columns], wrong)
        else:
            good.append((number, draft))
    done = take([draft for _, draft in good], len(rejects.rows))
    for place, why in done.refused:
        number = good[place][0]
        rejects.add(number, [rows[number - 1].get(name, "") for name in columns], [why])
    return told(len(rows), done, rejects)
