"""返修: warranty register, approval, inspection, charges by rule, parts to the last piece, technicians, follow-up."""

from datetime import date, timedelta
from typing import Any

import pytest

from xiaoer.aftersales.models import (
    Part,
    PartMove,
    PartRequest,
    RepairCase,
    RepairCharge,
    RepairVisit,
    ServiceCentre,
    Warranty,
    WarrantyTerm,
)
from xiaoer.aftersales.repair_flow import REPAIR
from xiaoer.aftersales.repair_parts_flow import PARTS
from xiaoer.aftersales.repair_rules import Term, add_months, charged, term_for, warranty_end
from xiaoer.aftersales.tests.makers import act, buyer, do, later, lines_of, order
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes
from xiaoer.orders.models import Order

HERE = (RepairCase, RepairCharge, Warranty, Part, PartMove, PartRequest, RepairVisit)
LOOKED = {"model_ok": True, "quantity": 1, "marking_ok": True, "package_ok": True}
PRICES = (
    ("JC01", "检测费", "inspection", 2000),
    ("GS01", "换件工时", "labour", 3000),
    ("PJ01", "拉链头", "part", 1234),
)
KEEPS = {"note": "买家在聊天里说的"}


def term(cast: Cast, months: int, sku: str = "0201") -> None:
    WarrantyTerm.objects.create(shop=cast.tmall, sku_code=sku, months=months)


def prices(cast: Cast) -> None:
    for code, name, kind, fen in PRICES:
        data = {"shop": cast.tmall.pk, "code": code, "name": name, "kind": kind, "price_fen": fen}
        cast.as_("supervisor").put("/api/repair/prices", data)


def ask(row: Order, line: int = 0, **more: Any) -> dict[str, Any]:
    data = {"order": row.pk, "line": lines_of(row)[line], "reason": "seam", "note": "拉链坏了", **more}
    made: dict[str, Any] = buyer(row).post("/api/buyer/cases/repair", data, 201)
    return made


def to_received(cast: Cast, row: Order, **more: Any) -> dict[str, Any]:
    case = ask(row, **more)
    if RepairCase.objects.get(pk=case["id"]).why_approval:
        act(cast, "anan", case, "ask_approval", {"note": "老客户，建议付费修"})
        act(cast, "supervisor", case, "approve", {})
    else:
        act(cast, "anan", case, "accept", {})
    do(row, case, "post", {"carrier": "sf", "waybill": f"SF77{case['id']:011d}"})
    return act(cast, "warehouse", case, "receive", LOOKED)


# --- pure ------------------------------------------------------------------------------------------------------------


def test_warranty_arithmetic() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 9), 14) == date(2028, 1, 9)
    assert warranty_end(date(2026, 11, 9), 0) is None
    terms = [Term("shoes", "", 3), Term("", "0201", 24)]
    assert [term_for(terms, *asked, 6).months for asked in (("shoes", "0201"), ("shoes", "9"), ("clothing", "9"))] == [
        24,
        3,
        6,
    ]


@pytest.mark.parametrize(
    ("cause", "covered", "kind", "expected"),
    [
        ("material", True, "part", False),
        ("workmanship", True, "labour", False),
        ("misuse", True, "labour", True),
        ("outside", True, "freight", True),
        ("material", False, "part", True),
        ("wear", True, "part", False),
        ("transport", False, "labour", False),
    ],
)
def test_what_is_charged_follows_from_warranty_and_cause(cause: str, covered: bool, kind: str, expected: bool) -> None:
    is_charged, why = charged(cause, covered, kind)
    assert is_charged is expected
    assert why.zh
    assert why.en


# --- the flow --------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def test_every_pair_of_state_and_verb_is_as_the_table_says(cast: Cast) -> None:
    row = order(cast)
    case = ask(row)

    def make(state: str) -> RepairCase:
        RepairCase.objects.filter(pk=case["id"]).update(state=state)
        return RepairCase.objects.select_related("shop", "warranty").get(pk=case["id"])

    assert flow_matrix(REPAIR, make, at=NOON) == len(REPAIR.states) * len(REPAIR.verbs())


