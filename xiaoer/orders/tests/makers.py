"""Small files for tests."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

COLUMNS = [
    "订单编号",
    "买家会员名",
    "买家应付货款",
    "买家应付邮费",
    "总金额",
    "买家实际支付金额",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址 ",
    "运送方式",
    "联系电话 ",
    "联系手机",
    "订单创建时间",
    "订单付款时间 ",
    "宝贝标题 ",
    "宝贝种类 ",
    "物流单号 ",
    "物流公司",
    "订单备注",
    "宝贝总数量",
    "修改后的sku",
]
PHONE = "13812345678"
ADDRESS = "浙江省 杭州市 余杭区 良渚街道 梦溪路18号3幢1201室(311113)"


def order(no: Any = "1930679858170647890", **changes: str) -> list[str]:
    """One row of the order export."""
    row = dict(
        zip(
            [column.strip() for column in COLUMNS],
            [
                f'="{no}"',
                "幸福蔓延1627",
                "259.00",
                "0.00",
                "259.00",
                "259.00",
                "买家已付款，等待卖家发货",
                "尽快发货",
                "马慧",
                ADDRESS,
                "快递",
                "'",
                f"'{PHONE}",
                "2026-11-10 10:00:00",
                "2026-11-10 10:05:00",
                "法式针织连衣裙",
                "1",
                "",
                "",
                "",
                "1",
                "颜色分类:黑色;尺码:M",
            ],
            strict=True,
        )
    )
    assert not set(changes) - set(row), changes
    row.update(changes)
    return list(row.values())


def csv_file(
    path: Path,
    rows: list[list[str]],
    *,
    columns: list[str] | None = None,
    encoding: str = "gbk",
    mark: str = ",",
    quoting: int = csv.QUOTE_MINIMAL,
) -> Path:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, quoting=quoting)  # type: ignore[arg-type]  # an int constant of csv
    writer.writerow(columns or COLUMNS)
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def xlsx_file(path: Path, rows: Sequence[Any], *, merged: tuple[tuple[int, int, int, int, Any], ...] = ()) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value)
    for top, left, bottom, right, value in merged:
        sheet.merge_range(top, left, bottom, right, value)
    book.close()
    return path
