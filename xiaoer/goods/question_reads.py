"""Reads of questions to the warehouse, for the warehouse's page and for the talk in which somebody waits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from xiaoer.goods.models import StockQuestion
from xiaoer.goods.stock_flow import ANSWERS, CLOCK, STOCK_QUESTION
from xiaoer.kernel import deadlines, moving, paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule


def visible(viewer: Viewer) -> QuerySet[StockQuestion]:
    return StockQuestion.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW))


def find_question(viewer: Viewer, question_id: int) -> StockQuestion:
    row = visible(viewer).filter(pk=question_id).select_related("sku", "sku__goods", "shop").first()
    if row is None:
        raise NotFound("没有这个提问", "There is no such question")
    return row


def listed_questions(
    viewer: Viewer, *, shop: int | None, state: str, subject: str, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """`state`: open (waiting, soonest due first), or one state, or all, latest first; `subject`: of one talk or order."""
    rows = visible(viewer).select_related("sku", "sku__goods", "shop")
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if subject:
        rows = rows.filter(subject=subject)
    if state == "open":
        found, after = paging.soonest_first(
            rows.filter(state__in=STOCK_QUESTION.open_states()), "asked_at", cursor=cursor, limit=limit
        )
    else:
        rows = rows if state in ("", "all") else rows.filter(state=state)
        found, after = paging.newest_first(rows, "asked_at", cursor=cursor, limit=limit)
    shown = shown_questions(found, viewer)
    if state == "open":
        shown.sort(key=lambda one: (not one["urgent"], one["due_at"] or "", one["id"]))
    return shown, after


def shown_questions(rows: Sequence[StockQuestion], viewer: Viewer) -> list[dict[str, Any]]:
    running = deadlines.open_for_many([f"stock_question:{row.pk}" for row in rows])
    return [shown_question(row, viewer, running[f"stock_question:{row.pk}"]) for row in rows]


def shown_question(row: StockQuestion, viewer: Viewer, running: Sequence[Any] | None = None) -> dict[str, Any]:
    if running is None:
        running = deadlines.open_for(f"stock_question:{row.pk}")
    due = next((one.due_at for one in running if one.kind == CLOCK), None)
    state = STOCK_QUESTION.state(row.state)
    said = sentence(row)
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "state": row.state,
        "state_label": state.label.say(viewer.language),
        "sku": row.sku_id,
        "sku_code": row.sku_code,
        "goods": row.sku.goods_id if row.sku else None,
        "title": row.title,
        "colour": row.sku.colour if row.sku else "",
        "size": row.sku.size if row.sku else "",
        "picture": (row.sku.goods.pictures or [""])[0] if row.sku else "",
        "qty": row.qty,
        "note": row.note,
        "urgent": row.urgent,
        "subject": row.subject,
        "order": row.order_ref,
        "order_no": row.order_no,
        "asked_by": row.asked_by_name,
        "mine": row.asked_by == str(viewer.who),
        "asked_at": iso(row.asked_at),
        "due_at": iso(due),
        "answer": row.answer,
        "answer_label": ANSWERS[row.answer].say(viewer.language) if row.answer else "",
        "answer_qty": row.answer_qty,
        "answer_at": iso(row.answer_at),
        "answer_note": row.answer_note,
        "answered_by": row.answered_by_name,
        "answered_at": iso(row.answered_at),
        "sentence": said.zh,
        "sentence_en": said.en,
        "can": moving.can(STOCK_QUESTION, row, viewer),
    }


def sentence(row: StockQuestion) -> T:
    """What the agent may tell the buyer after the answer; "" while nobody answered."""
    look = " ".join(part for part in (row.sku.colour, row.sku.size) if part) if row.sku else ""
    what_zh, what_en = (f"您问的这款{look}" if look else "您问的这款"), (look or "the item you asked for")
    if row.answer == "yes":
        return T(f"亲，已经帮您和仓库确认过了，{what_zh}有货的哦。", f"I asked the warehouse: {what_en} is in stock.")
    if row.answer == "partly":
        return T(
            f"亲，帮您和仓库确认过了，{what_zh}目前有 {row.answer_qty} 件，您看可以吗？",
            f"I asked the warehouse: there are {row.answer_qty} of {what_en}. Is that all right?",
        )
    if row.answer == "when" and row.answer_at is not None:
        day = row.answer_at.astimezone(BEIJING)
        return T(
            f"亲，帮您和仓库确认过了，{what_zh}现在没有现货，预计 {day.month} 月 {day.day} 日左右补货，到货后以实际情况为准哦。",
            f"I asked the warehouse: {what_en} is out of stock and expected around {day.day}/{day.month}.",
        )
    if row.answer == "no":
        return T(
            f"亲，非常抱歉，帮您和仓库确认过了，{what_zh}暂时没有货，我帮您看看其他颜色或款式好吗？",
            f"I am sorry, the warehouse has no {what_en}; may I show you another look?",
        )
    return T("", "")


def confirmed(shop_id: int, order_ref: int, codes: Sequence[str], *, at: datetime) -> bool:
    """Whether the warehouse said lately that everything of an order is there and can leave (`warehouse_confirmed`).

    The latest answer per SKU counts, and one without a SKU is about the whole order. An old answer counts no more.
    """
    holds = rule("stock_answer_holds", shop=shop_facts(shop_id), at=at).duration
    rows = StockQuestion.objects.filter(
        order_ref=order_ref, shop_id=shop_id, state="answered", answered_at__gt=at - holds, answered_at__lte=at
    ).order_by("-answered_at", "-pk")
    latest: dict[str, str] = {}
    for code, answer in rows.values_list("sku_code", "answer")[:100]:
        latest.setdefault(code, answer)
    if not latest or any(answer != "yes" for answer in latest.values()):
        return False
    return "" in latest or (bool(codes) and all(code in latest for code in codes))
