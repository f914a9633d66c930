"""The review desk over HTTP (评价台): taking reviews in, desks, one review, every move, departments, problem goods."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, File, Form, Router
from ninja.files import UploadedFile
from pydantic import ValidationError

from xiaoer.complaints import actions, drafts, export, forms, queries, sentiment, showing, stats
from xiaoer.complaints.actions.feedback import may_answer
from xiaoer.complaints.api.files import from_rows, taken_in
from xiaoer.complaints.api.schemas import FeedbackIn, FileOut, OwnerIn, ReadIn, ReviewOut, ReviewPage, ReviewsIn
from xiaoer.complaints.flow import REVIEW
from xiaoer.complaints.rules import DEPARTMENTS, MOODS, TOPICS
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.moving import invalid_from
from xiaoer.kernel.xlsx import XLSX
from xiaoer.people.queries import find_shop, shop_facts
from xiaoer.policy.queries import rules

router = Router()
REGISTER_MOST = 5000
USUAL_SPAN = timedelta(days=90)


def staff_of(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if viewer.kind == "buyer":
        raise NotFound()
    return viewer


def all_pages(viewer: Viewer, name: str, most: int, **filters: Any) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None and len(found) < most:
        part, cursor = queries.page(viewer, name, cursor=cursor, limit=100, **filters)
        found += part
    return found


@router.get("/reviews", response=ReviewPage, summary="Reviews of a desk, the soonest clock first")
def listed(
    request: HttpRequest,
    shop: int | None = None,
    desk: str = "todo",
    state: str = "",
    rating: str = "",
    mood: str = "",
    topic: str = "",
    order: int | None = None,
    q: str = "",
    cursor: str = "",
    limit: int = 50,
) -> dict[str, Any]:
    """`desk`: todo, told (departments, approval), answered, open, done, all. `topic`: what the review speaks of."""
    viewer = staff_of(request)
    found, more = queries.page(
        viewer, "review", desk=desk, shop=shop, q=q, state=state, rating=rating, mood=mood,
        found__topic=topic, order_id=order, cursor=cursor, limit=limit,
    )  # fmt: skip
    return {"items": showing.review_rows(found, viewer.language), "next": more}


@router.get("/reviews/counts", response=dict[str, int], summary="How much waits at each desk")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return queries.counts(staff_of(request), "review", shop)


@router.get("/reviews/words", summary="Names of topics, moods and departments")
def words(request: HttpRequest) -> dict[str, Any]:
    language = staff_of(request).language
    tables = {"topics": TOPICS, "moods": MOODS, "departments": DEPARTMENTS}
    return {
        name: [{"value": code, "label": label.say(language)} for code, label in table.items()]
        for name, table in tables.items()
    }


@router.post("/reviews/read", summary="Read any text: mood, topics, and the words that decided")
def read(request: HttpRequest, data: ReadIn) -> dict[str, Any]:
    language = staff_of(request).language
    found = sentiment.read(data.text)
    return {
        "mood": found.mood,
        "mood_label": MOODS[found.mood].say(language),
        "score": found.score,
        "topics": [
            {"topic": one.topic, "label": TOPICS[one.topic].say(language), "good": one.good, "words": one.words}
            for one in found.topics
        ],
        "words": sentiment.explained(found, language),
    }


@router.get("/reviews/export", summary="The review register 评价登记表 (XLSX)")
def exported(
    request: HttpRequest, shop: int | None = None, desk: str = "all", topic: str = "", rating: str = "", q: str = ""
) -> HttpResponse:
    viewer = staff_of(request)
    found = all_pages(viewer, "review", REGISTER_MOST, desk=desk, shop=shop, q=q, rating=rating, found__topic=topic)
    answer = HttpResponse(export.review_register(found, viewer), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="review-register.xlsx"'
    return answer


@router.get("/reviews/problems", summary="Problem goods by topic (问题商品统计)")
def problems(
    request: HttpRequest, shop: int | None = None, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Any]:
    viewer = staff_of(request)
    now = clock.now()
    ends = until or now
    return stats.problem_goods(viewer, shop=shop, since=since or ends - USUAL_SPAN, until=ends)


@router.get("/reviews/feedback", summary="What departments have not answered yet")
def waiting(request: HttpRequest, shop: int | None = None, department: str = "") -> dict[str, Any]:
    viewer = staff_of(request)
    found = list(queries.open_feedback(viewer, shop, department)[:100])
    rows = {one["id"]: one for one in showing.review_rows([one.review for one in found], viewer.language)}
    items = [
        {
            "review": rows[one.review_id],
            "department": one.department,
            "label": DEPARTMENTS[one.department].say(viewer.language),
            "words": one.words,
            "asked_at": clock.iso(one.asked_at),
            "may": may_answer(viewer, one.department, one.review.shop_id),
        }
        for one in found
    ]
    return {"items": items, "next": None}


def _doors(viewer: Viewer, shop: int, source: str) -> tuple[Any, Any]:
    """How a row is parsed and how a batch is written, for this shop."""
    find_shop(viewer, shop)
    viewer.require(Perm.REVIEWS, shop)
    now = clock.now()
    found = rules(["review_good_from", "review_bad_until"], shop=shop_facts(shop), at=now)
    good_from, bad_until = int(found["review_good_from"].value), int(found["review_bad_until"].value)

    def parse(told: Mapping[str, str]) -> Any:
        return drafts.review_of(told, good_from=good_from, bad_until=bad_until, at=now)

    def take(batch: Sequence[drafts.ReviewDraft], rejected: int) -> actions.Taken:
        with transaction():
            return actions.take_reviews(shop, batch, source=source, rejected=rejected, by=viewer.who, at=now)

    return parse, take


@router.post("/reviews/import", response=FileOut, summary="Take a file of reviews in (CSV or XLSX)")
def imported(request: HttpRequest, shop: Form[int], file: File[UploadedFile]) -> dict[str, Any]:
    """Columns 评价时间 and 评价类型 or 星级; also 评价编号, 订单号, 买家昵称, 宝贝标题, 评价内容, 追评, 晒图数."""
    viewer = staff_of(request)
    parse, take = _doors(viewer, shop, "file")
    return taken_in(file, drafts.REVIEW_COLUMNS, ("given_at",), parse, take, viewer.language)


@router.post("/reviews", response=FileOut, summary="Reviews from an interface")
def reported(request: HttpRequest, data: ReviewsIn) -> dict[str, Any]:
    viewer = staff_of(request)
    parse, take = _doors(viewer, data.shop, "api")
    rows = [
        {key: ("是" if value is True else "" if value is False else str(value)) for key, value in one.dict().items()}
        for one in data.reviews
    ]
    return from_rows(rows, parse, take, viewer.language)


@router.get("/reviews/{int:review_id}", response=ReviewOut, summary="One review")
def one(request: HttpRequest, review_id: int) -> dict[str, Any]:
    viewer = staff_of(request)
    return showing.review(queries.find(viewer, "review", review_id), viewer, clock.now())


@router.post("/reviews/{int:review_id}/feedback", response=ReviewOut, summary="A department answers")
def answered(request: HttpRequest, review_id: int, data: FeedbackIn) -> dict[str, Any]:
    viewer = staff_of(request)
    try:
        form = forms.Feedback.model_validate(data.dict())
    except ValidationError as error:
        raise invalid_from(error) from None
    with transaction():
        row = queries.find(viewer, "review", review_id)
        actions.answer_feedback(viewer, row, form, by=viewer.who, at=clock.now())
    return showing.review(queries.find(viewer, "review", review_id), viewer, clock.now())


@router.put("/reviews/{int:review_id}/owner", response=ReviewOut, summary="Who handles it")
def owned(request: HttpRequest, review_id: int, data: OwnerIn) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, "review", review_id)
        viewer.require(Perm.REVIEWS, row.shop_id)
        actions.set_owner(REVIEW, row, data.owner, Perm.REVIEWS, by=viewer.who, at=clock.now())
    return showing.review(queries.find(viewer, "review", review_id), viewer, clock.now())


@router.post("/reviews/{int:review_id}/{verb}", response=ReviewOut, summary="The next step; see the review's `can`")
def moved(request: HttpRequest, review_id: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, "review", review_id)
        actions.perform(viewer, REVIEW, row, verb, data, by=viewer.who, at=clock.now())
    return showing.review(queries.find(viewer, "review", review_id), viewer, clock.now())
