"""The supervisor's morning: oldest first, one click reminds, the agent answers or is late; and the registers."""

import io
import re
from datetime import timedelta
from typing import Any

from django.db import connection
from python_calamine import CalamineWorkbook

from xiaoer.aftersales import morning, registers
from xiaoer.aftersales.models import RegisterSign, Reminder
from xiaoer.aftersales.tests import makers
from xiaoer.aftersales.tests.makers import HOUR, act, apply, bring_to
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.models import Event
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import Cast, nothing_changes
from xiaoer.kernel.tests.plans import plan, scans, statements
from xiaoer.orders.tests import service_makers


def remind(cast: Cast, subject: str, who: str = "supervisor", status: int = 200, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = cast.as_(who).post("/api/morning/remind", {"subjects": [subject], **more}, status)
    return answer["results"][0] if status == 200 else answer


def test_every_order_in_refund_oldest_first(cast: Cast, noon: Any) -> None:
    """R013: returns and refunds that are not finished, with whom they wait for; finished ones are not shown."""
    old = apply(makers.order(cast))
    bring_to(cast, makers.order(cast, nick="第二位"), "refunded")
    young = bring_to(cast, makers.order(cast, nick="第三位"), "received")
    page = cast.as_("supervisor").get("/api/morning")
    assert [row["number"] for row in page["items"]] == [old["number"], young["number"]]
    assert [row["waits_for"] for row in page["items"]] == ["agent", "warehouse"]
    assert page["counts"]["refund"] == 2
    cast.as_("anan").get("/api/morning", status=404)
    assert cast.as_("stranger").get("/api/morning")["items"] == []


def test_one_click_reminds_whoever_worked_on_it(cast: Cast, noon: Any) -> None:
    """R015: recorded against the order and the agent; it reaches her list, she answers, the supervisor reads it."""
    row = makers.order(cast)
    case = bring_to(cast, row, "approved")
    subject = f"return:{case['id']}"
    assert remind(cast, subject, text="今天答复买家")["result"] == "done"
    mine = cast.as_("anan").get("/api/nudges/mine")["items"]
    assert [(one["number"], one["text"], one["asked_by"]) for one in mine] == [
        (case["number"], "今天答复买家", "林主管")
    ]
    held = Reminder.objects.get()
    assert (held.order_id, held.agent_id) == (row.pk, cast.staff["anan"].pk)
    assert Event.objects.filter(kind="reminder.opened", subject=f"reminder:{held.pk}").count() == 1
    assert remind(cast, subject)["result"] == "refused", "she has not answered yet"
    cast.as_("mumu").post(f"/api/nudges/{held.pk}/answer", {"answer": "不是我的"}, 403)
    cast.as_("anan").post(f"/api/nudges/{held.pk}/answer", {"answer": "已联系买家，明天寄回"})
    shown = cast.as_("supervisor").get("/api/morning")["items"][0]["reminder"]
    assert (shown["state"], shown["answer"], shown["late"]) == ("answered", "已联系买家，明天寄回", False)
    assert cast.as_("anan").get("/api/nudges/mine")["items"] == []


def test_an_unanswered_reminder_is_late_and_counted(cast: Cast, noon: Any) -> None:
    """Four hours: said once and counted; the reminder stays until she answers."""
    case = apply(makers.order(cast))
    remind(cast, f"return:{case['id']}", agent=cast.staff["mumu"].pk)
    makers.later(noon + 5 * HOUR)
    assert Event.objects.filter(kind="reminder.late").count() == 1
    since = (noon - timedelta(days=1)).isoformat()
    counts = cast.as_("supervisor").get("/api/nudges/counts", {"since": since})
    assert counts == [{"agent": cast.staff["mumu"].pk, "name": "木木", "asked": 1, "answered": 0, "open": 1, "late": 1}]
    assert cast.as_("mumu").get("/api/nudges/mine")["items"][0]["late"]


def test_the_case_moves_on_and_the_reminder_is_done(cast: Cast, noon: Any) -> None:
    case = apply(makers.order(cast))
    remind(cast, f"return:{case['id']}")
    act(cast, "anan", case, "approve", {"verified": True})
    run_reactions()
    assert Reminder.objects.get().state == "settled"


def test_who_may_remind_whom(cast: Cast, noon: Any) -> None:
    case = apply(makers.order(cast))
    with nothing_changes(Reminder):
        remind(cast, f"return:{case['id']}", who="anan", status=404)
        refused = remind(cast, f"return:{case['id']}", agent=cast.staff["clerk"].pk)
        unknown = remind(cast, "return:99999")
    assert refused["result"] == "refused" and "售后客服" in refused["why"]
    assert unknown["result"] == "refused"


def test_the_day_s_review_is_signed(cast: Cast, noon: Any) -> None:
    assert cast.as_("supervisor").get("/api/morning")["reviewed"] is None
    cast.as_("supervisor").post("/api/morning/reviewed")
    assert cast.as_("owner").get("/api/morning")["reviewed"]["by"] == "林主管"
    assert set(RegisterSign.objects.values_list("shop_id", flat=True)) == {cast.tmall.pk, cast.taobao.pk}


def test_a_later_area_adds_its_rows(cast: Cast, noon: Any) -> None:
    """R014: disputes come from the area of complaints, which registers a source; aftersales imports nothing of it."""
    row = makers.order(cast)
    dispute = morning.Waiting(
        "quarrel:7", "quarrel", "维权", "WQ20261111-0007", row.shop_id, row.pk, row.order_no, row.customer_id, "幸福蔓延",
        "answering", "待举证", "agent", noon - timedelta(days=3), noon, None, 5000, "/quarrels/7",
    )  # fmt: skip

    def page(viewer: Viewer, shop: int | None, limit: int) -> list[morning.Waiting]:
        return [dispute] if row.shop_id in viewer.shops else []

    morning.source("quarrel", page=page, find=lambda viewer, pk: dispute, count=lambda viewer, shop: 1)
    try:
        assert [one["number"] for one in cast.as_("supervisor").get("/api/morning?kind=quarrel")["items"]] == [
            dispute.number
        ]
        assert remind(cast, "quarrel:7")["result"] == "done"
        assert cast.as_("supervisor").get("/api/morning?kind=quarrel")["items"][0]["reminder"]["state"] == "asked"
    finally:
        del morning.SOURCES["quarrel"]


def cells(cast: Cast, name: str, who: str = "anan", **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cast.as_(who).get(f"/api/registers/{name}", query)["items"]
    return found


def test_the_registers_have_the_seeds_columns(cast: Cast, noon: Any) -> None:
    """R089-R092: ID, contact, reason, waybill, what arrived, money; the warehouse's signature comes from the case."""
    case = bring_to(cast, makers.order(cast, receiver_phone="13812345678"), "refunded")
    about = cast.as_("anan").get("/api/registers/returns")["about"]
    assert [one["label"] for one in about["columns"]][:6] == [
        "日期",
        "旺旺ID",
        "联系方式",
        "订单号",
        "商品",
        "退换原因",
    ]
    row = cells(cast, "returns")[0]
    assert row["cells"]["number"] == case["number"] and row["cells"]["waybill"] == makers.SF["waybill"]
    assert (row["cells"]["granted"], row["cells"]["paid"], row["cells"]["card"]) == (9999, 9999, "有")
    assert "5678" in row["cells"]["contact"] and "13812345678" not in row["cells"]["contact"]
    assert row["signed"]["warehouse"].startswith("仓库老吴 2026-11-11")
    titles = [one["title"] for one in cast.as_("anan").get("/api/registers")]
    assert {"售后登记表", "售后退换货表", "包裹撤回登记表", "银行转账明细表", "补偿登记表"} <= set(titles)


def test_a_recall_stands_in_the_after_sales_register(cast: Cast, noon: Any) -> None:
    """R074: 在售后登记表上登记好情况, and in the recall register of its own."""
    row = service_makers.an_order(cast, "shipped")
    service_makers.ask(cast, row, "recall")
    for name in ("aftersales", "recalls"):
        [line] = cells(cast, name)
        assert row.order_no in str(line["cells"].values()) and "不想要了" in str(line["cells"].values()), name


def test_a_row_is_signed_and_stays_signed(cast: Cast, noon: Any) -> None:
    """Name and time, appended: pressed twice it is one signature; a place the case signed is not signed again."""
    case = bring_to(cast, makers.order(cast), "refunded")
    body = {"subject": f"return:{case['id']}", "place": "finance"}
    with nothing_changes(RegisterSign):
        cast.as_("finance").post("/api/registers/returns/sign", body, 403)
        cast.as_("anan").post("/api/registers/returns/sign", {**body, "place": "boss"}, 422)
        cast.as_("anan").post("/api/registers/returns/sign", {**body, "place": "warehouse"}, 422)
        cast.as_("stranger").post("/api/registers/returns/sign", body, 404)
    for _ in range(2):
        signed = cast.as_("anan").post("/api/registers/returns/sign", body)
    assert signed["signed"]["finance"] == "安安 2026-11-11 12:00"
    assert RegisterSign.objects.count() == 1


def test_a_register_as_a_workbook(cast: Cast, noon: Any) -> None:
    """The same columns and signatures; an order number keeps its digits, a formula is no formula."""
    row = makers.order(cast, nick="=1+1")
    case = bring_to(cast, row, "approved")
    cast.as_("anan").post("/api/registers/returns/sign", {"subject": f"return:{case['id']}", "place": "finance"})
    body = cast.as_("anan").call("get", "/api/registers/returns/export", status=200).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert sheet[0][:2] == ["日期", "旺旺ID"] and sheet[0][-1] == "财务签字"
    assert sheet[1][1] == "'=1+1" and sheet[1][3] == row.order_no and sheet[1][-1] == "安安 2026-11-11 12:00"


def test_days_and_shops_are_kept_apart(cast: Cast, noon: Any) -> None:
    bring_to(cast, makers.order(cast), "approved")
    assert len(cells(cast, "aftersales", since="2026-11-11", until="2026-11-11")) == 1
    assert cells(cast, "aftersales", since="2026-11-12") == []
    assert cells(cast, "aftersales", shop=cast.taobao.pk) == []
    cast.as_("anan").get("/api/registers/payments", status=404)
    assert set(registers.REGISTERS) >= {"aftersales", "returns", "recalls", "transfers", "compensations", "payments"}


def test_compensation_and_payments_have_registers_of_their_own(cast: Cast, noon: Any) -> None:
    """R832: form, asked and granted amounts stand side by side; finance's own register shows the reference."""
    row = makers.order(cast)
    form = {"order": row.pk, "means": "points", "amount_fen": 800, "reason": "courier", "note": "物流停滞三天"}
    case = cast.as_("anan").post("/api/cases/compensation", form, 201)
    act(cast, "finance", case, "execute", {"channel": "points", "reference": "JF-20261111"})
    shown = cells(cast, "compensations")[0]["cells"]
    assert (shown["means"], shown["asked"], shown["granted"], shown["paid"]) == ("积分", 800, 800, 800)
    paid = cells(cast, "payments", who="finance")[0]["cells"]
    assert (paid["number"], paid["reference"], paid["paid"]) == (case["number"], "JF-20261111", 800)


def test_the_morning_and_finance_read_an_index(cast: Cast, noon: Any) -> None:
    """No list of theirs reads a whole table; one state of one shop needs no sorting either."""
    bring_to(cast, makers.order(cast), "refund_granted")
    asked = [
        ("supervisor", "/api/morning"),
        ("supervisor", "/api/morning?kind=all"),
        ("finance", "/api/finance?tab=open"),
    ]
    asked.append(("finance", f"/api/finance?tab=waiting&shop={cast.tmall.pk}"))
    for who, path in asked:
        with statements() as seen:
            cast.as_(who).get(path)
        mine = [(sql, params) for sql, params in seen if sql.startswith("SELECT") and "aftersales_" in sql]
        assert mine, path
        for sql, params in mine:
            for table in set(re.findall(r'FROM "(aftersales_\w+)"', sql)):
                assert connection.vendor != "sqlite" or not scans(plan(sql, params), table), sql
    last = next((sql, params) for sql, params in mine if 'ORDER BY "aftersales_payable"' in sql)
    assert connection.vendor != "sqlite" or "TEMP B-TREE" not in plan(*last)
