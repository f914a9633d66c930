"""What the ship promise lets an agent say is never what the guard stops (C01)."""

import tomllib
from pathlib import Path

import pytest

from xiaoer.guard.packs import check
from xiaoer.guard.rules import Context
from xiaoer.orders.promise_reads import answer_promise
from xiaoer.orders.tests import test_promise

CASES = tomllib.loads(Path(test_promise.__file__).with_name("promise_cases.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_the_ready_sentence_may_be_sent(case) -> None:
    said = answer_promise(test_promise.question(case))
    for text in (said["sentence"], said["phrase"]["zh"]):
        got = check(text, Context(platform=case["platform"]))
        assert got.verdict == "allow", (text, got.rules)


def test_what_taobao_may_say_is_stopped_on_tmall() -> None:
    said = answer_promise(test_promise.question(CASES[0]))["sentence"]
    assert check(said, Context(platform="tmall")).verdict == "block"
