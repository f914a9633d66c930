"""Invoices over HTTP: asked for, issued, sent; refunds, reissue; batches and numbers (flow 5, C28)."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from xiaoer.kernel import clock
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.db import transaction
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes, screens_follow
from xiaoer.orders import actions
from xiaoer.orders.models import Invoice, InvoiceRun, Order
from xiaoer.orders.money_flows import INVOICE
from xiaoer.orders.tests.makers import xlsx_file
from xiaoer.orders.tests.money_makers import USCC, fire, order, react, set_rule

pytestmark = pytest.mark.django_db
COMPANY = {"kind": "company", "title": "北京星河科技有限公司", "tax_no": USCC, "delivery": "post"}
PERSON = {"kind": "personal", "title": "个人"}


def asked(cast: Cast, row: Order, **form: Any) -> dict[str, Any]:
    return cast.as_("quanquan").post(f"/api/orders/{row.pk}/invoices", {**COMPANY, **form}, 201)["invoice"]


def issued(cast: Cast, row: Order, number: str = "26312000000123456789", **form: Any) -> dict[str, Any]:
    one = asked(cast, row, **form)
    return cast.as_("finance").post(f"/api/invoices/{one['id']}/issue", {"number": number})


def test_the_whole_way_of_an_invoice(cast: Cast) -> None:
    row = order(cast.tmall)
    one = asked(cast, row)
    assert (one["state"], one["amount_fen"], one["slip"]) == ("requested", 31000, f"FP{one['id']:08d}")
    assert [goods["title"] for goods in one["content"]] == ["法式针织连衣裙", "纯棉内裤", "运费"]
    finance, agent = cast.as_("finance"), cast.as_("anan")
    with screens_follow({f"invoice:{one['id']}": lambda: finance.get(f"/api/invoices/{one['id']}")}):
        done = finance.post(f"/api/invoices/{one['id']}/issue", {"number": "26312000000123456789"})
    assert done["state"] == "issued" and done["number"] == "26312000000123456789"
    assert sum(goods["fen"] for goods in done["content"]) == done["amount_fen"] == 31000
    with nothing_changes(Invoice):
        agent.call("post", f"/api/invoices/{one['id']}/send", {"delivery": "post"}, 422)
    sent = agent.post(
        f"/api/invoices/{one['id']}/send", {"delivery": "post", "carrier": "顺丰速运", "waybill": "SF1234567890"}
    )
    assert sent["state"] == "sent" and sent["waybill"] == "SF1234567890"
    assert agent.post(f"/api/invoices/{one['id']}/deliver")["state"] == "delivered"
    kinds = list(Event.objects.filter(subject=f"invoice:{one['id']}").order_by("number").values_list("kind", flat=True))
    assert kinds == ["invoice.opened", "invoice.issue", "invoice.send", "invoice.deliver"]
    assert "星河" not in str(list(Event.objects.values_list("payload", flat=True)))


def test_the_table_holds_for_every_state_and_actor(cast: Cast) -> None:
    row = order(cast.tmall)

    def make(state: str) -> Invoice:
        return Invoice.objects.create(
            shop=cast.tmall, order=row, customer_id=row.customer_id, state=state, state_at=NOON, kind="personal",
            title="个人", delivery="post", source="agent", asked_at=NOON, asked_by="staff:1",
        )  # fmt: skip

    assert flow_matrix(INVOICE, make) > 20


def test_who_may_do_what(cast: Cast) -> None:
    row = order(cast.tmall)
    with nothing_changes(Invoice):
        cast.as_("warehouse").call("post", f"/api/orders/{row.pk}/invoices", PERSON, 403)
        cast.as_("stranger").call("post", f"/api/orders/{row.pk}/invoices", PERSON, 404)
    one = asked(cast, row)
    with nothing_changes(Invoice):
        cast.as_("quanquan").call("post", f"/api/invoices/{one['id']}/issue", {"number": "2631200000"}, 403)
        cast.as_("stranger").call("get", f"/api/invoices/{one['id']}", None, 404)
        cast.as_("quanquan").call(
            "post", "/api/invoices/runs", {"shop": cast.tmall.pk, "ids": [1], "key": "k" * 8}, 403
        )
    assert cast.as_("stranger").get("/api/invoices?desk=all")["items"] == []


def test_wrong_requests_name_the_value_and_change_nothing(cast: Cast) -> None:
    row, agent = order(cast.tmall), cast.as_("quanquan")
    for form, field in (
        ({**COMPANY, "tax_no": USCC[:-1] + "0"}, "tax_no"),
        ({**COMPANY, "tax_no": ""}, "tax_no"),
        ({**PERSON, "tax_no": USCC}, "tax_no"),
        ({**PERSON, "delivery": "email"}, "email"),
        ({**PERSON, "delivery": "email", "email": "马慧"}, "email"),
        ({**COMPANY, "type": "special"}, "type"),
        ({**PERSON, "title": ""}, "title"),
        ({**PERSON, "amount_fen": 50000}, "amount_fen"),
    ):
        with nothing_changes(Invoice):
            error = agent.call("post", f"/api/orders/{row.pk}/invoices", form, 422).json()["error"]
        assert field in error["fields"], (form, error)
    asked(cast, row)
    with nothing_changes(Invoice):
        again = agent.call("post", f"/api/orders/{row.pk}/invoices", PERSON, 409).json()
    assert again["error"]["code"] == "invoice_known"


def test_special_invoices_where_the_shop_issues_them(cast: Cast) -> None:
    row = order(cast.tmall)
    set_rule(cast.tmall, "invoice_types", ["普通", "专用"])
    agent = cast.as_("quanquan")
    lacking = agent.call("post", f"/api/orders/{row.pk}/invoices", {**COMPANY, "type": "special"}, 422).json()
    assert set(lacking["error"]["fields"]) == {f"company.{one}" for one in ("address", "phone", "bank", "account")}
    four = {"address": "北京市海淀区", "phone": "010-88880000", "bank": "工商银行", "account": "0200001"}
    one = asked(cast, row, type="special", company=four)
    assert one["type"] == "special" and one["company"]["bank"] == "工商银行"


def test_an_invoice_is_never_refused(cast: Cast) -> None:
    one = asked(cast, order(cast.tmall))
    agent = cast.as_("quanquan")
    with nothing_changes(Invoice):
        agent.call("post", f"/api/invoices/{one['id']}/withdraw", {"reason": "no_invoice"}, 422)
        agent.call("post", f"/api/invoices/{one['id']}/withdraw", {"reason": "buyer_asked"}, 422)
        told = agent.call("post", f"/api/invoices/{one['id']}/withdraw", {"reason": "order_over"}, 409).json()
        agent.call("post", f"/api/invoices/{one['id']}/refuse", {}, 422)
    assert told["error"]["code"] == "invoice_not_refusable"
    gone = agent.post(f"/api/invoices/{one['id']}/withdraw", {"reason": "buyer_asked", "note": "买家说不用开了"})
    assert gone["state"] == "withdrawn"
    assert asked(cast, Order.objects.get())["state"] == "requested", "she may think better of it"


def test_a_late_request_is_still_taken(cast: Cast) -> None:
    row = order(cast.tmall, status="succeeded", succeeded_at=NOON - timedelta(days=400), at=NOON)
    one = asked(cast, row)
    assert one["asked_late"] and one["state"] == "requested"


def test_the_remark_is_a_request(cast: Cast) -> None:
    full = order(cast.tmall, "4520000000000000011", buyer_message=f"发票抬头：北京星河科技有限公司 税号：{USCC}")
    bare = order(cast.tmall, "4520000000000000012", buyer_message="要发票")
    wrong = order(cast.tmall, "4520000000000000013", buyer_message="抬头 北京星河科技有限公司 税号 911100006000373410")
    order(cast.tmall, "4520000000000000014", buyer_message="不要发票")
    react()
    react()
    rows = {row.order_id: row for row in Invoice.objects.all()}
    assert set(rows) == {full.pk, bare.pk, wrong.pk}
    shown = {one["order"]["id"]: one for one in cast.as_("finance").get("/api/invoices")["items"]}
    assert shown[full.pk]["gaps"] == [] and shown[full.pk]["source_label"] == "买家留言"
    assert "询问" in shown[bare.pk]["gaps"][0] and "应为 L" in shown[wrong.pk]["gaps"][0]
    finance, agent = cast.as_("finance"), cast.as_("quanquan")
    with nothing_changes(Invoice):
        error = finance.call("post", f"/api/invoices/{rows[bare.pk].pk}/issue", {"number": "26312000001"}, 409).json()
    assert error["error"]["code"] == "request_incomplete"
    agent.post(f"/api/invoices/{rows[bare.pk].pk}/amend", PERSON)
    assert finance.post(f"/api/invoices/{rows[bare.pk].pk}/issue", {"number": "26312000001"})["state"] == "issued"
    order(cast.tmall, "4520000000000000012", buyer_message="要发票 抬头个人", at=NOON + timedelta(hours=1))
    react()
    assert Invoice.objects.filter(order=bare).count() == 1


def test_the_number_is_used_once_and_an_unpaid_order_waits(cast: Cast) -> None:
    finance = cast.as_("finance")
    issued(cast, order(cast.tmall))
    unpaid = asked(cast, order(cast.tmall, "4520000000000000002", status="waiting_payment"))
    with nothing_changes(Invoice):
        late = finance.call("post", f"/api/invoices/{unpaid['id']}/issue", {"number": "26312000002"}, 409).json()
    assert "付款" in late["error"]["message"]
    clock_at = NOON + timedelta(days=3)
    order(cast.tmall, "4520000000000000002", status="paid", at=clock_at)
    react()
    with nothing_changes(Invoice):
        twice = {"number": "26312000000123456789"}
        error = finance.call("post", f"/api/invoices/{unpaid['id']}/issue", twice, 422).json()
    assert "4520000000000000001" in error["error"]["fields"]["number"]
    due = finance.get(f"/api/invoices/{unpaid['id']}")["due_at"]
    assert due.startswith("2026-11-19"), "five days from the payment"


def test_a_part_refund_turns_the_old_one_red_and_asks_a_new_one(cast: Cast) -> None:
    row = order(cast.tmall)
    old = issued(cast, row)
    line = row.lines.get(sku_code="Q2")
    with transaction():
        actions.record_refund(row.pk, amount_fen=5000, quantities={line.pk: 1}, by=SYSTEM, at=NOON)
    react()
    finance = cast.as_("finance")
    todo = finance.get("/api/invoices")["items"]
    assert [(one["sort"], one["amount_fen"]) for one in todo] == [("red", -31000), ("blue", 26000)]
    red, new = todo
    assert sum(goods["fen"] for goods in red["content"]) == -31000
    kept = finance.get(f"/api/invoices/{old['id']}")
    assert kept["taken_back"] and kept["can"] == [] and kept["amount_fen"] == 31000, "what was printed stays"
    with nothing_changes(Invoice):
        cast.as_("anan").call("post", f"/api/invoices/{old['id']}/send", {"delivery": "with_goods"}, 409)
    assert finance.post(f"/api/invoices/{red['id']}/issue", {"number": "26312000777"})["amount_fen"] == -31000
    assert finance.post(f"/api/invoices/{new['id']}/issue", {"number": "26312000778"})["amount_fen"] == 26000
    react()
    assert Invoice.objects.count() == 3


def test_a_full_refund_leaves_only_the_red_letter(cast: Cast) -> None:
    row, other = order(cast.tmall), order(cast.tmall, "4520000000000000002")
    issued(cast, row)
    waiting = asked(cast, other)
    with transaction():
        actions.record_refund(row.pk, amount_fen=31000, by=SYSTEM, at=NOON)
        actions.record_refund(other.pk, amount_fen=31000, by=SYSTEM, at=NOON)
    react()
    assert [one["sort"] for one in cast.as_("finance").get("/api/invoices")["items"]] == ["red"]
    assert cast.as_("finance").get(f"/api/invoices/{waiting['id']}")["state"] == "withdrawn"


def test_a_wrong_title_is_reissued(cast: Cast) -> None:
    old = issued(cast, order(cast.tmall))
    agent = cast.as_("anan")
    with nothing_changes(Invoice):
        agent.call("post", f"/api/invoices/{old['id']}/reissue", {**PERSON, "tax_no": USCC, "why": "wrong_title"}, 422)
    new = agent.post(f"/api/invoices/{old['id']}/reissue", {**PERSON, "why": "wrong_title"})["invoice"]
    assert new["title"] == "个人" and new["source_label"] == "换开"
    with nothing_changes(Invoice):
        agent.call("post", f"/api/invoices/{old['id']}/reissue", {**PERSON, "why": "lost"}, 409)
    assert agent.post(f"/api/invoices/{old['id']}/came_back")["came_back_at"]
    with nothing_changes(Invoice):
        agent.call("post", f"/api/invoices/{old['id']}/came_back", {}, 409)


def test_with_the_goods_it_is_delivered_when_she_signs(cast: Cast) -> None:
    row = order(cast.tmall)
    one = issued(cast, row, delivery="with_goods")
    cast.as_("clerk").post(f"/api/invoices/{one['id']}/send", {"delivery": "with_goods"})
    with transaction():
        actions.mark_signed(row.pk, signed_at=NOON, by=SYSTEM, at=NOON)
    react()
    assert Invoice.objects.get().state == "delivered"


def test_a_late_one_is_shown_and_still_issued(cast: Cast) -> None:
    one = asked(cast, order(cast.tmall))
    at = NOON + timedelta(days=5, seconds=1)
    with clock.frozen(at):
        fire(at)
        finance = cast.as_("finance")
        assert finance.get("/api/invoices/counts")["late"] == 1
        assert finance.get(f"/api/invoices/{one['id']}")["late"]
        done = finance.post(f"/api/invoices/{one['id']}/issue", {"number": "26312000001"})
    assert done["state"] == "issued" and not done["late"]
    assert Event.objects.filter(kind="money.late").count() == 1


# --- batches --------------------------------------------------------------------------------------------------------


def upload(cast: Cast, name: str, body: bytes, status: int = 200) -> Any:
    caller = cast.as_("finance")
    response = caller.client.post(
        "/api/invoices/numbers", {"shop": cast.tmall.pk, "file": SimpleUploadedFile(name, body)}
    )
    assert response.status_code == status, response.content
    return response.json()


def batch(cast: Cast, ids: list[int], key: str = "press-0001") -> dict[str, Any]:
    return cast.as_("finance").post("/api/invoices/runs", {"shop": cast.tmall.pk, "ids": ids, "key": key})


def test_a_batch_is_made_once_and_kept(cast: Cast) -> None:
    ids = [asked(cast, order(cast.tmall, f"452000000000000010{n}"))["id"] for n in range(3)]
    run = batch(cast, ids[:2])
    assert (run["invoices"], run["amount_fen"], run["number"]) == (2, 62000, "KP20261111-01")
    with nothing_changes(Invoice, InvoiceRun):
        assert batch(cast, ids[:2]) == run, "the same press"
        error = cast.as_("finance").call(
            "post", "/api/invoices/runs", {"shop": cast.tmall.pk, "ids": ids, "key": "press-0002"}, 409
        )
    assert set(error.json()["error"]["fields"]) == {f"ids.{ids[0]}", f"ids.{ids[1]}"}
    finance = cast.as_("finance")
    first = finance.call("get", f"/api/invoices/runs/{run['id']}/file?format=csv").content
    finance.post(f"/api/invoices/{ids[0]}/issue", {"number": "26312000001"})
    assert finance.call("get", f"/api/invoices/runs/{run['id']}/file?format=csv").content == first
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(finance.call("get", f"/api/invoices/runs/{run['id']}/file").content)
    ).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert rows[0][0] == "单据号" and len(rows) == 1 + 6 and rows[1][1] == "4520000000000000100"
    assert [one["id"] for one in finance.get("/api/invoices")["items"]] == [ids[2]]
    cast.as_("stranger").call("get", f"/api/invoices/runs/{run['id']}/file", None, 404)
    cast.as_("quanquan").call("get", f"/api/invoices/runs/{run['id']}/file", None, 404)


def test_numbers_come_back_good_rows_in_bad_rows_out(cast: Cast) -> None:
    ids = [asked(cast, order(cast.tmall, f"452000000000000010{n}"))["id"] for n in range(5)]
    slips = [f"FP{pk:08d}" for pk in ids]
    lines = [
        "单据号,订单编号,发票号码,价税合计",
        f"{slips[0]},,26312000000000000001,310.00",
        f"{slips[0]},,26312000000000000001,310.00",
        ",4520000000000000101,'26312000000000000002,310",
        f"{slips[2]},,26312000000000000001,310",
        f"{slips[3]},,2.63E+19,310",
        f"{slips[4]},,26312000000000000005,500.00",
        "FP99999999,,26312000000000000006,310",
    ]
    answer = upload(cast, "发票.csv", "\r\n".join(lines).encode("gbk"))
    assert (answer["done"], answer["rejected"]) == (2, 4)
    why = {one["row"]: "".join(one["reasons"]) for one in answer["rows"] if not one["done"]}
    assert "重复" in why[5] and "科学计数法" in why[6] and "500.00" in why[7] and "FP99999999" in why[8]
    assert (
        answer["rejects_csv"].startswith("\ufeff行号,原因,单据号") and "'26312000000000000005" in answer["rejects_csv"]
    )
    assert Invoice.objects.filter(state="issued").count() == 2
    with nothing_changes(Invoice):
        same = upload(cast, "发票.csv", "\r\n".join(lines[:4]).encode())
    assert (same["done"], same["rejected"]) == (2, 0), "the same file again changes nothing"


def test_numbers_from_excel_and_a_foreign_issuer(cast: Cast, tmp_path: Path) -> None:
    set_rule(cast.tmall, "invoice_issuer_title", "杭州圈圈服饰有限公司")
    ids = [asked(cast, order(cast.tmall, f"452000000000000010{n}"))["id"] for n in range(2)]
    path = xlsx_file(
        tmp_path / "back.xlsx",
        [
            ["单据号", "数电票号码", "销方名称"],
            [f"FP{ids[0]:08d}", "26312000000000000001", "杭州圈圈服饰有限公司"],
            [f"FP{ids[1]:08d}", "26312000000000000002", "杭州别家有限公司"],
        ],
    )
    answer = upload(cast, "back.xlsx", path.read_bytes())
    assert (answer["done"], answer["rejected"]) == (1, 1) and "R347" in answer["rows"][1]["reasons"][0]
    with nothing_changes(Invoice):
        upload(cast, "x.csv", "甲,乙\n1,2".encode(), 422)


def test_a_changed_title_leaves_its_batch(cast: Cast) -> None:
    one = asked(cast, order(cast.tmall))
    batch(cast, [one["id"]])
    cast.as_("quanquan").post(f"/api/invoices/{one['id']}/amend", PERSON)
    assert batch(cast, [one["id"]], "press-0003")["number"] == "KP20261111-02"


def test_the_list_is_found_by_its_index(cast: Cast) -> None:
    from django.db import connection

    from xiaoer.orders import money_reads

    if connection.vendor != "sqlite":
        return
    viewer = cast.viewer("finance")
    rows = money_reads.ask(viewer, "invoice", desk="to_issue").order_by("asked_at", "pk")[:50]
    plan = rows.explain()
    assert "SCAN orders_invoice" not in plan, plan
