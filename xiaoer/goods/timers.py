"""Clocks of goods: the warehouse answers in time, reserved pieces are set free."""

from datetime import datetime

from xiaoer.goods import actions
from xiaoer.goods.actions.stock import HELD
from xiaoer.goods.stock_flow import CLOCK
from xiaoer.kernel.access import CLOCK as THE_CLOCK
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.models import Deadline


def _pk(deadline: Deadline) -> int:
    return int(deadline.subject.partition(":")[2])


@on_due(CLOCK)
def no_answer(deadline: Deadline, at: datetime) -> None:
    actions.expire(_pk(deadline), at=at)


@on_due(HELD)
def kept_long_enough(deadline: Deadline, at: datetime) -> None:
    actions.end_reservation(_pk(deadline), why="time", by=THE_CLOCK, at=at)
