"""A shop's own rules over HTTP: own examples, four eyes, at once in force, roll-back, overrides, the trial."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.guard import queries
from xiaoer.guard.flow import RULESET
from xiaoer.guard.models import GuardRuleset
from xiaoer.guard.shop_rules import ShopRule, as_rule, clean, compile_pattern
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, flow_matrix, make_cast, nothing_changes
from xiaoer.people.queries import facts_of

RULE = {
    "level": "block",
    "title_zh": "不许说清仓甩卖",
    "reason_zh": "品牌方不允许出现甩卖字样",
    "rewrite_zh": "亲，这款正在参加活动，价格以页面为准哦",
    "phrases": ["清仓甩卖"],
    "patterns": ["(可以|能)…私下…(便宜|优惠)"],
    "penalty": {"points": 2, "fen": 50000},
    "match": ["亲，这是清仓甩卖的价格", "可以私下给您便宜点"],
    "no_match": ["这款价格以页面为准"],
}


@pytest.fixture
def cast(db, noon):
    return make_cast()


def draft(cast, who="inspector"):
    return cast.as_(who).post(f"/api/guard/draft?shop={cast.tmall.pk}")


def put(cast, rule, who="inspector", status=200, edits=None):
    held = draft(cast, who)
    body = {"edits": held["edits"] if edits is None else edits, "rule": rule}
    return cast.as_(who).put(f"/api/guard/draft/rules?shop={cast.tmall.pk}", body, status=status)


def publish(cast, pk):
    cast.as_("inspector").post(f"/api/guard/rulesets/{pk}/submit", {"note": "品牌方要求"})
    return cast.as_("supervisor").post(f"/api/guard/rulesets/{pk}/publish")


def said(cast, text, who="quanquan"):
    return cast.as_(who).post("/api/guard/check", {"shop": cast.tmall.pk, "text": text})


def test_a_published_rule_holds_at_once_with_its_stake(cast):
    row = put(cast, RULE)
    assert row["rules"][0]["id"] == "shop.r1" and row["diff"][0]["what"] == "added"
    assert said(cast, "这是清仓甩卖的价格")["verdict"] == "allow"  # a draft stops nobody
    done = publish(cast, row["id"])
    assert (done["state"], done["version"], done["published_by"]) == ("published", 1, "林主管")
    found = said(cast, "这是清 仓 甩 卖的价格")
    assert found["verdict"] == "block"
    (hit,) = found["rules"]
    assert (hit["id"], hit["points"], hit["fen"], hit["rewrite"]) == ("shop.r1", 2, 50000, RULE["rewrite_zh"])
    assert said(cast, "能不能私下优惠")["verdict"] == "block"
    taobao = cast.as_("quanquan").post("/api/guard/check", {"shop": cast.taobao.pk, "text": "清仓甩卖"})
    assert taobao["verdict"] == "allow"
    assert Event.objects.filter(kind="guard_rules.publish").count() == 1


def test_a_rule_that_fails_its_own_examples_is_refused_with_the_sentence(cast):
    held = draft(cast)
    with nothing_changes(GuardRuleset):
        wrong = put(cast, {**RULE, "match": ["这句没有问题"]}, status=422, edits=held["edits"])["error"]
        assert "这句没有问题" in wrong["fields"]["match"]
        wrong = put(cast, {**RULE, "no_match": ["清仓甩卖啦"]}, status=422, edits=held["edits"])["error"]
        assert "清仓甩卖啦" in wrong["fields"]["no_match"]
        wrong = put(cast, {**RULE, "match": []}, status=422, edits=held["edits"])["error"]
        assert "match" in wrong["fields"]
        wrong = put(cast, {**RULE, "patterns": ["(a+)+b"]}, status=422, edits=held["edits"])["error"]
        assert "+" in wrong["fields"]["patterns"]


def test_nobody_publishes_her_own_work(cast):
    row = put(cast, RULE, who="supervisor")
    cast.as_("supervisor").post(f"/api/guard/rulesets/{row['id']}/submit", {"note": "品牌方要求"})
    with nothing_changes(GuardRuleset):
        refused = cast.as_("supervisor").post(f"/api/guard/rulesets/{row['id']}/publish", status=409)["error"]
        assert refused["code"] == "four_eyes"
        cast.as_("inspector").post(f"/api/guard/rulesets/{row['id']}/publish", status=403)
        cast.as_("quanquan").post(f"/api/guard/rulesets/{row['id']}/publish", status=404)
    assert cast.as_("owner").post(f"/api/guard/rulesets/{row['id']}/publish")["state"] == "published"


def test_who_edits_and_who_reads(cast):
    shop = cast.tmall.pk
    cast.as_("quanquan").post(f"/api/guard/draft?shop={shop}", status=403)
    cast.as_("stranger").post(f"/api/guard/draft?shop={shop}", status=404)
    cast.as_("quanquan").get("/api/guard/book", {"shop": shop}, status=403)
    page = cast.as_("inspector").get("/api/guard/book", {"shop": shop})
    assert page["may_edit"] and not page["may_publish"] and page["published"] is None
    levels = {row["id"]: row["level"] for row in page["shipped"]}
    assert levels["contact.wechat"] == "block"
    assert next(row for row in page["shipped"] if row["id"] == "contact.wechat")["points"] == 6


def test_two_editors_do_not_overwrite_each_other(cast):
    held = draft(cast)
    put(cast, RULE, edits=held["edits"])
    with nothing_changes(GuardRuleset):
        put(cast, {**RULE, "title_zh": "另一条"}, who="supervisor", edits=held["edits"], status=409)


def test_an_override_excuses_a_saying_but_never_the_rules_own_examples(cast):
    shop = cast.tmall.pk
    text = "亲，微信图案手机壳有三种颜色"
    assert said(cast, text)["verdict"] == "block"
    held = draft(cast)
    url = f"/api/guard/draft/overrides/contact.wechat?shop={shop}"

    def change(status=200, **values):
        body = {"edits": draft(cast)["edits"], "change": {"reason": "本店卖这款手机壳", **values}}
        return cast.as_("inspector").put(url, body, status=status)

    with nothing_changes(GuardRuleset):
        off = change(status=422, level="allow")["error"]
        assert "提醒" in off["fields"]["level"]
        wide = change(status=422, exceptions=["加微信"])["error"]
        assert "加微信" in wide["fields"]["exceptions"]
    change(level="warn", exceptions=["微信图案手机壳"])
    publish(cast, held["id"])
    assert said(cast, "亲，加微信聊")["verdict"] == "warn"
    assert said(cast, text)["verdict"] == "allow"


def test_a_stricter_level_is_heard(cast):
    body = {"edits": draft(cast)["edits"], "change": {"level": "block", "reason": "本店从严管理"}}
    row = cast.as_("inspector").put(f"/api/guard/draft/overrides/goods.absolute?shop={cast.tmall.pk}", body)
    before = said(cast, "这是全网最低价")
    publish(cast, row["id"])
    after = said(cast, "这是全网最低价")
    assert before["rules"] and after["verdict"] == "block"


def test_roll_back_makes_a_new_version_and_ends_the_other(cast):
    first = put(cast, RULE)
    publish(cast, first["id"])
    second = put(cast, {**RULE, "id": "shop.r1", "level": "warn"})
    publish(cast, second["id"])
    assert said(cast, "清仓甩卖")["verdict"] == "warn"
    with nothing_changes(GuardRuleset):
        cast.as_("inspector").post(f"/api/guard/rulesets/{first['id']}/restore", {"note": "误改"}, status=403)
    back = cast.as_("supervisor").post(f"/api/guard/rulesets/{first['id']}/restore", {"note": "误改，先退回"})
    assert (back["version"], back["restores"], back["state"]) == (3, 1, "published")
    assert said(cast, "清仓甩卖")["verdict"] == "block"
    items = cast.as_("inspector").get("/api/guard/rulesets", {"shop": cast.tmall.pk})["items"]
    assert sorted((row["version"], row["state"]) for row in items) == [
        (1, "superseded"), (2, "superseded"), (3, "published"),
    ]  # fmt: skip
    seen = cast.as_("inspector").get(f"/api/guard/rulesets/{second['id']}")
    assert [one["field"] for one in seen["diff"][0]["fields"]] == ["level"]


def test_a_draft_behind_a_roll_back_must_be_looked_at_again(cast):
    first = put(cast, RULE)
    publish(cast, first["id"])
    second = put(cast, {**RULE, "id": "shop.r1", "level": "warn"})
    publish(cast, second["id"])
    third = put(cast, {**RULE, "id": "shop.r1", "level": "log"})
    cast.as_("inspector").post(f"/api/guard/rulesets/{third['id']}/submit", {"note": "再放宽"})
    cast.as_("supervisor").post(f"/api/guard/rulesets/{first['id']}/restore", {"note": "误改"})
    with nothing_changes(GuardRuleset):
        cast.as_("supervisor").post(f"/api/guard/rulesets/{third['id']}/publish", status=409)
    cast.as_("supervisor").post(f"/api/guard/rulesets/{third['id']}/send_back", {"answer": "请核对第3版"})
    cast.as_("inspector").post(f"/api/guard/rulesets/{third['id']}/submit", {"note": "核对过了"})
    assert cast.as_("supervisor").post(f"/api/guard/rulesets/{third['id']}/publish")["version"] == 4


def test_the_tester_asks_an_unsaved_rule(cast):
    url = f"/api/guard/try?shop={cast.tmall.pk}"
    inspector = cast.as_("inspector")
    assert inspector.post(url, {"text": "清仓甩卖"})["verdict"] == "allow"
    assert inspector.post(url, {"text": "清仓甩卖", "rule": RULE})["verdict"] == "block"
    put(cast, RULE)
    assert inspector.post(url, {"text": "清仓甩卖", "draft": True})["verdict"] == "block"
    incoming = {**RULE, "direction": "in", "level": "log"}
    assert inspector.post(url, {"text": "清仓甩卖吗", "rule": incoming, "direction": "in"})["verdict"] == "log"


@pytest.mark.django_db
def test_the_flow_table_holds(cast):
    def make(state):
        GuardRuleset.objects.all().delete()
        return GuardRuleset.objects.create(shop=cast.tmall, state=state, state_at=NOON, made_by="staff:1", made_at=NOON)

    assert flow_matrix(RULESET, make) == 25


def test_a_context_carries_the_version_it_was_made_with(cast):
    row = put(cast, RULE)
    before = queries.context_for(facts_of(cast.tmall))
    publish(cast, row["id"])
    after = queries.context_for(facts_of(cast.tmall))
    assert before != after and queries.check("清仓甩卖", before).verdict == "allow"
    assert queries.context_for(facts_of(cast.tmall)) == after


@given(st.text(max_size=40), st.text(max_size=200))
def test_no_pattern_crashes_or_hangs(pattern, text):
    try:
        made, anchors = compile_pattern(pattern)
    except Invalid as refusal:
        assert refusal.fields["patterns"].zh
        return
    assert anchors and made.count("{0,10}") <= 3
    rule = ShopRule(id="shop.x", title_zh="某规则", reason_zh="某原因", patterns=[pattern])
    from xiaoer.guard.engine import Engine

    Engine([as_rule(rule)]).check(text + pattern, queries.Context(platform="tmall"))


def test_the_little_language(cast):
    words = ["工号#####", "(可以|能)…私下…(便宜|优惠)"]
    rule = clean(ShopRule.model_validate({**RULE, "patterns": words, "match": ["我的工号12345", "能帮您私下优惠"]}))
    assert rule.patterns[0] == "工号#####"
    for text in ("加…", "((a|b)|c)你好", "x", "微|信加我", "[a-z]*你好"):
        with pytest.raises(Invalid):
            compile_pattern(text)
