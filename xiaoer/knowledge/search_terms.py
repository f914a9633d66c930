"""What a text can be found by (词项). Pure: the same for an article, a passage of a test set, and a question.

One text gives terms of six kinds, told apart by their first sign: words (as jieba cuts for search), pairs and single
characters (found however jieba cut), pairs of sounds (homophone typos, pinyin), initials, and concepts (the trade's
synonyms of `thesaurus.toml`, so that 不想要了 and 退货 meet).
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from xiaoer.kernel.text import normal
from xiaoer.knowledge.search_words import STOP_CHARS, STOP_WORDS, concepts_asked, concepts_in

WORD, PAIR, SIGN, SOUND, INITIAL, CONCEPT = "w", "2", "1", "p", "i", "c"
LONGEST = 39
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_TOKEN = re.compile(r"[\w]+")
_LATIN = re.compile(r"[a-z0-9]+")
_LETTERS = re.compile(r"[a-z]+")
_SKIPPED = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Analysed:
    """The terms of one field with how often each stands there, and its length in signs."""

    terms: dict[str, int]
    length: int


@cache
def _jieba() -> Any:
    import rjieba

    return rjieba


@cache
def _pinyin() -> Any:
    import pypinyin

    return pypinyin


@lru_cache(maxsize=20_000)
def sound(char: str) -> str:
    """The pinyin of one character without tone, folded where southern speech and typing do not tell apart."""
    found = _pinyin().lazy_pinyin(char)
    return folded_sound(found[0].replace("ü", "v")) if found else ""


_FOLDS = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def folded_sound(syllable: str) -> str:
    """zhang and zang, lin and ling sound alike to many who type (模糊音)."""
    for long, short in _FOLDS:
        if syllable.startswith(long):
            syllable = short + syllable[2:]
    if syllable.endswith("ng") and syllable[-3:-2] in ("e", "i", "a"):
        syllable = syllable[:-1]
    if syllable[:1] == "l" and syllable not in ("lv", "lve"):
        return syllable
    return syllable


@lru_cache(maxsize=50_000)
def _initials(word: str) -> str:
    return "".join(_pinyin().lazy_pinyin(c)[0][:1] for c in word)


def words_of(plain: str) -> list[str]:
    """The words of a normalised text as search wants them: long words and the shorter ones inside."""
    return [w for w in _jieba().cut_for_search(plain) if _TOKEN.fullmatch(w)]


def pairs_of(plain: str) -> Iterator[str]:
    """Neighbouring characters within one run of Chinese."""
    for run in _HAN_RUN.findall(plain):
        for place in range(len(run) - 1):
            yield run[place : place + 2]


def sounds_of(plain: str) -> Iterator[str]:
    """Pairs of neighbouring sounds: tui+huo."""
    for run in _HAN_RUN.findall(plain):
        parts = [sound(c) for c in run]
        for first, second in itertools.pairwise(parts):
            yield f"{first} {second}"


def analyse(text: str, *, initials: bool = False) -> Analysed:
    """The terms of one field of a text that shall be found."""
    plain = normal(text)
    found: Counter[str] = Counter()
    for word in words_of(plain):
        if word not in STOP_WORDS:
            found[WORD + word[:LONGEST]] += 1
    found.update(PAIR + pair for pair in pairs_of(plain))
    found.update(SOUND + pair for pair in sounds_of(plain))
    length = 0
    for sign in _SKIPPED.findall(plain):
        length += 1
        if len(sign) == 1 and sign not in STOP_CHARS:
            found[SIGN + sign] += 1
        elif len(sign) > 1:
            found[WORD + sign[:LONGEST]] |= 1
    found.update(CONCEPT + name for name in concepts_in(plain))
    if initials:
        found.update(INITIAL + run for run in dict.fromkeys(_runs_of_initials(plain)))
    return Analysed(dict(found), length)


def _runs_of_initials(plain: str) -> Iterator[str]:
    """七天无理由 -> qt, qtw, qtwl, qtwly, wl ...: from the beginning of each word, two to six signs."""
    for run in _HAN_RUN.findall(plain):
        letters, start = "".join(_initials(char) for char in run), 0
        for word in _jieba().cut(run):
            for length in range(2, min(6, len(letters) - start) + 1):
                yield letters[start : start + length]
            start += len(word)


# --- a question --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """One piece of evidence a question asks for: its terms with weights; the best of them counts."""

    kind: str
    terms: tuple[tuple[str, float], ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of evidence counts; found on the tuning half of the test set (docs/decisions/0010)."""

    word: float = 0.4
    pair: float = 0.12
    sign: float = 0.7
    sound: float = 0.1
    concept: float = 2.6
    stop_pair: float = 0.2


