"""The guard's report as a workbook: by rule, by agent, by team, by day, and the sentences that were wrongly stopped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from xiaoer.guard.models import GuardAppeal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import plain_yuan
from xiaoer.kernel.xlsx import new_workbook, safe_text

COUNTS: tuple[tuple[str, T], ...] = (
    ("blocked", T("拦截", "Blocked")),
    ("warned", T("提醒后未发", "Warned, not sent")),
    ("reworded", T("看到提示后改写", "Reworded")),
    ("confirmed", T("确认后仍发", "Sent anyway")),
    ("sent", T("仅记录", "Logged")),
    ("stopped", T("合计未发出", "Stopped in all")),
)
STAKES: tuple[tuple[str, T], ...] = (
    ("appeals", T("已复核申诉", "Appeals decided")),
    ("false_alarms", T("误拦", "False alarms")),
    ("points", T("避免扣分", "Points avoided")),
)
AVOIDED = T("避免金额（元）", "Yuan avoided")


def workbook(data: dict[str, Any], wrong: Iterable[GuardAppeal], language: str) -> bytes:
    """The whole report; the last sheet is what rules and the labelled set can learn from."""
    out = BytesIO()
    book = new_workbook(out)
    head = book.add_format({"bold": True, "bg_color": "#F2F3F5", "border": 1})
    money = book.add_format({"num_format": "0.00"})
    counts = [(name, text.say(language)) for name, text in COUNTS]
    stakes = [(name, text.say(language)) for name, text in STAKES]
    rule, title = T("规则", "Rule").say(language), T("名称", "Name").say(language)
    _sheet(
        book.add_worksheet(T("按规则", "By rule").say(language)),
        [("rule", rule), ("title", title), *counts, *stakes, ("fen", AVOIDED.say(language))],
        data["rules"],
        head,
        money,
    )
    person, team, day = (T(*pair).say(language) for pair in (("客服", "Agent"), ("班组", "Team"), ("日期", "Day")))
    _sheet(
        book.add_worksheet(T("按客服", "By agent").say(language)),
        [("name", person), *counts],
        data["agents"],
        head,
        money,
    )
    _sheet(
        book.add_worksheet(T("按班组", "By team").say(language)), [("name", team), *counts], data["teams"], head, money
    )
    _sheet(book.add_worksheet(T("按日期", "By day").say(language)), [("day", day), *counts], data["days"], head, money)
    asked = [("rule", rule), ("title", title), ("times", T("次数", "Times").say(language))]
    asked += [("talks", T("会话数", "Talks").say(language))]
    _sheet(book.add_worksheet(T("买家敏感提问", "Traps").say(language)), asked, data["traps"], head, money)
    said = [{"rule": row.rule, "text": row.text, "reason": row.reason, "answer": row.answer} for row in wrong]
    heads = [("rule", rule), ("text", T("误拦的句子", "Wrongly stopped").say(language))]
    heads += [("reason", T("申诉理由", "Appeal").say(language)), ("answer", T("复核意见", "Review").say(language))]
    _sheet(book.add_worksheet(T("误拦例句", "False alarms").say(language)), heads, said, head, money)
    book.close()
    return out.getvalue()


def _sheet(sheet: Any, columns: Sequence[tuple[str, str]], rows: list[dict[str, Any]], head: Any, money: Any) -> None:
    for place, (name, label) in enumerate(columns):
        sheet.set_column(place, place, 60 if name == "text" else 24 if name in ("title", "reason", "answer") else 14)
        sheet.write_string(0, place, label, head)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        for place, (name, _) in enumerate(columns):
            value = row[name]
            if name == "fen":
                sheet.write_number(number, place, Decimal(plain_yuan(value)), money)
            elif isinstance(value, int):
                sheet.write_number(number, place, value)
            else:
                sheet.write_string(number, place, safe_text(value))
