"""Chinese text for people who search, mask and check it. Pure: no Django, no clock, no I/O.

Normalising folds the ways one and the same word is typed: full-width letters (ＱＱ), traditional characters (發貨),
circled digits, accents, and characters nobody sees (zero-width, direction marks). `Folded` keeps the way back, so
that a finding in the folded text can be marked in the text the person typed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from typing import Any, TypeVar

from opencc import OpenCC

_SIMPLIFY = OpenCC("t2s")
# Characters without any shape: format characters (zero-width space and joiners, direction marks, soft hyphen, BOM),
# combining marks, surrogates, and the fillers that fonts draw as nothing.
_UNSEEN_CATEGORIES = frozenset({"Cf", "Mn", "Me", "Cs", "Cc"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e")
_KEPT_CONTROLS = frozenset("\n\t\r")
# NFKC leaves these alone: the digits ❶..❿ ➀..➉ ➊..➓ ⓿ and the letters 🅐..🅩 🅰..🆉 (dingbats).
_DINGBATS = {chr(start + n): str(n + 1) for start in (0x2776, 0x2780, 0x278A) for n in range(10)} | {"⓿": "0"}
_DINGBATS |= {chr(start + n): chr(ord("a") + n) for start in (0x1F150, 0x1F170) for n in range(26)}


def unseen(char: str) -> bool:
    """True for a character a reader cannot see: what hides words in a trap message (R365)."""
    if char in _KEPT_CONTROLS:
        return False
    return char in _FILLERS or unicodedata.category(char) in _UNSEEN_CATEGORIES


def fold_char(char: str) -> str:
    """One character as search and guard see it: small, half-width, simplified; '' when it cannot be seen."""
    if unseen(char):
        return ""
    if char in _DINGBATS:
        return _DINGBATS[char]
    parts = unicodedata.normalize("NFKD", char)
    bare = "".join(c for c in parts if unicodedata.category(c) not in ("Mn", "Me"))
    plain = unicodedata.normalize("NFC", bare).lower()
    return _SIMPLIFY.convert(plain) if any(ord(c) > 0x2E7F for c in plain) else plain


class CharTable(dict[str, str]):
    """A folding of single characters, filled as characters turn up; every text then costs one C-speed pass."""

    def __missing__(self, char: str) -> str:
        value = self.fold(char)
        self[char] = value
        return value

    def fold(self, char: str) -> str:
        return fold_char(char)


FOLD = CharTable()


class Folded:
    """A text folded by a table, with the way back to the places in the original."""

    def __init__(self, original: str, table: Mapping[str, str] = FOLD) -> None:
        self.original = original
        self.table = table
        self.text = "".join(map(table.__getitem__, original))

    @cached_property
    def _ends(self) -> list[int]:
        """How many folded characters the first n+1 original characters gave."""
        return list(accumulate(len(self.table[c]) for c in self.original))

    def origin(self, place: int) -> int:
        """The place in the original of a place in the folded text."""
        return bisect_right(self._ends, place)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A folded span as a span of the original: from its first to behind its last character."""
        if end <= start:
            here = min(self.origin(start), len(self.original))
            return here, here
        return self.origin(start), self.origin(end - 1) + 1

    def folded(self, start: int, end: int) -> tuple[int, int]:
        """The other way: a span of the original as a span of the folded text."""
        ends = self._ends
        return (ends[start - 1] if start > 0 else 0), (ends[end - 1] if end > 0 else 0)


def fold(text: str) -> Folded:
    """The text normalised for comparing, with the index map back to what was typed."""
    return Folded(text)


def normal(text: str) -> str:
    """The normalised text alone."""
    return "".join(map(FOLD.__getitem__, text))


# --- words and search ---------------------------------------------------------------------------------------------

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[\w]+")


@cache
def _jieba() -> Any:
    """The word splitter. Its dictionary takes a quarter of a second, which most commands need not spend."""
    import rjieba

    return rjieba


@cache
def _pinyin() -> Any:
    """The pinyin dictionary; half a second to load, so only when somebody searches."""
    import pypinyin

    return pypinyin


def warm() -> None:
    """Load the dictionaries now, so that the first search or sorting of a server's life is not the slow one."""
    search_key("预热")


def segment(text: str) -> list[str]:
    """The words of a text (分词), normalised; punctuation and spaces are left out."""
    return [word for word in _jieba().cut(normal(text)) if _WORD.fullmatch(word)]


def pinyin(text: str) -> str:
    """退货流程 -> tuihuoliucheng. Letters and digits stay; the rest goes."""
    return "".join(_syllables(normal(text)))


def initials(text: str) -> str:
    """退货流程 -> thlc."""
    return "".join(s[0] for s in _syllables(normal(text)) if s)


def _syllables(plain: str) -> list[str]:
    """One entry a character: its pinyin, or the letter itself, or '' for punctuation."""
    found: list[str] = []
    for part in _pinyin().lazy_pinyin(plain, errors=list):
        keep = part if part.isalnum() else ""
        found.append(keep.replace("ü", "v"))
    return found


def search_key(text: str) -> str:
    """A text pre-segmented for a full-text index: words, single characters, each word's pinyin and initials.

    Trigram indexes miss two-character words such as 退货; a space-separated list of tokens does not.
    """
    tokens: dict[str, None] = {}
    for word in _jieba().cut_for_search(normal(text)):
        if not _WORD.fullmatch(word):
            continue
        tokens[word] = None
        if not _HAN.search(word):
            continue
        parts = _syllables(word)
        tokens["".join(parts)] = None
        tokens["".join(p[0] for p in parts if p)] = None
        for char, part in zip(word, parts, strict=False):
            tokens[char] = None
            if part:
                tokens[part] = None
    return " ".join(tokens)


