"""An exchange (换货) over HTTP: from the buyer's application to the replacement, and every way it may turn."""

from datetime import timedelta
from typing import Any

import pytest

from xiaoer.aftersales.models import ExchangeCase, LineHold, MoneyEntry, Payable, ReturnCase
from xiaoer.aftersales.tests.makers import (
    DAY,
    EVERYTHING,
    SF,
    UNSHIPPED,
    act,
    apply,
    buyer,
    count,
    do,
    later,
    order,
    photo,
    url,
)
from xiaoer.goods.models import Reservation, Sku, Stock
from xiaoer.goods.tests import makers as goods
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.orders.models import Order

TICKED = {"look": True, "freight": True, "process": True, "receipt_days": 7}
NEW = {"carrier": "sf", "waybill": "SF7654321098765"}


@pytest.fixture
def bought(cast: Cast, noon: Any) -> Order:
    """Three red coats M, 99.99 each after discounts; ten of each look are there. L costs as much as M in the list."""
    coat = goods.coat(cast.tmall.pk, "0201", "红色羊毛大衣 0201")
    codes = list(coat.skus.values_list("code", flat=True))
    goods.count(cast.tmall.pk, dict.fromkeys(codes, 10))
    lines = [
        {"title": coat.title, "sku": "颜色分类:正红;尺码:M", "sku_code": "0201-正红-M", "qty": 3, "price_fen": 10000,
         "paid_fen": 29999},
        {"title": "针织围巾", "sku": "米色", "qty": 1, "price_fen": 5001, "paid_fen": 5001},
    ]  # fmt: skip
    return order(cast, lines=lines)


def ask(row: Order, wanted: str = "0201-正红-L", **more: Any) -> dict[str, Any]:
    return apply(row, "exchange", more.pop("reason", "size"), wanted_sku=wanted, **more)


def bring(cast: Cast, row: Order, state: str, **more: Any) -> dict[str, Any]:
    """An exchange brought to a state of the usual way."""
    case = ask(row, **more)
    steps: list[tuple[str, str, Any]] = [
        ("approved", "approve", {"verified": True, **TICKED}),
        ("in_transit", "ship", SF),
        ("received", "receive", count(row, 1)),
        ("inspected", "inspect", {"verdict": "pass"}),
        ("reshipping", "go_on", {}),
        ("reshipped", "reship", NEW),
    ]
    for target, verb, data in steps:
        if case["state"] == state:
            return case
        who = "warehouse" if verb in ("receive", "inspect", "reship") else "anan"
        case = act(cast, who, case, verb, data)
        assert case["state"] == target
    return case


def free(code: str) -> int:
    return Stock.objects.get(sku__code=code).free


def fact(case: dict[str, Any], label: str) -> str:
    return next((one["value"] for one in case["facts"] if one["label"] == label), "")


def test_the_whole_way_of_an_exchange(cast: Cast, bought: Order) -> None:
    """R242-R245: asked, kept back, goods back and inspected, sent, confirmed; the stock fell by the one that left."""
    offer = buyer(bought).get(f"/api/buyer/cases/opening?order={bought.pk}")
    kind = next(one for one in offer["kinds"] if one["kind"] == "exchange")
    assert "正红 / L · 可用 10 件" in kind["form"]["properties"]["wanted_sku"]["x-labels"].values()
    case = ask(bought)
    assert case["state"] == "requested" and case["number"].startswith("HH20261111-")
    case = act(cast, "anan", case, "approve", {"responsibility": "buyer"})
    assert free("0201-正红-L") == 9 and fact(case, "换货留货") == "已留货"
    assert "款式、颜色、尺码" in fact(case, "换货要点")
    case = act(cast, "anan", case, "check_off", TICKED)
    assert fact(case, "换货要点") == "已全部确认" and fact(case, "已延长收货（天）") == "7"
    case = do(bought, case, "ship", SF)
    found = cast.as_("warehouse").post("/api/dock/scan", {"waybill": SF["waybill"]})["case"]
    assert (found["flow"], found["id"]) == ("exchange", case["id"])
    act(cast, "warehouse", case, "receive", count(bought, 1))
    act(cast, "warehouse", case, "inspect", {"verdict": "pass"})
    case = act(cast, "anan", case, "go_on")
    assert [clock["kind"] for clock in case["clocks"]] == ["exchange_reships"]
    case = act(cast, "warehouse", case, "reship", NEW)
    stock = Stock.objects.get(sku__code="0201-正红-L")
    assert (stock.on_hand, stock.reserved, stock.free) == (9, 0, 9)
    mine = buyer(bought).get(f"/api/buyer/cases/exchange/{case['id']}")
    assert NEW["waybill"] in mine["buyer_text"] and [one["verb"] for one in mine["can"]] == ["confirm"]
    case = do(bought, case, "confirm")
    assert case["state"] == "done" and MoneyEntry.objects.count() == 0
    assert LineHold.objects.get(order_line=bought.lines.order_by("line_no").first()).held == 0, "hers again"


