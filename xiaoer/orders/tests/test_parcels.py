"""Parcels over HTTP: traces in any order, dispatch and signing, alerts with clocks, late orders, who may what."""

import secrets
from datetime import timedelta
from typing import Any

import pytest

from xiaoer.kernel import clock
from xiaoer.kernel.clock_loop import run_once
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import NOON, Caller, Cast, nothing_changes, snapshot
from xiaoer.orders import queries
from xiaoer.orders.models import Order, Parcel, ParcelAlert, ParcelTrace
from xiaoer.people import auth
from xiaoer.people.models import ApiToken

pytestmark = pytest.mark.django_db
WAYBILL = "YT1234567890123"


def key(cast: Cast, *scopes: str) -> Caller:
    secret = secrets.token_urlsafe(16)
    row = ApiToken.objects.create(
        digest=auth.digest(secret), hint="x", name="物流推送", scopes=list(scopes), created_at=NOON
    )
    row.shops.add(cast.tmall)
    return Caller({"Authorization": f"Bearer {secret}"})


@pytest.fixture
def erp(cast: Cast) -> Caller:
    return key(cast, "orders.import", "orders.view")


@pytest.fixture
def pusher(cast: Cast) -> Caller:
    return key(cast, "parcels.trace")


def order(erp: Caller, cast: Cast, no: str = "4520000000000000001", **changes: Any) -> Order:
    data = {
        "order_no": no, "nick": "幸福蔓延1627", "status": "shipped", "payable_fen": 10000, "freight_fen": 0,
        "paid_fen": 10000, "receiver_phone": "13812345678", "receiver_name": "马慧",
        "receiver_address": "浙江省 杭州市 余杭区 良渚街道 梦溪路18号", "created_at": "2026-11-10 10:00:00",
        "paid_at": "2026-11-10 10:05:00", "shipped_at": "2026-11-10 18:00:00", "carrier": "圆通速递",
        "waybill": WAYBILL, "lines": [{"title": "法式针织连衣裙", "sku": "黑色;M", "qty": 1, "price_fen": 10000}],
        **changes,
    }  # fmt: skip
    erp.post("/api/orders", {"shop": cast.tmall.pk, "orders": [data]})
    run_once()
    return Order.objects.get(order_no=no)


def line(hours: float, text: str, code: str = "") -> dict[str, str]:
    return {"at": (NOON + timedelta(hours=hours)).isoformat(), "text": text, "place": "杭州", "code": code}


PICKED = line(-15, "【杭州市】已揽收")
HUB = line(-10, "快件离开【杭州转运中心】，发往【南京转运中心】")
OUT = line(-3, "【鄞州】的派件员正在派件")
SIGNED = line(-1, "已签收，签收人：本人")


def push(pusher: Caller, cast: Cast, *lines: dict[str, str], waybill: str = WAYBILL, **more: Any) -> Any:
    report = {"waybill": waybill, "lines": list(lines), **more}
    return pusher.post("/api/parcels/traces", {"shop": cast.tmall.pk, "reports": [report]})


def test_an_order_that_comes_with_a_waybill_has_a_parcel(cast: Cast, erp: Caller) -> None:
    row = order(erp, cast)
    found = cast.as_("quanquan").get(f"/api/orders/{row.pk}/parcels")["items"]
    assert [(one["waybill"], one["carrier"], one["state"]) for one in found] == [(WAYBILL, "yto", "unknown")]
    run_once()
    assert Parcel.objects.count() == 1


def test_traces_in_any_order_and_twice(cast: Cast, erp: Caller, pusher: Caller) -> None:
    row = order(erp, cast)
    push(pusher, cast, SIGNED)
    told = push(pusher, cast, OUT, PICKED, HUB)
    assert (told["added"], told["known"]) == (3, 0)
    row.refresh_from_db()
    parcel = Parcel.objects.get()
    assert parcel.state == "signed" and parcel.first_scan_at == NOON - timedelta(hours=15)
    assert row.left_at == NOON - timedelta(hours=15), "the dispatch is the first scan (R193)"
    assert row.signed_at == NOON - timedelta(hours=1)
    before = snapshot(Parcel, ParcelTrace, Order, ParcelAlert)
    told = push(pusher, cast, PICKED, HUB, OUT, SIGNED)
    assert (told["added"], told["known"]) == (0, 4) and snapshot(Parcel, ParcelTrace, Order, ParcelAlert) == before


