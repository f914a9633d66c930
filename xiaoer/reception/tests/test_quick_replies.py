"""Quick replies: found by keyword, pinyin and initials, filled in, edited by whom they belong to; the starter set."""

import pytest

from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.people.models import Membership, Team
from xiaoer.reception import variables
from xiaoer.reception.models import QuickReply
from xiaoer.reception.script_form import checked
from xiaoer.reception.script_reads import shop_values
from xiaoer.reception.starter import replies_for, starter_replies
from xiaoer.reception.tests.people_in_talks import Buyer, an_order

pytestmark = pytest.mark.django_db


def url(cast: Cast, **more: object) -> str:
    return f"/api/quick-replies?shop={cast.tmall.pk}" + "".join(f"&{name}={value}" for name, value in more.items())


def titles(cast: Cast, q: str, who: str = "quanquan") -> list[str]:
    return [row["title"] for row in cast.as_(who).get(url(cast, q=q))["items"]]


@pytest.fixture
def loaded(cast: Cast) -> Cast:
    assert cast.as_("supervisor").post(f"/api/quick-replies/starter?shop={cast.tmall.pk}")["added"] > 35
    return cast


@pytest.mark.parametrize("q", ["退货条件", "退货", "tuihuotiaojian", "thtj", "/thtj", "退h", "tuihuo"])
def test_found_by_word_pinyin_and_initials(loaded: Cast, q: str) -> None:
    assert "退货条件" in titles(loaded, q)


def test_the_shortcut_wins_and_nonsense_finds_nothing(loaded: Cast) -> None:
    assert titles(loaded, "fp")[0] == "发票：随货" and titles(loaded, "zzzqqq") == []


def test_the_starter_is_loaded_once_and_keeps_edits(loaded: Cast) -> None:
    row = QuickReply.objects.filter(shop=loaded.tmall, source="welcome").get()
    loaded.as_("supervisor").patch(f"/api/quick-replies/{row.pk}", {"text": "您好，这里是{shop}"})
    assert loaded.as_("supervisor").post(f"/api/quick-replies/starter?shop={loaded.tmall.pk}") == {"added": 0}
    row.refresh_from_db()
    assert row.text == "您好，这里是{shop}"
    changed = Event.objects.get(kind="quick_reply.changed")
    assert changed.payload["changes"]["text"][1] == "您好，这里是{shop}"


def test_every_starter_reply_is_sound() -> None:
    keys = [one.key for one in starter_replies()]
    assert len(set(keys)) == len(keys) >= 40
    for one in starter_replies():
        checked({"title": one.title, "text": one.text, "category": one.category, "shortcut": one.shortcut})
        assert one.source, one.key
    for platform in ("tmall", "taobao", "jd", "pinduoduo", "douyin", "kuaishou", "own"):
        shortcuts = [one.shortcut for one in replies_for(platform) if one.shortcut]
        assert len(set(shortcuts)) == len(shortcuts), platform


def test_ship_promises_follow_the_platform() -> None:
    tmall = " ".join(one.text for one in replies_for("tmall"))
    taobao = " ".join(one.text for one in replies_for("taobao"))
    assert "72小时" in tmall and "当天发货" not in tmall and "次日发" not in tmall
    assert "16:00" in taobao and "72小时" not in taobao


@pytest.mark.parametrize("slug", ["tmall", "taobao"])
def test_the_guard_lets_every_starter_reply_pass(cast: Cast, slug: str) -> None:
    from xiaoer.guard import queries as guard
    from xiaoer.people.queries import shop_facts

    facts = shop_facts(getattr(cast, slug).pk)
    values = {**variables.SAMPLES, "shop": facts.name, **{k: v for k, v in shop_values(facts, at=NOON).items() if v}}
    stopped = {}
    for one in replies_for(facts.platform):
        known = guard.context_for(facts, known_numbers=(values["order_no"], values["waybill"]))
        verdict = guard.check(variables.fill(one.text, values).text, known)
        if verdict.verdict in ("block", "warn"):
            stopped[one.key] = (verdict.verdict, [hit.id for hit in verdict.rules])
    assert stopped == {}


