"""Summaries (template and language model), identity, order actions from the talk, feedback, timeline, search."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from xiaoer.customers.models import TimelineEntry
from xiaoer.kernel import clock_loop
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.orders.models import Order
from xiaoer.policy import actions as policy
from xiaoer.reception import searching
from xiaoer.reception.actions import indexing
from xiaoer.reception.models import Conversation, IdentityCheck, Summary
from xiaoer.reception.tests.people_in_talks import ORDER_NO, TAIL, Buyer, an_order, buyer_who, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(cast: Cast) -> Buyer:
    an_order(cast)
    return Buyer()


@pytest.fixture
def served(cast: Cast, buyer: Buyer) -> int:
    talk = buyer.talk()
    cast.as_("quanquan").post(f"/api/conversations/{talk}/take")
    return talk


# ------------------------------------------------------------------------------------------------ summary


def test_the_draft_is_made_of_facts_edited_and_put_on_the_timeline(cast: Cast, served: int, buyer: Buyer) -> None:
    buyer.prove()
    says(served, buyer_who(served), f"订单 {ORDER_NO} 想退货，我电话13812345678")
    says(served, cast.who("quanquan"), "可以的，七天内支持退货")
    quanquan = cast.as_("quanquan")
    url = f"/api/conversations/{served}/summary"
    with nothing_changes(Summary, TimelineEntry, Event):
        draft = quanquan.post(f"{url}/draft", {"model": True})
    assert (draft["topic"], draft["source"], draft["model_available"]) == ("after_sales", "facts", False)
    assert ORDER_NO in draft["text"] and "13812345678" not in draft["text"]
    with nothing_changes(Summary, TimelineEntry, Event):
        quanquan.post(url, {"text": " "}, status=422)
        quanquan.post(url, {"text": "好", "topic": "weather"}, status=422)
        cast.as_("tangtang").post(url, {"text": "不是我的"}, status=404)
    text = draft["text"] + "\n承诺：今天内给退货地址"
    saved = quanquan.post(url, {"text": text, "topic": "after_sales"}, status=201)
    assert saved["text"].endswith("今天内给退货地址") and saved["by"] == "圈圈"
    customer = Conversation.objects.get(pk=served).customer_id
    entries = quanquan.get(f"/api/customers/{customer}/timeline")["items"]
    assert [one["label"] for one in entries if one["kind"] == "summary"] == ["会话摘要"]
    assert "今天内" not in json.dumps([e.payload for e in Event.objects.all()], ensure_ascii=False)


class _Model(BaseHTTPRequestHandler):
    """A language model as the documented wire format has it."""

    seen: list[tuple[str, dict[str, str], dict[str, Any]]] = []
    answer: tuple[int, Any] = (200, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        _Model.seen.append((self.path, dict(self.headers), body))
        status, data = _Model.answer
        raw = json.dumps(data).encode() if not isinstance(data, bytes) else data
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Model]]:
    server = HTTPServer(("127.0.0.1", 0), _Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("XIAOER_LLM_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("XIAOER_LLM_KEY", "sk-test")
    monkeypatch.setenv("XIAOER_LLM_MODEL", "qwen-plus")
    _Model.seen.clear()
    yield _Model
    server.shutdown()
    server.server_close()


def test_a_language_model_may_write_the_draft(cast: Cast, served: int, model: type[_Model]) -> None:
    says(served, buyer_who(served), "想退货，电话 13812345678，微信 998877665")
    says(served, cast.who("quanquan"), "内部：这是老客户", kind="note")
    said = {"choices": [{"message": {"role": "assistant", "content": "买家想退货，电话13812345678，已告知流程。"}}]}
    model.answer = (200, said)
    quanquan = cast.as_("quanquan")
    url = f"/api/conversations/{served}/summary/draft"
    assert quanquan.post(url, {})["source"] == "facts" and not model.seen, "only when asked"
    draft = quanquan.post(url, {"model": True})
    assert draft["source"] == "model" and draft["text"] == "买家想退货，电话138****5678，已告知流程。"
    path, headers, body = model.seen[0]
    assert (path, headers["Authorization"], body["model"]) == ("/v1/chat/completions", "Bearer sk-test", "qwen-plus")
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    sent = json.dumps(body, ensure_ascii=False)
    assert "13812345678" not in sent and "998877665" not in sent and "老客户" not in sent
    kinds = ["summary.model_asked", "summary.model_answered"]
    lines = list(Event.objects.filter(kind__in=kinds).order_by("number"))
    assert [line.kind for line in lines] == kinds and lines[1].payload["ok"] is True
    assert not Summary.objects.exists()


@pytest.mark.parametrize(
    "answer", [(500, {"error": "x"}), (200, b"<html>"), (200, {"choices": []}), (302, {}), (200, {"choices": [{}]})]
)
def test_a_model_that_fails_leaves_the_template(
    cast: Cast, served: int, model: type[_Model], answer: tuple[int, Any]
) -> None:
    model.answer = answer
    draft = cast.as_("quanquan").post(f"/api/conversations/{served}/summary/draft", {"model": True})
    assert draft["source"] == "facts" and draft["problem"] and "问题类型" in draft["text"]
    assert Event.objects.get(kind="summary.model_answered").payload["ok"] is False


def test_feedback_is_compiled_for_operations(cast: Cast, served: int) -> None:
    quanquan = cast.as_("quanquan")
    url = f"/api/conversations/{served}/feedback"
    body = {"kind": "product", "text": "领口起球", "goods": "红色羊毛大衣", "suggestion": "换面料供应商"}
    quanquan.post(url, body, status=201)
    quanquan.post(url, {**body, "kind": "need", "text": "想要加大码"}, status=201)
    quanquan.post(url, {**body, "kind": "nothing"}, status=422)
    report = cast.as_("supervisor").get("/api/feedback")
    assert (report["total"], report["goods"]) == (2, [{"goods": "红色羊毛大衣", "count": 2}])
    assert {one["label"] for one in report["kinds"]} == {"商品问题", "需求/建议"}
    assert cast.as_("vendor").get("/api/feedback")["total"] == 0 == cast.as_("stranger").get("/api/feedback")["total"]


# ------------------------------------------------------------------------------------------------ identity


def test_who_asks_must_be_who_ordered(cast: Cast, served: int, buyer: Buyer) -> None:
    quanquan, url = cast.as_("quanquan"), f"/api/conversations/{served}/identity"
    order = Order.objects.get(order_no=ORDER_NO).pk
    assert (quanquan.get(url)["state"], quanquan.get(url)["strength"]) == ("unverified", "block")
    assert quanquan.post(f"{url}/ask")["state"] == "asked"
    assert "拍下来的ID" in quanquan.get(url)["scripts"][0]
    assert quanquan.post(url, {"order_no": ORDER_NO, "phone_tail": "0000"})["state"] == "wrong"
    # She knows the number and even the phone, but writes from another account (R375, R377).
    assert quanquan.post(url, {"order_no": ORDER_NO, "phone_tail": TAIL})["state"] == "other_account"
    remark = {"flag": "red", "text": "改地址"}
    with nothing_changes(Order, Event):
        here = f"/api/conversations/{served}/orders/{order}"
        assert quanquan.post(f"{here}/remark", remark, status=403)["error"]["code"] == "not_verified"
        quanquan.post(f"{here}/unmask", {"reason": "核对地址"}, status=403)
    buyer.prove()
    state = quanquan.get(url)
    assert (state["state"], state["how"]) == ("verified", "widget")
    assert quanquan.post(f"/api/conversations/{served}/orders/{order}/remark", remark)["verified"] is True
    assert Order.objects.get(pk=order).flag == "red"
    results = list(IdentityCheck.objects.order_by("pk").values_list("result", flat=True))
    assert results == ["asked", "wrong", "other_account", "verified"]
    lines = Event.objects.filter(kind="conversation.identity")
    assert [line.payload["result"] for line in lines.order_by("number")] == results
    assert not lines.filter(for_buyer=True).exists() and ORDER_NO not in str([line.payload for line in lines])


def test_where_the_shop_only_warns_a_reason_lets_it_pass_and_is_kept(cast: Cast) -> None:
    buyer = Buyer("quanquan-taobao")
    talk = buyer.talk()
    cast.as_("quanquan").post(f"/api/conversations/{talk}/take")
    an_order(cast)
    order = Order.objects.get(order_no=ORDER_NO).pk
    Order.objects.filter(pk=order).update(shop_id=cast.taobao.pk)
    policy.set_override(
        cast.taobao, "same_account_check", value="warn", reason="店铺约定", by=cast.who("owner"), at=NOON
    )
    url = f"/api/conversations/{talk}/orders/{order}/remark"
    with nothing_changes(Order, Event):
        answer = cast.as_("quanquan").post(url, {"flag": "red", "text": "改地址"}, status=409)
    assert answer["error"]["current"] == {"may_override": True, "mine": False}
    cast.as_("quanquan").post(url, {"flag": "red", "text": "改地址", "reason": "买家视频核实"})
    assert Event.objects.get(kind="conversation.unverified_action").payload["reason"] == "买家视频核实"


def test_a_platform_account_is_its_own_proof(cast: Cast, buyer: Buyer) -> None:
    customer = Order.objects.get(order_no=ORDER_NO).customer_id
    body = {"shop": cast.tmall.pk, "customer": customer}
    talk = cast.as_("quanquan").post("/api/conversations", body)["id"]
    state = cast.as_("quanquan").get(f"/api/conversations/{talk}/identity")
    assert (state["state"], state["how"]) == ("verified", "account")


# ------------------------------------------------------------------------------------------------ timeline


def test_every_contact_stands_on_the_timeline_once(cast: Cast, served: int, buyer: Buyer) -> None:
    cast.as_("quanquan").post(f"/api/conversations/{served}/close", {})
    buyer.post("/api/buyer/rating", {"stars": 5, "conversation": served})
    while clock_loop.run_reactions():
        pass
    while clock_loop.run_reactions():
        pass
    customer = Conversation.objects.get(pk=served).customer_id
    kinds = [one["kind"] for one in cast.as_("quanquan").get(f"/api/customers/{customer}/timeline")["items"]]
    assert sorted(kinds) == ["conversation.closed", "conversation.opened", "conversation.rated"]
    cast.as_("stranger").get(f"/api/customers/{customer}/timeline", status=404)
    vendor = cast.as_("vendor").get(f"/api/customers/{customer}/timeline")["items"]
    assert all(one["text"] == "" for one in vendor)


# ------------------------------------------------------------------------------------------------ search


def index_all() -> None:
    while indexing.index_some():
        pass


@pytest.mark.parametrize(
    ("q", "hit"),
    [
        ("退货", "[退货]"),
        ("退貨", "[退货]"),
        ("tuihuo", "[退货]"),
        ("th", "[退货]"),
        ("起球", "[起球]"),
        ("大衣 退货", "[大衣]"),
        ("ＳＦ1020", "[SF1020304]"),
        ("sf10203", "[SF10203]"),
        ("羊毛大衣", "[羊毛大衣]"),
    ],
)
def test_words_are_found_and_marked(cast: Cast, served: int, q: str, hit: str) -> None:
    says(served, buyer_who(served), "这件红色羊毛大衣起球，我想退货，单号SF1020304")
    says(served, buyer_who(served), "在吗")
    index_all()
    found = cast.as_("quanquan").get("/api/messages/search", {"q": q})["items"]
    assert len(found) == 1
    text, marked = found[0]["text"], found[0]["text"]
    for a, b in reversed(found[0]["marks"]):
        marked = marked[:a] + "[" + text[a:b] + "]" + marked[b:]
    assert hit in marked or (q == "ＳＦ1020" and "[SF1020]" in marked), marked


def test_a_search_shows_no_more_than_the_lists(cast: Cast, served: int) -> None:
    says(served, buyer_who(served), "想退货")
    says(served, cast.who("quanquan"), "老客户想退货，走快速通道", kind="note")
    index_all()
    ask = {"q": "退货"}
    assert len(cast.as_("quanquan").get("/api/messages/search", ask)["items"]) == 2
    assert len(cast.as_("supervisor").get("/api/messages/search", ask)["items"]) == 2
    for name in ("tangtang", "vendor", "stranger", "clerk"):
        assert cast.as_(name).get("/api/messages/search", ask)["items"] == []
    filters = {**ask, "author": "buyer", "agent": cast.staff["quanquan"].pk}
    assert len(cast.as_("supervisor").get("/api/messages/search", filters)["items"]) == 1
    assert cast.as_("supervisor").get("/api/messages/search", {**ask, "shop": cast.taobao.pk})["items"] == []
    cast.as_("stranger").get("/api/messages/search", {**ask, "shop": cast.tmall.pk}, status=404)
    for q in ('"', "' OR 1", "*", "NEAR(", "  ", "退货) OR (", "\\", ":*&|"):
        cast.as_("quanquan").get("/api/messages/search", {"q": q})


def test_pages_of_hits_meet_each_once_and_a_rebuild_finds_the_same(cast: Cast, served: int) -> None:
    for n in range(7):
        says(served, buyer_who(served), f"第{n}次问退货")
    index_all()
    supervisor = cast.as_("supervisor")
    seen, cursor = [], ""
    while cursor is not None:
        page = supervisor.get("/api/messages/search", {"q": "退货", "limit": 3, "cursor": cursor})
        seen += [one["message"] for one in page["items"]]
        cursor = page["next"]
    assert len(seen) == 7 == len(set(seen)) and seen == sorted(seen, reverse=True)
    assert indexing.index_some() == 0
    indexing.forget_all()
    assert supervisor.get("/api/messages/search", {"q": "退货"})["items"] == []
    index_all()
    assert len(supervisor.get("/api/messages/search", {"q": "退货"})["items"]) == 7


def test_a_long_message_shows_the_piece_around_the_hit() -> None:
    text, marks = searching.excerpt("无关" * 100 + "退货" + "其他" * 100, ["退货"])
    assert text.startswith("…") and text.endswith("…") and [text[a:b] for a, b in marks] == ["退货"]
