"""Opening a report (CSV or XLSX): what it is, how it is encoded, and its rows one by one.

CSV is streamed: memory does not grow with the file. A quote that never closes costs one row, not the rest.
"""

import codecs
import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from xiaoer.kernel import cells, workbook
from xiaoer.kernel.workbook import refuse

UNCLOSED = "\ufff9"
"""How the reader marks a row whose quotation mark never closes."""
Known = Callable[[Sequence[str]], int]
"""How many of these cells are headings one knows: finds the header row, and what separates columns."""
REJECT_COLUMNS = ("行号", "原因")
"""What we add to the file of rejected rows; ignored when that file comes back."""

MAX_BYTES = 50 * 1024 * 1024
EXTENSIONS = (".csv", ".txt", ".xlsx")
HEADER_WITHIN = 15
"""The header row stands within the first rows: some tools put a title or a notice above it."""
_UNIT = re.compile(r"[(\[【（].*?[)\]】）]")
_QUOTED_LINES = 60
_QUOTED_CHARS = 64 * 1024
_LONGEST_LINE = 1 << 20
_EXPORT_TIME = re.compile(r"(20\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?!\d)")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What we know of a file before reading its rows. `skip` = lines up to and with the header."""

    path: Path
    kind: str
    encoding: str
    delimiter: str
    size: int
    columns: list[str]
    header_row: int
    version: datetime | None

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.columns)


def inspect(path: Path, filename: str, known: Known) -> FileFacts:
    """Look at the file's content, whatever its name claims; refuse what has no columns one knows."""
    size = path.stat().st_size
    suffix = Path(filename).suffix.lower()
    if suffix not in EXTENSIONS:
        raise refuse(
            f"只收 {'、'.join(EXTENSIONS)} 文件，收到的是“{suffix or filename[:40]}”",
            f"Only {', '.join(EXTENSIONS)} files are taken, not {suffix or filename[:40]!r}",
        )
    if size == 0:
        raise refuse("文件是空的", "The file is empty")
    if size > MAX_BYTES:
        raise refuse(
            f"文件有 {size // 1048576} MB，上限 {MAX_BYTES // 1048576} MB，请分段导出",
            f"The file has {size // 1048576} MB, the limit is {MAX_BYTES // 1048576} MB; export it in parts",
        )
    with path.open("rb") as raw:
        head = raw.read(4096)
    version = export_time(filename)
    if head.startswith(b"PK"):
        workbook.check(path)
        header_row, columns = _header(((number, row) for number, row, _ in workbook.rows(path)), known)
        return FileFacts(path, "xlsx", "", "", size, columns, header_row, version)
    if suffix == ".xlsx":
        raise refuse(
            "扩展名是 .xlsx，但内容不是 Excel 工作簿；老式 .xls 请另存为 .xlsx 或 .csv",
            "Named .xlsx but not an Excel workbook; save an old .xls as .xlsx or .csv",
        )
    encoding = encoding_of(path)
    if b"\x00" in head and not encoding.startswith("utf-16"):
        raise refuse(
            "这不是文本文件，请上传平台导出的 CSV 或 XLSX", "This is not a text file; upload the CSV or XLSX export"
        )
    delimiter = _delimiter(path, encoding, known)
    facts = FileFacts(path, "csv", encoding, delimiter, size, [], 0, version)
    header_row, columns = _header(((number, row) for number, row, _ in _csv_rows(facts)), known)
    return FileFacts(path, "csv", encoding, delimiter, size, columns, header_row, version)


def rows(facts: FileFacts) -> Iterator[tuple[int, list[str], float]]:
    """The rows below the header that are not blank: (line number, cells, share of the file done)."""
    source = workbook.rows(facts.path) if facts.kind == "xlsx" else _csv_rows(facts)
    for number, row, done in source:
        if number > facts.header_row and any(cell and not cell.isspace() for cell in row):
            yield number, row, done


def export_time(filename: str) -> datetime | None:
    """ExportOrderList201905151650.csv was exported on 2019-05-15 at 16:50 Beijing time."""
    found = _EXPORT_TIME.search(filename)
    if not found:
        return None
    parts = [int(part or 0) for part in found.groups()]
    try:
        return datetime(*parts, tzinfo=cells.CHINA)  # type: ignore[misc, arg-type]  # six ints
    except ValueError:
        return None


def encoding_of(path: Path) -> str:
    """UTF-8 when every byte fits (with or without BOM), else GB18030, which contains GBK and GB2312."""
    with path.open("rb") as raw:
        head = raw.read(4)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        raw.seek(0)
        wrong = {"utf-8": 0, "gb18030": 0}
        decoders = {name: codecs.getincrementaldecoder(name)("replace") for name in wrong}
        while piece := raw.read(1 << 20):
            for name, decoder in decoders.items():
                wrong[name] += decoder.decode(piece).count("\ufffd")
            if wrong["utf-8"] > 100 and wrong["gb18030"] == 0 and raw.tell() >= 4 << 20:
                return "gb18030"
        return "utf-8" if wrong["utf-8"] <= wrong["gb18030"] else "gb18030"


