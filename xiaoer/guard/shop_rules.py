"""A shop's own rules (店铺规则) as data: what may be typed, how it becomes a rule of the engine, its examples. Pure.

Patterns are no regular expressions but a small language that cannot run away: plain words, `…` for up to ten characters
of the same clause, `(甲|乙)` for one of several words, `#` for digits. Three gaps at most, so the work per place of the
text is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from xiaoer.guard.engine import Engine
from xiaoer.guard.layers import TABLES
from xiaoer.guard.rules import LEVEL_NAMES, PLATFORMS, Context, Rule
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import plain_yuan
from xiaoer.kernel.text import Folded

GAP, MOST_GAPS, SHORTEST_ANCHOR = 10, 3, 2
Line = str


class Penalty(BaseModel):
    """What a breach costs (C18): points of the platform and money."""

    model_config = ConfigDict(extra="forbid")
    points: int = Field(default=0, ge=0, le=48)
    fen: int = Field(default=0, ge=0, le=100_000_000)
    zh: str = Field(default="", max_length=200)
    en: str = Field(default="", max_length=200)


class ShopRule(BaseModel):
    """One rule of a shop. A rule without examples is refused: nobody could say what it is for."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(default="", max_length=64, pattern=r"^(shop\.[a-z0-9_]{1,40})?$")
    direction: Literal["out", "in"] = "out"
    level: Literal["log", "warn", "block"] = "warn"
    title_zh: str = Field(min_length=2, max_length=40)
    title_en: str = Field(default="", max_length=80)
    reason_zh: str = Field(min_length=2, max_length=200)
    reason_en: str = Field(default="", max_length=300)
    rewrite_zh: str = Field(default="", max_length=300)
    rewrite_en: str = Field(default="", max_length=400)
    penalty: Penalty = Penalty()
    phrases: list[str] = Field(default=[], max_length=200)
    patterns: list[str] = Field(default=[], max_length=50)
    unless: list[str] = Field(default=[], max_length=100)
    platforms: list[str] = Field(default=[], max_length=len(PLATFORMS))
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = Field(default="", max_length=200)
    match: list[str] = Field(default=[], max_length=50)
    no_match: list[str] = Field(default=[], max_length=100)


class Override(BaseModel):
    """What a shop changed of a shipped rule: its level ("" leaves it), sayings that are excused, and why."""

    model_config = ConfigDict(extra="forbid")
    level: Literal["", "allow", "log", "warn", "block"] = ""
    exceptions: list[str] = Field(default=[], max_length=100)
    reason: str = Field(min_length=4, max_length=300)


def tidied(lines: Iterable[str]) -> list[str]:
    """Lines of a list field: trimmed, no blanks, no doubles, in the order given."""
    return list(dict.fromkeys(line for line in (one.strip() for one in lines) if line))


def fold(text: str) -> str:
    """A phrase as the engine reads texts."""
    return Folded(text, TABLES["clause"]).text


_TOKEN = re.compile(r"…+|\.{3,}|\(([^()]*)\)|（([^（）]*)）|#+|[^…#()（）]+")


def compile_pattern(text: str) -> tuple[str, tuple[str, ...]]:
    """A pattern of the small language as (regular expression, anchors), or Invalid with what to change."""
    parts: list[str] = []
    anchors: list[tuple[str, ...]] = []
    gaps = 0
    text = text.strip()
    _require_plain(text)
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word[0] in "….":
            gaps += 1
            parts.append(f"[^,]{{0,{GAP}}}")
        elif word[0] == "#":
            parts.append(f"[0-9]{{{len(word)}}}" if len(word) > 1 else "[0-9]{1,12}")
        elif word[0] in "(（":
            choices = [fold(one) for one in re.split(r"[|｜]", token[1] if token[1] is not None else token[2])]
            parts.append("(?:" + "|".join(map(re.escape, choices)) + ")")
            anchors.append(tuple(choices))
        else:
            plain = fold(word)
            parts.append(re.escape(plain))
            anchors.append((plain,))
    if gaps > MOST_GAPS:
        raise _bad(text, f"省略号最多 {MOST_GAPS} 处", f"{MOST_GAPS} gaps (…) at most")
    good = [one for one in anchors if all(len(word) >= SHORTEST_ANCHOR for word in one)]
    if not good:
        raise _bad(text, "至少要有一个两字以上的固定词", "one fixed word of two characters at least is needed")
    return "".join(parts), max(good, key=lambda words: (min(map(len, words)), -len(words)))


