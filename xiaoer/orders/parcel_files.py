"""Small tables from couriers: the columns of traces and coverage, and what a row says; a bad one with its reasons."""

from datetime import datetime
from typing import Any

from xiaoer.kernel import cells
from xiaoer.kernel.i18n import T
from xiaoer.kernel.tables import Row
from xiaoer.orders.carriers import clean_waybill, find_carrier
from xiaoer.orders.parcel_reports import TraceLine
from xiaoer.orders.regions import full_names

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
