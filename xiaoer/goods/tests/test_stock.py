"""Stock: reports in any order, once; reservations and their races; what pre-sales may see and not change (R063)."""

import threading
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, connections

from xiaoer.goods import actions, queries
from xiaoer.goods.models import Reservation, Stock, StockEntry, StockReport
from xiaoer.goods.tests.makers import coat, count
from xiaoer.kernel import clock_loop
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Conflict
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes, screens_follow

M, L = "0201-正红-M", "0201-正红-L"
TABLES = (Stock, StockEntry, StockReport, Reservation)


def pieces(cast: Cast, code: str = M) -> queries.Pieces:
    found = queries.stock_of(cast.tmall.pk, [code])[code]
    assert found is not None
    return found


@pytest.mark.django_db
def test_a_count_is_read_back_and_unknown_stays_unknown(cast: Cast) -> None:
    coat(cast.tmall.pk)
    count(cast.tmall.pk, {M: 5})
    found = queries.stock_of(cast.tmall.pk, [M, L, "nothing"])
    assert found[L] is None and found["nothing"] is None
    one = found[M]
    assert one is not None and (one.on_hand, one.reserved, one.free, one.source) == (5, 0, 5, "wms")
    assert one.as_of == NOON - timedelta(hours=1)
    assert queries.stock_of(cast.taobao.pk, [M]) == {M: None}, "another shop's stock"


@pytest.mark.django_db
def test_reports_in_any_order_and_twice_give_the_same(cast: Cast) -> None:
    coat(cast.tmall.pk)
    hour = timedelta(hours=1)
    reports: list[tuple[str, str, int, Any]] = [
        ("a", "snapshot", 10, NOON - 5 * hour),
        ("b", "delta", -2, NOON - 4 * hour),
        ("c", "snapshot", 7, NOON - 3 * hour),
        ("d", "delta", 3, NOON - 2 * hour),
        ("e", "delta", -1, NOON - hour),
    ]
    for order in permutations(reports):
        Stock.objects.all().delete()
        StockEntry.objects.all().delete()
        StockReport.objects.all().delete()
        for name, kind, qty, as_of in (*order, order[0]):
            count(cast.tmall.pk, {M: qty}, report=name, kind=kind, as_of=as_of)
        assert pieces(cast).on_hand == 9, [one[0] for one in order]


@pytest.mark.django_db
def test_the_same_report_again_changes_nothing(cast: Cast) -> None:
    coat(cast.tmall.pk)
    count(cast.tmall.pk, {M: 5, "nobody": 3})
    with nothing_changes(*TABLES):
        again = count(cast.tmall.pk, {M: 50, "nobody": 3})
    assert again.known and list(again.rejected) == ["nobody"]
    coat(cast.tmall.pk, code="nobody", title="新款")
    actions.put_goods(
        cast.tmall.pk,
        [queries_draft("nobody")],
        by=SYSTEM,
        at=NOON,
    )
    assert not count(cast.tmall.pk, {M: 50, "nobody": 3}).known, "the line that was given back is taken now"
    assert pieces(cast, "nobody").on_hand == 3 and pieces(cast).on_hand == 5


def queries_draft(code: str) -> Any:
    from xiaoer.goods.drafts import GoodsDraft, SkuDraft

    return GoodsDraft(code, skus=[SkuDraft(code)])


@pytest.mark.django_db
def test_reserve_free_and_the_message_when_short(cast: Cast) -> None:
    coat(cast.tmall.pk)
    count(cast.tmall.pk, {M: 2})
    with transaction():
        row = actions.reserve(cast.tmall.pk, M, 2, reason="exchange", subject="exchange:1", by=SYSTEM, at=NOON)
        again = actions.reserve(cast.tmall.pk, M, 2, reason="exchange", subject="exchange:1", by=SYSTEM, at=NOON)
    assert again.pk == row.pk and (pieces(cast).reserved, pieces(cast).free) == (2, 0)
    assert row.until == NOON + timedelta(days=15)
    with nothing_changes(*TABLES), pytest.raises(Conflict) as refused:
        actions.reserve(cast.tmall.pk, M, 1, reason="reship", subject="reship:2", by=SYSTEM, at=NOON)
    assert refused.value.code == "stock.not_enough" and "0 件" in refused.value.text.zh
    with nothing_changes(*TABLES), pytest.raises(Conflict) as refused:
        actions.reserve(cast.tmall.pk, L, 1, reason="reship", subject="reship:2", by=SYSTEM, at=NOON)
    assert refused.value.code == "stock.unknown"
    with transaction():
        actions.reserve(cast.tmall.pk, M, 1, reason="exchange", subject="exchange:1", by=SYSTEM, at=NOON)
    assert pieces(cast).free == 1, "one fewer is needed: one is free again"
    with transaction():
        assert actions.free("exchange:1", by=SYSTEM, at=NOON) == 1
        assert actions.free("exchange:1", by=SYSTEM, at=NOON) == 0
    assert (pieces(cast).reserved, pieces(cast).free) == (0, 2)
    kinds = list(Event.objects.filter(kind__startswith="stock.").order_by("number").values_list("kind", flat=True))
    assert kinds == ["stock.taken_in", "stock.reserved", "stock.reserved", "stock.freed"]


