"""打单、打包、发货 at the desk: print runs move orders to printed once, a scan packs and ships (R060, R075, R095)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from xiaoer.kernel.access import Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import events_print as events
from xiaoer.orders import print_words
from xiaoer.orders.actions import service_seen
from xiaoer.orders.actions.desk import set_fulfilment
from xiaoer.orders.coverage_reads import coverage_problem
from xiaoer.orders.models import Order
from xiaoer.orders.models_print import PrintRun, PrintSheet
from xiaoer.orders.rules import FULFILMENT_NAMES, HOLD_NAMES, STATUS_NAMES, Fulfilment, Status
from xiaoer.people.queries import shop_facts

PAPERS = {
    "slip": T("发货单", "packing slip"),
    "waybill": T("面单", "waybill"),
    "recall": T("快件退回单", "recall slip"),
}
MOST = 500
"""Orders in one run: what one person carries to the printer, and seconds to make."""
_BEFORE = {Fulfilment.PACKED: Fulfilment.PRINTED, Fulfilment.SHIPPED: Fulfilment.PACKED}


def step(order_id: int, to: str, *, confirmed: bool, read: str = "", by: Who, at: datetime) -> Order:
    """One scan's work: printed -> packed -> shipped. A coverage warning must be confirmed by the person who packs, and
    she packs nothing whose remark she has not read (R164): `read` is the mark of what she saw."""
    row = Order.objects.get(pk=order_id)
    if to not in _BEFORE:
        raise Invalid(fields={"to": T("扫描只能打包或发货", "A scan packs or ships")})
    here = Fulfilment(row.fulfilment)
    if row.status in (Status.WAITING_PAYMENT, Status.CLOSED):
        raise _no_order_to_pack(row)
    if row.hold == "" and here is not _BEFORE[Fulfilment(to)]:
        want, name = FULFILMENT_NAMES[_BEFORE[Fulfilment(to)]], FULFILMENT_NAMES[here]
        raise Conflict(
            "wrong_state",
            f"订单 {row.order_no} 现在是“{name.zh}”，要先到“{want.zh}”才能“{FULFILMENT_NAMES[Fulfilment(to)].zh}”",
            f"Order {row.order_no} is {name.en!r}; it must be {want.en!r} first",
            current={"fulfilment": here.value},
        )
    warning = coverage_problem(row)
    if warning is not None and not confirmed:
        raise Conflict("confirm_needed", warning.zh, warning.en, current={"fulfilment": here.value})
    if to == Fulfilment.PACKED and row.hold == "":
        if read and service_seen.is_unread(row, by):
            service_seen.read_remark(row.pk, read, by=by, at=at)
        service_seen.require_read(row, by)
    return set_fulfilment(order_id, to, by=by, at=at)


def start_run(shop_id: int, paper: str, order_ids: Sequence[int], *, by: Who, at: datetime) -> PrintRun:
    """Queue a run. What cannot be printed is told when the papers are collected, order by order."""
    wrong = {}
    if paper not in PAPERS:
        wrong["paper"] = T("只能打 slip、waybill 或 recall", "Either slip, waybill or recall")
    ids = list(dict.fromkeys(order_ids))
    if not 1 <= len(ids) <= MOST:
        wrong["orders"] = T(f"一次打印 1～{MOST} 张，收到 {len(ids)} 张", f"1 to {MOST} orders a run, got {len(ids)}")
    elif Order.objects.filter(shop_id=shop_id, pk__in=ids).count() != len(ids):
        wrong["orders"] = T("有的订单不在这家店里，请刷新清单", "Some orders are not of this shop; look again")
    if wrong:
        raise Invalid(fields=wrong)
    run = PrintRun.objects.create(shop_id=shop_id, paper=paper, wanted=ids, by=str(by), by_name=by.name[:64], at=at)
    _say(run, by=by, at=at)
    return run


def again(run_id: int, *, by: Who, at: datetime) -> PrintRun:
    """Make a failed run's file after all: what was collected stays collected, so the paper is the same."""
    moved = PrintRun.objects.filter(pk=run_id, state__in=(PrintRun.State.FAILED, PrintRun.State.RUNNING))
    if not moved.update(state=PrintRun.State.QUEUED, problem=""):
        raise Conflict("not_failed", "这个批次没有失败，不用重来", "This run did not fail", current={"run": run_id})
    run = PrintRun.objects.get(pk=run_id)
    _say(run, by=by, at=at)
    return run