def test_an_order_is_signed_when_its_last_parcel_is(cast: Cast, erp: Caller, pusher: Caller) -> None:
    row = order(erp, cast)
    other = {"carrier": "顺丰", "waybill": "SF1234567890123"}
    cast.as_("clerk").post(f"/api/orders/{row.pk}/parcels", other)
    push(pusher, cast, PICKED, SIGNED)
    row.refresh_from_db()
    assert row.signed_at is None
    push(pusher, cast, line(-2, "已签收"), waybill="SF1234567890123")
    row.refresh_from_db()
    assert row.signed_at == NOON - timedelta(hours=1)


def test_a_parcel_may_hold_two_orders(cast: Cast, erp: Caller, pusher: Caller) -> None:
    first, second = order(erp, cast), order(erp, cast, "4520000000000000002")
    push(pusher, cast, PICKED, SIGNED)
    assert Parcel.objects.count() == 1
    assert all(one.signed_at for one in Order.objects.filter(pk__in=[first.pk, second.pk]))


def test_an_unknown_waybill_and_a_line_of_the_future_are_turned_away(cast: Cast, erp: Caller, pusher: Caller) -> None:
    order(erp, cast)
    with nothing_changes(Parcel, ParcelTrace, Order):
        told = push(pusher, cast, PICKED, waybill="YT0000000000000")
    assert told["added"] == 0 and "YT0000000000000" in told["results"][0]["problems"][0]
    told = push(pusher, cast, PICKED, line(5, "已签收"))
    assert told["added"] == 1 and "未来" in told["results"][0]["problems"][0]


def test_who_may_push_and_see(cast: Cast, erp: Caller, pusher: Caller) -> None:
    row = order(erp, cast)
    report = {"shop": cast.tmall.pk, "reports": [{"waybill": WAYBILL, "lines": [PICKED]}]}
    with nothing_changes(Parcel, ParcelTrace):
        erp.call("post", "/api/parcels/traces", report, 403)
        cast.as_("quanquan").call("post", "/api/parcels/traces", report, 403)
        cast.as_("stranger").call("post", "/api/parcels/traces", report, 404)
    parcel = Parcel.objects.get()
    cast.as_("stranger").call("get", f"/api/parcels/{parcel.pk}", status=404)
    cast.as_("stranger").call("get", f"/api/orders/{row.pk}/parcels", status=404)
    assert cast.as_("stranger").get("/api/parcels")["items"] == []
    pusher.call("get", f"/api/parcels/{parcel.pk}", status=404)


def test_search_by_waybill_order_number_state_and_alert(cast: Cast, erp: Caller, pusher: Caller) -> None:
    row = order(erp, cast)
    order(erp, cast, "4520000000000000002", waybill="YT9999999999999")
    push(pusher, cast, PICKED, line(-2, "收件人拒收"))
    desk = cast.as_("anan")
    for query in ({"q": "yt12345"}, {"q": row.order_no}, {"state": "refused"}, {"alert": "any"}, {"alert": "refused"}):
        assert [one["waybill"] for one in desk.get("/api/parcels", query)["items"]] == [WAYBILL], query
    assert desk.get("/api/parcels", {"alert": "lost"})["items"] == []
    assert desk.get("/api/parcels/counts")["kinds"]["refused"] == 1


# --- silence ---------------------------------------------------------------------------------------------------------


def later(hours: float) -> Any:
    return clock.frozen(NOON + timedelta(hours=hours))


def test_a_silent_parcel_is_stranded_then_lost_and_ends_by_itself(cast: Cast, erp: Caller, pusher: Caller) -> None:
    order(erp, cast)
    order(erp, cast, "4520000000000000002", waybill="YT9999999999999")
    push(pusher, cast, PICKED, HUB)
    with later(37):
        run_once()
        assert not ParcelAlert.objects.filter(kind="stranded").exists(), "47 hours since its last scan"
    with later(49):
        run_once()
        alert = ParcelAlert.objects.get(kind="stranded")
        assert alert.opened_at == NOON + timedelta(hours=48), "48 h after we heard of it, exactly"
        assert alert.owner_id in {cast.staff["anan"].pk, cast.staff["mumu"].pk}
    for hours in (72, 120, 160):  # the feed stays alive by the other parcel
        with later(hours):
            push(pusher, cast, line(hours - 1, f"快件到达中转 {hours}"), waybill="YT9999999999999")
            run_once()
    with later(170):
        run_once()
        alert.refresh_from_db()
        assert (alert.state, alert.outcome) == ("closed", "worse")
        assert ParcelAlert.objects.get(parcel__waybill=WAYBILL, closed_at=None).kind == "lost"
    with later(175):
        push(pusher, cast, line(174, "快件到达【南京转运中心】"))
        assert not ParcelAlert.objects.filter(parcel__waybill=WAYBILL, closed_at=None).exists()
        assert ParcelAlert.objects.get(kind="lost").outcome == "moved"


