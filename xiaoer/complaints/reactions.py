"""A compensation that after-sales decided lets the review clerk answer (R832)."""

from xiaoer.complaints import queries
from xiaoer.complaints.actions.reviews import settled_by_case
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts

DECIDED = [f"compensation.{verb}" for verb in ("settle", "approve", "refuse", "withdraw", "revoke")]


@reacts(*DECIDED, name="complaints.remedy_settled")
def remedy_settled(event: Event) -> None:
    row = queries.review_of_remedy(int(event.subject.partition(":")[2]))
    if row is not None:
        settled_by_case(row, str(event.payload.get("target", "")), by=SYSTEM, at=event.at)
