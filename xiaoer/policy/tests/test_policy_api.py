"""The rules over HTTP and on the command line; settings by the people who may, refused for the rest."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from xiaoer.kernel import clock
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, nothing_changes
from xiaoer.policy import queries
from xiaoer.policy.models import PolicyOverride

KEY = "seller_answers_return"


def url(cast, key="", shop=None):
    return f"/api/policy{'/' + key if key else ''}?shop={(shop or cast.tmall).pk}"


def found(answer, key=KEY):
    return next(rule for rule in answer["rules"] if rule["key"] == key)


def test_any_member_sees_the_rules_with_their_source_and_why(cast):
    answer = cast.as_("vendor").get(url(cast))
    assert answer["platform"] == "tmall" and len(answer["rules"]) == len(queries.book().keys)
    rule = found(answer)
    assert (rule["value"], rule["unit"], rule["layer"], rule["strength"]) == (5, "days", "tmall", "hard")
    assert rule["verified"] and "R841" in rule["source"] and "5 天" in rule["explain"]
    assert (rule["valid_from"], rule["valid_to"], rule["override"]) == ("2012-01-01", None, None)
    assert found(answer, "card_fee")["value"] == "0.8", "percents are exact text"
    assert found(answer, "ship_standard")["alternatives"][0]["id"] == "48h"


def test_one_rule_at_a_date_and_in_english(cast):
    caller = cast.as_("anan")
    caller.patch("/api/session", {"language": "en"})
    shop = f"?shop={cast.taobao.pk}"
    assert caller.get(f"/api/policy/late_ship_min{shop}&at=2015-10-28")["value"] == 500
    answer = caller.get(f"/api/policy/late_ship_min{shop}&at=2015-10-29T00:00:00%2B08:00")
    assert answer["value"] == 100 and answer["title"] == "Late-shipment compensation, least"
    assert found(caller.get(f"/api/policy{shop}&q=late-ship"), "late_ship_cap")["value"] == 3000
    refused = caller.get(f"/api/policy{shop}&at=yesterday", status=422)
    assert "yesterday" in refused["error"]["fields"]["at"]


def test_an_owner_sets_a_rule_and_takes_it_back(cast):
    owner = cast.as_("owner")
    rule = owner.put(url(cast, KEY), {"value": 3, "reason": "售后承诺三天内处理"})
    assert (rule["value"], rule["layer"], rule["origin"]) == (3, "shop", "tmall")
    assert rule["override"]["reason"] == "售后承诺三天内处理" and rule["override"]["applies"]
    assert queries.rule(KEY, shop=cast.tmall, at=NOON).duration == timedelta(days=3)
    assert queries.rule(KEY, shop=cast.taobao, at=NOON).value == 5, "the sister shop is not touched"
    event = Event.objects.get(kind="policy.overridden")
    assert (event.shop_id, event.actor) == (cast.tmall.pk, f"staff:{cast.staff['owner'].pk}")
    assert event.payload == {
        "key": KEY, "before": 5, "value": 3, "alternative": "", "reason": "售后承诺三天内处理",
    }  # fmt: skip
    back = owner.delete(url(cast, KEY))
    assert (back["value"], back["layer"], back["override"]) == (5, "tmall", None)
    assert Event.objects.get(kind="policy.restored").payload["value"] == 5


def test_history_is_kept_and_answers_for_its_time(cast):
    owner = cast.as_("owner")
    for hours, value in ((0, 4), (1, 3), (2, 2)):
        with clock.frozen(NOON + timedelta(hours=hours)):
            owner.put(url(cast, KEY), {"value": value, "reason": "调整"})
    with clock.frozen(NOON + timedelta(hours=3)):
        owner.delete(url(cast, KEY))
    at = [NOON + timedelta(minutes=m) for m in (-1, 0, 59, 60, 179, 180)]
    assert [queries.rule(KEY, shop=cast.tmall, at=when).value for when in at] == [5, 4, 4, 3, 2, 5]
    rows = queries.history(cast.tmall.pk, KEY)
    assert [row.value for row in rows] == [2, 3, 4] and all(row.valid_to for row in rows)
    shown = cast.as_("anan").get(f"/api/policy/{KEY}/history?shop={cast.tmall.pk}")
    assert [(row["value_text"], row["reason"]) for row in shown] == [
        ("2 天", "调整"),
        ("3 天", "调整"),
        ("4 天", "调整"),
    ]
    assert shown[0]["valid_to"] == "2026-11-11T07:00:00Z" and shown[0]["closed_by"] == shown[0]["by"]


def test_a_percent_that_was_set_comes_back_exact(cast):
    assert cast.as_("owner").put(url(cast, "card_fee"), {"value": "0.55", "reason": "谈下来的费率"})["value"] == "0.55"
    assert queries.rule("card_fee", shop=cast.tmall, at=NOON).value == Decimal("0.55")


def test_an_alternative_is_switched_on(cast):
    rule = cast.as_("supervisor").put(url(cast, "order_auto_close"), {"alternative": "24h", "reason": "后台核实"})
    assert (rule["value"], rule["layer"], rule["trust"]) == (24, "shop", "C")
    assert [a["chosen"] for a in rule["alternatives"]] == [True]


@pytest.mark.parametrize(
    ("key", "data", "status", "code"),
    [
        (KEY, {"value": 9, "reason": "太忙"}, 409, "policy.not_stricter"),
        ("fraud_multiple", {"value": 5, "reason": "承诺更多"}, 409, "policy.law"),
        (KEY, {"value": "三", "reason": "x"}, 422, "policy.bad_value"),
        (KEY, {"value": 3, "reason": "  "}, 422, "invalid"),
        (KEY, {"value": 3}, 422, "invalid"),
        (KEY, {"reason": "没有值"}, 422, "invalid"),
        (KEY, {"value": 3, "alternative": "x", "reason": "两个"}, 422, "invalid"),
        ("order_auto_close", {"alternative": "1h", "reason": "x"}, 422, "policy.unknown_alternative"),
        ("no_such_rule", {"value": 3, "reason": "x"}, 404, "not_found"),
        ("bank_transfer_allowed", {"value": True, "reason": "客户要求"}, 409, "policy.not_stricter"),
    ],
)
def test_what_may_not_be_set_is_refused_and_nothing_changes(cast, key, data, status, code):
    with nothing_changes(PolicyOverride):
        refused = cast.as_("owner").put(url(cast, key), data, status=status)
    assert refused["error"]["code"] == code and refused["error"]["message"]


@pytest.mark.parametrize("who", ["quanquan", "anan", "clerk", "warehouse", "finance", "inspector", "trainer", "vendor"])
def test_only_those_who_may_edit_rules_edit_them(cast, who):
    with nothing_changes(PolicyOverride):
        cast.as_(who).put(url(cast, KEY), {"value": 3, "reason": "x"}, status=403)
        cast.as_(who).delete(url(cast, KEY), status=403)


def test_a_stranger_meets_no_shop(cast):
    stranger = cast.as_("stranger")
    with nothing_changes(PolicyOverride):
        stranger.get(url(cast), status=404)
        stranger.get(url(cast, KEY), status=404)
        stranger.put(url(cast, KEY), {"value": 3, "reason": "x"}, status=404)
        stranger.delete(url(cast, KEY), status=404)
        stranger.get("/api/policy?shop=999999", status=404)
        stranger.get(f"/api/policy/{KEY}/history?shop={cast.tmall.pk}", status=404)


def test_taking_back_what_was_never_set_is_refused(cast):
    with nothing_changes(PolicyOverride):
        refused = cast.as_("owner").delete(url(cast, KEY), status=404)
    assert "默认" in refused["error"]["message"]


def test_many_rules_cost_one_read_and_a_second_only_where_the_shop_set_one(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.rules_in_force(cast.tmall, NOON)
    cast.as_("owner").put(url(cast, KEY), {"value": 3, "reason": "x"})
    with django_assert_num_queries(2):
        assert queries.rules([KEY, "review_change"], shop=cast.tmall, at=NOON)[KEY].value == 3
    with django_assert_num_queries(1):
        queries.rules(["review_change"], shop=cast.tmall, at=NOON)


# --- command line ---------------------------------------------------------------------------------------------------


def run(capsys, *arguments):
    from xiaoer.cli import main

    status = main(["policy", *arguments])
    return status, capsys.readouterr()


def test_the_command_line_prints_json(capsys, noon):
    status, out = run(capsys, "show", "--platform", "tmall", "--at", "2026-11-11", "--key", KEY, "--json")
    assert status == 0
    answer = json.loads(out.out)
    assert answer["platform"] == "tmall" and answer["at"] == "2026-11-11T00:00:00+08:00"
    (rule,) = answer["rules"]
    assert (rule["key"], rule["value"], rule["unit"], rule["layer"]) == (KEY, 5, "days", "tmall")
    assert rule["explain"]["en"].startswith("Return: seller answers within: 5 days.")


def test_the_command_line_lists_everything_for_people(capsys, noon):
    status, out = run(capsys, "show", "--platform", "tmall")
    assert status == 0 and len(out.out.splitlines()) == len(queries.book().keys)
    assert "? order_auto_close" in out.out
    status, out = run(capsys, "check")
    assert status == 0 and "tmall" in out.out


def test_the_command_line_refuses_in_words(capsys, noon):
    for arguments in (["--key", "nothing"], ["--at", "soon"]):
        status, out = run(capsys, "show", "--platform", "tmall", *arguments)
        assert status == 1 and out.err.strip()
