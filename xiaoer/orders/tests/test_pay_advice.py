"""Money advice: worked examples to read, exact fen whatever comes in, and the command line."""

import dataclasses
import io
import json
import sys
import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.orders import pay_advice, pay_advice_more, pay_lines, pay_reads
from xiaoer.orders.models import Order
from xiaoer.orders.pay_methods import METHODS

CASES = tomllib.loads((Path(__file__).parent / "money_cases.toml").read_text("utf-8"))["case"]
AT = "2026-11-11T10:00:00+08:00"
TMALL, _ = pay_reads.money_rules(NOON, platform="tmall")
FEN = st.integers(0, 10**9)


def rules_of(platform: str, at: datetime) -> Any:
    return pay_reads.money_rules(at, platform=platform)


def answered(case: dict[str, Any]) -> dict[str, Any]:
    line = {"id": case["id"], "platform": case["platform"], "at": AT, "ask": case["ask"], **case["asked"]}
    return pay_lines.answer(line, rules_of)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}-{case['ask']}")
def test_every_worked_example(case: dict[str, Any]) -> None:
    found = answered(case)
    assert found["id"] == case["id"] and found["verdict"] == case["verdict"], case["why"]
    if "codes" in case:
        assert [why["code"] for why in found["why"]] == case["codes"], case["why"]
    assert {name: found["fen"].get(name) for name in case.get("fen", {})} == case.get("fen", {}), case["why"]
    assert case.get("says", "") in found["say"] and found["say_en"]
    for why in found["why"]:
        assert why["zh"] and why["en"] and why["rule"]
        assert why["row"] is None or (why["row"]["key"] == why["rule"] and why["row"]["source"])


def test_there_are_enough_examples_of_every_question() -> None:
    assert len(CASES) >= 40 and {case["ask"] for case in CASES} == set(pay_lines.ASKS)


@given(parts=st.lists(FEN, min_size=5, max_size=5), share=st.floats(0, 1))
def test_a_refund_is_split_to_the_fen_and_never_beyond_a_part(parts: list[int], share: float) -> None:
    paid = dict(zip(pay_advice.REFUND_PARTS, parts, strict=True))
    refund = int(sum(parts) * share)
    found = pay_advice.refund_split(paid=paid, refund_fen=refund)
    if not sum(parts):
        assert found.verdict == "no"
        return
    assert sum(found.fen.values()) == refund == sum(int(str(part["fen"])) for part in found.parts)
    assert all(0 <= found.fen[name] <= paid[name] for name in found.fen)


@given(total=st.integers(60000, 10**9), months=st.lists(st.integers(1, 36), min_size=1, max_size=4))
def test_instalments_sum_up_to_the_price(total: int, months: list[int]) -> None:
    rules = dataclasses.replace(TMALL, instalment_terms=tuple(months))
    asked = pay_advice_more.Instalment([total], "招商银行", total + 1, "", True)
    found = pay_advice_more.instalment(rules, asked)
    assert found.verdict == "yes" and [part["months"] for part in found.parts] == months
    for part in found.parts:
        first, later, count = int(str(part["first_fen"])), int(str(part["monthly_fen"])), int(str(part["months"]))
        assert part["sum_fen"] == total and 0 <= first - later <= 1 and first * count >= total


@given(
    lines=st.lists(FEN, min_size=1, max_size=8),
    coupons=st.lists(st.tuples(FEN, FEN), max_size=4),
    most=st.integers(0, 3),
)
def test_a_coupon_is_spread_to_the_fen(lines: list[int], coupons: list[tuple[int, int]], most: int) -> None:
    found = pay_advice.coupon(dataclasses.replace(TMALL, coupons_per_order=most), lines_fen=lines, coupons=coupons)
    if found.verdict == "no":
        return
    assert found.fen["used"] <= most
    assert sum(int(str(part["coupon_fen"])) for part in found.parts) == found.fen["coupon_fen"] <= sum(lines)
    assert sum(int(str(part["pay_fen"])) for part in found.parts) == found.fen["total_fen"] >= 0
    assert all(int(str(part["pay_fen"])) >= 0 for part in found.parts)


@given(total=FEN, excluded=FEN, card=st.none() | FEN)
def test_the_card_fee_is_never_more_than_its_share_and_never_the_buyers(
    total: int, excluded: int, card: int | None
) -> None:
    found = pay_advice.card_fee(TMALL, total_fen=total, excluded_fen=excluded, card_fen=card)
    assert 0 <= found.fen["base_fen"] <= max(total - excluded, 0) and found.fen["buyer_fee_fen"] == 0
    assert found.fen["fee_fen"] <= Decimal(found.fen["base_fen"]) * Decimal("0.008")


