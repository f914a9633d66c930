"""银行转账明细表 as a workbook: one row a transfer, its signatures, and empty places for the ones still to be signed."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.cells import safe_for_excel
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import plain_yuan
from xiaoer.kernel.xlsx import new_workbook

HEADINGS: tuple[tuple[T, int], ...] = (
    (T("登记日期", "Registered"), 16),
    (T("旺旺ID", "Buyer"), 16),
    (T("订单编号", "Order"), 24),
    (T("付款户名", "Payer"), 16),
    (T("付款银行", "Bank"), 16),
    (T("应付金额", "Due"), 12),
    (T("到账金额", "Arrived"), 12),
    (T("到账时间", "Arrived at"), 18),
    (T("银行流水号", "Reference"), 24),
    (T("核对", "Compared"), 22),
    (T("状态", "State"), 14),
    (T("登记人签字", "Registered by"), 14),
    (T("主管授权签字", "Permitted by"), 14),
    (T("财务收款签字", "Received by"), 14),
    (T("跟单完成签字", "Closed by"), 14),
    (T("备注", "Note"), 30),
)


def register(rows: Sequence[dict[str, Any]], language: str) -> bytes:
    out = BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet(T("银行转账明细表", "Bank transfers").say(language)[:31])
    head = book.add_format({"bold": True, "bg_color": "#F2F3F5", "border": 1, "text_wrap": True})
    cell = book.add_format({"border": 1, "valign": "vcenter"})
    money = book.add_format({"num_format": "0.00", "border": 1})
    for column, (heading, width) in enumerate(HEADINGS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading.say(language), head)
    sheet.freeze_panes(1, 3)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(_cells(row)):
            if isinstance(value, int):
                sheet.write_number(number, column, Decimal(plain_yuan(value)), money)
            else:
                sheet.write_string(number, column, safe_for_excel(value) if column != 2 else value, cell)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return out.getvalue()


def _cells(row: dict[str, Any]) -> tuple[str | int, ...]:
    """Whole numbers are fen and are written as yuan; a signature not given yet stays empty to be signed on paper."""
    signed = {one["what"]: one for one in row["signatures"]}
    arrivals = row["arrivals"]
    return (
        _local(signed["registered"]["at"]),
        row["customer"]["nick"],
        row["order"]["order_no"],
        row["payer"],
        row["bank"],
        int(row["amount_fen"]),
        int(row["received_fen"]),
        _local(arrivals[-1]["arrived_at"]) if arrivals else "",
        " ".join(one["reference"] for one in arrivals),
        row["compared"],
        row["state_label"],
        *(_signed(signed[name]) for name in ("registered", "permitted", "received", "closed")),
        row["note"],
    )


def _signed(one: dict[str, Any]) -> str:
    return f"{one['by']} {_local(one['at'])[5:]}".strip() if one["at"] else ""


def _local(at: str | None) -> str:
    return f"{datetime.fromisoformat(at).astimezone(BEIJING):%Y-%m-%d %H:%M}" if at else ""
