"""Real races at the print desk: two requests in two threads against one database; exactly one wins."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import Cast, make_cast
from xiaoer.orders.models import Order
from xiaoer.orders.models_print import OrderHold
from xiaoer.orders.tests.print_makers import order

STOP = {"kind": "stop", "reason": "买家不要了"}


def together(*calls: Callable[[], Any]) -> list[int]:
    """Run the calls at the same moment; their HTTP statuses in the order of the calls."""
    gate, found = threading.Barrier(len(calls)), [0] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            found[place] = call().status_code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


@pytest.fixture
def shared(transactional_db: Any, noon: Any, settings: Any, tmp_path: Path) -> Cast:
    settings.HOME = tmp_path
    return make_cast()


@pytest.mark.parametrize(("stands", "to"), [("printed", "packed"), ("packed", "shipped")])
def test_stop_and_pack_at_once(shared: Cast, stands: str, to: str) -> None:
    """Ten orders, each stopped and packed at the same moment: one of the two is refused, never both, never none."""
    agent, keeper = shared.as_("quanquan"), shared.as_("warehouse")
    for _ in range(10):
        row = order(shared, fulfilment=stands)
        stopped, packed = together(
            partial(agent.call, "post", f"/api/print/orders/{row.pk}/hold", {**STOP, "seen": stands}),
            partial(keeper.call, "post", f"/api/print/orders/{row.pk}/step", {"to": to}),
        )
        assert sorted((stopped, packed)) == [200, 409]
        row.refresh_from_db()
        if stopped == 200:
            assert (row.fulfilment, row.hold) == (stands, "stop")
        else:
            assert (row.fulfilment, row.hold) == (to, "") and not OrderHold.objects.filter(order=row).exists()


def test_a_stop_without_a_look_always_holds(shared: Cast) -> None:
    """A case that stops whatever it finds is never lost: the hold says in which state it caught the order."""
    agent, keeper = shared.as_("quanquan"), shared.as_("warehouse")
    for _ in range(5):
        row = order(shared, fulfilment="printed")
        stopped, packed = together(
            partial(agent.call, "post", f"/api/print/orders/{row.pk}/hold", STOP),
            partial(keeper.call, "post", f"/api/print/orders/{row.pk}/step", {"to": "packed"}),
        )
        row.refresh_from_db()
        assert stopped == 200 and row.hold == "stop"
        assert OrderHold.objects.get(order=row).stood == row.fulfilment == ("packed" if packed == 200 else "printed")


def test_two_stops_of_one_order_at_once_are_one(shared: Cast) -> None:
    row = order(shared)
    callers = [shared.as_(name) for name in ("quanquan", "tangtang")]
    url = f"/api/print/orders/{row.pk}/hold"
    assert together(*(lambda c=c: c.call("post", url, STOP) for c in callers)) == [200, 200]
    assert OrderHold.objects.filter(released_at=None).count() == 1
    assert Event.objects.filter(kind="order.held").count() == 1


def test_void_and_release_at_once(shared: Cast) -> None:
    row = order(shared)
    agent, clerk = shared.as_("quanquan"), shared.as_("clerk")
    hold = agent.post(f"/api/print/orders/{row.pk}/hold", STOP)["id"]
    statuses = together(
        lambda: agent.call("post", f"/api/print/holds/{hold}/release", {}),
        lambda: clerk.call("post", f"/api/print/holds/{hold}/void", {}),
    )
    row.refresh_from_db()
    how = OrderHold.objects.get(pk=hold).how
    assert row.hold == "" and (how, row.fulfilment) in (("voided", "voided"), ("released", "unprinted")), statuses
    assert Event.objects.filter(kind="order.released").count() == 1
    assert Order.objects.get(pk=row.pk).fulfilment == row.fulfilment