def test_under_warranty_it_is_free_and_goes_through_every_stage(cast: Cast) -> None:
    term(cast, 12)
    prices(cast)
    row = order(cast)
    case = ask(row, serial="SN-0001")
    assert "在保修期内（12 个月，至 2027-11-08）" in case["buyer_text"]
    case = act(cast, "anan", case, "accept", {})
    assert "汀兰路" in case["buyer_text"]
    with nothing_changes(*HERE):
        do(row, case, "post", {"carrier": "sf", "waybill": "SF1234567890123", "freight_collect": True}, 422)
    case = do(row, case, "post", {"carrier": "sf", "waybill": "SF1234567890123"})
    with nothing_changes(*HERE):
        act(cast, "warehouse", case, "receive", {**LOOKED, "model_ok": False}, 422)
    case = act(cast, "warehouse", case, "receive", {**LOOKED, "serial": "SN-0001"})
    with nothing_changes(*HERE):
        assert act(cast, "anan", case, "start", {}, 409)["error"]["code"] == "not_ready"
    case = act(cast, "anan", case, "judge", {"fault": "sewing", "cause": "workmanship"})
    bill = {"items": [{"code": "GS01", "qty": 1}, {"code": "PJ01", "qty": 2}]}
    shown = cast.as_("anan").put(f"/api/repair/{case['id']}/bill", bill)
    assert (shown["charge_fen"], [one["charged"] for one in shown["bill"]]) == (0, [False, False])
    assert "免费" in shown["bill"][0]["why"]
    case = act(cast, "anan", case, "start", {})
    case = act(cast, "warehouse", case, "wait_parts", {"note": "等拉链头"})
    case = act(cast, "warehouse", case, "resume", {})
    case = act(cast, "warehouse", case, "finish", {"result": "repaired", "work": "更换拉链头 2 个"})
    case = act(cast, "warehouse", case, "ship_back", {"carrier": "sf", "waybill": "SF1234567890777"})
    case = do(row, case, "confirm")
    with nothing_changes(*HERE):
        act(cast, "anan", case, "follow_up", {"satisfied": "bad"}, 422)
    case = act(cast, "anan", case, "follow_up", {"satisfied": "good"})
    assert case["state"] == "done"
    assert case["visited"] == [
        "requested",
        "to_send",
        "buyer_sent",
        "received",
        "received",
        "repairing",
        "waiting_parts",
        "repairing",
        "stored",
        "shipped_back",
        "received_back",
        "done",
    ]


def test_out_of_warranty_the_superior_decides_and_the_price_list_counts(cast: Cast) -> None:
    prices(cast)
    row = order(cast)
    case = ask(row)
    with nothing_changes(*HERE):
        assert act(cast, "anan", case, "accept", {}, 409)["error"]["code"] == "not_ready"
    act(cast, "anan", case, "ask_approval", {"note": "老客户，建议付费修"})
    act(cast, "anan", case, "approve", {}, 403)
    case = act(cast, "supervisor", case, "approve", {})
    do(row, case, "post", {"carrier": "sf", "waybill": "SF1234567890123"})
    act(cast, "warehouse", case, "receive", LOOKED)
    act(cast, "anan", case, "judge", {"fault": "sewing", "cause": "misuse"})
    cast.as_("anan").put(
        f"/api/repair/{case['id']}/bill", {"items": [{"code": "GS01", "qty": 1}, {"code": "PJ01", "qty": 2}]}
    )
    case = act(cast, "anan", case, "quote", {})
    assert "¥54.68" in case["buyer_text"]
    case = do(row, case, "accept_quote")
    case = act(cast, "warehouse", case, "finish", {"result": "repaired", "work": "更换拉链"})
    sent = {"carrier": "sf", "waybill": "SF1234567890777"}
    with nothing_changes(*HERE):
        act(cast, "warehouse", case, "ship_back", sent, 409)
        act(cast, "warehouse", case, "charge_paid", {"channel": "platform", "reference": "2026111299"}, 403)
    case = act(cast, "finance", case, "charge_paid", {"channel": "platform", "reference": "2026111299"})
    (line,) = case["ledger"]
    assert (line["kind"], line["part"], line["amount_fen"]) == ("received", "repair_fee", 5468)
    with nothing_changes(*HERE):
        act(cast, "finance", case, "charge_paid", {"channel": "platform", "reference": "2026111300"}, 409)
    assert act(cast, "warehouse", case, "ship_back", sent)["state"] == "shipped_back"
    desk = cast.as_("anan").get("/api/repair/desk", {"stage": "back"})
    assert ([one["number"] for one in desk["items"]], desk["counts"]["back"]) == ([case["number"]], 1)
    second = to_received(cast, order(cast, nick="另一位买家"))
    with nothing_changes(*HERE):
        late = cast.as_("anan").put(f"/api/repair/{case['id']}/bill", {"items": []}, 409)
    assert late["error"]["code"] == "bill_closed"
    assert second["state"] == "received"


