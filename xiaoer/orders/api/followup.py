"""The daily follow-up over HTTP (每日跟进): list, one entry, its steps, notes, batches with preview and progress."""

from pathlib import Path
from typing import Any, Literal

from django.http import FileResponse, HttpRequest
from ninja import Body, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import find_legal, parse_form, require_actor
from xiaoer.kernel.xlsx import XLSX
from xiaoer.orders import followup_reads, queries
from xiaoer.orders.actions import follow_batch, followup
from xiaoer.orders.api.pay_schemas import BatchOut, FollowCounts, FollowFull, FollowOut, FollowPage, FollowWords, Person
from xiaoer.orders.pay_flow import FOLLOW
from xiaoer.orders.tasks_followup import carry_out
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

router = Router()


class TextIn(Schema):
    text: str


class StuckIn(Schema):
    order: int
    text: str


class BatchIn(Schema):
    """What to do to which entries of one shop. `values`: text, flag, owner, as the action needs them."""

    shop: int
    action: str
    entries: list[int]
    values: dict[str, Any] = {}


@router.get("/followups", response=FollowPage, summary="What is wrong with orders, the soonest clock first")
def listed(
    request: HttpRequest,
    shop: int | None = None,
    box: Literal["open", "mine", "free", "escalated", "closed"] = "open",
    topic: str = "",
    kind: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    items, after = followup_reads.page(viewer, shop=shop, box=box, topic=topic, kind=kind, cursor=cursor, limit=limit)
    return {"items": items, "next": after}


@router.get("/followups/counts", response=FollowCounts, summary="How many entries are open, mine, nobody's, late")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    viewer = viewer_of(request)
    late = followup_reads.due_before(viewer, shop, clock.now())
    return {**followup_reads.counts(viewer, shop), "late": late}


@router.get("/followups/words", response=FollowWords, summary="Kinds, topics, solutions")
def words(request: HttpRequest) -> dict[str, Any]:
    return followup_reads.words(viewer_of(request).language)


@router.get("/followups/colleagues", response=list[Person], summary="Who may be given an entry of a shop")
def colleagues(request: HttpRequest, shop: int) -> list[dict[str, Any]]:
    return followup_reads.colleagues(viewer_of(request), shop)


@router.post("/followups/look", response=dict[str, int], summary="Look the shop's orders over now")
def look(request: HttpRequest, shop: int) -> dict[str, int]:
    viewer = viewer_of(request)
    viewer.require(Perm.ORDERS_REMARK, shop)
    with transaction():
        return {"changed": followup.sweep(shop, at=clock.now())}


@router.post("/followups", response=FollowFull, summary="Report an order that is stuck in a system (系统卡单)")
def stuck(request: HttpRequest, data: StuckIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, data.order)
        viewer.require(Perm.ORDERS_REMARK, row.shop_id)
        entry = followup.report_stuck(row.pk, text=data.text, by=viewer.who, at=clock.now())
    return followup_reads.full(followup_reads.find(viewer, entry.pk), viewer)


@router.get("/orders/{int:order_id}/followups", response=list[FollowOut], summary="The entries of one order")
def of_order(request: HttpRequest, order_id: int) -> list[dict[str, Any]]:
    viewer = viewer_of(request)
    return followup_reads.of_order(queries.find(viewer, order_id).pk, viewer)


@router.get("/followups/{int:entry_id}", response=FollowFull, summary="One entry")
def one(request: HttpRequest, entry_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return followup_reads.full(followup_reads.find(viewer, entry_id), viewer)


@router.post("/followups/{int:entry_id}/notes", response=FollowFull, summary="Write something down")
def noted(request: HttpRequest, entry_id: int, data: TextIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = followup_reads.find(viewer, entry_id)
        followup.add_note(row, text=data.text, by=viewer.who, at=clock.now())
    return followup_reads.full(followup_reads.find(viewer, entry_id), viewer)


_STEPS = {
    "take": followup.take,
    "hand": followup.hand,
    "agree": followup.agree,
    "escalate": followup.escalate,
    "finish": followup.finish,
}


@router.post("/followups/{int:entry_id}/{verb}", response=FollowFull, summary="Take the next step; see `can`")
def moved(request: HttpRequest, entry_id: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = followup_reads.find(viewer, entry_id)
        step = find_legal(FOLLOW, row, verb)
        require_actor(step, viewer, row.shop_id)
        _STEPS[verb](row, parse_form(step, data), by=viewer.who, at=clock.now())
    return followup_reads.full(followup_reads.find(viewer, entry_id), viewer)


_NEEDS = {"assign": Perm.CHAT_ASSIGN, "remark": Perm.ORDERS_REMARK}


@router.post("/followups/batches", response=BatchOut, summary="What a batch would do; nothing is changed yet")
def batch_preview(request: HttpRequest, data: BatchIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(_NEEDS.get(data.action, Perm.ORDERS_VIEW), data.shop)
    at = clock.now()
    most = int(rule("followup_batch_most", shop=shop_facts(data.shop), at=at).value)
    if not 1 <= len(data.entries) <= most:
        text = T(f"一次 1～{most} 条，收到 {len(data.entries)} 条", f"1 to {most} entries, got {len(data.entries)}")
        raise Invalid(fields={"entries": text})
    with transaction():
        found = followup_reads.several(viewer, data.shop, data.entries)
        row = follow_batch.preview(data.shop, data.action, found, data.values, by=viewer.who, at=at)
    return followup_reads.shown_batch(row, viewer.language)


@router.get("/followups/batches/{int:batch_id}", response=BatchOut, summary="A batch and how far it is")
def batch(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return followup_reads.shown_batch(followup_reads.find_batch(viewer, batch_id), viewer.language)


@router.post("/followups/batches/{int:batch_id}/start", response=BatchOut, summary="Carry it out, once")
def batch_start(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        found = followup_reads.find_batch(viewer, batch_id)
        viewer.require(_NEEDS.get(found.action, Perm.ORDERS_VIEW), found.shop_id)
        row = follow_batch.start(found.pk, by=viewer.who, at=clock.now())
        carry_out.enqueue(row.pk)
    return followup_reads.shown_batch(row, viewer.language)


@router.get("/followups/batches/{int:batch_id}/file", summary="The exported workbook (每日订单跟进表)")
def batch_file(request: HttpRequest, batch_id: int) -> FileResponse:
    row = followup_reads.find_batch(viewer_of(request), batch_id)
    if not row.path or not Path(row.path).is_file():
        raise NotFound("表格还没有做好", "The workbook is not there yet")
    name = f"followup-{row.at:%Y%m%d}-{row.pk}.xlsx"
    return FileResponse(Path(row.path).open("rb"), content_type=XLSX, as_attachment=True, filename=name)
