"""Ship-promise questions as JSON: read with every wrong field named, answered, and a whole stream of lines. Pure.

The form is that of `xiaoer orders promise` and `POST /api/orders/promise`.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.orders.promise import BEIJING, Asked, Numbers, ship_promise
from xiaoer.orders.promise_words import NEVER_TEXT, explained, phrase, sentence

Rules = Callable[[Asked], tuple[Numbers, list[dict[str, Any]]]]
"""The numbers in force for a question, with the rows they come from."""

FIRST_YEAR, LAST_YEAR = 2000, 2200


def read(data: Any) -> Asked:
    """One question; refused with every field that cannot be used and what to write instead."""
    if not isinstance(data, Mapping):
        raise Invalid(
            '这一行不是 JSON 对象，请写成 {"id": 1, "platform": "taobao", "at": "2026-11-11T10:00:00+08:00"}',
            'Not a JSON object; write {"id": 1, "platform": "taobao", "at": "2026-11-11T10:00:00+08:00"}',
        )
    wrong: dict[str, T] = {}

    def take(name: str, how: Callable[[Any], Any]) -> Any:
        try:
            return how(data.get(name))
        except _Wrong as bad:
            wrong[name] = bad.text
            return None

    found = {
        "platform": take("platform", _platform),
        "at": take("at", _needed),
        "paid_at": take("paid_at", _moment),
        "stock": take("stock", _stock),
        "presale_at": take("presale_at", _day_or_moment),
        "urgent": bool(take("urgent", _yes_no)),
        "warehouse_confirmed": bool(take("warehouse_confirmed", _yes_no)),
        "carrier_covers": take("carrier_covers", _yes_no),
    }
    if wrong:
        raise Invalid(
            "；".join(f"{name}：{text.zh}" for name, text in wrong.items()),
            "; ".join(f"{name}: {text.en}" for name, text in wrong.items()),
            fields=wrong,
        )
    return Asked(**found)


def answer(data: Any, rules: Rules) -> dict[str, Any]:
    """The answer to one question, as JSON."""
    asked = read(data)
    numbers, rows = rules(asked)
    return {"id": data.get("id"), **shown(asked, numbers, rows)}


def shown(asked: Asked, numbers: Numbers, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What may be said, until when it must leave, why, and the rows behind it."""
    promise = ship_promise(asked, numbers)
    said = sentence(asked, promise, numbers)
    return {
        "may_say": promise.may_say.value,
        "latest_ship_at": promise.latest_ship_at.isoformat(),
        "sentence": said.zh,
        "must_not": [one.value for one in promise.must_not],
        "sentence_en": said.en,
        "phrase": phrase(asked, promise, numbers).both(),
        "must_not_text": [{"code": one.value, **NEVER_TEXT[one].both()} for one in promise.must_not],
        "reason": promise.reason.value,
        "explain": explained(asked, promise, numbers).both(),
        "overdue": promise.overdue,
        "rules": rows,
    }


def answer_lines(lines: Iterable[bytes], rules: Rules, language: str) -> Iterator[dict[str, Any]]:
    """One answer per line that is not blank, in order; a bad line is answered with its error and the others go on."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        data: Any = None
        try:
            data = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            yield answer(data, rules)
        except Refusal as refused:
            yield _bad(data, number, refused, language)
        except (UnicodeDecodeError, ValueError, RecursionError) as wrong:
            yield _bad(data, number, _unreadable(wrong), language)


def _bad(data: Any, number: int, refused: Refusal, language: str) -> dict[str, Any]:
    known = data.get("id") if isinstance(data, Mapping) else None
    return {"id": known, "line": number, **refused.body(language)}


def _unreadable(wrong: Exception) -> Invalid:
    if isinstance(wrong, UnicodeDecodeError):
        return Invalid(f"第 {wrong.start + 1} 个字节不是 UTF-8，请另存为 UTF-8", f"Not UTF-8 at byte {wrong.start + 1}")
    where = f"{wrong.msg}, {wrong.colno}" if isinstance(wrong, json.JSONDecodeError) else type(wrong).__name__
    return Invalid(f"不是合法的 JSON（{where}），请一行写一个对象", f"Not JSON ({where}); write one object a line")


class _Wrong(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = T(zh, en)


def _platform(value: Any) -> str:
    """Any name will do: one that nobody knows gets the strictest answer."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Wrong(
            f"{_cut(value)} 不是平台名，请写 taobao、tmall 等文字",
            f'{_cut(value)} is no platform; write text like "tmall"',
        )
    return value.strip().lower()


_LIKE = "2026-11-11T15:59:59+08:00"


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise _Wrong(f"{_cut(value)} 不是时间，请写成 {_LIKE}", f"{_cut(value)} is no time; write it like {_LIKE}")
    if found.tzinfo is None:
        raise _Wrong(
            f"{_cut(value)} 没有时区，请在后面加上，例如北京时间 {_LIKE}",
            f"{_cut(value)} has no offset; add it, for Beijing {_LIKE}",
        )
    return _in_range(value, found)


def _in_range(value: Any, found: datetime) -> datetime:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _Wrong(
            f"{_cut(value)} 不在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间，请检查年份",
            f"{_cut(value)} is not between the years {FIRST_YEAR} and {LAST_YEAR}; check it",
        )
    return found


def _needed(value: Any) -> datetime:
    found = _moment(value)
    if found is None:
        raise _Wrong(f"缺少提问时间，请写成 {_LIKE}", f"The time of asking is missing; write it like {_LIKE}")
    return found


def _day_or_moment(value: Any) -> datetime | None:
    """A pre-sale date: an instant, or a plain date, which is that whole day in Beijing."""
    if isinstance(value, str) and len(value) == 10:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return _moment(value)
        last = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
        return _in_range(value, last) + timedelta(days=1, seconds=-1)
    return _moment(value)


def _stock(value: Any) -> bool | None:
    """In stock or not, as a switch or a number of pieces; null: nobody knows."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return value > 0
    raise _Wrong(
        f"{_cut(value)} 不是库存，请写件数、true/false，不清楚就写 null",
        f"{_cut(value)} is no stock; write the number of pieces, true or false, or null when nobody knows",
    )


def _yes_no(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise _Wrong(f"{_cut(value)} 不是开关值，请写 true 或 false", f"{_cut(value)} is no switch; write true or false")


def _cut(value: Any) -> str:
    """The value as it was written, cut to a readable length."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = repr(type(value).__name__)
    return text if len(text) <= 60 else f"{text[:57]}..."
