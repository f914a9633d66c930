"""Invoices over HTTP (发票): the desks of finance and after-sales, requests, batches for the tax tool, numbers coming back."""

import tempfile
from pathlib import Path
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Body, Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import BaseModel, ValidationError

from xiaoer.kernel import clock, paging
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import form_schema, invalid_from
from xiaoer.kernel.rejects import Rejects
from xiaoer.kernel.xlsx import XLSX
from xiaoer.orders import invoice_files, invoice_reads, invoice_remark, invoice_tax, money_reads, money_showing, queries
from xiaoer.orders.actions import invoice_red, invoice_runs, invoices
from xiaoer.orders.api.money_schemas import InvoiceOut, InvoicePage, RunOut, RunPage
from xiaoer.orders.invoice_forms import Ask, Reissue

router = Router()
MOST_BYTES = 5 * 1024 * 1024


class Asked(Schema):
    """The request, and what to clear up with the buyer."""

    invoice: InvoiceOut
    warnings: list[str]


class TaxCheck(Schema):
    number: str
    form: str = Field(description="uscc | old15 | id18 | old20 | none")
    ok: bool
    problems: dict[str, str]
    warnings: list[str]


class CheckIn(Schema):
    kind: Literal["company", "personal"]
    title: str = Field("", max_length=100)
    tax_no: str = Field("", max_length=60)
    type: Literal["normal", "special"] = "normal"


class RunIn(Schema):
    shop: int
    ids: list[int] = Field(max_length=500)
    key: str = Field(min_length=8, max_length=40, description="One press, one key: pressed twice it is one batch")


class TakenRow(Schema):
    row: int
    order_no: str
    done: bool
    reasons: list[str]


class Taken(Schema):
    done: int
    rejected: int
    rows: list[TakenRow]
    rejects_csv: str = Field(description="The bad rows with 行号 and 原因; empty when there are none")


