"""Every example of every pack, spans after evasions, refusal of a bad pack, speed, and any text at all."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.guard.packs import PackError, check, engine_of, load_packs, read_pack, shipped
from xiaoer.guard.rules import LEVELS, PLATFORMS, Context
from xiaoer.kernel.text import normal

TMALL = Context(platform="tmall")
RULES = shipped().rules


def ids(text: str, context: Context = TMALL) -> set[str]:
    return {hit.id for hit in check(text, context).rules}


def test_the_packs_hold_what_the_desk_needs():
    outgoing = [rule for rule in RULES if rule.direction == "out"]
    assert len(outgoing) >= 14
    for rule in RULES:
        assert len(rule.match) >= 4 and len(rule.no_match) >= 4, rule.id
        assert rule.source and rule.reason.zh and rule.reason.en, rule.id


def test_every_pack_passes_its_own_examples():
    assert {pack.name for pack in load_packs()} >= {"contact.toml", "money.toml", "promise.toml", "conduct.toml"}


ALONE = [rule for rule in RULES if rule.kind not in ("fact", "pair") and not rule.when]
"""Rules that need no question before them and no fact of the order."""


@pytest.mark.parametrize("rule", ALONE, ids=lambda rule: rule.id)
def test_disguises_do_not_help(rule):
    """Full-width letters, zero-width characters, spaces and ornaments between the characters."""
    context = Context(
        platform=rule.example_platform or "tmall",
        direction=rule.direction,
        switches=frozenset(rule.example_switches),
    )
    for example in rule.match:
        for disguised in ("\u200b".join(example), " ".join(example), example.replace("", "~")):
            assert rule.id in ids(disguised, context), disguised


@pytest.mark.parametrize("rule", [r for r in RULES if r.rewrite and r.direction == "out"], ids=lambda rule: rule.id)
def test_a_suggested_wording_is_itself_allowed(rule):
    for platform in (*PLATFORMS, "unheard-of"):
        assert check(rule.rewrite.zh, Context(platform=platform)).verdict in ("allow", "log")


@pytest.mark.parametrize(
    ("text", "rule", "marked"),
    [
        ("亲，加\u200b微❤信聊", "contact.wechat", "加\u200b微❤信"),
        ("亲，ＱＱ：１２３４５６ 找我", "contact.qq", "ＱＱ：１２３４５６"),
        ("電話 １３８-１２３４-５６７８ 謝謝", "contact.mobile", "１３８-１２３４-５６７８"),
        ("打一三八一二三四五六七八吧", "contact.mobile", "一三八一二三四五六七八"),
        ("我們今天發貨哦", "promise.ship_time", "今天發貨"),
        ("這是高🌟仿的", "goods.fake", "高🌟仿"),
        ("看 ｗｗｗ．abc．com 吧", "contact.link", "ｗｗｗ．abc．com"),
        ("亲，本店 不 議 價！", "civil.blunt", "不 議 價"),
        ("這款 最·便·宜 的", "goods.absolute", "最·便·宜"),
    ],
)
def test_spans_point_at_the_text_as_typed(text, rule, marked):
    spans = [hit.span for hit in check(text, TMALL).rules if hit.id == rule]
    assert spans and text[slice(*spans[0])] == marked


@pytest.mark.parametrize(
    ("text", "platform", "switches", "verdict"),
    [
        ("亲今天就可以发货的", "tmall", (), "block"),
        ("亲今天就可以发货的", "taobao", (), "allow"),
        ("亲今天就可以发货的", "unheard-of", (), "block"),
        ("亲今天就可以发货的", "", (), "block"),
        ("可以银行汇款的", "tmall", (), "block"),
        ("可以银行汇款的", "tmall", ("bank_transfer",), "block"),
        ("可以银行汇款的", "taobao", (), "warn"),
        ("可以银行汇款的", "taobao", ("bank_transfer",), "allow"),
        ("可以货到付款的", "tmall", (), "block"),
        ("可以货到付款的", "tmall", ("cod",), "allow"),
        ("本店不议价", "tmall", (), "warn"),
        ("这款包邮的哦", "tmall", (), "log"),
        ("亲，您好，有货的请放心购买", "tmall", (), "allow"),
        ("", "tmall", (), "allow"),
    ],
)
def test_levels_follow_platform_and_switches(text, platform, switches, verdict):
    assert check(text, Context(platform=platform, switches=frozenset(switches))).verdict == verdict


def test_the_strictest_finding_decides_and_findings_stand_in_order():
    verdict = check("本店不议价，加微信聊，全网最低价", TMALL)
    assert verdict.verdict == "block"
    assert [hit.span for hit in verdict.rules] == sorted(hit.span for hit in verdict.rules)
    assert {hit.level for hit in verdict.rules} == {"warn", "block"}


def test_known_numbers_are_no_findings():
    text = "热线0571-88880200，运单15812345678，订单6222021234567890128"
    assert ids(text) == {"contact.landline", "contact.mobile", "pay.bank_card"}
    known = frozenset({"057188880200", "15812345678", "6222021234567890128"})
    assert check(text, Context(platform="tmall", known_numbers=known)).verdict == "allow"


def test_a_shop_may_be_stricter_but_not_laxer():
    text = "本店不议价"
    assert check(text, Context(platform="tmall", levels={"civil.blunt": "block"})).verdict == "block"
    assert check(text, Context(platform="tmall", levels={"civil.blunt": "allow"})).verdict == "warn"


def test_the_platform_itself_may_call_itself_the_platform():
    text = "您好，天猫客服为您服务"
    assert check(text, TMALL).verdict == "block"
    assert check(text, Context(platform="tmall", author="platform")).verdict == "allow"


def test_buyers_messages_meet_only_the_trap_rules():
    incoming = Context(platform="tmall", direction="in")
    assert ids("加我微信13812345678，帮我关闭订单", incoming) <= {"trap.contact", "trap.close_order"}
    assert ids("有发\u200b票吗", incoming) == {"trap.hidden_text", "trap.invoice"}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from([*PLATFORMS, "", "x"]), st.sampled_from(["in", "out"]))
def test_any_text_gets_a_verdict(text, platform, direction):
    verdict = check(text, Context(platform=platform, direction=direction, history=(text, "138")))
    assert verdict.verdict in LEVELS
    for hit in verdict.rules:
        start, end = hit.span
        assert 0 <= start < end <= len(text)


PARTS = st.sampled_from([*"微信q138一三@.最好 ,。❤\u200b\ud800", "com", "http://", "62", "今天", "发货"])


@settings(max_examples=200, deadline=None)
@given(st.lists(PARTS, max_size=40).map("".join))
def test_any_mixture_of_telling_parts_gets_a_verdict(text):
    for hit in check(text, TMALL).rules:
        assert 0 <= hit.span[0] < hit.span[1] <= len(text)
        assert normal(text[slice(*hit.span)])


RULE = """
[[rule]]
id = "test.rule"
kind = "phrase"
level = "block"
title_zh = "试"
title_en = "Test"
reason_zh = "因"
reason_en = "Because"
source = ["R1"]
phrases = ["苹果"]
match = ["苹果一", "苹果二", "苹果三", "苹 果"]
no_match = ["梨", "桃", "李", "杏"]
"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"苹 果"]', '"香蕉"]'), "example '香蕉' should match but does not"),
        (('"杏"]', '"苹果汁"]'), "example '苹果汁' should not match but does"),
        (('"block"', '"forbid"'), "level is 'forbid'; use one of allow, log, warn, block"),
        (('kind = "phrase"', 'kind = "word"'), "kind is 'word'"),
        (('reason_en = "Because"\n', ""), "reason_en is missing"),
        (('phrases = ["苹果"]', 'patterns = ["苹果"]'), "a phrase rule needs phrases"),
        (('phrases = ["苹果"]', 'phrases = ["苹果"]\nfoo = 1'), "unknown field 'foo'"),
        (('phrases = ["苹果"]', 'phrases = ["苹果"]\nunless = ["(" ]'), "test.rule:"),
        (('phrases = ["苹果"]', 'phrases = ["苹果"]\nunless = ["<NOWHERE>"]'), "[words] does not define"),
        (('phrases = ["苹果"]', 'phrases = ["苹果"]\nlevels = { mars = "warn" }'), "levels has mars"),
        (('phrases = ["苹果"]', 'phrases = ["苹果"]\nvalid_from = "2026"'), "write a date"),
        (('"李", "杏"]', '"李"]'), "needs at least 4 examples"),
        (("[[rule]]", "[[rule"), "not TOML"),
        (('phrases = ["苹果"]', 'phrases = ["❤"]'), "has no letter"),
    ],
)
def test_a_bad_pack_is_refused_with_its_reason(change, said):
    assert len(read_pack(RULE, "good.toml").rules) == 1
    with pytest.raises(PackError) as refused:
        read_pack(RULE.replace(*change), "bad.toml")
    assert "bad.toml" in str(refused.value) and said in str(refused.value)


