"""Finance's list (财务打款): checked, paid, failed, delayed, many at once; each row has its own result, one winner each."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from xiaoer.aftersales import events_finance as events
from xiaoer.aftersales import finance_reads, queries
from xiaoer.aftersales.actions import compensation, paying
from xiaoer.aftersales.actions.perform import perform
from xiaoer.aftersales.forms import Pay
from xiaoer.aftersales.kinds import KINDS
from xiaoer.aftersales.models import Payable
from xiaoer.aftersales.payout_flow import PAYOUT
from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import CLOCK, SYSTEM, Perm, Viewer, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Conflict, NotFound, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.flow import Move
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

Result = dict[str, Any]
ALREADY = {"approve": ("approved", "exported", "paid"), "unapprove": ("waiting",), "fail": ("waiting",)}
"""States in which a step was taken before: saying it again is no mistake."""


def each(viewer: Viewer, ids: Sequence[int], run: Callable[[Payable], str]) -> list[Result]:
    """Run `run` for each row in a savepoint of its own: done, was already, or refused with the reason."""
    found: list[Result] = []
    for pk in dict.fromkeys(ids):
        try:
            with transaction():
                row = finance_reads.find(viewer, pk)
                said = run(row)
            found.append({"id": pk, "number": row.number, "result": said, "why": "", "code": ""})
        except Refusal as no:
            number = finance_reads.number_of(viewer, pk)
            found.append(
                {"id": pk, "number": number, "result": "refused", "why": no.text.say(viewer.language), "code": no.code}
            )
    return found


def step_many(
    viewer: Viewer, verb: str, ids: Sequence[int], data: dict[str, Any], *, by: Who, at: datetime
) -> list[Result]:
    """审核通过, 退回审核, 打款失败, 渠道延迟 over many rows (批量审核)."""
    if verb not in ("approve", "unapprove", "fail", "delay"):
        raise NotFound(f"没有「{verb}」这个操作", f"There is no step {verb!r}")

    def run(row: Payable) -> str:
        viewer.require(Perm.MONEY_REFUND, row.shop_id)
        if row.state in ALREADY.get(verb, ()):
            return "already"
        move = moving.find_legal(PAYOUT, row, verb)
        form: Any = moving.parse_form(move, data)
        take(row, move, form.why if form is not None else "", by=by, at=at)
        return "done"

    return each(viewer, ids, run)


def take(row: Payable, move: Move, why: str, *, by: Who, at: datetime) -> None:
    """One step of finance's own: its columns, and for a late channel the daily notice with a suggested compensation."""
    columns: dict[str, Any] = {}
    details: dict[str, Any] = {"number": row.number, "amount_fen": row.amount_fen} | ({"text": why} if why else {})
    if move.verb == "approve":
        columns = {"approved_by": str(by), "approved_at": at}
    if move.verb in ("unapprove", "fail"):
        columns = {"approved_by": "", "approved_at": None, "batch": None}
    if move.verb == "fail":
        columns |= {"failed_why": why, "failures": row.failures + 1}
    if move.verb == "delay":
        columns = {"delayed_at": at, "delay_why": why}
    moving.move(PAYOUT, row, move.verb, by=by, at=at, details=details, **columns)
    if move.verb == "delay":
        tell_progress(row, by=by, at=at)
        suggest_for_delay(row, at=at)


def tell_progress(row: Payable, *, by: Who, at: datetime) -> None:
    """R744: the buyer is told today's progress, and told again tomorrow while it is not paid."""
    Payable.objects.filter(pk=row.pk, delay_notices=row.delay_notices).update(delay_notices=row.delay_notices + 1)
    row.delay_notices += 1
    payload = events.RefundProgress(number=row.number, amount_fen=row.amount_fen, day=row.delay_notices)
    subject = f"{row.flow}:{row.case_id}"
    announce(payload, shop_id=row.shop_id, subject=subject, by=by, at=at, customer_id=row.customer_id, for_buyer=True)


