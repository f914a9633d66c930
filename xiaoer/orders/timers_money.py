"""Clocks of invoices, transfers and COD confirmations: late ones are shown, a transfer expires, a call comes back."""

from datetime import datetime

from xiaoer.kernel.clock import iso
from xiaoer.kernel.deadlines import on_due, on_warn
from xiaoer.kernel.models import Deadline
from xiaoer.orders import money_reads
from xiaoer.orders.actions import cod, money_late, transfers
from xiaoer.orders.models import BankTransfer, CodConfirmation


@on_due("transfer_arrives")
def transfer_due(deadline: Deadline, at: datetime) -> None:
    found = money_reads.of_subject(deadline.subject)
    if found is not None and isinstance(found[1], BankTransfer):
        transfers.expire(found[1], at=at)


@on_due("cod_retry")
def cod_due(deadline: Deadline, at: datetime) -> None:
    found = money_reads.of_subject(deadline.subject)
    if found is not None and isinstance(found[1], CodConfirmation):
        cod.call_again(found[1], at=at)


def late(deadline: Deadline, at: datetime) -> None:
    """Nothing moves by itself: an invoice is never refused by time, a parcel never leaves by time."""
    found = money_reads.of_subject(deadline.subject)
    if found is not None:
        money_late.mark(*found, deadline.kind, iso(deadline.due_at) or "", at=at)


def warn(deadline: Deadline, at: datetime) -> None:
    found = money_reads.of_subject(deadline.subject)
    if found is not None:
        money_late.warn(*found, deadline.kind, iso(deadline.due_at) or "", at=at)


for _kind in ("invoice_issued", "invoice_mailed", "cod_confirm"):
    on_due(_kind)(late)
for _kind in ("invoice_issued", "invoice_mailed", "cod_confirm", "transfer_arrives"):
    on_warn(_kind)(warn)
