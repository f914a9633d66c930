"""What a buyer asks about, by the words she uses (问题分类, R689). Pure.

Traditional signs, full-width letters and hidden characters are folded first. A word is found as it stands, by its
sound (tuihuo, and 推货 for 退货), or with one wrong letter in its pinyin; each way counts less than the one before.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from xiaoer.kernel.text import normal, pinyin, segment

EXACT, SOUND, TYPO = 100, 80, 55
"""How much a word counts that stands there, that sounds so, that is one letter off."""
ENOUGH = 4
"""Shorter pinyin is compared whole only: "fa" is one letter off half the language."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]+")
_DIGIT = re.compile(r"\d")
# fmt: off
GREETINGS = frozenset((
    "在吗", "在么", "在不在", "在", "您好", "你好", "hi", "hello", "亲", "亲亲", "有人吗", "有人么", "客服", "人工", "人工客服",
    "转人工", "老板", "掌柜", "嗨", "哈喽", "喂", "早", "早上好", "晚上好", "下午好", "请问", "zaima", "nihao",
))
# fmt: on


@dataclass(frozen=True, slots=True)
class TopicWords:
    """A topic as the sorter sees it."""

    key: str
    words: tuple[str, ...]
    side: str = ""
    team: int | None = None
    urgent: bool = False
    complex: bool = False


@dataclass(frozen=True, slots=True)
class Guess:
    """The topic, how sure in percent, and the words that told it. No topic: nothing was recognised."""

    topic: str = ""
    sure: int = 0
    words: tuple[str, ...] = ()
    how: str = "keyword"


def says_nothing(texts: Iterable[str]) -> bool:
    """Only greetings so far: 在吗, 你好, 亲."""
    plain = (re.sub(r"[\W_]+", "", normal(text)) for text in texts)
    return all(not one or one in GREETINGS or one.rstrip("啊呀呢吗么") in GREETINGS for one in plain)


def guess(texts: Sequence[str], topics: Sequence[TopicWords]) -> Guess:
    """The topic whose words are found best in what the buyer said; the earlier topic among equals."""
    heard = _Heard.of(" ".join(texts)[:600])
    if not heard.plain:
        return Guess()
    scores = [(_score(heard, topic), topic) for topic in topics]
    found = [(score, words, topic) for (score, words), topic in scores if score]
    if not found:
        return Guess()
    total = sum(score for score, _, _ in found)
    score, words, topic = max(found, key=lambda one: one[0])
    return Guess(topic.key, min(round(100 * score / total * min(score, EXACT) / EXACT), 99), tuple(words[:5]))


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was said: folded, its sound, and the words typed in Latin letters."""

    plain: str
    sound: str
    latin: tuple[str, ...]

    @staticmethod
    def of(text: str) -> "_Heard":
        plain = normal(text)
        return _Heard(plain, _spoken(plain), tuple(_LATIN.findall(plain)))


@lru_cache(maxsize=8192)
def _syllable(char: str) -> str:
    return pinyin(char)


def _spoken(plain: str) -> str:
    """The sounds with a mark between the signs: 我要退货 -> |wo|yao|tui|huo|."""
    return "|" + "|".join(_syllable(char) for char in plain if _HAN.match(char)) + "|"


@lru_cache(maxsize=4096)
def _sound_of(word: str) -> tuple[str, str]:
    """A word's sound with marks, and as one would type it."""
    plain = normal(word)
    return _spoken(plain), pinyin(plain)


def _score(heard: _Heard, topic: TopicWords) -> tuple[int, list[str]]:
    """The longer the words found, the surer: 退货运费 says more than 退."""
    total, found = 0, []
    for word in topic.words:
        worth = _worth(heard, word)
        if worth:
            total += worth * min(len(word), 4) // 2
            found.append((worth * len(word), word))
    return total, [word for _, word in sorted(found, reverse=True)]


def _worth(heard: _Heard, word: str) -> int:
    plain = normal(word)
    if not plain:
        return 0
    if plain in heard.plain:
        return EXACT
    if not _HAN.search(plain):
        return TYPO if len(plain) > ENOUGH and _near_any(plain, heard.latin) else 0
    if len(plain) < 2:
        return 0
    marked, typed = _sound_of(word)
    if len(marked) > 1 and marked in heard.sound:
        return SOUND
    if any(typed in one for one in heard.latin if len(one) >= len(typed)):
        return SOUND
    return TYPO if len(typed) > ENOUGH and _near_any(typed, heard.latin) else 0


def _near_any(word: str, heard: Iterable[str]) -> bool:
    return any(abs(len(one) - len(word)) <= 1 and one_off(word, one) for one in heard)


def one_off(a: str, b: str) -> bool:
    """At most one letter added, missing, wrong, or two neighbours exchanged."""
    if a == b:
        return True
    if len(a) > len(b):
        a, b = b, a
    place = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return len(b) - len(a) == 1 and a[place:] == b[place + 1 :]
    swapped = a[place : place + 2][::-1] == b[place : place + 2] and a[place + 2 :] == b[place + 2 :]
    return a[place + 1 :] == b[place + 1 :] or swapped


def features(texts: Sequence[str]) -> list[str]:
    """The words from which a classifier learns: no digits (order numbers, telephones), each once, 40 at most."""
    words = (word for text in texts for word in segment(text[:600]) if not _DIGIT.search(word))
    return [word for word in dict.fromkeys(words) if word not in GREETINGS and len(word) <= 12][:40]
