"""The steps of a service case: the move, its signed line, and what the step does to order, holds and papers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.events import announce
from xiaoer.orders import events_service as events
from xiaoer.orders import service_forms as forms
from xiaoer.orders import service_words as words
from xiaoer.orders.actions import desk, handing, holds, printing, service_apply
from xiaoer.orders.models import Order
from xiaoer.orders.models_print import HandOver, OrderHold
from xiaoer.orders.models_service import ServiceCase, ServiceStep
from xiaoer.orders.rules import Fulfilment
from xiaoer.orders.service_flow import SERVICE_FLOWS

Verb = Callable[..., None]
LEFT_US = ("to_aftersales", "fell_back")
"""Where after-sales goes on: nothing is held any more."""


def step(
    row: ServiceCase,
    verb: str,
    *,
    by: Who,
    at: datetime,
    note: str = "",
    data: dict[str, Any] | None = None,
    columns: dict[str, Any] | None = None,
) -> None:
    """Carry out a legal move and keep who did it. A case that ends lets the order go."""
    flow = SERVICE_FLOWS[row.kind]
    move = moving.find_legal(flow, row, verb)
    target = flow.state(move.target)
    values = {"waits_for": target.waits_for, "ended_at": at if target.final else None, **(columns or {})}
    moving.move(flow, row, verb, by=by, at=at, details={"number": row.number}, **values)
    follow_clock(row)
    note_step(row, verb, by=by, at=at, note=note, data=data)
    payload = events.ServiceMoved(case=row.subject, number=row.number, verb=verb, step=move.zh, state=move.target)
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at)
    if target.final or move.target in LEFT_US:
        holds.release_hold(row.subject, by=by, at=at)
    if target.final and row.kind == "order_change":
        handing.end_with_case(row.subject, done=target.category == "done", by=by, at=at)


def note_step(
    row: ServiceCase, verb: str, *, by: Who, at: datetime, note: str = "", data: dict[str, Any] | None = None
) -> None:
    ServiceStep.objects.create(
        case=row,
        verb=verb,
        target=row.state,
        by=str(by),
        by_name=by.name[:64],
        at=at,
        note=note[:200],
        data=data or {},
    )


def follow_clock(row: ServiceCase) -> None:
    """The row keeps the soonest of its running clocks, for lists."""
    running = deadlines.open_for(row.subject)
    due = running[0].due_at if running else None
    ServiceCase.objects.filter(pk=row.pk).update(due_at=due)
    row.due_at = due


def hold_reason(row: ServiceCase) -> str:
    """What clerk and warehouse read beside the hold."""
    if row.kind == "order_cancel":
        return f"客户取消订单，不要发货{'：' + row.reason if row.reason else ''}"
    what = "；".join(words.summaries(row.changes))
    return f"客户改单，先不要打包（{what}）" if row.state != "clerk_told" else f"已改好，请按新内容处理（{what}）"


def write_remark(row: ServiceCase, text: str, *, by: Who, at: datetime) -> None:
    """红旗备注 behind what stands there already (R036)."""
    before = Order.objects.values_list("seller_remark", flat=True).get(pk=row.order_id)
    desk.remark(row.order_id, flag=words.FLAG, text=words.joined(before, text), sign=False, by=by, at=at)
    ServiceCase.objects.filter(pk=row.pk).update(remark=text)
    row.remark = text


def planned_remark(row: ServiceCase, name: str, at: datetime) -> str:
    """The remark that the next step will write: what the agent sees before she presses."""
    stood = {"papers": "printed", "parcel": "packed"}.get(row.held, "")
    return words.remark_of(row.changes, stood, name, at)


# --- one function per verb that does more than move ------------------------------------------------------------------


def _fetch(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    what = "papers" if row.order.fulfilment == Fulfilment.PRINTED else "parcel"
    step(row, "fetch", by=by, at=at, data={"what": what})
    handing.ask_back(row.order_id, what=what, case=row.subject, by=by, at=at)


def _got_back(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    known = HandOver.objects.filter(case=row.subject).order_by("-pk").first()
    took = known.took_by_name if known is not None else getattr(form, "took", "")
    held = known.what if known is not None else "papers"
    step(row, "got_back", by=by, at=at, data={"took": took, "what": held}, columns={"held": held})


def _change(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    service_apply.require_backend(form)
    step(row, "change", by=by, at=at, note=form.note)
    service_apply.apply_changes(row, by=by, at=at)


def _remark(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    text = planned_remark(row, by.name, at)
    step(row, "remark", by=by, at=at)
    write_remark(row, text, by=by, at=at)


def _confirm(row: ServiceCase, form: forms.Confirmed, *, by: Who, at: datetime) -> None:
    step(row, "confirm", by=by, at=at, note=form.note, data={"how": form.how})


def _tell_clerk(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    """R041, R047, R055: onto the clerk's urgent lane; R058: what was packed is printed again."""
    step(row, "tell_clerk", by=by, at=at)
    if row.held == "parcel":
        service_apply.print_again(row, by=by, at=at)
    holds.release_hold(row.subject, by=by, at=at)
    holds.place_hold(row.order_id, kind="changed", reason=hold_reason(row), case=row.subject, by=by, at=at)


