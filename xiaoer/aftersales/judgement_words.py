"""The words of the return policy (判定说明), Chinese and English. Pure."""

from collections.abc import Sequence
from datetime import datetime

from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan

KINDS = {
    "return": T("退货退款", "Return"),
    "exchange": T("换货", "Exchange"),
    "refund_only": T("仅退款", "Refund only"),
    "price_difference": T("退差价", "Price difference"),
}
REASONS = {
    "no_reason": T("七天无理由", "No reason"),
    "quality": T("质量问题", "Quality problem"),
    "wrong_item": T("发错货", "Wrong item"),
    "missing": T("少件漏发", "Missing goods"),
    "damaged_in_transit": T("运输破损", "Broken on the way"),
    "not_received": T("未收到货", "Not received"),
    "price_drop": T("降价", "Price dropped"),
}
CATEGORIES = {
    "general": T("普通商品", "General goods"),
    "clothing": T("服装", "Clothing"),
    "shoes": T("鞋靴", "Shoes"),
    "underwear": T("内衣", "Underwear"),
    "fresh": T("鲜活易腐", "Fresh goods"),
    "custom": T("定制商品", "Made to order"),
    "digital_download": T("数字下载", "Digital download"),
    "opened_media": T("已拆封音像软件", "Opened media"),
    "newspaper": T("报纸期刊", "Newspapers"),
    "electronics": T("数码家电", "Electronics"),
    "cosmetics": T("美妆", "Cosmetics"),
    "food": T("食品", "Food"),
    "jewellery": T("珠宝首饰", "Jewellery"),
}
NEEDS = {
    "photo": T("照片", "photos"),
    "video": T("视频", "a video"),
    "waybill": T("退货运单号", "the return waybill number"),
    "service_card": T("售后服务卡", "the service card"),
    "tags": T("确认吊牌完整", "whether the tags are complete"),
    "box": T("确认鞋盒（包装盒）完整", "whether the box is complete"),
    "inspection": T("确认商品完好（收到后验货）", "whether the goods are as new (inspected on receipt)"),
    "courier_check": T("向快递核实", "the courier's answer"),
    "property_check": T("请先问物业、同事、家人是否代收", "asking property office, colleagues and family"),
    "buyer_confirmation": T("买家购买时的确认记录", "the buyer's confirmation at purchase"),
    "receipt_before_reship": T("收到退件后才换发", "the goods back before the replacement ships"),
}
OUR_PART = ("courier_check", "buyer_confirmation", "receipt_before_reship")
"""What the shop does itself, not the buyer."""
ASKED = {
    "photo": "拍照片发来",
    "inspection": "确认商品完好未使用",
    "tags": "确认吊牌完整",
    "box": "确认包装盒完整",
    "property_check": "问一下物业、同事或家人是否代收",
}
OFFERS = {
    "exchange": T("换货", "an exchange"),
    "reship": T("补发", "a reship"),
    "return_and_rebuy": T("退货重拍", "return and buy again"),
    "coupon": T("优惠券", "a coupon"),
    "partial_refund": T("协商部分退款", "a partial refund"),
    "repair": T("维修", "a repair"),
    "transfer": T("转账退差价", "a transfer"),
    "refund_application": T("在订单里申请退款", "a refund application in the order"),
    "platform_intervention": T("申请平台介入", "calling in the platform"),
}
CLAIMS = {
    "quality": T(
        "质量问题：核实后由卖家负责，不受七天无理由和商品完好条件限制",
        "Quality problem: once verified the seller answers for it; neither the seven days nor the condition limit it",
    ),
    "wrong_item": T("卖家发错货，由卖家负责", "The wrong item was sent: the seller answers for it"),
    "missing": T(
        "少件漏发，由卖家承担全部费用，可退缺少部分的货款或补发",
        "Something is missing: the seller bears all costs; the shortage is refunded or sent again",
    ),
    "damaged_in_transit": T(
        "运输途中破损，先由卖家承担，再向快递追偿",
        "Broken on the way: the seller bears it first and claims from the courier",
    ),
}
INSTEAD = {
    "quality": ("exchange", "repair"),
    "wrong_item": ("exchange", "reship"),
    "missing": ("reship",),
    "damaged_in_transit": ("exchange", "reship"),
}
"""What may be chosen instead of what was asked, per claim."""

