"""The nine charts of after-sales service (九张流程图, seed 004: 5.1-5.9): their steps in the trade's words, as data. Pure.

`charts.toml` is written for people; every step names the state the case is in afterwards, so that a chart cannot say
what its flow table forbids (`ways` are checked against the table by test_charts.py).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from xiaoer.kernel.i18n import T

SHAPES = ("start", "step", "ask", "end")


@dataclass(frozen=True, slots=True)
class Way:
    """Where a step leads; a decision (判断) names the answer that leads there."""

    to: str
    label: T


@dataclass(frozen=True, slots=True)
class Step:
    """One box or diamond of a chart. `state`: the case's state when it is done; "" when it only asks."""

    name: str
    shape: str
    who: str
    label: T
    state: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One of the nine: its number and name as in the seed, the seed's words, the rows it fulfils."""

    no: str
    flow: str
    title: T
    rows: tuple[str, ...]
    said: tuple[str, ...]
    aside: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def lanes(self) -> tuple[str, ...]:
        """Who takes part (角色), in the order they come in."""
        return tuple(dict.fromkeys(step.who for step in self.steps))

    def next_states(self, step: Step) -> set[str]:
        """The states that follow, through whatever is only asked."""
        named = {one.name: one for one in self.steps}
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [way.to for way in step.ways]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if named[name].state:
                found.add(named[name].state)
            else:
                waiting += [way.to for way in named[name].ways]
        return found


@cache
def charts() -> tuple[Chart, ...]:
    """All nine, in the seed's order."""
    text = files("xiaoer.aftersales").joinpath("charts.toml").read_text("utf-8")
    return tuple(_chart(row) for row in tomllib.loads(text)["chart"])


def _chart(row: Mapping[str, Any]) -> Chart:
    title = T(*row["title"])
    steps = tuple(_step(one) for one in row["steps"])
    return Chart(row["no"], row["flow"], title, tuple(row["rows"]), tuple(row["said"]), tuple(row["aside"]), steps)


def _step(row: list[str]) -> Step:
    name, shape, who, zh, en, state, ways = row
    if shape not in SHAPES:
        raise ValueError(f"{name}: {shape!r} is no shape, use one of {SHAPES}")
    return Step(name, shape, who, T(zh, en), state, tuple(_way(one) for one in ways.split(",") if one.strip()))


def _way(text: str) -> Way:
    to, _, label = text.strip().partition("=")
    zh, _, en = label.partition("/")
    return Way(to, T(zh, en))
