"""Reading an .xlsx export safely: size of what is packed inside, spread of its cells, merged cells filled down.

calamine holds a sheet as one rectangle, so a single far-away cell could ask for gigabytes; both that and zip bombs
are measured on the packed bytes themselves before calamine sees the file.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from xiaoer.kernel.errors import Invalid

MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 150
SMALL = 20 * 1024 * 1024
"""Sheets pack about 10 to 20 times; beyond SMALL, a part that packs MAX_RATIO times is a bomb."""
MAX_ENTRIES = 2_000
MAX_COLUMNS = 256
MAX_ROWS = 300_000
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]{0,80}?r\s*=\s*["']([A-Za-z]{1,4})(\d{1,8})["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^<>]{0,200}?r\s*=\s*["'](\d{1,8})["']""")
_CHUNK = 1 << 18
_OVERLAP = 320


def refuse(zh: str, en: str) -> Invalid:
    return Invalid(zh, en, code="file_unusable")


def check(path: Path) -> None:
    """Refuse a workbook that would not fit into memory or is not a workbook at all."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
                raise refuse("这不是 Excel 工作簿，请上传 .xlsx 或 .csv", "This is not an Excel workbook")
            if len(entries) > MAX_ENTRIES:
                raise refuse("工作簿里的部件太多，拒绝打开", "The workbook has too many parts")
            total = 0
            with path.open("rb") as raw:
                for entry in entries:
                    total += _measure(raw, entry, MAX_UNPACKED - total)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError) as error:
        raise refuse("Excel 文件已损坏，请重新导出", "The Excel file is damaged; export it again") from error


def _measure(raw: Any, entry: zipfile.ZipInfo, budget: int) -> int:
    """Unpack one part, counting bytes and looking at cell addresses, keeping nothing. Declared sizes can lie."""
    raw.seek(entry.header_offset)
    head = raw.read(30)
    if head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(entry.filename)
    name_length, extra_length = struct.unpack("<HH", head[26:30])
    raw.seek(name_length + extra_length, 1)
    is_sheet = entry.filename.startswith("xl/worksheets/")
    unpack = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    if unpack is None and entry.compress_type != zipfile.ZIP_STORED:
        raise refuse("Excel 文件用了不支持的压缩方式，请另存后再传", "Unsupported compression in the Excel file")
    left, size, tail = entry.compress_size, 0, b""
    while left > 0 or (unpack is not None and unpack.unconsumed_tail):
        if unpack is not None and unpack.unconsumed_tail:
            piece = unpack.decompress(unpack.unconsumed_tail, _CHUNK)
        else:
            packed = raw.read(min(_CHUNK, left))
            if not packed:
                raise zipfile.BadZipFile(entry.filename)
            left -= len(packed)
            piece = unpack.decompress(packed, _CHUNK) if unpack is not None else packed
        size += len(piece)
        if size > budget or (size > SMALL and size > MAX_RATIO * (entry.compress_size - left)):
            raise refuse(
                "文件解压后过大（疑似压缩炸弹），请拆成几个文件，或另存为 CSV 上传",
                "The file unpacks to far too much (zip bomb?); split it or save it as CSV",
            )
        if is_sheet:
            tail = _spread(tail + piece)
    return size


def _spread(piece: bytes) -> bytes:
    """Refuse cells far outside any report; returns the end of the piece, where an address may be cut in two."""
    for column, row in _CELL.findall(piece):
        if int(row) > MAX_ROWS or _column_number(column) > MAX_COLUMNS:
            raise refuse(
                f"表格里有单元格在 {column.decode()}{row.decode()}，超过 {MAX_COLUMNS} 列 × {MAX_ROWS} 行，"
                "请删掉多余的列和行，或另存为 CSV",
                f"A cell stands at {column.decode()}{row.decode()}, beyond {MAX_COLUMNS} columns by {MAX_ROWS} rows",
            )
    for row in _ROW.findall(piece):
        if int(row) > MAX_ROWS:
            raise refuse(
                f"表格超过 {MAX_ROWS} 行，请拆成几个文件，或另存为 CSV",
                f"The sheet has more than {MAX_ROWS} rows; split it or save it as CSV",
            )
    return piece[-_OVERLAP:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def rows(path: Path) -> Iterator[tuple[int, list[str], float]]:
    """(line number as Excel shows it, cells as text, share done) of the first visible sheet."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            visible = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
            sheet = book.get_sheet_by_name((visible or book.sheet_names)[0])
            start, end = sheet.start, sheet.end
            if start is None or end is None:
                return
            first_column, height = start[1], end[0] + 1
            covers = _covers(sheet.merged_cell_ranges or [], first_column)
            for index, values in enumerate(sheet.iter_rows()):
                cells = [_text(value) for value in values]
                for top, column, held in covers.get(index, ()):
                    if index == top:
                        held[0] = cells[column] if column < len(cells) else ""
                    elif column < len(cells) and not cells[column]:
                        cells[column] = held[0]
                yield index + 1, cells, (index + 1) / height
    except CalamineError as error:
        raise refuse(
            "Excel 文件打不开（可能加了密码或已损坏），请另存为无密码的 .xlsx 或 .csv",
            "The Excel file cannot be opened (password or damage); save it without a password",
        ) from error


def _covers(
    ranges: list[tuple[tuple[int, int], tuple[int, int]]], first_column: int
) -> dict[int, list[tuple[int, int, list[str]]]]:
    """Row -> merged ranges (合并单元格) that cover it; a range over several rows means its value holds for each."""
    covers: dict[int, list[tuple[int, int, list[str]]]] = {}
    for (top, left), (bottom, _) in ranges:
        if bottom > top and left >= first_column:
            cover = (top, left - first_column, [""])
            for row in range(top, min(bottom, MAX_ROWS) + 1):
                covers.setdefault(row, []).append(cover)
    return covers


def _text(value: Any) -> str:
    """A typed cell as the text a CSV would hold. A number that has outgrown Excel's digits shows it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    if value == int(value):
        return str(int(value)) if abs(value) < 10**15 else f"{value:.14E}"
    return f"{value:.6f}".rstrip("0")
