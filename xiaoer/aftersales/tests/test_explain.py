"""The return policy: worked examples that business people keep, properties that hold for every case, and its doors."""

import io
import json
import sys
import tomllib
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.aftersales import judgement_words as words
from xiaoer.aftersales.explaining import explain, explain_lines
from xiaoer.aftersales.judgement_case import CATEGORIES, KINDS, REASONS
from xiaoer.aftersales.judgement_input import BadCase
from xiaoer.aftersales.tests import makers
from xiaoer.aftersales.tests.makers import buyer
from xiaoer.cli import main
from xiaoer.kernel.calendar import BEIJING, end_of_no_reason_window
from xiaoer.kernel.money import parse_yuan
from xiaoer.kernel.testing import Cast

BOOK = tomllib.loads(files("xiaoer.aftersales").joinpath("worked_examples.toml").read_text("utf-8"))
EXAMPLES = [BOOK["usual"] | one for one in BOOK["example"]]
Json = dict[str, Any]


def beijing(text: str) -> str | None:
    """A time of the book: Beijing's, unless it carries an offset of its own."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo is not None else at.replace(tzinfo=BEIJING)).isoformat()


def case_of(one: Json) -> Json:
    """A worked example as the interface takes it."""
    goods = [
        {"sku": row[0], "category": row[1], "qty": row[2], "paid_fen": parse_yuan(row[3]), "returned_qty": (*row, 0)[4]}
        for row in one["goods"]
    ]
    pieces = [
        {"sku": row[0], "qty": row[1], "current_price_fen": parse_yuan(row[2]) if len(row) > 2 else None}
        for row in one["pieces"]
    ]
    seen = {name: None if one[name] == "" else one[name] for name in ("intact", "tags", "washed", "box")}
    order = {
        "freight_fen": parse_yuan(one["freight"]),
        "free_shipping": one["free_shipping"],
        "shipped_at": beijing(one["shipped"]),
        "signed_at": beijing(one["signed"]),
        "succeeded_at": beijing(one.get("succeeded", "")),
        "promotion_ends_at": beijing(one.get("event_ends", "")),
        "lines": goods,
    }
    request = {"kind": one["kind"], "reason": one["reason"], "lines": pieces, "evidence": one["evidence"]}
    return {
        "id": one.get("no"),
        "platform": one["platform"],
        "at": beijing(one["asked"]),
        "order": order,
        "request": request | {"condition": seen},
        "earlier_no_reason_returns": one.get("earlier", 0),
        "one_no_reason_return": one.get("once", False),
    }


USUAL = case_of(BOOK["usual"])


def changed(**parts: Any) -> Json:
    """The usual case with some parts changed: `order__signed_at=None`."""
    case = json.loads(json.dumps(USUAL))
    for path, value in parts.items():
        *way, last = path.split("__")
        place = case
        for step in way:
            place = place[step]
        place[last] = value
    return case


def test_there_are_enough_examples() -> None:
    assert len(EXAMPLES) >= 130
    assert len({one["no"] for one in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize("one", EXAMPLES, ids=[f"{one['no']} {one['remark']}" for one in EXAMPLES])
def test_worked_example(one: Json) -> None:
    found, expected = explain(case_of(one)), one["answer"]
    assert (found["allowed"], found["rule"]) == (expected["allowed"], expected["rule"]), found["explain"]["zh"]
    assert found["until"] == beijing(expected.get("until", ""))
    assert (found["outbound_freight"], found["return_freight"]) == (expected.get("outbound"), expected.get("back"))
    assert found["refund_fen"] == parse_yuan(expected.get("refund", "0"))
    assert found["needs"] == expected.get("needs", [])
    if "offers" in expected:
        assert found["offers"] == expected["offers"]


# --- what holds for every case --------------------------------------------------------------------------------------

START = datetime(2026, 11, 1, tzinfo=BEIJING)
MINUTES = st.integers(0, 60 * 24 * 40)
SEEN = st.none() | st.booleans()


@st.composite
def cases(draw: Any) -> Json:
    """Any order that can exist, asked about at any time after it happened."""
    skus = ["A", "B", "C"][: draw(st.integers(1, 3))]
    lines = []
    for sku in skus:
        qty = draw(st.integers(1, 7))
        paid = draw(st.integers(0, 100_000))
        lines.append({"sku": sku, "category": draw(st.sampled_from(CATEGORIES)), "qty": qty, "paid_fen": paid})
    free = draw(st.booleans())
    steps = sorted(draw(st.lists(MINUTES, min_size=4, max_size=4)))
    happened = draw(st.integers(0, 3))
    times = [START + timedelta(minutes=minutes) for minutes in steps]
    names = ("shipped_at", "signed_at", "succeeded_at")
    order: Json = {name: times[place].isoformat() if place < happened else None for place, name in enumerate(names)}
    wanted = [
        {
            "sku": line["sku"],
            "qty": draw(st.integers(1, line["qty"])),
            "current_price_fen": draw(st.none() | st.integers(0, 50_000)),
        }
        for line in lines
        if draw(st.booleans()) or line is lines[0]
    ]
    return {
        "id": draw(st.integers()),
        "platform": draw(st.sampled_from(["tmall", "taobao", "jd", "own", "nowhere", "", None]) | st.text(max_size=9)),
        "at": times[3].isoformat(),
        "order": order
        | {"freight_fen": 0 if free else draw(st.integers(0, 3000)), "free_shipping": free, "lines": lines},
        "request": {
            "kind": draw(st.sampled_from(KINDS)),
            "reason": draw(st.sampled_from(REASONS)),
            "lines": wanted,
            "evidence": draw(st.lists(st.sampled_from(sorted(words.NEEDS)), max_size=3)),
            "condition": {name: draw(SEEN) for name in ("intact", "tags", "washed", "box")},
        },
        "earlier_no_reason_returns": draw(st.integers(0, 3)),
        "one_no_reason_return": draw(st.booleans()),
    }


QUICK = settings(max_examples=50, deadline=None)


@QUICK
@given(cases())
def test_every_case_has_a_whole_answer(case: Json) -> None:
    """Unknown platforms included: never an error, never more than paid, a refusal always offers something."""
    found = explain(case)
    paid = sum(line["paid_fen"] for line in case["order"]["lines"]) + case["order"]["freight_fen"]
    assert 0 <= found["refund_fen"] <= paid
    assert set(found["needs"]) <= set(words.NEEDS) and not set(found["needs"]) & set(case["request"]["evidence"])
    assert set(found["offers"]) <= set(words.OFFERS)
    assert len(found["explain"]["zh"]) > 10 and len(found["explain"]["en"]) > 10 and "依据" in found["explain"]["zh"]
    request = case["request"]
    if found["until"] is not None:
        assert found["allowed"] and request["reason"] == "no_reason"
        assert datetime.fromisoformat(case["at"]) < datetime.fromisoformat(found["until"])
    if not found["allowed"]:
        assert found["offers"] and found["refund_fen"] == 0
    moves = found["allowed"] and request["kind"] in ("return", "exchange")
    both = (found["outbound_freight"], found["return_freight"])
    assert set(both) <= ({"seller", "buyer"} if moves else {None})
    if request["kind"] == "exchange":
        assert found["refund_fen"] == 0


@QUICK
@given(cases(), st.lists(st.integers(-14 * 60, 14 * 60), min_size=5, max_size=5))
def test_the_same_instants_mean_the_same(case: Json, offsets: list[int]) -> None:
    """Calendar days are Beijing's, however the times are written."""
    other = json.loads(json.dumps(case))
    for place, name in zip(
        [other, *[other["order"]] * 3], ("at", "shipped_at", "signed_at", "succeeded_at"), strict=True
    ):
        if place[name]:
            zone = timezone(timedelta(minutes=offsets.pop()))
            place[name] = datetime.fromisoformat(place[name]).astimezone(zone).isoformat()
    assert explain(other) == explain(case)


