"""What an ERP sends: one order with its lines, checked one by one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from xiaoer.kernel.i18n import T
from xiaoer.orders import cells, rules
from xiaoer.orders.actions.taking_in import Outcome
from xiaoer.orders.cells import CHINA, CellError
from xiaoer.orders.drafts import LineDraft, OrderDraft
from xiaoer.orders.kinds import kind_of

BULK_MOST = 500
_MONEY = ("goods_fen", "freight_fen", "payable_fen", "paid_fen", "discount_fen", "points_fen", "red_packet_fen")
_TIMES = ("created_at", "paid_at", "shipped_at", "signed_at", "succeeded_at", "closed_at")
_TEXTS = {
    "nick": 100,
    "receiver_name": 60,
    "receiver_address": 300,
    "waybill": 64,
    "carrier": 40,
    "buyer_message": 1000,
    "seller_remark": 1000,
    "close_reason": 100,
    "payer": 60,
}


class BulkLine(BaseModel):
    """One item. `sub_no` (子订单编号) is the best key; without it title, SKU and code tell items apart."""

    model_config = ConfigDict(extra="forbid")
    sub_no: str = ""
    title: str = Field("", examples=["圈圈家秋冬新款法式针织连衣裙"])
    sku: str = Field("", examples=["颜色分类:黑色;尺码:M"])
    sku_code: str = ""
    qty: Any = 1
    price_fen: Any = None
    paid_fen: Any = Field(None, description="What the buyer paid for this item; left out: split by price")
    category: str = ""
    status: str = ""


class BulkOrder(BaseModel):
    """One order. Money in integer fen; a time without an offset is Beijing time; a blank never erases."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "order_no": "1930679858170647890",
                    "nick": "幸福蔓延1627",
                    "status": "买家已付款，等待卖家发货",
                    "payable_fen": 15980,
                    "freight_fen": 0,
                    "paid_fen": 15980,
                    "updated_at": "2026-11-11T10:00:00+08:00",
                    "receiver_name": "马慧",
                    "receiver_phone": "18600000065",
                    "receiver_address": "吉林省 通化市 柳河县 柳河镇 1 号",
                    "lines": [{"title": "法式针织连衣裙", "sku": "颜色分类:黑色;尺码:M", "qty": 1, "price_fen": 15980}],
                }
            ]
        },
    )
    order_no: Any = Field(description="订单编号; send it as text", examples=["1930679858170647890"])
    nick: str = Field("", description="买家会员名")
    kind: str = Field("", description="normal, cod (货到付款), presale (预售), or the platform's words")
    status: str = Field("", description="waiting_payment, paid, shipped, succeeded, closed, or the platform's words")
    goods_fen: Any = None
    freight_fen: Any = None
    payable_fen: Any = None
    paid_fen: Any = None
    discount_fen: Any = None
    points_fen: Any = Field(None, description="Part of the payment made in points, in fen")
    red_packet_fen: Any = Field(None, description="Part of the payment made by red packet, in fen")
    payer: str = Field("", description="代付人: who paid, when it was not the buyer")
    free_shipping: bool | None = None
    receiver_name: str = ""
    receiver_phone: str = ""
    receiver_address: str = ""
    created_at: Any = None
    paid_at: Any = None
    shipped_at: Any = None
    signed_at: Any = None
    succeeded_at: Any = None
    closed_at: Any = None
    close_reason: str = ""
    waybill: str = ""
    carrier: str = ""
    buyer_message: str = ""
    seller_remark: str = ""
    flag: str = Field("", description="red, yellow, green, blue, purple, grey, orange, cyan; never a number")
    updated_at: Any = Field(None, description="When the platform last changed the order: the later report wins")
    lines: list[BulkLine] = Field(default_factory=list, max_length=200)


