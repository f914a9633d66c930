"""Reads of finance's list: what waits to be paid over every flow and shop, batches, result files, reversals."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from xiaoer.aftersales.models import Payable, PayoutBatch, PayoutFile, Reversal
from xiaoer.customers.queries import nick_key
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T

TABS: dict[str, tuple[str, ...]] = {
    "open": ("waiting", "approved", "exported"),
    "waiting": ("waiting",),
    "approved": ("approved",),
    "exported": ("exported",),
    "paid": ("paid",),
}
FAILED = "failed"


def visible(viewer: Viewer) -> QuerySet[Payable]:
    rows = Payable.objects.filter(shop_id__in=viewer.shops_with(Perm.MONEY_REFUND))
    return rows.select_related("order", "customer", "batch")


def find(viewer: Viewer, payable_id: int) -> Payable:
    row = visible(viewer).filter(pk=payable_id).first()
    if row is None:
        raise NotFound("没有这笔待打款", "There is no such payable")
    return row


def number_of(viewer: Viewer, payable_id: int) -> str:
    return visible(viewer).filter(pk=payable_id).values_list("number", flat=True).first() or ""


def ask(
    viewer: Viewer, *, tab: str = "open", shop: int | None = None, flow: str = "", q: str = "", batch: int | None = None
) -> QuerySet[Payable]:
    """`tab`: open, waiting, approved, exported, failed (came back), paid. `q`: case or order number, nick."""
    rows = visible(viewer)
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if tab == FAILED:
        rows = rows.filter(state__in=TABS["open"]).exclude(failed_why="")
    elif tab in TABS:
        rows = rows.filter(state__in=TABS[tab])
    else:
        raise Invalid(fields={"tab": T(f"没有「{tab}」这一栏", f"There is no tab {tab!r}")})
    if flow:
        rows = rows.filter(flow__in=flow.split(","))
    if batch is not None:
        rows = rows.filter(batch_id=batch)
    plain = q.strip()
    if plain:
        rows = rows.filter(
            Q(number__iexact=plain)
            | Q(number__endswith=plain.upper())
            | Q(order__order_no=plain)
            | Q(customer__nick_key__contains=nick_key(plain))
            | Q(reference=plain)
        )
    return rows


def totals(viewer: Viewer, *, shop: int | None = None) -> dict[str, dict[str, int]]:
    """How many rows and how much money stand in each open state; the paid ones grow without end and are not counted."""
    rows = visible(viewer).select_related(None).order_by()
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    found = {name: {"rows": 0, "amount_fen": 0} for name in (*TABS["open"], FAILED, "delayed")}
    waiting = rows.filter(state__in=TABS["open"])
    for state, count, fen in waiting.values_list("state").annotate(Count("pk"), Sum("amount_fen")):
        found[state] = {"rows": count, "amount_fen": fen}
    for name, part in ((FAILED, waiting.exclude(failed_why="")), ("delayed", waiting.filter(delayed_at__isnull=False))):
        one = part.aggregate(rows=Count("pk"), fen=Sum("amount_fen"))
        found[name] = {"rows": one["rows"], "amount_fen": one["fen"] or 0}
    return found


def paid_since(viewer: Viewer, since: datetime, *, shop: int | None = None) -> dict[str, int]:
    rows = visible(viewer).filter(state="paid", paid_at__gte=since)
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    one: dict[str, Any] = rows.select_related(None).aggregate(rows=Count("pk"), fen=Sum("amount_fen"))
    return {"rows": one["rows"], "amount_fen": one["fen"] or 0}


def batches(viewer: Viewer, shop: int | None = None) -> QuerySet[PayoutBatch]:
    rows = PayoutBatch.objects.filter(shop_id__in=viewer.shops_with(Perm.MONEY_REFUND))
    return rows.filter(shop_id=shop) if shop is not None else rows


def find_batch(viewer: Viewer, batch_id: int) -> PayoutBatch:
    row = batches(viewer).filter(pk=batch_id).first()
    if row is None:
        raise NotFound("没有这个打款批次", "There is no such payout batch")
    return row


def files(viewer: Viewer, shop: int | None = None) -> QuerySet[PayoutFile]:
    rows = PayoutFile.objects.filter(shop_id__in=viewer.shops_with(Perm.MONEY_REFUND))
    return rows.filter(shop_id=shop) if shop is not None else rows


def find_file(viewer: Viewer, file_id: int) -> PayoutFile:
    row = files(viewer).filter(pk=file_id).first()
    if row is None:
        raise NotFound("没有这个回盘文件", "There is no such result file")
    return row


def reversals(viewer: Viewer, shop: int | None = None) -> QuerySet[Reversal]:
    """Finance asks for them, superiors decide: both see them."""
    shops = {*viewer.shops_with(Perm.MONEY_REFUND), *viewer.shops_with(Perm.MONEY_APPROVE)}
    rows = Reversal.objects.filter(shop_id__in=shops).select_related("payable", "order", "customer", "shop")
    return rows.filter(shop_id=shop) if shop is not None else rows


def find_reversal(viewer: Viewer, reversal_id: int) -> Reversal:
    row = reversals(viewer).filter(pk=reversal_id).first()
    if row is None:
        raise NotFound("没有这张冲正单", "There is no such reversal")
    return row
