"""The print and pack desk (打单台) over HTTP: worklists, scan, pack, holds, hand-overs, print runs."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import Router

from xiaoer.kernel import clock, paging
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.orders import print_reads, print_showing, print_tasks, print_words
from xiaoer.orders.actions import handing, holds, printing
from xiaoer.orders.api.printing_schemas import (
    Counts,
    DeskOrder,
    DeskPage,
    HandIn,
    HandOverOut,
    HandOverPage,
    HoldIn,
    HoldOut,
    PapersIn,
    RunIn,
    RunOut,
    RunPage,
    ScanIn,
    ScanOut,
    SettleIn,
    StepIn,
    UrgentPage,
)
from xiaoer.orders.models_print import PrintRun
from xiaoer.orders.queries import find

router = Router()
MANUAL = "order"
"""Subject of a hold that an agent placed by hand, without a service case: "order:12"."""


@router.get("/print/counts", response=Counts, summary="How many wait in each worklist")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return print_reads.counts(_desk(request), shop, at=clock.now())


@router.get("/print/orders", response=DeskPage, summary="A worklist: unprinted, printed, packed or shipped")
def worklist(
    request: HttpRequest,
    list: str = "unprinted",
    shop: int | None = None,
    flag: str = "",
    before: datetime | None = None,
    carrier: str = "",
    late_soon: bool = False,
    held: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer, at = _desk(request), clock.now()
    search = print_reads.DeskSearch(shop, flag, before, carrier, late_soon, held)
    rows, after = print_reads.worklist(viewer, list, search, at=at, cursor=cursor, limit=limit)
    return {"items": print_showing.cards(rows, viewer, at), "next": after}


@router.get("/print/orders/{int:order_id}", response=DeskOrder, summary="One order as the desk shows it")
def one(request: HttpRequest, order_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return _card(viewer, order_id)


@router.post("/print/scan", response=ScanOut, summary="Which order is this? 404 `unknown_code` when none")
def scan(request: HttpRequest, data: ScanIn) -> dict[str, Any]:
    viewer = _desk(request)
    code = print_words.scanned(data.code)
    if not code:
        raise Invalid(fields={"code": T("没有扫到条码", "Nothing was scanned")})
    rows = print_reads.by_scan(viewer, code, data.shop)
    if not rows:
        raise Refusal(
            "unknown_code",
            f"没有找到 {code}：不是本店的运单号，也不是订单编号",
            f"{code} is neither a waybill nor an order number of this shop",
            status=404,
            current={"code": code},
        )
    shown = print_showing.cards(rows, viewer, clock.now())
    return {"order": shown[0], "others": shown[1:]}


@router.post("/print/orders/{int:order_id}/step", response=DeskOrder, summary="Packed, or shipped")
def step(request: HttpRequest, order_id: int, data: StepIn) -> dict[str, Any]:
    """409 `held` names the case that stops it; `confirm_needed` is a warning to send again with `confirmed`."""
    viewer = viewer_of(request)
    with transaction():
        row = print_reads.find_for_desk(viewer, order_id)
        printing.step(row.pk, data.to, confirmed=data.confirmed, read=data.read, by=viewer.who, at=clock.now())
    return _card(viewer, order_id)


@router.post("/print/orders/{int:order_id}/hold", response=HoldOut, summary="Stop an order, or demand new papers")
def hold(request: HttpRequest, order_id: int, data: HoldIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    if not 2 <= len(data.reason.strip()) <= 300:
        raise Invalid(fields={"reason": T("请写明原因（2～300 字）", "Say why, in 2 to 300 characters")})
    with transaction():
        row = find(viewer, order_id)
        viewer.require(Perm.ORDERS_REMARK, row.shop_id)
        held = holds.place_hold(
            row.pk,
            kind=data.kind,
            reason=data.reason,
            case=f"{MANUAL}:{row.pk}",
            seen=data.seen,
            by=viewer.who,
            at=clock.now(),
        )
    return print_showing.hold_row(held, viewer)


@router.get("/print/urgent", response=UrgentPage, summary="The urgent lane: every open hold, stops first")
def urgent(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    viewer = _desk(request)
    found = print_reads.urgent(viewer, shop)
    shown = {row["id"]: row for row in print_showing.cards([one.order for one in found], viewer, clock.now())}
    items = [{"hold": print_showing.hold_row(one, viewer), "order": shown[one.order_id]} for one in found]
    return {"items": items, "next": None}


@router.post("/print/holds/{int:hold_id}/seen", response=HoldOut, summary="The desk has seen it (收到)")
def seen(request: HttpRequest, hold_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        _for_desk(viewer, hold_id)
        row = holds.see_hold(hold_id, by=viewer.who, at=clock.now())
    return print_showing.hold_row(row, viewer)


@router.post("/print/holds/{int:hold_id}/void", response=HoldOut, summary="The void is done (作废已确认)")
def void(request: HttpRequest, hold_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        _for_desk(viewer, hold_id)
        row = holds.confirm_void(hold_id, by=viewer.who, at=clock.now())
    return print_showing.hold_row(row, viewer)


@router.post("/print/holds/{int:hold_id}/papers", response=HoldOut, summary="The papers are corrected or printed anew")
def papers(request: HttpRequest, hold_id: int, data: PapersIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        _for_desk(viewer, hold_id)
        row = holds.confirm_papers(hold_id, data.how, by=viewer.who, at=clock.now())
    return print_showing.hold_row(row, viewer)


@router.post("/print/holds/{int:hold_id}/release", response=HoldOut, summary="Let an order go that was stopped by hand")
def release(request: HttpRequest, hold_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = print_reads.find_hold(viewer, hold_id)
        viewer.require(Perm.ORDERS_REMARK, row.shop_id)
        if not row.case.startswith(f"{MANUAL}:"):
            raise Conflict(
                "held_by_case",
                f"这条拦截来自 {row.case}，请在那张单里撤销",
                f"This hold belongs to {row.case}; withdraw it there",
                current={"case": row.case},
            )
        if not holds.release_hold(row.case, by=viewer.who, at=clock.now()):
            raise holds.ended_meanwhile(row.pk)
    return print_showing.hold_row(print_reads.find_hold(viewer, hold_id), viewer)


@router.get("/print/hand-overs", response=HandOverPage, summary="What was asked back: open, or settled lately")
def hand_overs(request: HttpRequest, shop: int | None = None, settled: bool = False) -> dict[str, Any]:
    viewer = viewer_of(request)
    rows = print_reads.hand_overs(viewer, shop, settled=settled)
    return {"items": [print_showing.hand_over_row(row, viewer) for row in rows], "next": None}


@router.post("/print/hand-overs/{int:hand_over_id}/hand", response=HandOverOut, summary="Given and taken, signed")
def hand(request: HttpRequest, hand_over_id: int, data: HandIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = print_reads.find_hand_over(viewer, hand_over_id)
        viewer.require(Perm.WAREHOUSE_PRINT, row.shop_id)
        row = handing.hand_over(row.pk, took=data.took, by=viewer.who, at=clock.now())
    return print_showing.hand_over_row(row, viewer)


@router.post("/print/hand-overs/{int:hand_over_id}/settle", response=HandOverOut, summary="Destroyed or restocked")
def settle(request: HttpRequest, hand_over_id: int, data: SettleIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = print_reads.find_hand_over(viewer, hand_over_id)
        if data.how == "restocked":
            viewer.require(Perm.WAREHOUSE_PRINT, row.shop_id)  # the keeper signs that it is back on the shelf (R052)
        row = handing.settle(row.pk, data.how, note=data.note, by=viewer.who, at=clock.now())
    return print_showing.hand_over_row(row, viewer)


@router.post("/print/runs", response=RunOut, summary="Print up to 500 orders' papers, in the background")
def start_run(request: HttpRequest, data: RunIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(Perm.WAREHOUSE_PRINT, data.shop)
    with transaction():
        run = printing.start_run(data.shop, data.paper, data.orders, by=viewer.who, at=clock.now())
        print_tasks.make_papers.enqueue(run.pk)
    return print_showing.run_row(run, viewer)


@router.get("/print/runs", response=RunPage, summary="Print runs, latest first")
def runs(request: HttpRequest, shop: int | None = None, cursor: str | None = None, limit: int = 20) -> dict[str, Any]:
    viewer = _desk(request)
    rows, after = paging.newest_first(print_reads.runs(viewer, shop), "at", cursor=cursor, limit=limit)
    return {"items": [print_showing.run_row(row, viewer) for row in rows], "next": after}


@router.get("/print/runs/{int:run_id}", response=RunOut, summary="How far a print run is")
def run(request: HttpRequest, run_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return print_showing.run_row(print_reads.find_run(viewer, run_id), viewer)


@router.post("/print/runs/{int:run_id}/again", response=RunOut, summary="Make a failed run's file after all")
def again(request: HttpRequest, run_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = print_reads.find_run(viewer, run_id)
        row = printing.again(row.pk, by=viewer.who, at=clock.now())
        print_tasks.make_papers.enqueue(row.pk)
    return print_showing.run_row(row, viewer)


@router.get("/print/runs/{int:run_id}/file", summary="The papers as PDF")
def file(request: HttpRequest, run_id: int) -> Any:
    row = print_reads.find_run(viewer_of(request), run_id)
    path = Path(row.path) if row.path else None
    if row.state != PrintRun.State.DONE or path is None or not path.is_file():
        raise NotFound("这个批次还没有文件", "This run has no file yet")
    return FileResponse(path.open("rb"), filename=f"{row.paper}-{row.pk}.pdf", content_type="application/pdf")


def _desk(request: HttpRequest) -> Viewer:
    """Somebody who prints or packs in at least one shop."""
    viewer = viewer_of(request)
    if not viewer.shops_with(Perm.WAREHOUSE_PRINT):
        raise Forbidden("打单台只对打单员、仓库和主管开放", "The print desk is for clerks, warehouse and supervisors")
    return viewer


def _for_desk(viewer: Viewer, hold_id: int) -> None:
    viewer.require(Perm.WAREHOUSE_PRINT, print_reads.find_hold(viewer, hold_id).shop_id)


def _card(viewer: Viewer, order_id: int) -> dict[str, Any]:
    row = find(viewer, order_id)
    return print_showing.cards([row], viewer, clock.now())[0]
