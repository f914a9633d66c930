"""Order reports over HTTP: upload and preview, start, follow, fetch the rejected rows."""

import secrets
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from xiaoer.kernel import clock, paging
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.orders import actions, queries, reading, tasks
from xiaoer.orders.actions.imports import STALLED
from xiaoer.orders.headings import FIELDS
from xiaoer.orders.models import OrderImport
from xiaoer.people.queries import shop_facts

router = Router()


class ImportOut(Schema):
    """An import and how far it is. `created…stale` count orders, `rows`, `done` and `rejected` count rows."""

    id: int
    shop: int
    filename: str
    size: int
    encoding: str
    state: str = Field(description="uploaded | queued | running | done | failed")
    stalled: bool
    columns: list[str]
    mapping: dict[str, str]
    rows: int
    done: int
    percent: float
    created: int
    updated: int
    unchanged: int
    stale: int
    rejected: int
    problem: str
    by: str
    at: str
    started_at: str | None
    finished_at: str | None


class PreviewOrder(Schema):
    order_no: str
    nick: str
    status: str
    payable_fen: int | None
    paid_fen: int | None
    receiver_name: str
    receiver_phone: str
    created_at: str | None
    waybill: str
    title: str
    sku: str
    qty: int | None


class PreviewRow(Schema):
    row: int = Field(description="Line number in the file, as Excel shows it")
    problems: list[str]
    order: PreviewOrder | None
    cells: dict[str, str] = Field({}, description="What stands in the file, by field; private values masked")


class UploadOut(ImportOut):
    """The import with its first 20 rows, what is wrong with them, and what can be mapped."""

    preview: list[PreviewRow]
    problems: list[str]
    fields: list[str]
    samples: dict[str, list[str]]


class ImportPage(Schema):
    items: list[ImportOut]
    next: str | None = None


class Mapping(Schema):
    """Field -> column heading; empty: the mapping shown at upload."""

    mapping: dict[str, str] = {}


@router.post("/orders/imports", response=UploadOut, summary="Upload an order report (CSV or XLSX, up to 50 MB)")
def upload(request: HttpRequest, shop: Form[int], file: File[UploadedFile]) -> dict[str, Any]:
    """Nothing is taken in yet: the answer shows how the columns were understood. Then POST …/start."""
    viewer = viewer_of(request)
    viewer.require(Perm.ORDERS_IMPORT, shop)
    name = Path(file.name or "").name
    if (file.size or 0) > reading.MAX_BYTES:
        raise Invalid(
            f"文件超过 {reading.MAX_BYTES >> 20} MB，请分段导出",
            "The file is too large; export it in parts",
            code="file_unusable",
        )
    path = tasks.folder() / f"{secrets.token_hex(16)}{'.xlsx' if name.lower().endswith('.xlsx') else '.csv'}"
    try:
        with path.open("xb") as out:
            path.chmod(0o600)
            for piece in file.chunks():
                out.write(piece)
        facts = reading.inspect(path, name)
        mapping = queries.mapping_for(shop, facts)
        platform = shop_facts(shop).platform
        seen = queries.preview(facts, mapping, platform=platform, language=viewer.language)
        examples = queries.samples(facts, mapping)
        with transaction():
            row = actions.create_import(
                shop, filename=name, facts=facts, mapping=mapping, by=viewer.who, at=clock.now()
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return {**queries.shown_import(row), **seen, "fields": list(FIELDS), "samples": examples}


@router.post(
    "/orders/imports/{import_id}/preview", response=UploadOut, summary="See the first rows with another mapping"
)
def preview(request: HttpRequest, import_id: int, data: Mapping) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = queries.find_import(viewer, import_id)
    if not row.path or not Path(row.path).is_file():
        raise NotFound("原文件已删除", "The file is no longer kept")
    facts = reading.inspect(Path(row.path), row.filename)
    mapping = data.mapping or row.mapping
    seen = queries.preview(facts, mapping, platform=shop_facts(row.shop_id).platform, language=viewer.language)
    return {**_shown(row), **seen, "fields": list(FIELDS), "samples": queries.samples(facts, mapping)}


@router.post("/orders/imports/{import_id}/start", response=ImportOut, summary="Take the file in, in the background")
def start(request: HttpRequest, import_id: int, data: Mapping) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find_import(viewer, import_id)
        row = actions.start_import(row.pk, data.mapping or row.mapping, by=viewer.who, at=clock.now())
        tasks.import_orders.enqueue(row.pk)
    return _shown(row)


@router.get("/orders/imports", response=ImportPage, summary="Imports, latest first")
def imports(
    request: HttpRequest, shop: int | None = None, cursor: str | None = None, limit: int = 50
) -> dict[str, Any]:
    viewer = viewer_of(request)
    rows, after = paging.newest_first(queries.imports_for(viewer, shop=shop), "at", cursor=cursor, limit=limit)
    return {"items": [_shown(row) for row in rows], "next": after}


@router.get("/orders/imports/{import_id}", response=ImportOut, summary="How far an import is")
def one_import(request: HttpRequest, import_id: int) -> dict[str, Any]:
    return _shown(queries.find_import(viewer_of(request), import_id))


@router.get("/orders/imports/{import_id}/rejects", summary="The rejected rows as CSV with 行号 and 原因")
def rejects(request: HttpRequest, import_id: int) -> Any:
    row = queries.find_import(viewer_of(request), import_id)
    path = Path(row.rejects_path) if row.rejects_path else None
    if path is None or not row.rejected or not path.is_file():
        raise NotFound("这个导入没有退回的行", "This import has no rejected rows")
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{Path(row.filename).stem}-退回{row.rejected}行.csv",
        content_type="text/csv; charset=utf-8",
    )


def _shown(row: OrderImport) -> dict[str, Any]:
    return queries.shown_import(row, stalled=queries.stalled(row, clock.now(), STALLED))
