"""A compensation for a defect that a review showed: opened in after-sales, which asks the superior and pays (C12)."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales.actions import open_any
from xiaoer.complaints.models import Review
from xiaoer.kernel.access import Viewer, Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T

SETTLED = frozenset({"granted", "executed", "refused", "withdrawn", "revoked"})
"""States of a compensation in which it is decided, one way or the other."""
_REASON_OF = {
    "quality": "quality",
    "size": "quality",
    "colour": "quality",
    "packaging": "quality",
    "logistics": "courier",
    "service": "service",
    "wrong": "wrong",
}


def propose(row: Review, *, means: str, amount_fen: int, why: str, by: Who, at: datetime) -> dict[str, Any]:
    """Propose it; returns the case and where it stands. A cause that is no defect of ours is refused."""
    reason = _REASON_OF.get(row.cause)
    if reason is None or row.order_id is None:
        raise Invalid(
            fields={
                "why": T("查实的原因不是本店的缺陷，不能补偿（C12）", "The verified cause is no defect of ours (C12)")
            }
        )
    data = {"means": means, "amount_fen": amount_fen, "reason": reason, "note": why, "cause": f"review:{row.pk}"}
    if means in ("coupon", "gift"):
        data["gift"] = why[:100]
    case = open_any(Viewer(by, {row.shop_id: frozenset()}), "compensation", row.order_id, data, at=at)
    return {"case": case.pk, "number": case.number, "state": case.state}
