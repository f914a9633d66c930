"""An appeal that nobody reviewed in time."""

from datetime import datetime

from xiaoer.guard.events import GuardAppealLate
from xiaoer.guard.models import GuardAppeal
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Deadline


@on_due("guard_appeal_review")
def appeal_late(deadline: Deadline, at: datetime) -> None:
    """It stays open: only a person decides it; supervisors hear of it."""
    row = GuardAppeal.objects.filter(pk=int(deadline.subject.partition(":")[2]), state="open").first()
    if row is not None:
        payload = GuardAppealLate(rule=row.rule)
        announce(payload, shop_id=row.shop_id, subject=f"guard_appeal:{row.pk}", by=CLOCK, at=at)
