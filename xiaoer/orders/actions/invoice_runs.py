"""Batches for the tax tool (批量开票): rows chosen, the file kept; numbers come back, good rows in, bad rows out with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Who
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.errors import Conflict, Invalid, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.orders import events_money, invoice_reads
from xiaoer.orders.actions import invoices
from xiaoer.orders.invoice_files import FOUND_BY, TaxRow, export_lines
from xiaoer.orders.invoice_forms import Issue
from xiaoer.orders.models import Invoice, InvoiceRun
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

MOST = 500
"""Invoices in one batch: what tax tools take at once."""
UNSET = "未填写"


def make_run(shop_id: int, ids: Sequence[int], *, key: str, by: Who, at: datetime) -> InvoiceRun:
    """导出开票批次. The same key again gives the same run; a row that is in a batch already is not taken twice."""
    known = InvoiceRun.objects.filter(shop_id=shop_id, key=key[:40]).first()
    if known is not None:
        return known
    wanted = list(dict.fromkeys(ids))
    if not 1 <= len(wanted) <= MOST:
        raise Invalid(fields={"ids": T(f"一批 1～{MOST} 张，选了 {len(wanted)} 张", f"1 to {MOST} a batch")})
    rows = list(
        Invoice.objects.filter(shop_id=shop_id, pk__in=wanted)
        .select_related("order", "shop", "reverses")
        .order_by("pk")
    )
    bad = _unfit(rows, wanted)
    if bad:
        raise Refusal(
            "rows_unfit",
            f"有 {len(bad)} 张不能导出：" + "；".join(text.zh for text in bad.values()),
            f"{len(bad)} cannot be exported: " + "; ".join(text.en for text in bad.values()),
            fields={f"ids.{pk}": text for pk, text in bad.items()},
        )
    lines: list[dict[str, Any]] = []
    total = 0
    for row in rows:
        content, amount = invoice_reads.printed(row)
        lines += export_lines(row, content, amount)
        total += amount
    day = f"{at.astimezone(BEIJING):%Y%m%d}"
    count = InvoiceRun.objects.filter(shop_id=shop_id, number__startswith=f"KP{day}-").count()
    run = InvoiceRun.objects.create(
        shop_id=shop_id,
        number=f"KP{day}-{count + 1:02d}",
        key=key[:40],
        lines=lines,
        invoices=len(rows),
        amount_fen=total,
        by=str(by),
        by_name=by.name,
        at=at,
    )
    taken = Invoice.objects.filter(pk__in=[row.pk for row in rows], run=None, state="requested").update(run=run)
    if taken != len(rows):
        raise Conflict("somebody_was_first", "有的申请刚被别人导出，请刷新", "Somebody just exported some of them")
    payload = events_money.InvoiceRunMade(number=run.number, invoices=len(rows), amount_fen=total)
    announce(payload, shop_id=shop_id, subject=f"invoice_run:{run.pk}", by=by, at=at)
    return run


def _unfit(rows: Sequence[Invoice], wanted: Sequence[int]) -> dict[int, T]:
    """Rows that cannot be in a batch, each with its reason."""
    bad: dict[int, T] = {}
    found = {row.pk for row in rows}
    for pk in wanted:
        if pk not in found:
            bad[pk] = T(f"没有编号 {pk} 的申请", f"There is no request {pk}")
    for row in rows:
        no = row.order.order_no
        gaps = invoice_reads.gaps_of(row)
        if row.state != "requested":
            bad[row.pk] = T(f"订单 {no} 已不是待开票", f"Order {no} is no longer to be issued")
        elif row.run_id is not None:
            bad[row.pk] = T(f"订单 {no} 已在批次里，改抬头后才能再导", f"Order {no} is in a batch already")
        elif gaps:
            bad[row.pk] = T(f"订单 {no}：{next(iter(gaps.values())).zh}", f"{no}: {next(iter(gaps.values())).en}")
        elif row.sort == "blue" and row.order.status == "waiting_payment":
            bad[row.pk] = T(f"订单 {no} 还没有付款", f"Order {no} is not paid yet")
        elif not invoice_reads.printed(row)[1]:
            bad[row.pk] = T(f"订单 {no} 可开金额为 0", f"Nothing is left to invoice of order {no}")
    return bad


@dataclass(slots=True)
class RowResult:
    """What became of one row of the tax tool's file."""

    row: int
    done: bool
    order_no: str = ""
    reasons: list[T] = field(default_factory=list)
    fresh: bool = False


