"""Finding an order among many: every way of searching is answered by an index."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiaoer.kernel import paging
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.orders import queries
from xiaoer.orders.models import Order
from xiaoer.orders.tests.pay_makers import buyer

pytestmark = pytest.mark.django_db
NUMBER = "4620000000000001234"


def fill(cast: Cast) -> None:
    """2,000 orders of 20 buyers; one of them is the one looked for."""
    buyers = [buyer(cast, f"鱼{n}意") for n in range(19)] + [buyer(cast, "小鱼儿73")]
    rows = [
        Order(
            shop=cast.tmall,
            customer=buyers[n % 20],
            order_no=str(4620000000000000000 + n),
            status="succeeded",
            waybill=f"YT{n:08d}",
            phone_tail=f"{n:04d}",
            ordered_at=NOON - timedelta(minutes=n),
            source="test",
            taken_in_at=NOON,
            changed_at=NOON,
        )
        for n in range(2000)
    ]
    Order.objects.bulk_create(rows, batch_size=400)


FOUND = [
    (NUMBER, 1),
    ("46200000000000012", 100),
    ("YT00001234", 1),
    ("yt00001234", 1),
    ("1234", 1),
    ("小鱼儿73", 100),
    ("鱼儿7", 100),  # nothing begins so: any part of the nick
    ("鱼1", 1100),  # 鱼1意 and 鱼10意 to 鱼18意, the newest 1,000 of them
    ("9999", 0),
    ("999", 0),
]


def test_what_is_typed_is_found(cast: Cast) -> None:
    fill(cast)
    for q, many in FOUND:
        rows = queries.ask(cast.viewer("quanquan"), queries.Search(q=q))
        assert rows.count() == min(many, 1000), q
        assert not queries.ask(cast.viewer("stranger"), queries.Search(q=q)).exists(), q


@pytest.mark.sqlite_only
def test_no_way_of_searching_scans_the_orders(cast: Cast) -> None:
    fill(cast)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for q in (NUMBER, "46200000000000012", "YT00001234", "1234", "小鱼儿73", ""):
        plans = plans_of(cast, queries.Search(q=q, shop=cast.tmall.pk))
        assert plans and not [line for line in plans if line.startswith("SCAN")], (q, plans)


def plans_of(cast: Cast, search: queries.Search) -> list[str]:
    """How SQLite would read the first page of what is asked."""
    with CaptureQueriesContext(connection) as asked:
        paging.newest_first(queries.ask(cast.viewer("quanquan"), search), "ordered_at", cursor=None, limit=50)
    plans: list[str] = []
    for query in asked:
        if "orders_order" in query["sql"]:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
                plans += [str(line[3]) for line in cursor.fetchall()]
    return plans
