"""Couriers over HTTP: files of traces, the coverage table, 快递100's pushes, customs papers."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from xiaoer.kernel import clock, paging, tables
from xiaoer.kernel.access import Perm, Who, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.kernel.rejects import Rejects
from xiaoer.kernel.xlsx import XLSX
from xiaoer.orders import coverage_reads, customs, parcel_files, parcel_kuaidi100, parcel_poll, queries, tasks
from xiaoer.orders.actions import coverage, desk, parcels
from xiaoer.orders.carriers import CARRIERS
from xiaoer.orders.models import CourierDesk
from xiaoer.orders.parcel_reports import Report, TraceLine
from xiaoer.people.queries import shop_by_slug

router = Router()
BATCH = 100
"""Waybills, or coverage rows times five, per transaction: chats hardly wait for the write lock."""


class FileOut(Schema):
    """What became of a file. `rejects_csv` is the errors file: the rejected rows with 行号 and 原因."""

    rows: int
    added: int
    known: int
    rejected: int
    reasons: list[str] = Field(description="The first reasons, for the screen")
    rejects_csv: str


class CoverageOut(Schema):
    id: int
    shop: int
    carrier: str
    carrier_label: str
    province: str
    city: str
    district: str
    verdict: str = Field(description="yes | no | blind | paused | extra")
    verdict_label: str
    fee_fen: int | None
    note: str


class CoveragePage(Schema):
    items: list[CoverageOut]
    next: str | None = None


class SaidOut(Schema):
    carrier: str
    carrier_label: str
    region: str
    verdict: str
    verdict_label: str
    fee_fen: int | None
    note: str


class OrderCoverage(Schema):
    """Before shipping (R821): what to confirm, and what every courier does at this address."""

    region: str
    problem: str | None
    couriers: list[SaidOut]


class CarrierOut(Schema):
    code: str
    label: str
    example: str


class Broker(Schema):
    """清关代理 of a shop (R749)."""

    broker: str = ""
    broker_contact: str = ""
    broker_phone: str = ""
    broker_note: str = ""


class CustomsPaper(Schema):
    """What the order does not know: asked of the clerk. Weights in grams, values in fen."""

    hs_code: str = ""
    origin: str = "中国 China"
    net_grams: int | None = None
    gross_grams: int | None = None
    currency: str = "CNY"
    terms: str = "DAP"
    country: str = ""
    receiver_tax_no: str = ""


class CustomsCheck(Schema):
    key: str
    label: str
    done: bool
    note: str


class CustomsOut(Schema):
    order: int
    order_no: str
    broker: Broker
    checklist: list[CustomsCheck]


@router.get("/carriers", response=list[CarrierOut], summary="Couriers we know, with an example of their waybills")
def carriers(request: HttpRequest) -> list[dict[str, str]]:
    language = viewer_of(request).language
    return [{"code": c.code, "label": c.label.say(language), "example": c.example} for c in CARRIERS.values()]


@contextmanager
def _kept(file: UploadedFile) -> Iterator[tuple[Path, str]]:
    """An upload on disk while it is read; gone afterwards."""
    name = Path(file.name or "").name
    if (file.size or 0) > tables.MAX_BYTES:
        raise Invalid("文件太大，请分开上传", "The file is too large; send it in parts", code="file_unusable")
    path = tasks.folder() / f"{secrets.token_hex(16)}.part"
    try:
        with path.open("xb") as out:
            path.chmod(0o600)
            for piece in file.chunks():
                out.write(piece)
        yield path, name
    finally:
        path.unlink(missing_ok=True)


@router.post("/parcels/traces/import", response=FileOut, summary="Take a file of traces in (CSV or XLSX)")
def import_traces(request: HttpRequest, shop: Form[int], file: File[UploadedFile]) -> dict[str, Any]:
    """Columns 运单号, 时间, 轨迹; also 快递公司, 地点, 状态码. Good rows go in whatever stands beside them."""
    viewer = viewer_of(request)
    viewer.require(Perm.PARCELS_TRACE, shop)
    with _kept(file) as (path, name):
        columns, rows = tables.read(path, name, parcel_files.TRACE_COLUMNS, ("waybill", "at", "text"))
    tables.refuse_empty(rows)
    rejects = Rejects(columns, viewer.language)
    found: dict[str, tuple[str, list[tuple[tables.Row, TraceLine]]]] = {}
    for row in rows:
        line = parcel_files.trace_of(row)
        if isinstance(line, list):
            rejects.add(row.number, row.raw, line)
        else:
            found.setdefault(line[0], (line[1], []))[1].append((row, line[2]))
    added = known = 0
    numbers = list(found)
    for start in range(0, len(numbers), BATCH):
        part = numbers[start : start + BATCH]
        reports = [Report(number, [line for _, line in found[number][1]], found[number][0]) for number in part]
        with transaction():
            told = parcels.take_traces(shop, reports, source="file", by=viewer.who, at=clock.now())
        for one in told:
            added, known = added + one.added, known + one.known
            if one.parcel_id is None:
                for row, _ in found[one.waybill][1]:
                    rejects.add(row.number, row.raw, one.problems)
    return _file(len(rows), added, known, rejects)


def _file(rows: int, added: int, known: int, rejects: Rejects) -> dict[str, Any]:
    return {
        "rows": rows,
        "added": added,
        "known": known,
        "rejected": len(rejects.rows),
        "reasons": rejects.first(),
        "rejects_csv": rejects.csv(),
    }


@router.get("/coverage", response=CoveragePage, summary="Where couriers deliver: the shop's table")
def coverage_table(
    request: HttpRequest,
    shop: int | None = None,
    carrier: str = "",
    q: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    rows = coverage_reads.table(viewer, shop=shop, carrier=carrier, q=q)
    page, after = paging.newest_first(rows, "at", cursor=cursor, limit=limit)
    language = viewer.language
    items = [
        {
            **{
                name: getattr(row, name)
                for name in ("carrier", "province", "city", "district", "verdict", "fee_fen", "note")
            },
            "id": row.pk,
            "shop": row.shop_id,
            "carrier_label": CARRIERS[row.carrier].label.say(language) if row.carrier in CARRIERS else row.carrier,
            "verdict_label": coverage_reads.VERDICTS[row.verdict].say(language),
        }
        for row in page
    ]
    return {"items": items, "next": after}


@router.post("/coverage/import", response=FileOut, summary="Take a coverage table in (CSV or XLSX)")
def import_coverage(request: HttpRequest, shop: Form[int], file: File[UploadedFile]) -> dict[str, Any]:
    """Columns 快递公司, 省, 市, 区, 派送范围 (可达 超区 盲区 暂停 加收), 加收费用, 备注. A region named again is replaced."""
    viewer = viewer_of(request)
    viewer.require(Perm.ORDERS_IMPORT, shop)
    with _kept(file) as (path, name):
        columns, rows = tables.read(path, name, parcel_files.COVERAGE_COLUMNS, ("carrier", "province", "verdict"))
    tables.refuse_empty(rows)
    rejects, good = Rejects(columns, viewer.language), []
    for row in rows:
        told = parcel_files.coverage_of_row(row)
        if isinstance(told, list):
            rejects.add(row.number, row.raw, told)
        else:
            good.append(told)
    added = known = 0
    for start in range(0, len(good), BATCH * 5):
        with transaction():
            fresh, again = coverage.take_rows(
                shop, good[start : start + BATCH * 5], rejected=len(rejects.rows), by=viewer.who, at=clock.now()
            )
        added, known = added + fresh, known + again
    return _file(len(rows), added, known, rejects)


@router.delete("/coverage/{int:row_id}", response={204: None}, summary="Take one region out of the table")
def drop_coverage(request: HttpRequest, row_id: int) -> tuple[int, None]:
    viewer = viewer_of(request)
    with transaction():
        row = coverage_reads.table(viewer, shop=None).filter(pk=row_id).first()
        if row is None:
            raise NotFound("没有这一行", "There is no such row")
        viewer.require(Perm.ORDERS_IMPORT, row.shop_id)
        coverage.drop_row(row.shop_id, row.pk, by=viewer.who, at=clock.now())
    return 204, None


@router.get("/orders/{int:order_id}/coverage", response=OrderCoverage, summary="Who delivers where this order goes")
def order_coverage(request: HttpRequest, order_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    order = queries.find(viewer, order_id)
    problem = coverage_reads.coverage_problem(order)
    said = coverage_reads.all_couriers(order.shop_id, order.receiver_address)
    return {
        "region": coverage_reads.region_of(order.receiver_address).name,
        "problem": problem.say(viewer.language) if problem else None,
        "couriers": [coverage_reads.shown(one, viewer.language) for one in said],
    }


@router.post("/couriers/kuaidi100/{slug}", auth=None, summary="快递100 pushes here; signed with our salt")
def kuaidi100(request: HttpRequest, slug: str, param: Form[str], sign: Form[str] = "") -> dict[str, Any]:
    """Anything but success is pushed again later, so an order that is not in yet gets its trace by the next push."""
    if len(param) > parcel_kuaidi100.MOST_BYTES or not parcel_kuaidi100.signed_right(param, sign, parcel_poll.salt()):
        return parcel_kuaidi100.answer_push(False, "签名不符")
    push = parcel_kuaidi100.read_push(param)
    if push is None:
        return parcel_kuaidi100.answer_push(False, "内容无法识别")
    if push.report is None or not push.report.lines:
        return parcel_kuaidi100.answer_push(True)
    shop = shop_by_slug(slug)
    who = Who("courier", None, "快递100")
    with transaction():
        told = parcels.take_traces(shop.id, [push.report], source="kuaidi100", by=who, at=clock.now())
    known = told[0].parcel_id is not None
    return parcel_kuaidi100.answer_push(known, "" if known else "没有这个运单")


@router.get("/courier-desk", response=Broker, summary="The shop's customs broker")
def courier_desk(request: HttpRequest, shop: int) -> dict[str, str]:
    viewer_of(request).require(Perm.ORDERS_VIEW, shop)
    return customs.broker_of(shop)


@router.put("/courier-desk", response=Broker, summary="Change the shop's customs broker (R749)")
def set_courier_desk(request: HttpRequest, shop: int, data: Broker) -> dict[str, str]:
    viewer = viewer_of(request)
    viewer.require(Perm.ORDERS_IMPORT, shop)
    with transaction():
        row: CourierDesk = coverage.set_broker(shop, broker=data.dict(), by=viewer.who, at=clock.now())
    return customs.broker_of(row.shop_id)


@router.get("/orders/{int:order_id}/customs", response=CustomsOut, summary="What customs asks for a cross-border order")
def customs_checklist(request: HttpRequest, order_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    order = queries.find(viewer, order_id)
    return {
        "order": order.pk,
        "order_no": order.order_no,
        "broker": customs.broker_of(order.shop_id),
        "checklist": customs.checklist(order, viewer.language),
    }


@router.post("/orders/{int:order_id}/customs/{paper}", summary="A customs paper as XLSX: invoice or declaration")
def customs_paper(request: HttpRequest, order_id: int, paper: str, data: CustomsPaper) -> HttpResponse:
    """Filled from the order, Chinese and English; cells still to fill are marked. Needs the plain receiver: unmask."""
    viewer = viewer_of(request)
    with transaction():
        order = queries.find(viewer, order_id)
        viewer.require(Perm.ORDERS_UNMASK, order.shop_id)
        if paper not in customs.PAPERS:
            raise Invalid(
                fields={"paper": T(f"没有单证「{paper}」", f"No paper {paper!r}: {', '.join(customs.PAPERS)}")}
            )
        plain = desk.unmask(order.pk, reason=f"出具{customs.PAPERS[paper].zh}", by=viewer.who, at=clock.now())
    out = customs.workbook(paper, order, plain, data.dict(), at=clock.now())
    response = HttpResponse(out, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{paper}-{order.order_no}.xlsx"'
    return response
