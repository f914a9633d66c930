# path: xiaoer/orders/rules.py
def half(paid_fen):
    return paid_fen // 2
