"""Which rule wins: law, platform, the shop's own setting, general practice; the strictest for an unknown platform."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.errors import Invalid, NotFound, Refusal
from xiaoer.policy import queries
from xiaoer.policy.rules import ANY, LAW, MARKETPLACES, SHOP, STRICTEST, Override, check_override, resolve, stricter

BOOK = queries.book()
NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)


def set_(key, value, alternative="", since=NOON - timedelta(days=1), until=None):
    return [Override(key, value, alternative, "试一试", since, until, "staff:1")]


def test_law_is_first_whatever_was_set():
    answer = resolve(BOOK, "fraud_multiple", "tmall", NOON, set_("fraud_multiple", 1))
    assert (answer.value, answer.layer, answer.freedom) == (3, LAW, "no")
    with pytest.raises(Refusal) as refused:
        check_override(BOOK, "fraud_multiple", "tmall", NOON, value=4)
    assert refused.value.code == "policy.law"
    assert "3" in refused.value.text.zh and "商品页" in refused.value.text.zh


def test_the_laws_minimum_may_be_bettered_but_not_lowered():
    assert resolve(BOOK, "no_reason_window", "tmall", NOON).layer == LAW
    better = resolve(BOOK, "no_reason_window", "tmall", NOON, set_("no_reason_window", 360))
    assert (better.value, better.layer) == (360, SHOP)
    assert check_override(BOOK, "no_reason_window", "tmall", NOON, value=360) == 360
    with pytest.raises(Refusal) as refused:
        check_override(BOOK, "no_reason_window", "tmall", NOON, value=72)
    assert refused.value.code == "policy.not_stricter"
    assert resolve(BOOK, "no_reason_window", "tmall", NOON, set_("no_reason_window", 72)).value == 168


def test_a_hard_platform_rule_may_only_be_made_stricter():
    key = "seller_answers_return"
    assert check_override(BOOK, key, "tmall", NOON, value=3) == 3
    answer = resolve(BOOK, key, "tmall", NOON, set_(key, 3))
    assert (answer.value, answer.layer, answer.origin, answer.unit) == (3, SHOP, "tmall", "days")
    assert "代替5 天" in answer.explain.zh and "试一试" in answer.explain.zh
    with pytest.raises(Refusal) as refused:
        check_override(BOOK, key, "tmall", NOON, value=6)
    assert refused.value.code == "policy.not_stricter"
    assert "5 天" in refused.value.text.zh and "6 天" in refused.value.text.zh
    assert resolve(BOOK, key, "tmall", NOON, set_(key, 6)).value == 5, "a laxer setting has no effect"


def test_a_hard_switch_stays():
    with pytest.raises(Refusal):
        check_override(BOOK, "bank_transfer_allowed", "tmall", NOON, value=True)
    assert check_override(BOOK, "bank_transfer_allowed", "taobao", NOON, value=True) is True
    assert resolve(BOOK, "bank_transfer_allowed", "taobao", NOON, set_("bank_transfer_allowed", True)).value is True


def test_general_practice_yields_to_the_shop():
    answer = resolve(BOOK, "routing_max_open", "tmall", NOON, set_("routing_max_open", 30))
    assert (answer.value, answer.layer) == (30, SHOP)
    assert resolve(BOOK, "routing_max_open", "tmall", NOON).layer == ANY


def test_a_platform_goes_before_general_practice():
    assert resolve(BOOK, "ship_promise_mode", "taobao", NOON).layer == "taobao"
    assert resolve(BOOK, "ship_promise_mode", "own", NOON).layer == "own"


def test_an_alternative_of_the_pack_may_be_switched_on_even_when_it_is_laxer():
    key = "ship_standard"
    assert check_override(BOOK, key, "tmall", NOON, alternative="120h") == 120
    answer = resolve(BOOK, key, "tmall", NOON, set_(key, 120, "120h"))
    assert (answer.value, answer.layer, answer.trust, answer.verified) == (120, SHOP, "C", False)
    with pytest.raises(Refusal) as refused:
        check_override(BOOK, key, "tmall", NOON, alternative="99h")
    assert refused.value.status == 422 and "48h, 120h" in refused.value.text.en


def test_a_setting_holds_from_its_start_and_until_its_end_to_the_microsecond():
    start, end = NOON, NOON + timedelta(hours=1)
    mine = set_("routing_max_open", 30, since=start, until=end)
    tick = timedelta(microseconds=1)
    values = [
        resolve(BOOK, "routing_max_open", "tmall", at, mine).value for at in (start - tick, start, end - tick, end)
    ]
    assert values == [8, 30, 30, 8]


@pytest.mark.parametrize("key", BOOK.keys)
def test_an_unknown_platform_gets_the_strictest(key):
    answer = resolve(BOOK, key, "vipshop", NOON)
    assert answer.layer in (STRICTEST, LAW)
    for platform in MARKETPLACES:
        if BOOK.keys[key].strict != "none":
            other = resolve(BOOK, key, platform, NOON)
            assert stricter(BOOK.keys[key], answer.value, other.value), f"{platform} is stricter in {key}"


def test_examples_of_the_strictest():
    values = {
        k: resolve(BOOK, k, "vipshop", NOON).value for k in ("ship_promise_mode", "late_ship_percent", "cod_enabled")
    }
    assert values == {"ship_promise_mode": "standard_only", "late_ship_percent": 30, "cod_enabled": False}
    assert resolve(BOOK, "return_freight_advance", "vipshop", NOON).value == "shop_label"


def test_an_unknown_rule_and_a_naive_time_are_refused():
    with pytest.raises(NotFound, match="not_found"):
        resolve(BOOK, "seller_answers", "tmall", NOON)
    with pytest.raises(ValueError, match="aware"):
        resolve(BOOK, "review_change", "tmall", datetime(2026, 11, 11))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("routing_max_open", -1),
        ("routing_max_open", "8"),
        ("routing_max_open", True),
        ("routing_max_open", 10**13),
        ("routing_sticky", 10**6),
        ("quality_sample", 101),
        ("quality_sample", "NaN"),
        ("quality_sample", None),
        ("cod_enabled", 1),
        ("quiet_from", "25:00"),
        ("quiet_from", "9:00"),
        ("quiet_from", 9),
        ("invoice_mode", "never"),
        ("cod_carriers", "顺丰"),
        ("cod_carriers", [{}]),
        ("cod_carriers", ["x"] * 101),
        ("return_goods_condition", "  "),
        ("upload_max_bytes", 60_000_000),
    ],
)
def test_values_of_the_wrong_kind_are_refused_with_the_field(key, value):
    with pytest.raises(Invalid) as refused:
        check_override(BOOK, key, "tmall", NOON, value=value)
    assert refused.value.status == 422 and "value" in refused.value.fields


@given(st.sampled_from(sorted(BOOK.keys)), st.sampled_from([*MARKETPLACES, "own", "vipshop"]), st.data())
def test_whatever_a_shop_sets_the_answer_is_never_laxer_than_a_hard_rule(key, platform, data):
    base = resolve(BOOK, key, platform, NOON)
    values = [row.value for (_, name), dated in BOOK.rows.items() if name == key for row in dated]
    value = data.draw(st.sampled_from(values) if BOOK.keys[key].unit not in ("hours", "days") else st.integers(1, 400))
    after = resolve(BOOK, key, platform, NOON, set_(key, value))
    assert after.value in (base.value, value)
    if base.freedom != "any":
        assert stricter(BOOK.keys[key], after.value, base.value)


@pytest.mark.parametrize(
    ("fault", "free", "outbound", "back"),
    [
        ("seller", True, "seller", "seller"),
        ("seller", False, "seller", "seller"),
        ("no_reason", True, "seller", "buyer"),
        ("no_reason", False, "buyer", "buyer"),
        ("buyer", False, "buyer", "buyer"),
        ("courier", True, "seller", "seller"),
        ("unknown", True, "seller", "buyer"),
    ],
)
@pytest.mark.parametrize("platform", ["taobao", "tmall", "jd", "vipshop"])
@pytest.mark.django_db
def test_the_freight_matrix(fault, free, outbound, back, platform):
    from types import SimpleNamespace

    shop = SimpleNamespace(id=0, platform=platform)
    verdict = queries.freight(fault, free_shipping=free, shop=shop, at=NOON)
    assert (verdict.outbound, verdict.back) == (outbound, back)
    assert all(rule.explain.zh for rule in verdict.rules)
