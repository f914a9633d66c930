"""Reads rule packs (规则包, packs/*.toml) and refuses one that is unclear or fails its own examples.

The only place of the guard that touches files. A pack is one TOML file: `[pack]` name, title, source; optional
`[words]` (pieces of patterns, used as <NAME>); optional `[hosts]` (allowed link hosts by platform); `[[rule]]` rows.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from xiaoer.guard import likeness
from xiaoer.guard.disguise import FILE as DISGUISES
from xiaoer.guard.engine import Engine
from xiaoer.guard.facts import DETECTORS
from xiaoer.guard.likeness import Model
from xiaoer.guard.rules import (
    DIRECTIONS,
    KINDS,
    LAYERS,
    LEVELS,
    PLATFORMS,
    POLARITIES,
    Context,
    Rule,
    Verdict,
)
from xiaoer.guard.safety import safe
from xiaoer.guard.telling import telling_words
from xiaoer.kernel.i18n import T

FOLDER = Path(__file__).parent / "packs"
CHECKED = FOLDER / "checked.json"
"""What `xiaoer guard packs` noted down: which packs passed their examples, and each rule's telling words."""
SHARED = Path(__file__).parent / "words.toml"
"""Pieces of patterns that every pack may use."""
TELLING = Path(__file__).parent / "telling.py"
_WORD = re.compile(r"<([A-Z_]+)>")
_TEXTS = ("title", "reason", "rewrite", "penalty")
_PATTERNS = ("patterns", "unless", "asked")
_LISTS = ("source", "phrases", *_PATTERNS, "anchors", "when", "exempt_authors", "example_switches")
_PLAIN = ("id", "kind", "level", "direction", "layer", "detector", "polarity", "example_platform")
_KNOWN = {*_LISTS, *_PLAIN, "levels", "switches", "valid_from", "valid_to", "match", "no_match"} | {
    f"{name}_{language}" for name in _TEXTS for language in ("zh", "en")
}
EXAMPLES_NEEDED = 4
Telling = Mapping[str, Sequence[Sequence[str]]]


class PackError(ValueError):
    """A pack that is refused; `problems` names each rule, value and remedy."""

    def __init__(self, pack: str, problems: Sequence[str]) -> None:
        self.pack = pack
        self.problems = list(problems)
        super().__init__(f"rule pack {pack} refused:\n" + "\n".join(f"  - {line}" for line in problems))


@dataclass(slots=True)
class Pack:
    """One file's rules."""

    name: str
    title: T
    rules: list[Rule] = field(default_factory=list)
    hosts: dict[str, list[str]] = field(default_factory=dict)


