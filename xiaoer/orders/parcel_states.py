"""Where a parcel is, from what its courier reports (物流状态): codes first, then the words of the line. Pure.

The states are our own (platforms.md 1.9); each courier's codes are data in parcel_codes.toml. A code nobody knows is kept
and shown as it came: its words decide, and a line whose words say nothing leaves the parcel where it was.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from xiaoer.kernel.i18n import T


class State(StrEnum):
    """物流状态, in the order in which a parcel usually goes through them."""

    UNKNOWN = "unknown"
    CREATED = "created"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AT_STATION = "at_station"
    PROBLEM = "problem"
    REFUSED = "refused"
    RETURNING = "returning"
    SIGNED = "signed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


STATE_NAMES: dict[State, T] = {
    State.UNKNOWN: T("暂无物流", "No trace yet"),
    State.CREATED: T("待揽收", "Waiting for pick-up"),
    State.PICKED_UP: T("已揽收", "Picked up"),
    State.IN_TRANSIT: T("运输中", "In transit"),
    State.CUSTOMS: T("清关中", "In customs"),
    State.OUT_FOR_DELIVERY: T("派送中", "Out for delivery"),
    State.AT_STATION: T("待取件", "Waiting at a pick-up point"),
    State.PROBLEM: T("异常", "Problem"),
    State.REFUSED: T("拒收", "Refused"),
    State.RETURNING: T("退回中", "Going back"),
    State.SIGNED: T("已签收", "Signed for"),
    State.RETURNED: T("已退回", "Returned to sender"),
    State.CANCELLED: T("已取消", "Cancelled"),
}
RANK = {state: place for place, state in enumerate(State)}
FINAL = frozenset({State.SIGNED, State.RETURNED, State.CANCELLED})
BACK = frozenset({State.REFUSED, State.RETURNING, State.RETURNED})
NOT_YET = frozenset({State.UNKNOWN, State.CREATED, State.CANCELLED})
"""States in which the courier does not have the parcel: a label or an order is no scan (R193)."""

SOURCES = ("kuaidi100", "cainiao", "sf", "yunda")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one line of a trace says: the state (None: nothing), the trouble if any, and what told us."""

    state: State | None
    trouble: str = ""
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a trace as it is folded into a parcel's state."""

    at: datetime
    state: State | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a parcel stands after all its lines."""

    state: State
    trouble: str
    first_scan_at: datetime | None
    last_at: datetime | None
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Words:
    state: State
    trouble: str
    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, dict[str, Meaning]], tuple[_Words, ...]]:
    raw = tomllib.loads(files(__package__).joinpath("parcel_codes.toml").read_text(encoding="utf-8"))
    codes = {source: {code: _meaning(said) for code, said in raw[source].items()} for source in SOURCES}
    words = tuple(
        _Words(State(row["state"]), row.get("trouble", ""), tuple(row["any"]), tuple(row.get("not", ())))
        for row in raw["words"]
    )
    return codes, words


def _meaning(said: str | list[str]) -> Meaning:
    state, trouble = (said, "") if isinstance(said, str) else said
    return Meaning(State(state), trouble, "code")


def source_of(carrier: str) -> str:
    """Whose codes a carrier's own interface speaks; the empty source knows none."""
    return {"danniao": "cainiao"}.get(carrier, carrier if carrier in SOURCES else "")


def meaning(code: str, text: str, source: str) -> Meaning:
    """What a line says. The code of `source` first; a general "problem" or an unknown code lets the words say more."""
    codes, _ = _tables()
    table = codes.get(source, {})
    told = table.get(code.strip().upper()) or table.get(code.strip())
    if told is None:
        return by_words(text)
    if told.state in (State.PROBLEM, State.IN_TRANSIT, State.SIGNED, State.CUSTOMS) and not told.trouble:
        said = by_words(text)
        if said.trouble or (told.state is State.SIGNED and said.state in BACK) or _finer(told, said):
            return said
    return told


def _finer(told: Meaning, said: Meaning) -> bool:
    """A courier's "problem" whose words name the refusal or the way back."""
    return told.state is State.PROBLEM and said.state in BACK


