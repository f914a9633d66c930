"""订单跟踪: watched for fifteen days after success, anomalies onto the contact list, contacts within the cap (C47)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from xiaoer.aftersales.tests.makers import apply, later, order
from xiaoer.care import showing
from xiaoer.care.flow import ORDER_WATCH
from xiaoer.care.models import OrderWatch, WatchContact, WatchSign
from xiaoer.care.rules import Limits, standing
from xiaoer.guard import queries as guard
from xiaoer.kernel import clock
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes, screens_follow
from xiaoer.people.queries import shop_facts

ALL = (OrderWatch, WatchSign, WatchContact)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DONE: dict[str, Any] = {"status": "succeeded", "succeeded_at": "2026-11-10T20:00:00+08:00"}
SAID = {"channel": "platform_chat", "text": "亲，收到的大衣还满意吗？", "outcome": "wants_more"}


def watched(cast: Cast, **more: Any) -> dict[str, Any]:
    """A succeeded order on the watch's page."""
    row = order(cast, **{**DONE, **more})
    run_reactions()
    found: dict[str, Any] = cast.as_("anan").get(f"/api/order-watch/{OrderWatch.objects.get(order=row).pk}")
    return found


def act(cast: Cast, row: dict[str, Any], verb: str, data: Any = None, status: int = 200, who: str = "anan") -> Any:
    return cast.as_(who).post(f"/api/order-watch/{row['id']}/{verb}", data or {}, status)


def test_watched_for_fifteen_days_after_success(cast: Cast, noon: Any) -> None:
    """R807: opened at success, ended to the second; a longer past is not watched."""
    row = watched(cast)
    until = datetime.fromisoformat("2026-11-25T20:00:00+08:00")
    assert (row["state"], datetime.fromisoformat(row["until"])) == ("watching", until)
    order(cast, nick="旧", status="succeeded", succeeded_at="2026-10-20T20:00:00+08:00")
    order(cast, nick="在途")
    run_reactions()
    assert OrderWatch.objects.count() == 1
    later(until - timedelta(seconds=1))
    assert OrderWatch.objects.get().state == "watching"
    later(until)
    stored = OrderWatch.objects.get()
    assert (stored.state, stored.ended_at) == ("over", until)
    assert not Deadline.objects.filter(subject=f"order_watch:{stored.pk}", settled_at=None)


def test_signs_put_an_order_onto_the_contact_list(cast: Cast, noon: Any) -> None:
    """R806: problems are found, not waited for: an application, a bad review, a dispute, an unsigned parcel."""
    asked = order(cast, nick="申请", **DONE)
    unsigned = order(cast, nick="未签", **{**DONE, "signed_at": None})
    rated = order(cast, nick="差评", **DONE)
    claims = order(cast, nick="维权", **DONE)
    order(cast, nick="平静", **DONE)
    run_reactions()
    apply(asked)
    review = {
        "key": "R1",
        "order_no": rated.order_no,
        "rating": "差评",
        "text": "起球，失望",
        "given_at": "2026-11-11 09:00",
    }
    cast.as_("reviewer").post("/api/reviews", {"shop": cast.tmall.pk, "reviews": [review]})
    cast.as_("anan").post(
        "/api/disputes", {"shop": cast.tmall.pk, "order_no": claims.order_no, "reason": "quality"}, 201
    )
    run_reactions()
    found = cast.as_("anan").get("/api/order-watch")["items"]
    assert {one["customer"]["nick"]: [sign["kind"] for sign in one["signs"]] for one in found} == {
        "申请": ["refund"],
        "未签": ["unsigned"],
        "差评": ["bad_review"],
        "维权": ["dispute"],
    }
    assert unsigned.pk in [one["order"]["id"] for one in found]
    assert cast.as_("anan").get("/api/order-watch/counts") == {"contact": 4, "contacted": 0, "watching": 1, "open": 5}
    assert len(cast.as_("anan").get("/api/order-watch", {"sign": "dispute"})["items"]) == 1
    run_reactions()
    assert WatchSign.objects.count() == 4, "told twice it is noted once"
    assert cast.as_("stranger").get("/api/order-watch", {"desk": "all"})["items"] == []


