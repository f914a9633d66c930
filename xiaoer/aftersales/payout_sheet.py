"""The payout file (打款文件) that goes to the bank or to Alipay, and comes back filled in: XLSX or CSV."""

import csv
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO, StringIO

from xiaoer.aftersales.finance_to import Payee
from xiaoer.aftersales.kinds import KINDS
from xiaoer.aftersales.models import Payable, PayoutBatch
from xiaoer.aftersales.reasons import CHANNELS
from xiaoer.kernel.cells import safe_for_excel
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import plain_yuan
from xiaoer.kernel.xlsx import new_workbook

COLUMNS: tuple[tuple[T, int], ...] = (
    (T("打款单号", "Payout number"), 22),
    (T("金额", "Amount"), 12),
    (T("收款人", "Payee"), 22),
    (T("订单号", "Order"), 24),
    (T("售后单号", "Case"), 20),
    (T("类型", "Kind"), 12),
    (T("渠道", "Channel"), 16),
    (T("收款账号", "Account"), 26),
    (T("开户行", "Bank"), 20),
    (T("状态", "State"), 10),
    (T("流水号", "Reference"), 26),
    (T("失败原因", "Why it failed"), 26),
)
"""The last three are for the bank: the same file comes back as the result."""


def cells(batch: PayoutBatch, row: Payable, to: Payee, language: str) -> list[str]:
    return [
        row.payout_no,
        plain_yuan(row.amount_fen),
        to.name,
        row.order.order_no,
        row.number,
        KINDS[row.flow].flow.label.say(language),
        CHANNELS[batch.channel].say(language),
        to.account,
        to.bank,
        "",
        "",
        "",
    ]


def as_csv(batch: PayoutBatch, rows: Sequence[tuple[Payable, Payee]], language: str) -> bytes:
    out = StringIO()
    sheet = csv.writer(out)
    sheet.writerow([heading.say(language) for heading, _ in COLUMNS])
    for row, payee in rows:
        sheet.writerow([safe_for_excel(one) for one in cells(batch, row, payee, language)])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(batch: PayoutBatch, rows: Sequence[tuple[Payable, Payee]], language: str) -> bytes:
    out = BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet(batch.number)
    head = book.add_format({"bold": True, "bg_color": "#F2F3F5", "border": 1})
    money = book.add_format({"num_format": "0.00"})
    for column, (heading, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading.say(language), head)
    sheet.freeze_panes(1, 1)
    for number, (row, payee) in enumerate(rows, start=1):
        for column, text in enumerate(cells(batch, row, payee, language)):
            if column == 1:
                sheet.write_number(number, column, Decimal(text), money)
            else:
                sheet.write_string(number, column, text if column in (3, 7) else safe_for_excel(text))
    book.close()
    return out.getvalue()
