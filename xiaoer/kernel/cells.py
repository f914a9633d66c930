"""Reading one cell of a report (报表的单元格): unwrapping, numbers, money, times.

Pure. Every function takes what stood in the file and returns a value, or raises CellError with a sentence a
shop clerk can act on. An empty cell is None (or ""): a blank says nothing and never erases what we know.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

CHINA = timezone(timedelta(hours=8))
"""Exports carry Beijing time without saying so."""

_WRAPPED = re.compile(r'^=\s*"(.*)"$', re.S)
SCIENTIFIC = re.compile(r"^[+-]?\d+(?:\.\d+)?[eE][+-]?\d+$")
_MONEY = re.compile(r"^-?\d+(?:\.\d+)?$")
_TIME = re.compile(
    r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]+(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})秒?(?:\.(\d{1,6})\d*)?)?分?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?$"
)
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
NOTHING = frozenset({"", "-", "--", "—", "无", "null", "NULL", "None", "N/A", "#N/A"})
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "|", "%")
EXCEL_KEEPS = 15
"""Excel keeps 15 significant digits of a number; longer digit strings must stay text."""
_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=CHINA)
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\x00"))


class CellError(ValueError):
    """One cell that cannot be used: what is wrong, which value, what to do; in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh = zh
        self.en = en


def clean(raw: str) -> str:
    """The bare text of a cell: no `="…"` wrapper, no leading apostrophe, no tabs, no invisible characters."""
    text = raw.strip(" \t\r\n\u00a0\u3000")
    if not text:
        return ""
    if not text.isascii():
        text = text.translate(_INVISIBLE).strip(" \t\r\n\u00a0\u3000")
    elif "\x00" in text:
        text = text.replace("\x00", "")
    while text:
        if text[0] == "'":
            text = text[1:].strip(" \t\r\n")
        elif text[0] == "=" and (found := _WRAPPED.match(text)):
            text = found.group(1).replace('""', '"').strip(" \t\r\n")
        else:
            break
    return text


def safe_for_excel(raw: str) -> str:
    """A cell for a CSV that people open in Excel: formulas are neutralised and long numbers stay text.

    The apostrophe is the one Taobao's own exports put before phone numbers; `clean` takes it off again.
    """
    text = clean(raw).replace("\r\n", "\n")
    if not text:
        return ""
    if text[0] in _DANGEROUS or (text.isdigit() and len(text) > 11):
        return "'" + text
    return text


def damaged(text: str) -> bool:
    return "\ufffd" in text


def fen(text: str, *, what_zh: str = "金额", what_en: str = "Amount") -> int | None:
    """Yuan as people write it (¥1,234.50 / 12元 / 0.00) to integer fen (分)."""
    text = clean(text)
    if text in NOTHING:
        return None
    bare = text
    if not bare.isascii():
        bare = unicodedata.normalize("NFKC", bare).replace("¥", "").replace("元", "")
    bare = bare.replace(",", "").replace("$", "").replace(" ", "")
    if bare[:3] in ("CNY", "RMB"):
        bare = bare[3:]
    if not _MONEY.match(bare):
        raise CellError(f"{what_zh}“{text[:30]}”不是数字", f"{what_en} {text[:30]!r} is not a number")
    try:
        cents = Decimal(bare) * 100
    except InvalidOperation:
        raise CellError(f"{what_zh}“{text[:30]}”不是数字", f"{what_en} {text[:30]!r} is not a number") from None
    if cents < 0:
        raise CellError(f"{what_zh}不能是负数：{text[:30]}", f"{what_en} must not be negative: {text[:30]}")
    if cents != cents.to_integral_value():
        raise CellError(f"{what_zh}“{text[:30]}”超过两位小数", f"{what_en} {text[:30]!r} has more than two decimals")
    if cents > 10**12:
        raise CellError(f"{what_zh}“{text[:30]}”大得不合理", f"{what_en} {text[:30]!r} is impossibly large")
    return int(cents)


def quantity(text: str) -> int | None:
    """购买数量: a whole number from 1 to 99,999."""
    text = clean(text)
    if text in NOTHING:
        return None
    bare = text.replace(",", "")
    for tail in (".0", ".00", "件"):
        bare = bare.removesuffix(tail)
    if not (bare.isascii() and bare.isdigit()) or not 1 <= int(bare) <= 99_999:
        raise CellError(
            f"数量“{text[:20]}”不是 1～99999 的整数", f"Quantity {text[:20]!r} is not a whole number from 1 to 99,999"
        )
    return int(bare)


def moment(text: str, *, what_zh: str = "时间", what_en: str = "Time") -> datetime | None:
    """A time as exports write it; without an offset it is Beijing time. Excel's serial days are understood."""
    text = clean(text)
    if text in NOTHING or text.startswith("0000"):
        return None
    found = _TIME.match(text)
    try:
        if found:
            year, month, day, hour, minute, second, micro, offset = found.groups()
            value = datetime(
                int(year),
                int(month),
                int(day),
                int(hour or 0),
                int(minute or 0),
                int(second or 0),
                int((micro or "0").ljust(6, "0")),
                tzinfo=_offset(offset),
            )
        elif _SERIAL.match(text):
            day_number, _, fraction = text.partition(".")
            seconds = round(Decimal("0." + (fraction or "0")) * 86_400)
            value = _EXCEL_EPOCH + timedelta(days=int(day_number), seconds=int(seconds))
        else:
            raise ValueError(text)
        if not 1999 <= value.year <= 2100:
            raise ValueError(text)
        return value.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CellError(
            f"{what_zh}“{text[:30]}”看不懂，请写成 2026-11-11 10:20:30",
            f"{what_en} {text[:30]!r} cannot be read; write it as 2026-11-11 10:20:30",
        ) from None


def _offset(text: str | None) -> timezone:
    if not text:
        return CHINA
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def free_text(text: str, limit: int) -> str:
    return clean(text)[:limit]
