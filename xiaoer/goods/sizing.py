"""The size adviser (尺码推荐): a body, a habit and a size table give a size, the reason, and honest doubt. Pure.

R156, R223: height and weight are asked, shoulder, bust, waist and hip make it better; R260 to R262: how sizes are written
(`160/84A`), the body type by bust minus waist, and waists in 尺. What decides is the widest part: a garment that is
too tight cannot be worn, one a little wide can. Between two sizes the habit decides, and both are named.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Range = tuple[float, float]
Habit = Literal["close", "regular", "loose"]
GIRTHS = ("shoulder", "bust", "waist", "hip", "foot")
MEASURES = ("height", "weight", *GIRTHS)
TOP_GIRTHS = ("bust", "waist", "hip", "shoulder")
STRETCHES = ("none", "some", "high")
RUNS = ("small", "true", "large")
_LABEL = re.compile(r"^\s*(?:[A-Z0-9]*\s+)?(\d{3})\s*/\s*(\d{2,3})\s*([YABC])?\s*$", re.I)
_CHI = re.compile(r"^(\d)(?:\.(\d{1,2}))?\s*尺(?:\s*(\d)(?:寸)?)?$")
_NUMBER = re.compile(r"^(\d{1,3}(?:\.\d{1,2})?)\s*(?:cm|厘米|公分)?$", re.I)
_CODE = re.compile(r"^(2[4-9]|3[0-9]|40)\s*码$")
_CHI_CM = 100 / 3
_HEIGHT_STEP, _BUST_STEP = 5.0, 4.0
"""号型 grades: 5 cm of height, 4 cm of bust."""
_BODY_TYPES: tuple[tuple[str, int, int], ...] = (("Y", 19, 24), ("A", 14, 18), ("B", 9, 13), ("C", 4, 8))
_LIKELY = (15.0, 36.0)
"""Body mass indexes one may take for granted when the unit of a weight is not said."""


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One size and the bodies it fits, in cm and kg; a measure that is not there does not matter for this goods."""

    size: str
    ranges: Mapping[str, Range]

    def get(self, measure: str) -> Range | None:
        return self.ranges.get(measure)


@dataclass(frozen=True, slots=True)
class Table:
    """尺码表 with how the cloth gives (`stretch`) and whether it runs small or large."""

    rows: tuple[SizeRow, ...]
    stretch: str = "some"
    runs: str = "true"

    def measures(self) -> list[str]:
        return [one for one in MEASURES if any(row.get(one) for row in self.rows)]


