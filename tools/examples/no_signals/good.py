# path: xiaoer/orders/reactions.py
from xiaoer.kernel.reactions import reacts


@reacts("order.changed", name="orders.count")
def count(event):
    return event.number
