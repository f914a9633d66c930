"""Appeals over HTTP (误拦申诉). Making one is the reception's: it knows the talk."""

from typing import Any

from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import Field

from xiaoer.guard import appeal_reads, ruleset_reads
from xiaoer.guard.actions import appeals
from xiaoer.guard.flow import APPEAL
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.moving import find_legal, parse_form, require_actor
from xiaoer.kernel.paging import newest_first

router = Router()


class SayingIn(Schema):
    """Words of the sentence that the rule is to leave alone."""

    saying: str = Field(max_length=60)


@router.get("/guard/appeals", summary="Appeals: the reviewer's box, or an agent's own")
def box(
    request: HttpRequest,
    shop: int | None = None,
    state: str = "",
    mine: bool = False,
    rule: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    rows = appeal_reads.asked(viewer, shop=shop, state=state, mine=mine, rule=rule)
    found, after = newest_first(rows, "at", cursor=cursor, limit=limit)
    return {"items": [appeal_reads.brief(row, viewer) for row in found], "next": after}


@router.get("/guard/appeals/{int:pk}", summary="One appeal: the text, what was said before, the rule")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return appeal_reads.shown(appeal_reads.find(viewer, pk), viewer)


@router.post("/guard/appeals/{int:pk}/improve", summary="Put a false alarm's lesson into the shop's draft")
def improve(request: HttpRequest, pk: int, data: SayingIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = appeal_reads.find(viewer, pk)
        viewer.require(Perm.GUARD_EDIT, row.shop_id)
        draft = appeals.improve(row, data.saying, by=viewer.who, at=clock.now())
    return ruleset_reads.shown(draft, viewer)


@router.post("/guard/appeals/{int:pk}/{verb}", summary="uphold, excuse (false alarm) or withdraw")
def moved(request: HttpRequest, pk: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = appeal_reads.find(viewer, pk)
        step = find_legal(APPEAL, row, verb)
        require_actor(step, viewer, row.shop_id)
        appeals.STEPS[verb](row, parse_form(step, data), by=viewer.who, at=clock.now())
    return appeal_reads.shown(row, viewer)
