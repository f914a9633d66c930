"""The first look of the engine: telling words, remembered levels, words read once. None of it may change a verdict."""

import random
from dataclasses import replace

import ahocorasick
import pytest

from xiaoer.guard import engine, packs
from xiaoer.guard.commands import context_of
from xiaoer.guard.learning import rows
from xiaoer.guard.rules import Context
from xiaoer.guard.telling import telling_words


def test_with_and_without_the_first_look_the_verdict_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part of every rule is tried on labelled texts, torn and joined ones; nothing more is found.

    But for patterns whose author names the telling words (anchors), because none can be read off them.
    """
    dice, quick = random.Random(5), packs.shipped()
    said = [(row["text"], context_of(row, row["platform"])) for row in rows(held=True)]
    cases = dice.sample(said, 60)
    for _ in range(30):
        (one, context), (other, _), (before, _) = dice.sample(said, 3)
        text = one[: dice.randrange(len(one) + 1)] + other[dice.randrange(len(other) + 1) :]
        cases.append((text[: dice.choice((8, 12, 90))], replace(context, history=(before[:9], before[-3:]))))
    found = [quick.check(*case) for case in cases]
    assert {verdict.verdict for verdict in found} >= {"allow", "warn", "block"}

    def everybody(words: ahocorasick.Automaton, tight: str) -> dict[int, set[int]]:
        if words is not quick.words:
            return first_look(words, tight)
        found = first_look(words, tight)
        for place, rule in enumerate(quick.rules):
            if rule.kind not in ("pair", "fact"):
                by_words = {n for n, telling in enumerate(rule.telling) if telling != rule.anchors}
                found[place] = found.get(place, set()) | by_words
        return found

    first_look = engine._owners
    monkeypatch.setattr(engine, "_owners", everybody)
    assert [quick.check(*case) for case in cases] == found


def test_telling_words_are_the_rare_ones() -> None:
    """您 stands in every second sentence; what it is said together with does not."""
    words = telling_words("(?:您|你)的?(?:单子|订单)[^,]{0,6}(?:关|取消)")
    assert words == {"您单子", "您的单子", "您订单", "您的订单", "你单子", "你的单子", "你订单", "你的订单"}
    assert telling_words("(?:打|收拾)(?:您|你)") == {"打您", "打你", "收拾您", "收拾你"}
    assert telling_words("今天,?就?发") == {"今天发", "今天就发"}
    assert telling_words("[0-9]{3}") == frozenset("0123456789")
    assert telling_words(".{2,5}") is None and telling_words("(?:好评)?") is None


def test_levels_are_remembered_by_what_decides_them() -> None:
    text = "这款支持货到付款的亲"
    plain, cod = Context(platform="tmall"), Context(platform="tmall", switches=frozenset({"cod"}))
    before = packs.check(text, plain)
    assert packs.check(text, cod) != before and packs.check(text, plain) == before
    assert hash(replace(plain, levels={"pay.cod": "log"})) == hash(plain)  # a lookup table may keep a context
