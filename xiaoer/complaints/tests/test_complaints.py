"""投诉: taken in with owner, grade and clocks; three levels; written confirmation; closed with the buyer's word."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.aftersales.tests.makers import later, order
from xiaoer.complaints.complaint_flow import COMPLAINT
from xiaoer.complaints.complaint_rules import KINDS, WAYS, grade
from xiaoer.complaints.models import Authority, Complaint, News
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes, screens_follow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAID = {"text": "亲，非常抱歉，您的投诉已受理，今天内给您答复", "channel": "platform_chat"}
VERIFY = {"finding": "出库记录显示漏发围巾", "records": ["stock", "trace"], "dispute_point": "是否漏发",
          "liable": "shop", "basis": "both"}  # fmt: skip
OFFER = {"solution": "compensation", "amount_fen": 1000, "text": "非常抱歉，我们补偿您 10 元", "channel": "hotline"}
CLOSE = {"buyer_word": "accepts", "department": "warehouse", "root_cause": "复核漏扫", "improvement": "复核改为双人"}


def complain(cast: Cast, row: Any = None, status: int = 201, who: str = "anan", **more: Any) -> Any:
    given_ = {"shop": cast.tmall.pk, "kind": "order", "problem": "少发一条围巾，客服一直不处理", "demand": "补发并道歉"}
    if row is not None:
        given_["order_no"] = row.order_no
    return cast.as_(who).post("/api/complaints", {**given_, **more}, status)


def act(cast: Cast, row: dict[str, Any], verb: str, data: Any = None, status: int = 200, who: str = "anan") -> Any:
    return cast.as_(who).post(f"/api/complaints/{row['id']}/{verb}", data or {}, status)


def due(row: dict[str, Any]) -> dict[str, datetime]:
    return {one["kind"]: datetime.fromisoformat(one["due_at"]) for one in row["clocks"]}


def test_the_whole_way_of_a_complaint(cast: Cast, noon: Any) -> None:
    """R461, R750 to R763: from the first answer to the buyer's word; executed only after her written confirmation."""
    row = complain(cast, order(cast))
    assert (row["state"], row["level"], row["owner"]["id"]) == ("received", 1, cast.staff["anan"].pk)
    assert (row["order"]["order_no"][:4], row["goods"], row["priority"]) == ("1930", "红色羊毛大衣 0201", 1)
    assert due(row)["complaint_first"] == NOON + timedelta(minutes=30), "urgent: P1"
    with screens_follow({f"complaint:{row['id']}": lambda: cast.as_("anan").get(f"/api/complaints/{row['id']}")}):
        row = act(cast, row, "answer", SAID)
    row = act(cast, row, "verify", VERIFY)
    with nothing_changes(Complaint):
        act(cast, row, "execute", {"how": "已打款"}, 409)
        act(cast, row, "answer", SAID, 404, "stranger")
    row = act(cast, row, "offer", OFFER)
    assert row["waits_for"] == "buyer"
    row = act(cast, row, "confirm", {"written": "好的，同意补偿10元"})
    assert row["written"] == "好的，同意补偿10元" and row["case"]["flow"] == "compensation", "R763: opened by itself"
    assert cast.as_("anan").get(f"/api/cases/compensation/{row['case']['id']}")["state"] != "refused"
    row = act(cast, row, "execute", {"how": "补偿单已发放"})
    with nothing_changes(Complaint):
        wrong = act(cast, row, "close", {**CLOSE, "buyer_word": "unsatisfied"}, 422)["error"]["fields"]
        assert "上报上级" in wrong["buyer_word"], "R458: heard on the next level first"
    row = act(cast, row, "close", CLOSE)
    assert (row["state"], row["clocks"], row["buyer_word"]) == ("closed", [], "accepts")
    found = cast.as_("anan").get("/api/complaints/figures", {"shop": cast.tmall.pk})
    assert (found["total"], found["closed_permille"], found["improvements"][0]["improvement"]) == (
        1,
        1000,
        "复核改为双人",
    )
    listed = cast.as_("anan").get("/api/registers/complaints", {"shop": cast.tmall.pk})
    assert listed["items"][0]["cells"]["demand"] == "补发并道歉"


