"""Price difference (退差价) over HTTP: R284-R287, C21. Window, event, amount of the goods only, ledger, channel."""

from datetime import timedelta
from typing import Any

from xiaoer.aftersales.models import LineHold, MoneyEntry, Payable, PriceDifferenceCase
from xiaoer.aftersales.tests.makers import DAY, EVERYTHING, act, apply, buyer, do, later, lines_of, order, photo, url
from xiaoer.aftersales.tests.test_exchange import bought as bought
from xiaoer.aftersales.tests.test_exchange import fact
from xiaoer.goods.models import Promotion, Sku
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.orders.models import Order


def ask(row: Order, price: int | None = 8000, status: int = 201, **more: Any) -> dict[str, Any]:
    line = {"line": lines_of(row)[0], "qty": 1} | ({"price_fen": price} if price is not None else {})
    data = {"order": row.pk, "cause": "price_cut", "lines": [line], "photos": [photo(row)], **more}
    made: dict[str, Any] = buyer(row).post("/api/buyer/cases/price_difference", data, status)
    return made


def test_a_price_cut_within_seven_days_is_paid_and_less_is_left_for_a_return(cast: Cast, bought: Order) -> None:
    case = ask(bought)
    assert case["number"].startswith("CJ") and case["requested_fen"] == 1999
    case = act(cast, "anan", case, "grant")
    assert (case["granted_fen"], case["executed_fen"]) == (1999, 0)
    assert Payable.objects.get(flow="price_difference").amount_fen == 1999
    case = act(cast, "finance", case, "refund", {"channel": "platform", "reference": "P2026111144"})
    assert case["state"] == "paid"
    assert [(one.kind, one.part, one.amount_fen) for one in MoneyEntry.objects.order_by("pk")] == [
        ("granted", "difference", 1999),
        ("executed", "difference", 1999),
    ]
    bought.refresh_from_db()
    assert bought.refunded_fen == 1999, "the goods' difference only, no freight (R286)"
    back = apply(bought, "return", qty=3)
    assert back["requested_fen"] == 29999 - 1999
    do(bought, back, "withdraw")


def test_one_cut_is_paid_once_for_each_piece(cast: Cast, bought: Order) -> None:
    """Three coats at 99.99, now 80.00: 59.99 in all, however often and for how many pieces it is asked."""
    paid = 0
    for number in range(3):
        case = act(cast, "anan", ask(bought), "grant")
        paid += case["granted_fen"]
        act(cast, "finance", case, "refund", {"channel": "platform", "reference": f"P20261111{number}"})
    assert paid == 5997
    assert ask(bought, 8000)["requested_fen"] == 2, "the fen that three equal shares left"
    do(bought, {"flow": "price_difference", "id": PriceDifferenceCase.objects.get(state="asked").pk}, "withdraw")
    line = {"line": lines_of(bought)[0], "qty": 3, "price_fen": 8000}
    case = ask(bought, lines=[line])
    assert case["requested_fen"] == 2
    act(cast, "anan", case, "grant")
    act(cast, "finance", case, "refund", {"channel": "platform", "reference": "P202611119"})
    assert "已按现价退过差价" in ask(bought, 8000, 409)["error"]["message"]


def test_the_price_of_the_shops_list_counts_when_none_is_given(cast: Cast, bought: Order) -> None:
    Sku.objects.filter(code="0201-正红-M").update(price_fen=9000)
    case = ask(bought, None, photos=[])
    assert case["requested_fen"] == 999 and fact(case, "核价").endswith("90.00")
    told = ask(order(cast), 8000, 422, photos=[])
    assert "截图" in told["error"]["fields"]["photos"]


def test_after_the_seven_days_it_is_refused_with_the_reason(cast: Cast, noon: Any) -> None:
    """Signed on the 9th: the time ends 168 h after midnight, as for returns."""
    old = order(cast, signed_at="2026-11-01T15:00:00+08:00", shipped_at="2026-10-29T10:00:00+08:00")
    with nothing_changes(*EVERYTHING, PriceDifferenceCase):
        told = ask(old, 8000, 409)
    assert told["error"]["code"] == "price_difference_window"
    kinds = buyer(old).get(f"/api/buyer/cases/opening?order={old.pk}")["kinds"]
    assert "price_difference" not in [one["kind"] for one in kinds]


def test_during_an_event_it_waits_for_the_end(cast: Cast, bought: Order) -> None:
    """R285: nothing is refused; on the second the event ends it lies on the agent's desk again."""
    Promotion.objects.create(
        shop=cast.tmall,
        title="双11狂欢",
        kind="double11",
        starts_at=NOON - DAY,
        ends_at=NOON + DAY,
        text="全场八折",
        changed_at=NOON,
    )
    case = ask(bought)
    assert case["state"] == "deferred" and "活动结束" in case["buyer_text"]
    later(NOON + DAY - timedelta(seconds=1))
    assert cast.as_("anan").get(url(case))["state"] == "deferred"
    later(NOON + DAY)
    assert cast.as_("anan").get(url(case))["state"] == "asked"


def test_an_agent_may_defer_settle_or_refuse(cast: Cast, bought: Order) -> None:
    case = ask(bought)
    past = {"until": "2026-11-01T00:00:00+08:00", "promotion": "双11"}
    assert "until" in act(cast, "anan", case, "defer", past, 422)["error"]["fields"]
    case = act(cast, "anan", case, "defer", {"until": "2026-11-13T00:00:00+08:00", "promotion": "双11"})
    assert case["due_at"] == "2026-11-12T16:00:00Z"
    case = act(cast, "anan", case, "resume")
    told = act(cast, "anan", case, "grant", {"amount_fen": 2500}, 422)
    assert "19.99" in told["error"]["fields"]["reason"]
    assert (
        "99.99"
        in act(cast, "anan", case, "grant", {"amount_fen": 50000, "reason": "多退"}, 422)["error"]["fields"][
            "amount_fen"
        ]
    )
    case = act(cast, "anan", case, "refuse", {"explanation": "页面价含新人券，亲不适用"})
    assert case["state"] == "refused" and "新人券" in case["buyer_text"]
    assert not LineHold.objects.filter(held__gt=0).exists()


def test_the_channel_follows_the_amount_and_the_platform(cast: Cast, noon: Any) -> None:
    """C21: on Taobao a small difference may go by transfer, on Tmall never."""
    for shop, allowed in ((cast.taobao, True), (cast.tmall, False)):
        row = order(cast, shop=shop)
        case = act(cast, "anan", ask(row), "grant")
        assert case["more"]["channel"] == ("transfer" if allowed else "refund_application")
        pay = {"channel": "alipay", "reference": f"ALI{row.pk}0001"}
        act(cast, "finance", case, "refund", pay, 200 if allowed else 422)


def test_one_open_question_per_order(cast: Cast, bought: Order) -> None:
    case = ask(bought)
    told = ask(bought, 7000, 409)
    assert told["error"]["current"]["number"] == case["number"]
    buyer(bought).post(f"/api/buyer/cases/price_difference/{case['id']}/withdraw", {}, 200)
    assert ask(bought, 7000)["requested_fen"] == 2999
