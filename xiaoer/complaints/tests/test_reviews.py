"""The review desk: taken in once, triaged, told to departments, verified, made good, answered; its two clocks (C33)."""

import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from xiaoer.aftersales.tests.makers import later, order
from xiaoer.complaints import words
from xiaoer.complaints.flow import REVIEW
from xiaoer.complaints.models import Review, ReviewFeedback, ReviewTopic
from xiaoer.guard import queries as guard
from xiaoer.kernel import clock
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes, screens_follow
from xiaoer.people.queries import shop_facts

ALL = (Review, ReviewFeedback, ReviewTopic)
DAY = timedelta(days=1)
BAD = {"rating": "差评", "text": "做工粗糙，线头很多，穿了一天就开线，太失望了", "given_at": "2026-11-10 09:00"}


def report(cast: Cast, status: int = 200, who: str = "reviewer", **more: Any) -> dict[str, Any]:
    one = {"key": "R1", "nick": "小鹿", "title": "红色羊毛大衣", **BAD, **more}
    made: dict[str, Any] = cast.as_(who).post("/api/reviews", {"shop": cast.tmall.pk, "reviews": [one]}, status)
    return made


def on_desk(cast: Cast, **more: Any) -> dict[str, Any]:
    """A bad review on the clerk's desk."""
    report(cast, **more)
    row: dict[str, Any] = cast.as_("reviewer").get(f"/api/reviews/{Review.objects.latest('pk').pk}")
    return row


def act(cast: Cast, row: dict[str, Any], verb: str, data: Any = None, who: str = "reviewer", status: int = 200) -> Any:
    return cast.as_(who).post(f"/api/reviews/{row['id']}/{verb}", data or {}, status)


VERIFY = {"cause": "quality", "department": "product", "finding": "同批次 3 件走线不合格"}
REPLY = {"text": "非常抱歉，您反映的走线问题属实，我们已重新质检，请联系在线客服处理。"}


def test_a_file_is_taken_in_once_and_bad_rows_come_back(cast: Cast, noon: Any) -> None:
    bought = order(cast)
    head = "评价编号,订单编号,买家昵称,宝贝标题,评价类型,评价内容,评价时间,追评\n"
    rows = [
        f"A1,{bought.order_no},幸福蔓延1627,大衣,好评,面料很厚实，物流很快，非常满意,2026-11-10 10:00,",
        "A2,,小马,大衣,差评,起球掉色，客服不理人,2026-11-10 11:00,",
        "A3,,小羊,围巾,还行吧,一般,2026-11-10 11:00,",
        "A4,,小牛,围巾,中评,一般般,去年,",
        "A5,,小猪,围巾,好评,做工太差了，垃圾，再也不买,2026-11-10 12:00,",
    ]
    caller = cast.as_("reviewer")

    def send(lines: list[str]) -> Any:
        file = SimpleUploadedFile("评价.csv", (head + "\n".join(lines)).encode("gb18030"))
        return caller.client.post("/api/reviews/import", {"shop": cast.tmall.pk, "file": file}).json()

    told = send(rows)
    assert (told["rows"], told["thanked"], told["opened"], told["rejected"]) == (5, 1, 2, 2), told
    assert "还行吧" in told["rejects_csv"] and "去年" in told["rejects_csv"]
    good, bad, mixed = (Review.objects.get(key=key) for key in ("A1", "A2", "A5"))
    assert (good.state, good.order_id, good.customer_id) == ("thanked", bought.pk, bought.customer_id)
    assert (bad.state, bad.mood, set(bad.topics)) == ("triaged", "bad", {"quality", "service"})
    assert (mixed.state, mixed.mood) == ("received", "bad"), "好评 with angry words waits for the clerk's eye"
    again = send(rows)
    assert (again["known"], again["opened"], again["thanked"], Review.objects.count()) == (3, 0, 0, 3)
    more = send(["A2,,小马,大衣,中评,起球掉色，客服不理人,2026-11-10 11:00,客服后来解决了"])
    bad.refresh_from_db()
    assert (more["changed"], bad.state, bad.rating, bad.rating_before) == (1, "changed", "neutral", "bad")
    assert bad.added == "客服后来解决了" and not Deadline.objects.filter(subject=f"review:{bad.pk}", settled_at=None)


