"""Questions to the warehouse over HTTP (问仓库)."""

from typing import Any

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema

from xiaoer.goods import actions, question_reads
from xiaoer.goods.api.schemas import QuestionOut, QuestionPage
from xiaoer.goods.stock_flow import STOCK_QUESTION, Answer
from xiaoer.kernel import clock, moving
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction

router = Router()


class Ask(Schema):
    shop: int
    sku_code: str = Field("", max_length=64)
    title: str = Field("", max_length=200)
    qty: int = 1
    note: str = Field("", max_length=300)
    urgent: bool = False
    conversation: int | None = Field(None, description="The talk in which the answer is waited for")
    order: int | None = None
    order_no: str = Field("", pattern="^[0-9A-Za-z_-]{0,40}$")


@router.get("/stock-questions", response=QuestionPage, summary="Questions to the warehouse; open ones by their clock")
def questions(
    request: HttpRequest,
    shop: int | None = None,
    state: str = "open",
    conversation: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`state`: open, asked, expired, answered, withdrawn, or all."""
    subject = "" if conversation is None else f"conversation:{conversation}"
    items, after = question_reads.listed_questions(
        viewer_of(request), shop=shop, state=state, subject=subject, cursor=cursor, limit=limit
    )
    return {"items": items, "next": after}


@router.post("/stock-questions", response=QuestionOut, summary="Ask the warehouse; starts its answer clock")
def ask(request: HttpRequest, data: Ask) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(Perm.CHAT, data.shop)
    about = f"conversation:{data.conversation}" if data.conversation else f"order:{data.order}" if data.order else ""
    with transaction():
        row = actions.ask(
            data.shop,
            sku_code="".join(data.sku_code.split()),
            title=data.title,
            qty=data.qty,
            note=data.note,
            urgent=data.urgent,
            subject=about,
            order_ref=data.order,
            order_no=data.order_no,
            by=viewer.who,
            at=clock.now(),
        )
    return question_reads.shown_question(question_reads.find_question(viewer, row.pk), viewer)


@router.get("/stock-questions/{int:question_id}", response=QuestionOut, summary="One question")
def one(request: HttpRequest, question_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return question_reads.shown_question(question_reads.find_question(viewer, question_id), viewer)


@router.post("/stock-questions/{int:question_id}/{verb}", response=QuestionOut, summary="answer | withdraw")
def move(request: HttpRequest, question_id: int, verb: str, data: Body[dict[str, Any]]) -> dict[str, Any]:
    viewer = viewer_of(request)
    at = clock.now()
    with transaction():
        row = question_reads.find_question(viewer, question_id)
        step = moving.find_legal(STOCK_QUESTION, row, verb)
        moving.require_actor(step, viewer, row.shop_id)
        form = moving.parse_form(step, data)
        if isinstance(form, Answer):
            actions.answer(row, form, by=viewer.who, at=at)
        else:
            actions.withdraw(row, by=viewer.who, at=at)
    return question_reads.shown_question(question_reads.find_question(viewer, question_id), viewer)