@QUICK
@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9999)), min_size=1, max_size=3),
    st.integers(0, 2500),
    st.data(),
)
def test_pieces_returned_one_by_one_sum_up_exactly(goods: list[tuple[int, int]], freight: int, data: Any) -> None:
    """A seller's fault, piece after piece in any order: goods and freight together are what was paid, to the fen."""
    lines: list[Json] = [
        {"sku": f"S{place}", "category": "clothing", "qty": qty, "paid_fen": paid, "returned_qty": 0}
        for place, (qty, paid) in enumerate(goods)
    ]
    single = [line for line in lines for _ in range(line["qty"])]
    total = 0
    for line in data.draw(st.permutations(single)):
        case = changed(
            order__lines=lines, order__free_shipping=False, order__freight_fen=freight, request__reason="quality"
        )
        case["request"]["lines"] = [{"sku": line["sku"], "qty": 1}]
        total += explain(case)["refund_fen"]
        line["returned_qty"] += 1
    assert total == sum(paid for _, paid in goods) + freight


@QUICK
@given(st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)), st.integers(0, 8 * 24 * 3600))
def test_the_window_is_the_calendars(signed: datetime, later: int) -> None:
    at = signed.replace(tzinfo=BEIJING)
    asked = at + timedelta(seconds=later)
    found = explain(changed(order__shipped_at=None, order__signed_at=at.isoformat(), at=asked.isoformat()))
    end = end_of_no_reason_window(at, 168)
    assert found["allowed"] is (asked < end)
    assert found["until"] == (end.astimezone(BEIJING).isoformat() if asked < end else None)