def test_the_whole_way_of_a_bad_review(cast: Cast, noon: Any) -> None:
    """R829: told to the departments, verified, answered in public; C33: it stays when its thirty days are over."""
    row = on_desk(cast)
    assert row["state"] == "triaged" and row["reading"]["topics"][0]["topic"] == "quality"
    assert any(one["word"] == "失望" and one["why"] == "太" for one in row["reading"]["words"])
    assert row["initial"]["tell"]["departments"] == ["product"]
    row = act(cast, row, "tell", {"departments": ["product", "warehouse"], "words": "请查走线"})
    assert row["state"] == "told" and row["waiting"] == ["商品部", "仓库"]
    with nothing_changes(*ALL):
        assert act(cast, row, "verify", VERIFY, status=409)["error"]["code"] == "not_ready"
        act(
            cast, row, "feedback", {"department": "product", "verdict": "confirmed", "answer": "属实"}, "warehouse", 403
        )
    mine = cast.as_("warehouse").get("/api/reviews/feedback")["items"]
    assert [one["department"] for one in mine if one["may"]] == ["warehouse"]
    answer = {"department": "warehouse", "verdict": "unfounded", "answer": "出库时完好"}
    with screens_follow({f"review:{row['id']}": lambda: cast.as_("reviewer").get(f"/api/reviews/{row['id']}")}):
        act(cast, row, "feedback", answer, "warehouse")
    with nothing_changes(*ALL):
        assert act(cast, row, "feedback", answer, "warehouse", 409)["error"]["code"] == "not_asked"
    act(cast, row, "feedback", {"department": "product", "verdict": "confirmed", "answer": "同批返工"}, "supervisor")
    row = act(cast, row, "verify", VERIFY)
    assert (row["state"], row["cause_label"], row["finding"]) == ("verified", "商品质量", VERIFY["finding"])
    assert row["replies"][0]["kind"] == "fault" and "质" in row["replies"][0]["label"]
    row = act(cast, row, "answer", REPLY)
    assert (row["state"], row["reply"], row["replied_by"]) == ("answered", REPLY["text"], "评价小柳")
    assert [one["kind"] for one in row["clocks"]] == ["review_change"]
    given = datetime.fromisoformat("2026-11-10T09:00:00+08:00")
    assert datetime.fromisoformat(row["clocks"][0]["due_at"]) == given + 30 * DAY
    later(given + 30 * DAY - timedelta(seconds=1))
    assert Review.objects.get().state == "answered"
    later(given + 30 * DAY)
    assert Review.objects.get().state == "unchanged"


def test_the_change_window_counts_from_when_it_was_given(cast: Cast, noon: Any) -> None:
    """R110: afterwards it can no longer be changed, and an answer ends the matter."""
    row = on_desk(cast, given_at="2026-10-01 09:00")
    assert row["changeable"] is False and [one["kind"] for one in row["clocks"]] == ["review_answer"]
    with nothing_changes(*ALL):
        assert "rating" in act(cast, row, "changed", {"rating": "good"}, status=422)["error"]["fields"]
    act(cast, row, "verify", VERIFY)
    assert act(cast, row, "answer", REPLY)["state"] == "unchanged"


def test_changed_for_the_better_only(cast: Cast, noon: Any) -> None:
    row = on_desk(cast)
    with nothing_changes(*ALL):
        act(cast, row, "changed", {"rating": "bad"}, status=422)
        act(cast, row, "changed", {"rating": "good"}, who="quanquan", status=403)
        act(cast, row, "changed", {"rating": "good"}, who="stranger", status=404)
    row = act(cast, row, "changed", {"rating": "neutral"})
    assert (row["state"], row["rating"], row["rating_before"], row["clocks"]) == ("changed", "neutral", "bad", [])


@pytest.mark.parametrize(
    "text",
    ["亲，改成好评返现10元", "好评返5元红包，加微信领取", "删除差评给您补偿50元"],
    ids=["cash", "packet", "delete"],
)
def test_a_reply_that_pays_for_a_rating_is_refused(cast: Cast, noon: Any, text: str) -> None:
    """C12: texts that tie money to a rating do not go out."""
    row = on_desk(cast)
    act(cast, row, "verify", VERIFY)
    with nothing_changes(*ALL):
        assert act(cast, row, "answer", {"text": text}, status=422)["error"]["code"] == "guard_blocked"


