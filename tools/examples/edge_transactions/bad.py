# path: xiaoer/orders/actions.py
from django.db import transaction


def remark(order, *, by, at):
    with transaction.atomic():
        return order
