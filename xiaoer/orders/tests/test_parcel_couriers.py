"""Files from couriers, where they deliver, 快递100 over a real socket, customs papers, and query plans."""

import hashlib
import io
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, TestCase
from django_tasks_db.models import DBTaskResult
from python_calamine import CalamineWorkbook

from xiaoer.kernel import clock
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.clock_loop import run_once, run_reactions
from xiaoer.kernel.db import transaction
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Caller, Cast, all_due, nothing_changes
from xiaoer.orders import coverage_reads, tasks_parcel
from xiaoer.orders.actions import coverage, parcels
from xiaoer.orders.models import CoverageRow, Order, Parcel, ParcelTrace
from xiaoer.orders.parcel_kuaidi100 import Account, read_answer, sign, signed_right
from xiaoer.orders.parcel_reports import Report, TraceLine
from xiaoer.orders.tests.test_parcels import PICKED, WAYBILL, erp, later, order, push, pusher
from xiaoer.reception.actions.conversations import open_conversation
from xiaoer.reception.models import Conversation, Message

__all__ = ["erp", "pusher"]
pytestmark = pytest.mark.django_db


def upload(caller: Caller, url: str, shop: int, text: str, name: str = "a.csv", status: int = 200) -> Any:
    file = SimpleUploadedFile(name, text.encode("gb18030"))
    response = caller.client.post(url, {"shop": shop, "file": file})
    assert response.status_code == status, response.content
    return response.json()


def test_a_file_of_traces_keeps_its_good_rows(cast: Cast, erp: Caller) -> None:
    order(erp, cast)
    text = (
        "运单号,时间,物流信息,地点\n"
        f"{WAYBILL},2026-11-10 21:00:00,【杭州】已揽收,杭州\n"
        f"'{WAYBILL},2026-11-11 08:00:00,快件到达【宁波】,宁波\n"
        f"{WAYBILL},昨天,快件到达,宁波\n"
        "YT0000000000000,2026-11-11 08:00:00,快件到达,宁波\n"
        f"{WAYBILL},2026-11-11 09:00:00,,宁波\n"
    )
    clerk = cast.as_("clerk")
    told = upload(clerk, "/api/parcels/traces/import", cast.tmall.pk, text)
    assert (told["rows"], told["added"], told["rejected"]) == (5, 2, 3)
    errors = told["rejects_csv"].splitlines()
    assert errors[0].lstrip("\ufeff").startswith("行号,原因") and len(errors) == 4
    assert any(line.startswith("5,") and "YT0000000000000" in line for line in errors)
    again = upload(clerk, "/api/parcels/traces/import", cast.tmall.pk, text)
    assert (again["added"], again["known"]) == (0, 2)
    assert Parcel.objects.get().first_scan_at == NOON - timedelta(hours=15)
    with nothing_changes(ParcelTrace):
        upload(clerk, "/api/parcels/traces/import", cast.tmall.pk, "甲,乙\n1,2\n", status=422)
        upload(cast.as_("quanquan"), "/api/parcels/traces/import", cast.tmall.pk, text, status=403)


TABLE = (
    "快递公司,省,市,区,派送范围,加收费用,备注\n"
    "圆通,浙江,,,可达,,\n"
    "圆通,浙江,杭州,余杭,超区,,村镇不派\n"
    "顺丰,浙江,,,可达,,\n"
    "韵达,新疆,,,加收,15.00,\n"
    "圆通,火星,,,可达,,\n"
    "飞毛腿,浙江,,,可达,,\n"
    "中通,湖北,仙桃,,盲区,,\n"
    "中通,浙江,,,大概可以,,\n"
)


def test_the_coverage_table_warns_before_shipping(cast: Cast, erp: Caller) -> None:
    row = order(erp, cast, status="paid", shipped_at=None, waybill="")
    assert coverage_reads.coverage_problem(row) is None, "an empty table says nothing"
    told = upload(cast.as_("clerk"), "/api/coverage/import", cast.tmall.pk, TABLE)
    assert (told["added"], told["rejected"]) == (5, 3)
    problem = coverage_reads.coverage_problem(row)
    assert problem is not None and "超区" in problem.zh and "顺丰" in problem.zh and "余杭区" in problem.zh
    assert coverage_reads.covers(row) is False
    found = cast.as_("clerk").get(f"/api/orders/{row.pk}/coverage")
    assert found["region"] == "浙江省 杭州市 余杭区" and {one["verdict"] for one in found["couriers"]} == {"no", "yes"}
    assert "this_carrier" in cast.as_("quanquan").get(f"/api/orders/{row.pk}/promise")["must_not"]
    again = upload(cast.as_("clerk"), "/api/coverage/import", cast.tmall.pk, TABLE.replace("超区", "可达"))
    assert (again["added"], again["known"]) == (0, 5)
    assert coverage_reads.coverage_problem(row) is None and coverage_reads.covers(row) is True
    with nothing_changes(CoverageRow):
        upload(cast.as_("quanquan"), "/api/coverage/import", cast.tmall.pk, TABLE, status=403)
    assert cast.as_("stranger").get("/api/coverage")["items"] == []