def _require_plain(text: str) -> None:
    if not 2 <= len(text) <= 120:
        raise _bad(text, "长度应为 2～120 字", "2 to 120 characters")
    if wrong := re.search(r"[\\\[\]{}*+^$]", text):
        sign = wrong[0]
        raise _bad(
            text,
            f"不支持「{sign}」，可以用：…（间隔）、(甲|乙)（任选）、#（数字）",
            f"{sign!r} is not known; use … (gap), (a|b) (one of) and # (digits)",
        )
    left = re.sub(r"\([^()]*\)|（[^（）]*）", "", text)
    if re.search(r"[()（）|｜]", left):
        raise _bad(
            text, "括号要成对，不能嵌套，「|」只能写在括号里", "brackets come in pairs, not nested; | only inside"
        )


def _bad(text: str, zh: str, en: str) -> Invalid:
    return Invalid(fields={"patterns": T(f"「{text}」：{zh}", f"{text!r}: {en}")})


def as_rule(one: ShopRule, pack: str = "shop") -> Rule:
    """The rule as the engine knows it; a platform it does not name allows it."""
    made = [compile_pattern(text) for text in one.patterns]
    level = one.level if not one.platforms else "allow"
    return Rule(
        id=one.id,
        kind="pattern" if made else "phrase",
        level=level,
        levels=dict.fromkeys(one.platforms, one.level),
        title=_both(one.title_zh, one.title_en),
        reason=_both(one.reason_zh, one.reason_en),
        rewrite=_both(one.rewrite_zh, one.rewrite_en) if one.rewrite_zh else None,
        penalty=penalty_words(one.penalty),
        source=(one.source,) if one.source else (),
        direction=one.direction,
        phrases=tuple(one.phrases),
        patterns=tuple(pattern for pattern, _ in made),
        anchors=tuple(dict.fromkeys(word for _, words in made for word in words)),
        unless=tuple(re.escape(fold(text)) for text in one.unless),
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        match=tuple(one.match),
        no_match=tuple(one.no_match),
        pack=pack,
    )


def _both(zh: str, en: str) -> T:
    return T(zh, en or zh)


def penalty_words(penalty: Penalty) -> T | None:
    """The penalty in words: what was typed, else made from the figures."""
    if penalty.zh:
        return _both(penalty.zh, penalty.en)
    zh, en = [], []
    if penalty.points:
        zh.append(f"扣 {penalty.points} 分")
        en.append(f"{penalty.points} points")
    if penalty.fen:
        yuan = plain_yuan(penalty.fen).removesuffix(".00")
        zh.append(f"罚 {yuan} 元")
        en.append(f"{yuan} yuan")
    return T("，".join(zh), ", ".join(en)) if zh else None


def clean(one: ShopRule) -> ShopRule:
    """The rule with tidy lists, checked against its own examples; a refusal names the sentence that fails."""
    lists = {name: tidied(getattr(one, name)) for name in ("phrases", "patterns", "unless", "match", "no_match")}
    tidy = one.model_copy(update=lists)
    wrong = _form_problems(tidy)
    if wrong:
        raise Invalid(fields=wrong)
    engine = Engine(
        [as_rule(tidy.model_copy(update={"id": tidy.id or "shop.new", "valid_from": None, "valid_to": None}))]
    )
    context = Context(platform=tidy.platforms[0] if tidy.platforms else "tmall", direction=tidy.direction)
    for name, wanted in (("match", True), ("no_match", False)):
        for text in getattr(tidy, name):
            if bool(engine.check(text, context).rules) is not wanted:
                raise Invalid(fields={name: _failed(text, wanted)}, code="example_failed")
    return tidy


