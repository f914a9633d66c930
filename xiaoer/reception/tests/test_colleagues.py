"""Colleagues in a talk: notes with mentions, advice, whispers, a supervisor's look; what nobody else may see."""

from typing import Any

import pytest

from xiaoer.kernel.hub import sees
from xiaoer.kernel.models import Event
from xiaoer.kernel.tail import Line
from xiaoer.kernel.testing import Cast, nothing_changes
from xiaoer.reception.models import Conversation, DeskWatch, Guest, Message, Whisper
from xiaoer.reception.tests.people_in_talks import Buyer, buyer_who, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(cast: Cast, buyer: Buyer) -> int:
    """A talk that 圈圈 serves."""
    talk = buyer.talk()
    cast.as_("quanquan").post(f"/api/conversations/{talk}/take")
    says(talk, buyer_who(talk), "这件大衣起球吗")
    return talk


@pytest.fixture
def buyer(cast: Cast) -> Buyer:
    return Buyer()


def id_of(cast: Cast, name: str) -> int:
    return int(cast.staff[name].pk)


def line_of(event: Event) -> Line:
    fields = ("number", "at", "shop_id", "area", "kind", "subject", "actor", "payload")
    rest = ("customer_id", "for_buyer", "perm", "audience")
    return Line(tuple(getattr(event, name) for name in (*fields, *rest)))


def heard(cast: Cast, name: str, talk: int) -> list[str]:
    """Kinds of the talk's journal lines that this colleague's stream would carry."""
    viewer = cast.viewer(name)
    return [
        e.kind
        for e in Event.objects.filter(subject=f"conversation:{talk}").order_by("number")
        if sees(viewer, line_of(e))
    ]


def test_the_named_colleague_reads_that_talk_and_only_writes_notes(cast: Cast, served: int) -> None:
    other = Buyer().talk()
    cast.as_("quanquan").post(f"/api/conversations/{other}/take")
    tangtang = cast.as_("tangtang")
    tangtang.get(f"/api/conversations/{served}", status=404)
    note = {"text": "@糖糖 这款起球吗？", "mentions": [id_of(cast, "tangtang")]}
    cast.as_("quanquan").post(f"/api/conversations/{served}/notes", note, status=201)

    talk = tangtang.get(f"/api/conversations/{served}")
    assert (talk["mode"], talk["can"]) == ("guest", [])
    assert [m["text"] for m in tangtang.get(f"/api/conversations/{served}/messages")["items"]][-1] == note["text"]
    tangtang.get(f"/api/conversations/{other}", status=404)
    asked = tangtang.get("/api/asked")["items"]
    assert [(one["conversation"], one["kind"], one["seen"], one["asked_by"]) for one in asked] == [
        (served, "mention", False, "圈圈")
    ]
    for verb in ("close", "transfer", "snooze", "invite", "take"):
        with nothing_changes(Conversation, Message):
            tangtang.post(f"/api/conversations/{served}/{verb}", {}, status=403)
    tangtang.post(f"/api/conversations/{served}/notes", {"text": "不起球，羊毛含量 90%"}, status=201)
    tangtang.post(f"/api/conversations/{served}/asked/seen")
    assert tangtang.get("/api/asked")["items"][0]["seen"] is True
    mumu = heard(cast, "mumu", served)
    assert "conversation.guest_asked" not in mumu and "message.sent" not in mumu[mumu.index("conversation.taken") :]


def test_her_stream_carries_the_talk_while_she_is_a_guest_and_not_after(cast: Cast, served: int) -> None:
    ask = {"text": "帮看下", "mentions": [id_of(cast, "tangtang")]}
    before = heard(cast, "tangtang", served).count("message.sent")
    cast.as_("quanquan").post(f"/api/conversations/{served}/notes", ask, status=201)
    says(served, buyer_who(served), "在吗")
    assert heard(cast, "tangtang", served).count("message.sent") == before + 2
    cast.as_("quanquan").delete(f"/api/conversations/{served}/guests/{id_of(cast, 'tangtang')}")
    assert heard(cast, "tangtang", served)[-1] == "conversation.guest_left"
    says(served, buyer_who(served), "还在吗")
    assert heard(cast, "tangtang", served)[-1] == "conversation.guest_left"
    cast.as_("tangtang").get(f"/api/conversations/{served}", status=404)
    assert cast.as_("tangtang").get("/api/asked")["items"] == []


def test_asking_for_advice_is_answered_by_a_note_and_the_buyer_sees_nothing(
    cast: Cast, served: int, buyer: Buyer
) -> None:
    quanquan, anan = cast.as_("quanquan"), cast.as_("anan")
    ask = {"text": "能退吗？", "mentions": [id_of(cast, "anan")], "consult": True}
    quanquan.post(f"/api/conversations/{served}/notes", ask, status=201)
    assert quanquan.get(f"/api/conversations/{served}/guests")["items"][0]["answered_at"] is None
    anan.post(f"/api/conversations/{served}/notes", {"text": "七天内可以"}, status=201)
    guest = quanquan.get(f"/api/conversations/{served}/guests")["items"][0]
    assert guest["answered_at"] is not None and guest["staff"]["name"] == "安安"
    assert "conversation.guest_answered" in heard(cast, "quanquan", served)
    said = buyer.get("/api/buyer/messages")["items"]
    assert {m["kind"] for m in said} <= {"text", "system"} and not any("七天" in m["text"] for m in said)
    lines = Event.objects.filter(subject=f"conversation:{served}", for_buyer=True)
    assert not [e for e in lines if e.kind.startswith("conversation.guest") or "七天" in str(e.payload)]


