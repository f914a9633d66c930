"""What the journal says about reviews and disputes beside their moves. Never a buyer's name, phone or address."""

from typing import ClassVar

from xiaoer.complaints.flow import FLOWS
from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import flow_payload

MOVES: dict[str, type[Payload]] = {name: flow_payload(flow) for name, flow in FLOWS.items()}
for _moved in MOVES.values():
    _moved.PERM = Perm.AFTERSALES_VIEW


class _Desk(Payload):
    AREA: ClassVar[str] = "complaints"
    PERM: ClassVar[str] = Perm.AFTERSALES_VIEW


class ReviewsTakenIn(_Desk):
    """A file or an interface brought reviews: thanked, put on the clerk's desk, changed, known already, refused."""

    KIND: ClassVar[str] = "reviews.taken_in"
    LABEL: ClassVar[T] = T("导入评价", "Reviews taken in")
    SAYS: ClassVar[T] = T(
        "导入评价：好评 {thanked}，待处理 {opened}，有变化 {changed}，重复 {known}，退回 {rejected}",
        "Reviews taken in: {thanked} good, {opened} to handle, {changed} changed, {known} known, {rejected} rejected",
    )

    source: str
    thanked: int
    opened: int
    changed: int
    known: int
    rejected: int


class ReviewTold(_Desk):
    """A department was told what a review says, or answered (R829)."""

    KIND: ClassVar[str] = "review.feedback"
    LABEL: ClassVar[T] = T("部门答复评价", "Department answered a review")

    number: str
    department: str
    verdict: str = ""


class DueSoon(_Desk):
    """A clock of a review or a dispute runs out soon."""

    KIND: ClassVar[str] = "complaint.due_soon"
    LABEL: ClassVar[T] = T("评价/维权即将超时", "Review or dispute due soon")

    number: str
    state: str
    clock: str
    who: str
    due_at: str


class Late(DueSoon):
    """A clock ran out and nothing happens by itself; somebody is late."""

    KIND: ClassVar[str] = "complaint.late"
    LABEL: ClassVar[T] = T("评价/维权超时", "Review or dispute late")


class DisputesTakenIn(_Desk):
    KIND: ClassVar[str] = "disputes.taken_in"
    LABEL: ClassVar[T] = T("导入维权单", "Disputes taken in")

    source: str
    opened: int
    known: int
    rejected: int


class EvidenceAdded(_Desk):
    """A piece of evidence was added; `accepted` tells whether the platform takes such a record (R292)."""

    KIND: ClassVar[str] = "dispute.evidence"
    LABEL: ClassVar[T] = T("添加维权凭证", "Evidence added")

    number: str
    item: str
    channel: str
    accepted: bool


class EvidenceDropped(_Desk):
    KIND: ClassVar[str] = "dispute.evidence_dropped"
    LABEL: ClassVar[T] = T("移除维权凭证", "Evidence removed")

    number: str
    item: str


class PackMade(_Desk):
    """The evidence pack was made: the SHA-256 of its manifest, so that a later copy can be told from a changed one."""

    KIND: ClassVar[str] = "dispute.pack"
    LABEL: ClassVar[T] = T("生成举证包", "Evidence pack made")

    number: str
    parts: int
    manifest: str


class ClockSet(_Desk):
    """The platform told us when a clock really runs out."""

    KIND: ClassVar[str] = "dispute.clock_set"
    LABEL: ClassVar[T] = T("同步平台时限", "Clock read from the platform")

    number: str
    clock: str
    before: str
    after: str


class DisputeOwned(_Desk):
    KIND: ClassVar[str] = "complaint.owned"
    LABEL: ClassVar[T] = T("指定经办人", "Owner set")

    number: str
    owner: int | None


class ComplaintInspected(_Desk):
    """A closed complaint was checked against the five standards (R460, R481)."""

    KIND: ClassVar[str] = "complaint.inspected"
    LABEL: ClassVar[T] = T("投诉规范检查", "Complaint checked")

    number: str
    kept: int
    penalised: bool


class AuthorityNoted(_Desk):
    """An authority was put into the register of contacts, or a word with it was noted (R457)."""

    KIND: ClassVar[str] = "authority.noted"
    LABEL: ClassVar[T] = T("监管联络登记", "Contact with an authority")

    name: str
    kind: str


class NewsNoted(_Desk):
    KIND: ClassVar[str] = "news.noted"
    LABEL: ClassVar[T] = T("行业动态登记", "News of the trade")

    title: str
    kind: str
