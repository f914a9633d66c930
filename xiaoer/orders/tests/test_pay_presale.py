"""预售 (R504): the dates on the order, the balance by clock, and what the promise says of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from xiaoer.kernel import clock
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes, screens_follow
from xiaoer.orders.models import Order, PresaleCase
from xiaoer.orders.pay_flow import PRESALE
from xiaoer.orders.tests.pay_makers import reported, unpaid

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def dates(**changes: Any) -> dict[str, Any]:
    values = {
        "deposit_fen": 5000,
        "balance_from": NOON + DAY,
        "balance_until": NOON + 3 * DAY,
        "ships_at": NOON + 10 * DAY,
        **changes,
    }
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def test_deposit_window_reminder_paid(cast: Cast) -> None:
    row = unpaid(cast)
    url = f"/api/orders/{row.pk}/presale"
    cast.as_("quanquan").get(url, status=404)
    with screens_follow({f"order:{row.pk}": lambda: Order.objects.get(pk=row.pk).kind}):
        made = cast.as_("quanquan").put(url, dates())
    assert (made["state"], made["balance_fen"], made["can"]) == (
        "deposit_paid",
        20900,
        [{"verb": "pay", "label": "尾款已付", "style": "default", "form": None, "disabled": None}],
    )
    assert cast.as_("quanquan").get(f"/api/orders/{row.pk}/unpaid")["why"] == "window"
    promise = cast.as_("quanquan").get(f"/api/orders/{row.pk}/promise")
    assert promise["may_say"] == "presale_date" and "2026-11-21" in promise["latest_ship_at"]
    with clock.frozen(NOON + DAY):
        fire_due()
        assert cast.as_("quanquan").get(url)["state"] == "balance_due"
        told = cast.as_("quanquan").get(f"/api/orders/{row.pk}/unpaid")
        assert told["may"] and told["closes_at"] == "2026-11-14T04:00:00Z"
        done = cast.as_("quanquan").post(f"{url}/remind", {"channel": "chat", "text": "亲，尾款可以付啦"})
        assert (done["state"], done["reminded_at"]) == ("reminded", "2026-11-12T04:00:00Z")
    reported(row, NOON + 2 * DAY, status="paid", paid_at=NOON + 2 * DAY)
    assert PresaleCase.objects.get().state == "paid"
    with clock.frozen(NOON + 5 * DAY):
        fire_due()
    assert PresaleCase.objects.get().state == "paid"


def test_a_balance_that_nobody_pays_lapses_by_the_clock(cast: Cast) -> None:
    row = unpaid(cast)
    url = f"/api/orders/{row.pk}/presale"
    cast.as_("quanquan").put(url, dates())
    with clock.frozen(NOON + 4 * DAY):
        while fire_due():
            pass
        assert cast.as_("quanquan").get(url)["state"] == "lapsed"
        no = cast.as_("quanquan").put(url, dates(balance_until=NOON + 9 * DAY), status=409)["error"]
        assert no["code"] == "presale_over" and "尾款逾期" in no["message"]


def test_dates_can_be_corrected_and_the_clock_follows(cast: Cast) -> None:
    row = unpaid(cast)
    url = f"/api/orders/{row.pk}/presale"
    cast.as_("quanquan").put(url, dates())
    cast.as_("quanquan").put(url, dates(balance_until=NOON + 6 * DAY))
    with clock.frozen(NOON + 4 * DAY):
        while fire_due():
            pass
        assert cast.as_("quanquan").get(url)["state"] == "balance_due"
    assert PresaleCase.objects.count() == 1


def test_what_cannot_be_is_refused_field_by_field(cast: Cast) -> None:
    row = unpaid(cast)
    url = f"/api/orders/{row.pk}/presale"
    bad = dates(deposit_fen=25901, balance_until=NOON, ships_at=NOON)
    with nothing_changes(PresaleCase, Order):
        no = cast.as_("quanquan").put(url, bad, status=422)["error"]
        assert set(no["fields"]) == {"deposit_fen", "balance_until", "ships_at"}
        cast.as_("warehouse").put(url, dates(), status=403)
        cast.as_("stranger").put(url, dates(), status=404)
    reported(row, NOON, status="closed")
    with nothing_changes(PresaleCase, Order):
        cast.as_("quanquan").put(url, dates(), status=409)


def test_every_pair_of_the_table(cast: Cast) -> None:
    row = unpaid(cast)

    def make(state: str) -> PresaleCase:
        return PresaleCase.objects.create(
            shop=cast.tmall,
            order=row,
            customer=row.customer,
            state=state,
            state_at=NOON,
            deposit_fen=1,
            balance_fen=1,
            balance_from=NOON,
            balance_until=NOON + DAY,
            ships_at=NOON + DAY,
            opened_at=NOON,
            opened_by="staff:1",
        )

    assert flow_matrix(PRESALE, make) == 20