def test_repeats_threats_and_difficult_buyers_go_up_at_once(cast: Cast, noon: Any) -> None:
    """R657, R277, R071: the supervisor holds it from the start; a difficult buyer of after-sales likewise."""
    bought = order(cast)
    first = complain(cast, bought)
    again = complain(cast, bought)
    boss = cast.staff["supervisor"].pk
    assert (first["repeats"], again["repeats"], again["level"], again["owner"]["id"]) == (False, True, 2, boss)
    assert again["repeat_of"] == first["id"] and again["rises"][0]["why"] == "同一问题多次投诉"
    threat = complain(cast, order(cast, nick="曝光"), kind="aftersales", threat=True)
    hard = complain(cast, order(cast, nick="难缠"), kind="difficult")
    assert [(one["level"], one["owner"]["id"]) for one in (threat, hard)] == [(2, boss), (2, boss)]
    cast.as_("supervisor").put(f"/api/complaints/{first['id']}/owner", {"owner": cast.staff["mumu"].pk})
    rose = act(cast, first, "rise", {"why": "authority", "note": "赔付超出权限"})
    assert (rose["level"], rose["owner"]["id"], rose["state"]) == (2, boss, "received")
    act(cast, rose, "rise", {"why": "level_failed", "note": "主管三天没有处理"}, who="supervisor")
    with nothing_changes(Complaint):
        act(cast, first, "rise", {"why": "asked", "note": "还要往上"}, 409)
    bars = cast.as_("supervisor").get("/api/complaints/figures")["rises"]
    assert next(bar for bar in bars if bar["name"] == "level_failed")["fault"] is True
    desk = cast.as_("anan").get("/api/complaints")["items"]
    assert [one["priority"] for one in desk] == sorted(one["priority"] for one in desk), "R754"


def test_silence_makes_it_rise(cast: Cast, noon: Any) -> None:
    """R766, C46: 48 hours without a solution; our own deadline, the supervisor's from then on."""
    row = complain(cast, order(cast))
    later(NOON + 48 * HOUR - timedelta(seconds=1))
    assert Complaint.objects.get().state == "received"
    later(NOON + 48 * HOUR)
    stored = Complaint.objects.get()
    assert (stored.state, stored.level, stored.owner_id) == ("escalated", 2, cast.staff["supervisor"].pk)
    assert Event.objects.filter(kind="complaint.overdue").count() == 1
    assert Event.objects.filter(kind="complaint.late", payload__clock="complaint_first").count() == 1
    row = act(cast, row, "ruled", {"ruling": "advanced", "amount_fen": 1000, "points": 2}, who="supervisor")
    assert (row["state"], row["ruling"]) == ("executed", "平台垫付退款"), "R767"


def test_missing_facts_are_asked_for(cast: Cast, noon: Any) -> None:
    """R755, R756: incomplete facts are asked for; she answers, or the work goes on."""
    row = complain(cast, order(cast))
    row = act(cast, row, "ask", {"text": "麻烦您提供开箱照片"})
    assert row["waits_for"] == "buyer"
    later(NOON + 48 * HOUR)
    assert Complaint.objects.get().state in ("answered", "escalated")
    second = act(cast, complain(cast, order(cast, nick="乙")), "ask", {"text": "麻烦您提供运单号"})
    assert act(cast, second, "completed", {"text": "SF123"})["said"][-1]["text"] == "SF123"


def test_complaints_from_outside(cast: Cast, noon: Any) -> None:
    """R457, R750: 12315 names its own day; contacts at authorities are a register, so are the news of the trade."""
    order(cast, nick="维权君")
    wanted = (NOON + 3 * DAY).isoformat()
    row = complain(cast, nick="维权君", channel="authority", outside="余杭区市场监管局", outside_due=wanted)
    assert (row["level"], due(row)["complaint_closing"]) == (2, NOON + 3 * DAY)
    with nothing_changes(Complaint):
        assert "nick" in complain(cast, status=422, nick="没有此人")["error"]["fields"]
    clerk, shop = cast.as_("anan"), cast.tmall.pk
    made = clerk.post("/api/authorities", {"shop": shop, "data": {"kind": "association", "name": "杭州市消保委"}})
    clerk.post(f"/api/authorities/{made['id']}/talks", {"text": "沟通 12 月消费提示"})
    with nothing_changes(Authority):
        clerk.post("/api/authorities", {"shop": shop, "data": {"kind": "association", "name": "杭州市消保委"}}, 409)
        cast.as_("stranger").post(f"/api/authorities/{made['id']}/talks", {"text": "不是我的店"}, 404)
    kept = clerk.get("/api/registers/authorities")["items"][0]["cells"]
    assert (kept["number"], kept["last"]) == ("杭州市消保委", "沟通 12 月消费提示")
    told = {"kind": "platform", "title": "七天无理由细则更新", "meaning": "退货话术要改", "happened_on": "2026-11-10"}
    clerk.post("/api/news", {"shop": shop, "data": told})
    assert clerk.get("/api/news")["items"][0]["title"] == "七天无理由细则更新" and News.objects.count() == 1


