"""What the API of goods answers."""

from typing import Any

from ninja import Field, Schema


class StockOut(Schema):
    """Pieces of one SKU (库存). `free` may be promised; below zero is oversold."""

    on_hand: int
    reserved: int
    free: int
    state: str = Field(description="ok | low | out | oversold")
    as_of: str
    old: bool = Field(description="The last report is old: ask the warehouse first")
    source: str


class LookOut(Schema):
    """One SKU."""

    id: int
    code: str
    colour: str
    size: str
    price_fen: int | None
    stock: StockOut | None = Field(description="null: never counted")


class GoodsBrief(Schema):
    """A goods in a list (商品)."""

    id: int
    shop: int
    code: str
    title: str
    group: str
    group_label: str
    category: str
    category_label: str
    picture: str
    price_from_fen: int | None
    price_to_fen: int | None
    skus: int
    free: int | None = Field(description="Free pieces over all SKUs; null: never counted")
    counted: int
    presale_at: str | None
    presale: bool = Field(description="The pre-sale date lies ahead")
    seckill: bool
    special_price: bool
    large_item: bool
    no_reason_excluded: bool
    on_sale: bool
    changed_at: str


class GoodsPage(Schema):
    items: list[GoodsBrief]
    next: str | None = None


class SizeTableOut(Schema):
    id: int
    shop: int
    name: str
    group: str
    rows: list[dict[str, Any]]
    stretch: str
    runs: str
    note: str
    changed_at: str


class RunningOut(Schema):
    id: int
    title: str
    kind: str
    kind_label: str
    of_platform: bool
    ends_at: str
    text: str
    free_shipping: bool
    cod: bool


class ReservationOut(Schema):
    """留货."""

    id: int
    sku: int
    sku_code: str
    qty: int
    reason: str
    reason_label: str
    subject: str
    until: str
    by: str
    at: str


class GoodsOut(GoodsBrief):
    """A goods whole."""

    category: str
    material: str
    style: str
    care: str
    brand: str
    points: list[str]
    features: list[str]
    advantages: list[str]
    pictures: list[str]
    model_note: str
    weight_g: int
    payment_note: str
    freight_note: str
    freight_template: str
    looks: list[LookOut]
    size_table: SizeTableOut | None
    own_table: bool
    promotions: list[RunningOut]
    reservations: list[ReservationOut]
    may_edit: bool
    may_ask: bool


class AdviceOut(Schema):
    """A size with its reason. `confidence`: sure | between | unsure | none."""

    size: str
    confidence: str
    alternatives: list[str]
    reasons: list[str]
    ask: list[str] = Field(description="What to ask her to be surer")
    sentence: str
    sentence_en: str
    table: str
    measures: list[str] = Field(description="What the table knows")


class QuestionOut(Schema):
    """A question to the warehouse (问仓库)."""

    id: int
    shop: int
    state: str = Field(description="asked | expired | answered | withdrawn")
    state_label: str
    sku: int | None
    sku_code: str
    goods: int | None
    title: str
    colour: str
    size: str
    picture: str
    qty: int
    note: str
    urgent: bool
    subject: str
    order: int | None
    order_no: str
    asked_by: str
    mine: bool
    asked_at: str
    due_at: str | None
    answer: str = Field(description="yes | no | partly | when")
    answer_label: str
    answer_qty: int | None
    answer_at: str | None
    answer_note: str
    answered_by: str
    answered_at: str | None
    sentence: str
    sentence_en: str
    can: list[dict[str, Any]]


class QuestionPage(Schema):
    items: list[QuestionOut]
    next: str | None = None


class PromotionOut(Schema):
    """活动."""

    id: int
    shop: int
    title: str
    kind: str
    kind_label: str
    of_platform: bool
    scope: str
    of: list[str]
    starts_at: str
    ends_at: str
    running: bool
    stopped: bool
    text: str
    threshold_fen: int | None
    off_fen: int | None
    free_shipping: bool
    cod: bool = Field(description="Cash on delivery is possible with it (R498)")
    may_edit: bool


class PromotionPage(Schema):
    items: list[PromotionOut]
    next: str | None = None
