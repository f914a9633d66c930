"""The return dock at depth (退货台): questions by category, where pieces go, quarantine, strays and their slips, R232."""

from datetime import timedelta
from typing import Any

from xiaoer.aftersales import dock_checks
from xiaoer.aftersales.dock_reads import distance
from xiaoer.aftersales.models import Shelved, StrayParcel
from xiaoer.aftersales.tests.makers import DAY, EVERYTHING, SF, act, apply, bring_to, count, lines_of, order, url
from xiaoer.aftersales.tests.test_exchange import bought as bought
from xiaoer.goods.models import Stock
from xiaoer.goods.tests import makers as goods
from xiaoer.kernel import clock
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.orders.models import OrderLine, Parcel


def put(cast: Cast, case: dict[str, Any], line: int, qty: int, place: str, note: str = "", status: int = 201) -> Any:
    data = {"flow": case["flow"], "case": case["id"], "line": line, "qty": qty, "place": place, "note": note}
    return cast.as_("warehouse").post("/api/dock/shelved", data, status)


def test_the_questions_follow_the_category(cast: Cast, noon: Any) -> None:
    """R084, R237: shoes are asked for their box, clothes for washing; the list is data."""
    row = order(cast)
    OrderLine.objects.filter(pk=lines_of(row)[0]).update(category="shoes")
    case = bring_to(cast, row, "in_transit")
    asked = {one["value"]: one["label"] for one in cast.as_("warehouse").get(url(case))["checks"]}
    assert asked["box_ok"].startswith("鞋盒完整") and "unwashed" not in asked
    with nothing_changes(*EVERYTHING, Shelved):
        told = act(cast, "warehouse", case, "receive", count(row, 1, checks={"unwashed": True}), 422)
    assert "unwashed" in told["error"]["fields"]["checks"]
    said = count(row, 1, checks={"box_ok": False, "sole_ok": True}, slip="ID 幸福蔓延，要 39 码")
    case = act(cast, "warehouse", case, "receive", said)
    assert case["receipt"]["checks"] == {"box_ok": False, "sole_ok": True} and "39 码" in case["receipt"]["slip"]


def test_every_question_names_its_source_and_a_known_category() -> None:
    codes = [one.code for one in dock_checks.every()]
    assert len(codes) == len(set(codes)) and set(dock_checks.COMMON) <= set(codes)
    for one in dock_checks.every():
        assert one.source.startswith("R") and one.label.zh and one.label.en
        assert set(one.categories) <= set(OrderLine._meta.get_field("category").choices or ()) | KNOWN


KNOWN = {
    "general", "clothing", "shoes", "underwear", "fresh", "custom", "digital", "digital_download", "opened_media",
    "newspaper", "electronics", "cosmetics", "food", "jewellery",
}  # fmt: skip


def test_pieces_go_somewhere_and_the_shelf_raises_the_stock(cast: Cast, bought: Any) -> None:
    """Three came, one broken: two back on the shelf, never the broken one; quarantine is settled later, once."""
    case = bring_to(cast, bought, "in_transit", qty=3)
    line = lines_of(bought)[0]
    put(cast, case, line, 1, "restock", status=409)
    case = act(cast, "warehouse", case, "receive", count(bought, 3, 1))
    before = Stock.objects.get(sku__code="0201-正红-M").on_hand
    with nothing_changes(Shelved, Stock):
        assert "最多 2 件" in put(cast, case, line, 3, "restock", status=422)["error"]["fields"]["qty"]
        assert "note" in put(cast, case, line, 1, "destroy", status=422)["error"]["fields"]
        assert "剩 3 件" in put(cast, case, line, 4, "quarantine", "有味道", 422)["error"]["fields"]["qty"]
    put(cast, case, line, 2, "restock")
    made = put(cast, case, line, 1, "quarantine", "袖口脱线")
    assert [(one["place"], one["qty"]) for one in made["shelved"]] == [("restock", 2), ("quarantine", 1)]
    assert Stock.objects.get(sku__code="0201-正红-M").on_hand == before + 2
    waiting = cast.as_("warehouse").get("/api/dock/shelved")["items"]
    assert [one["note"] for one in waiting] == ["袖口脱线"]
    path = f"/api/dock/shelved/{waiting[0]['id']}/settle"
    cast.as_("mumu").post(path, {"place": "destroy", "note": "x"}, 403)
    cast.as_("stranger").post(path, {"place": "destroy", "note": "x"}, 404)
    done = cast.as_("warehouse").post(path, {"place": "supplier", "note": "退厂返工"})
    assert done["settled_label"] == "退供应商"
    cast.as_("warehouse").post(path, {"place": "restock", "note": ""}, 409)
    assert cast.as_("warehouse").get("/api/dock/shelved")["items"] == []


