"""The ship promise and the late-shipment formula: worked examples, laws, the command line and the API."""

import json
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.customers.models import Customer
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.orders import queries
from xiaoer.orders.late import LateTerms, late_compensation, lateness
from xiaoer.orders.models import Order
from xiaoer.orders.promise import BEIJING, Asked, MaySay, Never, Numbers, ship_promise
from xiaoer.orders.promise_lines import answer_lines
from xiaoer.orders.promise_reads import answer_promise, numbers_for
from xiaoer.orders.promise_words import explained, sentence
from xiaoer.people.queries import facts_of
from xiaoer.policy import actions as policy
from xiaoer.policy.queries import rules

CASES = tomllib.loads(Path(__file__).with_name("promise_cases.toml").read_text("utf-8"))["case"]
NUMBERS = Numbers(by_cutoff=True, cutoff=timedelta(hours=16), limit=timedelta(hours=72))
DAYS = (MaySay.TODAY, MaySay.TOMORROW)


def beijing(text: str) -> str:
    """A case's time; without an offset it is Beijing time. A bare date stays one."""
    if len(text) == 10 or datetime.fromisoformat(text).tzinfo is not None:
        return text
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING).isoformat()


def question(case: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": case["why"],
        "platform": case["platform"],
        "at": beijing(case["at"]),
        "paid_at": beijing(case["paid"]) if "paid" in case else None,
        "stock": case.get("stock"),
        "presale_at": beijing(case["presale"]) if "presale" in case else None,
        "urgent": case.get("urgent", False),
        "warehouse_confirmed": case.get("confirmed", False),
        "carrier_covers": case.get("covers"),
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_worked_examples(case: dict[str, Any]) -> None:
    got = answer_promise(question(case))
    assert got["id"] == case["why"] and got["may_say"] == case["say"], got["explain"]
    if "latest" in case:
        assert got["latest_ship_at"] == beijing(case["latest"])
    for name in ("sentence", "reason", "overdue"):
        if name in case:
            assert got[name] == case[name]
    assert set(case.get("must_not", [])) <= set(got["must_not"])
    assert not set(case.get("may", [])) & set(got["must_not"])
    assert [one["code"] for one in got["must_not_text"]] == got["must_not"]
    assert {"ship_promise_mode", "ship_standard"} <= {row["key"] for row in got["rules"]}


def test_the_explanation_names_the_platform() -> None:
    one = {"platform": "tmall", "at": "2026-11-11T10:00:00+08:00"}
    assert answer_promise(one)["explain"]["zh"].startswith("天猫客服不能说具体哪天")
    assert "「weidian」" in answer_promise(one | {"platform": "weidian"})["explain"]["zh"]


def test_there_are_enough_examples() -> None:
    assert len(CASES) >= 40 and {case["say"] for case in CASES} == {one.value for one in MaySay}


# ------------------------------------------------------------------------------------------------ laws

OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda d: d.replace(tzinfo=UTC))
PLATFORMS = st.sampled_from(["taobao", "tmall", "jd", "pinduoduo", "douyin", "kuaishou", "own", ""]) | st.text(
    max_size=12
)
MAYBE = st.none() | st.booleans()


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    """A question: asked at any time, paid up to ten days before or a little after."""
    at = draw(MOMENTS)
    back = draw(st.none() | st.integers(-600, 10 * 86400))
    ahead = draw(st.none() | st.integers(-20 * 86400, 60 * 86400))
    return Asked(
        draw(PLATFORMS),
        at,
        None if back is None else at - timedelta(seconds=back),
        draw(MAYBE),
        None if ahead is None else at + timedelta(seconds=ahead),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(MAYBE),
    )


numbers = st.builds(
    Numbers,
    by_cutoff=st.booleans(),
    cutoff=st.integers(0, 1440).map(lambda m: timedelta(minutes=m)),
    limit=st.integers(1, 240).map(lambda h: timedelta(hours=h)),
    presale_within=st.integers(0, 72).map(lambda h: timedelta(hours=h)),
    stock_check=st.booleans(),
    closed=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5),
)


