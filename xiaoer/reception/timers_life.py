"""Clocks of the life of a talk: snooze ends, a task is due, an idle talk is closed, a look at a desk ends."""

import threading
import time
from datetime import datetime

from django.db import close_old_connections, connection

from xiaoer.kernel import clock
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.loops import beside
from xiaoer.kernel.models import Deadline
from xiaoer.reception import reactions_orders
from xiaoer.reception.actions import aside, closing, indexing, watching
from xiaoer.reception.models import DeskWatch
from xiaoer.reception.settings_life import SEARCH_EVERY


def _pk(deadline: Deadline) -> int:
    return int(deadline.subject.partition(":")[2])


@on_due("snooze")
def snooze_ends(deadline: Deadline, at: datetime) -> None:
    """Its time has come: back into the list, and the agent is told."""
    aside.wake(_pk(deadline), "due", by=CLOCK, at=at)


@on_due("task")
def task_due(deadline: Deadline, at: datetime) -> None:
    aside.task_is_late(_pk(deadline), by=CLOCK, at=at)


@on_due("idle_close")
def idle_closes(deadline: Deadline, at: datetime) -> None:
    """Nobody answered the warning. After an outage the buyer still had her whole time: lateness only adds to it."""
    closing.close_idle(_pk(deadline), deadline.started_at, at=max(at, clock.now()))


@on_due("desk_watch")
def watch_ends(deadline: Deadline, at: datetime) -> None:
    row = DeskWatch.objects.filter(pk=_pk(deadline)).first()
    if row is not None:
        watching.stop_watching(row, "time", by=CLOCK, at=at)


@on_due(reactions_orders.CARE)
def care_for_use(deadline: Deadline, at: datetime) -> None:
    reactions_orders.care(_pk(deadline), at=max(at, clock.now()))


REST_SHARE = 12
"""At most a thirteenth of the time goes into the index: under a storm of messages it falls behind and catches up later."""


@beside("message-search")
def keep_search(end: threading.Event) -> None:
    """Feed the search index, a batch at a time; it rests many times as long as it worked, so that chats come first."""
    while not end.is_set():
        close_old_connections()
        began = time.monotonic()
        indexing.index_some()
        end.wait(max(SEARCH_EVERY, REST_SHARE * (time.monotonic() - began)))
    connection.close()
