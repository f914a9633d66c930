"""Payout batches (打款批次): exported rows are locked to their batch; the result file books, fails or rejects each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from xiaoer.aftersales import events_finance as events
from xiaoer.aftersales import finance_reads
from xiaoer.aftersales.actions import finance, paying
from xiaoer.aftersales.forms import Pay
from xiaoer.aftersales.kinds import KINDS
from xiaoer.aftersales.models import CaseCounter, Payable, PayoutBatch, PayoutFile
from xiaoer.aftersales.payout_accounts import of_orders
from xiaoer.aftersales.payout_flow import PAYOUT
from xiaoer.aftersales.payout_results import Outcome
from xiaoer.aftersales.reasons import CHANNELS
from xiaoer.kernel import moving
from xiaoer.kernel.access import Perm, Viewer, Who
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.errors import Conflict, Invalid, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

PREFIX = "FK"


def make(
    viewer: Viewer, ids: Sequence[int], channel: str, *, by: Who, at: datetime
) -> tuple[list[PayoutBatch], list[finance.Result]]:
    """导出打款: one batch per shop of what may go by this channel; every row says whether it went in, and why not."""
    if channel not in CHANNELS:
        raise Invalid(fields={"channel": T(f"没有「{channel}」这个渠道", f"There is no channel {channel!r}")})
    shops: dict[int, PayoutBatch] = {}

    def run(row: Payable) -> str:
        viewer.require(Perm.MONEY_REFUND, row.shop_id)
        moving.find_legal(PAYOUT, row, "export")
        _require_channel(row, channel, at=at)
        batch = shops.get(row.shop_id) or _begin(row.shop_id, channel, by=by, at=at)
        _require_room(batch, at=at)
        place = batch.rows + 1
        moving.move(
            PAYOUT,
            row,
            "export",
            by=by,
            at=at,
            details={"number": row.number, "batch": batch.number},
            batch_id=batch.pk,
            payout_no=f"{batch.number}-{place:03d}",
            failed_why="",
        )
        PayoutBatch.objects.filter(pk=batch.pk).update(rows=place, amount_fen=F("amount_fen") + row.amount_fen)
        batch.rows, batch.amount_fen = place, batch.amount_fen + row.amount_fen
        shops[row.shop_id] = batch
        return "done"

    found = finance.each(viewer, ids, run)
    for batch in shops.values():
        payload = events.PayoutBatchMade(
            number=batch.number,
            channel=channel,
            rows=batch.rows,
            amount_fen=batch.amount_fen,
            accounts=len(of_orders(batch.payables.values_list("order_id", flat=True))),
        )
        announce(payload, shop_id=batch.shop_id, subject=f"payout_batch:{batch.pk}", by=by, at=at)
    return list(shops.values()), found


def _require_channel(row: Payable, channel: str, *, at: datetime) -> None:
    case = KINDS[row.flow].model._default_manager.select_related("shop").get(pk=row.case_id)
    try:
        paying.require_channel(case, channel, paying.granted_parts(case), at=at)
    except Invalid as no:
        text = no.fields["channel"]
        raise Refusal("wrong_channel", text.zh, text.en) from None


def _require_room(batch: PayoutBatch, *, at: datetime) -> None:
    most = int(rule("payout_batch_rows", shop=shop_facts(batch.shop_id), at=at).value)
    if batch.rows >= most:
        raise Refusal(
            "batch_full", f"一批最多 {most} 笔，其余请再导出一批", f"A batch holds {most}; export the rest again"
        )


def _begin(shop_id: int, channel: str, *, by: Who, at: datetime) -> PayoutBatch:
    return PayoutBatch.objects.create(
        shop_id=shop_id, number=_number(shop_id, at), channel=channel, rows=0, amount_fen=0, made_by=str(by), made_at=at
    )


def _number(shop_id: int, at: datetime) -> str:
    """FK20261122-4-01: the shop's number stands in it, so that a row of another shop's file is never taken for ours."""
    prefix = f"{PREFIX}{at.astimezone(BEIJING):%Y%m%d}"
    counter, _ = CaseCounter.objects.get_or_create(shop_id=shop_id, prefix=prefix)
    CaseCounter.objects.filter(pk=counter.pk).update(last=F("last") + 1)
    counter.refresh_from_db(fields=["last"])
    return f"{prefix}-{shop_id}-{counter.last:02d}"


def cancel(batch: PayoutBatch, *, by: Who, at: datetime) -> int:
    """取消批次: the file was never sent; rows without a result are free again. Returns how many."""
    rows = list(Payable.objects.filter(batch=batch, state="exported").select_related("shop"))
    if batch.cancelled_at is not None or not rows:
        raise Conflict(
            "batch_settled", f"批次 {batch.number} 已没有待回盘的打款", f"Batch {batch.number} waits for no result"
        )
    for row in rows:
        moving.move(
            PAYOUT, row, "release", by=by, at=at, details={"number": row.number, "batch": batch.number}, batch=None
        )
    PayoutBatch.objects.filter(pk=batch.pk, cancelled_at=None).update(cancelled_by=str(by), cancelled_at=at)
    payload = events.PayoutBatchCancelled(number=batch.number, rows=len(rows))
    announce(payload, shop_id=batch.shop_id, subject=f"payout_batch:{batch.pk}", by=by, at=at)
    return len(rows)


@dataclass(slots=True)
class Tally:
    """What a result file came to."""

    paid: int = 0
    already: int = 0
    failed: int = 0
    rejected: int = 0
    paid_fen: int = 0


def book(viewer: Viewer, shop_id: int, one: Outcome, tally: Tally, *, by: Who, at: datetime) -> None:
    """One row of a result file: paid, failed, known already, or refused with the reason."""
    row = finance_reads.visible(viewer).filter(shop_id=shop_id, payout_no=one.payout_no).first()
    if row is None:
        raise Refusal(
            "unknown_payout",
            f"没有打款单号 {one.payout_no}；请核对是不是本店导出的批次",
            f"There is no payout {one.payout_no} in this shop",
        )
    if one.amount_fen != row.amount_fen:
        raise Refusal(
            "amount_differs",
            f"{one.payout_no} 应打 {format_yuan(row.amount_fen)}，文件里是 {format_yuan(one.amount_fen)}，请核对",
            f"{one.payout_no} is {format_yuan(row.amount_fen)}, the file says {format_yuan(one.amount_fen)}",
        )
    if _known(row, one):
        tally.already += 1
        return
    _require_open(row, one)
    if not one.success:
        finance.take(row, moving.find_legal(PAYOUT, row, "fail"), one.why or "银行未说明原因", by=by, at=at)
        tally.failed += 1
        return
    channel = row.batch.channel if row.batch is not None else "bank"
    paying.mark_paid(row, channel, one.reference, by=by, at=at)
    finance.carry(viewer, row, Pay(channel=channel, reference=one.reference), by=by, at=at)
    tally.paid += 1
    tally.paid_fen += row.amount_fen


def _known(row: Payable, one: Outcome) -> bool:
    if one.success:
        return row.state == "paid" and row.reference == one.reference
    return row.state in ("waiting", "approved") and bool(row.failed_why)


def _require_open(row: Payable, one: Outcome) -> None:
    if row.state == "paid":
        raise Refusal(
            "paid_otherwise",
            f"{one.payout_no} 已用流水号 {row.reference} 登记为已打款，请核对是否重复打款",
            f"{one.payout_no} was booked as paid with {row.reference}; check for a double payment",
        )
    if row.state != "exported":
        raise Refusal(
            "not_in_batch",
            f"{one.payout_no} 的批次已取消，未锁定在打款中；请确认款项是否打出，再单笔登记",
            f"The batch of {one.payout_no} was cancelled; make sure of the payment and register it alone",
        )


def keep_file(
    shop_id: int, filename: str, digest: str, tally: Tally, rejects: str, *, by: Who, at: datetime
) -> PayoutFile:
    """The file is remembered with its counts and the rows that came back."""
    row = PayoutFile.objects.create(
        shop_id=shop_id,
        filename=filename[:200],
        digest=digest,
        paid=tally.paid,
        already=tally.already,
        failed=tally.failed,
        rejected=tally.rejected,
        paid_fen=tally.paid_fen,
        rejects=rejects,
        by=str(by),
        at=at,
    )
    payload = events.PayoutFileRead(
        paid=tally.paid, failed=tally.failed, already=tally.already, rejected=tally.rejected
    )
    announce(payload, shop_id=shop_id, subject=f"payout_file:{row.pk}", by=by, at=at)
    return row
