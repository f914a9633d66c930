"""The file for the tax tool (开票导出) and the file that comes back with numbers (发票号导入)."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from xiaoer.kernel import cells, sheets
from xiaoer.kernel.cells import safe_for_excel
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import BadMoney, parse_yuan, plain_yuan
from xiaoer.kernel.xlsx import new_workbook
from xiaoer.orders.invoice_forms import KINDS, TYPES

FOUND_BY = "FP"
"""Begins our slip number (单据号): FP00000012."""
MOST_ROWS = 5000

EXPORT: tuple[tuple[str, str, int], ...] = (
    ("slip", "单据号", 14),
    ("order_no", "订单编号", 24),
    ("sort", "红蓝", 8),
    ("type", "发票种类", 16),
    ("kind", "抬头类型", 10),
    ("title", "购方名称", 30),
    ("tax_no", "购方税号", 24),
    ("address", "购方地址", 30),
    ("phone", "购方电话", 16),
    ("bank", "购方开户行", 22),
    ("account", "购方银行账号", 24),
    ("email", "购方邮箱", 24),
    ("goods", "商品名称", 36),
    ("sku", "规格型号", 20),
    ("qty", "数量", 8),
    ("fen", "含税金额", 12),
    ("total_fen", "价税合计", 12),
    ("reverses", "原发票号码", 24),
)
IMPORT: dict[str, tuple[str, ...]] = {
    "slip": ("单据号", "单据编号", "流水号", "业务单号", "slip"),
    "order_no": ("订单编号", "订单号", "order_no"),
    "number": ("发票号码", "发票号", "数电票号码", "全电发票号码", "number"),
    "code": ("发票代码", "code"),
    "amount": ("价税合计", "合计金额", "开票金额", "含税合计", "amount"),
    "issuer": ("销方名称", "开票方名称", "销售方名称", "issuer"),
}
_HEADINGS = {sheets.normalise(word): name for name, words in IMPORT.items() for word in words}


@dataclass(slots=True)
class TaxRow:
    """One row of the tax tool's file, as far as it can be read."""

    row: int
    slip: str = ""
    order_no: str = ""
    number: str = ""
    code: str = ""
    amount_fen: int | None = None
    issuer: str = ""
    problems: list[T] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)


def slip_of(pk: int) -> str:
    return f"{FOUND_BY}{pk:08d}"


def export_lines(row: Any, content: Sequence[dict[str, Any]], amount: int) -> list[dict[str, Any]]:
    """One line a kind of goods; the head of the invoice is repeated, as tax tools want it."""
    head = {
        "slip": slip_of(row.pk),
        "order_no": row.order.order_no,
        "sort": "红字" if row.sort == "red" else "蓝字",
        "type": TYPES[row.type].zh,
        "kind": KINDS[row.kind].zh,
        "title": row.title,
        "tax_no": row.tax_no,
        "email": row.email if row.delivery == "email" else "",
        "total_fen": amount,
        "reverses": row.reverses.number if row.reverses is not None else "",
        **{name: row.company.get(name, "") for name in ("address", "phone", "bank", "account")},
    }
    return [{**head, "goods": one["title"], "sku": one["sku"], "qty": one["qty"], "fen": one["fen"]} for one in content]


def as_csv(lines: Sequence[dict[str, Any]]) -> bytes:
    """UTF-8 with BOM; long numbers and formulas are kept as text."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([heading for _, heading, _ in EXPORT])
    for line in lines:
        writer.writerow(
            [
                plain_yuan(line[name]) if name.endswith("fen") else safe_for_excel(str(line[name]))
                for name, _, _ in EXPORT
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Sequence[dict[str, Any]]) -> bytes:
    out = BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet("开票")
    head = book.add_format({"bold": True, "bg_color": "#F2F3F5", "border": 1})
    for column, (_, heading, width) in enumerate(EXPORT):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    sheet.freeze_panes(1, 0)
    for number, line in enumerate(lines, start=1):
        for column, (name, _, _) in enumerate(EXPORT):
            if name.endswith("fen"):
                sheet.write_string(number, column, plain_yuan(line[name]))
            elif name == "qty":
                sheet.write_number(number, column, int(line[name]))
            else:
                sheet.write_string(number, column, str(line[name]))
    book.close()
    return out.getvalue()


def _known(headings: Sequence[str]) -> int:
    return sum(sheets.normalise(heading) in _HEADINGS for heading in headings)


def read_numbers(path: Path, filename: str) -> tuple[list[str], list[TaxRow]]:
    """The file's columns and its rows; several rows of one invoice (one a kind of goods) become one."""
    facts = sheets.inspect(path, filename, _known)
    places = {
        _HEADINGS[name]: place
        for place, one in enumerate(facts.columns)
        if (name := sheets.normalise(one)) in _HEADINGS
    }
    if "number" not in places or not {"slip", "order_no"} & set(places):
        raise sheets.refuse(
            "文件要有“发票号码”列，以及“单据号”或“订单编号”列", "The file needs 发票号码 and 单据号 or 订单编号"
        )
    found: dict[tuple[str, str, str], TaxRow] = {}
    for number, raw, _ in sheets.rows(facts):
        one = _read(number, raw, places)
        key = (one.slip or one.order_no, one.code, one.number)
        if key not in found:
            found[key] = one
        if len(found) > MOST_ROWS:
            raise sheets.refuse(f"一次最多 {MOST_ROWS} 张，请拆开", f"At most {MOST_ROWS} at once; split the file")
    return facts.columns, list(found.values())


def _read(number: int, raw: Sequence[str], places: dict[str, int]) -> TaxRow:
    values = {name: cells.clean(raw[place]) if place < len(raw) else "" for name, place in places.items()}
    one = TaxRow(number, raw=list(raw))
    for name in ("slip", "order_no", "number", "code", "issuer"):
        setattr(one, name, values.get(name, "")[:100])
    if not one.number:
        one.problems.append(T("没有发票号码", "The invoice number is missing"))
    elif cells.SCIENTIFIC.match(one.number):
        one.problems.append(
            T(f"发票号码「{one.number}」是科学计数法，请把该列设为文本", f"{one.number!r} is in scientific notation")
        )
    elif not (one.number.isascii() and one.number.isalnum() and 6 <= len(one.number) <= 24):
        one.problems.append(
            T(f"发票号码「{one.number}」应为 6～24 位数字或字母", f"{one.number!r}: 6 to 24 digits or letters")
        )
    try:
        one.amount_fen = parse_yuan(values["amount"], negative=True) if values.get("amount") else None
    except BadMoney as error:
        one.problems.append(error.text)
    return one
