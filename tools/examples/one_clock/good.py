# path: xiaoer/orders/actions.py
def ship(order, *, by, at):
    return at
