"""What the journal says of watched orders."""

from typing import ClassVar

from xiaoer.care.call_flow import CARE_CALL
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


CALL_MOVED: type[Payload] = flow_payload(CARE_CALL)
CALL_MOVED.PERM = Perm.AFTERSALES_VIEW


class _Care(Payload):
    AREA: ClassVar[str] = "care"
    PERM: ClassVar[str] = Perm.AFTERSALES_VIEW


class CallLate(_Care):
    """A clock of a follow-up ran out."""

    KIND: ClassVar[str] = "care_call.late"
    LABEL: ClassVar[T] = T("跟踪回访：超时", "Follow-up late")

    number: str
    clock: str
    due_at: str


class CallOwned(_Care):
    KIND: ClassVar[str] = "care_call.owned"
    LABEL: ClassVar[T] = T("跟踪回访：指派", "Follow-up given to")

    number: str
    owner: int


class TrackerSet(_Care):
    """Who does the follow-up of the shop, and who stands in (R632, R647)."""

    KIND: ClassVar[str] = "care.tracker_set"
    LABEL: ClassVar[T] = T("指定跟踪业务员", "Tracking clerk appointed")

    clerk: int
    deputy: int | None


class CallNoted(_Care):
    """A call with a customer went into the register (R645)."""

    KIND: ClassVar[str] = "care.call_noted"
    LABEL: ClassVar[T] = T("电话登记", "Call registered")

    kind: str
    incoming: bool


class ActivityAnnounced(_Care):
    KIND: ClassVar[str] = "care.activity"
    LABEL: ClassVar[T] = T("活动通知", "Activity announced")

    title: str
    invited: int


class SummaryFiled(_Care):
    KIND: ClassVar[str] = "care.summary"
    LABEL: ClassVar[T] = T("售后小结存档", "Summary filed")

    period: str
