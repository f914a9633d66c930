"""An import's life: uploaded, started with a mapping, claimed by the runner, written batch by batch, finished."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import F, Q

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import events, headings
from xiaoer.orders.actions.taking_in import Outcome, take_in
from xiaoer.orders.drafts import OrderDraft
from xiaoer.orders.models import ImportMapping, OrderImport
from xiaoer.orders.reading import FileFacts

STALLED = timedelta(minutes=3)
"""A running import whose last batch is older than this died with its process and may be started again."""

State = OrderImport.State


def create_import(
    shop_id: int, *, filename: str, facts: FileFacts, mapping: Mapping[str, str], by: Who, at: datetime
) -> OrderImport:
    """A file was uploaded and looked at; nothing is taken in yet."""
    row = OrderImport.objects.create(
        shop_id=shop_id,
        filename=Path(filename).name[:200],
        path=str(facts.path),
        size=facts.size,
        encoding=facts.encoding or facts.kind,
        columns=facts.columns,
        mapping=dict(mapping),
        by=str(by),
        by_name=by.name[:64],
        at=at,
    )
    payload = events.ImportUploaded(filename=row.filename, size=row.size)
    announce(payload, shop_id=shop_id, subject=f"import:{row.pk}", by=by, at=at)
    return row


def start_import(import_id: int, mapping: Mapping[str, str], *, by: Who, at: datetime) -> OrderImport:
    """The mapping is right: queue the import, and remember the mapping for this shop and file layout."""
    row = _get(import_id)
    wrong = headings.check(dict(mapping), row.columns)
    if wrong:
        raise Invalid(
            "列映射有问题，请改正标出的字段",
            "The column mapping has mistakes; correct the marked fields",
            fields={name: T(*text) for name, text in wrong.items()},
        )
    if not row.path:
        raise Conflict(
            "already_imported",
            "这个文件已导入完成；要再导一次请重新上传",
            "Already imported; upload it again",
            current={"state": row.state},
        )
    free = Q(state__in=(State.UPLOADED, State.FAILED)) | Q(state=State.RUNNING, beat_at__lt=at - STALLED)
    if not OrderImport.objects.filter(free, pk=row.pk).update(
        state=State.QUEUED, mapping=dict(mapping), started_at=at, problem=""
    ):
        raise Conflict(
            "import_running",
            "这个导入已经在排队或进行中",
            "This import is already queued or running",
            current={"state": _get(import_id).state},
        )
    ImportMapping.objects.update_or_create(
        shop_id=row.shop_id,
        fingerprint=headings.fingerprint(row.columns),
        defaults={"mapping": dict(mapping), "at": at},
    )
    announce(events.ImportStarted(filename=row.filename), shop_id=row.shop_id, subject=f"import:{row.pk}", by=by, at=at)
    return _get(import_id)


def claim_import(import_id: int, *, rejects_path: Path, by: Who, at: datetime) -> OrderImport | None:
    """The runner takes a queued import; None when another runner has it. Counts begin at zero."""
    claimed = OrderImport.objects.filter(pk=import_id, state=State.QUEUED).update(
        state=State.RUNNING,
        beat_at=at,
        rows=0,
        done_permille=0,
        created=0,
        updated=0,
        unchanged=0,
        stale=0,
        rejected=0,
        rejects_path=str(rejects_path),
        by=str(by),
        by_name=by.name[:64],
    )
    return _get(import_id) if claimed else None


def write_batch(
    row: OrderImport, drafts: Sequence[OrderDraft], *, rows: int, permille: int, rejected: int, by: Who, at: datetime
) -> list[Outcome]:
    """One batch of an import: the orders, the counts and one journal row, all in the caller's transaction.

    `rows`, `rejected`: rows read, and rows turned away while reading, since the last batch.
    """
    outcomes = take_in(row.shop_id, drafts, source="import", by=by, at=at)
    counts = Counter(outcome.result for outcome in outcomes)
    turned_away = rejected + sum(
        len(draft.rows) for draft, outcome in zip(drafts, outcomes, strict=True) if outcome.result == "rejected"
    )
    OrderImport.objects.filter(pk=row.pk).update(
        rows=F("rows") + rows,
        done_permille=permille,
        beat_at=at,
        created=F("created") + counts["created"],
        updated=F("updated") + counts["updated"],
        unchanged=F("unchanged") + counts["unchanged"],
        stale=F("stale") + counts["stale"],
        rejected=F("rejected") + turned_away,
    )
    payload = events.OrdersTakenIn(
        source="import",
        created=counts["created"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        stale=counts["stale"],
        rejected=turned_away,
        rows=rows,
        permille=permille,
        orders=[o.order_id for o in outcomes if o.order_id and o.result in ("created", "updated")],
    )
    announce(payload, shop_id=row.shop_id, subject=f"import:{row.pk}", by=by, at=at)
    return outcomes


def finish_import(import_id: int, *, drop_file: bool, by: Who, at: datetime) -> OrderImport:
    """All rows are read. The uploaded copy is dropped (data minimisation); the rejects stay for download."""
    changes = {"path": ""} if drop_file else {}
    return _end(import_id, State.DONE, by=by, at=at, done_permille=1000, **changes)


def fail_import(import_id: int, *, problem: str, by: Who, at: datetime) -> OrderImport:
    """The file could not be read to its end; what was written stays, starting again goes on idempotently."""
    return _end(import_id, State.FAILED, by=by, at=at, problem=problem[:500])


def _end(import_id: int, state: str, *, by: Who, at: datetime, **changes: object) -> OrderImport:
    OrderImport.objects.filter(pk=import_id, state=State.RUNNING).update(state=state, finished_at=at, **changes)
    row = _get(import_id)
    payload = events.ImportFinished(
        filename=row.filename,
        state=row.state,
        rows=row.rows,
        created=row.created,
        updated=row.updated,
        unchanged=row.unchanged,
        stale=row.stale,
        rejected=row.rejected,
    )
    announce(payload, shop_id=row.shop_id, subject=f"import:{row.pk}", by=by, at=at)
    return row


def _get(import_id: int) -> OrderImport:
    row = OrderImport.objects.filter(pk=import_id).first()
    if row is None:
        raise NotFound("没有这个导入任务", "There is no such import")
    return row
