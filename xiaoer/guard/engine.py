"""Applies a rule set to a text: one pass of an automaton says which rules could speak, only those look closer. Pure.

A text is read up to three times: as typed, with disguised words put back (`disguise.py`), and, when it is a short piece,
joined with the pieces that the same author sent just before. Every finding points into the text as typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import ahocorasick

from xiaoer.guard.disguise import Plain, plain_words, spells
from xiaoer.guard.facts import (
    DETECTORS,
    DIGIT_LIKE,
    NEEDS_DIGITS,
    NEEDS_SIGN,
    READS_HISTORY,
    READS_ORIGINAL,
    TWO_LETTERS,
    tells_return_address,
)
from xiaoer.guard.layers import TABLES
from xiaoer.guard.likeness import Model
from xiaoer.guard.polarity import asserted
from xiaoer.guard.rules import ALLOW, ALLOWED, BLOCK, LEVELS, WARN, Context, Hit, Rule, Verdict, strictest
from xiaoer.kernel.text import Folded, normal

Span = tuple[int, int]
LONGEST_TEXT = 20_000
"""Signs of one text that are read; what a chat window takes is a tenth of it."""
_STRONG = (WARN, BLOCK)
_FEWEST_DIGITS = min(NEEDS_DIGITS.values())
_ALWAYS_SAME = ("bot", "system")
"""Greetings and ready sentences were read by people when they were saved; likeness does not judge them again."""
ALL_PARTS = -1
MOST_LEVELS = 256
PIECE, PIECES = 12, 5
"""A message of at most PIECE signs may be a piece of one that was torn apart over PIECES messages."""


class Compiled:
    """A rule made ready; each part is compiled when it first speaks, so that thousands of rules load at once."""

    __slots__ = ("_parts", "_unless", "asks", "rule", "sources")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        phrases = sorted((Folded(phrase, TABLES[rule.layer]).text for phrase in rule.phrases), key=len, reverse=True)
        self.sources = (["|".join(map(re.escape, phrases))] if phrases else []) + list(rule.patterns)
        self.asks = _joined(rule.asked) if rule.asked else None
        self._parts: dict[int, re.Pattern[str]] = {}
        self._unless: re.Pattern[str] | None = None

    def part(self, number: int) -> re.Pattern[str]:
        found = self._parts.get(number)
        if found is None:
            found = self._parts[number] = re.compile(self.sources[number])
        return found

    @property
    def unless(self) -> re.Pattern[str] | None:
        if self._unless is None and self.rule.unless:
            self._unless = _joined(self.rule.unless)
        return self._unless


def _joined(parts: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{part})" for part in parts))


class Reading:
    """The readings of one text, each made when first asked for."""

    __slots__ = ("_digits", "_layers", "clause", "original", "tight")

    def __init__(self, original: str) -> None:
        self.original = original
        self.clause = Folded(original, TABLES["clause"])
        self.tight = self.clause.text.replace(",", "")
        """The text of the tight reading; with its places, as `reading["tight"]`, it is seldom wanted."""
        self._layers: dict[str, Folded] = {"clause": self.clause}
        self._digits = -1

    @property
    def digits(self) -> int:
        """How many signs could be digits, 138 and 一三八 alike."""
        if self._digits < 0:
            self._digits = len(DIGIT_LIKE.findall(self.tight))
        return self._digits

    def could_hold_facts(self) -> bool:
        """Whether numbers, addresses or hidden signs could stand in it; in most sentences they cannot."""
        if self.digits >= _FEWEST_DIGITS or TWO_LETTERS.search(self.tight):
            return True
        return any(sign.search(self.original) for sign in READS_ORIGINAL.values())

    def __getitem__(self, layer: str) -> Folded:
        found = self._layers.get(layer)
        if found is None:
            found = self._layers[layer] = Folded(self.original, TABLES[layer])
        return found


class Text:
    """A text as it was typed and, when words in it were disguised, with the plain words put back."""

    __slots__ = ("plain", "restored", "typed")

    def __init__(self, text: str) -> None:
        self.typed = Reading(text)
        self.plain: Plain | None = plain_words(text, self.typed.tight)
        self.restored = Reading(self.plain.text) if self.plain else self.typed


class Engine:
    """A compiled set of rules: `check` is safe to call from any thread and from the message lane's loop."""

    def __init__(
        self, rules: Iterable[Rule], hosts: Mapping[str, Iterable[str]] | None = None, model: Model | None = None
    ) -> None:
        self.rules = tuple(rules)
        self._by_id = {rule.id: rule for rule in self.rules}
        self._model = model
        self.hosts = {platform: frozenset(names) for platform, names in (hosts or {}).items()}
        self._compiled = [Compiled(rule) for rule in self.rules]
        self._facts = [place for place, rule in enumerate(self.rules) if rule.kind == "fact"]
        self.words = self._build(lambda rule: rule.kind != "pair")
        self._questions = self._build(lambda rule: rule.kind == "pair")
        self._known_levels: dict[Any, Levels] = {}

    def _build(self, wanted: Callable[[Rule], bool]) -> ahocorasick.Automaton:
        """From telling words to the parts of rules that could speak; of a pair the words are the buyer's."""
        owners: dict[str, set[tuple[int, int]]] = {}
        for place, rule in enumerate(self.rules):
            if not wanted(rule):
                continue
            alone = bool(rule.telling) and rule.kind != "pair"
            for number, words in enumerate(rule.telling or ((*rule.anchors, *rule.phrases),)):
                for word in words:
                    bare = Folded(word, TABLES["tight"]).text
                    if not bare:
                        raise ValueError(f"{rule.id}: {word!r} has no letter, digit or character")
                    owners.setdefault(bare, set()).add((place, number if alone else ALL_PARTS))
        automaton = ahocorasick.Automaton()
        for word, found in owners.items():
            automaton.add_word(word, tuple(sorted(found)))
        if owners:
            automaton.make_automaton()
        return automaton

    def check(self, text: str, context: Context) -> Verdict:
        """The verdict on one text: the strictest level among the findings."""
        text = text[:LONGEST_TEXT]
        if not text:
            return ALLOWED
        read = Text(text)
        hits = self._both(read, context)
        if context.history and len(text) <= PIECE and context.direction == "out":
            hits += self._torn(text, context)
        if self._model is not None and context.direction == "out" and not any(hit.level in _STRONG for hit in hits):
            hits += self._alike(self._model, read, context)
        if not hits:
            return ALLOWED
        hits = list({(hit.id, hit.span): hit for hit in hits}.values())
        hits.sort(key=lambda hit: (hit.span, -LEVELS.index(hit.level), hit.id))
        return Verdict(strictest(tuple(hit.level for hit in hits)), tuple(hits))

    def asks(self, text: str) -> bool:
        """Whether a buyer's text asks what some rule of question and answer listens for."""
        return any(self._asked_about(Text(text[:LONGEST_TEXT]).restored))

    def rule(self, rule_id: str) -> Rule | None:
        return self._by_id.get(rule_id)

    def _alike(self, model: Model, read: Text, context: Context) -> list[Hit]:
        """What no rule names but reads like what one forbids: a warning with that rule's reason."""
        if context.author in _ALWAYS_SAME:
            return []
        clause = read.restored.clause
        place = model.suspicious(clause.text, Reading(" ".join(context.asked)).clause.text if context.asked else "")
        if place is None or tells_return_address(read.typed.original):
            return []
        rule = self._by_id.get(model.nearest(clause.text[slice(*place)]))
        if rule is None or _level(rule, context) not in _STRONG:
            return []
        span = clause.span(*place)
        return [_hit(rule, WARN, read.plain.origin(*span) if read.plain else span)]

    def _read(self, reading: Reading, context: Context) -> list[Hit]:
        hits: list[Hit] = []
        levels = self._levels(context)
        for place, parts in _owners(self.words, reading.tight).items():
            if (level := levels[place]) != ALLOW:
                hits += self._findings(self._compiled[place], level, parts, reading)
        if context.asked and context.direction == "out":
            for place in self._asked_about(Text("\n".join(context.asked)).restored):
                if (level := levels[place]) != ALLOW:
                    hits += self._findings(self._compiled[place], level, {ALL_PARTS}, reading)
        for place in self._facts if context.history or reading.could_hold_facts() else ():
            if (level := levels[place]) != ALLOW and _worth_a_look(self.rules[place].detector, reading, context):
                hits += self._fact_findings(self.rules[place], level, reading, context)
        return hits

    def _torn(self, text: str, context: Context) -> list[Hit]:
        """What only the last short messages together say: 加我 / 威 / 信. The whole last piece is the finding."""
        pieces: list[str] = []
        for earlier in reversed(context.history[-PIECES:]):
            if len(earlier) > PIECE:
                break
            pieces.insert(0, earlier)
        if not pieces or self._silent("".join(pieces) + text, context):
            return []
        alone = replace(context, history=(), asked=())
        found: dict[str, Hit] = {}
        for first in range(len(pieces)):
            before = "".join(pieces[first:])
            for hit in self._both(Text(before + text), alone):
                if hit.level != "log" and hit.span[0] < len(before) < hit.span[1]:
                    found.setdefault(hit.id, replace(hit, span=(0, len(text))))
        return list(found.values())

    def _silent(self, text: str, context: Context) -> bool:
        """Whether nothing could speak of a text nor of any part of it: no word tells, nothing spells another word."""
        reading, levels = Reading(text), self._levels(context)
        if any(levels[place] != ALLOW for place in _owners(self.words, reading.tight)):
            return False
        return not (reading.could_hold_facts() or spells(text, reading.tight))

    def _both(self, read: Text, context: Context) -> list[Hit]:
        hits = self._read(read.typed, context)
        if read.plain:
            hits += [replace(hit, span=read.plain.origin(*hit.span)) for hit in self._read(read.restored, context)]
        return hits

    def _asked_about(self, questions: Reading) -> Iterator[int]:
        """The places of the rules whose question stands among these."""
        for place in _owners(self._questions, questions.tight):
            asks = self._compiled[place].asks
            if asks is not None and asks.search(questions.clause.text):
                yield place

    def _levels(self, context: Context) -> Levels:
        """How strict each rule is here: worked out once for all texts of the same shop, side and day."""
        own = tuple(context.levels.items())
        key = (context.platform, context.direction, context.author, context.day, context.switches, own)
        found = self._known_levels.get(key)
        if found is None:
            if len(self._known_levels) >= MOST_LEVELS:
                self._known_levels.clear()
            found = self._known_levels[key] = Levels(self.rules, context)
        return found

    def _findings(self, compiled: Compiled, level: str, parts: set[int], reading: Reading) -> list[Hit]:
        rule, layer = compiled.rule, reading[compiled.rule.layer]
        excused: list[Span] | None = None
        spans: list[Span] = []
        for number in range(len(compiled.sources)) if ALL_PARTS in parts else sorted(parts):
            part = compiled.part(number)
            if part.search(layer.text) is None:
                continue
            for found in part.finditer(layer.text):
                if found.end() == found.start():
                    continue
                span = layer.span(*found.span())
                if excused is None:
                    excused = _excused(compiled.unless, reading) if compiled.unless is not None else []
                if any(start < span[1] and span[0] < end for start, end in excused):
                    continue
                if rule.polarity == "asserted" and not _asserted(reading, layer, found.span(), span):
                    continue
                spans.append(span)
        return [_hit(rule, level, span) for span in _merged(spans)] if spans else []

    def _fact_findings(self, rule: Rule, level: str, reading: Reading, context: Context) -> Iterator[Hit]:
        hosts = self.hosts.get(context.platform, frozenset())
        if rule.detector in READS_ORIGINAL:
            for span in DETECTORS[rule.detector](reading.original, context, hosts):
                yield _hit(rule, level, span)
            return
        plain = reading["plain"]
        if rule.detector in READS_HISTORY:
            context = replace(context, history=tuple(normal(text) for text in context.history[-PIECES:]))
        for start, end in DETECTORS[rule.detector](plain.text, context, hosts):
            yield _hit(rule, level, plain.span(start, end))


