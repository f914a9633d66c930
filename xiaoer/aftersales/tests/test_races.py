"""Real races: two requests in two threads against one database."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from xiaoer.aftersales.models import (
    CompensationBudget,
    CompensationCase,
    LineHold,
    MoneyEntry,
    Payable,
    ReturnCase,
)
from xiaoer.aftersales.tests import makers
from xiaoer.aftersales.tests.makers import apply, bring_to, url
from xiaoer.kernel.testing import Cast, make_cast
from xiaoer.orders.models import Order


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


def test_paid_by_the_list_and_by_the_case_page_at_once(shared: Cast) -> None:
    """Two people pay the same money at the same moment, by two doors: one is told that it was paid."""
    case = bring_to(shared, makers.order(shared), "refund_granted")
    owed = Payable.objects.get()
    page, listed = shared.as_("owner"), shared.as_("finance")
    many = {"payments": [{"id": owed.pk, "channel": "platform", "reference": "20261111501"}]}
    one = {"channel": "platform", "reference": "20261111502"}
    found = together(
        lambda: page.call("post", url(case, "refund"), one),
        lambda: listed.call("post", "/api/finance/pay", many),
    )
    assert found in ([200, 200], [200, 409])
    assert MoneyEntry.objects.filter(kind="executed").count() == 1
    assert Order.objects.get().refunded_fen == 9999


def test_the_last_of_the_budget_at_once(shared: Cast) -> None:
    """15.00 are left of the month and two agents propose 15.00: one is granted, the other waits for the owner."""
    CompensationBudget.objects.create(shop=shared.tmall, month="2026-11", used_fen=498500)
    bodies = [
        {"order": makers.order(shared).pk, "means": "cash", "amount_fen": 1500, "reason": "late", "note": "晚发补偿"}
        for _ in range(2)
    ]
    anan, mumu = shared.as_("anan"), shared.as_("mumu")
    found = together(
        lambda: anan.call("post", "/api/cases/compensation", bodies[0]),
        lambda: mumu.call("post", "/api/cases/compensation", bodies[1]),
    )
    assert found[0] == 201
    assert CompensationBudget.objects.get().used_fen == 500000, "never beyond the budget without the owner"
    assert CompensationCase.objects.filter(state="granted").count() == 1


def test_two_superiors_approve_at_once(shared: Cast) -> None:
    """One grant, one line for finance, one month's money."""
    body = {"order": makers.order(shared).pk, "means": "cash", "amount_fen": 9000, "reason": "late", "note": "晚发补偿"}
    case = shared.as_("anan").post("/api/cases/compensation", body, 201)
    callers = [shared.as_("supervisor"), shared.as_("owner")]
    assert together(*(lambda c=c: c.call("post", url(case, "approve"), {}) for c in callers)) == [200, 409]
    assert Payable.objects.count() == 1 and CompensationBudget.objects.get().used_fen == 9000
