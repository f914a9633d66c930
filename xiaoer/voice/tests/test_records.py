"""The screen pop, notes, summary, follow-ups, recordings, steps, screen sharing; who sees what."""

from datetime import timedelta
from typing import Any

import pytest

from xiaoer.customers.models import Customer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes, screens_follow
from xiaoer.reception.tests.people_in_talks import an_order
from xiaoer.voice.models import Assist, Call, FollowUp
from xiaoer.voice.tests.people_on_the_phone import Exchange, moment, online

pytestmark = pytest.mark.django_db
MOBILE = "13812345678"
TABLES = (Call, FollowUp, Assist)


@pytest.fixture
def pbx(cast: Cast) -> Exchange:
    return Exchange(cast)


def talk(pbx: Exchange, agent: str = "anan", **more: Any) -> int:
    """A call in which the agent speaks."""
    call = int(pbx.tell("t1", "ringing", NOON, agent, number=MOBILE, **more)["id"])
    pbx.tell("t1", "answered", NOON, agent)
    return call


def test_the_screen_pop_shows_level_orders_talks_and_earlier_calls(cast: Cast, pbx: Exchange) -> None:
    an_order(cast, phone=MOBILE)
    Customer.objects.update(vip=2, level=4)
    before = pbx.call("old", "mumu", NOON - timedelta(days=2), number=MOBILE)
    call = talk(pbx)
    found = cast.as_("anan").get(f"/api/calls/{call}")
    assert found["customer"]["vip"] == 2 and found["customer"]["level"] == 4 and found["matched"] == "exact"
    assert found["first"] and found["orders"][0]["order_no"] == "1930679858170647890"
    assert found["orders"][0]["receiver_phone"] == "138****5678" and MOBILE not in str(found)
    assert [row["id"] for row in found["earlier"]] == [before] and found["candidates"] == []


def test_several_customers_with_one_number_are_chosen_by_the_agent(cast: Cast, pbx: Exchange) -> None:
    an_order(cast, phone=MOBILE)
    an_order(cast, no="1930679858170640002", nick="她的妹妹", phone=MOBILE)
    call = talk(pbx)
    anan = cast.as_("anan")
    found = anan.get(f"/api/calls/{call}")
    assert found["matched"] == "several" and found["customer"] is None and len(found["candidates"]) == 2
    chosen = found["candidates"][1]
    elsewhere = Customer.objects.create(
        shop=cast.elsewhere, nick="x", nick_key="x", first_seen_at=NOON, last_seen_at=NOON
    )
    with nothing_changes(*TABLES):
        anan.post(f"/api/calls/{call}/customer", {"customer": elsewhere.pk}, status=404)
        cast.as_("vendor").post(f"/api/calls/{call}/customer", {"customer": chosen["id"]}, status=404)
    with screens_follow({f"call:{call}": lambda: anan.get(f"/api/calls/{call}")}):
        linked = anan.post(f"/api/calls/{call}/customer", {"customer": chosen["id"]})
    assert linked["matched"] == "chosen" and linked["customer"]["id"] == chosen["id"] and linked["orders"]


def test_a_masked_number_is_a_hint_and_no_match(cast: Cast, pbx: Exchange) -> None:
    an_order(cast, phone="138****5678")
    found = cast.as_("anan").get(f"/api/calls/{talk(pbx)}")
    assert found["customer"] is None and [one["how"] for one in found["candidates"]] == ["masked"]


def test_who_sees_which_call(cast: Cast, pbx: Exchange) -> None:
    waiting = pbx.tell("w", "queued", NOON)["id"]
    hers = talk(pbx, "anan")
    for name, sees in (
        ("anan", {waiting, hers}),
        ("mumu", {waiting}),
        ("supervisor", {waiting, hers}),
        ("vendor", {waiting}),
    ):
        listed = cast.as_(name).get("/api/calls", {"box": "live"})["items"]
        assert {row["id"] for row in listed} == sees, name
    for name in ("clerk", "stranger", "warehouse"):
        assert cast.as_(name).get("/api/calls", {"box": "live"})["items"] == []
        cast.as_(name).get(f"/api/calls/{hers}", status=404)
    with nothing_changes(*TABLES):
        cast.as_("mumu").patch(f"/api/calls/{hers}", {"note": "x"}, status=404)
        cast.as_("inspector").patch(f"/api/calls/{hers}", {"note": "x"}, status=403)
        cast.as_("clerk").post(f"/api/calls/{waiting}/take", status=404)
    counts = cast.as_("supervisor").get("/api/calls/counts")
    assert counts == {"queue": 1, "talking": 1, "follow_ups": 0, "late": 0}


