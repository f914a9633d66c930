"""The hidden-rules table: every cell of it against the real API, on both platforms; who asks; remarks first; flags."""

from itertools import product
from typing import Any

import pytest

from xiaoer.kernel.flow import Flow
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes
from xiaoer.orders import rules, service_rules, service_words
from xiaoer.orders.models import Order
from xiaoer.orders.models_print import OrderHold
from xiaoer.orders.models_service import RemarkSeen, ServiceCase, ServiceStep
from xiaoer.orders.service_flow import SERVICE_FLOWS
from xiaoer.orders.tests.service_makers import FORMS, an_order, ask, read, step
from xiaoer.policy import actions as policy

pytestmark = pytest.mark.django_db
TABLES = (ServiceCase, ServiceStep, Order, OrderHold)


def test_the_table_answers_everything_once() -> None:
    asked = [what for what in service_rules.ASKS if what != "other_account"]
    holes = [
        cell
        for cell in product(("taobao", "tmall", "jd"), asked, service_rules.STANDS)
        if not service_rules.answer(*cell)
    ]
    assert not holes, holes
    for row in service_rules.table():
        if row.allowed != "no":
            states = {state.name for what in row.asks for state in SERVICE_FLOWS[service_rules.KIND_OF[what]].states}
            assert row.opens in states and row.sources, row


@pytest.mark.sqlite_only  # walks each cell; the flows themselves run on PostgreSQL in test_service_change and _cancel
@pytest.mark.parametrize("stands", service_rules.STANDS)
def test_every_cell_of_the_table_is_what_the_desk_does(cast: Cast, stands: str) -> None:
    """Allowed or refused, where the case opens, what holds the order, whose steps in which order, what is written."""
    walked: set[tuple[str, ...]] = set()
    for platform, what in product(("tmall", "taobao"), service_rules.ASKS):
        found = service_rules.answer(platform, what, stands)
        if found is None or (platform == "taobao" and found == service_rules.answer("tmall", what, stands)):
            continue  # one row of the table for both platforms is tried once
        case = _try(cast, an_order(cast, stands, shop=getattr(cast, platform)), what, found)
        way = (*found.acts, what if what in ("address", "attribute") else "")
        if case is not None and way not in walked:  # both platforms open; the way on is the same
            walked.add(way)
            _walk(cast, case, found)


def _try(cast: Cast, row: Order, what: str, found: service_rules.ServiceRule) -> dict[str, Any] | None:
    """Ask as the table says; the case, or None when the table and the desk both refuse."""
    if what == "other_account":
        with nothing_changes(*TABLES):
            no = ask(cast, row, "address", customer_id=row.customer_id + 1, status=403)
        assert no["error"]["code"] == "not_verified"
        return None
    who = "anan" if what == "recall" else "quanquan"
    offered = {one["ask"]: one for one in read(cast, row.pk, who)["asks"]}[what]
    assert (offered["allowed"], offered["text"]) == (found.allowed, found.zh)
    if found.allowed == "no":
        with nothing_changes(*TABLES):
            no = ask(cast, row, what, who=who, status=409)
        assert no["error"]["code"] == "not_possible_now" and found.zh in no["error"]["message"]
        return None
    case = ask(cast, row, what, who=who)
    assert case["state"] == found.opens
    held = list(OrderHold.objects.filter(order=row, released_at=None).values_list("kind", flat=True))
    assert held == ([found.hold] if found.hold else [])
    return case


def _walk(cast: Cast, case: dict[str, Any], found: service_rules.ServiceRule) -> None:
    order = Order.objects.get(pk=case["order"]["id"])
    if any("|" in act for act in found.acts):
        return
    for act in found.acts:
        _, verb = act.split(":")
        legal = {move.verb for move in SERVICE_FLOWS[case["kind"]].moves_from(case["state"]) if "staff" in move.by}
        assert verb in legal, f"the table says {verb}, the flow allows {legal}"
        form = {
            "take_over": {"note": "已联系买家"},
            "settle": {"how": "restocked" if found.fetch == "parcel" else "destroyed"},
        }
        case = step(cast, case, verb, form.get(verb), who="anan" if verb == "take_over" else "")
    assert case["category"] == "done", case["state"]
    after = Order.objects.get(pk=order.pk)
    words = {
        "plain": ("修改妥当", "新地址为", "客户要求"),
        "papers": ("已在发货单与快递单上修改妥当",),
        "parcel": ("重新打单",),
        "cancel": ("取消订单",),
    }
    if found.writes in words:
        assert after.flag == "red" and any(word in after.seller_remark for word in words[found.writes])
        assert service_words.is_signed(after.seller_remark)
    if found.reprint:
        assert after.fulfilment == "unprinted"
    if found.hold == "stop":
        assert after.fulfilment == "voided" and after.status == "paid", "C03: nobody here closes the platform order"


