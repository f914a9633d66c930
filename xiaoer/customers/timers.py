"""A special mark whose time is over."""

from datetime import datetime

from xiaoer.customers import actions_special
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.models import Deadline


@on_due("special_confirm")
@on_due("special_until")
@on_due("special_appeal")
def mark_over(deadline: Deadline, at: datetime) -> None:
    actions_special.end_by_time(int(deadline.subject.partition(":")[2]), at=at)
