"""Routing for a user: skill groups, sides, corrections, peak mode, stand-ins, states and their history, decisions."""

from datetime import timedelta
from typing import Any

import pytest

from xiaoer.kernel import clock
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.orders.events_service import ServiceMoved
from xiaoer.orders.queries import orders_of_customer
from xiaoer.people.models import Membership, Team
from xiaoer.reception import actions as reception
from xiaoer.reception.models import AgentStatus, Conversation, Message
from xiaoer.reception.tests.people_in_talks import Buyer, an_order, buyer_who, says
from xiaoer.routing import actions
from xiaoer.routing.models import Example, Sorting, StatusSpell, Topic
from xiaoer.routing.tests.test_routing import agent_of, comes_in, online, settle_down
from xiaoer.routing.timers import hear_first_words

pytestmark = pytest.mark.django_db


def rule(cast: Cast, key: str, value: Any, shop: Any = None) -> None:
    data = {"value": value, "reason": "测试"}
    cast.as_("owner").put(f"/api/policy/{key}?shop={(shop or cast.tmall).pk}", data)


def groups(cast: Cast, **members: str) -> dict[str, Team]:
    """The nine skill groups, with people in them: groups(cast, logistics="anan")."""
    cast.as_("supervisor").post(f"/api/routing/starter?shop={cast.tmall.pk}")
    teams = {team.kind: team for team in Team.objects.filter(shop=cast.tmall)}
    for kind, name in members.items():
        Membership.objects.get(shop=cast.tmall, staff=cast.staff[name]).teams.add(teams[kind])
    return teams


def asks(text: str, at: Any = NOON, slug: str = "quanquan-tmall") -> int:
    talk = Buyer(slug).talk()
    settle_down()
    says(talk, buyer_who(talk), text, at=at)
    hear_first_words()
    return talk


def test_nine_groups_and_topics_once(cast: Cast) -> None:
    url = f"/api/routing/starter?shop={cast.tmall.pk}"
    assert cast.as_("supervisor").post(url) == {"topics": 9, "teams": 9}
    assert cast.as_("supervisor").post(url) == {"topics": 0, "teams": 0}
    cast.as_("quanquan").post(url, status=403)
    cast.as_("stranger").post(url, status=404)


def test_first_words_lead_to_the_skill_group(cast: Cast) -> None:
    groups(cast, logistics="anan", after_sales="mumu")
    online(cast, "quanquan", "anan", "mumu")
    assert agent_of(asks("我的快递到哪了")) == "anan"
    assert agent_of(asks("wo yao tuihuo")) == "mumu"
    talk = asks("这件多少钱")
    assert agent_of(talk) is not None, "no group for it: anybody"
    sorting = cast.as_("supervisor").get(f"/api/conversations/{talk}/routing")["sorting"]
    assert sorting["topic"] == "goods" and sorting["sure"] == 99 and sorting["words"] == ["多少钱"]


def test_a_mere_greeting_waits_for_the_next_words(cast: Cast) -> None:
    groups(cast, logistics="anan")
    online(cast, "quanquan", "anan")
    talk = asks("在吗")
    assert agent_of(talk) is None
    now = cast.as_("supervisor").get(f"/api/conversations/{talk}/routing")["now"]
    assert now["reason"] == "first_words" and now["widens_at"] == "2026-11-11T04:00:04Z"
    says(talk, buyer_who(talk), "查一下物流", at=NOON + timedelta(seconds=2))
    with clock.frozen(NOON + timedelta(seconds=2)):
        hear_first_words()
    assert agent_of(talk) == "anan"


def test_who_says_nothing_is_served_in_the_end(cast: Cast) -> None:
    groups(cast, logistics="anan")
    online(cast, "quanquan", "anan")
    talk = Buyer().talk()
    settle_down()
    assert agent_of(talk) is None
    with clock.frozen(NOON + timedelta(seconds=15)):
        fire_due()
    assert agent_of(talk) is not None


def test_a_busy_group_then_anybody(cast: Cast) -> None:
    groups(cast, logistics="anan")
    online(cast, "anan", cap=1)
    online(cast, "quanquan")
    assert agent_of(asks("快递呢")) == "anan"
    second = asks("快递呢")
    assert agent_of(second) is None
    reasons = cast.as_("supervisor").get(f"/api/routing/queue?shop={cast.tmall.pk}")["items"]
    assert [one["reason"] for one in reasons if one["conversation"] == second] == ["nobody_skilled"]
    with clock.frozen(NOON + timedelta(seconds=61)):
        fire_due()
    assert agent_of(second) == "quanquan"


