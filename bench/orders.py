"""A shop of 100,000 orders: list and search by ten people at once over HTTP, with the plans of the queries behind them.

`python -m bench orders`. The orders are written straight into the database, as a year of a busy shop would leave them.
"""

import itertools
import json
import os
import random
import sys
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from bench import server
from bench.asking import LIMIT_MS, PEOPLE, apart, ask_all, plan, show_plans

ORDERS, BUYERS = 100_000, 40_000
STATES = (("succeeded", 80), ("closed", 8), ("shipped", 8), ("paid", 3), ("waiting_payment", 1))


def measure(port: int, *, orders: int = ORDERS, seconds: float = 4.0) -> None:
    """Seed, serve, ask; prints one line per kind of question, then the plans."""
    with server.folder() as home:
        data = server.fresh(PEOPLE, 1, 1, home, silent=True)
        known = apart(home, "bench.orders", "seed", str(data["shops"][0]), str(orders))
        print(f"\nOrders: {orders:,} in one shop, {PEOPLE} people at once (wanted: p99 below {LIMIT_MS} ms)")
        with server.xiaoer(home, port):
            ask_all(port, data, questions(known), seconds)
        show_plans(apart(home, "bench.orders", "plans", str(data["shops"][0]), json.dumps(known)))


def questions(known: dict[str, list[str]]) -> dict[str, list[str]]:
    """What people ask of the order desk, each with different values."""
    base = "/api/orders?limit=50"
    return {
        "newest first": [base],
        "by state": [f"{base}&status={name}" for name, _ in STATES],
        "by date": [f"{base}&since={quote(a)}&until={quote(b)}" for a, b in itertools.pairwise(known["days"])],
        "whole number": [f"{base}&q={number}" for number in known["numbers"]],
        "beginning of a number": [f"{base}&q={number[:12]}" for number in known["numbers"]],
        "nick": [f"{base}&q={quote(nick)}" for nick in known["nicks"]],
        "part of a nick": [f"{base}&q={quote(nick[1:4])}" for nick in known["nicks"]],
        "phone tail": [f"{base}&q={tail}" for tail in known["tails"]],
        "waybill": [f"{base}&q={waybill}" for waybill in known["waybills"]],
        "unpaid worklist": ["/api/unpaid?limit=50"],
        "follow-up list": ["/api/followups?limit=50"],
    }


def seed(shop_id: int, count: int) -> dict[str, list[str]]:
    """The orders of a year; the answer holds values that are there to be found."""
    from django.db import connection, transaction

    from xiaoer.customers.models import Customer
    from xiaoer.kernel import clock
    from xiaoer.orders.actions import followup
    from xiaoer.orders.models import Order, OrderLine

    dice, at = random.Random(20261111), clock.now()
    buyers = Customer.objects.bulk_create(
        [
            Customer(shop_id=shop_id, nick=nick, nick_key=nick, first_seen_at=at, last_seen_at=at)
            for nick in (f"{dice.choice('云风月雪花鱼海星')}{dice.choice('清淡浅暖微长')}意{n}" for n in range(BUYERS))
        ],
        batch_size=500,
    )
    states = dice.choices([name for name, _ in STATES], [share for _, share in STATES], k=count)
    rows: list[Order] = []
    with transaction.atomic():
        for n in range(count):
            rows.append(_order(dice, shop_id, dice.choice(buyers).pk, states[n], n, at, count))
            if len(rows) == 5000 or n == count - 1:
                made = Order.objects.bulk_create(rows, batch_size=400)
                lines = [
                    OrderLine(order=row, line_key="l1", line_no=1, title="法式针织连衣裙", sku="颜色:黑;尺码:M", qty=1)
                    for row in made
                ]
                OrderLine.objects.bulk_create(lines, batch_size=800)
                picked = rows[:: max(1, len(rows) // 5)]
                rows = []
        followup.sweep(shop_id, at=at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sent = list(Order.objects.filter(shop_id=shop_id).exclude(waybill="").order_by("?")[:12])
    return {
        "numbers": [row.order_no for row in [*picked, *sent]],
        "nicks": [buyer.nick for buyer in dice.sample(buyers, 12)],
        "tails": [row.phone_tail for row in sent],
        "waybills": [row.waybill for row in sent],
        "days": [(at - timedelta(days=7 * n)).isoformat() for n in range(13, 0, -1)],
    }


def _order(dice: random.Random, shop_id: int, buyer: int, status: str, n: int, at: datetime, count: int) -> Any:
    from xiaoer.orders.models import Order

    old = (
        timedelta(days=365) * (n / count) if status in ("succeeded", "closed") else timedelta(hours=70) * dice.random()
    )
    ordered = at - old
    left = status in ("shipped", "succeeded")
    return Order(
        shop_id=shop_id,
        customer_id=buyer,
        order_no=f"{4_500_000_000_000_000_000 + n * 7_919_777:d}",
        status=status,
        fulfilment="shipped" if left else dice.choice(("unprinted", "printed", "packed")),
        goods_fen=25900,
        freight_fen=0,
        payable_fen=25900,
        paid_fen=0 if status == "waiting_payment" else 25900,
        phone_tail=f"{dice.randrange(10_000):04d}",
        receiver_phone=f"138****{dice.randrange(10_000):04d}",
        ordered_at=ordered,
        created_at=ordered,
        paid_at=None if status == "waiting_payment" else ordered,
        shipped_at=ordered if left else None,
        waybill=f"YT{dice.randrange(10**12):012d}" if left else "",
        source="bench",
        taken_in_at=at,
        changed_at=at,
    )


def plans(shop_id: int, known: dict[str, list[str]]) -> dict[str, list[str]]:
    """How the database finds the rows of each question: the main query of each."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from xiaoer.kernel import clock, paging
    from xiaoer.kernel.access import Perm, Viewer, Who
    from xiaoer.orders import followup_reads, queries, unpaid_reads

    viewer = Viewer(Who("staff", 1, ""), {shop_id: frozenset(Perm)})
    day = [datetime.fromisoformat(one) for one in known["days"][:2]]
    searches = {
        "newest first": queries.Search(),
        "by state": queries.Search(status="paid"),
        "by date": queries.Search(since=day[0], until=day[1]),
        "whole number": queries.Search(q=known["numbers"][0]),
        "nick": queries.Search(q=known["nicks"][0]),
        "phone tail": queries.Search(q=known["tails"][0]),
        "waybill": queries.Search(q=known["waybills"][0]),
    }
    found: dict[str, list[str]] = {}
    for name, search in searches.items():
        with CaptureQueriesContext(connection) as asked:
            paging.newest_first(queries.ask(viewer, search), "ordered_at", cursor=None, limit=50)
        found[name] = plan(asked, "orders_", "customers_")
    with CaptureQueriesContext(connection) as asked:
        unpaid_reads.page(viewer, shop=shop_id, box="all", reason="", at=clock.now(), cursor=None, limit=50)
    found["unpaid worklist"] = plan(asked, "orders_", "customers_")
    with CaptureQueriesContext(connection) as asked:
        followup_reads.page(viewer, shop=shop_id, box="open", topic="", kind="", cursor=None, limit=50)
    found["follow-up list"] = plan(asked, "orders_", "customers_")
    return found


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.settings")
    import django

    django.setup()
    verb, shop, value = sys.argv[1:4]
    json.dump(seed(int(shop), int(value)) if verb == "seed" else plans(int(shop), json.loads(value)), sys.stdout)