@pytest.mark.parametrize("flow", SERVICE_FLOWS.values(), ids=lambda flow: flow.name)
def test_every_pair_of_state_and_step(cast: Cast, flow: Flow) -> None:
    row = an_order(cast)

    def case_in(state: str) -> ServiceCase:
        made: ServiceCase = ServiceCase.objects.create(
            shop=cast.tmall, order=row, customer_id=row.customer_id, kind=flow.name, state=state, state_at=NOON,
            waits_for="agent", opened_at=NOON, opened_by="staff:1", fulfilment="unprinted",
        )  # fmt: skip
        return made

    assert flow_matrix(flow, case_in) == len(flow.states) * len(flow.verbs())


def test_only_who_may_asks_and_steps(cast: Cast) -> None:
    row = an_order(cast)
    case = ask(cast, row)
    for who, status in (("warehouse", 403), ("inspector", 403), ("vendor", 403), ("stranger", 404)):
        other = an_order(cast)
        with nothing_changes(*TABLES):
            ask(cast, other, who=who, status=status)
            cast.as_(who).post(f"/api/order-service/{case['id']}/change", FORMS["change"], status)
    cast.as_("stranger").get(f"/api/order-service/{case['id']}", status=404)
    cast.as_("stranger").get(f"/api/orders/{row.pk}/service", status=404)
    assert cast.as_("stranger").get("/api/order-service")["items"] == []


def test_another_account_is_refused_and_an_exception_is_kept(cast: Cast) -> None:
    """C04, R375: hard; a supervisor writes why; where the shop set the rule to warn, the agent may."""
    row = an_order(cast, shop=cast.taobao)
    for asked_by in (None, row.customer_id + 1):
        with nothing_changes(*TABLES):
            ask(cast, row, customer_id=asked_by, override="老客户的妈妈", status=403)
    with nothing_changes(*TABLES):
        assert ask(cast, row, who="supervisor", customer_id=None, status=409)["error"]["current"]["may_override"]
    case = ask(cast, row, who="supervisor", customer_id=None, override="买家来电，已核对订单号与手机尾号")
    assert not case["same_account"] and "来电" in case["override"]
    assert Event.objects.get(kind="order.other_account").payload["case"] == f"order_change:{case['id']}"
    other = an_order(cast, shop=cast.taobao)
    policy.set_override(
        cast.taobao, "same_account_check", value="warn", reason="店铺约定", by=cast.who("owner"), at=NOON
    )
    ask(cast, other, customer_id=None, status=409)
    assert ask(cast, other, customer_id=None, override="电话核对过")["override"] == "电话核对过"


