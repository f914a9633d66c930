"""The shapes of after-sales answers; the browser's types are made from them."""

from typing import Any

from ninja import Field, Schema
from pydantic import AwareDatetime, BaseModel, ConfigDict


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
    approve: int
    open: int


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


class Fact(Schema):
    """One line of what this flow knows beyond the common; `tone`: ok | warn | danger."""

    label: str
    value: str
    tone: str = ""


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
    facts: list[Fact] = Field([], description="What the flow knows beyond the common, ready to show")
    more: dict[str, Any] = Field({}, description="Data of the flow's own panel")
    timeline: list[TimelineEntry]
    comes_back: bool = Field(False, description="The goods of this flow come back over the return dock")
    return_address: dict[str, str] | None = None
    shipped_at: str | None = None
    advanced_fen: int = 0
    received_at: str | None = None
    back_carrier: str = ""
    back_waybill: str = ""


class Option(Schema):
    value: str
    label: str


class ShelvedOut(Schema):
    """Returned pieces that were put somewhere (退货去向)."""

    id: int
    flow: str
    case: int
    number: str
    line: int
    title: str
    sku: str
    qty: int
    place: str
    place_label: str
    note: str
    by: str
    at: str
    settled: str
    settled_label: str
    settled_note: str
    settled_by: str
    settled_at: str | None


class ShelvedPage(Schema):
    items: list[ShelvedOut]
    next: str | None = None


class PutIn(Schema):
    flow: str
    case: int
    line: int
    qty: int
    place: str = Field(description="restock | quarantine | supplier | destroy")
    note: str = Field("", max_length=300)


class SettleIn(Schema):
    place: str
    note: str = Field("", max_length=300)


class Suggestion(Schema):
    """A case the stray parcel may belong to, and what speaks for it."""

    case: CaseRowOut
    why: list[str]
    score: int


class SuggestionPage(Schema):
    items: list[Suggestion]


class UnprocessedOut(Schema):
    """A returned parcel the courier delivered and nobody has registered (R232)."""

    case: CaseRowOut
    signed_at: str
    days: int


class UnprocessedPage(Schema):
    items: list[UnprocessedOut]


class CaseOut(BuyerCase):
    """A case for staff."""

    platform_no: str
    opened_by: str
    decided_by: str
    decided_at: str | None
    goodwill: bool
    rules: dict[str, Any] | None = None
    initial: dict[str, dict[str, Any]] = Field(description="What the form of each step begins with")
    proposal: Proposal | None = Field(description="The refund by the rules, while one can be granted")
    ledger: list[MoneyOut]
    receipt: dict[str, Any] = {}
    checks: list[Option] = Field([], description="What the dock looks at for goods of these categories")
    shelved: list[ShelvedOut] = Field([], description="Where the returned pieces went")


class _Application(BaseModel):
    """The order, and beside it the fields of the flow's own form (see `opening`): for a return `reason`, `lines`,
    `amount_fen`, `note`, `photos`."""

    model_config = ConfigDict(extra="allow")

    order: int


class OpenIn(_Application):
    """An application typed for a buyer."""

    goodwill: bool = Field(False, description="Take it although the time is over or the goods are excluded")
    platform_no: str = Field("", max_length=40, description="The platform's own refund number, for adapters")


class BuyerOpenIn(_Application):
    """A buyer's own application."""

    kind: str = ""


class KindOut(Schema):
    """One after-sales flow."""

    name: str
    title: str


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
    slip: dict[str, str] = Field(
        {}, description="What the slip inside says: nick, order_no, name, phone, reason, wanted"
    )


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
    flow: str = ""
    slip: dict[str, str] = {}
    matched_by: str
    matched_at: str | None


class StrayPage(Schema):
    items: list[StrayOut]
    next: str | None = None


class MatchIn(Schema):
    case: int = Field(description="Id of the case the parcel belongs to")
    flow: str = Field("return", description="Its flow: return, exchange, wrong_shipment ...")
