"""What a message hides (隐藏文字, R365): the machine brushes over the blank places (刷一遍空白处). Pure.

Invisible signs, letters from the Unicode tag block that spell a text of their own, signs that turn the reading order,
text pushed out of sight by empty lines, and markup that paints text in the colour of the paper.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import unseen

FAR, MOST = 4, 12
NAMES = {
    "zero_width": T("零宽字符", "zero-width sign"),
    "tag": T("隐形字母", "invisible letters"),
    "direction": T("反转文字方向", "turned reading order"),
    "filler": T("空白填充字符", "blank filler"),
    "mark": T("叠加符号", "combining mark"),
    "blank_lines": T("大量空行之后还有文字", "text behind many empty lines"),
    "paper": T("与背景同色的文字", "text in the colour of the paper"),
}
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e")
_BLANKS = re.compile(rf"(?<![ \t\u3000])(?:[ \t\u3000]*+\r?\n){{{FAR},}}+(?=\s*+\S)")
_PAPER = re.compile(
    r"<(\w+)[^<>]{0,200}?(?:color\s*[=:]\s*['\"]?\s*(?:#fff(?:fff)?|white|transparent)|display\s*:\s*none"
    r"|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d]))[^<>]{0,200}>(.{0,500}?)(?:</\1>|$)",
    re.I | re.S,
)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
_EMOJI_PARTS = frozenset("\u200d\ufe0e\ufe0f\u20e3")


@dataclass(frozen=True, slots=True)
class Hidden:
    """One thing that a reader would not see: what it is, where it begins, what it says when it says something."""

    name: str
    at: int
    says: str = ""


@dataclass(frozen=True, slots=True)
class Revealed:
    """The whole text with everything hidden brought to light, and the list of what was hidden."""

    text: str
    found: tuple[Hidden, ...]

    def shown(self, language: str) -> dict[str, Any]:
        return {
            "text": self.text,
            "found": [{"name": NAMES[one.name].say(language), "at": one.at, "says": one.says} for one in self.found],
        }


def reveal(text: str) -> Revealed | None:
    """What is hidden in a text; None when nothing is."""
    found = [*_signs(text), *_far(text), *_painted(text)]
    if not found:
        return None
    plain = _BLANKS.sub("\n", _MARKUP.sub("", "".join(_seen(char) for char in text)))
    return Revealed(plain.strip(), tuple(sorted(found, key=lambda one: one.at)[:MOST]))


def _seen(char: str) -> str:
    code = ord(char)
    if 0xE0020 <= code <= 0xE007E:
        return chr(code - 0xE0000)
    return "" if unseen(char) and char not in _EMOJI_PARTS else char


def _signs(text: str) -> list[Hidden]:
    found: list[Hidden] = []
    place = 0
    while place < len(text):
        char = text[place]
        if not unseen(char) or _in_emoji(text, place):
            place += 1
            continue
        end = place
        while end < len(text) and _kind(text[end]) == _kind(char) and unseen(text[end]):
            end += 1
        says = "".join(_seen(one) for one in text[place:end]) if _kind(char) == "tag" else ""
        found.append(Hidden(_kind(char), place, says))
        place = end
    return found


def _in_emoji(text: str, place: int) -> bool:
    """Joiners and selectors inside an emoji belong to it, and so do the tags of a flag."""
    char = text[place]
    if 0xE0020 <= ord(char) <= 0xE007F:
        start = place
        while start and 0xE0020 <= ord(text[start]) <= 0xE007F:
            start -= 1
        return text[start] == "\U0001f3f4"
    if char not in _EMOJI_PARTS:
        return False
    before = text[place - 1] if place else ""
    return bool(before) and (
        unicodedata.category(before) in ("So", "Sk", "Sm", "Po") or before in _EMOJI_PARTS or before.isdigit()
    )


def _kind(char: str) -> str:
    if 0xE0000 <= ord(char) <= 0xE007F:
        return "tag"
    if char in _DIRECTION:
        return "direction"
    if char in _FILLERS:
        return "filler"
    return "mark" if unicodedata.category(char) in ("Mn", "Me") else "zero_width"


def _far(text: str) -> list[Hidden]:
    return [Hidden("blank_lines", found.start(), text[found.end() :].strip()[:60]) for found in _BLANKS.finditer(text)]


def _painted(text: str) -> list[Hidden]:
    return [Hidden("paper", found.start(), _MARKUP.sub("", found[2])[:60]) for found in _PAPER.finditer(text)]
