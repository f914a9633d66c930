"""Step lists for technical questions (分步引导, R699): a data file that people can read and change."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import keys_of, matches


@dataclass(frozen=True, slots=True)
class Guide:
    """One question with its steps, read to the customer one by one."""

    key: str
    title: T
    words: str
    steps: tuple[T, ...]
    source: str


@lru_cache(maxsize=1)
def guides() -> dict[str, Guide]:
    text = files("xiaoer.voice").joinpath("guides.toml").read_text("utf-8")
    return {
        one["key"]: Guide(
            one["key"], T(*one["title"]), one["words"], tuple(T(*step) for step in one["steps"]), one["source"]
        )
        for one in tomllib.loads(text)["guide"]
    }


def found(q: str) -> list[Guide]:
    """The guides that answer a question, best first; all of them when nothing is asked. Pinyin works."""
    everything = list(guides().values())
    if not q.strip():
        return everything
    scored = [
        (matches(q.strip(), keys_of(one.title.zh, one.title.en, one.words)), place)
        for place, one in enumerate(everything)
    ]
    return [everything[place] for score, place in sorted(scored, key=lambda pair: (-pair[0], pair[1])) if score]
