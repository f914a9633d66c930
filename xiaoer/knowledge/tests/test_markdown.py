"""Markdown without foreign markup, trees that can be walked, heads of files, what changed. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.knowledge import frontmatter, markdown, rules_life, starter, trees
from xiaoer.knowledge.forms import Values

HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,AAAA)",
    '<img src=x onerror="alert(1)">',
    "![x](https://spy.example/p.png)",
    '[a](https://x.cn "t\\" onclick=\\"y")',
    "[x](JaVaScRiPt:alert(1))",
]


def html(text: str) -> str:
    return markdown.html_of(markdown.tree_of(text), lambda address: address)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_foreign_leaves_the_renderer(text):
    made = html(text)
    assert (
        "<script" not in made and "<img" not in made and "javascript:" not in made.lower().replace("(javascript:", "")
    )
    assert "onclick=" not in made.replace("&quot;", "").split(">")[0]


@given(st.text(alphabet="<>\"'&[]()!#*`-|\n abc:/{}javscript=on", max_size=120))
def test_only_allowed_elements_come_out(text):
    import re

    for tag in re.findall(r"</?([a-zA-Z0-9]+)", html(text)):
        assert tag in markdown.ALLOWED | {"div"}
    assert not re.search(r'href="(?!https?:|mailto:|tel:|upload:|article:|action:|#)', html(text))


def test_pictures_films_tables_and_steps_are_drawn():
    made = html("![图](upload:12)\n\n[看](https://v.example.cn/a.mp4)\n\n|a|b|\n|-|-|\n|1|2|\n\n1. 一\n2. 二")
    assert '<img src="upload:12" alt="图"' in made and 'class="film"' in made
    assert "<td>2</td>" in made and "<ol><li>一</li>" in made
    assert markdown.plain("1. 一\n2. 二\n\n**三**") == "1. 一\n2. 二\n三"
    assert markdown.uploads_in("![图](upload:12) [片](upload:7)") == [7, 12]


TREE = (
    "先看\n\n## 怎么了 {#start}\n- [少件](#less)\n- [坏了](#bad)\n\n"
    "## 补寄 {#less}\n核对\n\n## 拍照 {#bad}\n\n- [退货](action:open/return/quality)"
)


def test_a_tree_is_walked_to_an_end_with_its_action():
    start, less, bad = trees.places_of(TREE)
    assert [one["to"] for one in start.answers] == [less.name, bad.name] and not start.end
    assert bad.end and bad.actions == [{"label": "退货", "do": "open", "what": "return", "reason": "quality"}]
    assert trees.wrong_in(TREE) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("(#bad)", "(#gone)"), "#gone"),
        (("- [坏了](#bad)\n", ""), "#bad"),
        (("action:open/return", "action:dance"), "dance"),
        (("{#bad}", "{#less}"), "两次"),
        (("核对", "- [再问](#start)\n- [又](#start)"), None),
    ],
)
def test_a_tree_that_cannot_be_walked_is_named(change, said):
    wrong = trees.wrong_in(TREE.replace(*change))
    assert (wrong is None) if said is None else wrong is not None and said in wrong.zh


def test_a_head_comes_back_as_it_was():
    head = {"title": "起球: 怎么办", "tags": ["羊毛", "起球"], "questions": ["会起球吗, 真的吗"], "must_read": True}
    assert frontmatter.split(frontmatter.joined(head, "正文")) == (head, "正文")
    assert frontmatter.split('+++\ntitle = "a"\n+++\nb') == ({"title": "a"}, "b")
    with pytest.raises(frontmatter.BadHead, match="第 2 行"):
        frontmatter.split("---\n没有冒号\n---\n")


def test_every_starter_page_is_complete():
    for page in starter.pages():
        values = Values.model_validate(page.values).model_dump(mode="json")
        assert rules_life.unfinished(values) == {}, page.key


def test_the_starter_pages_answer_their_rows():
    """Goods knowledge of seed 001, sizes, styling, script library, department rules: each row has a page."""
    rows = {row.strip() for page in starter.pages() for row in page.values["source"].split(";")}
    wanted = "R003 R021 R123 R145 R156 R223 R247 R248 R249 R250 R252 R254 R256 R258 R260 R261 R262 R332 R421 R444 R445"
    assert {*wanted.split(), "R675", "R692", "R795", "R797", "R798"} - rows == set()


def test_what_changed_stands_line_by_line():
    assert rules_life.diff("a\nb", "a\nc") == [
        {"is": "same", "text": "a"},
        {"is": "gone", "text": "b"},
        {"is": "new", "text": "c"},
    ]
    assert rules_life.changed_fields({"tags": ["x"]}, {"tags": ["y"]}) == [{"field": "tags", "old": "x", "new": "y"}]
