"""The life of a file of goods or stock: uploaded, started, claimed by the runner, through."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import F, Q

from xiaoer.goods import columns, events
from xiaoer.goods.models import SheetImport
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.sheets import FileFacts

STALLED = timedelta(minutes=10)
"""A running import that started longer ago died with its process: it may be started again, and is idempotent."""


def create_import(
    shop_id: int, kind: str, *, filename: str, facts: FileFacts, mapping: Mapping[str, str], by: Who, at: datetime
) -> SheetImport:
    """A file was uploaded and looked at; nothing is taken in yet."""
    return SheetImport.objects.create(
        shop_id=shop_id,
        kind=kind,
        filename=Path(filename).name[:200],
        path=str(facts.path),
        columns=facts.columns,
        mapping=dict(mapping),
        as_of=min(facts.version, at) if facts.version else at,
        by=str(by),
        by_name=by.name[:64],
        at=at,
    )


def start_import(row: SheetImport, mapping: Mapping[str, str], *, at: datetime) -> SheetImport:
    """The columns are right: queue it."""
    wrong = columns.check(row.kind, mapping, row.columns)
    if wrong:
        raise Invalid("列映射有问题，请改正标出的字段", "The column mapping has mistakes", fields=wrong)
    free = Q(state__in=("uploaded", "failed")) | Q(state__in=("queued", "running"), at__lt=at - STALLED)
    if not row.path or not SheetImport.objects.filter(free, pk=row.pk).update(
        state="queued", mapping=dict(mapping), problem=""
    ):
        raise Conflict(
            "import_running",
            "这个文件正在导入或已经导入完成；要再导一次请重新上传",
            "This file is being taken in, or is through; upload it again to repeat",
            current={"state": row.state},
        )
    return SheetImport.objects.get(pk=row.pk)


def claim_import(import_id: int, *, rejects_path: Path) -> SheetImport | None:
    """The runner takes a queued import; None when another has it."""
    claimed = SheetImport.objects.filter(pk=import_id, state="queued").update(
        state="running", rows=0, changed=0, unchanged=0, rejected=0, rejects_path=str(rejects_path)
    )
    return SheetImport.objects.get(pk=import_id) if claimed else None


def note_rows(import_id: int, *, rows: int, changed: int, unchanged: int, rejected: int) -> None:
    """How far it is."""
    SheetImport.objects.filter(pk=import_id).update(
        rows=F("rows") + rows,
        changed=F("changed") + changed,
        unchanged=F("unchanged") + unchanged,
        rejected=F("rejected") + rejected,
    )


def end_import(import_id: int, *, problem: str = "", by: Who, at: datetime) -> SheetImport:
    """Through, or stopped by a problem; the uploaded copy is dropped when it is through."""
    changes = {"state": "failed", "problem": problem[:500]} if problem else {"state": "done", "path": ""}
    SheetImport.objects.filter(pk=import_id, state="running").update(finished_at=at, **changes)
    row = SheetImport.objects.get(pk=import_id)
    payload = events.SheetImported(
        filename=row.filename, kind=row.kind, state=row.state, rows=row.rows, changed=row.changed, rejected=row.rejected
    )
    announce(payload, shop_id=row.shop_id, subject=f"goods_import:{row.pk}", by=by, at=at)
    return row
