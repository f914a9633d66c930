"""What the journal says about parcels and couriers. Never a phone number, a name or an address."""

from typing import ClassVar

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class ParcelEvent(Payload):
    """For people who may see orders. The subject is "parcel:<id>"; `orders` are the orders that lie in it."""

    AREA: ClassVar[str] = "orders"
    PERM: ClassVar[str] = Perm.ORDERS_VIEW


class ParcelKnown(ParcelEvent):
    KIND: ClassVar[str] = "parcel.known"
    LABEL: ClassVar[T] = T("登记包裹", "Parcel registered")
    SAYS: ClassVar[T] = T("登记包裹 {waybill}", "Parcel {waybill} registered")

    waybill: str
    carrier: str
    direction: str
    orders: list[int]


class ParcelMoved(ParcelEvent):
    """物流状态变化."""

    KIND: ClassVar[str] = "parcel.moved"
    LABEL: ClassVar[T] = T("物流状态变化", "Parcel moved on")
    SAYS: ClassVar[T] = T("物流：{before} → {after}", "Parcel: {before} → {after}")

    before: str
    after: str
    trouble: str
    direction: str
    seen_at: str
    orders: list[int]


class ParcelTraced(ParcelEvent):
    """New lines of a trace without a new state: screens that show the trace look again."""

    KIND: ClassVar[str] = "parcel.traced"
    LABEL: ClassVar[T] = T("物流轨迹更新", "Trace went on")

    lines: int
    orders: list[int]


class OrderDispatched(ParcelEvent):
    """The courier's first scan: the order left the house (R193)."""

    KIND: ClassVar[str] = "order.dispatched"
    LABEL: ClassVar[T] = T("快递首次扫描（实际发货）", "Dispatched by the courier's record")

    left_at: str
    waybill: str


class OrderLateSoon(ParcelEvent):
    KIND: ClassVar[str] = "order.late_soon"
    LABEL: ClassVar[T] = T("即将延迟发货", "Late shipment soon")
    SAYS: ClassVar[T] = T("即将延迟发货：最晚 {due_at}", "Late shipment soon: leaves by {due_at}")

    order_no: str
    due_at: str


class OrderLate(ParcelEvent):
    """延迟发货 (R192). `clicked`: "ship" was clicked, but the courier has no record (R193)."""

    KIND: ClassVar[str] = "order.late"
    LABEL: ClassVar[T] = T("延迟发货", "Late shipment")
    SAYS: ClassVar[T] = T("延迟发货：应于 {due_at} 前发出", "Late shipment: should have left by {due_at}")

    order_no: str
    due_at: str
    owed_fen: int
    form: str
    clicked: bool


class AlertOpened(ParcelEvent):
    """物流异常: somebody must look after a parcel."""

    KIND: ClassVar[str] = "parcel.alert_opened"
    LABEL: ClassVar[T] = T("物流异常", "Parcel alert")

    alert: int
    kind: str
    owner: int | None
    answer_due_at: str
    orders: list[int]


class AlertChanged(ParcelEvent):
    KIND: ClassVar[str] = "parcel.alert_changed"
    LABEL: ClassVar[T] = T("物流异常处理", "Parcel alert handled")

    alert: int
    kind: str
    before: str
    after: str
    owner: int | None
    outcome: str
    orders: list[int]


class AlertLate(ParcelEvent):
    """The courier gave no solution in time (R746)."""

    KIND: ClassVar[str] = "parcel.alert_late"
    LABEL: ClassVar[T] = T("快递超时未答复", "The courier did not answer in time")

    alert: int
    kind: str
    due_at: str
    owner: int | None


class ParcelNews(ParcelEvent):
    """What the buyer is told about her parcel; reception writes it into her talk (R746: report back)."""

    KIND: ClassVar[str] = "parcel.news"
    LABEL: ClassVar[T] = T("向买家反馈物流进展", "The buyer is told about her parcel")

    alert: int
    zh: str
    en: str
    orders: list[int]


class ParcelNewsUnheard(ParcelEvent):
    """She has no conversation in which she could read it: somebody must call her (R746)."""

    KIND: ClassVar[str] = "parcel.news_unheard"
    LABEL: ClassVar[T] = T("没能告知买家：她近期没有会话，请电话联系", "Not told: she has no recent talk; call her")

    alert: int
    orders: list[int]


class CoverageTaken(ParcelEvent):
    KIND: ClassVar[str] = "courier.coverage_taken"
    LABEL: ClassVar[T] = T("导入派送范围", "Coverage rows taken in")

    created: int
    updated: int
    rejected: int


class CourierDeskChanged(ParcelEvent):
    KIND: ClassVar[str] = "courier.desk_changed"
    LABEL: ClassVar[T] = T("修改报关行信息", "Customs broker changed")
