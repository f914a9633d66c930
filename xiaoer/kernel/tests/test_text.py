"""Folding with its way back, search keys, quick-reply matching, masks."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel import text as t


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＱＱ：１２３", "qq:123"),
        ("發貨後退貨", "发货后退货"),
        ("微\u200b信\ufeff", "微信"),
        ("①②❸➍", "1234"),
        ("Café", "cafe"),
        ("e\u0301", "e"),
        ("한국", "한국"),
        ("㎏", "kg"),
        ("", ""),
    ],
)
def test_normal_folds_the_ways_one_word_is_typed(typed, folded):
    assert t.normal(typed) == folded


def test_a_folded_span_points_at_the_original():
    folded = t.fold("加Ｖ\u200b信：發㎏貨")
    place = folded.text.index("v信")
    assert folded.original[slice(*folded.span(place, place + 2))] == "Ｖ\u200b信"
    place = folded.text.index("kg")
    assert folded.original[slice(*folded.span(place, place + 2))] == "㎏"
    assert folded.original[slice(*folded.span(place + 1, place + 2))] == "㎏"


@given(st.text(max_size=60))
def test_every_folded_character_comes_from_its_place(text):
    folded = t.fold(text)
    for place, char in enumerate(folded.text):
        start, end = folded.span(place, place + 1)
        assert end == start + 1 and char in t.FOLD[text[start]]
    assert folded.text == t.normal(text)


@given(st.text(max_size=60))
def test_nothing_raises_on_any_text(text):
    t.segment(text)
    t.search_key(text)
    t.search_terms(text)
    t.pinyin(text)
    t.initials(text)
    t.matches(text, t.keys_of(text, body=text))
    t.mask_address(text)
    t.mask_name(text)
    t.mask_phone(text)
    assert len(t.shorten(text, 10)) <= 10


def test_unseen_characters_are_told_from_spaces():
    assert t.unseen("\u200b") and t.unseen("\u202e") and t.unseen("\u3164")
    assert not t.unseen(" ") and not t.unseen("\n") and not t.unseen("信")


def test_pinyin_and_initials():
    assert t.pinyin("退货流程") == "tuihuoliucheng"
    assert t.initials("退货流程") == "thlc"
    assert t.pinyin("SF顺丰!") == "sfshunfeng"


def test_search_key_holds_short_words_pinyin_and_initials():
    key = t.search_key("顺丰快递，申請退貨").split()
    assert {"退货", "退", "货", "tuihuo", "th", "tui", "快递", "kd", "顺丰"} <= set(key)


@pytest.mark.parametrize("query", ["退货", "货", "退貨", "tuihuo", "th", "顺丰快递", "请退"])
def test_every_term_of_a_query_stands_in_the_key(query):
    key = set(t.search_key("顺丰快递，申请退货").split())
    terms = t.search_terms(query)
    assert terms and set(terms) <= key


@pytest.mark.parametrize(
    ("query", "score"),
    [
        ("退货流程", 100),
        ("退货", 90),
        ("流程", 80),
        ("退貨", 90),
        ("tuihuo", 70),
        ("th", 70),
        ("thlc", 70),
        ("tuih", 70),
        ("thuo", 70),
        ("tui货", 70),
        ("退h", 70),
        ("lc", 60),
        ("liucheng", 60),
        ("7天", 40),
        ("th 流程", 70),
        ("xx", 0),
        ("uihuo", 0),
        ("th xx", 0),
        ("退流", 0),
    ],
)
def test_quick_replies_match_by_name_pinyin_initials_and_mixtures(query, score):
    assert t.matches(query, t.keys_of("退货流程", body="亲，7天无理由")) == score


def test_best_matches_puts_names_before_texts():
    rows = [
        (1, t.keys_of("尺码", body="退货请联系")),
        (2, t.keys_of("申请退货")),
        (3, t.keys_of("退货地址")),
        (4, t.keys_of("优惠券")),
    ]
    assert t.best_matches("退货", rows) == [3, 2, 1]
    assert t.best_matches("th", rows) == [3, 2]
    assert t.best_matches("", rows) == [1, 2, 3, 4]


def test_two_thousand_rows_are_matched_at_typing_speed():
    words = ["退货", "流程", "快递", "发票", "地址", "修改", "尺码", "优惠", "催发货", "顺丰", "赠品"]
    rows = [(n, t.keys_of(words[n % 11] + words[n % 7] + str(n), body="".join(words) * 3)) for n in range(2000)]
    spent = []
    for _ in range(5):
        started = time.perf_counter()
        t.best_matches("tuihuo", rows)
        spent.append(time.perf_counter() - started)
    assert min(spent) < 0.1, f"{min(spent) * 1000:.1f} ms"  # 7 ms on a quiet core; room for a busy machine


@pytest.mark.parametrize(
    ("phone", "masked", "tail"),
    [
        ("13812345678", "138****5678", "5678"),
        ("+86 138-1234-5678", "138****5678", "5678"),
        ("１３８１２３４５６７８", "138****5678", "5678"),
        ("12345", "***45", "2345"),
        ("", "", ""),
    ],
)
def test_phone_masks(phone, masked, tail):
    assert t.mask_phone(phone) == masked
    assert t.phone_tail(phone) == tail


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("张三丰", "张**"), ("欧阳娜娜", "欧**"), ("John Smith", "J*** S***"), ("", "")],
)
def test_name_masks(name, masked):
    assert t.mask_name(name) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("浙江省杭州市余杭区五常街道文一西路969号", "浙江省杭州市余杭区****"),
        ("上海市浦东新区世纪大道1号", "上海市浦东新区****"),
        ("江苏省苏州市昆山市花桥镇1号", "江苏省苏州市昆山市****"),
        ("广东省东莞市长安镇", "广东省东莞市****"),
        ("新疆维吾尔自治区乌鲁木齐市天山区解放路2号", "新疆维吾尔自治区乌鲁木齐市天山区****"),
        ("", ""),
    ],
)
def test_address_masks_keep_no_street(address, masked):
    assert t.mask_address(address) == masked


def test_shorten_keeps_one_line():
    assert t.shorten("一二\n三  四五六七八九十", 6) == "一二 三…"
    assert t.shorten("短", 6) == "短"
