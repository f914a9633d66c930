"""The guide, recommendations, greetings by hours and peak, capped automatic replies, offline messages: over the API."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from xiaoer.kernel import clock
from xiaoer.kernel.db import transaction
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.people.models import Shop
from xiaoer.reception import actions
from xiaoer.reception import queries as reads
from xiaoer.reception.models import (
    Conversation,
    GuideTick,
    Message,
    OfflineMessage,
    QuickReply,
    ReceptionMode,
    ReceptionSetting,
)
from xiaoer.reception.tests.people_in_talks import Buyer, an_order, buyer_who, says

pytestmark = pytest.mark.django_db
NIGHT = NOON + timedelta(hours=14)
"""02:00 in Beijing: the shop opens at nine."""


# ------------------------------------------------------------------------------------------------ the guide


def taken(cast: Cast) -> int:
    talk = Buyer().talk()
    cast.as_("quanquan").post(f"/api/conversations/{talk}/take")
    return talk


def steps(found: Any) -> dict[str, str | None]:
    return {one["key"]: one["how"] for one in found["steps"] if one["done"]}


def test_the_guide_is_ticked_by_what_was_sent(cast: Cast) -> None:
    talk, me = taken(cast), cast.as_("quanquan")
    path = f"/api/conversations/{talk}/guide"
    found = me.get(path)
    assert steps(found) == {"welcome": "auto", "need": "auto"}, "the automatic greeting counts for the greeting (C13)"
    assert found["next"] == "promotions" and (found["done"], found["of"]) == (1, 5)
    says(talk, buyer_who(talk), "你们到底什么态度，气死我了")
    assert me.get(path)["needs_empathy"]
    says(talk, cast.who("quanquan"), "非常理解您的心情，现在店里有满减活动，这款面料是羊毛的")
    found = me.get(path)
    assert not found["needs_empathy"] and found["next"] == "order" and steps(found)["promotions"] == "sent"
    says(talk, cast.who("quanquan"), "亲，双十一狂欢第二件半价", kind="note")
    assert me.get(path)["done"] == 3


def test_a_step_is_ticked_by_hand_and_journalled(cast: Cast) -> None:
    talk, me = taken(cast), cast.as_("quanquan")
    found = me.post(f"/api/conversations/{talk}/guide/favourite", {"done": True})
    mine = next(one for one in found["steps"] if one["key"] == "favourite")
    assert mine["how"] == "manual" and mine["by"] == "圈圈"
    event = Event.objects.get(kind="conversation.guide")
    assert event.payload["step"] == "favourite" and not event.for_buyer and event.actor == str(cast.who("quanquan"))
    me.post(f"/api/conversations/{talk}/guide/favourite", {"done": True})
    assert Event.objects.filter(kind="conversation.guide").count() == 1, "ticking twice is once"
    found = me.post(f"/api/conversations/{talk}/guide/welcome", {"done": False})
    assert "welcome" not in steps(found)
    assert reads.guides_of([Conversation.objects.get(pk=talk)])[talk].next == "welcome", "quality reads the same"
    with nothing_changes(GuideTick):
        me.post(f"/api/conversations/{talk}/guide/dance", {"done": True}, status=422)
        cast.as_("stranger").post(f"/api/conversations/{talk}/guide/order", {"done": True}, status=404)
        cast.as_("tangtang").post(f"/api/conversations/{talk}/guide/order", {"done": True}, status=404)
        cast.as_("inspector").post(f"/api/conversations/{talk}/guide/order", {"done": True}, status=403)
    assert cast.as_("inspector").get(f"/api/conversations/{talk}/guide")["of"] == 5


def test_an_own_script_counts_for_its_step(cast: Cast) -> None:
    talk = taken(cast)
    values = {"scope": "shop", "title": "双11", "text": "{{buyer|亲}}，双十一狂欢第二件半价哦", "step": "promotions"}
    cast.as_("supervisor").post(f"/api/quick-replies?shop={cast.tmall.pk}", values)
    row = QuickReply.objects.get()
    said = cast.as_("quanquan").post(f"/api/quick-replies/{row.pk}/fill", {"conversation": talk})["text"]
    says(talk, cast.who("quanquan"), said)
    assert steps(cast.as_("quanquan").get(f"/api/conversations/{talk}/guide"))["promotions"] == "sent"


def test_a_recommendation_needs_two_reasons(cast: Cast) -> None:
    talk, me = taken(cast), cast.as_("quanquan")
    path = f"/api/conversations/{talk}/recommend"
    with nothing_changes(Message):
        error = me.post(path, {"item": "打底衫", "reasons": ["显瘦", "显瘦。", " "]}, status=422)["error"]
        assert "至少 2 点" in error["fields"]["reasons"]
        me.post(path, {"item": " ", "reasons": ["显瘦", "百搭"]}, status=422)
    text = me.post(path, {"item": "打底衫", "reasons": ["显瘦", "百搭"]})["text"]
    assert "①显瘦" in text and "②百搭" in text
    says(talk, cast.who("quanquan"), text)
    assert steps(me.get(f"/api/conversations/{talk}/guide"))["cross_sell"] == "sent"


# ------------------------------------------------------------------------------------------------ greetings


def greeting(slug: str = "quanquan-tmall") -> str:
    return str(Buyer(slug).session["greeting"])


def test_greeting_by_platform_style_and_own_words(cast: Cast) -> None:
    assert "圈圈家旗舰店" in greeting() and greeting() != greeting("quanquan-taobao").replace("的衣橱", "旗舰店")
    cast.as_("supervisor").patch(f"/api/reception/settings?shop={cast.tmall.pk}", {"style": "friend"})
    assert greeting().startswith("嗨，亲！")
    Shop.objects.filter(pk=cast.tmall.pk).update(greeting="{{店铺}}的{agent}在此，感谢光临，请讲")
    assert greeting() == "圈圈家旗舰店的小二在此，感谢光临，请讲"
    Shop.objects.filter(pk=cast.tmall.pk).update(greeting="您好，天猫客服为您服务")
    assert "天猫客服" not in greeting() and "圈圈家旗舰店" in greeting(), (
        "a merchant never speaks as the platform (C49)"
    )


def test_outside_hours_the_greeting_says_when(cast: Cast, night: datetime) -> None:
    said = greeting()
    assert "非工作时间" in said and "今天 09:00" in said
    form = Buyer().session["offline"]
    assert form["ask"] and form["next_open"] == "2026-11-12T01:00:00Z" and "今天 09:00" in form["promise"]
    setting = f"/api/reception/settings?shop={cast.tmall.pk}"
    own = {"greeting_offline": "{{shop}}打烊啦，{{next_open}}见，请留言", "offline_form": False}
    found = cast.as_("supervisor").patch(setting, own)
    assert greeting() == "圈圈家旗舰店打烊啦，今天 09:00见，请留言" and not Buyer().session["offline"]["ask"]
    assert found["previews"][2]["text"] == greeting()
    with nothing_changes(ReceptionSetting):
        for bad in ({"greeting_peak": "加微信 abc12345"}, {"greeting_offline": "{{phone}}"}):
            error = cast.as_("supervisor").patch(setting, bad, status=422)["error"]
            assert list(error["fields"]) == list(bad)


def test_open_hours_need_no_form(cast: Cast) -> None:
    with clock.frozen(NOON):
        form = Buyer().session["offline"]
    assert (form["ask"], form["next_open"], form["promise"], form["open"]) == (False, None, "", None)


def test_peak_mode_greets_shortly(cast: Cast) -> None:
    Shop.objects.filter(pk=cast.tmall.pk).update(greeting="长长的" * 20 + "欢迎光临")
    before = greeting()
    ReceptionMode.objects.create(shop_id=cast.tmall.pk, peak=True)
    assert len(greeting()) < len(before) and "圈圈家旗舰店" in greeting()


def test_automatic_replies_are_capped_and_reported(cast: Cast) -> None:
    talk = taken(cast)
    with transaction():
        said = [actions.auto_reply(talk, f"自动回复{n}", key=f"k{n}", at=NOON) for n in (1, 1, 2, 3)]
    assert said == [True, False, True, False], "once per key, and two per session (C13, B56)"
    with transaction():
        assert not actions.auto_reply(taken(cast), "加微信 abc12345", key="x", at=NOON), "the guard has the last word"
    row = Conversation.objects.get(pk=talk)
    assert row.first_reply_at is None, "an automatic reply is no human answer"
    says(talk, cast.who("quanquan"), "您好", at=NOON)
    path = f"/api/reception/auto-replies?shop={cast.tmall.pk}&days=31"
    found = cast.as_("supervisor").get(path)
    assert found["human"] == 1 and found["automatic"] == 4 and found["share"] == 80.0
    assert found["sessions"] == 2 and found["only_automatic"] == 1 and found["over_cap"] == 0 and found["cap"] == 2
    cast.as_("quanquan").get(path, status=403)
    cast.as_("stranger").get(path, status=404)


# ------------------------------------------------------------------------------------------------ offline messages


def left(buyer: Buyer, **more: Any) -> Any:
    values = {"text": "红色大衣还有 M 码吗", "contact_kind": "phone", "contact": "138 1234 5678", "name": "马女士"}
    return buyer.post("/api/buyer/offline-message", {**values, "contact_time": "morning", **more})


@pytest.fixture
def night() -> Iterator[datetime]:
    with clock.frozen(NIGHT):
        yield NIGHT


def test_what_a_buyer_leaves_at_night(cast: Cast, night: datetime) -> None:
    buyer = Buyer()
    mine = left(buyer)
    assert mine["promised_at"] == "2026-11-12T01:30:00Z", "half an hour after opening"
    assert "今天 09:30" in mine["promise"] and mine["contact"] == "138****5678" and mine["state"] == "new"
    assert buyer.get("/api/buyer/offline-message")["id"] == mine["id"]
    said = Message.objects.get(conversation_id=mine["conversation"], author_kind="buyer")
    assert said.text == "红色大衣还有 M 码吗" and "13812345678" not in said.text
    assert "13812345678" not in str(list(Event.objects.values_list("payload", flat=True)))
    box = cast.as_("anan").get(f"/api/offline-messages?shop={cast.tmall.pk}")["items"]
    assert [one["id"] for one in box] == [mine["id"]] and box[0]["contact"] == "138****5678"
    assert box[0]["customer"]["name"] == "马女士" and box[0]["contact_time"] == "上午 9-12 点"
    assert {one["verb"] for one in box[0]["can"]} == {"claim", "answer", "drop"}
    again = left(buyer, text="想问能不能今天送到")
    assert again["id"] == mine["id"] and OfflineMessage.objects.get().text.count("\n") == 1
    assert Buyer(token=buyer.token).session["offline"]["open"]["id"] == mine["id"]


def test_the_way_of_an_offline_message(cast: Cast, night: datetime) -> None:
    mine = left(Buyer())
    path, anan, mumu = f"/api/offline-messages/{mine['id']}", cast.as_("anan"), cast.as_("mumu")
    with nothing_changes(OfflineMessage):
        anan.post(f"{path}/contact", {"reason": "回电"}, status=422)
        anan.post(f"{path}/answer", {"note": " "}, status=422)
        anan.post(f"{path}/release", {}, status=409)
        cast.as_("stranger").post(f"{path}/claim", {}, status=404)
        cast.as_("warehouse").post(f"{path}/claim", {}, status=404)
    assert anan.post(f"{path}/claim", {})["agent"]["name"] == "安安"
    assert cast.as_("anan").get(f"/api/offline-messages/counts?shop={cast.tmall.pk}") == {"new": 0, "claimed": 1}
    with nothing_changes(OfflineMessage):
        mumu.post(f"{path}/claim", {}, status=409)
        mumu.post(f"{path}/contact", {"reason": "回电"}, status=422)
        anan.post(f"{path}/contact", {"reason": " "}, status=422)
    assert anan.post(f"{path}/contact", {"reason": "回电"}) == {"contact": "13812345678"}
    seen = Event.objects.get(kind="offline.contact_seen")
    assert seen.payload == {"reason": "回电"} and not seen.for_buyer
    done = anan.post(f"{path}/answer", {"note": "已电话说明有货"})
    assert done["state"] == "answered" and done["can"] == []
    assert not Deadline.objects.filter(kind="offline_promise", settled_at=None).exists()
    assert [one["note"] for one in anan.get("/api/offline-messages?box=done")["items"]] == ["已电话说明有货"]
    assert Event.objects.get(kind="offline.answer").for_buyer


def test_the_promise_is_a_clock(cast: Cast, night: datetime) -> None:
    from xiaoer.reception import timers

    mine = left(Buyer())
    deadline = Deadline.objects.get(kind="offline_promise")
    assert deadline.due_at.isoformat() == "2026-11-12T01:30:00+00:00"
    with transaction():
        timers.offline_late(deadline, deadline.due_at)
    late = Event.objects.get(kind="offline.late")
    assert late.at == deadline.due_at and late.subject == f"offline:{mine['id']}" and late.perm == "chat"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"contact": "12345"}, "contact"),
        ({"contact": ""}, "contact"),
        ({"contact_kind": "pigeon"}, "contact_kind"),
        ({"contact_time": "midnight"}, "contact_time"),
        ({"name": "很" * 21}, "name"),
    ],
)
def test_bad_offline_messages(cast: Cast, night: datetime, more: dict[str, str], field: str) -> None:
    buyer = Buyer()
    values = {"text": "有货吗", "contact_kind": "phone", "contact": "13812345678", **more}
    with nothing_changes(OfflineMessage, Conversation, Message):
        assert field in buyer.post("/api/buyer/offline-message", values, status=422)["error"]["fields"]


def test_a_landline_is_a_contact_and_none_needs_none(cast: Cast, night: datetime) -> None:
    assert left(Buyer(), contact="0571-88880200")["contact"].endswith("00")
    assert left(Buyer(), contact_kind="none", contact="whatever")["contact"] == ""


def test_too_many_offline_messages(cast: Cast, night: datetime) -> None:
    buyer = Buyer()
    for n in range(10):
        left(buyer, text=f"第{n}次")
    buyer.post("/api/buyer/offline-message", {"text": "再来"}, status=429)


def test_a_buyer_sees_only_her_own(cast: Cast, night: datetime) -> None:
    left(Buyer())
    assert Buyer().get("/api/buyer/offline-message") is None


def test_what_she_left_follows_her_to_her_account(cast: Cast, night: datetime) -> None:
    an_order(cast)
    buyer = Buyer()
    mine = left(buyer)
    buyer.prove()
    assert buyer.get("/api/buyer/offline-message")["id"] == mine["id"]


def test_the_box_needs_no_scan(cast: Cast, night: datetime) -> None:
    from xiaoer.reception.models import OfflineMessage as Row

    if connection.vendor != "sqlite":
        pytest.skip("reads SQLite's plan")
    rows = Row.objects.filter(shop_id=cast.tmall.pk, state__in=("new", "claimed")).order_by("promised_at", "pk")
    plan = rows[:50].explain()
    assert "offline_box" in plan and "SCAN" not in plan, plan
