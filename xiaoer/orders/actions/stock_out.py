"""Pieces leave the shelf when an order ships at the print desk (出库), unless the warehouse's own system reports that."""

from datetime import datetime

from xiaoer.goods import actions as goods
from xiaoer.goods.queries import goods_of_line, stock_of
from xiaoer.kernel.access import Who
from xiaoer.orders.models import Order
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

SOURCE = "print_desk"


def leave(row: Order, *, by: Who, at: datetime) -> None:
    """Take the order's pieces off the stock, once; goods whose stock nobody ever counted stay uncounted. What was kept
    back for this order is free of its hold: it has left."""
    if not rule("stock_falls_when_shipped", shop=shop_facts(row.shop_id), at=at).value:
        return
    pieces: dict[str, int] = {}
    for line in row.lines.order_by("pk"):
        found = goods_of_line(row.shop_id, line.sku_code, line.title, line.sku)
        if found is not None and found.sku_code:
            pieces[found.sku_code] = pieces.get(found.sku_code, 0) + line.qty
    known = stock_of(row.shop_id, pieces)
    counted = [goods.Counted(code, -qty) for code, qty in sorted(pieces.items()) if known[code] is not None]
    goods.free(f"order:{row.pk}", by=by, at=at)
    if counted:
        goods.take_report(
            row.shop_id, counted, report_id=f"shipped:{row.pk}", kind="delta", as_of=at, source=SOURCE, by=by, at=at
        )