def search_terms(query: str) -> list[str]:
    """What a person typed in a search box as the tokens that must all be found in `search_key`.

    A Chinese word jieba does not know falls apart into its characters, all of which the key holds.
    """
    terms: dict[str, None] = {}
    for word in segment(query):
        if _HAN.search(word) and len(word) > 2:
            terms.update(dict.fromkeys(w for w in _jieba().cut_for_search(word) if len(w) < len(word)) or {word: None})
        elif _HAN.search(word) and not _jieba().has_word(word):
            terms.update(dict.fromkeys(word))
        else:
            terms[word] = None
    return list(terms)


# --- quick replies: keyword, prefix, pinyin, initials, mixed --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keys:
    """What a quick reply (快捷短语) can be found by: its short names (title, shortcut, category) and its text."""

    names: tuple[str, ...]
    sounds: tuple[str, ...]
    body: str


def _sounds(plain: str) -> str:
    """退货SF -> '退Tui货Huo·S·F': each unit a sign and its sound, whose first letter is large."""
    units: list[str] = []
    for char, part in zip(plain, _syllables(plain), strict=False):
        if part:
            units.append((char if part != char else "·") + part[0].upper() + part[1:])
        elif not char.isspace():
            units.append(char)
    return "".join(units)


@lru_cache(maxsize=20_000)
def keys_of(*names: str, body: str = "") -> Keys:
    """The keys of one row. Remembered, since pinyin is the costly part and rows are asked again at each key press."""
    plain = tuple(normal(name).strip() for name in names if name)
    return Keys(plain, tuple(_sounds(name) for name in plain), normal(body))


@lru_cache(maxsize=512)
def _sound_pattern(query: str) -> re.Pattern[str] | None:
    """A query of letters, digits and characters as a pattern over `_sounds`: tuihuo, th, thuo, tui货, 退h."""
    parts: list[str] = []
    for place, char in enumerate(query):
        if char.isalpha() and char.isascii():
            new = rf"[^A-Za-z]?{char.upper()}"
            parts.append(new if place == 0 else rf"(?:{char}|[a-z]*{new})")
        elif char.isdigit() and char.isascii():
            parts.append(rf"[a-z]*·?{char}")
        elif _HAN.match(char):
            parts.append(rf"[a-z]*{char}(?:[A-Z])")
        else:
            return None
    return re.compile("".join(parts)) if parts else None


def _score_term(term: str, keys: Keys) -> int:
    best = 0
    pattern = _sound_pattern(term)
    for name, sound in zip(keys.names, keys.sounds, strict=True):
        if term in name:
            if name == term:
                return 100
            best = max(best, 90 if name.startswith(term) else 80)
        elif best < 80 and pattern is not None and (found := pattern.search(sound)):
            best = max(best, 70 if found.start() == 0 else 60)
    if not best and term in keys.body:
        best = 40
    return best


def matches(query: str, keys: Keys | Iterable[str]) -> int:
    """How well a row answers what was typed: 0 not at all, 40 in its text, 60-70 by pinyin, 80-100 by name.

    Several words must all match; the weakest counts.
    """
    if not isinstance(keys, Keys):
        keys = keys_of(*keys)
    terms = normal(query).split()
    if not terms:
        return 1
    worst = 100
    for term in terms:
        score = _score_term(term, keys)
        if not score:
            return 0
        worst = min(worst, score)
    return worst


Row = TypeVar("Row")


def best_matches(query: str, rows: Sequence[tuple[Row, Keys]], limit: int = 20) -> list[Row]:
    """The rows that answer, best first, the given order among equals."""
    scored = [(matches(query, keys), place) for place, (_, keys) in enumerate(rows)]
    found = sorted((-score, place) for score, place in scored if score)
    return [rows[place][0] for _, place in found[:limit]]


# --- masks ----------------------------------------------------------------------------------------------------------

_DIGITS = re.compile(r"\d")
_DISTRICT = re.compile(r"^.{0,24}?(?:(?<!自治)区|县|旗|(?<=.市).{1,6}?市)")
_CITY = re.compile(r"^.{0,16}?(?:市|自治州|盟|地区)|^.{0,9}?(?:省|自治区)")


def mask_phone(phone: str) -> str:
    """13812345678 -> 138****5678; a short or fixed-line number keeps its last two digits."""
    digits = "".join(_DIGITS.findall(normal(phone)))
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    if len(digits) >= 11:
        return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"
    return "*" * max(len(digits) - 2, 0) + digits[-2:] if len(digits) > 4 else "*" * len(digits)


def phone_tail(phone: str, length: int = 4) -> str:
    """The last four digits (手机尾号), by which a buyer proves an order."""
    return "".join(_DIGITS.findall(normal(phone)))[-length:]


def mask_name(name: str) -> str:
    """张三丰 -> 张**; every word of a Latin name keeps its first letter."""
    words = name.split()
    if not words:
        return ""
    if _HAN.search(name):
        whole = "".join(words)
        return whole[0] + "*" * min(max(len(whole) - 1, 1), 2)
    return " ".join(word[0] + "***" for word in words)


def mask_address(address: str) -> str:
    """Province, city and district stay, street and door go: 浙江省杭州市余杭区****."""
    text = " ".join(address.split())
    if not text:
        return ""
    found = _DISTRICT.match(text) or _CITY.match(text)
    kept = found.group(0) if found else text[: min(6, len(text) // 3)]
    return kept + "****"


def shorten(text: str, length: int = 40) -> str:
    """A text on one line, at most `length` characters, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: max(length - 1, 0)].rstrip() + "…"
