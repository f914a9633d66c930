"""The packs: every row reads, says where it comes from, and a bad one is refused by file, row and reason."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest

from xiaoer.policy import queries
from xiaoer.policy.reading import PackError, read_book
from xiaoer.policy.rules import BEIJING, LAYERS, MARKETPLACES, OWN, NoRule, resolve

BOOK = queries.book()
ROWS = [row for dated in BOOK.rows.values() for row in dated]
NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.layer}-{row.key.name}-{row.valid_from}")
def test_every_row_is_whole(row):
    assert row.layer in LAYERS
    assert re.search(r"R\d{3}|[BC]\d\d|第\d+条|暂行办法|platforms\.md|flows\.md|anchors\.md|proposal", row.source), (
        row.source
    )
    assert row.explain.zh and row.explain.en and row.key.title.zh and row.key.title.en
    assert row.key.text(row.value).zh
    if row.trust in ("C", "D"):
        assert not row.verified, "a number from a secondary page stands only until somebody checks it"
    if row.layer == "law":
        assert row.strength == "hard" and row.trust == "law"


def test_the_pack_is_rich_and_every_rule_has_an_answer_on_every_platform_that_needs_one():
    assert len(ROWS) >= 70
    assert {layer for layer, _ in BOOK.rows} == set(LAYERS)
    for platform in (*MARKETPLACES, OWN, "vipshop"):
        answers = queries.rules_of_platform(platform, NOON)
        assert [answer.key for answer in answers] == list(BOOK.keys)
        for answer in answers:
            assert answer.title.zh in answer.explain.zh and answer.source in answer.explain.en


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.layer}-{row.key.name}-{row.valid_from}")
def test_rows_change_at_midnight_in_beijing_exactly(row):
    def found(at):
        return BOOK.row(row.layer, row.key.name, at.astimezone(BEIJING).date())

    start = datetime.combine(row.valid_from, time(), BEIJING)
    assert found(start) is row
    assert found(start - timedelta(microseconds=1)) is not row
    if row.valid_to is not None:
        end = datetime.combine(row.valid_to, time(), BEIJING)
        assert found(end - timedelta(microseconds=1)) is row
        assert found(end) is not row


@pytest.mark.parametrize(
    ("key", "platform", "value"),
    [
        ("seller_answers_refund_unshipped", "taobao", timedelta(hours=48)),
        ("seller_answers_refund_shipped", "taobao", timedelta(days=5)),
        ("seller_answers_return", "tmall", timedelta(days=5)),
        ("buyer_ships_return", "tmall", timedelta(days=7)),
        ("seller_confirms_return", "tmall", timedelta(days=10)),
        ("buyer_amends_after_refusal", "tmall", timedelta(days=7)),
        ("refund_after_warehousing", "tmall", timedelta(hours=48)),
        ("no_reason_window", "tmall", timedelta(hours=168)),
        ("review_change", "taobao", timedelta(days=30)),
        ("order_auto_close", "taobao", timedelta(days=3)),
        ("order_auto_confirm", "taobao", timedelta(days=10)),
        ("price_difference_window", "tmall", timedelta(days=7)),
        ("courier_answers", "tmall", timedelta(hours=48)),
        ("order_watch", "taobao", timedelta(days=15)),
        ("complaint_callback", "tmall", timedelta(hours=72)),
        ("complaint_escalates", "tmall", timedelta(hours=48)),
        ("dispute_answer", "tmall", timedelta(hours=48)),
        ("incident_to_management", "tmall", timedelta(hours=2)),
        ("ticket_reminder", "tmall", timedelta(hours=2)),
        ("ticket_progress", "tmall", timedelta(hours=8)),
        ("customer_file_within", "taobao", timedelta(days=2)),
        ("greeting_target", "tmall", timedelta(seconds=10)),
        ("first_human_reply", "tmall", timedelta(seconds=30)),
        ("first_human_reply_urgent", "tmall", timedelta(seconds=15)),
        ("slow_reply_alarm", "tmall", timedelta(seconds=100)),
    ],
)
def test_the_durations_that_the_flows_name(key, platform, value):
    assert queries.rule(key, platform=platform, at=NOON).duration == value


@pytest.mark.parametrize(
    ("key", "platform", "value"),
    [
        ("ship_promise_mode", "taobao", "cutoff"),
        ("ship_promise_mode", "tmall", "standard_only"),
        ("ship_promise_cutoff", "taobao", "16:00"),
        ("ship_standard", "tmall", 72),
        ("late_ship_percent", "tmall", 30),
        ("late_ship_min", "tmall", 500),
        ("late_ship_cap", "tmall", 50000),
        ("late_ship_percent", "taobao", 5),
        ("late_ship_cap", "taobao", 3000),
        ("cod_enabled", "tmall", False),
        ("bank_transfer_allowed", "tmall", False),
        ("price_change_item", "tmall", False),
        ("price_change_item", "taobao", True),
        ("price_change_freight", "tmall", True),
        ("instalment_min", "tmall", 60000),
        ("coupons_per_order", "tmall", 1),
        ("penalty_freight_points_twice", "tmall", 12),
        ("penalty_invoice_deposit", "tmall", 1000000),
        ("return_freight_advance", "tmall", "shop_label"),
        ("return_freight_advance", "taobao", "buyer"),
        ("one_no_reason_return", "tmall", False),
        ("refund_destination", "tmall", "original_payment"),
        ("fraud_minimum", "taobao", 50000),
        ("coupon_refund_paid", "kuaishou", 7),
        ("remark_max_chars", "douyin", 60),
    ],
)
def test_the_numbers_of_the_seeds(key, platform, value):
    assert queries.rule(key, platform=platform, at=NOON).value == value


def test_the_card_fee_is_exact():
    from decimal import Decimal

    answer = queries.rule("card_fee", platform="tmall", at=NOON)
    assert answer.value == Decimal("0.8") and isinstance(answer.value, Decimal)
    with pytest.raises(TypeError, match="percent"):
        _ = answer.duration


def test_a_number_that_changed_is_answered_by_its_date():
    day = datetime(2015, 10, 29, tzinfo=BEIJING)
    assert queries.rule("late_ship_min", platform="taobao", at=day).value == 100
    assert queries.rule("late_ship_min", platform="taobao", at=day - timedelta(microseconds=1)).value == 500


def test_before_the_first_row_there_is_no_rule():
    with pytest.raises(NoRule):
        resolve(BOOK, "greeting_target", "tmall", datetime(2001, 1, 1, tzinfo=UTC))


def test_newer_numbers_of_doubtful_source_are_only_offered():
    answer = queries.rule("order_auto_close", platform="tmall", at=NOON)
    assert answer.value == 72 and not answer.verified
    assert [a.value for a in answer.alternatives if a.trust == "C"] == [24]
    pdd = queries.rule("late_ship_percent", platform="pinduoduo", at=NOON)
    assert (pdd.layer, pdd.value, [a.value for a in pdd.alternatives if a.id == "10"]) == ("strictest", 30, [10])


# --- bad packs ------------------------------------------------------------------------------------------------------

KEYS = """
[choice_names]
seller = ["卖家", "seller"]
buyer = ["买家", "buyer"]
[answer]
title = ["处理", "Answer"]
unit = "hours"
strict = "min"
explain = ["为何", "Why"]
[payer]
title = ["承担", "Payer"]
unit = "choice"
choices = ["seller", "buyer"]
strict = ["seller", "buyer"]
explain = ["为何", "Why"]
"""
HEAD = """
[pack]
layer = "tmall"
name = ["天猫", "Tmall"]
valid_from = 2014-01-01
strength = "hard"
trust = "seed"
verified = true
"""
GOOD = 'rows = [{ key = "answer", value = 48, source = "R001" }]'


def test_a_small_pack_reads():
    book = read_book(("keys.toml", KEYS), {"tmall.toml": HEAD + GOOD})
    assert resolve(book, "answer", "tmall", NOON).value == 48


@pytest.mark.parametrize(
    ("rows", "where", "reason"),
    [
        ('rows = [{ key = "nothing", value = 48, source = "R001" }]', "row 1 (nothing)", "no key file"),
        ('rows = [{ key = "answer", value = -1, source = "R001" }]', "row 1 (answer)", "-1 cannot be used"),
        ('rows = [{ key = "answer", value = 48.5, source = "R001" }]', "row 1", "48.5"),
        ('rows = [{ key = "answer", value = true, source = "R001" }]', "row 1", "True"),
        ('rows = [{ key = "answer", value = 48 }]', "row 1", "source is missing"),
        ('rows = [{ key = "answer", value = 48, source = "R001", trust = "E" }]', "row 1", "trust"),
        ('rows = [{ key = "answer", value = 48, source = "R001", strength = "must" }]', "row 1", "strength"),
        ('rows = [{ key = "answer", value = 48, source = "R001", valid_from = "2014" }]', "row 1", "valid_from"),
        ('rows = [{ key = "answer", value = 48, source = "R001", valid_to = 2013-01-01 }]', "row 1", "not after"),
        ('rows = [{ key = "answer", value = 48, source = "R001", colour = 1 }]', "row 1", "colour"),
        ('rows = [{ key = "answer", value = 48, source = "R001", bound = true }]', "row 1", "bound"),
        ('rows = [{ key = "payer", value = "me", source = "R001" }]', "row 1 (payer)", "none of: seller, buyer"),
        (
            'rows = [{ key = "answer", value = 48, source = "R001" }, { key = "answer", value = 24, source = "R002" }]',
            "(answer)",
            "two rows hold on 2014-01-01",
        ),
        (
            'rows = [{ key = "answer", value = 48, source = "R1", alternatives = [{ id = "a", value = "x" }] }]',
            "row 1",
            "an alternative needs source",
        ),
        ("rows = [", "", "not TOML"),
    ],
)
def test_a_bad_pack_is_refused_by_file_row_and_reason(rows, where, reason):
    with pytest.raises(PackError) as refused:
        read_book(("keys.toml", KEYS), {"tmall.toml": HEAD + rows})
    assert refused.value.file == "tmall.toml"
    assert where in refused.value.row
    assert reason in refused.value.reason


def test_a_platform_row_laxer_than_the_law_is_refused():
    law = HEAD.replace('layer = "tmall"', 'layer = "law"').replace('"seed"', '"law"')
    law += 'rows = [{ key = "answer", value = 24, source = "R001", bound = true }]'
    with pytest.raises(PackError, match="laxer than the law"):
        read_book(("keys.toml", KEYS), {"law.toml": law, "tmall.toml": HEAD + GOOD})


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('unit = "hours"', 'unit = "weeks"', "unit 'weeks'"),
        ('strict = "min"', 'strict = ["a"]', "does not order"),
        ('seller = ["卖家", "seller"]', "", "no entry in choice_names"),
        ('title = ["处理", "Answer"]', 'title = ["处理"]', "Chinese, English"),
    ],
)
def test_a_bad_key_file_is_refused(old, new, reason):
    with pytest.raises(PackError, match=re.escape(reason)):
        read_book(("keys.toml", KEYS.replace(old, new)), {"tmall.toml": HEAD + GOOD})
