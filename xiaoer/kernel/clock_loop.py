"""The clock loop: what turns due deadlines into work. Any number of loops may run side by side."""

import logging
import threading
import time
from datetime import datetime, timedelta

from django.db import OperationalError, connection
from django.db import transaction as django_transaction

from xiaoer.kernel import clock, deadlines, wake
from xiaoer.kernel.db import transaction
from xiaoer.kernel.deadlines import DUE, WARN
from xiaoer.kernel.models import Deadline
from xiaoer.kernel.reaction_runner import run_reactions

__all__ = ["fire_due", "run_forever", "run_once", "run_reactions"]

log = logging.getLogger("xiaoer.clock")
BATCH = 200
HOLD_SECONDS = 0.04
"""A batch ends after this long: nobody else waits longer for SQLite's write lock or for PostgreSQL's rows."""
RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)
BUSY_RETRY = timedelta(seconds=1)
LOCK_WAIT = "200ms"
"""Less than PostgreSQL's deadlock_timeout: in a circle of waits it is the loop that gives way, never a person."""
IDLE_SECONDS = 0.5
REST_SECONDS = 0.05
"""Under a stream of messages the journal grows a hundred times a second: look at it twenty times."""


class _Pace:
    """How many rows the next batch fetches: what the last one managed in its time, growing while it manages all."""

    def __init__(self) -> None:
        self.rows = 50

    def learn(self, done: int, fetched: int) -> None:
        self.rows = max(10, done) if done < fetched else min(BATCH, max(self.rows, fetched * 2))


_pace = _Pace()


def fire_due(now: datetime | None = None, limit: int | None = None) -> int:
    """Handle deadlines whose time has come, as many as fit into one short transaction; returns how many.

    0 means that nothing is due, or that another loop is at it. Call again until then.
    """
    moment = now or clock.now()
    due = Deadline.objects.filter(next_at__lte=moment).order_by("next_at")
    if not due.exists():
        return 0
    with transaction():
        if connection.vendor == "postgresql":
            due = due.select_for_update(skip_locked=True)
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")
        rows = list(due[: min(limit or BATCH, _pace.rows)])
        done = _fire_in_time(rows, moment)
    _pace.learn(done, len(rows))
    return done


def _fire_in_time(rows: list[Deadline], moment: datetime) -> int:
    end = time.monotonic() + HOLD_SECONDS
    for done, row in enumerate(rows, start=1):
        _fire_one(row, moment)
        if time.monotonic() > end:
            return done
    return len(rows)


def _fire_one(row: Deadline, now: datetime) -> None:
    """Claim by conditional update, act, settle: in one savepoint, so a throwing handler undoes only itself."""
    try:
        with django_transaction.atomic():
            _claim_and_act(row, now)
    except Exception as error:  # shown on the deadlines screen and tried again
        mine = Deadline.objects.filter(pk=row.pk, settled_at=None, next_at=row.next_at)
        if _is_busy(error):
            mine.update(next_at=now + BUSY_RETRY)
            return
        log.exception("deadline %s on %s failed", row.kind, row.subject)
        mine.update(
            attempts=row.attempts + 1,
            failed_at=now,
            error=f"{type(error).__name__}: {error}"[:2000],
            next_at=_next_try(row, now),
        )


def _next_try(row: Deadline, now: datetime) -> datetime:
    """Later each time; a warning that fails never makes the deadline itself late."""
    again = now + min(RETRY * 2 ** min(row.attempts, 12), LONGEST_RETRY)
    return min(again, row.due_at) if row.due_at > now else again


def _is_busy(error: Exception) -> bool:
    """A row that the handler needs is held by somebody's running request: lock_not_available, deadlock_detected."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") in ("55P03", "40P01")


def _claim_and_act(row: Deadline, now: datetime) -> None:
    if row.due_at > now:
        _warn(row, now)
        return
    if not _claim(row, now):
        return  # settled, moved or fired by somebody else since we looked
    if row.kind not in DUE:
        raise LookupError(f"no area has registered a handler for the deadline {row.kind!r}")
    DUE[row.kind](row, row.due_at)


_CLAIM = """
UPDATE kernel_deadline SET settled_at = %s, fired_at = due_at, next_at = NULL, failed_at = NULL, error = ''
WHERE id = %s AND settled_at IS NULL AND next_at = %s
"""


def _claim(row: Deadline, now: datetime) -> bool:
    """Settle the row if it still stands as we read it. Plain SQL: building it by the ORM took half the loop's time."""
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [adapt(now), row.pk, adapt(row.next_at)])
        return int(cursor.rowcount) == 1


def _warn(row: Deadline, now: datetime) -> None:
    """Say the latest warning that has passed, once, and look again at the next one or when the deadline is due."""
    warnings = [datetime.fromisoformat(text) for text in row.warn_at]
    left = [moment for moment in warnings if moment > now]
    passed = [moment for moment in warnings if moment <= now]
    claimed = Deadline.objects.filter(pk=row.pk, next_at=row.next_at, settled_at=None).update(
        next_at=left[0] if left else row.due_at,
        warn_at=[moment.isoformat() for moment in left],
        failed_at=None,
        error="",
    )
    handler = WARN.get(row.kind)
    if claimed and passed and handler is not None:
        handler(row, passed[-1])


def run_once() -> int:
    """One round: everything that is due (batch after batch) and one helping for every reaction."""
    fired = 0
    while batch := fire_due():
        fired += batch
        if fired >= BATCH * 5:  # let the reactions have their turn
            break
    return fired + run_reactions(apart=False)


def run_forever(stop: threading.Event, *, idle: float = IDLE_SECONDS) -> None:
    """Until `stop` is set: work, then sleep until the next deadline or the next journal line, `idle` at most."""
    woken = threading.Event()
    off = wake.on_journal(woken.set)
    try:
        while not stop.is_set():
            woken.clear()
            try:
                pause = 0.0 if run_once() else _until_next(idle)
            except Exception:  # the database went away: come back with a new connection
                log.exception("the clock loop stumbled")
                connection.close()
                pause = 1.0
            if pause and woken.wait(pause):
                stop.wait(REST_SECONDS)
    finally:
        off()
        connection.close()


def _until_next(idle: float) -> float:
    instant = deadlines.next_instant()
    if instant is None:
        return idle
    return min(idle, max(0.01, (instant - clock.now()).total_seconds()))
