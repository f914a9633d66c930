"""Carrying a batch of follow-up entries out in the background: one short transaction after the other."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django_tasks import task

from xiaoer.kernel import clock
from xiaoer.kernel.access import Who
from xiaoer.kernel.db import transaction
from xiaoer.orders import followup_sheet
from xiaoer.orders.actions import follow_batch
from xiaoer.orders.models import FollowBatch

log = logging.getLogger("xiaoer.orders")


def folder() -> Path:
    path = Path(settings.HOME) / "exports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@task()
def carry_out(batch_id: int) -> None:
    """The background job: one batch."""
    run(batch_id, now=clock.now)


def run(batch_id: int, *, now: Callable[[], datetime]) -> FollowBatch | None:
    """From where it stands to its end; None when another process has it. What was done is not done again."""
    with transaction():
        row = follow_batch.claim(batch_id, at=now())
    if row is None:
        return None
    kind, _, number = row.by.partition(":")
    by = Who(kind, int(number) if number else None, row.by_name)
    try:
        while _step(row, by, now):
            pass
        path = folder() / f"follow-{row.pk}.xlsx" if row.action == "export" else None
        if path is not None:
            path.write_bytes(followup_sheet.of_batch(row))
    except Exception:
        log.exception("batch %s stopped", batch_id)
        with transaction():
            follow_batch.end(row, problem="处理时发生内部错误，已完成的保留，可继续", by=by, at=now())
        raise
    with transaction():
        return follow_batch.end(row, path=str(path or ""), by=by, at=now())


def _step(row: FollowBatch, by: Who, now: Callable[[], datetime]) -> int:
    with transaction():
        return follow_batch.go_on(row, by=by, at=now())
