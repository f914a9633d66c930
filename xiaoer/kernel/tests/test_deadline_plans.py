"""A million open deadlines must not slow anybody down: every statement goes through an index."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from xiaoer.kernel import deadlines
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.testing import NOON, fill_deadlines
from xiaoer.kernel.tests.plans import plan, scans, statements
from xiaoer.kernel.tests.toy import handling, ring

ROWS = 50_000


def _steps() -> dict[str, tuple[Callable[[], Any], str]]:
    at = NOON + timedelta(seconds=20)
    later = NOON + timedelta(days=9)
    return {
        "start": (lambda: deadlines.start("bell", "toy:new", shop_id=1, due_at=later, at=NOON), ""),
        "start again": (lambda: deadlines.start("bell", "toy:4001", shop_id=1, due_at=later, at=NOON), ""),
        "settle one": (lambda: deadlines.settle("toy:4003", "bell", at=NOON), "deadline_open"),
        "settle all": (lambda: deadlines.settle("toy:4005", at=NOON), "deadline_open"),
        "pause": (lambda: deadlines.pause("toy:4007", "bell", at=NOON), "deadline_open"),
        "resume": (lambda: deadlines.resume("toy:4007", "bell", at=NOON), "deadline_open"),
        "claim": (lambda: fire_due(at), "deadline_next"),
        "lateness": (lambda: deadlines.lateness(later), "deadline_next"),
        "next": (lambda: deadlines.next_instant(), "deadline_next"),
        "open": (lambda: deadlines.open_for("toy:4009"), "deadline_open"),
    }


@pytest.mark.django_db
def test_no_statement_scans_the_table() -> None:
    fill_deadlines(ROWS)
    with handling(bell=ring):
        for name, (act, index) in _steps().items():
            with statements() as seen:
                act()
            about = [(sql, params) for sql, params in seen if "kernel_deadline" in sql]
            assert about, name
            plans = [plan(sql, params) for sql, params in about]
            for text in plans:
                assert not scans(text, "kernel_deadline"), f"{name}:\n{text}"
            assert not index or any(index in text for text in plans), f"{name}:\n" + "\n".join(plans)
