# path: xiaoer/reception/queries.py
from xiaoer.orders.models import Order

FACTS = Order
