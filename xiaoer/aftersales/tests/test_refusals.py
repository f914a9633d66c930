"""Everything the desk will not do, with its reason, and that nothing changed."""

from typing import Any

import pytest

from xiaoer.aftersales.actions import perform
from xiaoer.aftersales.flow import FLOWS, REFUND_ONLY, RETURN
from xiaoer.aftersales.models import RefundOnlyCase, ReturnCase
from xiaoer.aftersales.tests import makers
from xiaoer.aftersales.tests.makers import (
    DAY,
    EVERYTHING,
    GOOD,
    SF,
    UNSHIPPED,
    act,
    apply,
    bring_to,
    buyer,
    count,
    do,
    lines_of,
)
from xiaoer.kernel import clock
from xiaoer.kernel.errors import Conflict
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, flow_pairs, nothing_changes
from xiaoer.orders.models import Order


def refused(row: Order, kind: str, status: int, **data: Any) -> dict[str, Any]:
    """An application is refused and leaves nothing behind; the error."""
    body = {"order": row.pk, "reason": "no_reason", "lines": [{"line": lines_of(row)[0], "qty": 1}], **data}
    with nothing_changes(*EVERYTHING):
        error: dict[str, Any] = buyer(row).post(f"/api/buyer/cases/{kind}", body, status)["error"]
    return error


