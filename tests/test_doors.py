"""Every door through which words leave the house asks the guard: a forbidden sentence gets through none of them."""

from collections.abc import Callable
from typing import Any

import pytest

from xiaoer.aftersales.tests import makers
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, make_cast
from xiaoer.orders.models_parcel import Parcel, ParcelAlert, ParcelOrder
from xiaoer.orders.tests.pay_makers import unpaid
from xiaoer.people.models import Shop
from xiaoer.people.queries import shop_facts
from xiaoer.reception.actions.words import auto_reply
from xiaoer.reception.greeting_reads import greeting_of
from xiaoer.reception.models import Message
from xiaoer.reception.tests.people_in_talks import Buyer

BAD = "亲，加我微信wx13812345678聊，给您便宜"


@pytest.fixture
def cast(db: None, noon: None) -> Cast:
    return make_cast()


def refused(answer: dict[str, Any], field: str) -> None:
    assert answer["error"]["code"] == "guard_blocked", answer
    assert "微信" in answer["error"]["fields"][field]


def quick_reply(cast: Cast) -> None:
    body = {"title": "优惠", "text": BAD, "scope": "personal"}
    refused(cast.as_("quanquan").post(f"/api/quick-replies?shop={cast.tmall.pk}", body, 422), "text")


def greeting(cast: Cast) -> None:
    body = {"greeting_offline": BAD}
    answer = cast.as_("supervisor").call("patch", f"/api/reception/settings?shop={cast.tmall.pk}", body, 422).json()
    assert "微信" in answer["error"]["fields"]["greeting_offline"]


def payment_reminder(cast: Cast) -> None:
    taken = cast.as_("quanquan").post(f"/api/orders/{unpaid(cast).pk}/reminders")
    for channel in ("chat", "copied"):
        body = {"channel": channel, "text": BAD}
        refused(cast.as_("quanquan").post(f"/api/reminders/{taken['id']}/send", body, 422), "text")


def refusal_of_a_case(cast: Cast) -> None:
    case = makers.apply(makers.order(cast))
    refused(makers.act(cast, "anan", case, "refuse", {"why": "other", "explanation": BAD}, 422), "explanation")


def parcel_news(cast: Cast) -> None:
    row = makers.order(cast)
    parcel = Parcel.objects.create(shop=cast.tmall, waybill="SF1020304050607", created_at=NOON, changed_at=NOON)
    ParcelOrder.objects.create(parcel=parcel, order=row)
    alert = ParcelAlert.objects.create(shop=cast.tmall, parcel=parcel, kind="stranded", opened_at=NOON)
    refused(cast.as_("mumu").post(f"/api/parcel-alerts/{alert.pk}/tell", {"text": BAD}, 422), "text")
    assert cast.as_("mumu").post(f"/api/parcel-alerts/{alert.pk}/tell", {"text": "亲，SF1020304050607 已转派"})


def automatic_reply(cast: Cast) -> None:
    talk = Buyer().talk()
    assert not auto_reply(talk, BAD, key="t", at=NOON)
    assert not Message.objects.filter(conversation_id=talk, text=BAD).exists()


def shop_greeting(cast: Cast) -> None:
    Shop.objects.filter(pk=cast.tmall.pk).update(greeting=BAD)
    assert "微信" not in greeting_of(shop_facts(cast.tmall.pk), at=NOON)


DOORS = (quick_reply, greeting, payment_reminder, parcel_news, refusal_of_a_case, automatic_reply, shop_greeting)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_no_door_lets_a_forbidden_sentence_out(cast: Cast, door: Callable[[Cast], None]) -> None:
    door(cast)
    said = "".join(str(row) for row in Event.objects.values_list("payload", flat=True))
    assert "加我微信" not in said
