# path: xiaoer/orders/rules.py
def one():
    return 1
