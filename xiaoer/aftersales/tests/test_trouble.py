"""Parcels in trouble: lost, signed and not received (R232-R234), and out of the courier's area (R816-R820)."""

from datetime import timedelta

import pytest

from xiaoer.aftersales.actions.trouble_alerts import parcel_arrived
from xiaoer.aftersales.models import (
    CaseLine,
    CaseNote,
    LineHold,
    MoneyEntry,
    OutOfAreaCase,
    RefundOnlyCase,
    TroubleCase,
)
from xiaoer.aftersales.tests.makers import act, buyer, do, later, order
from xiaoer.aftersales.trouble_flow import OUT_OF_AREA, PARCEL_TROUBLE
from xiaoer.kernel import clock
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.models import Event
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.orders.models import CoverageRow, Order, Parcel, ParcelAlert, ParcelOrder

pytestmark = pytest.mark.django_db
LOOKED = {"property_office": "asked", "family": "asked", "colleagues": "none", "locker": "asked"}
HERE = (TroubleCase, OutOfAreaCase, CaseLine, CaseNote, LineHold, MoneyEntry)
REGION = "浙江省 杭州市 余杭区 良渚街道 1 号"


def trouble(cast: Cast, row: Order, reason: str = "signed_not_received", who: str = "anan", **more: object) -> dict:
    return cast.as_(who).post("/api/cases/parcel_trouble", {"order": row.pk, "reason": reason, **more}, 201)


def test_the_buyer_looks_around_before_the_courier_is_asked(cast: Cast) -> None:
    row = order(cast)
    case = buyer(row).post(
        "/api/buyer/cases/parcel_trouble", {"order": row.pk, "reason": "signed_not_received", "note": "没见到"}, 201
    )
    assert "物业" in case["buyer_text"]
    with nothing_changes(*HERE):
        refused = act(cast, "anan", case, "ask_courier", {}, 409)
    assert refused["error"]["code"] == "not_ready"
    assert "核实" in refused["error"]["message"]
    case = do(row, case, "checked", LOOKED)
    assert case["state"] == "buyer_checked"
    case = act(cast, "anan", case, "ask_courier", {"courier_case": "ZT20261111", "demand": "24 小时内调监控"})
    (waits,) = case["clocks"]
    assert (waits["kind"], waits["who"]) == ("trouble_courier", "courier")
    assert waits["due_at"] == clock.iso(NOON + timedelta(hours=48))
    case = act(cast, "anan", case, "courier_says", {"verdict": "lost", "answer": "驿站遗失，同意理赔"})
    assert case["state"] == "answered"
    assert "驿站遗失" in case["buyer_text"]


def test_a_lost_parcel_is_refunded_in_full_and_claimed_from_the_courier(cast: Cast) -> None:
    row = order(cast)
    case = trouble(cast, row, "lost")
    case = act(cast, "anan", case, "ask_courier", {})
    case = act(cast, "anan", case, "courier_says", {"verdict": "lost", "answer": "确认丢失"})
    assert case["more"]["staff"]["plan"]["goods_fen"] == 35000
    case = act(cast, "anan", case, "grant", {})
    assert (case["state"], case["amounts"]["granted_fen"]) == ("refund_granted", 36200)
    assert {line["part"]: line["amount_fen"] for line in case["ledger"]} == {"goods": 35000, "freight_out": 1200}
    case = act(cast, "finance", case, "refund", {"channel": "platform", "reference": "2026111200001"})
    row.refresh_from_db()
    assert (case["state"], row.refunded_fen) == ("claim_due", 36200)
    case = act(cast, "anan", case, "claim", {"amount_fen": 36200, "claim_no": "LP-1"})
    with nothing_changes(*HERE):
        act(cast, "anan", case, "settle", {"paid_fen": 40000, "reference": "1"}, 422)
        act(cast, "anan", case, "settle", {"paid_fen": 0}, 422)
    case = act(cast, "anan", case, "settle", {"paid_fen": 20000, "reference": "DZ-88"})
    assert case["state"] == "settled"
    told = {fact["label"]: fact["value"] for fact in case["facts"]}
    assert (told["快递实赔"], told["店铺净损失"]) == ("¥200.00", "¥162.00")


def test_money_and_pieces_are_given_once(cast: Cast) -> None:
    """Pieces of another running case are not paid again, and a refund takes all that is left."""
    row = order(cast)
    case = trouble(cast, row, "lost")
    line = row.lines.order_by("line_no").values_list("pk", flat=True)[0]
    data = {"order": row.pk, "reason": "not_received", "lines": [{"line": line, "qty": 3}]}
    buyer(row).post("/api/buyer/cases/refund_only", data, 201)
    case = act(cast, "anan", case, "grant", {})
    assert case["amounts"]["goods_fen"] == 5001
    with nothing_changes(*HERE):
        act(cast, "anan", case, "grant", {}, 409)


