"""Wrong shipment and missing goods (错发/漏发) over HTTP: inside, second shipment, refund, goods back, loss recorded."""

from typing import Any

import pytest

from xiaoer.aftersales.models import LineHold, WrongShipmentCase
from xiaoer.aftersales.tests.makers import (
    DAY,
    EVERYTHING,
    SF,
    UNSHIPPED,
    act,
    buyer,
    count,
    do,
    later,
    lines_of,
    order,
    photo,
    url,
)
from xiaoer.aftersales.tests.test_exchange import bought as bought
from xiaoer.aftersales.tests.test_exchange import fact, free
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.orders.models import Order

SENT = {"carrier": "zto", "waybill": "75312345678901"}
LOSS = {"blamed": "warehouse", "cause": "拣货看错尺码", "freight_fen": 800, "labour_fen": 200}


def report(row: Order, what: str = "missing", qty: int = 1, **more: Any) -> dict[str, Any]:
    data = {"order": row.pk, "what": what, "lines": [{"line": lines_of(row)[0], "qty": qty}], "photos": [photo(row)]}
    made: dict[str, Any] = buyer(row).post("/api/buyer/cases/wrong_shipment", data | more, 201)
    return made


def left(cast: Cast, row: Order, **more: Any) -> dict[str, Any]:
    """Reported, checked and found to have left the house."""
    return act(cast, "anan", report(row, **more), "find_outside", {"confirmed": True})


def test_missing_goods_are_sent_a_second_time(cast: Cast, bought: Order, noon: Any) -> None:
    """R811, R812: checked, sent again within three working days; the stock falls; the loss is recorded with its person."""
    case = report(bought)
    assert case["number"].startswith("CF") and case["state"] == "reported"
    told = act(cast, "anan", case, "find_outside", {}, 422)
    assert "称重" in told["error"]["fields"]["confirmed"]
    case = act(cast, "anan", case, "find_outside", {"confirmed": True})
    case = act(cast, "anan", case, "resend", {"explanation": "今天为您补发一件"})
    assert case["clocks"][0]["due_at"].startswith("2026-11-16T16:00"), "three working days end on Monday at midnight"
    assert free("0201-正红-M") == 9
    case = act(cast, "warehouse", case, "send_second", SENT)
    assert free("0201-正红-M") == 9 and SENT["waybill"] in case["buyer_text"]
    case = do(bought, case, "confirm")
    assert case["state"] == "loss_due" and "责任环节" not in [one["label"] for one in case["facts"]]
    wrong = act(cast, "anan", case, "record_loss", LOSS | {"staff": "nobody-here"}, 422)
    assert "nobody-here" in wrong["error"]["fields"]["staff"]
    case = act(cast, "anan", case, "record_loss", LOSS | {"staff": "warehouse", "assessed": True})
    assert case["state"] == "done" and case["more"]["loss_fen"] == 1000
    assert fact(case, "责任人") and fact(case, "计入考核") == "计入考核" and "多付运费" in fact(case, "损失合计")
    assert LineHold.objects.get(pk=lines_of(bought)[0]).held == 0


def test_still_inside_it_is_put_right_at_once(cast: Cast, noon: Any) -> None:
    """5.6: what has not left is corrected; the buyer is asked nothing, and no photo is needed."""
    row = order(cast, **UNSHIPPED)
    data = {"order": row.pk, "what": "wrong", "lines": [{"line": lines_of(row)[0], "qty": 1}]}
    case = cast.as_("anan").post("/api/cases/wrong_shipment", data, 201)
    case = act(cast, "anan", case, "find_inside", {"place": "packed"})
    assert (case["state"], case["waits_for"]) == ("inside", "warehouse")
    act(cast, "anan", case, "resend", {}, 409)
    case = act(cast, "warehouse", case, "send_right", SF)
    assert case["state"] == "loss_due" and fact(case, "处理方式") == "仓内更正"


