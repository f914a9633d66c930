"""The order desk and the ERP's door over HTTP."""

import json
import secrets
from typing import Any

import pytest

from xiaoer.customers.models import Customer
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Caller, Cast, nothing_changes, snapshot
from xiaoer.orders import actions, queries
from xiaoer.orders.models import Order, OrderLine
from xiaoer.people import auth
from xiaoer.people.models import ApiToken

pytestmark = pytest.mark.django_db
PHONE, ADDRESS = "13812345678", "浙江省 杭州市 余杭区 良渚街道 梦溪路18号"


def sent(no: str = "1930679858170647890", **changes: Any) -> dict[str, Any]:
    return {
        "order_no": no,
        "nick": "幸福蔓延1627",
        "status": "paid",
        "payable_fen": 30000,
        "freight_fen": 0,
        "paid_fen": 30000,
        "receiver_name": "马慧",
        "receiver_phone": PHONE,
        "receiver_address": ADDRESS,
        "created_at": "2026-11-10 10:00:00",
        "buyer_message": f"请打{PHONE}",
        "lines": [
            {"title": "法式针织连衣裙", "sku": "黑色;M", "sku_code": "Q1", "qty": 1, "price_fen": 20000},
            {"title": "纯棉内裤", "sku": "白色;均码", "sku_code": "Q2", "qty": 2, "price_fen": 5000},
        ],
        **changes,
    }


@pytest.fixture
def token(cast: Cast) -> Caller:
    """An ERP's key for the Tmall shop with the import scope."""
    secret = secrets.token_urlsafe(16)
    row = ApiToken.objects.create(
        digest=auth.digest(secret), hint="x", name="ERP", scopes=["orders.import", "orders.view"], created_at=NOON
    )
    row.shops.add(cast.tmall)
    return Caller({"Authorization": f"Bearer {secret}"})


@pytest.fixture
def one(cast: Cast, token: Caller) -> Order:
    token.post("/api/orders", {"shop": cast.tmall.pk, "orders": [sent()]})
    return Order.objects.get()


def test_bulk_has_a_result_per_order(cast: Cast, token: Caller) -> None:
    orders = [
        sent("A1930001"),
        sent("1.9E+18"),
        sent("A1930002", status="飞走了", paid_fen=1.5),
        sent("A1930003", nick=""),
        sent("A1930001"),
        sent("A1930004", lines=[{"title": "x", "qty": 0}]),
        sent("A1930005", flag="1"),
    ]
    answer = token.post("/api/orders", {"shop": cast.tmall.pk, "orders": orders})
    assert [row["result"] for row in answer["results"]] == ["created"] + ["rejected"] * 6
    assert [row["index"] for row in answer["results"]] == list(range(7)) and answer["created"] == 1
    reasons = ["".join(row["reasons"]) for row in answer["results"]]
    assert "科学计数法" in reasons[1] and "飞走了" in reasons[2] and "paid_fen" in reasons[2] and "会员名" in reasons[3]
    assert "两次" in reasons[4] and "lines[0].qty" in reasons[5] and "颜色" in reasons[6]
    assert Order.objects.count() == 1


def test_bulk_twice_changes_nothing(cast: Cast, token: Caller) -> None:
    data = {"shop": cast.tmall.pk, "orders": [sent(f"A193{n:04d}") for n in range(60)]}
    assert token.post("/api/orders", data)["created"] == 60
    with nothing_changes(Order, OrderLine, Customer):
        again = token.post("/api/orders", data)
    assert again["unchanged"] == 60 and {row["result"] for row in again["results"]} == {"unchanged"}


def test_bulk_updates_and_refuses_older_reports(cast: Cast, token: Caller) -> None:
    def post(**changes: Any) -> str:
        return token.post("/api/orders", {"shop": cast.tmall.pk, "orders": [sent(**changes)]})["results"][0]["result"]

    assert post(updated_at="2026-11-11T10:00:00+08:00") == "created"
    assert post(status="shipped", waybill="YT1", updated_at="2026-11-11T11:00:00+08:00") == "updated"
    assert post(status="succeeded", updated_at="2026-11-11T10:30:00+08:00") == "stale"
    assert Order.objects.get().status == "shipped"
    assert post(status="paid", updated_at="2026-11-11T12:00:00+08:00") == "updated"  # the platform took it back
    row = Order.objects.get()
    assert row.status == "paid" and row.fulfilment == "shipped" and row.waybill == "YT1"
    kinds = list(Event.objects.filter(kind="order.status_changed").values_list("payload__after", flat=True))
    assert kinds == ["shipped", "paid"]