def test_a_shop_that_lets_its_agents_decide_says_what_a_return_deducts() -> None:
    """R274, R275: the agent decides, not for SF, EMS or special price; the deduction is told when granting."""
    rules = dataclasses.replace(TMALL, agent_free_shipping=True, free_shipping_deduct_on_return=True)
    asked = pay_advice_more.FreeShipping(25900, 1200)
    found = pay_advice_more.free_shipping(rules, asked)
    assert found.verdict == "yes" and found.fen == {"freight_fen": 0, "cost_fen": 1200}
    assert "扣回邮费 12.00 元" in found.say.zh and [why.code for why in found.why] == ["agent", "deduct"]
    for changed, code in (
        ({"carrier": "顺丰速运"}, "carrier"),
        ({"carrier": "ems"}, "carrier"),
        ({"special_price": True}, "special"),
    ):
        no = pay_advice_more.free_shipping(rules, dataclasses.replace(asked, **changed))
        assert no.verdict == "no" and [why.code for why in no.why] == [code]


def test_every_payment_method_has_words() -> None:
    """R383 to R390: the page's methods, each with what to say."""
    found = answered({"id": 1, "platform": "tmall", "ask": "methods", "asked": {}})
    assert [part["code"] for part in found["parts"]] == list(TMALL.payment_methods)
    assert {part["code"] for part in found["parts"]} == set(METHODS) and "网点支付" in found["say"]
    assert all(part["say"]["zh"] and part["say"]["en"] and part["source"] for part in found["parts"])


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ({"at": AT, "ask": "postage"}, {"goods_fen", "freight_fen", "wanted_fen"}),
        ({"ask": "card_fee", "total_fen": 12.5}, {"at"}),
        ({"at": AT, "ask": "card_fee", "total_fen": 12.5, "points_fen": -1}, {"total_fen", "points_fen"}),
        ({"at": "2026-11-11T10:00:00", "ask": "gift"}, {"at", "ask"}),
        ({"at": AT, "ask": "instalment", "amounts_fen": [True], "limit_fen": "x"}, {"amounts_fen", "limit_fen"}),
        ({"at": AT, "ask": "coupon", "lines_fen": [], "coupons": [5]}, {"lines_fen", "coupons"}),
        ({"at": AT, "ask": "refund", "refund_fen": 1, "by_other": "yes"}, {"by_other"}),
    ],
)
def test_a_question_that_cannot_be_read_names_every_field(line: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        pay_lines.answer(line, rules_of)
    assert set(refused.value.fields) == fields


def test_the_command_line_answers_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], db: Any
) -> None:
    from xiaoer.cli import main

    good = {"id": "a", "platform": "tmall", "at": AT, "ask": "card_fee", "total_fen": 26900}
    text = json.dumps(good) + "\n\nnot json\n" + json.dumps({**good, "id": "b", "ask": "x"}) + "\n"

    class Stdin:
        buffer = io.BytesIO(text.encode())

    monkeypatch.setattr(sys, "stdin", Stdin())
    monkeypatch.setattr(sys, "argv", ["xiaoer", "orders", "money"])
    assert main() == 0
    lines = [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]
    assert [line["id"] for line in lines] == ["a", None, "b"] and lines[0]["fen"]["fee_fen"] == 215
    assert lines[1]["line"] == 3 and lines[2]["error"]["fields"].keys() == {"ask"}


@pytest.mark.django_db
def test_the_order_page_card_and_the_question_over_http(cast: Cast) -> None:
    row = make_order(cast, freight_fen=1000, goods_fen=70000, payable_fen=71000)
    card = cast.as_("quanquan").get(f"/api/orders/{row.pk}/money")
    assert (card["unpaid"], card["total_fen"], card["postage"]["verdict"], card["price"]["verdict"]) == (
        True,
        71000,
        "yes",
        "no",
    )
    assert card["instalment"]["verdict"] == "ask" and card["card_fee"]["fen"]["fee_fen"] == 568
    asked = {"shop": cast.taobao.pk, "ask": "price", "goods_fen": 100, "freight_fen": 0, "wanted_fen": 90}
    with nothing_changes(Order):
        assert cast.as_("quanquan").post("/api/orders/money", asked)["verdict"] == "yes"
        assert cast.as_("quanquan").post("/api/orders/money", {**asked, "shop": cast.tmall.pk})["verdict"] == "no"
        bad = cast.as_("quanquan").post("/api/orders/money", {**asked, "wanted_fen": -1}, status=422)
        assert set(bad["error"]["fields"]) == {"wanted_fen"}
        cast.as_("quanquan").post("/api/orders/money", {**asked, "shop": cast.elsewhere.pk}, status=404)
        cast.as_("stranger").get(f"/api/orders/{row.pk}/money", status=404)


def make_order(cast: Cast, **changes: Any) -> Order:
    from xiaoer.orders.tests.pay_makers import unpaid

    return unpaid(cast, **changes)


def test_the_rules_are_asked_of_the_moment() -> None:
    old, _ = pay_reads.money_rules(datetime(2013, 1, 1, tzinfo=UTC), platform="tmall")
    assert old.card_fee == Decimal("0.8") and old.instalment_min == 60000 and len(old.instalment_banks) == 11
