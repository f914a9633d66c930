"""Finance's list: many at once with a result each, payout files and their results, failures, reversals, late channels."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoer.aftersales.models import CompensationCase, LineHold, MoneyEntry, Payable, PayoutBatch, PayoutFile, Reversal
from xiaoer.aftersales.tests import makers
from xiaoer.aftersales.tests.makers import HOUR, act, bring_to
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import Cast, nothing_changes, snapshot
from xiaoer.orders.models import Order

TABLES = (Payable, PayoutBatch, MoneyEntry, Order, LineHold, Reversal)


def owed(cast: Cast, how_many: int = 1, **more: Any) -> list[dict[str, Any]]:
    """So many granted returns of different buyers, as finance sees them."""
    for number in range(how_many):
        bring_to(cast, makers.order(cast, nick=f"买家{number}", **more), "refund_granted")
    found: list[dict[str, Any]] = cast.as_("finance").get("/api/finance")["items"]
    return found


def step(cast: Cast, verb: str, ids: list[int], who: str = "finance", **more: Any) -> list[tuple[str, str]]:
    answer = cast.as_(who).post(f"/api/finance/steps/{verb}", {"ids": ids, **more})
    return [(one["result"], one["code"]) for one in answer["results"]]


def export(cast: Cast, ids: list[int], channel: str = "platform") -> dict[str, Any]:
    made: dict[str, Any] = cast.as_("finance").post("/api/finance/batches", {"ids": ids, "channel": channel})
    return made


def send(cast: Cast, rows: list[list[str]], status: int = 200, shop: int | None = None) -> dict[str, Any]:
    """A result file as finance uploads it."""
    out = io.StringIO()
    csv.writer(out).writerows([["打款单号", "金额", "状态", "流水号", "失败原因"], *rows])
    file = SimpleUploadedFile("回盘.csv", out.getvalue().encode("gb18030"), "text/csv")
    client = cast.as_("finance").client
    answer = client.post("/api/finance/results", {"shop": shop or cast.tmall.pk, "file": file})
    assert answer.status_code == status, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_many_at_once_each_with_its_result(cast: Cast, noon: Any) -> None:
    """Three are checked; the one that was checked before says so, a strange number is refused, the rest goes through."""
    ids = [one["id"] for one in owed(cast, 3)]
    assert step(cast, "approve", ids[:1]) == [("done", "")]
    assert step(cast, "approve", [*ids, 9999]) == [
        ("already", ""),
        ("done", ""),
        ("done", ""),
        ("refused", "not_found"),
    ]
    assert Event.objects.filter(kind="payout.approve").count() == 3
    assert step(cast, "approve", ids, who="anan") == [("refused", "not_found")] * 3, "agents do not pay"


def test_oldest_first_with_a_clock(cast: Cast, noon: Any) -> None:
    """Due within 24 hours of the grant; when that is over it is said, and nothing is paid by itself."""
    row = owed(cast)[0]
    assert row["due_at"] == "2026-11-12T04:00:00Z" and row["to"]["text"] == "原路退回付款账户"
    makers.later(noon + 25 * HOUR)
    assert Event.objects.filter(kind="payout.late", subject=f"payout:{row['id']}").count() == 1
    assert Payable.objects.get().state == "waiting"


def test_paid_by_another_and_with_points(cast: Cast, noon: Any) -> None:
    """R210, R221: 99.00 paid by a friend with 10.00 of points: 89.00 to the friend's account, 10.00 as points."""
    lines = [{"title": "羊绒围巾", "sku": "灰", "qty": 1, "price_fen": 9900, "paid_fen": 9900}]
    more: dict[str, Any] = {
        "payable_fen": 9900,
        "paid_fen": 9900,
        "freight_fen": 0,
        "points_fen": 1000,
        "payer": "王小明",
        "lines": lines,
    }
    to = owed(cast, **more)[0]["to"]
    assert to["payer"] == "王小明"
    assert [(one["fen"], one["to"]) for one in to["parts"]] == [
        (8900, "退回代付人的账户"),
        (1000, "退回积分，不折现金"),
    ]


