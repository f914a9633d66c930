"""The whole way: applied, approved, posted, received, inspected, granted, paid, and what everybody sees on the way."""

from typing import Any

from xiaoer.aftersales.models import MoneyEntry, ReturnCase
from xiaoer.aftersales.tests import makers
from xiaoer.aftersales.tests.makers import DAY, HOUR, SF, act, apply, buyer, count, do, lines_of, url
from xiaoer.kernel import clock
from xiaoer.kernel.access import Who
from xiaoer.kernel.clock_loop import run_reactions
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.orders.models import Order
from xiaoer.reception.actions import open_conversation
from xiaoer.reception.models import Message


def test_a_return_lives(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    offered = buyer(row).get("/api/buyer/cases/opening", {"order": row.pk})
    assert [kind["kind"] for kind in offered["kinds"]][:2] == ["return", "refund_only"]
    assert offered["no_reason_until"] == "2026-11-16T16:00:00Z"  # 168 h from 00:00 of the 10th in Beijing
    case = apply(row, qty=2, note="尺码大了")
    assert case["number"] == "TH20261111-0001"
    assert (case["state"], case["requested_fen"]) == ("requested", 19999)
    assert case["clocks"][0]["due_at"] == "2026-11-16T04:00:00Z"  # five days
    assert {one["verb"] for one in case["can"]} == {"amend", "withdraw"}
    assert case["return_address"] is None

    seen = cast.as_("anan").get(url(case))
    assert seen["rules"]["in_time"] is True and "退货运费由买家承担" in seen["freight"]["text"]
    assert {"approve", "refuse"} <= {one["verb"] for one in seen["can"]}
    seen = act(cast, "anan", case, "approve", {"note": "老客户，优先"})
    assert seen["return_address"]["address"].startswith("浙江省")
    assert seen["clocks"][0]["kind"] == "buyer_ships"

    with clock.frozen(NOON + DAY):
        mine = do(row, case, "ship", {"carrier": "顺丰", "waybill": "sf 1234 5678 90123"})
        assert (mine["carrier"], mine["waybill"]) == ("sf", "SF1234567890123")
        assert "老客户" not in str(mine)
    arrives_and_is_paid(cast, row, case)


def arrives_and_is_paid(cast: Cast, row: Order, case: dict[str, Any]) -> None:
    """The second half of the story: the dock, the inspection, after-sales, finance."""
    with clock.frozen(NOON + 3 * DAY):
        scanned = cast.as_("warehouse").post("/api/dock/scan", {"waybill": "SF1234567890123"})
        assert scanned["case"]["id"] == case["id"]
        got = act(cast, "warehouse", case, "receive", count(row, 2))
        kinds = {one["kind"]: one["due_at"] for one in got["clocks"]}
        assert kinds["refund_after_warehousing"] == "2026-11-16T04:00:00Z"  # 48 h
        assert kinds["inspection"] == "2026-11-15T04:00:00Z"
        assert "refund_after_warehousing" not in str(do_view(row, case)["clocks"])
        act(cast, "warehouse", case, "inspect", {"verdict": "pass"})
        begun = cast.as_("anan").get(url(case))
        assert (begun["proposal"]["total_fen"], begun["initial"]["grant"]) == (19999, {"responsibility": "buyer"})
        granted = act(cast, "anan", case, "grant", begun["initial"]["grant"])
        assert granted["amounts"]["granted_fen"] == 19999 and granted["amounts"]["executed_fen"] == 0
        assert granted["amounts"]["freight_out_fen"] == 0  # no reason: the way out is the buyer's
    with clock.frozen(NOON + 4 * DAY):
        done = act(cast, "finance", case, "refund", {"channel": "platform", "reference": "2026111522001001"})
    assert (done["state"], done["executed_fen"], done["clocks"]) == ("refunded", 19999, [])
    assert done["visited"] == [
        "requested",
        "approved",
        "in_transit",
        "received",
        "inspected",
        "refund_granted",
        "refunded",
    ]
    assert [(e["kind"], e["amount_fen"]) for e in done["ledger"]] == [("granted", 19999), ("executed", 19999)]
    kept = Order.objects.get(pk=row.pk)
    assert kept.refunded_fen == 19999 and kept.lines.get(pk=lines_of(row)[0]).refunded_qty == 2
    told = [(one["label"], one["actor_name"]) for one in done["timeline"]]
    assert told[1] == ("同意退货", "安安") and told[-1] == ("登记退款", "财务陈姐")
    assert done["timeline"][1]["note"] == "老客户，优先"
    names = {one["actor_name"] for one in do_view(row, case)["timeline"]}
    assert names == {"买家", "卖家"}


def do_view(row: Order, case: dict[str, Any]) -> dict[str, Any]:
    seen: dict[str, Any] = buyer(row).get(f"/api/buyer/cases/{case['flow']}/{case['id']}")
    return seen


def test_both_languages(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row)
    caller = cast.as_("anan")
    caller.patch("/api/session", {"language": "en"})
    seen = caller.get(url(case))
    assert seen["state_label"] == "Waiting for the seller"
    refuse = next(one for one in seen["can"] if one["verb"] == "refuse")
    assert refuse["label"] == "Refuse"
    why = refuse["form"]["properties"]["why"]
    assert why["title"] == "Reason of the refusal" and why["labels"]["other"] == "Another reason (say which)"
    assert "zh" not in str(refuse["form"])
    caller.patch("/api/session", {"language": "zh"})
    approve = next(one for one in caller.get(url(case))["can"] if one["verb"] == "approve")
    assert approve["form"]["properties"]["responsibility"]["labels"]["seller"] == "卖家责任"
    assert approve["form"]["properties"]["note"]["description"] == "买家看不到"


def test_progress_is_told_in_the_conversation(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    talk, _ = open_conversation(row.shop_id, row.customer_id, by=Who("buyer", row.customer_id), at=NOON)
    case = apply(row)
    act(cast, "anan", case, "approve")
    run_reactions()
    cards = list(Message.objects.filter(conversation_id=talk.pk, kind="card").order_by("seq"))
    assert cards[-1].card is not None and cards[-1].card["state"] == "approved"
    assert "请在 11月18日 12:00 前寄回" in cards[-1].text
    assert "汀兰路" not in cards[-1].text
    before = len(cards)
    run_reactions()
    assert Message.objects.filter(conversation_id=talk.pk, kind="card").count() == before


def test_partial_and_damaged_receipt_is_normal(cast: Cast, noon: Any) -> None:
    """Three asked, two came, one of them damaged by the buyer: one is paid, the missing one may be asked for again."""
    row = makers.order(cast)
    case = makers.bring_to(cast, row, "in_transit", qty=3)
    got = act(cast, "warehouse", case, "receive", count(row, 2, 1, note="其中一件洗过"))
    assert (got["lines"][0]["received"], got["lines"][0]["damaged"]) == (2, 1)
    act(cast, "warehouse", case, "inspect", {"verdict": "partial", "finding": "一件洗过"})
    granted = act(cast, "anan", case, "grant")
    assert granted["granted_fen"] == 9999 and granted["lines"][0]["granted_qty"] == 1
    assert buyer(row).get("/api/buyer/cases/opening", {"order": row.pk})["lines"][0]["qty"] == 2


def test_seller_fault_pays_freight_both_ways(cast: Cast, noon: Any) -> None:
    """Quality claim with photos: everything back, outbound freight and the advanced return freight too (C08, C32)."""
    row = makers.order(cast)
    photos = [makers.photo(row)]
    data = {
        "order": row.pk,
        "reason": "quality",
        "photos": photos,
        "lines": [{"line": line, "qty": qty} for line, qty in zip(lines_of(row), (3, 1), strict=True)],
    }
    case = buyer(row).post("/api/buyer/cases/return", data, 201)
    assert case["requested_fen"] == 36200
    act(cast, "anan", case, "approve", {"verified": True})
    do(row, case, "ship", {**SF, "freight_fen": 1500})
    lines = [{"line": line, "received": qty} for line, qty in zip(lines_of(row), (3, 1), strict=True)]
    act(cast, "warehouse", case, "receive", {"lines": lines, **makers.GOOD})
    act(cast, "warehouse", case, "inspect", {"verdict": "pass", "claim": "confirmed"})
    granted = act(cast, "anan", case, "grant")["amounts"]
    assert (granted["goods_fen"], granted["freight_out_fen"], granted["freight_back_fen"]) == (35000, 1200, 1500)
    done = act(cast, "finance", case, "refund", {"channel": "platform", "reference": "REF-0001"})
    assert done["executed_fen"] == 37700
    assert Order.objects.get(pk=row.pk).refunded_fen == 36200  # the advanced freight is no part of the order
    assert MoneyEntry.objects.filter(kind="executed").count() == 3


def test_goods_that_fail_go_back(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = makers.bring_to(cast, row, "received")
    act(cast, "warehouse", case, "inspect", {"verdict": "fail", "finding": "吊牌剪掉，有香水味"})
    rejected = act(cast, "anan", case, "reject_goods", {"explanation": "吊牌已剪、有香水味，影响二次销售"})
    assert [one["kind"] for one in rejected["clocks"]] == ["buyer_decides"]
    mine = do_view(row, case)
    assert "吊牌已剪" in mine["buyer_text"] and {one["verb"] for one in mine["can"]} == {"escalate", "take_back"}
    do(row, case, "take_back")
    done = act(cast, "warehouse", case, "send_back", {"carrier": "zto", "waybill": "78123456789012"})
    assert (done["state"], done["category"]) == ("returned_to_buyer", "dropped")
    assert "78123456789012" in do_view(row, case)["buyer_text"]
    assert apply(row, qty=3)["state"] == "requested"  # her pieces are free again


def test_refused_amended_escalated(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row, qty=1)
    refused = act(cast, "anan", case, "refuse", {"why": "other", "explanation": "请补充照片", "note": "疑似穿过"})
    assert (refused["state"], refused["clocks"][0]["kind"]) == ("refused", "buyer_amends")
    mine = do_view(row, case)
    assert "请补充照片" in mine["buyer_text"] and "疑似穿过" not in str(mine)
    again = do(row, case, "amend", {"photos": [makers.photo(row)], "amount_fen": 5000})
    assert (again["state"], again["requested_fen"], len(again["photos"])) == ("requested", 5000, 1)
    act(cast, "anan", case, "refuse", {"why": "other", "explanation": "金额不对"})
    do(row, case, "escalate", {"text": "请平台处理"})
    judged = act(cast, "anan", case, "platform_return", {"ruling": "支持买家退货"})
    assert judged["state"] == "approved" and judged["return_address"]["phone"]


def test_parcel_turned_away_and_waybill_corrected(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = makers.bring_to(cast, row, "in_transit")
    fixed = do(row, case, "correct_waybill", {"carrier": "圆通", "waybill": "YT1234567890123"})
    assert (fixed["state"], fixed["waybill"]) == ("in_transit", "YT1234567890123")
    away = act(cast, "warehouse", case, "reject_parcel", {"why": "freight_collect"})
    assert (away["state"], away["waybill"]) == ("approved", "")
    assert [one["kind"] for one in away["clocks"]] == ["buyer_ships"]
    assert ReturnCase.objects.get(pk=case["id"]).due_at == NOON + 7 * DAY


def test_agent_opens_for_a_buyer(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    data = {"order": row.pk, "reason": "agreed", "lines": [{"line": lines_of(row)[0], "qty": 1}]}
    case = cast.as_("quanquan").post("/api/cases/return", data, 201)
    assert (case["state"], case["opened_by"]) == ("requested", "圈圈")
    assert case["responsibility"] == "unknown"


def test_warned_before_the_time_runs_out(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row)
    makers.later(NOON + 60 * HOUR)
    soon = Event.objects.get(kind="case.due_soon")
    assert soon.subject == f"return:{case['id']}" and soon.at == NOON + 60 * HOUR
    assert (soon.payload["clock"], soon.payload["who"]) == ("seller_answers", "agent")
    assert not soon.for_buyer