def test_without_a_feed_silence_says_nothing(cast: Cast, erp: Caller) -> None:
    order(erp, cast)
    with later(24 * 9):
        run_once()
    assert not ParcelAlert.objects.exists()


def test_out_for_delivery_and_not_signed(cast: Cast, erp: Caller, pusher: Caller) -> None:
    order(erp, cast)
    push(pusher, cast, PICKED, OUT)
    with later(25):
        run_once()
    assert ParcelAlert.objects.get().kind == "undelivered"


@pytest.mark.parametrize(
    ("text", "code", "codes", "kind"),
    [
        ("收件人拒收", "", "", "refused"),
        ("地址超区，不在派送范围", "", "", "out_of_area"),
        ("状态更新", "207", "kuaidi100", "out_of_area"),
        ("经核实疑似遗失", "", "", "lost"),
        ("外包装破损", "", "", "damaged"),
        ("货物清关异常", "13", "kuaidi100", "stranded"),
    ],
)
def test_trouble_raises_an_alert_at_once(
    cast: Cast, erp: Caller, pusher: Caller, text: str, code: str, codes: str, kind: str
) -> None:
    order(erp, cast)
    push(pusher, cast, PICKED, line(-2, text, code), codes=codes)
    alert = ParcelAlert.objects.get()
    assert alert.kind == kind and alert.owner_id is not None
    due = Deadline.objects.get(subject=f"parcel_alert:{alert.pk}")
    assert due.due_at == NOON + timedelta(hours=48), "R746"
    push(pusher, cast, line(-1, "系统信息：感谢您的耐心"))
    assert ParcelAlert.objects.count() == 1


def test_an_alert_from_the_courier_to_the_buyer(cast: Cast, erp: Caller, pusher: Caller) -> None:
    order(erp, cast)
    push(pusher, cast, PICKED, line(-2, "地址超区"))
    alert = ParcelAlert.objects.get()
    url = f"/api/parcel-alerts/{alert.pk}"
    mumu = cast.as_("mumu")
    with nothing_changes(ParcelAlert):
        cast.as_("finance").call("post", f"{url}/take", {}, 403)
        cast.as_("stranger").call("post", f"{url}/take", {}, 404)
        mumu.call("post", f"{url}/dance", {}, 422)
        mumu.call("post", f"{url}/answer", {"answer": ""}, 422)
        mumu.call("post", f"{url}/close", {"outcome": "magic"}, 422)
    assert mumu.post(f"{url}/take")["alerts"][0]["owner_name"] == "木木"
    with later(10):
        asked = mumu.post(f"{url}/ask")["alerts"][0]
        assert asked["state"] == "asked"
        assert asked["answer_due_at"] == clock.iso(NOON + timedelta(hours=58)), "the clock runs from asking"
    with later(59):
        run_once()
        alert.refresh_from_db()
        assert alert.late_at == NOON + timedelta(hours=58)
        assert cast.as_("supervisor").get("/api/parcels/counts")["late"] == 1
        assert mumu.post(f"{url}/answer", {"answer": "改由邮政转派，预计两天"})["alerts"][0]["state"] == "answered"
        assert mumu.post(f"{url}/tell", {"text": "亲，快递已改由邮政转派。"})["alerts"][0]["told_at"]
        run_reactions()  # she never wrote to the shop: nobody can have read it
        alert.refresh_from_db()
        assert alert.told_at is None and Event.objects.filter(kind="parcel.news_unheard").count() == 1
        assert mumu.post(f"{url}/close", {"outcome": "moved"})["alerts"] == []
        with nothing_changes(ParcelAlert):
            mumu.call("post", f"{url}/ask", {}, 409)
    assert not Deadline.objects.filter(subject=f"parcel_alert:{alert.pk}", settled_at=None).exists()
    assert Event.objects.filter(kind="parcel.news").count() == 1


def test_a_missed_promise(cast: Cast, erp: Caller, pusher: Caller) -> None:
    row = order(erp, cast)
    data = {"carrier": "圆通", "waybill": WAYBILL, "promised_at": (NOON + timedelta(hours=6)).isoformat()}
    cast.as_("clerk").post(f"/api/orders/{row.pk}/parcels", data)
    push(pusher, cast, PICKED, HUB)
    with later(7):
        run_once()
        found = cast.as_("anan").get(f"/api/orders/{row.pk}/parcels")["items"][0]
    assert ParcelAlert.objects.get().kind == "promise_missed"
    assert found["promise_missed"]["form"] == "coupon" and found["promise_missed"]["late_seconds"] == 3600