def _failed(text: str, wanted: bool) -> T:
    if wanted:
        return T(f"例句「{text}」应当命中，但这条规则没有命中，请补充词语", f"{text!r} should match, but does not")
    return T(f"例句「{text}」不应命中，却被命中，请缩小词语或加入例外", f"{text!r} should not match, but does")


def _form_problems(one: ShopRule) -> dict[str, T]:
    wrong: dict[str, T] = {}
    if not one.phrases and not one.patterns:
        wrong["phrases"] = T("至少写一个词语或句式", "Give at least one phrase or pattern")
    for name in ("phrases", "unless"):
        for text in getattr(one, name):
            if len(fold(text).replace(",", "")) < SHORTEST_ANCHOR or len(text) > 60:
                wrong[name] = T(f"「{text}」应为 2～60 个字", f"{text!r} must have 2 to 60 characters")
    if not one.match:
        wrong["match"] = T("至少写一句应当命中的例句", "Give at least one sentence that must match")
    if not one.no_match:
        wrong["no_match"] = T("至少写一句不应命中的例句，防止误拦", "Give at least one sentence that must not match")
    if unknown := [name for name in one.platforms if name not in PLATFORMS]:
        wrong["platforms"] = T(f"没有平台「{unknown[0]}」", f"No platform {unknown[0]!r}")
    if one.valid_from and one.valid_to and one.valid_to < one.valid_from:
        wrong["valid_to"] = T(f"结束日期早于开始日期 {one.valid_from}", f"Ends before it begins ({one.valid_from})")
    return wrong


def check_override(rule: Rule, platform: str, change: Override, switches: frozenset[str] = frozenset()) -> Override:
    """The override, tidied. A rule that stops messages may be softened to a warning but not switched off: the
    platform's penalty stays. An exception that would let the rule's own examples pass is refused with the example.
    """
    tidy = change.model_copy(update={"exceptions": tidied(change.exceptions)})
    shipped = rule.level_for(platform, switches)
    if not tidy.level and not tidy.exceptions:
        raise Invalid(fields={"level": T("请选择级别，或写下例外说法", "Choose a level or write an exception")})
    if shipped == "block" and tidy.level in ("allow", "log"):
        floor, asked = LEVEL_NAMES["warn"], LEVEL_NAMES[tidy.level]
        text = T(
            f"「{rule.title.zh}」是平台处罚项，最低只能调为「{floor.zh}」，不能「{asked.zh}」",
            f"{rule.title.en}: the platform punishes this; {floor.en!r} is the least, not {asked.en!r}",
        )
        raise Invalid(fields={"level": text}, code="guard_floor")
    for text_ in tidy.exceptions:
        if len(fold(text_).replace(",", "")) < SHORTEST_ANCHOR or len(text_) > 60:
            raise Invalid(fields={"exceptions": T(f"「{text_}」应为 2～60 个字", f"{text_!r}: 2 to 60 characters")})
        if held := next((one for one in rule.match if fold(text_) in fold(one)), None):
            raise Invalid(
                fields={
                    "exceptions": T(
                        f"例外「{text_}」会放过这条规则自带的违规例句「{held}」，请写得更具体",
                        f"The exception {text_!r} would let the rule's own example {held!r} pass; be more specific",
                    )
                },
                code="example_failed",
            )
    return tidy


def for_trial(one: ShopRule) -> Engine:
    """An engine of this rule alone, for the preview: examples and dates do not count yet, words and patterns do."""
    lists = {name: tidied(getattr(one, name)) for name in ("phrases", "patterns", "unless")}
    tidy = one.model_copy(update={**lists, "id": "shop.new", "valid_from": None, "valid_to": None})
    wrong = {name: text for name, text in _form_problems(tidy).items() if name in ("phrases", "unless", "platforms")}
    if wrong:
        raise Invalid(fields=wrong)
    return Engine([as_rule(tidy)])