@given(asked(), numbers)
def test_only_taobao_names_a_day_whatever_the_numbers(one: Asked, by: Numbers) -> None:
    got = ship_promise(one, by)
    if one.platform != "taobao" or not by.by_cutoff:
        assert got.may_say in (MaySay.WITHIN_LIMIT, MaySay.PRESALE_DATE)
        assert {Never.SHIP_TODAY, Never.SHIP_TOMORROW} <= set(got.must_not)
    assert (one.presale_at is not None) == (got.may_say is MaySay.PRESALE_DATE)
    assert {Never.SHIP_HOUR, Never.ARRIVAL_TIME} <= set(got.must_not)
    assert (Never.THIS_CARRIER in got.must_not) == (one.carrier_covers is False)
    assert sentence(one, got, by).zh.startswith("亲，") and "{" not in sentence(one, got, by).en
    assert explained(one, got, by).en


@given(asked(), numbers)
def test_no_day_that_has_passed_and_none_on_which_nothing_ships(one: Asked, by: Numbers) -> None:
    got = ship_promise(one, by)
    if got.may_say in DAYS:
        today = one.now.astimezone(BEIJING).date()
        assert got.day == today + timedelta(days=got.may_say is MaySay.TOMORROW)
        assert got.day not in by.closed
        assert one.warehouse_confirmed or not one.urgent
        assert one.warehouse_confirmed or one.stock is not None or not by.stock_check


@given(asked(), numbers, OFFSETS, OFFSETS, OFFSETS)
def test_equal_instants_give_equal_answers(one: Asked, by: Numbers, a: timezone, b: timezone, c: timezone) -> None:
    other = Asked(
        one.platform,
        one.at.astimezone(a),
        one.paid_at and one.paid_at.astimezone(b),
        one.stock,
        one.presale_at and one.presale_at.astimezone(c),
        one.urgent,
        one.warehouse_confirmed,
        one.carrier_covers,
    )
    first, second = ship_promise(one, by), ship_promise(other, by)
    assert first == second and first.latest_ship_at.isoformat() == second.latest_ship_at.isoformat()
    assert sentence(one, first, by) == sentence(other, second, by)


@given(asked(), numbers, st.integers(0, 10**6), st.integers(0, 500))
def test_paid_later_or_a_longer_limit_never_ships_earlier(one: Asked, by: Numbers, later: int, longer: int) -> None:
    paid = one.counted_from + timedelta(seconds=later)
    moved = Asked(one.platform, one.at, paid, one.stock, one.presale_at)
    wider = Numbers(by.by_cutoff, by.cutoff, by.limit + timedelta(hours=longer), by.presale_within)
    before = ship_promise(one, by).latest_ship_at
    assert ship_promise(moved, by).latest_ship_at >= before
    assert ship_promise(one, wider).latest_ship_at >= before
    if one.presale_at is None:
        assert before == one.counted_from + by.limit


