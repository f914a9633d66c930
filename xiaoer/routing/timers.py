"""An assigned conversation that nobody answered goes to somebody else (routing_takeover)."""

from datetime import datetime

from xiaoer.kernel import clock
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.models import Deadline
from xiaoer.reception.queries import served_facts
from xiaoer.routing import actions
from xiaoer.routing.clocks import UNANSWERED, due_of, watch_unanswered


@on_due(UNANSWERED)
def left_unanswered(deadline: Deadline, at: datetime) -> None:
    """The buyer still waits for her agent's first word: let another one take over.

    When nobody else can, it stays with the agent and the clock looks again. A conversation that is answered, or in
    which nobody waits, is left alone; the next late reply starts the clock anew.
    """
    served = served_facts(int(deadline.subject.partition(":")[2]))
    if served is None or served.unanswered_since is None:
        return
    # From now, not from when it was due: after a night without a server it must not look again for every minute of it.
    now = max(at, clock.now())
    if at < due_of(served.shop_id, served.unanswered_since):
        watch_unanswered(served.shop_id, served.id, served.unanswered_since)
    elif not actions.take_back(served.id, by=CLOCK, at=now):
        watch_unanswered(served.shop_id, served.id, now)