def test_who_may_be_named_and_who_may_not(cast: Cast, served: int) -> None:
    quanquan = cast.as_("quanquan")
    url = f"/api/conversations/{served}"
    for q, name in (("tt", "糖糖"), ("mumu", "木木"), ("外包", "外包小夏")):
        assert [one["name"] for one in quanquan.get(f"{url}/colleagues", {"q": q})["items"]] == [name]
    for name in ("clerk", "stranger"):
        with nothing_changes(Guest, Message, Event):
            answer = quanquan.post(f"{url}/notes", {"text": "看下", "mentions": [id_of(cast, name)]}, status=422)
        assert "mentions" in answer["error"]["fields"]
    with nothing_changes(Guest, Message, Event):
        cast.as_("mumu").post(f"{url}/notes", {"text": "我也看看"}, status=404)
        quanquan.post(f"{url}/notes", {"text": "  "}, status=422)


def test_a_vendor_agent_sees_a_talk_only_while_named_in_it(cast: Cast, served: int) -> None:
    vendor = cast.as_("vendor")
    vendor.get(f"/api/conversations/{served}", status=404)
    vendor.get(f"/api/conversations/{served}/thread", status=404)
    vendor.get(f"/api/conversations/{served}/identity", status=404)
    vendor.get(f"/api/conversations/{served}/whispers", status=404)
    ask = {"text": "@小夏", "mentions": [id_of(cast, "vendor")]}
    cast.as_("quanquan").post(f"/api/conversations/{served}/notes", ask, status=201)
    vendor.get(f"/api/conversations/{served}")
    cast.as_("quanquan").post(f"/api/conversations/{served}/close", {"invite": False})
    vendor.get(f"/api/conversations/{served}", status=404)
    assert Conversation.objects.get(pk=served).guests == ""


def test_a_whisper_reaches_the_serving_agent_alone(cast: Cast, served: int, buyer: Buyer) -> None:
    secret = "先别承诺退款，等我看一下"
    supervisor, quanquan = cast.as_("supervisor"), cast.as_("quanquan")
    url = f"/api/conversations/{served}/whispers"
    supervisor.post(url, {"text": secret}, status=201)
    assert [w["text"] for w in quanquan.get(url)["items"]] == [secret]
    answer = {"text": "好的", "to": id_of(cast, "supervisor")}
    assert [w["mine"] for w in quanquan.post(url, answer, status=201)["items"]] == [False, True]
    assert cast.as_("owner").get(url)["items"] == [] == cast.as_("inspector").get(url)["items"]
    cast.as_("vendor").get(url, status=404)
    for text in (secret, "好的"):
        assert not Message.objects.filter(text__contains=text).exists()
        assert not [e for e in Event.objects.all() if text in str(e.payload)]
    assert not [m for m in buyer.get("/api/buyer/messages")["items"] if secret in m["text"]]
    lines = Event.objects.filter(kind="conversation.whispered")
    assert lines.count() == 2 and not lines.filter(for_buyer=True).exists()
    assert "conversation.whispered" in heard(cast, "quanquan", served)
    assert "conversation.whispered" not in heard(cast, "tangtang", served)


def test_who_may_whisper(cast: Cast, served: int) -> None:
    url = f"/api/conversations/{served}/whispers"
    with nothing_changes(Whisper, Event):
        cast.as_("quanquan").post(url, {"text": "自言自语"}, status=403)
        cast.as_("quanquan").post(url, {"text": "给老板", "to": id_of(cast, "owner")}, status=403)
        cast.as_("inspector").post(url, {"text": "注意"}, status=403)
        cast.as_("tangtang").post(url, {"text": "喂"}, status=404)
    queued = Buyer().talk()
    with nothing_changes(Whisper, Event):
        cast.as_("supervisor").post(f"/api/conversations/{queued}/whispers", {"text": "谁在"}, status=409)


def test_looking_at_a_colleagues_desk_is_written_down_and_changes_nothing(cast: Cast, served: int) -> None:
    supervisor = cast.as_("supervisor")
    body = {"shop": cast.tmall.pk, "staff": id_of(cast, "quanquan"), "reason": "新人带教"}
    for wrong in ({"reason": " "}, {"staff": id_of(cast, "clerk")}, {"staff": id_of(cast, "supervisor")}):
        with nothing_changes(DeskWatch, Event):
            supervisor.post("/api/desk-watch", {**body, **wrong}, status=422)
    with nothing_changes(DeskWatch, Event):
        cast.as_("quanquan").post("/api/desk-watch", body, status=403)
        cast.as_("stranger").post("/api/desk-watch", body, status=404)
    watch = supervisor.post("/api/desk-watch", body, status=201)
    rows = supervisor.get(f"/api/desk-watch/{watch['id']}/conversations")["items"]
    assert [row["id"] for row in rows] == [served]
    with nothing_changes(Conversation, Message, Event):
        page: Any = supervisor.get(f"/api/desk-watch/{watch['id']}/conversations/{served}/messages")
    assert page["items"][-1]["text"] == "这件大衣起球吗"
    cast.as_("owner").get(f"/api/desk-watch/{watch['id']}/conversations", status=404)
    supervisor.post("/api/desk-watch", body, status=409)
    supervisor.delete(f"/api/desk-watch/{watch['id']}")
    supervisor.get(f"/api/desk-watch/{watch['id']}/conversations", status=404)
    kinds = ["desk.watch_started", "desk.watch_ended"]
    lines = list(Event.objects.filter(kind__in=kinds).order_by("number"))
    assert [line.kind for line in lines] == kinds and lines[0].payload["reason"] == "新人带教"
    assert supervisor.get("/api/desk-watch") == {"watch": None}
