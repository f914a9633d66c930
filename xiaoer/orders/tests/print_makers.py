"""Orders and runs for the tests of the print desk."""

from itertools import count
from typing import Any

from xiaoer.customers.actions import Sighting, note_sightings
from xiaoer.customers.queries import nick_key
from xiaoer.kernel import clock
from xiaoer.kernel.access import Who
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.orders.models import Order, OrderLine
from xiaoer.orders.models_print import PrintRun
from xiaoer.orders.print_tasks import run_print

_numbers = count(1)


def order(cast: Cast, **values: Any) -> Order:
    """A paid order of the Tmall shop with two items."""
    shop = values.pop("shop", cast.tmall)
    number = next(_numbers)
    nick = values.pop("nick", "幸福蔓延1627")
    ids = note_sightings(shop.pk, [Sighting(nick, "13812345678", "5678", seen_at=NOON)], at=NOON)
    row = Order.objects.create(
        shop=shop,
        customer_id=ids[nick_key(nick)[:100]],
        **{
            "order_no": f"45200000000{number:08d}",
            "status": "paid",
            "receiver_name": "马慧",
            "receiver_phone": "13812345678",
            "phone_tail": "5678",
            "receiver_address": "浙江省 杭州市 余杭区 梦溪路18号",
            "goods_fen": 30000,
            "freight_fen": 0,
            "payable_fen": 30000,
            "paid_fen": 30000,
            "ordered_at": NOON,
            "paid_at": NOON,
            "carrier": "圆通速递",
            "waybill": f"YT{number:013d}",
            "source": "test",
            "taken_in_at": NOON,
            "changed_at": NOON,
            **values,
        },
    )
    for place, (title, sku, code, qty) in enumerate(
        (
            ("法式针织连衣裙", "颜色分类:黑色;尺码:M", "QQ1001-BK-M", 1),
            ("纯棉短袜", "颜色分类:白色;尺码:均码", "QQ2002-W", 2),
        )
    ):
        OrderLine.objects.create(
            order=row,
            line_key=f"l{place}",
            line_no=place + 1,
            title=title,
            sku=sku,
            sku_code=code,
            qty=qty,
            price_fen=10000,
            paid_fen=10000,
        )
    return row


def printed(cast: Cast, rows: list[Order], paper: str = "slip", who: str = "clerk", status: int = 200) -> PrintRun:
    """A run asked over the API and made at once, as the background worker would."""
    asked = cast.as_(who).post(
        "/api/print/runs", {"shop": cast.tmall.pk, "paper": paper, "orders": [row.pk for row in rows]}, status
    )
    staff = cast.staff[who]
    run_print(asked["id"], by=Who("staff", staff.pk, staff.name), now=clock.now)
    return PrintRun.objects.get(pk=asked["id"])


def state(row: Order) -> str:
    return str(Order.objects.values_list("fulfilment", flat=True).get(pk=row.pk))
