"""What a buyer bought, and how loyal a shop's buyers are (R119), over HTTP."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from xiaoer.customers.queries import find as find_customer
from xiaoer.customers.queries import shops_of
from xiaoer.kernel import clock
from xiaoer.kernel.access import viewer_of
from xiaoer.orders import buyers

router = Router()
LONGEST = 366


class StandingOut(Schema):
    orders: int
    paid_fen: int
    refunded_fen: int
    average_fen: int
    first_at: str | None
    last_at: str | None
    returning: bool


class FiguresOut(Schema):
    """Permille of buyers or orders; None where nobody bought anything."""

    since: str
    until: str
    orders: int
    buyers: int
    returning: int
    returning_permille: int | None
    per_buyer_fen: int | None
    per_order_fen: int | None
    together: int
    together_permille: int | None


@router.get("/customers/{int:customer_id}/standing", response=StandingOut, summary="What she bought so far")
def standing(request: HttpRequest, customer_id: int) -> dict[str, Any]:
    return buyers.standing(find_customer(viewer_of(request), customer_id).pk)


@router.get("/customer-figures", response=FiguresOut, summary="Repeat rate, value per buyer, bought together (R119)")
def figures(request: HttpRequest, shop: int | None = None, days: int = 30) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    shops = [one for one in shops_of(viewer) if shop in (None, one)]
    return buyers.figures(shops, since=at - timedelta(days=max(1, min(days, LONGEST))), until=at)
