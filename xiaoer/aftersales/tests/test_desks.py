"""Desks, search, pages, the dock with stray parcels, and the register."""

import io
from typing import Any

from python_calamine import CalamineWorkbook

from xiaoer.aftersales.kinds import FLOWS
from xiaoer.aftersales.models import StrayParcel
from xiaoer.aftersales.tests import makers
from xiaoer.aftersales.tests.makers import DAY, EVERYTHING, act, apply, bring_to, do
from xiaoer.kernel import clock
from xiaoer.kernel.testing import NOON, Caller, Cast, nothing_changes
from xiaoer.orders.carriers import CARRIERS, find_carrier, waybill_problem


def test_each_desk_sees_its_work(cast: Cast, noon: Any) -> None:
    asked = apply(makers.order(cast))
    moving = bring_to(cast, makers.order(cast, nick="小鹿"), "in_transit")
    money = bring_to(cast, makers.order(cast, nick="小马"), "refund_granted")
    done = bring_to(cast, makers.order(cast, nick="小羊"), "refunded")
    refund = apply(makers.order(cast, nick="小牛"), "refund_only", "agreed")
    caller = cast.as_("anan")

    def desk(name: str, **more: Any) -> list[str]:
        return [one["number"] for one in caller.get("/api/cases", {"desk": name, **more})["items"]]

    assert set(desk("answer")) == {asked["number"], refund["number"]}
    assert desk("dock") == [moving["number"]] and desk("money") == [money["number"]]
    assert len(desk("open")) == 4 and len(desk("all")) == 5
    assert desk("all", flow="refund_only") == [refund["number"]]
    counts = caller.get("/api/cases/counts")
    assert [counts[one] for one in ("answer", "dock", "money", "open")] == [2, 1, 1, 4]
    assert desk("all", q="小鹿") == [moving["number"]] and desk("all", q=done["order"]["order_no"]) == [done["number"]]
    assert desk("all", q="sf1234567890123", state="in_transit") == [moving["number"]]
    assert desk("all", q=refund["number"]) == [refund["number"]]
    assert desk("all", shop=cast.taobao.pk) == []
    caller.get("/api/cases", {"desk": "sofa"}, 422)


def test_pages_go_through_everything_once(cast: Cast, noon: Any) -> None:
    for number in range(7):
        with clock.frozen(NOON + number * makers.HOUR):
            apply(makers.order(cast, nick=f"买家{number}"), "return" if number % 2 else "refund_only", "agreed")
    caller = cast.as_("anan")
    for desk in ("open", "all"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = caller.get("/api/cases", {"desk": desk, "limit": 2, "cursor": cursor})
            seen += [one["number"] for one in page["items"]]
            cursor = page["next"]
        assert len(seen) == len(set(seen)) == 7
    soonest = [one["due_at"] for one in caller.get("/api/cases", {"desk": "open"})["items"]]
    assert soonest == sorted(soonest)


def test_stray_parcel(cast: Cast, noon: Any) -> None:
    """A parcel nobody announced: 404 with what to do, registered once, matched to the return it belongs to."""
    case = bring_to(cast, makers.order(cast), "approved")
    warehouse = cast.as_("warehouse")
    with nothing_changes(*EVERYTHING):
        error = warehouse.post("/api/dock/scan", {"waybill": "YT9999999999999"}, 404)["error"]
    assert error["code"] == "no_case" and error["current"] == {"waybill": "YT9999999999999", "stray": None}
    body = {"shop": cast.tmall.pk, "waybill": "yt 9999999999999", "carrier": "圆通", "note": "没有卡片"}
    stray = warehouse.post("/api/dock/strays", body, 201)
    assert (stray["waybill"], stray["carrier"], stray["registered_by"]) == ("YT9999999999999", "yto", "仓库老吴")
    with nothing_changes(*EVERYTHING):
        assert warehouse.post("/api/dock/strays", body, 409)["error"]["code"] == "known_stray"
        cast.as_("quanquan").post("/api/dock/strays", body, 403)
        cast.as_("stranger").post("/api/dock/strays", body, 404)
    assert len(warehouse.get("/api/dock/strays")["items"]) == 1
    found = cast.as_("anan").post(f"/api/dock/strays/{stray['id']}/match", {"case": case["id"]})
    assert (found["state"], found["waybill"]) == ("in_transit", "YT9999999999999")
    assert warehouse.get("/api/dock/strays")["items"] == []
    assert warehouse.post("/api/dock/scan", {"waybill": "YT9999999999999"})["case"]["id"] == case["id"]
    with nothing_changes(*EVERYTHING):
        warehouse.post(f"/api/dock/strays/{stray['id']}/match", {"case": case["id"]}, 409)
    assert StrayParcel.objects.get().case_id == case["id"]


def test_register(cast: Cast, noon: Any) -> None:
    """售后退换货登记表: the seed's columns; a formula in a buyer's words stays text."""
    row = makers.order(cast, nick="=HYPERLINK(1)")
    case = bring_to(cast, row, "refunded", qty=2)
    answer = cast.as_("finance").call("get", "/api/cases/export", {"desk": "all"}, 200)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert sheet[0][:10] == [
        "日期",
        "旺旺ID",
        "订单号",
        "商品",
        "原因",
        "退货单号",
        "收货情况",
        "应退",
        "已退",
        "经办人",
    ]
    assert sheet[1][0] == "2026-11-11" and sheet[1][1] == "'=HYPERLINK(1)" and sheet[1][2] == row.order_no
    assert sheet[1][5:10] == ["SF1234567890123", "申请 2 实收 2 破损 0", 199.99, 199.99, "安安"]
    assert sheet[1][10] == case["number"]
    stranger = cast.as_("stranger").call("get", "/api/cases/export", {"desk": "all"}, 200)
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(stranger.content)).get_sheet_by_index(0).to_python()) == 1