def test_variables_are_filled_with_fallbacks(loaded: Cast) -> None:
    buyer = Buyer()
    talk = buyer.talk()
    agent = loaded.as_("quanquan")
    row = QuickReply.objects.get(shop=loaded.tmall, source="waybill")
    filled = agent.post(f"/api/quick-replies/{row.pk}/fill", {"conversation": talk})
    assert filled["text"] == "亲，您的订单由快递承运，运单号：暂无单号，发出后会自动更新。" and filled["missing"] == []
    an_order(loaded)
    buyer.prove()
    filled = agent.post(f"/api/quick-replies/{row.pk}/fill", {"conversation": talk})
    assert filled["text"] == "亲，您的订单1930679858170647890由顺丰速运承运，运单号：SF1020304050607。"
    row.refresh_from_db()
    assert row.used == 2
    items = agent.get(url(loaded, conversation=talk))["items"]
    assert items[0]["id"] == row.pk and "SF1020304050607" in items[0]["rendered"], "what is used comes first"
    welcome = next(one for one in items if one["title"] == "欢迎语")
    assert welcome["rendered"] == "您好，我是圈圈家旗舰店的客服圈圈，感谢您的光临！请问有什么可以帮您？"


def test_a_missing_value_is_named() -> None:
    filled = variables.fill("{buyer}您好，单号{waybill}，{order_no|}", {"buyer": "马女士"})
    assert filled == variables.Filled("马女士您好，单号【请填写：运单号】，", ("waybill",))


def test_using_one_in_a_foreign_conversation(loaded: Cast) -> None:
    talk = Buyer().talk()
    loaded.as_("tangtang").post(f"/api/conversations/{talk}/take")
    row = QuickReply.objects.filter(shop=loaded.tmall)[0]
    with nothing_changes(QuickReply):
        loaded.as_("quanquan").post(f"/api/quick-replies/{row.pk}/fill", {"conversation": talk}, status=404)
        loaded.as_("quanquan").get(url(loaded, conversation=talk), status=404)
        loaded.as_("stranger").post(f"/api/quick-replies/{row.pk}/fill", {"conversation": talk}, status=404)


def test_personal_replies_are_ones_own(cast: Cast) -> None:
    made = cast.as_("quanquan").post(url(cast), {"title": "我的话", "text": "亲亲{buyer|亲}", "shortcut": "wd"})
    assert made["scope"] == "personal" and made["variables"] == ["buyer"] and made["may_edit"]
    assert titles(cast, "wd") == ["我的话"] and titles(cast, "wd", "tangtang") == []
    with nothing_changes(QuickReply):
        for who in ("tangtang", "supervisor", "stranger", "trainer"):
            cast.as_(who).patch(f"/api/quick-replies/{made['id']}", {"text": "x"}, status=404)
            cast.as_(who).delete(f"/api/quick-replies/{made['id']}", status=404)
    assert cast.as_("quanquan").delete(f"/api/quick-replies/{made['id']}") == {"ok": True}
    assert Event.objects.get(kind="quick_reply.removed").payload["text"] == "亲亲{buyer|亲}"


def test_shop_replies_are_edited_by_supervisor_and_trainer(cast: Cast) -> None:
    made = cast.as_("trainer").post(url(cast), {"scope": "shop", "title": "统一话术", "text": "您好"})
    assert titles(cast, "统一") == ["统一话术"]
    with nothing_changes(QuickReply):
        cast.as_("quanquan").post(url(cast), {"scope": "shop", "title": "a", "text": "b"}, status=403)
        cast.as_("quanquan").patch(f"/api/quick-replies/{made['id']}", {"text": "b"}, status=403)
        cast.as_("warehouse").get(url(cast), status=403)
        cast.as_("stranger").get(url(cast), status=404)
        cast.as_("stranger").patch(f"/api/quick-replies/{made['id']}", {"text": "b"}, status=404)


def test_team_replies_are_seen_by_the_team(cast: Cast) -> None:
    team = Team.objects.create(shop=cast.tmall, name="售后组")
    Membership.objects.get(shop=cast.tmall, staff=cast.staff["anan"]).teams.add(team)
    data = {"scope": "team", "team": team.pk, "title": "组内话术", "text": "您好"}
    cast.as_("supervisor").post(url(cast), data)
    assert titles(cast, "组内", "anan") == ["组内话术"] and titles(cast, "组内", "mumu") == []
    with nothing_changes(QuickReply):
        cast.as_("supervisor").post(url(cast), {**data, "team": 99999}, status=422)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": "", "text": "x"}, "title"),
        ({"title": "x", "text": "  "}, "text"),
        ({"title": "x", "text": "{phone}"}, "text"),
        ({"title": "x" * 61, "text": "x"}, "title"),
        ({"title": "x", "text": "x", "shortcut": "wd"}, "shortcut"),
        ({"title": "x", "text": "x", "scope": "world"}, "scope"),
    ],
)
def test_bad_replies_are_refused(cast: Cast, data: dict[str, str], field: str) -> None:
    cast.as_("supervisor").post(url(cast), {"title": "我的话", "text": "x", "shortcut": "wd"})
    with nothing_changes(QuickReply):
        error = cast.as_("supervisor").post(url(cast), data, status=422)["error"]
    assert field in error["fields"]