def test_nothing_ships_before_the_goods_are_back(cast: Cast, bought: Order) -> None:
    """R245: there is no such step before receipt, whoever asks."""
    for state in ("requested", "approved", "in_transit"):
        case = bring(cast, bought, state)
        with nothing_changes(*EVERYTHING, ExchangeCase, Reservation):
            act(cast, "anan", case, "go_on", {}, 409)
            act(cast, "warehouse", case, "reship", NEW, 409)


def test_the_replacement_waits_for_the_four_essentials(cast: Cast, bought: Order) -> None:
    """R242: style and size, freight, process, receipt time; the answer names what is missing."""
    case = ask(bought)
    for verb, data, who in (
        ("approve", {"look": True, "process": True}, "anan"),
        ("ship", SF, "anan"),
        ("receive", count(bought, 1), "warehouse"),
        ("inspect", {"verdict": "pass"}, "warehouse"),
    ):
        case = act(cast, who, case, verb, data)
    with nothing_changes(*EVERYTHING, ExchangeCase):
        told = act(cast, "anan", case, "go_on", {}, 409)
    assert "运费" in told["error"]["message"] and "延长收货" in told["error"]["message"]
    assert "款式" not in told["error"]["message"]
    refused = act(cast, "anan", case, "check_off", {"freight": True, "receipt_days": 99}, 422)
    assert "99" in refused["error"]["fields"]["receipt_days"]
    act(cast, "anan", case, "check_off", {"freight": True, "receipt_days": 7})
    assert act(cast, "anan", case, "go_on")["state"] == "reshipping"


def test_a_look_that_is_out_of_stock_is_not_promised(cast: Cast, bought: Order) -> None:
    """The agent reads what is there instead; agreed without stock it may become a return, with what the dock counted."""
    Stock.objects.filter(sku__code="0201-正红-L").update(on_hand=0, free=0)
    case = ask(bought)
    with nothing_changes(*EVERYTHING, ExchangeCase, Reservation):
        told = act(cast, "anan", case, "approve", TICKED, 409)
    assert "驼色 / L（10 件）" in told["error"]["message"] and "转为退货退款" in told["error"]["message"]
    case = act(cast, "anan", case, "approve", {**TICKED, "without_stock": True})
    assert fact(case, "换货留货") == "缺货，未留货"
    for verb, data, who in (
        ("ship", SF, "anan"),
        ("receive", count(bought, 1), "warehouse"),
        ("inspect", {"verdict": "pass"}, "warehouse"),
    ):
        case = act(cast, who, case, verb, data)
    act(cast, "anan", case, "go_on", {}, 409)
    case = act(cast, "anan", case, "to_return", {"explanation": "按您的意思办理退货退款"})
    assert case["state"] == "converted"
    made = ReturnCase.objects.get(pk=case["more"]["became"])
    assert (made.state, made.waybill, made.receipt["verdict"]) == ("inspected", SF["waybill"], "pass")
    shown = cast.as_("anan").get(f"/api/cases/return/{made.pk}")
    assert shown["proposal"]["goods_fen"] == 9999 and shown["lines"][0]["received"] == 1
    assert act(cast, "anan", {"flow": "return", "id": made.pk}, "grant")["state"] == "refund_granted"


def test_another_look_frees_what_was_kept(cast: Cast, bought: Order) -> None:
    case = bring(cast, bought, "approved")
    case = act(cast, "anan", case, "change_wanted", {"wanted_sku": "0201-驼色-M"})
    assert (free("0201-正红-L"), free("0201-驼色-M")) == (10, 9) and fact(case, "换成") == "驼色 / M"
    told = act(cast, "anan", case, "change_wanted", {"wanted_sku": "0201-绿-M"}, 422)
    assert "0201-正红-M" in told["error"]["fields"]["wanted_sku"]
    do(bought, case, "withdraw")
    assert free("0201-驼色-M") == 10, "withdrawn: nothing is kept back"


