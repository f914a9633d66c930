"""The bank transfer register over HTTP (flow 4; C02, R061, R062)."""

import io
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from xiaoer.kernel import clock
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes, screens_follow
from xiaoer.orders.models import BankTransfer, Order, TransferArrival
from xiaoer.orders.money_flows import BANK_TRANSFER
from xiaoer.orders.tests.money_makers import fire, order, react, set_rule

pytestmark = pytest.mark.django_db


def waiting(shop: Any, no: str = "4520000000000000001", **changes: Any) -> Order:
    return order(shop, no, status="waiting_payment", **changes)


def registered(cast: Cast, row: Order, permit: bool = True) -> dict[str, Any]:
    one = cast.as_("quanquan").post("/api/transfers", {"order": row.pk, "payer": "马慧", "bank": "工商银行"}, 201)
    return cast.as_("supervisor").post(f"/api/transfers/{one['id']}/permit") if permit else one


def arrives(fen: int, reference: str = "2026111100001") -> dict[str, Any]:
    return {"amount_fen": fen, "reference": reference}


def test_the_whole_way_of_a_transfer(cast: Cast) -> None:
    row = waiting(cast.taobao)
    one = registered(cast, row, permit=False)
    assert (one["amount_fen"], one["state"]) == (31000, "registered"), "the amount is the order's"
    finance = cast.as_("finance")
    with nothing_changes(BankTransfer, TransferArrival):
        error = finance.call("post", f"/api/transfers/{one['id']}/receive", arrives(31000), 409).json()
        cast.as_("quanquan").call("post", f"/api/transfers/{one['id']}/permit", {}, 403)
        cast.as_("supervisor").call("post", f"/api/transfers/{one['id']}/receive", arrives(31000), 403)
    assert "主管授权" in error["error"]["message"]
    cast.as_("supervisor").post(f"/api/transfers/{one['id']}/permit")
    with screens_follow({f"bank_transfer:{one['id']}": lambda: finance.get(f"/api/transfers/{one['id']}")}):
        got = finance.post(f"/api/transfers/{one['id']}/receive", arrives(31000))
    assert (got["state"], got["compared"], got["gap_fen"]) == ("received", "金额一致", 0)
    assert finance.get("/api/transfers")["items"], "tracked until the order proceeds"
    order(cast.taobao, at=NOON + timedelta(minutes=5))
    react()
    end = finance.get(f"/api/transfers/{one['id']}")
    assert end["state"] == "proceeds" and finance.get("/api/transfers")["items"] == []
    assert [bool(s["at"]) for s in end["signatures"]] == [True] * 4


def test_part_and_over_are_named(cast: Cast) -> None:
    one = registered(cast, waiting(cast.taobao))
    finance = cast.as_("finance")
    part = finance.post(f"/api/transfers/{one['id']}/receive", arrives(30000))
    assert (part["state"], part["compared"]) == ("partial", "部分到账，还差 ¥10.00")
    with nothing_changes(BankTransfer, TransferArrival):
        error = finance.call("post", f"/api/transfers/{one['id']}/receive", arrives(1000), 422).json()
    assert "4520000000000000001" in error["error"]["fields"]["reference"]
    over = finance.post(f"/api/transfers/{one['id']}/receive", arrives(1500, "2026111100002"))
    assert (over["state"], over["compared"], over["gap_fen"]) == ("received", "多付 ¥5.00，需退还买家", 500)
    assert [a["amount_fen"] for a in over["arrivals"]] == [30000, 1500]
    with nothing_changes(BankTransfer):
        cast.as_("quanquan").call("post", f"/api/transfers/{one['id']}/proceed", {"note": ""}, 422)
    done = cast.as_("quanquan").post(f"/api/transfers/{one['id']}/proceed", {"note": "后台改价后由店铺代拍付款"})
    assert done["state"] == "proceeds"


def test_on_tmall_the_register_is_hidden_and_refused(cast: Cast) -> None:
    row = waiting(cast.tmall)
    agent = cast.as_("quanquan")
    with nothing_changes(BankTransfer):
        error = agent.call("post", "/api/transfers", {"order": row.pk, "payer": "马慧"}, 409).json()["error"]
    assert error["code"] == "transfer_forbidden" and "禁止线下付款" in error["message"]
    cast.tmall.switches = {"bank_transfer": True}
    cast.tmall.save(update_fields=["switches"])
    with nothing_changes(BankTransfer):
        agent.call("post", "/api/transfers", {"order": row.pk, "payer": "马慧"}, 409)
    hidden = BankTransfer.objects.create(
        shop=cast.tmall, order=row, customer_id=row.customer_id, state="registered", state_at=NOON, payer="马慧",
        amount_fen=31000, registered_at=NOON, registered_by="staff:1",
    )  # fmt: skip
    assert agent.get("/api/transfers?desk=all")["items"] == []
    with nothing_changes(BankTransfer):
        cast.as_("supervisor").call("post", f"/api/transfers/{hidden.pk}/permit", {}, 409)
    where = {one["shop"]: one for one in agent.get("/api/transfers/where")}
    assert where[cast.taobao.pk]["on"] and not where[cast.tmall.pk]["on"] and "C02" in where[cast.tmall.pk]["why_not"]


