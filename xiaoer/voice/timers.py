"""The clocks of a call and of what is owed after it."""

from datetime import datetime

from xiaoer.kernel import clock
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.models import Deadline
from xiaoer.voice import actions


def _id(deadline: Deadline) -> int:
    return int(deadline.subject.partition(":")[2])


@on_due("call_rings")
def rang_too_long(deadline: Deadline, at: datetime) -> None:
    """Three rings are over and nobody answered: the next one (R698, R586)."""
    actions.overflow(_id(deadline), by=CLOCK, at=max(at, clock.now()))


@on_due("call_wait")
def waits_too_long(deadline: Deadline, at: datetime) -> None:
    """20 seconds are over (R556)."""
    actions.wait_is_over(_id(deadline), by=CLOCK, at=at)


@on_due("call_callback_offer")
def may_be_called_back(deadline: Deadline, at: datetime) -> None:
    actions.waited_long(_id(deadline), by=CLOCK, at=at)


@on_due("call_no_news")
def no_news(deadline: Deadline, at: datetime) -> None:
    """The exchange forgot to tell that the call ended."""
    actions.no_news(_id(deadline), by=CLOCK, at=max(at, clock.now()))


@on_due("follow_up")
def follow_up_due(deadline: Deadline, at: datetime) -> None:
    actions.follow_up_is_late(_id(deadline), by=CLOCK, at=at)
