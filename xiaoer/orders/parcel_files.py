"""Small tables from couriers (CSV or XLSX): traces and coverage, read row by row; every bad row with its reasons."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from xiaoer.kernel import cells, workbook
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.orders.carriers import clean_waybill, find_carrier
from xiaoer.orders.parcel_reports import TraceLine
from xiaoer.orders.regions import full_names

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
_HEADER_WITHIN = 10

TRACE_COLUMNS: dict[str, tuple[str, ...]] = {
    "waybill": ("运单号", "快递单号", "物流单号", "运单编号", "waybill"),
    "carrier": ("快递公司", "物流公司", "承运商", "carrier"),
    "at": ("时间", "操作时间", "扫描时间", "轨迹时间", "time"),
    "text": ("轨迹", "物流信息", "内容", "描述", "轨迹描述", "操作", "text"),
    "place": ("地点", "城市", "所在地", "网点", "place"),
    "code": ("状态码", "状态", "节点", "code"),
}
COVERAGE_COLUMNS: dict[str, tuple[str, ...]] = {
    "carrier": ("快递公司", "物流公司", "承运商", "carrier"),
    "province": ("省", "省份", "province"),
    "city": ("市", "城市", "地级市", "city"),
    "district": ("区", "区县", "县", "district"),
    "verdict": ("派送范围", "是否可达", "是否派送", "结果", "verdict"),
    "fee": ("加收费用", "附加费", "加收", "fee"),
    "note": ("备注", "说明", "note"),
}
_VERDICTS = {
    "yes": ("可达", "可派送", "派送", "是", "正常", "全境派送", "覆盖", "yes", "y", "1"),
    "no": ("超区", "不可达", "不派送", "否", "不覆盖", "no", "n", "0"),
    "blind": ("盲区", "无网点", "盲区（无网点）", "blind"),
    "paused": ("暂停", "网点暂停", "停发", "暂停收派", "paused"),
    "extra": ("加收", "偏远", "加收费用", "偏远加收", "extra"),
}


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


def trace_of(row: Row) -> tuple[str, str, TraceLine] | list[T]:
    """One line of a trace: (waybill, carrier, line), or every reason why not."""
    told, wrong = row.cells, []
    waybill = clean_waybill(told.get("waybill", ""))
    if not 5 <= len(waybill) <= 64:
        wrong.append(T(f"运单号「{waybill}」不完整", f"{waybill!r} is no complete waybill number"))
    if not told.get("text"):
        wrong.append(T("没有轨迹内容", "The line has no text"))
    at: datetime | None = None
    try:
        at = cells.moment(told.get("at", ""))
    except cells.CellError as error:
        wrong.append(T(error.zh, error.en))
    if at is None and not wrong:
        wrong.append(T("没有时间", "The line has no time"))
    if wrong or at is None:
        return wrong
    line = TraceLine(at, told["text"], told.get("place", ""), told.get("code", ""))
    return waybill, told.get("carrier", ""), line


def coverage_of_row(row: Row) -> dict[str, Any] | list[T]:
    """One coverage row as columns of the table, or every reason why not."""
    told, wrong = row.cells, []
    carrier = find_carrier(told.get("carrier", ""))
    if carrier is None or carrier.code == "other":
        named = told.get("carrier", "")
        wrong.append(T(f"不认识快递公司「{named}」", f"Unknown carrier {named!r}"))
    place = full_names(told.get("province", ""), told.get("city", ""), told.get("district", ""))
    if place is None:
        named = " ".join(told.get(key, "") for key in ("province", "city", "district"))
        wrong.append(T(f"没有「{named}」这个地区", f"There is no region {named!r}"))
    verdict = next((key for key, words in _VERDICTS.items() if told.get("verdict", "").lower() in words), "")
    if not verdict:
        named = told.get("verdict", "")
        wrong.append(
            T(f"派送范围「{named}」请填：可达、超区、盲区、暂停、加收", f"{named!r}: yes, no, blind, paused or extra")
        )
    fee: int | None = None
    try:
        fee = cells.fen(told.get("fee", ""))
    except cells.CellError as error:
        wrong.append(T(error.zh, error.en))
    if wrong or carrier is None or place is None:
        return wrong
    return {
        "carrier": carrier.code, "province": place.province, "city": place.city, "district": place.district,
        "verdict": verdict, "fee_fen": fee, "note": told.get("note", "")[:200],
    }  # fmt: skip


def refuse_empty(rows: list[Row]) -> None:
    if not rows:
        raise Invalid("文件里没有数据行", "The file has no rows", code="file_unusable")