def staff_of(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if viewer.kind == "buyer":
        raise NotFound()
    return viewer


def parsed(form: type[BaseModel], data: dict[str, Any]) -> Any:
    try:
        return form.model_validate(data)
    except ValidationError as error:
        raise invalid_from(error) from None


@router.get(
    "/invoices", response=InvoicePage, summary="Invoices of a desk: to issue, at the tax tool, to send, late, all"
)
def listed(
    request: HttpRequest,
    desk: str = "to_issue",
    shop: int | None = None,
    order: int | None = None,
    customer: int | None = None,
    q: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`q`: order number, slip, nick, title, tax number, invoice number. Desks oldest first, all newest first."""
    viewer = staff_of(request)
    rows = money_reads.ask(viewer, "invoice", desk=desk, shop=shop, order=order, customer=customer, q=q)
    page = paging.soonest_first if desk in money_reads.OLDEST_FIRST else paging.newest_first
    found, after = page(rows, "asked_at", cursor=cursor, limit=limit)
    return {"items": money_showing.shown_invoices(found, viewer), "next": after}


@router.get("/invoices/counts", response=dict[str, int], summary="How many invoices wait at each desk")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return money_reads.counts(staff_of(request), "invoice", shop)


@router.get("/invoices/form", response=dict[str, Any], summary="The request form, and what the order's remark says")
def ask_form(request: HttpRequest, order: int) -> dict[str, Any]:
    viewer = staff_of(request)
    row = queries.find(viewer, order)
    found = invoice_remark.read(row.buyer_message)
    initial: dict[str, Any] = {}
    if found is not None:
        initial = {
            "title": found.title,
            "kind": found.kind or "personal",
            "tax_no": found.tax_no,
            "type": "special" if found.special else "normal",
        }
        if found.email:
            initial |= {"delivery": "email", "email": found.email}
    may = viewer.may(Perm.ORDERS_REMARK, row.shop_id)
    special = invoice_reads.issues_special(row.shop_id, clock.now())
    form = invoice_reads.fitting_form(form_schema(Ask, viewer.language), special)
    again = invoice_reads.fitting_form(form_schema(Reissue, viewer.language), special)
    return {"form": form, "reissue": again, "initial": initial, "may": may}


@router.post(
    "/invoices/check", response=TaxCheck, summary="Look at a title and a tax number: check digit, old forms, misfits"
)
def check(request: HttpRequest, data: CheckIn) -> dict[str, Any]:
    viewer = staff_of(request)
    found = invoice_tax.check(data.kind, data.title.strip(), data.tax_no, special=data.type == "special")
    return {
        "number": found.number,
        "form": found.form,
        "ok": not found.wrong,
        "problems": {name: text.say(viewer.language) for name, text in found.wrong.items()},
        "warnings": [text.say(viewer.language) for text in found.warnings],
    }


@router.post("/orders/{int:order_id}/invoices", response={201: Asked}, summary="Ask for an order's invoice")
def asked(request: HttpRequest, order_id: int, data: dict[str, Any] = Body(default={})) -> Status[dict[str, Any]]:
    viewer = staff_of(request)
    with transaction():
        order = queries.find(viewer, order_id)
        viewer.require(Perm.ORDERS_REMARK, order.shop_id)
        form = parsed(Ask, data)
        row, warnings = invoices.ask(order.pk, form, source="agent", by=viewer.who, at=clock.now())
    return Status(201, _asked(viewer, row.pk, warnings))


def _asked(viewer: Viewer, pk: int, warnings: list[T]) -> dict[str, Any]:
    row = money_reads.find(viewer, "invoice", pk)
    return {
        "invoice": money_showing.shown_invoice(row, viewer),
        "warnings": [text.say(viewer.language) for text in warnings],
    }


@router.get("/invoices/runs", response=RunPage, summary="Batches for the tax tool, latest first")
def runs(request: HttpRequest, shop: int | None = None, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    viewer = staff_of(request)
    rows, after = paging.newest_first(money_reads.runs(viewer, shop), "at", cursor=cursor, limit=limit)
    return {"items": [money_showing.shown_run(row) for row in rows], "next": after}


@router.post("/invoices/runs", response=RunOut, summary="Put chosen requests into a batch for the tax tool")
def make_run(request: HttpRequest, data: RunIn) -> dict[str, Any]:
    """Safe to repeat with the same `key`: the same batch comes back."""
    viewer = staff_of(request)
    viewer.require(Perm.INVOICES, data.shop)
    with transaction():
        run = invoice_runs.make_run(data.shop, data.ids, key=data.key, by=viewer.who, at=clock.now())
    return money_showing.shown_run(run)


@router.get("/invoices/runs/{int:run_id}/file", summary="The batch as XLSX or CSV: the same contents each time")
def run_file(request: HttpRequest, run_id: int, format: Literal["xlsx", "csv"] = "xlsx") -> HttpResponse:
    run = money_reads.find_run(staff_of(request), run_id)
    body = invoice_files.as_xlsx(run.lines) if format == "xlsx" else invoice_files.as_csv(run.lines)
    answer = HttpResponse(body, content_type=XLSX if format == "xlsx" else "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{run.number}.{format}"'
    return answer


@router.post(
    "/invoices/numbers", response=Taken, summary="Take in issued numbers (CSV/XLSX): good rows in, bad rows back"
)
def numbers(request: HttpRequest, shop: Form[int], file: File[UploadedFile]) -> dict[str, Any]:
    viewer = staff_of(request)
    viewer.require(Perm.INVOICES, shop)
    if (file.size or 0) > MOST_BYTES:
        raise Invalid("文件超过 5 MB，请拆开", "The file is larger than 5 MB; split it", code="file_unusable")
    name = Path(file.name or "numbers.csv").name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("in.xlsx" if name.lower().endswith(".xlsx") else "in.csv")
        path.write_bytes(file.read())
        columns, rows = invoice_files.read_numbers(path, name)
    with transaction():
        results = invoice_runs.take_numbers(shop, rows, by=viewer.who, at=clock.now())
    bad = Rejects(columns, viewer.language)
    for one, result in zip(rows, results, strict=True):
        if not result.done:
            bad.add(one.row, one.raw, result.reasons)
    return {
        "done": len(results) - len(bad.rows),
        "rejected": len(bad.rows),
        "rows": [
            {
                "row": one.row,
                "order_no": one.order_no,
                "done": one.done,
                "reasons": [text.say(viewer.language) for text in one.reasons],
            }
            for one in results
        ],
        "rejects_csv": bad.csv(),
    }


@router.get("/invoices/{int:pk}", response=InvoiceOut, summary="One invoice")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    viewer = staff_of(request)
    return money_showing.shown_invoice(money_reads.find(viewer, "invoice", pk), viewer)


@router.post("/invoices/{int:pk}/reissue", response=Asked, summary="Take an issued invoice back and ask for a new one")
def reissued(request: HttpRequest, pk: int, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = money_reads.find(viewer, "invoice", pk, lock=True)
        viewer.require(Perm.ORDERS_REMARK, row.shop_id)
        made, warnings = invoice_red.reissue(row, parsed(Reissue, data), by=viewer.who, at=clock.now())
    return _asked(viewer, made.pk, warnings)


@router.post("/invoices/{int:pk}/came_back", response=InvoiceOut, summary="The paper came back with returned goods")
def came_back(request: HttpRequest, pk: int) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = money_reads.find(viewer, "invoice", pk, lock=True)
        if not viewer.may(Perm.WAREHOUSE_RECEIVE, row.shop_id):
            viewer.require(Perm.ORDERS_REMARK, row.shop_id)
        invoices.came_back(row, by=viewer.who, at=clock.now())
    return one(request, pk)


@router.post("/invoices/{int:pk}/{verb}", response=InvoiceOut, summary="The next step; see the invoice's `can`")
def moved(request: HttpRequest, pk: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = money_reads.find(viewer, "invoice", pk, lock=True)
        invoices.perform_invoice(viewer, row, verb, data, by=viewer.who, at=clock.now())
    return one(request, pk)
