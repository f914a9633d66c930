"""Compensation: who may grant how much, the month's budget, never for a review, and the order desk's proposals."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.aftersales import compensation_rules as rules
from xiaoer.aftersales.actions.compensation import used
from xiaoer.aftersales.models import CompensationBudget, CompensationCase, MoneyEntry, Payable
from xiaoer.aftersales.tests import makers
from xiaoer.aftersales.tests.makers import act
from xiaoer.kernel.access import Who
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Event
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import Cast, nothing_changes
from xiaoer.orders.events_pay import CompensationProposed
from xiaoer.orders.models import Order

TABLES = (CompensationCase, CompensationBudget, MoneyEntry, Payable)


def propose(cast: Cast, who: str, row: Order, status: int = 201, **form: Any) -> dict[str, Any]:
    data = {
        "order": row.pk,
        "means": "cash",
        "amount_fen": 1500,
        "reason": "late",
        "note": "晚发两天，补偿买家",
        **form,
    }
    answer: dict[str, Any] = cast.as_(who).post("/api/cases/compensation", data, status)
    return answer


def test_within_the_limit_it_is_granted_at_once(cast: Cast, noon: Any) -> None:
    """An agent's limit is 20.00: 15.00 waits for finance, who gives it; the buyer is told only then."""
    row = makers.order(cast)
    case = propose(cast, "anan", row)
    assert (case["state"], case["granted_fen"], case["number"]) == ("granted", 1500, "BC20261111-0001")
    listed = cast.as_("finance").get("/api/finance")["items"]
    assert [(one["number"], one["amount_fen"], one["state"]) for one in listed] == [(case["number"], 1500, "waiting")]
    done = act(cast, "finance", case, "execute", {"channel": "platform", "reference": "2026111199001"})
    assert (done["state"], done["executed_fen"]) == ("executed", 1500)
    assert Order.objects.get(pk=row.pk).refunded_fen == 0, "a compensation is no refund of the price"
    assert cast.as_("finance").get("/api/finance")["items"] == []
    assert makers.buyer(row).get("/api/buyer/cases")["items"][0]["executed_fen"] == 1500


def test_over_the_limit_the_superior_decides(cast: Cast, noon: Any) -> None:
    """R832: 50.00 is more than an agent may: her supervisor approves 40.00, and that is what finance pays."""
    case = propose(cast, "anan", makers.order(cast), amount_fen=5000)
    assert (case["state"], case["more"]["level"]) == ("approval", "supervisor")
    act(cast, "anan", case, "approve", {}, 403)
    assert cast.as_("supervisor").get("/api/cases/counts")["approve"] == 1
    approved = act(cast, "supervisor", case, "approve", {"amount_fen": 4000, "note": "按晚发天数"})
    assert (approved["state"], approved["granted_fen"]) == ("granted", 4000)
    assert Payable.objects.get().amount_fen == 4000


def test_the_supervisor_s_own_limit_and_the_owner(cast: Cast, noon: Any) -> None:
    """Above 200.00 only the owner: the supervisor's approval is refused with the remedy."""
    case = propose(cast, "anan", makers.order(cast), amount_fen=25000)
    assert case["state"] == "owner_approval"
    with nothing_changes(*TABLES):
        refused = act(cast, "supervisor", case, "approve", {}, 403)
    assert refused["error"]["code"] == "over_limit" and "¥250.00" in refused["error"]["message"]
    assert act(cast, "owner", case, "approve", {})["state"] == "granted"


def test_vendor_agents_have_a_limit_of_their_own(cast: Cast, noon: Any) -> None:
    """C43: an outsourced agent may grant 10.00, not 15.00."""
    assert propose(cast, "vendor", makers.order(cast), amount_fen=1000)["state"] == "granted"
    assert propose(cast, "vendor", makers.order(cast), amount_fen=1500)["state"] == "approval"


