"""The demo loads through the areas' own actions, and its clock moves ahead, never outside a demo."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from xiaoer.aftersales.models import RefundOnlyCase, ReturnCase
from xiaoer.demo import actions
from xiaoer.demo.load import load
from xiaoer.kernel import clock
from xiaoer.kernel.models import ClockOffset, Deadline, Event
from xiaoer.kernel.testing import Caller, Cast, nothing_changes
from xiaoer.orders.models import Order
from xiaoer.reception.models import Conversation, QuickReply

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@pytest.fixture
def demo(db: Any, settings: Any) -> None:
    settings.DEMO = True


@pytest.mark.sqlite_only  # the longest test there is, and the demo is a thing of `make run`, which stands on SQLite
def test_every_screen_of_the_demo_is_alive(demo: None, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(NOW):
        load(NOW)
    assert Order.objects.count() >= 300
    assert set(Order.objects.values_list("status", flat=True)) >= {
        "waiting_payment",
        "paid",
        "shipped",
        "succeeded",
        "closed",
    }
    states = set(ReturnCase.objects.values_list("state", flat=True))
    assert {
        "requested",
        "approved",
        "in_transit",
        "received",
        "inspected",
        "refund_granted",
        "refunded",
        "refused",
    } <= states
    assert RefundOnlyCase.objects.exists() and QuickReply.objects.count() >= 40
    assert Conversation.objects.filter(state="queued").count() >= 3
    soon = Deadline.objects.filter(kind="seller_answers", settled_at=None, due_at__lt=NOW + timedelta(hours=1))
    assert soon.exists(), "a clock is about to run out"
    assert not Event.objects.filter(at__gt=NOW).exists(), "nothing happens after now"


def test_later_moves_the_clock_ahead(cast: Cast, settings: Any) -> None:
    settings.DEMO = True
    answer = cast.as_("supervisor").post("/api/demo/later", {"seconds": 3600})
    assert answer["offset"] == 3600
    assert Event.objects.filter(kind="demo.clock_moved").count() == 2, "both of her shops are told"


@pytest.mark.parametrize("seconds", [-5, 10**9])
def test_time_goes_neither_back_nor_for_ever(cast: Cast, settings: Any, seconds: int) -> None:
    settings.DEMO = True
    with nothing_changes(ClockOffset):
        cast.as_("supervisor").post("/api/demo/later", {"seconds": seconds}, status=422)


def test_a_real_shop_has_no_such_clock(cast: Cast, settings: Any) -> None:
    settings.DEMO = False
    with nothing_changes(ClockOffset):
        assert cast.as_("owner").post("/api/demo/later", {"seconds": 60}, status=403)["error"]["code"] == "not_demo"
        cast.as_("owner").call("get", "/api/demo", None, 403)
        Caller().post("/api/demo/later", {"seconds": 60}, status=401)


def test_the_demo_wakes_where_it_fell_asleep(cast: Cast, settings: Any) -> None:
    settings.DEMO = True
    cast.as_("supervisor").post("/api/demo/later", {"seconds": 60})
    last = Event.objects.order_by("-number")[0].at
    actions.resume_clock(at=last + timedelta(days=2))
    assert clock.offset() == timedelta(seconds=1) - timedelta(days=2)


@pytest.mark.parametrize(
    ("real", "begins"),
    [
        (datetime(2026, 11, 22, 6, 0, tzinfo=UTC), datetime(2026, 11, 22, 6, 0, tzinfo=UTC)),
        (datetime(2026, 11, 22, 0, 40, tzinfo=UTC), datetime(2026, 11, 22, 7, 30, tzinfo=UTC)),
        (datetime(2026, 11, 22, 17, 5, tzinfo=UTC), datetime(2026, 11, 23, 7, 30, tzinfo=UTC)),
    ],
)
def test_the_demo_begins_in_opening_hours(real: datetime, begins: datetime) -> None:
    assert actions.opening_time(real) == begins
