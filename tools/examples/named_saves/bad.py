# path: xiaoer/orders/actions.py
def remark(order, text):
    order.remark = text
    order.save()
