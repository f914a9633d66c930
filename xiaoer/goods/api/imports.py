"""Files of goods or stock over HTTP: upload and preview, start, follow, fetch the rejected rows."""

import secrets
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from xiaoer.goods import actions, columns, tasks
from xiaoer.goods.models import SheetImport
from xiaoer.kernel import clock, paging, sheets
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.clock import iso
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T

router = Router()
PERMS = {"goods": Perm.GOODS_EDIT, "stock": Perm.STOCK_EDIT}
_SHOWN_ROWS = 10


class ImportOut(Schema):
    """A file and how far it is; `rows`, `changed`, `unchanged` and `rejected` count rows."""

    id: int
    shop: int
    kind: str = Field(description="goods | stock")
    filename: str
    state: str = Field(description="uploaded | queued | running | done | failed")
    columns: list[str]
    mapping: dict[str, str]
    as_of: str | None = Field(description="Stock: when it was counted, from the file's name, else now")
    rows: int
    changed: int
    unchanged: int
    rejected: int
    problem: str
    by: str
    at: str
    finished_at: str | None


class FieldOut(Schema):
    name: str
    label: str


class PreviewRow(Schema):
    row: int
    cells: dict[str, str]
    problems: list[str]


class UploadOut(ImportOut):
    fields: list[FieldOut]
    preview: list[PreviewRow]
    problems: list[str]


class ImportPage(Schema):
    items: list[ImportOut]
    next: str | None = None


class Mapping(Schema):
    mapping: dict[str, str] = {}


@router.post("/goods/imports", response=UploadOut, summary="Upload a file of goods or stock (CSV or XLSX)")
def upload(request: HttpRequest, shop: Form[int], kind: Form[str], file: File[UploadedFile]) -> dict[str, Any]:
    """Nothing is taken in yet: the answer shows how the columns were understood. Then POST …/start."""
    viewer = viewer_of(request)
    if kind not in PERMS:
        raise Invalid(fields={"kind": T("应为 goods 或 stock", "Use goods or stock")})
    viewer.require(PERMS[kind], shop)
    name = Path(file.name or "").name
    if (file.size or 0) > sheets.MAX_BYTES:
        raise Invalid(
            f"文件超过 {sheets.MAX_BYTES >> 20} MB，请分段导出", "The file is too large", code="file_unusable"
        )
    path = tasks.folder() / f"{secrets.token_hex(16)}{'.xlsx' if name.lower().endswith('.xlsx') else '.csv'}"
    try:
        with path.open("xb") as out:
            path.chmod(0o600)
            for piece in file.chunks():
                out.write(piece)
        facts = tasks.look(kind, path, name)
        mapping = columns.guess(kind, facts.columns)
        seen = preview(kind, facts, mapping, viewer)
        with transaction():
            row = actions.create_import(
                shop, kind, filename=name, facts=facts, mapping=mapping, by=viewer.who, at=clock.now()
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return {**shown(row), **seen}


def preview(kind: str, facts: sheets.FileFacts, mapping: dict[str, str], viewer: Viewer) -> dict[str, Any]:
    """The first rows, what is wrong with them, and what can be mapped."""
    rows = []
    for number, raw, _ in islice(sheets.rows(facts), _SHOWN_ROWS):
        values = columns.picked(raw, mapping, facts.columns)
        more = columns.goods_of(values)[1] if kind == "goods" else columns.stock_of(values)[2]
        wrong = columns.broken(raw, facts.columns) + more
        rows.append({"row": number, "cells": values, "problems": [one.say(viewer.language) for one in wrong]})
    names = [{"name": name, "label": labels[0]} for name, labels in columns.FIELDS[kind].items()]
    wrong_mapping = columns.check(kind, mapping, facts.columns)
    return {
        "fields": names,
        "preview": rows,
        "problems": [one.say(viewer.language) for one in wrong_mapping.values()],
    }


def shown(row: SheetImport) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "kind": row.kind,
        "filename": row.filename,
        "state": row.state,
        "columns": row.columns,
        "mapping": row.mapping,
        "as_of": iso(row.as_of),
        "rows": row.rows,
        "changed": row.changed,
        "unchanged": row.unchanged,
        "rejected": row.rejected,
        "problem": row.problem,
        "by": row.by_name,
        "at": iso(row.at),
        "finished_at": iso(row.finished_at),
    }


def visible(viewer: Viewer) -> QuerySet[SheetImport]:
    """Who may import a kind sees its files."""
    rows = SheetImport.objects.none()
    for kind, perm in PERMS.items():
        rows = rows | SheetImport.objects.filter(kind=kind, shop_id__in=viewer.shops_with(perm))
    return rows


def find(viewer: Viewer, import_id: int) -> SheetImport:
    row = visible(viewer).filter(pk=import_id).first()
    if row is None:
        raise NotFound("没有这个导入", "There is no such import")
    return row


@router.post("/goods/imports/{int:import_id}/start", response=ImportOut, summary="Take the file in, in the background")
def start(request: HttpRequest, import_id: int, data: Mapping) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = find(viewer, import_id)
        row = actions.start_import(row, data.mapping or row.mapping, at=clock.now())
        tasks.import_sheet.enqueue(row.pk)
    return shown(row)


@router.get("/goods/imports", response=ImportPage, summary="Files of goods and stock, latest first")
def imports(
    request: HttpRequest, shop: int | None = None, cursor: str | None = None, limit: int = 20
) -> dict[str, Any]:
    rows = visible(viewer_of(request))
    rows = rows.filter(shop_id=shop) if shop is not None else rows
    found, after = paging.newest_first(rows, "at", cursor=cursor, limit=limit)
    return {"items": [shown(row) for row in found], "next": after}


@router.get("/goods/imports/{int:import_id}", response=ImportOut, summary="How far a file is")
def one(request: HttpRequest, import_id: int) -> dict[str, Any]:
    return shown(find(viewer_of(request), import_id))


@router.get("/goods/imports/{int:import_id}/rejects", summary="The rejected rows as CSV with 行号 and 原因")
def rejects(request: HttpRequest, import_id: int) -> Any:
    row = find(viewer_of(request), import_id)
    path = Path(row.rejects_path) if row.rejects_path else None
    if path is None or not row.rejected or not path.is_file():
        raise NotFound("这个导入没有退回的行", "This import has no rejected rows")
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{Path(row.filename).stem}-退回{row.rejected}行.csv",
        content_type="text/csv; charset=utf-8",
    )
