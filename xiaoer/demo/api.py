"""The demo's clock over HTTP; refused outside a demo."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema

from xiaoer.demo import actions, queries
from xiaoer.kernel import clock, wake
from xiaoer.kernel.access import viewer_of
from xiaoer.kernel.db import transaction

router = Router(tags=["demo 演示"])


class Later(Schema):
    """How far ahead: a number of seconds, or `to_next`: just past the next deadline."""

    seconds: int | None = None
    to_next: bool = False


def _state(request: HttpRequest) -> dict[str, Any]:
    viewer = viewer_of(request)
    actions.require_demo(settings.DEMO)
    return {
        "now": clock.iso(clock.now()),
        "offset": int(clock.offset().total_seconds()),
        "next": queries.next_deadlines(viewer, limit=5),
    }


@router.get("/demo", summary="The demo's clock and the deadlines that come next")
def state(request: HttpRequest) -> dict[str, Any]:
    return _state(request)


@router.post("/demo/later", summary="Move the demo's clock ahead")
def later(request: HttpRequest, data: Later) -> dict[str, Any]:
    viewer = viewer_of(request)
    actions.require_demo(settings.DEMO)
    seconds = data.seconds or 0
    if data.to_next:
        due = queries.next_due(viewer)
        seconds = max(1, int((due - clock.now()) / timedelta(seconds=1)) + 1) if due else 60
    with transaction():
        actions.later(viewer, seconds, by=viewer.who, at=clock.now())
    wake.journal_grew()
    return _state(request)