def take_numbers(shop_id: int, rows: Sequence[TaxRow], *, by: Who, at: datetime) -> list[RowResult]:
    """导入发票号: every row on its own; a bad one never hurts its neighbours, the same number twice is refused."""
    issuer = str(rule("invoice_issuer_title", shop=shop_facts(shop_id), at=at).value)
    seen: dict[tuple[str, str], int] = {}
    results = []
    for one in rows:
        reasons = list(one.problems)
        number = (one.code, one.number)
        if one.number and number in seen:
            reasons.append(
                T(
                    f"发票号 {one.number} 与第 {seen[number]} 行重复",
                    f"Number {one.number} stands in row {seen[number]} too",
                )
            )
        seen.setdefault(number, one.row)
        if one.issuer and issuer != UNSET and one.issuer != issuer:
            reasons.append(
                T(
                    f"开票方「{one.issuer}」不是本店登记的「{issuer}」（R347）",
                    f"Issued by {one.issuer!r}, not by {issuer!r} (R347)",
                )
            )
        results.append(_take(shop_id, one, reasons, by=by, at=at))
    done = sum(result.done for result in results)
    if any(result.fresh or not result.done for result in results):
        payload = events_money.InvoiceNumbersTaken(done=done, rejected=len(results) - done)
        announce(payload, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return results


def _take(shop_id: int, one: TaxRow, reasons: list[T], *, by: Who, at: datetime) -> RowResult:
    row = _find(shop_id, one)
    if row is None:
        shown = one.slip or one.order_no or "—"
        reasons.append(T(f"找不到「{shown}」的待开票申请", f"No request to be issued for {shown!r}"))
        return RowResult(one.row, False, one.order_no, reasons)
    if row.state != "requested" and (row.code, row.number) == (one.code, one.number):
        return RowResult(one.row, True, row.order.order_no)  # the same file again
    amount = invoice_reads.printed(row)[1]
    if one.amount_fen is not None and one.amount_fen != amount:
        reasons.append(
            T(
                f"金额 {format_yuan(one.amount_fen)} 与订单应开 {format_yuan(amount)} 不符（R358）",
                f"The amount {format_yuan(one.amount_fen)} is not the order's {format_yuan(amount)} (R358)",
            )
        )
    if reasons:
        return RowResult(one.row, False, row.order.order_no, reasons)
    try:
        invoices.issue(row, Issue(number=one.number, code=one.code), by=by, at=at)
    except Refusal as no:
        return RowResult(one.row, False, row.order.order_no, list(no.fields.values()) or [no.text])
    return RowResult(one.row, True, row.order.order_no, fresh=True)


def _find(shop_id: int, one: TaxRow) -> Invoice | None:
    """By our slip number first; by order number only where one request waits."""
    rows = Invoice.objects.filter(shop_id=shop_id).select_related("order", "shop", "reverses")
    if one.slip:
        pk = one.slip.upper().removeprefix(FOUND_BY)
        return rows.filter(pk=int(pk)).first() if pk.isdigit() and len(pk) < 12 else None
    if not one.order_no:
        return None
    same = rows.filter(order__order_no=one.order_no)
    waiting = list(same.filter(state="requested")[:2])
    if len(waiting) == 1:
        return waiting[0]
    return same.filter(code=one.code, number=one.number).first() if not waiting else None
