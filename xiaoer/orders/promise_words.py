"""The ship promise in words: the ready sentence for the buyer, the explanation for the agent, what not to say. Pure."""

from datetime import date, datetime, timedelta

from xiaoer.kernel.i18n import T
from xiaoer.orders.promise import BEIJING, Asked, MaySay, Never, Numbers, Promise, Reason, beijing_day, counted_moment

NEVER_TEXT: dict[Never, T] = {
    Never.SHIP_TODAY: T("不能说今天发、当天发", 'not "it ships today"'),
    Never.SHIP_TOMORROW: T("不能说明天发、次日发", 'not "it ships tomorrow"'),
    Never.SHIP_DATE: T("不能说具体哪一天发", "no day on which it ships"),
    Never.SHIP_HOUR: T("不能说几点前发、几小时后发", "no hour at which it ships"),
    Never.ARRIVAL_TIME: T("不能保证哪天送到", "no promise of when it arrives"),
    Never.IN_STOCK: T("不能说有现货", 'not "it is in stock"'),
    Never.WITHIN_LIMIT: T("已超过发货时限，不能再说时限内发货", 'no longer "within the window": it has passed'),
    Never.BEFORE_PRESALE: T("不能答应早于预售日期发货", "not earlier than the pre-sale date"),
    Never.THIS_CARRIER: T(
        "不能答应发买家指定的快递（送不到她的地址）", "not the carrier she wants: it does not go there"
    ),
}

_WINDOW: dict[Reason, T] = {
    Reason.OVERDUE: T(
        "非常抱歉让您久等了，您的订单还没有发出，我帮您催一下仓库，有进展第一时间告诉您",
        "I am very sorry to keep you waiting. Your order has not left yet; I will urge the warehouse for you",
    ),
    Reason.NO_DAY_HERE: T(
        "我们一般是在您付款后的{hours}小时之内发货的哦", "we usually ship within {hours} hours of your payment"
    ),
    Reason.CLOSED_DAYS: T(
        "这几天仓库放假，我们会在您付款后的{hours}小时之内发货的哦",
        "the warehouse is closed these days; we ship within {hours} hours of your payment",
    ),
}
_ASK: dict[Reason, T] = {
    Reason.URGENT: T(
        "知道您着急，我先和仓库确认一下库存再回复您，请稍等哦",
        "I know you are in a hurry: let me check with the warehouse",
    ),
    Reason.STOCK_UNKNOWN: T(
        "我先和仓库确认一下库存再回复您，请稍等哦", "let me check the stock with the warehouse first"
    ),
    Reason.STILL_NO_STOCK: T(
        "非常抱歉，我先和仓库核实到货情况再回复您，请稍等哦", "I am sorry: let me check with the warehouse first"
    ),
    Reason.DAY_PASSED: T(
        "非常抱歉让您久等了，我先和仓库核实您的订单再回复您，请稍等哦",
        "I am sorry to keep you waiting: let me check your order with the warehouse first",
    ),
}
_DAY: dict[tuple[Reason, MaySay, bool], T] = {
    (Reason.IN_TIME, MaySay.TODAY, True): T("您的订单有货，今天发货的哦", "your order is in stock and ships today"),
    (Reason.IN_TIME, MaySay.TODAY, False): T(
        "这款有货，您今天{cutoff}前付款，今天发货的哦", "it is in stock; pay before {cutoff} and it ships today"
    ),
    (Reason.AFTER_CUTOFF, MaySay.TODAY, True): T(
        "您的订单有货，今天发货的哦", "your order is in stock and ships today"
    ),
    (Reason.AFTER_CUTOFF, MaySay.TOMORROW, True): T(
        "您的订单有货，明天发货的哦", "your order is in stock and ships tomorrow"
    ),
    (Reason.AFTER_CUTOFF, MaySay.TOMORROW, False): T(
        "这款有货，现在付款明天发货的哦", "it is in stock; pay now and it ships tomorrow"
    ),
    (Reason.NO_STOCK, MaySay.TOMORROW, True): T("您的订单明天发货的哦", "your order ships tomorrow"),
    (Reason.NO_STOCK, MaySay.TOMORROW, False): T("今天付款，明天发货的哦", "pay today and it ships tomorrow"),
    (Reason.IN_TIME, MaySay.TOMORROW, True): T(
        "您的订单有货，明天发货的哦", "your order is in stock and ships tomorrow"
    ),
    (Reason.IN_TIME, MaySay.TOMORROW, False): T("这款有货，明天发货的哦", "it is in stock and ships tomorrow"),
}
_CARRIER = T(
    "您想要的快递暂时送不到您的收货地址，我帮您看看能送到的快递",
    "The carrier you want does not go to your address; let me see which one does",
)
_URGE = T("知道您着急，我帮您催一下仓库", "I know you are in a hurry and will urge the warehouse")
_PRESALE = T(
    "这款是预售商品，请以页面上的预售时间为准：{day}", "this is a pre-sale item; the date on its page holds: {day}"
)
_PRESALE_PASSED = T(
    "非常抱歉让您久等了，这款预售商品页面上的时间是{day}，我帮您催一下仓库，有进展第一时间告诉您",
    "I am sorry to keep you waiting: the date on this pre-sale item's page is {day}; I will urge the warehouse for you",
)
_WHY: dict[Reason, T] = {
    Reason.IN_TIME: T(
        "有货，{from_} 早于截单 {cutoff}：{day}发（R064）", "in stock, {from_} is before {cutoff}: {day} (R064)"
    ),
    Reason.AFTER_CUTOFF: T(
        "有货，{from_} 已到截单 {cutoff}：{day}发（B38）", "in stock, {from_} is not before {cutoff}: {day} (B38)"
    ),
    Reason.NO_STOCK: T(
        "没有现货，当天付款次日发：{day}（R065）", "not in stock, paid today: the next day, {day} (R065)"
    ),
    Reason.URGENT: T(
        "买家着急：仓库确认有货、能发之前不答复时间（R066）",
        "she is in a hurry: no time before the warehouse said that the goods are there and can leave (R066)",
    ),
    Reason.STOCK_UNKNOWN: T(
        "库存不明，先问仓库（C01：承诺前必须查库存）", "stock unknown: ask the warehouse first (C01)"
    ),
    Reason.STILL_NO_STOCK: T(
        "没有现货，且不是今天付款（{from_}）：次日已到，先向仓库核实（R065、R235）",
        "not in stock and not paid today ({from_}): the next day has come; ask the warehouse (R065, R235)",
    ),
    Reason.DAY_PASSED: T(
        "{from_} 付款，应在{day}发，这天已过：先向仓库核实，确认后按现在重新答复（R235）",
        "paid {from_}, due to leave {day}, which has passed: ask the warehouse; once confirmed, answer anew (R235)",
    ),
    Reason.NO_DAY_HERE: T(
        "{platform}客服不能说具体哪天，只能说付款后 {hours} 小时之内（C01、R369、R370）",
        "on {platform} no day may be named, only within {hours} hours of the payment (C01, R369, R370)",
    ),
    Reason.OVERDUE: T(
        "最迟应在 {latest} 发出，已超时：只能道歉、催仓库，不再给时间（R373）",
        "it was due by {latest}, which has passed: apologise and urge, name no time (R373)",
    ),
    Reason.CLOSED_DAYS: T(
        "仓库到{day}才发货，晚于明天：只说 {hours} 小时的时限",
        "the warehouse ships again {day}: only the {hours} h window",
    ),
    Reason.PRESALE: T(
        "预售：只能说页面上的预售日期 {day}（R504）", "a pre-sale: only the date on its page, {day} (R504)"
    ),
    Reason.PRESALE_PASSED: T(
        "预售日期 {day} 已过：不再给新日期，催仓库（R504、R373）",
        "the pre-sale date {day} has passed: no new date, urge the warehouse (R504, R373)",
    ),
}