def test_the_standard_is_checked(cast: Cast, noon: Any) -> None:
    """R460, R481: five standards; a manager who did not keep them is penalised; once, on closed complaints only."""
    row = complain(cast, order(cast), kind="attitude")
    data = {"kept": ["handling", "records"], "note": "首次答复超时", "person": "客服组长", "penalty_fen": 5000}
    with nothing_changes(Complaint):
        cast.as_("inspector").post(f"/api/complaints/{row['id']}/inspect", data, 409)
    act(cast, row, "answer", SAID)
    act(cast, row, "verify", {**VERIFY, "liable": "buyer"})
    act(cast, row, "explain", {"text": "亲，这款是预售商品，详情页写明 15 天内发货", "channel": "hotline"})
    act(cast, row, "close", CLOSE)
    row = cast.as_("inspector").post(f"/api/complaints/{row['id']}/inspect", data)
    assert [one["kept"] for one in row["inspected"]["standards"]] == [True, False, False, False, True]
    assert cast.as_("anan").get(f"/api/complaints/{row['id']}")["inspected"]["penalty_fen"] == 5000
    with nothing_changes(Complaint):
        cast.as_("inspector").post(f"/api/complaints/{row['id']}/inspect", data, 409)
        cast.as_("anan").post(f"/api/complaints/{row['id']}/inspect", data, 403)


def test_every_pair_of_the_table(cast: Cast, noon: Any) -> None:
    row = complain(cast, order(cast))

    def make(state: str) -> Complaint:
        Complaint.objects.filter(pk=row["id"]).update(state=state)
        return Complaint.objects.select_related("shop").get(pk=row["id"])

    assert flow_matrix(COMPLAINT, make) == len(COMPLAINT.states) * len(COMPLAINT.verbs())


def test_no_open_complaint_without_owner_and_clock(cast: Cast, noon: Any) -> None:
    """R461: whatever happens and however much time goes by, somebody holds it and it stands in the line."""
    kinds = list(KINDS)
    for place in range(6):
        complain(cast, order(cast, nick=f"买家{place}"), kind=kinds[place], safety=place == 3)
    steps = (("answer", SAID), ("verify", VERIFY), ("offer", {**OFFER, "solution": "apology"}))
    for place, row in enumerate(cast.as_("anan").get("/api/complaints")["items"]):
        for verb, data in steps[: place % 4]:
            act(cast, row, verb, data)
    for days in (1, 3, 8, 30):
        later(NOON + days * DAY)
        for one in Complaint.objects.filter(closed_at=None):
            assert one.owner_id is not None and one.due_at is not None and one.line_at is not None, one
    assert not Deadline.objects.filter(failed_at__isnull=False)


@settings(max_examples=25, deadline=None)
@given(
    kind=st.sampled_from(list(KINDS)),
    way=st.sampled_from(list(WAYS)),
    safety=st.booleans(),
    threat=st.booleans(),
    amount=st.integers(0, 300000),
    repeats=st.booleans(),
)
def test_grades(kind: str, way: str, safety: bool, threat: bool, amount: int, repeats: bool) -> None:
    """R753: nothing grave stands low, and whatever begins above the first level says why."""
    found = grade(kind, way, safety=safety, threat=threat, amount_fen=amount, high_fen=100000, repeats=repeats)
    assert 0 <= found.priority <= 3 and (found.level == 2) == bool(found.rises)
    if safety:
        assert found.priority == 0
    if amount >= 100000 or threat:
        assert found.priority <= 1
    if repeats:
        assert "repeat" in found.rises