PRICE_DROP_IS_NO_REASON = T(
    "降价不是退换货的单独原因，按七天无理由办理；只想退差价请选退差价",
    "A lower price is no reason of its own: it goes under the seven days; ask for the difference to keep the goods",
)
NOTHING_TO_SEND = T(
    "商品还没收到，没有可退换的商品；请申请仅退款（未收到货），查实丢件后也可补发",
    "Nothing was received, so nothing can go back: ask for a refund (not received); a lost parcel may be sent again",
)
NOT_SHIPPED = T(
    "订单还没发货，不用退换；请在订单里申请退款，货款连同已付运费一起退",
    "Nothing was shipped yet: ask for a refund in the order; goods and the freight paid come back",
)
SIGNED_NOT_RECEIVED = T(
    "物流显示已签收但买家没收到：先请买家问物业、同事、家人是否代收，再向快递核实；查实未收到的全额退款",
    "Tracking says signed, the buyer has nothing: property office, colleagues and family first, then the courier;"
    " if it is so, everything is refunded",
)
ON_ITS_WAY = T(
    "快递还没送到：向快递核实，查实丢件的退款或补发，再向快递索赔",
    "Not delivered: the courier is asked; a lost parcel is refunded or sent again and claimed from the courier",
)
WRONG_REASON = T(
    "退差价只适用于商品降价；请把原因改为降价，其他问题请在订单里申请退款",
    "A price difference is for a price that dropped: choose that reason, or apply for a refund in the order",
)
PRICE_UNKNOWN = T(
    "在期限内，可以退差价；请提供现价（页面截图），按实付价与现价之差退商品差价，不退运费",
    "In time: the difference is paid once the present price is shown; goods only, no freight",
)
PRICE_PARTLY_UNKNOWN = T(
    "有的商品没有现价，先按已知的算；补上现价（页面截图）后再加上",
    "The present price of some goods is not known: they are added once it is shown",
)
NO_DROP = T("现价没有低于实付价，没有差价可退", "The present price is not below what was paid: there is no difference")
PLATFORM_UNKNOWN = T(
    "平台不在规则库中，按法律和最严口径判定",
    "The platform is not among the packs: judged by the law and the strictest rows",
)
_CONDITIONS = {
    "intact": T("商品已使用或不完好", "the goods are used or damaged"),
    "tags": T("吊牌已剪或缺失", "the tags are cut or missing"),
    "washed": T("已洗涤", "they were washed"),
    "box": T("鞋盒（包装盒）缺失", "the box is missing"),
}
_PAYER = {"seller": T("卖家", "the seller"), "buyer": T("买家", "the buyer")}


def moment(at: datetime) -> T:
    """An instant that is already in Beijing time, to the minute; to the second where that matters."""
    shown = f"{at:%Y-%m-%d %H:%M:%S}" if at.second or at.microsecond else f"{at:%Y-%m-%d %H:%M}"
    return T(f"北京时间 {shown}", f"{shown} Beijing time")


def in_window(end: datetime | None, hours: int) -> T:
    if end is None:
        return T(
            f"还没签收，可以无理由退换（也可拒签）；签收次日零时起算，满 {hours} 小时为止",
            f"Not signed for yet: it may go back (or delivery be refused); the {hours} hours start at midnight after signing",
        )
    until = moment(end)
    return T(
        f"在七天无理由期限内（签收次日零时起满 {hours} 小时），{until.zh}之前申请有效",
        f"Within the seven days ({hours} hours from midnight after signing): valid if asked before {until.en}",
    )


def excluded(name_of: str, category: str, item: str, alone: bool) -> T:
    name = CATEGORIES[category]
    rest = T("", "") if alone else T("；其他商品可以分开申请", "; the other goods may be asked for alone")
    return T(
        f"「{name_of}」是{name.zh}，属于法定不适用七天无理由的「{item}」；有质量问题的仍可凭照片退换{rest.zh}",
        f"{name_of!r} ({name.en}) is among the goods the law takes out of no-reason returns ({item});"
        f" a quality problem with photos still counts{rest.en}",
    )


def too_late(end: datetime) -> T:
    was = moment(end)
    return T(
        f"七天无理由已于{was.zh}截止；如有质量问题请选相应原因并上传照片",
        f"The seven days ended at {was.en}; for a quality problem choose that reason and add photos",
    )


def claim_too_late(end: datetime, days: int) -> T:
    was = moment(end)
    return T(
        f"交易成功后 {days} 天的售后申请期已于{was.zh}截止；法定质量责任不受此限，可维修或请平台介入",
        f"The {days} days after success ended at {was.en}; legal quality liability stays: a repair, or the platform",
    )


def once(earlier: int) -> T:
    return T(
        f"本店开启了每单一次无理由退换，此订单已退换过 {earlier} 次；质量问题不受此限，买家仍可依法请平台介入",
        f"This shop takes one no-reason return per order and there were {earlier};"
        " claims of quality are not limited, and the buyer may call in the platform",
    )


def confirmed(name_of: str, category: str) -> T:
    name = CATEGORIES[category]
    return T(
        f"「{name_of}」是{name.zh}，买家购买时已确认拆封（激活）后不退，且商品已拆封或使用",
        f"{name_of!r} ({name.en}): the buyer confirmed at purchase that it does not go back once opened, and it was",
    )


def spoilt(found: Sequence[str], condition: str) -> T:
    zh = "、".join(_CONDITIONS[one].zh for one in found)
    en = ", ".join(_CONDITIONS[one].en for one in found)
    return T(
        f"{zh}，不符合无理由退换条件（{condition}）；如属质量问题请选相应原因并上传照片",
        f"Not fit to be sold again: {en}; for a quality problem choose that reason and add photos",
    )


def report_soon(hours: int) -> T:
    return T(
        f"请尽量在收货后 {hours} 小时内反馈，便于取证，超过也不影响权利",
        f"Please tell within {hours} hours of delivery if you can: it helps the proof, later loses no right",
    )


