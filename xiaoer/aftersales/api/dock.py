"""The return dock (退货台): scan a parcel, shelve the ones without a case, match them later."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from xiaoer.aftersales import actions, queries, showing
from xiaoer.aftersales.api.cases import shown, staff_of
from xiaoer.aftersales.api.schemas import CaseOut, MatchIn, ScanIn, ScanOut, StrayIn, StrayOut, StrayPage
from xiaoer.aftersales.naming import actor_names
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden, NotFound, Refusal
from xiaoer.orders.carriers import clean_waybill
from xiaoer.people.queries import find_shop, shop_facts

router = Router()


@router.post("/dock/scan", response=ScanOut, summary="Whose parcel is this? 404 `no_case`: register it as a stray")
def scan(request: HttpRequest, data: ScanIn) -> dict[str, Any]:
    viewer = staff_of(request)
    found = queries.scanned(viewer, data.waybill, data.shop)
    if not found:
        raise _no_case(viewer, data)
    first, case = found[0]
    return {"case": shown(viewer, first, case.pk), "others": showing.rows(found[1:], viewer.language)}


def _no_case(viewer: Viewer, data: ScanIn) -> Refusal:
    number = clean_waybill(data.waybill)
    held = queries.strays(viewer, shop=data.shop, matched=None).filter(waybill=number).first()
    return Refusal(
        "no_case",
        f"没有售后单使用运单号 {number}，请登记为无头件" if held is None else f"{number} 是已登记的无头件",
        f"No case has the waybill {number}; register it as a stray parcel",
        status=404,
        current={"waybill": number, "stray": held.pk if held else None},
    )


@router.get("/dock/strays", response=StrayPage, summary="Parcels without a case (无头件)")
def strays(request: HttpRequest, shop: int | None = None, matched: bool = False, q: str = "") -> dict[str, Any]:
    viewer = staff_of(request)
    rows = queries.strays(viewer, shop=shop, matched=matched)
    if q.strip():
        rows = rows.filter(waybill__contains=clean_waybill(q))
    found = list(rows[: queries.MOST])
    told = actor_names([a for r in found for a in (r.registered_by, r.matched_by) if a], viewer.language)
    return {"items": [showing.stray(row, told, viewer.language) for row in found], "next": None}


@router.post("/dock/strays", response={201: StrayOut}, summary="Register a parcel without a case")
def stray_registered(request: HttpRequest, data: StrayIn) -> Status[dict[str, Any]]:
    viewer = staff_of(request)
    find_shop(viewer, data.shop)
    viewer.require(Perm.WAREHOUSE_RECEIVE, data.shop)
    with transaction():
        row = actions.register_stray(
            shop_facts(data.shop),
            data.waybill,
            carrier=data.carrier,
            note=data.note,
            photos=data.photos,
            slip=data.slip,
            by=viewer.who,
            at=clock.now(),
        )
    told = actor_names([row.registered_by], viewer.language)
    return Status(201, showing.stray(row, told, viewer.language))


@router.post("/dock/strays/{stray_id}/match", response=CaseOut, summary="The parcel belongs to this case")
def stray_matched(request: HttpRequest, stray_id: int, data: MatchIn) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        stray = queries.find_stray(viewer, stray_id)
        row = queries.find(viewer, data.flow, data.case)
        if data.flow not in queries.DOCK:
            raise NotFound("这类售后没有退货", "Nothing comes back in this kind of case")
        allowed = (Perm.WAREHOUSE_RECEIVE, Perm.AFTERSALES_DECIDE)
        if not any(viewer.may(perm, stray.shop_id) for perm in allowed):
            raise Forbidden(
                "匹配无头件需要仓库收货或售后处理权限", "Matching needs the warehouse's or after-sales' permission"
            )
        actions.match_stray(stray, row, by=viewer.who, at=clock.now())
    return shown(viewer, data.flow, data.case)
