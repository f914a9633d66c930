"""The queue is read by one indexed query, however many conversations are open; the demo shop's pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiaoer.customers.models import Customer
from xiaoer.kernel.testing import NOON, Caller, Cast
from xiaoer.reception import boxes
from xiaoer.reception.models import Conversation

pytestmark = pytest.mark.django_db
MANY = 1_500


def fill(cast: Cast, state: str, agent: Any = None, many: int = MANY) -> None:
    start = Customer.objects.count()
    customers = Customer.objects.bulk_create(
        (
            Customer(shop=cast.tmall, nick=f"b{n}", nick_key=f"b{n}", first_seen_at=NOON, last_seen_at=NOON)
            for n in range(start, start + many)
        ),
        batch_size=2000,
    )
    Conversation.objects.bulk_create(
        (
            Conversation(
                shop=cast.tmall,
                customer=customer,
                state=state,
                agent=agent,
                opened_at=NOON,
                last_message_at=NOON,
                waiting_since=NOON - timedelta(seconds=place),
            )
            for place, customer in enumerate(customers)
        ),
        batch_size=2000,
    )


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("who", "box", "state"), [("quanquan", "queue", "queued"), ("supervisor", "open", "open")])
def test_a_page_of_fifty_is_one_indexed_query(cast: Cast, who: str, box: str, state: str) -> None:
    fill(cast, state, cast.staff["tangtang"] if state == "open" else None)
    viewer = cast.viewer(who)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rows, after = boxes.box_page(viewer, box=box, shop=cast.tmall.pk)
    assert len(rows) == 50 and after and len(queries) == 1, queries.captured_queries
    assert rows[0]["waiting_since"] < rows[1]["waiting_since"]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + queries[0]["sql"])
        plan = [line[3] for line in cursor.fetchall()]
    assert any("INDEX conversation_queue (shop_id=? AND state=? AND waiting_since>?)" in line for line in plan), plan
    assert not any("SCAN" in line or "TEMP B-TREE" in line for line in plan), plan
    assert any("deadline_open" in line for line in plan), plan
    with CaptureQueriesContext(connection) as queries:
        more, _ = boxes.box_page(viewer, box=box, shop=cast.tmall.pk, cursor=after)
    assert len(queries) == 1 and {row["id"] for row in more}.isdisjoint({row["id"] for row in rows})


@pytest.mark.sqlite_only
def test_mine_uses_the_agents_index(cast: Cast) -> None:
    fill(cast, "open", cast.staff["tangtang"], 3000)
    fill(cast, "open", cast.staff["quanquan"], 60)
    viewer = cast.viewer("quanquan")
    with CaptureQueriesContext(connection) as queries:
        rows, _ = boxes.box_page(viewer, box="mine", shop=cast.tmall.pk)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + queries[0]["sql"])
        plan = [line[3] for line in cursor.fetchall()]
    assert len(rows) == 50 and any("conversation_mine" in line for line in plan), plan


def test_the_demo_shop_embeds_the_widget_and_nothing_inline(cast: Cast) -> None:
    answer = Caller().client.get("/shop/quanquan-tmall")
    page = answer.content.decode()
    assert answer.status_code == 200 and "红色羊毛大衣" in page and "0201" in page
    assert '<script src="/widget.js" data-shop="quanquan-tmall" defer></script>' in page
    assert "<script>" not in page and "onclick" not in page and "script-src 'self'" in answer["Content-Security-Policy"]
    one = Caller().client.get("/shop/quanquan-tmall/0201").content.decode()
    assert "data-xiaoer-goods=" in one and "&quot;code&quot;: &quot;0201&quot;" in one and "¥899.00" in one
    for missing in ("/shop/nowhere", "/shop/quanquan-tmall/9999"):
        assert Caller().client.get(missing).status_code == 404
