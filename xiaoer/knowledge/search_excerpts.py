"""What of a text is shown with a hit, and which places are marked (高亮). Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache

from xiaoer.kernel.text import fold, normal
from xiaoer.knowledge.search_terms import folded_sound, sound, syllables, words_of
from xiaoer.knowledge.search_words import STOP_WORDS, said_words

LENGTH = 110
Marks = list[tuple[int, int]]
_PIECE = re.compile(r"[a-z]+")


@lru_cache(maxsize=512)
def needles_of(query: str, synonyms: tuple[tuple[str, ...], ...] = ()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What to mark: pieces of text (her words, their synonyms), and runs of sounds typed as pinyin."""
    plain = normal(query)
    words = [w for w in words_of(plain) if w not in STOP_WORDS and (len(w) > 1 or len(plain) < 3)]
    for row in synonyms:
        if any(word in plain for word in row):
            words += row
    words += said_words(plain)
    sounds = []
    for piece in _PIECE.findall(plain):
        parts = syllables(piece)
        if len(parts) > 1:
            sounds.append(" ".join(folded_sound(part) for part in parts))
    return tuple(sorted(dict.fromkeys(words), key=len, reverse=True)), tuple(sounds)


def spans(text: str, needles: tuple[tuple[str, ...], tuple[str, ...]]) -> Marks:
    """Where in a text the needles stand, without overlaps, in order."""
    folded = fold(text)
    found: Marks = []
    for word in needles[0]:
        start = folded.text.find(word)
        while start >= 0:
            found.append((start, start + len(word)))
            start = folded.text.find(word, start + len(word))
    for run in needles[1]:
        count = run.count(" ") + 1
        for start in range(len(folded.text) - count + 1):
            if (
                " ".join(sound(c) if "\u3400" <= c <= "\u9fff" else c for c in folded.text[start : start + count])
                == run
            ):
                found.append((start, start + count))
    return [folded.span(*one) for one in _merged(found)]


def _merged(found: Iterable[tuple[int, int]]) -> Marks:
    merged: Marks = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def excerpt(text: str, needles: tuple[tuple[str, ...], tuple[str, ...]], length: int = LENGTH) -> tuple[str, Marks]:
    """The part of a text that says most of what was asked, on one line, with its marks."""
    line = " ".join(text.split())
    marks = spans(line[:20_000], needles)
    if len(line) <= length:
        return line, marks
    best, most = 0, -1
    for start, _ in marks[:60]:
        begin = max(0, start - 12)
        covered = sum(end - at for at, end in marks if begin <= at and end <= begin + length)
        if covered > most:
            best, most = begin, covered
    begin = min(best, max(0, len(line) - length))
    cut = line[begin : begin + length]
    before, after = "…" if begin else "", "…" if begin + length < len(line) else ""
    inside = [
        (max(start, begin) - begin + len(before), min(end, begin + length) - begin + len(before))
        for start, end in marks
        if end > begin and start < begin + length
    ]
    return before + cut + after, inside