def test_contacts_within_the_cap(cast: Cast, noon: Any) -> None:
    """C47: at most two for an order, a day apart, never at night; the outcome is kept."""
    row = watched(cast)
    act(cast, row, "mark", {"note": "老客户，尺码可能偏大"})
    subject = f"order_watch:{row['id']}"
    with screens_follow({subject: lambda: cast.as_("anan").get(f"/api/order-watch/{row['id']}")}):
        row = act(cast, row, "contact", SAID)
    assert (row["state"], row["contacts"], row["calls"][0]["outcome"]) == ("contacted", 1, "wants_more")
    assert row["may_contact"]["may"] is False and row["may_contact"]["not_before"] == "2026-11-12T04:00:00Z"
    with nothing_changes(*ALL):
        refused = act(cast, row, "contact", SAID, 409)["error"]
        assert refused["code"] == "not_now" and "11-12 12:00" in refused["message"]
    with clock.frozen(NOON + 35 * HOUR), nothing_changes(*ALL):
        assert act(cast, row, "contact", SAID, 409)["error"]["current"]["why"] == "quiet", "23:00 in Beijing"
    with clock.frozen(NOON + 2 * DAY):
        row = act(cast, row, "contact", {**SAID, "outcome": "solved", "note": "已换码"})
        assert row["signs"] == []
    with clock.frozen(NOON + 4 * DAY), nothing_changes(*ALL):
        assert act(cast, row, "contact", SAID, 409)["error"]["current"]["why"] == "most"
    assert WatchContact.objects.count() == 2


def test_a_buyer_who_wants_no_contact_gets_none(cast: Cast, noon: Any) -> None:
    row = watched(cast)
    act(cast, row, "contact", {**SAID, "outcome": "do_not"})
    other = watched(cast)
    with clock.frozen(NOON + 3 * DAY), nothing_changes(*ALL):
        assert act(cast, other, "contact", SAID, 409)["error"]["current"]["why"] == "asked_not"


def test_words_pass_the_guard(cast: Cast, noon: Any) -> None:
    row = watched(cast)
    with nothing_changes(*ALL):
        wrong = act(cast, row, "contact", {**SAID, "text": "亲，五星好评返现5元，加我微信"}, 422)["error"]
        assert wrong["code"] == "guard_blocked"
        act(cast, row, "contact", SAID, 403, "warehouse")
        act(cast, row, "contact", SAID, 404, "stranger")
    for shop in (cast.tmall, cast.taobao):
        for name, text in showing.scripts().items():
            said = text.format(shop=shop_facts(shop.pk).name, title="「红色羊毛大衣」", news="")
            verdict = guard.check(said, guard.context_for(shop_facts(shop.pk), at=clock.now()))
            assert verdict.verdict in ("allow", "log"), (name, verdict)


def test_an_anomaly_that_nobody_handles_is_late(cast: Cast, noon: Any) -> None:
    row = watched(cast)
    act(cast, row, "mark", {"note": "包裹外观破损"})
    later(NOON + 8 * HOUR)
    assert Event.objects.filter(kind="order_watch.late", payload__clock="order_watch_act").count() == 1
    row = act(cast, row, "solve", {"note": "已说明"})
    assert (row["state"], row["signs"]) == ("watching", [])
    act(cast, row, "mark", {"note": "又来问"})
    row = act(cast, row, "hand_on", {"note": "转售后安安"})
    assert (row["state"], row["clocks"]) == ("handed", [])


@pytest.mark.parametrize(
    "past,of_order,why",
    [([], 0, ""), ([30], 0, ""), ([2], 0, "gap"), ([50, 60], 2, "most"), ([1, 2, 3], 0, "day")],
)
def test_the_cap(past: list[int], of_order: int, why: str) -> None:
    limits = Limits(2, 3, DAY, "22:00", "09:00")
    assert standing([NOON - n * HOUR for n in past], of_order, False, limits, NOON).why == why


def test_every_pair_of_the_table(cast: Cast, noon: Any) -> None:
    row = watched(cast)

    def make(state: str) -> OrderWatch:
        OrderWatch.objects.filter(pk=row["id"]).update(state=state)
        return OrderWatch.objects.select_related("shop").get(pk=row["id"])

    assert flow_matrix(ORDER_WATCH, make) == len(ORDER_WATCH.states) * len(ORDER_WATCH.verbs())
