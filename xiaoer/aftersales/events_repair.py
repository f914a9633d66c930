"""What the journal says about warranty, parts, price list and centres beside the moves of a repair."""

from typing import ClassVar

from xiaoer.aftersales.repair_parts_flow import PARTS
from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import flow_payload

flow_payload(PARTS).PERM = Perm.AFTERSALES_VIEW


class _Repair(Payload):
    AREA: ClassVar[str] = "aftersales"
    PERM: ClassVar[str] = Perm.AFTERSALES_VIEW


class WarrantyRegistered(_Repair):
    """维保登记: a product sold stands in the register, or got its serial number."""

    KIND: ClassVar[str] = "warranty.registered"
    LABEL: ClassVar[T] = T("维保登记", "Warranty registered")

    warranty: int
    title: str
    serial: str


class RepairBilled(_Repair):
    """The items of a repair's bill changed."""

    KIND: ClassVar[str] = "repair_bill.changed"
    LABEL: ClassVar[T] = T("维修费用调整", "Repair bill changed")

    number: str
    charge_fen: int
    items: int


class PartStockMoved(_Repair):
    """备件库存: pieces came in, went out or were counted."""

    KIND: ClassVar[str] = "part.moved"
    LABEL: ClassVar[T] = T("备件库存变动", "Part stock moved")

    code: str
    how: str
    qty: int
    after: int


class RepairSettings(_Repair):
    """收费标准, 保修约定, 服务中心 or 备件 were changed."""

    KIND: ClassVar[str] = "repair_desk.changed"
    LABEL: ClassVar[T] = T("维修设置变更", "Repair settings changed")

    what: str
    name: str
    before: str = ""
    after: str = ""


class PartLate(_Repair):
    """备件申领超时: somebody has to decide, issue or account for it."""

    KIND: ClassVar[str] = "part_desk.late"
    LABEL: ClassVar[T] = T("备件申领超时", "Part request late")

    number: str
    part: str
    clock: str
    state: str
