"""The assigner at work: reactions, queue order, stickiness, take-over, races; and its API."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from xiaoer.customers.models import Customer
from xiaoer.kernel import clock
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.models import Event
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.people.models import Membership, Team
from xiaoer.reception import actions as reception
from xiaoer.reception.models import AgentStatus, Conversation, Message
from xiaoer.reception.tests.people_in_talks import Buyer, buyer_who, says
from xiaoer.routing import actions

pytestmark = pytest.mark.django_db


def settle_down() -> None:
    """Let every reaction read the journal to its end."""
    while run_reactions():
        pass


def online(cast: Cast, *names: str, **more: Any) -> None:
    for name in names:
        cast.as_(name).post("/api/agents/status", {"status": "online", "shop": cast.tmall.pk, **more})
    settle_down()


def comes_in() -> int:
    talk = Buyer().talk()
    settle_down()
    return talk


def agent_of(talk: int) -> str | None:
    row = Conversation.objects.select_related("agent").get(pk=talk)
    return row.agent.username if row.agent else None


def test_nobody_online_it_waits_and_says_why(cast: Cast) -> None:
    talk = comes_in()
    (event,) = Event.objects.filter(kind="routing.waiting")
    assert agent_of(talk) is None and event.payload["reason"] == "pool"
    reasons = {one["name"]: one["reason"] for one in event.payload["candidates"]}
    assert reasons["圈圈"] == "offline" and reasons["林主管"] == "supervisor" and "仓库老吴" not in reasons


def test_who_comes_online_gets_what_waits_first_come_first_served(cast: Cast) -> None:
    talks = [comes_in() for _ in range(3)]
    online(cast, "quanquan", cap=2)
    assert [agent_of(talk) for talk in talks] == ["quanquan", "quanquan", None]
    online(cast, "tangtang")
    assert agent_of(talks[2]) == "tangtang"
    waiting = Event.objects.filter(kind="routing.waiting", subject=f"conversation:{talks[2]}")
    assert [one.payload["reason"] for one in waiting.order_by("number")] == ["pool", "all_full"], "each reason once"


def test_least_load_then_longest_idle(cast: Cast) -> None:
    online(cast, "quanquan", "tangtang", "anan")
    got = [agent_of(comes_in()) for _ in range(6)]
    assert sorted(map(str, got[:3])) == sorted(map(str, got[3:])) == ["anan", "quanquan", "tangtang"]


def test_vip_first(cast: Cast) -> None:
    plain, vip = comes_in(), comes_in()
    Customer.objects.filter(pk=Conversation.objects.get(pk=vip).customer_id).update(vip=3)
    online(cast, "quanquan", cap=1)
    assert (agent_of(vip), agent_of(plain)) == ("quanquan", None)


def test_a_free_place_is_filled(cast: Cast) -> None:
    online(cast, "quanquan", cap=1)
    first, second = comes_in(), comes_in()
    assert agent_of(second) is None
    reason = Event.objects.get(kind="routing.waiting", subject=f"conversation:{second}").payload["reason"]
    assert reason == "all_full"
    cast.as_("quanquan").post(f"/api/conversations/{first}/close", {"invite": False})
    settle_down()
    assert agent_of(second) == "quanquan"


@pytest.mark.parametrize("status", ["suspended", "away", "offline"])
def test_no_new_buyers_for_who_is_not_online(cast: Cast, status: str) -> None:
    online(cast, "quanquan")
    first = comes_in()
    cast.as_("quanquan").post("/api/agents/status", {"status": status})
    second = comes_in()
    assert (agent_of(first), agent_of(second)) == ("quanquan", None)
    payload = Event.objects.get(kind="routing.waiting", subject=f"conversation:{second}").payload
    assert {one["name"]: one["reason"] for one in payload["candidates"]}["圈圈"] == status


def test_a_team_gets_its_own(cast: Cast) -> None:
    team = Team.objects.create(shop=cast.tmall, name="售后组")
    Membership.objects.get(shop=cast.tmall, staff=cast.staff["anan"]).teams.add(team)
    online(cast, "quanquan")
    talk = comes_in()
    cast.as_("quanquan").post(f"/api/conversations/{talk}/transfer", {"team": team.pk})
    settle_down()
    assert agent_of(talk) is None
    online(cast, "tangtang")
    assert agent_of(talk) is None
    online(cast, "anan")
    assert agent_of(talk) == "anan"


def test_handed_back_goes_to_somebody_else(cast: Cast) -> None:
    online(cast, "quanquan")
    talk = comes_in()
    cast.as_("quanquan").post(f"/api/conversations/{talk}/transfer", {})
    settle_down()
    assert agent_of(talk) is None, "she just gave it back"
    online(cast, "tangtang")
    assert agent_of(talk) == "tangtang"
    assert Conversation.objects.get(pk=talk).queued_at == NOON


def test_a_returning_buyer_meets_her_agent_again(cast: Cast) -> None:
    online(cast, "quanquan", "tangtang")
    buyer = Buyer()
    first = buyer.talk()
    settle_down()
    name = agent_of(first)
    assert name
    cast.as_(name).post(f"/api/conversations/{first}/close", {"invite": False})
    settle_down()
    held = [comes_in() for _ in range(3)]
    assert len(held) == 3
    with clock.frozen(NOON + timedelta(hours=23)):
        second = buyer.talk()
        settle_down()
    assert agent_of(second) == name
    event = Event.objects.get(kind="routing.assigned", subject=f"conversation:{second}")
    assert event.payload["reason"] == "sticky"


def test_after_the_window_she_is_like_everybody(cast: Cast) -> None:
    online(cast, "quanquan", "tangtang")
    buyer = Buyer()
    first = buyer.talk()
    settle_down()
    name = str(agent_of(first))
    cast.as_(name).post(f"/api/conversations/{first}/close", {"invite": False})
    settle_down()
    with clock.frozen(NOON + timedelta(hours=25)):
        second = buyer.talk()
        settle_down()
    assert Event.objects.get(kind="routing.assigned", subject=f"conversation:{second}").payload["reason"] != "sticky"


def unanswered(talk: int, at: datetime, seconds: int = 300, *, opened: bool = True) -> None:
    """The buyer asks and nobody says a word; whoever has the talk opens it, or does not."""
    says(talk, buyer_who(talk), "在吗", at=at)
    for second in range(0, seconds, 10):
        with clock.frozen(at + timedelta(seconds=second)):
            if opened:
                reception.read(talk, "agent", by=SYSTEM, at=clock.now())
            fire_due()
            settle_down()


def test_left_unanswered_goes_to_a_colleague(cast: Cast) -> None:
    online(cast, "quanquan")
    talk = comes_in()
    online(cast, "tangtang")
    unanswered(talk, NOON)
    assert agent_of(talk) == "tangtang"
    queued = Event.objects.filter(kind="conversation.queued").order_by("number")[0]
    assert queued.payload["reason"] == "unanswered" and queued.at == NOON + timedelta(seconds=180)


def test_an_unanswered_buyer_is_not_handed_round_for_ever(cast: Cast) -> None:
    online(cast, "quanquan", "tangtang", "anan", "mumu")
    talk = comes_in()
    unanswered(talk, NOON, seconds=1800)
    moved = [e for e in Event.objects.filter(kind="routing.assigned") if e.payload["cause"] == "unanswered"]
    assert len(moved) == 2, "routing_takeover_limit"
    assert Message.objects.filter(conversation_id=talk, kind="system").count() == 3, "each agent introduced once"


def test_not_opened_goes_to_a_colleague_sooner(cast: Cast) -> None:
    """接单超时: 90 seconds and she has not even looked."""
    online(cast, "quanquan")
    talk = comes_in()
    online(cast, "tangtang")
    unanswered(talk, NOON, 100, opened=False)
    assert agent_of(talk) == "tangtang"
    queued = Event.objects.get(kind="conversation.queued")
    assert queued.payload["reason"] == "not_accepted" and queued.at == NOON + timedelta(seconds=90)
    assert Conversation.objects.get(pk=talk).queued_at == NOON, "at its old place"
    last = Event.objects.filter(kind="routing.assigned").order_by("-number")[0].payload
    assert last["cause"] == "not_accepted"
    assert {one["name"]: one["reason"] for one in last["candidates"]}["圈圈"] == "just_had_it"


def test_left_unanswered_stays_when_nobody_else_can(cast: Cast) -> None:
    online(cast, "quanquan")
    talk = comes_in()
    unanswered(talk, NOON)
    assert agent_of(talk) == "quanquan" and not Event.objects.filter(kind="conversation.queued").exists()
    assert Message.objects.filter(conversation_id=talk, kind="system").count() == 1, "no endless introductions"


def test_an_answered_buyer_is_not_taken_away(cast: Cast) -> None:
    online(cast, "quanquan")
    talk = comes_in()
    online(cast, "tangtang")
    says(talk, buyer_who(talk), "在吗")
    says(talk, cast.who("quanquan"), "在的", at=NOON + timedelta(seconds=9))
    unanswered(talk, NOON + timedelta(seconds=20))
    assert agent_of(talk) == "quanquan"


def test_two_assigners_never_assign_twice(cast: Cast) -> None:
    talk = Buyer().talk()
    online(cast, "quanquan", "tangtang")
    before = agent_of(talk)
    assert before is not None
    assert not reception.assign(talk, cast.staff["anan"].pk, "安安", by=cast.who("owner"), at=NOON)
    assert not actions.assign(talk, cause="opened", at=NOON)
    assert agent_of(talk) == before and Event.objects.filter(kind="routing.assigned").count() == 1


def test_taken_by_hand_is_left_alone(cast: Cast) -> None:
    talk = Buyer().talk()
    cast.as_("anan").post(f"/api/conversations/{talk}/take")
    online(cast, "quanquan")
    assert agent_of(talk) == "anan" and not Event.objects.filter(area="routing").exists()


def test_the_supervisor_gets_nobody_unless_the_shop_says_so(cast: Cast) -> None:
    online(cast, "supervisor")
    talk = comes_in()
    assert agent_of(talk) is None
    data = {"value": True, "reason": "初创期"}
    cast.as_("owner").put(f"/api/policy/supervisor_receives?shop={cast.tmall.pk}", data)
    cast.as_("supervisor").post("/api/agents/status", {"status": "away"})
    online(cast, "supervisor")
    assert agent_of(talk) == "supervisor"


def test_other_shops_stay_apart(cast: Cast) -> None:
    cast.as_("quanquan").post("/api/agents/status", {"status": "online", "shop": cast.taobao.pk})
    settle_down()
    assert agent_of(comes_in()) is None


def test_decisions_are_told_in_words(cast: Cast) -> None:
    talk = comes_in()
    online(cast, "quanquan")
    items = cast.as_("quanquan").get(f"/api/conversations/{talk}/routing")["items"]
    assert [one["decision"] for one in items] == ["assigned", "waiting"]
    assert items[0]["agent"]["name"] == "圈圈" and items[0]["reason_label"] == "唯一可接待的客服"
    assert items[1]["reason_label"] == "无人在岗，已进消息池" and items[1]["cause_label"] == "买家进线"
    labels = {one["name"]: one["reason_label"] for one in items[0]["candidates"]}
    assert labels["糖糖"] == "离线" and labels["圈圈"] == ""
    cast.as_("stranger").get(f"/api/conversations/{talk}/routing", status=404)
    cast.as_("tangtang").get(f"/api/conversations/{talk}/routing", status=404)


def test_status_and_agents(cast: Cast) -> None:
    answer = cast.as_("quanquan").post("/api/agents/status", {"status": "online", "cap": 3})
    assert {(one["shop"], one["status"], one["cap"]) for one in answer["items"]} == {
        (cast.tmall.pk, "online", 3),
        (cast.taobao.pk, "online", 3),
    }
    settle_down()
    comes_in()
    rows = cast.as_("vendor").get(f"/api/agents?shop={cast.tmall.pk}")["items"]
    assert (rows[0]["name"], rows[0]["load"], rows[0]["cap"], rows[0]["status_label"]) == ("圈圈", 1, 3, "在线")
    assert cast.as_("quanquan").get("/api/agents/status")["items"][0]["load"] == 1
    cast.as_("quanquan").post("/api/agents/status", {"clear_cap": True})
    assert cast.as_("quanquan").get("/api/agents/status")["items"][0]["cap"] == 8
    assert Event.objects.filter(kind="agent.status").count() == 4


def test_the_supervisor_sets_a_colleagues_status(cast: Cast) -> None:
    data = {"staff": cast.staff["quanquan"].pk, "status": "suspended", "shop": cast.tmall.pk}
    cast.as_("supervisor").post("/api/agents/status", data)
    assert AgentStatus.objects.get().status == "suspended"
    assert Event.objects.get(kind="agent.status").actor == f"staff:{cast.staff['supervisor'].pk}"


def test_status_refusals(cast: Cast) -> None:
    shop = cast.tmall.pk
    for who, data, status in (
        ("quanquan", {"status": "sleeping"}, 422),
        ("quanquan", {"cap": 0}, 422),
        ("quanquan", {"cap": 101}, 422),
        ("tangtang", {"staff": cast.staff["quanquan"].pk, "status": "offline", "shop": shop}, 403),
        ("tangtang", {"staff": cast.staff["quanquan"].pk, "status": "offline"}, 404),
        ("stranger", {"status": "online", "shop": shop}, 404),
        ("warehouse", {"status": "online", "shop": shop}, 403),
        ("warehouse", {"status": "online"}, 404),
        ("supervisor", {"staff": cast.staff["warehouse"].pk, "status": "online", "shop": shop}, 422),
    ):
        with nothing_changes(AgentStatus):
            cast.as_(who).post("/api/agents/status", data, status=status)
    cast.as_("stranger").get(f"/api/agents?shop={shop}", status=404)
    cast.as_("warehouse").get(f"/api/agents?shop={shop}", status=403)


def test_after_a_long_night_the_clock_looks_once(cast: Cast) -> None:
    """Nobody else can take over, and the server slept for a week: not one look for every three minutes of it."""
    online(cast, "quanquan")
    talk = comes_in()
    unanswered(talk, NOON)
    with clock.frozen(NOON + timedelta(days=7)):
        fired = 0
        while batch := fire_due():
            fired += batch
            settle_down()
    assert 1 <= fired <= 5
    assert agent_of(talk) == "quanquan"
