"""What the ship promise lets an agent say is never what the guard stops (C01)."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from xiaoer.guard.packs import check
from xiaoer.guard.rules import Context
from xiaoer.kernel import clock
from xiaoer.kernel.testing import Cast
from xiaoer.orders.promise_reads import answer_promise
from xiaoer.orders.queries import ship_words
from xiaoer.orders.tests import test_promise
from xiaoer.people.queries import shop_facts

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


@pytest.mark.django_db
def test_after_the_cut_off_today_may_no_longer_be_said(cast: Cast) -> None:
    """On Taobao, 16:00:00 Beijing time (R064, R065)."""
    body = {"shop": cast.taobao.pk, "text": "现在付款的话今天就能发货的亲"}
    with clock.frozen(datetime(2026, 11, 11, 7, 59, 59, tzinfo=UTC)):
        assert cast.as_("quanquan").post("/api/guard/check", body)["verdict"] == "allow"
    at = datetime(2026, 11, 11, 8, tzinfo=UTC)
    sentence = ship_words(shop_facts(cast.taobao.pk), at=at, stock=True).sentence
    with clock.frozen(at):
        said = cast.as_("quanquan").post("/api/guard/check", body)
        ready = cast.as_("quanquan").post("/api/guard/check", {**body, "text": sentence.zh})
    assert said["verdict"] == "warn" and [rule["id"] for rule in said["rules"]] == ["promise.ship_today"]
    assert ready["verdict"] == "allow"
