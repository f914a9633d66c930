"""Running a file of goods or stock in the background: one transaction per batch."""

import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django_tasks import task

from xiaoer.goods import actions, columns
from xiaoer.goods.drafts import GoodsDraft
from xiaoer.goods.models import SheetImport
from xiaoer.kernel import clock, sheets
from xiaoer.kernel.access import Who
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.rejects import RejectFile

log = logging.getLogger("xiaoer.goods")
GOODS_BATCH = 40
STOCK_BATCH = 200
"""Rows per transaction: short enough that chat messages hardly wait for the write lock."""
Line = tuple[int, list[str]]


def folder() -> Path:
    """Where uploads and rejects lie; readable by the service's own account only."""
    path = Path(settings.HOME) / "imports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def look(kind: str, path: Path, filename: str) -> sheets.FileFacts:
    """What kind of file it is, and its columns."""
    return sheets.inspect(path, filename, partial(columns.known, kind))


@task()
def import_sheet(import_id: int) -> None:
    """The background job: one file."""
    row = SheetImport.objects.get(pk=import_id)
    kind, _, number = row.by.partition(":")
    run_import(import_id, by=Who(kind, int(number) if number else None, row.by_name), at=clock.now())


def run_import(import_id: int, *, by: Who, at: datetime) -> SheetImport | None:
    """Take a queued file in; None when another runner has it. Safe to run again."""
    with transaction():
        row = actions.claim_import(import_id, rejects_path=folder() / f"goods-{import_id}-rejects.csv")
    if row is None:
        return None
    problem = ""
    try:
        facts = look(row.kind, Path(row.path), row.filename)
        with RejectFile(Path(row.rejects_path), facts.columns) as rejects:
            (_goods if row.kind == "goods" else _stock)(row, facts, rejects, by, at)
    except Refusal as refusal:
        problem = refusal.text.zh
    except Exception:
        log.exception("goods import %s stopped", import_id)
        problem = "导入时发生内部错误，已写入的保留，可重新开始"
    with transaction():
        done = actions.end_import(import_id, problem=problem, by=by, at=at)
    if not problem:
        Path(row.path).unlink(missing_ok=True)
    return done


def _rows(row: SheetImport, facts: sheets.FileFacts) -> Iterator[tuple[Line, dict[str, str], list[T]]]:
    for number, raw, _ in sheets.rows(facts):
        wrong = columns.broken(raw, facts.columns)
        yield (number, raw), columns.picked(raw, row.mapping, facts.columns), wrong


def _goods(row: SheetImport, facts: sheets.FileFacts, rejects: RejectFile, by: Who, at: datetime) -> None:
    held: dict[str, tuple[GoodsDraft, list[Line]]] = {}
    bad = 0
    for line, values, wrong in _rows(row, facts):
        draft, more = columns.goods_of(values)
        if wrong + more:
            rejects.add(*line, wrong + more)
            bad += 1
            continue
        if draft.code not in held and len(held) >= GOODS_BATCH:
            _put_goods(row, held, bad, rejects, by, at)
            held, bad = {}, 0
        if draft.code in held:
            held[draft.code][0].join(draft)
            held[draft.code][1].append(line)
        else:
            held[draft.code] = (draft, [line])
    _put_goods(row, held, bad, rejects, by, at)


def _put_goods(
    row: SheetImport,
    held: dict[str, tuple[GoodsDraft, list[Line]]],
    bad: int,
    rejects: RejectFile,
    by: Who,
    at: datetime,
) -> None:
    with transaction():
        done = actions.put_goods(row.shop_id, [draft for draft, _ in held.values()], by=by, at=at)
        count = {put.code: len(held[put.code][1]) for put in done}
        thrown = sum(count[put.code] for put in done if put.result == "rejected")
        changed = sum(count[put.code] for put in done if put.result in ("created", "updated"))
        rows = sum(count.values()) + bad
        actions.note_rows(
            row.pk, rows=rows, changed=changed, unchanged=rows - changed - thrown - bad, rejected=thrown + bad
        )
    for put in done:
        if put.result == "rejected":
            for line in held[put.code][1]:
                rejects.add(*line, put.reasons)


def _stock(row: SheetImport, facts: sheets.FileFacts, rejects: RejectFile, by: Who, at: datetime) -> None:
    """The whole file is gathered first, so that two lines of one code are one count."""
    lines: dict[str, list[tuple[int, Line]]] = {}
    bad = 0
    for line, values, wrong in _rows(row, facts):
        code, qty, more = columns.stock_of(values)
        if wrong + more:
            rejects.add(*line, wrong + more)
            bad += 1
            continue
        lines.setdefault(code, []).append((qty, line))
    with transaction():
        actions.note_rows(row.pk, rows=bad, changed=0, unchanged=0, rejected=bad)
    name = hashlib.sha256(Path(row.path).read_bytes()).hexdigest()[:16]
    codes = list(lines)
    for start in range(0, len(codes), STOCK_BATCH):
        part = {code: lines[code] for code in codes[start : start + STOCK_BATCH]}
        _take_part(row, part, f"file:{name}:{start}", rejects, by, at)


def _take_part(
    row: SheetImport, part: dict[str, list[tuple[int, Line]]], name: str, rejects: RejectFile, by: Who, at: datetime
) -> None:
    counted = [actions.Counted(code, qty) for code, found in part.items() for qty, _ in found]
    kind = "snapshot" if "qty" in row.mapping else "delta"
    rows = sum(len(found) for found in part.values())
    with transaction():
        taken = actions.take_report(
            row.shop_id, counted, report_id=name, kind=kind, as_of=row.as_of or at, source=row.filename, by=by, at=at
        )
        thrown = sum(len(part[code]) for code in taken.rejected)
        changed = 0 if taken.known else taken.report.changed
        actions.note_rows(row.pk, rows=rows, changed=changed, unchanged=rows - thrown - changed, rejected=thrown)
    for code, why in taken.rejected.items():
        for _, line in part[code]:
            rejects.add(*line, [why])