@given(st.dates(date(2026, 1, 1), date(2027, 12, 30)), st.integers(0, 86399))
def test_the_cutoff_splits_the_day_to_the_microsecond(day: date, second: int) -> None:
    cut = timedelta(seconds=second // 60 * 60)
    midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
    by = Numbers(by_cutoff=True, cutoff=cut, limit=timedelta(hours=72))
    at = Asked("taobao", midnight + cut, stock=True)
    assert ship_promise(at, by).may_say is MaySay.TOMORROW
    if cut:
        just = Asked("taobao", midnight + cut - timedelta(microseconds=1), stock=True)
        assert ship_promise(just, by).may_say is MaySay.TODAY


def test_days_without_shipping_move_the_promise() -> None:
    closed = frozenset({date(2027, 2, 16), date(2027, 2, 17)})
    by = Numbers(by_cutoff=True, cutoff=timedelta(hours=16), limit=timedelta(hours=72), closed=closed)

    def say(text: str, stock: bool = True) -> str:
        return ship_promise(Asked("taobao", datetime.fromisoformat(text), stock=stock), by).may_say

    assert say("2027-02-15T10:00:00+08:00") == "today"
    assert say("2027-02-15T17:00:00+08:00") == "within_limit"
    assert say("2027-02-16T10:00:00+08:00") == "within_limit"
    assert say("2027-02-17T10:00:00+08:00") == "tomorrow"
    assert say("2027-02-17T10:00:00+08:00", stock=False) == "tomorrow"
    assert say("2027-02-15T10:00:00+08:00", stock=False) == "within_limit"


# ------------------------------------------------------------------------------------------------ lines


def lines(*rows: str) -> list[dict[str, Any]]:
    return list(answer_lines([row.encode() for row in rows], numbers_for, "en"))


GOOD = '{"id":"a","platform":"tmall","at":"2026-11-11T10:00:00+08:00"}'


@pytest.mark.parametrize(
    ("change", "field", "remedy"),
    [
        ({"at": "2026-11-11T10:00:00"}, "at", "+08:00"),
        ({"at": None}, "at", "missing"),
        ({"at": "11/11/2026"}, "at", "write it like"),
        ({"at": 1762826400}, "at", "write it like"),
        ({"at": "9999-12-31T23:59:59+00:00"}, "at", "2200"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at", "2000"),
        ({"paid_at": "2026-11-11 09:00"}, "paid_at", "no offset"),
        ({"presale_at": "2026-13-01"}, "presale_at", "write it like"),
        ({"presale_at": "2026-12-01T10:00"}, "presale_at", "no offset"),
        ({"stock": "5"}, "stock", "pieces"),
        ({"stock": []}, "stock", "null"),
        ({"urgent": "yes"}, "urgent", "true or false"),
        ({"warehouse_confirmed": 1}, "warehouse_confirmed", "true or false"),
        ({"carrier_covers": "no"}, "carrier_covers", "true or false"),
        ({"platform": 5}, "platform", "text"),
    ],
)
def test_a_bad_field_is_named_with_its_remedy(change: dict[str, Any], field: str, remedy: str) -> None:
    (got,) = lines(json.dumps({**json.loads(GOOD), **change}))
    assert got["id"] == "a" and list(got["error"]["fields"]) == [field]
    assert remedy in got["error"]["fields"][field] and field in got["error"]["message"]


def test_every_line_is_answered_in_order_and_a_bad_one_hurts_nobody() -> None:
    said = lines(
        GOOD, "", "{oops", "[1]", "null", '{"id":{"x":1},"at":"2026-11-11T10:00:00+08:00"}', '{"id":7,"stock":NaN}'
    )
    assert [one["id"] for one in said] == ["a", None, None, None, {"x": 1}, 7]
    assert ["error" in one for one in said] == [False, True, True, True, False, True]
    assert said[4]["may_say"] == "within_limit" and said[1]["line"] == 3
    assert set(said[5]["error"]["fields"]) == {"at", "stock"}
    (wrong,) = answer_lines([b'\xff{"id":1}'], numbers_for, "zh")
    assert "UTF-8" in wrong["error"]["message"]
    (bom,) = answer_lines([b"\xef\xbb\xbf" + GOOD.encode()], numbers_for, "zh")
    assert bom["may_say"] == "within_limit"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=3))
def test_whatever_stands_in_a_field_is_answered_or_refused(value: Any) -> None:
    for name in ("id", "platform", "at", "paid_at", "stock", "presale_at", "urgent", "carrier_covers"):
        (got,) = lines(json.dumps({**json.loads(GOOD), name: value}))
        assert ("error" in got) != ("may_say" in got)
        if isinstance(value, str) and name == "platform" and value.strip().lower() != "taobao":
            assert got["may_say"] == "within_limit"