def read_pack(text: str, name: str, telling: Telling | None = None) -> Pack:
    """A pack from TOML text, checked against its own examples; not again when its telling words are given."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise PackError(name, [f"not TOML: {wrong}"]) from wrong
    problems: list[str] = []
    head = data.get("pack", {})
    pack = Pack(name, T(str(head.get("title_zh", name)), str(head.get("title_en", name))))
    pack.hosts = {str(k): [str(h).lower() for h in v] for k, v in data.get("hosts", {}).items()}
    words = shared_words() | {str(k): str(v) for k, v in data.get("words", {}).items()}
    examples: list[tuple[Rule, list[Any], list[Any]]] = []
    for place, row in enumerate(data.get("rule", []), 1):
        found = _row_problems(row, place)
        if not found:
            try:
                rule = _rule(row, words, name, telling)
                examples.append((rule, list(row["match"]), list(row["no_match"])))
                pack.rules.append(rule)
            except (ValueError, re.error) as wrong:
                found = [f"{row.get('id', place)}: {wrong}"]
        problems += found
    if not data.get("rule"):
        problems.append("no [[rule]] in the file")
    if not problems and telling is None:
        problems = _failed_examples(pack, examples)
    if problems:
        raise PackError(name, problems)
    return pack


@cache
def shared_words() -> dict[str, str]:
    """The pieces of `words.toml`; a piece may use those above it."""
    found: dict[str, str] = {}
    for name, piece in tomllib.loads(SHARED.read_text("utf-8")).items():
        found[name] = _filled(str(piece), found)
    return found


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    for name in _WORD.findall(pattern):
        if name not in words:
            raise ValueError(f"pattern {pattern!r} uses <{name}>, which [words] does not define")
    return _WORD.sub(lambda found: f"(?:{words[found[1]]})", pattern)


def load_packs(folder: Path = FOLDER, telling: Telling | None = None) -> list[Pack]:
    """Every pack of a folder, in name order; a rule id may stand only once."""
    packs = [read_pack(path.read_text("utf-8"), path.name, telling) for path in sorted(folder.glob("*.toml"))]
    seen: dict[str, str] = {}
    for pack in packs:
        for rule in pack.rules:
            if rule.id in seen:
                raise PackError(pack.name, [f"{rule.id}: this id already stands in {seen[rule.id]}"])
            seen[rule.id] = pack.name
    return packs


def engine_of(packs: Sequence[Pack], model: Model | None = None) -> Engine:
    hosts: dict[str, list[str]] = {}
    for pack in packs:
        for platform, names in pack.hosts.items():
            hosts.setdefault(platform, []).extend(names)
    return Engine([rule for pack in packs for rule in pack.rules], hosts, model)


def digest(folder: Path = FOLDER) -> str:
    """A fingerprint of everything that decides whether the packs are sound."""
    found = hashlib.sha256()
    for path in (*sorted(folder.glob("*.toml")), SHARED, DISGUISES, TELLING):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def write_checked() -> list[Pack]:
    """Check the shipped packs in full and note it down, so that starting need not do it again."""
    packs = load_packs()
    telling = {rule.id: rule.telling for pack in packs for rule in pack.rules}
    noted = {"digest": digest(), "telling": telling}
    CHECKED.write_text(json.dumps(noted, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")
    return packs


@lru_cache(maxsize=1)
def shipped() -> Engine:
    """The engine of the packs that ship with Xiaoer: read once a process.

    Packs as they were when last checked are trusted (a tenth of a second); changed ones are checked in full (seconds).
    """
    noted = json.loads(CHECKED.read_text("utf-8")) if CHECKED.exists() else {}
    packs = load_packs(telling=noted["telling"] if noted.get("digest") == digest() else None)
    return engine_of(packs, likeness.model())


def check(text: str, context: Context) -> Verdict:
    """The verdict on one text by the shipped packs. Synchronous, no I/O after the first call."""
    return shipped().check(text, context)


def _row_problems(row: Mapping[str, Any], place: int) -> list[str]:
    name = row.get("id") or f"rule {place}"
    found = [f"{name}: unknown field {key!r}" for key in row if key not in _KNOWN]
    required = ("id", "kind", "level", "title_zh", "title_en", "reason_zh", "reason_en", "source")
    found += [f"{name}: {key} is missing" for key in required if not row.get(key)]
    choices: tuple[tuple[str, tuple[str, ...]], ...] = (("kind", KINDS), ("level", LEVELS), ("layer", LAYERS))
    choices += (("direction", DIRECTIONS), ("polarity", POLARITIES))
    for key, allowed in choices:
        if key in row and row[key] not in allowed:
            found.append(f"{name}: {key} is {row[key]!r}; use one of {', '.join(allowed)}")
    tables = [("levels", row.get("levels", {}))]
    tables += [(f"switches.{key}", value) for key, value in row.get("switches", {}).items()]
    for label, table in tables:
        for platform, level in table.items():
            if level not in LEVELS or platform not in (*PLATFORMS, "*"):
                found.append(f"{name}: {label} has {platform} = {level!r}; platforms and levels only")
    if row.get("kind") == "fact" and row.get("detector") not in DETECTORS:
        found.append(f"{name}: detector is {row.get('detector')!r}; use one of {', '.join(DETECTORS)}")
    if row.get("kind") == "phrase" and not row.get("phrases"):
        found.append(f"{name}: a phrase rule needs phrases")
    if row.get("kind") in ("pattern", "promise") and not row.get("patterns"):
        found.append(f"{name}: a {row['kind']} rule needs patterns")
    if row.get("kind") == "pair" and not (row.get("patterns") and row.get("asked")):
        found.append(f"{name}: a pair rule needs asked (the buyer's question) and patterns (the answer)")
    for key in ("match", "no_match"):
        if len(row.get(key, [])) < EXAMPLES_NEEDED:
            found.append(f"{name}: {key} needs at least {EXAMPLES_NEEDED} examples, has {len(row.get(key, []))}")
    return found


def _rule(row: Mapping[str, Any], words: Mapping[str, str], pack: str, telling: Telling | None) -> Rule:
    def with_words(pattern: str) -> str:
        filled = _filled(pattern, words)
        if telling is None:
            safe(filled)
        return filled

    values: dict[str, Any] = {key: row[key] for key in _PLAIN if key in row}
    values |= {key: tuple(str(item) for item in row.get(key, ())) for key in _LISTS}
    values |= {name: _text(row, name) for name in _TEXTS}
    for key in _PATTERNS:
        values[key] = tuple(map(with_words, values[key]))
    values["levels"] = dict(row.get("levels", {}))
    values["switches"] = {key: dict(value) for key, value in row.get("switches", {}).items()}
    for key in ("valid_from", "valid_to"):
        if (day := row.get(key)) is not None and (type(day) is not date):
            raise ValueError(f"{key} is {day!r}; write a date such as 2024-01-31 without quotes")
        values[key] = day
    for key in ("match", "no_match"):
        values[key] = tuple(_example_text(example) for example in row[key])
    assert set(values) <= {f.name for f in fields(Rule)}
    rule = Rule(pack=pack, **values)
    return replace(rule, telling=tuple(map(tuple, telling[rule.id])) if telling is not None else _telling(rule))


def _telling(rule: Rule) -> tuple[tuple[str, ...], ...]:
    """For each part words one of which stands in every finding: read off the pattern, else the anchors of the pack."""
    found: list[tuple[str, ...]] = [rule.phrases] if rule.phrases else []
    for pattern in rule.asked if rule.kind == "pair" else rule.patterns:
        words = telling_words(pattern)
        if words is None and not rule.anchors:
            raise ValueError(f"pattern {pattern!r} holds no fixed word; give anchors, one of which stands in a finding")
        found.append(rule.anchors if words is None else tuple(sorted(words)))
    return tuple(found)


def _text(row: Mapping[str, Any], name: str) -> T | None:
    zh, en = row.get(f"{name}_zh"), row.get(f"{name}_en")
    if bool(zh) != bool(en):
        raise ValueError(f"{name} stands in one language only; write {name}_zh and {name}_en")
    return T(str(zh), str(en)) if zh else None


def _example_text(example: Any) -> str:
    return str(example["text"]) if isinstance(example, Mapping) else str(example)


def example_context(rule: Rule, example: Any) -> Context:
    """The context an example is checked in: the rule's own platform unless the example says otherwise."""
    platform = rule.example_platform or ("tmall" if rule.level_for("tmall") != "allow" else "")
    if not isinstance(example, Mapping):
        return Context(platform=platform, direction=rule.direction, switches=frozenset(rule.example_switches))
    return Context(
        platform=str(example.get("platform", platform)),
        direction=rule.direction,
        author=str(example.get("author", "staff")),
        day=example.get("day"),
        switches=frozenset(example.get("switches", rule.example_switches)),
        known_numbers=frozenset(example.get("known_numbers", ())),
        allowed_hosts=frozenset(example.get("allowed_hosts", ())),
        history=tuple(example.get("history", ())),
        asked=tuple([example["asked"]] if isinstance(example.get("asked"), str) else example.get("asked", ())),
        unanswered=int(example.get("unanswered", 0)),
    )


def _failed_examples(pack: Pack, examples: Sequence[tuple[Rule, list[Any], list[Any]]]) -> list[str]:
    try:
        engine = Engine(pack.rules, pack.hosts)
    except ValueError as wrong:
        return [str(wrong)]
    failed: list[str] = []
    for rule, match, no_match in examples:
        for wanted, texts in ((True, match), (False, no_match)):
            for example in texts:
                text = _example_text(example)
                verdict = engine.check(text, example_context(rule, example))
                if any(hit.id == rule.id for hit in verdict.rules) is not wanted:
                    word = "should match but does not" if wanted else "should not match but does"
                    failed.append(f"{rule.id}: example {text!r} {word}")
    return failed