def test_a_stray_finds_its_case_by_slip_or_by_a_mistyped_waybill(cast: Cast, noon: Any) -> None:
    """R090, R238: what the slip says is kept, of the phone four digits; every flow that brings goods back is looked at."""
    row = order(cast, nick="山有木兮")
    other = order(cast, nick="别人家的")
    typed = bring_to(cast, row, "in_transit")
    waits = apply(other, "exchange", "size")
    waits = act(cast, "anan", waits, "approve", {})
    near = SF["waybill"][:-1] + "9"
    slip = {"nick": "别人家的", "phone": "138 1234 5678", "wanted": "L 码"}
    data = {"shop": cast.tmall.pk, "waybill": near, "carrier": "sf", "slip": slip}
    stray = cast.as_("warehouse").post("/api/dock/strays", data, 201)
    assert stray["slip"] == {"nick": "别人家的", "phone_tail": "5678", "wanted": "L 码"}
    found = cast.as_("warehouse").get(f"/api/dock/strays/{stray['id']}/suggestions")["items"]
    assert [(one["case"]["flow"], one["case"]["id"]) for one in found] == [
        ("exchange", waits["id"]),
        ("return", typed["id"]),
    ]
    assert "买家昵称一致" in found[0]["why"] and any("填错" in why for why in found[1]["why"])
    data = {"case": waits["id"], "flow": "exchange"}
    case = cast.as_("warehouse").post(f"/api/dock/strays/{stray['id']}/match", data)
    assert (case["state"], case["waybill"]) == ("in_transit", near)
    kept = StrayParcel.objects.get(pk=stray["id"])
    assert (kept.flow, kept.case_id) == ("exchange", waits["id"])


def test_how_far_two_waybills_are_apart() -> None:
    assert distance("SF1234", "SF1243") == 1 and distance("SF1234", "SF1299") == 2 and distance("SF1", "SF12") == 99


def test_parcels_signed_for_and_not_registered_are_listed(cast: Cast, noon: Any) -> None:
    """R232: by the courier's own trace, after the shop's time, oldest first; what the dock received is not there."""
    row = order(cast)
    case = bring_to(cast, row, "in_transit")
    assert Parcel.objects.get(waybill=SF["waybill"]).direction == "return", "followed like any parcel"
    assert cast.as_("warehouse").get("/api/dock/unprocessed")["items"] == []
    Parcel.objects.filter(waybill=SF["waybill"]).update(signed_at=NOON - timedelta(hours=1))
    with clock.frozen(NOON + timedelta(hours=46)):
        assert cast.as_("warehouse").get("/api/dock/unprocessed")["items"] == []
    with clock.frozen(NOON + 2 * DAY):
        listed = cast.as_("warehouse").get("/api/dock/unprocessed")["items"]
        assert [(one["case"]["id"], one["days"]) for one in listed] == [(case["id"], 2)]
        assert cast.as_("stranger").get("/api/dock/unprocessed")["items"] == []
        act(cast, "warehouse", case, "receive", count(row, 1))
        assert cast.as_("warehouse").get("/api/dock/unprocessed")["items"] == []


def test_stock_that_nobody_counts_is_left_alone(cast: Cast, noon: Any) -> None:
    goods.coat(cast.tmall.pk, "0201", "红色羊毛大衣 0201")
    row = order(cast)
    case = bring_to(cast, row, "received")
    put(cast, case, lines_of(row)[0], 1, "restock")
    assert not Stock.objects.exists() and Shelved.objects.get().place == "restock"


def test_a_return_tells_of_the_insurance_and_of_the_moment_to_win_back(cast: Cast, noon: Any) -> None:
    """R214, R215: one way, before success, in working days; R127: once the goods are here, for staff only."""
    row = order(cast)
    case = apply(row)
    facts = {one["label"]: one["value"] for one in case["facts"]}
    assert "单程" in facts["运费险"] and "3 个工作日" in facts["运费险"] and "挽回提示" not in facts
    done = order(cast, succeeded_at="2026-11-10T10:00:00+08:00", status="succeeded")
    assert "运费险" not in {one["label"] for one in apply(done)["facts"]}
    staff = bring_to(cast, order(cast), "received")
    assert "挽回提示" in {one["label"] for one in staff["facts"]}
