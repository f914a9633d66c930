"""Read the rule packs: TOML text in, a checked rulebook out. Pure; a bad pack is refused with file, row and reason."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.policy.rules import LAYERS, Alternative, Key, Row, Rulebook, stricter
from xiaoer.policy.values import UNITS, check_value, rank

TRUST = ("A", "B", "C", "D", "seed", "law")
STRENGTH = ("hard", "warn", "advise")
_KEY_FIELDS = {"title", "unit", "strict", "explain", "choices", "least", "most"}
_PACK_FIELDS = {"layer", "name", "valid_from", "strength", "trust", "verified", "rows", "alternatives"}
_ROW_FIELDS = {
    "key", "value", "valid_from", "valid_to", "source", "trust", "strength", "verified", "bound", "explain",
    "alternatives",
}  # fmt: skip


class PackError(ValueError):
    """A pack that cannot be used. Says which file, which row and what is wrong."""

    def __init__(self, file: str, row: str, reason: str) -> None:
        super().__init__(f"{file}: {row}: {reason}" if row else f"{file}: {reason}")
        self.file, self.row, self.reason = file, row, reason


def _toml(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise PackError(file, "", f"not TOML: {error}") from error


def _two(file: str, row: str, name: str, value: Any) -> T:
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(v, str) and v.strip() for v in value):
        raise PackError(file, row, f"{name} must be [Chinese, English], not {value!r}")
    return T(value[0], value[1])


def _known(file: str, row: str, table: Mapping[str, Any], fields: set[str]) -> None:
    if extra := set(table) - fields:
        raise PackError(file, row, f"unknown field {sorted(extra)[0]!r}; known: {', '.join(sorted(fields))}")


def read_keys(file: str, text: str) -> dict[str, Key]:
    """The key file: what can be asked."""
    tables = _toml(file, text)
    labels = {name: _two(file, name, "choice name", v) for name, v in tables.pop("choice_names", {}).items()}
    return {name: _key(file, name, table, labels) for name, table in tables.items()}


def _key(file: str, name: str, table: Any, labels: dict[str, T]) -> Key:
    if not isinstance(table, dict):
        raise PackError(file, name, "must be a table")
    _known(file, name, table, _KEY_FIELDS)
    unit, strict = table.get("unit"), table.get("strict")
    choices = tuple(table.get("choices", ()))
    if unit not in UNITS:
        raise PackError(file, name, f"unit {unit!r} is none of {', '.join(UNITS)}")
    if (unit == "choice") != bool(choices):
        raise PackError(file, name, "choices belong to the unit choice, and it needs them")
    if missing := [c for c in choices if c not in labels]:
        raise PackError(file, name, f"choice {missing[0]!r} has no entry in choice_names")
    ordered = {
        "choice": isinstance(strict, list) and sorted(strict) == sorted(choices),
        "bool": isinstance(strict, bool),
        "list": False,
        "text": False,
    }.get(unit, strict in ("min", "max"))
    if strict != "none" and not ordered:
        raise PackError(file, name, f"strict {strict!r} does not order values in {unit}")
    title = _two(file, name, "title", table.get("title"))
    explain = _two(file, name, "explain", table.get("explain"))
    return Key(name, title, unit, strict, explain, choices, labels, table.get("least"), table.get("most"))


def read_pack(file: str, text: str, keys: Mapping[str, Key]) -> tuple[str, T, list[Row], dict[str, list[Alternative]]]:
    """One pack: its layer, its name, its rows, and the alternatives that come without an own row."""
    pack = _toml(file, text).get("pack")
    if not isinstance(pack, dict):
        raise PackError(file, "", "the table [pack] is missing")
    _known(file, "[pack]", pack, _PACK_FIELDS)
    layer = pack.get("layer")
    if layer not in LAYERS:
        raise PackError(file, "[pack]", f"layer {layer!r} is none of {', '.join(LAYERS)}")
    name = _two(file, "[pack]", "name", pack.get("name"))
    rows = [_row(file, number, raw, pack, keys) for number, raw in enumerate(pack.get("rows", []), 1)]
    _no_overlap(file, rows)
    more: dict[str, list[Alternative]] = defaultdict(list)
    for number, raw in enumerate(pack.get("alternatives", []), 1):
        where = f"alternative {number} ({raw.get('key', '?')})"
        key = keys.get(raw.get("key", ""))
        if key is None:
            raise PackError(file, where, "its key stands in no key file")
        more[key.name].append(_alternative(file, where, key, raw))
    return layer, name, rows, dict(more)


def _row(file: str, number: int, raw: dict[str, Any], pack: dict[str, Any], keys: Mapping[str, Key]) -> Row:
    where = f"row {number} ({raw.get('key', '?')})"
    _known(file, where, raw, _ROW_FIELDS)
    key = keys.get(raw.get("key", ""))
    if key is None:
        raise PackError(file, where, "its key stands in no key file")
    got = {**{f: pack.get(f) for f in ("valid_from", "strength", "trust", "verified")}, **raw}
    start: Any = got.get("valid_from")
    end: Any = got.get("valid_to")
    for name, day, needed in (("valid_from", start, True), ("valid_to", end, False)):
        if (day is None and needed) or (day is not None and (not isinstance(day, date) or isinstance(day, datetime))):
            raise PackError(file, where, f"{name} must be a date such as 2014-01-01, not {day!r}")
    if end is not None and end <= start:
        raise PackError(file, where, f"valid_to {end} is not after valid_from {start}")
    for name, allowed in (("trust", TRUST), ("strength", STRENGTH), ("verified", (True, False))):
        if got.get(name) not in allowed:
            raise PackError(file, where, f"{name} {got.get(name)!r} is none of {allowed}")
    if not str(got.get("source", "")).strip():
        raise PackError(file, where, "source is missing: every number names where it comes from")
    bound = got.get("bound", False)
    if bound and (pack.get("layer") != "law" or key.strict == "none"):
        raise PackError(file, where, "bound is for law rows whose values have an order")
    return Row(
        key=key,
        layer=pack["layer"],
        value=_value(file, where, key, got.get("value")),
        valid_from=start,
        valid_to=end,
        source=got["source"],
        trust=got["trust"],
        strength=got["strength"],
        verified=got["verified"],
        bound=bound,
        explain=_two(file, where, "explain", got["explain"]) if "explain" in got else key.explain,
        alternatives=tuple(_alternative(file, where, key, item) for item in got.get("alternatives", ())),
    )


def _value(file: str, where: str, key: Key, value: Any) -> Any:
    try:
        checked = check_value(key.unit, value, key.choices, key.least, key.most)
        rank(key.unit, key.strict, checked)
    except Invalid as error:
        raise PackError(file, where, error.text.en) from error
    return checked


def _alternative(file: str, where: str, key: Key, raw: dict[str, Any]) -> Alternative:
    _known(file, where, raw, {"key", "id", "value", "source", "trust", "zh", "en"})
    if missing := [f for f in ("id", "source", "zh", "en") if not str(raw.get(f, "")).strip()]:
        raise PackError(file, where, f"an alternative needs {missing[0]}")
    if raw.get("trust") not in TRUST:
        raise PackError(file, where, f"trust {raw.get('trust')!r} is none of {TRUST}")
    value = _value(file, where, key, raw.get("value"))
    return Alternative(raw["id"], value, raw["source"], raw["trust"], T(raw["zh"], raw["en"]))


def _no_overlap(file: str, rows: list[Row]) -> None:
    """Two rows of one key never hold on the same day."""
    by_key: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_key[row.key.name].append(row)
    for name, dated in by_key.items():
        dated.sort(key=lambda row: row.valid_from)
        for first, second in pairwise(dated):
            if first.valid_to is None or first.valid_to > second.valid_from:
                raise PackError(file, f"({name})", f"two rows hold on {second.valid_from}: end the first with valid_to")


def read_book(key_file: tuple[str, str], packs: Mapping[str, str]) -> Rulebook:
    """Every pack together. `packs` is file name -> text."""
    keys = read_keys(*key_file)
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    more: dict[tuple[str, str], tuple[Alternative, ...]] = {}
    names: dict[str, T] = {}
    for file, text in packs.items():
        layer, name, found, offered = read_pack(file, text, keys)
        if layer in names:
            raise PackError(file, "[pack]", f"the layer {layer} already has a pack")
        names[layer] = name
        for row in found:
            rows[layer, row.key.name].append(row)
        more.update({(layer, key): tuple(items) for key, items in offered.items()})
    _no_pack_below_law(rows)
    return Rulebook(keys, {k: tuple(v) for k, v in rows.items()}, more, names)


def _no_pack_below_law(rows: Mapping[tuple[str, str], list[Row]]) -> None:
    """A platform row laxer than the law's minimum would never apply: it is a mistake in the pack."""
    for (layer, name), dated in rows.items():
        for row in dated if layer not in ("law", "any") else ():
            for law in rows.get(("law", name), ()):
                if law.bound and row.valid_to is None and not stricter(row.key, row.value, law.value):
                    raise PackError(f"{layer}.toml", f"({name})", f"{row.value!r} is laxer than the law: {law.value!r}")
