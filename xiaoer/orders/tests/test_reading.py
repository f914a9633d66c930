"""Whole files: encodings, BOM, delimiters, broken quotes, merged cells, bombs."""

import csv
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from xiaoer.kernel.errors import Invalid
from xiaoer.orders import cells, headings, reading, sample
from xiaoer.orders.drafts import OrderDraft
from xiaoer.orders.grouping import grouped
from xiaoer.orders.parsing import BadRow, RowParser
from xiaoer.orders.tests.makers import COLUMNS, csv_file, order, xlsx_file


def taken(path: Path) -> list[OrderDraft | BadRow]:
    facts = reading.inspect(path, path.name)
    parser = RowParser(facts.columns, headings.guess(facts.columns), platform="tmall", version=facts.version)
    out: list[OrderDraft | BadRow] = []
    for item in grouped((parser.parse(number, row), row) for number, row, _ in reading.rows(facts)):
        out.append(item if isinstance(item, BadRow) else item[0])
    return out


def only(path: Path) -> OrderDraft:
    (item,) = taken(path)
    assert isinstance(item, OrderDraft), item
    return item


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_encodings(tmp_path: Path, encoding: str, quoting: int) -> None:
    draft = only(csv_file(tmp_path / "a.csv", [order()], encoding=encoding, quoting=quoting))
    assert draft.order_no == "1930679858170647890" and draft.nick == "幸福蔓延1627" and draft.status == "paid"
    assert draft.receiver_name == "马慧" and draft.receiver_phone == "13812345678" and draft.payable_fen == 25900
    assert draft.lines[0].title == "法式针织连衣裙" and draft.lines[0].sku == "颜色分类:黑色;尺码:M"


