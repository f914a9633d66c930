"""Applies a rule set to a text: one pass of an automaton says which rules could speak, only those look closer. Pure.

A text is read up to three times: as typed, with disguised words put back (`disguise.py`), and, when it is a short piece,
joined with the pieces that the same author sent just before. Every finding points into the text as typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

import ahocorasick

from xiaoer.guard.disguise import plain_words
from xiaoer.guard.facts import (
    DETECTORS,
    DIGIT_LIKE,
    NEEDS_DIGITS,
    NEEDS_SIGN,
    READS_HISTORY,
    READS_ORIGINAL,
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
_ALWAYS_SAME = ("bot", "system")
"""Greetings and ready sentences were read by people when they were saved; likeness does not judge them again."""
ALL_PARTS = -1
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

    __slots__ = ("_digits", "_layers", "original")

    def __init__(self, original: str) -> None:
        self.original = original
        self._layers: dict[str, Folded] = {}
        self._digits = -1

    @property
    def digits(self) -> int:
        """How many signs could be digits, 138 and 一三八 alike."""
        if self._digits < 0:
            self._digits = len(DIGIT_LIKE.findall(self["plain"].text))
        return self._digits

    def __getitem__(self, layer: str) -> Folded:
        found = self._layers.get(layer)
        if found is None:
            found = self._layers[layer] = Folded(self.original, TABLES[layer])
        return found


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
        hits = self._both(text, context)
        if context.direction == "out" and context.history and len(text) <= PIECE:
            hits += self._torn(text, context)
        if self._model is not None and context.direction == "out" and not any(hit.level in _STRONG for hit in hits):
            hits += self._alike(self._model, text, context)
        if not hits:
            return ALLOWED
        hits = list({(hit.id, hit.span): hit for hit in hits}.values())
        hits.sort(key=lambda hit: (hit.span, -LEVELS.index(hit.level), hit.id))
        return Verdict(strictest(tuple(hit.level for hit in hits)), tuple(hits))

    def asks(self, text: str) -> bool:
        """Whether a buyer's text asks what some rule of question and answer listens for."""
        plain = plain_words(text)
        questions = Reading(plain.text if plain else text[:LONGEST_TEXT])["clause"].text
        return any(self._asked_about(questions))

    def rule(self, rule_id: str) -> Rule | None:
        return self._by_id.get(rule_id)

    def _alike(self, model: Model, text: str, context: Context) -> list[Hit]:
        """What no rule names but reads like what one forbids: a warning with that rule's reason."""
        if context.author in _ALWAYS_SAME or tells_return_address(text):
            return []
        plain = plain_words(text)
        clause = Folded(plain.text if plain else text, TABLES["clause"])
        place = model.suspicious(clause.text, Reading(" ".join(context.asked))["clause"].text if context.asked else "")
        rule = self._by_id.get(model.nearest(clause.text[slice(*place)])) if place else None
        if rule is None or place is None or _level(rule, context) not in _STRONG:
            return []
        span = clause.span(*place)
        return [_hit(rule, WARN, plain.origin(*span) if plain else span)]

    def _read(self, text: str, context: Context) -> list[Hit]:
        reading = Reading(text)
        hits: list[Hit] = []
        for place, parts in _owners(self.words, reading["tight"].text).items():
            hits.extend(self._findings(self._compiled[place], parts, reading, context))
        if context.asked and context.direction == "out":
            hits.extend(self._answers(reading, context))
        for place in self._facts:
            hits.extend(self._fact_findings(self.rules[place], reading, context))
        return hits

    def _torn(self, text: str, context: Context) -> list[Hit]:
        """What only the last short messages together say: 加我 / 威 / 信. The whole last piece is the finding."""
        pieces: list[str] = []
        for earlier in reversed(context.history[-PIECES:]):
            if len(earlier) > PIECE:
                break
            pieces.insert(0, earlier)
        alone = replace(context, history=(), asked=())
        found: dict[str, Hit] = {}
        for first in range(len(pieces)):
            before = "".join(pieces[first:])
            for hit in self._both(before + text, alone):
                if hit.level != "log" and hit.span[0] < len(before) < hit.span[1]:
                    found.setdefault(hit.id, replace(hit, span=(0, len(text))))
        return list(found.values())

    def _both(self, text: str, context: Context) -> list[Hit]:
        hits = self._read(text, context)
        if plain := plain_words(text):
            hits += [replace(hit, span=plain.origin(*hit.span)) for hit in self._read(plain.text, context)]
        return hits

    def _answers(self, reading: Reading, context: Context) -> Iterator[Hit]:
        """Rules of question and answer, for the questions the buyer has just asked."""
        asked = "\n".join(context.asked)
        plain = plain_words(asked)
        questions = Reading(plain.text if plain else asked)["clause"].text
        for compiled in self._asked_about(questions):
            yield from self._findings(compiled, {ALL_PARTS}, reading, context)

    def _asked_about(self, questions: str) -> Iterator[Compiled]:
        """The rules whose question stands among these."""
        if not len(self._questions):
            return
        for place in _owners(self._questions, questions.replace(",", "")):
            compiled = self._compiled[place]
            if compiled.asks is not None and compiled.asks.search(questions):
                yield compiled

    def _findings(self, compiled: Compiled, parts: set[int], reading: Reading, context: Context) -> Iterator[Hit]:
        rule = compiled.rule
        level = _level(rule, context)
        if level == ALLOW:
            return
        layer = reading[rule.layer]
        excused: list[Span] | None = None
        spans: list[Span] = []
        for number in range(len(compiled.sources)) if ALL_PARTS in parts else sorted(parts):
            for found in compiled.part(number).finditer(layer.text):
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
        for span in _merged(spans):
            yield _hit(rule, level, span)

    def _fact_findings(self, rule: Rule, reading: Reading, context: Context) -> Iterator[Hit]:
        if rule.direction != context.direction or not _worth_a_look(rule.detector, reading, context):
            return
        level = _level(rule, context)
        if level == ALLOW:
            return
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
    clause = reading["clause"]
    if layer is not clause:
        place = clause.folded(*span)
    return asserted(clause.text, *place)


def _worth_a_look(detector: str, reading: Reading, context: Context) -> bool:
    if detector in READS_HISTORY and not context.history:
        return False
    if needed := NEEDS_DIGITS.get(detector):
        return reading.digits >= needed
    if detector in READS_ORIGINAL or detector in READS_HISTORY:
        return True
    return NEEDS_SIGN[detector].search(reading["plain"].text) is not None


def _excused(unless: re.Pattern[str], reading: Reading) -> list[Span]:
    """Places of the original where the rule's exceptions stand: 最后, 第一次, 不能加微信."""
    clause = reading["clause"]
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
