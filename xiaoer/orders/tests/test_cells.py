"""Single cells: every wrapper and every refusal."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.customers.rules import mask_address, mask_name, mask_phone, mask_text
from xiaoer.orders import cells, rules
from xiaoer.orders.cells import CellError


@pytest.mark.parametrize(
    "raw",
    [
        '="1930679858170647890"',
        "'1930679858170647890",
        "\t1930679858170647890\t",
        "1930679858170647890",
        " '1930679858170647890 ",
        '=" 1930679858170647890 "',
        "\ufeff1930679858170647890",
        '\'="1930679858170647890"',
        "\u200b1930679858170647890",
    ],
)
def test_wrapped_order_numbers(raw: str) -> None:
    assert cells.order_number(raw) == "1930679858170647890"


@pytest.mark.parametrize("raw", ["1.93068E+18", "1.93067985817065E+18", "1.9e18"])
def test_scientific_notation_is_refused_with_the_remedy(raw: str) -> None:
    with pytest.raises(CellError) as caught:
        cells.order_number(raw)
    assert "科学计数法" in caught.value.zh and raw in caught.value.zh and "文本" in caught.value.zh
    assert "scientific" in caught.value.en


@pytest.mark.parametrize("raw", ["", "  ", "订单", "12", "1" * 41, "123;DROP"])
def test_what_is_no_order_number(raw: str) -> None:
    with pytest.raises(CellError):
        cells.order_number(raw)


@pytest.mark.parametrize(
    ("raw", "fen"),
    [
        ("259.00", 25900),
        ("¥1,234.50", 123450),
        ("￥12", 1200),
        ("12元", 1200),
        ("0", 0),
        ("", None),
        ("--", None),
        ("'88.8", 8880),
        ("1,234", 123400),
        ("RMB 5.00", 500),
        ("259.000", 25900),
    ],
)
def test_money(raw: str, fen: int | None) -> None:
    assert cells.fen(raw) == fen


@pytest.mark.parametrize("raw", ["abc", "1.234", "-5.00", "1e5", "12..3", "9" * 20])
def test_bad_money(raw: str) -> None:
    with pytest.raises(CellError):
        cells.fen(raw)


@given(st.integers(min_value=0, max_value=10**11))
def test_money_round_trip(fen: int) -> None:
    assert cells.fen(f"{fen // 100}.{fen % 100:02d}") == fen
    assert cells.fen(f"¥{fen // 100:,}.{fen % 100:02d}") == fen


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-10 10:00:00",
        "2026/11/10 10:00",
        "2026/11/10 10:00:00",
        "2026年11月10日 10:00",
        "2026-11-10T02:00:00Z",
        "2026-11-10T10:00:00+08:00",
        "2026-11-10 10:00:00.000",
        "\t2026-11-10 10:00:00",
        "46336.4166666667",
    ],
)
def test_times_are_beijing_time(raw: str) -> None:
    assert cells.moment(raw) == datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", ["昨天", "2026-13-01", "2026-02-30 10:00:00", "10:00", "26-11-10", "0001-01-01 00:00:00"]
)
def test_bad_times(raw: str) -> None:
    with pytest.raises(CellError):
        cells.moment(raw)


def test_no_time() -> None:
    assert cells.moment("") is None and cells.moment("0000-00-00 00:00:00") is None


@pytest.mark.parametrize(
    ("raw", "number", "tail"),
    [
        ("'13812345678", "13812345678", "5678"),
        ("138****5678", "138****5678", "5678"),
        ("138********", "138********", ""),
        ("13812345678-1234", "13812345678-1234", "5678"),
        ("0571-88880200", "0571-88880200", "0200"),
        ("+86 138 1234 5678", "+8613812345678", "5678"),
        ("", "", ""),
        ("'", "", ""),
        ("13812345678转1234", "13812345678-1234", "5678"),
    ],
)
def test_phones(raw: str, number: str, tail: str) -> None:
    assert cells.phone(raw) == number
    assert cells.phone_tail(number) == tail


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "%00"]
)
def test_formulas_are_neutralised_and_come_back(text: str) -> None:
    safe = cells.safe_for_excel(text)
    assert safe.startswith("'")
    assert cells.clean(safe) == cells.clean(text)


@given(st.text(max_size=40))
def test_no_cell_of_the_reject_file_starts_a_formula(text: str) -> None:
    assert not cells.safe_for_excel(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_long_numbers_stay_text_in_excel() -> None:
    assert cells.safe_for_excel('="1930679858170647890"') == "'1930679858170647890"


@pytest.mark.parametrize(
    "text",
    [
        "买家已付款，等待卖家发货",
        "买家已付款,等待卖家发货",
        " 买家已付款 ， 等待卖家发货",
        "WAIT_SELLER_SEND_GOODS",
        "paid",
        "待发货",
    ],
)
def test_status_words(text: str) -> None:
    assert rules.status_of(text) == rules.Status.PAID


def test_flags_are_names() -> None:
    assert rules.flag_of("红旗") == rules.flag_of("red") == rules.flag_of("红色") == "red"
    assert rules.flag_of("1", platform="tmall") == "red"
    assert rules.flag_of("1", platform="douyin") == "purple", "the same number is another colour there"
    assert rules.flag_of("1", platform="jd") is None
    assert rules.flag_of("") == ""


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_allocation_loses_no_fen(total: int, weights: list[int]) -> None:
    shares = rules.allocate(total, weights)
    assert sum(shares) == total and all(share >= 0 for share in shares)


@pytest.mark.parametrize("number", ["13812345678", "+8613812345678", "13812345678-4321", "0571-88880200", "110"])
def test_masked_phone_hides_the_middle(number: str) -> None:
    shown = mask_phone(number)
    assert "****" in shown and number not in shown and "1234567" not in shown


def test_masked_text() -> None:
    assert "13812345678" not in mask_text("请打13812345678或138-1234-5678") and "1234" not in mask_text("138 1234 5678")
    assert mask_name("欧阳娜娜") == "欧**"
    assert mask_address("浙江省 杭州市 余杭区 良渚街道 梦溪路18号") == "浙江省杭州市余杭区****"
    assert "路" not in mask_address("北京 北京市 朝阳区 望京街道 6 号")
    assert mask_text("订单1930679858170647890") == "订单1930679858170647890"