def exchange_order() -> T:
    return T("收到退件验货后才寄出换货", "The replacement ships after the goods came back and were checked")


def exchange_freight(outbound: str, back: str) -> T:
    return T(
        f"换货：寄出换货的运费由{_PAYER[outbound].zh}承担，寄回的运费由{_PAYER[back].zh}承担，不退款",
        f"Exchange: {_PAYER[outbound].en} bears the replacement's freight, {_PAYER[back].en} the way back; no refund",
    )


def refund(fen: int, freight_fen: int, given: bool, free: bool) -> T:
    """How much comes back, and what becomes of the outbound freight."""
    amount = format_yuan(fen)
    if freight_fen == 0 or free:
        return T(f"退款 {amount}", f"Refund {amount}")
    if given:
        return T(
            f"退款 {amount}，含按实付比例退还的发货运费", f"Refund {amount}, with the share of the outbound freight"
        )
    return T(f"退款 {amount}，发货运费不退", f"Refund {amount}; the outbound freight is not given back")


def cancelled(fen: int, hours: int) -> T:
    amount = format_yuan(fen)
    return T(
        f"订单还没发货，可以直接退款 {amount}（货款和相应运费）；卖家 {hours} 小时内处理",
        f"Nothing was shipped: {amount} (goods and their freight) is refunded; the seller answers within {hours} hours",
    )


def goods_kept(open_still: bool, received: bool) -> T:
    if not received:
        return T(
            "商品已经寄出，不能只退款；可以拒签，或收到后在订单里申请退货退款，退件到仓后退款",
            "The goods are on their way: refuse delivery or apply for a return; the money follows the goods",
        )
    if open_still:
        return T(
            "商品已经收到且没有质量问题，不能只退款不退货；可在订单里申请退货退款",
            "The goods were received and nothing is wrong with them: apply for a return instead of a refund only",
        )
    return T(
        "商品已经收到且没有质量问题，不能只退款不退货，七天无理由也不适用",
        "The goods were received, nothing is wrong with them, and no-reason returns do not apply",
    )


def difference(fen: int, end: datetime | None, transfer: bool) -> T:
    amount = format_yuan(fen)
    limit = T("签收后七天内", "within seven days of signing") if end is None else moment(end)
    zh = limit.zh if end is None else f"{limit.zh}之前"
    en = limit.en if end is None else f"before {limit.en}"
    way = T("转账退还", "by transfer") if transfer else T("由买家在订单里申请退款", "by a refund application")
    return T(
        f"可退差价 {amount}（{zh}申请），只退商品差价不退运费，{way.zh}",
        f"The difference of {amount} is paid (asked {en}), goods only and no freight, {way.en}",
    )


def difference_too_late(end: datetime, days: int) -> T:
    was = moment(end)
    return T(
        f"签收后 {days} 天的退差价期限已于{was.zh}截止", f"The {days} days for a price difference ended at {was.en}"
    )


def deferred(ends: datetime) -> T:
    until = moment(ends)
    return T(
        f"活动进行中，申请有效，{until.zh}活动结束后再退",
        f"The event is on: the request counts and is paid after {until.en}",
    )


def told(allowed: bool, why: Sequence[T], needs: Sequence[str], offers: Sequence[str], sources: Sequence[str]) -> T:
    """One paragraph: the answer, the reasons, what to show, what is offered, where it stands."""
    zh = ["可以" if allowed else "不可以", *(one.zh for one in why)]
    en = ["Yes" if allowed else "No", *(one.en for one in why)]
    if needs:
        zh.append("还需：" + "、".join(NEEDS[one].zh for one in needs))
        en.append("Still needed: " + ", ".join(NEEDS[one].en for one in needs))
    if offers:
        zh.append(("也可选择：" if allowed else "可提供：") + "、".join(OFFERS[one].zh for one in offers))
        en.append(("Or: " if allowed else "Offered: ") + ", ".join(OFFERS[one].en for one in offers))
    cited = "; ".join(dict.fromkeys(part.strip() for one in sources for part in one.split(";") if part.strip()))
    tail = T(f"（依据：{cited.replace('; ', '；')}）", f" (sources: {cited})") if cited else T("", "")
    return T("。".join(zh) + "。" + tail.zh, ". ".join(en) + "." + tail.en)


def said(allowed: bool, why: Sequence[T], needs: Sequence[str], offers: Sequence[str]) -> str:
    """The same as a reply to the buyer: no row numbers, and never a bare no (R135, C14)."""
    points = "；".join(one.zh for one in why)
    ours = [OFFERS[one].zh for one in offers if one != "platform_intervention"]
    parts = [f"亲，可以的，{points}" if allowed else f"亲，帮您核对了一下，{points}"]
    if needs:
        parts.append("麻烦您" + "、".join(ASKED.get(one, NEEDS[one].zh) for one in needs if one not in OUR_PART))
    if ours and not allowed:
        parts.append("我们可以为您安排：" + "、".join(ours))
    return "。".join(part for part in parts if part != "麻烦您") + "。"
