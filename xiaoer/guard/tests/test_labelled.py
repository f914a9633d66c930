"""The labelled set: how well the guard finds what is forbidden and lets pass what only looks so. And what it stands on."""

import json
import re
import string
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.guard import disguise, likeness, packs
from xiaoer.guard.commands import check_lines
from xiaoer.guard.learning import DATA, clause_of, rows
from xiaoer.guard.polarity import asserted
from xiaoer.guard.rules import Context
from xiaoer.guard.safety import Unsafe, ways
from xiaoer.guard.telling import telling_words

TMALL = Context(platform="tmall")


def counts(half: str) -> tuple[int, int, int]:
    """Rightly found, falsely found, missed; by the command line, as any other tool would ask."""
    lines = list(rows(half))
    asked = [json.dumps({**row, "context": {**row.get("context", {}), "platform": row["platform"]}}) for row in lines]
    right = false = missed = 0
    for row, answer in zip(lines, check_lines([one.encode() for one in asked], "tmall", "zh"), strict=True):
        assert answer["id"] == row["id"] and "error" not in answer, answer
        forbidden = row["label"] != "fine"
        incoming = forbidden and row["direction"] == "in"
        seen = answer["verdict"] != "allow" if incoming else answer["verdict"] in ("warn", "block")
        right += seen and forbidden
        false += seen and not forbidden
        missed += forbidden and not seen
    return right, false, missed


@pytest.mark.parametrize(("half", "precision", "recall"), [("tuned", 0.99, 0.98), ("held", 0.97, 0.95)])
def test_the_labelled_set_is_told_apart(half, precision, recall):
    """The held-out half (round `g`) is measured, never learned from; `python -m bench guard` prints it per family."""
    right, false, missed = counts(half)
    assert right / (right + false) >= precision
    assert right / (right + missed) >= recall


def test_the_labelled_set_is_what_its_readme_says():
    every = list(rows(held=True))
    assert len(every) >= 600 and len({row["id"] for row in every}) == len(every)
    fine = sum(row["label"] == "fine" for row in every)
    assert 0.35 <= fine / len(every) <= 0.6
    assert len({row["scenario"] for row in every}) >= 60
    splits: dict[tuple[str, str], set[str]] = {}
    for row in every:
        splits.setdefault((row["family"], row["scenario"]), set()).add(row["split"])
    assert all(len(found) == 1 for found in splits.values()), "a scenario belongs to one half"
    texts = [row["text"] for row in rows("held") if len(row["text"]) > 6]
    assert not {row["text"] for row in rows("tuned")} & set(texts)


def test_packs_and_model_are_those_last_checked():
    """After editing a pack: `xiaoer guard packs`, then `xiaoer guard learn`."""
    noted = json.loads(packs.CHECKED.read_text("utf-8"))
    assert noted["digest"] == packs.digest()
    telling = {rule.id: [list(part) for part in rule.telling] for pack in packs.load_packs() for rule in pack.rules}
    assert noted["telling"] == telling
    model = likeness.model()
    assert model is not None and {rule for _, rule in model.known} <= {rule.id for rule in packs.shipped().rules}


def test_ordinary_talk_of_the_demo_is_let_pass():
    stopped = [
        (text, [hit.id for hit in verdict.rules])
        for text in (DATA / "harmless.txt").read_text("utf-8").splitlines()
        if (verdict := packs.check(text, TMALL)).verdict in ("warn", "block")
    ]
    assert len(stopped) <= 3, stopped


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("亲加徽❤聊", "亲加微信聊"),
        ("wei xin 同号", "微信 同号"),
        ("给好坪返線", "给好评返现"),
        ("货 dao 付 款", "货到付款"),
        ("支fu宝转我", "支付宝转我"),
        ("我的手🐔", "我的手机"),
        ("V亻言", "V信"),
        ("扌口扌口", "扣扣"),
        ("威信很高，这位新客户", None),
        ("微辣的辣鸡翅", None),
        ("加微信", None),
    ],
)
def test_disguised_words_are_put_back(typed, meant):
    found = disguise.plain_words(typed)
    assert (found.text if found else None) == meant


def test_a_finding_in_disguise_points_at_what_was_typed():
    text = "亲，给个 hao ping 返線5元哦"
    spans = [hit.span for hit in packs.check(text, TMALL).rules if hit.id == "review.paid"]
    assert spans and "hao ping 返線5元" in text[slice(*spans[0])]


@pytest.mark.parametrize(
    ("clause", "words", "meant"),
    [
        ("可以加微信", "加微信", True),
        ("不能加微信哦", "加微信", False),
        ("谨防加微信的骗子", "加微信", False),
        ("微信不可以的", "微信", False),
        ("不方便的话加微信", "加微信", True),
        ("不好意思,可以加微信", "加微信", True),
        ("您说的微信", "微信", False),
        ("没问题加微信", "加微信", True),
    ],
)
def test_what_is_denied_or_warned_of_is_not_meant(clause, words, meant):
    start = clause.index(words)
    assert asserted(clause, start, start + len(words)) is meant


def answers(text: str, asked: str) -> str:
    return packs.check(text, Context(platform="tmall", asked=(asked,))).verdict


