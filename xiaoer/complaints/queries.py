"""Reads of reviews and disputes, always for a viewer: desks, search, one case, what waits for a department."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from xiaoer.complaints.complaint_flow import COMPLAINT_DESKS
from xiaoer.complaints.flow import DISPUTE, DISPUTE_DESKS, FLOWS, REVIEW_DESKS
from xiaoer.complaints.models import CaseBase, Complaint, Dispute, Review, ReviewFeedback
from xiaoer.kernel import paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T

TABLES: dict[str, type[CaseBase]] = {"review": Review, "dispute": Dispute, "complaint": Complaint}
DESKS = {"review": REVIEW_DESKS, "dispute": DISPUTE_DESKS, "complaint": COMPLAINT_DESKS}
FAR = datetime(9999, 1, 1, tzinfo=UTC)
_TIME = {"review": "given_at", "dispute": "opened_at", "complaint": "opened_at"}
_RELATED = ("shop", "order", "customer")
_LINE = {"review": "due_at", "dispute": "due_at", "complaint": "line_at"}


def visible(viewer: Viewer, name: str) -> QuerySet[Any]:
    rows = TABLES[name]._default_manager.select_related(*_RELATED)
    return rows.filter(shop_id__in=viewer.shops_with(Perm.AFTERSALES_VIEW))


def find(viewer: Viewer, name: str, pk: int) -> Any:
    """The review or dispute, or 404 whether it does not exist or is not for this viewer."""
    row = visible(viewer, name).filter(pk=pk).first()
    if row is None:
        raise NotFound(f"没有这张{FLOWS[name].zh}单", f"There is no such {FLOWS[name].en.lower()}")
    return row


def case_of_subject(subject: str) -> tuple[Flow, Any] | None:
    """The flow and the row of a subject such as "dispute:12"; None when it is another's or gone."""
    name, _, number = subject.partition(":")
    if name not in TABLES or not number.isdigit():
        return None
    row = TABLES[name]._default_manager.select_related("shop").filter(pk=int(number)).first()
    return (FLOWS[name], row) if row is not None else None


def review_of_remedy(case_id: int) -> Review | None:
    return Review.objects.select_related("shop").filter(remedy_case=case_id).first()


def ask(viewer: Viewer, name: str, *, desk: str, shop: int | None = None, q: str = "", **columns: Any) -> QuerySet[Any]:
    """The rows of a desk that the filters leave."""
    if desk not in DESKS[name]:
        raise Invalid(fields={"desk": T(f"没有「{desk}」这个工作台", f"There is no desk {desk!r}")})
    rows, states = visible(viewer, name), DESKS[name][desk]
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if states is not None:
        rows = rows.filter(state__in=states)
    for column, value in columns.items():
        if value not in ("", None):
            rows = rows.filter(**{column: value})
    return rows.filter(_matches(name, q.strip())) if q.strip() else rows


def _matches(name: str, q: str) -> Q:
    number = Q(pk=int(q[2:])) if q[:2].upper() in ("PJ", "WQ", "TS") and q[2:].isdigit() and len(q) < 14 else Q(pk=None)
    if name == "review":
        return number | Q(order_no=q) | Q(nick__icontains=q) | Q(title__icontains=q) | Q(sku_code=q) | Q(key=q)
    outside = "outside_no" if name == "complaint" else "platform_no"
    return number | Q(order__order_no=q) | Q(**{outside: q}) | Q(customer__nick__icontains=q)


def page(viewer: Viewer, name: str, *, desk: str, cursor: str = "", limit: int = 50, **filters: Any) -> Any:
    """One page: open desks by the soonest clock, the others latest first."""
    rows = ask(viewer, name, desk=desk, **filters)
    if desk in ("all", "done"):
        return paging.newest_first(rows, _TIME[name], cursor=cursor, limit=limit)
    place = Coalesce(_LINE[name], Value(FAR), output_field=DateTimeField())
    return paging.soonest_first(rows.annotate(place=place), "place", cursor=cursor, limit=limit)


def counts(viewer: Viewer, name: str, shop: int | None = None) -> dict[str, int]:
    """How much waits at each desk; finished work is not counted."""
    return {
        desk: ask(viewer, name, desk=desk, shop=shop).count()
        for desk, states in DESKS[name].items()
        if states is not None and desk != "done"
    }


def feedback_of(rows: Iterable[Review]) -> dict[int, list[ReviewFeedback]]:
    found: dict[int, list[ReviewFeedback]] = {row.pk: [] for row in rows}
    for one in ReviewFeedback.objects.filter(review_id__in=found).order_by("asked_at", "pk"):
        found[one.review_id].append(one)
    return found


def open_feedback(viewer: Viewer, shop: int | None, department: str = "") -> QuerySet[ReviewFeedback]:
    """What departments have not answered yet, oldest first."""
    shops = [one for one in viewer.shops_with(Perm.AFTERSALES_VIEW) if shop in (None, one)]
    rows = ReviewFeedback.objects.filter(answered_at=None, review__shop_id__in=shops)
    if department:
        rows = rows.filter(department=department)
    return rows.select_related("review", "review__customer").order_by("asked_at", "pk")


def reviews_of_order(order_id: int) -> list[Review]:
    """The reviews of one order, for other areas."""
    return list(Review.objects.filter(order_id=order_id).order_by("given_at", "pk"))


def bad_reviews_of(order_ids: Iterable[int]) -> dict[int, Review]:
    """The open neutral or bad review of each order, for the order watch."""
    rows = Review.objects.filter(order_id__in=set(order_ids), rating__in=("neutral", "bad"))
    return {row.order_id: row for row in rows.order_by("given_at", "pk") if row.order_id is not None}


def open_disputes_of(order_ids: Iterable[int]) -> dict[int, Dispute]:
    """The open dispute of each order."""
    rows = Dispute.objects.filter(order_id__in=set(order_ids), state__in=DISPUTE.open_states())
    return {row.order_id: row for row in rows.order_by("opened_at", "pk")}


def earlier(customer_id: int, kind: str, since: datetime) -> Complaint | None:
    """The same customer's latest complaint about the same problem (R657)."""
    rows = Complaint.objects.filter(customer_id=customer_id, kind=kind, opened_at__gte=since)
    return rows.exclude(state="withdrawn").order_by("-opened_at", "-pk").first()


def is_open(row: CaseBase) -> bool:
    name = next(name for name, table in TABLES.items() if isinstance(row, table))
    return not FLOWS[name].state(row.state).final
