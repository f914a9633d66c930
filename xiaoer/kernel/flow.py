"""A flow is a table: states, and the legal moves between them (流程表). Pure: no Django, no clock, no I/O.

From this one table come the buttons (`can`), the permission check, the deadlines started and settled, the
flowchart in the page and in docs/flows, the generated test of every legal and illegal pair, and the KPI facts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from xiaoer.kernel.access import Perm
from xiaoer.kernel.i18n import T

Category = Literal["open", "waiting", "done", "dropped"]
Style = Literal["primary", "default", "danger"]


@dataclass(frozen=True, slots=True)
class State:
    """A stage of the work. `waits_for` says who must act next: agent, buyer, warehouse, finance, platform, nobody."""

    name: str
    zh: str
    en: str
    category: Category = "open"
    waits_for: str = "nobody"

    @property
    def label(self) -> T:
        return T(self.zh, self.en)

    @property
    def final(self) -> bool:
        return self.category in ("done", "dropped")


@dataclass(frozen=True, slots=True)
class Starts:
    """A clock that a move starts. `rule` is the policy key of its duration; `warn` are shares of it (0.5 = half)."""

    kind: str
    rule: str
    zh: str
    en: str
    who: str
    warn: tuple[float, ...] = (0.5, 0.8)

    @property
    def label(self) -> T:
        return T(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Move:
    """One legal step: `verb` takes a case from `source` to `target`.

    `by` are the kinds of actor that may do it (staff, buyer, clock, platform, system, token); staff also need the
    permission `may`. `form` is what must be typed. `settles` names the clocks that end, "*" all of them.
    `ready(row)` may answer with a sentence why the move is not possible yet; None means it is.
    """

    verb: str
    source: str | tuple[str, ...]
    target: str
    zh: str
    en: str
    by: frozenset[str] = frozenset({"staff"})
    may: Perm | None = None
    form: type[BaseModel] | None = None
    starts: tuple[Starts, ...] = ()
    settles: tuple[str, ...] = ()
    style: Style = "default"
    ready: Callable[[Any], T | None] | None = None
    for_buyer: bool = True

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.source,) if isinstance(self.source, str) else self.source

    @property
    def label(self) -> T:
        return T(self.zh, self.en)


class FlowError(Exception):
    """The table contradicts itself; raised when it is declared, never at run time."""


@dataclass(frozen=True)
class Flow:
    """A named table of states and moves; the first state is where a case begins."""

    name: str
    zh: str
    en: str
    area: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    begins: tuple[Starts, ...] = ()
    _states: dict[str, State] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        names = [state.name for state in self.states]
        if len(set(names)) != len(names):
            raise FlowError(f"{self.name}: a state is named twice in {names}")
        self._states.update({state.name: state for state in self.states})
        self._check_clocks()
        self._check_moves()
        if self.name in FLOWS:
            raise FlowError(f"there is already a flow named {self.name!r}")
        FLOWS[self.name] = self

    def _check_clocks(self) -> None:
        seen: dict[str, Starts] = {}
        for clock in (*self.begins, *(clock for move in self.moves for clock in move.starts)):
            if seen.setdefault(clock.kind, clock) != clock:
                raise FlowError(f"{self.name}: the clock {clock.kind!r} is declared in two ways")

    def _check_moves(self) -> None:
        seen: set[tuple[str, str]] = set()
        kinds = {clock.kind for clock in self.clocks()}
        for move in self.moves:
            for name in (*move.sources, move.target):
                if name not in self._states:
                    raise FlowError(f"{self.name}.{move.verb}: there is no state {name!r}")
            for source in move.sources:
                if self._states[source].final:
                    raise FlowError(f"{self.name}.{move.verb}: leaves the final state {source!r}")
                if (source, move.verb) in seen:
                    raise FlowError(f"{self.name}: two moves {move.verb!r} from {source!r}")
                seen.add((source, move.verb))
            for kind in move.settles:
                if kind != "*" and kind not in kinds:
                    raise FlowError(f"{self.name}.{move.verb}: settles {kind!r}, a clock nobody starts")
        reached = {self.states[0].name} | {move.target for move in self.moves}
        if lost := set(self._states) - reached:
            raise FlowError(f"{self.name}: no move leads to {sorted(lost)}")
        stuck = [s.name for s in self.states if not s.final and not self.moves_from(s.name)]
        if stuck:
            raise FlowError(f"{self.name}: no move leaves {stuck}, and they are not final")

    @property
    def label(self) -> T:
        return T(self.zh, self.en)

    @property
    def first(self) -> str:
        return self.states[0].name

    def state(self, name: str) -> State:
        return self._states[name]

    def moves_from(self, state: str) -> list[Move]:
        return [move for move in self.moves if state in move.sources]

    def find(self, state: str, verb: str) -> Move | None:
        """The move `verb` that is legal in `state`, or None."""
        return next((move for move in self.moves_from(state) if move.verb == verb), None)

    def verbs(self) -> list[str]:
        return list(dict.fromkeys(move.verb for move in self.moves))

    def clocks(self) -> list[Starts]:
        """Every clock the flow can start, once each."""
        found = {clock.kind: clock for move in self.moves for clock in move.starts}
        found.update({clock.kind: clock for clock in self.begins})
        return list(found.values())

    def open_states(self) -> list[str]:
        return [state.name for state in self.states if not state.final]

    def chart(self, language: str = "zh") -> dict[str, Any]:
        """The flowchart as data: what the page draws."""
        return {
            "name": self.name,
            "title": self.label.say(language),
            "states": [
                {
                    "name": s.name,
                    "label": s.label.say(language),
                    "category": s.category,
                    "waits_for": s.waits_for,
                }
                for s in self.states
            ],
            "moves": [
                {
                    "verb": m.verb,
                    "source": source,
                    "target": m.target,
                    "label": m.label.say(language),
                    "by": sorted(m.by),
                    "clocks": [c.label.say(language) for c in m.starts],
                }
                for m in self.moves
                for source in m.sources
            ],
        }

    def mermaid(self, language: str = "zh") -> str:
        """The flowchart as a Mermaid state diagram, for docs/flows."""
        lines = ["stateDiagram-v2"]
        lines += [f'    state "{s.label.say(language)}" as {s.name}' for s in self.states]
        lines.append(f"    [*] --> {self.first}")
        lines += [f"    {source} --> {m.target}: {m.label.say(language)}" for m in self.moves for source in m.sources]
        lines += [f"    {s.name} --> [*]" for s in self.states if s.final]
        return "\n".join(lines) + "\n"


FLOWS: dict[str, Flow] = {}
"""Every declared flow by name."""