def test_gb18030_beyond_gbk(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", [order(收货人姓名="㐂𠮷")] * 1, encoding="gb18030")
    assert reading.inspect(path, "a.csv").encoding == "gb18030" and only(path).receiver_name == "㐂𠮷"


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_delimiters(tmp_path: Path, mark: str) -> None:
    assert only(csv_file(tmp_path / "a.txt", [order()], mark=mark)).nick == "幸福蔓延1627"


def test_title_rows_above_the_header_and_blank_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    body = csv_file(path, [order(), [""] * len(COLUMNS), order("1930679858170647891")], encoding="utf-8").read_text(
        "utf-8"
    )
    path.write_text("订单报表,,\n导出人：圈圈,,\n\n" + body, encoding="utf-8")
    assert [item.order_no for item in taken(path) if isinstance(item, OrderDraft)] == [
        "1930679858170647890",
        "1930679858170647891",
    ]
    assert [number for number, _, _ in reading.rows(reading.inspect(path, "a.csv"))] == [5, 7]


def test_a_line_break_inside_quotes_belongs_to_the_cell(tmp_path: Path) -> None:
    rows = [order(买家留言="第一行\n第二行,带逗号"), order("1930679858170647891")]
    first, second = taken(csv_file(tmp_path / "a.csv", rows))
    assert isinstance(first, OrderDraft) and first.buyer_message == "第一行\n第二行,带逗号"
    assert isinstance(second, OrderDraft) and second.rows == [4]


def test_a_quote_that_never_closes_costs_one_row(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", [order(str(10**18 + n)) for n in range(200)], encoding="utf-8")
    text = path.read_text("utf-8").split("\n")
    text[3] = text[3].replace("幸福蔓延1627", '"幸福蔓延')
    path.write_text("\n".join(text), encoding="utf-8")
    items = taken(path)
    bad = [item for item in items if isinstance(item, BadRow)]
    assert len(items) == 200 and [item.row for item in bad] == [4]
    assert "引号" in bad[0].reasons[0].zh


def test_damaged_bytes_cost_one_row(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", [order(str(10**18 + n)) for n in range(50)])
    raw = path.read_bytes().split(b"\n")
    raw[5] = raw[5].replace("马慧".encode("gbk"), b"\xff\xff\xff")
    path.write_bytes(b"\n".join(raw))
    bad = [item for item in taken(path) if isinstance(item, BadRow)]
    assert [item.row for item in bad] == [6] and "编码" in bad[0].reasons[0].zh


def test_one_line_per_item_also_when_not_adjacent(tmp_path: Path) -> None:
    columns = ["订单编号", "买家会员名", "标题", "价格", "购买数量", "商品属性", "订单状态", "商家编码"]
    rows = [
        ["A1930001", "小鹿", "裙子", "100.00", "1", "黑色", "交易成功", "Q1"],
        ["A1930002", "柠檬", "毛衣", "200.00", "2", "白色", "交易成功", "Q2"],
        ["A1930001", "小鹿", "裤子", "50.00", "1", "蓝色", "卖家已发货，等待买家确认", "Q3"],
    ]
    first, second = taken(csv_file(tmp_path / "a.csv", rows, columns=columns))
    assert isinstance(first, OrderDraft) and isinstance(second, OrderDraft)
    assert [line.title for line in first.lines] == ["裙子", "裤子"] and first.rows == [2, 4]
    assert first.status == "shipped" and first.goods_fen == 15000  # the slower line decides
    assert second.lines[0].qty == 2 and second.goods_fen == 40000


def test_the_same_number_with_another_buyer_is_rejected(tmp_path: Path) -> None:
    rows = [order(), order(买家会员名="别人")]
    good, bad = sorted(taken(csv_file(tmp_path / "a.csv", rows)), key=lambda item: isinstance(item, BadRow))
    assert isinstance(good, OrderDraft) and isinstance(bad, BadRow) and "另一位买家" in bad.reasons[0].zh


def test_merged_cells_are_filled_down(tmp_path: Path) -> None:
    head = ["订单编号", "买家会员名", "订单状态", "标题", "购买数量", "价格", "总金额"]
    rows = [
        head,
        ["x", "x", "x", "裙子", 1, 100, "x"],
        [None, None, None, "裤子", 2, 50.5, None],
        ["1930679858170647891", "柠檬", "交易成功", "毛衣", 1, 80, 80],
    ]
    path = xlsx_file(
        tmp_path / "a.xlsx",
        rows,
        merged=((1, 0, 2, 0, "1930679858170647890"), (1, 1, 2, 1, "小鹿"), (1, 2, 2, 2, "交易成功"), (1, 6, 2, 6, 201)),
    )
    first, second = taken(path)
    assert isinstance(first, OrderDraft) and isinstance(second, OrderDraft)
    assert [(line.title, line.qty, line.price_fen) for line in first.lines] == [("裙子", 1, 10000), ("裤子", 2, 5050)]
    assert first.payable_fen == 20100 and first.nick == "小鹿" and second.order_no == "1930679858170647891"


def test_blanks_left_of_merged_cells_belong_to_the_order_above(tmp_path: Path) -> None:
    columns = ["订单编号", "买家会员名", "订单状态", "标题", "购买数量"]
    rows = [
        ["A1930001", "小鹿", "交易成功", "裙子", "1"],
        ["", "", "", "裤子", "1"],
        ["", "柠檬", "交易成功", "毛衣", "1"],
    ]
    items = taken(csv_file(tmp_path / "a.csv", rows, columns=columns))
    good = [item for item in items if isinstance(item, OrderDraft)]
    bad = [item for item in items if isinstance(item, BadRow)]
    assert [line.title for line in good[0].lines] == ["裙子", "裤子"]
    assert bad[0].row == 4 and "缺少订单编号" in bad[0].reasons[0].zh


def test_numbers_in_excel_cells(tmp_path: Path) -> None:
    rows = [
        ["订单编号", "买家会员名", "总金额", "订单状态"],
        [1930679858170647890, "小鹿", 259.9, "交易成功"],
        [193067985817, "小鹿", 0.1 + 0.2, "交易成功"],
    ]
    bad, good = sorted(taken(xlsx_file(tmp_path / "a.xlsx", rows)), key=lambda item: isinstance(item, OrderDraft))
    assert isinstance(bad, BadRow) and "科学计数法" in bad.reasons[0].zh
    assert isinstance(good, OrderDraft) and good.order_no == "193067985817" and good.payable_fen == 30


def test_every_reason_of_a_row_is_told(tmp_path: Path) -> None:
    row = order("1.9E+18", 总金额="abc", 订单状态="飞走了", 订单创建时间="昨天", 宝贝总数量="半件")
    (bad,) = taken(csv_file(tmp_path / "a.csv", [row]))
    assert isinstance(bad, BadRow)
    said = "".join(reason.zh for reason in bad.reasons)
    assert all(word in said for word in ("科学计数法", "总金额", "飞走了", "昨天", "半件"))
    assert all(reason.en and not reason.en.isspace() for reason in bad.reasons)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "只收"),
        ("a.csv", b"", "空"),
        ("a.xlsx", b"hello", "不是 Excel"),
        ("a.csv", b"a,b\n1,2\n", "表头"),
        ("a.csv", b"\x00\x01\x02" * 50, "不是文本"),
        ("a.xlsx", b"PK\x03\x04broken", "损坏"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "只收"),
    ],
)
def test_what_is_no_export(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(Invalid) as caught:
        reading.inspect(path, name)
    assert words in caught.value.text.zh


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        out.writestr("[Content_Types].xml", "<Types/>")
        with out.open("xl/worksheets/sheet1.xml", "w", force_zip64=False) as part:
            for _ in range(100):
                part.write(b"<c/>" * 262_144)
    raw = bytearray(path.read_bytes())
    assert len(raw) < 1_000_000
    place = raw.rfind(b"PK\x01\x02")  # lie about the size in the directory: what counts is what unpacks
    struct.pack_into("<I", raw, place + 24, 1000)
    path.write_bytes(raw)
    with pytest.raises(Invalid, match="file_unusable"):
        reading.inspect(path, path.name)


def test_a_big_honest_workbook_is_read(tmp_path: Path) -> None:
    rows = [[cells.clean(cell) for cell in row] for row in sample.order_rows(3000)]
    path = xlsx_file(tmp_path / "a.xlsx", [list(sample.ORDER_COLUMNS), *rows])
    items = taken(path)
    assert len(items) == 3000 and all(isinstance(item, OrderDraft) for item in items)


def test_one_far_away_cell_is_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [["订单编号", "买家会员名"], ["A1930001", "小鹿"]]
    path = xlsx_file(tmp_path / "a.xlsx", rows, merged=((1_048_574, 16_382, 1_048_575, 16_383, "far"),))
    with pytest.raises(Invalid) as caught:
        reading.inspect(path, path.name)
    assert "XFC1048575" in caught.value.text.zh


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as out:
        out.truncate(reading.MAX_BYTES + 1)
    with pytest.raises(Invalid, match="MB"):
        reading.inspect(path, path.name)


def test_reading_is_flat_in_memory(tmp_path: Path) -> None:
    sample.write(tmp_path / "a.csv", lines=20_000, encoding="gbk")
    facts = reading.inspect(tmp_path / "a.csv", "a.csv")
    tracemalloc.start()
    assert sum(1 for _ in reading.rows(facts)) == 20_000
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_fingerprint_ignores_our_own_columns_and_spacing() -> None:
    assert headings.fingerprint(["行号", "原因", *COLUMNS]) == headings.fingerprint([c.strip() for c in COLUMNS])


def test_guess() -> None:
    mapping = headings.guess(
        ["子订单编号", "主订单编号", "订单编号", "买家应付货款", "买家实际支付金额", "总金额(元)", "备注", "订单备注"]
    )
    assert mapping["order_no"] == "主订单编号" and mapping["line_goods"] == "买家应付货款" and "goods" not in mapping
    assert mapping["payable"] == "总金额(元)" and mapping["seller_remark"] == "订单备注"


def test_export_time_in_the_file_name() -> None:
    at = reading.export_time("ExportOrderList201905151650.csv")
    assert at is not None and at.isoformat() == "2019-05-15T16:50:00+08:00"
    assert reading.export_time("订单.csv") is None and reading.export_time("x209913991299.csv") is None
