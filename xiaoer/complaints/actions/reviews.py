"""What each move of a review does (评价, flow 16)."""

from datetime import datetime
from typing import Any

from xiaoer.complaints import forms
from xiaoer.complaints.actions import clocks, feedback, proposing, saying
from xiaoer.complaints.flow import REVIEW
from xiaoer.complaints.models import Review
from xiaoer.complaints.rules import better
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import begin, move


def receive(row: Review, *, by: Who, at: datetime) -> None:
    """A stored review begins its way: its two clocks, of which the change window counts from when it was given (C33)."""
    begin(REVIEW, row, by=by, at=at, for_buyer=False, details={"rating": row.rating})
    clocks.start_until(REVIEW, row, "review_change", row.changeable_until, at=at)
    clocks.follow(REVIEW, row)


def _step(row: Review, verb: str, by: Who, at: datetime, details: dict[str, Any] | None = None, **columns: Any) -> None:
    move(REVIEW, row, verb, by=by, at=at, details=details, **columns)
    clocks.follow(REVIEW, row)


def triage(row: Review, form: forms.Triage | None, *, by: Who, at: datetime) -> None:
    mood = form.mood if form is not None else row.mood
    _step(row, "triage", by, at, {"mood": mood}, mood=mood)


def thank(row: Review, form: forms.Answer, *, by: Who, at: datetime) -> None:
    saying.require_sayable(row.shop_id, form.text, "text", at=at)
    _step(row, "thank", by, at, None, reply=form.text, replied_by=str(by), replied_at=at)


def tell(row: Review, form: forms.Tell, *, by: Who, at: datetime) -> None:
    feedback.ask(row, form.departments, form.words, by=by, at=at)
    _step(row, "tell", by, at, {"departments": form.departments})


def verify(row: Review, form: forms.Verify, *, by: Who, at: datetime) -> None:
    columns = {"cause": form.cause, "department": form.department, "finding": form.finding}
    _step(row, "verify", by, at, {"cause": form.cause, "department": form.department}, **columns)


def remedy(row: Review, form: forms.Remedy, *, by: Who, at: datetime) -> None:
    """R831, R832 as C12 allows them: for a proven defect, approved by the superior, never for the rating."""
    if not form.unconditional:
        raise Invalid(
            fields={
                "unconditional": T(
                    "补偿不得以修改或删除评价为条件；请确认后再提交",
                    "The compensation must not depend on the review; confirm it",
                )
            }
        )
    if row.cause in ("", "malicious"):
        raise Invalid(
            fields={"why": T("没有查实的缺陷，不能补偿", "No defect was verified; nothing can be made up for")}
        )
    saying.require_sayable(row.shop_id, form.why, "why", at=at)
    case = proposing.propose(row, means=form.kind, amount_fen=form.amount_fen, why=form.why, by=by, at=at)
    told = {"kind": form.kind, "amount_fen": form.amount_fen}
    kept = {**told, "why": form.why, **case, "at": iso(at)}
    _step(row, "remedy", by, at, told, remedy=kept, remedy_case=case["case"])
    if case["state"] in proposing.SETTLED:
        settled_by_case(row, case["state"], by=SYSTEM, at=at)


def remedy_settled(row: Review, form: forms.RemedySettled, *, by: Who, at: datetime) -> None:
    remedy = {**row.remedy, "result": form.note, "settled_at": iso(at)}
    _step(row, "remedy_settled", by, at, {"note": form.note}, remedy=remedy)


def settled_by_case(row: Review, state: str, *, by: Who, at: datetime) -> None:
    """The compensation was decided: the reply follows its result (R832). Decided twice it is told once."""
    if REVIEW.find(row.state, "remedy_settled") is None:
        return
    remedy = {**row.remedy, "state": state, "settled_at": iso(at)}
    _step(row, "remedy_settled", by, at, {"state": state}, remedy=remedy)


def answer(row: Review, form: forms.Answer, *, by: Who, at: datetime) -> None:
    """The public reply. When the buyer can no longer change her review, it stays as it is."""
    saying.require_sayable(row.shop_id, form.text, "text", at=at)
    _step(row, "answer", by, at, None, reply=form.text, replied_by=str(by), replied_at=at)
    if row.changeable_until <= at:
        _step(row, "stays", SYSTEM, at, {"why": "change_over"})


def changed(row: Review, form: forms.Changed, *, by: Who, at: datetime) -> None:
    """C33: changed once, inside its window, and only for the better."""
    if not better(row.rating, form.rating):
        raise Invalid(
            fields={
                "rating": T("只能改为更好的评价；删除请登记「评价已删除」", "It can only become better; else 'removed'")
            }
        )
    if at >= row.changeable_until:
        raise Invalid(
            fields={
                "rating": T(
                    f"评价满 {row.changeable_until:%Y-%m-%d} 后不能再修改", "The change window of this review is over"
                )
            }
        )
    _step(
        row, "changed", by, at, {"before": row.rating, "after": form.rating},
        rating=form.rating, rating_before=row.rating,
    )  # fmt: skip


def stays(row: Review, form: Any, *, by: Who, at: datetime) -> None:
    _step(row, "stays", by, at)


def change_over(row: Review, form: Any, *, by: Who, at: datetime) -> None:
    _step(row, "change_over", by, at)


def gone(row: Review, form: forms.Word, *, by: Who, at: datetime) -> None:
    _step(row, "gone", by, at, {"note": form.note} if form is not None and form.note else None)