def test_a_new_price_leaves_old_bills_as_they_were(cast: Cast) -> None:
    prices(cast)
    case = to_received(cast, order(cast))
    act(cast, "anan", case, "judge", {"fault": "sewing", "cause": "misuse"})
    url = f"/api/repair/{case['id']}/bill"
    cast.as_("anan").put(url, {"items": [{"code": "GS01", "qty": 1}]})
    data = {"shop": cast.tmall.pk, "code": "GS01", "name": "换件工时", "kind": "labour", "price_fen": 9900}
    cast.as_("anan").put("/api/repair/prices", data, 403)
    cast.as_("supervisor").put("/api/repair/prices", data)
    assert cast.as_("anan").get(f"/api/cases/repair/{case['id']}")["more"]["charge_fen"] == 3000
    assert cast.as_("anan").put(url, {"items": [{"code": "GS01", "qty": 1}]})["charge_fen"] == 9900
    with nothing_changes(*HERE):
        wrong = cast.as_("anan").put(url, {"items": [{"code": "没有", "qty": 1}]}, 422)
    assert "items.0" in wrong["error"]["fields"]
    told = cast.as_("finance").get("/api/repair/prices", {"past": True})["items"]
    assert [one["price_fen"] for one in told if one["code"] == "GS01"] == [9900, 3000]


def test_a_quote_nobody_answers_sends_the_goods_back(cast: Cast) -> None:
    prices(cast)
    case = to_received(cast, order(cast))
    act(cast, "anan", case, "judge", {"fault": "sewing", "cause": "misuse"})
    cast.as_("anan").put(f"/api/repair/{case['id']}/bill", {"items": [{"code": "JC01", "qty": 1}]})
    act(cast, "anan", case, "quote", {})
    later(NOON + timedelta(days=7, hours=1))
    saved = RepairCase.objects.get(pk=case["id"])
    assert (saved.state, saved.result, saved.charge_fen) == ("stored", "declined", 0)
    assert saved.state_at == NOON + timedelta(days=7)


# --- warranty register -----------------------------------------------------------------------------------------------


def test_the_register_knows_each_piece_by_its_serial(cast: Cast) -> None:
    term(cast, 24)
    row, other = order(cast), order(cast, nick="别的买家")
    first = ask(row, serial="SN-1")
    with nothing_changes(*HERE):
        again = buyer(row).post(
            "/api/buyer/cases/repair",
            {"order": row.pk, "line": lines_of(row)[0], "reason": "seam", "serial": "SN-1"},
            409,
        )
        swapped = buyer(other).post(
            "/api/buyer/cases/repair",
            {"order": other.pk, "line": lines_of(other)[0], "reason": "seam", "serial": "SN-1"},
            422,
        )
    assert again["error"]["current"]["number"] == first["number"]
    assert "是否被调换" in swapped["error"]["fields"]["serial"]
    ask(row, serial="SN-2")
    found = cast.as_("anan").get("/api/repair/warranties", {"q": "sn-2"})["items"]
    assert [(one["serial"], one["piece"], one["until"], one["repairs"]) for one in found] == [
        ("SN-2", 2, "2028-11-09", 1)
    ]
    assert cast.as_("stranger").get("/api/repair/warranties")["items"] == []