def test_a_dearer_look_is_paid_before_it_ships(cast: Cast, bought: Order) -> None:
    """R846: against what was really paid (99.99); a payment pays one case; unpaid in time the agent decides."""
    Sku.objects.filter(code="0201-正红-L").update(price_fen=12500)
    case = bring(cast, bought, "inspected")
    assert fact(case, "买家补差价").endswith("25.01")
    assert "补差价" in act(cast, "anan", case, "go_on", {}, 409)["error"]["message"]
    told = act(cast, "anan", case, "ask_payment", {"difference_fen": 2000}, 422)
    assert "25.01" in told["error"]["fields"]["reason"]
    case = act(cast, "anan", case, "ask_payment", {"difference_fen": 2000, "reason": "老客抹零"})
    assert case["waits_for"] == "buyer"
    later(NOON + 4 * DAY)
    case = cast.as_("anan").get(url(case))
    assert case["state"] == "inspected"
    assert "exchange.payment_lapsed" in [one["kind"] for one in case["timeline"]]
    case = act(cast, "anan", case, "ask_payment")
    paid = {"channel": "alipay", "reference": "ALI202611110001"}
    case = act(cast, "anan", case, "paid_up", paid)
    assert [(one["kind"], one["amount_fen"]) for one in case["ledger"]] == [("received", 2000)]
    case = act(cast, "anan", case, "go_on")
    assert case["state"] == "reshipping"
    other = bring(cast, bought, "inspected")
    other = act(cast, "anan", other, "ask_payment")
    assert "ALI202611110001" in act(cast, "anan", other, "paid_up", paid, 422)["error"]["fields"]["reference"]


def test_what_was_paid_on_top_goes_back_before_it_becomes_a_return(cast: Cast, bought: Order) -> None:
    Sku.objects.filter(code="0201-正红-L").update(price_fen=12000)
    case = act(cast, "anan", bring(cast, bought, "inspected"), "ask_payment")
    case = act(cast, "anan", case, "paid_up", {"channel": "wechat", "reference": "WX2026111100077"})
    refused = act(cast, "anan", case, "to_return", {"explanation": "买家不想换了"}, 409)
    assert "先退回补差价" in refused["error"]["message"]
    case = act(cast, "anan", case, "give_back")
    assert (case["state"], case["waits_for"]) == ("difference_due", "finance")
    case = act(cast, "finance", case, "refund", {"channel": "platform", "reference": "P2026111100077"})
    assert {(one["kind"], one["part"], one["amount_fen"]) for one in case["ledger"]} == {
        ("received", "paid_up", 2001),
        ("granted", "paid_up", 2001),
        ("executed", "paid_up", 2001),
    }
    assert act(cast, "anan", case, "ask_payment", {}, 409)["error"]["message"].startswith("补差价已退回")
    case = act(cast, "anan", case, "to_return", {"explanation": "买家不想换了"})
    assert ReturnCase.objects.get(pk=case["more"]["became"]).state == "inspected"
    bought.refresh_from_db()
    assert bought.refunded_fen == 0, "what was paid on top is no part of the order's price"


def test_a_cheaper_look_pays_the_difference_back(cast: Cast, bought: Order) -> None:
    """Granted apart from executed; less of the line is left for a later refund."""
    Sku.objects.filter(code="0201-正红-L").update(price_fen=8000)
    case = bring(cast, bought, "inspected")
    assert "先登记应退" in act(cast, "anan", case, "go_on", {}, 409)["error"]["message"]
    case = act(cast, "anan", case, "grant_difference")
    assert case["granted_fen"] == 1999 and case["executed_fen"] == 0
    assert Payable.objects.get(flow="exchange").amount_fen == 1999
    case = act(cast, "finance", case, "refund", {"channel": "platform", "reference": "P2026111100099"})
    assert case["executed_fen"] == 1999 and case["state"] == "inspected"
    case = act(cast, "anan", case, "go_on")
    act(cast, "warehouse", case, "reship", NEW)
    bought.refresh_from_db()
    assert bought.refunded_fen == 1999
    assert LineHold.objects.get(order_line__sku_code="0201-正红-M").granted_fen == 1999


def test_silence_agrees_closes_and_completes(cast: Cast, bought: Order) -> None:
    """The clocks of an exchange: the seller silent, the buyer never ships, the buyer never confirms."""
    silent = ask(bought)
    later(NOON + 5 * DAY + timedelta(seconds=1))
    shown = cast.as_("anan").get(url(silent))
    assert shown["state"] == "approved" and shown["more"]["stock"] == "kept"
    later(NOON + 13 * DAY)
    assert cast.as_("anan").get(url(silent))["state"] == "closed" and free("0201-正红-L") == 10
    gone = bring(cast, bought, "reshipped")
    later(NOON + 11 * DAY)
    assert cast.as_("anan").get(url(gone))["state"] == "done"