def test_an_order_never_changes_its_buyer(cast: Cast, token: Caller, one: Order) -> None:
    answer = token.post("/api/orders", {"shop": cast.tmall.pk, "orders": [sent(nick="别人")]})
    assert answer["rejected"] == 1 and "幸福蔓延1627" in answer["results"][0]["reasons"][0]
    assert Order.objects.get().customer_id == one.customer_id


def test_the_same_number_in_two_shops_is_two_orders(cast: Cast, one: Order) -> None:
    cast.as_("clerk").post("/api/orders", {"shop": cast.taobao.pk, "orders": [sent()]})
    assert Order.objects.count() == 2 and Customer.objects.count() == 2


def test_bulk_limits_and_permissions(cast: Cast, token: Caller) -> None:
    with nothing_changes(Order):
        answer = token.post("/api/orders", {"shop": cast.tmall.pk, "orders": [sent()] * 501}, 422)
        assert "500" in answer["error"]["fields"]["orders"]
        token.post("/api/orders", {"shop": cast.taobao.pk, "orders": [sent()]}, 404)
        cast.as_("quanquan").post("/api/orders", {"shop": cast.tmall.pk, "orders": [sent()]}, 403)
        cast.as_("stranger").post("/api/orders", {"shop": cast.tmall.pk, "orders": [sent()]}, 404)
        token.post("/api/orders", {"shop": cast.tmall.pk, "orders": [sent(unknown_field=1)]}, 422)


def test_lines_share_the_payment(one: Order) -> None:
    assert [line.paid_fen for line in queries.order_facts(one.pk).lines] == [20000, 10000]
    assert [line.category for line in queries.order_facts(one.pk).lines] == ["clothing", "underwear"]


@pytest.mark.parametrize("who", ["owner", "quanquan", "anan", "clerk", "warehouse", "vendor", "inspector"])
def test_what_people_see_is_masked(cast: Cast, one: Order, who: str) -> None:
    caller = cast.as_(who)
    for url in (
        f"/api/orders/{one.pk}",
        f"/api/orders?q={one.order_no}",
        f"/api/customers/{one.customer_id}",
        "/api/customers",
    ):
        text = json.dumps(caller.get(url), ensure_ascii=False)
        assert PHONE not in text and "梦溪路" not in text and "马慧" not in text, url
    seen = caller.get(f"/api/orders/{one.pk}")
    assert seen["receiver_phone"] == "138****5678" and seen["receiver_address"] == "浙江省杭州市余杭区****"
    assert seen["receiver_name"] == "马**" and seen["customer"]["nick"] == "幸福蔓延1627"


@pytest.mark.parametrize("q", ["1930679858170647890", "19306798", "5678", PHONE, "幸福蔓延", "yt99"])
def test_search(cast: Cast, token: Caller, q: str) -> None:
    token.post(
        "/api/orders",
        {
            "shop": cast.tmall.pk,
            "orders": [sent(waybill="YT99"), sent("A1930002", nick="柠檬", receiver_phone="15900001111", lines=[])],
        },
    )
    found = cast.as_("quanquan").get("/api/orders", {"q": q})["items"]
    assert [row["order_no"] for row in found] == ["1930679858170647890"]


def test_filters_and_pages(cast: Cast, token: Caller) -> None:
    token.post(
        "/api/orders",
        {
            "shop": cast.tmall.pk,
            "orders": [
                sent(
                    f"A19300{n:02d}",
                    nick=f"买家{n}",
                    created_at=f"2026-11-{n + 1:02d} 09:00:00",
                    status="shipped" if n % 2 else "paid",
                )
                for n in range(20)
            ],
        },
    )
    agent = cast.as_("quanquan")
    first = agent.get("/api/orders", {"limit": 15})
    rest = agent.get("/api/orders", {"limit": 15, "cursor": first["next"]})
    numbers = [row["order_no"] for row in first["items"] + rest["items"]]
    assert numbers == [f"A19300{n:02d}" for n in reversed(range(20))] and rest["next"] is None
    assert len(agent.get("/api/orders", {"status": "shipped"})["items"]) == 10
    assert len(agent.get("/api/orders", {"fulfilment": "unprinted"})["items"]) == 10
    assert (
        len(
            agent.get("/api/orders", {"since": "2026-11-11T00:00:00+08:00", "until": "2026-11-13T00:00:00+08:00"})[
                "items"
            ]
        )
        == 2
    )
    assert len(agent.get("/api/orders", {"item": "内裤", "limit": 100})["items"]) == 20
    assert agent.get("/api/orders", {"shop": cast.taobao.pk})["items"] == []
    customer = Customer.objects.get(nick="买家3").pk
    assert [row["order_no"] for row in agent.get("/api/orders", {"customer": customer})["items"]] == ["A1930003"]
    agent.get("/api/orders", {"cursor": "%%%"}, 422)