def claim_run(run_id: int, *, by: Who, at: datetime) -> PrintRun | None:
    if not PrintRun.objects.filter(pk=run_id, state=PrintRun.State.QUEUED).update(state=PrintRun.State.RUNNING):
        return None
    run = PrintRun.objects.get(pk=run_id)
    _say(run, by=by, at=at)
    return run


def collect(run: PrintRun, order_ids: Sequence[int], *, by: Who, at: datetime) -> None:
    """Write down what stands on each paper and move unprinted orders to printed; held ones are skipped with a reason.

    The orders' rows are locked first, so a hold placed meanwhile either keeps its order out or finds it printed.
    """
    held = Order.objects.select_for_update(of=("self",)).select_related("customer").prefetch_related("lines")
    rows = {row.pk: row for row in held.filter(pk__in=order_ids).order_by("pk")}
    known = set(PrintSheet.objects.filter(run=run, order_id__in=order_ids).values_list("order_id", flat=True))
    earlier = _earlier(run, order_ids)
    skipped = []
    for order_id in order_ids:
        row = rows.get(order_id)
        if row is None or order_id in known:
            continue
        try:
            _printable(row, run.paper)
            if run.paper != "recall" and row.fulfilment == Fulfilment.UNPRINTED:
                set_fulfilment(row.pk, Fulfilment.PRINTED, by=by, at=at)
        except Refusal as refusal:
            skipped.append({"order": row.pk, "order_no": row.order_no, "zh": refusal.text.zh, "en": refusal.text.en})
            continue
        count = earlier.get(row.pk, 0)
        PrintSheet.objects.create(
            run=run, order=row, paper=run.paper, place=run.wanted.index(row.pk), again=count, facts=facts_of(row)
        )
        announce(
            events.OrderPrinted(order_no=row.order_no, run=run.pk, paper=run.paper, again=count),
            shop_id=run.shop_id,
            subject=f"order:{row.pk}",
            by=by,
            at=at,
        )
    now = PrintRun.objects.get(pk=run.pk)
    PrintRun.objects.filter(pk=run.pk).update(
        done=PrintSheet.objects.filter(run=run).count(), skipped=[*now.skipped, *skipped]
    )
    _say(PrintRun.objects.get(pk=run.pk), by=by, at=at)


def finish_run(run_id: int, *, path: Path, pages: int, size: int, digest: str, by: Who, at: datetime) -> PrintRun:
    PrintRun.objects.filter(pk=run_id, state=PrintRun.State.RUNNING).update(
        state=PrintRun.State.DONE, path=str(path), pages=pages, size=size, digest=digest, finished_at=at
    )
    run = PrintRun.objects.get(pk=run_id)
    _say(run, by=by, at=at)
    return run


def fail_run(run_id: int, *, problem: str, by: Who, at: datetime) -> PrintRun:
    PrintRun.objects.filter(pk=run_id).exclude(state=PrintRun.State.DONE).update(
        state=PrintRun.State.FAILED, problem=problem[:300], finished_at=at
    )
    run = PrintRun.objects.get(pk=run_id)
    _say(run, by=by, at=at)
    return run


def forget_file(run_id: int, *, by: Who, at: datetime) -> None:
    """Its file was kept long enough (`papers_kept`): the run stays, the file can be made again from its sheets."""
    PrintRun.objects.filter(pk=run_id, state=PrintRun.State.DONE).update(
        state=PrintRun.State.FAILED, path="", problem="文件已过保留期，已清理；需要时可重新生成"
    )
    _say(PrintRun.objects.get(pk=run_id), by=by, at=at)