def test_separate_accounts_on_taobao(cast: Cast) -> None:
    """R027, R072: pre-sales agents get pre-sales buyers only, and after-sales agents the others."""
    for name in ("quanquan", "anan"):
        cast.as_(name).post("/api/agents/status", {"status": "online", "shop": cast.taobao.pk})
    settle_down()
    assert agent_of(asks("有货吗", slug="quanquan-taobao")) == "quanquan"
    assert agent_of(asks("我要退款", slug="quanquan-taobao")) == "anan"
    cast.as_("anan").post("/api/agents/status", {"status": "away", "shop": cast.taobao.pk})
    settle_down()
    talk = asks("我要退货", slug="quanquan-taobao")
    assert agent_of(talk) is None
    now = cast.as_("supervisor").get(f"/api/conversations/{talk}/routing")["now"]
    assert {one["name"]: one["reason"] for one in now["candidates"]}["圈圈"] == "off_side"


def test_correct_and_move_with_one_press(cast: Cast) -> None:
    groups(cast, logistics="anan")
    online(cast, "quanquan")
    talk = asks("帮我看看这个")
    assert agent_of(talk) == "quanquan"
    online(cast, "anan")
    answer = cast.as_("quanquan").post(f"/api/conversations/{talk}/topic", {"topic": "logistics", "reroute": True})
    settle_down()
    assert agent_of(talk) == "anan" and answer["sorting"]["how"] == "hand"
    assert Example.objects.get().topic == "logistics"
    with nothing_changes(Sorting, Conversation, Example):
        cast.as_("anan").post(f"/api/conversations/{talk}/topic", {"topic": "weather"}, status=422)
        cast.as_("tangtang").post(f"/api/conversations/{talk}/topic", {"topic": "goods"}, status=404)
        cast.as_("stranger").post(f"/api/conversations/{talk}/topic", {"topic": "goods"}, status=404)


def test_escalated_to_a_senior_agent(cast: Cast) -> None:
    online(cast, "quanquan")
    talk = comes_in()
    cast.as_("quanquan").post(f"/api/conversations/{talk}/escalate", {}, status=409)
    groups(cast, senior="mumu")
    online(cast, "mumu")
    cast.as_("quanquan").post(f"/api/conversations/{talk}/escalate", {"note": "要求赔偿，定不了"})
    settle_down()
    assert agent_of(talk) == "mumu"
    assert Message.objects.get(conversation_id=talk, kind="note").text == "交接：要求赔偿，定不了"


def test_a_topic_is_changed_and_holds_at_once(cast: Cast) -> None:
    groups(cast)
    url = f"/api/routing/topics/goods?shop={cast.tmall.pk}"
    cast.as_("supervisor").patch(url, {"words": ["几厘米"]})
    tried = cast.as_("supervisor").post(f"/api/routing/try?shop={cast.tmall.pk}", {"text": "鞋跟几厘米"})
    assert tried["topic"] == "goods"
    with nothing_changes(Topic):
        cast.as_("supervisor").patch(url, {"words": ["x" * 30]}, status=422)
        cast.as_("supervisor").patch(url, {"team": 99999}, status=422)
        cast.as_("quanquan").patch(url, {"words": []}, status=403)
        cast.as_("supervisor").patch(f"/api/routing/topics/none?shop={cast.tmall.pk}", {"words": []}, status=404)


def test_peak_mode_by_the_queue_and_by_hand(cast: Cast) -> None:
    rule(cast, "peak_queue_on", 2)
    rule(cast, "peak_queue_off", 0)
    url = f"/api/routing/mode?shop={cast.tmall.pk}"
    for _ in range(2):
        talk = Buyer().talk()
        says(talk, buyer_who(talk), "在吗")
    settle_down()
    assert cast.as_("quanquan").get(url)["peak"] and cast.as_("quanquan").get(url)["auto"]
    online(cast, "quanquan", cap=1)
    agents = cast.as_("quanquan").get(f"/api/agents?shop={cast.tmall.pk}")["items"]
    assert Event.objects.filter(kind="reception.mode").order_by("-number")[0].payload["peak"] is True
    assert agents[0]["load"] == 2, "two more than her cap of one in peak mode"
    cast.as_("quanquan").post(url, {"hold": "off"}, status=403)
    assert cast.as_("supervisor").post(url, {"hold": "off"})["peak"] is False
    assert cast.as_("supervisor").post(url, {"hold": "on"})["peak"] is True
    cast.as_("supervisor").post(url, {"hold": "maybe"}, status=422)


