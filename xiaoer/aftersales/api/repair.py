"""The repair desk over HTTP: register, bill, parts, price list, terms, centres, statistics. The case itself is /api/cases/repair."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Status

from xiaoer.aftersales import repair_reads, repair_showing, repair_stats, repair_words
from xiaoer.aftersales.actions import repair_bill, repair_parts, repair_settings, repair_warranty
from xiaoer.aftersales.api import repair_schemas as shapes
from xiaoer.aftersales.api.cases import staff_of
from xiaoer.aftersales.models import PartMove
from xiaoer.aftersales.repair_kind import bill_lines
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.paging import newest_first, soonest_first
from xiaoer.kernel.xlsx import XLSX
from xiaoer.orders import queries as orders

router = Router()
MOST_DAYS = 730
SETTINGS = Perm.REPAIRS_APPROVE
"""Prices, terms and centres are the superior's: an agent charges what the list says (R590)."""


def _sees(request: HttpRequest) -> Viewer:
    return staff_of(request)


@router.get("/repair/desk", response=shapes.RepairPage, summary="The repair desk by stage")
def desk(
    request: HttpRequest, shop: int | None = None, stage: str = "", q: str = "", cursor: str = "", limit: int = 50
) -> dict[str, Any]:
    """`stage`: ask, coming, judge, work, back, call, or empty for all. A stage: longest waiting first; all: latest."""
    viewer, at = _sees(request), clock.now()
    found = repair_reads.repairs(viewer, shop=shop, stage=stage, q=q)
    if stage:
        rows, more = soonest_first(found, "state_at", cursor=cursor, limit=limit)
    else:
        rows, more = newest_first(found, "opened_at", cursor=cursor, limit=limit)
    counts = repair_reads.stage_counts(viewer, shop=shop)
    return {"items": [repair_showing.repair(row, viewer.language, at) for row in rows], "next": more, "counts": counts}


# --- warranty register -----------------------------------------------------------------------------------------------


@router.get("/repair/warranties", response=shapes.WarrantyPage, summary="维保登记表: every product registered")
def warranties(
    request: HttpRequest,
    shop: int | None = None,
    q: str = "",
    order: int | None = None,
    cursor: str = "",
    limit: int = 50,
) -> dict[str, Any]:
    """`q`: serial number, order number, SKU or part of the nick."""
    viewer, at = _sees(request), clock.now()
    rows, more = newest_first(
        repair_reads.warranties(viewer, shop=shop, q=q, order=order), "registered_at", cursor=cursor, limit=limit
    )
    return {"items": [repair_showing.warranty(row, viewer.language, at) for row in rows], "next": more}


@router.post("/repair/warranties", response={201: shapes.WarrantyOut}, summary="Register a product sold")
def register(request: HttpRequest, data: shapes.WarrantyIn) -> Status[dict[str, Any]]:
    viewer, at = _sees(request), clock.now()
    row = orders.find(viewer, data.order)
    viewer.require(Perm.AFTERSALES_OPEN, row.shop_id)
    facts = orders.order_facts(row.pk)
    line = facts.line(data.line)
    if line is None:
        raise Invalid(fields={"line": T(f"订单里没有商品行 {data.line}", f"The order has no line {data.line}")})
    with transaction():
        made = repair_warranty.register(facts, line, data.serial, by=viewer.who, at=at)
    return Status(201, repair_showing.warranty(repair_reads.find_warranty(viewer, made.pk), viewer.language, at))


@router.put("/repair/warranties/{int:warranty_id}/serial", response=shapes.WarrantyOut, summary="Register its serial")
def serial(request: HttpRequest, warranty_id: int, data: shapes.SerialIn) -> dict[str, Any]:
    viewer, at = _sees(request), clock.now()
    with transaction():
        row = repair_reads.find_warranty(viewer, warranty_id)
        viewer.require(Perm.AFTERSALES_OPEN, row.shop_id)
        repair_warranty.set_serial(row, data.serial, by=viewer.who, at=at)
    return repair_showing.warranty(repair_reads.find_warranty(viewer, warranty_id), viewer.language, at)