def test_a_remedy_is_for_the_defect_never_for_the_rating(cast: Cast, noon: Any) -> None:
    """R831, R832, C12: a compensation goes to the superior; the reply waits for the result."""
    bought = order(cast)
    row = on_desk(cast, order_no=bought.order_no)
    row = act(cast, row, "verify", VERIFY)
    wish = {"kind": "coupon", "amount_fen": 2000, "why": "走线不合格给您带来不便", "unconditional": True}
    with nothing_changes(*ALL):
        assert (
            "unconditional" in act(cast, row, "remedy", {**wish, "unconditional": False}, status=422)["error"]["fields"]
        )
        refused = act(cast, row, "remedy", {**wish, "why": "改好评就给20元券"}, status=422)
        assert refused["error"]["code"] == "guard_blocked"
    row = act(cast, row, "remedy", wish)
    assert row["state"] == "remedying" and row["remedy"]["amount_fen"] == 2000
    with nothing_changes(*ALL):
        act(cast, row, "answer", REPLY, status=409)
    case = row["remedy"]["case"]
    cast.as_("supervisor").post(f"/api/cases/compensation/{case}/approve", {})
    from xiaoer.kernel.reaction_runner import run_reactions

    run_reactions()
    row = cast.as_("reviewer").get(f"/api/reviews/{row['id']}")
    assert row["state"] == "remedied" and row["remedy"]["state"] == "granted"
    assert act(cast, row, "answer", REPLY)["state"] == "answered"


def test_no_compensation_without_an_order_or_a_defect(cast: Cast, noon: Any) -> None:
    row = on_desk(cast)
    row = act(cast, row, "verify", VERIFY)
    step = next(one for one in row["can"] if one["verb"] == "remedy")
    assert "订单" in step["disabled"]
    bought = order(cast)
    other = on_desk(cast, key="R2", order_no=bought.order_no)
    act(cast, other, "verify", {**VERIFY, "cause": "malicious"})
    wish = {"kind": "cash", "amount_fen": 100, "why": "安抚一下", "unconditional": True}
    with nothing_changes(*ALL):
        assert "why" in act(cast, other, "remedy", wish, status=422)["error"]["fields"]


def test_late_departments_and_replies_are_told(cast: Cast, noon: Any) -> None:
    row = on_desk(cast)
    act(cast, row, "tell", {"departments": ["product"], "words": ""})
    later(NOON + 2 * DAY + timedelta(seconds=1))
    kinds = list(
        Event.objects.filter(kind="complaint.late").order_by("number").values_list("payload__clock", flat=True)
    )
    assert kinds == ["review_department", "review_answer"]
    assert Review.objects.get().due_at == Review.objects.get().changeable_until


def test_problem_goods_and_register(cast: Cast, noon: Any) -> None:
    """R448: which goods buyers complain of, by topic; and the register as a workbook."""
    for number, text in enumerate(("起球很严重", "一洗就掉色，太差", "尺码偏小")):
        report(cast, key=f"K{number}", sku_code="0201", text=text)
    report(cast, key="K9", sku_code="0305", rating="好评", text="质量很好，很满意")
    found = cast.as_("anan").get("/api/reviews/problems")
    assert [one["goods"] for one in found["goods"]] == ["0201", "0305"]
    worst = found["goods"][0]
    assert (worst["bad"], worst["topics"]["quality"], worst["topics"]["size"]) == (
        3, {"good": 0, "bad": 2}, {"good": 0, "bad": 1},
    )  # fmt: skip
    assert cast.as_("stranger").get("/api/reviews/problems")["goods"] == []
    assert len(cast.as_("anan").get("/api/reviews", {"desk": "all", "topic": "size"})["items"]) == 1
    answer = cast.as_("reviewer").call("get", "/api/reviews/export", {"desk": "all"}, 200)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert sheet[0][0] == "评价时间" and len(sheet) == 5


def test_who_may(cast: Cast, noon: Any) -> None:
    with nothing_changes(*ALL):
        report(cast, 403, "quanquan")
        report(cast, 404, "stranger")
    row = on_desk(cast)
    with nothing_changes(*ALL):
        act(cast, row, "tell", {"departments": ["product"]}, who="anan", status=403)
        cast.as_("stranger").get(f"/api/reviews/{row['id']}", status=404)
    assert cast.as_("stranger").get("/api/reviews", {"desk": "all"})["items"] == []
    assert cast.as_("anan").get("/api/reviews/counts")["todo"] == 1


def test_every_template_may_be_said(cast: Cast, noon: Any) -> None:
    for shop in (cast.tmall, cast.taobao):
        facts = shop_facts(shop.pk)
        context = guard.context_for(facts, at=clock.now())
        for one in words.templates():
            verdict = guard.check(one.text.format(shop=facts.name), context)
            assert verdict.verdict in ("allow", "log"), (one.id, verdict)


def test_every_pair_of_the_table(cast: Cast, noon: Any) -> None:
    row = on_desk(cast)

    def make(state: str) -> Review:
        Review.objects.filter(pk=row["id"]).update(state=state)
        return Review.objects.select_related("shop").get(pk=row["id"])

    assert flow_matrix(REVIEW, make) == len(REVIEW.states) * len(REVIEW.verbs())
