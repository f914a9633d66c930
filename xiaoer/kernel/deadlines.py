"""Deadlines: one table, one loop, exact to the second (时效).

A deadline belongs to a subject ("return:12") and has a kind ("seller_answer"). It is started and settled inside
the transaction of the move that causes it. When it falls due, `clock_loop` claims it by a conditional update, runs
the handler that an area registered for the kind, and settles it, all in one transaction: two loops cannot both fire
it, and a crash in between leaves it due. The handler is given the instant at which it was due, and events are
stamped with that, not with the time of the sweep. A handler that throws is tried again later and shown on a screen.

Lateness: a due deadline fires however late the loop comes (nobody's right lapses because a server slept).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection

from xiaoer.kernel.models import Deadline

Handler = Callable[[Deadline, datetime], None]
DUE: dict[str, Handler] = {}
WARN: dict[str, Handler] = {}


def on_due(kind: str) -> Callable[[Handler], Handler]:
    """Register what happens when a deadline of `kind` falls due: `handler(deadline, due_at)`, idempotent."""
    return _register(DUE, kind)


def on_warn(kind: str) -> Callable[[Handler], Handler]:
    """Register what happens at each warning of `kind`: `handler(deadline, warned_at)`."""
    return _register(WARN, kind)


def _register(table: dict[str, Handler], kind: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        known = table.get(kind)
        if known is not None and (known.__module__, known.__qualname__) != (handler.__module__, handler.__qualname__):
            raise TypeError(f"two handlers for the deadline {kind!r}: {known.__module__} and {handler.__module__}")
        table[kind] = handler
        return handler

    return register


_START = """
INSERT INTO kernel_deadline ({names}) VALUES ({places})
ON CONFLICT (subject, kind) WHERE settled_at IS NULL DO UPDATE SET {updates}
RETURNING id
"""


def start(
    kind: str,
    subject: str,
    *,
    shop_id: int | None,
    due_at: datetime,
    at: datetime,
    warn_at: tuple[datetime, ...] = (),
) -> Deadline:
    """Start a clock. An open one of the same kind on the same subject starts anew: one statement either way."""
    warnings = sorted(moment for moment in warn_at if at < moment < due_at)
    row = Deadline(
        kind=kind,
        subject=subject,
        shop_id=shop_id,
        started_at=at,
        due_at=due_at,
        warn_at=[moment.isoformat() for moment in warnings],
        next_at=warnings[0] if warnings else due_at,
    )
    row.pk = _upsert(row)
    return row


def _upsert(row: Deadline) -> int:
    fields = [field for field in Deadline._meta.concrete_fields if not field.primary_key]
    names = [str(field.column) for field in fields]
    sql = _START.format(
        names=", ".join(names),
        places=", ".join(["%s"] * len(names)),
        updates=", ".join(f"{name} = excluded.{name}" for name in names if name not in ("subject", "kind")),
    )
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


def settle(subject: str, kind: str | None = None, *, at: datetime) -> int:
    """End the open clocks of a subject (one kind, or all): they will not fire any more. Returns how many ended."""
    rows = Deadline.objects.filter(subject=subject, settled_at=None)
    if kind is not None:
        rows = rows.filter(kind=kind)
    return rows.update(settled_at=at, next_at=None, paused_at=None, failed_at=None)


def pause(subject: str, kind: str, *, at: datetime) -> int:
    """Stop a clock where it stands; the time until `resume` does not count."""
    return Deadline.objects.filter(subject=subject, kind=kind, settled_at=None, paused_at=None).update(
        paused_at=at, next_at=None
    )


def resume(subject: str, kind: str, *, at: datetime) -> int:
    """Let a paused clock run on: its due time and its warnings move by the length of the pause."""
    moved = 0
    for row in Deadline.objects.filter(subject=subject, kind=kind, settled_at=None, paused_at__isnull=False):
        assert row.paused_at is not None
        shift = max(at - row.paused_at, timedelta(0))
        due = row.due_at + shift
        warnings = [datetime.fromisoformat(text) + shift for text in row.warn_at]
        moved += Deadline.objects.filter(pk=row.pk, settled_at=None, paused_at=row.paused_at).update(
            due_at=due,
            warn_at=[moment.isoformat() for moment in warnings],
            next_at=warnings[0] if warnings else due,
            paused_at=None,
        )
    return moved


def retry_now(deadline_id: int, *, at: datetime) -> int:
    """A person asks for a failed deadline to be tried again at once; 0 when it is not failed any more."""
    failed = Deadline.objects.filter(pk=deadline_id, settled_at=None, paused_at=None, failed_at__isnull=False)
    return failed.update(next_at=at)


def open_for(subject: str) -> list[Deadline]:
    """The clocks that run on a subject, soonest first."""
    return list(Deadline.objects.filter(subject=subject, settled_at=None).order_by("due_at"))


def open_for_many(subjects: list[str]) -> dict[str, list[Deadline]]:
    """The clocks that run on many subjects, soonest first, in one query: for lists."""
    found: dict[str, list[Deadline]] = {subject: [] for subject in subjects}
    for row in Deadline.objects.filter(subject__in=subjects, settled_at=None).order_by("due_at"):
        found[row.subject].append(row)
    return found


def warnings_of(at: datetime, due_at: datetime, shares: tuple[float, ...]) -> tuple[datetime, ...]:
    """The instants at which given shares of the time are used up (0.5 = half), for `start(warn_at=)`."""
    whole = due_at - at
    return tuple(at + whole * share for share in shares)


def lateness(now: datetime) -> timedelta:
    """How late the oldest deadline is that should have fired by now; zero when none waits. Failed ones not counted."""
    oldest = Deadline.objects.filter(next_at__lte=now, failed_at=None).order_by("next_at").first()
    return now - oldest.next_at if oldest is not None and oldest.next_at is not None else timedelta(0)


def next_instant() -> datetime | None:
    """The next instant at which the loop has something to do."""
    row = Deadline.objects.filter(next_at__isnull=False).order_by("next_at").values_list("next_at").first()
    return row[0] if row else None