# --- price list and bill ---------------------------------------------------------------------------------------------


@router.get("/repair/prices", response=shapes.PricePage, summary="收费标准: what repairs cost, unified (R590)")
def prices(request: HttpRequest, shop: int | None = None, past: bool = False) -> dict[str, Any]:
    viewer = _sees(request)
    rows = repair_reads.prices(viewer, shop=shop, past=past)
    kinds = {code: label.say(viewer.language) for code, label in repair_words.CHARGES.items()}
    return {"items": [repair_showing.price(row, viewer.language) for row in rows[:500]], "kinds": kinds}


@router.put("/repair/prices", response=shapes.PriceOut, summary="Set a price; the old row ends")
def set_price(request: HttpRequest, data: shapes.PriceIn) -> dict[str, Any]:
    viewer = _sees(request)
    viewer.require(SETTINGS, data.shop)
    with transaction():
        row = repair_settings.set_price(
            data.shop, data.code, data.name, data.kind, data.price_fen, by=viewer.who, at=clock.now()
        )
    return repair_showing.price(row, viewer.language)


@router.put("/repair/{int:repair_id}/bill", response=shapes.BillOut, summary="The items of a repair's bill")
def set_bill(request: HttpRequest, repair_id: int, data: shapes.BillIn) -> dict[str, Any]:
    """Items come from the price list; whether each is charged follows from warranty and cause, with the reason."""
    viewer = _sees(request)
    with transaction():
        row = repair_reads.find_repair(viewer, repair_id)
        viewer.require(Perm.AFTERSALES_OPEN, row.shop_id)
        repair_bill.bill(row, [(one.code, one.qty) for one in data.items], by=viewer.who, at=clock.now())
    return {"charge_fen": row.charge_fen, "bill": bill_lines(row, viewer.language)}


# --- spare parts -----------------------------------------------------------------------------------------------------