def test_a_stranger_sees_nothing(cast: Cast, one: Order) -> None:
    stranger = cast.as_("stranger")
    assert stranger.get("/api/orders")["items"] == []
    with nothing_changes(Order):
        stranger.get(f"/api/orders/{one.pk}", status=404)
        stranger.post(f"/api/orders/{one.pk}/unmask", {"reason": "好奇看看"}, 404)
        stranger.post(f"/api/orders/{one.pk}/remark", {"flag": "red", "text": "x"}, 404)
        stranger.post(f"/api/orders/{one.pk}/fulfilment", {"to": "printed"}, 404)
    Caller().get(f"/api/orders/{one.pk}", status=401)


def test_unmask_is_journalled(cast: Cast, one: Order) -> None:
    with nothing_changes(Order):
        cast.as_("vendor").post(f"/api/orders/{one.pk}/unmask", {"reason": "核对地址"}, 403)
        cast.as_("quanquan").post(f"/api/orders/{one.pk}/unmask", {"reason": " "}, 422)
    plain = cast.as_("quanquan").post(f"/api/orders/{one.pk}/unmask", {"reason": "买家来电改地址"})
    assert plain == {"receiver_name": "马慧", "receiver_phone": PHONE, "receiver_address": ADDRESS}
    event = Event.objects.get(kind="order.unmasked")
    assert event.payload == {"reason": "买家来电改地址"} and event.actor == str(cast.who("quanquan"))
    assert event.subject == f"order:{one.pk}"


def test_red_flag_remark_with_history(cast: Cast, one: Order) -> None:
    agent = cast.as_("quanquan")
    seen = agent.post(f"/api/orders/{one.pk}/remark", {"flag": "red", "text": f"改地址，电话{PHONE}---2026.11.11圈圈"})
    assert seen["flag"] == "red" and PHONE not in json.dumps(seen, ensure_ascii=False)
    agent.post(f"/api/orders/{one.pk}/remark", {"flag": "yellow", "text": "等补货---2026.11.11圈圈"})
    first, second = Event.objects.filter(kind="order.remarked").order_by("number")
    assert (first.payload["before_flag"], first.payload["after_flag"]) == ("", "red") and PHONE not in str(
        first.payload
    )
    assert second.payload["before_flag"] == "red" and second.payload["after_text"].startswith("等补货")
    with nothing_changes(Order):
        agent.post(
            f"/api/orders/{one.pk}/remark", {"flag": "yellow", "text": "等补货---2026.11.11圈圈"}
        )  # the same again
        agent.post(f"/api/orders/{one.pk}/remark", {"flag": "1", "text": "x"}, 422)
        agent.post(f"/api/orders/{one.pk}/remark", {"flag": "red", "text": "长" * 334}, 422)
        cast.as_("vendor").post(f"/api/orders/{one.pk}/remark", {"flag": "red", "text": "x"}, 403)


def test_editing_a_masked_remark_keeps_the_number(cast: Cast, one: Order) -> None:
    agent, url = cast.as_("quanquan"), f"/api/orders/{one.pk}/remark"
    agent.post(url, {"flag": "red", "text": f"改地址，电话{PHONE}，旧号010-12345678---2026.11.11圈圈"})
    seen = agent.get(f"/api/orders/{one.pk}")["seller_remark"]
    assert "*" in seen and PHONE not in seen
    agent.post(url, {"flag": "red", "text": "急，" + seen})
    one.refresh_from_db()
    assert one.seller_remark.startswith(f"急，改地址，电话{PHONE}，旧号010-12345678---")
    agent.post(url, {"flag": "red", "text": "电话139****0000未核实"})
    one.refresh_from_db()
    assert "139****0000" in one.seller_remark  # a mask that stands for nothing stored stays as typed


