"""The bank transfer register (银行转账明细表, flow 4; C02, R061, R062): registered, permitted, received, order goes on."""

from datetime import datetime
from typing import Any

from django.db.models import F

from xiaoer.kernel.access import CLOCK, SYSTEM, Viewer, Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.orders import transfer_reads
from xiaoer.orders.actions import money_steps
from xiaoer.orders.models import BankTransfer, Order, TransferArrival
from xiaoer.orders.money_flows import BANK_TRANSFER
from xiaoer.orders.transfer_forms import GiveBack, Proceed, Receive, Register, Word
from xiaoer.people.queries import shop_facts


def register(form: Register, *, by: Who, at: datetime) -> BankTransfer:
    """登记 (R061): the amount is the order's; one open row an order."""
    order = Order.objects.select_related("shop").filter(pk=form.order).first()
    if order is None:
        raise NotFound("没有这张订单", "There is no such order")
    transfer_reads.require_transfers(shop_facts(order.shop_id), at)
    if order.status != "waiting_payment":
        raise Refusal(
            "order_not_waiting",
            f"订单 {order.order_no} 不是等待付款，不用登记转账",
            f"Order {order.order_no} is not waiting for payment",
        )
    amount = order.payable_fen or 0
    if amount <= 0:
        raise Refusal("no_amount", f"订单 {order.order_no} 没有应付金额", f"Order {order.order_no} has no amount")
    known = BankTransfer.objects.filter(order=order, open=True).first()
    if known is not None:
        raise Conflict(
            "registered_already",
            f"订单 {order.order_no} 已登记，付款人 {known.payer}",
            f"Order {order.order_no} is registered already",
            current={"id": known.pk, "state": known.state},
        )
    row = BankTransfer.objects.create(
        shop=order.shop,
        order=order,
        customer_id=order.customer_id,
        state=BANK_TRANSFER.first,
        state_at=at,
        payer=form.payer,
        bank=form.bank,
        note=form.note,
        amount_fen=amount,
        registered_at=at,
        registered_by=str(by),
    )
    details = {"order_no": order.order_no, "amount_fen": amount}
    money_steps.begin(BANK_TRANSFER, row, by=by, at=at, details=details)
    return row


def permit(row: BankTransfer, form: Any, *, by: Who, at: datetime) -> None:
    """主管授权 (C02): signed before any money is taken in."""
    money_steps.step(BANK_TRANSFER, row, "permit", by=by, at=at, permitted_at=at, permitted_by=str(by))


def receive(row: BankTransfer, form: Receive, *, by: Who, at: datetime) -> None:
    """登记到账: exactly what arrived; less leaves the row open, more is named to be sent back."""
    arrived = form.arrived_at or at
    if arrived > at:
        raise Invalid(fields={"arrived_at": T("到账时间不能在未来", "It cannot have arrived in the future")})
    known = TransferArrival.objects.filter(shop_id=row.shop_id, reference=form.reference).first()
    if known is not None:
        raise Invalid(
            fields={
                "reference": T(
                    f"流水号 {form.reference} 已登记在订单 {known.transfer.order.order_no}",
                    f"Reference {form.reference} was entered for order {known.transfer.order.order_no}",
                )
            }
        )
    TransferArrival.objects.create(
        transfer=row,
        shop_id=row.shop_id,
        reference=form.reference,
        amount_fen=form.amount_fen,
        arrived_at=arrived,
        by=str(by),
        at=at,
    )
    got = row.received_fen + form.amount_fen
    verb = "receive" if got >= row.amount_fen else "receive_part"
    details = {"amount_fen": form.amount_fen, "gap_fen": got - row.amount_fen}
    money_steps.step(
        BANK_TRANSFER,
        row,
        verb,
        by=by,
        at=at,
        details=details,
        received_fen=F("received_fen") + form.amount_fen,
        received_at=at,
        received_by=str(by),
    )
    row.refresh_from_db()


def proceed(row: BankTransfer, form: Proceed | None, *, by: Who, at: datetime) -> None:
    """订单已推进 (R062): the row ends only when the order goes on."""
    note = form.note if form is not None else row.note
    _end(row, "proceed", note, by=by, at=at)


def cancel(row: BankTransfer, form: Word, *, by: Who, at: datetime) -> None:
    _end(row, "cancel", form.note or row.note, by=by, at=at)


def give_back(row: BankTransfer, form: GiveBack, *, by: Who, at: datetime) -> None:
    _end(row, "give_back", f"{form.note}（退款流水 {form.reference}）"[:300], by=by, at=at)


def _end(row: BankTransfer, verb: str, note: str, *, by: Who, at: datetime) -> None:
    details = {"gap_fen": row.received_fen - row.amount_fen} if row.received_fen else {}
    money_steps.step(
        BANK_TRANSFER, row, verb, by=by, at=at, details=details, open=False, note=note, closed_at=at, closed_by=str(by)
    )


VERBS: dict[str, money_steps.Verb] = {
    "permit": permit,
    "receive": receive,
    "proceed": proceed,
    "cancel": cancel,
    "give_back": give_back,
}


def perform_transfer(
    viewer: Viewer, row: BankTransfer, verb: str, data: dict[str, Any], *, by: Who, at: datetime
) -> None:
    transfer_reads.require_transfers(shop_facts(row.shop_id), at)
    money_steps.perform(VERBS, viewer, BANK_TRANSFER, row, verb, data, by=by, at=at)


def expire(row: BankTransfer, *, at: datetime) -> None:
    """Nothing arrived in time; with money there the row stays."""
    if row.state == "registered":
        _end(row, "expire", row.note, by=CLOCK, at=at)


def order_moved(order_id: int, after: str, *, at: datetime) -> None:
    """The platform says the order goes on, or that it is closed: the row follows."""
    row = BankTransfer.objects.select_related("shop", "order").filter(order_id=order_id, open=True).first()
    if row is None:
        return
    if row.state == "received" and after in ("paid", "shipped", "succeeded"):
        proceed(row, None, by=SYSTEM, at=at)