def test_the_file_goes_out_and_comes_back(cast: Cast, noon: Any) -> None:
    """Two are paid, one failed and is back on the list with the reason; the same file again adds nothing."""
    ids = [one["id"] for one in owed(cast, 3)]
    step(cast, "approve", ids)
    batch = export(cast, ids)["batches"][0]
    assert (batch["number"], batch["rows"], batch["waiting"]) == (f"FK20261111-{cast.tmall.pk}-01", 3, 3)
    file = cast.as_("finance").call("get", f"/api/finance/batches/{batch['id']}/file?kind=csv", status=200)
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))[1:]
    assert [row[0] for row in rows] == [f"{batch['number']}-00{n}" for n in (1, 2, 3)]
    back = [[rows[0][0], rows[0][1], "成功", "ALI0001", ""], [rows[1][0], rows[1][1], "成功", "ALI0002", ""]]
    back.append([rows[2][0], rows[2][1], "失败", "", "收款账户已注销"])
    told = send(cast, back)
    assert (told["paid"], told["failed"], told["already"], told["rejected"]) == (2, 1, 0, 0)
    failed = cast.as_("finance").get("/api/finance", {"tab": "failed"})["items"]
    assert [(one["failed_why"], one["state"], one["failures"]) for one in failed] == [("收款账户已注销", "waiting", 1)]
    before = snapshot(Payable, MoneyEntry, Order)
    again = send(cast, back)
    assert snapshot(Payable, MoneyEntry, Order) == before
    assert (again["paid"], again["failed"], again["already"]) == (0, 0, 3)
    assert {Order.objects.get(pk=one.order_id).refunded_fen for one in Payable.objects.filter(state="paid")} == {9999}


def test_bad_rows_come_back_beside_the_good_ones(cast: Cast, noon: Any) -> None:
    ids = [one["id"] for one in owed(cast, 2)]
    step(cast, "approve", ids)
    export(cast, ids)
    told = send(
        cast,
        [
            [f"FK20261111-{cast.tmall.pk}-01-001", "99.99", "成功", "ALI0001", ""],
            [f"FK20261111-{cast.tmall.pk}-01-002", "98.00", "成功", "ALI0002", ""],
            [f"FK20261111-{cast.tmall.pk}-01-099", "10.00", "成功", "ALI0003", ""],
            [f"FK20261111-{cast.tmall.pk}-01-002", "99.99", "可能成功", "ALI0004", ""],
            [f"FK20261111-{cast.tmall.pk}-01-002", "99.99", "成功", "1.23E+15", ""],
        ],
    )
    assert (told["paid"], told["rejected"]) == (1, 4)
    text = cast.as_("finance").call("get", f"/api/finance/results/{told['id']}/rejects", status=200)
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["行号", "原因", "打款单号"] and [row[0] for row in rows[1:]] == ["3", "4", "5", "6"]
    assert "应打 ¥99.99" in rows[1][1] and "没有打款单号" in rows[2][1] and "可能成功" in rows[3][1]
    assert Payable.objects.get(payout_no=f"FK20261111-{cast.tmall.pk}-01-002").state == "exported"


def test_exported_rows_are_locked_to_their_batch(cast: Cast, noon: Any) -> None:
    """Neither the case page nor the list pays them; a cancelled batch frees them."""
    row = owed(cast)[0]
    step(cast, "approve", [row["id"]])
    batch = export(cast, [row["id"]])["batches"][0]
    pay = {"channel": "platform", "reference": "20261111001"}
    case = {"flow": row["flow"], "id": row["case"]}
    with nothing_changes(*TABLES):
        refused = act(cast, "finance", case, "refund", pay, 409)
        several = cast.as_("finance").post("/api/finance/pay", {"payments": [{"id": row["id"], **pay}]})
        twice = export(cast, [row["id"]])
    assert refused["error"]["code"] == "locked_in_batch" and batch["number"] in refused["error"]["message"]
    assert several["results"][0]["code"] == "locked_in_batch"
    assert (twice["batches"], twice["results"][0]["result"]) == ([], "refused")
    cast.as_("finance").post(f"/api/finance/batches/{batch['id']}/cancel")
    assert act(cast, "finance", case, "refund", pay)["state"] == "refunded"
    late = send(cast, [[f"{batch['number']}-001", "99.99", "成功", "ALI0009", ""]])
    assert (late["paid"], late["rejected"]) == (0, 1), "paid otherwise: the row comes back for a check"


