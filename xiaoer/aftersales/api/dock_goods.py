"""The dock after the count: where pieces go, quarantine, whose a stray may be, parcels signed and not registered."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from xiaoer.aftersales import actions, dock_lists, dock_reads, queries
from xiaoer.aftersales.api.cases import shown, staff_of
from xiaoer.aftersales.api.schemas import (
    CaseOut,
    PutIn,
    SettleIn,
    ShelvedOut,
    ShelvedPage,
    SuggestionPage,
    UnprocessedPage,
)
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound

router = Router()


@router.get("/dock/strays/{stray_id}/suggestions", response=SuggestionPage, summary="Whose parcel it may be, and why")
def suggested(request: HttpRequest, stray_id: int) -> dict[str, Any]:
    viewer = staff_of(request)
    return {"items": dock_lists.suggestions(viewer, queries.find_stray(viewer, stray_id))}


@router.get("/dock/unprocessed", response=UnprocessedPage, summary="Signed for by the courier's word, not registered")
def unprocessed(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    return {"items": dock_lists.unprocessed(staff_of(request), shop, clock.now())}


@router.get("/dock/shelved", response=ShelvedPage, summary="Quarantine, or everything that was put away")
def listed(request: HttpRequest, shop: int | None = None, waiting: bool = True) -> dict[str, Any]:
    viewer = staff_of(request)
    rows = dock_reads.places(viewer, shop=shop, waiting=waiting)
    return {"items": dock_reads.shown(rows[: dock_reads.MOST], viewer.language)}


@router.post("/dock/shelved", response={201: CaseOut}, summary="Put returned pieces away (上架/隔离/退供/销毁)")
def put(request: HttpRequest, data: PutIn) -> Status[dict[str, Any]]:
    viewer = staff_of(request)
    with transaction():
        row = _dock_case(viewer, data.flow, data.case)
        viewer.require(Perm.WAREHOUSE_RECEIVE, row.shop_id)
        actions.put_away(row, data.line, data.qty, data.place, data.note.strip(), by=viewer.who, at=clock.now())
    return Status(201, shown(viewer, data.flow, data.case))


@router.post("/dock/shelved/{shelved_id}/settle", response=ShelvedOut, summary="Where quarantined pieces go")
def settled(request: HttpRequest, shelved_id: int, data: SettleIn) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        made = dock_reads.find_shelved(viewer, shelved_id)
        viewer.require(Perm.WAREHOUSE_RECEIVE, made.shop_id)
        row = _dock_case(viewer, made.flow, made.case_id)
        actions.settle_shelved(made, row, data.place, data.note.strip(), by=viewer.who, at=clock.now())
    return dock_reads.shown([made], viewer.language)[0]


def _dock_case(viewer: Any, flow: str, case_id: int) -> Any:
    row = queries.find(viewer, flow, case_id)
    if flow not in queries.DOCK:
        raise NotFound("这类售后没有退货", "Nothing comes back in this kind of case")
    return row
