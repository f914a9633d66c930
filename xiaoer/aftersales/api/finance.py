"""Finance over HTTP: the list of what is owed, checking and paying many, payout files and their results, reversals."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from ninja import Body, File, Form, Router
from ninja.files import UploadedFile

from xiaoer.aftersales import finance_reads as reads
from xiaoer.aftersales import finance_showing as showing
from xiaoer.aftersales import payout_results, payout_sheet
from xiaoer.aftersales.actions import finance, finance_batches, reversals
from xiaoer.aftersales.api import finance_schemas as out
from xiaoer.aftersales.api.cases import staff_of
from xiaoer.aftersales.finance_to import payee
from xiaoer.aftersales.forms import Pay
from xiaoer.aftersales.models import Payable, PayoutBatch
from xiaoer.aftersales.naming import actor_names
from xiaoer.aftersales.payout_accounts import of_orders
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.paging import newest_first, soonest_first
from xiaoer.kernel.rejects import Rejects
from xiaoer.kernel.xlsx import XLSX
from xiaoer.orders.queries import order_facts

router = Router()
CHUNK = 20
"""Rows per transaction: a long file must not keep everybody else from writing."""


@router.get("/finance", response=out.PayablePage, summary="What waits to be paid, soonest due first; or what was paid")
def listed(
    request: HttpRequest,
    tab: str = "open",
    shop: int | None = None,
    flow: str = "",
    q: str = "",
    batch: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`tab`: open, waiting (待审核), approved (待打款), exported (待回盘), failed (失败退回), paid."""
    viewer = staff_of(request)
    rows = reads.ask(viewer, tab=tab, shop=shop, flow=flow, q=q, batch=batch)
    if tab == "paid":
        found, more = newest_first(rows, "paid_at", cursor=cursor, limit=limit)
    else:
        found, more = soonest_first(rows, "due_at", cursor=cursor, limit=limit)
    return {"items": showing.rows(found, viewer.language), "next": more}