def drafts_from(orders: list[BulkOrder]) -> tuple[list[tuple[int, OrderDraft]], dict[int, Outcome]]:
    """(index, draft) of the usable orders, and a rejection by index for the others."""
    good: list[tuple[int, OrderDraft]] = []
    rejected: dict[int, Outcome] = {}
    seen: set[str] = set()
    for index, order in enumerate(orders):
        draft, reasons = _draft(order)
        if draft.order_no in seen:
            reasons.append(T("同一次调用里这个订单号出现了两次", "This order number stands twice in one call"))
        if reasons:
            rejected[index] = Outcome(draft.order_no or str(order.order_no)[:40], "rejected", None, reasons)
        else:
            seen.add(draft.order_no)
            good.append((index, draft))
    return good, rejected


def _draft(order: BulkOrder) -> tuple[OrderDraft, list[T]]:
    reasons: list[T] = []
    number = order.order_no if isinstance(order.order_no, (str, int)) and not isinstance(order.order_no, bool) else ""
    draft = OrderDraft(order_no=_read(reasons, cells.order_number, str(number)) or "")
    for name, limit in _TEXTS.items():
        setattr(draft, name, cells.free_text(getattr(order, name), limit))
    draft.kind = "normal" if order.kind == "normal" else kind_of(order.kind)
    if order.status:
        status = rules.status_of(order.status)
        if status is None:
            reasons.append(T(f"订单状态“{order.status[:40]}”不认识", f"Order status {order.status[:40]!r} is unknown"))
        else:
            draft.status, draft.status_text = status, order.status[:60]
    for name in _MONEY:
        setattr(draft, name, _fen(reasons, name, getattr(order, name)))
    for name in _TIMES:
        setattr(draft, name, _moment(reasons, name, getattr(order, name)))
    draft.version = _moment(reasons, "updated_at", order.updated_at)
    draft.receiver_phone = _read(reasons, cells.phone, order.receiver_phone) or ""
    draft.free_shipping = order.free_shipping
    draft.flag = rules.flag_of(order.flag)
    if draft.flag is None:
        reasons.append(
            T(f"旗帜“{order.flag[:20]}”不认识，请写颜色名", f"Flag {order.flag[:20]!r} is unknown; write a colour")
        )
    draft.lines = [_line(reasons, place, line) for place, line in enumerate(order.lines)]
    draft.settle()
    return draft, reasons


def _line(reasons: list[T], place: int, line: BulkLine) -> LineDraft:
    where = f"lines[{place}]."
    status = rules.status_of(line.status) if line.status else ""
    if status is None:
        reasons.append(T(f"{where}status “{line.status[:40]}”不认识", f"{where}status {line.status[:40]!r} is unknown"))
    title = cells.free_text(line.title, 300)
    draft = LineDraft(
        title=title,
        sku=cells.free_text(line.sku, 200),
        sku_code=cells.free_text(line.sku_code, 64),
        sub_no=cells.free_text(line.sub_no, 40),
        price_fen=_fen(reasons, where + "price_fen", line.price_fen),
        paid_fen=_fen(reasons, where + "paid_fen", line.paid_fen),
        status=status or "",
        category=rules.category_of(title, line.category),
        row=place,
    )
    if isinstance(line.qty, int) and not isinstance(line.qty, bool) and 1 <= line.qty <= 99_999:
        draft.qty = line.qty
    else:
        reasons.append(T(f"{where}qty 应为 1～99999 的整数", f"{where}qty must be a whole number from 1 to 99,999"))
    return draft


def _read(reasons: list[T], read: Callable[[str], str], text: str) -> str | None:
    try:
        return read(text)
    except CellError as error:
        reasons.append(T(error.zh, error.en))
        return None


def _fen(reasons: list[T], name: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**12:
        return value
    reasons.append(
        T(
            f"{name} 应为整数分（1 元 = 100），收到 {str(value)[:20]}",
            f"{name} must be integer fen (1 yuan = 100), got {str(value)[:20]}",
        )
    )
    return None


def _moment(reasons: list[T], name: str, value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=CHINA)
    try:
        return cells.moment(str(value), what_zh=name, what_en=name)
    except CellError as error:
        reasons.append(T(error.zh, error.en))
        return None
