"""The end of a watch, and an anomaly that nobody handled in time."""

from datetime import datetime

from xiaoer.care import actions, queries
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.models import Deadline


@on_due("order_watch")
def watch_over(deadline: Deadline, at: datetime) -> None:
    row = queries.watch_of_subject(deadline.subject)
    if row is not None:
        actions.by_clock(row, at=at)


@on_due("order_watch_act")
def anomaly_late(deadline: Deadline, at: datetime) -> None:
    row = queries.watch_of_subject(deadline.subject)
    if row is not None:
        actions.late(row, deadline.kind, deadline.due_at, by=CLOCK, at=at)
