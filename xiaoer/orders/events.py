"""What the journal says about orders. Never a phone number, a name or an address."""

from typing import ClassVar

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class OrderEvent(Payload):
    """Everything here is for people who may see orders."""

    AREA: ClassVar[str] = "orders"
    PERM: ClassVar[str] = Perm.ORDERS_VIEW


class OrderStatusChanged(OrderEvent):
    """The platform moved an order that we already knew."""

    KIND: ClassVar[str] = "order.status_changed"
    LABEL: ClassVar[T] = T("订单状态变化", "Order status changed")

    order_no: str
    before: str
    after: str


class OrdersTakenIn(OrderEvent):
    """A batch of reported orders was written: from a file or from the ERP."""

    KIND: ClassVar[str] = "orders.taken_in"
    LABEL: ClassVar[T] = T("订单写入", "Orders taken in")

    source: str
    created: int
    updated: int
    unchanged: int
    stale: int
    rejected: int
    rows: int = 0
    permille: int = 0
    orders: list[int] = []


class ImportUploaded(OrderEvent):
    KIND: ClassVar[str] = "orders.import_uploaded"
    LABEL: ClassVar[T] = T("上传订单报表", "Order report uploaded")

    filename: str
    size: int


class ImportStarted(OrderEvent):
    KIND: ClassVar[str] = "orders.import_started"
    LABEL: ClassVar[T] = T("开始导入订单", "Order import started")

    filename: str


class ImportFinished(OrderEvent):
    KIND: ClassVar[str] = "orders.import_finished"
    LABEL: ClassVar[T] = T("订单导入完成", "Order import finished")

    filename: str
    state: str
    rows: int
    created: int
    updated: int
    unchanged: int
    stale: int
    rejected: int


class OrderRemarked(OrderEvent):
    """备注 / 旗帜 changed by us (R036). Phone numbers inside the texts are masked before they get here."""

    KIND: ClassVar[str] = "order.remarked"
    LABEL: ClassVar[T] = T("修改订单备注", "Order remark changed")
    SAYS: ClassVar[T] = T("修改订单备注：{after_text}", "Order remark changed: {after_text}")

    before_flag: str
    before_text: str
    after_flag: str
    after_text: str


class OrderUnmasked(OrderEvent):
    """Somebody looked at the receiver's plain phone and address: who, when and why."""

    KIND: ClassVar[str] = "order.unmasked"
    LABEL: ClassVar[T] = T("查看订单明文", "Receiver shown in plain")
    SAYS: ClassVar[T] = T("查看订单明文：{reason}", "Receiver shown in plain: {reason}")

    reason: str


class OrderFulfilled(OrderEvent):
    """打单发货状态 moved (R060)."""

    KIND: ClassVar[str] = "order.fulfilment_changed"
    LABEL: ClassVar[T] = T("打单状态变化", "Fulfilment changed")

    before: str
    after: str


class OrderSigned(OrderEvent):
    """The buyer signed for the parcel (签收): the seven days begin (C09)."""

    KIND: ClassVar[str] = "order.signed"
    LABEL: ClassVar[T] = T("包裹已签收", "Parcel signed for")

    signed_at: str


class OrderRefunded(OrderEvent):
    KIND: ClassVar[str] = "order.refunded"
    LABEL: ClassVar[T] = T("登记退款", "Refund recorded")

    amount_fen: int
    refunded_fen: int
    lines: dict[str, int] = {}


class OrderRefundTakenBack(OrderEvent):
    """退款冲正: a refund recorded by mistake was taken off again."""

    KIND: ClassVar[str] = "order.refund_taken_back"
    LABEL: ClassVar[T] = T("退款冲正", "Refund taken back")

    amount_fen: int
    refunded_fen: int
