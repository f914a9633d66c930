"""跟踪回访: planned in their windows, drafted, called within the cap, owed answers reported, registers and figures."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from xiaoer.aftersales.tests.makers import later, order
from xiaoer.care import call_reads
from xiaoer.care.call_flow import CARE_CALL
from xiaoer.care.call_rules import KINDS, TOPICS, Called, figures, first_topic, words_for
from xiaoer.care.models import (
    CallNote,
    CareActivity,
    CareCall,
    CareFile,
    CareLetter,
    CareSummary,
    OrderWatch,
    WatchSign,
)
from xiaoer.complaints.models import Complaint
from xiaoer.guard import queries as guard
from xiaoer.kernel import clock
from xiaoer.kernel.models import Event
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes
from xiaoer.orders.models import Parcel, ParcelOrder
from xiaoer.people.queries import shop_facts

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL = (CareCall, CallNote, CareFile, CareLetter)
BIG: dict[str, Any] = {"status": "succeeded", "succeeded_at": "2026-11-10T20:00:00+08:00", "paid_fen": 66200,
                       "payable_fen": 66200}  # fmt: skip
DONE = datetime.fromisoformat("2026-11-10T20:00:00+08:00")
DRAFT = {
    "needs": "换季外套",
    "interests": "搭配",
    "best_time": "晚上",
    "topic": "use",
    "words": "您好，大衣穿着合身吗？",
}
SAID = {"points": "穿着合身，想要同款长款", "running": "正常", "opinion": "客服有耐心"}


def planned(cast: Cast, **more: Any) -> dict[str, Any]:
    """The follow-up of a purchase of 662 yuan."""
    order(cast, **{**BIG, **more})
    run_reactions()
    return cast.as_("anan").get(f"/api/care-calls/{CareCall.objects.latest('pk').pk}")


def act(cast: Cast, row: dict[str, Any], verb: str, data: Any = None, status: int = 200, who: str = "anan") -> Any:
    return cast.as_(who).post(f"/api/care-calls/{row['id']}/{verb}", data or {}, status)


def test_two_calls_after_a_purchase(cast: Cast, noon: Any) -> None:
    """R633 to R642: file and topic first; called in three to seven days; the second in 8 to 14 days with another topic."""
    order(cast, nick="小单", **{**BIG, "paid_fen": 9900, "payable_fen": 9900})
    row = planned(cast)
    assert CareCall.objects.count() == 1, "small orders are left alone"
    assert (row["state"], row["owner"]["id"]) == ("planned", cast.staff["anan"].pk)
    window = [datetime.fromisoformat(row[name]) for name in ("call_from", "call_until")]
    assert window == [DONE + 3 * DAY, DONE + 7 * DAY]
    row = act(cast, row, "draft", DRAFT)
    assert (row["file"]["needs"], row["state"]) == ("换季外套", "ready")
    with nothing_changes(*ALL):
        early = act(cast, row, "reached", {**SAID, "satisfaction": 5}, 409)["error"]["current"]
        assert (early["why"], early["not_before"]) == ("early", "2026-11-13T12:00:00Z")
    with clock.frozen(DONE + 4 * DAY):
        row = act(cast, row, "reached", {**SAID, "satisfaction": 5})
        assert (row["state"], row["notes"][0]["points"]) == ("done", SAID["points"])
        second = cast.as_("anan").get(f"/api/care-calls/{CareCall.objects.latest('pk').pk}")
        called = DONE + 4 * DAY
        assert (second["round"], datetime.fromisoformat(second["call_from"])) == (2, called + 8 * DAY)
        assert datetime.fromisoformat(second["call_until"]) == called + 14 * DAY
        with nothing_changes(*ALL):
            wrong = act(cast, second, "draft", DRAFT, 422)["error"]["fields"]
            assert "聊过" in wrong["topic"]
        act(cast, second, "draft", {**DRAFT, "topic": "match"})
        found = cast.as_("anan").get("/api/care-calls/figures", {"until": (called + HOUR).isoformat()})["all"]
        assert (found["reach_permille"], found["in_time_permille"], found["satisfaction_tenths"]) == (1000, 1000, 50)
    for name in ("customer_files", "care_records", "care_calls"):
        assert len(cast.as_("anan").get(f"/api/registers/{name}")["items"]) == 1, name
    assert cast.as_("anan").client.get("/api/registers/care_records/export").status_code == 200
    assert cast.as_("stranger").get("/api/care-calls", {"desk": "all"})["items"] == []


def test_a_complaint_is_called_back(cast: Cast, noon: Any) -> None:
    """R764: within 72 hours of its closing; not reached is tried again with a pause and given up after three tries."""
    bought = order(cast)
    data = {"shop": cast.tmall.pk, "kind": "attitude", "problem": "客服态度敷衍", "order_no": bought.order_no}
    sheet = cast.as_("anan").post("/api/complaints", data, 201)
    for verb, said in (
        ("answer", {"text": "已受理", "channel": "hotline"}),
        ("verify", {"finding": "聊天记录属实", "liable": "shop"}),
        ("explain", {"text": "已向客户致歉", "channel": "hotline"}),
        ("close", {"buyer_word": "accepts", "department": "service", "root_cause": "新人未带教"}),
    ):
        sheet = cast.as_("anan").post(f"/api/complaints/{sheet['id']}/{verb}", said)
    run_reactions()
    run_reactions()
    row = cast.as_("anan").get(f"/api/care-calls/{CareCall.objects.get().pk}")
    assert (row["state"], row["kind"], datetime.fromisoformat(row["call_until"])) == (
        "ready",
        "complaint",
        NOON + 72 * HOUR,
    )
    row = act(cast, row, "missed", {"why": "busy"})
    with nothing_changes(*ALL):
        assert act(cast, row, "missed", {"why": "busy"}, 409)["error"]["current"]["why"] == "retry"
    for step in (5, 24):
        with clock.frozen(NOON + step * HOUR):
            row = act(cast, row, "missed", {"why": "no_answer"})
    assert (row["state"], row["tries"], row["clocks"]) == ("unreached", 3, [])


def test_what_is_owed_is_reported_and_told_the_same_day(cast: Cast, noon: Any) -> None:
    """R637 to R640, R704: the promised time is the clock; two days at most, then the supervisor; told before the day ends."""
    row = act(cast, planned(cast), "draft", DRAFT)
    at = DONE + 4 * DAY
    with clock.frozen(at):
        promised = (at + 5 * HOUR).isoformat()
        row = act(cast, row, "owes", {**SAID, "demand": "想补一条腰带", "promised_at": promised})
        assert {one["kind"] for one in row["clocks"]} == {"care_promise", "care_report"}
    later(at + 5 * HOUR)
    assert Event.objects.filter(kind="care_call.late", payload__clock="care_promise").count() == 1
    later(at + 2 * DAY)
    assert CareCall.objects.get(pk=row["id"]).state == "reported"
    with clock.frozen(at + 2 * DAY + HOUR):
        act(cast, row, "solve", {"solution": "从样衣调一条补寄"}, 403)
        row = act(cast, row, "solve", {"solution": "从样衣调一条补寄"}, who="supervisor")
        assert row["clocks"][0]["due_at"] == "2026-11-16T16:00:00Z", "the end of that day in Beijing"
        row = act(cast, row, "tell", {"solution": "已电话告知，明天寄出", "satisfaction": 5})
    assert (row["state"], row["satisfaction"]) == ("done", 5)


def test_a_complaint_on_the_call_becomes_a_sheet(cast: Cast, noon: Any) -> None:
    row = act(cast, planned(cast), "draft", DRAFT)
    with clock.frozen(DONE + 4 * DAY):
        row = act(cast, row, "complain", {**SAID, "kind": "quality", "points": "袖口开线", "demand": "免费返修"})
    sheet = Complaint.objects.get()
    assert (row["state"], row["complaint"], sheet.channel, sheet.order_id) == (
        "handed",
        sheet.pk,
        "phone",
        row["order"]["id"],
    )


def test_activities_and_letters(cast: Cast, noon: Any) -> None:
    """R643, R644, R646: told two weeks ahead; the letter within two days of the call, in its register."""
    order(cast, nick="会员甲")
    data = {
        "title": "冬季会员日",
        "text": "12 月 12 日会员日全场免费熨烫",
        "held_at": "2026-12-12T10:00:00+08:00",
        "nicks": "会员甲",
    }
    with nothing_changes(CareActivity, CareCall):
        soon = {**data, "held_at": (NOON + 10 * DAY).isoformat()}
        cast.as_("anan").post("/api/care-activities", {"shop": cast.tmall.pk, "data": soon}, 422)
    cast.as_("anan").post("/api/care-activities", {"shop": cast.tmall.pk, "data": data})
    row = cast.as_("anan").get("/api/care-calls")["items"][0]
    held = datetime.fromisoformat(data["held_at"])
    assert (row["kind"], datetime.fromisoformat(row["call_until"])) == ("activity", held - 14 * DAY)
    row = act(cast, row, "noticed", SAID)
    assert [datetime.fromisoformat(one["due_at"]) for one in row["clocks"]] == [NOON + 2 * DAY]
    act(cast, row, "posted", {"kind": "invitation", "title": "会员日邀请函", "reference": "EMS1"})
    assert cast.as_("anan").get("/api/registers/care_letters")["items"][0]["cells"]["kind"] == "邀请函"
    assert cast.as_("anan").get("/api/care-activities")["items"][0]["reached"] == 1


def test_clerk_and_deputy(cast: Cast, noon: Any) -> None:
    """R632, R647: the supervisor appoints her; while she is away the deputy has her list."""
    row = planned(cast)
    mumu, tang = cast.staff["mumu"].pk, cast.staff["tangtang"].pk
    away = {"shop": cast.tmall.pk, "clerk": mumu, "deputy": tang, "deputy_until": (NOON + 3 * DAY).isoformat()}
    cast.as_("anan").put("/api/care-calls/tracker", away, 403)
    cast.as_("supervisor").put("/api/care-calls/tracker", away)
    assert CareCall.objects.get().owner_id == tang
    with clock.frozen(NOON + 4 * DAY):
        assert call_reads.owner_of(cast.tmall.pk, clock.now()) == mumu
    cast.as_("supervisor").put(f"/api/care-calls/{row['id']}/owner", {"owner": mumu})
    assert CareCall.objects.get().owner_id == mumu


def test_every_call_is_registered_and_the_month_is_filed(cast: Cast, noon: Any) -> None:
    """R645, R648, R705: a call that came in; a follow-up asked for by hand; the month with its figures, filed once."""
    customer = order(cast).customer_id
    told = {"kind": "question", "points": "问羊毛大衣怎么洗", "handled": "建议干洗"}
    cast.as_("anan").post("/api/care-calls/notes", {"customer": customer, "data": told})
    assert cast.as_("anan").get("/api/registers/care_calls")["items"][0]["cells"]["way"] == "来电"
    asked = cast.as_("anan").post("/api/care-calls", {"customer": customer, "data": {"about": "干洗后效果"}}, 201)
    assert (asked["kind"], asked["state"]) == ("service", "planned")
    words = {"period": "2026-11", "text": "本月回访完成率达标，二次回访要提前拟话题。"}
    cast.as_("anan").post("/api/care-summaries", {"shop": cast.tmall.pk, "data": words}, 403)
    cast.as_("supervisor").post("/api/care-summaries", {"shop": cast.tmall.pk, "data": words})
    with nothing_changes(CareSummary):
        cast.as_("supervisor").post("/api/care-summaries", {"shop": cast.tmall.pk, "data": words}, 409)
    assert cast.as_("anan").get("/api/care-summaries")["items"][0]["figures"]["all"]["ended"] == 0


def test_who_wants_no_calls_gets_none(cast: Cast, noon: Any) -> None:
    """C47: declined once, never planned again; a watched order counts in the same cap."""
    row = act(cast, planned(cast), "draft", DRAFT)
    with clock.frozen(DONE + 4 * DAY):
        act(cast, row, "declined", {"note": "不要再打电话了"})
    order(cast, **BIG)
    run_reactions()
    assert CareCall.objects.exclude(state="cancelled").count() == 0
    watch = OrderWatch.objects.latest("pk")
    assert cast.as_("anan").get(f"/api/order-watch/{watch.pk}")["may_contact"]["why"] == "买家不希望被联系"


def test_a_parcel_that_stands_still(cast: Cast, noon: Any) -> None:
    """R806: no new scan for the rule's two days: on the contact list, to the second."""
    row = order(cast, status="succeeded", succeeded_at="2026-11-11T10:00:00+08:00", signed_at=None)
    scanned = NOON - 47 * HOUR
    parcel = Parcel.objects.create(
        shop=cast.tmall, waybill="SF1", carrier="sf", last_scan_at=scanned, created_at=scanned, changed_at=scanned
    )
    ParcelOrder.objects.create(parcel=parcel, order=row)
    run_reactions()
    assert not WatchSign.objects.filter(kind="stale").exists()
    later(NOON + HOUR)
    assert WatchSign.objects.get(kind="stale").at == NOON + HOUR


