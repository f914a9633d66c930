"""What a buyer of an exchange (换货) is told at each stage, and the labels of its facts. Pure."""

from xiaoer.aftersales.words import BUYER
from xiaoer.kernel.i18n import T

TEXTS: dict[str, T] = {
    **{state: BUYER[state] for state in ("requested", "refused", "escalated", "disputed", "sending_back", "closed")},
    "returned_to_buyer": BUYER["returned_to_buyer"],
    "withdrawn": BUYER["withdrawn"],
    "approved": T(
        "卖家已同意换货（{wanted}），请在 {until} 前寄回商品并填写运单号。{freight}。"
        "请放入售后服务卡，写明要换的颜色尺码，拒收到付件；仓库收到并验货后为您寄出换货",
        "The exchange ({wanted}) is agreed. Post the goods and type the waybill before {until}. {freight}. Put in the "
        "service card with the colour and size you want; no freight collect. The replacement leaves after inspection",
    ),
    "in_transit": T(
        "已收到退件运单号 {waybill}，仓库收到后会验货并为您换成 {wanted}",
        "Waybill {waybill} noted. After it arrives the goods are inspected and changed to {wanted}",
    ),
    "received": T("仓库已收到您寄回的商品，正在验货", "Your goods arrived and are being inspected"),
    "inspected": T("验货完成，正在为您安排换货", "Inspection is done; the replacement is being arranged"),
    "awaiting_payment": T(
        "换货款比原来贵 {difference}，请在 {until} 前补差价，到账后马上为您寄出",
        "The wanted look costs {difference} more; please pay it before {until}, then it is sent at once",
    ),
    "difference_due": T("差价 {amount} 正在退还给您", "{amount} is being paid back to you"),
    "reshipping": T(
        "换货 {wanted} 已安排，仓库会在 {until} 前寄出", "{wanted} is being packed and leaves before {until}"
    ),
    "reshipped": T(
        "换货已寄出，运单号 {back_waybill}，收到后请确认", "The replacement is on its way, waybill {back_waybill}"
    ),
    "done": T("换货已完成，如有问题请联系我们", "Exchanged; tell us if anything is wrong"),
    "converted": T("换货已转为退货退款：{answer}", "The exchange became a return: {answer}"),
}
REMINDERS: dict[str, T] = {
    "exchange_paid_up": T("提醒：请在 {until} 前补差价，以便寄出换货", "Reminder: pay the difference before {until}"),
    "exchange_confirmed": T("提醒：收到换货后请确认，{until} 自动完成", "Reminder: please confirm; done at {until}"),
}
LABELS: dict[str, T] = {
    "wanted": T("换成", "Changed to"),
    "before": T("原来", "Before"),
    "difference_fen": T("差价（正为买家补）", "Difference (+: buyer pays)"),
    "to_pay": T("买家补差价", "Buyer pays"),
    "to_get": T("退买家差价", "Buyer gets back"),
    "paid_up": T("已补差价", "Paid on top"),
    "stock": T("换货留货", "Replacement's stock"),
    "checklist": T("换货要点", "Essentials"),
    "receipt_days": T("已延长收货（天）", "Receipt extended (days)"),
    "back_waybill": T("换货运单", "Replacement's waybill"),
}
STOCK: dict[str, T] = {
    "kept": T("已留货", "Kept back"),
    "none": T("缺货，未留货", "Out of stock"),
    "unknown": T("没有库存数据", "Nobody counted it"),
    "used": T("已出库", "Left the house"),
}
