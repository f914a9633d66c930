"""Clocks of reminders, pre-sales and follow-up entries, and the look-over that repeats itself."""

from datetime import datetime

from xiaoer.kernel import clock
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.models import Deadline
from xiaoer.orders.actions import followup, presale, reminders
from xiaoer.orders.models import FollowUp, PaymentReminder, PresaleCase


def _number(deadline: Deadline) -> int:
    return int(deadline.subject.partition(":")[2])


def reminder(deadline: Deadline, at: datetime) -> None:
    row = PaymentReminder.objects.select_related("shop", "order").filter(pk=_number(deadline)).first()
    if row is not None:
        reminders.by_clock(row, deadline.kind, at=at)


def presale_window(deadline: Deadline, at: datetime) -> None:
    row = PresaleCase.objects.select_related("shop", "order").filter(pk=_number(deadline)).first()
    if row is not None:
        presale.by_clock(row, deadline.kind, at=at)


def follow_handled(deadline: Deadline, at: datetime) -> None:
    row = FollowUp.objects.select_related("shop", "order").filter(pk=_number(deadline)).first()
    if row is not None:
        followup.by_clock(row, at=at)


def sweep(deadline: Deadline, at: datetime) -> None:
    """Looks at how things are now, not at how they were when it was due: after a pause one look is enough."""
    followup.sweep(_number(deadline), at=max(at, clock.now()))


for _kind in ("reminder_hold", "reminder_counts"):
    on_due(_kind)(reminder)
for _kind in (presale.OPENS, presale.CLOSES):
    on_due(_kind)(presale_window)
on_due("follow_handled")(follow_handled)
on_due(followup.SWEEP)(sweep)
