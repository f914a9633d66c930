"""The shapes of finance's answers; the browser's types are made from them."""

from typing import Any

from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict

from xiaoer.aftersales.api.schemas import CanMove, CustomerRef, OrderRef


class Choice(Schema):
    value: str
    label: str


class BatchRef(Schema):
    id: int
    number: str


class GoesPart(Schema):
    """One part of a refund and where it goes back (R221)."""

    label: str
    to: str
    fen: int


class GoesTo(Schema):
    """Where the money goes: the payer when somebody else paid (R210), points as points."""

    text: str
    payer: str
    parts: list[GoesPart]


class AccountOut(Schema):
    """收款账户 asked from the buyer, masked. `told_at` is null until she answers."""

    asked_at: str
    told_at: str | None
    kind: str
    kind_label: str
    holder: str
    account: str
    bank: str


class WholeAccount(Schema):
    kind: str
    holder: str
    account: str
    bank: str


class AskedAccount(Schema):
    """What the buyer sees: for which order, how much, and what she typed, masked."""

    order: OrderRef
    amount_fen: int
    account: AccountOut


class OfOrder(BaseModel):
    """An order, and beside it the fields of a form."""

    model_config = ConfigDict(extra="allow")

    order: int


class Added(Schema):
    added: int


class PayableOut(Schema):
    """One line of finance's list."""

    id: int
    flow: str
    flow_label: str
    case: int
    number: str
    round: int = Field(description="0; 1 and more after a reversal")
    shop: int
    order: OrderRef
    customer: CustomerRef
    reason_label: str
    state: str = Field(description="waiting | approved | exported | paid | dropped")
    state_label: str
    amount_fen: int
    paid_fen: int = Field(description="What the order paid")
    refunded_fen: int = Field(description="What was refunded of it before")
    granted_at: str
    granted_by: str
    due_at: str | None
    approved_by: str
    batch: BatchRef | None
    payout_no: str
    failed_why: str
    failures: int
    delayed_at: str | None
    delay_why: str
    delay_notices: int
    channels: list[Choice]
    channel_label: str
    reference: str
    paid_by: str
    paid_at: str | None
    to: GoesTo
    account: AccountOut | None = None


class PayablePage(Schema):
    items: list[PayableOut]
    next: str | None


class Sum(Schema):
    rows: int
    amount_fen: int


class Totals(Schema):
    by_state: dict[str, Sum]
    paid_today: Sum


class Budget(Schema):
    """A month's compensation budget, and what the viewer may grant alone (null: no limit)."""

    shop: int
    month: str
    budget_fen: int
    used_fen: int
    left_fen: int
    my_limit_fen: int | None
    agent_limit_fen: int
    vendor_limit_fen: int
    supervisor_limit_fen: int


class StepIn(Schema):
    ids: list[int] = Field(min_length=1, max_length=500)
    why: str = ""


class PaymentIn(Schema):
    id: int
    channel: str
    reference: str = Field(min_length=4, max_length=64)
    note: str = ""


class PayManyIn(Schema):
    payments: list[PaymentIn] = Field(min_length=1, max_length=200)


class Result(Schema):
    id: int
    number: str
    result: str = Field(description="done | already | refused")
    why: str
    code: str


class Results(Schema):
    results: list[Result]


class BatchIn(Schema):
    ids: list[int] = Field(min_length=1, max_length=500)
    channel: str


class BatchOut(Schema):
    id: int
    number: str
    shop: int
    channel: str
    channel_label: str
    rows: int
    amount_fen: int
    waiting: int
    paid: int
    made_by: str
    made_at: str
    cancelled_at: str | None


class BatchPage(Schema):
    items: list[BatchOut]
    next: str | None


class BatchMade(Schema):
    batches: list[BatchOut]
    results: list[Result]


class ResultFile(Schema):
    id: int
    shop: int
    filename: str
    paid: int
    already: int
    failed: int
    rejected: int
    paid_fen: int
    by: str
    at: str


class ResultPage(Schema):
    items: list[ResultFile]
    next: str | None


class ReverseIn(Schema):
    why: str = Field(max_length=200)
    again: bool = Field(True, description="The buyer is still owed the money: it is paid anew")


class ReversalOut(Schema):
    id: int
    shop: int
    number: str
    payable: int
    flow: str
    case: int
    order: OrderRef
    customer: CustomerRef
    amount_fen: int
    reference: str
    again: bool
    why: str
    answer: str
    state: str
    state_label: str
    asked_by: str
    asked_at: str
    decided_by: str
    decided_at: str | None
    can: list[CanMove]


class ReversalPage(Schema):
    items: list[ReversalOut]
    next: str | None


class WaitingOut(Schema):
    """One case of the morning's list."""

    subject: str
    kind: str
    kind_label: str
    number: str
    shop: int
    order_no: str
    nick: str
    state: str
    state_label: str
    waits_for: str
    opened_at: str
    since: str
    due_at: str | None
    amount_fen: int
    path: str
    agent: int | None = Field(description="Whom a reminder goes to unless another is chosen")
    reminder: "ReminderOut | None"
    reminders: int


class ReminderOut(Schema):
    id: int
    subject: str
    number: str
    shop: int
    path: str
    agent: int
    agent_name: str
    state: str
    state_label: str
    text: str
    waited_since: str
    asked_by: str
    asked_at: str
    due_at: str
    late: bool
    answered_at: str | None
    answer: str


class AgentOut(Schema):
    shop: int
    id: int
    name: str


class Reviewed(Schema):
    by: str
    at: str


class MorningOut(Schema):
    items: list[WaitingOut]
    counts: dict[str, int]
    agents: list[AgentOut]
    reviewed: Reviewed | None


class RemindIn(Schema):
    subjects: list[str] = Field(min_length=1, max_length=100)
    agent: int | None = None
    text: str = Field("", max_length=200)


class RemindResult(Schema):
    subject: str
    result: str
    why: str


class Reminded(Schema):
    results: list[RemindResult]


class ReminderPage(Schema):
    items: list[ReminderOut]
    next: str | None = None


class AgentCount(Schema):
    """How an agent answered her reminders."""

    agent: int
    name: str
    asked: int
    answered: int
    open: int
    late: int


class ColumnOut(Schema):
    key: str
    label: str
    money: bool


class PlaceOut(Schema):
    place: str
    label: str


class RegisterOut(Schema):
    name: str
    title: str
    source: str
    columns: list[ColumnOut]
    places: list[PlaceOut]


class RegisterRow(Schema):
    subject: str
    shop: int
    path: str
    cells: dict[str, Any]
    signed: dict[str, str]


class RegisterPage(Schema):
    about: RegisterOut
    items: list[RegisterRow]
    may_sign: bool


class SignIn(Schema):
    subject: str = Field(max_length=48)
    place: str = Field(max_length=16)
    note: str = Field("", max_length=100)
