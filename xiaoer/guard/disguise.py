"""Words in disguise (伪装): homophones, pinyin, pictures and characters torn into their parts, put back. Pure.

Not a list of spellings: `disguises.toml` holds a few dozen dangerous words with what each character may be written as;
every combination of a word is one key of one automaton. What a combination would spell by accident (威信, 维新) stands in
the same file. The text with the plain words put back goes through the same rules; places lead back to what was typed.
"""

from __future__ import annotations

import itertools
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ahocorasick

from xiaoer.guard.layers import PICTURE, TABLES
from xiaoer.kernel.text import Folded

FILE = Path(__file__).parent / "disguises.toml"
MOST_CHANGED = 2
"""In a word of three characters and more only so many may be homophones at once; all may be pinyin."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A text with the plain words put back, and the way to the original."""

    text: str
    pieces: tuple[tuple[int, int, int, int], ...]
    """Of each replaced place: start and end in the new text, start and end in the original."""

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """A span of the new text as a span of the original."""
        return self._place(start, False), self._place(end, True)

    def _place(self, place: int, is_end: bool) -> int:
        shift = 0
        for new_start, new_end, old_start, old_end in self.pieces:
            if place < new_start or (is_end and place == new_start):
                break
            if place < new_end or (is_end and place == new_end):
                return old_end if is_end else old_start
            shift = old_end - new_end
        return place + shift


@cache
def _automaton() -> ahocorasick.Automaton:
    """Every spelling of every word, with the word; made once a process, in a few hundredths of a second."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    found = ahocorasick.Automaton()
    for parts, whole in data["torn"].items():
        found.add_word(parts, (len(parts), whole))
    for row in data["word"]:
        for spelling in _spellings(row["word"], row["heard"], row.get("also", [])):
            if spelling not in row.get("harmless", ()):
                found.add_word(spelling, (len(spelling), row["word"]))
    for harmless in {one for row in data["word"] for one in row.get("harmless", ())} | set(data["harmless"]):
        found.add_word(harmless, (len(harmless), ""))
    found.make_automaton()
    return found


def _spellings(word: str, heard: list[str], also: list[str]) -> set[str]:
    """Every way to write a word: `heard` has, for each character, signs and syllables separated by blanks."""
    choices = []
    for char, options in zip(word, heard, strict=True):
        syllables = [one for one in options.split() if one.isascii()]
        signs = [sign for one in options.split() if not one.isascii() for sign in one]
        choices.append([(char, 0), *((one, 0) for one in syllables), *((sign, 1) for sign in signs)])
    found = {
        "".join(part for part, _ in chosen)
        for chosen in itertools.product(*choices)
        if sum(changed for _, changed in chosen) <= MOST_CHANGED
    }
    return {one for one in found if len(one) > 1} | set(also)


def plain_words(original: str, tight: str | None = None) -> Plain | None:
    """The text with plain words put back; None when nothing is disguised. Whoever has its tight reading may give it."""
    spoken = _spoken(original, tight)
    pictures = spoken is not tight
    found: list[tuple[int, int, str]] = []
    for last, (length, word) in _automaton().iter(spoken):
        first = last - length + 1
        while found and found[-1][0] >= first:  # the longer one wins: 微亻言 over 亻言
            found.pop()
        if not found or found[-1][1] <= first:
            found.append((first, last + 1, word))
    changed = [one for one in found if one[2] and (pictures or spoken[one[0] : one[1]] != one[2])]
    if not changed:
        return None
    return _rebuilt(original, Folded(original, TABLES["spoken"]), changed)


def spells(original: str, tight: str) -> bool:
    """Whether a plain word stands in a text at all, disguised or not."""
    return any(word for _, (_, word) in _automaton().iter(_spoken(original, tight)))


def _spoken(original: str, tight: str | None) -> str:
    return tight if tight is not None and not PICTURE.search(original) else Folded(original, TABLES["spoken"]).text


def _rebuilt(original: str, spoken: Folded, changed: list[tuple[int, int, str]]) -> Plain | None:
    parts: list[str] = []
    pieces: list[tuple[int, int, int, int]] = []
    here = length = 0
    for first, last, word in changed:
        start, end = spoken.span(first, last)
        if start < here or _reads(original[start:end]) == word:
            continue
        parts += [original[here:start], word]
        length += start - here
        pieces.append((length, length + len(word), start, end))
        length += len(word)
        here = end
    if not pieces:
        return None
    parts.append(original[here:])
    return Plain("".join(parts), tuple(pieces))


def _reads(text: str) -> str:
    return Folded(text, TABLES["tight"]).text
