"""每日跟进 (R430, R737, R738, R235; C29): what joins the list, who must act until when, batches, and no table scans."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from xiaoer.goods.models import Goods, Sku, Stock
from xiaoer.kernel import clock, deadlines
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.clock_loop import fire_due, run_reactions
from xiaoer.kernel.db import transaction
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, flow_matrix, nothing_changes, screens_follow
from xiaoer.orders import followup_scan, tasks_followup
from xiaoer.orders.actions import followup, set_fulfilment
from xiaoer.orders.followup_rules import FollowRules, Standing, troubles
from xiaoer.orders.models import FollowBatch, FollowNote, FollowUp, Order
from xiaoer.orders.pay_flow import FOLLOW
from xiaoer.orders.tests.pay_makers import paid, reported, unpaid

pytestmark = pytest.mark.django_db
H = timedelta(hours=1)
RULES = FollowRules(12 * H, 6 * H, 6 * H, 12 * H, 6 * H, 24 * H, 24 * H)


def swept(cast: Cast, at: Any = NOON) -> dict[int, str]:
    """Look the shop over; open entries as order -> kind."""
    with transaction():
        followup.sweep(cast.tmall.pk, at=at)
    return dict(FollowUp.objects.filter(closed_at=None, shop=cast.tmall).values_list("order_id", "kind"))


@pytest.mark.parametrize(
    ("standing", "kinds"),
    [
        (Standing("waiting_payment", "unprinted", NOON + 7 * H), []),
        (Standing("waiting_payment", "unprinted", NOON + 6 * H), ["near_close"]),
        (Standing("waiting_payment", "unprinted", NOON), ["unpaid_timeout"]),
        (Standing("waiting_payment", "unprinted", NOON, presale_until=NOON + 30 * H), []),
        (Standing("waiting_payment", "unprinted", NOON, presale_until=NOON + 24 * H), ["balance_due"]),
        (Standing("paid", "unprinted", NOON, NOON - 11 * H, NOON + 61 * H), []),
        (Standing("paid", "unprinted", NOON, NOON - 12 * H, NOON + 60 * H), ["unprinted"]),
        (Standing("paid", "unprinted", NOON, NOON - 12 * H, NOON + 60 * H, held=True), []),
        (Standing("paid", "unprinted", NOON, NOON - 12 * H, NOON + 99 * H, ships_at=NOON + 9 * H), []),
        (Standing("paid", "printed", NOON, NOON - 6 * H, NOON + 60 * H), ["unpacked"]),
        (Standing("paid", "packed", NOON, NOON - 6 * H, NOON + 60 * H), ["unshipped"]),
        (Standing("paid", "packed", NOON, NOON - 6 * H, NOON + 12 * H), ["late_soon"]),
        (Standing("paid", "packed", NOON, NOON - 6 * H, NOON - H, held=True), ["late"]),
        (Standing("paid", "shipped", NOON, NOON - 60 * H, NOON - H), []),
        (Standing("paid", "voided", NOON, NOON - 60 * H, NOON - H), []),
        (Standing("paid", "unprinted", NOON, NOON - H, NOON + 60 * H, short=True), ["shortage"]),
        (Standing("paid", "unprinted", NOON, NOON - 80 * H, NOON - H, short=True), ["late", "shortage"]),
        (Standing("shipped", "shipped", NOON, NOON - 80 * H, NOON - H), []),
        (Standing("closed", "unprinted", NOON - H), []),
    ],
)
def test_what_is_wrong_with_an_order(standing: Standing, kinds: list[str]) -> None:
    found = troubles(standing, RULES, NOON)
    assert [one.kind for one in found.values()] == kinds
    assert all(one.since <= NOON and one.due_at >= one.since and topic == one.topic for topic, one in found.items())


def test_the_look_over_finds_each_kind_once(cast: Cast) -> None:
    fresh = [unpaid(cast), paid(cast, ago=H)]
    wrong = {
        unpaid(cast, ordered_at=NOON - 67 * H).pk: "near_close",
        unpaid(cast, ordered_at=NOON - 73 * H).pk: "unpaid_timeout",
        paid(cast, ago=13 * H).pk: "unprinted",
        paid(cast, ago=62 * H).pk: "late_soon",
        paid(cast, ago=73 * H).pk: "late",
        paid(cast, ago=20 * H, fulfilment="printed").pk: "unpacked",
    }
    unpaid(cast, ordered_at=NOON - 400 * 24 * H)  # an old import: nobody follows it up
    assert swept(cast) == wrong
    with nothing_changes(FollowUp), transaction():
        assert followup.look([*wrong, *(row.pk for row in fresh)], cast.tmall.pk, at=NOON) == 0
    items = cast.as_("supervisor").get("/api/followups")["items"]
    assert [item["due_at"] for item in items] == sorted(item["due_at"] for item in items) and len(items) == 6
    assert {item["kind"]: item["desk"] for item in items} == {
        "near_close": "pre_sales",
        "unpaid_timeout": "supervisor",
        "unprinted": "clerk",
        "late_soon": "warehouse",
        "late": "after_sales",
        "unpacked": "warehouse",
    }
    seen = cast.as_("supervisor").get("/api/followups/counts")
    assert (seen["open"], seen["mine"], seen["free"], seen["kinds"]["late"]) == (6, 0, 6, 1)
    assert cast.as_("stranger").get("/api/followups")["items"] == []
    cast.as_("stranger").get(f"/api/followups/{items[0]['id']}", status=404)


def test_the_stage_counts_from_when_it_began(cast: Cast) -> None:
    """Paid 20 hours ago but printed only now: nothing is wrong yet (R060)."""
    row = paid(cast, ago=11 * H)
    with transaction():
        set_fulfilment(row.pk, "printed", by=SYSTEM, at=NOON)
    assert swept(cast) == {} and swept(cast, NOON + 5 * H) == {}
    assert swept(cast, NOON + 6 * H) == {row.pk: "unpacked"}


def test_it_gets_worse_in_place_and_clears_by_itself(cast: Cast) -> None:
    row = paid(cast, ago=13 * H)
    swept(cast)
    entry = FollowUp.objects.get()
    cast.as_("clerk").post(f"/api/followups/{entry.pk}/take")
    assert swept(cast, NOON + 50 * H) == {row.pk: "late_soon"}
    entry.refresh_from_db()
    assert (entry.owner_id, entry.state, entry.desk) == (cast.staff["clerk"].pk, "taken", "warehouse")
    reported(row, NOON + 51 * H, status="shipped")  # cleared by the reaction, without a look-over
    entry.refresh_from_db()
    assert (entry.state, entry.closed_at) == ("cleared", NOON + 51 * H)
    assert deadlines.open_for(f"order_follow:{entry.pk}") == []
    assert cast.as_("clerk").get("/api/followups", {"box": "closed"})["items"][0]["id"] == entry.pk


def test_what_somebody_ended_does_not_come_back_but_worse_does(cast: Cast) -> None:
    row = paid(cast, ago=13 * H)
    swept(cast)
    entry = FollowUp.objects.get()
    done = cast.as_("clerk").post(f"/api/followups/{entry.pk}/finish", {"result": "买家改地址，等她回复"})
    assert (done["state"], done["can"]) == ("done", [])
    assert swept(cast, NOON + H) == {}
    assert swept(cast, NOON + 50 * H) == {row.pk: "late_soon"}


def test_a_shortage_is_seen_and_a_solution_is_agreed(cast: Cast) -> None:
    """R737: agree a solution beforehand and compensate with a coupon or the like."""
    row = paid(cast, ago=H)
    goods = Goods.objects.create(shop=cast.tmall, code="G1", title="法式针织连衣裙", changed_at=NOON)
    sku = Sku.objects.create(shop=cast.tmall, goods=goods, code="0101")
    Stock.objects.create(sku=sku, shop=cast.tmall, on_hand=0, as_of=NOON, source="test")
    assert swept(cast) == {row.pk: "shortage"}
    entry = FollowUp.objects.get()
    with nothing_changes(FollowUp):
        no = cast.as_("quanquan").post(
            f"/api/followups/{entry.pk}/agree", {"kind": "coupon", "text": "愿意等三天"}, status=422
        )["error"]
        assert set(no["fields"]) == {"amount_fen"}
        cast.as_("warehouse").post(f"/api/followups/{entry.pk}/agree", {"kind": "wait", "text": "等"}, status=403)
    said = {"kind": "coupon", "amount_fen": 1000, "text": "愿意等三天，送 10 元券"}
    done = cast.as_("quanquan").post(f"/api/followups/{entry.pk}/agree", said)
    assert (done["state"], done["owner"]["name"], done["solution"]["label"]) == ("agreed", "圈圈", "优惠券补偿")
    told = Event.objects.get(kind="order.compensation_proposed")
    assert (told.subject, told.payload["amount_fen"]) == (f"order:{row.pk}", 1000)


def test_after_a_day_without_a_hand_it_goes_to_the_technicians(cast: Cast) -> None:
    """R738, C29: manual intervention within 24 hours."""
    row = unpaid(cast)
    made = cast.as_("quanquan").post("/api/followups", {"order": row.pk, "text": "付款了但平台显示待付款"})
    assert cast.as_("tangtang").post("/api/followups", {"order": row.pk, "text": "同样"})["id"] == made["id"]
    with clock.frozen(NOON + 24 * H):
        fire_due()
        now = cast.as_("supervisor").get(f"/api/followups/{made['id']}")
        assert (now["state"], now["escalated_at"], len(now["notes"])) == ("escalated", "2026-11-12T04:00:00Z", 2)
        assert cast.as_("supervisor").get("/api/followups", {"box": "escalated"})["items"][0]["id"] == made["id"]
        taken = cast.as_("supervisor").post(f"/api/followups/{made['id']}/take")
        assert taken["owner"]["name"] == "林主管"


def test_two_take_it_and_one_wins(cast: Cast) -> None:
    paid(cast, ago=13 * H)
    swept(cast)
    entry = FollowUp.objects.get()
    with screens_follow({f"order:{entry.order_id}": lambda: cast.as_("owner").get(f"/api/followups/{entry.pk}")}):
        cast.as_("clerk").post(f"/api/followups/{entry.pk}/take")
    with nothing_changes(FollowUp):
        no = cast.as_("warehouse").post(f"/api/followups/{entry.pk}/take", status=409)["error"]
        assert no["current"]["state"] == "taken"
        owner = {"owner": cast.staff["warehouse"].pk}
        cast.as_("quanquan").post(f"/api/followups/{entry.pk}/hand", owner, status=403)
        stranger = {"owner": cast.staff["stranger"].pk}
        assert set(
            cast.as_("supervisor").post(f"/api/followups/{entry.pk}/hand", stranger, status=422)["error"]["fields"]
        ) == {"owner"}
    assert cast.as_("supervisor").post(f"/api/followups/{entry.pk}/hand", owner)["owner"]["name"] == "仓库老吴"


def batch(cast: Cast, who: str, action: str, entries: list[int], **values: Any) -> Any:
    data = {"shop": cast.tmall.pk, "action": action, "entries": entries, "values": values}
    return cast.as_(who).post("/api/followups/batches", data)


def test_a_batch_shows_first_then_does_each_once(cast: Cast) -> None:
    rows = [paid(cast, ago=13 * H, nick=f"小鱼儿{n}") for n in range(30)]
    Order.objects.filter(pk=rows[3].pk).update(seller_remark="备" * 330)
    swept(cast)
    ids = list(FollowUp.objects.order_by("order_id").values_list("pk", flat=True))
    with nothing_changes(FollowUp, Order, FollowNote):
        seen = batch(cast, "clerk", "remark", ids, text="仓库盘点，明天补打", flag="yellow")
    assert (seen["state"], seen["total"], seen["fine"], seen["refused"]) == ("preview", 30, 29, 1)
    assert "1000" in next(item["why"] for item in seen["items"] if not item["fine"])
    cast.as_("quanquan").post(f"/api/followups/batches/{seen['id']}/start", status=404)
    Order.objects.filter(pk=rows[5].pk).update(status="closed")  # meanwhile
    cast.as_("clerk").post(f"/api/followups/batches/{seen['id']}/start")
    cast.as_("clerk").post(f"/api/followups/batches/{seen['id']}/start", status=409)
    tasks_followup.run(seen["id"], now=clock.now)
    assert tasks_followup.run(seen["id"], now=clock.now) is None
    done = cast.as_("clerk").get(f"/api/followups/batches/{seen['id']}")
    assert (done["state"], done["done"], done["refused"]) == ("done", 28, 2)
    written = Order.objects.filter(seller_remark__startswith="仓库盘点，明天补打", flag="yellow")
    assert written.count() == 28
    assert Event.objects.filter(kind="order.remarked").count() == 28


def test_a_batch_that_died_goes_on_where_it_was(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(30):
        paid(cast, ago=13 * H, nick=f"小鱼儿{n}")
    swept(cast)
    ids = list(FollowUp.objects.values_list("pk", flat=True))
    seen = batch(cast, "clerk", "note", ids, text="已催仓库")
    row = FollowBatch.objects.get(pk=seen["id"])
    FollowBatch.objects.filter(pk=row.pk).update(state="running", beat_at=NOON)
    with transaction():
        tasks_followup.follow_batch.go_on(row, by=cast.who("clerk"), at=NOON)  # 25, then the process dies
    cast.as_("clerk").post(f"/api/followups/batches/{row.pk}/start", status=409)
    with clock.frozen(NOON + timedelta(minutes=3)):
        cast.as_("clerk").post(f"/api/followups/batches/{row.pk}/start")
        tasks_followup.run(row.pk, now=clock.now)
    assert FollowNote.objects.count() == 30 and FollowBatch.objects.get().done == 30


def test_assign_and_export(cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path
    for n in range(3):
        paid(cast, ago=73 * H, nick=f"=小鱼儿{n}")
    swept(cast)
    ids = list(FollowUp.objects.values_list("pk", flat=True))
    data = {"shop": cast.tmall.pk, "action": "assign", "entries": ids, "values": {"owner": cast.staff["anan"].pk}}
    cast.as_("quanquan").post("/api/followups/batches", data, status=403)
    cast.as_("stranger").post("/api/followups/batches", data, status=404)
    cast.as_("supervisor").post("/api/followups/batches", {**data, "entries": [*ids, 999999]}, status=404)
    cast.as_("supervisor").post("/api/followups/batches", {**data, "entries": []}, status=422)
    cast.as_("supervisor").post("/api/followups/batches", {**data, "action": "burn"}, status=422)
    for action, values in (("assign", {"owner": cast.staff["anan"].pk}), ("export", {})):
        seen = batch(cast, "supervisor", action, ids, **values)
        cast.as_("supervisor").post(f"/api/followups/batches/{seen['id']}/start")
        tasks_followup.run(seen["id"], now=clock.now)
    assert {item["owner"]["name"] for item in cast.as_("anan").get("/api/followups", {"box": "mine"})["items"]} == {
        "安安"
    }
    answer = cast.as_("supervisor").call("get", f"/api/followups/batches/{seen['id']}/file", status=200)
    sheet = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0)
    lines = sheet.to_python()
    assert lines[0][:2] == ["订单号", "旺旺ID"] and len(lines) == 4
    assert str(lines[1][1]).startswith("'=小鱼儿") and lines[1][3] == 259 and lines[1][10] == "安安"


def test_the_look_over_repeats_itself(cast: Cast) -> None:
    with transaction():
        assert followup.watch(cast.tmall.pk, at=NOON) and not followup.watch(cast.tmall.pk, at=NOON)
    row = paid(cast, ago=12 * H - timedelta(minutes=2))
    with clock.frozen(NOON + timedelta(seconds=5)):
        fire_due()
        assert FollowUp.objects.count() == 0
    with clock.frozen(NOON + timedelta(minutes=6)):
        fire_due()
        assert FollowUp.objects.get().order_id == row.pk
    assert len(deadlines.open_for(f"followup:{cast.tmall.pk}")) == 1
    run_reactions()


def test_every_pair_of_the_table(cast: Cast) -> None:
    row = paid(cast, ago=13 * H)

    def make(state: str) -> FollowUp:
        return FollowUp.objects.create(
            shop=cast.tmall,
            order=row,
            customer=row.customer,
            topic="ship",
            kind="late",
            state=state,
            state_at=NOON,
            desk="clerk",
            since=NOON,
            due_at=NOON,
            opened_at=NOON,
            opened_by="system",
        )

    assert flow_matrix(FOLLOW, make) == 42


@pytest.mark.sqlite_only
def test_no_query_of_the_look_over_or_the_lists_scans_a_table(cast: Cast) -> None:
    """100,000 orders or ten: each query walks an index."""
    rows = [
        Order(
            shop=cast.tmall,
            customer=unpaid(cast).customer,
            order_no=f"47{n:08d}",
            status=("succeeded", "closed", "shipped", "paid", "waiting_payment")[n % 5 if n < 100 else n % 3],
            ordered_at=NOON - n * H / 10,
            paid_at=NOON - n * H / 10,
            source="test",
            taken_in_at=NOON,
            changed_at=NOON,
        )
        for n in range(600)
    ]
    Order.objects.bulk_create(rows, batch_size=500)
    swept(cast)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    from xiaoer.people.queries import shop_facts

    viewer, shop = cast.viewer("supervisor"), shop_facts(cast.tmall.pk)
    numbers = followup_scan.numbers_of(shop, NOON)
    from xiaoer.orders import followup_reads, unpaid_reads

    with CaptureQueriesContext(connection) as asked:
        followup_scan.candidates(cast.tmall.pk, numbers, NOON)
        for box in followup_reads.BOXES:
            followup_reads.page(viewer, shop=cast.tmall.pk, box=box, topic="", kind="", cursor=None, limit=50)
        followup_reads.counts(viewer, cast.tmall.pk)
        unpaid_reads.page(viewer, shop=cast.tmall.pk, box="all", reason="", at=NOON, cursor=None, limit=50)
    plans: list[str] = []
    for query in asked:
        if "orders_" not in query["sql"]:
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
            plans += [line[3] for line in cursor.fetchall()]
    assert len(plans) > 20
    assert not [line for line in plans if line.startswith("SCAN") and "CONSTANT" not in line], plans
    assert any("order_working" in line for line in plans), plans