def test_an_exchange_of_faulty_goods_needs_proof_and_the_seller_pays(cast: Cast, bought: Order) -> None:
    refused = buyer(bought).post(
        "/api/buyer/cases/exchange",
        {
            "order": bought.pk,
            "reason": "quality",
            "lines": [{"line": bought.lines.order_by("line_no")[0].pk, "qty": 1}],
        },
        422,
    )
    assert "photos" in refused["error"]["fields"]
    case = ask(bought, "", reason="quality", photos=[photo(bought)])
    assert fact(case, "换成") == "正红 / M" and (case["freight"]["outbound"], case["freight"]["back"]) == (
        "seller",
        "seller",
    )
    assert "verified" in act(cast, "anan", case, "approve", TICKED, 422)["error"]["fields"]


def test_what_may_not_be_exchanged(cast: Cast, bought: Order) -> None:
    """Unshipped orders are changed, not exchanged; pieces in a case are taken; too late for another size."""
    fresh = order(cast, **UNSHIPPED)
    data = {"order": fresh.pk, "reason": "size", "lines": [{"line": fresh.lines.order_by("line_no")[0].pk, "qty": 1}]}
    assert "改单" in buyer(fresh).post("/api/buyer/cases/exchange", data, 409)["error"]["message"]
    ask(bought, qty=2)
    with nothing_changes(*EVERYTHING, ExchangeCase):
        buyer(bought).post(
            "/api/buyer/cases/exchange",
            {
                "order": bought.pk,
                "reason": "size",
                "lines": [{"line": bought.lines.order_by("line_no")[0].pk, "qty": 2}],
            },
            409,
        )
    old = order(cast, signed_at="2026-10-20T15:00:00+08:00", shipped_at="2026-10-18T10:00:00+08:00")
    line = old.lines.order_by("line_no")[0].pk
    late = {"order": old.pk, "reason": "size", "lines": [{"line": line, "qty": 1}]}
    assert buyer(old).post("/api/buyer/cases/exchange", late, 409)["error"]["message"]


def test_a_stranger_sees_nothing_and_the_desks_count_it(cast: Cast, bought: Order) -> None:
    case = bring(cast, bought, "inspected")
    cast.as_("stranger").get(url(case), status=404)
    assert cast.as_("anan").get("/api/cases/counts")["answer"] == 1
    rows = cast.as_("anan").get("/api/cases?desk=answer&flow=exchange")["items"]
    assert [(row["number"], row["waits_for"]) for row in rows] == [(case["number"], "agent")]
    assert cast.as_("anan").get(f"/api/cases?desk=all&q={SF['waybill']}")["items"][0]["id"] == case["id"]


def test_several_items_in_one_application_become_a_case_each(cast: Cast, bought: Order) -> None:
    """换多件: every item says what it becomes; the buyer applies once, one waybill serves both at the dock."""
    coat, scarf = [line.pk for line in bought.lines.order_by("pk")]
    both: list[dict[str, Any]] = [{"line": coat, "qty": 1, "wanted_sku": "0201-正红-L"}, {"line": scarf, "qty": 1}]
    body = {"order": bought.pk, "reason": "size", "lines": both, "wanted": "换条深色的"}
    with nothing_changes():
        buyer(bought).post("/api/buyer/cases/exchange", body | {"wanted_sku": "0201-正红-L"}, status=422)
        wrong = [both[0] | {"wanted_sku": "没有这个"}, both[1]]
        buyer(bought).post("/api/buyer/cases/exchange", body | {"lines": wrong}, status=422)
    buyer(bought).post("/api/buyer/cases/exchange", body, status=201)
    cases = list(ExchangeCase.objects.order_by("pk"))
    assert cases[0].wanted_sku == "0201-正红-L"
    assert cases[1].wanted == "换条深色的" and len(cases) == 2
    assert [hold.held for hold in LineHold.objects.order_by("pk")] == [1, 1]
    for one in cases:
        case = {"flow": "exchange", "id": one.pk}
        act(cast, "anan", case, "approve", {"verified": True, "without_stock": True, **TICKED})
        do(bought, case, "ship", SF)
    found = cast.as_("warehouse").post("/api/dock/scan", {"waybill": SF["waybill"]})
    assert {found["case"]["id"], *(one["id"] for one in found["others"])} == {one.pk for one in cases}
