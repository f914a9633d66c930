"""A shop with 1,000,000 after-sales cases, 50,000 of them running: its worklists by ten people at once, with the plans.

`python -m bench aftersales`. The cases are written straight into the database, as years of a busy shop would leave them.
"""

import json
import os
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import quote

from bench import server
from bench.asking import LIMIT_MS, PEOPLE, apart, ask_all, plan, show_plans

CASES, RUNNING, BUYERS = 1_000_000, 50_000, 40_000
BATCH = 5_000
DAY = timedelta(days=1)


def measure(port: int, *, cases: int = CASES, running: int = RUNNING, seconds: float = 4.0) -> None:
    """Seed, serve, ask; prints one line per kind of question, then the plans."""
    with server.folder() as home:
        data = server.fresh(PEOPLE, 1, 1, home, silent=True, role="after_sales")
        shop = str(data["shops"][0])
        known = apart(home, "bench.aftersales", "seed", shop, json.dumps([cases, running]))
        print(
            f"\nAfter-sales: {cases:,} cases in one shop, {running:,} running, {PEOPLE} people at once"
            f" (wanted: p99 below {LIMIT_MS} ms)"
        )
        with server.xiaoer(home, port):
            ask_all(port, data, questions(known), seconds)
        show_plans(apart(home, "bench.aftersales", "plans", shop, json.dumps(known)))


def questions(known: dict[str, list[str]]) -> dict[str, list[str]]:
    """What people ask of the after-sales desk, each with different values."""
    base = "/api/cases?limit=50"
    return {
        "to answer, soonest": [f"{base}&desk=answer"],
        "return dock": [f"{base}&desk=dock"],
        "money to pay": [f"{base}&desk=money"],
        "all running": [f"{base}&desk=open"],
        "all, latest first": [f"{base}&desk=all"],
        "one flow": [f"{base}&desk=open&flow={name}" for name in ("return", "refund_only")],
        "counts": ["/api/cases/counts"],
        "case number": [f"{base}&desk=all&q={number}" for number in known["numbers"]],
        "order number": [f"{base}&desk=all&q={number}" for number in known["orders"]],
        "nick": [f"{base}&desk=all&q={quote(nick)}" for nick in known["nicks"]],
        "waybill": [f"{base}&desk=all&q={waybill}" for waybill in known["waybills"]],
    }


def seed(shop_id: int, cases: int, running: int) -> dict[str, list[str]]:
    """Years of cases; the answer holds values that are there to be found."""
    from django.db import connection, transaction

    from xiaoer.aftersales.models import RefundOnlyCase, ReturnCase
    from xiaoer.kernel import clock

    dice, at = random.Random(20261122), clock.now()
    orders = _orders(dice, shop_id, at)
    tables: list[tuple[Any, str, list[str]]] = [
        (ReturnCase, "TH", ["requested", "approved", "in_transit", "received", "inspected", "refund_granted"]),
        (RefundOnlyCase, "TK", ["requested", "granted", "refused"]),
    ]
    known: dict[str, list[str]] = {"numbers": [], "waybills": [], "orders": [], "nicks": []}
    for table, letters, open_states in tables:
        rows = _cases(dice, table, letters, open_states, shop_id, orders, at, cases // 2, running // 2)
        while batch := list(islice(rows, BATCH)):
            with transaction.atomic():
                table.objects.bulk_create(batch, batch_size=300)
        for row in batch_of_known(table, dice):
            known["numbers"].append(row.number)
            known["orders"].append(row.order.order_no)
            known["nicks"].append(row.customer.nick)
            if getattr(row, "waybill", ""):
                known["waybills"].append(row.waybill)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return known


def batch_of_known(table: Any, dice: random.Random) -> list[Any]:
    least, most = table.objects.order_by("pk").first().pk, table.objects.order_by("-pk").first().pk
    ids = [dice.randint(least, most) for _ in range(12)]
    return list(table.objects.select_related("order", "customer").filter(pk__in=ids))


def _orders(dice: random.Random, shop_id: int, at: datetime) -> list[tuple[int, int]]:
    """Buyers with one succeeded order each: many cases of years share them, which no list minds."""
    from xiaoer.customers.models import Customer
    from xiaoer.orders.models import Order

    buyers = Customer.objects.bulk_create(
        [
            Customer(shop_id=shop_id, nick=nick, nick_key=nick, first_seen_at=at, last_seen_at=at)
            for nick in (f"{dice.choice('云风月雪花鱼海星')}{dice.choice('清淡浅暖微长')}意{n}" for n in range(BUYERS))
        ],
        batch_size=500,
    )
    rows = [
        Order(
            shop_id=shop_id, customer_id=buyer.pk, order_no=f"{4_500_000_000_000_000_000 + n * 7_919_777:d}",
            status="succeeded", fulfilment="shipped", goods_fen=25900, freight_fen=0, payable_fen=25900, paid_fen=25900,
            ordered_at=at - 30 * DAY, created_at=at - 30 * DAY, paid_at=at - 30 * DAY, source="bench", taken_in_at=at,
            changed_at=at,
        )
        for n, buyer in enumerate(buyers)
    ]  # fmt: skip
    made = Order.objects.bulk_create(rows, batch_size=400)
    return [(one.pk, one.customer_id) for one in made]


def _cases(
    dice: random.Random,
    table: Any,
    letters: str,
    open_states: list[str],
    shop_id: int,
    orders: list[tuple[int, int]],
    at: datetime,
    count: int,
    running: int,
) -> Iterator[Any]:
    ends = ("refunded" if letters == "TH" else "executed", "withdrawn", "closed")
    goods_back = letters == "TH"
    for n in range(count):
        order, customer = dice.choice(orders)
        runs = n >= count - running
        age = DAY * 7 * dice.random() if runs else DAY * (8 + 1000 * (1 - n / count))
        opened = at - age
        parcel = {"waybill": f"YT{dice.randrange(10**12):012d}", "carrier": "yto"} if goods_back else {}
        yield table(
            shop_id=shop_id, order_id=order, customer_id=customer, number=f"{letters}{n:010d}",
            state=dice.choice(open_states) if runs else dice.choices(ends, (90, 7, 3))[0],
            state_at=opened if runs else opened + DAY * 5,
            due_at=at + DAY * 5 * (dice.random() - 0.1) if runs else None, opened_at=opened, opened_by="buyer:1",
            reason="no_reason", requested_fen=25900, **parcel,
        )  # fmt: skip


def plans(shop_id: int, known: dict[str, list[str]]) -> dict[str, list[str]]:
    """How the database finds the rows of each question."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from xiaoer.aftersales import queries
    from xiaoer.kernel.access import Perm, Viewer, Who

    viewer = Viewer(Who("staff", 1, ""), {shop_id: frozenset(Perm)})
    asked: dict[str, dict[str, str]] = {
        "to answer": {"desk": "answer"},
        "all running": {"desk": "open"},
        "all": {"desk": "all"},
        "case number": {"desk": "all", "q": known["numbers"][0]},
        "nick": {"desk": "all", "q": known["nicks"][0]},
    }
    found: dict[str, list[str]] = {}
    for name, words in asked.items():
        with CaptureQueriesContext(connection) as seen:
            queries.page(viewer, **words)  # type: ignore[arg-type]  # only text among the filters
        found[name] = plan(seen, "aftersales_")
    with CaptureQueriesContext(connection) as seen:
        queries.counts(viewer)
    found["counts"] = plan(seen, "aftersales_")
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.settings")
    import django

    django.setup()
    verb, shop, value = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
    json.dump(seed(shop, *value) if verb == "seed" else plans(shop, value), sys.stdout)
