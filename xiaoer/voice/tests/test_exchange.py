"""What an exchange tells: idempotent, in any order, row by row; the call queue; overflow; clocks."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from xiaoer.customers.models import Customer
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.models import Event
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import NOON, Caller, Cast, nothing_changes
from xiaoer.reception import actions as reception
from xiaoer.reception.tests.people_in_talks import an_order
from xiaoer.voice.models import Call, CallerNumber, CallEvent, FollowUp
from xiaoer.voice.tests.people_on_the_phone import Exchange, moment, online

pytestmark = pytest.mark.django_db
TABLES = (Call, CallEvent, CallerNumber, FollowUp)
MOBILE = "13812345678"


@pytest.fixture
def pbx(cast: Cast) -> Exchange:
    return Exchange(cast)


def later(seconds: float) -> Any:
    return NOON + timedelta(seconds=seconds)


def test_a_call_from_the_queue_to_its_recording(cast: Cast, pbx: Exchange) -> None:
    online(cast, "anan")
    told = pbx.tell("c1", "queued", NOON, number=MOBILE, line="hotline", direction="inbound")
    assert told["state"] == "queued" and told["instruction"]["ring"] == cast.staff["anan"].pk
    anan = cast.as_("anan")
    (row,) = anan.get("/api/calls/now")["items"]
    assert row["mine"] and row["number"] == "138****5678" and row["wait_due_at"] == "2026-11-11T04:00:20Z"
    assert row["ring_due_at"] == "2026-11-11T04:00:15Z", "three rings of five seconds"
    pbx.tell("c1", "ringing", later(1), "anan")
    pbx.tell("c1", "answered", later(9), "anan")
    pbx.tell("c1", "held", later(60), "anan")
    pbx.tell("c1", "resumed", later(70), "anan")
    with moment(250):
        pbx.tell("c1", "ended", later(249), "anan", reason="caller")
        pbx.tell("c1", "recording", later(250), url="https://pbx.example/rec/c1.mp3")
        found = anan.get(f"/api/calls/{row['id']}")
    assert (found["state"], found["talk_seconds"], found["hold_seconds"], found["wait_seconds"]) == (
        "ended",
        240,
        10,
        9,
    )
    assert found["recorded"] and "rec/c1" not in str(found), "the address is given only against a reason"
    kinds = list(Event.objects.filter(subject=f"call:{row['id']}").order_by("number").values_list("kind", flat=True))
    assert kinds[:2] == ["call.queued", "call.queued"] or "call.offered" in kinds
    assert kinds[-2:] == ["call.ended", "call.recorded"]


def test_the_number_is_masked_everywhere_and_unmasking_is_journalled(cast: Cast, pbx: Exchange) -> None:
    online(cast, "anan")
    call = pbx.tell("c1", "queued", number=f"+86 {MOBILE}")["id"]
    assert MOBILE not in str(list(Call.objects.values())) and MOBILE not in str(list(Event.objects.values()))
    assert MOBILE not in str(list(CallEvent.objects.values()))
    anan, path = cast.as_("anan"), f"/api/calls/{call}/unmask"
    with nothing_changes(*TABLES):
        assert "reason" in anan.post(path, {"reason": " "}, status=422)["error"]["fields"]
        cast.as_("stranger").post(path, {"reason": "好奇"}, status=404)
        cast.as_("quanquan").post(path, {"reason": "好奇"}, status=404)  # it rings at somebody else
        cast.as_("inspector").post(path, {"reason": "好奇"}, status=403)
    assert anan.post(path, {"reason": "客户要求回电"}) == {"number": MOBILE}
    line = Event.objects.get(kind="call.unmasked")
    assert line.payload["reason"] == "客户要求回电" and line.actor == f"staff:{cast.staff['anan'].pk}"
    found = cast.as_("supervisor").get("/api/calls", {"box": "history", "number": "0086-138 1234 5678"})["items"]
    assert [row["id"] for row in found] == [call], "a whole number finds the call by its hash"
    assert cast.as_("supervisor").get("/api/calls", {"box": "history", "number": "13812345679"})["items"] == []


def test_telling_twice_changes_nothing_and_order_does_not_matter(cast: Cast, pbx: Exchange) -> None:
    events = [
        pbx.event("c1", "queued", NOON, number=MOBILE),
        pbx.event("c1", "ringing", later(2), "anan"),
        pbx.event("c1", "answered", later(9), "anan"),
        pbx.event("c1", "ended", later(99), "anan"),
    ]
    with moment(100):
        first = pbx.post(events)
        assert (first["created"], first["updated"]) == (1, 3)
        with nothing_changes(*TABLES):
            assert pbx.post(events)["repeated"] == 4
        backwards = [{**event, "call": "c2"} for event in reversed(events)]
        pbx.post(backwards)
    columns = ("state", "started_at", "queued_at", "rang_at", "answered_at", "ended_at", "agent_id", "number_hash")
    one, two = Call.objects.order_by("pk").values(*columns)
    assert one == two and one["state"] == "ended"
    assert not FollowUp.objects.filter(state="open").exists(), "no call back is owed for an answered call"


def test_a_bad_row_never_hurts_its_neighbours(cast: Cast, pbx: Exchange) -> None:
    good = pbx.event("c1", "queued", NOON)
    rows = [
        "nonsense",
        pbx.event("c2", "sneezed"),
        {**good, "event_id": "x", "colour": "red"},
        {**good, "shop": cast.elsewhere.pk},
        {**good, "team": 999},
        pbx.event("c3", "queued", later(900)),
        pbx.event("c4", "recording", url="https://user:geheim@pbx.example/a"),
        {**good, "at": "2026-11-11T12:00:00"},
        good,
        {**pbx.event("c5", "ringing"), "agent": "8001"},
    ]
    answer = pbx.post(rows)
    results = [row["result"] for row in answer["results"]]
    assert results == ["rejected"] * 8 + ["created", "created"], answer
    assert all(row["reasons"] for row in answer["results"][:8])
    assert "8001" in answer["results"][9]["reasons"][0], "kept, but it is said that the extension is unknown"
    assert Call.objects.count() == 2
    with nothing_changes(*TABLES):
        pbx.post([], status=422)
        pbx.post([good] * 201, status=422)
        cast.as_("anan").post("/api/voice/events", good, status=403)
        Caller().post("/api/voice/events", good, status=401)


def test_extensions_name_the_agents(cast: Cast, pbx: Exchange) -> None:
    anan = cast.staff["anan"].pk
    body = {"shop": cast.tmall.pk, "items": [{"number": "8001", "staff": anan}]}
    with nothing_changes(*TABLES):
        cast.as_("anan").put("/api/voice/extensions", body, status=403)
        bad = {"shop": cast.tmall.pk, "items": [{"number": "8 01", "staff": cast.staff["stranger"].pk}]}
        fields = cast.as_("owner").put("/api/voice/extensions", bad, status=422)["error"]["fields"]
        assert set(fields) == {"items.0.number", "items.0.staff"}
    cast.as_("owner").put("/api/voice/extensions", body)
    online(cast, "anan")
    (row,) = pbx.post({**pbx.event("c1", "ringing"), "agent": "8001", "at": "2026-11-11T04:00:00Z"})["results"]
    assert row["reasons"] == [] and Call.objects.get().agent_id == anan
    assert pbx.caller.get("/api/voice/extensions", {"shop": cast.tmall.pk})["items"][0]["name"] == "安安"
    queue = pbx.caller.get("/api/voice/queue", {"shop": cast.tmall.pk})["items"]
    assert queue[0]["instruction"]["extension"] == "8001"


def test_vip_and_complaints_are_answered_first_then_who_waits_longest(cast: Cast, pbx: Exchange) -> None:
    an_order(cast, phone=MOBILE)
    Customer.objects.filter(nick="幸福蔓延1627").update(vip=3)
    pbx.tell("plain-old", "queued", NOON, number="13900000001")
    pbx.tell("plain-new", "queued", later(1), number="13900000002")
    pbx.tell("complaint", "queued", later(2), number="13900000003", topic="complaint")
    pbx.tell("vip", "queued", later(3), number=MOBILE)
    with moment(5):
        asked = pbx.caller.get("/api/voice/queue", {"shop": cast.tmall.pk})["items"]
        assert [row["call"] for row in asked] == ["complaint", "vip", "plain-old", "plain-new"]
        shown = cast.as_("supervisor").get("/api/calls", {"box": "queue"})["items"]
        assert [row["first"] for row in shown] == [True, True, False, False]
        served = []
        for name in ("anan", "mumu", "quanquan"):
            online(cast, name, at=later(5))
            run_reactions()
            given = Call.objects.get(agent=cast.staff[name])
            served.append(given.key)
    assert served == ["complaint", "vip", "plain-old"], "each gets one call, in the order of the queue"


def test_a_call_takes_all_of_an_agent(cast: Cast, pbx: Exchange) -> None:
    online(cast, "anan", "mumu")
    one = pbx.tell("c1", "queued", NOON, number="13900000001")["instruction"]["ring"]
    two = pbx.tell("c2", "queued", NOON, number="13900000002")["instruction"]["ring"]
    assert {one, two} == {cast.staff["anan"].pk, cast.staff["mumu"].pk}
    third = pbx.tell("c3", "queued", NOON, number="13900000003")
    assert third["instruction"]["ring"] is None, "nobody has two calls in her hands"
    first = Call.objects.get(key="c1")
    name = "anan" if first.agent_id == cast.staff["anan"].pk else "mumu"
    with moment(60):
        pbx.tell("c1", "answered", later(5), name)
        pbx.tell("c1", "ended", later(50), name)
    assert Call.objects.get(key="c3").agent_id == first.agent_id, "free again: the next one is hers"


def test_three_rings_then_the_next_agent_then_a_call_back(cast: Cast, pbx: Exchange) -> None:
    """R698, R586: the breach is said, the call goes on, and when all let it ring a call back is offered."""
    online(cast, "anan", "mumu")
    call = pbx.tell("c1", "queued", NOON, number=MOBILE)["id"]
    first = Call.objects.get(pk=call).agent_id
    pbx.tell("c1", "ringing", later(1), "anan" if first == cast.staff["anan"].pk else "mumu")
    with moment(15.9):
        fire_due()
        assert Call.objects.get(pk=call).agent_id == first, "the third ring is not over yet"
    with moment(16):
        fire_due()
        row = Call.objects.get(pk=call)
        assert row.agent_id not in (None, first) and row.tried == [first] and row.state == "queued"
        over = Event.objects.get(kind="call.rings_over")
        assert (over.payload["agent"], over.payload["limit"]) == (first, 3)
    with moment(20):
        fire_due()
        assert Event.objects.get(kind="call.wait_over").payload["seconds"] == 20
    with moment(32):
        fire_due()
        row = Call.objects.get(pk=call)
        assert row.agent_id is None and len(row.tried) == 2 and row.callback_offered_at is not None
        asked = pbx.caller.get("/api/voice/queue", {"shop": cast.tmall.pk})["items"][0]["instruction"]
        assert asked == {"ring": None, "extension": "", "offer_callback": True}
        pbx.tell("c1", "ended", later(32), reason="caller")
    task = FollowUp.objects.get()
    assert (task.kind, task.due_at, task.owner_id) == ("callback", later(32 + 30 * 60), None)
    with moment(100):
        pbx.call("c2", "anan", later(90), number=MOBILE, talk=5)
    task.refresh_from_db()
    assert task.state == "done" and "再次来电" in task.result, "the caller reached us: no call back is owed"


def test_the_team_widens_when_it_lets_it_ring(cast: Cast, pbx: Exchange) -> None:
    owner = cast.as_("owner")
    team = owner.post(f"/api/shops/{cast.tmall.pk}/teams", {"name": "电话组", "kind": "after_sales"}, status=201)["id"]
    call = pbx.tell("c1", "queued", NOON, number=MOBILE, team=team)["id"]
    online(cast, "mumu")
    run_reactions()
    assert Call.objects.get(pk=call).agent_id is None, "mumu is not in the team"
    Call.objects.filter(pk=call).update(tried=[cast.staff["anan"].pk, cast.staff["quanquan"].pk])
    online(cast, "tangtang")
    run_reactions()
    assert Call.objects.get(pk=call).agent_id in (cast.staff["mumu"].pk, cast.staff["tangtang"].pk)


def test_an_exchange_that_forgets_the_end_does_not_block_an_agent(cast: Cast, pbx: Exchange) -> None:
    online(cast, "anan")
    pbx.tell("c1", "queued", NOON, number=MOBILE)
    pbx.tell("c1", "answered", later(5), "anan")
    with moment(3 * 3600):
        fire_due()
        row = Call.objects.get()
        assert (row.state, row.end_reason) == ("ended", "no_news")
        late = pbx.tell("c1", "ended", later(300), "anan")
    assert late["state"] == "ended"


def test_a_caller_who_gave_up_long_ago_rings_at_nobody(cast: Cast, pbx: Exchange) -> None:
    online(cast, "anan")
    told = pbx.tell("c1", "queued", NOON - timedelta(days=1), number=MOBILE)
    assert told["instruction"]["ring"] is None


def test_suspended_agents_and_the_main_account_get_no_calls(cast: Cast, pbx: Exchange) -> None:
    online(cast, "supervisor", "anan")
    reception.set_status(cast.tmall.pk, cast.staff["anan"].pk, status="suspended", by=cast.who("anan"), at=NOON)
    assert pbx.tell("c1", "queued", NOON)["instruction"]["ring"] is None


def test_outgoing_calls_owe_nothing(cast: Cast, pbx: Exchange) -> None:
    with moment(60):
        pbx.tell("o1", "ringing", NOON, "anan", direction="outbound", number=MOBILE)
        told = pbx.tell("o1", "ended", later(30), "anan", reason="no_answer")
    assert told["state"] == "unreached" and not FollowUp.objects.exists()


def test_a_machine_needs_no_csrf_header(cast: Cast, pbx: Exchange) -> None:
    """A real exchange sends its token and no cookie; a browser's session still needs the header."""
    body = pbx.event("c1", "queued", NOON)
    machine = Client(enforce_csrf_checks=True, headers=pbx.headers)
    answer = machine.post("/api/voice/events", body, content_type="application/json")
    assert answer.status_code == 200 and answer.json()["created"] == 1
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.staff["owner"])
    with nothing_changes(*TABLES):
        again = {**body, "event_id": "other"}
        assert browser.post("/api/voice/events", again, content_type="application/json").status_code == 403
