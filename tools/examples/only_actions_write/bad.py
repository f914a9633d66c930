# path: xiaoer/orders/queries.py
from xiaoer.orders.models import Order


def find(pk):
    return Order.objects.filter(pk=pk).update(seen=True)
