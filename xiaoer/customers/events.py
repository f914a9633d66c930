"""What the journal says about customers. No phone, no note text."""

from typing import ClassVar

from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class CustomerFirstSeen(Payload):
    """A buyer came to the shop for the first time."""

    KIND: ClassVar[str] = "customer.first_seen"
    AREA: ClassVar[str] = "customers"
    LABEL: ClassVar[T] = T("新客户", "New customer")

    nick: str


class CustomerTagged(Payload):
    """标签 changed."""

    KIND: ClassVar[str] = "customer.tagged"
    AREA: ClassVar[str] = "customers"
    LABEL: ClassVar[T] = T("客户标签变更", "Customer tags changed")

    added: list[str]
    removed: list[str]


class CustomerNoted(Payload):
    """The note on a customer changed; the text itself stays in the profile."""

    KIND: ClassVar[str] = "customer.noted"
    AREA: ClassVar[str] = "customers"
    LABEL: ClassVar[T] = T("客户备注变更", "Customer note changed")

    length: int


class CustomerGraded(Payload):
    """VIP or membership level changed."""

    KIND: ClassVar[str] = "customer.graded"
    AREA: ClassVar[str] = "customers"
    LABEL: ClassVar[T] = T("客户等级变更", "Customer level changed")

    vip: int
    level: int


class CustomerUnmasked(Payload):
    """查看明文: somebody saw the plain phone, and why."""

    KIND: ClassVar[str] = "customer.unmasked"
    AREA: ClassVar[str] = "customers"
    LABEL: ClassVar[T] = T("查看客户明文", "Customer unmasked")
    SAYS: ClassVar[T] = T("查看客户明文：{reason}", "Customer unmasked: {reason}")

    reason: str


class CustomerConfirmed(Payload):
    """资料核对: the profile still holds (R789)."""

    KIND: ClassVar[str] = "customer.confirmed"
    AREA: ClassVar[str] = "customers"
    LABEL: ClassVar[T] = T("客户资料已核对", "Customer data confirmed")
