"""Orders over HTTP: search, record, remark, unmask, fulfilment, and the ERP's bulk door."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.customers.queries import unmask_again
from xiaoer.kernel import clock, paging
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.orders import actions, queries
from xiaoer.orders.auto_confirm import confirms_at
from xiaoer.orders.bulk import BULK_MOST, BulkOrder, drafts_from

router = Router()


class Customer(Schema):
    id: int
    nick: str
    vip: int


class Line(Schema):
    """One item (宝贝 / 子订单). `paid_fen` is the part of the payment that falls on it, freight excluded."""

    id: int
    line_no: int
    sub_no: str
    title: str
    sku: str
    sku_code: str
    qty: int
    refunded_qty: int
    price_fen: int | None
    paid_fen: int | None
    category: str
    status: str
    summary: bool = Field(description="True: an order-level report gave only this one line for the whole order")


class OrderOut(Schema):
    """An order as the platform reports it, receiver masked."""

    id: int
    shop: int
    order_no: str
    kind: str
    customer: Customer
    status: str = Field(description="waiting_payment | paid | shipped | succeeded | closed")
    status_label: str
    status_text: str = Field(description="The platform's own words")
    fulfilment: str = Field(description="unprinted | printed | packed | shipped | voided")
    fulfilment_label: str
    hold: str = Field("", description="stop | changed: the print desk must not go on; empty")
    goods_fen: int | None
    freight_fen: int | None
    payable_fen: int | None
    paid_fen: int | None
    discount_fen: int | None
    points_fen: int | None = Field(None, description="Part of the payment made in points")
    red_packet_fen: int | None = Field(None, description="Part of the payment made by red packet")
    payer: str = Field("", description="代付人: refunds go to this person")
    refunded_fen: int
    free_shipping: bool
    receiver_name: str
    receiver_phone: str
    receiver_address: str
    phone_tail: str
    ordered_at: str
    created_at: str | None
    paid_at: str | None
    shipped_at: str | None
    signed_at: str | None
    succeeded_at: str | None
    closed_at: str | None
    remarked_at: str | None
    changed_at: str
    close_reason: str
    waybill: str
    carrier: str
    buyer_message: str
    seller_remark: str
    flag: str
    source: str
    lines: list[Line]
    confirms_at: str | None = Field(None, description="When it succeeds by itself, without a refund request (R190)")
    may: list[str]


class OrderPage(Schema):
    items: list[OrderOut]
    next: str | None = None


class OrderHappening(Schema):
    """One journal line about an order (订单动态)."""

    number: int
    at: str
    kind: str
    area: str
    label: str
    summary: str
    actor: str
    actor_name: str
    payload: dict[str, Any]


class OrderHistory(Schema):
    items: list[OrderHappening]
    next: str | None = None


class Reason(Schema):
    reason: str = Field(
        description="Why the plain receiver is needed, 2 to 200 characters", examples=["买家来电改地址"]
    )


class Plain(Schema):
    receiver_name: str
    receiver_phone: str
    receiver_address: str


class Remark(Schema):
    flag: str = Field("", description="red, yellow, green, blue, purple, grey, orange, cyan, or empty")
    text: str = Field("", examples=["客户要求修改成均码黑色,已修改妥当---2026.11.11圈圈"])


class Fulfil(Schema):
    to: str = Field(description="printed | packed | shipped | voided")


class Bulk(Schema):
    """At most 500 orders of one shop."""

    shop: int
    orders: list[BulkOrder]


class BulkResult(Schema):
    """What became of one order: created, updated, unchanged, stale (older than what is known) or rejected."""

    index: int
    order_no: str
    result: str
    id: int | None
    reasons: list[str]


class BulkAnswer(Schema):
    created: int
    updated: int
    unchanged: int
    stale: int
    rejected: int
    results: list[BulkResult]


@router.get(
    "/orders", response=OrderPage, summary="Search orders: number, waybill, nick, phone tail, item, time, state"
)
def orders(
    request: HttpRequest,
    shop: int | None = None,
    q: str = "",
    status: str = "",
    fulfilment: str = "",
    customer: int | None = None,
    item: str = "",
    flag: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    search = queries.Search(shop, q, status, fulfilment, customer, item, flag, since, until)
    rows, after = paging.newest_first(queries.ask(viewer, search), "ordered_at", cursor=cursor, limit=limit)
    return {"items": [queries.described(row, viewer) for row in rows], "next": after}


@router.post("/orders", response=BulkAnswer, summary="Take in up to 500 orders from an ERP; safe to repeat")
def take_in(request: HttpRequest, data: Bulk) -> dict[str, Any]:
    """Each order gets its own result; a rejected one never hurts its neighbours. Needs the scope `orders.import`.

    Sending the same orders again answers `unchanged`. With `updated_at` the later report wins; without it a report
    never moves an order back. A field that is left out or empty never erases what is known.
    """
    viewer = viewer_of(request)
    viewer.require(Perm.ORDERS_IMPORT, data.shop)
    if len(data.orders) > BULK_MOST:
        raise Invalid(
            fields={
                "orders": T(
                    f"一次最多 {BULK_MOST} 张订单，收到 {len(data.orders)} 张",
                    f"At most {BULK_MOST} orders a call, got {len(data.orders)}",
                )
            }
        )
    good, results = drafts_from(data.orders)
    with transaction():
        outcomes = actions.take_in_from_erp(data.shop, [draft for _, draft in good], by=viewer.who, at=clock.now())
    for (index, _), outcome in zip(good, outcomes, strict=True):
        results[index] = outcome
    shown = [
        {
            "index": index,
            "order_no": outcome.order_no,
            "result": outcome.result,
            "id": outcome.order_id,
            "reasons": [reason.say(viewer.language) for reason in outcome.reasons],
        }
        for index, outcome in sorted(results.items())
    ]
    counts = {
        name: sum(row["result"] == name for row in shown)
        for name in ("created", "updated", "unchanged", "stale", "rejected")
    }
    return {**counts, "results": shown}


@router.get("/orders/{int:order_id}", response=OrderOut, summary="One order")
def order(request: HttpRequest, order_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = queries.find(viewer, order_id)
    return {**queries.described(row, viewer), "confirms_at": clock.iso(confirms_at(row))}


@router.get("/orders/{int:order_id}/journal", response=OrderHistory, summary="What happened to an order, latest first")
def history(request: HttpRequest, order_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return {"items": queries.history(queries.find(viewer, order_id), viewer), "next": None}


@router.post("/orders/{int:order_id}/unmask", response=Plain, summary="The plain receiver; writes who, when and why")
def unmask(request: HttpRequest, order_id: int, data: Reason) -> dict[str, str]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, order_id)
        viewer.require(Perm.ORDERS_UNMASK, row.shop_id)
        return actions.unmask(row.pk, reason=data.reason, by=viewer.who, at=clock.now())


@router.post("/orders/{int:order_id}/remark", response=OrderOut, summary="Write remark and flag (红旗备注)")
def remark(request: HttpRequest, order_id: int, data: Remark) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, order_id)
        viewer.require(Perm.ORDERS_REMARK, row.shop_id)
        text = unmask_again(data.text, row.seller_remark)  # she edits what she saw: numbers masked
        actions.remark(row.pk, flag=data.flag, text=text, by=viewer.who, at=clock.now())
    return queries.described(queries.find(viewer, order_id), viewer)


@router.post("/orders/{int:order_id}/fulfilment", response=OrderOut, summary="Printed, packed, shipped or voided")
def fulfil(request: HttpRequest, order_id: int, data: Fulfil) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, order_id)
        viewer.require(Perm.WAREHOUSE_PRINT, row.shop_id)
        actions.set_fulfilment(row.pk, data.to, by=viewer.who, at=clock.now())
    return queries.described(queries.find(viewer, order_id), viewer)
