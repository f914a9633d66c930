"""Finding orders by what people type: number, waybill, nick, phone. Each way is one indexed query (no table is scanned).

The ids found are gathered first: one query with all ways joined by OR would walk through the shop's orders, newest first,
until enough of them match, which for a single number means all of them (100,000 orders: 200 ms and more).
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from xiaoer.customers.queries import ids_like
from xiaoer.orders.cells import phone_tail as tail_of
from xiaoer.orders.models import Order

MOST = 1000
"""The newest orders that one way of searching gives; a longer number, nick or phone finds the older ones."""


def matching(rows: QuerySet[Order], shops: Sequence[int], q: str) -> QuerySet[Order]:
    """The orders among `rows` whose number, waybill, buyer or receiver's phone is `q` or begins with it."""
    here = Order.objects.filter(shop_id__in=shops)
    found: set[int] = set()
    for way in _ways(shops, q):
        found.update(here.filter(way).order_by("-ordered_at", "-pk").values_list("pk", flat=True)[:MOST])
    return rows.filter(pk__in=found)


def _ways(shops: Sequence[int], q: str) -> list[Q]:
    digits = q.isascii() and q.isdigit()
    if digits and len(q) == 4:
        return [Q(phone_tail=q), Q(order_no=q)]
    ways = [_begins("order_no", q) if digits else Q(order_no__in={q, q.upper(), q.lower()})]
    ways.append(~Q(waybill="") & (_begins("waybill", q) if digits else Q(waybill__in={q, q.upper(), q.lower()})))
    buyers = ids_like(shops, q)
    if buyers:
        ways.append(Q(customer_id__in=buyers))
    if digits and len(q) >= 11:
        ways.append(Q(phone_tail=tail_of(q), receiver_phone=q))
    return ways


def _begins(name: str, digits: str) -> Q:
    """`name` begins with these digits: the range lets an index answer, in any collation."""
    after = str(int(digits) + 1)
    wanted = Q(**{f"{name}__startswith": digits, f"{name}__gte": digits})
    same_length = len(after) == len(digits) and digits[0] != "0"
    return wanted & Q(**{f"{name}__lt": after}) if same_length else wanted