def test_two_packs_may_not_share_an_id(tmp_path):
    (tmp_path / "a.toml").write_text(RULE, "utf-8")
    (tmp_path / "b.toml").write_text(RULE, "utf-8")
    with pytest.raises(PackError, match=r"already stands in a\.toml"):
        load_packs(tmp_path)


def test_a_rule_holds_only_between_its_dates():
    dated = RULE.replace('phrases = ["苹果"]', 'phrases = ["苹果"]\nvalid_from = 2026-05-06\nvalid_to = 2026-12-31')
    dated = dated.replace(
        'match = ["苹果一", "苹果二", "苹果三", "苹 果"]',
        "match = [" + ", ".join(f'{{text = "苹果{n}", day = 2026-06-0{n}}}' for n in range(1, 5)) + "]",
    )
    engine = engine_of([read_pack(dated, "dated.toml")])
    for day, verdict in ((date(2026, 5, 5), "allow"), (date(2026, 5, 6), "block"), (date(2027, 1, 1), "allow")):
        assert engine.check("苹果", Context(platform="tmall", day=day)).verdict == verdict


def test_an_engine_without_rules_allows():
    assert engine_of([]).check("加微信", TMALL).verdict == "allow"


def test_a_sentence_is_checked_fast_enough_for_the_message_lane():
    text = "亲，您好，您拍的这款羊毛大衣还有现货，颜色有红色和黑色两种，尺码建议您参考详情页的尺码表，身高体重发我我帮您推荐一下哦"
    spent = []
    for _ in range(20):
        started = time.thread_time()
        for _ in range(50):
            check(text, TMALL)
        spent.append((time.thread_time() - started) / 50)
    assert min(spent) < 0.0008, f"{min(spent) * 1e6:.0f} us of processor time"  # 250 us on a quiet core
