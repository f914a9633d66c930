"""What a buyer bought and how loyal buyers are (R119)."""

from datetime import datetime, timedelta

import pytest

from xiaoer.customers.models import Customer
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.orders.models import Order, OrderLine
from xiaoer.orders.tests.pay_makers import unpaid

pytestmark = pytest.mark.django_db


def bought(cast: Cast, nick: str, fen: int, *, days: int, goods: int = 1, status: str = "succeeded") -> Customer:
    at = NOON - timedelta(days=days)
    buyer, _ = Customer.objects.get_or_create(
        shop=cast.tmall, nick_key=nick, defaults={"nick": nick, "first_seen_at": at, "last_seen_at": at}
    )
    number = f"45{Order.objects.count():016d}"
    row = Order.objects.create(
        shop=cast.tmall, customer=buyer, order_no=number, status=status, paid_fen=fen, paid_at=at, ordered_at=at,
        changed_at=at, taken_in_at=at, source="test",
    )  # fmt: skip
    for place in range(goods):
        OrderLine.objects.create(order=row, line_no=place + 1, line_key=str(place), title=f"商品{place}", qty=1)
    return buyer


def test_who_comes_back_counts_once_and_closed_orders_do_not(cast: Cast) -> None:
    loyal = bought(cast, "常客", 10_000, days=90)
    bought(cast, "常客", 30_000, days=3, goods=2)
    bought(cast, "新客", 20_000, days=2)
    bought(cast, "退单", 50_000, days=1, status="closed")
    anan = cast.as_("anan")
    found = anan.get(f"/api/customer-figures?shop={cast.tmall.pk}&days=30")
    assert (found["buyers"], found["orders"], found["returning"], found["returning_permille"]) == (2, 2, 1, 500)
    assert (found["per_buyer_fen"], found["together_permille"]) == (25_000, 500)
    standing = anan.get(f"/api/customers/{loyal.pk}/standing")
    assert (standing["orders"], standing["paid_fen"], standing["average_fen"]) == (2, 40_000, 20_000)
    assert standing["returning"] and standing["refunded_fen"] == 0
    nobody = cast.as_("stranger")
    assert nobody.get(f"/api/customer-figures?shop={cast.tmall.pk}")["buyers"] == 0
    nobody.get(f"/api/customers/{loyal.pk}/standing", status=404)


def test_a_shipped_order_says_when_it_succeeds_by_itself(cast: Cast) -> None:
    """R190: ten days after the dispatch on Tmall, thirty by surface post; nothing is said of one that is not shipped."""
    bought(cast, "等收货", 10_000, days=2, status="shipped")
    row = Order.objects.get()
    url = f"/api/orders/{row.pk}"
    for changes, day in (({}, 19), ({"carrier": "中国邮政平邮"}, 9)):
        Order.objects.filter(pk=row.pk).update(shipped_at=NOON - timedelta(days=2), **changes)
        says = cast.as_("anan").get(url)["confirms_at"]
        assert says is not None and datetime.fromisoformat(says).day == day
    Order.objects.filter(pk=row.pk).update(status="paid")
    assert cast.as_("anan").get(url)["confirms_at"] is None


def test_free_shipping_is_granted_with_its_cost(cast: Cast) -> None:
    """R274, R275, C30: where the shop allows it, once, before payment; the cost and the deduction stand on the order."""
    row = unpaid(cast, freight_fen=1200, payable_fen=27100)
    url, anan = f"/api/orders/{row.pk}/free-shipping", cast.as_("anan")
    rule = f"/api/policy/agent_free_shipping?shop={cast.tmall.pk}"
    with nothing_changes():
        cast.as_("stranger").post(url, status=404)
    cast.as_("owner").put(rule, {"value": False, "reason": "测试"})
    with nothing_changes(Order):
        assert "没有开放" in anan.post(url, status=409)["error"]["message"]
    cast.as_("owner").put(rule, {"value": True, "reason": "测试"})
    anan.post(url)
    row.refresh_from_db()
    assert "客服包邮" in row.seller_remark and "12.00" in row.seller_remark
    (event,) = Event.objects.filter(kind="order.free_shipping_granted")
    assert event.payload == {"cost_fen": 1200, "deducted_on_return": False}, "Tmall's rules deduct nothing (C08)"
    anan.post(url, status=409)
