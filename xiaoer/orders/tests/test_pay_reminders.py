"""催付: times of day, caps, one agent at a time, results; and that nobody closes an order here (C03, R510)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel import clock
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes, screens_follow
from xiaoer.orders.models import Order, PaymentReminder, UnpaidNote
from xiaoer.orders.pay_flow import REMINDER
from xiaoer.orders.pay_rules import ReminderRules, Unpaid, Why, beijing_day, first_moment, standing
from xiaoer.orders.tests.pay_makers import reported, unpaid

H, M = timedelta(hours=1), timedelta(minutes=1)
RULES = ReminderRules(30 * M, 4 * H, 2, 3, 60 * M, "22:00", "09:00")


def beijing(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - 8 * H


def asked(ordered: datetime, **more: Any) -> Unpaid:
    return Unpaid(ordered, more.pop("closes_at", ordered + 72 * H), **more)


@pytest.mark.parametrize(
    ("order", "at", "why", "not_before"),
    [
        (asked(beijing(11, 10)), beijing(11, 10, 29), Why.TOO_EARLY, beijing(11, 10, 30)),
        (asked(beijing(11, 10)), beijing(11, 10, 30), Why.READY, beijing(11, 10, 30)),
        (asked(beijing(11, 21, 50)), beijing(11, 22, 0), Why.TOO_EARLY, beijing(12, 9)),
        (asked(beijing(11, 20)), beijing(11, 22, 0), Why.NIGHT, beijing(12, 9)),
        (asked(beijing(11, 20)), beijing(11, 21, 59), Why.READY, beijing(11, 21, 59)),
        (asked(beijing(11, 23)), beijing(12, 9, 0), Why.TOO_EARLY, beijing(12, 10)),  # R143
        (asked(beijing(11, 23)), beijing(12, 10, 0), Why.READY, beijing(12, 10)),
        (asked(beijing(11, 10), sent=[beijing(11, 12)]), beijing(11, 13), Why.GAP, beijing(11, 16)),
        (asked(beijing(11, 10), sent=[beijing(11, 20)]), beijing(11, 20, 5), Why.GAP, beijing(12, 9)),
        (asked(beijing(10, 10), sent=[beijing(10, 12), beijing(11, 9)]), beijing(11, 15), Why.CAP_ORDER, None),
        (asked(beijing(11, 10), today=3), beijing(11, 15), Why.CAP_DAY, beijing(12, 9)),
        (asked(beijing(11, 10), held_by="糖糖"), beijing(11, 15), Why.HELD, None),
        (asked(beijing(11, 10), snoozed_until=beijing(11, 18)), beijing(11, 15), Why.SNOOZED, beijing(11, 18)),
        (asked(beijing(11, 10), payable_from=beijing(13, 20)), beijing(11, 15), Why.WINDOW, beijing(13, 20)),
        (asked(beijing(11, 10), closes_at=beijing(11, 10, 20)), beijing(11, 10, 10), Why.CLOSING, None),
        (asked(beijing(11, 10), closes_at=beijing(11, 12)), beijing(11, 12), Why.CLOSING, None),
    ],
)
def test_when_an_order_may_be_urged(order: Unpaid, at: datetime, why: Why, not_before: datetime | None) -> None:
    found = standing(order, RULES, at)
    assert (found.why, found.not_before) == (why, not_before)


@given(ordered=st.integers(0, 2 * 24 * 60), later=st.integers(0, 3 * 24 * 60), sent=st.lists(st.integers(0, 900)))
def test_never_at_night_and_the_named_moment_is_free(ordered: int, later: int, sent: list[int]) -> None:
    start = beijing(10, 0) + ordered * M
    at = start + later * M
    times = sorted(start + n * M for n in sent if start + n * M <= at)
    found = standing(asked(start, sent=times), RULES, at)
    if found.may:
        assert 9 <= (at + 8 * H).hour < 22 and len(times) < 2 and at >= first_moment(start, RULES)
    if found.not_before is not None and not found.may:
        assert found.not_before > at and standing(asked(start, sent=times), RULES, found.not_before).may


@pytest.mark.django_db
def test_the_worklist_knows_until_when_and_what_to_say(cast: Cast) -> None:
    soon = unpaid(cast, ordered_at=NOON - 70 * H, nick="小鱼儿01")
    late = unpaid(cast, ordered_at=NOON - 5 * M)
    unpaid(cast, shop=cast.elsewhere)
    found = cast.as_("quanquan").get("/api/unpaid")["items"]
    assert [row["id"] for row in found] == [soon.pk, late.pk]
    assert [(row["may"], row["why"]) for row in found] == [(True, "ready"), (False, "too_early")]
    assert found[0]["closes_at"] == "2026-11-11T06:00:00Z" and found[1]["not_before"] == "2026-11-11T04:25:00Z"
    assert "法式针织连衣裙" in found[0]["suggested"][""] and "11-11 14:00" in found[0]["suggested"]["changed_mind"]
    ready = cast.as_("quanquan").get("/api/unpaid", {"box": "ready"})["items"]
    assert [row["id"] for row in ready] == [soon.pk] and found[0]["category"] == "催付"
    assert cast.as_("stranger").get("/api/unpaid")["items"][0]["order_no"] not in (soon.order_no, late.order_no)
    cast.as_("stranger").get(f"/api/orders/{soon.pk}/unpaid", status=404)


@pytest.mark.django_db
def test_of_two_agents_one_wins_and_the_other_is_told_who(cast: Cast) -> None:
    row = unpaid(cast)
    taken = cast.as_("quanquan").post(f"/api/orders/{row.pk}/reminders")
    assert cast.as_("quanquan").post(f"/api/orders/{row.pk}/reminders")["id"] == taken["id"]
    with nothing_changes(PaymentReminder, Order):
        no = cast.as_("tangtang").post(f"/api/orders/{row.pk}/reminders", status=409)["error"]
        assert no["code"] == "reminder_held" and "圈圈" in no["message"] and no["current"]["held_by"] == "圈圈"
        sent = {"channel": "chat", "text": "亲，还没付款哦"}
        assert cast.as_("tangtang").post(f"/api/reminders/{taken['id']}/send", sent, status=409)["error"]["code"] == (
            "not_yours"
        )
        cast.as_("warehouse").post(f"/api/orders/{row.pk}/reminders", status=403)
        cast.as_("stranger").post(f"/api/orders/{row.pk}/reminders", status=404)
    with clock.frozen(NOON + 10 * M):  # she did not send anything: it is free again, and the day's count too
        fire_due()
        assert PaymentReminder.objects.get().state == "dropped"
        assert cast.as_("tangtang").post(f"/api/orders/{row.pk}/reminders")["by_name"] == "糖糖"


@pytest.mark.django_db
def test_the_database_lets_only_one_begin(cast: Cast) -> None:
    """Two requests that both found the order free: the second is refused by the constraint, in words."""
    from django.db import IntegrityError, transaction

    row = unpaid(cast)
    other = unpaid(cast)
    cast.as_("quanquan").post(f"/api/orders/{row.pk}/reminders")
    made = PaymentReminder.objects.get()
    for changes in ({"nth": 9}, {"order": other}):  # a second of the order; a second first of the buyer's day
        twin = PaymentReminder.objects.get(pk=made.pk)
        twin.pk = None
        for name, value in changes.items():
            setattr(twin, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)


@pytest.mark.django_db
def test_sent_then_paid_is_the_reminders_result(cast: Cast) -> None:
    row = unpaid(cast)
    taken = cast.as_("quanquan").post(f"/api/orders/{row.pk}/reminders")
    said = {"channel": "chat", "text": "亲，邮费已改好", "reason": "freight", "conversation": 7}
    with screens_follow({f"order:{row.pk}": lambda: cast.as_("tangtang").get(f"/api/orders/{row.pk}/unpaid")}):
        sent = cast.as_("quanquan").post(f"/api/reminders/{taken['id']}/send", said)
    assert (sent["state"], sent["reason"]) == ("sent", "freight")
    assert UnpaidNote.objects.get(order=row).reason == "freight"
    again = cast.as_("quanquan").post(f"/api/orders/{row.pk}/reminders", status=409)["error"]
    assert again["code"] == "reminder_gap" and again["current"]["not_before"] == "2026-11-11T08:00:00Z"
    reported(row, NOON + 2 * H, status="paid", paid_at=NOON + H)
    found = PaymentReminder.objects.get(pk=taken["id"])
    assert (found.state, found.paid_at) == ("paid", NOON + H)
    assert Event.objects.filter(kind="payment_reminder.pay", subject=f"payment_reminder:{found.pk}").count() == 1
    reported(row, NOON + 3 * H, status="shipped")
    assert Event.objects.filter(kind="payment_reminder.pay").count() == 1


@pytest.mark.django_db
def test_paid_before_it_went_out_or_too_late_is_not_its_result(cast: Cast) -> None:
    early, late = unpaid(cast, nick="小鱼儿02"), unpaid(cast, nick="小鱼儿03")
    for row in (early, late):
        taken = cast.as_("quanquan").post(f"/api/orders/{row.pk}/reminders")
        cast.as_("quanquan").post(f"/api/reminders/{taken['id']}/send", {"channel": "copied"})
    reported(early, NOON + H, status="paid", paid_at=NOON - M)
    with clock.frozen(NOON + 25 * H):
        fire_due()
        reported(late, NOON + 25 * H, status="paid", paid_at=NOON + 25 * H)
    assert set(PaymentReminder.objects.values_list("state", "paid_at")) == {("unpaid", None)}


@pytest.mark.django_db
def test_caps_per_order_and_per_buyer_and_day(cast: Cast) -> None:
    rows = [unpaid(cast, ordered_at=NOON - 2 * H) for _ in range(4)]
    for row in rows[:3]:
        taken = cast.as_("quanquan").post(f"/api/orders/{row.pk}/reminders")
        cast.as_("quanquan").post(f"/api/reminders/{taken['id']}/send", {"channel": "wangwang"})
    with nothing_changes(PaymentReminder):
        no = cast.as_("tangtang").post(f"/api/orders/{rows[3].pk}/reminders", status=409)["error"]
    assert no["code"] == "reminder_cap_day" and no["current"]["not_before"] == "2026-11-12T01:00:00Z"
    assert cast.as_("quanquan").get(f"/api/orders/{rows[3].pk}/unpaid")["same_buyer"] == 4
    with clock.frozen(NOON + 24 * H):
        second = cast.as_("tangtang").post(f"/api/orders/{rows[0].pk}/reminders")
        cast.as_("tangtang").post(f"/api/reminders/{second['id']}/send", {"channel": "wangwang"})
    with clock.frozen(NOON + 30 * H):
        no = cast.as_("tangtang").post(f"/api/orders/{rows[0].pk}/reminders", status=409)["error"]
        assert no["code"] == "reminder_cap_order" and no["current"]["not_before"] is None
    assert set(Order.objects.values_list("status", flat=True)) == {"waiting_payment"}  # C03, R510: nobody closed one


@pytest.mark.django_db
def test_at_night_nobody_urges(cast: Cast) -> None:
    row = unpaid(cast)
    night = datetime(2026, 11, 11, 15, 30, tzinfo=UTC)
    with clock.frozen(night), nothing_changes(PaymentReminder):
        no = cast.as_("quanquan").post(f"/api/orders/{row.pk}/reminders", status=409)["error"]
    assert no["code"] == "reminder_night" and "11-12 09:00" in no["message"]
    assert beijing_day(night).day == 11


@pytest.mark.django_db
def test_reason_and_snooze(cast: Cast) -> None:
    row, later = unpaid(cast), "2026-11-11T10:00:00Z"
    done = cast.as_("quanquan").post(f"/api/orders/{row.pk}/unpaid", {"reason": "activity", "note": "等双十二"})
    assert (done["reason"], done["note"], done["snoozed_until"]) == ("activity", "等双十二", None)
    done = cast.as_("tangtang").post(f"/api/orders/{row.pk}/unpaid", {"snoozed_until": later})
    assert (done["reason"], done["snoozed_until"], done["why"]) == ("activity", later, "snoozed")
    assert [one["id"] for one in cast.as_("quanquan").get("/api/unpaid", {"reason": "activity"})["items"]] == [row.pk]
    with nothing_changes(UnpaidNote):
        for bad in ({"reason": "rain"}, {"snoozed_until": "2026-11-11T03:00:00Z"}):
            cast.as_("quanquan").post(f"/api/orders/{row.pk}/unpaid", bad, status=422)
    reported(row, NOON + M, status="closed")
    cast.as_("quanquan").post(f"/api/orders/{row.pk}/unpaid", {"reason": "price"}, status=409)
    cast.as_("quanquan").get(f"/api/orders/{row.pk}/unpaid", status=404)


@pytest.mark.django_db
def test_every_pair_of_the_table(cast: Cast) -> None:
    row = unpaid(cast)

    def make(state: str) -> PaymentReminder:
        return PaymentReminder.objects.create(
            shop=cast.tmall,
            order=row,
            customer=row.customer,
            state=state,
            state_at=NOON,
            day=beijing_day(NOON),
            nth=1,
            taken_by="staff:1",
            taken_at=NOON,
        )

    assert flow_matrix(REMINDER, make) == 25