# --- mistakes -------------------------------------------------------------------------------------------------------

WRONG = [
    ("at", "2026-11-12T10:00:00", "at"),
    ("at", None, "at"),
    ("at", "0001-01-01T00:00:00+14:00", "at"),
    ("order__signed_at", "2026-11-09T15:00:00", "order.signed_at"),
    ("order__signed_at", "2026-12-09T15:00:00Z", "order.signed_at"),
    ("order__signed_at", "2026-11-01T15:00:00Z", "order.signed_at"),
    ("order__freight_fen", 1200, "order.freight_fen"),
    ("order__free_shipping", "yes", "order.free_shipping"),
    ("order__lines", [], "order.lines"),
    ("order__lines", [{"sku": "A", "category": "toys", "qty": 1, "paid_fen": 1}], "order.lines.0.category"),
    ("order__lines", [{"sku": "A", "category": "food", "qty": 0, "paid_fen": 1}], "order.lines.0.qty"),
    ("order__lines", [{"sku": "A", "category": "food", "qty": 1, "paid_fen": 1.5}], "order.lines.0.paid_fen"),
    ("request__kind", "refund", "request.kind"),
    ("request__reason", "七天无理由", "request.reason"),
    ("request__lines", [{"sku": "Z", "qty": 1}], "request.lines.0.sku"),
    ("request__lines", [{"sku": "A", "qty": 2}], "request.lines.0.qty"),
    ("request__lines", [{"sku": "A", "qty": 1}, {"sku": "A", "qty": 1}], "request.lines.1.qty"),
    ("request__lines", [{"sku": "A", "qty": True}], "request.lines.0.qty"),
    ("request__condition", {"washed": "no"}, "request.condition.washed"),
    ("request__evidence", "photo", "request.evidence"),
    ("earlier_no_reason_returns", -1, "earlier_no_reason_returns"),
    ("order", None, "order"),
]


@pytest.mark.parametrize(("path", "value", "field"), WRONG, ids=[f"{path} {field}" for path, _, field in WRONG])
def test_a_mistake_names_field_value_and_remedy(path: str, value: Any, field: str) -> None:
    with pytest.raises(BadCase) as told:
        explain(changed(**{path: value}))
    found = {one.field: one for one in told.value.problems}
    assert field in found and found[field].remedy.zh and found[field].remedy.en
    assert field in found[field].text.zh


def test_a_date_before_all_rules_is_told() -> None:
    case = changed(at="2009-11-12T10:00:00+08:00", order__shipped_at=None, order__signed_at=None)
    with pytest.raises(BadCase) as told:
        explain(case)
    assert [one.field for one in told.value.problems] == ["at"]


@QUICK
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(USUAL)) | st.text(), inner),
        max_leaves=8,
    )
)
def test_no_input_breaks_the_command(anything: Any) -> None:
    """A line in, a line out, always JSON that any reader takes."""
    line = json.dumps(anything).encode()
    [(text, good)] = list(explain_lines([line]))
    found = json.loads(text, parse_constant=pytest.fail)
    assert not good and found["error"]["remedy"]["zh"]


# --- the doors ------------------------------------------------------------------------------------------------------