def test_applications_refused(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    assert "3" in refused(row, "return", 422, lines=[{"line": lines_of(row)[0], "qty": 4}])["fields"]["lines.0"]
    assert "lines.0" in refused(row, "return", 422, lines=[{"line": 999999, "qty": 1}])["fields"]
    twice = [{"line": lines_of(row)[0], "qty": 1}] * 2
    assert "重复" in refused(row, "return", 422, lines=twice)["fields"]["lines.1"]
    assert "lines" in refused(row, "return", 422, lines=[])["fields"]
    assert "¥99.99" in refused(row, "return", 422, amount_fen=10000)["fields"]["amount_fen"]
    assert "amount_fen" in refused(row, "return", 422, amount_fen=0)["fields"]
    assert "reason" in refused(row, "return", 422, reason="because")["fields"]
    assert "不适用" in refused(row, "return", 422, reason="not_wanted")["fields"]["reason"]
    assert "照片" in refused(row, "return", 422, reason="quality")["fields"]["photos"]
    assert "photos" in refused(row, "return", 422, reason="quality", photos=[4711])["fields"]
    stranger = makers.order(cast, nick="别人")
    assert "photos" in refused(row, "return", 422, reason="quality", photos=[makers.photo(stranger)])["fields"]
    assert refused(row, "nonsense", 404)["code"] == "not_found"


def test_orders_that_cannot_be_refunded(cast: Cast, noon: Any) -> None:
    unpaid = makers.order(cast, status="waiting_payment", paid_at=None, shipped_at=None, signed_at=None)
    assert refused(unpaid, "refund_only", 409, reason="not_wanted")["code"] == "order_not_paid"
    unshipped = makers.order(cast, **UNSHIPPED)
    error = refused(unshipped, "return", 409)
    assert error["code"] == "order_not_shipped" and "仅退款" in error["message"]


def test_the_window_is_exact(cast: Cast, noon: Any) -> None:
    """168 h from 00:00 after signing (C09): the last second counts, the next does not; quality claims go on."""
    row = makers.order(cast)
    end = NOON.replace(day=16, hour=16)
    with clock.frozen(end):
        error = refused(row, "return", 409)
        assert error["code"] == "out_of_window" and "质量问题" in error["message"]
        assert apply(row, reason="quality", photos=[makers.photo(row)])["state"] == "requested"
    with clock.frozen(end - makers.HOUR / 3600):
        assert apply(row)["state"] == "requested"


def test_goodwill_is_the_shops_choice(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    data = {"order": row.pk, "reason": "no_reason", "lines": [{"line": lines_of(row)[0], "qty": 1}], "goodwill": True}
    with clock.frozen(NOON + 10 * DAY):
        with nothing_changes(*EVERYTHING):
            assert cast.as_("quanquan").post("/api/cases/return", data, 403)["error"]["code"] == "forbidden"
        assert cast.as_("anan").post("/api/cases/return", data, 201)["goodwill"] is True


def test_excluded_goods_get_an_alternative(cast: Cast, noon: Any) -> None:
    line = {"title": "刻字定制手链", "qty": 1, "price_fen": 9900, "paid_fen": 9900, "category": "custom"}
    row = makers.order(cast, lines=[line], payable_fen=9900, paid_fen=9900, freight_fen=0)
    error = refused(row, "return", 409)
    assert error["code"] == "excluded_goods" and "定作" in error["message"] and "换货" in error["message"]
    assert apply(row, reason="quality", photos=[makers.photo(row)])["state"] == "requested"


def test_one_no_reason_return_only_where_switched_on(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    apply(row)
    assert apply(row)["number"].endswith("0002")  # off by default (C50)
    body = {"value": True, "reason": "本店规定"}
    cast.as_("owner").put(f"/api/policy/one_no_reason_return?shop={row.shop_id}", body)
    assert refused(row, "return", 409)["code"] == "one_per_order"
    assert apply(row, reason="quality", photos=[makers.photo(row)])["state"] == "requested"


def test_pieces_are_asked_for_once(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row, qty=2)
    error = refused(row, "refund_only", 409, reason="agreed", lines=[{"line": lines_of(row)[0], "qty": 2}])
    assert error["code"] == "already_asked" and error["current"]["left"] == 1
    do(row, case, "withdraw")
    assert apply(row, qty=3)["state"] == "requested"


def refused_move(cast: Cast, who: str, case: dict[str, Any], verb: str, data: Any, status: int) -> dict[str, Any]:
    with nothing_changes(*EVERYTHING):
        error: dict[str, Any] = act(cast, who, case, verb, data, status)["error"]
    return error


def test_a_refusal_must_be_true(cast: Cast, noon: Any) -> None:
    case = apply(makers.order(cast))
    late = refused_move(cast, "anan", case, "refuse", {"why": "out_of_window", "explanation": "过期了"}, 422)
    assert "期限之内" in late["fields"]["why"]
    taken = refused_move(cast, "anan", case, "refuse", {"why": "excluded_goods", "explanation": "特价不退"}, 422)
    assert "why" in taken["fields"]
    none = refused_move(cast, "anan", case, "refuse", {"why": "other", "explanation": ""}, 422)
    assert "explanation" in none["fields"]


def test_proof_is_checked_before_agreeing(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row, reason="quality", photos=[makers.photo(row)])
    assert "核实" in refused_move(cast, "anan", case, "approve", {}, 422)["fields"]["verified"]
    assert act(cast, "anan", case, "approve", {"verified": True})["state"] == "approved"


def test_no_return_address(cast: Cast, noon: Any) -> None:
    case = apply(makers.order(cast))
    type(cast.tmall).objects.filter(pk=cast.tmall.pk).update(return_address={})
    assert refused_move(cast, "anan", case, "approve", {}, 422)["code"] == "no_return_address"


@pytest.mark.parametrize(
    ("carrier", "waybill", "field", "word"),
    [
        ("sf", "123", "waybill", "太短"),
        ("sf", "YT1234567890123", "waybill", "圆通"),
        ("yto", "13812345678", "waybill", "手机号"),
        ("火箭快递", "SF1234567890123", "carrier", "不认识"),
    ],
)
def test_waybills_that_are_none(cast: Cast, noon: Any, carrier: str, waybill: str, field: str, word: str) -> None:
    row = makers.order(cast)
    case = bring_to(cast, row, "approved")
    with nothing_changes(*EVERYTHING):
        error = do(row, case, "ship", {"carrier": carrier, "waybill": waybill}, 422)["error"]
    assert word in error["fields"][field]
    with nothing_changes(*EVERYTHING):
        same = do(row, case, "ship", {"carrier": "other", "waybill": row.order_no}, 422)["error"]
        assert "订单编号" in same["fields"]["waybill"]
        collect = do(row, case, "ship", {**SF, "freight_collect": True}, 422)["error"]
        assert "到付" in collect["fields"]["freight_collect"]


def test_what_cannot_have_been_received(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = bring_to(cast, row, "in_transit", qty=2)
    assert "申请退 2 件" in refused_move(cast, "warehouse", case, "receive", count(row, 3), 422)["fields"]["lines.0"]
    assert "破损" in refused_move(cast, "warehouse", case, "receive", count(row, 1, 2), 422)["fields"]["lines.0"]
    other = refused_move(cast, "warehouse", case, "receive", count(row, 1, line=1), 422)
    assert "lines.0" in other["fields"]
    assert "note" in refused_move(cast, "warehouse", case, "receive", {"lines": [], **GOOD}, 422)["fields"]
    assert "tags_ok" in refused_move(cast, "warehouse", case, "receive", {"lines": []}, 422)["fields"]
    empty = act(cast, "warehouse", case, "receive", {"lines": [], **GOOD, "note": "空包，只有一张纸"})
    assert empty["lines"][0]["received"] == 0
    act(cast, "warehouse", case, "inspect", {"verdict": "fail", "finding": "空包"})
    assert refused_move(cast, "anan", case, "grant", {}, 409)["code"] == "nothing_to_refund"


def test_amounts_have_limits_and_reasons(cast: Cast, noon: Any) -> None:
    case = bring_to(cast, makers.order(cast), "inspected", qty=2)
    assert "¥199.99" in refused_move(cast, "anan", case, "grant", {"amount_fen": 20000}, 422)["fields"]["amount_fen"]
    assert "reason" in refused_move(cast, "anan", case, "grant", {"amount_fen": 15000}, 422)["fields"]
    over = refused_move(cast, "anan", case, "grant", {"freight_out_fen": 1300, "reason": "x"}, 422)
    assert "freight_out_fen" in over["fields"]
    assert refused_move(cast, "anan", case, "reject_goods", {"explanation": "不想退"}, 409)["code"] == "not_ready"
    less = act(cast, "anan", case, "grant", {"amount_fen": 15000, "reason": "协商扣除清洗费"})
    assert less["granted_fen"] == 15000


def test_payment_once(cast: Cast, noon: Any) -> None:
    """A second payment is impossible; saying the same payment again is no mistake; a reference pays one case."""
    row = makers.order(cast)
    case = bring_to(cast, row, "refund_granted")
    pay = {"channel": "platform", "reference": "2026111122001999"}
    assert "channel" in refused_move(cast, "finance", case, "refund", {**pay, "channel": "alipay"}, 422)["fields"]
    assert "reference" in refused_move(cast, "finance", case, "refund", {**pay, "reference": ""}, 422)["fields"]
    act(cast, "finance", case, "refund", pay)
    with nothing_changes(*EVERYTHING):
        assert act(cast, "finance", case, "refund", pay)["executed_fen"] == 9999
    assert (
        refused_move(cast, "finance", case, "refund", {**pay, "reference": "other-1"}, 409)["code"] == "not_legal_now"
    )
    second = bring_to(cast, row, "refund_granted")
    assert "已用于" in refused_move(cast, "finance", second, "refund", pay, 422)["fields"]["reference"]


def test_somebody_was_first(cast: Cast, noon: Any) -> None:
    case = apply(makers.order(cast))
    act(cast, "anan", case, "approve")
    error = refused_move(cast, "mumu", case, "refuse", {"why": "other", "explanation": "不同意"}, 409)
    assert error["current"]["state"] == "approved" and "待买家寄回" in error["message"]


def test_two_agents_at_once(cast: Cast, noon: Any) -> None:
    """Both read the case as waiting; the second one's write finds it moved: one winner, one clear message."""
    case = apply(makers.order(cast))
    first, second = (ReturnCase.objects.select_related("shop").get(pk=case["id"]) for _ in range(2))
    refuse = {"why": "other", "explanation": "不同意"}
    perform(cast.viewer("anan"), RETURN, first, "approve", {}, by=cast.who("anan"), at=noon)
    with nothing_changes(*EVERYTHING), pytest.raises(Conflict) as lost:
        perform(cast.viewer("mumu"), RETURN, second, "refuse", refuse, by=cast.who("mumu"), at=noon)
    assert lost.value.code == "somebody_was_first" and "待买家寄回" in lost.value.text.zh


def test_two_payments_at_once(cast: Cast, noon: Any) -> None:
    case = bring_to(cast, makers.order(cast), "refund_granted")
    first, second = (ReturnCase.objects.select_related("shop").get(pk=case["id"]) for _ in range(2))
    who = cast.who("finance")
    pay = {"channel": "platform", "reference": "2026111122000777"}
    perform(cast.viewer("finance"), RETURN, first, "refund", pay, by=who, at=noon)
    with nothing_changes(*EVERYTHING), pytest.raises(Conflict):
        perform(cast.viewer("finance"), RETURN, second, "refund", {**pay, "reference": "another-1"}, by=who, at=noon)


def test_roles(cast: Cast, noon: Any) -> None:
    """Warehouse cannot pay, finance cannot approve, pre-sales cannot decide, the supervisor cannot pay."""
    case = apply(makers.order(cast))
    for who in ("finance", "warehouse", "quanquan", "clerk", "inspector"):
        assert refused_move(cast, who, case, "approve", {}, 403)["code"] == "forbidden"
    money = bring_to(cast, makers.order(cast, nick="小鹿"), "refund_granted")
    for who in ("warehouse", "anan", "supervisor"):
        refused_move(cast, who, money, "refund", {"channel": "platform", "reference": "12345678"}, 403)
    moving = bring_to(cast, makers.order(cast, nick="小马"), "in_transit")
    refused_move(cast, "anan", moving, "receive", {}, 403)
    refused_move(cast, "warehouse", moving, "auto_refund", {}, 403)
    for who in ("stranger", "trainer"):
        assert refused_move(cast, who, case, "approve", {}, 404)["code"] == "not_found"
        cast.as_(who).get(makers.url(case), status=404)
        assert cast.as_(who).get("/api/cases", {"desk": "all"})["items"] == []


def test_a_buyer_sees_only_her_own(cast: Cast, noon: Any) -> None:
    mine, hers = makers.order(cast), makers.order(cast, nick="路人乙")
    case = apply(mine)
    other = buyer(hers)
    address = f"/api/buyer/cases/return/{case['id']}"
    with nothing_changes(*EVERYTHING):
        assert other.get(address, status=404)["error"]["code"] == "not_found"
        other.post(f"{address}/withdraw", {}, 404)
        body = {"order": mine.pk, "reason": "no_reason", "lines": [{"line": lines_of(mine)[0], "qty": 1}]}
        other.post("/api/buyer/cases/return", body, 404)
        other.get("/api/buyer/cases/opening", {"order": mine.pk}, 404)
        other.get(f"/api/cases/return/{case['id']}", status=401)
        buyer(mine).post(f"{address}/approve", {}, 403)
    assert other.get("/api/buyer/cases")["items"] == []
    assert [one["id"] for one in buyer(mine).get("/api/buyer/cases")["items"]] == [case["id"]]
    act(cast, "anan", case, "notes", {"text": "黑名单边缘客户"})
    assert "黑名单" not in str(buyer(mine).get(address)) and "安安" not in str(buyer(mine).get(address))
    assert "黑名单" in str(cast.as_("mumu").get(makers.url(case)))


@pytest.mark.sqlite_only  # walks each pair; the moves themselves run on PostgreSQL in the life of a return
def test_every_pair_of_the_tables(cast: Cast, noon: Any) -> None:
    """The generated test: each verb in each state with each kind of actor does what the table says."""
    row = makers.order(cast)

    def make(table: type[Any], state: str) -> Any:
        return table.objects.create(
            shop=cast.tmall,
            order=row,
            customer_id=row.customer_id,
            number=f"X-{state}",
            state=state,
            state_at=NOON,
            opened_at=NOON,
            opened_by="buyer:1",
            reason="no_reason",
            requested_fen=1,
        )

    assert flow_matrix(RETURN, lambda state: make(ReturnCase, state)) == len(flow_pairs(RETURN))
    assert flow_matrix(REFUND_ONLY, lambda state: make(RefundOnlyCase, state)) == len(flow_pairs(REFUND_ONLY))


@pytest.mark.sqlite_only  # as above
@pytest.mark.parametrize("name", list(FLOWS))
def test_illegal_pairs_over_http(cast: Cast, noon: Any, name: str) -> None:
    """The owner may do everything that staff may; what is not legal in a state answers 409 with the state."""
    flow = FLOWS[name]
    table = ReturnCase if name == "return" else RefundOnlyCase
    case = apply(makers.order(cast), name, "agreed")
    owner = cast.as_("owner")
    staff = {move.verb for move in flow.moves if "staff" in move.by}
    for state, verb, legal in flow_pairs(flow):
        if legal or verb not in staff:
            continue
        table._default_manager.filter(pk=case["id"]).update(state=state)
        with nothing_changes(table):
            error = owner.post(makers.url(case, verb), {}, 409)["error"]
        assert error["current"]["state"] == state
    assert owner.post(makers.url(case, "explode"), {}, 422)["error"]["code"] == "unknown_verb"


def test_every_verb_has_its_function() -> None:
    from xiaoer.aftersales.actions.perform import VERBS

    for name, flow in FLOWS.items():
        assert set(VERBS[name]) == set(flow.verbs())
