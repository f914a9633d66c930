"""Flow 2, order_cancel, and flow 3, parcel_recall (R048-R053, R073-R080, C03)."""

import pytest
from django_tasks_db.models import DBTaskResult

from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.models import Event
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import Cast, nothing_changes
from xiaoer.orders.actions import handing, holds
from xiaoer.orders.models import Order
from xiaoer.orders.models_print import HandOver, OrderHold, PrintRun
from xiaoer.orders.models_service import ServiceCase, ServiceStep
from xiaoer.orders.tests.service_makers import an_order, ask, read, step, through

pytestmark = pytest.mark.django_db
TABLES = (ServiceCase, ServiceStep, Order, OrderHold, HandOver)


def test_an_unprinted_order_is_stopped_at_once_and_refunded_only_after_the_void(cast: Cast) -> None:
    row = an_order(cast)
    case = ask(cast, row, "cancel")
    assert (case["state"], case["waits_for"]) == ("void_asked", "clerk")
    held = cast.as_("clerk").post(f"/api/orders/{row.pk}/fulfilment", {"to": "printed"}, 409)
    assert held["error"]["code"] == "held" and f"order_cancel:{case['id']}" in held["error"]["message"]
    after = Order.objects.get(pk=row.pk)
    assert after.flag == "red" and after.seller_remark == "客户要求取消订单,请勿发货---2026.11.11圈圈"
    read(cast, row.pk, "supervisor")
    with nothing_changes(*TABLES):
        assert step(cast, case, "tell_refund", who="supervisor", status=409)["error"]["code"] == "not_legal_now"
    assert not Event.objects.filter(kind="order.refund_due").exists(), "R050: only after the void is confirmed"
    case = step(cast, case, "void")
    assert Order.objects.get(pk=row.pk).fulfilment == "voided" and Order.objects.get(pk=row.pk).status == "paid", "C03"
    case = step(cast, case, "tell_refund")
    assert (case["state"], case["refund_fen"]) == ("refund_due", 25900)
    assert Event.objects.get(kind="order.refund_due").payload["amount_fen"] == 25900
    case = step(cast, case, "refund")
    assert case["state"] == "done"


def test_the_clerk_may_confirm_the_void_on_the_print_desk(cast: Cast) -> None:
    row = an_order(cast)
    case = ask(cast, row, "cancel")
    hold = OrderHold.objects.get(order=row)
    holds.confirm_void(hold.pk, by=cast.who("clerk"), at=hold.placed_at)
    now = ServiceCase.objects.get(pk=case["id"])
    assert now.state == "voided" and now.steps.get(verb="void").by_name == "打单小周"


@pytest.mark.parametrize(
    ("stands", "what", "how"), [("printed", "papers", "destroyed"), ("packed", "parcel", "restocked")]
)
def test_papers_or_parcel_come_back_first_and_are_settled_after_the_refund(
    cast: Cast, stands: str, what: str, how: str
) -> None:
    """R051, R052."""
    row = an_order(cast, stands)
    case = ask(cast, row, "cancel")
    given = HandOver.objects.get(case=f"order_cancel:{case['id']}")
    assert (case["state"], given.what) == ("fetching", what)
    case = step(cast, case, "got_back", {"took": "圈圈"})
    assert (case["state"], case["held"]) == ("fetched", what)
    case = step(cast, case, "tell_refund")
    stopped = Order.objects.get(pk=row.pk)
    assert (stopped.fulfilment, stopped.hold) == ("voided", ""), "a void order leaves the urgent lane"
    with nothing_changes(*TABLES), pytest.raises(Refusal, match="not_yet"):
        from xiaoer.kernel.db import transaction

        with transaction():
            handing.settle(given.pk, how, by=cast.who("warehouse"), at=given.asked_at)
    case = step(cast, case, "refund")
    assert (case["state"], case["waits_for"]) == ("refunded", "warehouse")
    case = step(cast, case, "settle", {"how": how})
    assert case["state"] == "done" and case["steps"][-1]["by"] == "仓库老吴"
    assert HandOver.objects.get().how == how


def test_a_refund_recorded_by_aftersales_moves_the_case(cast: Cast) -> None:
    from xiaoer.orders import actions
    from xiaoer.orders.actions.service_steps import refund_settled

    row = an_order(cast)
    case = through(cast, ask(cast, row, "cancel"), "void", "tell_refund")
    at = Event.objects.latest("number").at
    actions.record_refund(row.pk, amount_fen=10000, by=cast.who("finance"), at=at)
    assert refund_settled(row.pk, at=at) == 0, "a part is not the whole"
    actions.record_refund(row.pk, amount_fen=15900, by=cast.who("finance"), at=at)
    assert refund_settled(row.pk, at=at) == 1 and refund_settled(row.pk, at=at) == 0
    assert ServiceCase.objects.get(pk=case["id"]).state == "done"