def test_an_agent_takes_a_waiting_call_and_only_one(cast: Cast, pbx: Exchange) -> None:
    one, two = (pbx.tell(key, "queued", NOON)["id"] for key in ("a", "b"))
    anan = cast.as_("anan")
    assert anan.post(f"/api/calls/{one}/take")["mine"]
    assert anan.post(f"/api/calls/{one}/take")["mine"], "twice is once"
    with nothing_changes(*TABLES):
        assert anan.post(f"/api/calls/{two}/take", status=409)["error"]["code"] == "on_call"
        cast.as_("mumu").post(f"/api/calls/{one}/take", status=404)
    pbx.tell("a", "answered", NOON, "anan")
    with nothing_changes(*TABLES):
        assert anan.post(f"/api/calls/{one}/take", status=409)["error"]["code"] == "not_waiting"


def test_an_unsolved_call_leaves_a_follow_up_that_falls_due(cast: Cast, pbx: Exchange) -> None:
    call, anan = talk(pbx), cast.as_("anan")
    path = f"/api/calls/{call}"
    anan.patch(path, {"note": "客户说支付时提示系统繁忙", "topic": "payment"})
    with nothing_changes(*TABLES):
        assert (
            "topic" in anan.post(f"{path}/wrap", {"solved": False, "topic": "weather"}, status=422)["error"]["fields"]
        )
        past = {"solved": False, "follow_up": {"due_at": iso(NOON - timedelta(hours=1))}}
        assert "due_at" in anan.post(f"{path}/wrap", past, status=422)["error"]["fields"]
        stranger = {"solved": False, "follow_up": {"owner": cast.staff["stranger"].pk}}
        assert "owner" in anan.post(f"{path}/wrap", stranger, status=422)["error"]["fields"]
    found = anan.post(f"{path}/wrap", {"solved": False, "topic": "payment", "note": "等财务核实到账"})
    assert found["solved"] is False and found["follow_ups"] == 1 and found["note"] == "等财务核实到账"
    (task,) = anan.get("/api/follow-ups", {"mine": True})["items"]
    assert (task["due_at"], task["owner"]["name"], task["late"]) == (iso(NOON + timedelta(hours=24)), "安安", False)
    anan.post(f"{path}/wrap", {"solved": False, "topic": "payment"})
    assert FollowUp.objects.count() == 1, "summing up twice owes one thing"
    with moment(24 * 3600):
        fire_due()
        assert anan.get("/api/follow-ups")["items"][0]["late"]
        assert Event.objects.get(kind="follow_up.late").payload["owner"] == cast.staff["anan"].pk
        with nothing_changes(*TABLES):
            cast.as_("mumu").post(f"/api/follow-ups/{task['id']}/done", {"result": "x"}, status=404)
            anan.post(f"/api/follow-ups/{task['id']}/done", {"result": " "}, status=422)
        mumu = cast.staff["mumu"].pk
        moved = cast.as_("supervisor").patch(f"/api/follow-ups/{task['id']}", {"owner": mumu})
        assert moved["owner"]["name"] == "木木"
        done = cast.as_("mumu").post(f"/api/follow-ups/{task['id']}/done", {"result": "款项已到账，已告知客户"})
        assert done["state"] == "done"
        with nothing_changes(*TABLES):
            cast.as_("mumu").post(f"/api/follow-ups/{task['id']}/done", {"result": "again"}, status=409)


def test_a_call_that_nobody_answered_cannot_be_summed_up(cast: Cast, pbx: Exchange) -> None:
    call = pbx.tell("m", "ringing", NOON, "anan")["id"]
    with nothing_changes(*TABLES):
        answer = cast.as_("anan").post(f"/api/calls/{call}/wrap", {"solved": True}, status=409)
    assert answer["error"]["code"] == "not_answered"


def test_a_call_is_linked_to_order_and_conversation_of_its_shop(cast: Cast, pbx: Exchange) -> None:
    an_order(cast, phone=MOBILE)
    call, anan = talk(pbx), cast.as_("anan")
    order = anan.get(f"/api/calls/{call}")["orders"][0]["id"]
    assert anan.patch(f"/api/calls/{call}", {"order": order})["order"] == order
    with nothing_changes(*TABLES):
        anan.patch(f"/api/calls/{call}", {"order": 10**6}, status=404)
        anan.patch(f"/api/calls/{call}", {"conversation": 10**6}, status=404)
    assert anan.patch(f"/api/calls/{call}", {"complaint": True})["first"]


