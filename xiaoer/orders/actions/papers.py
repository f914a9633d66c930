"""Papers with receivers' addresses lie no longer than needed: printed PDFs and files of rejected rows are swept."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Who
from xiaoer.orders.actions import printing
from xiaoer.orders.models import OrderImport
from xiaoer.orders.models_print import PrintRun
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

SWEEP = "paper_sweep"
LOOK_EVERY = timedelta(days=1)
MOST = 200
"""Files in one transaction."""


def watch(shop_id: int, *, at: datetime) -> None:
    """A file was made: look every day from now on."""
    if not any(row.kind == SWEEP for row in deadlines.open_for(_subject(shop_id))):
        deadlines.start(SWEEP, _subject(shop_id), shop_id=shop_id, due_at=at + LOOK_EVERY, at=at)


def sweep(shop_id: int, *, by: Who, at: datetime) -> int:
    """Remove what is older than `papers_kept`; the run stays and its file can be made again. The files go after commit."""
    before = at - rule("papers_kept", shop=shop_facts(shop_id), at=at).duration
    runs = PrintRun.objects.filter(shop_id=shop_id, state=PrintRun.State.DONE)
    imports = OrderImport.objects.filter(shop_id=shop_id).exclude(rejects_path="")
    old_runs = list(runs.filter(at__lt=before).order_by("at", "pk")[:MOST])
    old_imports = list(imports.filter(at__lt=before).order_by("at", "pk")[:MOST])
    for run in old_runs:
        printing.forget_file(run.pk, by=by, at=at)
    OrderImport.objects.filter(pk__in=[row.pk for row in old_imports]).update(rejects_path="")
    paths = [Path(row.path) for row in old_runs if row.path] + [Path(row.rejects_path) for row in old_imports]
    transaction.on_commit(lambda: _remove(paths))
    if runs.exists() or imports.exists():
        deadlines.start(SWEEP, _subject(shop_id), shop_id=shop_id, due_at=at + LOOK_EVERY, at=at)
    return len(paths)


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _subject(shop_id: int) -> str:
    return f"papers:{shop_id}"