def test_the_command_reads_lines_and_writes_lines() -> None:
    sent = "\n".join([GOOD, "oops", '{"id":"ü🍊","platform":"taobao","at":"2026-11-11T16:00:00+08:00","stock":true}'])
    ran = subprocess.run(
        [sys.executable, "-m", "xiaoer.cli", "orders", "promise"], input=sent.encode(), capture_output=True, check=False
    )
    answers = [json.loads(line) for line in ran.stdout.decode().splitlines()]
    assert ran.returncode == 0 and b"2 answered, 1 could not be read" in ran.stderr
    assert [one.get("may_say") for one in answers] == ["within_limit", None, "tomorrow"]
    assert answers[2]["id"] == "ü🍊"


# ------------------------------------------------------------------------------------------------ late shipment


def terms(platform: str, at: datetime = NOON) -> LateTerms:
    keys = ("late_ship_after", "late_ship_percent", "late_ship_min", "late_ship_cap", "late_ship_form")
    found = rules(keys, platform=platform, at=at)
    values = [found[key].value for key in keys]
    return LateTerms(timedelta(hours=values[0]), *values[1:])


@pytest.mark.parametrize(
    ("platform", "paid", "owed"),
    [
        ("tmall", 10000, 3000),  # 30 % of 100 yuan
        ("tmall", 1000, 500),  # 3 yuan is less than the least, 5 yuan
        ("tmall", 166666, 49999),  # 499.998 yuan is rounded down to the fen
        ("tmall", 1_000_000, 50000),  # never more than 500 yuan
        ("tmall", 0, 0),
        ("taobao", 10000, 500),  # 5 % of 100 yuan
        ("taobao", 1000, 100),  # 0.50 yuan is less than the least, 1 yuan
        ("taobao", 60000, 3000),
        ("taobao", 1_000_000, 3000),  # never more than 30 yuan
        ("taobao", 20010, 1000),  # 10.005 yuan
        ("own", 10000, 0),  # the shop's own web shop promises none by default
    ],
)
def test_compensation_by_the_rows_of_each_platform(platform: str, paid: int, owed: int) -> None:
    assert late_compensation(paid, terms(platform)) == owed


def test_the_rows_are_dated_and_a_cap_may_be_shared() -> None:
    old = terms("taobao", datetime(2015, 10, 28, 4, tzinfo=UTC))
    assert late_compensation(1000, old) == 500 and late_compensation(1000, terms("taobao")) == 100
    assert late_compensation(150_000, terms("tmall"), already_fen=40_000) == 10_000
    assert late_compensation(150_000, terms("tmall"), already_fen=60_000) == 0


@given(
    st.integers(0, 10**8),
    st.integers(0, 10**6),
    st.decimals(0, 100, places=2),
    st.integers(0, 10**5),
    st.integers(0, 10**5),
)
def test_compensation_grows_with_the_price_and_stays_within_least_and_most(
    paid: int, more: int, percent: Decimal, least: int, cap: int
) -> None:
    by = LateTerms(timedelta(hours=72), percent, least, cap, "cash")
    owed = late_compensation(paid, by)
    assert 0 <= owed <= cap and late_compensation(paid + more, by) >= owed
    assert owed == 0 or owed >= min(least, cap)


def test_late_counts_from_the_couriers_record() -> None:
    tmall, due = terms("tmall"), NOON + timedelta(hours=72)

    def stand(left: datetime | None, now: datetime) -> tuple[bool, int]:
        got = lateness(NOON, left, now=now, goods_paid_fen=10000, terms=tmall)
        assert got.due_at == due and got.form == "points"
        return got.late, got.owed_fen

    assert stand(None, due) == (False, 0)
    assert stand(None, due + timedelta(microseconds=1)) == (True, 3000)
    assert stand(due, due + timedelta(days=9)) == (False, 0)
    assert stand(due + timedelta(seconds=1), due + timedelta(days=9)) == (True, 3000)


# ------------------------------------------------------------------------------------------------ over HTTP


def make_order(shop: Any, **changes: Any) -> Order:
    customer = Customer.objects.create(
        shop=shop, nick="幸福蔓延", nick_key="幸福蔓延", first_seen_at=NOON, last_seen_at=NOON
    )
    values = {"status": "paid", "ordered_at": NOON, "paid_at": NOON, "goods_fen": 10000, "paid_fen": 10000}
    times = {"source": "erp", "taken_in_at": NOON, "changed_at": NOON}
    return Order.objects.create(shop=shop, customer=customer, order_no="1930679858", **values | times | changes)


