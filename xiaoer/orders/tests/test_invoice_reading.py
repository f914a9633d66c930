"""Titles, tax numbers and remarks: pure."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from xiaoer.orders import invoice_remark, invoice_rules, invoice_tax

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    ("text", "title", "kind", "tax_no"),
    [
        (
            "发票抬头：杭州圈圈贸易有限公司 税号：91330110MA2B0C4X5R",
            "杭州圈圈贸易有限公司",
            "company",
            "91330110MA2B0C4X5R",
        ),
        ("开发票 北京星河科技有限公司 91110000600037341L", "北京星河科技有限公司", "company", "91110000600037341L"),
        ("要一张增值税专用发票 公司名称：苏州新禾文化有限公司", "苏州新禾文化有限公司", "company", ""),
        (
            "发票抬头 深圳市云上有限公司,税号 9144 0300 MA5D A1B2 C3",
            "深圳市云上有限公司",
            "company",
            "91440300MA5DA1B2C3",
        ),
        ("发票:上海某某公司", "上海某某公司", "company", ""),
        ("抬头：杭州第二中学", "杭州第二中学", "company", ""),
        ("要发票，抬头个人", "个人", "personal", ""),
        ("要开发票，抬头：个人 李雷", "李雷", "personal", ""),
        ("抬头写王小明", "王小明", "personal", ""),
        ("需要发票", "", "", ""),
        ("麻烦帮忙开票，谢谢", "", "", ""),
    ],
)
def test_a_remark_is_read_as_a_request(text: str, title: str, kind: str, tax_no: str) -> None:
    found = invoice_remark.read(text)
    assert found is not None
    assert (found.title, found.kind, found.tax_no) == (title, kind, tax_no)


@pytest.mark.parametrize("text", ["尽快发货", "不要发票", "不用开发票谢谢", "无需发票", "发票不要", "别放发票", ""])
def test_no_request_is_read_where_none_stands(text: str) -> None:
    assert invoice_remark.read(text) is None


def test_other_goods_and_a_higher_amount_are_noticed() -> None:
    goods = invoice_remark.read("请开成办公用品的发票 抬头 杭州米粒有限公司")
    more = invoice_remark.read("发票金额开高一点，抬头个人")
    assert goods is not None and goods.other_goods and goods.title == "杭州米粒有限公司"
    assert more is not None and more.other_amount
    mail = invoice_remark.read("电子发票发 wang.li@example.com 抬头个人")
    assert mail is not None and mail.email == "wang.li@example.com" and mail.title == "个人"


def test_a_wrong_check_digit_is_named() -> None:
    found = invoice_tax.check("company", "北京星河科技有限公司", "91110000600037341 0")
    assert "应为 L" in found.wrong["tax_no"].zh and "填的是 0" in found.wrong["tax_no"].zh
    assert not invoice_tax.check("company", "北京星河科技有限公司", "9111 0000 6000 3734 1l").wrong


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("91110000O00037341L", "是否是 0"),
        ("9111000060003734", "16 位"),
        ("A1110000600037341L", "前 8 位"),
        ("税号不知道", "只有数字"),
    ],
)
def test_what_is_wrong_with_a_number_is_said(number: str, word: str) -> None:
    assert word in invoice_tax.check("company", "某某有限公司", number).wrong["tax_no"].zh


def test_old_forms_pass_with_a_word() -> None:
    old = invoice_tax.check("company", "某某有限公司", "110105600037341")
    assert old.form == "old15" and not old.wrong and "旧税号" in old.warnings[0].zh
    trader = invoice_tax.check("company", "小王经营部", "11010519491231002X" + "01")
    assert "tax_no" in trader.wrong or trader.form == "old20"
    card = invoice_tax.check("company", "小王经营部", "11010519491231002X")
    assert card.form == "id18" and "身份证" in card.warnings[0].zh


def test_title_and_number_that_do_not_fit_each_other() -> None:
    assert "像个人姓名" in invoice_tax.check("company", "王小明", "91110000600037341L").warnings[0].zh
    assert "像单位" in invoice_tax.check("personal", "杭州米粒有限公司", "").warnings[0].zh
    assert "个人抬头不填税号" in invoice_tax.check("personal", "王小明", "91110000600037341L").wrong["tax_no"].zh
    assert "必须填税号" in invoice_tax.check("company", "杭州米粒有限公司", "").wrong["tax_no"].zh
    assert not invoice_tax.check("company", "杭州第二中学", "").wrong


@given(st.text(alphabet="0123456789", min_size=8, max_size=8), st.text(alphabet=SIGNS, min_size=9, max_size=9))
def test_every_number_with_its_own_check_digit_passes_and_with_another_does_not(head: str, body: str) -> None:
    right = uscc.calc_check_digit(head + body)
    assert not invoice_tax.check("company", "某某有限公司", head + body + right).wrong
    other = SIGNS[(SIGNS.index(right) + 1) % 31]
    found = invoice_tax.check("company", "某某有限公司", head + body + other)
    assert found.form == "id18" or right in found.wrong["tax_no"].zh


@dataclass
class Line:
    qty: int
    refunded_qty: int
    paid_fen: int | None
    price_fen: int | None = 0
    title: str = "裙"
    sku: str = ""


@dataclass
class Bought:
    paid_fen: int | None
    refunded_fen: int
    freight_fen: int | None
    payable_fen: int | None = None
    kind: str = "normal"
    status: str = "paid"


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 10**6)), min_size=1, max_size=6),
    st.integers(0, 10**6),
    st.integers(0, 3000),
)
def test_the_rows_of_the_paper_sum_up_to_the_amount(lots: list[tuple[int, int, int]], back: int, freight: int) -> None:
    lines = [Line(qty, min(gone, qty), paid) for qty, gone, paid in lots]
    order = Bought(sum(paid for _, _, paid in lots) + freight, back, freight)
    amount = invoice_rules.amount_of(order)
    assert 0 <= amount <= (order.paid_fen or 0)
    content = invoice_rules.content_of(order, lines, amount)
    assert sum(one["fen"] for one in content) == (amount if content else 0)
    assert all(one["fen"] > 0 and one["qty"] > 0 for one in content)
