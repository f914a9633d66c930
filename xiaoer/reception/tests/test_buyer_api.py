"""The buyer's side over HTTP: session, conversation, messages, rating; and what she must never see."""

from datetime import timedelta

import pytest

from xiaoer.customers.models import Customer
from xiaoer.kernel import clock
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Caller, Cast, nothing_changes
from xiaoer.people.models import Shop
from xiaoer.reception.models import Conversation, Message
from xiaoer.reception.tests.people_in_talks import Buyer, buyer_who, says

pytestmark = pytest.mark.django_db


def test_session_greets_and_makes_one_visitor(cast: Cast) -> None:
    buyer = Buyer()
    assert buyer.session["greeting"].startswith("您好，欢迎光临圈圈家旗舰店")
    assert buyer.session["shop"] == {
        "name": "圈圈家旗舰店",
        "slug": "quanquan-tmall",
        "platform": "tmall",
        "hotline": "0571-88880200",
        "hours": "每天 09:00-24:00",
        "open": True,
    }
    assert buyer.session["conversation"] is None and not buyer.session["proved"]
    assert [field["name"] for field in buyer.session["order_fields"]] == ["order_no", "phone_tail"]
    again = Buyer(token=buyer.token)
    by_key = Buyer(visitor=buyer.session["visitor"])
    assert again.session["visitor"] == by_key.session["visitor"] == buyer.session["visitor"]
    assert Customer.objects.count() == 1


def test_an_unknown_visitor_key_is_not_taken_over(cast: Cast) -> None:
    buyer = Buyer(visitor="chosen-by-the-attacker")
    assert buyer.session["visitor"] != "chosen-by-the-attacker" and len(buyer.session["visitor"]) == 32


def test_outside_opening_hours_the_greeting_says_when(cast: Cast) -> None:
    with clock.frozen(NOON + timedelta(hours=14)):  # 02:00 in Beijing
        buyer = Buyer()
    assert "每天 09:00-24:00" in buyer.session["greeting"] and not buyer.session["shop"]["open"]


def test_unknown_shop_and_bad_tokens(cast: Cast) -> None:
    with nothing_changes(Customer):
        Caller().post("/api/buyer/session", {"shop": "nowhere"}, status=404)
        Caller().get("/api/buyer/messages", status=401)
        Caller({"Authorization": "Buyer x.y"}).get("/api/buyer/messages", status=401)
    buyer = Buyer()
    with nothing_changes(Customer):
        body, _, signature = buyer.token.partition(".")
        forged = f"{body[:-1]}{'A' if body[-1] != 'A' else 'B'}.{signature}"
        Caller({"Authorization": f"Buyer {forged}"}).get("/api/buyer/orders", status=401)


def test_a_buyers_token_opens_nothing_of_the_staff(cast: Cast) -> None:
    buyer = Buyer()
    talk = buyer.talk()
    with nothing_changes(Conversation, Message):
        buyer.get("/api/conversations", status=401)
        buyer.get(f"/api/conversations/{talk}", status=401)
        buyer.post(f"/api/conversations/{talk}/take", status=401)
    with nothing_changes(Conversation, Message):
        cast.as_("quanquan").get("/api/buyer/messages", status=401)


def test_opening_greets_once_and_is_one_conversation(cast: Cast) -> None:
    buyer = Buyer()
    talk = buyer.talk(page="/shop/x", goods={"code": "0201", "title": "红色羊毛大衣", "price_fen": 89900, "evil": 1})
    assert buyer.talk() == talk
    row = Conversation.objects.get(pk=talk)
    assert row.context == {
        "page": "/shop/x",
        "goods": {"code": "0201", "title": "红色羊毛大衣", "price_fen": 89900},
    }
    assert (row.state, row.seq, row.waiting_since, row.queued_at) == ("queued", 1, None, NOON)
    items = buyer.get("/api/buyer/messages")["items"]
    assert [(m["author"]["kind"], m["kind"]) for m in items] == [("bot", "text")]
    kinds = list(Event.objects.filter(subject=f"conversation:{talk}").values_list("kind", flat=True))
    assert kinds == ["conversation.opened", "message.sent"]
    assert Buyer(token=buyer.token).session["conversation"]["id"] == talk


def test_no_greeting_when_the_shop_forbids_it(cast: Cast) -> None:
    cast.as_("owner").put(
        f"/api/policy/auto_greetings_per_session?shop={cast.tmall.pk}", {"value": 0, "reason": "人工问候"}
    )
    buyer = Buyer()
    buyer.talk()
    assert buyer.get("/api/buyer/messages")["items"] == []


def test_the_shops_own_greeting(cast: Cast) -> None:
    Shop.objects.filter(pk=cast.tmall.pk).update(greeting="欢迎来到{shop}，我是{agent}")
    assert Buyer().session["greeting"] == "欢迎来到圈圈家旗舰店，我是小二"


