"""The values of rules: units, checks, order from strict to lenient, words. Pure."""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan

DURATIONS = {
    "days": timedelta(days=1),
    "hours": timedelta(hours=1),
    "minutes": timedelta(minutes=1),
    "seconds": timedelta(seconds=1),
}
LARGEST = {"days": 3660, "hours": 87_840, "minutes": 5_270_400, "seconds": 316_224_000, "working_days": 2500}
"""Ten years in each unit: more than that is a typing mistake."""

UNITS = (
    *DURATIONS,
    "working_days",
    "fen",
    "percent",
    "bool",
    "count",
    "bytes",
    "choice",
    "list",
    "text",
    "time_of_day",
)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
_UNIT_WORDS = {
    "days": T("天", "days"),
    "hours": T("小时", "hours"),
    "minutes": T("分钟", "minutes"),
    "seconds": T("秒", "seconds"),
    "working_days": T("个工作日", "working days"),
    "bytes": T("字节", "bytes"),
}


def _bad(zh: str, en: str) -> Invalid:
    return Invalid(zh, en, code="policy.bad_value", fields={"value": T(zh, en)})


def check_value(
    unit: str, value: Any, choices: tuple[str, ...] = (), least: int | None = None, most: int | None = None
) -> Any:
    """The value in its stored form, or a refusal that says what to type instead."""
    if unit == "bool":
        if not isinstance(value, bool):
            raise _bad(f"{value!r} 不是开关值，请填 true 或 false", f"{value!r} is no switch; give true or false")
        return value
    if unit == "choice":
        if value not in choices:
            raise _bad(f"{value!r} 不在可选值中：{', '.join(choices)}", f"{value!r} is none of: {', '.join(choices)}")
        return value
    if unit == "time_of_day":
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            raise _bad(f"{value!r} 不是时刻，请按 16:00 填写", f"{value!r} is no time of day; write it like 16:00")
        return value
    if unit == "text":
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= 500:
            raise _bad("请填写 1 到 500 字的文字", "Give a text of 1 to 500 characters")
        return value.strip()
    if unit == "list":
        return _check_list(value)
    if unit == "percent":
        return _check_percent(value)
    return _check_number(unit, value, least, most)


def _check_list(value: Any) -> list[Any]:
    good = isinstance(value, list) and len(value) <= 100
    if not good or any(isinstance(i, bool) or not isinstance(i, str | int) or len(str(i)) > 80 for i in value):
        raise _bad("请填写列表，最多 100 项，每项是 80 字以内的文字或整数", "Give a list of at most 100 short texts")
    return list(value)


def _check_percent(value: Any) -> Decimal:
    try:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= 100:
        raise _bad(f"{value!r} 不是 0 到 100 之间的百分数", f"{value!r} is no percentage between 0 and 100")
    return number


def _check_number(unit: str, value: Any, least: int | None, most: int | None) -> int:
    lowest = least if least is not None else (1 if unit in LARGEST else 0)
    highest = most if most is not None else LARGEST.get(unit, 10**12)
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        raise _bad(
            f"{value!r} 不可用，请填 {lowest} 到 {highest} 之间的整数",
            f"{value!r} cannot be used; give a whole number from {lowest} to {highest}",
        )
    return value


def minutes_of(text: str) -> int:
    """ "16:00" -> 960; "24:00" -> 1440."""
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def rank(unit: str, strict: Any, value: Any) -> Decimal:
    """A number that is smaller the stricter the value is; values without order are all equal."""
    if isinstance(strict, bool):
        return Decimal(0 if value is strict else 1)
    if isinstance(strict, list | tuple):
        return Decimal(list(strict).index(value))
    if strict == "none":
        return Decimal(0)
    number = Decimal(minutes_of(value) if unit == "time_of_day" else value)
    return number if strict == "min" else -number


def value_text(unit: str, value: Any, labels: Mapping[str, T]) -> T:
    """The value in words: 48 小时, ¥20.00, 是, 30%."""
    if unit == "bool":
        return T("是", "yes") if value else T("否", "no")
    if unit == "fen":
        return T(format_yuan(value), format_yuan(value))
    if unit == "percent":
        return T(f"{value:f}%", f"{value:f} %")
    if unit == "choice":
        return labels.get(value) or T(value, value)
    if unit == "list":
        return T("、".join(map(str, value)) or "无", ", ".join(map(str, value)) or "none")
    word = _UNIT_WORDS.get(unit)
    if word is None:
        return T(str(value), str(value))
    en = word.en[:-1] if value == 1 and word.en.endswith("s") else word.en
    return T(f"{value}{'' if unit == 'working_days' else ' '}{word.zh}", f"{value} {en}")
