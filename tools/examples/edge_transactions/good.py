# path: xiaoer/orders/actions.py
def remark(order, *, by, at):
    return order