@pytest.mark.django_db
def test_a_count_below_what_is_reserved_is_shown_as_oversold(cast: Cast) -> None:
    coat(cast.tmall.pk)
    count(cast.tmall.pk, {M: 3, L: 9})
    actions.reserve(cast.tmall.pk, M, 3, reason="exchange", subject="exchange:1", by=SYSTEM, at=NOON)
    with transaction():
        count(cast.tmall.pk, {M: 1, L: 9}, report="r2", as_of=NOON)
    assert pieces(cast).free == -2
    assert Event.objects.get(kind="stock.oversold").payload == {"codes": [M]}
    rows = cast.as_("quanquan").get("/api/stock", {"shop": cast.tmall.pk, "state": "short"})["items"]
    assert [(row["code"], row["stock"]["state"], row["stock"]["free"]) for row in rows] == [(M, "oversold", -2)]


@pytest.mark.django_db
def test_a_reservation_ends_by_its_clock(cast: Cast) -> None:
    coat(cast.tmall.pk)
    count(cast.tmall.pk, {M: 1})
    with transaction():
        row = actions.reserve(cast.tmall.pk, M, 1, reason="order", subject="order:7", by=SYSTEM, at=NOON)
    clock_loop.fire_due(row.until - timedelta(seconds=1))
    assert pieces(cast).free == 0
    clock_loop.fire_due(row.until)
    assert pieces(cast).free == 1
    assert Reservation.objects.get().ended_why == "time" and Reservation.objects.get().ended_at == row.until


@pytest.mark.django_db(transaction=True)
def test_two_want_the_last_piece_and_one_gets_it(cast: Cast) -> None:
    with transaction():
        coat(cast.tmall.pk)
        count(cast.tmall.pk, {M: 1})
    start, told = threading.Barrier(6), []

    def want(number: int) -> None:
        start.wait()
        try:
            with transaction():
                actions.reserve(
                    cast.tmall.pk, M, 1, reason="exchange", subject=f"exchange:{number}", by=SYSTEM, at=NOON
                )
            told.append("got")
        except Conflict as refused:
            told.append(refused.code)
        finally:
            connections.close_all()

    people = [threading.Thread(target=want, args=(number,)) for number in range(6)]
    for one in people:
        one.start()
    for one in people:
        one.join(30)
    connection.close()
    assert sorted(told) == ["got", *["stock.not_enough"] * 5]
    assert pieces(cast).free == 0 and Reservation.objects.filter(ended_at=None).count() == 1


@pytest.mark.django_db
def test_pre_sales_read_and_do_not_write(cast: Cast) -> None:
    row = coat(cast.tmall.pk)
    count(cast.tmall.pk, {M: 5})
    agent, warehouse = cast.as_("quanquan"), cast.as_("warehouse")
    report = {
        "shop": cast.tmall.pk, "report_id": "wms-9", "as_of": NOON.isoformat(), "lines": [{"sku_code": L, "qty": 4}],
    }  # fmt: skip
    keep = {"shop": cast.tmall.pk, "sku_code": M, "qty": 2, "reason": "exchange", "subject": "exchange:3"}
    with nothing_changes(*TABLES):
        agent.post("/api/stock/reports", report, 403)
        agent.post("/api/stock/reserve", keep, 403)
        cast.as_("stranger").post("/api/stock/reports", report, 404)
        cast.as_("stranger").get(f"/api/goods/{row.pk}", status=404)
        cast.as_("stranger").get("/api/stock", {"shop": cast.tmall.pk}, 404)
        warehouse.post("/api/stock/reports", report | {"as_of": "2030-01-01T00:00:00Z"}, 422)
    assert cast.as_("stranger").get("/api/stock")["items"] == []
    with screens_follow({f"shop:{cast.tmall.pk}": lambda: agent.get(f"/api/goods/{row.pk}")["looks"]}):
        done = warehouse.post("/api/stock/reports", report)
    assert (done["changed"], done["known"], done["rejected"]) == (1, False, [])
    assert warehouse.post("/api/stock/reports", report)["known"] is True
    kept = warehouse.post("/api/stock/reserve", keep)
    looks = {one["code"]: one["stock"] for one in agent.get(f"/api/goods/{row.pk}")["looks"]}
    assert (looks[M]["free"], looks[M]["reserved"], looks[L]["free"], looks["0201-驼色-M"]) == (3, 2, 4, None)
    agent.post(f"/api/stock/reservations/{kept['id']}/free", status=403)
    cast.as_("stranger").post(f"/api/stock/reservations/{kept['id']}/free", status=404)
    assert warehouse.post(f"/api/stock/reservations/{kept['id']}/free") == {"freed": True}
    assert agent.get("/api/stock", {"q": "hsymdy"})["items"][0]["code"] in (M, L)