def test_a_wrong_waybill_is_refused(cast: Cast, erp: Caller) -> None:
    row = order(erp, cast, waybill="", status="paid", shipped_at=None)
    clerk = cast.as_("clerk")
    with nothing_changes(Parcel):
        for carrier, waybill in (("圆通", "13812345678"), ("圆通", "12"), ("飞毛腿", WAYBILL)):
            clerk.call("post", f"/api/orders/{row.pk}/parcels", {"carrier": carrier, "waybill": waybill}, 422)
        data = {"carrier": "圆通", "waybill": WAYBILL}
        cast.as_("quanquan").call("post", f"/api/orders/{row.pk}/parcels", data, 403)


# --- late shipment ---------------------------------------------------------------------------------------------------

PAID: dict[str, Any] = {
    "status": "paid",
    "shipped_at": None,
    "waybill": "",
    "carrier": "",
    "paid_at": "2026-11-11 11:00:00",
}
HOURS = -1 + 72  # from NOON: paid one hour before


def test_the_late_clock_warns_fires_and_names_what_is_owed(cast: Cast, erp: Caller) -> None:
    row = order(erp, cast, **PAID)
    desk = cast.as_("quanquan")
    with later(HOURS - 13):
        run_once()
        assert desk.get("/api/parcels/late-orders")["items"] == []
    with later(HOURS - 11):
        run_once()
        soon = desk.get("/api/parcels/late-orders")["items"]
        assert [(one["id"], one["late"], one["owed_fen"]) for one in soon] == [(row.pk, False, 3000)]
        assert Event.objects.filter(kind="order.late_soon").count() == 1
    with later(HOURS + 2):
        run_once()
        said = Event.objects.get(kind="order.late")
        assert said.at == NOON + timedelta(hours=HOURS), "stamped with the instant it was due"
        assert said.payload["owed_fen"] == 3000 and said.payload["form"] == "points" and not said.payload["clicked"]
        late = desk.get("/api/parcels/late-orders", {"when": "late"})["items"]
        assert [(one["id"], one["late_seconds"]) for one in late] == [(row.pk, 7200)]
        assert desk.get("/api/parcels/counts")["ship_late"] == 1


def test_a_scan_ends_the_late_clock(cast: Cast, erp: Caller, pusher: Caller) -> None:
    row = order(erp, cast, **PAID)
    order(erp, cast, row.order_no, status="shipped", paid_at=PAID["paid_at"])
    push(pusher, cast, line(-0.5, "已揽收"))
    assert not Deadline.objects.filter(kind="late_ship", settled_at=None).exists()
    with later(HOURS + 2):
        run_once()
    assert not Event.objects.filter(kind="order.late").exists()


def test_a_click_is_no_dispatch_where_couriers_report(cast: Cast, erp: Caller, pusher: Caller) -> None:
    order(erp, cast, "4520000000000000009", waybill="YT9999999999999")
    push(pusher, cast, PICKED, waybill="YT9999999999999")
    row = order(erp, cast, **PAID)
    with later(20):
        erp.post("/api/orders", {"shop": cast.tmall.pk, "orders": [{**_sent(row), "status": "shipped"}]})
        run_once()
    with later(60):
        push(pusher, cast, line(59, "快件到达"), waybill="YT9999999999999")
    with later(HOURS + 1):
        run_once()
    assert Event.objects.get(kind="order.late").payload["clicked"] is True


def test_without_a_feed_the_click_counts(cast: Cast, erp: Caller) -> None:
    row = order(erp, cast, **PAID)
    with later(20):
        erp.post("/api/orders", {"shop": cast.tmall.pk, "orders": [{**_sent(row), "status": "shipped"}]})
        run_once()
    with later(HOURS + 1):
        run_once()
    assert not Event.objects.filter(kind="order.late").exists()


def _sent(row: Order) -> dict[str, Any]:
    return {
        "order_no": row.order_no, "nick": "幸福蔓延1627", "waybill": WAYBILL, "carrier": "圆通速递",
        "shipped_at": "2026-11-12 08:00:00", "payable_fen": 10000,
    }  # fmt: skip


def test_late_shipment_reads_the_couriers_record(cast: Cast, erp: Caller, pusher: Caller) -> None:
    from xiaoer.people.queries import shop_facts

    row = order(erp, cast, paid_at="2026-11-07 10:00:00")  # clicked 80 hours later
    shop = shop_facts(row.shop_id)
    assert queries.late_shipment(row, shop, at=NOON).late
    push(pusher, cast, line(-60, "已揽收"))
    row.refresh_from_db()
    assert not queries.late_shipment(row, shop, at=NOON).late, "the courier had it in time"