def test_fulfilment_goes_forward_only(cast: Cast, one: Order) -> None:
    clerk, url = cast.as_("clerk"), f"/api/orders/{one.pk}/fulfilment"
    assert clerk.post(url, {"to": "printed"})["fulfilment"] == "printed"
    assert clerk.post(url, {"to": "packed"})["fulfilment"] == "packed"
    with nothing_changes(Order):
        assert clerk.post(url, {"to": "printed"}, 409)["error"]["current"] == {"fulfilment": "packed"}
        clerk.post(url, {"to": "nowhere"}, 422)
        cast.as_("quanquan").post(url, {"to": "voided"}, 403)
    assert clerk.post(url, {"to": "voided"})["fulfilment"] == "voided"
    clerk.post(url, {"to": "shipped"}, 409)


def test_a_buyer_proves_an_order(cast: Cast, one: Order) -> None:
    assert queries.prove(cast.tmall.pk, f" {one.order_no} ", "5678") is not None
    for number, tail in (
        (one.order_no, "5679"),
        (one.order_no, ""),
        ("nothing", "5678"),
        (one.order_no, "----"),
        (one.order_no, PHONE),
    ):
        assert queries.prove(cast.tmall.pk, number, tail) is None
    assert queries.prove(cast.taobao.pk, one.order_no, "5678") is None


def test_an_order_without_phone_cannot_be_proved(cast: Cast, token: Caller) -> None:
    token.post("/api/orders", {"shop": cast.tmall.pk, "orders": [sent(receiver_phone="")]})
    for tail in ("", "----", "0000"):
        assert queries.prove(cast.tmall.pk, "1930679858170647890", tail) is None


def test_signing_counts_once(cast: Cast, one: Order) -> None:
    with transaction():
        assert actions.mark_signed(one.pk, signed_at=NOON, by=SYSTEM, at=NOON)
        assert not actions.mark_signed(one.pk, signed_at=NOON, by=SYSTEM, at=NOON)
    assert queries.order_facts(one.pk).signed_at == NOON and Event.objects.filter(kind="order.signed").count() == 1


def test_refunds_never_exceed_the_payment(cast: Cast, one: Order) -> None:
    first, second = queries.order_facts(one.pk).lines
    with transaction():
        assert actions.record_refund(one.pk, amount_fen=20000, quantities={first.id: 1}, by=SYSTEM, at=NOON) == 20000
    for amount, quantities, error in (
        (10001, {}, Conflict),
        (100, {first.id: 1}, Conflict),
        (100, {999999: 1}, Invalid),
        (0, {}, Invalid),
        (100, {second.id: 0}, Invalid),
    ):
        with nothing_changes(Order, OrderLine), pytest.raises(error), transaction():
            actions.record_refund(one.pk, amount_fen=amount, quantities=quantities, by=SYSTEM, at=NOON)
    with transaction():
        assert actions.record_refund(one.pk, amount_fen=10000, quantities={second.id: 2}, by=SYSTEM, at=NOON) == 30000
    facts = queries.order_facts(one.pk)
    assert facts.refunded_fen == 30000 and [line.refunded_qty for line in facts.lines] == [1, 2]


def test_an_import_leaves_refunds_alone(cast: Cast, token: Caller, one: Order) -> None:
    with transaction():
        actions.record_refund(one.pk, amount_fen=500, by=SYSTEM, at=NOON)
    token.post(
        "/api/orders", {"shop": cast.tmall.pk, "orders": [sent(status="closed", updated_at="2026-11-12 10:00:00")]}
    )
    row = Order.objects.get()
    assert (row.status, row.refunded_fen) == ("closed", 500)


def test_a_changed_sku_stays_one_line(cast: Cast, token: Caller, one: Order) -> None:
    before = snapshot(OrderLine)
    lines = sent()["lines"]
    lines[0]["sku"] = "燕麦色;L"
    assert token.post("/api/orders", {"shop": cast.tmall.pk, "orders": [sent(lines=lines)]})["updated"] == 1
    assert len(snapshot(OrderLine)[0]) == len(before[0]) == 2
    assert {line.sku for line in queries.order_facts(one.pk).lines} == {"燕麦色;L", "白色;均码"}


def test_history_is_for_everybody_who_sees_the_order(cast: Cast, one: Order) -> None:
    """An agent without journal.view reads what happened to the order, latest first; a stranger finds nothing."""
    agent = cast.as_("anan")
    agent.post(f"/api/orders/{one.pk}/remark", {"flag": "red", "text": "先发顺丰"})
    lines = agent.get(f"/api/orders/{one.pk}/journal")["items"]
    assert [line["kind"] for line in lines][:1] == ["order.remarked"] and lines[0]["actor_name"] == "安安"
    assert PHONE not in json.dumps(lines, ensure_ascii=False)
    cast.as_("stranger").get(f"/api/orders/{one.pk}/journal", status=404)
