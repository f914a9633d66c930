"""What the paying and follow-up endpoints answer."""

from typing import Any

from ninja import Schema


class Buyer(Schema):
    id: int
    nick: str
    vip: int


class ReminderOut(Schema):
    """催付: who, when, how, and what came of it."""

    id: int
    order: int
    state: str
    state_label: str
    reason: str
    channel: str
    channel_label: str
    text: str
    by: str
    by_name: str
    taken_at: str
    sent_at: str | None
    paid_at: str | None


class UnpaidOut(Schema):
    """One unpaid order: until when it stays open, whether it may be urged now and if not since when."""

    id: int
    shop: int
    order_no: str
    kind: str
    customer: Buyer
    goods: str
    sku: str
    more: int
    payable_fen: int | None
    ordered_at: str
    closes_at: str
    may: bool
    why: str
    why_label: str
    not_before: str | None
    held: ReminderOut | None
    reminders: list[ReminderOut]
    today: int
    same_buyer: int
    reason: str
    note: str
    snoozed_until: str | None
    presale: str
    category: str
    suggested: dict[str, str]


class UnpaidPage(Schema):
    items: list[UnpaidOut]
    next: str | None


class Option(Schema):
    value: str
    label: str
    tag: str = ""


class Words(Schema):
    reasons: list[Option]
    channels: list[Option]
    category: str


class PresaleOut(Schema):
    id: int
    order: int
    state: str
    state_label: str
    category: str
    deposit_fen: int
    balance_fen: int
    deposit_at: str | None
    balance_from: str
    balance_until: str
    ships_at: str
    reminded_at: str | None
    paid_at: str | None
    due_at: str | None
    can: list[dict[str, Any]]


class MoneyWhy(Schema):
    code: str
    zh: str
    en: str
    rule: str
    row: dict[str, Any] | None


class MoneyBody(Schema):
    """yes, no, or ask; exact fen; a sentence that may be sent; every reason with its rule."""

    verdict: str
    say: str
    say_en: str
    fen: dict[str, int]
    parts: list[dict[str, Any]]
    why: list[MoneyWhy]


class MoneyAnswer(MoneyBody):
    id: Any = None
    ask: str


class OrderMoney(Schema):
    order: int
    unpaid: bool
    goods_fen: int
    freight_fen: int
    total_fen: int
    paid_fen: int | None
    postage: MoneyBody
    price: MoneyBody
    free_shipping: MoneyBody
    instalment: MoneyBody
    card_fee: MoneyBody
    pay_by_other: MoneyBody
    methods: MoneyBody
    coupons_per_order: int
    banks: list[str]
    activities: list[str]


class Person(Schema):
    id: int
    name: str


class Solution(Schema):
    kind: str
    label: str
    amount_fen: int
    text: str
    by_name: str


class FollowOut(Schema):
    """One thing that is wrong with one order: whose turn, until when."""

    id: int
    shop: int
    order: int
    order_no: str
    order_status: str
    order_status_label: str
    fulfilment_label: str
    customer: Buyer
    goods: str
    more: int
    payable_fen: int | None
    flag: str
    topic: str
    topic_label: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    category: str
    desk: str
    desk_label: str
    owner: Person | None
    since: str
    opened_at: str
    due_at: str
    escalated_at: str | None
    closed_at: str | None
    solution: Solution | None
    result: str


class FollowPage(Schema):
    items: list[FollowOut]
    next: str | None


class FollowNoteOut(Schema):
    id: int
    text: str
    by_name: str
    at: str


class FollowFull(FollowOut):
    notes: list[FollowNoteOut]
    can: list[dict[str, Any]]


class FollowCounts(Schema):
    open: int
    mine: int
    free: int
    escalated: int
    late: int
    kinds: dict[str, int]


class FollowWords(Schema):
    kinds: list[Option]
    topics: list[Option]
    solutions: list[Option]


class BatchItem(Schema):
    entry: int
    order_no: str
    kind_label: str
    fine: bool
    why: str
    outcome: str


class BatchOut(Schema):
    """A batch before, while and after it is carried out."""

    id: int
    shop: int
    action: str
    values: dict[str, Any]
    state: str
    total: int
    fine: int
    done: int
    refused: int
    problem: str
    by_name: str
    at: str
    finished_at: str | None
    file: bool
    items: list[BatchItem]
