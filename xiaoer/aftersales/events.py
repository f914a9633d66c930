"""What the journal says about cases beside their moves. Never an address, a phone number or an internal note."""

from typing import ClassVar

from xiaoer.aftersales import events_finance as events_finance
from xiaoer.aftersales.kinds import FLOWS
from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import flow_payload

MOVES: dict[str, type[Payload]] = {name: flow_payload(flow) for name, flow in FLOWS.items()}
"""The event type of each flow's moves ("return.approve", ...); staff see them with the permission for cases."""
for _moved in MOVES.values():
    _moved.PERM = Perm.AFTERSALES_VIEW


class _Case(Payload):
    AREA: ClassVar[str] = "aftersales"
    PERM: ClassVar[str] = Perm.AFTERSALES_VIEW

    number: str


class CaseDueSoon(_Case):
    """A clock of a case runs out soon (即将超时): whoever must act is warned."""

    KIND: ClassVar[str] = "case.due_soon"
    LABEL: ClassVar[T] = T("售后即将超时", "Case due soon")

    state: str
    clock: str
    who: str
    due_at: str


class CaseLate(_Case):
    """An internal clock ran out (店内超时); nothing happens by itself, the platform's clock still runs (C10)."""

    KIND: ClassVar[str] = "case.late"
    LABEL: ClassVar[T] = T("售后店内超时", "Case late")

    state: str
    clock: str
    who: str
    due_at: str


class CaseClockSet(_Case):
    """The platform told us when a clock really runs out."""

    KIND: ClassVar[str] = "case.clock_set"
    LABEL: ClassVar[T] = T("同步平台时限", "Clock read from the platform")

    clock: str
    before: str
    after: str


class CaseNoted(_Case):
    """An internal note was added; its text stands with the case."""

    KIND: ClassVar[str] = "case.noted"
    LABEL: ClassVar[T] = T("售后内部备注", "Internal note on a case")


class GoodsShelved(_Case):
    """Returned pieces were put somewhere (退货去向): shelf, quarantine, supplier, destroyed."""

    KIND: ClassVar[str] = "case.shelved"
    LABEL: ClassVar[T] = T("退货去向", "Returned goods put away")

    place: str
    qty: int
    sku_code: str = ""


class _Stray(Payload):
    AREA: ClassVar[str] = "aftersales"
    PERM: ClassVar[str] = Perm.AFTERSALES_VIEW

    waybill: str


class StrayRegistered(_Stray):
    """A parcel without a case (无头件) was put on the shelf."""

    KIND: ClassVar[str] = "stray.registered"
    LABEL: ClassVar[T] = T("登记无头件", "Stray parcel registered")

    carrier: str


class StrayMatched(_Stray):
    """Somebody found whose parcel it is."""

    KIND: ClassVar[str] = "stray.matched"
    LABEL: ClassVar[T] = T("无头件匹配", "Stray parcel matched")

    number: str
    case: int
