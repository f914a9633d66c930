"""The assistant beside a talk: offered, guarded, used, judged, drafted by a model; a talk made into knowledge."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.knowledge.actions.life import load_article
from xiaoer.knowledge.models import Article, ArticleVersion
from xiaoer.reception.actions import add_quick_reply
from xiaoer.reception.anonymous import anonymous, as_pairs
from xiaoer.reception.models import QuickReply
from xiaoer.reception.tests.people_in_talks import ORDER_NO, Buyer, an_order, buyer_who, says

pytestmark = pytest.mark.django_db

FREIGHT = {
    "title": "退货运费谁出",
    "kind": "faq",
    "category": "returns",
    "audience": "buyer",
    "questions": ["寄回去邮费谁付"],
    "body": "## 退货运费谁出？\n\n质量问题由我们承担，不喜欢的寄回运费由您付。\n\n## 可以寄到付吗？\n\n请不要寄到付。",
}


@pytest.fixture
def served(cast: Cast) -> int:
    an_order(cast)
    load_article(cast.tmall.pk, FREIGHT, key="freight", by=cast.who("supervisor"), at=NOON)
    talk = Buyer().talk()
    cast.as_("quanquan").post(f"/api/conversations/{talk}/take")
    return talk


def offered(cast: Cast, talk: int, q: str = "") -> Any:
    return cast.as_("quanquan").get(f"/api/conversations/{talk}/assist", {"q": q})


def test_what_she_asks_is_answered_from_knowledge_with_the_reason(cast: Cast, served: int) -> None:
    says(served, buyer_who(served), "退货运费谁出呀")
    found = offered(cast, served)
    assert found["asked"] == "退货运费谁出呀"
    first = found["items"][0]
    assert (first["source"], first["title"]) == ("article", "退货运费谁出") and first["why"]
    assert first["text"] == "质量问题由我们承担，不喜欢的寄回运费由您付。", "of the pairs the one she asks for"
    with nothing_changes(Article, QuickReply):
        offered(cast, served, "可以寄到付吗")
    assert "到付" in offered(cast, served, "可以寄到付吗")["items"][0]["text"]


def test_a_script_comes_filled_and_one_the_guard_stops_is_not_offered(cast: Cast, served: int) -> None:
    by = cast.who("supervisor")
    add_quick_reply(
        cast.tmall.pk, {"title": "雨靴现货", "text": "{{buyer|亲}}，雨靴有现货，我是{{agent}}"}, by=by, at=NOON
    )
    row = add_quick_reply(cast.tmall.pk, {"title": "雨靴优惠", "text": "雨靴可以优惠"}, by=by, at=NOON)
    QuickReply.objects.filter(pk=row.pk).update(text="雨靴优惠加我微信 xiaoer888 聊")  # as an older rule let it pass
    says(served, buyer_who(served), "雨靴有现货吗")
    texts = [one["text"] for one in offered(cast, served)["items"]]
    assert "亲，雨靴有现货，我是圈圈" in texts
    assert not [text for text in texts if "微信" in text]


def test_used_and_judged_are_counted_and_told(cast: Cast, served: int) -> None:
    says(served, buyer_who(served), "退货运费谁出")
    ref = offered(cast, served)["items"][0]["ref"]
    quanquan, url = cast.as_("quanquan"), f"/api/conversations/{served}/assist"
    quanquan.post(f"{url}/used", {"source": "article", "ref": ref})
    quanquan.post(f"{url}/rate", {"source": "article", "ref": ref, "helped": True})
    quanquan.post(f"{url}/rate", {"source": "article", "ref": ref, "helped": False})
    row = Article.objects.get(pk=ref)
    assert (row.used, row.helped, row.not_helped) == (1, 0, 1)
    assert Event.objects.filter(kind__in=["assist.used", "assist.rated"]).count() == 3
    with nothing_changes(Article):
        quanquan.post(f"{url}/used", {"source": "article", "ref": 999}, status=404)
        cast.as_("tangtang").post(f"{url}/used", {"source": "article", "ref": ref}, status=404)
        cast.as_("stranger").get(url, status=404)


class _Model(BaseHTTPRequestHandler):
    """A language model as the documented wire format has it."""

    seen: list[Any] = []
    says = "质量问题由我们承担运费[1]。"

    def do_POST(self) -> None:
        _Model.seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        said = {"choices": [{"message": {"role": "assistant", "content": _Model.says}}]}
        raw = json.dumps(said | {"usage": {"prompt_tokens": 900, "completion_tokens": 30}}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Model]]:
    server = HTTPServer(("127.0.0.1", 0), _Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("XIAOER_LLM_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("XIAOER_LLM_PRICE_IN", "2")
    monkeypatch.setenv("XIAOER_LLM_PRICE_OUT", "8")
    _Model.seen.clear()
    _Model.says = "质量问题由我们承担运费[1]。"
    yield _Model
    server.shutdown()
    server.server_close()


def test_without_a_model_there_is_no_draft(cast: Cast, served: int) -> None:
    says(served, buyer_who(served), "退货运费谁出")
    assert offered(cast, served)["drafts"] is False
    with nothing_changes(Event):
        refused = cast.as_("quanquan").post(f"/api/conversations/{served}/assist/draft", {}, status=409)
    assert refused["error"]["code"] == "no_model"


def test_a_draft_is_grounded_cited_and_journalled_with_its_cost(cast: Cast, served: int, model: type[_Model]) -> None:
    says(served, buyer_who(served), f"退货运费谁出，我电话13812345678，订单{ORDER_NO}，地址余杭区梦溪路18号")
    made = cast.as_("quanquan").post(f"/api/conversations/{served}/assist/draft", {})
    assert made["text"] == "质量问题由我们承担运费。" and made["sources"] == ["退货运费谁出"] and made["tokens"] == 930
    sent = json.dumps(model.seen, ensure_ascii=False)
    assert "不喜欢的寄回运费由您付" in sent and "规则「" in sent
    assert not [word for word in ("13812345678", ORDER_NO, "梦溪路18号") if word in sent]
    asked, answered = Event.objects.filter(kind__startswith="assist.draft").order_by("number")
    assert asked.payload["articles"] and answered.payload["cost_micros"] == 900 * 2 + 30 * 8


@pytest.mark.parametrize(
    ("said", "problem", "verdict"),
    [("退货的运费要看责任在哪一方", "no_source", "allow"), ("加我微信 xiaoer888 聊[1]", "", "block")],
)
def test_a_draft_without_source_or_past_the_guard_is_not_shown(
    cast: Cast, served: int, model: type[_Model], said: str, problem: str, verdict: str
) -> None:
    model.says = said
    says(served, buyer_who(served), "退货运费谁出")
    made = cast.as_("quanquan").post(f"/api/conversations/{served}/assist/draft", {})
    assert (made["text"], made["problem"], made["verdict"]) == ("", problem, verdict)
    assert Event.objects.get(kind="assist.draft_answered").payload["ok"] is False


def test_a_talk_becomes_a_draft_without_the_buyer(cast: Cast) -> None:
    an_order(cast)
    buyer = Buyer()
    talk = buyer.talk(goods={"code": "0201", "title": "大衣"})
    cast.as_("quanquan").post(f"/api/conversations/{talk}/take")
    buyer.prove()
    asked = says(talk, buyer_who(talk), f"我是马慧，订单{ORDER_NO}的大衣能干洗吗，电话138 1234 5678")
    told = says(talk, cast.who("quanquan"), "可以干洗，单号SF1020304050607别丢哦")
    secret = says(talk, cast.who("quanquan"), "老客户", kind="note")
    url = f"/api/conversations/{talk}/contribute"
    made = cast.as_("quanquan").post(url, {"messages": [asked.seq, told.seq, secret.seq]}, 201)
    draft = cast.as_("quanquan").get(f"/api/knowledge/articles/{made['article']}")["draft"]
    words = json.dumps(draft["values"], ensure_ascii=False)
    assert "能干洗吗" in words and "可以干洗" in words and draft["values"]["goods"] == ["0201"]
    assert not [w for w in ("马慧", ORDER_NO, "1234 5678", "SF1020304050607", "老客户") if w in words]
    assert draft["conversation"] == talk
    with nothing_changes(Article, ArticleVersion):
        cast.as_("quanquan").post(url, {"messages": [secret.seq]}, 422)
        cast.as_("inspector").post(f"/api/conversations/{talk + 99}/contribute", {"messages": [1]}, 404)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("寄到浙江省杭州市余杭区良渚街道梦溪路18号3幢201室吧", "[地址]吧"),
        ("座机0571-88880200，邮箱ma@hui.cn", "座机[电话]，邮箱[邮箱]"),
        ("身高165体重50公斤穿M", "身高165体重50公斤穿M"),
        ("8月18号发货吗，满199减20", "8月18号发货吗，满199减20"),
    ],
)
def test_who_said_it_does_not_stay(text: str, kept: str) -> None:
    assert anonymous(text, {}) == kept


def test_lines_become_questions_with_their_answers() -> None:
    lines = [("staff", "您好"), ("buyer", "会缩水吗"), ("buyer", "毛衣"), ("staff", "会一点"), ("buyer", "谢谢")]
    assert as_pairs(lines) == [("", "您好"), ("会缩水吗 毛衣", "会一点"), ("谢谢", "")]


def test_what_was_read_in_the_help_centre_comes_along(cast: Cast) -> None:
    read = [{"key": "freight", "title": "退货运费谁出", "html": "<b>"}, "odd"]
    talk = Buyer().talk(read=read, asked="到付", other="x")
    context = cast.as_("supervisor").get(f"/api/conversations/{talk}")["context"]
    assert context == {"read": [{"key": "freight", "title": "退货运费谁出"}], "asked": "到付"}