def test_a_region_leaves_the_table(cast: Cast) -> None:
    upload(cast.as_("clerk"), "/api/coverage/import", cast.tmall.pk, TABLE)
    one = cast.as_("clerk").get("/api/coverage", {"carrier": "yunda"})["items"][0]
    cast.as_("stranger").call("delete", f"/api/coverage/{one['id']}", status=404)
    cast.as_("quanquan").call("delete", f"/api/coverage/{one['id']}", status=403)
    cast.as_("clerk").call("delete", f"/api/coverage/{one['id']}", status=204)
    assert cast.as_("clerk").get("/api/coverage", {"carrier": "yunda"})["items"] == []


# --- 快递100 ---------------------------------------------------------------------------------------------------------

ACCOUNT = Account("CUSTOMER1", "KEY1", "SALT1")
DATA = [
    {"time": "2026-11-11 09:00:00", "ftime": "2026-11-11 09:00:00", "context": "收件地址超区", "statusCode": "207",
     "status": "超区", "areaName": "浙江,杭州市"},
    {"time": "2026-11-10 21:00:00", "ftime": "2026-11-10 21:00:00", "context": "已揽收", "statusCode": "103"},
]  # fmt: skip


def test_the_sign_is_upper_md5_of_param_key_customer() -> None:
    assert sign("{}", "k", "c") == hashlib.md5(b"{}kc").hexdigest().upper()
    assert signed_right("p", hashlib.md5(b"pSALT").hexdigest(), "SALT")
    assert not signed_right("p", hashlib.md5(b"p").hexdigest(), ""), "without a salt nothing is believed"


class Service(BaseHTTPRequestHandler):
    """A small server that follows 快递100's document: checks the sign, answers with a trace or a failure."""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        param, customer, given = (form[name][0] for name in ("param", "customer", "sign"))
        asked = json.loads(param)
        right = hashlib.md5((param + ACCOUNT.key + ACCOUNT.customer).encode()).hexdigest().upper()
        if given != right or customer != ACCOUNT.customer:
            body: dict[str, Any] = {"result": False, "returnCode": "503", "message": "验证签名失败"}
        elif asked["num"] != WAYBILL:
            body = {"result": False, "returnCode": "500", "message": "查询无结果，请隔段时间再查"}
        else:
            body = {
                "message": "ok",
                "nu": asked["num"],
                "com": asked["com"],
                "status": "200",
                "state": "2",
                "data": DATA,
            }
        raw = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("XIAOER_KUAIDI100_QUERY", f"http://127.0.0.1:{server.server_port}/poll/query.do")
    yield
    server.shutdown()
    server.server_close()


def test_a_question_over_a_real_socket(cast: Cast, erp: Caller, service: None) -> None:
    order(erp, cast)
    row = Parcel.objects.get()
    assert tasks_parcel.refresh(row.pk, Account("CUSTOMER1", "wrong")).startswith("503")
    assert not ParcelTrace.objects.exists()
    assert tasks_parcel.refresh(row.pk, ACCOUNT) == "ok"
    row.refresh_from_db()
    assert (row.state, row.trouble, row.code) == ("problem", "out_of_area", "207") and row.polled_at == NOON
    assert row.alerts.get().kind == "out_of_area"


