"""冲正: a payment registered by mistake is taken back by a line of the opposite sign; one asks, another decides."""

from datetime import datetime

from django.db.models import F

from xiaoer.aftersales.actions import compensation, paying
from xiaoer.aftersales.kinds import KINDS
from xiaoer.aftersales.models import CaseLine, CompensationCase, LineHold, MoneyEntry, Payable, Reversal
from xiaoer.aftersales.payout_flow import REVERSAL, Answer, Why
from xiaoer.kernel import moving
from xiaoer.kernel.access import Viewer, Who
from xiaoer.kernel.errors import Conflict, Forbidden
from xiaoer.orders import actions as orders


def ask(payable: Payable, why: str, again: bool, *, by: Who, at: datetime) -> Reversal:
    """申请冲正: `again` when the buyer is still owed the money and it must be paid anew."""
    if payable.state != "paid":
        raise Conflict("not_paid", f"{payable.number} 还没有打款，不用冲正", f"{payable.number} is not paid")
    open_ = Reversal.objects.filter(payable=payable, state__in=("asked", "done")).first()
    if open_ is not None:
        raise Conflict(
            "reversed_already",
            f"{payable.number} 这笔打款已有冲正单（{REVERSAL.state(open_.state).zh}）",
            f"A reversal of this payment exists already ({open_.state})",
            current={"id": open_.pk, "state": open_.state},
        )
    row = Reversal.objects.create(
        shop_id=payable.shop_id,
        order_id=payable.order_id,
        customer_id=payable.customer_id,
        payable=payable,
        state=REVERSAL.first,
        state_at=at,
        amount_fen=payable.amount_fen,
        again=again,
        why=why,
        asked_by=str(by),
        asked_at=at,
    )
    details = {"number": payable.number, "amount_fen": row.amount_fen, "text": why}
    moving.begin(REVERSAL, row, by=by, at=at, details=details, for_buyer=False)
    return row


def confirm(row: Reversal, form: Answer, *, by: Who, at: datetime) -> None:
    """复核并冲正, four eyes: never by whoever asked."""
    _other_eyes(row, by)
    _step(row, "confirm", form.answer, by=by, at=at)
    payable = row.payable
    case = KINDS[payable.flow].model._default_manager.select_related("shop").get(pk=payable.case_id)
    entries = MoneyEntry.objects.filter(
        flow=payable.flow, case_id=payable.case_id, kind=MoneyEntry.EXECUTED, round=payable.round
    )
    price = 0
    for entry in entries:
        MoneyEntry.objects.create(
            shop_id=entry.shop_id,
            order_id=entry.order_id,
            flow=entry.flow,
            case_id=entry.case_id,
            kind=MoneyEntry.REVERSED,
            part=entry.part,
            amount_fen=-entry.amount_fen,
            channel=entry.channel,
            reference=entry.reference,
            by=str(by),
            at=at,
            round=payable.round,
        )
        price += entry.amount_fen if entry.part in paying.OF_THE_PRICE else 0
    if price:
        orders.take_back_refund(
            payable.order_id, amount_fen=price, quantities={} if row.again else _pieces(payable), by=by, at=at
        )
    if row.again:
        paying.wait_for_finance(case, payable.amount_fen, by=by, at=at, round=paying.next_round(case))
    else:
        _ungrant(payable, case, by=by, at=at)


def _pieces(payable: Payable) -> dict[int, int]:
    lines = CaseLine.objects.filter(flow=payable.flow, case_id=payable.case_id, granted_qty__gt=0)
    return dict(lines.values_list("order_line_id", "granted_qty"))


def _ungrant(payable: Payable, case: object, *, by: Who, at: datetime) -> None:
    """Nothing is owed after all: the grant goes too, the pieces and the budget are free again."""
    flow = KINDS[payable.flow].flow
    assert isinstance(case, KINDS[payable.flow].model)
    for part in paying.granted_parts(case):
        paying.record(flow, case, MoneyEntry.GRANTED, part, 0, by=by, at=at)
    for line in CaseLine.objects.filter(flow=payable.flow, case_id=payable.case_id):
        LineHold.objects.filter(
            pk=line.order_line_id, gone__gte=line.granted_qty, granted_fen__gte=line.granted_fen
        ).update(gone=F("gone") - line.granted_qty, granted_fen=F("granted_fen") - line.granted_fen)
    if isinstance(case, CompensationCase):
        compensation.give_back(case)


def refuse(row: Reversal, form: Why, *, by: Who, at: datetime) -> None:
    _other_eyes(row, by)
    _step(row, "refuse", form.why, by=by, at=at)


def withdraw(row: Reversal, form: None, *, by: Who, at: datetime) -> None:
    _step(row, "withdraw", "", by=by, at=at)


def _step(row: Reversal, verb: str, answer: str, *, by: Who, at: datetime) -> None:
    details = {"number": row.payable.number, "amount_fen": row.amount_fen} | ({"text": answer} if answer else {})
    moving.move(REVERSAL, row, verb, by=by, at=at, details=details, answer=answer, decided_by=str(by), decided_at=at)


def _other_eyes(row: Reversal, by: Who) -> None:
    if row.asked_by == str(by):
        raise Forbidden("冲正须由另一个人复核", "Somebody else must check a reversal", code="four_eyes")


VERBS = {"confirm": confirm, "refuse": refuse, "withdraw": withdraw}


def perform_reversal(
    viewer: Viewer, row: Reversal, verb: str, data: dict[str, object], *, by: Who, at: datetime
) -> None:
    move = moving.find_legal(REVERSAL, row, verb)
    moving.require_actor(move, viewer, row.shop_id)
    VERBS[verb](row, moving.parse_form(move, data), by=by, at=at)  # type: ignore[operator]
