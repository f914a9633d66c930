"""What the journal says about the print and pack desk. No name, phone or address of a receiver."""

from typing import ClassVar

from xiaoer.kernel.i18n import T
from xiaoer.orders.events import OrderEvent


class OrderHeld(OrderEvent):
    """拦截: shows on the clerk's and the warehouse's screen at once."""

    KIND: ClassVar[str] = "order.held"
    LABEL: ClassVar[T] = T("拦截订单", "Order held")
    SAYS: ClassVar[T] = T("拦截订单：{reason}", "Order held: {reason}")

    hold: int
    held: str
    reason: str
    case: str
    order_no: str
    stood: str


class OrderHoldSeen(OrderEvent):
    KIND: ClassVar[str] = "order.hold_seen"
    LABEL: ClassVar[T] = T("仓库已收到拦截", "Hold seen by the warehouse")
    SAYS: ClassVar[T] = T("{seen_by} 已收到拦截", "{seen_by} has seen the hold")

    hold: int
    case: str
    order_no: str
    seen_by: str


class OrderReleased(OrderEvent):
    """A hold ended: released, corrected, reprinted or voided."""

    KIND: ClassVar[str] = "order.released"
    LABEL: ClassVar[T] = T("解除拦截", "Hold ended")

    hold: int
    held: str
    case: str
    order_no: str
    how: str


class OrderAskedBack(OrderEvent):
    KIND: ClassVar[str] = "order.asked_back"
    LABEL: ClassVar[T] = T("要回单据或包裹", "Papers or parcel asked back")

    hand_over: int
    what: str
    case: str
    order_no: str


class OrderHandedOver(OrderEvent):
    """Who gave and who took (R051)."""

    KIND: ClassVar[str] = "order.handed_over"
    LABEL: ClassVar[T] = T("交回单据或包裹", "Papers or parcel handed over")
    SAYS: ClassVar[T] = T("{gave} 交给 {took}", "{gave} handed it to {took}")

    hand_over: int
    what: str
    case: str
    order_no: str
    gave: str
    took: str


class OrderSettled(OrderEvent):
    """撕毁或入库 (R052)."""

    KIND: ClassVar[str] = "order.settled"
    LABEL: ClassVar[T] = T("撕毁或入库", "Destroyed or restocked")

    hand_over: int
    what: str
    case: str
    order_no: str
    how: str
    signed: str


class OrderPrinted(OrderEvent):
    """One order's paper in a print run; `again` above 0 is a reprint (重打)."""

    KIND: ClassVar[str] = "order.printed"
    LABEL: ClassVar[T] = T("打印", "Printed")

    order_no: str
    run: int
    paper: str
    again: int


class PrintRunMoved(OrderEvent):
    """A print run began, came further, ended."""

    KIND: ClassVar[str] = "orders.print_run"
    LABEL: ClassVar[T] = T("打印批次", "Print run")

    run: int
    paper: str
    state: str
    done: int
    wanted: int
    skipped: int
