# path: xiaoer/orders/actions.py
from xiaoer.kernel.events import announce


def remark(order):
    announce(order)
