"""The print and pack desk as people see it: an order large with what to do, holds, hand-overs, runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from xiaoer.customers.queries import mask_name, mask_text
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.i18n import T
from xiaoer.orders import print_reads, print_words
from xiaoer.orders.actions.service_seen import mark_of, unread_of
from xiaoer.orders.cod_reads import cod_blocks
from xiaoer.orders.coverage_reads import coverage_problem
from xiaoer.orders.models import Order
from xiaoer.orders.models_print import HandOver, OrderHold, PrintRun, PrintSheet
from xiaoer.orders.rules import FULFILMENT_NAMES, HOLD_NAMES, STATUS_NAMES, Fulfilment, Status
from xiaoer.orders.showing import described_line

_NEXT = {Fulfilment.UNPRINTED: "printed", Fulfilment.PRINTED: "packed", Fulfilment.PACKED: "shipped"}
_SAY = {
    "stop": T("不要发货！把包裹和单据放到拦截区", "Do not ship! Put parcel and papers aside"),
    "changed": T(
        "先停下：资料已改，改好单据或重新打单再打包", "Wait: data changed; correct or reprint the papers first"
    ),
    "printed": T("还没打单，先打印发货单和面单", "Not printed yet: print slip and waybill first"),
    "packed": T("核对商品后打包", "Check the items, then pack"),
    "shipped": T("已打包，交快递时确认发货", "Packed: confirm when the courier takes it"),
    "none": T("已发货，不用再处理", "Shipped, nothing to do"),
    "void": T("已作废，不要打包", "Void, do not pack"),
    "unpaid": T("还没付款或已关闭，不要打包", "Not paid or closed, do not pack"),
}


def cards(rows: Sequence[Order], viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """Orders for a worklist or after a scan. The receiver stays masked: papers carry the plain one."""
    ids = [row.pk for row in rows]
    holds, backs = print_reads.open_holds(ids), print_reads.hand_overs_of(ids)
    printed: dict[tuple[int, str], int] = {}
    for sheet in PrintSheet.objects.filter(order_id__in=ids).order_by("pk").values("order_id", "paper"):
        key = (sheet["order_id"], sheet["paper"])
        printed[key] = printed.get(key, 0) + 1
    unread = unread_of(rows, viewer.who)
    late = {shop: print_reads.late_after(shop, at) for shop in {row.shop_id for row in rows}}
    return [
        {
            **_card(row, viewer, late[row.shop_id]),
            **_todo(row, viewer),
            "holds": [hold_row(one, viewer) for one in holds.get(row.pk, [])],
            "hand_overs": [hand_over_row(one, viewer) for one in backs.get(row.pk, [])],
            "slips": printed.get((row.pk, "slip"), 0),
            "waybills": printed.get((row.pk, "waybill"), 0),
            "unread": row.pk in unread,
        }
        for row in rows
    ]


def _card(row: Order, viewer: Viewer, late_after: timedelta) -> dict[str, Any]:
    texts = (row.seller_remark, row.buyer_message)
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "order_no": row.order_no,
        "nick": row.customer.nick,
        "receiver": mask_name(row.receiver_name),
        "status": row.status,
        "status_label": STATUS_NAMES[Status(row.status)].say(viewer.language),
        "fulfilment": row.fulfilment,
        "fulfilment_label": FULFILMENT_NAMES[Fulfilment(row.fulfilment)].say(viewer.language),
        "hold": row.hold,
        "flag": row.flag,
        "remark": mask_text(row.seller_remark),
        "remark_mark": mark_of(row),
        "message": mask_text(row.buyer_message),
        "gift": mask_text(print_words.gift_card(*texts)),
        "no_price": print_words.hides_price(*texts),
        "carrier": row.carrier,
        "waybill": row.waybill,
        "ordered_at": iso(row.ordered_at),
        "waiting_since": iso(row.paid_at or row.ordered_at),
        "due_at": iso(row.paid_at + late_after) if row.paid_at and row.shipped_at is None else None,
        "lines": [
            {**described_line(line), "pack": line.qty - line.refunded_qty}
            for line in sorted(row.lines.all(), key=lambda one: (one.line_no, one.pk))
        ],
    }


def _todo(row: Order, viewer: Viewer) -> dict[str, Any]:
    """The next step, what forbids it and what must be confirmed before it."""
    say = viewer.language
    here = Fulfilment(row.fulfilment)
    step = _NEXT.get(here)
    blocked: str | None = None
    warning: str | None = None
    key = step or ("void" if here is Fulfilment.VOIDED else "none")
    if step is not None and row.status in (Status.WAITING_PAYMENT, Status.CLOSED):
        key, blocked = "unpaid", _SAY["unpaid"].say(say)
    elif step is not None and row.hold:
        key = row.hold
        if row.hold == "stop" or step != "printed":
            blocked = HOLD_NAMES[row.hold].say(say)
    elif step in ("packed", "shipped"):
        cod, outside = cod_blocks(row), coverage_problem(row)
        blocked = cod.say(say) if cod is not None else None
        warning = outside.say(say) if outside is not None else None
    return {"next": step, "say": _SAY[key].say(say), "blocked": blocked, "warning": warning}


def hold_row(hold: OrderHold, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": hold.pk,
        "order": hold.order_id,
        "kind": hold.kind,
        "kind_label": HOLD_NAMES[hold.kind].say(viewer.language),
        "reason": mask_text(hold.reason),
        "case": hold.case,
        "stood": hold.stood,
        "placed_by": hold.placed_by_name,
        "placed_at": iso(hold.placed_at),
        "seen_by": hold.seen_by_name,
        "seen_at": iso(hold.seen_at),
        "released_by": hold.released_by_name,
        "released_at": iso(hold.released_at),
        "how": hold.how,
    }


def hand_over_row(row: HandOver, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "order": row.order_id,
        "order_no": row.order.order_no,
        "nick": row.order.customer.nick,
        "fulfilment": row.order.fulfilment,
        "what": row.what,
        "case": row.case,
        "state": row.state,
        "asked_by": row.asked_by_name,
        "asked_at": iso(row.asked_at),
        "gave_by": row.gave_by_name,
        "took_by": row.took_by_name,
        "handed_at": iso(row.handed_at),
        "how": row.how,
        "settled_by": row.settled_by_name,
        "settled_at": iso(row.settled_at),
        "note": row.note,
    }


def run_row(run: PrintRun, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": run.pk,
        "shop": run.shop_id,
        "paper": run.paper,
        "state": run.state,
        "wanted": len(run.wanted),
        "done": run.done,
        "skipped": [
            {"order": one["order"], "order_no": one["order_no"], "why": one["en" if viewer.language == "en" else "zh"]}
            for one in run.skipped
        ],
        "pages": run.pages,
        "size": run.size,
        "digest": run.digest,
        "problem": run.problem,
        "by": run.by_name,
        "at": iso(run.at),
        "finished_at": iso(run.finished_at),
    }
