"""The shapes of the answers about reviews and disputes; the browser's types are made from them."""

from typing import Any

from ninja import Field, Schema
from pydantic import AwareDatetime


class Ref(Schema):
    id: int
    name: str = ""


class OrderRef(Schema):
    id: int
    order_no: str


class BuyerRef(Schema):
    id: int
    nick: str


class TopicOut(Schema):
    topic: str
    label: str


class CaseBaseOut(Schema):
    id: int
    number: str
    shop: int
    state: str
    state_label: str
    category: str
    waits_for: str
    state_at: str
    due_at: str | None
    owner: Ref | None
    order: OrderRef | None
    customer: BuyerRef | None


class ReviewRow(CaseBaseOut):
    order_no: str
    nick: str
    title: str
    sku: str
    sku_code: str
    rating: str = Field(description="good | neutral | bad")
    rating_label: str
    rating_before: str
    stars: int | None
    text: str
    added: str
    pictures: int
    show: bool
    mood: str
    mood_label: str
    score: int = Field(description="Sum of the words that counted, in tenths")
    topics: list[TopicOut]
    given_at: str
    changeable_until: str
    waiting: list[str] = Field(description="Departments that have not answered")


class ReviewPage(Schema):
    items: list[ReviewRow]
    next: str | None = None


class FlowPart(Schema):
    clocks: list[dict[str, Any]]
    can: list[dict[str, Any]]
    timeline: list[dict[str, Any]]
    visited: list[str]
    initial: dict[str, dict[str, Any]]
    server_now: str


class ReviewOut(ReviewRow, FlowPart):
    reading: dict[str, Any] = Field(description="The words that decided, and the topics with their words")
    feedback: list[dict[str, Any]]
    cause: str
    cause_label: str
    department: str
    department_label: str
    finding: str
    remedy: dict[str, Any] | None
    reply: str
    replied_by: str
    replied_at: str | None
    replies: list[dict[str, str]]
    changeable: bool


class DisputeRow(CaseBaseOut):
    platform_no: str
    kind: str
    kind_label: str
    reason: str
    reason_label: str
    claim: str
    claim_fen: int | None
    raised_at: str
    opened_at: str
    senior: bool
    intervened: bool
    outcome: str
    outcome_label: str
    awarded_fen: int | None
    advanced: bool
    closed_at: str | None


class DisputePage(Schema):
    items: list[DisputeRow]
    next: str | None = None


class CheckOut(Schema):
    item: str
    label: str
    kind: str
    must: bool
    there: bool
    auto: bool


class DisputeOut(DisputeRow, FlowPart):
    opened_by: str
    case: dict[str, Any] | None
    reply: str
    statement: str
    explanation: str
    opinion: str
    root_cause: str
    department: str
    department_label: str
    person: str
    penalty: str
    penalty_fen: int | None
    facts: dict[str, Any]
    checklist: list[CheckOut]
    evidence: list[dict[str, Any]]
    tip: str
    source: str
    exposure: list[dict[str, Any]]


class FileOut(Schema):
    """What became of a file. `rejects_csv` is the errors file: the rejected rows with 行号 and 原因."""

    rows: int
    opened: int
    thanked: int = 0
    changed: int = 0
    known: int
    rejected: int
    reasons: list[str]
    rejects_csv: str


class ReviewIn(Schema):
    """One review as an interface reports it; the same names as the file's columns."""

    key: str = ""
    order_no: str = ""
    nick: str = ""
    title: str = ""
    sku: str = ""
    sku_code: str = ""
    rating: str = ""
    stars: str | int = ""
    text: str = ""
    added: str = ""
    given_at: str = ""
    pictures: int = 0
    show: bool = False


class ReviewsIn(Schema):
    shop: int
    reviews: list[ReviewIn] = Field(max_length=500)


class DisputeIn(Schema):
    """A dispute typed by hand: the order by its number."""

    shop: int
    order_no: str
    kind: str = "rights"
    reason: str
    claim: str = ""
    claim_fen: int | None = None
    platform_no: str = ""
    raised_at: AwareDatetime | None = None


class EvidenceIn(Schema):
    item: str
    channel: str = "document"
    text: str = ""
    photos: list[int] = []


class FeedbackIn(Schema):
    department: str
    verdict: str
    answer: str


class ClockIn(Schema):
    kind: str
    due_at: AwareDatetime


class OwnerIn(Schema):
    owner: int | None


class ReadIn(Schema):
    text: str = Field(max_length=4000)
