"""Clocks of parcels and of orders that have not left (R192, R745, R746)."""

from datetime import datetime

from xiaoer.kernel import clock, deadlines
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.deadlines import on_due, on_warn
from xiaoer.kernel.models import Deadline
from xiaoer.orders import parcel_clock, parcel_poll, tasks_parcel
from xiaoer.orders.actions import late_ship, parcel_alerts, parcels
from xiaoer.orders.models import Parcel
from xiaoer.orders.parcel_clock import ANSWER, LATE_SHIP, LOST, POLL, PROMISE, SILENCE
from xiaoer.orders.parcel_states import FINAL, State, silence_alert


def _number(deadline: Deadline) -> int:
    return int(deadline.subject.partition(":")[2])


def _silent(deadline: Deadline, at: datetime) -> Parcel | None:
    """The parcel, when it has really been silent until now and silence means something in this shop."""
    row = Parcel.objects.filter(pk=_number(deadline)).first()
    if row is None or State(row.state) in FINAL or not parcel_clock.fed(row.shop_id, at=at):
        return None
    due = parcel_clock.due_times(row, at=at).get(deadline.kind)
    if due is not None and due > at:
        deadlines.start(deadline.kind, deadline.subject, shop_id=row.shop_id, due_at=due, at=at)
        return None
    return row


@on_due(SILENCE)
def silent(deadline: Deadline, at: datetime) -> None:
    """Somebody who already looks after the parcel needs no second alert for its silence."""
    row = _silent(deadline, at)
    if row is not None and not row.alerts.filter(closed_at=None).exists():
        parcel_alerts.raise_alert(row, silence_alert(State(row.state)), by=CLOCK, at=at)


@on_due(LOST)
def lost(deadline: Deadline, at: datetime) -> None:
    row = _silent(deadline, at)
    if row is not None:
        parcel_alerts.worse(row, ("stranded", "not_picked_up", "undelivered", "problem"), by=CLOCK, at=at)
        parcel_alerts.raise_alert(row, "lost", by=CLOCK, at=at)


@on_due(POLL)
def ask_courier(deadline: Deadline, at: datetime) -> None:
    """It is time to ask 快递100 again (R745): in the background, for the network has no place in this transaction."""
    row = Parcel.objects.filter(pk=_number(deadline)).first()
    if row is None or parcel_poll.account() is None:
        return
    now = max(at, clock.now())
    if parcels.poll_due(row, at=now):
        tasks_parcel.refresh_parcel.enqueue(row.pk)
    parcels.watch_courier(row, at=now)


@on_due(PROMISE)
def promise_missed(deadline: Deadline, at: datetime) -> None:
    """超过承诺送达时间 (R747)."""
    row = Parcel.objects.filter(pk=_number(deadline)).first()
    if row is not None and State(row.state) not in FINAL:
        parcel_alerts.raise_alert(row, "promise_missed", by=CLOCK, at=at)


@on_due(ANSWER)
def courier_late(deadline: Deadline, at: datetime) -> None:
    parcel_alerts.courier_late(_number(deadline), due_at=deadline.due_at, by=CLOCK, at=at)


@on_warn(LATE_SHIP)
def late_soon(deadline: Deadline, at: datetime) -> None:
    late_ship.soon(_number(deadline), due_at=deadline.due_at, by=CLOCK, at=at)


@on_due(LATE_SHIP)
def late_now(deadline: Deadline, at: datetime) -> None:
    late_ship.late(_number(deadline), due_at=deadline.due_at, by=CLOCK, at=at)
