"""Order states, which of two reports is newer, and how money spreads over lines. Pure.

R186: platform states 等待买家付款 > 买家已付款 > 卖家已发货 > 交易成功, and 交易关闭. R060: our own fulfilment state beside it.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from xiaoer.kernel.i18n import T


class Status(StrEnum):
    """订单状态 as the platform sees it (R186)."""

    WAITING_PAYMENT = "waiting_payment"
    PAID = "paid"
    SHIPPED = "shipped"
    SUCCEEDED = "succeeded"
    CLOSED = "closed"


class Fulfilment(StrEnum):
    """打单发货状态 inside the shop (R060)."""

    UNPRINTED = "unprinted"
    PRINTED = "printed"
    PACKED = "packed"
    SHIPPED = "shipped"
    VOIDED = "voided"


STATUS_NAMES = {
    Status.WAITING_PAYMENT: T("等待买家付款", "Waiting for payment"),
    Status.PAID: T("买家已付款", "Paid"),
    Status.SHIPPED: T("卖家已发货", "Shipped"),
    Status.SUCCEEDED: T("交易成功", "Succeeded"),
    Status.CLOSED: T("交易关闭", "Closed"),
}
FULFILMENT_NAMES = {
    Fulfilment.UNPRINTED: T("未打单", "Not printed"),
    Fulfilment.PRINTED: T("已打单", "Printed"),
    Fulfilment.PACKED: T("已打包", "Packed"),
    Fulfilment.SHIPPED: T("已发货", "Shipped"),
    Fulfilment.VOIDED: T("已作废", "Voided"),
}
RANK = {status: place for place, status in enumerate(Status)}
"""How far an order has come. Closed comes last: a refund can close an order from any state, also a succeeded one."""

FULFILMENT_RANK = {Fulfilment.UNPRINTED: 0, Fulfilment.PRINTED: 1, Fulfilment.PACKED: 2, Fulfilment.SHIPPED: 3}

HELD_BACK: dict[str, tuple[str, ...]] = {
    Fulfilment.PRINTED: ("stop",),
    Fulfilment.PACKED: ("stop", "changed"),
    Fulfilment.SHIPPED: ("stop", "changed"),
}
"""拦截: which open holds forbid a step. An order whose data changed may be printed anew, but not packed."""
HOLD_NAMES = {
    "stop": T("不要发货", "do not ship"),
    "changed": T("资料已改，请先改好单据", "data changed, correct the papers first"),
}

_STATUS_WORDS: dict[str, Status] = {
    "等待买家付款": Status.WAITING_PAYMENT,
    "待付款": Status.WAITING_PAYMENT,
    "未付款": Status.WAITING_PAYMENT,
    "定金已付尾款未付": Status.WAITING_PAYMENT,
    "定金未付尾款未付": Status.WAITING_PAYMENT,
    "trade_no_create_pay": Status.WAITING_PAYMENT,
    "wait_buyer_pay": Status.WAITING_PAYMENT,
    "pay_pending": Status.WAITING_PAYMENT,
    "wait_pre_auth_confirm": Status.WAITING_PAYMENT,
    "买家已付款": Status.PAID,
    "等待卖家发货": Status.PAID,
    "买家已付款等待卖家发货": Status.PAID,
    "待发货": Status.PAID,
    "已付款": Status.PAID,
    "卖家部分发货": Status.PAID,
    "部分发货": Status.PAID,
    "wait_seller_send_goods": Status.PAID,
    "seller_consigned_part": Status.PAID,
    "paid_forbid_consign": Status.PAID,
    "卖家已发货": Status.SHIPPED,
    "等待买家确认": Status.SHIPPED,
    "等待买家确认收货": Status.SHIPPED,
    "卖家已发货等待买家确认": Status.SHIPPED,
    "卖家已发货等待买家确认收货": Status.SHIPPED,
    "已发货": Status.SHIPPED,
    "待收货": Status.SHIPPED,
    "已签收": Status.SHIPPED,
    "wait_buyer_confirm_goods": Status.SHIPPED,
    "trade_buyer_signed": Status.SHIPPED,
    "交易成功": Status.SUCCEEDED,
    "交易完成": Status.SUCCEEDED,
    "已完成": Status.SUCCEEDED,
    "已收货": Status.SUCCEEDED,
    "trade_finished": Status.SUCCEEDED,
    "交易关闭": Status.CLOSED,
    "订单关闭": Status.CLOSED,
    "已关闭": Status.CLOSED,
    "已取消": Status.CLOSED,
    "付款以后用户退款成功交易自动关闭": Status.CLOSED,
    "付款以前卖家或买家主动关闭交易": Status.CLOSED,
    "trade_closed": Status.CLOSED,
    "trade_closed_by_taobao": Status.CLOSED,
    **{str(status): status for status in Status},
}
STATUS_HELP = "、".join(name.zh for name in STATUS_NAMES.values())

FLAGS = ("red", "yellow", "green", "blue", "purple", "grey", "orange", "cyan")
"""旗帜 by name. The number behind a colour differs between platforms, so a bare number is never stored."""
FLAG_NAMES = {
    "red": T("红旗", "red"),
    "yellow": T("黄旗", "yellow"),
    "green": T("绿旗", "green"),
    "blue": T("蓝旗", "blue"),
    "purple": T("紫旗", "purple"),
    "grey": T("灰旗", "grey"),
    "orange": T("橙旗", "orange"),
    "cyan": T("青旗", "cyan"),
}
_FLAG_WORDS = {
    "红": "red",
    "黄": "yellow",
    "绿": "green",
    "蓝": "blue",
    "紫": "purple",
    "粉": "purple",
    "粉红": "purple",
    "灰": "grey",
    "橙": "orange",
    "青": "cyan",
    "gray": "grey",
    "pink": "purple",
    **{name: name for name in FLAGS},
}
_TAOBAO_FLAGS = ("grey", "red", "yellow", "green", "blue", "purple")
FLAG_NUMBERS: dict[str, dict[str, str]] = {
    "taobao": {str(number): colour for number, colour in enumerate(_TAOBAO_FLAGS)},
    "tmall": {str(number): colour for number, colour in enumerate(_TAOBAO_FLAGS)},
    "pinduoduo": {"1": "red", "2": "yellow", "3": "green", "4": "blue", "5": "purple"},
    "douyin": {"0": "grey", "1": "purple", "2": "cyan", "3": "green", "4": "orange", "5": "red"},
}
"""The number behind a colour, per platform (platforms.md 1.10): understood in a platform's own export only."""


