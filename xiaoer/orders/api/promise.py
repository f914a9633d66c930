"""The ship promise over HTTP: one question as JSON, and the answer for an open order beside the chat."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.errors import Forbidden
from xiaoer.orders import presale_reads, queries
from xiaoer.people.queries import facts_of, find_shop, shop_facts

router = Router()
_TIME = "ISO 8601 with its offset, such as 2026-11-11T15:59:59+08:00"


class PromiseAsked(Schema):
    """One question. Values are checked field by field; the refusal says what to write instead."""

    id: Any = Field(None, description="Comes back as it was sent")
    platform: Any = Field(
        "", description="taobao, tmall, ...; unknown: the strictest. With `shop` the shop's", examples=["taobao"]
    )
    at: Any = Field(None, description=f"When she asks; {_TIME}", examples=["2026-11-11T10:05:00+08:00"])
    paid_at: Any = Field(None, description=f"When she paid; null: not yet. {_TIME}")
    stock: Any = Field(None, description="Pieces, true or false; null: nobody knows", examples=[5])
    presale_at: Any = Field(None, description="The date on the pre-sale page: a date, or a time with its offset")
    urgent: Any = Field(False, description="She is in a special hurry (R066)")
    warehouse_confirmed: Any = Field(False, description="The goods are there and can leave")
    carrier_covers: Any = Field(None, description="false: the carrier she wants does not go to her address")
    shop: int | None = Field(None, description="Answer with this shop's platform and its own settings")


class Words(Schema):
    zh: str
    en: str


class MustNot(Words):
    code: str


class PromiseRule(Schema):
    """A dated row behind the answer."""

    key: str
    value: Any
    layer: str
    source: str
    verified: bool


class PromiseBody(Schema):
    may_say: str = Field(description="today | tomorrow | within_limit | presale_date | ask_warehouse")
    latest_ship_at: str
    sentence: str = Field(description="Ready to send")
    must_not: list[str] = Field(description="Codes of what must not be said")
    sentence_en: str
    phrase: Words
    must_not_text: list[MustNot]
    reason: str
    explain: Words
    overdue: bool
    rules: list[PromiseRule]


class PromiseAnswer(PromiseBody):
    id: Any = None


class LateClock(Schema):
    """The late-shipment clock of a paid order (R192 to R194)."""

    late: bool
    due_at: str
    late_seconds: int
    owed_fen: int
    form: str


class GoodsSay(Schema):
    """What goods and warehouse said of an order; used where the caller gives nothing."""

    stock: bool | None
    confirmed: bool = Field(description="The warehouse confirmed lately that it is there and can leave")
    presale_at: str | None


class OrderPromise(PromiseBody):
    order: int
    goods: GoodsSay
    late: LateClock | None


@router.post("/orders/promise", response=PromiseAnswer, summary="What may be said of the ship time; changes nothing")
def promise(request: HttpRequest, data: PromiseAsked) -> dict[str, Any]:
    """The same object as a line of `xiaoer orders promise`. Needs the permission `orders.view` in some shop."""
    viewer = viewer_of(request)
    if not viewer.shops_with(Perm.ORDERS_VIEW):
        raise Forbidden("您的岗位没有「orders.view」权限，请联系店主开通", "Your role lacks the permission orders.view")
    asked = data.dict()
    number = asked.pop("shop")
    shop = None
    if number is not None:
        viewer.require(Perm.ORDERS_VIEW, number)
        shop = facts_of(find_shop(viewer, number))
    return queries.answer_promise(asked, shop)


@router.get("/orders/{int:order_id}/promise", response=OrderPromise, summary="What may be said of an open order now")
def promise_of_order(
    request: HttpRequest,
    order_id: int,
    stock: int | None = None,
    urgent: bool = False,
    warehouse_confirmed: bool = False,
    carrier_covers: bool | None = None,
) -> dict[str, Any]:
    """Unpaid or paid and not shipped; another order is refused with 409. What the agent knows is given along."""
    viewer = viewer_of(request)
    row = queries.find(viewer, order_id)
    return queries.order_promise(
        row,
        shop_facts(row.shop_id),
        at=clock.now(),
        stock=None if stock is None else stock > 0,
        presale_at=presale_reads.ships_at(row),
        urgent=urgent,
        warehouse_confirmed=warehouse_confirmed,
        carrier_covers=carrier_covers,
    )