def test_notes_guard_and_staff_numbers_never_reach_the_buyer(cast: Cast) -> None:
    buyer = Buyer()
    talk = buyer.talk()
    says(talk, buyer_who(talk), "在吗")
    says(talk, cast.who("quanquan"), "这个买家要小心", kind="note")
    says(talk, cast.who("quanquan"), "在的亲")
    Message.objects.filter(conversation_id=talk, text="在的亲").update(guard={"verdict": "warn", "rules": ["x"]})
    answer = buyer.get("/api/buyer/messages")
    texts = [m["text"] for m in answer["items"]]
    assert "在的亲" in texts and "这个买家要小心" not in str(answer) and "verdict" not in str(answer)
    mine = next(m for m in answer["items"] if m["text"] == "在的亲")
    assert mine["author"] == {"kind": "staff", "id": None, "name": "圈圈"} and mine["guard"] is None
    note = Event.objects.get(kind="message.sent", payload__message__kind="note")
    assert not note.for_buyer
    staff = cast.as_("supervisor").get(f"/api/conversations/{talk}/messages")["items"]
    assert [m["kind"] for m in staff] == ["text", "text", "note", "text"]


def test_messages_page_by_number(cast: Cast) -> None:
    buyer = Buyer()
    talk = buyer.talk()
    for n in range(9):
        says(talk, buyer_who(talk), f"第 {n} 句")
    last = buyer.get("/api/buyer/messages?limit=4")
    assert [m["seq"] for m in last["items"]] == [7, 8, 9, 10] and last["next"] == 7
    above = buyer.get(f"/api/buyer/messages?limit=4&before={last['next']}")
    assert [m["seq"] for m in above["items"]] == [3, 4, 5, 6]
    first = buyer.get(f"/api/buyer/messages?limit=4&before={above['next']}")
    assert [m["seq"] for m in first["items"]] == [1, 2] and first["next"] is None
    assert [m["seq"] for m in buyer.get("/api/buyer/messages?after=8")["items"]] == [9, 10]


def test_another_buyers_conversation_does_not_exist(cast: Cast) -> None:
    talk = Buyer().talk()
    other = Buyer()
    with nothing_changes(Conversation, Message):
        other.get(f"/api/buyer/messages?conversation={talk}", status=404)
        other.post("/api/buyer/rating", {"stars": 1, "conversation": talk}, status=404)
        other.post("/api/buyer/rating", {"stars": 5}, status=404)


def test_read_by_the_buyer(cast: Cast) -> None:
    buyer = Buyer()
    talk = buyer.talk()
    assert buyer.post("/api/buyer/read") == {"read": 1}
    assert buyer.post("/api/buyer/read") == {"read": 0}
    event = Event.objects.get(kind="conversation.read")
    assert event.payload == {"conversation": talk, "side": "buyer", "seq": 1} and event.for_buyer


def test_rating_once_correctable_for_a_short_while(cast: Cast) -> None:
    buyer = Buyer()
    talk = buyer.talk()
    with nothing_changes(Conversation):
        assert buyer.post("/api/buyer/rating", {"stars": 5}, status=403)["error"]["code"] == "nobody_served"
    cast.as_("quanquan").post(f"/api/conversations/{talk}/take")
    cast.as_("quanquan").post(f"/api/conversations/{talk}/close", {})
    with nothing_changes(Conversation):
        assert "1 到 5" in buyer.post("/api/buyer/rating", {"stars": 6}, status=422)["error"]["fields"]["stars"]
    assert buyer.post("/api/buyer/rating", {"stars": 3, "note": "有点慢"})["rating"] == 3
    with clock.frozen(NOON + timedelta(minutes=20)):
        assert buyer.post("/api/buyer/rating", {"stars": 5})["rating"] == 5
    with clock.frozen(NOON + timedelta(minutes=31)), nothing_changes(Conversation):
        refusal = buyer.post("/api/buyer/rating", {"stars": 1}, status=409)["error"]
        assert refusal["code"] == "already_rated" and refusal["current"]["stars"] == 5
    rated = Event.objects.filter(kind="conversation.rated").order_by("number")
    assert [(row.payload["stars"], row.payload["previous"]) for row in rated] == [(3, None), (5, 3)]


def test_cors_for_buyers_only(cast: Cast) -> None:
    client = Buyer().client
    asked = {"Origin": "https://blog.example", "Access-Control-Request-Method": "POST"}
    preflight = client.options("/api/buyer/session", headers=asked)
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Origin"] == "https://blog.example"
    assert "Authorization" in preflight["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in preflight
    answer = client.get("/api/buyer/messages", headers={"Origin": "https://blog.example"})
    assert answer["Access-Control-Allow-Origin"] == "https://blog.example" and "Origin" in answer["Vary"]
    staff = cast.as_("owner").client.get("/api/conversations", headers={"Origin": "https://blog.example"})
    assert "Access-Control-Allow-Origin" not in staff