def _to_aftersales(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    """R053, R059."""
    note = getattr(form, "note", "")
    step(row, "to_aftersales", by=by, at=at, note=note)
    service_apply.tell_aftersales(row, by=by, at=at)


def _void(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    if row.order.fulfilment != Fulfilment.VOIDED:
        desk.set_fulfilment(row.order_id, Fulfilment.VOIDED, by=by, at=at)
    step(row, "void", by=by, at=at, note=getattr(form, "note", ""))


def _tell_refund(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    """R050, R080: only now. The papers that came back are void too."""
    order = Order.objects.get(pk=row.order_id)
    if row.kind == "order_cancel" and order.fulfilment in (Fulfilment.PRINTED, Fulfilment.PACKED):
        desk.set_fulfilment(order.pk, Fulfilment.VOIDED, by=by, at=at)
        holds.release_hold(row.subject, how="voided", by=by, at=at)  # a void order needs no stop: nobody can pack it
    due = max((order.paid_fen or 0) - order.refunded_fen, 0)
    columns = {"refund_fen": due, "refunded_before_fen": order.refunded_fen}
    step(row, "tell_refund", by=by, at=at, note=getattr(form, "note", ""), columns=columns)
    if due == 0:
        return _refund(row, None, by=SYSTEM, at=at)
    service_apply.tell_refund(row, order, due, by=by, at=at)


def _refund(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    step(row, "refund", by=by, at=at, note=getattr(form, "note", ""))
    if row.kind == "order_cancel" and not row.held:
        step(row, "nothing_left", by=SYSTEM, at=at)


def _settle(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    step(row, "settle", by=by, at=at, note=getattr(form, "note", ""), data={"how": form.how})


def _withdraw(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    """She wants it after all: the red flag must not say the contrary."""
    step(row, "withdraw", by=by, at=at, note=getattr(form, "note", ""))
    if row.kind == "order_cancel":
        write_remark(row, words.request_remark(words.RESUMED, by.name, at), by=by, at=at)


def _slip(row: ServiceCase, form: Any, *, by: Who, at: datetime) -> None:
    """R075: two copies, as a run of the print desk; the reaction `orders.service_slip` has the file made."""
    run = printing.start_run(row.shop_id, "recall", [row.order_id], by=by, at=at)
    facts = {**row.facts, "slip_by": by.name, "slip_run": str(run.pk)}
    step(row, "print_slip", by=by, at=at, data={"copies": 2}, columns={"facts": facts})


def _courier_signs(row: ServiceCase, form: forms.CourierSigns, *, by: Who, at: datetime) -> None:
    service_apply.require_ticked(form, "copy_kept", "copy_given")
    kept = {"courier_name": form.courier_name, "copy_kept_by": by.name}
    step(row, "courier_signs", by=by, at=at, note=form.note, data=kept, columns={"facts": {**row.facts, **kept}})


def _parcel_back(row: ServiceCase, form: forms.ParcelBack, *, by: Who, at: datetime) -> None:
    service_apply.require_ticked(form, "received", "slip_exchanged")
    day = at.astimezone(words.ZONE)
    signed = {"signed": f"原包裹已收到 {by.name} {day.year}.{day.month}.{day.day}", "condition": form.condition}
    step(row, "parcel_back", by=by, at=at, note=form.note, data=signed, columns={"facts": {**row.facts, **signed}})


def _courier_refuses(row: ServiceCase, form: forms.FallBack, *, by: Who, at: datetime) -> None:
    step(row, "courier_refuses", by=by, at=at, note=form.note, data={"way": form.way})
    service_apply.tell_aftersales(row, wants=form.way, by=by, at=at)


VERBS: dict[str, Verb] = {
    "fetch": _fetch,
    "got_back": _got_back,
    "change": _change,
    "remark": _remark,
    "confirm": _confirm,
    "tell_clerk": _tell_clerk,
    "to_aftersales": _to_aftersales,
    "void": _void,
    "tell_refund": _tell_refund,
    "refund": _refund,
    "settle": _settle,
    "withdraw": _withdraw,
    "print_slip": _slip,
    "courier_signs": _courier_signs,
    "parcel_back": _parcel_back,
    "courier_refuses": _courier_refuses,
}


def take(row: ServiceCase, verb: str, form: Any, *, by: Who, at: datetime) -> None:
    """One step with everything that goes with it."""
    do = VERBS.get(verb)
    if do is None:
        step(row, verb, by=by, at=at, note=getattr(form, "note", ""))
    else:
        do(row, form, by=by, at=at)


def by_person(row: ServiceCase, verb: str, form: Any, *, by: Who, at: datetime) -> None:
    """A step from this desk. What the print desk keeps too (void, papers, hand-over) goes through its own action,
    which calls back (service_hooks): one truth for both screens."""
    hold = OrderHold.objects.filter(case=row.subject, released_at__isnull=True).first()
    if verb == "void" and hold is not None:
        holds.confirm_void(hold.pk, by=by, at=at)
        return
    if verb == "finish" and hold is not None:
        holds.confirm_papers(hold.pk, "reprinted" if row.held == "parcel" else "corrected", by=by, at=at)
        return
    given = HandOver.objects.filter(case=row.subject).order_by("-pk").first()
    if verb == "got_back" and given is not None and given.state == HandOver.ASKED:
        handing.hand_over(given.pk, took=form.took, by=by, at=at)
        return
    if verb == "settle" and given is not None and given.state == HandOver.HANDED:
        handing.settle(given.pk, form.how, note=form.note, by=by, at=at)
        return
    take(row, verb, form, by=by, at=at)


def from_desk(case: str, verb: str, *, by: Who, at: datetime, how: str = "") -> None:
    """The print desk says that something happened; see service_hooks."""
    kind, _, pk = case.partition(":")
    if kind not in SERVICE_FLOWS or not pk.isdigit():
        return
    row = ServiceCase.objects.select_related("order").filter(pk=int(pk), kind=kind).first()
    if row is None or row.ended_at is not None:
        return
    flow = SERVICE_FLOWS[kind]
    if kind == "order_cancel" and verb == "void" and row.state == "requested" and flow.find("requested", "ask_void"):
        take(row, "ask_void", None, by=by, at=at)
    if flow.find(row.state, verb) is not None:
        take(row, verb, forms.Settle(how=how) if verb == "settle" else None, by=by, at=at)
        return
    if (kind, verb) in (("order_change", "finish"), ("order_cancel", "settle")):
        now = flow.state(row.state)
        zh = {"finish": "改好并通知后再确认", "settle": "退款办完后再撕毁或入库"}[verb]
        en = {"finish": "confirm after the agent has told you", "settle": "settle the refund first"}[verb]
        raise Refusal(
            "not_yet",
            f"{row.number} 现在是「{now.zh}」，{zh}",
            f"{row.number} is {now.en!r}: {en}",
            current={"state": row.state},
        )


def refund_settled(order_id: int, *, at: datetime) -> int:
    """Money went back for an order: cases that wait for it go on. Returns how many."""
    refunded = Order.objects.values_list("refunded_fen", flat=True).get(pk=order_id)
    moved = 0
    for row in ServiceCase.objects.select_related("order").filter(order_id=order_id, state="refund_due"):
        if refunded - row.refunded_before_fen >= (row.refund_fen or 0):
            take(row, "refund", None, by=SYSTEM, at=at)
            moved += 1
    return moved


def taken_over(case: str, note: str, *, by: Who, at: datetime) -> None:
    """After-sales opened what the case became (退货, 仅退款), or did what the buyer asked."""
    kind, _, pk = case.partition(":")
    row = ServiceCase.objects.select_related("order").filter(pk=int(pk), kind=kind).first()
    if row is not None and SERVICE_FLOWS[kind].find(row.state, "take_over") is not None:
        step(row, "take_over", by=by, at=at, note=note)
