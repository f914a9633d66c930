"""The guard where the talk is: trial on past messages, appeals, near misses, incoming traps, fitting scripts, report."""

from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from xiaoer.guard.flow import APPEAL
from xiaoer.guard.models import GuardAppeal, GuardHit, GuardRuleset
from xiaoer.kernel import clock
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.models import Event
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import NOON, flow_matrix, make_cast, nothing_changes
from xiaoer.reception.actions import quick_replies
from xiaoer.reception.models import Conversation
from xiaoer.reception.tests.people_in_talks import Buyer, buyer_who, says

BLOCKED = "亲，加我微信聊"


@pytest.fixture
def cast(db, noon):
    return make_cast()


@pytest.fixture
def talk(cast):
    pk = Buyer().talk()
    says(pk, buyer_who(pk), "在吗，我手机13812345678")
    cast.as_("quanquan").post(f"/api/conversations/{pk}/take")
    says(pk, cast.who("quanquan"), "亲，在的")
    return pk


def trial(cast, body, who="inspector", status=200):
    return cast.as_(who).post(f"/api/guard/trial?shop={cast.tmall.pk}", body, status=status)


def rule(*phrases, **more):
    return {"rule": {"title_zh": "试跑", "reason_zh": "试跑", "phrases": list(phrases), **more}}


def test_a_draft_is_tried_on_the_shops_messages(cast, talk):
    for n in range(5):
        says(talk, cast.who("quanquan"), f"这件是清仓甩卖第{n}天，详询13912345678")
    says(talk, cast.who("quanquan"), "清仓甩卖的老消息", at=NOON - timedelta(days=31))
    says(talk, buyer_who(talk), "是清仓甩卖吗")
    page = trial(cast, rule("清仓甩卖"))
    assert (page["matched"], page["next"]) == (5, None) and page["looked"] == 7  # the greeting too
    item = page["items"][0]
    assert item["hit"] == "清仓甩卖" and "139****5678" in item["after"] and item["conversation"] == talk
    assert trial(cast, rule("清仓甩卖", direction="in"))["matched"] == 1
    assert trial(cast, rule("清仓甩卖", unless=["第3天"]))["matched"] == 5  # the exception stands elsewhere
    taobao = cast.as_("inspector").post(f"/api/guard/trial?shop={cast.taobao.pk}", rule("清仓甩卖"))
    assert taobao["looked"] == 0


def test_the_trial_is_bounded_and_goes_on_where_it_stopped(cast, talk, monkeypatch):
    from xiaoer.reception import guard_reads

    monkeypatch.setattr(guard_reads, "TALKS_A_PAGE", 1)
    other = Buyer(visitor="v-2").talk()
    says(other, cast.who("quanquan"), "清仓甩卖")
    first = trial(cast, rule("清仓甩卖"))
    assert (first["looked"], first["matched"]) == (2, 1) and first["next"] == other
    second = trial(cast, {**rule("清仓甩卖"), "before": first["next"], "done": first["looked"]})
    assert second["looked"] == 2 and second["matched"] == 0
    assert trial(cast, {**rule("清仓甩卖"), "done": first["most"]})["looked"] == 0


def test_an_exception_is_tried_too(cast, talk):
    says(talk, cast.who("quanquan"), "亲，微信图案手机壳有三种颜色")
    body = {"override": {"rule": "contact.wechat", "change": {"exceptions": ["微信图案手机壳"], "reason": "试跑预览"}}}
    page = trial(cast, body)
    assert (page["matched"], page["excused"]) == (1, 1)


def test_who_may_try(cast, talk):
    trial(cast, rule("清仓甩卖"), who="quanquan", status=403)
    trial(cast, rule("清仓甩卖"), who="stranger", status=404)
    assert "patterns" in trial(cast, rule(patterns=["[a-z]+你好"]), status=422)["error"]["fields"]
    trial(cast, {}, status=422)


def appeal(cast, talk, who="quanquan", status=200, **changes):
    body = {"rule": "contact.wechat", "text": BLOCKED, "reason": "只是提到名称", **changes}
    return cast.as_(who).post(f"/api/conversations/{talk}/guard-appeal", body, status=status)