@router.get("/repair/parts", response=shapes.PartPage, summary="备件: what is on the shelf")
def parts(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    rows = repair_reads.parts(_sees(request), shop=shop)
    return {"items": [repair_showing.part(row) for row in rows[:1000]]}


@router.put("/repair/parts", response=shapes.PartOut, summary="A part of the catalogue")
def set_part(request: HttpRequest, data: shapes.PartIn) -> dict[str, Any]:
    viewer = _sees(request)
    viewer.require(Perm.WAREHOUSE_RECEIVE, data.shop)
    fields = data.dict(exclude={"shop", "code"})
    with transaction():
        row = repair_settings.set_part(data.shop, data.code, fields, by=viewer.who, at=clock.now())
    return repair_showing.part(row)


@router.post("/repair/parts/{int:part_id}/stock", response=shapes.PartOut, summary="Pieces in, or counted off")
def move_stock(request: HttpRequest, part_id: int, data: shapes.StockIn) -> dict[str, Any]:
    viewer = _sees(request)
    with transaction():
        row = repair_reads.find_part(viewer, part_id)
        viewer.require(Perm.WAREHOUSE_RECEIVE, row.shop_id)
        repair_parts.take_in(row, data.qty, data.note, by=viewer.who, at=clock.now())
    return repair_showing.part(repair_reads.find_part(viewer, part_id))


@router.get("/repair/parts/{int:part_id}/moves", response=shapes.MovePage, summary="The stock book of a part")
def part_moves(request: HttpRequest, part_id: int) -> dict[str, Any]:
    viewer = _sees(request)
    row = repair_reads.find_part(viewer, part_id)
    rows = list(PartMove.objects.filter(part=row).order_by("-pk")[:100])
    return {"items": repair_showing.moves(rows, viewer.language)}


@router.get(
    "/repair/requests", response=shapes.RequestPage, summary="备件申领: asked, to be issued, to be accounted for"
)
def part_requests(
    request: HttpRequest,
    shop: int | None = None,
    state: str = "",
    repair: int | None = None,
    cursor: str = "",
    limit: int = 50,
) -> dict[str, Any]:
    viewer = _sees(request)
    found = repair_reads.requests(viewer, shop=shop, state=state, repair=repair)
    rows, more = newest_first(found, "asked_at", cursor=cursor, limit=limit)
    return {"items": repair_showing.requests(rows, viewer), "next": more}


@router.post("/repair/requests", response={201: shapes.RequestOut}, summary="Ask for parts for a repair")
def ask_part(request: HttpRequest, data: shapes.RequestIn) -> Status[dict[str, Any]]:
    viewer = _sees(request)
    with transaction():
        repair = repair_reads.find_repair(viewer, data.repair)
        viewer.require(Perm.AFTERSALES_OPEN, repair.shop_id)
        part = repair_reads.find_part(viewer, data.part)
        made = repair_parts.ask(repair, part, data.qty, data.note, by=viewer.who, at=clock.now())
    return Status(201, repair_showing.requests([repair_reads.find_request(viewer, made.pk)], viewer)[0])


@router.post("/repair/requests/{int:request_id}/{verb}", response=shapes.RequestOut, summary="Approve, issue, settle")
def move_request(
    request: HttpRequest, request_id: int, verb: str, data: dict[str, Any] = Body(default={})
) -> dict[str, Any]:
    viewer = _sees(request)
    with transaction():
        row = repair_reads.find_request(viewer, request_id)
        repair_parts.perform(viewer, row, verb, data, by=viewer.who, at=clock.now())
    return repair_showing.requests([repair_reads.find_request(viewer, request_id)], viewer)[0]


# --- terms, centres, statistics --------------------------------------------------------------------------------------


@router.get("/repair/terms", response=shapes.TermPage, summary="保修约定 by SKU or category")
def terms(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    return {"items": [repair_showing.term(row) for row in repair_reads.terms(_sees(request), shop=shop)[:500]]}


@router.put("/repair/terms", response=shapes.TermOut, summary="Set a warranty term")
def set_term(request: HttpRequest, data: shapes.TermIn) -> dict[str, Any]:
    viewer = _sees(request)
    viewer.require(SETTINGS, data.shop)
    with transaction():
        row = repair_settings.set_term(
            data.shop, data.category, data.sku_code, data.months, data.covers, by=viewer.who, at=clock.now()
        )
    return repair_showing.term(row)


@router.get("/repair/centres", response=shapes.CentrePage, summary="驻地售后服务中心 and their regions (R651)")
def centres(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    return {"items": [repair_showing.centre(row) for row in repair_reads.centres(_sees(request), shop=shop)[:200]]}


@router.put("/repair/centres", response=shapes.CentreOut, summary="Set a service centre")
def set_centre(request: HttpRequest, data: shapes.CentreIn) -> dict[str, Any]:
    viewer = _sees(request)
    viewer.require(SETTINGS, data.shop)
    fields = data.dict(exclude={"shop", "name"})
    with transaction():
        row = repair_settings.set_centre(data.shop, data.name, fields, by=viewer.who, at=clock.now())
    return repair_showing.centre(row)


@router.get("/repair/statistics", response=shapes.StatisticsOut, summary="产品故障统计 (R654)")
def statistics(
    request: HttpRequest,
    shop: int | None = None,
    days: int = Query(90, ge=1, le=MOST_DAYS),
    centre: int | None = None,
) -> dict[str, Any]:
    viewer = _sees(request)
    since = clock.now() - timedelta(days=days)
    return repair_stats.statistics(viewer, shop=shop, since=since, centre=centre, language=viewer.language)


@router.get("/repair/records.xlsx", summary="返修服务档案 as a workbook (R662)")
def records(request: HttpRequest, shop: int | None = None, days: int = Query(365, ge=1, le=MOST_DAYS)) -> HttpResponse:
    viewer = _sees(request)
    rows = repair_stats.within(viewer, shop=shop, since=clock.now() - timedelta(days=days))
    answer = HttpResponse(repair_stats.record_file(rows, viewer.language), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="repair-records.xlsx"'
    return answer