class Levels(dict[int, str]):
    """By a rule's place its level in one kind of context, worked out when the rule first could speak there."""

    def __init__(self, rules: tuple[Rule, ...], context: Context) -> None:
        self._rules, self._context = rules, replace(context, history=(), asked=())

    def __missing__(self, place: int) -> str:
        level = self[place] = _level(self._rules[place], self._context)
        return level


def _owners(automaton: ahocorasick.Automaton, tight: str) -> dict[int, set[int]]:
    """Which parts of which rules could speak of a text."""
    found: dict[int, set[int]] = {}
    if len(automaton):
        for _, owners in automaton.iter(tight):
            for place, number in owners:
                found.setdefault(place, set()).add(number)
    return found


def _merged(spans: list[Span]) -> list[Span]:
    """Spans that overlap as one: two patterns of a rule speak of the same words."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _asserted(reading: Reading, layer: Folded, place: Span, span: Span) -> bool:
    """Polarity is read in clauses, where commas still stand."""
    clause = reading.clause
    if layer is not clause:
        place = clause.folded(*span)
    return asserted(clause.text, *place)


def _worth_a_look(detector: str, reading: Reading, context: Context) -> bool:
    if detector in READS_HISTORY and not context.history:
        return False
    if needed := NEEDS_DIGITS.get(detector):
        return reading.digits >= needed
    if detector in READS_HISTORY:
        return True
    if detector in READS_ORIGINAL:
        return READS_ORIGINAL[detector].search(reading.original) is not None
    return NEEDS_SIGN[detector].search(reading["plain"].text) is not None


def _excused(unless: re.Pattern[str], reading: Reading) -> list[Span]:
    """Places of the original where the rule's exceptions stand: 最后, 第一次, 不能加微信."""
    clause = reading.clause
    return [clause.span(*found.span()) for found in unless.finditer(clause.text) if found.end() > found.start()]


def _level(rule: Rule, context: Context) -> str:
    if rule.direction != context.direction or context.author in rule.exempt_authors:
        return ALLOW
    if not rule.in_force(context.day) or not context.switches.issuperset(rule.when):
        return ALLOW
    level = rule.level_for(context.platform, context.switches)
    own = context.levels.get(rule.id)
    return strictest((level, own)) if own in LEVELS else level


def _hit(rule: Rule, level: str, span: Span) -> Hit:
    return Hit(rule.id, level, span, rule.reason, rule.rewrite, rule.penalty, rule.source, rule.title)
