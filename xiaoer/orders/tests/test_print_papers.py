"""The papers as PDF and the words on them: pure."""

from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.orders.print_bars import code128, code128_values
from xiaoer.orders.print_papers import paper
from xiaoer.orders.print_pdf import MISSING, Sheet
from xiaoer.orders.print_words import gift_card, hides_price, scanned

HEADING = {
    "shop": "圈圈家旗舰店",
    "phone": "0571-88880201",
    "address": "浙江省杭州市余杭区乔司街道汀兰路 18 号",
    "sender": "圈圈家售后部",
    "by": "打单小周",
    "at": datetime(2026, 11, 11, 4, tzinfo=UTC),
    "run": 7,
}


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "order_no": "4520000000000000001",
        "nick": "幸福蔓延1627",
        "cod": False,
        "paid_at": "2026-11-11T02:00:00Z",
        "receiver_name": "马慧",
        "receiver_phone": "13812345678",
        "receiver_address": "浙江省 杭州市 余杭区 梦溪路18号3幢1201室",
        "carrier": "圆通速递",
        "waybill": "YT1234567890123",
        "flag": "",
        "remark": "",
        "message": "",
        "gift": "",
        "no_price": False,
        "goods_fen": 10000,
        "freight_fen": 0,
        "payable_fen": 10000,
        "lines": [{"title": "法式针织连衣裙", "sku": "黑色;M", "code": "QQ1", "qty": 2, "price_fen": 5000}],
        **changes,
    }


def text_of(data: bytes) -> list[str]:
    pdf = pypdfium2.PdfDocument(data)
    pages = [page.get_textpage().get_text_range() for page in pdf]
    pdf.close()
    return pages


@pytest.mark.parametrize("name", ["slip", "waybill", "recall"])
def test_the_same_sheets_are_the_same_bytes_with_the_font_inside(name: str) -> None:
    sheets = [Sheet(facts(), 0), Sheet(facts(waybill="SF1"), 2)]
    data, pages = paper(name, HEADING, sheets)
    assert (data, pages) == paper(name, HEADING, sheets) and pages == 2
    assert b"/FontFile3" in data and len(data) < 100_000  # a subset, not the whole font
    first, second = text_of(data)
    assert "圆通速递" in first and "重打" not in first and "重打 2" in second


def test_the_waybill_is_100_by_180_mm_and_carries_its_bars_twice() -> None:
    data, _ = paper("waybill", HEADING, [Sheet(facts(cod=True), 0)])
    pdf = pypdfium2.PdfDocument(data)
    width, height = pdf[0].get_size()
    bars = [one for one in pdf[0].get_objects() if one.type == 2]  # paths
    pdf.close()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (100, 180)
    assert len(bars) > 2 * len(code128("YT1234567890123")) // 2
    assert "代收 ￥100.00" in text_of(data)[0]


def test_no_price_anywhere_on_the_slip_when_she_asked() -> None:
    with_price, without = (text_of(paper("slip", HEADING, [Sheet(facts(no_price=hide), 0)])[0])[0] for hide in (0, 1))
    assert "￥50.00" in with_price and "合计" in with_price
    assert "￥" not in without and "合计" not in without and "单价" not in without and "不放价格" in without


def test_many_items_go_on_to_the_next_page() -> None:
    many = [{"title": f"商品{n}", "sku": "黑色;M", "code": f"C{n}", "qty": 1, "price_fen": 100} for n in range(40)]
    pages = text_of(paper("slip", HEADING, [Sheet(facts(lines=many), 0)])[0])
    assert len(pages) >= 3 and "第 2 页" in pages[1] and "转下页" in pages[0] and "共 40 种 40 件" in pages[-1]
    joined = "".join(pages)
    assert all(f"C{n}" in joined for n in range(40))


def test_what_the_font_lacks_is_seen() -> None:
    said = facts(remark="赠品😀送两份\u200d", receiver_name="𠮷田", message="a" * 900, receiver_address="路" * 300)
    page = text_of(paper("slip", HEADING, [Sheet(said, 0)])[0])[0]
    assert f"赠品{MISSING}送两份" in page and f"{MISSING}田" in page and "…" in page


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_code128_reads_back(text: str) -> None:
    values = code128_values(text)
    *body, check = values
    assert check == (body[0] + sum(place * value for place, value in enumerate(body))) % 103 if len(body) == 1 else True
    assert check == (body[0] + sum(place * value for place, value in enumerate(body[1:], 1))) % 103
    in_c, out = body[0] == 105, ""
    for value in body[1:]:
        if value == 99 and not in_c:
            in_c = True
        elif value == 100 and in_c:
            in_c = False
        else:
            out += f"{value:02d}" if in_c else chr(value + 32)
    assert out == text and sum(code128(text)) == 11 * len(values) + 13


def test_code128_refuses_what_it_cannot_carry() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        code128("圆通1")


@pytest.mark.parametrize(
    ("text", "hides"),
    [
        ("送朋友的，请不要放价格单", True),
        ("别放小票", True),
        ("生日礼物", True),
        ("不要黑色，要白色", False),
        ("价格能便宜点吗", False),
        ("尽快发货", False),
        ("不要发圆通，价格高一点也可以", False),
    ],
)
def test_whether_a_price_may_lie_in_the_parcel(text: str, hides: bool) -> None:
    assert hides_price(text) is hides


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("贺卡：生日快乐，永远十八岁！", "生日快乐，永远十八岁！"),
        ("客户要求贺卡内容：新婚快乐---2026.11.11圈圈", "新婚快乐"),
        ("请放一张卡片：“谢谢妈妈”", "谢谢妈妈"),
        ("尽快发货", ""),
        ("贺卡不要", ""),
    ],
)
def test_the_gift_card(text: str, card: str) -> None:
    assert gift_card("", text) == card


def test_a_scanned_code_is_cleaned() -> None:
    assert scanned(" ＹＴ 123\t456\r\n") == "YT123456" and scanned("\x00\n") == ""