def test_the_main_account_keeps_and_passes_on(cast: Cast) -> None:
    """R011, R012: it serves nobody; who comes on duty gets what it kept."""
    rule(cast, "routing_nobody", "main")
    accounts = f"/api/routing/accounts?shop={cast.tmall.pk}"
    cast.as_("supervisor").put(accounts, {"main": cast.staff["supervisor"].pk})
    talk = comes_in()
    assert agent_of(talk) == "supervisor"
    online(cast, "quanquan")
    assert agent_of(talk) == "quanquan" and Conversation.objects.get(pk=talk).queued_at == NOON
    cast.as_("supervisor").put(accounts, {"main": cast.staff["warehouse"].pk}, status=422)


def test_the_proxy_account(cast: Cast) -> None:
    rule(cast, "routing_nobody", "proxy")
    cast.as_("supervisor").put(f"/api/routing/accounts?shop={cast.tmall.pk}", {"proxy": cast.staff["tangtang"].pk})
    assert agent_of(comes_in()) == "tangtang"


def test_suspended_still_meets_her_own_buyers(cast: Cast) -> None:
    online(cast, "quanquan")
    buyer = Buyer()
    first = buyer.talk()
    settle_down()
    cast.as_("quanquan").post(f"/api/conversations/{first}/close", {"invite": False})
    cast.as_("quanquan").post("/api/agents/status", {"status": "suspended"})
    online(cast, "tangtang")
    again = buyer.talk()
    settle_down()
    assert agent_of(again) == "quanquan" and agent_of(comes_in()) == "tangtang"


def test_a_lost_line_ends_in_offline_and_comes_back(cast: Cast) -> None:
    online(cast, "quanquan")
    me = cast.staff["quanquan"].pk
    actions.note_pages({me}, now=NOON, at=NOON)
    actions.note_pages(set(), now=NOON + timedelta(seconds=59), at=NOON + timedelta(seconds=59))
    assert AgentStatus.objects.get(staff_id=me).status == "online", "grace time"
    actions.note_pages(set(), now=NOON + timedelta(seconds=61), at=NOON + timedelta(seconds=61))
    assert AgentStatus.objects.get(staff_id=me).status == "offline"
    actions.note_pages({me}, now=NOON + timedelta(seconds=90), at=NOON + timedelta(seconds=90))
    assert AgentStatus.objects.get(staff_id=me).status == "online"
    settle_down()
    spells = cast.as_("quanquan").get(f"/api/agents/history?shop={cast.tmall.pk}&staff={me}&until=2026-11-11T05:00:00Z")
    assert [(one["status"], one["why"]) for one in spells["items"]] == [
        ("online", "line_back"), ("offline", "line_lost"), ("online", ""),
    ]  # fmt: skip
    assert spells["items"][2]["device"] == "api" and spells["totals"][0]["seconds"]["offline"] == 29
    assert StatusSpell.objects.filter(until=None).count() == 1
    cast.as_("tangtang").get(f"/api/agents/history?shop={cast.tmall.pk}&staff={me}", status=403)
    cast.as_("stranger").get(f"/api/agents/history?shop={cast.tmall.pk}", status=404)


def test_who_never_had_a_page_is_not_timed(cast: Cast) -> None:
    online(cast, "quanquan")
    actions.note_pages(set(), now=NOON + timedelta(days=1), at=NOON + timedelta(days=1))
    assert AgentStatus.objects.get(staff=cast.staff["quanquan"], shop=cast.tmall).status == "online"


def test_the_vendor_after_our_own(cast: Cast) -> None:
    rule(cast, "vendor_when_full", True)
    online(cast, "vendor")
    online(cast, "quanquan", cap=1)
    assert [agent_of(comes_in()) for _ in range(2)] == ["quanquan", "vendor"]


def test_fallback_to_who_is_away(cast: Cast) -> None:
    rule(cast, "routing_tiers", "active_away")
    cast.as_("quanquan").post("/api/agents/status", {"status": "away", "shop": cast.tmall.pk})
    talk = comes_in()
    assert agent_of(talk) is None
    with clock.frozen(NOON + timedelta(seconds=60)):
        fire_due()
    assert agent_of(talk) == "quanquan"


