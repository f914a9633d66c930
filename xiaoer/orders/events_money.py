"""What the journal says about invoices, transfers and COD beyond the moves of their flows. No title, number or address."""

from typing import ClassVar

from xiaoer.kernel.i18n import T
from xiaoer.orders.events import OrderEvent


class MoneyDueSoon(OrderEvent):
    """A clock of an invoice, a transfer or a COD confirmation runs out soon."""

    KIND: ClassVar[str] = "money.due_soon"
    LABEL: ClassVar[T] = T("发票、转账、货到付款即将到期", "Invoice, transfer or COD due soon")
    SAYS: ClassVar[T] = T("订单 {order_no}：{clock} 即将到期", "Order {order_no}: {clock} is due soon")

    order_no: str
    clock: str
    due_at: str


class MoneyLate(OrderEvent):
    """An internal clock ran out: nothing moves, the row is shown as late."""

    KIND: ClassVar[str] = "money.late"
    LABEL: ClassVar[T] = T("发票、转账、货到付款已逾期", "Invoice, transfer or COD late")
    SAYS: ClassVar[T] = T("订单 {order_no}：{clock} 已逾期", "Order {order_no}: {clock} is late")

    order_no: str
    clock: str
    due_at: str


class InvoiceCameBack(OrderEvent):
    """The paper came back with returned goods (R493)."""

    KIND: ClassVar[str] = "invoice.came_back"
    LABEL: ClassVar[T] = T("发票随退货寄回", "Invoice came back")

    order_no: str


class InvoiceRunMade(OrderEvent):
    KIND: ClassVar[str] = "invoice.run_made"
    LABEL: ClassVar[T] = T("导出开票批次", "Invoice batch exported")
    SAYS: ClassVar[T] = T("导出开票批次 {number}（{invoices} 张）", "Invoice batch {number} ({invoices})")

    number: str
    invoices: int
    amount_fen: int


class InvoiceNumbersTaken(OrderEvent):
    KIND: ClassVar[str] = "invoice.numbers_taken"
    LABEL: ClassVar[T] = T("导入发票号", "Invoice numbers imported")
    SAYS: ClassVar[T] = T("导入发票号：{done} 张，退回 {rejected} 行", "Invoice numbers: {done} in, {rejected} back")

    done: int
    rejected: int


class InvoiceAskTitle(OrderEvent):
    """The remark asks for an invoice without saying a title: the agent must ask (R043)."""

    KIND: ClassVar[str] = "invoice.title_missing"
    LABEL: ClassVar[T] = T("买家要发票但没写抬头", "Invoice wanted, title missing")

    order_no: str
    other_goods: bool = False
    other_amount: bool = False
