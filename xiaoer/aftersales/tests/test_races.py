"""Real races: two requests in two threads against one database."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from xiaoer.aftersales.models import LineHold, MoneyEntry, ReturnCase
from xiaoer.aftersales.tests import makers
from xiaoer.aftersales.tests.makers import apply, bring_to, url
from xiaoer.kernel.testing import Cast, make_cast


def together(*calls: Callable[[], Any]) -> list[int]:
    """Run the calls at the same moment; their HTTP statuses, sorted."""
    gate, found = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            found.append(call().status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(found)


@pytest.fixture
def shared(transactional_db: Any, noon: Any) -> Cast:
    return make_cast()


def test_two_agents_decide_at_once(shared: Cast) -> None:
    case = apply(makers.order(shared))
    anan, mumu = shared.as_("anan"), shared.as_("mumu")
    refuse = {"why": "other", "explanation": "不同意"}
    assert together(
        lambda: anan.call("post", url(case, "approve"), {}),
        lambda: mumu.call("post", url(case, "refuse"), refuse),
    ) == [200, 409]
    assert ReturnCase.objects.get().state in ("approved", "refused")


def test_two_payments_at_once(shared: Cast) -> None:
    case = bring_to(shared, makers.order(shared), "refund_granted")
    callers = [shared.as_("finance"), shared.as_("owner")]
    pays = [{"channel": "platform", "reference": f"2026111122{number}"} for number in range(2)]
    assert together(
        *(lambda c=c, p=p: c.call("post", url(case, "refund"), p) for c, p in zip(callers, pays, strict=True))
    ) == [200, 409]
    assert MoneyEntry.objects.filter(kind="executed").count() == 1


def test_the_last_piece_is_asked_for_twice_at_once(shared: Cast) -> None:
    """Three bought, two cases of two pieces at once: one is taken, the other told how many are left."""
    row = makers.order(shared)
    body = {"order": row.pk, "reason": "agreed", "lines": [{"line": makers.lines_of(row)[0], "qty": 2}]}
    one, two = makers.buyer(row), shared.as_("anan")
    assert together(
        lambda: one.call("post", "/api/buyer/cases/return", body),
        lambda: two.call("post", "/api/cases/refund_only", body),
    ) == [201, 409]
    assert LineHold.objects.get(order_line_id=makers.lines_of(row)[0]).held == 2