@pytest.mark.django_db
def test_the_api_answers_like_the_command_and_changes_nothing(cast: Cast) -> None:
    sent = question(CASES[0])
    with nothing_changes():
        got = cast.as_("quanquan").post("/api/orders/promise", sent)
    assert got == answer_promise(sent)
    said = cast.as_("quanquan").post("/api/orders/promise", {**sent, "at": "2026-11-11T10:00:00"}, status=422)
    assert "+08:00" in said["error"]["fields"]["at"]


@pytest.mark.django_db
def test_a_shop_answers_with_its_own_platform_and_settings(cast: Cast) -> None:
    sent = {"platform": "tmall", "at": "2026-11-11T15:30:00+08:00", "stock": 3}
    ask = cast.as_("quanquan")
    assert ask.post("/api/orders/promise", sent | {"shop": cast.taobao.pk})["may_say"] == "today"
    by = cast.who("owner")
    policy.set_override(cast.taobao, "ship_promise_cutoff", value="15:00", reason="仓库提前下班", by=by, at=NOON)
    assert ask.post("/api/orders/promise", sent | {"shop": cast.taobao.pk})["may_say"] == "tomorrow"
    assert ask.post("/api/orders/promise", sent | {"platform": "taobao"})["may_say"] == "today"
    policy.set_override(cast.taobao, "no_ship_days", value=["2026-11-12"], reason="盘点", by=by, at=NOON)
    assert ask.post("/api/orders/promise", sent | {"shop": cast.taobao.pk})["may_say"] == "within_limit"
    ask.post("/api/orders/promise", sent | {"shop": cast.elsewhere.pk}, status=404)
    cast.as_("stranger").post("/api/orders/promise", sent | {"shop": cast.taobao.pk}, status=404)


@pytest.mark.django_db
def test_an_open_order_says_what_may_be_said_and_a_shipped_one_refuses(cast: Cast) -> None:
    row = make_order(cast.taobao)
    ask, url = cast.as_("quanquan"), f"/api/orders/{row.pk}/promise"
    assert ask.get(url)["may_say"] == "ask_warehouse"
    assert ask.get(url, {"stock": 2})["may_say"] == "today"
    assert ask.get(url, {"stock": 2, "urgent": True})["may_say"] == "ask_warehouse"
    told = ask.get(url, {"urgent": True, "warehouse_confirmed": True, "carrier_covers": False})
    assert told["may_say"] == "today" and "this_carrier" in told["must_not"] and told["order"] == row.pk
    late = {"late": False, "due_at": "2026-11-14T04:00:00Z", "late_seconds": 0, "owed_fen": 0, "form": "cash"}
    assert told["late"] == late
    cast.as_("stranger").get(url, status=404)
    Order.objects.filter(pk=row.pk).update(status="shipped", shipped_at=NOON)
    assert ask.get(url, status=409)["error"]["code"] == "order.no_promise_needed"


@pytest.mark.django_db
def test_words_for_scripts_and_the_late_clock_of_an_order(cast: Cast) -> None:
    taobao, tmall = facts_of(cast.taobao), facts_of(cast.tmall)
    assert queries.ship_words(tmall, at=NOON).phrase.zh == "我们一般是在您付款后的72小时之内发货的哦"
    assert queries.ship_words(taobao, at=NOON).may_say == "ask_warehouse"
    assert queries.ship_words(taobao, at=NOON, stock=True).phrase.zh == "这款有货，您今天16:00前付款，今天发货的哦"
    row = make_order(cast.tmall, freight_fen=1000, paid_fen=11000)
    after = NOON + timedelta(hours=80)
    assert queries.late_shipment(row, tmall, at=after).owed_fen == 3000
    assert not queries.late_shipment(row, tmall, at=after, left_at=NOON + timedelta(hours=70)).late