@dataclass(frozen=True, slots=True)
class Body:
    """What she said of herself, in cm and kg; `usual` = the size she usually wears."""

    measures: Mapping[str, float] = field(default_factory=dict)
    usual: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Where one measure stands in the table: it fits sizes `low` to `high` (places), or lies between, below, above."""

    measure: str
    value: float
    low: int
    high: int
    kind: Literal["in", "between", "below", "above"]


@dataclass(frozen=True, slots=True)
class Advice:
    """`sure`: one size fits. `between`: two do, the habit chose. `unsure`: the numbers disagree or say too little.
    `none`: nothing fits, or nothing was said. `why` are codes that `sizing_words` puts into sentences."""

    size: str
    confidence: Literal["sure", "between", "unsure", "none"]
    alternatives: tuple[str, ...]
    findings: tuple[Finding, ...]
    why: tuple[str, ...]
    ask: tuple[str, ...]


def read_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[SizeRow, ...]:
    """Rows of a stored table. A row with only `160/84A` as its label gets the ranges this label stands for."""
    found = []
    for row in rows:
        ranges = {name: (float(row[name][0]), float(row[name][1])) for name in MEASURES if row.get(name)}
        if label := label_of(str(row.get("label", ""))):
            height, bust, _ = label
            ranges.setdefault("height", (height - _HEIGHT_STEP / 2, height + _HEIGHT_STEP / 2))
            ranges.setdefault("bust", (bust - _BUST_STEP / 2, bust + _BUST_STEP / 2))
        found.append(SizeRow(str(row["size"]), ranges))
    return tuple(found)


def label_of(text: str) -> tuple[float, float, str] | None:
    """`M 160/84 A` -> (160, 84, A): height, bust, body type (R260)."""
    found = _LABEL.match(text)
    return (float(found.group(1)), float(found.group(2)), (found.group(3) or "").upper()) if found else None


def body_type(bust: float, waist: float) -> str:
    """Y, A, B or C by bust minus waist in whole cm (R261); "" outside the four."""
    difference = round(bust - waist)
    return next((name for name, low, high in _BODY_TYPES if low <= difference <= high), "")


def centimetres(text: str) -> float | None:
    """A measure as people type it: 70, 70cm, 2尺1, 2.1尺, 27码 (all 70 cm, R262). None when it is none of these."""
    said = text.strip()
    if found := _CHI.match(said):
        whole, tenths, inches = found.groups()
        chi = float(f"{whole}.{tenths}") if tenths else float(whole) + float(inches or 0) / 10
        return round(chi * _CHI_CM, 1)
    if found := _CODE.match(said):
        return round((2.1 + (int(found.group(1)) - 27) / 10) * _CHI_CM, 1)
    if found := _NUMBER.match(said):
        return float(found.group(1))
    return None


def trouser_code(waist: float) -> int:
    """70 cm -> 27 (R262): one code per 市寸, a third of ten centimetres."""
    return 27 + round((waist - 70) / (_CHI_CM / 10))


def kilos(weight: float, unit: str, height: float | None) -> tuple[float | None, str]:
    """The weight in kg and how it was understood: kg, jin (斤), guessed_jin, guessed_kg; None when it could be either."""
    if unit == "kg":
        return weight, "kg"
    if unit == "jin":
        return weight / 2, "jin"
    square = ((height or 160.0) / 100) ** 2
    as_kg, as_jin = (_LIKELY[0] <= value / square <= _LIKELY[1] for value in (weight, weight / 2))
    if as_kg and not as_jin:
        return weight, "guessed_kg"
    if as_jin and not as_kg:
        return weight / 2, "guessed_jin"
    return None, "unit_unknown"


def advise(body: Body, table: Table, habit: Habit = "regular") -> Advice:
    """The size for a body. Says so when it does not know."""
    findings = tuple(
        one for name in MEASURES if name in body.measures and (one := _place(name, body.measures[name], table))
    )
    if not table.rows:
        return Advice("", "none", (), (), ("no_table",), ())
    if not findings:
        return _by_habit_alone(body, table)
    if any(one.kind == "above" and one.measure != "height" for one in findings):
        return Advice("", "none", (), findings, ("too_large",), ())
    deciding = [one for one in findings if one.measure in GIRTHS] or list(findings)
    low, high = max(one.low for one in deciding), min(one.high for one in deciding)
    advice = _together(low, high, table, habit, findings) if low <= high else _apart(low, high, table, habit, findings)
    return _doubts(advice, findings, deciding, body, table)


def _place(measure: str, value: float, table: Table) -> Finding | None:
    """Where a value stands among the rows that know this measure."""
    known = [(place, span) for place, row in enumerate(table.rows) if (span := row.get(measure)) is not None]
    if not known:
        return None
    fits = [place for place, (low, high) in known if low <= value <= high]
    if fits:
        return Finding(measure, value, fits[0], fits[-1], "in")
    under = [place for place, (_, high) in known if high < value]
    over = [place for place, (low, _) in known if low > value]
    if not under:
        return Finding(measure, value, known[0][0], known[0][0], "below")
    if not over:
        return Finding(measure, value, known[-1][0], known[-1][0], "above")
    return Finding(measure, value, under[-1], over[0], "between")


def _by_habit_alone(body: Body, table: Table) -> Advice:
    """Nothing measured: her usual size is a hint, no more."""
    sizes = {row.size.upper(): row.size for row in table.rows}
    ask = tuple(one for one in ("height", "weight") if one in table.measures()) or tuple(table.measures())[:2]
    usual = sizes.get(body.usual.strip().upper(), "")
    if not usual:
        return Advice("", "none", (), (), ("nothing_said",), ask)
    return Advice(usual, "unsure", (), (), ("usual_only",), ask)


def _together(low: int, high: int, table: Table, habit: Habit, findings: tuple[Finding, ...]) -> Advice:
    """All deciding measures allow `low` to `high`."""
    sizes = [row.size for row in table.rows]
    if low == high:
        return _single(low, sizes, table, habit, findings)
    pick, why = _choose(low, high, table, habit)
    others = tuple(sizes[place] for place in range(low, high + 1) if place != pick)
    return Advice(sizes[pick], "between", others, findings, ("border", why), ())


def _single(at: int, sizes: list[str], table: Table, habit: Habit, findings: tuple[Finding, ...]) -> Advice:
    if habit == "loose" and at + 1 < len(sizes):
        return Advice(sizes[at], "sure", (sizes[at + 1],), findings, ("fits", "looser"), ())
    if habit == "close" and at > 0 and table.stretch == "high":
        return Advice(sizes[at], "sure", (sizes[at - 1],), findings, ("fits", "closer"), ())
    return Advice(sizes[at], "sure", (), findings, ("fits",), ())


def _choose(low: int, high: int, table: Table, habit: Habit) -> tuple[int, str]:
    """Between sizes: her habit first, then how the goods runs; else the wider one, which can always be worn."""
    if habit == "loose":
        return high, "habit_loose"
    if habit == "close":
        return low, "habit_close"
    if table.runs == "large":
        return low, "runs_large"
    return high, "runs_small" if table.runs == "small" else "wider"


def _apart(low: int, high: int, table: Table, habit: Habit, findings: tuple[Finding, ...]) -> Advice:
    """The measures disagree: `low` is what the widest part needs, `high` what the slimmest would do with."""
    sizes = [row.size for row in table.rows]
    others = tuple(sizes[place] for place in range(high, low))
    if low - high > 1:
        return Advice(sizes[low], "unsure", others, findings, ("disagree", "widest"), ())
    if habit == "close" and table.stretch == "high":
        return Advice(sizes[high], "between", (sizes[low],), findings, ("two_sizes", "gives"), ())
    return Advice(sizes[low], "between", others, findings, ("two_sizes", "widest"), ())


def _doubts(advice: Advice, findings: tuple[Finding, ...], deciding: list[Finding], body: Body, table: Table) -> Advice:
    """What speaks against it: below the table, weight or height far off, too little said."""
    place = [row.size for row in table.rows].index(advice.size)
    why, confidence, ask = list(advice.why), advice.confidence, list(advice.ask)
    if all(one.kind == "below" for one in deciding):
        why.append("too_small")
        confidence = "unsure"
    for one in findings:
        if one in deciding:
            continue
        if one.measure == "height":
            why += ["may_be_short"] if one.low > place or one.kind == "above" else []
            why += ["may_be_long"] if one.high < place or one.kind == "below" else []
        elif abs(_off(one, place)) > 1:
            why.append("weight_disagrees")
            confidence = "unsure"
    if not any(one.measure in GIRTHS for one in deciding):
        wanted = [one for one in TOP_GIRTHS if one in table.measures()]
        if len(deciding) == 1 and "weight" in table.measures() and "height" in table.measures():
            confidence = "unsure"
            why.append("too_little")
            ask += [one for one in ("height", "weight") if one not in body.measures]
        elif confidence != "sure":
            ask += wanted[:2]
        if deciding[0].kind == "above" or deciding[-1].kind == "above":
            why.append("may_be_short")
    return Advice(advice.size, confidence, advice.alternatives, findings, tuple(dict.fromkeys(why)), tuple(ask))


def _off(one: Finding, place: int) -> int:
    """How many sizes a measure lies away from the place that was chosen."""
    return max(one.low - place, 0) if one.low > place else min(one.high - place, 0)
