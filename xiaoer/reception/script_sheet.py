"""Scripts as a sheet (话术导入导出): the columns, reading XLSX and CSV, writing XLSX, and the rejected rows."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.xlsx import new_workbook, safe_text

COLUMNS: dict[str, T] = {
    "title": T("标题", "Title"),
    "text": T("内容", "Text"),
    "category": T("分类", "Category"),
    "shortcut": T("快捷码", "Shortcut"),
    "tags": T("标签", "Tags"),
    "scope": T("范围", "Scope"),
    "platforms": T("平台", "Platforms"),
    "style": T("风格", "Style"),
    "variant": T("变体组", "Variant"),
    "step": T("流程步骤", "Guide step"),
    "valid_from": T("生效日期", "From"),
    "valid_until": T("失效日期", "Until"),
    "origin": T("来源", "Origin"),
    "used": T("使用次数", "Used"),
}
LISTS = ("tags", "platforms")
WIDTHS = (22, 70, 12, 10, 18, 10, 18, 10, 14, 12, 12, 12, 20, 10)
MAX_BYTES = 4 * 1024 * 1024
MAX_ROWS = 3000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_WRONG = T("退回原因", "Why rejected")


def _plain(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in _DANGEROUS else text


def heading_of(cell: str) -> str | None:
    """The column a heading names, in either language; None for one we do not know."""
    bare = cell.strip().lower().removeprefix("\ufeff")
    return next((name for name, text in COLUMNS.items() if bare in (name, text.zh, text.en.lower())), None)


def write(rows: Iterable[Mapping[str, Any]], language: str) -> bytes:
    """The workbook of some scripts; it can be read in again as it is."""
    out = BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet(T("话术", "Scripts").say(language))
    head = book.add_format({"bold": True, "bg_color": "#F2F3F5", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (text, width) in enumerate(zip(COLUMNS.values(), WIDTHS, strict=True)):
        sheet.set_column(column, column, width, wrap)
        sheet.write_string(0, column, text.say(language), head)
    sheet.freeze_panes(1, 1)
    for number, row in enumerate(rows, start=1):
        for column, name in enumerate(COLUMNS):
            value = row.get(name)
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, safe_text(_said(value)))
    book.close()
    return out.getvalue()


def _said(value: Any) -> str:
    if value is None:
        return ""
    return "、".join(str(one) for one in value) if isinstance(value, list) else str(value)


def read(data: bytes, filename: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The headings as they stand and the rows by column name, each with its number in the file."""
    if len(data) > MAX_BYTES:
        raise Invalid(
            f"文件有 {len(data) // 1024} KB，上限 {MAX_BYTES // 1024} KB，请拆开",
            f"The file has {len(data) // 1024} KB; the limit is {MAX_BYTES // 1024} KB",
            code="file_unusable",
        )
    cells = _xlsx(data) if data[:2] == b"PK" else _csv(data)
    filled = [(number, row) for number, row in enumerate(cells, start=1) if any(cell.strip() for cell in row)]
    if not filled:
        raise Invalid("文件是空的", "The file is empty", code="file_unusable")
    heads = [heading_of(cell) for cell in filled[0][1]]
    if "title" not in heads or "text" not in heads:
        raise Invalid(
            f"第 {filled[0][0]} 行应是表头，至少要有「标题」和「内容」两列；可先导出一份做模板",
            "The first row must hold the headings, at least Title and Text; export once for a template",
            code="file_unusable",
        )
    if len(filled) - 1 > MAX_ROWS:
        raise Invalid(
            f"最多 {MAX_ROWS} 行，现在 {len(filled) - 1} 行", f"At most {MAX_ROWS} rows", code="file_unusable"
        )
    rows = []
    for number, row in filled[1:]:
        values = {name: _plain(cell.strip()) for name, cell in zip(heads, row, strict=False) if name is not None}
        rows.append((number, values))
    return filled[0][1], rows


def _xlsx(data: bytes) -> list[list[str]]:
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            sheet = book.get_sheet_by_index(0)
            if sheet.total_height > MAX_ROWS * 4 or sheet.total_width > 200:
                raise Invalid(f"表格太大，最多 {MAX_ROWS} 行", f"At most {MAX_ROWS} rows", code="file_unusable")
            return [[_cell(value) for value in row] for row in sheet.iter_rows()]
    except CalamineError as error:
        raise Invalid(
            "Excel 文件打不开（可能加了密码或已损坏），请另存为 .xlsx 或 .csv",
            "The Excel file cannot be opened; save it again as .xlsx or .csv",
            code="file_unusable",
        ) from error


def _cell(value: Any) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    return str(value)


def _csv(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Invalid("文件不是 UTF-8 或 GBK 文本", "The file is neither UTF-8 nor GBK text", code="file_unusable")
    if "\x00" in text:
        raise Invalid("这不是表格文件，请上传 .xlsx 或 .csv", "Upload an .xlsx or .csv file", code="file_unusable")
    first = text.partition("\n")[0]
    mark = max(",\t;", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))


def rejects(heads: Sequence[str], rows: Iterable[tuple[int, Mapping[str, str], str]], language: str) -> str:
    """The rejected rows as CSV: why, the line, and what stood there, to be mended and sent again."""
    out = io.StringIO()
    writer = csv.writer(out)
    known = [(heading_of(cell), cell) for cell in heads]
    writer.writerow([_WRONG.say(language), T("行号", "Row").say(language), *(cell for name, cell in known if name)])
    for number, values, why in rows:
        writer.writerow([safe_text(why), number, *(safe_text(values.get(name, "")) for name, _ in known if name)])
    return "\ufeff" + out.getvalue()
