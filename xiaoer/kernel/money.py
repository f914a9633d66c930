"""Money: integer fen (分), exact. Pure: no Django, no clock, no I/O.

Yuan appear only at the edge, as text that people and platforms write; they pass through Decimal, never through a
binary fraction. Ledgers are append-only and written as "target minus what is recorded", so writing twice adds nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NewType

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T

Fen = NewType("Fen", int)
"""An amount in fen: 100 fen are one yuan (元)."""

LARGEST = 10**13
"""A hundred milliard yuan: a larger number is a typing mistake or an order number in the wrong column."""

_MARKS = re.compile(r"^(?:CNY|RMB|[¥￥])|(?:元|圆|CNY|RMB)$", re.IGNORECASE)
_YUAN = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<cents>\d+))?")


class BadMoney(Invalid):
    """An amount that cannot be read; the text says which and how to write it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en, code="bad_money", fields={"amount": T(zh, en)})


def parse_yuan(value: str | int | Decimal, *, negative: bool = False) -> Fen:
    """Yuan as people write them, to fen: "¥1,299.00", "1299", "1299.5", "１２９９．５０元", Decimal("12.50").

    Refused: more than two decimals, not a number, wrong thousands commas, and below zero unless `negative`.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BadMoney(f"{value!r} 不是金额，请写成 1299.50", f"{value!r} is no amount; write it like 1299.50")
    if not isinstance(value, str):
        return _from_number(Decimal(value), str(value), negative)
    shown = value.strip()
    text = unicodedata.normalize("NFKC", shown).replace(" ", "").replace("−", "-")
    below = text.startswith("-") or (text.startswith("(") and text.endswith(")"))
    text = text.strip("()") if text.startswith("(") else text.removeprefix("-").removeprefix("+")
    text = _MARKS.sub("", _MARKS.sub("", text))
    if not below and text.startswith("-"):
        below, text = True, text[1:]
    found = _YUAN.fullmatch(text)
    if found is None:
        raise BadMoney(f"「{shown}」不是金额，请写成 1299.50", f"{shown!r} is no amount; write it like 1299.50")
    if len(found["cents"] or "") > 2:
        raise BadMoney(f"「{shown}」超过两位小数，最小到分", f"{shown!r} has more than two decimals")
    number = Decimal(text.replace(",", ""))
    return _from_number(-number if below else number, shown, negative)


def _from_number(number: Decimal, shown: str, negative: bool) -> Fen:
    if not number.is_finite():
        raise BadMoney(f"「{shown}」不是金额，请写成 1299.50", f"{shown!r} is no amount; write it like 1299.50")
    if number < 0 and not negative:
        raise BadMoney(f"「{shown}」小于零，这里只能填正数", f"{shown!r} is below zero; give a positive amount")
    if abs(number) * 100 > LARGEST:
        raise BadMoney(f"「{shown}」过大，请检查是否填错列", f"{shown!r} is too large; is it in the right column?")
    fen = number * 100
    if fen != fen.to_integral_value():
        raise BadMoney(f"「{shown}」超过两位小数，最小到分", f"{shown!r} has more than two decimals")
    return Fen(int(fen))


def fen_from_cell(value: Any, *, negative: bool = False) -> Fen:
    """A spreadsheet cell to fen. Cells arrive as binary fractions: the shortest decimal that means the same is taken.

    Noise of a formula (0.1 + 0.2) is below a thousandth of a fen and is dropped; a real third decimal is refused.
    """
    if isinstance(value, str | int | Decimal):
        return parse_yuan(value, negative=negative)
    try:
        number = Decimal(repr(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_finite():
        rounded = round(number, 2)
        number = rounded if abs(number - rounded) < Decimal("0.00001") else number
    return _from_number(number, str(value), negative)


def format_yuan(fen: int, symbol: str = "¥") -> str:
    """129900 -> "¥1,299.00"; a negative amount is "-¥12.50"."""
    yuan, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{symbol}{yuan:,}.{cents:02d}"


def plain_yuan(fen: int) -> str:
    """129900 -> "1299.00": what platforms' interfaces and spreadsheets take."""
    yuan, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan}.{cents:02d}"


def short_yuan(fen: int) -> str:
    """19900 -> "199", 1950 -> "19.50": as people say it."""
    return plain_yuan(fen).removesuffix(".00")


def split(total: int, weights: Sequence[int]) -> list[Fen]:
    """Share `total` by weight, largest remainder first, so that the parts always sum up to the total.

    Equal remainders go to the earlier part; a part never gets more than one fen beside its exact share.
    """
    if not weights or any(weight < 0 for weight in weights) or sum(weights) == 0:
        raise ValueError(f"cannot split {total} fen by {list(weights)}: weights must be >= 0 and not all 0")
    sign, amount, whole = (-1 if total < 0 else 1), abs(total), sum(weights)
    parts = [amount * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for place in order[: amount - sum(parts)]:
        parts[place] += 1
    return [Fen(sign * part) for part in parts]


def pro_rata_cumulative(total: int, weights: int | Sequence[int], taken_before: int, taken_now: int) -> Fen:
    """What `taken_now` of the whole is worth when `taken_before` was taken earlier (partial refunds, coupons R601).

    `weights` is the whole, as one number (3 pieces) or as weights that are summed. Each piece is rounded down to the
    fen; the piece that completes the whole takes the remainder, so all pieces together are exactly the total.
    """
    whole = weights if isinstance(weights, int) else sum(weights)
    if whole <= 0 or taken_before < 0 or taken_now < 0 or taken_before + taken_now > whole:
        raise ValueError(f"cannot take {taken_now} after {taken_before} of {whole}: more than there is")
    sign, amount = (-1 if total < 0 else 1), abs(total)
    return Fen(sign * (amount * (taken_before + taken_now) // whole - amount * taken_before // whole))


def percent_of(fen: int, percent: Decimal | int, least: int = 0, most: int | None = None) -> Fen:
    """A share such as the 0.8 % card fee or the 30 % late-ship compensation, rounded down to the fen, then bounded."""
    share = int((Decimal(fen) * Decimal(percent)).scaleb(-2))
    return Fen(max(share if most is None else min(share, most), least))


def ledger_delta(target: int, recorded: int | Iterable[int]) -> Fen:
    """The line to append so that an append-only ledger says `target`: zero when it already does."""
    return Fen(target - (recorded if isinstance(recorded, int) else sum(recorded)))
