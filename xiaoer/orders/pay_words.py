"""The words of paying and following up: reasons for not paying, channels, kinds of trouble, solutions. Pure."""

from xiaoer.kernel.i18n import T

REASONS: dict[str, T] = {
    "price": T("嫌贵", "Price"),
    "freight": T("邮费", "Freight"),
    "choosing": T("还在挑选", "Still choosing"),
    "payment_trouble": T("付款遇到问题", "Payment trouble"),
    "activity": T("等活动", "Waiting for an activity"),
    "presale": T("等预售到期再付", "Waiting for the pre-sale date"),
    "duplicate": T("重复拍下", "Ordered twice"),
    "changed_mind": T("不想要了", "Changed her mind"),
    "other": T("其他", "Other"),
}
"""未付款原因: why she has not paid (R504, R510, R331)."""

CHANNELS: dict[str, T] = {
    "chat": T("店铺会话", "Chat"),
    "wangwang": T("旺旺/平台消息", "Platform message"),
    "phone": T("电话", "Telephone"),
    "copied": T("复制后自行发送", "Copied and sent elsewhere"),
}

SUGGESTED: dict[str, T] = {
    "": T(
        "亲，您拍下的{goods}还没有付款哦，有什么需要帮忙的吗？付款后我们会尽快为您安排。",
        "Hello, your {goods} is not paid yet. Is there anything I can help with?",
    ),
    "price": T(
        "亲，{goods}现在的价格已经是页面上能享受的优惠了，喜欢的话可以先付款，我们为您好好安排。",
        "The page's price for {goods} is the best the shop gives now; once paid we take good care of it.",
    ),
    "freight": T(
        "亲，邮费这边我帮您看一下，您先不要付款，改好后系统会立刻通知您。",
        "Let me look at the freight; please wait with paying, the system tells you when it is changed.",
    ),
    "choosing": T(
        "亲，{goods}的颜色尺码有拿不准的吗？告诉我身高体重，我帮您参考一下。",
        "Are you unsure about colour or size of {goods}? Tell me your measurements.",
    ),
    "payment_trouble": T(
        "亲，付款时遇到什么提示了吗？您可以换一种付款方式试试，也可以找人代付，我在这里陪您处理。",
        "What did the payment page say? Another method may work, or somebody else may pay for you.",
    ),
    "activity": T(
        "亲，活动以页面公布的时间和商品为准；这张订单到 {closes} 未付款系统会自动关闭，您放心选择。",
        "Activities are as the page says. Unpaid, this order is closed by the system at {closes}.",
    ),
    "presale": T(
        "亲，预售款是按付款先后安排的，先付款就先为您留货，预售到期会按页面时间发出。",
        "Pre-sale goods are set aside in the order of payment and leave on the page's date.",
    ),
    "duplicate": T(
        "亲，您拍下了几笔相同的订单，只付需要的那一笔就可以，其余不付款到时间系统会自动关闭。",
        "You ordered the same several times: pay the one you want, the system closes the others by itself.",
    ),
    "changed_mind": T(
        "亲，没关系的，不需要的话不付款就可以，到 {closes} 系统会自动关闭订单，欢迎您随时再来。",
        "No problem: simply do not pay, the system closes the order at {closes}. You are always welcome.",
    ),
}
"""What may be said per reason, until the shop has written scripts of its own (category `SCRIPT_CATEGORY`)."""

SCRIPT_CATEGORY = "催付"
"""The category under which reception keeps its scripts for this."""
SCRIPT_TAGS: dict[str, str] = {reason: label.zh for reason, label in REASONS.items()}

KINDS: dict[str, T] = {
    "near_close": T("未付款，快要关闭", "Unpaid, closing soon"),
    "unpaid_timeout": T("超时未付款仍未关闭", "Unpaid past its time, still open"),
    "balance_due": T("预售尾款快到期", "Pre-sale balance ends soon"),
    "unprinted": T("付款后未打单", "Paid, not printed"),
    "unpacked": T("打单后未打包", "Printed, not packed"),
    "unshipped": T("打包后未发出", "Packed, not shipped"),
    "late_soon": T("快要延迟发货", "Late soon"),
    "late": T("已延迟发货", "Late"),
    "shortage": T("库存不足", "Stock shortage"),
    "stuck": T("系统卡单", "Stuck in the system"),
}
"""What is wrong with an order (R430, R737, R738, R418, R235)."""

TOPICS: dict[str, T] = {
    "pay": T("付款", "Payment"),
    "ship": T("发货", "Shipping"),
    "stock": T("缺货", "Stock"),
    "system": T("系统", "System"),
}
TOPIC_OF: dict[str, str] = {
    "near_close": "pay",
    "unpaid_timeout": "pay",
    "balance_due": "pay",
    "unprinted": "ship",
    "unpacked": "ship",
    "unshipped": "ship",
    "late_soon": "ship",
    "late": "ship",
    "shortage": "stock",
    "stuck": "system",
}
DESK_OF: dict[str, str] = {
    "near_close": "pre_sales",
    "unpaid_timeout": "supervisor",
    "balance_due": "pre_sales",
    "unprinted": "clerk",
    "unpacked": "warehouse",
    "unshipped": "warehouse",
    "late_soon": "warehouse",
    "late": "after_sales",
    "shortage": "supervisor",
    "stuck": "supervisor",
}
"""The post whose turn it is while nobody has taken the entry."""

SOLUTIONS: dict[str, T] = {
    "wait": T("买家同意等待", "The buyer waits"),
    "replace": T("换款/换色", "Another item or colour"),
    "split": T("有货先发", "Ship what is there"),
    "coupon": T("优惠券补偿", "Coupon"),
    "points": T("积分补偿", "Points"),
    "cash": T("现金补偿", "Cash"),
    "gift": T("赠品", "Gift"),
    "refund": T("申请退款", "Refund"),
    "system": T("技术处理", "Technical repair"),
}
"""What may be agreed beforehand (R737: agree a solution and compensate with a coupon or the like)."""
COMPENSATIONS = frozenset({"coupon", "points", "cash", "gift"})