def by_words(text: str) -> Meaning:
    """What the words of a line say, or nothing."""
    lower = text.lower()
    for one in _tables()[1]:
        if any(word in lower for word in one.wanted) and not any(word in lower for word in one.unwanted):
            return Meaning(one.state, one.trouble, "words")
    return Meaning(None)


def standing(lines: Iterable[Line]) -> Standing:
    """Fold the lines into one state, whatever order they came in.

    The latest line that says something counts. Once signed only a way back counts; a signature after the parcel turned
    back is the sender's. Lines of the same minute are taken in the order of the states.
    """
    ordered = sorted(lines, key=lambda one: (one.at, RANK[one.state] if one.state else -1))
    state, trouble = State.UNKNOWN, ""
    first: datetime | None = None
    signed: datetime | None = None
    for one in ordered:
        said = one.state
        if said is None:
            continue
        if said not in NOT_YET and first is None:
            first = one.at
        if said is State.SIGNED and state in (State.REFUSED, State.RETURNING, State.RETURNED):
            said = State.RETURNED
        if state is State.SIGNED and said not in BACK:
            continue
        if state in (State.RETURNED, State.CANCELLED) and said not in (State.RETURNED, State.SIGNED):
            continue
        state, trouble = said, one.trouble
        signed = one.at if said is State.SIGNED else None
    return Standing(state, trouble, first, ordered[-1].at if ordered else None, signed)


def is_known(state: str) -> bool:
    return state in set(State)


def silence_key(state: State) -> str:
    """The rule that says how long a parcel may be silent in a state; empty where silence means nothing."""
    if state in FINAL:
        return ""
    return {
        State.UNKNOWN: "parcel_pick_up_within",
        State.CREATED: "parcel_pick_up_within",
        State.OUT_FOR_DELIVERY: "parcel_delivery_within",
        State.AT_STATION: "parcel_collect_within",
        State.CUSTOMS: "parcel_customs_within",
    }.get(state, "parcel_scan_within")


def silence_alert(state: State) -> str:
    """What a silent parcel is called in a state (R746, R819)."""
    return {
        State.UNKNOWN: "not_picked_up",
        State.CREATED: "not_picked_up",
        State.OUT_FOR_DELIVERY: "undelivered",
        State.AT_STATION: "uncollected",
        State.CUSTOMS: "customs",
    }.get(state, "stranded")


def alert_of(state: State, trouble: str) -> str:
    """The alert a state raises at once, without waiting; empty for an ordinary one."""
    if state is State.REFUSED:
        return "refused"
    by_trouble = {
        "out_of_area": "out_of_area",
        "lost": "lost",
        "damaged": "damaged",
        "stuck": "stranded",
        "unreachable": "undelivered",
        "undelivered": "undelivered",
        "uncollected": "uncollected",
    }
    if trouble:
        return by_trouble[trouble]
    return "problem" if state is State.PROBLEM else ""


ALERT_NAMES: dict[str, T] = {
    "not_picked_up": T("未揽收", "Not picked up"),
    "stranded": T("滞留", "Stranded"),
    "lost": T("疑似丢失", "Probably lost"),
    "out_of_area": T("快递超区", "Out of area"),
    "refused": T("买家拒收", "Refused by the buyer"),
    "undelivered": T("派送未签收", "Out for delivery, not signed"),
    "uncollected": T("驿站超时未取", "Not collected"),
    "customs": T("清关滞留", "Held in customs"),
    "damaged": T("破损", "Damaged"),
    "problem": T("物流异常", "Problem"),
    "promise_missed": T("超过承诺送达时间", "Promised day missed"),
}
MOVED_ON = frozenset({"not_picked_up", "stranded", "lost", "undelivered", "uncollected", "customs", "problem"})
"""Alerts that end by themselves when the parcel moves again or arrives."""
HARD = ("lost", "damaged", "out_of_area", "refused", "promise_missed")


def states_named(names: Sequence[str]) -> list[State]:
    return [State(name) for name in names if is_known(name)]
