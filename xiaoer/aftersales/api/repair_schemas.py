"""The shapes of the repair desk's answers."""

from ninja import Field, Schema

from xiaoer.aftersales.api.schemas import CanMove, CustomerRef, OrderRef


class RepairRow(Schema):
    """A line of the repair desk."""

    id: int
    number: str
    shop: int
    state: str
    state_label: str
    category: str
    waits_for: str
    order: OrderRef
    customer: CustomerRef
    title: str
    serial: str
    reason_label: str
    fault_label: str
    cause_label: str
    covered: bool
    centre: str
    charge_fen: int
    charge_paid: bool
    parts_open: int
    opened_at: str
    state_at: str
    due_at: str | None


class RepairPage(Schema):
    items: list[RepairRow]
    next: str | None
    counts: dict[str, int] = Field(description="Repairs in each stage: ask, coming, judge, work, back, call")


class WarrantyOut(Schema):
    id: int
    shop: int
    order: OrderRef
    customer: CustomerRef
    line: int
    piece: int
    title: str
    sku_code: str
    serial: str
    months: int
    starts_on: str
    until: str | None = Field(description="The first day that is no longer covered")
    covered: bool
    words: str
    source: str
    repairs: int
    registered_at: str


class WarrantyPage(Schema):
    items: list[WarrantyOut]
    next: str | None


class WarrantyIn(Schema):
    order: int
    line: int
    serial: str = Field("", max_length=60)


class SerialIn(Schema):
    serial: str = Field(max_length=60)


class PriceOut(Schema):
    id: int
    shop: int
    code: str
    name: str
    kind: str
    kind_label: str
    price_fen: int
    from_at: str
    until_at: str | None


class PricePage(Schema):
    items: list[PriceOut]
    next: str | None = None
    kinds: dict[str, str]


class PriceIn(Schema):
    shop: int
    code: str = Field(max_length=24)
    name: str = Field(max_length=80)
    kind: str
    price_fen: int


class BillItem(Schema):
    code: str
    qty: int = 1


class BillIn(Schema):
    items: list[BillItem] = Field(max_length=50)


class BillLine(Schema):
    code: str
    name: str
    kind: str
    kind_label: str
    qty: int
    price_fen: int
    charged: bool
    total_fen: int
    why: str


class BillOut(Schema):
    charge_fen: int
    bill: list[BillLine]


class PartOut(Schema):
    id: int
    shop: int
    code: str
    name: str
    fits: str
    cost_fen: int
    stock: int
    low: int
    short: bool
    active: bool


class PartPage(Schema):
    items: list[PartOut]
    next: str | None = None


class PartIn(Schema):
    shop: int
    code: str = Field(max_length=40)
    name: str = Field(max_length=80)
    fits: str = Field("", max_length=200)
    cost_fen: int = Field(0, ge=0)
    low: int = Field(0, ge=0)
    active: bool = True


class StockIn(Schema):
    qty: int
    note: str = Field("", max_length=200)


class MoveOut(Schema):
    id: int
    kind: str
    label: str
    qty: int
    after: int
    note: str
    by: str
    at: str


class MovePage(Schema):
    items: list[MoveOut]
    next: str | None = None


class RepairRef(Schema):
    id: int
    number: str
    title: str


class RequestOut(Schema):
    id: int
    shop: int
    repair: RepairRef
    part: int
    code: str
    name: str
    stock: int
    state: str
    state_label: str
    category: str
    qty: int
    used: int
    returned: int
    scrapped: int
    new_serial: str
    old_serial: str
    old_back: bool | None
    note: str
    asked_by: str
    asked_at: str
    decided_by: str
    issued_by: str
    issued_at: str | None
    settled_by: str
    settled_at: str | None
    can: list[CanMove]


class RequestPage(Schema):
    items: list[RequestOut]
    next: str | None


class RequestIn(Schema):
    repair: int
    part: int
    qty: int
    note: str = Field("", max_length=300)


class TermOut(Schema):
    id: int
    shop: int
    category: str
    sku_code: str
    months: int
    covers: str


class TermPage(Schema):
    items: list[TermOut]
    next: str | None = None


class TermIn(Schema):
    shop: int
    category: str = Field("", max_length=40)
    sku_code: str = Field("", max_length=64)
    months: int
    covers: str = Field("", max_length=200)


class CentreOut(Schema):
    id: int
    shop: int
    name: str
    regions: list[str]
    phone: str
    address: str
    active: bool


class CentrePage(Schema):
    items: list[CentreOut]
    next: str | None = None


class CentreIn(Schema):
    shop: int
    name: str = Field(max_length=60)
    regions: list[str] = []
    phone: str = Field("", max_length=32)
    address: str = Field("", max_length=200)
    active: bool = True


class Counted(Schema):
    value: str = ""
    label: str
    count: int


class ProductOut(Schema):
    sku_code: str
    title: str
    count: int
    fault: str
    cause: str
    ours: int = Field(description="Of these, by material, workmanship, design or transport")


class StatisticsOut(Schema):
    total: int
    judged: int
    covered: int
    repaired: int
    unrepairable: int
    open: int
    bad: int
    reasons: list[Counted]
    faults: list[Counted]
    causes: list[Counted]
    results: list[Counted]
    products: list[ProductOut]
    centres: list[Counted]
