"""Small tables that people bring (CSV or XLSX): columns found by their names, rows read one by one."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from xiaoer.kernel import cells, workbook
from xiaoer.kernel.errors import Invalid

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
_HEADER_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: Mapping[str, str]
    raw: list[str]


def read(
    path: Path, filename: str, wanted: Mapping[str, tuple[str, ...]], required: tuple[str, ...]
) -> tuple[list[str], list[Row]]:
    """The columns of a file and its rows by field name; refused when a needed column is missing."""
    if path.stat().st_size > MAX_BYTES:
        raise workbook.refuse(
            f"文件超过 {MAX_BYTES >> 20} MB，请分开上传",
            f"The file has more than {MAX_BYTES >> 20} MB; send it in parts",
        )
    lines = list(_raw(path, filename))
    for start, (_, line) in enumerate(lines[:_HEADER_WITHIN]):
        places = _places(line, wanted)
        if all(name in places for name in required):
            rows = [
                Row(number, {name: cells.clean(raw[at]) if at < len(raw) else "" for name, at in places.items()}, raw)
                for number, raw in lines[start + 1 :]
                if any(cell.strip() for cell in raw)
            ]
            return [cell.strip() for cell in line], rows
    names = "、".join(wanted[name][0] for name in required)
    raise workbook.refuse(f"找不到这些列：{names}", f"These columns are needed: {names}")


def _places(line: list[str], wanted: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    heads = [cells.clean(cell).lower() for cell in line]
    return {name: heads.index(alias) for name, words in wanted.items() for alias in words[::-1] if alias in heads}


def _raw(path: Path, filename: str) -> Iterator[tuple[int, list[str]]]:
    with path.open("rb") as file:
        packed = file.read(2) == b"PK"
    if packed:
        workbook.check(path)
        for count, (number, row, _) in enumerate(workbook.rows(path)):
            _not_too_many(count)
            yield number, [str(cell) for cell in row]
        return
    if not filename.lower().endswith((".csv", ".txt")):
        raise workbook.refuse("只收 .csv 和 .xlsx 文件", "Only .csv and .xlsx files are taken")
    text = _decoded(path.read_bytes())
    mark = max(",\t;", key=text.split("\n", 1)[0].count)
    for count, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark)):
        _not_too_many(count)
        yield count + 1, row


def _not_too_many(count: int) -> None:
    if count > MAX_ROWS:
        raise workbook.refuse(f"最多 {MAX_ROWS} 行，请分开上传", f"At most {MAX_ROWS} rows; send it in parts")


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise workbook.refuse("文件编码无法识别，请存为 UTF-8 或 GBK", "Unknown encoding; save it as UTF-8 or GBK")


def refuse_empty(rows: list[Row]) -> None:
    if not rows:
        raise Invalid("文件里没有数据行", "The file has no rows", code="file_unusable")