def phrase(asked: Asked, promise: Promise, numbers: Numbers) -> T:
    """What may be said, without greeting and full stop: fits into a script."""
    places = _places(asked, promise, numbers)
    if promise.reason in (Reason.PRESALE, Reason.PRESALE_PASSED):
        text = _PRESALE if promise.reason is Reason.PRESALE else _PRESALE_PASSED
    elif promise.may_say is MaySay.WITHIN_LIMIT:
        text = _WINDOW[promise.reason]
    elif promise.may_say is MaySay.ASK_WAREHOUSE:
        text = _ASK[promise.reason]
    else:
        text = _DAY[promise.reason, promise.may_say, asked.paid_at is not None]
    return _filled(text, places)


def sentence(asked: Asked, promise: Promise, numbers: Numbers) -> T:
    """Ready to send."""
    said = phrase(asked, promise, numbers)
    zh, en = f"亲，{said.zh}。", f"{said.en[0].upper()}{said.en[1:]}."
    if asked.urgent and promise.reason is Reason.NO_DAY_HERE:
        zh, en = f"{zh}{_URGE.zh}。", f"{en} {_URGE.en}."
    if asked.carrier_covers is False:
        zh, en = f"{zh}{_CARRIER.zh}。", f"{en} {_CARRIER.en}."
    return T(zh, en)


def explained(asked: Asked, promise: Promise, numbers: Numbers) -> T:
    """Why this answer, for the agent."""
    why = _filled(_WHY[promise.reason], _places(asked, promise, numbers))
    return (
        why
        if asked.carrier_covers is not False
        else T(f"{why.zh}；快递不到", f"{why.en}; the carrier does not go there")
    )


def never_text(promise: Promise) -> list[T]:
    return [NEVER_TEXT[one] for one in promise.must_not]


def _filled(text: T, places: dict[str, T]) -> T:
    return T(
        text.zh.format(**{name: value.zh for name, value in places.items()}),
        text.en.format(**{name: value.en for name, value in places.items()}),
    )


def _places(asked: Asked, promise: Promise, numbers: Numbers) -> dict[str, T]:
    minutes = int(numbers.cutoff.total_seconds()) // 60
    platform = asked.platform or "?"
    known = numbers.platform_name
    return {
        "platform": known if known.zh else T(f"「{platform}」", repr(platform)),
        "hours": _same(hours_text(numbers.limit)),
        "cutoff": _same(f"{minutes // 60:02d}:{minutes % 60:02d}"),
        "from_": _moment(counted_moment(asked, numbers)),
        "latest": _moment(promise.latest_ship_at),
        "day": _day(promise.day) if promise.day is not None else _day(beijing_day(asked.now)),
    }


def _same(text: str) -> T:
    return T(text, text)


def hours_text(length: timedelta) -> str:
    return f"{length.total_seconds() / 3600:g}"


def _day(day: date) -> T:
    return T(f"{day.month}月{day.day}日", f"{day.day} {day:%B}")


def _moment(moment: datetime) -> T:
    there = moment.astimezone(BEIJING)
    day = _day(there.date())
    return T(f"{day.zh} {there:%H:%M:%S}", f"{day.en} {there:%H:%M:%S}")
