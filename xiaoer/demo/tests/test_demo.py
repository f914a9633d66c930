"""The demo loads through the areas' own actions, and its clock moves ahead, never outside a demo."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests import template
from xiaoer.demo import actions
from xiaoer.kernel import clock
from xiaoer.kernel.models import ClockOffset, Event
from xiaoer.kernel.testing import Caller, Cast, nothing_changes


@pytest.mark.sqlite_only  # the demo is a thing of `make run`, which stands on SQLite
def test_every_screen_of_the_demo_is_alive() -> None:
    """The demo that this run has loaded by its command, read as it stands in the file."""
    with closing(sqlite3.connect(f"file:{template.demo()}?mode=ro", uri=True)) as file:

        def column(sql: str) -> set[Any]:
            return {row[0] for row in file.execute(sql)}

        (last,) = column("SELECT max(at) FROM kernel_event")
        (ahead,) = column("SELECT seconds FROM kernel_clockoffset")
        (orders,) = column("SELECT count(*) FROM orders_order")
        assert orders >= 300
        assert column("SELECT status FROM orders_order") >= {
            "waiting_payment",
            "paid",
            "shipped",
            "succeeded",
            "closed",
        }
        stages = "requested approved in_transit received inspected refund_granted refunded refused"
        assert column("SELECT state FROM aftersales_returncase") >= set(stages.split())
        assert column("SELECT id FROM aftersales_refundonlycase")
        assert len(column("SELECT id FROM reception_quickreply")) >= 40
        assert len(column("SELECT id FROM reception_conversation WHERE state = 'queued'")) >= 3
        soon = f"kind = 'seller_answers' AND settled_at IS NULL AND due_at < datetime('{last}', '+1 hour')"
        assert column(f"SELECT id FROM kernel_deadline WHERE {soon}"), "a clock is about to run out"
    loaded = datetime.fromtimestamp(template.demo().stat().st_mtime + ahead, tz=UTC)
    assert datetime.fromisoformat(f"{last}+00:00") <= loaded, "nothing happens after now"


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
