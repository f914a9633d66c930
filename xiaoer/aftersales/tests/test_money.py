"""Money in refunds: pure properties, and the ledger over several cases of one order."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from xiaoer.aftersales import rules
from xiaoer.aftersales.models import LineHold, MoneyEntry
from xiaoer.aftersales.tests import makers
from xiaoer.aftersales.tests.makers import UNSHIPPED, act, apply
from xiaoer.kernel.testing import Cast, nothing_changes
from xiaoer.orders.models import Order


@given(paid=st.integers(0, 10**9), parts=st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_partial_returns_sum_to_what_was_paid(paid: int, parts: list[int]) -> None:
    bought, gone, granted = sum(parts), 0, 0
    for qty in parts:
        worth = rules.Piece(1, bought, paid, gone, granted).worth(qty)
        assert 0 <= worth <= paid - granted
        assert abs(worth * bought - paid * qty) < 2 * bought  # never two fen beside the exact share
        gone, granted = gone + qty, granted + worth
    assert granted == paid


@given(freight=st.integers(0, 10**6), parts=st.lists(st.integers(1, 10**7), min_size=1, max_size=10))
def test_freight_shares_sum_to_the_freight(freight: int, parts: list[int]) -> None:
    whole, before, back = sum(parts), 0, 0
    for part in parts:
        back += rules.freight_share(freight, whole, before, part)
        before += part
    assert back == freight


@given(
    lines=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 10**7)), min_size=1, max_size=6),
    share=st.integers(0, 1000),
)
def test_a_chosen_amount_is_spread_without_loss(lines: list[tuple[int, int]], share: int) -> None:
    pieces = [(rules.Piece(i, bought, paid), bought) for i, (bought, paid) in enumerate(lines)]
    total = sum(paid for _, paid in lines) * share // 1000
    parts = rules.spread(total, pieces)
    assert sum(parts) == total
    assert all(0 <= part <= piece.left_fen for part, (piece, _) in zip(parts, pieces, strict=True))


def test_three_returns_of_one_line(cast: Cast, noon: Any) -> None:
    """299.99 for three: 99.99, then 100.00, then 100.00 (the remainder); the order is refunded exactly."""
    row = makers.order(cast)
    amounts = [makers.bring_to(cast, row, "refunded")["executed_fen"] for _ in range(3)]
    assert sum(amounts) == 29999 and amounts[0] == 9999
    hold = LineHold.objects.get(order_line_id=makers.lines_of(row)[0])
    assert (hold.held, hold.gone, hold.granted_fen) == (0, 3, 29999)
    assert Order.objects.get(pk=row.pk).refunded_fen == 29999


def test_unshipped_goes_back_whole(cast: Cast, noon: Any) -> None:
    """Nothing was sent: the freight the buyer paid comes back with the goods."""
    row = makers.order(cast, **UNSHIPPED)
    lines = [{"line": line, "qty": qty} for line, qty in zip(makers.lines_of(row), (3, 1), strict=True)]
    case = makers.buyer(row).post(
        "/api/buyer/cases/return", {"order": row.pk, "kind": "refund_only", "reason": "not_wanted", "lines": lines}, 201
    )
    assert (case["flow"], case["number"], case["requested_fen"]) == ("refund_only", "TK20261111-0001", 36200)
    granted = act(cast, "anan", case, "grant")["amounts"]
    assert (granted["goods_fen"], granted["freight_out_fen"]) == (35000, 1200)
    done = act(cast, "finance", case, "refund", {"channel": "platform", "reference": "20261111220"})
    assert (done["state"], done["executed_fen"]) == ("executed", 36200)


def test_part_of_the_price_then_the_goods(cast: Cast, noon: Any) -> None:
    """20.00 for a flaw, the scarf is kept; a later return of it pays the rest and no more."""
    row = makers.order(cast)
    case = apply(row, "refund_only", "agreed", line=1, amount_fen=2000)
    act(cast, "anan", case, "grant")
    act(cast, "finance", case, "refund", {"channel": "platform", "reference": "20261111221"})
    rest = apply(row, line=1)
    assert rest["requested_fen"] == 3001


def quality_return(cast: Cast, freight_fen: int) -> tuple[Order, dict[str, Any]]:
    """A quality claim whose goods passed the dock; the buyer typed what she paid the courier."""
    row = makers.order(cast)
    case = apply(row, reason="quality", photos=[makers.photo(row)])
    act(cast, "anan", case, "approve", {"verified": True})
    makers.do(row, case, "ship", {**makers.SF, "freight_fen": freight_fen})
    act(cast, "warehouse", case, "receive", makers.count(row, 1))
    act(cast, "warehouse", case, "inspect", {"verdict": "pass", "claim": "confirmed"})
    return row, case


def test_typed_return_freight_is_repaid_only_as_far_as_usual(cast: Cast, noon: Any) -> None:
    """She typed 150.00: the empty form grants 30.00; the rest needs the agent's word (R087)."""
    _, case = quality_return(cast, 15000)
    assert cast.as_("anan").get(makers.url(case))["proposal"]["freight_back_fen"] == 3000
    unexplained = act(cast, "anan", case, "grant", {"freight_back_fen": 15000}, 422)
    assert "reason" in unexplained["error"]["fields"]
    granted = act(cast, "anan", case, "grant", {"freight_back_fen": 15000, "reason": "大件，已核对快递底单"})
    assert granted["amounts"]["freight_back_fen"] == 15000


def test_return_freight_beyond_the_cap_is_refused(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    case = apply(row, reason="quality", photos=[makers.photo(row)])
    act(cast, "anan", case, "approve", {"verified": True})
    with nothing_changes(*makers.EVERYTHING):
        refused = makers.do(row, case, "ship", {**makers.SF, "freight_fen": 20001}, 422)
    assert "¥200.00" in refused["error"]["fields"]["freight_fen"]
    _, other = quality_return(cast, 1500)
    with nothing_changes(*makers.EVERYTHING):
        refused = act(cast, "anan", other, "grant", {"freight_back_fen": 20001, "reason": "买家坚持"}, 422)
    assert "freight_back_fen" in refused["error"]["fields"]
    assert act(cast, "anan", other, "grant")["amounts"]["freight_back_fen"] == 1500


def test_ledger_is_written_once(cast: Cast, noon: Any) -> None:
    from xiaoer.aftersales.actions.paying import record
    from xiaoer.aftersales.flow import RETURN
    from xiaoer.aftersales.models import ReturnCase

    case = makers.bring_to(cast, makers.order(cast), "refund_granted")
    row = ReturnCase.objects.get(pk=case["id"])
    record(RETURN, row, "granted", "goods", 9999, by=cast.who("anan"), at=noon)
    assert MoneyEntry.objects.filter(case_id=row.pk).count() == 1
