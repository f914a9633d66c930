"""Questions to the warehouse (问仓库): asked, answered, late, withdrawn. R066, R235."""

from datetime import datetime

from xiaoer.goods.models import Sku, StockQuestion
from xiaoer.goods.stock_flow import CLOCK, STOCK_QUESTION, Answer
from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import CLOCK as THE_CLOCK
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

_WARN = (0.5, 0.8)


def ask(
    shop_id: int,
    *,
    sku_code: str = "",
    title: str = "",
    qty: int = 1,
    note: str = "",
    urgent: bool = False,
    subject: str = "",
    order_ref: int | None = None,
    order_no: str = "",
    by: Who,
    at: datetime,
) -> StockQuestion:
    """Ask the warehouse whether goods are there and can leave. Asking the same again while it waits gives the open
    question; said to be urgent now, its clock becomes the shorter one."""
    sku = Sku.objects.filter(shop_id=shop_id, code=sku_code).select_related("goods").first() if sku_code else None
    if not sku_code and not title.strip():
        raise Invalid(fields={"title": T("请写明问哪件商品", "Say which goods is asked for")})
    if not 1 <= qty <= 99_999:
        raise Invalid(fields={"qty": T(f"数量应为 1～99999：{qty}", f"The quantity must be 1 to 99,999: {qty}")})
    same = StockQuestion.objects.filter(
        shop_id=shop_id, state__in=STOCK_QUESTION.open_states(), sku_code=sku_code, subject=subject, asked_by=str(by)
    )
    same = same if sku_code else same.filter(title=title.strip()[:200])
    held = same.order_by("-asked_at").first() if subject else None
    if held is not None:
        return _hurry(held, at=at) if urgent and not held.urgent else held
    row = StockQuestion.objects.create(
        shop_id=shop_id,
        sku=sku,
        sku_code=sku_code[:64],
        title=(title.strip() or (sku.goods.title if sku else ""))[:200],
        qty=qty,
        note=note.strip()[:300],
        urgent=urgent,
        subject=subject[:64],
        order_ref=order_ref,
        order_no=order_no[:40],
        state_at=at,
        asked_by=str(by),
        asked_by_name=by.name[:64],
        asked_at=at,
    )
    _start_clock(row, at)
    moving.begin(STOCK_QUESTION, row, by=by, at=at, details=_details(row))
    return row


def _details(row: StockQuestion) -> dict[str, object]:
    return {"sku": row.sku_code, "about": row.subject, "urgent": row.urgent, "asked_by": row.asked_by}


def _start_clock(row: StockQuestion, at: datetime) -> None:
    key = "stock_answer_within_urgent" if row.urgent else "stock_answer_within"
    due = at + rule(key, shop=shop_facts(row.shop_id), at=at).duration
    deadlines.start(
        CLOCK, f"stock_question:{row.pk}", shop_id=row.shop_id, due_at=due, at=at,
        warn_at=deadlines.warnings_of(at, due, _WARN),
    )  # fmt: skip


def _hurry(row: StockQuestion, *, at: datetime) -> StockQuestion:
    if StockQuestion.objects.filter(pk=row.pk, state="asked", urgent=False).update(urgent=True):
        row.urgent = True
        _start_clock(row, at)
    return row


def answer(row: StockQuestion, form: Answer, *, by: Who, at: datetime) -> StockQuestion:
    """The warehouse answers, in time or late; the agent's screen shows it at once."""
    wrong: dict[str, T] = {}
    if form.answer == "partly" and not form.qty:
        wrong["qty"] = T("只有一部分时请写有几件", "Say how many there are")
    if form.answer == "partly" and form.qty and form.qty >= row.qty:
        wrong["qty"] = T(f"问的是 {row.qty} 件，够的话请选「有货」", f"{row.qty} were asked for: that is all of them")
    if form.answer == "when" and form.when is None:
        wrong["when"] = T("请写什么时候有货", "Say from when")
    elif form.answer == "when" and form.when is not None and (form.when.tzinfo is None or form.when <= at):
        wrong["when"] = T("到货时间要晚于现在", "The time must lie ahead")
    if wrong:
        raise Invalid(fields=wrong)
    moving.move(
        STOCK_QUESTION,
        row,
        "answer",
        by=by,
        at=at,
        details=_details(row) | {"answer": form.answer},
        answer=form.answer,
        answer_qty=form.qty if form.answer in ("partly", "yes") else None,
        answer_at=form.when if form.answer == "when" else None,
        answer_note=form.note,
        answered_by=str(by),
        answered_by_name=by.name[:64],
        answered_at=at,
    )
    return row


def withdraw(row: StockQuestion, *, by: Who, at: datetime) -> StockQuestion:
    """Not needed any more."""
    moving.move(STOCK_QUESTION, row, "withdraw", by=by, at=at, details=_details(row))
    return row


def expire(question_id: int, *, at: datetime) -> None:
    """The answer clock ran out; the agent is told, and the warehouse may still answer."""
    row = StockQuestion.objects.filter(pk=question_id, state="asked").first()
    if row is not None:
        moving.move(STOCK_QUESTION, row, "expire", by=THE_CLOCK, at=at, details=_details(row))
