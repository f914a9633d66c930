"""Questions to the warehouse: every move, its clock, and what the ship promise makes of the answer. R066, R235."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from xiaoer.goods import actions, question_reads
from xiaoer.goods.models import StockQuestion
from xiaoer.goods.stock_flow import STOCK_QUESTION
from xiaoer.goods.tests.makers import COAT, coat, count
from xiaoer.guard.queries import Context, check
from xiaoer.kernel import clock, clock_loop, deadlines
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.db import transaction
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes, screens_follow
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.drafts import LineDraft, OrderDraft
from xiaoer.orders.models import Order

pytestmark = pytest.mark.django_db
M = "0201-正红-M"


def ask(cast: Cast, **more: Any) -> dict[str, Any]:
    body = {"shop": cast.tmall.pk, "sku_code": M, "conversation": 12, **more}
    found: dict[str, Any] = cast.as_("quanquan").post("/api/stock-questions", body)
    return found


def test_every_move_by_everybody(cast: Cast) -> None:
    def case(state: str) -> StockQuestion:
        return StockQuestion.objects.create(
            shop=cast.tmall, title="0201", state=state, state_at=NOON, asked_at=NOON, asked_by="staff:1"
        )

    assert flow_matrix(STOCK_QUESTION, case) == 12


def test_asked_answered_and_seen_at_once(cast: Cast) -> None:
    coat(cast.tmall.pk)
    asked = ask(cast, note="买家今天要走", order=5, order_no="1930679858170647890")
    assert asked["state"] == "asked" and asked["due_at"] == "2026-11-11T04:30:00Z" and asked["title"] == COAT
    assert (asked["colour"], asked["size"], asked["mine"]) == ("正红", "M", True)
    assert [one["verb"] for one in asked["can"]] == ["withdraw"]
    desk = cast.as_("warehouse")
    assert [one["id"] for one in desk.get("/api/stock-questions")["items"]] == [asked["id"]]
    url = f"/api/stock-questions/{asked['id']}"
    agent = cast.as_("quanquan")
    with screens_follow({f"stock_question:{asked['id']}": lambda: agent.get(url)}):
        told = desk.post(f"{url}/answer", {"answer": "yes", "note": "货架 A3"})
    assert told["state"] == "answered" and told["answered_by"] == "仓库老吴" and "有货" in told["sentence"]
    seen = agent.get("/api/stock-questions", {"conversation": 12, "state": "all"})["items"]
    assert [(one["answer"], one["answer_note"], one["due_at"]) for one in seen] == [("yes", "货架 A3", None)]
    line = Event.objects.get(kind="stock_question.answer")
    assert line.payload["details"]["about"] == "conversation:12" and "货架" not in str(line.payload)
    assert not line.for_buyer


def test_urgent_has_the_shorter_clock_and_asking_again_hurries(cast: Cast) -> None:
    coat(cast.tmall.pk)
    first = ask(cast)
    with nothing_changes(StockQuestion):
        assert ask(cast)["id"] == first["id"]
    again = ask(cast, urgent=True)
    assert again["id"] == first["id"] and again["urgent"] and again["due_at"] == "2026-11-11T04:10:00Z"
    assert len(deadlines.open_for(f"stock_question:{first['id']}")) == 1


def test_not_answered_in_time_then_late(cast: Cast) -> None:
    coat(cast.tmall.pk)
    asked = ask(cast, urgent=True)
    clock_loop.fire_due(NOON + timedelta(minutes=10))
    url = f"/api/stock-questions/{asked['id']}"
    assert cast.as_("quanquan").get(url)["state"] == "expired"
    assert Event.objects.get(kind="stock_question.expire").at == NOON + timedelta(minutes=10)
    assert [one["id"] for one in cast.as_("warehouse").get("/api/stock-questions")["items"]] == [asked["id"]]
    assert cast.as_("warehouse").post(f"{url}/answer", {"answer": "no"})["state"] == "answered"


def test_answers_that_say_too_little(cast: Cast) -> None:
    coat(cast.tmall.pk)
    url = f"/api/stock-questions/{ask(cast, qty=3)['id']}"
    desk = cast.as_("warehouse")
    with nothing_changes(StockQuestion):
        assert "qty" in desk.post(f"{url}/answer", {"answer": "partly"}, 422)["error"]["fields"]
        assert "qty" in desk.post(f"{url}/answer", {"answer": "partly", "qty": 3}, 422)["error"]["fields"]
        assert "when" in desk.post(f"{url}/answer", {"answer": "when"}, 422)["error"]["fields"]
        past = {"answer": "when", "when": "2026-11-01T00:00:00Z"}
        assert "when" in desk.post(f"{url}/answer", past, 422)["error"]["fields"]
        desk.post(f"{url}/answer", {"answer": "perhaps"}, 422)
        cast.as_("quanquan").post(f"{url}/answer", {"answer": "yes"}, 403)
        cast.as_("stranger").get(url, status=404)
        cast.as_("stranger").post(f"{url}/answer", {"answer": "yes"}, 404)
        cast.as_("clerk").post("/api/stock-questions", {"shop": cast.tmall.pk, "title": "x"}, 403)
        cast.as_("quanquan").post("/api/stock-questions", {"shop": cast.tmall.pk}, 422)
    assert desk.post(f"{url}/answer", {"answer": "partly", "qty": 2})["answer_qty"] == 2
    desk.post(f"{url}/answer", {"answer": "no"}, 409)


@pytest.mark.parametrize("platform", ["taobao", "tmall"])
@pytest.mark.parametrize("answer", ["yes", "no", "partly", "when"])
def test_what_the_agent_may_say_passes_the_guard(platform: str, answer: str) -> None:
    row = StockQuestion(answer=answer, answer_qty=2, answer_at=NOON + timedelta(days=3))
    said = question_reads.sentence(row)
    assert said.zh and said.en
    assert check(said.zh, Context(platform=platform)).verdict == "allow", said.zh


def order_in(shop_id: int, *lines: LineDraft, paid_at: datetime = NOON) -> Order:
    draft = OrderDraft(
        order_no="1930679858170647890", nick="小鱼儿", status="paid", paid_at=paid_at, created_at=paid_at,
        payable_fen=89900, paid_fen=89900, lines=list(lines),
    )  # fmt: skip
    take_in(shop_id, [draft], source="test", by=SYSTEM, at=NOON)
    return Order.objects.get()


def line(sku: str = "颜色分类:正红;尺码:M", code: str = "0201", qty: int = 1) -> LineDraft:
    return LineDraft(title=COAT, sku=sku, sku_code=code, qty=qty, price_fen=89900, paid_fen=89900 * qty)


def promise(cast: Cast, order: Order, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = cast.as_("quanquan").get(f"/api/orders/{order.pk}/promise", query)
    return found


def test_the_promise_reads_the_stock_and_the_caller_wins(cast: Cast) -> None:
    with clock.frozen(NOON):
        order = order_in(cast.taobao.pk, line(qty=2))
        assert promise(cast, order)["may_say"] == "ask_warehouse", "nobody knows"
        coat(cast.taobao.pk)
        count(cast.taobao.pk, {M: 1})
        found = promise(cast, order)
        assert found["goods"]["stock"] is False and found["may_say"] == "tomorrow"
        assert promise(cast, order, stock=2)["may_say"] == "today", "the agent knows better"
        count(cast.taobao.pk, {M: 2}, report="r2", as_of=NOON)
        assert promise(cast, order)["may_say"] == "today"
        with transaction():
            actions.reserve(cast.taobao.pk, M, 2, reason="exchange", subject="exchange:9", by=SYSTEM, at=NOON)
        assert promise(cast, order)["goods"]["stock"] is False, "kept for somebody else"
        with transaction():
            actions.free("exchange:9", by=SYSTEM, at=NOON)
            actions.reserve(cast.taobao.pk, M, 2, reason="order", subject=f"order:{order.pk}", by=SYSTEM, at=NOON)
        assert promise(cast, order)["goods"]["stock"] is True, "kept for this order"


def test_the_confirmed_answer_lets_an_urgent_order_be_promised(cast: Cast) -> None:
    with clock.frozen(NOON):
        coat(cast.taobao.pk)
        count(cast.taobao.pk, {M: 3})
        order = order_in(cast.taobao.pk, line())
        assert promise(cast, order, urgent=True)["may_say"] == "ask_warehouse"
        row = ask(cast, shop=cast.taobao.pk, order=order.pk, urgent=True)
        assert promise(cast, order, urgent=True)["may_say"] == "ask_warehouse"
        cast.as_("warehouse").post(f"/api/stock-questions/{row['id']}/answer", {"answer": "yes"})
        found = promise(cast, order, urgent=True)
        assert found["may_say"] == "today" and found["goods"]["confirmed"] is True
    later = NOON + timedelta(hours=5)
    assert not question_reads.confirmed(cast.taobao.pk, order.pk, [M], at=later), "an answer of this morning"
    with clock.frozen(NOON + timedelta(minutes=1)):
        again = ask(cast, shop=cast.taobao.pk, order=order.pk)
        cast.as_("warehouse").post(f"/api/stock-questions/{again['id']}/answer", {"answer": "no"})
        assert promise(cast, order, urgent=True)["goods"]["confirmed"] is False, "the latest answer counts"


def test_a_presale_date_comes_from_the_goods(cast: Cast) -> None:
    with clock.frozen(NOON):
        coat(cast.taobao.pk, presale_at=NOON + timedelta(days=10))
        order = order_in(cast.taobao.pk, line())
        found = promise(cast, order)
        assert found["may_say"] == "presale_date" and found["goods"]["presale_at"] == "2026-11-21T04:00:00Z"
