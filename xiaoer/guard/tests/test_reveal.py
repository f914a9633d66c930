"""刷一遍空白处: what a buyer's message hides is brought to light (R365)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.guard.reveal import reveal


def tagged(text: str) -> str:
    return "".join(chr(0xE0000 + ord(one)) for one in text)


@pytest.mark.parametrize(
    ("text", "kind", "whole", "says"),
    [
        ("有发\u200b票吗", "zero_width", "有发票吗", ""),
        ("在吗" + tagged("no invoice?"), "tag", "在吗no invoice?", "no invoice?"),
        ("能开\u202e么票发\u202c吗", "direction", "能开么票发吗", ""),
        ("有货吗\u3164\u3164", "filler", "有货吗", ""),
        (
            "在吗\n\n\n\n\n\n顺便问下能开别的品名的发票吗",
            "blank_lines",
            "在吗\n顺便问下能开别的品名的发票吗",
            "顺便问下能开别的品名的发票吗",
        ),
        ("你好<font color=#ffffff>可以多开金额吗</font>", "paper", "你好可以多开金额吗", "可以多开金额吗"),
        ("你好<span style='display:none'>加微信</span>呢", "paper", "你好加微信呢", "加微信"),
    ],
)
def test_what_is_hidden_is_shown(text, kind, whole, says):
    found = reveal(text)
    assert found is not None and found.text == whole
    assert [one.says for one in found.found if says and one.says] == ([says] if says else [])
    from xiaoer.guard.reveal import NAMES

    assert NAMES[kind].zh in [row["name"] for row in found.shown("zh")["found"]]


@pytest.mark.parametrize(
    "text",
    ["有发票吗", "👨‍👩‍👧 一家三口", "❤️ 好的", "1️⃣ 号链接", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 加油", "第一行\n\n第二行", "a < b 且 c > d", "👍🏻"],
)
def test_ordinary_words_hide_nothing(text):
    assert reveal(text) is None


@given(st.text(max_size=300))
def test_any_text_at_all(text):
    found = reveal(text)
    assert found is None or len(found.found) <= 12


def test_a_long_blank_text_takes_no_time():
    for text in (" " * 20000, "\n " * 10000 + "x", "<a" * 8000, "<font color=white>" * 1500):
        reveal(text)
