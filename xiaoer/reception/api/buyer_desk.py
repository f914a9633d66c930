"""The buyer's side around the talk: her place in the queue, and what the bubble should offer first."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.people.queries import shop_facts
from xiaoer.reception import queries, rules
from xiaoer.reception.api.buyer import BuyerAuth, buyer_of
from xiaoer.reception.api.uploads import UploadLimits, limits_of
from xiaoer.reception.peak import in_peak
from xiaoer.reception.waiting import place_of

router = Router(tags=["buyer 买家"])


class QueueOut(Schema):
    """Where she stands (排队位置); all empty when she is being served or has not asked anything."""

    waiting: bool
    ahead: int = Field(0, description="How many stand before her")
    more: bool = Field(False, description="More than `ahead`")
    expected_seconds: int | None = Field(None, description="A rough estimate in whole minutes; null: nobody is on duty")
    open: bool = Field(description="The shop's chat is staffed now")
    peak: bool = Field(description="Peak mode (高峰模式): offer self-service first")


@router.get("/buyer/queue", auth=BuyerAuth(), response=QueueOut, summary="Her place in the queue")
def queue(request: HttpRequest) -> dict[str, Any]:
    """Cheap: the bubble asks every few seconds while she waits."""
    viewer = buyer_of(request)
    shop_id, at = viewer.shop_ids[0], clock.now()
    row = queries.current_of(viewer)
    place = place_of(row, at=at) if row is not None else None
    answer = {"open": rules.is_open(shop_facts(shop_id).hours, at), "peak": in_peak(shop_id, at=at)}
    if place is None:
        return {"waiting": False, **answer}
    found = {"ahead": place.ahead, "more": place.more, "expected_seconds": place.seconds}
    return {"waiting": True, **found, **answer}


@router.get("/buyer/upload-limits", auth=BuyerAuth(), response=UploadLimits, summary="What she may send")
def upload_limits(request: HttpRequest) -> Any:
    return limits_of(buyer_of(request).shop_ids[0])