def test_only_what_was_received_can_be_repaired(cast: Cast) -> None:
    row = order(cast, signed_at=None)
    with nothing_changes(*HERE):
        refused = cast.as_("anan").post(
            "/api/cases/repair", {"order": row.pk, "line": lines_of(row)[0], "reason": "seam"}, 409
        )
    assert refused["error"]["code"] == "not_received_yet"


# --- parts -----------------------------------------------------------------------------------------------------------


def part(cast: Cast, stock: int = 5) -> Part:
    data = {"shop": cast.tmall.pk, "code": "LLT-01", "name": "拉链头", "cost_fen": 300}
    made = cast.as_("warehouse").put("/api/repair/parts", data)
    cast.as_("warehouse").post(f"/api/repair/parts/{made['id']}/stock", {"qty": stock, "note": "首批入库"})
    return Part.objects.get(pk=made["id"])


def request(cast: Cast, case: dict[str, Any], one: Part, qty: int = 2, who: str = "anan") -> int:
    made = cast.as_(who).post("/api/repair/requests", {"repair": case["id"], "part": one.pk, "qty": qty}, 201)
    return int(made["id"])


def test_parts_are_approved_by_another_person_and_accounted_for_to_the_last_piece(cast: Cast) -> None:
    one, case = part(cast), to_received(cast, order(cast))
    pk = request(cast, case, one, who="supervisor")
    url = f"/api/repair/requests/{pk}"
    with nothing_changes(*HERE):
        assert cast.as_("supervisor").post(f"{url}/approve", {}, 409)["error"]["code"] == "own_request"
        cast.as_("anan").post(f"{url}/approve", {}, 403)
        cast.as_("warehouse").post(f"{url}/issue", {}, 409)
    cast.as_("owner").post(f"{url}/approve", {})
    cast.as_("warehouse").post(f"{url}/issue", {})
    one.refresh_from_db()
    assert one.stock == 3
    with nothing_changes(*HERE):
        short = cast.as_("warehouse").post(f"{url}/settle", {"used": 1, "old_back": True}, 422)
        gone = cast.as_("warehouse").post(f"{url}/settle", {"used": 2, "old_back": False}, 422)
    assert "必须相等" in short["error"]["fields"]["used"]
    assert "note" in gone["error"]["fields"]
    cast.as_("warehouse").post(
        f"{url}/settle", {"used": 1, "returned": 1, "old_back": True, "new_serial": "N1", "old_serial": "O1"}
    )
    one.refresh_from_db()
    book = list(PartMove.objects.filter(part=one).order_by("pk").values_list("qty", "after"))
    assert (one.stock, book) == (4, [(5, 5), (-2, 3), (1, 4)])
    assert RepairCase.objects.get(pk=case["id"]).parts_open == 0


def test_stock_never_falls_below_nothing_and_open_parts_hold_the_repair(cast: Cast) -> None:
    one, case = part(cast, 1), to_received(cast, order(cast))
    pk = request(cast, case, one, 2)
    cast.as_("supervisor").post(f"/api/repair/requests/{pk}/approve", {})
    with nothing_changes(*HERE):
        empty = cast.as_("warehouse").post(f"/api/repair/requests/{pk}/issue", {}, 409)
        cast.as_("warehouse").post(f"/api/repair/parts/{one.pk}/stock", {"qty": -2, "note": "盘亏"}, 409)
    assert empty["error"]["current"]["stock"] == 1
    act(cast, "anan", case, "judge", {"fault": "sewing", "cause": "transport"})
    act(cast, "anan", case, "start", {})
    with nothing_changes(*HERE):
        held = act(cast, "warehouse", case, "finish", {"result": "repaired", "work": "修好了"}, 409)
    assert "核销" in held["error"]["message"]
    cast.as_("anan").post(f"/api/repair/requests/{pk}/cancel", {"why": "不用换了"})
    act(cast, "warehouse", case, "finish", {"result": "repaired", "work": "修好了"})