def flags_on(platform: str) -> tuple[str, ...]:
    """The colours a platform has; all of ours where its own are not known."""
    known = FLAG_NUMBERS.get(platform)
    return tuple(flag for flag in FLAGS if flag in known.values()) if known else FLAGS


def flag_number(platform: str, colour: str) -> str | None:
    """What an adapter writes for a colour; None where the platform has no such flag."""
    return next((number for number, name in FLAG_NUMBERS.get(platform, {}).items() if name == colour), None)


def _squash(text: str) -> str:
    return "".join(ch for ch in unicodedata.normalize("NFKC", text).lower() if ch == "_" or ch.isalnum())


def status_of(text: str) -> Status | None:
    """The platform's words for a state, whatever their punctuation; None when we do not know them."""
    return _STATUS_WORDS.get(text) or _STATUS_WORDS.get(_squash(text))


def flag_of(text: str, *, platform: str = "") -> str | None:
    """红旗 / red -> "red"; "" when no flag stands there; None when it cannot be told."""
    bare = _squash(text).removesuffix("旗").removesuffix("色")
    if bare in ("", "无", "无旗", "none"):
        return ""
    if bare in _FLAG_WORDS:
        return _FLAG_WORDS[bare]
    return FLAG_NUMBERS.get(platform, {}).get(bare)


def status_of_lines(statuses: Iterable[str]) -> Status | None:
    """An order stands where its slowest open line stands; it is closed when every line is."""
    known = [Status(text) for text in statuses if text]
    if not known:
        return None
    still_open = [status for status in known if status != Status.CLOSED]
    return min(still_open, key=RANK.__getitem__) if still_open else Status.CLOSED


class Verdict(StrEnum):
    """What to do with a report about an order that we already know."""

    APPLY = "apply"
    STALE = "stale"


def newer_wins(*, known: str, known_version: datetime | None, said: str, said_version: datetime | None) -> Verdict:
    """Which report of one order counts.

    Both carry the platform's own time of change (修改时间, or the export's time in its file name): the later one
    counts, also when it moves the order back. Otherwise only a report that does not move the order back counts.
    """
    if known_version is not None and said_version is not None and said_version != known_version:
        return Verdict.APPLY if said_version > known_version else Verdict.STALE
    if said and RANK[Status(said)] < RANK[Status(known)]:
        return Verdict.STALE
    return Verdict.APPLY


def fulfilment_after(current: str, status: str) -> str:
    """The platform says shipped: so is the parcel. Printing states are ours and never go back by a report."""
    if status in (Status.SHIPPED, Status.SUCCEEDED) and current != Fulfilment.VOIDED:
        return Fulfilment.SHIPPED
    return current


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` fen over lines by weight, without losing a fen (largest remainder first)."""
    if not weights:
        return []
    whole = sum(weights)
    if whole <= 0:
        weights, whole = [1] * len(weights), len(weights)
    shares = [total * weight // whole for weight in weights]
    left = total - sum(shares)
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for place in order[:left]:
        shares[place] += 1
    return shares


_CATEGORY_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("underwear", ("内衣", "内裤", "文胸", "胸罩", "塑身衣", "袜")),
    ("custom", ("定制", "刻字", "定做")),
    ("fresh", ("水果", "生鲜", "鲜花", "海鲜")),
    ("digital", ("充值", "点卡", "兑换码", "激活码", "会员卡")),
    ("cosmetics", ("面霜", "口红", "精华", "面膜", "洗面奶", "香水", "护肤")),
    ("food", ("零食", "坚果", "茶叶", "奶粉", "饼干")),
    ("shoes", ("鞋", "靴", "凉拖")),
    ("bags", ("双肩包", "单肩包", "手提包", "斜挎包", "钱包")),
    ("jewellery", ("项链", "耳环", "戒指", "手镯", "耳钉")),
    (
        "clothing",
        (
            "裙",
            "衬衫",
            "外套",
            "T恤",
            "毛衣",
            "裤",
            "针织",
            "大衣",
            "风衣",
            "卫衣",
            "羽绒服",
            "上衣",
            "西装",
            "马甲",
            "吊带",
            "旗袍",
            "睡衣",
        ),
    ),
)
CATEGORIES = ("general", *(name for name, _ in _CATEGORY_WORDS))


def category_of(title: str, said: str = "") -> str:
    """类目 coarse enough for the return rules (R740: some goods are excluded): said, else guessed from the title."""
    if said in CATEGORIES:
        return said
    for name, words in _CATEGORY_WORDS:
        if any(word in said for word in words):
            return name
    for name, words in _CATEGORY_WORDS:
        if any(word in title for word in words):
            return name
    return "general"
