"""What the journal says about paying and the daily follow-up. Never a phone number, a name or an address."""

from typing import ClassVar

from xiaoer.kernel.i18n import T
from xiaoer.orders.events import OrderEvent


class OrderUrged(OrderEvent):
    """催付 of an order went on: begun, sent, given up, paid after it."""

    KIND: ClassVar[str] = "order.urged"
    LABEL: ClassVar[T] = T("催付", "Payment reminder")
    SAYS: ClassVar[T] = T("催付：{label}", "Payment reminder: {label_en}")

    reminder: int
    state: str
    reason: str
    channel: str
    label: str
    label_en: str


class OrderUnpaidNoted(OrderEvent):
    """未付款原因 or a snooze was written down."""

    KIND: ClassVar[str] = "order.unpaid_noted"
    LABEL: ClassVar[T] = T("记录未付款原因", "Reason for not paying")
    SAYS: ClassVar[T] = T("未付款原因：{label}", "Not paid because: {label_en}")

    reason: str
    snoozed_until: str
    label: str
    label_en: str


class OrderPresale(OrderEvent):
    """预售 dates of an order were set, or its payment moved on."""

    KIND: ClassVar[str] = "order.presale"
    LABEL: ClassVar[T] = T("预售尾款", "Pre-sale payment")
    SAYS: ClassVar[T] = T("预售尾款：{label}", "Pre-sale payment: {label_en}")

    state: str
    label: str
    label_en: str


class OrderFollowed(OrderEvent):
    """每日跟进 of an order: an entry was opened, became worse, moved on, or a word was written about it."""

    KIND: ClassVar[str] = "order.followed"
    LABEL: ClassVar[T] = T("订单跟进", "Order follow-up")
    SAYS: ClassVar[T] = T("跟进：{label}", "Follow-up: {label_en}")

    entry: int
    topic: str
    trouble: str
    state: str
    label: str
    label_en: str


class CompensationProposed(OrderEvent):
    """商定方案 with a compensation (R737): after-sales reads it and grants it, or does not."""

    KIND: ClassVar[str] = "order.compensation_proposed"
    LABEL: ClassVar[T] = T("建议补偿", "Compensation proposed")

    entry: int
    kind: str
    amount_fen: int
    trouble: str


class FreeShippingGranted(OrderEvent):
    """客服酌情包邮 (R274, C30): what it costs the shop, and whether a return without a fault deducts it (R275)."""

    KIND: ClassVar[str] = "order.free_shipping_granted"
    LABEL: ClassVar[T] = T("客服包邮", "Free shipping granted")
    SAYS: ClassVar[T] = T(
        "客服包邮，店铺承担邮费 {cost_fen} 分", "Free shipping granted, it costs the shop {cost_fen} fen"
    )

    cost_fen: int
    deducted_on_return: bool


class FollowBatchMoved(OrderEvent):
    """批量处理 was looked at, started, went on, ended."""

    KIND: ClassVar[str] = "orders.follow_batch"
    LABEL: ClassVar[T] = T("批量跟进", "Follow-up batch")
    SAYS: ClassVar[T] = T("批量跟进：{done}/{total}", "Follow-up batch: {done}/{total}")

    batch: int
    action: str
    state: str
    total: int
    done: int
    refused: int