WEIGHTS = Weights()


def question(text: str, *, synonyms: Iterable[tuple[str, ...]] = (), weights: Weights = WEIGHTS) -> list[Group]:
    """What a question asks for. Latin letters that read as pinyin are heard as such; question words weigh nothing."""
    plain = normal(text)
    groups: list[Group] = []
    for word in dict.fromkeys(words_of(plain)):
        if word in STOP_WORDS or (len(word) == 1 and _HAN.match(word)):
            continue
        groups.append(Group(WORD, ((WORD + word[:LONGEST], 1.0),), weights.word))
    for pair in dict.fromkeys(pairs_of(plain)):
        stops = sum(c in STOP_CHARS for c in pair)
        if stops < 2 and pair not in STOP_WORDS:
            groups.append(Group(PAIR, ((PAIR + pair, 1.0),), weights.pair * (weights.stop_pair if stops else 1.0)))
    for sign in dict.fromkeys(_HAN.findall(plain)):
        if sign not in STOP_CHARS:
            groups.append(Group(SIGN, ((SIGN + sign, 1.0),), weights.sign))
    heard: list[str] = []
    for run in _HAN_RUN.findall(plain):
        for first, second in itertools.pairwise(run):
            if first not in STOP_CHARS and second not in STOP_CHARS:
                heard.append(f"{sound(first)} {sound(second)}")
    groups += [Group(SOUND, ((SOUND + pair, 1.0),), weights.sound) for pair in dict.fromkeys(heard)]
    groups += _typed_sounds(plain, weights)
    groups += [Group(CONCEPT, ((CONCEPT + name, 1.0),), weights.concept) for name in concepts_asked(plain)]
    for other in dict.fromkeys(one for row in synonyms if any(w in plain for w in row) for one in row):
        if other not in plain:
            found = [WORD + word[:LONGEST] for word in words_of(other) if word not in STOP_WORDS]
            found += [PAIR + pair for pair in pairs_of(other)]
            groups += [Group(CONCEPT, ((term, 1.0),), weights.concept / 2) for term in dict.fromkeys(found)]
    return groups


def _typed_sounds(plain: str, weights: Weights) -> list[Group]:
    """tuihuo, tui huo, th: letters between the signs, heard as pinyin or initials."""
    groups: list[Group] = []
    for piece in re.findall(r"[a-z]+(?:[ '][a-z]+)*", plain):
        letters = piece.replace("'", " ")
        parts = [s for run in letters.split() for s in (syllables(run) or [""])]
        if len(parts) > 1 and all(parts):
            folded = [folded_sound(p) for p in parts]
            pairs = [f"{a} {b}" for a, b in itertools.pairwise(folded)]
            groups += [Group(SOUND, ((SOUND + pair, 1.0),), weights.word) for pair in dict.fromkeys(pairs)]
            continue
        for run in letters.split():
            if 2 <= len(run) <= 6:
                groups.append(Group(INITIAL, ((INITIAL + run, 1.0),), weights.word))
    return groups


@cache
def _all_syllables() -> frozenset[str]:
    from pypinyin import Style
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.style import convert

    found = set()
    for code, value in PINYIN_DICT.items():
        if 0x4E00 <= code <= 0x9FA5:
            for one in value.split(","):
                found.add(convert(one, Style.NORMAL, True).replace("ü", "v"))
    return frozenset(s for s in found if s.isascii() and (len(s) > 1 or s in "aeo"))


@lru_cache(maxsize=4096)
def syllables(letters: str) -> tuple[str, ...]:
    """tuihuo -> (tui, huo); () when the letters do not read as pinyin. The fewest syllables win."""
    known = _all_syllables()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            if before is not None and letters[start:end] in known:
                if best[end] is None or len(before) + 1 < len(best[end] or ()):
                    best[end] = (*before, letters[start:end])
    return best[-1] or ()


def readable(text: str) -> str:
    """A question typed in letters as the Chinese a vector model may read is unknown; the text as it stands."""
    return normal(text)
