"""The after-sales register (售后退换货登记表) as a workbook: a saved view of cases, never a second table of facts."""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from xiaoer.aftersales import showing
from xiaoer.aftersales.models import CaseRow, GoodsBackRow
from xiaoer.aftersales.naming import actor_names
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import plain_yuan
from xiaoer.kernel.xlsx import new_workbook, safe_text

HEADINGS = (
    T("日期", "Date"),
    T("旺旺ID", "Buyer"),
    T("订单号", "Order"),
    T("商品", "Goods"),
    T("原因", "Reason"),
    T("退货单号", "Return waybill"),
    T("收货情况", "Received"),
    T("应退", "Granted"),
    T("已退", "Paid"),
    T("经办人", "Handled by"),
    T("售后单号", "Case"),
    T("类型", "Kind"),
    T("状态", "State"),
)
WIDTHS = (12, 16, 22, 36, 18, 18, 20, 10, 10, 12, 20, 10, 14)


def register(found: Iterable[tuple[str, CaseRow]], language: str, zone: str) -> bytes:
    """The workbook of the given cases."""
    pairs = list(found)
    shown = showing.rows(pairs, language)
    told = actor_names([row.decided_by or row.opened_by for _, row in pairs], language)
    out = BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet(T("售后退换货登记表", "After-sales register").say(language)[:31])
    head = book.add_format({"bold": True, "bg_color": "#F2F3F5", "border": 1})
    money = book.add_format({"num_format": "0.00"})
    for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading.say(language), head)
    sheet.freeze_panes(1, 0)
    for number, ((_, row), cells) in enumerate(zip(pairs, shown, strict=True), start=1):
        who = told.get(row.decided_by or row.opened_by, "")
        for column, value in enumerate(_cells(row, cells, who, language, zone)):
            if isinstance(value, int):
                sheet.write_number(number, column, Decimal(plain_yuan(value)), money)
            else:
                sheet.write_string(number, column, safe_text(value))
    sheet.autofilter(0, 0, max(len(pairs), 1), len(HEADINGS) - 1)
    book.close()
    return out.getvalue()


def _cells(row: CaseRow, shown: dict[str, Any], who: str, language: str, zone: str) -> tuple[str | int, ...]:
    """One row; whole numbers are fen and are written as yuan."""
    goods = "；".join(f"{one['title']} {one['sku']} ×{one['qty']}".replace("  ", " ") for one in shown["lines"])
    return (
        f"{row.opened_at.astimezone(ZoneInfo(zone)):%Y-%m-%d}",
        shown["customer"]["nick"],
        shown["order"]["order_no"],
        goods,
        shown["reason_label"],
        shown["waybill"],
        _receipt(row, shown, language),
        int(row.granted_fen or 0),
        int(shown["executed_fen"]),
        who,
        row.number,
        shown["flow_label"],
        shown["state_label"],
    )


def _receipt(row: CaseRow, shown: dict[str, Any], language: str) -> str:
    if not isinstance(row, GoodsBackRow) or row.received_at is None:
        return ""
    got = sum(one["received"] or 0 for one in shown["lines"])
    broken = sum(one["damaged"] for one in shown["lines"])
    asked = sum(one["qty"] for one in shown["lines"])
    return T(f"申请 {asked} 实收 {got} 破损 {broken}", f"asked {asked}, received {got}, damaged {broken}").say(language)
