"""Deadlines at scale: is the millionth as cheap as the first, and how late does a deadline fire?

    python -m bench.deadlines                                  a fresh SQLite file
    python -m tests.postgres -- python -m bench.deadlines      PostgreSQL

Prints the median time of starting, restarting, settling and claiming with 10,000 and with 1,000,000 rows in the
table, then the lateness (commit time minus due time) while 1,000 deadlines fall due per second, each writing one
journal line.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

SIZES = (10_000, 1_000_000)
TIMES = 200
PER_SECOND = 1_000
SECONDS = 8


def _set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "xiaoer.settings"
    if "DATABASE_URL" not in os.environ:
        os.environ["XIAOER_HOME"] = tempfile.mkdtemp(prefix="xiaoer-bench-")
    import django

    django.setup()
    from xiaoer.kernel.schema import bring_up

    bring_up()


def _median(act: Callable[[int], Any]) -> float:
    """Milliseconds of one transaction, the median of many."""
    from xiaoer.kernel.db import transaction

    took = []
    for n in range(TIMES):
        begin = time.perf_counter()
        with transaction():
            act(n)
        took.append((time.perf_counter() - begin) * 1000)
    return statistics.median(took)


def _measure() -> dict[str, float]:
    from xiaoer.kernel import deadlines
    from xiaoer.kernel.clock_loop import fire_due
    from xiaoer.kernel.testing import NOON

    far = NOON + timedelta(days=400)

    def start(n: int) -> None:
        deadlines.start("bell", f"bench:{n}", shop_id=1, due_at=far, at=NOON)

    due = iter(range(1, 2 * TIMES, 2))
    return {
        "start": _median(start),
        "start again": _median(start),
        "settle": _median(lambda n: deadlines.settle(f"bench:{n}", "bell", at=NOON)),
        "claim and fire one": _median(lambda n: fire_due(NOON + timedelta(seconds=next(due)))),
    }


def _flatness() -> dict[int, dict[str, float]]:
    from xiaoer.kernel.models import Deadline
    from xiaoer.kernel.testing import fill_deadlines

    found = {}
    for rows in SIZES:
        Deadline.objects.all().delete()
        fill_deadlines(rows * 2)  # every other row is settled: `rows` stay open
        found[rows] = _measure()
    return found


def _lateness() -> dict[str, float]:
    """Fire 1,000 per second with the table still full; the far ones are never due."""
    from xiaoer.kernel import clock
    from xiaoer.kernel.clock_loop import fire_due
    from xiaoer.kernel.deadlines import DUE
    from xiaoer.kernel.models import Deadline
    from xiaoer.kernel.tests.toy import ring

    fresh: list[datetime] = []

    def note(row: Deadline, at: datetime) -> None:
        fresh.append(at)
        ring(row, at)

    DUE["bench"] = note
    first = clock.now() + timedelta(seconds=2)
    Deadline.objects.bulk_create(
        [
            Deadline(kind="bench", subject=f"late:{n}", shop_id=1, started_at=first, due_at=due, next_at=due)
            for n in range(PER_SECOND * SECONDS)
            for due in [first + timedelta(seconds=n / PER_SECOND)]
        ],
        batch_size=2000,
    )
    late: list[float] = []
    held: list[float] = []
    while len(late) < PER_SECOND * SECONDS:
        begin = time.perf_counter()
        done = fire_due()
        if done:
            held.append((time.perf_counter() - begin) * 1000)
            now = clock.now()
            late += [(now - due).total_seconds() for due in fresh]
            fresh.clear()
        else:
            time.sleep(0.005)
    took = (clock.now() - first).total_seconds()
    late.sort()
    held.sort()
    return {
        "handled per second": len(late) / took,
        "lateness p50 (s)": late[len(late) // 2],
        "lateness p99 (s)": late[int(len(late) * 0.99)],
        "lateness max (s)": late[-1],
        "batch p99 (ms)": held[int(len(held) * 0.99)],
    }


def _throughput() -> float:
    """Deadlines fired per second when a long queue of them is overdue."""
    from xiaoer.kernel import clock
    from xiaoer.kernel.clock_loop import fire_due
    from xiaoer.kernel.models import Deadline

    count, now = 5_000, clock.now()
    Deadline.objects.bulk_create(
        Deadline(kind="bench", subject=f"queue:{n}", shop_id=1, started_at=now, due_at=now, next_at=now)
        for n in range(count)
    )
    begin = time.perf_counter()
    done = 0
    while done < count:
        done += fire_due()
    return count / (time.perf_counter() - begin)


def main() -> int:
    """Print the figures; 1 when a promise of the deadlines is broken."""
    _set_up()
    from django.db import connection

    from xiaoer.kernel import deadlines
    from xiaoer.kernel.models import Deadline
    from xiaoer.kernel.tests.toy import ring

    print(f"Deadlines on {connection.vendor}")
    deadlines.DUE["bell"] = ring
    found = _flatness()
    small, large = (found[size] for size in SIZES)
    for name in small:
        print(f"  {name:<20} {small[name]:7.2f} ms at 10,000   {large[name]:7.2f} ms at 1,000,000 open")
    far = Deadline.objects.filter(kind="bell", settled_at=None)
    far.update(next_at=datetime.fromisoformat("2099-01-01T00:00:00+00:00"))
    if connection.vendor == "postgresql":  # what autovacuum does in a server that is not made for one bench
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE kernel_deadline")
    rate = _lateness()
    for name, value in rate.items():
        print(f"  {name:<20} {value:10.3f}")
    print(f"  overdue queue drained at {_throughput():,.0f} per second")
    flat = all(large[name] < small[name] * 3 + 0.5 for name in small)
    print(f"  flat from 10,000 to 1,000,000: {flat}; lateness p99 < 2 s: {rate['lateness p99 (s)'] < 2}")
    return 0 if flat and rate["lateness p99 (s)"] < 2 else 1


if __name__ == "__main__":
    raise SystemExit(main())