def normalise(heading: str) -> str:
    """`"总金额（元）"` -> `总金额`: width, case, spaces, quotes and units do not matter."""
    text = unicodedata.normalize("NFKC", heading).strip("\ufeff '\"=\t\r\n")
    text = _UNIT.sub("", text)
    return "".join(text.split()).lower()


def unique_columns(headings: Sequence[str]) -> list[str]:
    """Column names a mapping can point at: blanks get a number, doubles a suffix."""
    seen: dict[str, int] = {}
    out: list[str] = []
    for place, heading in enumerate(headings, start=1):
        name = heading.strip("\ufeff '\"=\t\r\n\u3000") or f"列{place}"
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}.{seen[name]}")
    return out


def fingerprint(columns: Sequence[str]) -> str:
    """Names a file layout, so that a shop maps it once. Our own two reject columns do not count."""
    names = [normalise(column) for column in columns if column not in REJECT_COLUMNS]
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:32]


def _delimiter(path: Path, encoding: str, known: Known) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        for _ in range(HEADER_WITHIN):
            line = text.readline(_LONGEST_LINE)
            if not line:
                break
            for mark in (",", "\t", ";", ","):
                if known(line.split(mark)) >= 2:
                    return mark
    return ","


def _header(numbered: Iterator[tuple[int, list[str]]], known: Known) -> tuple[int, list[str]]:
    best: tuple[int, int, list[str]] = (0, 0, [])
    for place, (number, row) in enumerate(numbered):
        if place >= HEADER_WITHIN:
            break
        score = known(row)
        if score > best[0]:
            best = (score, number, row)
    score, number, row = best
    if score == 0:
        raise refuse(
            "找不到表头：前 15 行里没有认识的列名（如“订单编号”“商家编码”）。请上传平台导出的报表",
            "No header row: the first 15 rows hold no column names one knows",
        )
    while row and not row[-1].strip():
        row = row[:-1]
    return number, unique_columns(row)


def _csv_rows(facts: FileFacts) -> Iterator[tuple[int, list[str], float]]:
    """Records of a CSV with the number of their first physical line."""
    with facts.path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=facts.encoding, errors="replace", newline="\n")
        lines = _lines(text)
        waiting: list[str] = []
        number = 0
        while True:
            line = waiting.pop(0) if waiting else next(lines, None)
            if line is None:
                return
            number += 1
            first, record = number, [line]
            record, broken = _gather(line, waiting, lines, facts.delimiter, record)
            number += len(record) - 1
            yield first, broken if broken else _cells(record, facts.delimiter), min(raw.tell() / facts.size, 1.0)


def _gather(
    line: str, waiting: list[str], lines: Iterator[str], delimiter: str, record: list[str]
) -> tuple[list[str], list[str] | None]:
    """The physical lines of one record: a quoted cell may hold line breaks. A quote that never closes is broken."""
    if line.count('"') % 2 == 0 or not _opens_quote(line, delimiter):
        return record, None
    quotes, chars = line.count('"'), len(line)
    while quotes % 2 and len(record) < _QUOTED_LINES and chars < _QUOTED_CHARS:
        more = waiting.pop(0) if waiting else next(lines, None)
        if more is None:
            break
        record.append(more)
        quotes += more.count('"')
        chars += len(more)
    if quotes % 2 == 0:
        reader = csv.reader([part + "\n" for part in record], delimiter=delimiter)
        try:
            next(reader, None)
            waiting[:0] = record[reader.line_num :]
            return record[: reader.line_num], None
        except csv.Error:
            pass
    waiting[:0] = record[1:]
    return record[:1], [*line.rstrip("\r").split(delimiter)[:-1], line.rstrip("\r").split(delimiter)[-1] + UNCLOSED]


def _opens_quote(line: str, delimiter: str) -> bool:
    return line.startswith('"') or delimiter + '"' in line


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Physical lines, split at \\n only: other separators (U+2028) may stand inside a cell."""
    for line in text:
        if len(line) > _LONGEST_LINE:
            raise refuse("文件有一行超过一百万字，不像报表", "One line is longer than a million characters")
        yield line.removesuffix("\n")


def _cells(lines: list[str], delimiter: str) -> list[str]:
    if len(lines) == 1 and '"' not in lines[0]:
        return lines[0].rstrip("\r").split(delimiter)
    parts = [line + "\n" for line in lines[:-1]] + [lines[-1].rstrip("\r")]
    try:
        return next(csv.reader(parts, delimiter=delimiter), [])
    except csv.Error:
        return lines[0].rstrip("\r").split(delimiter)
