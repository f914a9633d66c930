"""The print desk walks indexes: worklists, counts, holds, hand-overs and a scan in a shop of many orders."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from xiaoer.kernel.testing import NOON, Cast
from xiaoer.kernel.tests.plans import plan, scans, statements
from xiaoer.orders import print_reads, print_showing
from xiaoer.orders.models import Order, OrderLine
from xiaoer.orders.models_print import HandOver, OrderHold, PrintRun, PrintSheet
from xiaoer.orders.tests.print_makers import order

pytestmark = pytest.mark.django_db
TABLES = ("orders_order", "orders_orderline", "orders_orderhold", "orders_handover", "orders_printsheet")
MANY = 1500


@pytest.fixture
def crowd(cast: Cast, noon: Any) -> Order:
    """A shop with 1,500 old orders, a few of them still in the warehouse; holds and hand-overs of the past."""
    first = order(cast, fulfilment="printed")
    rows = [
        Order(
            shop=cast.tmall,
            customer_id=first.customer_id,
            order_no=f"77{n:017d}",
            status="paid" if n % 100 == 0 else "succeeded",
            fulfilment=("unprinted", "printed", "packed")[n // 100 % 3] if n % 100 == 0 else "shipped",
            ordered_at=NOON - timedelta(minutes=n),
            paid_at=NOON - timedelta(minutes=n),
            waybill=f"ZT{n:012d}",
            source="test",
            taken_in_at=NOON,
            changed_at=NOON,
        )
        for n in range(MANY)
    ]
    rows = Order.objects.bulk_create(rows)
    OrderLine.objects.bulk_create([OrderLine(order=row, line_key="1", line_no=1) for row in rows])
    run = PrintRun.objects.create(shop=cast.tmall, paper="slip", state="done", at=NOON)
    PrintSheet.objects.bulk_create(
        [PrintSheet(run=run, order=row, paper="slip", place=n) for n, row in enumerate(rows)]
    )
    past = {"released_at": NOON, "released_by": "staff:1", "how": "released"}
    OrderHold.objects.bulk_create(
        [
            OrderHold(shop=cast.tmall, order=row, kind="stop", reason="x", case=f"old:{row.pk}", placed_at=NOON, **past)
            for row in rows
        ]
    )
    HandOver.objects.bulk_create(
        [
            HandOver(
                shop=cast.tmall,
                order=row,
                what="parcel",
                case=f"old:{row.pk}",
                state="settled",
                asked_at=NOON,
                settled_at=NOON,
            )
            for row in rows
        ]
    )
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")
    return first


def test_no_list_and_no_count_reads_a_table(cast: Cast, crowd: Order) -> None:
    viewer = cast.viewer("clerk")
    with statements() as seen:
        for name in print_reads.LISTS:
            rows, _ = print_reads.worklist(viewer, name, print_reads.DeskSearch(), at=NOON, cursor=None, limit=50)
            print_showing.cards(rows, viewer, NOON)
        late = print_reads.DeskSearch(late_soon=True, flag="red", carrier="圆通速递")
        print_reads.worklist(viewer, "unprinted", late, at=NOON, cursor=None, limit=50)
        print_reads.counts(viewer, None, at=NOON)
        print_reads.urgent(viewer, None)
        print_reads.hand_overs(viewer, None, settled=False)
        print_reads.hand_overs(viewer, None, settled=True)
        print_reads.by_scan(viewer, crowd.waybill, None)
        print_reads.by_scan(viewer, crowd.order_no, None)
    asked = [(sql, params) for sql, params in seen if any(f'"{table}"' in sql for table in TABLES)]
    assert len(asked) >= 20
    for sql, params in asked:
        told = plan(sql, params)
        assert not any(scans(told, table) for table in TABLES), f"{sql}\n{told}"


def test_a_page_costs_the_same_however_many_rows_it_has(cast: Cast, crowd: Order) -> None:
    viewer = cast.viewer("clerk")

    def asked(limit: int) -> int:
        with statements() as seen:
            search = print_reads.DeskSearch(shop=cast.tmall.pk)
            rows, _ = print_reads.worklist(viewer, "shipped", search, at=NOON, cursor=None, limit=limit)
            print_showing.cards(rows, viewer, NOON)
        assert len(rows) == limit
        return len(seen)

    asked(2)
    assert asked(40) == asked(3) <= 12