def test_every_carrier_accepts_its_example() -> None:
    for carrier in CARRIERS.values():
        assert waybill_problem(carrier, carrier.example) is None, carrier.code
        for name in (*carrier.aliases, carrier.zh, carrier.en):
            assert find_carrier(name) is carrier
        assert waybill_problem(carrier, "12") is not None


def test_withdrawn_by_an_agent_says_where(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row)
    with nothing_changes(*EVERYTHING):
        assert "note" in act(cast, "anan", case, "withdraw", {}, 422)["error"]["fields"]
    assert act(cast, "anan", case, "withdraw", {"note": "买家在会话里要求"})["state"] == "withdrawn"
    with nothing_changes(*EVERYTHING):
        do(row, case, "withdraw", {}, 409)


def test_freight_in_words(cast: Cast, noon: Any) -> None:
    """C08 with its three answers for a no-reason return and a quality claim, on two platforms (C52)."""
    paid, free = makers.order(cast), makers.order(cast, nick="包邮", freight_fen=0, payable_fen=35000, paid_fen=35000)
    assert "发货运费由买家承担，退货运费由买家承担" in apply(paid)["freight"]["text"]
    assert "包邮商品：发货运费由卖家承担，退货运费由买家承担" in apply(free)["freight"]["text"]
    quality = apply(paid, reason="quality", photos=[makers.photo(paid)])
    assert "无需垫付" in quality["freight"]["text"] and quality["freight"]["advance"] == "shop_label"
    taobao = makers.order(cast, nick="淘宝", shop=cast.taobao)
    assert "请先垫付运费" in apply(taobao, reason="quality", photos=[makers.photo(taobao)])["freight"]["text"]
    assert "C08" in " ".join(quality["freight"]["sources"])


def test_clock_of_the_day_numbers(cast: Cast, noon: Any) -> None:
    """Numbers count per shop and Beijing day."""
    assert apply(makers.order(cast))["number"] == "TH20261111-0001"
    assert apply(makers.order(cast, nick="b", shop=cast.taobao))["number"] == "TH20261111-0001"
    with clock.frozen(NOON + DAY / 2):
        assert apply(makers.order(cast, nick="c"))["number"] == "TH20261112-0001"


def test_forms_offer_only_what_fits(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    kinds = {
        kind["kind"]: kind for kind in makers.buyer(row).get("/api/buyer/cases/opening", {"order": row.pk})["kinds"]
    }
    assert "not_wanted" not in kinds["return"]["form"]["properties"]["reason"]["enum"]
    assert "size" not in kinds["refund_only"]["form"]["properties"]["reason"]["labels"]
    case = apply(row)
    amend = next(one for one in case["can"] if one["verb"] == "amend")
    assert "late" not in amend["form"]["properties"]["reason"]["enum"]
    listed = makers.buyer(row).get("/api/buyer/cases")["items"][0]
    assert "11月16日 12:00" in listed["buyer_text"]


def test_a_desk_costs_the_same_for_many_cases(cast: Cast, noon: Any, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        apply(makers.order(cast, nick=f"n{number}"), "return" if number % 2 else "refund_only", "agreed")
    caller = cast.as_("anan")
    with django_assert_max_num_queries(14 + 2 * len(FLOWS)):  # a flow: by its clock, and without one
        assert len(caller.get("/api/cases", {"desk": "open"})["items"]) == 6


def test_a_machine_that_may_only_read_writes_no_note(cast: Cast, noon: Any) -> None:
    case = apply(makers.order(cast))
    wanted = {"name": "ERP", "shops": [cast.tmall.pk]}
    path = f"/api/cases/return/{case['id']}/notes"
    for scopes, status in ((["aftersales.view"], 403), (["aftersales.view", "aftersales.open"], 200)):
        secret = cast.as_("owner").post("/api/tokens", {**wanted, "scopes": scopes}, status=201)["token"]
        machine = Caller({"Authorization": f"Bearer {secret}"})
        if status == 403:
            with nothing_changes(*EVERYTHING):
                machine.post(path, {"text": "请尽快处理"}, status=403)
        else:
            machine.post(path, {"text": "请尽快处理"}, status=200)
    act(cast, "warehouse", case, "notes", {"text": "库位 A3"})
