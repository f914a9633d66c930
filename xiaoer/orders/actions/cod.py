"""Confirming COD orders before they leave (货到付款发货前确认, R315): opened by itself, called, answered, asked again."""

from datetime import datetime

from xiaoer.kernel.access import CLOCK, SYSTEM, Viewer, Who
from xiaoer.kernel.errors import Conflict, Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.orders import cod_reads
from xiaoer.orders.actions import money_steps
from xiaoer.orders.cod_forms import QUESTIONS, Confirm, NotReached, Refused
from xiaoer.orders.models import CodCall, CodConfirmation, Order
from xiaoer.orders.money_flows import COD_CONFIRMATION
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

LOOKED_THROUGH = 500
"""COD orders of a shop that are looked through at once, latest first: more than a shop has waiting."""


def open_missing(shop_id: int, *, by: Who, at: datetime) -> int:
    """Every COD order that still has to leave gets its confirmation; one that changed since is asked again."""
    waiting = Order.objects.filter(shop_id=shop_id, kind="cod", status="paid").exclude(
        fulfilment__in=("shipped", "voided")
    )
    opened = 0
    for order in waiting.order_by("-ordered_at").select_related("shop")[:LOOKED_THROUGH]:
        row = cod_reads.latest(order.pk)
        if row is None or (row.state == "confirmed" and row.seen != cod_reads.seen_now(order)):
            _open(order, (row.round if row else 0) + 1, by=by, at=at)
            opened += 1
    return opened


def _open(order: Order, number: int, *, by: Who, at: datetime) -> CodConfirmation:
    row = CodConfirmation.objects.create(
        shop_id=order.shop_id,
        order=order,
        customer_id=order.customer_id,
        round=number,
        state=COD_CONFIRMATION.first,
        state_at=at,
        opened_at=at,
    )
    money_steps.begin(COD_CONFIRMATION, row, by=by, at=at, details={"order_no": order.order_no, "round": number})
    return row


def ask_again(order_id: int, *, by: Who, at: datetime) -> CodConfirmation:
    """再确认一次: after the data changed, or after a refusal that the buyer took back."""
    order = Order.objects.select_related("shop").get(pk=order_id)
    row = cod_reads.latest(order_id)
    if order.kind != "cod":
        raise Refusal("not_cod", f"订单 {order.order_no} 不是货到付款", f"Order {order.order_no} is not COD")
    if order.fulfilment in ("shipped", "voided") or order.status != "paid":
        raise Conflict("order_over", "订单已发货或已了结，不用再确认", "The order has left or is over")
    if row is not None and row.state in COD_CONFIRMATION.open_states():
        return row
    if row is not None and row.state == "confirmed" and row.seen == cod_reads.seen_now(order):
        raise Conflict("confirmed_already", "信息没有变化，已确认过", "Nothing changed since it was confirmed")
    return _open(order, (row.round if row else 0) + 1, by=by, at=at)


def confirm(row: CodConfirmation, form: Confirm, *, by: Who, at: datetime) -> None:
    """All questions answered with yes; the answers belong to the receiver and amount of this moment."""
    answers = {name: bool(getattr(form, name)) for name in QUESTIONS}
    missing = [name for name, yes in answers.items() if not yes]
    if missing:
        raise Invalid(
            fields={
                name: T(
                    f"「{QUESTIONS[name].zh}」必须与买家确认后勾选；对不上请先改单或登记“买家不要了”",
                    f"{QUESTIONS[name].en!r} must be confirmed; correct the order first, or record the refusal",
                )
                for name in missing
            }
        )
    order = Order.objects.get(pk=row.order_id)
    shop = shop_facts(row.shop_id)
    wrong = cod_reads.problems(order, shop, at)
    if wrong:
        raise Refusal("cod_not_possible", "；".join(t.zh for t in wrong), "; ".join(t.en for t in wrong))
    _called(row, "reached", form.channel, form.note, by=by, at=at)
    money_steps.step(
        COD_CONFIRMATION,
        row,
        "confirm",
        by=by,
        at=at,
        details={"questions": len(answers)},
        answers={**answers, "channel": form.channel, "due_fen": cod_reads.due_fen(order)},
        seen=cod_reads.seen_now(order),
        note=form.note,
        called_at=at,
        called_by=str(by),
        calls=row.calls + 1,
    )


def not_reached(row: CodConfirmation, form: NotReached, *, by: Who, at: datetime) -> None:
    _called(row, form.result, form.channel, form.note, by=by, at=at)
    most = int(rule("cod_calls_most", shop=shop_facts(row.shop_id), at=at).value)
    tries = row.calls + 1
    money_steps.step(
        COD_CONFIRMATION,
        row,
        "not_reached",
        by=by,
        at=at,
        details={"result": form.result, "calls": tries, "too_often": tries >= most},
        note=form.note,
        called_at=at,
        called_by=str(by),
        calls=tries,
    )


def refuse(row: CodConfirmation, form: Refused, *, by: Who, at: datetime) -> None:
    _called(row, "reached", form.channel, form.note, by=by, at=at)
    money_steps.step(
        COD_CONFIRMATION,
        row,
        "refuse",
        by=by,
        at=at,
        details={"reason": form.reason},
        reason=form.reason,
        note=form.note,
        called_at=at,
        called_by=str(by),
        calls=row.calls + 1,
    )


def _called(row: CodConfirmation, result: str, channel: str, note: str, *, by: Who, at: datetime) -> None:
    CodCall.objects.create(confirmation=row, result=result, channel=channel, note=note, by=str(by), at=at)


VERBS: dict[str, money_steps.Verb] = {"confirm": confirm, "not_reached": not_reached, "refuse": refuse}


def perform_cod(
    viewer: Viewer, row: CodConfirmation, verb: str, data: dict[str, object], *, by: Who, at: datetime
) -> None:
    money_steps.perform(VERBS, viewer, COD_CONFIRMATION, row, verb, data, by=by, at=at)


def call_again(row: CodConfirmation, *, at: datetime) -> None:
    """The pause after a call in vain is over: back to the list."""
    if row.state == "unreachable":
        money_steps.step(COD_CONFIRMATION, row, "call_again", by=CLOCK, at=at)


def lapse(order_id: int, *, at: datetime) -> None:
    """The order was closed or has left: nothing is to be confirmed any more."""
    row = cod_reads.latest(order_id)
    if row is not None and row.state in COD_CONFIRMATION.open_states():
        money_steps.step(COD_CONFIRMATION, row, "lapse", by=SYSTEM, at=at)
