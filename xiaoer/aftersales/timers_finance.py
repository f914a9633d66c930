"""Clocks of finance and of reminders: said when they run out, never paid by themselves."""

from datetime import datetime

from xiaoer.aftersales.actions import finance, watching
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.deadlines import on_due, on_warn
from xiaoer.kernel.models import Deadline


def _id(deadline: Deadline) -> int:
    return int(deadline.subject.partition(":")[2])


@on_due("finance_pays")
def pays(deadline: Deadline, at: datetime) -> None:
    finance.say_late(_id(deadline), deadline.due_at, by=CLOCK, at=at)


@on_warn("finance_pays")
def pays_soon(deadline: Deadline, at: datetime) -> None:
    """The list shows the countdown; nothing else is said before the time is over."""


@on_due("refund_progress")
def progress(deadline: Deadline, at: datetime) -> None:
    finance.progress_again(_id(deadline), at=at)


@on_due("reminder_answer")
def unanswered(deadline: Deadline, at: datetime) -> None:
    watching.unanswered(_id(deadline), by=CLOCK, at=at)
