# path: xiaoer/orders/actions.py
from xiaoer.kernel.events import announce


def remark(order, *, by, at):
    announce(order, by=by, at=at)