def facts_of(row: Order) -> dict[str, Any]:
    """Everything that stands on the paper, as it is now: the file can be made again and is the same file."""
    texts = (row.seller_remark, row.buyer_message)
    return {
        "order_no": row.order_no,
        "nick": row.customer.nick,
        "cod": row.kind == "cod",
        "paid_at": iso(row.paid_at or row.ordered_at),
        "receiver_name": row.receiver_name,
        "receiver_phone": row.receiver_phone,
        "receiver_address": row.receiver_address,
        "carrier": row.carrier,
        "waybill": row.waybill,
        "flag": row.flag,
        "remark": row.seller_remark,
        "message": row.buyer_message,
        "gift": print_words.gift_card(*texts),
        "no_price": print_words.hides_price(*texts),
        "goods_fen": row.goods_fen,
        "freight_fen": row.freight_fen,
        "payable_fen": row.payable_fen,
        "lines": [
            {
                "title": line.title,
                "sku": line.sku,
                "code": line.sku_code,
                "qty": line.qty - line.refunded_qty,
                "price_fen": line.price_fen,
            }
            for line in sorted(row.lines.all(), key=lambda one: (one.line_no, one.pk))
            if line.qty > line.refunded_qty
        ],
    }


def _printable(row: Order, paper: str) -> None:
    if paper == "recall":
        if not row.waybill:
            raise Invalid(f"订单 {row.order_no} 没有运单号，无法撤回包裹", f"Order {row.order_no} has no waybill")
        return
    if row.status in (Status.WAITING_PAYMENT, Status.CLOSED) or row.fulfilment == Fulfilment.VOIDED:
        raise _no_order_to_pack(row)
    if row.hold == "stop":
        stop = HOLD_NAMES["stop"]
        raise Conflict("held", f"订单 {row.order_no} {stop.zh}，不打单", f"Order {row.order_no}: {stop.en}")
    if paper == "waybill" and not row.waybill:
        raise Invalid(
            f"订单 {row.order_no} 还没有运单号，请先取号或填写物流单号",
            f"Order {row.order_no} has no waybill number yet; fetch or type one first",
        )


def _no_order_to_pack(row: Order) -> Conflict:
    void = row.fulfilment == Fulfilment.VOIDED
    name = FULFILMENT_NAMES[Fulfilment.VOIDED] if void else STATUS_NAMES[Status(row.status)]
    return Conflict(
        "not_to_ship",
        f"订单 {row.order_no} 是“{name.zh}”，不能打单、打包或发货",
        f"Order {row.order_no} is {name.en!r}: nothing to print, pack or ship",
        current={"status": row.status, "fulfilment": row.fulfilment},
    )


def _earlier(run: PrintRun, order_ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    rows = PrintSheet.objects.filter(order_id__in=order_ids, paper=run.paper).exclude(run=run)
    for order_id in rows.values_list("order_id", flat=True):
        found[order_id] = found.get(order_id, 0) + 1
    return found


def _say(run: PrintRun, *, by: Who, at: datetime) -> None:
    payload = events.PrintRunMoved(
        run=run.pk,
        paper=run.paper,
        state=run.state,
        done=run.done,
        wanted=len(run.wanted),
        skipped=len(run.skipped),
    )
    announce(payload, shop_id=run.shop_id, subject=f"print_run:{run.pk}", by=by, at=at)


def heading_of(run: PrintRun) -> dict[str, Any]:
    """What is the same on all papers of a run: the shop, who printed, when."""
    shop = shop_facts(run.shop_id)
    return {
        "shop": shop.name,
        "phone": shop.return_address.get("phone", "") or shop.hotline,
        "address": shop.return_address.get("address", ""),
        "sender": shop.return_address.get("name", "") or shop.name,
        "by": run.by_name,
        "at": run.at,
        "run": run.pk,
    }
