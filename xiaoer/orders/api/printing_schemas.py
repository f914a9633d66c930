"""What the print and pack desk sends and gets over HTTP."""

from ninja import Field, Schema


class HoldOut(Schema):
    """拦截: what stops an order, who asked, who has seen it, how it ended."""

    id: int
    order: int
    kind: str = Field(description="stop (do not ship) | changed (correct the papers first)")
    kind_label: str
    reason: str
    case: str
    stood: str = Field(description="The fulfilment state in which the order was caught")
    placed_by: str
    placed_at: str
    seen_by: str
    seen_at: str | None
    released_by: str
    released_at: str | None
    how: str = Field(description="released | corrected | reprinted | voided")


class HandOverOut(Schema):
    """要回单据或包裹, with its signatures."""

    id: int
    shop: int
    order: int
    order_no: str
    nick: str
    fulfilment: str
    what: str = Field(description="papers | parcel")
    case: str
    state: str = Field(description="asked | handed | settled")
    asked_by: str
    asked_at: str
    gave_by: str
    took_by: str
    handed_at: str | None
    how: str = Field(description="destroyed | restocked")
    settled_by: str
    settled_at: str | None
    note: str


class PackLine(Schema):
    id: int
    line_no: int
    title: str
    sku: str
    sku_code: str
    qty: int
    refunded_qty: int
    pack: int = Field(description="Pieces to put into the parcel: bought less refunded")


class DeskOrder(Schema):
    """An order as the desk shows it, with the next step and what forbids it."""

    id: int
    shop: int
    order_no: str
    nick: str
    receiver: str
    status: str
    status_label: str
    fulfilment: str
    fulfilment_label: str
    hold: str = Field(description="stop | changed | empty")
    flag: str
    remark: str
    remark_mark: str
    message: str
    gift: str
    no_price: bool
    carrier: str
    waybill: str
    ordered_at: str
    waiting_since: str
    due_at: str | None
    lines: list[PackLine]
    next: str | None = Field(description="printed | packed | shipped; null when nothing is left to do")
    say: str
    blocked: str | None
    warning: str | None = Field(description="Must be confirmed before the step")
    holds: list[HoldOut]
    hand_overs: list[HandOverOut]
    slips: int
    waybills: int
    unread: bool = Field(description="Flag, remark or buyer's message changed since this person read them (R164)")


class DeskPage(Schema):
    items: list[DeskOrder]
    next: str | None = None


class Counts(Schema):
    """Counted to 999."""

    unprinted: int
    printed: int
    packed: int
    late_soon: int
    urgent: int
    hand_overs: int


class UrgentOut(Schema):
    hold: HoldOut
    order: DeskOrder


class UrgentPage(Schema):
    items: list[UrgentOut]
    next: str | None = None


class HandOverPage(Schema):
    items: list[HandOverOut]
    next: str | None = None


class ScanIn(Schema):
    code: str = Field(description="A waybill or an order number, as the gun sends it")
    shop: int | None = None


class ScanOut(Schema):
    order: DeskOrder
    others: list[DeskOrder] = Field(description="More orders in the same parcel (合单)")


class StepIn(Schema):
    to: str = Field(description="packed | shipped")
    confirmed: bool = Field(False, description="The warning was read and the parcel shall go on")
    read: str = Field("", max_length=16, description="The `remark_mark` of the remark that was read before packing")


class HoldIn(Schema):
    kind: str = Field("stop", description="stop | changed")
    reason: str
    seen: str | None = Field(None, description="The fulfilment state on the caller's screen; refused when it moved on")


class PapersIn(Schema):
    how: str = Field(description="corrected | reprinted")


class HandIn(Schema):
    took: str = Field(description="Who took it (签收人)")


class SettleIn(Schema):
    how: str = Field(description="destroyed | restocked")
    note: str = ""


class RunIn(Schema):
    shop: int
    paper: str = Field(description="slip | waybill | recall")
    orders: list[int]


class Skipped(Schema):
    order: int
    order_no: str
    why: str


class RunOut(Schema):
    id: int
    shop: int
    paper: str
    state: str = Field(description="queued | running | done | failed")
    wanted: int
    done: int
    skipped: list[Skipped]
    pages: int
    size: int
    digest: str
    problem: str
    by: str
    at: str
    finished_at: str | None


class RunPage(Schema):
    items: list[RunOut]
    next: str | None = None