def test_calls_fill_places(cast: Cast) -> None:
    online(cast, "quanquan", cap=3)
    reception.note_calls(cast.staff["quanquan"].pk, 1, by=SYSTEM, at=NOON)
    talk = comes_in()
    assert agent_of(talk) is None
    reception.note_calls(cast.staff["quanquan"].pk, 0, by=SYSTEM, at=NOON)
    settle_down()
    assert agent_of(talk) == "quanquan"


def test_training_needs_corrections(cast: Cast) -> None:
    url = f"/api/routing/train?shop={cast.tmall.pk}"
    with nothing_changes(Example):
        cast.as_("supervisor").post(url, status=422)
    for n in range(24):
        topic = "goods" if n % 2 else "returns"
        words = ["贺卡", "包装"] if n % 2 else ["瑕疵", "线头"]
        Example.objects.create(shop=cast.tmall, conversation_id=n + 1, topic=topic, words=words, at=NOON)
    learned = cast.as_("supervisor").post(url)
    assert learned["examples"] == 24 and learned["right"] == 100 and learned["on"] is False
    rule(cast, "classify_learned", True)
    tried = cast.as_("supervisor").post(f"/api/routing/try?shop={cast.tmall.pk}", {"text": "衣服有瑕疵"})
    assert tried["topic"] == "returns" and tried["how"] == "learned"


def test_the_settings_page_and_the_log(cast: Cast) -> None:
    comes_in()
    online(cast, "quanquan")
    shop = cast.tmall.pk
    page = cast.as_("supervisor").get(f"/api/routing/settings?shop={shop}")
    assert [stage["name"] for stage in page["stages"]][:3] == ["filters", "sticky", "capacity"]
    assert page["profile"] == "keyword_skill" and not page["own_topics"] and len(page["topics"]) == 9
    log = cast.as_("inspector").get(f"/api/routing/decisions?shop={shop}")["items"]
    assert [one["decision"] for one in log] == ["assigned", "waiting"]
    cast.as_("quanquan").get(f"/api/routing/settings?shop={shop}", status=403)
    cast.as_("stranger").get(f"/api/routing/decisions?shop={shop}", status=404)


def test_a_recalled_parcel_goes_over_to_after_sales(cast: Cast) -> None:
    """R097: the third trigger, told by the recall's own steps."""
    online(cast, "quanquan")
    an_order(cast)
    buyer = Buyer()
    talk = buyer.talk()
    buyer.prove()
    settle_down()
    order = orders_of_customer(Conversation.objects.get(pk=talk).customer_id)[0]
    for state in ("slip_printed", "parcel_back"):
        said = ServiceMoved(case="parcel_recall:1", number="CH1", verb=state, step="原包裹已收到", state=state)
        announce(said, shop_id=cast.tmall.pk, subject=f"order:{order.id}", by=SYSTEM, at=NOON)
        settle_down()
        found = cast.as_("quanquan").get(f"/api/conversations/{talk}/routing")["sorting"]["handover"]
        assert (found or {}).get("trigger") == (None if state == "slip_printed" else "recalled")


@pytest.mark.parametrize("by_itself", [False, True])
def test_a_shipped_order_goes_over_to_after_sales(cast: Cast, by_itself: bool) -> None:
    """R097: the note carries the customer and the order."""
    rule(cast, "handover_auto", by_itself)
    online(cast, "quanquan")
    an_order(cast)
    buyer = Buyer()
    talk = buyer.talk()
    buyer.prove()
    settle_down()
    assert agent_of(talk) == "quanquan"
    order = orders_of_customer(Conversation.objects.get(pk=talk).customer_id)[0]
    online(cast, "anan")
    actions.propose_handover(order, "voided", by=SYSTEM, at=NOON)
    settle_down()
    if not by_itself:
        assert agent_of(talk) == "quanquan"
        sorting = cast.as_("quanquan").get(f"/api/conversations/{talk}/routing")["sorting"]
        assert sorting["handover"] == {"trigger": "voided", "order": order.id, "order_no": order.order_no}
        cast.as_("quanquan").post(f"/api/conversations/{talk}/handover")
        settle_down()
    assert agent_of(talk) == "anan"
    note = Message.objects.get(conversation_id=talk, kind="note", text__startswith="交接").text
    assert order.order_no in note and f"客户编号 {order.customer_id}" in note
    cast.as_("anan").post(f"/api/conversations/{talk}/handover", status=409)
