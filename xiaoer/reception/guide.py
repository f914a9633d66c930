"""The guide of a reception (接待流程, R028-R033): what was done, heard from what was really sent. Pure.

Five main steps of pre-sales in their order, and beside them what good service asks for: the need (R687, R702), empathy
when the buyer is upset (R703), two reasons with a recommendation (R330). A script tagged with a step ticks it, and so do
the phrases of `guide_steps.toml`; what the desk greets by itself counts for the greeting (C13).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Protocol

from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import normal
from xiaoer.reception.variables import literals_in


class Said(Protocol):
    """Of a message what the guide listens to."""

    seq: int
    author_kind: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step and the words by which it is heard: one of `any`, or one of each group of `all`."""

    key: str
    main: bool
    label: T
    hint: T
    any: tuple[str, ...]
    all: tuple[tuple[str, ...], ...]
    source: str

    def heard_in(self, text: str) -> bool:
        if self.all:
            return all(any(word in text for word in group) for group in self.all)
        return any(word in text for word in self.any)


@dataclass(frozen=True, slots=True)
class Done:
    """How a step was done: `how` is sent (by an agent), auto (by the desk) or manual (ticked by hand)."""

    how: str
    seq: int | None = None
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a talk shows: which steps are done, which is next, and what should be minded."""

    done: Mapping[str, Done]
    next: str | None
    upset_at: int | None
    thin_recommendation: int | None

    @property
    def needs_empathy(self) -> bool:
        return self.upset_at is not None and "empathy" not in self.done


@lru_cache(maxsize=1)
def _book() -> tuple[tuple[Step, ...], tuple[str, ...]]:
    data = tomllib.loads(files("xiaoer.reception").joinpath("guide_steps.toml").read_text("utf-8"))
    return tuple(_step(row) for row in data["step"]), tuple(normal(word) for word in data["agitated"]["any"])


def _step(row: Mapping[str, Any]) -> Step:
    return Step(
        key=row["key"],
        main=row["main"],
        label=T(row["zh"], row["en"]),
        hint=T(row["hint_zh"], row["hint_en"]),
        any=tuple(normal(word) for word in row.get("any", ())),
        all=tuple(tuple(normal(word) for word in group) for group in row.get("all", ())),
        source=row["source"],
    )


def steps() -> tuple[Step, ...]:
    """Every step in its order."""
    return _book()[0]


def step_keys() -> frozenset[str]:
    return frozenset(step.key for step in steps())


def upset(text: str) -> bool:
    """Does a buyer's message sound agitated (R703)?"""
    return any(word in normal(text) for word in _book()[1])


_SHORTEST = 6
_REASONS = re.compile(r"[①②③④⑤⑥]|(?:^|[^0-9])[1-6][、.．)）]|第?[一二三四]是|其次|而且|另外|同时|首先|还能|并且")


def said_script(text: str, script: str) -> bool:
    """Was this script sent? Each longer piece between its variables stands in the message."""
    pieces = [normal(piece).strip() for piece in literals_in(script)]
    long = [piece for piece in pieces if len(piece) >= _SHORTEST]
    return bool(long) and all(piece in text for piece in long)


def reasons_in(text: str) -> int:
    """How many reasons a recommendation seems to name: numbered ones, or the words that join them."""
    marks = len(_REASONS.findall(text))
    return marks if marks != 1 else 2 if re.search(r"而且|另外|同时|其次|并且|还能", text) else 1


def read(
    messages: Iterable[Said], *, scripts: Sequence[tuple[str, str]] = (), ticks: Mapping[str, Done] | None = None
) -> Reading:
    """Go through a talk once. `scripts` are (step, text) of tagged scripts; `ticks` what was ticked by hand.

    A step taken back by hand (how "undone") stays open until something is sent that does it after all.
    """
    done: dict[str, Done] = {}
    upset_at = thin = None
    soothed = 0
    ticks = ticks or {}
    undone = {key: tick.seq or 0 for key, tick in ticks.items() if tick.how == "undone"}
    for one in messages:
        if one.kind not in ("text", "image", "card") or not one.text:
            continue
        text = normal(one.text)
        if one.author_kind == "buyer":
            upset_at = one.seq if upset(text) else upset_at
            continue
        if one.author_kind not in ("staff", "bot"):
            continue
        how = "sent" if one.author_kind == "staff" else "auto"
        for key in _steps_in(text, scripts):
            if key == "empathy" and how == "sent":
                soothed = one.seq
            if key == "cross_sell" and reasons_in(one.text) < 2:
                thin = one.seq
                continue
            late = one.seq > undone.get(key, -1)
            if late and (key not in done or (done[key].how == "auto" and how == "sent")):
                done[key] = Done(how, one.seq)
    if upset_at is not None and soothed > upset_at:
        upset_at = None
    elif upset_at is not None:
        done.pop("empathy", None)
    for key, tick in ticks.items():
        if tick.how == "manual":
            done.setdefault(key, tick)
    thin = None if "cross_sell" in done else thin
    following = next((step.key for step in steps() if step.main and step.key not in done), None)
    return Reading(done, following, upset_at, thin)


def _steps_in(text: str, scripts: Sequence[tuple[str, str]]) -> dict[str, None]:
    found = dict.fromkeys(key for key, script in scripts if said_script(text, script))
    found.update(dict.fromkeys(step.key for step in steps() if step.heard_in(text)))
    return found
