"""What the journal says of watched orders."""

from typing import ClassVar

from xiaoer.care.flow import ORDER_WATCH
from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import flow_payload

MOVED: type[Payload] = flow_payload(ORDER_WATCH)
MOVED.PERM = Perm.AFTERSALES_VIEW


class WatchSigned(Payload):
    """Something was noticed about a watched order; `kind` says what."""

    AREA: ClassVar[str] = "care"
    PERM: ClassVar[str] = Perm.AFTERSALES_VIEW
    KIND: ClassVar[str] = "order_watch.sign"
    LABEL: ClassVar[T] = T("订单跟踪：发现动态", "Order watch: sign")

    number: str
    sign: str
    ref: str


class WatchLate(Payload):
    """An anomaly was not handled in its time."""

    AREA: ClassVar[str] = "care"
    PERM: ClassVar[str] = Perm.AFTERSALES_VIEW
    KIND: ClassVar[str] = "order_watch.late"
    LABEL: ClassVar[T] = T("订单跟踪：异常未处理", "Order watch: anomaly late")

    number: str
    clock: str
    due_at: str