@pytest.mark.parametrize(
    ("asked", "forbidden", "lawful"),
    [
        ("有没有发票", "没有的", "有的"),
        ("能开成办公用品吗", "可以的", "不行的亲，按实际商品开"),
        ("能加微信吗", "好的，abc24680", "抱歉，平台规定不能加的"),
        ("今天能发吗", "可以的", "我帮您催一下，具体时间保证不了"),
        ("帮我关闭订单", "好的，马上", "您在订单里自己关闭就可以"),
        ("这是正品吗", "你猜", "是正品，支持验货"),
        ("支持货到付款吗", "支持", "不支持哦"),
        ("可以用花呗吗", "没开通呢", "可以的"),
    ],
)
def test_an_answer_is_read_with_its_question(asked, forbidden, lawful):
    assert answers(forbidden, asked) == "block"
    assert answers(lawful, asked) in ("allow", "log")
    assert answers(forbidden, "有红色的吗") in ("allow", "log")


def test_what_is_torn_over_messages_is_joined():
    context = Context(platform="tmall", history=("加我", "微"))
    assert "contact.wechat" in {hit.id for hit in packs.check("信", context).rules}
    assert packs.check("信", TMALL).verdict == "allow"


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(?:就|就能|能)*发", r"(a)\1", "(?:ab)+", "[^,]{0,99}[^,]{0,99}[^,]{0,999}"]
)
def test_a_pattern_that_could_hang_is_refused(pattern):
    with pytest.raises(Unsafe):
        ways(pattern)


def test_every_shipped_pattern_is_bounded():
    for rule in packs.shipped().rules:
        for pattern in (*rule.patterns, *rule.unless, *rule.asked):
            assert ways(pattern) <= 1_000_000, rule.id


def test_telling_words_stand_in_whatever_a_pattern_finds():
    """Else the automaton would never wake the pattern: on every fourth labelled message and each rule's own examples."""
    texts = [clause_of(row["text"]) for row in list(rows("tuned"))[::4]]
    for rule in packs.shipped().rules:
        own = [clause_of(text) for text in rule.match]
        for pattern in rule.patterns if rule.kind != "pair" else ():
            words, search = telling_words(pattern), re.compile(pattern).search
            for text in (*texts, *own) if words is not None else ():
                if found := search(text):
                    said = found[0].replace(",", "")
                    assert any(word in said for word in words or ()), (rule.id, pattern, text)


@pytest.mark.parametrize(
    "text", ["就能" * 3000, "加" * 9000, "1 3 8 " * 3000, "发票" * 5000, "," * 9000, "今天发" * 3000]
)
def test_long_monotonous_texts_do_not_hang(text):
    packs.check(text, Context(platform="tmall", history=("138", "1234"), asked=("有没有发票",)))


def test_the_command_line_takes_what_other_tools_write():
    lines: list[str | bytes] = [
        b'\xef\xbb\xbf{"text": "\xe5\x8a\xa0\xe5\xbe\xae\xe4\xbf\xa1"}',
        json.dumps({"id": 2, "text": "没有", "history": [{"from": "buyer", "text": "有发票吗"}], "direction": None}),
        json.dumps(
            {"id": 3, "text": "好的", "history": ["在吗"], "context": {"cod_enabled": "yes", "at": "2026-11-11"}}
        ),
        json.dumps({"id": 4, "direction": "in", "text": "加你微信"}),
        "not json",
        json.dumps({"id": 6}),
        json.dumps(
            {"id": 7, "text": "可以", "platform": "moon", "history": [{"role": "customer", "content": "货到付款吗"}]}
        ),
    ]
    found = list(check_lines([one if isinstance(one, bytes) else one.encode() for one in lines], "tmall", "zh"))
    assert [one.get("verdict") for one in found] == ["block", "block", "allow", "warn", None, None, "block"]


@pytest.mark.parametrize(
    ("text", "context", "verdict"),
    [
        ("可以货到付款的", {"cod_enabled": True}, "allow"),
        ("可以货到付款的", {}, "block"),
        ("需要您补10元邮费", {"free_shipping": False}, "allow"),
        ("需要您补10元邮费", {"free_shipping": True}, "block"),
        ("收货人王小雨，地址是杭州市文三路90号", {"identity_verified": False}, "block"),
        ("收货人王小雨，地址是杭州市文三路90号", {"identity_verified": True}, "allow"),
        ("今天就可以发货的", {"platform": "taobao", "in_stock": True, "at": "2026-11-12T10:00:00+08:00"}, "allow"),
        ("今天就可以发货的", {"platform": "taobao", "in_stock": True, "at": "2026-11-12T20:00:00+08:00"}, "warn"),
        ("今天就可以发货的", {"platform": "taobao", "in_stock": False}, "warn"),
    ],
)
def test_what_is_known_of_the_order_decides(text, context, verdict):
    line = json.dumps({"text": text, "context": context}).encode()
    assert next(iter(check_lines([line], "tmall", "zh")))["verdict"] == verdict


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("加微信发票今天" + string.digits)), max_size=120))
def test_disguise_leads_back_into_the_text(text):
    found = disguise.plain_words(text)
    if found is not None:
        for start in range(len(found.text)):
            first, last = found.origin(start, start + 1)
            assert 0 <= first < last <= len(text)


def test_the_command_starts_from_what_was_noted():
    """A fresh process: no examples are checked again."""
    run = [sys.executable, "-m", "xiaoer.cli", "guard", "check", "--platform", "tmall"]
    done = subprocess.run(
        run, input='{"id":"a","text":"加微信"}\n', capture_output=True, text=True, timeout=120, check=True
    )
    assert json.loads(done.stdout)["verdict"] == "block"
