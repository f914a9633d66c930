"""What the journal says about service cases and the reading of remarks. No name, phone or address of a receiver."""

from typing import ClassVar

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class ServiceEvent(Payload):
    AREA: ClassVar[str] = "orders"
    PERM: ClassVar[str] = Perm.ORDERS_VIEW


class ServiceAsked(ServiceEvent):
    """改单、取消、撤回: said on the order, so that its page and history show it."""

    KIND: ClassVar[str] = "order.service_asked"
    LABEL: ClassVar[T] = T("客户要求改单/取消", "A change or cancel was asked")
    SAYS: ClassVar[T] = T("{title}：{what}", "{title}: {what}")

    case: str
    number: str
    title: str
    what: str


class ServiceMoved(ServiceEvent):
    """A step of a service case, said on the order."""

    KIND: ClassVar[str] = "order.service_moved"
    LABEL: ClassVar[T] = T("改单/取消进展", "A step of a change or cancel")
    SAYS: ClassVar[T] = T("{number}：{step}", "{number}: {step}")

    case: str
    number: str
    verb: str
    step: str
    state: str


class OrderDataChanged(ServiceEvent):
    """The order's own data were changed as the buyer asked (R035); which fields, never their values."""

    KIND: ClassVar[str] = "order.data_changed"
    LABEL: ClassVar[T] = T("订单资料已修改", "Order data changed")
    SAYS: ClassVar[T] = T("订单资料已修改：{fields}", "Order data changed: {fields}")

    case: str
    fields: list[str]


class OtherAccountTaken(ServiceEvent):
    """A request of somebody else than the ordering account was taken for a written reason (C04)."""

    KIND: ClassVar[str] = "order.other_account"
    LABEL: ClassVar[T] = T("非下单账号要求，写明原因后受理", "Taken from another account")
    SAYS: ClassVar[T] = T("非下单账号要求，已受理：{reason}", "Taken from another account: {reason}")

    case: str
    reason: str


class RefundDue(ServiceEvent):
    """待退款 (R050, R080): after-sales opens the refund."""

    KIND: ClassVar[str] = "order.refund_due"
    LABEL: ClassVar[T] = T("待售后退款", "Refund due")

    case: str
    number: str
    order_no: str
    amount_fen: int
    shipped: bool


class ToAftersales(ServiceEvent):
    """转售后 (R053, R059): what pre-sales could no longer stop or change."""

    KIND: ClassVar[str] = "order.to_aftersales"
    LABEL: ClassVar[T] = T("转交售后", "Handed to after-sales")
    SAYS: ClassVar[T] = T("转交售后：{what}", "Handed to after-sales: {what}")

    case: str
    number: str
    order_no: str
    wants: str
    what: str
    signed: bool


class ServiceLate(ServiceEvent):
    """A step of a service case was not taken in time."""

    KIND: ClassVar[str] = "order.service_late"
    LABEL: ClassVar[T] = T("改单/取消超时未处理", "A step of a change or cancel is late")
    SAYS: ClassVar[T] = T("{number} 超时未处理", "{number} is late")

    case: str
    number: str
    clock: str
    who: str


class RemarkRead(ServiceEvent):
    """已阅 (R164)."""

    KIND: ClassVar[str] = "order.remark_read"
    LABEL: ClassVar[T] = T("备注已阅", "Remark read")
    SAYS: ClassVar[T] = T("{name} 已阅备注", "{name} has read the remark")

    name: str
    times: int
