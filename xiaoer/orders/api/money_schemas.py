"""Shapes of invoices, transfers and COD confirmations over HTTP."""

from typing import Any

from ninja import Field, Schema


class OrderShort(Schema):
    id: int
    order_no: str
    status: str
    status_label: str
    fulfilment: str
    fulfilment_label: str


class Buyer(Schema):
    id: int
    nick: str


class MoneyRow(Schema):
    """What the three have in common: state, clock, order, buyer, legal moves."""

    id: int
    shop: int
    flow: str
    state: str
    state_label: str
    category: str
    waits_for: str
    state_at: str
    due_at: str | None
    late: bool
    order: OrderShort
    customer: Buyer
    can: list[dict[str, Any]]


class Goods(Schema):
    title: str
    sku: str
    qty: int
    fen: int


class InvoiceOut(MoneyRow):
    """One invoice. Contents and amount are the order's; before it is issued they follow the order."""

    slip: str
    sort: str = Field(description="blue | red (红字)")
    current: bool
    taken_back: bool
    kind: str
    kind_label: str
    type: str
    type_label: str
    title: str
    tax_no: str
    company: dict[str, str]
    delivery: str
    delivery_label: str
    email: str
    source_label: str
    note: str
    asked_at: str
    asked_by: str
    asked_late: bool
    amount_fen: int
    content: list[Goods]
    run: int | None
    code: str
    number: str
    issued_at: str | None
    carrier: str
    waybill: str
    sent_at: str | None
    delivered_at: str | None
    came_back_at: str | None
    why_label: str
    gaps: list[str]
    initial: dict[str, Any] = Field(description="What the forms for changing and reissuing begin with")
    may: list[str]


class InvoicePage(Schema):
    items: list[InvoiceOut]
    next: str | None = None


class RunOut(Schema):
    id: int
    shop: int
    number: str
    invoices: int
    amount_fen: int
    by: str
    at: str


class RunPage(Schema):
    items: list[RunOut]
    next: str | None = None


class Arrival(Schema):
    reference: str
    amount_fen: int
    arrived_at: str


class Signature(Schema):
    what: str = Field(description="registered | permitted | received | closed")
    by: str
    at: str | None


class TransferOut(MoneyRow):
    """One row of the bank transfer register."""

    payer: str
    bank: str
    amount_fen: int
    received_fen: int
    compared: str
    gap_fen: int
    note: str
    arrivals: list[Arrival]
    signatures: list[Signature]


class TransferPage(Schema):
    items: list[TransferOut]
    next: str | None = None


class Answer(Schema):
    name: str
    label: str
    yes: bool


class CodOut(MoneyRow):
    """One confirmation of a COD order; the receiver is masked."""

    round: int
    opened_at: str
    receiver_name: str
    receiver_phone: str
    receiver_address: str
    carrier: str
    due_fen: int
    calls: int
    called_at: str | None
    called_by: str
    answers: list[Answer]
    reason_label: str
    note: str
    changed: bool
    may_again: bool


class CodPage(Schema):
    items: list[CodOut]
    next: str | None = None


class Attempt(Schema):
    at: str
    by: str
    channel: str
    result: str
    note: str


class CodWhole(CodOut):
    """With what speaks against COD and every attempt."""

    fee_fen: int = Field(description="服务费 on top, as the shop's rule says")
    problems: list[str]
    attempts: list[Attempt]


class Offer(Schema):
    """May COD be offered, and the sentence to say."""

    possible: bool
    say: str
    fee_fen: int
    carriers: list[str]