def test_only_what_the_channel_may_carry(cast: Cast, noon: Any) -> None:
    """On Tmall a refund of the price goes back the way it was paid, never by Alipay transfer (C32)."""
    row = owed(cast)[0]
    step(cast, "approve", [row["id"]])
    for channel in ("alipay", "points", "coupon"):
        made = export(cast, [row["id"]], channel)
        assert made["batches"] == [] and made["results"][0]["code"] == "wrong_channel"


def reversal(cast: Cast, again: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """A paid return, and finance's request to reverse it."""
    case = bring_to(cast, makers.order(cast), "refunded")
    row = cast.as_("finance").get("/api/finance", {"tab": "paid"})["items"][0]
    asked = cast.as_("finance").post(f"/api/finance/{row['id']}/reverse", {"why": "登记错了订单", "again": again})
    return case, asked


def test_a_mistake_is_reversed_by_four_eyes_and_paid_anew(cast: Cast, noon: Any) -> None:
    case, asked = reversal(cast, True)
    with nothing_changes(*TABLES):
        cast.as_("finance").post(f"/api/finance/reversals/{asked['id']}/confirm", {}, 403)
        twice = cast.as_("finance").post(
            f"/api/finance/{asked['payable']}/reverse", {"why": "再来", "again": True}, 409
        )
    assert twice["error"]["code"] == "reversed_already"
    done = cast.as_("supervisor").post(f"/api/finance/reversals/{asked['id']}/confirm", {"answer": "已核对"})
    assert (done["state"], done["decided_by"]) == ("done", "林主管")
    page = cast.as_("anan").get(makers.url(case))
    assert page["executed_fen"] == 0 and [one["kind"] for one in page["ledger"]].count("reversed") == 1
    assert Order.objects.get().refunded_fen == 0
    row = cast.as_("finance").get("/api/finance")["items"][0]
    assert (row["round"], row["amount_fen"], row["state"]) == (1, 9999, "waiting")
    used = {"id": row["id"], "channel": "platform", "reference": f"2026111122001{case['id']}"}
    refused = cast.as_("finance").post("/api/finance/pay", {"payments": [used]})["results"][0]
    assert refused["result"] == "refused", "the reference of the mistake is not used again"
    paid = cast.as_("finance").post("/api/finance/pay", {"payments": [used | {"reference": "20261111777"}]})
    assert paid["results"][0]["result"] == "done"
    assert (Order.objects.get().refunded_fen, cast.as_("anan").get(makers.url(case))["executed_fen"]) == (9999, 9999)


def test_a_reversal_may_take_the_grant_back_too(cast: Cast, noon: Any) -> None:
    """Nothing was owed after all: the ledger is empty again and the pieces may be asked for anew."""
    case, asked = reversal(cast, False)
    cast.as_("owner").post(f"/api/finance/reversals/{asked['id']}/confirm", {})
    assert sum(MoneyEntry.objects.values_list("amount_fen", flat=True)) == 0
    hold = LineHold.objects.get(order_line_id=case["lines"][0]["line"])
    assert (hold.gone, hold.granted_fen) == (0, 0)
    assert cast.as_("finance").get("/api/finance")["items"] == []


def test_a_late_channel_is_told_every_day(cast: Cast, noon: Any) -> None:
    """R744: told at once and each day until it is paid; points are proposed, a person decides."""
    row = owed(cast)[0]
    assert step(cast, "delay", [row["id"]], why="银行系统维护") == [("done", "")]
    makers.later(noon + timedelta(days=2, hours=1))
    said = Event.objects.filter(kind="refund.progress").order_by("number")
    assert [one.payload["day"] for one in said] == [1, 2, 3] and all(one.for_buyer for one in said)
    offer = CompensationCase.objects.get()
    assert (offer.means, offer.requested_fen, offer.state, offer.cause) == (
        "points",
        500,
        "approval",
        f"payout:{row['id']}",
    )
    pay = {"id": row["id"], "channel": "platform", "reference": "20261113001"}
    cast.as_("finance").post("/api/finance/pay", {"payments": [pay]})
    makers.later(noon + timedelta(days=5))
    assert said.count() == 3, "once paid nobody is told any more"


def test_the_same_payment_twice_is_one(cast: Cast, noon: Any) -> None:
    row = owed(cast)[0]
    pay = {"payments": [{"id": row["id"], "channel": "platform", "reference": "20261111001"}]}
    assert cast.as_("finance").post("/api/finance/pay", pay)["results"][0]["result"] == "done"
    with nothing_changes(*TABLES):
        assert cast.as_("finance").post("/api/finance/pay", pay)["results"][0]["result"] == "already"
        other = [{**pay["payments"][0], "reference": "20261111002"}]
        assert cast.as_("finance").post("/api/finance/pay", {"payments": other})["results"][0]["code"] == "not_owed"


def test_other_shops_are_not_seen(cast: Cast, noon: Any) -> None:
    row = owed(cast)[0]
    assert cast.as_("stranger").get("/api/finance")["items"] == []
    assert step(cast, "approve", [row["id"]], who="stranger") == [("refused", "not_found")]
    assert cast.as_("stranger").call("get", "/api/finance/totals").json()["by_state"]["waiting"]["rows"] == 0


ACTS = ("approve", "unapprove", "export", "cancel", "pay", "pay_again", "result", "fail", "reverse", "confirm")


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(script=st.lists(st.sampled_from(ACTS), min_size=3, max_size=14))
@pytest.mark.django_db
def test_no_interleaving_pays_twice(cast: Cast, noon: Any, script: list[str]) -> None:
    """Random orders and retries of everything finance can do: never more paid than granted, ledger and order agree."""
    bring_to(cast, makers.order(cast), "refund_granted")
    mine = Payable.objects.order_by("-pk").first()
    assert mine is not None
    order_id, used = mine.order_id, 0
    for verb in script:
        row = Payable.objects.filter(order_id=order_id).order_by("-round").first()
        assert row is not None
        used += verb in ("pay", "result")
        _try(cast, verb, row, f"R{order_id}{used:04d}")
        entries = MoneyEntry.objects.filter(order_id=order_id)
        sums = dict.fromkeys(("granted", "executed", "reversed"), 0)
        for entry in entries:
            sums[entry.kind] += entry.amount_fen
        paid = sums["executed"] + sums["reversed"]
        assert 0 <= paid <= sums["granted"] == 9999, (script, verb, sums)
        assert Order.objects.get(pk=order_id).refunded_fen == paid
        last = Payable.objects.filter(order_id=order_id).order_by("-round").values_list("state", flat=True)[0]
        assert (last == "paid") == (paid == 9999), (script, verb, last, sums)


def _try(cast: Cast, verb: str, row: Payable, reference: str) -> None:
    """One thing finance might do, legal or not: only what comes of it counts."""
    finance, boss = cast.as_("finance"), cast.as_("supervisor")
    pay = {"payments": [{"id": row.pk, "channel": "platform", "reference": reference}]}
    if verb in ("approve", "unapprove", "fail"):
        finance.post(f"/api/finance/steps/{verb}", {"ids": [row.pk], "why": "复核"})
    elif verb == "export":
        export(cast, [row.pk])
    elif verb == "cancel" and row.batch_id:
        finance.call("post", f"/api/finance/batches/{row.batch_id}/cancel", {})
    elif verb in ("pay", "pay_again"):
        finance.post("/api/finance/pay", pay)
    elif verb == "result" and row.payout_no:
        send(cast, [[row.payout_no, "99.99", "成功", reference, ""]])
    elif verb == "reverse":
        finance.call("post", f"/api/finance/{row.pk}/reverse", {"why": "登记错误", "again": True})
    elif verb == "confirm":
        for one in Reversal.objects.filter(state="asked"):
            boss.call("post", f"/api/finance/reversals/{one.pk}/confirm", {})


def test_files_are_remembered(cast: Cast, noon: Any) -> None:
    row = owed(cast)[0]
    step(cast, "approve", [row["id"]])
    export(cast, [row["id"]])
    send(cast, [[f"FK20261111-{cast.tmall.pk}-01-001", "99.99", "成功", "ALI0001", ""]])
    kept = cast.as_("finance").get("/api/finance/results")["items"]
    assert [(one["filename"], one["paid"], one["by"]) for one in kept] == [("回盘.csv", 1, "财务陈姐")]
    assert PayoutFile.objects.get().paid_fen == 9999
    missing = SimpleUploadedFile("x.csv", "打款单号,金额\n1,2\n".encode(), "text/csv")
    refused = cast.as_("finance").client.post("/api/finance/results", {"shop": cast.tmall.pk, "file": missing})
    assert refused.status_code == 422 and "状态" in refused.json()["error"]["message"]


def test_our_own_fault_is_paid_first(cast: Cast, noon: Any) -> None:
    """R742: a refund of a quality problem is due in four hours and stands before one of the buyer's will."""
    bring_to(cast, makers.order(cast, nick="不想要了"), "refund_granted")
    faulty = makers.order(cast, nick="有质量问题")
    bring_to(cast, faulty, "refund_granted", reason="quality", photos=[makers.photo(faulty)])
    rows = cast.as_("finance").get("/api/finance")["items"]
    assert [(one["customer"]["nick"], one["due_at"]) for one in rows] == [
        ("有质量问题", "2026-11-11T08:00:00Z"),
        ("不想要了", "2026-11-12T04:00:00Z"),
    ]


def test_where_money_cannot_go_back_the_buyer_tells_an_account(cast: Cast, noon: Any) -> None:
    """收款账户 (C32): asked by finance, typed by her, masked, looked at with a line in the journal, in the payout file."""
    [line], finance = owed(cast), cast.as_("finance")
    row = Order.objects.get()
    door = f"/api/finance/{line['id']}"
    bank = {"order": row.pk, "kind": "bank", "holder": "王建国", "bank": "招行杭州支行"}
    assert line["account"] is None
    with nothing_changes():
        finance.post(f"{door}/account", {}, status=404)
        cast.as_("anan").post(f"{door}/ask-account", {}, status=404)
        makers.buyer(row).post("/api/buyer/payout-accounts", bank | {"account": "6225880212345678"}, status=404)
    assert finance.post(f"{door}/ask-account", {})["account"]["told_at"] is None
    [asked] = makers.buyer(row).get("/api/buyer/payout-accounts")
    assert (asked["order"]["id"], asked["amount_fen"]) == (row.pk, line["amount_fen"])
    with nothing_changes():
        for wrong in ("622588", "anan@shop"):
            makers.buyer(row).post("/api/buyer/payout-accounts", bank | {"account": wrong}, status=422)
    [told] = makers.buyer(row).post("/api/buyer/payout-accounts", bank | {"account": "6225 8802 1234 5678"})
    assert told["account"]["account"] == "************5678" and told["account"]["holder"] == "王**"
    assert "6225880212345678" not in str(finance.get("/api/finance"))
    assert finance.post(f"{door}/account", {})["account"] == "6225880212345678"
    [seen] = Event.objects.filter(kind="payout_account.shown")
    assert seen.actor.startswith("staff:")
    assert not [one for one in Event.objects.all() if "6225880212345678" in str(one.payload)]
    finance.post("/api/finance/steps/approve", {"ids": [line["id"]]})
    [batch] = finance.post("/api/finance/batches", {"ids": [line["id"]], "channel": "bank"})["batches"]
    file = finance.client.get(f"/api/finance/batches/{batch['id']}/file?kind=csv").content.decode("utf-8-sig")
    assert "王建国" in file and "6225880212345678" in file and "招行杭州支行" in file
    assert Event.objects.get(kind="payout_batch.made").payload["accounts"] == 1
    with nothing_changes():
        makers.buyer(row).post("/api/buyer/payout-accounts", bank | {"account": "6225880287654321"}, status=409)


def test_what_was_granted_before_the_list_existed_is_put_in_once(cast: Cast, noon: Any) -> None:
    owed(cast)
    before = Payable.objects.get()
    kept = (before.number, before.amount_fen, before.flow, before.case_id)
    Payable.objects.all().delete()
    assert cast.as_("stranger").post("/api/finance/opened", {})["added"] == 0
    assert cast.as_("finance").post("/api/finance/opened", {})["added"] == 1
    row = Payable.objects.get()
    assert (row.number, row.amount_fen, row.flow, row.case_id) == kept and row.state == "waiting" and row.due_at
    with nothing_changes():
        assert cast.as_("finance").post("/api/finance/opened", {})["added"] == 0