def test_a_request_nobody_decides_is_reported(cast: Cast) -> None:
    one, case = part(cast), to_received(cast, order(cast))
    pk = request(cast, case, one)
    later(NOON + timedelta(hours=25))
    assert Event.objects.filter(kind="part_desk.late", subject=f"part_request:{pk}").count() == 1


def test_every_pair_of_part_requests(cast: Cast) -> None:
    one, case = part(cast), to_received(cast, order(cast))
    pk = request(cast, case, one)

    def make(state: str) -> PartRequest:
        PartRequest.objects.filter(pk=pk).update(state=state)
        return PartRequest.objects.select_related("shop").get(pk=pk)

    assert flow_matrix(PARTS, make, at=NOON) == len(PARTS.states) * len(PARTS.verbs())


# --- on site, centres, statistics ------------------------------------------------------------------------------------

VISIT = {
    "technician": "王师傅",
    "tools": "万用表、密封圈",
    "site": "杭州市余杭区良渚街道 1 号",
    "visit_at": "2026-11-12T09:00:00+08:00",
}


def test_a_technician_goes_to_the_site_and_what_he_cannot_solve_goes_to_the_head(cast: Cast) -> None:
    term(cast, 12)
    row = order(cast)
    case = ask(row, on_site=True)
    with nothing_changes(*HERE):
        act(cast, "anan", case, "dispatch", {**VISIT, "visit_at": "2026-11-01T09:00:00+08:00"}, 422)
    case = act(cast, "anan", case, "dispatch", VISIT)
    assert "王师傅" in case["buyer_text"]
    told = Event.objects.filter(subject=f"repair:{case['id']}")
    assert "良渚" not in "".join(str(line.payload) for line in told)
    case = act(cast, "anan", case, "unsolved", {"fault": "board", "cause": "material", "work": "主板烧毁，需返厂"})
    assert (case["state"], case["waits_for"]) == ("approval", "supervisor")
    (visit,) = case["more"]["staff"]["visits"]
    assert (visit["solved"], visit["tools"], visit["work"]) == (False, "万用表、密封圈", "主板烧毁，需返厂")
    assert act(cast, "supervisor", case, "approve", {})["state"] == "to_send"
    seen = buyer(row).get(f"/api/buyer/cases/repair/{case['id']}")
    assert "staff" not in seen["more"]


def test_the_centre_of_the_region_takes_the_case(cast: Cast) -> None:
    for name, regions in (("华东售后服务中心", ["浙江省", "江苏省"]), ("杭州服务站", ["浙江省 杭州市"]), ("总部", [])):
        data = {"shop": cast.tmall.pk, "name": name, "regions": regions, "phone": "0571-1"}
        cast.as_("supervisor").put("/api/repair/centres", data)
    for address, expected in (
        ("浙江省杭州市余杭区文一西路 1 号", "杭州服务站"),
        ("江苏省南京市鼓楼区 2 号", "华东售后服务中心"),
        ("四川省成都市武侯区 3 号", "总部"),
    ):
        case = ask(order(cast, nick=expected, receiver_address=address))
        assert RepairCase.objects.get(pk=case["id"]).centre == ServiceCentre.objects.get(name=expected)


def test_statistics_count_by_product_fault_and_cause(cast: Cast) -> None:
    for nick, cause in (("甲", "workmanship"), ("乙", "workmanship"), ("丙", "misuse")):
        case = to_received(cast, order(cast, nick=nick))
        act(cast, "anan", case, "judge", {"fault": "sewing", "cause": cause})
    ask(order(cast, nick="丁"), line=1)
    told = cast.as_("supervisor").get("/api/repair/statistics", {"days": 30})
    assert told["total"] == 4
    assert told["judged"] == 3
    assert [(one["label"], one["count"]) for one in told["causes"]] == [("装配/做工不良", 2), ("使用或安装不当", 1)]
    assert told["products"][0]["count"] == 3
    assert told["products"][0]["title"] == "红色羊毛大衣 0201"
    file = cast.as_("supervisor").client.get("/api/repair/records.xlsx")
    assert file.status_code == 200
    assert file.content[:2] == b"PK"
    assert cast.as_("stranger").get("/api/repair/statistics")["total"] == 0
