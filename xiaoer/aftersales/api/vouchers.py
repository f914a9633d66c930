"""Coupons over HTTP: taken in by interface or file, used in a store, seen by staff and by their buyer (R596-R605)."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from xiaoer.aftersales import voucher_files, voucher_reads
from xiaoer.aftersales.actions import vouchers
from xiaoer.aftersales.api.cases import staff_of
from xiaoer.aftersales.api.schemas import CustomerRef, OrderRef
from xiaoer.kernel import clock, tables
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.paging import newest_first
from xiaoer.reception.api import BuyerAuth, buyer_of

router = Router()
mine = Router(auth=BuyerAuth(), tags=["buyer 买家"])
MOST_ORDERS = 500


class LotIn(Schema):
    """One voucher order: n coupons of one title, what was paid for all, how long they count (`until` is exclusive)."""

    order_no: str = Field(max_length=40, min_length=4)
    nick: str = Field(max_length=64, min_length=1)
    title: str = Field(max_length=200, min_length=1)
    total: int
    paid_fen: int
    paid_at: AwareDatetime
    from_at: AwareDatetime | None = None
    until: AwareDatetime
    codes: list[str] = Field([], max_length=200)


class LotsIn(Schema):
    shop: int
    orders: list[LotIn] = Field(max_length=MOST_ORDERS)


class LotResult(Schema):
    order_no: str
    result: str = Field(description="created | known | rejected")
    id: int | None = None
    reason: str = ""


class LotResults(Schema):
    created: int
    known: int
    rejected: int
    results: list[LotResult]


class UseIn(Schema):
    shop: int
    code: str = Field(max_length=40)
    store: str = Field("", max_length=60)


class LotRow(Schema):
    id: int
    shop: int
    order: OrderRef
    customer: CustomerRef
    title: str
    total: int
    unused: int
    used: int
    held: int
    refunded: int
    paid_fen: int
    refunded_fen: int
    from_at: str
    until: str
    expired_at: str | None
    created_at: str


class LotPage(Schema):
    items: list[LotRow]
    next: str | None


class CouponOut(Schema):
    code: str
    state: str
    state_label: str
    used_at: str | None
    store: str


class LotRefund(Schema):
    id: int
    number: str
    state: str
    state_label: str
    category: str
    pieces: int
    amount_fen: int
    by_expiry: bool
    opened_at: str
    due_at: str | None


class LotOut(LotRow):
    coupons: list[CouponOut]
    refunds: list[LotRefund]


def _take(viewer: Viewer, shop: int, drafts: list[tuple[str, Any]]) -> dict[str, Any]:
    """Each order in its own transaction: a bad one leaves nothing behind and hurts no neighbour."""
    results: list[dict[str, Any]] = []
    for number, draft in drafts:
        if isinstance(draft, list):
            why = "；".join(reason.say(viewer.language) for reason in draft)
            results.append({"order_no": number, "result": "rejected", "reason": why})
            continue
        try:
            with transaction():
                lot, fresh = vouchers.register(shop, draft, by=viewer.who, at=clock.now())
            results.append({"order_no": number, "result": "created" if fresh else "known", "id": lot.pk})
        except Refusal as no:
            fields = getattr(no, "fields", None) or {}
            why = "；".join(said.say(viewer.language) for said in fields.values()) or str(no)
            results.append({"order_no": number, "result": "rejected", "reason": why})
    counted = {kind: sum(one["result"] == kind for one in results) for kind in ("created", "known", "rejected")}
    return {**counted, "results": results}


@router.post("/vouchers", response=LotResults, summary="Take voucher orders in; the same report again changes nothing")
def take_in(request: HttpRequest, data: LotsIn) -> dict[str, Any]:
    viewer = staff_of(request)
    viewer.require(Perm.ORDERS_IMPORT, data.shop)
    drafts = [
        (
            one.order_no,
            vouchers.LotDraft(
                one.order_no,
                one.nick,
                one.title,
                one.total,
                one.paid_fen,
                one.paid_at,
                one.from_at or one.paid_at,
                one.until,
                list(one.codes),
            ),
        )
        for one in data.orders
    ]
    return _take(viewer, data.shop, drafts)


@router.post("/vouchers/import", response=LotResults, summary="Take a table of voucher orders in (CSV or XLSX)")
def import_file(request: HttpRequest, shop: Form[int], file: File[UploadedFile]) -> dict[str, Any]:
    """Columns 订单号, 买家昵称, 卡券名称, 张数, 实付金额, 付款时间, 有效期起, 有效期止, 券码 (several joined by |)."""
    viewer = staff_of(request)
    viewer.require(Perm.ORDERS_IMPORT, shop)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "vouchers"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        _, rows = tables.read(path, str(file.name or ""), voucher_files.COLUMNS, voucher_files.NEEDED)
    tables.refuse_empty(rows)
    return _take(viewer, shop, [(row.cells.get("order_no", ""), voucher_files.draft_of(row)) for row in rows])


@router.post("/vouchers/use", response=LotOut, summary="核销: use one coupon in a store")
def use(request: HttpRequest, data: UseIn) -> dict[str, Any]:
    viewer = staff_of(request)
    viewer.require(Perm.AFTERSALES_OPEN, data.shop)
    with transaction():
        coupon = vouchers.use(data.shop, data.code, data.store, by=viewer.who, at=clock.now())
    return voucher_reads.detail(voucher_reads.find(viewer, coupon.lot_id), viewer.language)


@router.get("/vouchers", response=LotPage, summary="卡券订单: how many are unused, used, refunded")
def listed(
    request: HttpRequest,
    shop: int | None = None,
    q: str = "",
    order: int | None = None,
    cursor: str = "",
    limit: int = 50,
) -> dict[str, Any]:
    """`q`: order number, coupon code, or part of the nick."""
    viewer = staff_of(request)
    found = voucher_reads.ask(viewer, shop=shop, q=q, order=order)
    rows, more = newest_first(found, "created_at", cursor=cursor, limit=limit)
    return {"items": voucher_reads.shown(rows, viewer.language), "next": more}


@router.get("/vouchers/{int:lot_id}", response=LotOut, summary="One voucher order")
def one(request: HttpRequest, lot_id: int) -> dict[str, Any]:
    viewer = staff_of(request)
    return voucher_reads.detail(voucher_reads.find(viewer, lot_id), viewer.language)


@mine.get("/buyer/vouchers", response=LotPage, summary="My coupons")
def my_lots(request: HttpRequest, cursor: str = "", limit: int = 50) -> dict[str, Any]:
    viewer = buyer_of(request)
    rows, more = newest_first(voucher_reads.ask(viewer), "created_at", cursor=cursor, limit=limit)
    return {"items": voucher_reads.shown(rows, viewer.language), "next": more}


@mine.get("/buyer/vouchers/{int:lot_id}", response=LotOut, summary="One of my voucher orders")
def my_lot(request: HttpRequest, lot_id: int) -> dict[str, Any]:
    viewer = buyer_of(request)
    return voucher_reads.detail(voucher_reads.find(viewer, lot_id), viewer.language)
