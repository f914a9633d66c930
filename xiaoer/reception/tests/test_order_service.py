"""Change and cancel from the talk: the conversation says which account asks (C04, R375)."""

import pytest

from xiaoer.kernel.testing import Cast, nothing_changes
from xiaoer.orders.models import Order
from xiaoer.orders.models_print import OrderHold
from xiaoer.orders.models_service import ServiceCase
from xiaoer.orders.tests.service_makers import an_order as paid_order
from xiaoer.orders.tests.service_makers import read
from xiaoer.reception.tests.people_in_talks import Buyer, an_order

pytestmark = pytest.mark.django_db


def test_the_talk_knows_who_asks(cast: Cast) -> None:
    an_order(cast)
    buyer = Buyer()
    talk = buyer.talk()
    quanquan = cast.as_("quanquan")
    quanquan.post(f"/api/conversations/{talk}/take")
    hers = Order.objects.get()
    foreign = paid_order(cast, nick="别人家的买家")
    change = {"changes": [{"kind": "delivery_slot", "slot": "周末上午"}]}
    for order in (hers, foreign):
        read(cast, order.pk, "quanquan")
    url = f"/api/conversations/{talk}/orders/{{}}/service/order_change"
    with nothing_changes(ServiceCase, OrderHold):
        no = quanquan.post(url.format(foreign.pk), change, 403)
        assert no["error"]["code"] == "not_verified"
        assert quanquan.post(url.format(hers.pk), change, 403)["error"]["code"] == "not_verified"
        cast.as_("tangtang").post(url.format(hers.pk), change, 404)
    buyer.prove()
    made = quanquan.post(url.format(hers.pk), change, 201)
    assert made["same_account"] and made["conversation"] == talk
