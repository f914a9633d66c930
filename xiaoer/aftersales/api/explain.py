"""The return policy over HTTP: any case as JSON, a real order for the agent, and for its buyer before she applies."""

from typing import Any

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema
from pydantic import Field

from xiaoer.aftersales.api.buyer import _order
from xiaoer.aftersales.api.cases import staff_of
from xiaoer.aftersales.explaining import explain
from xiaoer.aftersales.judgement_case import Condition
from xiaoer.aftersales.order_judgement import Question, judged
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.orders import queries as orders
from xiaoer.reception.api import BuyerAuth, buyer_of

router = Router()
mine = Router(auth=BuyerAuth(), tags=["buyer 买家"])


class Option(Schema):
    value: str
    label: str


class Explained(Schema):
    """What the return policy says of one case."""

    id: Any = None
    allowed: bool
    rule: str = Field(description="The rule that decides, by its name in /api/policy where it is one")
    until: str | None = Field(description="End of the no-reason window, exclusive, Beijing time")
    outbound_freight: str | None = Field(description="seller | buyer; of an exchange: the replacement's")
    return_freight: str | None
    refund_fen: int = Field(description="Goods and outbound freight given back")
    needs: list[str]
    offers: list[str]
    explain: dict[str, str]


class OrderExplained(Explained):
    """The same for a real order, with the words a screen shows and what may be chosen."""

    order: int
    kind: str
    reason: str
    category: str
    kinds: list[Option]
    reasons: list[Option]
    categories: list[Option]
    needs_words: list[str]
    offers_words: list[str]
    points: list[str]
    sources: list[str]
    say: str = Field(description="What may be told to the buyer as it stands")


class Asked(Schema):
    """What is asked of an order. `lines`: "12:1,13:2" (item:pieces), empty: all that is left."""

    order: int
    kind: str = ""
    reason: str = "no_reason"
    category: str = ""
    lines: str = ""
    photo: bool = False
    intact: bool | None = None
    tags: bool | None = None
    washed: bool | None = None
    box: bool | None = None


def _question(asked: Asked) -> Question:
    seen = Condition(asked.intact, asked.tags, asked.washed, asked.box)
    evidence = ("photo",) if asked.photo else ()
    return Question(asked.kind, asked.reason, asked.category, _pieces(asked.lines), evidence, seen)


def _pieces(text: str) -> dict[int, int] | None:
    """ "12:1,13:2" -> {12: 1, 13: 2}."""
    if not text:
        return None
    found = {}
    for part in text.split(","):
        line, _, qty = part.partition(":")
        if not (line.isdecimal() and qty.isdecimal() and len(line) < 19 and len(qty) < 10):
            zh, en = f"「{part[:40]}」请按 商品:件数 填写，例如 12:1", f"{part[:40]!r}: write item:pieces, such as 12:1"
            raise Invalid(fields={"lines": T(zh, en)})
        found[int(line)] = int(qty)
    return found


@router.post(
    "/aftersales/explain", response=Explained, summary="May it go back, until when, who pays: any case as JSON"
)
def explained(request: HttpRequest, data: dict[str, Any] = Body(...)) -> dict[str, Any]:
    """One case in, one answer out; nothing is written. `xiaoer aftersales explain` does the same for a file."""
    staff_of(request)
    return explain(data)


@router.get("/cases/judgement", response=OrderExplained, summary="What the return policy says of a real order")
def of_order(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    viewer = staff_of(request)
    row = orders.find(viewer, asked.order)
    viewer.require(Perm.AFTERSALES_VIEW, row.shop_id)
    return judged(orders.order_facts(row.pk), _question(asked), viewer.language, clock.now())


@mine.get("/buyer/cases/judgement", response=OrderExplained, summary="May my order go back, until when, who pays")
def of_my_order(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    viewer = buyer_of(request)
    return judged(_order(viewer, asked.order), _question(asked), viewer.language, clock.now(), buyer=True)
