"""Departments hear what buyers say and answer (部门反馈, R829, R448)."""

from collections.abc import Sequence
from datetime import datetime

from xiaoer.complaints import events, forms
from xiaoer.complaints.models import Review, ReviewFeedback
from xiaoer.complaints.rules import DEPARTMENTS
from xiaoer.kernel.access import Perm, Viewer, Who
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T

ANSWERS: dict[str, Perm] = {
    "warehouse": Perm.WAREHOUSE_RECEIVE,
    "product": Perm.GOODS_EDIT,
    "courier": Perm.PARCELS_TRACE,
    "service": Perm.AFTERSALES_DECIDE,
    "operations": Perm.SCRIPTS_EDIT,
}
"""Who may answer for a department, beside the review clerk who writes down what she was told."""


def ask(row: Review, departments: Sequence[str], words: str, *, by: Who, at: datetime) -> None:
    if unknown := [one for one in departments if one not in DEPARTMENTS]:
        raise Invalid(fields={"departments": T(f"没有部门「{unknown[0]}」", f"There is no department {unknown[0]!r}")})
    asked = list(dict.fromkeys(departments))
    ReviewFeedback.objects.bulk_create(
        [ReviewFeedback(review=row, department=one, words=words, asked_by=str(by), asked_at=at) for one in asked]
    )


def may_answer(viewer: Viewer, department: str, shop_id: int) -> bool:
    return any(viewer.may(perm, shop_id) for perm in (ANSWERS[department], Perm.REVIEWS))


def answer_feedback(viewer: Viewer, row: Review, form: forms.Feedback, *, by: Who, at: datetime) -> None:
    """A department says whether it is so and what changes. Answered once; of two at once one wins."""
    if not may_answer(viewer, form.department, row.shop_id):
        name = DEPARTMENTS[form.department]
        raise Forbidden(f"只有{name.zh}或回评专员可以答复", f"Only {name.en} or the review clerk may answer")
    open_ones = ReviewFeedback.objects.filter(review=row, department=form.department, answered_at=None)
    values = {"verdict": form.verdict, "answer": form.answer, "answered_by": str(by), "answered_at": at}
    if not open_ones.update(**values):
        raise Conflict(
            "not_asked",
            "这个部门没有待答复的反馈，或已经答复",
            "This department was not asked, or has answered already",
        )
    said = events.ReviewTold(number=row.number, department=form.department, verdict=form.verdict)
    announce(said, shop_id=row.shop_id, subject=f"review:{row.pk}", by=by, at=at)