@router.get("/finance/totals", response=out.Totals, summary="How much waits in each state, and what was paid today")
def totals(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    viewer = staff_of(request)
    today = clock.now().astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    return {"by_state": reads.totals(viewer, shop=shop), "paid_today": reads.paid_since(viewer, today, shop=shop)}


@router.get("/finance/budgets", response=list[out.Budget], summary="This month's compensation budget of each shop")
def budgets(request: HttpRequest, shop: int | None = None) -> list[dict[str, Any]]:
    viewer = staff_of(request)
    shops = [one for one in viewer.shops_with(Perm.AFTERSALES_OPEN) if shop in (None, one)]
    shops += [one for one in viewer.shops_with(Perm.MONEY_REFUND) if shop in (None, one) and one not in shops]
    return [showing.budget(viewer, one, clock.now()) for one in shops]


@router.post("/finance/steps/{verb}", response=out.Results, summary="approve, unapprove, fail or delay many rows")
def stepped(request: HttpRequest, verb: str, data: out.StepIn) -> dict[str, Any]:
    """Each row has its own result: done, already, or refused with the reason. Saying it twice changes nothing."""
    viewer, now = staff_of(request), clock.now()
    form = {} if verb == "approve" else {"why": data.why}
    found: list[Any] = []
    for part in _chunks(data.ids):
        with transaction():
            found += finance.step_many(viewer, verb, part, form, by=viewer.who, at=now)
    return {"results": found}


@router.post("/finance/pay", response=out.Results, summary="Register payments, each with its own reference")
def paid(request: HttpRequest, data: out.PayManyIn) -> dict[str, Any]:
    viewer, now = staff_of(request), clock.now()
    wanted = [(one.id, Pay(channel=one.channel, reference=one.reference, note=one.note)) for one in data.payments]
    found: list[Any] = []
    for start in range(0, len(wanted), CHUNK):
        with transaction():
            found += finance.pay_many(viewer, wanted[start : start + CHUNK], by=viewer.who, at=now)
    return {"results": found}


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


@router.get("/finance/batches", response=out.BatchPage, summary="Payout batches, newest first")
def batches(
    request: HttpRequest, shop: int | None = None, cursor: str | None = None, limit: int = 20
) -> dict[str, Any]:
    viewer = staff_of(request)
    found, more = newest_first(reads.batches(viewer, shop), "made_at", cursor=cursor, limit=limit)
    return {"items": _shown_batches(found, viewer), "next": more}


def _shown_batches(found: list[PayoutBatch], viewer: Viewer) -> list[dict[str, Any]]:
    told = actor_names([row.made_by for row in found], viewer.language)
    rows = Payable.objects.filter(batch__in=[row.pk for row in found]).order_by().values("batch")
    counted = {
        one["batch"]: one
        for one in rows.annotate(
            waiting=Count("pk", filter=Q(state="exported")), paid=Count("pk", filter=Q(state="paid"))
        )
    }
    none = {"waiting": 0, "paid": 0}
    return [
        showing.batch(row, (one := counted.get(row.pk, none))["waiting"], one["paid"], told, viewer.language)
        for row in found
    ]


@router.post("/finance/batches", response=out.BatchMade, summary="Export rows for payout: one batch per shop")
def made(request: HttpRequest, data: out.BatchIn) -> dict[str, Any]:
    """Rows that went in are locked to their batch until the result is imported or the batch is cancelled."""
    viewer = staff_of(request)
    with transaction():
        found, results = finance_batches.make(viewer, data.ids, data.channel, by=viewer.who, at=clock.now())
    return {"batches": _shown_batches(found, viewer), "results": results}


@router.get("/finance/batches/{int:batch_id}/file", summary="The payout file (xlsx or csv)")
def batch_file(request: HttpRequest, batch_id: int, kind: str = "xlsx") -> HttpResponse:
    viewer = staff_of(request)
    batch = reads.find_batch(viewer, batch_id)
    rows = Payable.objects.filter(batch=batch).select_related("order", "customer").order_by("payout_no")
    told = of_orders(row.order_id for row in rows)
    pairs = [(row, payee(row, told.get(row.order_id))) for row in rows]
    as_csv = kind == "csv"
    body = (payout_sheet.as_csv if as_csv else payout_sheet.as_xlsx)(batch, pairs, viewer.language)
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8" if as_csv else XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{batch.number}.{"csv" if as_csv else "xlsx"}"'
    return answer


@router.post("/finance/batches/{int:batch_id}/cancel", response=out.BatchOut, summary="Free the rows of an unsent file")
def cancelled(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        finance_batches.cancel(reads.find_batch(viewer, batch_id), by=viewer.who, at=clock.now())
    return _shown_batches([reads.find_batch(viewer, batch_id)], viewer)[0]


@contextmanager
def _kept(file: UploadedFile) -> Iterator[tuple[Path, str, str]]:
    """An upload on disk while it is read, with its digest; gone afterwards."""
    name = Path(file.name or "").name
    folder = Path(settings.MEDIA_ROOT) / "payouts"
    folder.mkdir(parents=True, exist_ok=True)
    path, digest = folder / f"{secrets.token_hex(16)}.part", hashlib.sha256()
    try:
        with path.open("xb") as stored:
            path.chmod(0o600)
            for piece in file.chunks():
                digest.update(piece)
                stored.write(piece)
        yield path, name, digest.hexdigest()
    finally:
        path.unlink(missing_ok=True)


@router.post("/finance/results", response=out.ResultFile, summary="Import the bank's or Alipay's result file")
def results(request: HttpRequest, shop: Form[int], file: File[UploadedFile]) -> dict[str, Any]:
    """Good rows are booked, failed ones return to the list, bad ones come back as a file. The same file again adds nothing."""
    viewer, now = staff_of(request), clock.now()
    viewer.require(Perm.MONEY_REFUND, shop)
    with _kept(file) as (path, name, digest):
        columns, read = payout_results.read(path, name)
        rows = list(read)
    if not rows:
        raise Invalid("文件里没有数据行", "The file has no rows", code="file_unusable")
    tally, bad = finance_batches.Tally(), Rejects(columns, viewer.language)
    for start in range(0, len(rows), CHUNK):
        with transaction():
            for row in rows[start : start + CHUNK]:
                _book(viewer, shop, row, tally, bad, now)
    with transaction():
        kept = finance_batches.keep_file(shop, name, digest, tally, bad.csv(), by=viewer.who, at=now)
    return showing.result_file(kept, actor_names([kept.by], viewer.language))


def _book(
    viewer: Viewer,
    shop: int,
    row: payout_results.ReadRow,
    tally: finance_batches.Tally,
    bad: Rejects,
    now: datetime,
) -> None:
    problems = row.problems
    if row.outcome is not None:
        try:
            with transaction():
                finance_batches.book(viewer, shop, row.outcome, tally, by=viewer.who, at=now)
        except Refusal as no:
            problems = ((no.fields and next(iter(no.fields.values()))) or no.text,)
    if problems:
        tally.rejected += 1
        bad.add(row.line, row.raw, problems)


@router.get("/finance/results", response=out.ResultPage, summary="Result files, newest first")
def result_files(request: HttpRequest, shop: int | None = None, cursor: str | None = None) -> dict[str, Any]:
    viewer = staff_of(request)
    found, more = newest_first(reads.files(viewer, shop), "at", cursor=cursor, limit=20)
    told = actor_names([row.by for row in found], viewer.language)
    return {"items": [showing.result_file(row, told) for row in found], "next": more}


@router.get("/finance/results/{int:file_id}/rejects", summary="The rows that came back, with the reasons (CSV)")
def rejects(request: HttpRequest, file_id: int) -> HttpResponse:
    row = reads.find_file(staff_of(request), file_id)
    answer = HttpResponse(row.rejects.encode(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="payout-rejects.csv"'
    return answer


@router.get("/finance/reversals", response=out.ReversalPage, summary="Reversals 冲正, newest first")
def reversed_(
    request: HttpRequest, shop: int | None = None, state: str = "", cursor: str | None = None
) -> dict[str, Any]:
    viewer = staff_of(request)
    rows = reads.reversals(viewer, shop)
    found, more = newest_first(rows.filter(state=state) if state else rows, "asked_at", cursor=cursor, limit=50)
    return {"items": _shown_reversals(found, viewer), "next": more}


def _shown_reversals(found: list[Any], viewer: Viewer) -> list[dict[str, Any]]:
    told = actor_names([one for row in found for one in (row.asked_by, row.decided_by) if one], viewer.language)
    return [showing.reversal(row, viewer, told) for row in found]


@router.post("/finance/{int:payable_id}/reverse", response=out.ReversalOut, summary="Ask for a reversal of a payment")
def reverse(request: HttpRequest, payable_id: int, data: out.ReverseIn) -> dict[str, Any]:
    viewer = staff_of(request)
    if len(data.why.strip()) < 2:
        raise Invalid(fields={"why": T("请写明为什么冲正", "Say why it is reversed")})
    with transaction():
        payable = reads.find(viewer, payable_id)
        order_facts(payable.order_id)
        row = reversals.ask(payable, data.why.strip(), data.again, by=viewer.who, at=clock.now())
    return _shown_reversals([reads.find_reversal(viewer, row.pk)], viewer)[0]


@router.post(
    "/finance/reversals/{int:reversal_id}/{verb}", response=out.ReversalOut, summary="confirm, refuse, withdraw"
)
def decided(
    request: HttpRequest, reversal_id: int, verb: str, data: dict[str, Any] = Body(default={})
) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = reads.find_reversal(viewer, reversal_id)
        reversals.perform_reversal(viewer, row, verb, data, by=viewer.who, at=clock.now())
    return _shown_reversals([reads.find_reversal(viewer, reversal_id)], viewer)[0]