def test_remarks_first(cast: Cast) -> None:
    """R164: what changed since she last looked is shown first and stops every step until 已阅; per person, counted."""
    row = an_order(cast, buyer_message="尽快发货，谢谢")
    quanquan = cast.as_("quanquan")
    panel = quanquan.get(f"/api/orders/{row.pk}/service")
    assert panel["remark"]["unread"] and panel["remark"]["buyer_message"] == "尽快发货，谢谢"
    with nothing_changes(*TABLES, RemarkSeen):
        assert ask(cast, row, status=409)["error"]["code"] == "remark_unread"
        url = f"/api/orders/{row.pk}/remark-read"
        assert quanquan.post(url, {"mark": "something else"}, 409)["error"]["code"] == "changed_meanwhile"
    panel = quanquan.post(url, {"mark": panel["remark"]["mark"]})
    assert not panel["remark"]["unread"] and [one["name"] for one in panel["remark"]["readers"]] == ["圈圈"]
    with nothing_changes(RemarkSeen):
        quanquan.post(url, {"mark": panel["remark"]["mark"]})
    case = ask(cast, row)
    assert cast.as_("tangtang").get(f"/api/orders/{row.pk}/service")["remark"]["unread"], "each person for herself"
    read(cast, row.pk, "tangtang")
    cast.as_("tangtang").post(f"/api/orders/{row.pk}/remark", {"flag": "red", "text": "客户很急"})
    with nothing_changes(*TABLES):
        no = cast.as_("quanquan").post(f"/api/order-service/{case['id']}/change", FORMS["change"], 409)
    assert no["error"]["code"] == "remark_unread"
    assert not cast.as_("tangtang").get(f"/api/orders/{row.pk}/service")["remark"]["unread"], "she wrote it"
    read(cast, row.pk, "quanquan")
    assert RemarkSeen.objects.get(order=row, staff_name="圈圈").times == 2
    assert Event.objects.filter(kind="order.remark_read").count() == 3


def test_hand_written_remarks_are_signed_and_flags_have_names(cast: Cast) -> None:
    """R039; platforms.md 1.10."""
    row = an_order(cast)
    said = cast.as_("quanquan").post(f"/api/orders/{row.pk}/remark", {"flag": "red", "text": "发顺丰"})
    assert said["seller_remark"] == "发顺丰---2026.11.11圈圈"
    again = cast.as_("tangtang").post(f"/api/orders/{row.pk}/remark", {"flag": "yellow", "text": said["seller_remark"]})
    assert again["seller_remark"] == said["seller_remark"], "another flag is no new text"
    no = cast.as_("quanquan").post(f"/api/orders/{row.pk}/remark", {"flag": "orange", "text": "x"}, 422)
    assert "红旗" in no["error"]["fields"]["flag"], "Tmall has no orange flag"
    flags = cast.as_("quanquan").get(f"/api/orders/{row.pk}/service")["flags"]
    assert [one["label"] for one in flags] == ["红旗", "黄旗", "绿旗", "蓝旗", "紫旗", "灰旗"]
    assert rules.flag_number("taobao", "red") == "1" and rules.flag_number("douyin", "red") == "5"
    assert rules.flag_of("1", platform="douyin") == "purple" and rules.flag_of("1", platform="pinduoduo") == "red"
    assert rules.flag_of("1") is None and rules.flag_number("tmall", "cyan") is None


def test_the_list_says_whose_turn_it_is(cast: Cast) -> None:
    for stands, what in (("unprinted", "address"), ("unprinted", "cancel"), ("packed", "cancel"), ("shipped", "other")):
        ask(cast, an_order(cast, stands), what)
    ask(cast, an_order(cast, "shipped"), "recall", who="anan")
    agent = cast.as_("supervisor")
    assert agent.get("/api/order-service/counts") == {
        "open": 5, "agent": 2, "buyer": 0, "clerk": 1, "warehouse": 1, "courier": 0, "aftersales": 1,
    }  # fmt: skip
    assert [one["kind"] for one in agent.get("/api/order-service", {"desk": "clerk"})["items"]] == ["order_cancel"]
    first = agent.get("/api/order-service", {"limit": 2})
    second = agent.get("/api/order-service", {"limit": 3, "cursor": first["next"]})
    assert len({one["id"] for one in first["items"] + second["items"]}) == 5
    number = second["items"][0]["number"]
    assert [one["number"] for one in agent.get("/api/order-service", {"q": number})["items"]] == [number]


def test_a_step_that_is_late_is_said(cast: Cast) -> None:
    from xiaoer.kernel import clock
    from xiaoer.kernel.clock_loop import fire_due

    case = ask(cast, an_order(cast), "cancel")
    assert case["due_at"] == "2026-11-11T04:15:00Z"
    with clock.frozen(NOON.replace(minute=16)):
        while fire_due(now=NOON.replace(minute=16)):
            pass
    late = Event.objects.get(kind="order.service_late")
    assert (late.payload["case"], late.payload["who"]) == (f"order_cancel:{case['id']}", "clerk")
