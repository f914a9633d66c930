"""Orders and imports as people see them: masked, labelled in the viewer's language."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from xiaoer.customers.queries import mask_address, mask_name, mask_phone, mask_text
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.i18n import T
from xiaoer.orders import cells, headings, reading
from xiaoer.orders.models import Order, OrderImport, OrderLine
from xiaoer.orders.parsing import BadRow, RowParser
from xiaoer.orders.rules import FULFILMENT_NAMES, STATUS_NAMES, Fulfilment, Status

PREVIEW_ROWS = 20
_MASKS = {
    "receiver_name": mask_name,
    "receiver_address": mask_address,
    "modified_address": mask_address,
    "mobile": mask_phone,
    "phone": mask_phone,
}


PAID_WITH = ("points_fen", "red_packet_fen")
_MONEY = (
    "goods_fen",
    "freight_fen",
    "payable_fen",
    "paid_fen",
    "discount_fen",
    "refunded_fen",
    "free_shipping",
    *PAID_WITH,
)
_TIMES = (
    *("ordered_at", "created_at", "paid_at", "shipped_at", "signed_at"),
    *("succeeded_at", "closed_at", "remarked_at", "changed_at"),
)


def described(row: Order, viewer: Viewer) -> dict[str, Any]:
    """An order as the API shows it. The plain receiver only comes from `unmask`."""
    language = viewer.language
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "order_no": row.order_no,
        "kind": row.kind,
        "customer": {"id": row.customer_id, "nick": row.customer.nick, "vip": row.customer.vip},
        "status": row.status,
        "status_label": STATUS_NAMES[Status(row.status)].say(language),
        "status_text": row.status_text,
        "fulfilment": row.fulfilment,
        "fulfilment_label": FULFILMENT_NAMES[Fulfilment(row.fulfilment)].say(language),
        "hold": row.hold,
        **{name: getattr(row, name) for name in _MONEY},
        "receiver_name": mask_name(row.receiver_name),
        "receiver_phone": mask_phone(row.receiver_phone),
        "receiver_address": mask_address(row.receiver_address),
        "phone_tail": row.phone_tail,
        **{name: iso(getattr(row, name)) for name in _TIMES},
        "close_reason": row.close_reason,
        "payer": mask_name(row.payer),
        "waybill": row.waybill,
        "carrier": row.carrier,
        "buyer_message": mask_text(row.buyer_message),
        "seller_remark": mask_text(row.seller_remark),
        "flag": row.flag,
        "source": row.source,
        "lines": [described_line(line) for line in sorted(row.lines.all(), key=lambda x: (x.line_no, x.pk))],
        "may": [
            perm
            for perm in (Perm.ORDERS_REMARK, Perm.ORDERS_UNMASK, Perm.WAREHOUSE_PRINT, Perm.AFTERSALES_OPEN)
            if viewer.may(perm, row.shop_id)
        ],
    }


def described_line(line: OrderLine) -> dict[str, Any]:
    return {
        "id": line.pk,
        "line_no": line.line_no,
        "sub_no": line.sub_no,
        "title": line.title,
        "sku": line.sku,
        "sku_code": line.sku_code,
        "qty": line.qty,
        "refunded_qty": line.refunded_qty,
        "price_fen": line.price_fen,
        "paid_fen": line.paid_fen,
        "category": line.category,
        "status": line.status,
        "summary": line.summary,
    }


def shown_import(row: OrderImport, *, stalled: bool = False) -> dict[str, Any]:
    """An import's progress as the API shows it."""
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "filename": row.filename,
        "size": row.size,
        "encoding": row.encoding,
        "state": row.state,
        "stalled": stalled,
        "columns": row.columns,
        "mapping": row.mapping,
        "rows": row.rows,
        "done": row.rows,
        "percent": row.done_permille / 10,
        "created": row.created,
        "updated": row.updated,
        "unchanged": row.unchanged,
        "stale": row.stale,
        "rejected": row.rejected,
        "problem": row.problem,
        "by": row.by_name or row.by,
        "at": iso(row.at),
        "started_at": iso(row.started_at),
        "finished_at": iso(row.finished_at),
    }