def test_the_shortage_is_refunded_from_the_ledger(cast: Cast, bought: Order, noon: Any) -> None:
    """R811: pro rata of what was paid, with its outbound freight; granted apart from executed; then the loss."""
    case = left(cast, bought)
    with nothing_changes(*EVERYTHING, WrongShipmentCase):
        told = act(cast, "anan", case, "grant", {"amount_fen": 99999}, 422)
    assert "99.99" in told["error"]["fields"]["amount_fen"]
    case = act(cast, "anan", case, "grant", {})
    assert case["granted_fen"] == 9999 + case["amounts"]["freight_out_fen"] and case["executed_fen"] == 0
    assert case["amounts"]["freight_out_fen"] == 342, "12.00 of freight, pro rata of 99.99 in 350.00"
    case = act(cast, "finance", case, "refund", {"channel": "platform", "reference": "P20261111555"})
    assert case["state"] == "loss_due"
    case = act(cast, "anan", case, "record_loss", LOSS)
    assert case["more"]["loss_fen"] == case["executed_fen"] + 1000
    bought.refresh_from_db()
    assert bought.refunded_fen == 9999 + 342
    hold = LineHold.objects.get(pk=lines_of(bought)[0])
    assert (hold.held, hold.gone, hold.granted_fen) == (0, 1, 9999)


def test_wrong_goods_come_back_at_our_cost_and_the_right_ones_leave(cast: Cast, bought: Order, noon: Any) -> None:
    """R813: freight she advanced is owed as soon as it is settled; the loss waits until it is paid."""
    case = left(cast, bought, what="wrong", came_instead="驼色 L 码一件")
    case = act(cast, "anan", case, "fetch_back", {"explanation": "运费我们承担"})
    case = do(bought, case, "ship", SF | {"freight_fen": 1200})
    assert cast.as_("warehouse").post("/api/dock/scan", {"waybill": SF["waybill"]})["case"]["flow"] == "wrong_shipment"
    act(cast, "warehouse", case, "receive", count(bought, 1))
    act(cast, "warehouse", case, "inspect", {"verdict": "pass"})
    case = act(cast, "anan", case, "resend", {})
    assert [(one["kind"], one["part"], one["amount_fen"]) for one in case["ledger"]] == [
        ("granted", "freight_back", 1200)
    ]
    case = act(cast, "warehouse", case, "send_second", SENT)
    later(NOON + 12 * DAY)
    case = cast.as_("anan").get(url(case))
    assert case["state"] == "loss_due"
    refused = next(one for one in case["can"] if one["verb"] == "record_loss")
    assert "打款" in refused["disabled"]
    act(cast, "anan", case, "record_loss", LOSS, 409)
    case = act(cast, "finance", case, "refund", {"channel": "platform", "reference": "P20261111777"})
    assert case["executed_fen"] == 1200
    assert act(cast, "anan", case, "record_loss", LOSS)["more"]["loss_fen"] == 2200


def test_missing_goods_cannot_be_asked_back_and_silence_returns_it_to_us(cast: Cast, bought: Order, noon: Any) -> None:
    case = left(cast, bought)
    assert "补发或退款" in act(cast, "anan", case, "fetch_back", {"explanation": "请寄回"}, 409)["error"]["message"]
    wrong = left(cast, bought, what="wrong", came_instead="驼色一件")
    wrong = act(cast, "anan", wrong, "fetch_back", {"explanation": "运费我们承担"})
    later(NOON + 8 * DAY)
    assert cast.as_("anan").get(url(wrong))["state"] == "negotiating"


def test_what_is_asked_of_a_report(cast: Cast, bought: Order, noon: Any) -> None:
    line = {"line": lines_of(bought)[0], "qty": 1}
    data: dict[str, Any] = {"order": bought.pk, "what": "wrong", "lines": [line]}
    asked = buyer(bought).post("/api/buyer/cases/wrong_shipment", data, 422)
    assert "photos" in asked["error"]["fields"]
    data["photos"] = [photo(bought)]
    assert "came_instead" in buyer(bought).post("/api/buyer/cases/wrong_shipment", data, 422)["error"]["fields"]
    case = report(bought)
    mine = buyer(bought).get(f"/api/buyer/cases/wrong_shipment/{case['id']}")
    assert [one["verb"] for one in mine["can"]] == ["withdraw"]
    cast.as_("stranger").get(url(case), status=404)
    told = act(cast, "anan", case, "dismiss", {"explanation": "称重与装箱记录一致，没有少发"})
    assert told["state"] == "dismissed" and LineHold.objects.get(pk=lines_of(bought)[0]).held == 0


@pytest.mark.parametrize("again", ["resend", "grant"])
def test_out_of_stock_is_agreed_anew(cast: Cast, bought: Order, noon: Any, again: str) -> None:
    case = act(cast, "anan", left(cast, bought), "resend", {})
    case = act(cast, "anan", case, "no_stock", {"note": "缺货"})
    assert case["state"] == "negotiating" and free("0201-正红-M") == 10
    assert act(cast, "anan", case, again, {})["state"] in ("second_shipment", "refund_due")
