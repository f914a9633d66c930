"""One row of a file to one OrderDraft with one line, or the list of what is wrong with it. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.kernel.i18n import T
from xiaoer.kernel.sheets import UNCLOSED as UNCLOSED
from xiaoer.orders import cells, rules
from xiaoer.orders.cells import CellError
from xiaoer.orders.drafts import LineDraft, OrderDraft
from xiaoer.orders.kinds import kind_of

_WAYBILL = re.compile(r"^(?:No[:：.]?|运单号[:：]?)\s*", re.I)
_LIMITS = {
    "nick": 100,
    "title": 300,
    "sku": 200,
    "sku_code": 64,
    "waybill": 64,
    "carrier": 40,
    "close_reason": 100,
    "payer": 60,
    "buyer_message": 1000,
    "seller_remark": 1000,
    "receiver_name": 60,
    "receiver_address": 300,
    "sub_no": 40,
}
_MONEY = {
    "goods": "goods_fen",
    "freight": "freight_fen",
    "payable": "payable_fen",
    "paid": "paid_fen",
    "discount": "discount_fen",
    "points": "points_fen",
    "red_packet": "red_packet_fen",
}
_TIMES = ("created_at", "paid_at", "shipped_at", "signed_at", "succeeded_at", "closed_at")
_NO_REASON = ("订单未关闭",)


@dataclass(slots=True)
class BadRow:
    """A row that cannot be taken in, with every reason (so that it is fixed in one go)."""

    row: int
    cells: list[str]
    reasons: list[T]


class RowParser:
    """Knows the mapping of one file; remembers the last good order number for blank cells below it."""

    def __init__(
        self,
        columns: Sequence[str],
        mapping: Mapping[str, str],
        *,
        platform: str = "taobao",
        version: datetime | None = None,
    ) -> None:
        place = {column: index for index, column in enumerate(columns)}
        self.columns = list(columns)
        self.at = {field: place[column] for field, column in mapping.items() if column in place}
        self.heading = dict(mapping)
        self.platform = platform
        self.version = version
        self.per_item = "qty" in self.at or "sub_no" in self.at
        self._previous = ""

    def parse(self, row: int, raw: list[str]) -> OrderDraft | BadRow:
        values = {field: cells.clean(raw[index]) for field, index in self.at.items() if index < len(raw) and raw[index]}
        reasons: list[T] = []
        if any(cells.damaged(value) for value in raw):
            reasons.append(
                T(
                    "有无法识别的字符（文件编码损坏），请从平台重新导出",
                    "Unreadable characters (damaged encoding); export the file again",
                )
            )
        if raw and raw[-1].endswith(UNCLOSED):
            reasons.append(
                T(
                    "这一行有引号没有配对，请补上或删掉多余的引号",
                    "A quotation mark in this row never closes; add or remove one",
                )
            )
            raw = [*raw[:-1], raw[-1].removesuffix(UNCLOSED)]
        if len(raw) > len(self.columns) and any(cell.strip() for cell in raw[len(self.columns) :]):
            reasons.append(
                T(
                    f"这一行有 {len(raw)} 列，表头只有 {len(self.columns)} 列，可能多了逗号或少了引号",
                    f"This row has {len(raw)} cells but the header has {len(self.columns)}; "
                    "a comma too many or a quote missing",
                )
            )
        draft = OrderDraft(order_no=self._order_no(values, reasons), version=self.version, rows=[row])
        self._fill_order(draft, values, reasons)
        line = self._line(values, reasons, row)
        line.status = draft.status
        if line.title or line.sku or line.sku_code or line.qty or line.sub_no:
            draft.lines.append(line)
        if reasons:
            self._previous = draft.order_no if draft.order_no else self._previous
            return BadRow(row, raw, reasons)
        self._previous = draft.order_no
        return draft

    def _order_no(self, values: dict[str, str], reasons: list[T]) -> str:
        text = values.get("order_no", "")
        is_continuation = not (values.get("nick") or values.get("status"))
        if not text and is_continuation and self._previous and (values.get("title") or values.get("sku")):
            return self._previous  # blank cells below an order number: what is left of merged cells in a CSV
        try:
            return cells.order_number(text)
        except CellError as error:
            reasons.append(T(error.zh, error.en))
            return ""

    def _fill_order(self, draft: OrderDraft, values: dict[str, str], reasons: list[T]) -> None:
        for field in ("nick", "carrier", "buyer_message", "seller_remark", "receiver_name", "payer"):
            if field in values:
                setattr(draft, field, values[field][: _LIMITS[field]])
        if "waybill" in values:
            draft.waybill = _WAYBILL.sub("", values["waybill"])[: _LIMITS["waybill"]]
        draft.kind = kind_of(values.get("kind", ""))
        reason = values.get("close_reason", "")
        if reason and reason not in _NO_REASON:
            draft.close_reason = reason[: _LIMITS["close_reason"]]
        self._status(draft, values, reasons)
        for field, attribute in _MONEY.items():
            if field in values:
                setattr(draft, attribute, self._try(reasons, cells.fen, values, field))
        for field in _TIMES:
            if field in values:
                setattr(draft, field, self._try(reasons, cells.moment, values, field))
        if "updated_at" in values:
            draft.version = self._try(reasons, cells.moment, values, "updated_at") or draft.version
        self._receiver(draft, values, reasons)
        if "包邮" in values.get("shipping", "") or "卖家承担" in values.get("shipping", ""):
            draft.free_shipping = True
        if "flag" in values:
            draft.flag = rules.flag_of(values["flag"], platform=self.platform)
            if draft.flag is None:
                reasons.append(
                    T(
                        f"旗帜“{values['flag'][:20]}”不认识，请写颜色：红、黄、绿、蓝、紫、灰、橙、青",
                        f"Flag {values['flag'][:20]!r} is unknown; write a colour: {', '.join(rules.FLAGS)}",
                    )
                )

    def _status(self, draft: OrderDraft, values: dict[str, str], reasons: list[T]) -> None:
        text = values.get("status", "")
        if not text:
            return
        status = rules.status_of(text)
        if status is None:
            reasons.append(
                T(
                    f"订单状态“{text[:40]}”不认识，应为：{rules.STATUS_HELP}",
                    f"Order status {text[:40]!r} is unknown; use one of: {', '.join(rules.Status)}",
                )
            )
            return
        draft.status, draft.status_text = status, text[:60]

    def _receiver(self, draft: OrderDraft, values: dict[str, str], reasons: list[T]) -> None:
        address = values.get("modified_address") or values.get("receiver_address", "")
        region = "".join(values.get(part, "") for part in ("province", "city", "district"))
        if region and not address.replace(" ", "").startswith(region[:4]):
            address = f"{region} {address}"
        draft.receiver_address = address[: _LIMITS["receiver_address"]]
        for field in ("mobile", "phone"):
            if values.get(field) and not draft.receiver_phone:
                draft.receiver_phone = self._try(reasons, _phone, values, field) or ""

    def _line(self, values: dict[str, str], reasons: list[T], row: int) -> LineDraft:
        line = LineDraft(
            title=values.get("title", "")[: _LIMITS["title"]],
            sku=(values.get("modified_sku") or values.get("sku", ""))[: _LIMITS["sku"]],
            sku_code=(values.get("sku_code") or values.get("outer_code", ""))[: _LIMITS["sku_code"]],
            sub_no=self._sub_no(values, reasons),
            summary=not self.per_item,
            row=row,
        )
        quantity_field = "qty" if "qty" in self.at else "total_qty"
        if quantity_field in values:
            line.qty = self._try(reasons, cells.quantity, values, quantity_field)
        if "price" in values:
            line.price_fen = self._try(reasons, cells.fen, values, "price")
        if "line_paid" in values:
            line.paid_fen = self._try(reasons, cells.fen, values, "line_paid")
        elif "line_goods" in values:
            line.paid_fen = self._try(reasons, cells.fen, values, "line_goods")
        line.category = rules.category_of(line.title, values.get("category", ""))
        return line

    def _sub_no(self, values: dict[str, str], reasons: list[T]) -> str:
        text = values.get("sub_no", "")
        if not text:
            return ""
        try:
            return cells.order_number(text)
        except CellError as error:
            reasons.append(
                T(error.zh.replace("订单编号", "子订单编号"), error.en.replace("Order number", "Sub-order number"))
            )
            return ""

    def _try(self, reasons: list[T], read: Callable[..., Any], values: dict[str, str], field: str) -> Any:
        heading = self.heading[field]
        try:
            return read(values[field], what_zh=heading, what_en=heading) if read in _NAMED else read(values[field])
        except CellError as error:
            reasons.append(T(error.zh, error.en))
            return None


def _phone(text: str) -> str:
    return cells.phone(text)


_NAMED = (cells.fen, cells.moment)
