"""The clock of papers: files with addresses are removed when they were kept long enough."""

from datetime import datetime

from xiaoer.kernel import clock
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.models import Deadline
from xiaoer.orders.actions import papers


@on_due(papers.SWEEP)
def sweep(deadline: Deadline, at: datetime) -> None:
    """Looks at how things are now: after a pause one look is enough."""
    if deadline.shop_id is not None:
        papers.sweep(deadline.shop_id, by=CLOCK, at=max(at, clock.now()))