def test_a_taobao_shop_without_the_switch(cast: Cast) -> None:
    row = waiting(cast.elsewhere)
    error = cast.as_("stranger").call("post", "/api/transfers", {"order": row.pk, "payer": "路人"}, 409).json()["error"]
    assert error["code"] == "transfer_off" and "店铺设置" in error["message"]
    cast.as_("quanquan").call("post", "/api/transfers", {"order": row.pk, "payer": "路人"}, 404)


def test_wrong_orders_and_doubles(cast: Cast) -> None:
    row = waiting(cast.taobao)
    paid = order(cast.taobao, "4520000000000000002")
    agent = cast.as_("quanquan")
    registered(cast, row)
    with nothing_changes(BankTransfer):
        agent.call("post", "/api/transfers", {"order": row.pk, "payer": "马慧"}, 409)
        agent.call("post", "/api/transfers", {"order": paid.pk, "payer": "马慧"}, 409)
        agent.call("post", "/api/transfers", {"order": 999999, "payer": "马慧"}, 404)
        agent.call("post", "/api/transfers", {"order": row.pk, "payer": "马慧", "amount_fen": 1}, 422)
        cast.as_("warehouse").call("post", "/api/transfers", {"order": row.pk, "payer": "马慧"}, 403)


def test_what_does_not_arrive_expires_but_money_never_does(cast: Cast) -> None:
    gone = registered(cast, waiting(cast.taobao))
    part = registered(cast, waiting(cast.taobao, "4520000000000000002"))
    cast.as_("finance").post(f"/api/transfers/{part['id']}/receive", arrives(100))
    at = NOON + timedelta(hours=72, seconds=1)
    with clock.frozen(at):
        fire(at)
        finance = cast.as_("finance")
        assert finance.get(f"/api/transfers/{gone['id']}")["state"] == "expired"
        assert finance.get(f"/api/transfers/{part['id']}")["state"] == "partial"
        with nothing_changes(BankTransfer):
            cast.as_("quanquan").call("post", f"/api/transfers/{part['id']}/cancel", {}, 409)
        back = finance.post(
            f"/api/transfers/{part['id']}/give_back", {"reference": "2026111400009", "note": "买家不要了"}
        )
    assert back["state"] == "cancelled" and "2026111400009" in back["note"]
    assert Event.objects.get(kind="bank_transfer.expire").at == NOON + timedelta(hours=72)


def test_the_table_holds_for_every_state_and_actor(cast: Cast) -> None:
    row = waiting(cast.taobao)

    def make(state: str) -> BankTransfer:
        return BankTransfer.objects.create(
            shop=cast.taobao, order=row, customer_id=row.customer_id, state=state, state_at=NOON, payer="马慧",
            amount_fen=31000, registered_at=NOON, registered_by="staff:1", permitted_at=NOON,
        )  # fmt: skip

    assert flow_matrix(BANK_TRANSFER, make) > 20


def test_the_register_as_a_workbook(cast: Cast) -> None:
    one = registered(cast, waiting(cast.taobao))
    cast.as_("finance").post(f"/api/transfers/{one['id']}/receive", arrives(31000))
    registered(cast, waiting(cast.taobao, "4520000000000000002", nick="=HYPERLINK"), permit=False)
    body = cast.as_("finance").call("get", "/api/transfers/export").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["登记日期", "旺旺ID", "订单编号", "付款户名"] and "财务收款签字" in rows[0]
    assert rows[1][2] == "4520000000000000001" and rows[1][6] == 310.0 and str(rows[1][13]).startswith("财务陈姐")
    assert rows[2][12] == rows[2][13] == "" and str(rows[2][1]).startswith("'=")


def test_the_account_comes_from_the_setting_only(cast: Cast) -> None:
    def shown(name: str) -> dict[int, str]:
        return {one["shop"]: one["account"] for one in cast.as_(name).get("/api/transfers/where")}

    assert shown("quanquan")[cast.taobao.pk] == ""
    set_rule(cast.taobao, "bank_transfer_account", "杭州圈圈服饰有限公司 工商银行余杭支行 1202 0000")
    assert "余杭支行" in shown("quanquan")[cast.taobao.pk] and shown("quanquan")[cast.tmall.pk] == ""