def test_the_command_keeps_the_order_of_lines(monkeypatch: Any, capsysbinary: Any) -> None:
    naive = changed(id=3, at="2026-11-12T10:00:00")
    given_lines = [json.dumps(changed(id=1)), "", "{broken", json.dumps(naive), json.dumps(changed(id="四"))]
    source = io.TextIOWrapper(io.BytesIO("\n".join(given_lines).encode("utf-8-sig") + b"\n\xff\n"))
    monkeypatch.setattr(sys, "stdin", source)
    assert main(["aftersales", "explain"]) == 0
    told = [json.loads(line) for line in capsysbinary.readouterr().out.decode().splitlines()]
    assert [one["id"] for one in told] == [1, None, 3, "四", None]
    assert ["error" in one for one in told] == [False, True, True, False, True]
    assert (told[2]["error"]["field"], told[2]["error"]["value"]) == ("at", "2026-11-12T10:00:00")
    assert told[0]["until"] == "2026-11-17T00:00:00+08:00"


def test_the_interface_answers_like_the_command(cast: Cast) -> None:
    found = cast.as_("anan").post("/api/aftersales/explain", changed(id="x"))
    assert found == explain(changed(id="x")) and list(found)[:3] == ["id", "allowed", "rule"]
    bad = cast.as_("anan").post("/api/aftersales/explain", changed(id="x", at="2026-11-12T10:00:00"), status=422)
    assert bad["id"] == "x" and "2026-11-12T10:00:00" in bad["error"]["fields"]["at"]
    from xiaoer.kernel.testing import Caller

    Caller().post("/api/aftersales/explain", USUAL, status=401)


def test_agent_and_buyer_see_the_answer_for_a_real_order(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    seen = cast.as_("anan").get("/api/cases/judgement", {"order": row.pk})
    assert seen["allowed"] and seen["until"] == "2026-11-17T00:00:00+08:00"
    assert (seen["outbound_freight"], seen["return_freight"]) == ("buyer", "buyer")
    assert seen["category"] == "clothing" and "tags" in seen["needs"] and "R409" in str(seen["sources"])
    asked = {"order": row.pk, "reason": "wrong_goods", "lines": f"{makers.lines_of(row)[0]}:1", "photo": "true"}
    mine = buyer(row).get("/api/buyer/cases/judgement", asked)
    assert (mine["reason"], mine["needs"], mine["return_freight"]) == ("wrong_item", [], "seller")
    assert mine["refund_fen"] == 9999 + 1200 * 9999 // 35000
    assert "R409" not in str(mine) and "C08" not in str(mine) and "第24条" in mine["explain"]["zh"]
    own_will = buyer(row).get("/api/buyer/cases/judgement", {"order": row.pk})
    assert "C08" not in str(own_will) and own_will["sources"] == ["消费者权益保护法 第25条"]
    custom = cast.as_("anan").get("/api/cases/judgement", {"order": row.pk, "category": "custom"})
    assert not custom["allowed"] and custom["offers_words"]


def test_the_reply_to_the_buyer_is_never_a_bare_no(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    seen = cast.as_("anan").get("/api/cases/judgement", {"order": row.pk, "category": "custom"})
    assert seen["say"].startswith("亲，") and "不可以" not in seen["say"] and "优惠券" in seen["say"]
    assert "红色羊毛大衣" in seen["say"] and "R740" not in seen["say"] and "第25条" not in seen["say"]
    ask = {"order": row.pk, "reason": "quality"}
    assert "拍照片发来" in cast.as_("anan").get("/api/cases/judgement", ask)["say"]
    cast.as_("anan").get("/api/cases/judgement", ask | {"reason": "agreed"}, status=422)


def test_a_strangers_order_is_not_there(cast: Cast) -> None:
    row = makers.order(cast)
    other = makers.order(cast, nick="别人家的她")
    cast.as_("stranger").get("/api/cases/judgement", {"order": row.pk}, status=404)
    buyer(other).get("/api/buyer/cases/judgement", {"order": row.pk}, status=404)
    cast.as_("anan").get("/api/cases/judgement", {"order": row.pk, "category": "toys"}, status=422)
    cast.as_("anan").get("/api/cases/judgement", {"order": row.pk, "lines": "1;2"}, status=422)


def test_what_is_in_a_case_already_is_not_offered_again(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    makers.apply(row, qty=3)
    first, second = makers.lines_of(row)
    cast.as_("anan").get("/api/cases/judgement", {"order": row.pk, "lines": f"{first}:1"}, status=422)
    left = cast.as_("anan").get("/api/cases/judgement", {"order": row.pk})
    assert left["refund_fen"] == 5001
    assert second