def test_reship_needs_the_buyers_word_and_another_number(cast: Cast) -> None:
    row = order(cast, waybill="SF1234567890111", carrier="顺丰速运")
    case = trouble(cast, row, "lost")
    with nothing_changes(*HERE):
        wrong = act(cast, "anan", case, "reship", {"buyer_confirmed": False}, 422)
    assert "buyer_confirmed" in wrong["error"]["fields"]
    case = act(cast, "anan", case, "reship", {"buyer_confirmed": True})
    due = case["clocks"][0]["due_at"]
    assert due == "2026-11-16T16:00:00Z", "three working days: Thursday, Friday, Monday"
    sent = {"carrier": "sf", "waybill": "SF1234567890111"}
    with nothing_changes(*HERE):
        act(cast, "warehouse", case, "send_again", sent, 422)
    case = act(cast, "warehouse", case, "send_again", {**sent, "waybill": "SF1234567890222"})
    assert case["state"] == "claim_due"
    seen = buyer(row).get(f"/api/buyer/cases/parcel_trouble/{case['id']}")
    assert "SF1234567890222" in seen["buyer_text"]
    assert "staff" not in seen["more"]
    claimed = act(cast, "anan", case, "claim", {"amount_fen": 35000})
    kinds = [line["kind"] for line in buyer(row).get(f"/api/buyer/cases/parcel_trouble/{case['id']}")["timeline"]]
    assert claimed["state"] == "claimed"
    assert "parcel_trouble.claim" not in kinds


def test_one_case_per_parcel_and_nothing_to_look_for_before_shipping(cast: Cast) -> None:
    row = order(cast)
    first = trouble(cast, row, "stuck")
    with nothing_changes(*HERE):
        again = cast.as_("mumu").post("/api/cases/parcel_trouble", {"order": row.pk, "reason": "lost"}, 409)
    assert again["error"]["current"]["number"] == first["number"]
    fresh = order(cast, status="paid", shipped_at=None, signed_at=None)
    early = cast.as_("anan").post("/api/cases/parcel_trouble", {"order": fresh.pk, "reason": "lost"}, 409)
    assert early["error"]["code"] == "order_not_shipped"
    cast.as_("stranger").get(f"/api/cases/parcel_trouble/{first['id']}", status=404)


def test_a_silent_courier_is_reported_once(cast: Cast) -> None:
    case = act(cast, "anan", trouble(cast, order(cast), "stuck"), "ask_courier", {})
    later(NOON + timedelta(hours=49))
    late = Event.objects.filter(kind="case.late", subject=f"parcel_trouble:{case['id']}")
    assert [line.at for line in late] == [NOON + timedelta(hours=48)]
    later(NOON + timedelta(hours=90))
    assert late.count() == 1


# --- out of area -----------------------------------------------------------------------------------------------------


def area(cast: Cast, row: Order, reason: str = "out_of_area") -> dict:
    return cast.as_("anan").post("/api/cases/out_of_area", {"order": row.pk, "reason": reason}, 201)


def far(cast: Cast) -> Order:
    row = order(cast, receiver_address=REGION, carrier="圆通速递", waybill="YT1234567890123", signed_at=None)
    for carrier, verdict, fee in (("yto", "no", None), ("sf", "yes", None), ("ems", "extra", 1500)):
        CoverageRow.objects.create(
            shop=cast.tmall, carrier=carrier, province="浙江省", verdict=verdict, fee_fen=fee, at=NOON
        )
    return row


def test_the_buyer_chooses_and_the_fee_is_split_by_the_rule(cast: Cast) -> None:
    row = far(cast)
    url = f"/api/policy/out_of_area_seller_share?shop={cast.tmall.pk}"
    cast.as_("owner").put(url, {"value": 60, "reason": "与买家各担一部分"})
    case = area(cast, row)
    names = [one["carrier"] for one in case["more"]["staff"]["couriers"]]
    assert names[0] == "sf"
    assert names[-1] == "yto", "who does not deliver stands last"
    case = act(cast, "anan", case, "consult", {"carrier": "ems", "fee_fen": 1555, "pickup": "良渚中转站"})
    assert "¥6.22" in case["buyer_text"], "40 %, rounded down"
    assert "¥15.55" in case["buyer_text"]
    case = do(row, case, "choose", {"choice": "forward"})
    assert [move["verb"] for move in case["can"]] == ["choose"]
    case = act(cast, "anan", case, "forward", {"carrier": "ems", "waybill": "1234567890123", "fee_fen": 3000})
    told = {fact["label"]: fact["value"] for fact in case["facts"]}
    assert told["改发费用"] == "¥30.00（卖家 ¥23.78，买家 ¥6.22）", "she never pays more than she agreed to"
    assert act(cast, "anan", case, "arrive", {})["state"] == "done"


