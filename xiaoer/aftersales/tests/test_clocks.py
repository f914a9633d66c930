"""Every clock, to the second: a moment before nothing happens, at the second it does, and firing twice changes nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from xiaoer.aftersales.models import RefundOnlyCase, ReturnCase
from xiaoer.aftersales.tests import makers
from xiaoer.aftersales.tests.makers import DAY, HOUR, UNSHIPPED, act, apply, bring_to, do, later
from xiaoer.kernel import clock
from xiaoer.kernel.clock_loop import fire_due, run_reactions
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.testing import NOON, Cast

SECOND = timedelta(seconds=1)


def state_of(case: dict[str, Any]) -> str:
    table = ReturnCase if case["flow"] == "return" else RefundOnlyCase
    return str(table._default_manager.get(pk=case["id"]).state)


def runs_out(case: dict[str, Any], due: datetime, target: str) -> Event:
    """Nothing a second before, the move at the second, stamped with the due time however late the loop came."""
    before = state_of(case)
    later(due - SECOND)
    assert state_of(case) == before
    later(due + 3 * HOUR)
    assert state_of(case) == target
    event = Event.objects.filter(subject=f"{case['flow']}:{case['id']}", actor="clock", payload__target=target).last()
    assert event is not None and event.at == due
    number = Event.objects.count()
    later(due + 4 * HOUR)
    assert Event.objects.count() == number
    return event


def test_seller_silent_return_is_approved(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row)
    event = runs_out(case, NOON + 5 * DAY, "approved")
    assert event.kind == "return.auto_approve"
    seen = cast.as_("anan").get(makers.url(case))
    assert seen["return_address"]["name"] == "圈圈家售后部"
    assert seen["clocks"][0]["due_at"] == "2026-11-23T04:00:00Z"  # seven days after the approval, not after the sweep


def test_buyer_does_not_ship(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = bring_to(cast, row, "approved", qty=3)
    runs_out(case, NOON + 7 * DAY, "closed")
    assert not Deadline.objects.filter(subject=f"return:{case['id']}", settled_at=None).exists()
    assert apply(row, qty=3, reason="agreed")["state"] == "requested"


def test_nobody_confirms(cast: Cast, noon: Any) -> None:
    """Ten days after posting the refund is granted by itself: what was asked, whatever arrived."""
    row = makers.order(cast)
    case = bring_to(cast, row, "in_transit", qty=2)
    runs_out(case, NOON + 10 * DAY, "refund_granted")
    seen = cast.as_("finance").get(makers.url(case))
    assert (seen["granted_fen"], seen["executed_fen"]) == (19999, 0)
    assert {one["verb"] for one in seen["can"]} == {"refund"}


def test_surface_post_has_thirty_days(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = bring_to(cast, row, "approved")
    do(row, case, "ship", {"carrier": "平邮", "waybill": "9812345678901"})
    runs_out(case, NOON + 30 * DAY, "refund_granted")


def test_refused_and_left(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row)
    act(cast, "anan", case, "refuse", {"why": "other", "explanation": "请说明"})
    runs_out(case, NOON + 7 * DAY, "closed")


def test_failed_goods_unanswered_go_back(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = bring_to(cast, row, "received")
    act(cast, "warehouse", case, "inspect", {"verdict": "fail", "finding": "污渍"})
    act(cast, "anan", case, "reject_goods", {"explanation": "有污渍"})
    runs_out(case, NOON + 7 * DAY, "sending_back")


@pytest.mark.parametrize(("more", "time"), [({}, 5 * DAY), (UNSHIPPED, 48 * HOUR)])
def test_refund_only_unanswered(cast: Cast, noon: Any, more: dict[str, Any], time: timedelta) -> None:
    row = makers.order(cast, **more)
    case = apply(row, "refund_only", "agreed")
    runs_out(case, NOON + time, "granted")


def test_refund_only_refused_and_left(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row, "refund_only", "not_received")
    act(cast, "anan", case, "refuse", {"why": "other", "explanation": "快递显示已签收"})
    runs_out(case, NOON + 7 * DAY, "closed")


def test_internal_clocks_only_speak(cast: Cast, noon: Any) -> None:
    """48 h after receipt without a refund: a warning at 24 h, then "late"; the case stays where it is (C10)."""
    row = makers.order(cast)
    case = bring_to(cast, row, "received")
    later(NOON + 24 * HOUR)
    said = set(Event.objects.filter(kind="case.due_soon").values_list("payload__clock", flat=True))
    assert "refund_after_warehousing" in said
    later(NOON + 49 * HOUR)
    late = {event.payload["clock"]: event.at for event in Event.objects.filter(kind="case.late")}
    assert late == {"inspection": NOON + DAY, "refund_after_warehousing": NOON + 48 * HOUR}
    assert state_of(case) == "received"


def test_platform_clock_counts(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row)
    due = "2026-11-12T04:00:00+00:00"
    seen = (
        cast.as_("anan").call("put", makers.url(case, "clocks"), {"kind": "seller_answers", "due_at": due}, 200).json()
    )
    assert (seen["clocks"][0]["due_at"], seen["clocks"][0]["from_platform"]) == ("2026-11-12T04:00:00Z", True)
    assert seen["due_at"] == "2026-11-12T04:00:00Z"
    runs_out(case, NOON + DAY, "approved")


def test_shipping_closes_a_refund_of_unshipped_goods(cast: Cast, noon: Any) -> None:
    row = makers.order(cast, **UNSHIPPED)
    case = apply(row, "refund_only", "not_wanted")
    changed = {"order_no": row.order_no, "status": "shipped", "shipped_at": "2026-11-11T14:00:00+08:00"}
    cast.as_("owner").post("/api/orders", {"shop": row.shop_id, "orders": [changed]})
    run_reactions()
    assert state_of(case) == "closed"
    assert not Deadline.objects.filter(subject=f"refund_only:{case['id']}", settled_at=None).exists()


def test_agent_was_faster_than_the_clock(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row)
    with clock.frozen(NOON + 5 * DAY - SECOND):
        act(cast, "anan", case, "refuse", {"why": "other", "explanation": "请补充"})
        assert fire_due(now=NOON + 5 * DAY) == 0
    assert state_of(case) == "refused"
