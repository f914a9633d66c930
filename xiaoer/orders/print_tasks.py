"""Making a print run in the background: collect in short transactions, draw without one, then say that it is done."""

import hashlib
import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django_tasks import task

from xiaoer.kernel import clock
from xiaoer.kernel.access import Who
from xiaoer.kernel.db import transaction
from xiaoer.orders.actions import papers, printing
from xiaoer.orders.models_print import PrintRun, PrintSheet

log = logging.getLogger("xiaoer.orders")
BATCH = 50
"""Orders per transaction while collecting: messages of the chat hardly wait for the write lock."""


def folder() -> Path:
    """Where the papers lie; they carry receivers' addresses, so only the service's own account may read them."""
    path = Path(settings.HOME) / "prints"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@task()
def make_papers(run_id: int) -> None:
    """The background job: one print run."""
    row = PrintRun.objects.get(pk=run_id)
    kind, _, number = row.by.partition(":")
    run_print(run_id, by=Who(kind, int(number) if number else None, row.by_name), now=clock.now)


def run_print(run_id: int, *, by: Who, now: Callable[[], datetime]) -> PrintRun | None:
    """Make a queued run; None when another runner has it. After a crash it may be queued again: same sheets, same file."""
    with transaction():
        run = printing.claim_run(run_id, by=by, at=now())
    if run is None:
        return None
    try:
        for start in range(0, len(run.wanted), BATCH):
            with transaction():
                printing.collect(run, run.wanted[start : start + BATCH], by=by, at=now())
        data, pages = draw(run)
    except Exception:
        log.exception("print run %s stopped", run_id)
        with transaction():
            printing.fail_run(run_id, problem="生成时发生内部错误，请重新生成", by=by, at=now())
        raise
    if not pages:
        with transaction():
            return printing.fail_run(run_id, problem="没有可以打印的订单，原因见清单", by=by, at=now())
    path = folder() / f"{run_id}.pdf"
    made = path.with_suffix(".part")
    made.touch(mode=0o600)
    made.write_bytes(data)
    os.replace(made, path)
    digest = hashlib.sha256(data).hexdigest()
    with transaction():
        papers.watch(run.shop_id, at=now())
        return printing.finish_run(run_id, path=path, pages=pages, size=len(data), digest=digest, by=by, at=now())


def draw(run: PrintRun) -> tuple[bytes, int]:
    """The file of a run from its sheets; (b"", 0) when there are none."""
    from xiaoer.orders.print_papers import paper
    from xiaoer.orders.print_pdf import Sheet

    sheets = [Sheet(one.facts, one.again) for one in PrintSheet.objects.filter(run=run).order_by("place")]
    return paper(run.paper, printing.heading_of(run), sheets) if sheets else (b"", 0)