def test_every_pair_of_the_table(cast: Cast, noon: Any) -> None:
    row = planned(cast)

    def make(state: str) -> CareCall:
        CareCall.objects.filter(pk=row["id"]).update(state=state)
        return CareCall.objects.select_related("shop").get(pk=row["id"])

    assert flow_matrix(CARE_CALL, make) == len(CARE_CALL.states) * len(CARE_CALL.verbs())


def test_no_open_follow_up_without_owner_and_clock(cast: Cast, noon: Any) -> None:
    rows = [planned(cast, nick=f"买家{place}") for place in range(3)]
    act(cast, rows[1], "draft", DRAFT)
    act(cast, rows[2], "draft", DRAFT)
    with clock.frozen(DONE + 4 * DAY):
        act(cast, rows[2], "owes", {**SAID, "demand": "补发票"})
    for days in (5, 9, 40):
        later(DONE + days * DAY)
        for one in CareCall.objects.filter(ended_at=None):
            assert one.owner_id is not None and one.due_at is not None


def test_words_pass_the_guard(cast: Cast, noon: Any) -> None:
    for shop in (cast.tmall, cast.taobao):
        facts = shop_facts(shop.pk)
        for topic in TOPICS:
            said = words_for(topic, facts.name, "红色羊毛大衣")
            verdict = guard.check(said, guard.context_for(facts, at=clock.now()))
            assert verdict.verdict in ("allow", "log"), (topic, verdict)


@settings(max_examples=25, deadline=None)
@given(kind=st.sampled_from(list(KINDS)), used=st.lists(st.sampled_from(list(TOPICS)), max_size=5))
def test_topics_do_not_repeat(kind: str, used: list[str]) -> None:
    """R642, while there is one left."""
    found = first_topic(kind, used)
    assert found in TOPICS and (found not in used or len(set(used)) >= 4)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.builds(Called, st.booleans(), st.none() | st.integers(1, 5), st.booleans(), st.booleans())))
def test_figures_add_up(calls: list[Called]) -> None:
    told = figures(calls)
    assert told.in_time <= told.reached <= told.ended == len(calls)
    assert (told.satisfaction_tenths is None) == (told.rated == 0) or 10 <= (told.satisfaction_tenths or 0) <= 50
