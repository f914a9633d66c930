"""The dispute desk: registered daily, answered, evidence, platform, ruling, execution, who was responsible."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from xiaoer.aftersales.tests.makers import apply, later, order, photo
from xiaoer.complaints import pack
from xiaoer.complaints.flow import DISPUTE
from xiaoer.complaints.models import Dispute, Evidence
from xiaoer.complaints.reasons import REASONS, reason_named
from xiaoer.complaints.rules import authenticity_claim, by_evidence, complaint_window, tally
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes, screens_follow

ALL = (Dispute, Evidence)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def register(cast: Cast, row: Any = None, status: int = 201, who: str = "anan", **more: Any) -> Any:
    row = row or order(cast)
    data = {
        "shop": cast.tmall.pk,
        "order_no": row.order_no,
        "reason": "quality",
        "claim": "穿了一次就开线",
        "claim_fen": 10000,
    }
    return cast.as_(who).post("/api/disputes", {**data, **more}, status)


def act(cast: Cast, row: dict[str, Any], verb: str, data: Any = None, who: str = "anan", status: int = 200) -> Any:
    return cast.as_(who).post(f"/api/disputes/{row['id']}/{verb}", data or {}, status)


ANSWER = {"text": "已电话联系买家了解情况", "channel": "hotline"}
SUBMIT = {"statement": "商品出库前已质检，照片见附件", "missing": "买家未提供照片"}
CLOSE = {
    "explanation": "走线问题属实", "opinion": "部分退款", "department": "product", "person": "商品部小何",
    "penalty": "通报并扣 2 分", "penalty_fen": 5000, "root_cause": "新供应商首批未抽检",
}  # fmt: skip


def to_judged(cast: Cast, row: dict[str, Any], outcome: str = "lost", fen: int = 3000) -> dict[str, Any]:
    act(cast, row, "answer", ANSWER)
    act(cast, row, "gather")
    act(cast, row, "submit", SUBMIT)
    made: dict[str, Any] = act(cast, row, "judge", {"outcome": outcome, "awarded_fen": fen, "ruling": "支持买家"})
    return made


def test_the_supervisor_sees_open_disputes_every_morning(cast: Cast, noon: Any) -> None:
    """R014: beside the orders in refund, oldest first; a reminder reaches whoever works on it."""
    row = register(cast, order(cast))
    found = cast.as_("supervisor").get("/api/morning", {"kind": "dispute"})["items"]
    assert [(one["subject"], one["order_no"], one["path"]) for one in found] == [
        (f"dispute:{row['id']}", row["order"]["order_no"], f"/disputes/{row['id']}")
    ]
    assert cast.as_("stranger").get("/api/morning", {"kind": "dispute"})["items"] == []


def test_the_whole_way_of_a_dispute(cast: Cast, noon: Any) -> None:
    """R834 to R836: linked to its order and its case, the four fields kept, nothing closed without who and why."""
    bought = order(cast)
    case = apply(bought)
    row = register(cast, bought)
    assert (row["state"], row["order"]["order_no"], row["number"][:2]) == ("registered", bought.order_no, "WQ")
    assert row["case"] == {"flow": "return", "id": case["id"]}
    due = {one["kind"]: datetime.fromisoformat(one["due_at"]) for one in row["clocks"]}
    assert due == {"dispute_first_word": NOON + 4 * HOUR, "dispute_answer": NOON + 48 * HOUR}
    row = act(cast, row, "answer", ANSWER)
    row = act(cast, row, "gather")
    assert [one["item"] for one in row["checklist"] if one["must"] and not one["there"]] == ["chat", "goods_photo"]
    with nothing_changes(*ALL):
        refused = act(cast, row, "submit", {**SUBMIT, "missing": ""}, status=422)
        assert "商品实拍照片" in refused["error"]["fields"]["missing"]
    row = act(cast, row, "submit", SUBMIT)
    assert row["state"] == "submitted" and row["facts"]["lacking"] == ["chat", "goods_photo"]
    last = datetime.fromisoformat(row["clocks"][0]["due_at"])
    assert last == datetime.fromisoformat("2026-11-17T00:00:00+08:00"), "three working days after Wednesday (R202)"
    row = act(cast, row, "judge", {"outcome": "lost", "awarded_fen": 3000, "ruling": "支持买家"})
    row = act(cast, row, "execute", {"how": "平台退款 30 元", "reference": "T1"})
    with nothing_changes(*ALL):
        wrong = act(cast, row, "close", {"department": "product"}, status=422)["error"]["fields"]
        assert {"person", "penalty", "explanation", "opinion", "root_cause"} <= set(wrong)
    row = act(cast, row, "close", CLOSE)
    assert (row["state"], row["person"], row["penalty_fen"], row["clocks"]) == ("closed", "商品部小何", 5000, [])
    seen = cast.as_("warehouse").get(f"/api/disputes/{row['id']}")
    assert (seen["department_label"], seen["person"], seen["penalty"]) == ("商品部", "", ""), "a colleague's penalty"
    assert not Event.objects.filter(payload__icontains="小何").exists()


def test_silence_brings_the_platform_in(cast: Cast, noon: Any) -> None:
    """48 hours without a statement: the platform steps in, once; its evidence clock runs."""
    row = register(cast)
    later(NOON + 4 * HOUR)
    assert Event.objects.filter(kind="complaint.late", payload__clock="dispute_first_word").count() == 1
    later(NOON + 48 * HOUR - timedelta(seconds=1))
    assert Dispute.objects.get().state == "registered"
    later(NOON + 48 * HOUR)
    stored = Dispute.objects.get()
    assert (stored.state, stored.intervened) == ("intervened", True)
    assert list(Deadline.objects.filter(settled_at=None, subject=f"dispute:{row['id']}").values_list("kind")) == [
        ("dispute_evidence",)
    ]
    assert act(cast, row, "submit", SUBMIT)["state"] == "submitted"


def test_an_offer_needs_a_written_yes(cast: Cast, noon: Any) -> None:
    """R725 to R727, C22: told by phone, confirmed in writing; not accepted goes on, perhaps to a senior."""
    row = register(cast)
    offer = {"solution": "partial_refund", "amount_fen": 3000, "text": "补差 30 元，商品保留", "channel": "hotline"}
    row = act(cast, row, "offer", offer)
    assert row["state"] == "negotiating" and row["facts"]["offers"][0]["amount_fen"] == 3000
    with nothing_changes(*ALL):
        act(cast, row, "accept", {}, status=422)
    row = act(cast, row, "decline", {"note": "要求全额", "senior": True})
    assert (row["state"], row["senior"]) == ("evidence", True)
    row = act(cast, row, "offer", {**offer, "amount_fen": 5000})
    row = act(cast, row, "accept", {"written": "好的，同意退 50 元"})
    assert (row["state"], row["outcome"], row["awarded_fen"]) == ("judged", "settled", 5000)
    assert [one["item"] for one in row["evidence"]] == ["written"]
    other = register(cast, reason="refund")
    other = act(cast, other, "offer", offer)
    later(NOON + 48 * HOUR)
    assert Dispute.objects.get(pk=other["id"]).state in ("evidence", "intervened")


def test_only_the_platforms_chat_is_evidence(cast: Cast, noon: Any) -> None:
    """R292: QQ records do not count; a note of one is kept and marked, but never in the place of the chat."""
    bought = order(cast)
    row = register(cast, bought)
    url = f"/api/disputes/{row['id']}/evidence"
    caller = cast.as_("anan")
    with nothing_changes(*ALL):
        wrong = caller.post(url, {"item": "goods_photo", "channel": "qq", "text": "QQ截图"}, 422)
        assert "R292" in wrong["error"]["fields"]["channel"]
        caller.post(url, {"item": "order", "text": "x"}, 422)
        caller.post(url, {"item": "goods_photo"}, 422)
        cast.as_("stranger").post(url, {"item": "goods_photo", "text": "x"}, 404)
        cast.as_("clerk").post(url, {"item": "goods_photo", "text": "x"}, 403)
    with screens_follow({f"dispute:{row['id']}": lambda: caller.get(f"/api/disputes/{row['id']}")}):
        held = caller.post(url, {"item": "goods_photo", "photos": [photo(bought)], "text": "出库实拍"})
    assert [one["accepted"] for one in held["evidence"]] == [True]
    held = caller.post(url, {"item": "call", "channel": "qq", "text": "买家 QQ 说不要了"})
    assert [one["accepted"] for one in held["evidence"]] == [True, False]
    gone = caller.delete(f"{url}/{held['evidence'][0]['id']}")
    assert [one["item"] for one in gone["evidence"]] == ["call"]


def test_one_complaint_per_deal_and_its_window(cast: Cast, noon: Any) -> None:
    """R203 to R205: from the third to the sixtieth day, once."""
    bought = order(cast)
    row = register(cast, bought, kind="complaint", platform_no="TS1")
    line = row["exposure"][0]
    assert line["over"] is False and line["until"].startswith("2027-01-04")
    other = order(cast, nick="b")
    with nothing_changes(*ALL):
        assert register(cast, bought, 409, kind="complaint", platform_no="TS2")["error"]["code"] == "one_complaint"
        again = register(cast, other, 409, platform_no="TS1")
        assert again["error"]["code"] == "known_dispute" and again["error"]["current"]["number"] == row["number"]
    old = order(cast, nick="旧单", paid_at="2026-08-01T10:00:00+08:00")
    with nothing_changes(*ALL):
        closed = register(cast, old, 409, kind="complaint")["error"]
        assert (closed["code"], closed["current"]["ended"][:10]) == ("complaint_closed", "2026-09-30"), "R205"
    assert register(cast, old, kind="rights")["kind"] == "rights"
    deal = NOON
    window = complaint_window(deal, 3, 60)
    assert [window.standing(deal + timedelta(days=n)) for n in (2, 3, 59, 60)] == ["too_early", "open", "open", "over"]


def test_authenticity_claim(cast: Cast, noon: Any) -> None:
    """R200: a multiple of the price really paid, and the postage."""
    assert authenticity_claim(35000, 1200, 3) == 106200
    row = register(cast, reason="fake")
    assert row["exposure"][0]["fen"] == 106200 and row["exposure"][0]["verified"] is False
    assert "买家" not in row["exposure"][0]["label"]
    late = order(cast, nick="晚", status="succeeded", succeeded_at="2026-08-01T10:00:00+08:00")
    line = register(cast, late, reason="fake")["exposure"][0]
    assert (line["until"][:10], line["over"]) == ("2026-10-30", True), "90 days after success (B21)"


def test_the_days_disputes_from_a_file(cast: Cast, noon: Any) -> None:
    one, two = order(cast), order(cast, nick="b")
    lines = [
        "维权单号,订单编号,维权类型,维权原因,买家陈述,诉求金额,发起时间",
        f"W1,{one.order_no},退款纠纷,未收到货,物流显示签收没收到,100,2026-11-11 09:00",
        f"W2,{two.order_no},投诉,商品质量问题,开线,50.5,2026-11-11 10:00",
        "W3,999,投诉,商品质量问题,,,",
        f"W4,{two.order_no},投诉,天气不好,,,",
    ]
    file = SimpleUploadedFile("维权.csv", "\n".join(lines).encode())
    caller = cast.as_("anan")
    told = caller.client.post("/api/disputes/import", {"shop": cast.tmall.pk, "file": file}).json()
    assert (told["opened"], told["rejected"], told["known"]) == (2, 2, 0), told
    assert "请先导入订单" in told["rejects_csv"] and "天气不好" in told["rejects_csv"]
    file = SimpleUploadedFile("维权.csv", "\n".join(lines[:3]).encode())
    told = caller.client.post("/api/disputes/import", {"shop": cast.tmall.pk, "file": file}).json()
    assert (told["opened"], told["known"]) == (0, 2)
    listed = caller.get("/api/disputes", {"state": "open"})["items"]
    assert {one["platform_no"]: (one["kind"], one["reason"], one["claim_fen"]) for one in listed} == {
        "W1": ("refund", "not_received", 10000),
        "W2": ("complaint", "quality", 5050),
    }
    assert caller.get("/api/disputes/counts")["todo"] == 2
    assert cast.as_("stranger").get("/api/disputes", {"desk": "all"})["items"] == []
    with nothing_changes(*ALL):
        register(cast, one, 403, who="warehouse")
        assert "order_no" in register(cast, one, 422, order_no="404")["error"]["fields"]


def test_the_evidence_pack(cast: Cast, noon: Any) -> None:
    """One click: order, journal, evidence; every part with its hash, receivers masked, a line in the journal."""
    bought = order(cast, receiver_name="王小明", receiver_phone="13812345678", receiver_address="杭州市文三路 1 号")
    apply(bought)
    row = register(cast, bought, claim="打 13812345678 没人接")
    cast.as_("anan").post(f"/api/disputes/{row['id']}/evidence", {"item": "call", "channel": "qq", "text": "QQ 记录"})
    answer = cast.as_("anan").call("post", f"/api/disputes/{row['id']}/pack", {}, 200)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    names = set(archive.namelist())
    assert {"00-封面.pdf", "01-订单.json", "04-售后单.json", "07-流水.jsonl", "manifest.json"} <= names
    manifest = json.loads(archive.read("manifest.json"))
    assert {one["name"] for one in manifest["parts"]} == names - {"manifest.json"}
    for one in manifest["parts"]:
        assert pack.digest(archive.read(one["name"])) == one["sha256"], one
    assert answer["X-Manifest-SHA256"] == pack.digest(archive.read("manifest.json"))
    event = Event.objects.get(kind="dispute.pack")
    assert event.payload["manifest"] == answer["X-Manifest-SHA256"] and event.payload["parts"] == len(names)
    assert archive.read("00-封面.pdf")[:5] == b"%PDF-"
    assert any("R292" in line for line in manifest["left_out"])
    whole = b"".join(archive.read(name) for name in names)
    assert b"13812345678" not in whole and "王小明".encode() not in whole and "文三路".encode() not in whole
    chain = archive.read("07-流水.jsonl").decode()
    assert pack.chain_holds(chain) and '"return.opened"' in chain
    lines = chain.splitlines()
    assert not pack.chain_holds("\n".join(lines[:1] + lines[2:])) and not pack.chain_holds(
        chain.replace("质量", "数量", 1).replace("quality", "other", 1)
    )
    with nothing_changes(*ALL):
        cast.as_("stranger").post(f"/api/disputes/{row['id']}/pack", {}, 404)
        cast.as_("finance").post(f"/api/disputes/{row['id']}/pack", {}, 403)


def test_what_was_won_and_lost_teaches(cast: Cast, noon: Any) -> None:
    """Win and loss by reason, and with and without each piece of evidence."""
    for outcome, proof in (("won", True), ("won", True), ("lost", False), ("partly", False)):
        bought = order(cast, nick=f"{outcome}{proof}")
        row = register(cast, bought)
        if proof:
            url = f"/api/disputes/{row['id']}/evidence"
            cast.as_("anan").post(url, {"item": "goods_photo", "photos": [photo(bought)]})
        to_judged(cast, row, outcome, 0 if outcome == "won" else 1000)
    found = cast.as_("supervisor").get("/api/disputes/learning")
    assert (found["all"]["won"], found["all"]["lost"], found["all"]["partly"], found["awarded_fen"]) == (2, 1, 1, 2000)
    reason = found["reasons"][0]
    proof_ = next(one for one in reason["evidence"] if one["item"] == "goods_photo")
    assert (proof_["with"]["win_permille"], proof_["without"]["win_permille"]) == (1000, 250)
    assert cast.as_("stranger").get("/api/disputes/learning")["reasons"] == []


def test_tallies() -> None:
    assert tally([]).permille is None and tally(["won", "lost", "settled"]).permille == 500
    pairs = [("won", frozenset({"a"})), ("lost", frozenset())]
    assert [one.permille for one in by_evidence(pairs, ["a"])["a"]] == [1000, 0]


def test_register_has_the_seeds_columns(cast: Cast, noon: Any) -> None:
    row = to_judged(cast, register(cast))
    act(cast, row, "execute", {"how": "退款"})
    act(cast, row, "close", CLOSE)
    answer = cast.as_("supervisor").call("get", "/api/disputes/export", {"desk": "all"}, 200)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    told = dict(zip(sheet[0], sheet[1], strict=True))
    assert told["责任部门"] == "商品部" and told["责任人"] == "商品部小何" and told["处罚考核结果"] == "通报并扣 2 分"
    assert told["网店回复"] == ANSWER["text"] and told["最终解释"] == CLOSE["explanation"] and told["判赔金额"] == 30.0
    hidden = cast.as_("warehouse").call("get", "/api/disputes/export", {"desk": "all"}, 200)
    assert "商品部小何" not in str(
        CalamineWorkbook.from_filelike(io.BytesIO(hidden.content)).get_sheet_by_index(0).to_python()
    )


def test_a_platform_clock_counts_before_ours(cast: Cast, noon: Any) -> None:
    row = register(cast)
    url = f"/api/disputes/{row['id']}/clocks"
    told = cast.as_("anan").put(url, {"kind": "dispute_answer", "due_at": (NOON + DAY).isoformat()})
    clock_ = next(one for one in told["clocks"] if one["kind"] == "dispute_answer")
    assert clock_["from_platform"] is True and datetime.fromisoformat(clock_["due_at"]) == NOON + DAY
    with nothing_changes(*ALL):
        cast.as_("anan").put(url, {"kind": "dispute_answer", "due_at": NOON.isoformat()}, 422)
        cast.as_("anan").put(url, {"kind": "dispute_platform", "due_at": (NOON + DAY).isoformat()}, 409)


@pytest.mark.parametrize(
    "text,code", [("未收到货", "not_received"), ("描述不符", "not_as_described"), ("未按约定", None)]
)
def test_reasons_as_files_write_them(text: str, code: str | None) -> None:
    assert reason_named(text) == code
    assert all(reason.must for reason in REASONS.values())


def test_every_pair_of_the_table(cast: Cast, noon: Any) -> None:
    row = register(cast)

    def make(state: str) -> Dispute:
        Dispute.objects.filter(pk=row["id"]).update(state=state)
        return Dispute.objects.select_related("shop").get(pk=row["id"])

    assert flow_matrix(DISPUTE, make) == len(DISPUTE.states) * len(DISPUTE.verbs())