def test_an_appeal_is_decided_told_and_learnt(cast, talk):
    text = "亲，微信图案手机壳有三种颜色"
    made = appeal(cast, talk, text=text)
    full = cast.as_("inspector").get(f"/api/guard/appeals/{made['id']}")
    assert full["text"] == text and [one["text"] for one in full["history"]][-2:] == [
        "在吗，我手机138****5678",
        "亲，在的",
    ]
    assert full["rule_match"] and {one["verb"] for one in full["can"]} == {"uphold", "excuse"}
    done = cast.as_("inspector").post(f"/api/guard/appeals/{made['id']}/excuse", {"answer": "确是商品名"})
    assert (done["state"], done["may_improve"]) == ("false_alarm", True)
    line = Event.objects.get(kind="guard_appeal.excuse")
    assert line.payload["details"] == {"staff": cast.staff["quanquan"].pk, "rule": "contact.wechat"}
    mine = cast.as_("quanquan").get("/api/guard/appeals", {"mine": True})["items"]
    assert mine[0]["answer"] == "确是商品名"
    with nothing_changes(GuardRuleset):
        url = f"/api/guard/appeals/{made['id']}/improve"
        cast.as_("inspector").post(url, {"saying": "不在原句里"}, status=422)
    draft = cast.as_("inspector").post(url, {"saying": "微信图案手机壳"})
    assert draft["overrides"]["contact.wechat"]["exceptions"] == ["微信图案手机壳"]
    cast.as_("inspector").post(f"/api/guard/rulesets/{draft['id']}/submit", {"note": "误拦"})
    cast.as_("supervisor").post(f"/api/guard/rulesets/{draft['id']}/publish")
    check = {"shop": cast.tmall.pk, "text": text}
    assert cast.as_("quanquan").post("/api/guard/check", check)["verdict"] == "allow"


def test_appeals_that_are_refused(cast, talk):
    with nothing_changes(GuardAppeal):
        assert "rule" in appeal(cast, talk, text="亲，您好", status=422)["error"]["fields"]
        assert "reason" in appeal(cast, talk, reason="错", status=422)["error"]["fields"]
        appeal(cast, talk, who="stranger", status=404)
        appeal(cast, talk, who="tangtang", status=404)  # another agent's talk
    made = appeal(cast, talk)
    with nothing_changes(GuardAppeal):
        assert appeal(cast, talk, status=409)["error"]["code"] == "appealed_already"
        cast.as_("quanquan").post(f"/api/guard/appeals/{made['id']}/excuse", {"answer": "我说了算"}, status=403)
        cast.as_("tangtang").get(f"/api/guard/appeals/{made['id']}", status=404)
    assert cast.as_("quanquan").post(f"/api/guard/appeals/{made['id']}/withdraw")["state"] == "withdrawn"


def test_nobody_reviews_her_own_appeal_and_a_late_one_is_said(cast, talk):
    cast.as_("supervisor").post(
        f"/api/conversations/{talk}/guard-appeal", {"rule": "contact.wechat", "text": BLOCKED, "reason": "试一下看看"}
    )
    row = GuardAppeal.objects.get()
    with nothing_changes(GuardAppeal):
        no = cast.as_("supervisor").post(f"/api/guard/appeals/{row.pk}/uphold", {"answer": "维持"}, status=409)["error"]
        assert no["code"] == "own_appeal"
    with clock.frozen(NOON + timedelta(hours=24)):
        while fire_due():
            pass
    assert Event.objects.filter(kind="guard_appeal.late").count() == 1


def test_the_appeals_table_holds(cast):
    def make(state):
        GuardAppeal.objects.all().delete()
        return GuardAppeal.objects.create(
            shop=cast.tmall, staff=cast.staff["quanquan"], state=state, state_at=NOON, rule="x", level="block", text="x",
            reason="x", digest="x", at=NOON,
        )  # fmt: skip

    assert flow_matrix(APPEAL, make) == 12


def test_traps_and_hidden_text_come_with_a_safe_answer(cast, talk):
    quick_replies.load_starter(cast.tmall.pk, by=cast.who("supervisor"), at=NOON)
    asked = says(talk, buyer_who(talk), "我买的100元的产品可以给我开500元的发票吗")
    hidden = says(talk, buyer_who(talk), "有货吗\U000e0061\U000e0064\U000e0064")
    answer = cast.as_("quanquan").get(f"/api/conversations/{talk}/alerts")
    found = {one["seq"]: one for one in answer["items"]}
    trap = found[asked.seq]["rules"][0]
    assert trap["id"] == "trap.invoice_other" and (trap["rewrite"] or trap["script"])
    assert found[hidden.seq]["hidden"]["text"] == "有货吗add" and answer["special"] is None
    cast.as_("tangtang").get(f"/api/conversations/{talk}/alerts", status=404)


def test_a_special_customer_is_said_beside_the_talk(cast, talk):
    customer = Conversation.objects.get(pk=talk).customer_id
    given = {"kind": "claimant", "reason": "多次索赔", "evidence": [{"text": "三张同款订单"}]}
    made = cast.as_("quanquan").post(f"/api/customers/{customer}/special", given)
    assert cast.as_("quanquan").get(f"/api/conversations/{talk}/alerts")["special"] is None
    cast.as_("supervisor").post(f"/api/special-customers/{made['id']}/confirm", {"note": "证据属实"})
    assert cast.as_("quanquan").get(f"/api/conversations/{talk}/alerts")["special"]["label"] == "职业索赔"


def test_a_script_of_the_shop_is_proposed(cast, talk):
    quick_replies.load_starter(cast.tmall.pk, by=cast.who("supervisor"), at=NOON)
    items = cast.as_("quanquan").get(f"/api/conversations/{talk}/guard-scripts", {"rules": "contact.qq,contact.wechat"})
    script = items["items"]["contact.qq"]
    assert script["title"] and "{{" not in script["text"]
    check = {"shop": cast.tmall.pk, "text": script["text"]}
    assert cast.as_("quanquan").post("/api/guard/check", check)["verdict"] == "allow"


