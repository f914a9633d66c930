"""The end of a watch, an anomaly that nobody handled, a parcel that stands still, the clocks of follow-ups."""

from datetime import datetime

from xiaoer.care import actions, call_reads, queries
from xiaoer.care.call_flow import CARE_CALL
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


@on_due("order_watch_stale")
def parcel_still(deadline: Deadline, at: datetime) -> None:
    row = queries.watch_of_subject(deadline.subject)
    if row is not None:
        actions.still(row, at=at)


def call_clock(deadline: Deadline, at: datetime) -> None:
    row = call_reads.call_of_subject(deadline.subject)
    if row is not None:
        actions.call_due(row, deadline.kind, deadline.due_at, by=CLOCK, at=at)


for _clock in CARE_CALL.clocks():
    on_due(_clock.kind)(call_clock)
