"""A visitor proves an order (C38): one answer for every wrong try, throttled; her conversations follow her."""

from datetime import timedelta
from typing import Any

import pytest

from xiaoer.customers.models import Customer
from xiaoer.kernel import clock, deadlines
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.reception.models import Conversation, Message, Upload
from xiaoer.reception.tests.people_in_talks import ORDER_NO, TAIL, Buyer, an_order, buyer_who, says

pytestmark = pytest.mark.django_db
WRONG = ((ORDER_NO, "0000"), ("1234567890123", "5678"), ("1234567890123", "0000"), (ORDER_NO, ""))


def refused(buyer: Buyer, order_no: str, tail: str, status: int = 422) -> dict[str, Any]:
    error: dict[str, Any] = buyer.post("/api/buyer/prove", {"order_no": order_no, "phone_tail": tail}, status)["error"]
    return error


def test_the_same_answer_for_unknown_order_and_wrong_digits(cast: Cast) -> None:
    an_order(cast)
    answers = []
    for order_no, tail in WRONG:
        buyer = Buyer()
        buyer.talk()
        with nothing_changes(Conversation, Customer, Message):
            answers.append(refused(buyer, order_no, tail))
        assert buyer.get("/api/buyer/orders")["items"] == []
    assert answers[0]["code"] == "not_proved" and all(answer == answers[0] for answer in answers)


def test_five_wrong_tries_lock_the_visitor_for_ten_minutes(cast: Cast) -> None:
    an_order(cast)
    buyer = Buyer()
    for n in range(5):
        refused(buyer, f"99{n}00000000", "1234")
    with nothing_changes(Conversation, Customer):
        assert refused(buyer, ORDER_NO, TAIL, 429)["code"] == "too_many_tries"
    assert Event.objects.filter(kind="visitor.proof_locked").count() == 1
    with clock.frozen(NOON + timedelta(minutes=10, seconds=1)):
        assert buyer.prove()["order"]["order_no"] == ORDER_NO


def test_five_wrong_tries_lock_the_order_for_everybody(cast: Cast) -> None:
    an_order(cast)
    for n in range(5):
        refused(Buyer(), ORDER_NO, f"000{n}")
    buyer = Buyer()
    with nothing_changes(Conversation, Customer):
        assert refused(buyer, ORDER_NO, TAIL, 429)["code"] == "too_many_tries"


def test_an_unknown_order_locks_the_same_way(cast: Cast) -> None:
    for n in range(5):
        refused(Buyer(), "404404404404", f"000{n}")
    assert refused(Buyer(), "404404404404", TAIL, 429)["code"] == "too_many_tries"


def test_twenty_wrong_tries_a_day_lock_the_order(cast: Cast) -> None:
    an_order(cast)
    for n in range(20):
        with clock.frozen(NOON + timedelta(minutes=11 * (n // 4))):
            refused(Buyer(), ORDER_NO, f"{n:04d}")
    with clock.frozen(NOON + timedelta(hours=3)):
        assert refused(Buyer(), ORDER_NO, TAIL, 429)["code"] == "too_many_tries"
    with clock.frozen(NOON + timedelta(hours=25)):
        Buyer().prove()


def test_what_she_said_goes_with_her(cast: Cast) -> None:
    an_order(cast)
    buyer = Buyer()
    talk = buyer.talk()
    says(talk, buyer_who(talk), "我的大衣到哪了")
    old_token, owner = buyer.token, Customer.objects.get(nick="幸福蔓延1627")
    answer = buyer.prove()
    assert answer["conversation"] == talk and answer["token"] != old_token
    assert Conversation.objects.get(pk=talk).customer_id == owner.pk
    (order,) = buyer.get("/api/buyer/orders")["items"]
    assert order["order_no"] == ORDER_NO and order["waybill"] == "SF1020304050607" and order["status_label"]
    said = str({**answer, "token": "", "visitor": ""})  # random letters, in which 138 may stand
    assert "马慧" not in said and "138" not in said and "梦溪路" not in said
    texts = [m["text"] for m in buyer.get("/api/buyer/messages")["items"]]
    assert "我的大衣到哪了" in texts and "身份已核实，可以查看您的订单" in texts
    assert Buyer(token=buyer.token).session["proved"]
    stale = Buyer.__new__(Buyer)
    super(Buyer, stale).__init__()
    stale.use(old_token)
    stale.get(f"/api/buyer/messages?conversation={talk}", status=404)
    assert stale.get("/api/buyer/orders")["items"] == []
    event = Event.objects.get(kind="visitor.proved")
    assert event.customer_id == owner.pk and "5678" not in str(event.payload)


def test_her_other_open_conversation_is_merged_and_she_goes_on_waiting(cast: Cast) -> None:
    an_order(cast)
    phone = Buyer()
    other = phone.talk()
    phone.prove()
    early = NOON - timedelta(minutes=3)
    says(other, buyer_who(other), "有人吗", at=early)
    computer = Buyer()
    live = computer.talk()
    assert live != other
    assert computer.prove()["conversation"] == live
    merged, row = Conversation.objects.get(pk=other), Conversation.objects.get(pk=live)
    assert (merged.state, merged.outcome, merged.customer_id) == ("closed", "merged", row.customer_id)
    assert row.state == "queued" and row.waiting_since == early
    assert not deadlines.open_for(f"conversation:{other}")
    assert [one.kind for one in deadlines.open_for(f"conversation:{live}")] == ["reply"]
    assert Message.objects.filter(conversation_id=live, kind="note", text__contains=f"#{other}").exists()
    closed = Event.objects.get(kind="conversation.closed")
    assert closed.payload["merged_into"] == live
    assert phone.talk() == live


def test_another_account_of_hers_keeps_its_own_conversations(cast: Cast) -> None:
    an_order(cast)
    an_order(cast, no="2930679858170647891", nick="马慧的小号", phone="13912349999")
    buyer = Buyer()
    first = buyer.talk()
    buyer.prove()
    answer = buyer.prove("2930679858170647891", "9999")
    assert answer["conversation"] is None and [o["order_no"] for o in answer["orders"]] == ["2930679858170647891"]
    assert Conversation.objects.get(pk=first).customer.nick == "幸福蔓延1627"


def test_pictures_follow_too(cast: Cast) -> None:
    an_order(cast)
    buyer = Buyer()
    anonymous = Customer.objects.get(visitor=buyer.session["visitor"])
    row = Upload.objects.create(
        shop=cast.tmall, customer_id=anonymous.pk, key="k", name="a.png", mime="image/png", size=1, at=NOON
    )
    buyer.prove()
    row.refresh_from_db()
    assert row.customer_id == Customer.objects.get(nick="幸福蔓延1627").pk


def test_an_order_of_another_shop_proves_nothing(cast: Cast) -> None:
    an_order(cast)
    buyer = Buyer("quanquan-taobao")
    with nothing_changes(Conversation, Customer):
        assert refused(buyer, ORDER_NO, TAIL)["code"] == "not_proved"