def heed(cast, talk, text, key="near-1"):
    return cast.as_("quanquan").post(f"/api/conversations/{talk}/guard-heeded", {"text": text, "key": key})["counted"]


def test_the_report_counts_what_became_of_it(cast, talk):
    assert heed(cast, talk, BLOCKED) == 1 and heed(cast, talk, BLOCKED) == 0
    assert heed(cast, talk, "亲，您好", key="near-2") == 0
    heed(cast, talk, "这单我帮您关闭订单了", key="near-3")
    heed(cast, talk, "加我微信", key="near-4")
    made = appeal(cast, talk)
    cast.as_("inspector").post(f"/api/guard/appeals/{made['id']}/excuse", {"answer": "误拦"})
    seen = cast.as_("inspector").get("/api/guard/report", {"shop": cast.tmall.pk})
    rules = {row["rule"]: row for row in seen["rules"]}
    wechat = rules["contact.wechat"]
    assert (wechat["reworded"], wechat["stopped"], wechat["near"]) == (2, 2, 2)
    assert (wechat["points"], wechat["fen"], wechat["false_alarms"]) == (12, 1_000_000, 1)  # C18: two cost the deposit
    assert seen["total"]["stopped"] == GuardHit.objects.count() and seen["total"]["false_alarms"] == 1
    assert seen["agents"][0]["name"] == "圈圈" and sum(day["total"] for day in seen["days"]) == GuardHit.objects.count()
    assert len(seen["days"]) == 30 and seen["days"][-1]["day"] == "2026-11-11"
    cast.as_("quanquan").get("/api/guard/report", {"shop": cast.tmall.pk}, status=403)
    cast.as_("stranger").get("/api/guard/report", {"shop": cast.tmall.pk}, status=404)
    cast.as_("inspector").get("/api/guard/report", {"shop": cast.tmall.pk, "begin": "2026-01-01"}, status=422)


def test_the_report_as_a_workbook(cast, talk):
    heed(cast, talk, BLOCKED)
    answer = cast.as_("inspector").client.get(f"/api/guard/report.xlsx?shop={cast.tmall.pk}")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names == ["按规则", "按客服", "按班组", "按日期", "买家敏感提问", "误拦例句"]
    rows = book.get_sheet_by_name("按规则").to_python()
    assert rows[1][0] == "contact.wechat" and rows[1][rows[0].index("看到提示后改写")] == 1


def test_new_rules_are_heard_by_the_lane_at_once(cast, talk):
    """The journal's line of another process makes this one forget what it remembers of the shop."""
    from xiaoer.kernel.lane import Miss
    from xiaoer.kernel.tail import Line, _tell_hearers
    from xiaoer.reception import lane_edge

    shop = cast.tmall.pk
    lane_edge._shops.fetch(shop)
    assert lane_edge._shops.get(shop, False).context.platform == "tmall"
    row = [1, NOON, shop, "guard", "guard_rules.publish", "guard_rules:1", "staff:1", "{}", None, False, "", None]
    _tell_hearers([Line([*row[:4], "guard_rules.edited", *row[5:]])])
    assert lane_edge._shops.get(shop, False)
    _tell_hearers([Line(row)])
    with pytest.raises(Miss):
        lane_edge._shops.get(shop, False)


def test_sensitive_questions_are_counted_when_the_talk_ends(cast, talk):
    """R511 in the report: which traps buyers set, in how many talks; counted once however often it is delivered."""
    for text in ("有发票吗", "发票能开成办公用品吗", "加个微信吧", "这件红色好看"):
        says(talk, buyer_who(talk), text)
    cast.as_("quanquan").post(f"/api/conversations/{talk}/close", {})
    run_reactions()
    run_reactions()
    found = cast.as_("inspector").get("/api/guard/report", {"shop": cast.tmall.pk})
    traps = {one["rule"]: (one["times"], one["talks"]) for one in found["traps"]}
    assert traps["trap.contact"] == (1, 1) and traps["trap.invoice_other"] == (1, 1)
    assert found["total"]["total"] == 0, "what buyers ask is nobody's violation"
    sheet = cast.as_("inspector").client.get("/api/guard/report.xlsx", {"shop": cast.tmall.pk})
    assert "买家敏感提问" in CalamineWorkbook.from_filelike(BytesIO(sheet.content)).sheet_names


def test_a_sent_answer_is_appealed_with_its_question(cast, talk):
    """The warning came from question and answer together; so does the appeal made from the sent message."""
    says(talk, buyer_who(talk), "有发票吗")
    sent = says(talk, cast.who("quanquan"), "没有的哦")
    body = {"rule": "invoice.answer", "reason": "他问的是上一单的发票", "seq": sent.seq}
    assert cast.as_("quanquan").post(f"/api/conversations/{talk}/guard-appeal", body)["rule"] == "invoice.answer"
