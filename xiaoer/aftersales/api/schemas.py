"""The shapes of after-sales answers; the browser's types are made from them."""

from typing import Any

from ninja import Field, Schema
from pydantic import AwareDatetime


class OrderRef(Schema):
    id: int
    order_no: str


class CustomerRef(Schema):
    id: int
    nick: str


class LineOut(Schema):
    """One bought line in a case: asked (qty), received, damaged, granted."""

    line: int
    title: str
    sku: str
    qty: int
    bought: int
    paid_fen: int
    received: int | None
    damaged: int
    requested_fen: int
    granted_qty: int
    granted_fen: int


class CaseRowOut(Schema):
    """A line of a desk."""

    id: int
    number: str
    flow: str
    flow_label: str
    state: str
    state_label: str
    category: str = Field(description="open | waiting | done | dropped")
    waits_for: str = Field(description="agent | buyer | warehouse | finance | platform | nobody")
    shop: int
    order: OrderRef
    customer: CustomerRef
    reason: str
    reason_label: str
    responsibility: str = ""
    responsibility_label: str = ""
    lines: list[LineOut]
    requested_fen: int
    granted_fen: int | None
    executed_fen: int
    opened_at: str
    state_at: str
    due_at: str | None = Field(description="The soonest running clock")
    carrier: str = ""
    carrier_label: str = ""
    waybill: str = ""
    buyer_text: str = Field("", description="In the buyer's own list: what she is told now")


class CasePage(Schema):
    items: list[CaseRowOut]
    next: str | None


class Counts(Schema):
    answer: int
    dock: int
    money: int
    open: int
    all: int


class Amounts(Schema):
    requested_fen: int
    granted_fen: int | None
    executed_fen: int
    goods_fen: int | None
    freight_out_fen: int
    freight_back_fen: int


class Proposal(Schema):
    """What is paid when the amounts of the grant form are left empty."""

    goods_fen: int
    freight_out_fen: int
    freight_back_fen: int
    total_fen: int
    responsibility: str
    why: str


class FreightOut(Schema):
    """Who bears which way (C08), in words with its sources."""

    outbound: str | None
    back: str | None
    advance: str | None
    text: str
    sources: list[str]


class ClockOut(Schema):
    kind: str
    label: str
    who: str
    started_at: str
    due_at: str
    paused: bool
    internal: bool
    from_platform: bool


class Detail(Schema):
    label: str
    value: str


class TimelineEntry(Schema):
    number: int | None
    at: str
    kind: str
    label: str
    actor: str
    actor_name: str
    target: str
    details: list[Detail]
    note: str


class MoneyOut(Schema):
    kind: str = Field(description="granted (应退) | executed (已退)")
    part: str = Field(description="goods | freight_out | freight_back")
    amount_fen: int
    channel: str
    channel_label: str
    reference: str
    by: str
    at: str


class CanMove(Schema):
    verb: str
    label: str
    style: str
    form: dict[str, Any] | None
    disabled: str | None


class BuyerCase(CaseRowOut):
    """A case as the buyer sees it."""

    amounts: Amounts
    freight: FreightOut
    note: str
    photos: list[dict[str, Any]]
    answer: str
    refused_why: str
    clocks: list[ClockOut]
    buyer_text: str = Field(description="What the buyer is told now")
    visited: list[str] = Field(description="States in the order in which the case went through them")
    can: list[CanMove]
    server_now: str
    timeline: list[TimelineEntry]
    return_address: dict[str, str] | None = None
    shipped_at: str | None = None
    advanced_fen: int = 0
    received_at: str | None = None
    back_carrier: str = ""
    back_waybill: str = ""


class CaseOut(BuyerCase):
    """A case for staff."""

    platform_no: str
    opened_by: str
    decided_by: str
    decided_at: str | None
    goodwill: bool
    rules: dict[str, Any]
    initial: dict[str, dict[str, Any]] = Field(description="What the form of each step begins with")
    proposal: Proposal | None = Field(description="The refund by the rules, while one can be granted")
    ledger: list[MoneyOut]
    receipt: dict[str, Any] = {}


class OpenIn(Schema):
    """An application typed for a buyer. The other fields are checked by the form of the kind (see `opening`)."""

    order: int
    reason: str
    lines: list[dict[str, int]]
    amount_fen: int | None = None
    note: str = ""
    photos: list[int] = []
    goodwill: bool = Field(False, description="Take it although the time is over or the goods are excluded")
    platform_no: str = Field("", max_length=40, description="The platform's own refund number, for adapters")


class BuyerOpenIn(Schema):
    order: int
    kind: str = ""
    reason: str
    lines: list[dict[str, int]]
    amount_fen: int | None = None
    note: str = ""
    photos: list[int] = []


class NoteIn(Schema):
    text: str = Field(max_length=500)


class ClockIn(Schema):
    kind: str
    due_at: AwareDatetime = Field(description="ISO 8601 with a time zone")


class ScanIn(Schema):
    waybill: str = Field(min_length=1, max_length=60)
    shop: int | None = None


class ScanOut(Schema):
    case: CaseOut
    others: list[CaseRowOut] = Field(description="Further cases that came in the same parcel")


class StrayIn(Schema):
    shop: int
    waybill: str = Field(min_length=1, max_length=60)
    carrier: str = ""
    note: str = Field("", max_length=500)
    photos: list[int] = []


class StrayOut(Schema):
    id: int
    shop: int
    waybill: str
    carrier: str
    carrier_label: str
    note: str
    photos: list[dict[str, Any]]
    registered_by: str
    registered_at: str
    case: int | None
    matched_by: str
    matched_at: str | None


class StrayPage(Schema):
    items: list[StrayOut]
    next: str | None = None


class MatchIn(Schema):
    case: int = Field(description="Id of the return the parcel belongs to")