def test_parcels_on_their_way_are_asked_about_by_themselves(
    cast: Cast, erp: Caller, service: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an account each parcel is asked about every few hours, not sooner after a push, no longer when it arrived."""
    monkeypatch.setenv("XIAOER_KUAIDI100_CUSTOMER", ACCOUNT.customer)
    monkeypatch.setenv("XIAOER_KUAIDI100_KEY", ACCOUNT.key)
    order(erp, cast)
    row = Parcel.objects.get()
    asked = DBTaskResult.objects.filter(task_path__endswith="refresh_parcel")
    while run_reactions():
        pass
    all_due(NOON + timedelta(hours=3))
    assert asked.count() == 0
    with clock.frozen(NOON + timedelta(hours=4)):
        with TestCase.captureOnCommitCallbacks(execute=True):
            all_due(clock.now())
        assert [one.args_kwargs["args"] for one in asked] == [[row.pk]]
        assert tasks_parcel.refresh(row.pk) == "ok"
    assert ParcelTrace.objects.filter(parcel=row, source="kuaidi100").exists()
    Parcel.objects.filter(pk=row.pk).update(state="signed")
    with TestCase.captureOnCommitCallbacks(execute=True):
        all_due(NOON + timedelta(hours=8))
        all_due(NOON + timedelta(hours=12))
    assert asked.count() == 1, "one question while news was fresh, none after it arrived"


def test_a_service_that_is_down_changes_nothing(cast: Cast, erp: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    order(erp, cast)
    monkeypatch.setenv("XIAOER_KUAIDI100_QUERY", "http://127.0.0.1:9/nothing")
    assert tasks_parcel.refresh(Parcel.objects.get().pk, ACCOUNT).startswith("network")
    assert not ParcelTrace.objects.exists()


def test_refresh_says_what_is_missing(cast: Cast, erp: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    order(erp, cast)
    monkeypatch.delenv("XIAOER_KUAIDI100_KEY", raising=False)
    said = cast.as_("anan").call("post", f"/api/parcels/{Parcel.objects.get().pk}/refresh", {}, 409).json()
    assert "XIAOER_KUAIDI100_KEY" in said["error"]["message"]


@pytest.mark.parametrize(
    "body", [None, [], {}, {"result": False}, {"status": "201", "message": "x", "data": []}, {"data": "no", "nu": 1}]
)
def test_any_answer_is_read(body: Any) -> None:
    read_answer(body)


def pushed(param: str, salt: str = "SALT1") -> Any:
    given = hashlib.md5((param + salt).encode()).hexdigest().upper()
    return Client().post("/api/couriers/kuaidi100/quanquan-tmall", {"param": param, "sign": given}).json()


def test_a_push_is_signed_and_safe_to_repeat(cast: Cast, erp: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    order(erp, cast)
    monkeypatch.setenv("XIAOER_KUAIDI100_SALT", "SALT1")
    last = {"message": "ok", "state": "2", "com": "yuantong", "nu": WAYBILL, "data": DATA}
    param = json.dumps({"status": "polling", "message": "", "lastResult": last}, ensure_ascii=False)
    with nothing_changes(Parcel, ParcelTrace):
        assert pushed(param, "guessed")["result"] is False
        assert pushed("no json")["result"] is False
        assert pushed(json.dumps({"lastResult": {**last, "nu": "YT0000000000000"}}))["result"] is False
        assert pushed(json.dumps({"status": "abort", "message": "3天查询无记录"}))["result"] is True
    assert pushed(param) == {"result": True, "returnCode": "200", "message": "成功"}
    assert pushed(param)["result"] is True
    assert ParcelTrace.objects.count() == 2 and Parcel.objects.get().trouble == "out_of_area"


# --- the buyer is told -----------------------------------------------------------------------------------------------


def test_states_are_pushed_into_her_talk(cast: Cast, erp: Caller, pusher: Caller) -> None:
    row = order(erp, cast, status="paid", shipped_at=None, waybill="", paid_at="2026-11-11 11:00:00")
    with transaction():
        open_conversation(row.shop_id, row.customer_id, by=SYSTEM, at=NOON)
    talk = Conversation.objects.get()
    erp.post(
        "/api/orders",
        {"shop": row.shop_id, "orders": [{"order_no": row.order_no, "nick": "幸福蔓延1627", "status": "shipped",
         "shipped_at": "2026-11-11 11:50:00", "carrier": "圆通速递", "waybill": WAYBILL}]},
    )  # fmt: skip
    run_once()
    lines = [PICKED, {"at": (NOON - timedelta(minutes=5)).isoformat(), "text": "派件员正在派件"}]
    push(pusher, cast, *lines)
    push(pusher, cast, {"at": (NOON - timedelta(minutes=1)).isoformat(), "text": "已签收"})
    run_once()
    run_once()
    cards: list[Any] = list(
        Message.objects.filter(conversation=talk, kind="card").order_by("seq").values_list("card", flat=True)
    )
    assert [one["state"] for one in cards] == ["shipped", "out_for_delivery", "signed"]
    assert WAYBILL in cards[0]["text"]["zh"] and all(one["order"] == row.pk for one in cards)
    sent = Event.objects.filter(kind="message.sent", subject=f"conversation:{talk.pk}", for_buyer=True)
    assert sent.count() >= 3
    with later(1):
        alert_line = {"at": (NOON + timedelta(minutes=30)).isoformat(), "text": "退件已签收"}
        push(pusher, cast, alert_line)
        run_once()
    assert Message.objects.filter(conversation=talk, kind="card").count() == 3
    # 使用关怀 (R114): once, some days after she has it.
    for days in (4, 5):
        with clock.frozen(NOON + timedelta(days=days)):
            all_due(clock.now())
    care: list[Any] = list(Message.objects.filter(card__state="usage").values_list("card", flat=True))
    assert [one["order"] for one in care] == [row.pk]


def test_a_shop_may_switch_it_off_and_old_states_are_no_news(cast: Cast, erp: Caller) -> None:
    from xiaoer.people.queries import shop_facts
    from xiaoer.policy.actions import set_override

    row = order(erp, cast, status="paid", shipped_at=None, waybill="", paid_at="2026-11-11 11:00:00")
    with transaction():
        open_conversation(row.shop_id, row.customer_id, by=SYSTEM, at=NOON)
        set_override(shop_facts(row.shop_id), "order_push", value=False, reason="不打扰", by=cast.who("owner"), at=NOON)
    with later(1):
        erp.post("/api/orders", {"shop": row.shop_id, "orders": [{"order_no": row.order_no, "nick": "幸福蔓延1627",
                 "status": "shipped", "shipped_at": "2026-11-11 12:30:00"}]})  # fmt: skip
        run_once()
    assert not Message.objects.filter(kind="card").exists()


# --- customs ---------------------------------------------------------------------------------------------------------


def test_customs_papers_are_filled_from_the_order(cast: Cast, erp: Caller) -> None:
    row = order(erp, cast, receiver_address="香港特别行政区 九龙 观塘区 成业街 7 号")
    clerk = cast.as_("clerk")
    clerk.put(f"/api/courier-desk?shop={cast.tmall.pk}", {"broker": "启运报关行", "broker_phone": "0571-1"})
    listed = {one["key"]: one["done"] for one in clerk.get(f"/api/orders/{row.pk}/customs")["checklist"]}
    assert listed["border"] and listed["goods"] and listed["broker"] and not listed["hs_code"]
    for paper in ("invoice", "declaration"):
        data = {"hs_code": "6204.43", "net_grams": 400}
        response = clerk.call("post", f"/api/orders/{row.pk}/customs/{paper}", data, 200)
        cells = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
        said = " ".join(str(cell) for line in cells for cell in line)
        for part in (row.order_no, "马慧", "成业街", "法式针织连衣裙", "6204.43", "启运报关行", "100.00", WAYBILL):
            assert part in said, (paper, part)
    assert Event.objects.filter(kind="order.unmasked", subject=f"order:{row.pk}").count() == 2
    with nothing_changes(Order):
        clerk.call("post", f"/api/orders/{row.pk}/customs/poem", {}, 422)
        cast.as_("warehouse").call("post", f"/api/orders/{row.pk}/customs/invoice", {}, 403)
        cast.as_("stranger").call("post", f"/api/orders/{row.pk}/customs/invoice", {}, 404)


# --- plans -----------------------------------------------------------------------------------------------------------


def plan(query: Any) -> str:
    return "\n".join(str(line) for line in query.explain().splitlines())


@pytest.mark.sqlite_only
def test_no_list_scans_its_table(cast: Cast) -> None:
    from xiaoer.orders import parcel_reads

    viewer = cast.viewer("anan")
    asked: tuple[dict[str, Any], ...] = (
        {}, {"state": "in_transit"}, {"q": "YT123"}, {"q": "4520000000000000001"}, {"alert": "any"}, {"alert": "mine"},
    )  # fmt: skip
    for search in asked:
        rows = parcel_reads.ask(viewer, parcel_reads.Search(**search)).order_by("-changed_at", "-pk")[:51]
        told = plan(rows)
        assert "SCAN orders_parcel\n" not in told and not told.endswith("SCAN orders_parcel"), (search, told)
    assert "SCAN" not in plan(CoverageRow.objects.filter(shop_id=1, province__in=["浙江省"]))
    assert connection.vendor == "sqlite"


def test_taking_traces_in_asks_the_same_number_of_queries_for_known_lines(
    cast: Cast, erp: Caller, django_assert_max_num_queries: Any
) -> None:
    order(erp, cast)
    lines = [TraceLine(NOON - timedelta(hours=n), f"快件到达第 {n} 站") for n in range(1, 41)]
    with transaction():
        parcels.take_traces(cast.tmall.pk, [Report(WAYBILL, lines)], source="test", by=SYSTEM, at=NOON)
    with django_assert_max_num_queries(12), transaction():
        parcels.take_traces(cast.tmall.pk, [Report(WAYBILL, lines)], source="test", by=SYSTEM, at=clock.now())


def test_ten_thousand_regions_are_one_query(cast: Cast, erp: Caller, django_assert_num_queries: Any) -> None:
    row = order(erp, cast)
    with transaction():
        coverage.take_rows(
            cast.tmall.pk,
            [{"carrier": "yto", "province": "浙江省", "city": "杭州市", "district": "余杭区", "verdict": "no",
              "fee_fen": None, "note": ""}],
            by=SYSTEM, at=NOON,
        )  # fmt: skip
    with django_assert_num_queries(1):
        assert coverage_reads.coverage_problems([row] * 20)
