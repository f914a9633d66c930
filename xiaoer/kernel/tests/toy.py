"""What the kernel's own tests share: a subject with clocks, events of a made-up area, threads with connections."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection

from xiaoer.kernel import deadlines, events
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Deadline


class Rang(events.Payload):
    KIND = "toy.rang"
    AREA = "toy"
    LABEL = T("闹钟响了", "The bell rang")

    word: str = ""


def ring(deadline: Deadline, at: datetime) -> None:
    """A handler that writes one journal line, stamped with the time at which it was due."""
    events.announce(Rang(word=deadline.kind), shop_id=deadline.shop_id, subject=deadline.subject, by=CLOCK, at=at)


@contextmanager
def handling(**handlers: Callable[[Deadline, datetime], None]) -> Iterator[None]:
    """Register due handlers by kind for the length of a test."""
    deadlines.DUE.update(handlers)
    try:
        yield
    finally:
        for kind in handlers:
            deadlines.DUE.pop(kind, None)


def together(*jobs: Callable[[], Any], seconds: float = 60) -> list[Any]:
    """Run the jobs at once, each in a thread with its own connection; raises what a job raised."""
    results: list[Any] = [None] * len(jobs)
    errors: list[BaseException] = []
    gate = threading.Barrier(len(jobs))

    def run(place: int, job: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            results[place] = job()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
        assert not thread.is_alive(), "a job hangs"
    if errors:
        raise errors[0]
    return results