def test_she_wants_it_after_all(cast: Cast) -> None:
    row = an_order(cast)
    case = step(cast, ask(cast, row, "cancel"), "withdraw")
    assert case["state"] == "withdrawn" and Order.objects.get(pk=row.pk).seller_remark.endswith(
        "客户要求照常发货(已撤销取消)---2026.11.11圈圈"
    )
    cast.as_("clerk").post(f"/api/orders/{row.pk}/fulfilment", {"to": "printed"})


def test_a_cancel_overtakes_a_change_and_no_change_beside_a_cancel(cast: Cast) -> None:
    row = an_order(cast)
    change = ask(cast, row)
    with nothing_changes(*TABLES):
        again = ask(cast, row, "attribute", status=409)
    assert again["error"]["code"] == "already_open" and again["error"]["current"]["id"] == change["id"]
    read(cast, row.pk, "quanquan")
    ask(cast, row, "cancel")
    assert ServiceCase.objects.get(pk=change["id"]).state == "withdrawn"
    read(cast, row.pk, "quanquan")
    assert ask(cast, row, status=409)["error"]["current"]["kind"] == "order_cancel"


def test_a_shipped_parcel_is_recalled_with_every_signature(cast: Cast) -> None:
    row = an_order(cast, "shipped")
    cancel = ask(cast, row, "cancel")
    assert cancel["state"] == "requested" and {one["verb"] for one in cancel["can"]} == {
        "to_aftersales",
        "withdraw",
        "recall",
        "ask_void",
        "fetch",
    }
    ready = {one["verb"]: one["disabled"] for one in cancel["can"]}
    assert ready["recall"] is None and ready["ask_void"] and ready["fetch"]
    assert step(cast, cancel, "recall")["state"] == "to_recall"
    recall = cast.as_("anan").get("/api/order-service", {"kind": "parcel_recall"})["items"][0]
    assert recall["state"] == "asked_courier" and recall["what"] == ["不想要了"]
    recall = step(cast, recall, "print_slip")
    run = PrintRun.objects.get(pk=recall["facts"]["slip_run"])
    assert (run.paper, run.wanted, run.by_name) == ("recall", [row.pk], "圈圈")
    run_reactions()
    assert DBTaskResult.objects.filter(args_kwargs__args=[run.pk], task_path__endswith="make_papers").count() == 1
    with nothing_changes(*TABLES):
        cast.as_("anan").post(f"/api/order-service/{recall['id']}/courier_signs", {"courier_name": "小刘"}, 403)
        wrong = step(cast, recall, "courier_signs", {"courier_name": "小刘", "copy_kept": True}, status=422)
    assert "copy_given" in wrong["error"]["fields"]
    recall = step(cast, recall, "courier_signs")
    with nothing_changes(*TABLES):
        step(cast, recall, "tell_refund", status=409)
        step(cast, recall, "parcel_back", {"received": True}, status=422)
    recall = step(cast, recall, "parcel_back")
    assert recall["facts"]["signed"] == "原包裹已收到 打单小周 2026.11.11" and recall["waits_for"] == "aftersales"
    recall = through(cast, recall, "tell_refund", "refund")
    assert recall["state"] == "refunded" and recall["ended_at"]


def test_a_courier_who_cannot_leads_to_a_return(cast: Cast) -> None:
    row = an_order(cast, "shipped")
    case = ask(cast, row, "recall", who="anan")
    case = step(cast, case, "courier_refuses", {"way": "refuse_delivery"})
    assert (case["state"], case["waits_for"]) == ("fell_back", "aftersales")
    assert Event.objects.get(kind="order.to_aftersales").payload["wants"] == "refuse_delivery"
    case = step(cast, case, "take_over", {"note": "已告知买家拒收"}, who="anan")
    assert case["state"] == "handed_on" and case["steps"][-1]["note"] == "已告知买家拒收"


def test_the_order_ships_meanwhile(cast: Cast) -> None:
    """A platform report says shipped while the clerk was asked to void: the case goes to recall, not to a void."""
    row = an_order(cast)
    case = ask(cast, row, "cancel")
    Order.objects.filter(pk=row.pk).update(status="shipped", fulfilment="shipped")
    read(cast, row.pk, "clerk")
    with nothing_changes(*TABLES):
        step(cast, case, "void", status=409)
    assert step(cast, case, "recall")["state"] == "to_recall"