def suggest_for_delay(row: Payable, *, at: datetime) -> None:
    """R744: points for the delay are proposed; a person decides. Never for a compensation that is itself late."""
    worth = int(rule("refund_delay_compensation", shop=shop_facts(row.shop_id), at=at).value)
    if row.flow == "compensation" or worth <= 0:
        return
    note = f"{row.number} 退款渠道延迟，按规则补偿积分"
    compensation.suggest(row.order_id, "points", worth, "channel_delay", note, f"payout:{row.pk}", by=SYSTEM, at=at)


def progress_again(payable_id: int, *, at: datetime) -> None:
    """A day went by: still not paid, so the buyer is told again and the clock starts anew."""
    row = Payable.objects.filter(pk=payable_id).first()
    if row is None or row.state in ("paid", "dropped"):
        return
    tell_progress(row, by=CLOCK, at=at)
    due = at + rule("refund_progress_notice", shop=shop_facts(row.shop_id), at=at).duration
    deadlines.start("refund_progress", f"payout:{row.pk}", shop_id=row.shop_id, due_at=due, at=at)


def say_late(payable_id: int, due_at: datetime, *, by: Who, at: datetime) -> None:
    """Finance's own time ran out: nothing moves, it is said."""
    row = Payable.objects.filter(pk=payable_id).first()
    if row is None or row.state in ("paid", "dropped"):
        return
    payload = events.PayoutLate(number=row.number, amount_fen=row.amount_fen, due_at=iso(due_at) or "")
    announce(payload, shop_id=row.shop_id, subject=f"payout:{row.pk}", by=by, at=at)


def pay_one(viewer: Viewer, row: Payable, form: Pay, *, by: Who, at: datetime) -> str:
    """登记打款 of one row, through the case's own paying step. The same payment said twice is "already"."""
    viewer.require(Perm.MONEY_REFUND, row.shop_id)
    if row.state == "paid" and (row.channel, row.reference) == (form.channel, form.reference):
        return "already"
    if row.state in ("paid", "dropped"):
        label = PAYOUT.state(row.state).label
        raise Conflict(
            "not_owed",
            f"{row.number} {label.zh}，不用再打款",
            f"{row.number} is {label.en!r}: nothing is owed",
            current={"state": row.state, "reference": row.reference},
        )
    carry(viewer, row, form, by=by, at=at)
    return "done"


def carry(viewer: Viewer, row: Payable, form: Pay, *, by: Who, at: datetime) -> None:
    """The case's own paying step; after a reversal the case stands at its end already and the money alone moves."""
    flow = KINDS[row.flow].flow
    case = queries.find(viewer, row.flow, row.case_id)
    verb = paying_verb(flow.name, case.state)
    if verb is not None:
        perform(viewer, flow, case, verb, form.model_dump(), by=by, at=at)
    else:
        pay_again(row, case, form, by=by, at=at)


def paying_verb(flow: str, state: str) -> str | None:
    """The step of a flow that pays: the one whose form is `forms.Pay`."""
    moves = KINDS[flow].flow.moves_from(state)
    return next((move.verb for move in moves if move.form is not None and issubclass(move.form, Pay)), None)


def pay_again(row: Payable, case: Any, form: Pay, *, by: Who, at: datetime) -> None:
    """After a reversal (冲正) the case stands at its end already: list, ledger and order are written alone."""
    if row.round == 0:
        raise Conflict(
            "case_not_ready", f"{row.number} 现在不能打款，请先处理这张单", f"{row.number} cannot be paid as it stands"
        )
    parts = paying.granted_parts(case)
    paying.require_channel(case, form.channel, parts, at=at)
    paying.require_new_reference(case, form.channel, form.reference)
    payable = paying.settle(case, form.channel, form.reference, by=by, at=at)
    paying.write_payment(case, parts, form.channel, form.reference, by=by, at=at, round=payable.round)


def pay_many(viewer: Viewer, wanted: Sequence[tuple[int, Pay]], *, by: Who, at: datetime) -> list[Result]:
    """Several payments, each with its own reference and result."""
    forms = dict(wanted)
    return each(viewer, list(forms), lambda row: pay_one(viewer, row, forms[row.pk], by=by, at=at))