def preview(facts: reading.FileFacts, mapping: Mapping[str, str], *, platform: str, language: str) -> dict[str, Any]:
    """The first rows as they would be taken in, with what is wrong with each; and what is odd about the file."""
    parser = RowParser(facts.columns, mapping, platform=platform, version=facts.version)
    shown, rounded = [], 0
    for number, raw, _ in islice(reading.rows(facts), PREVIEW_ROWS):
        item = parser.parse(number, list(raw))
        cells_of = _cells(parser, raw)
        if isinstance(item, BadRow):
            reasons = [reason.say(language) for reason in item.reasons]
            shown.append({"row": number, "problems": reasons, "order": None, "cells": cells_of})
            continue
        rounded += cells.looks_rounded(item.order_no)
        line = item.lines[0] if item.lines else None
        shown.append(
            {
                "row": number,
                "problems": [],
                "cells": cells_of,
                "order": {
                    "order_no": item.order_no,
                    "nick": item.nick,
                    "status": item.status,
                    "payable_fen": item.payable_fen,
                    "paid_fen": item.paid_fen,
                    "receiver_name": mask_name(item.receiver_name),
                    "receiver_phone": mask_phone(item.receiver_phone),
                    "created_at": iso(item.created_at),
                    "waybill": item.waybill,
                    "title": line.title if line else "",
                    "sku": line.sku if line else "",
                    "qty": line.qty if line else None,
                },
            }
        )
    return {"preview": shown, "problems": [text.say(language) for text in _oddities(facts, mapping, shown, rounded)]}


def _cells(parser: RowParser, raw: Sequence[str]) -> dict[str, str]:
    """What stands in the row by field, private values masked: shows a rejected row beside its problems."""
    found = {}
    for field, index in parser.at.items():
        text = cells.clean(raw[index])[:60] if index < len(raw) and raw[index] else ""
        if text:
            found[field] = _MASKS.get(field, mask_text)(text)
    return found


def _oddities(facts: reading.FileFacts, mapping: Mapping[str, str], shown: list[Any], rounded: int) -> list[T]:
    out = [
        T(f"{field}：{zh}", f"{field}: {en}")
        for field, (zh, en) in headings.check(dict(mapping), facts.columns).items()
    ]
    if not shown:
        out.append(T("表头下面没有数据", "There are no rows below the header"))
    if rounded > max(2, len(shown) // 4):
        out.append(
            T(
                "很多订单编号以 0 结尾，像被 Excel 四舍五入过；请用平台原始导出文件，不要用 Excel 另存",
                "Many order numbers end in zeros, as if rounded by Excel; use the platform's original file",
            )
        )
    if "nick" not in mapping:
        out.append(
            T(
                "没有“买家会员名”列：只能给已有订单补充宝贝明细",
                "No buyer nick column: rows can only add items to orders already known",
            )
        )
    return out


def samples(facts: reading.FileFacts, mapping: Mapping[str, str]) -> dict[str, list[str]]:
    """Up to three values per column, private ones masked: helps to map a column by looking at it."""
    masks = {column: _MASKS[field] for field, column in mapping.items() if field in _MASKS}
    out: dict[str, list[str]] = {column: [] for column in facts.columns}
    for _, raw, _ in islice(reading.rows(facts), PREVIEW_ROWS):
        for column, value in zip(facts.columns, raw, strict=False):
            text = cells.clean(value)[:60]
            if text and len(out[column]) < 3:
                hide = masks.get(column)
                if hide is None and ("地址" in column or "姓名" in column or "电话" in column or "手机" in column):
                    hide = mask_address
                out[column].append(hide(text) if hide else mask_text(text))
    return out
