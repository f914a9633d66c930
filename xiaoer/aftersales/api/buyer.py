"""The buyer's own cases: apply, follow, amend, ship, withdraw, call in the platform. What is not hers does not exist."""

from typing import Any

from django.http import HttpRequest
from ninja import Body, Router, Status

from xiaoer.aftersales import actions, queries, showing
from xiaoer.aftersales.api.cases import read
from xiaoer.aftersales.api.schemas import BuyerCase, BuyerOpenIn, CasePage
from xiaoer.aftersales.offering import offered
from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound
from xiaoer.orders.queries import OrderFacts, orders_of_customer
from xiaoer.reception.api import BuyerAuth, buyer_of

router = Router(auth=BuyerAuth(), tags=["buyer 买家"])


def _order(viewer: Viewer, order_id: int) -> OrderFacts:
    """One of the buyer's own orders in this shop, or 404."""
    found = [order for order in orders_of_customer(viewer.customer_id or 0, limit=1000) if order.id == order_id]
    if not found or found[0].shop_id not in viewer.shops:
        raise NotFound(
            "没有这张订单，请先验证订单号和手机尾号", "No such order; prove order number and phone tail first"
        )
    return found[0]


@router.get("/buyer/cases", response=CasePage, summary="My after-sales cases, latest first")
def listed(request: HttpRequest, order: int | None = None, cursor: str = "", limit: int = 50) -> dict[str, Any]:
    viewer = buyer_of(request)
    found, more = queries.page(viewer, desk="all", order=order, cursor=cursor, limit=limit)
    rows = showing.rows(found, viewer.language)
    for row, (name, case) in zip(rows, found, strict=True):
        row["responsibility"] = row["responsibility_label"] = ""
        row["buyer_text"] = showing.text_for_buyer(queries.flow_named(name), case).say(viewer.language)
    return {"items": rows, "next": more}


@router.get("/buyer/cases/opening", summary="What I may ask for an order of mine")
def may_open(request: HttpRequest, order: int) -> dict[str, Any]:
    viewer = buyer_of(request)
    return offered(_order(viewer, order), viewer.language, clock.now(), buyer=True)


def _shown(viewer: Viewer, flow: str, case_id: int) -> dict[str, Any]:
    row = queries.find(viewer, flow, case_id)
    return showing.for_buyer(queries.flow_named(flow), row, viewer, clock.now())


@router.get("/buyer/cases/{flow}/{case_id}", response=BuyerCase, summary="One of my cases")
def one(request: HttpRequest, flow: str, case_id: int) -> dict[str, Any]:
    return _shown(buyer_of(request), flow, case_id)


@router.post("/buyer/cases/{flow}", response={201: BuyerCase}, summary="Apply for a return or a refund")
def opened(request: HttpRequest, flow: str, body: dict[str, Any] = Body(...)) -> Status[dict[str, Any]]:
    """`order`, and beside it the fields of the form that `opening` gave. `kind` counts before the one in the address."""
    viewer = buyer_of(request)
    data, form = read(BuyerOpenIn, body)
    kind = queries.flow_named(data.kind or flow).name
    order = _order(viewer, data.order)
    with transaction():
        case = actions.open_any(viewer, kind, order.id, form, at=clock.now())
    return Status(201, _shown(viewer, kind, case.pk))


@router.post("/buyer/cases/{flow}/{case_id}/{verb}", response=BuyerCase, summary="My next step: ship, withdraw, ...")
def moved(
    request: HttpRequest, flow: str, case_id: int, verb: str, data: dict[str, Any] = Body(default={})
) -> dict[str, Any]:
    viewer = buyer_of(request)
    with transaction():
        row = queries.find(viewer, flow, case_id)
        actions.perform(viewer, queries.flow_named(flow), row, verb, data, by=viewer.who, at=clock.now())
    return _shown(viewer, flow, case_id)
