# path: xiaoer/orders/queries.py
def find(pk):
    return pk