def test_the_way_is_the_one_she_chose_and_her_address_stays_out_of_the_journal(cast: Cast) -> None:
    row = far(cast)
    case = act(cast, "anan", area(cast, row, "stranded"), "consult", {})
    with nothing_changes(*HERE):
        do(row, case, "choose", {"choice": "address", "new_address": "余杭"}, 422)
        cast.as_("anan").post(f"/api/cases/out_of_area/{case['id']}/choose", {"choice": "pickup"}, 422)
    case = do(row, case, "choose", {"choice": "address", "new_address": "浙江省杭州市西湖区文三路 90 号"})
    with nothing_changes(*HERE):
        assert act(cast, "anan", case, "forward", {"carrier": "sf", "waybill": "SF1234567890333"}, 409)
    told = Event.objects.filter(subject=f"out_of_area:{case['id']}")
    assert "文三路" not in "".join(str(line.payload) for line in told)
    seen = {
        fact["label"]: fact["value"]
        for fact in cast.as_("warehouse").get(f"/api/cases/out_of_area/{case['id']}")["facts"]
    }
    assert "文三路" not in seen["新收货地址"]
    assert act(cast, "anan", case, "redirect", {})["state"] == "address_changed"


def test_a_parcel_that_came_back_opens_the_refund(cast: Cast) -> None:
    row = far(cast)
    case = act(cast, "anan", area(cast, row), "consult", {})
    case = do(row, case, "choose", {"choice": "send_back"})
    case = act(cast, "anan", case, "send_back", {})
    act(cast, "anan", case, "came_back", {}, 403)
    case = act(cast, "warehouse", case, "came_back", {"intact": True})
    refund = RefundOnlyCase.objects.get(order=row)
    assert case["state"] == "done"
    assert {fact["label"]: fact["value"] for fact in case["facts"]}["退款单"] == refund.number


def test_an_alert_of_the_courier_desk_opens_the_case_and_hears_how_it_ends(cast: Cast) -> None:
    row = order(cast, waybill="YT1234567890555", carrier="圆通速递", signed_at=None)
    parcel = Parcel.objects.create(
        shop=cast.tmall, carrier="yto", waybill="YT1234567890555", created_at=NOON, changed_at=NOON
    )
    ParcelOrder.objects.create(parcel=parcel, order=row)
    alert = ParcelAlert.objects.create(shop=cast.tmall, parcel=parcel, kind="lost", opened_at=NOON)
    url = f"/api/parcel-trouble/alerts/{alert.pk}"
    assert cast.as_("anan").get(url)["flow_label"] == "物流异常"
    cast.as_("stranger").get(url, status=404)
    cast.as_("warehouse").post(url, {}, 403)
    case = cast.as_("anan").post(url, {"note": "快递说找不到"}, 201)
    assert (case["reason"], case["facts"][0]["value"]) == ("lost", "圆通速递 YT1234567890555")
    with nothing_changes(*HERE):
        assert cast.as_("mumu").post(url, {}, 409)["error"]["current"]["number"] == case["number"]
    act(cast, "anan", case, "ask_courier", {})
    run_reactions()
    alert.refresh_from_db()
    assert alert.state == "asked"
    act(cast, "anan", case, "find", {"where": "分拨中心错分"})
    run_reactions()
    alert.refresh_from_db()
    assert (alert.state, alert.outcome) == ("closed", "signed")
    assert [one["open"] for one in cast.as_("anan").get(url)["cases"]] == [False]


def test_a_parcel_that_arrives_after_all_ends_the_search(cast: Cast) -> None:
    row = order(cast, waybill="YT1234567890556", carrier="圆通速递", signed_at=None)
    parcel = Parcel.objects.create(
        shop=cast.tmall, carrier="yto", waybill="YT1234567890556", created_at=NOON, changed_at=NOON
    )
    ParcelOrder.objects.create(parcel=parcel, order=row)
    stuck = trouble(cast, row, "stuck")
    assert parcel_arrived(parcel.pk, at=NOON) == 1
    assert TroubleCase.objects.get(pk=stuck["id"]).state == "found"
    denied = trouble(cast, row, "signed_not_received")
    assert parcel_arrived(parcel.pk, at=NOON) == 0
    assert TroubleCase.objects.get(pk=denied["id"]).state == "opened"


@pytest.mark.parametrize("flow", [PARCEL_TROUBLE, OUT_OF_AREA])
def test_every_open_state_has_an_owner_and_a_clock(flow: Flow) -> None:
    started = {flow.first: flow.begins}
    for move in flow.moves:
        started.setdefault(move.target, move.starts)
    for state in flow.states:
        if not state.final:
            assert state.waits_for != "nobody"
            assert started[state.name], f"{flow.name}.{state.name} has no clock"
