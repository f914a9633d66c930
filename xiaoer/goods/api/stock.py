"""Stock over HTTP: read for everybody who sees orders (R063), reports and reservations for who keeps it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.goods import actions, catalogue_reads, stock_reads
from xiaoer.goods.api.schemas import ReservationOut, StockOut
from xiaoer.goods.models import Reservation
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound

router = Router()
MOST = 1000
"""Lines in one report over the API."""


class StockRow(Schema):
    id: int
    sku: int
    shop: int
    goods: int
    goods_code: str
    title: str
    code: str
    colour: str
    size: str
    stock: StockOut


class StockPage(Schema):
    items: list[StockRow]
    next: str | None = None


class EntryOut(Schema):
    kind: str
    qty: int
    as_of: str
    source: str
    report: str
    by: str


class SkuStock(Schema):
    entries: list[EntryOut]
    reservations: list[ReservationOut]


class CountIn(Schema):
    sku_code: str = Field(max_length=64)
    qty: int = Field(ge=-(10**7), le=10**7)


class ReportIn(Schema):
    """A report of a warehouse system. The same id again is taken once."""

    shop: int
    report_id: str = Field(max_length=80)
    kind: str = Field("snapshot", description="snapshot: so many are there; delta: so many more or fewer")
    as_of: datetime = Field(description="When it was counted, with its offset")
    source: str = Field("api", max_length=40)
    lines: list[CountIn] = Field(max_length=MOST)


class LineOut(Schema):
    sku_code: str
    reason: str


class ReportOut(Schema):
    report_id: str
    known: bool = Field(description="Had been taken in before; nothing changed")
    rows: int
    changed: int
    stale: int
    rejected: list[LineOut]


class ReserveIn(Schema):
    shop: int
    sku_code: str
    qty: int
    reason: str = Field(description="exchange | reship | order")
    subject: str = Field(description="Whose it is: exchange:12, order:5", pattern=r"^[a-z_]+:\d+$", max_length=64)


class Freed(Schema):
    freed: bool


@router.get("/stock", response=StockPage, summary="Stock: what is short first, or every SKU last reported first")
def stock(
    request: HttpRequest,
    shop: int | None = None,
    q: str = "",
    state: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`state=short`: low, out and oversold, the worst first, 200 at most. Otherwise all, or those found by `q`."""
    viewer, at = viewer_of(request), clock.now()
    if shop is not None:
        viewer.require(Perm.ORDERS_VIEW, shop)
    if state == "short":
        return {"items": catalogue_reads.short_stock(viewer, shop, at, q=q[:100]), "next": None}
    items, after = catalogue_reads.all_stock(viewer, shop=shop, q=q[:100], cursor=cursor, limit=limit, at=at)
    return {"items": items, "next": after}


@router.get("/stock/{int:sku_id}", response=SkuStock, summary="What reports said of a SKU, and what is kept back")
def one(request: HttpRequest, sku_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = catalogue_reads.find_stock(viewer, sku_id)
    return {
        "entries": stock_reads.entries(row, viewer.language),
        "reservations": stock_reads.reservations([row.pk], viewer.language),
    }


@router.post("/stock/reports", response=ReportOut, summary="Take a stock report in; scope stock.edit; safe to repeat")
def report(request: HttpRequest, data: ReportIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(Perm.STOCK_EDIT, data.shop)
    with transaction():
        taken = actions.take_report(
            data.shop,
            [actions.Counted("".join(one.sku_code.split()), one.qty) for one in data.lines],
            report_id=data.report_id.strip(),
            kind=data.kind,
            as_of=data.as_of,
            source=data.source,
            by=viewer.who,
            at=clock.now(),
        )
    return {
        "report_id": taken.report.report_id,
        "known": taken.known,
        "rows": len(data.lines),
        "changed": 0 if taken.known else taken.report.changed,
        "stale": 0 if taken.known else taken.report.stale,
        "rejected": [{"sku_code": code, "reason": why.say(viewer.language)} for code, why in taken.rejected.items()],
    }


@router.post("/stock/reserve", response=ReservationOut, summary="Keep pieces back for an exchange, reship or order")
def reserve(request: HttpRequest, data: ReserveIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(Perm.STOCK_EDIT, data.shop)
    with transaction():
        row = actions.reserve(
            data.shop, data.sku_code, data.qty, reason=data.reason, subject=data.subject, by=viewer.who, at=clock.now()
        )
    found = stock_reads.reservations([row.sku_id], viewer.language)
    return next(one for one in found if one["id"] == row.pk)


@router.post("/stock/reservations/{int:reservation_id}/free", response=Freed, summary="Set kept pieces free")
def free(request: HttpRequest, reservation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    shops = viewer.shops_with(Perm.ORDERS_VIEW)
    with transaction():
        row = Reservation.objects.filter(pk=reservation_id, shop_id__in=shops).first()
        if row is None:
            raise NotFound("没有这笔留货", "There is no such reservation")
        viewer.require(Perm.STOCK_EDIT, row.shop_id)
        freed = actions.end_reservation(row.pk, why="freed", by=viewer.who, at=clock.now())
    return {"freed": freed}