def test_recordings_are_listened_to_with_a_reason(cast: Cast, pbx: Exchange) -> None:
    call = pbx.call("r", "anan", NOON - timedelta(hours=1), number=MOBILE)
    pbx.tell("r", "recording", NOON, url="https://pbx.example/rec/r.mp3")
    listed = cast.as_("inspector").get("/api/calls", {"box": "recorded"})["items"]
    assert [row["id"] for row in listed] == [call]
    path = f"/api/calls/{call}/recording"
    with nothing_changes(*TABLES):
        cast.as_("inspector").post(path, {"reason": ""}, status=422)
        cast.as_("mumu").post(path, {"reason": "想听"}, status=404)
        cast.as_("trainer").post(path, {"reason": "想听"}, status=404)
    assert cast.as_("inspector").post(path, {"reason": "质检抽查"})["url"] == "https://pbx.example/rec/r.mp3"
    assert cast.as_("anan").post(path, {"reason": "复盘"})["url"].endswith("r.mp3")
    opened = Event.objects.filter(kind="call.recording_opened")
    assert opened.count() == 2 and "pbx.example" not in str(list(opened.values()))


def test_technical_questions_are_guided_step_by_step(cast: Cast, pbx: Exchange) -> None:
    """R699."""
    call, anan = talk(pbx), cast.as_("anan")
    guides = anan.get("/api/voice/guides", {"q": "zhifu"})["items"]
    assert guides[0]["key"] == "payment_failed" and len(guides[0]["steps"]) >= 5
    found = anan.post(f"/api/calls/{call}/guide", {"guide": "payment_failed", "done": [1, 0, 1]})
    assert (found["guide"], found["guide_done"]) == ("payment_failed", [0, 1])
    with nothing_changes(*TABLES):
        anan.post(f"/api/calls/{call}/guide", {"guide": "payment_failed", "done": [99]}, status=422)
        anan.post(f"/api/calls/{call}/guide", {"guide": "magic", "done": []}, status=422)
    assert Event.objects.get(kind="call.guided").payload["done"] == 2


def test_screen_sharing_needs_consent_and_never_a_password(cast: Cast, pbx: Exchange) -> None:
    """R700, C19."""
    call, anan = talk(pbx), cast.as_("anan")
    path, link = f"/api/calls/{call}/assist", "https://meet.example/view/8842"
    with nothing_changes(*TABLES):
        anan.post(path, {"consent": "", "link": link}, status=422)
        for bad in (
            "ftp://x",
            "https://u:p@meet.example/",
            f"{link}?password=1",
            f"{link}#pwd=1",
            "https://[",
            "x" * 400,
        ):
            assert "link" in anan.post(path, {"consent": "客户说可以", "link": bad}, status=422)["error"]["fields"], bad
        cast.as_("mumu").post(path, {"consent": "客户说可以", "link": link}, status=404)
    found = anan.post(path, {"consent": "客户说：可以，你看我的屏幕吧", "link": link})
    assert found["assists"][0]["by"] == "安安" and found["assists"][0]["ended_at"] is None
    line = Event.objects.get(kind="call.assist_started")
    assert line.payload["mode"] == "view_only" and "meet.example" not in str(line.payload)
    ended = anan.post(f"{path}/end")
    assert ended["assists"][0]["ended_at"] and Event.objects.filter(kind="call.assist_ended").count() == 1
    pbx.tell("t1", "ended", NOON + timedelta(seconds=5), "anan")
    with moment(10), nothing_changes(*TABLES):
        anan.post(path, {"consent": "客户说可以", "link": link}, status=409)


def test_a_shop_that_forbids_screen_sharing(cast: Cast, pbx: Exchange) -> None:
    call = talk(pbx)
    body = {"value": "forbidden", "reason": "店铺规定"}
    cast.as_("owner").call("put", f"/api/policy/remote_assistance?shop={cast.tmall.pk}", body, 200)
    assert "assist" not in cast.as_("anan").get(f"/api/calls/{call}")["can"]
    with nothing_changes(*TABLES):
        answer = cast.as_("anan").post(
            f"/api/calls/{call}/assist", {"consent": "可以", "link": "https://meet.example/1"}, status=409
        )
    assert answer["error"]["code"] == "assist_forbidden"


def test_old_screen_and_events_make_the_fresh_screen(cast: Cast, pbx: Exchange) -> None:
    online(cast, "anan", "mumu")
    call = pbx.tell("s", "queued", NOON, number=MOBILE)["id"]
    boss = cast.as_("supervisor")
    fetch = {f"call:{call}": lambda: boss.get(f"/api/calls/{call}")}
    holder = "anan" if Call.objects.get(pk=call).agent_id == cast.staff["anan"].pk else "mumu"
    for kind, second in (("ringing", 1), ("answered", 5), ("held", 9), ("resumed", 12), ("ended", 20)):
        with moment(30), screens_follow(fetch):
            pbx.tell("s", kind, NOON + timedelta(seconds=second), holder)
    with moment(40), screens_follow(fetch):
        cast.as_(holder).post(f"/api/calls/{call}/wrap", {"solved": True, "topic": "logistics"})
