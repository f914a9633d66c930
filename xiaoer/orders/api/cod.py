"""Cash on delivery over HTTP (货到付款): may it be offered, the list to call, the answers."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Body, Router

from xiaoer.kernel import clock, paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.db import transaction
from xiaoer.orders import cod_reads, money_reads, money_showing, queries
from xiaoer.orders.actions import cod
from xiaoer.orders.api.invoices import staff_of
from xiaoer.orders.api.money_schemas import CodPage, CodWhole, Offer
from xiaoer.people.queries import shop_facts

router = Router()


@router.get("/cod", response=CodPage, summary="COD confirmations of a desk")
def listed(
    request: HttpRequest,
    desk: str = "to_call",
    shop: int | None = None,
    order: int | None = None,
    q: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`desk`: to_call, unreachable, confirmed, refused, all."""
    viewer = staff_of(request)
    rows = money_reads.ask(viewer, "cod_confirmation", desk=desk, shop=shop, order=order, q=q)
    page = paging.soonest_first if desk in money_reads.OLDEST_FIRST else paging.newest_first
    found, after = page(rows, "opened_at", cursor=cursor, limit=limit)
    return {"items": money_showing.shown_cods(found, viewer), "next": after}


@router.get("/cod/counts", response=dict[str, int], summary="How many wait to be called")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return money_reads.counts(staff_of(request), "cod_confirmation", shop)


@router.get("/cod/offer", response=Offer, summary="May cash on delivery be offered, and what to say")
def offer(request: HttpRequest, shop: int, address: str = "") -> dict[str, Any]:
    viewer = staff_of(request)
    viewer.require(Perm.ORDERS_VIEW, shop)
    now = clock.now()
    facts = shop_facts(shop)
    found = cod_reads.offer(facts, address, now, cod_reads.activities(facts, now))
    return {**found, "say": found["say"].say(viewer.language)}


@router.get("/cod/{int:pk}", response=CodWhole, summary="One confirmation with every attempt")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _whole(staff_of(request), pk, clock.now())


def _whole(viewer: Viewer, pk: int, now: datetime) -> dict[str, Any]:
    row = money_reads.find(viewer, "cod_confirmation", pk)
    facts = shop_facts(row.shop_id)
    wrong = cod_reads.problems(row.order, facts, now, cod_reads.activities(facts, row.order.ordered_at))
    return {
        **money_showing.shown_cods([row], viewer)[0],
        "fee_fen": cod_reads.service_fee(facts, now),
        "problems": [text.say(viewer.language) for text in wrong],
        "attempts": money_showing.attempts(row, viewer),
    }


@router.post(
    "/orders/{int:order_id}/cod", response=CodWhole, summary="Ask again: data changed, or the buyer thought better"
)
def again(request: HttpRequest, order_id: int) -> dict[str, Any]:
    viewer, now = staff_of(request), clock.now()
    with transaction():
        order = queries.find(viewer, order_id)
        viewer.require(Perm.ORDERS_REMARK, order.shop_id)
        row = cod.ask_again(order.pk, by=viewer.who, at=now)
    return _whole(viewer, row.pk, now)


@router.post("/cod/{int:pk}/{verb}", response=CodWhole, summary="Confirm, not reached, refuse; see `can`")
def moved(request: HttpRequest, pk: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer, now = staff_of(request), clock.now()
    with transaction():
        row = money_reads.find(viewer, "cod_confirmation", pk, lock=True)
        cod.perform_cod(viewer, row, verb, data, by=viewer.who, at=now)
    return _whole(viewer, pk, now)
