"""Running an import in the background: the edge that reads a file and opens one transaction per batch."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django_tasks import task

from xiaoer.kernel import clock
from xiaoer.kernel.access import Who
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.rejects import RejectFile
from xiaoer.orders import actions, reading
from xiaoer.orders.actions import papers
from xiaoer.orders.drafts import OrderDraft
from xiaoer.orders.grouping import grouped
from xiaoer.orders.models import OrderImport
from xiaoer.orders.parsing import BadRow, RowParser
from xiaoer.people.queries import shop_facts

log = logging.getLogger("xiaoer.orders")
BATCH = 250
"""Orders per transaction: short enough that chat messages hardly wait for the write lock (docs/areas/orders.md)."""
Progress = Callable[[OrderImport, int, int], None]


def folder() -> Path:
    """Where uploads and rejects lie; readable by the service's own account only."""
    path = Path(settings.HOME) / "imports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


@task()
def import_orders(import_id: int) -> None:
    """The background job: one import."""
    row = OrderImport.objects.get(pk=import_id)
    kind, _, number = row.by.partition(":")
    run_import(import_id, by=Who(kind, int(number) if number else None, row.by_name), now=clock.now)


def run_import(
    import_id: int,
    *,
    by: Who,
    now: Callable[[], datetime],
    progress: Progress | None = None,
    rejects_path: Path | None = None,
) -> OrderImport | None:
    """Take a queued import in, from the first row to the last; None when another runner has it.

    Safe to run again after a crash: what is already in counts as unchanged. A refusal (unreadable file) is
    recorded on the import; an unexpected error too, and is raised again for the log.
    """
    rejects_path = rejects_path or folder() / f"{import_id}-rejects.csv"
    with transaction():
        row = actions.claim_import(import_id, rejects_path=rejects_path, by=by, at=now())
    if row is None:
        return None
    try:
        _Run(row, by, now, progress).go(rejects_path)
    except Refusal as refusal:
        with transaction():
            return actions.fail_import(import_id, problem=refusal.text.zh, by=by, at=now())
    except Exception:
        log.exception("import %s stopped", import_id)
        with transaction():
            actions.fail_import(import_id, problem="导入时发生内部错误，已写入的订单保留，可重新开始", by=by, at=now())
        raise
    ours = Path(row.path).parent == folder()
    with transaction():
        done = actions.finish_import(import_id, drop_file=ours, by=by, at=now())
        if rejects_path.parent == folder():
            papers.watch(row.shop_id, at=now())
    if ours:
        Path(row.path).unlink(missing_ok=True)
    if progress:
        progress(done, done.rows, 1000)
    return done


@dataclass
class _Run:
    """One pass over one file. Memory holds the grouping window and one batch, whatever the file's size."""

    row: OrderImport
    by: Who
    now: Callable[[], datetime]
    progress: Progress | None
    pending: list[tuple[OrderDraft, dict[int, list[str]]]] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    read: int = 0
    written: int = 0
    bad: int = 0
    done: float = 0.0

    def go(self, rejects_path: Path) -> None:
        facts = reading.inspect(Path(self.row.path), self.row.filename)
        platform = shop_facts(self.row.shop_id).platform
        parser = RowParser(facts.columns, self.row.mapping, platform=platform, version=facts.version)
        with RejectFile(rejects_path, facts.columns) as rejects:
            for item in grouped(self._parsed(facts, parser)):
                if isinstance(item, BadRow):
                    rejects.add(item.row, item.cells, item.reasons)
                    self.bad += 1
                    continue
                if item[0].order_no in self.numbers or len(self.pending) >= BATCH:
                    self._flush(rejects)
                self.pending.append(item)
                self.numbers.add(item[0].order_no)
            self._flush(rejects)

    def _parsed(self, facts: reading.FileFacts, parser: RowParser) -> Iterator[tuple[OrderDraft | BadRow, list[str]]]:
        for number, cells, done in reading.rows(facts):
            self.read += 1
            self.done = done
            yield parser.parse(number, cells), cells

    def _flush(self, rejects: RejectFile) -> None:
        """Write what is gathered. Progress: the share of the file read, scaled by the rows of it already written."""
        rows = self.bad + sum(len(draft.rows) for draft, _ in self.pending)
        if not rows:
            return
        self.written += rows
        permille = min(int(self.done * 1000 * self.written / self.read), 999)
        with transaction():
            outcomes = actions.write_batch(
                self.row,
                [draft for draft, _ in self.pending],
                rows=rows,
                permille=permille,
                rejected=self.bad,
                by=self.by,
                at=self.now(),
            )
        for (_, raw), outcome in zip(self.pending, outcomes, strict=True):
            if outcome.result == "rejected":
                for number, cells in raw.items():
                    rejects.add(number, cells, outcome.reasons)
        rejects.flush()
        self.bad, self.pending, self.numbers = 0, [], set()
        if self.progress:
            self.progress(self.row, self.written, permille)
