"""Registers as workbooks (登记表): disputes with the columns of R834 to R836, reviews with cause and reply."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from xiaoer.complaints.flow import DISPUTE, REVIEW
from xiaoer.complaints.models import Dispute, Review
from xiaoer.complaints.reasons import REASONS
from xiaoer.complaints.rules import CAUSES, DEPARTMENTS, DISPUTE_KINDS, OUTCOMES, RATINGS, TOPICS
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.cells import safe_for_excel
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import plain_yuan
from xiaoer.kernel.xlsx import new_workbook

ZONE = ZoneInfo("Asia/Shanghai")
Cell = str | int | None
_DISPUTE = (
    (T("登记日期", "Registered"), 12), (T("维权单号", "Dispute"), 12), (T("平台单号", "Platform's number"), 20),
    (T("订单号", "Order"), 22), (T("旺旺ID", "Buyer"), 16), (T("类型", "Kind"), 10), (T("维权理由", "Reason"), 16),
    (T("买家陈述", "The buyer's words"), 30), (T("网店回复", "Shop's reply"), 30),
    (T("最终解释", "Final explanation"), 30), (T("处理意见", "Handling opinion"), 24), (T("状态", "State"), 12),
    (T("判定", "Ruling"), 14), (T("判赔金额", "Awarded"), 10), (T("责任部门", "Department"), 12),
    (T("责任人", "Person"), 12), (T("处罚考核结果", "Penalty and assessment"), 22), (T("管理原因", "Root cause"), 26),
    (T("结案日期", "Closed"), 12), (T("签字", "Signed"), 12),
)  # fmt: skip
_REVIEW = (
    (T("评价时间", "Given"), 16), (T("评价单号", "Review"), 12), (T("订单号", "Order"), 22), (T("买家", "Buyer"), 16),
    (T("商品", "Goods"), 32), (T("评价", "Rating"), 8), (T("内容", "Words"), 44), (T("主题", "Topics"), 18),
    (T("查实原因", "Cause"), 14), (T("责任部门", "Department"), 12), (T("查实情况", "Finding"), 30),
    (T("回评", "Reply"), 40), (T("状态", "State"), 12), (T("可修改至", "Changeable until"), 12),
)  # fmt: skip


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d}" if at else ""


def dispute_register(found: Iterable[Dispute], viewer: Viewer) -> bytes:
    """维权登记表 (R834 to R836), with room for a signature."""
    language = viewer.language
    rows: list[Sequence[Cell]] = []
    for one in found:
        deciding = viewer.may(Perm.AFTERSALES_DECIDE, one.shop_id)
        rows.append((
            _day(one.opened_at), one.number, one.platform_no, one.order.order_no, one.customer.nick,
            DISPUTE_KINDS[one.kind].say(language), REASONS[one.reason].label.say(language), one.claim, one.reply,
            one.explanation, one.opinion, DISPUTE.state(one.state).label.say(language),
            OUTCOMES[one.outcome].say(language) if one.outcome else "", one.awarded_fen,
            DEPARTMENTS[one.department].say(language) if one.department else "", one.person if deciding else "",
            one.penalty if deciding else "", one.root_cause, _day(one.closed_at), "",
        ))  # fmt: skip
    return _book(T("维权登记表", "Dispute register").say(language), _DISPUTE, rows, language)


def review_register(found: Iterable[Review], viewer: Viewer) -> bytes:
    """评价登记表: what buyers said, what was found, what was answered."""
    language = viewer.language
    rows: list[Sequence[Cell]] = [
        (
            f"{one.given_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
            one.number,
            one.order_no,
            one.customer.nick if one.customer_id and one.customer else one.nick,
            f"{one.title} {one.sku}".strip(),
            RATINGS[one.rating].say(language),
            f"{one.text} {one.added}".strip(),
            "、".join(TOPICS[topic].say(language) for topic in one.topics if topic in TOPICS),
            CAUSES[one.cause].say(language) if one.cause else "",
            DEPARTMENTS[one.department].say(language) if one.department else "",
            one.finding,
            one.reply,
            REVIEW.state(one.state).label.say(language),
            _day(one.changeable_until),
        )
        for one in found
    ]
    return _book(T("评价登记表", "Review register").say(language), _REVIEW, rows, language)


def _book(title: str, columns: Sequence[tuple[T, int]], rows: Sequence[Sequence[Cell]], language: str) -> bytes:
    out = BytesIO()
    book: Any = new_workbook(out)
    sheet = book.add_worksheet(title[:31])
    head = book.add_format({"bold": True, "bg_color": "#F2F3F5", "border": 1})
    cell, money = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"num_format": "0.00"})
    for place, (heading, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading.say(language), head)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, place, Decimal(plain_yuan(value)), money)
            else:
                sheet.write_string(number, place, safe_for_excel(value or ""), cell)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    book.close()
    return out.getvalue()