def test_many_small_ones_count_together(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    assert propose(cast, "anan", row, amount_fen=1500)["state"] == "granted"
    assert propose(cast, "anan", row, amount_fen=600, reason="courier")["state"] == "approval"


def test_over_budget_needs_the_owner(cast: Cast, noon: Any) -> None:
    """5,000.00 a month: when 4,999.00 are gone even 10.00 waits for the owner, and the page says what is left."""
    CompensationBudget.objects.create(shop=cast.tmall, month="2026-11", used_fen=499900)
    case = propose(cast, "anan", makers.order(cast), amount_fen=1000)
    assert (case["state"], case["more"]["level"]) == ("owner_approval", "owner")
    act(cast, "supervisor", case, "approve", {}, 403)
    act(cast, "owner", case, "approve", {})
    shown = next(one for one in cast.as_("finance").get("/api/finance/budgets") if one["shop"] == cast.tmall.pk)
    assert (shown["used_fen"], shown["left_fen"], shown["budget_fen"]) == (500900, 0, 500000)


def test_called_back_before_it_was_paid(cast: Cast, noon: Any) -> None:
    """The month's budget gets it back, the ledger says nothing is granted, finance has nothing to pay."""
    case = propose(cast, "anan", makers.order(cast))
    act(cast, "anan", case, "revoke", {"note": "填错订单"}, 403)
    revoked = act(cast, "supervisor", case, "revoke", {"note": "填错订单"})
    assert revoked["state"] == "revoked" and used(cast.tmall.pk, "2026-11") == 0
    assert sum(MoneyEntry.objects.values_list("amount_fen", flat=True)) == 0
    assert cast.as_("finance").get("/api/finance")["items"] == []
    act(cast, "finance", case, "execute", {"channel": "platform", "reference": "2026111199002"}, 409)


@pytest.mark.parametrize(
    "note",
    ["给您退10块您改一下评价", "好评返现5元哦", "您把差评删了给您补偿20元"],
    ids=["change", "cashback", "delete"],
)
def test_never_for_a_review(cast: Cast, noon: Any, note: str) -> None:
    """C12, R831: a word that ties money to a review is refused, whatever the amount."""
    row = makers.order(cast)
    with nothing_changes(*TABLES):
        refused = propose(cast, "owner", row, 422, note=note)
    assert "note" in refused["error"]["fields"]


def test_after_a_review_only_a_proven_fault(cast: Cast, noon: Any) -> None:
    """A review as the cause: goodwill is refused, a flaw goes to the superior even within the limit (R832)."""
    row = makers.order(cast)
    with nothing_changes(*TABLES):
        refused = propose(cast, "anan", row, 422, cause="review:7", reason="goodwill")
    assert "reason" in refused["error"]["fields"]
    case = propose(cast, "anan", row, cause="review:7", reason="quality", amount_fen=500)
    assert case["state"] == "approval"
    twice = propose(cast, "mumu", row, 409, cause="review:7", reason="quality", amount_fen=500)
    assert twice["error"]["code"] == "proposed_already"


def test_sent_back_changed_and_granted(cast: Cast, noon: Any) -> None:
    case = propose(cast, "anan", makers.order(cast), amount_fen=5000)
    back = act(cast, "supervisor", case, "send_back", {"note": "按规定最多 20 元"})
    assert (back["state"], back["answer"]) == ("proposed", "按规定最多 20 元")
    assert act(cast, "anan", case, "amend", {"amount_fen": 2000})["state"] == "granted"


def test_nobody_approves_her_own(cast: Cast, noon: Any) -> None:
    """The budget is spent meanwhile: what the supervisor proposed herself another superior decides."""
    CompensationBudget.objects.create(shop=cast.tmall, month="2026-11", used_fen=500000)
    case = propose(cast, "supervisor", makers.order(cast), amount_fen=1000)
    assert case["state"] == "owner_approval"
    CompensationBudget.objects.update(used_fen=0)
    refused = act(cast, "supervisor", case, "approve", {}, 403)
    assert refused["error"]["code"] == "four_eyes"


def test_coupons_and_points_are_given_as_such(cast: Cast, noon: Any) -> None:
    """R693, R723: a coupon needs its name, and is never paid out as money."""
    row = makers.order(cast)
    assert "gift" in propose(cast, "anan", row, 422, means="coupon")["error"]["fields"]
    case = propose(cast, "anan", row, means="coupon", gift="满100减15优惠券")
    with nothing_changes(*TABLES):
        refused = act(cast, "finance", case, "execute", {"channel": "alipay", "reference": "2026111199003"}, 422)
    assert "发放优惠券" in refused["error"]["fields"]["channel"]
    assert act(cast, "finance", case, "execute", {"channel": "coupon", "reference": "YHQ-0001"})["state"] == "executed"


def test_what_the_order_desk_agreed_is_proposed(cast: Cast, noon: Any) -> None:
    """R737: order.compensation_proposed opens a case by the agent who agreed it; read twice it is still one."""
    row = makers.order(cast)
    who = Who("staff", cast.staff["anan"].pk, "安安")
    for _ in range(2):
        said = CompensationProposed(entry=3, kind="coupon", amount_fen=800, trouble="late")
        announce(said, shop_id=row.shop_id, subject=f"order:{row.pk}", by=who, at=noon, customer_id=row.customer_id)
    run_reactions()
    case = CompensationCase.objects.get()
    assert (case.means, case.state, case.cause, case.reason) == ("coupon", "granted", "follow_up:3", "late")
    assert case.opened_by == str(who)


def test_the_buyer_does_not_see_a_proposal(cast: Cast, noon: Any) -> None:
    row = makers.order(cast)
    propose(cast, "anan", row, amount_fen=5000)
    assert makers.buyer(row).get("/api/buyer/cases")["items"] == []
    assert not Event.objects.filter(kind__startswith="compensation.", for_buyer=True).exists()


LIMITS = rules.Limits(agent=2000, vendor=1000, supervisor=20000, budget=500000, order_percent=100)


@given(
    amount=st.integers(1, 60000), before=st.integers(0, 30000), left=st.integers(0, 500000), review=st.booleans(),
    role=st.sampled_from(["after_sales", "vendor_agent", "supervisor", "warehouse"]),
)  # fmt: skip
def test_nobody_grants_beyond_her_limit(amount: int, before: int, left: int, review: bool, role: str) -> None:
    """Whatever the circumstances: without a superior's word never more than limit, budget and price allow."""
    limit = rules.limit_of(frozenset({role}), LIMITS)
    assert limit is not None
    level = rules.level_for(
        amount, before=before, paid=36200, limit=limit, limits=LIMITS, left=left, review=review,
        superior=limit >= LIMITS.supervisor,
    )  # fmt: skip
    if not level.who:
        assert amount + before <= limit and amount <= left and amount + before <= 36200
    if amount > left or amount + before > LIMITS.supervisor:
        assert level.who == "owner"
    assert bool(level.who) == bool(level.why)
