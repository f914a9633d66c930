"""The buyer's own invoices (自助申请发票): ask, change, follow, give up. What is not hers does not exist."""

from typing import Any

from django.http import HttpRequest
from ninja import Body, Router, Status

from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.moving import form_schema
from xiaoer.orders import invoice_reads, money_reads, money_showing
from xiaoer.orders.actions import invoices
from xiaoer.orders.api.invoices import parsed
from xiaoer.orders.api.money_schemas import InvoiceOut, InvoicePage
from xiaoer.orders.invoice_forms import Ask
from xiaoer.orders.queries import orders_of_buyer
from xiaoer.reception.api.buyer import BuyerAuth, buyer_of

router = Router(auth=BuyerAuth(), tags=["buyer 买家"])
MOST = 50


def _order(viewer: Viewer, order_id: int) -> Any:
    row = orders_of_buyer(viewer.customer_id or 0).filter(pk=order_id, shop_id__in=viewer.shop_ids).first()
    if row is None:
        raise NotFound(
            "没有这张订单，请先验证订单号和手机尾号", "No such order; prove order number and phone tail first"
        )
    return row


def _shown(viewer: Viewer, pk: int) -> dict[str, Any]:
    return money_showing.shown_invoice(money_reads.find(viewer, "invoice", pk), viewer)


@router.get("/buyer/invoices", response=InvoicePage, summary="My invoices, latest first")
def listed(request: HttpRequest, order: int | None = None) -> dict[str, Any]:
    viewer = buyer_of(request)
    rows = money_reads.ask(viewer, "invoice", order=order).filter(sort="blue").order_by("-asked_at", "-pk")[:MOST]
    return {"items": money_showing.shown_invoices(list(rows), viewer), "next": None}


@router.get("/buyer/invoices/form", response=dict[str, Any], summary="What is asked for an invoice of my order")
def asked_form(request: HttpRequest, order: int) -> dict[str, Any]:
    viewer = buyer_of(request)
    row = _order(viewer, order)
    special = invoice_reads.issues_special(row.shop_id, clock.now())
    schema = invoice_reads.fitting_form(form_schema(Ask, viewer.language), special) or {}
    fields = {name: field for name, field in schema["properties"].items() if name != "note"}
    return {"form": {**schema, "properties": fields}}


@router.post("/buyer/invoices", response={201: InvoiceOut}, summary="Ask for the invoice of an order of mine")
def asked(request: HttpRequest, order: int, data: dict[str, Any] = Body(default={})) -> Status[dict[str, Any]]:
    viewer = buyer_of(request)
    row = _order(viewer, order)
    form = parsed(Ask, {**data, "note": ""})
    with transaction():
        made, _ = invoices.ask(row.pk, form, source="buyer", by=viewer.who, at=clock.now())
    return Status(201, _shown(viewer, made.pk))


@router.post("/buyer/invoices/{int:pk}/{verb}", response=InvoiceOut, summary="Change it, say that it came, give it up")
def moved(request: HttpRequest, pk: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer = buyer_of(request)
    with transaction():
        row = money_reads.find(viewer, "invoice", pk, lock=True)
        invoices.perform_invoice(viewer, row, verb, data, by=viewer.who, at=clock.now())
    return _shown(viewer, pk)
