"""Two agents and a buyer: handed on, whispered to, reminded by the alarm, by keyboard alone, with a Chinese input method."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import (
    TMALL,
    answers,
    ask,
    bubble,
    message,
    opens_chat,
    opens_conversation,
    says,
    shop_id,
    word,
)

pytestmark = pytest.mark.browser

COMPOSING = """box => box.dispatchEvent(new KeyboardEvent('keydown',
    {key: 'Enter', code: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"""
"""Enter while the input method still shows its candidates: it chooses a word and sends nothing."""


def taken(people: Any, question: str) -> tuple[Page, Page]:
    """A buyer who has written, and the supervisor who has taken her."""
    buyer = people.buyer(TMALL)
    opens_chat(buyer)
    boss = people.staff("supervisor")
    says(buyer, question)
    opens_conversation(boss, question)
    boss.get_by_test_id("take").click()
    expect(boss.get_by_test_id("talk-agent")).to_have_text("林主管")
    return buyer, boss


def test_handed_on_whispered_to_and_answered(people: Any) -> None:
    question = f"大衣起球吗 {word()}"
    buyer, boss = taken(people, question)
    agent = people.staff("quanquan")
    her_id = next(one["id"] for one in ask(boss, "/api/agents", shop=shop_id(boss))["items"] if one["name"] == "圈圈")
    why = f"老客户，问面料 {word()}"
    boss.get_by_test_id("transfer").click()
    boss.get_by_test_id(f"to-agent-{her_id}").check(force=True)
    boss.get_by_test_id("transfer-note").fill(why)
    boss.get_by_test_id("transfer-submit").click()
    expect(boss.get_by_test_id("talk-agent")).to_have_text("圈圈")

    opens_conversation(agent, question)
    expect(message(agent, why)).to_have_attribute("data-kind", "note")
    secret = f"先给她看面料图 {word()}"
    boss.get_by_test_id("talk-more").click()
    boss.get_by_test_id("more-whisper").click()
    boss.get_by_test_id("whisper-text").fill(secret)
    boss.get_by_test_id("more-save").click()
    expect(agent.get_by_test_id("whispers")).to_contain_text(secret)

    answer = f"亲，羊毛大衣正常穿着不易起球 {word()}"
    answers(agent, answer)
    expect(bubble(buyer, answer)).to_contain_text("圈圈")
    buyer.reload()
    opens_chat(buyer)
    expect(bubble(buyer, answer)).to_be_visible()
    for hidden in (why, secret):
        expect(bubble(buyer, hidden)).to_have_count(0)


def test_enter_of_an_input_method_sends_nothing(people: Any) -> None:
    buyer, boss = taken(people, f"有小码吗 {word()}")
    text = f"有的亲 {word()}"
    composer = boss.get_by_test_id("composer")
    composer.fill(text)
    composer.evaluate(COMPOSING)
    expect(composer).to_have_value(text)
    expect(message(boss, text)).to_have_count(0)
    composer.press("Enter")
    expect(bubble(buyer, text)).to_be_visible()

    said = f"好的谢谢 {word()}"
    buyer.get_by_test_id("say").fill(said)
    buyer.get_by_test_id("say").evaluate(COMPOSING)
    expect(bubble(buyer, said)).to_have_count(0)
    buyer.get_by_test_id("say").press("Enter")
    expect(message(boss, said)).to_be_visible()


def test_the_alarm_leads_to_who_waits_longest(people: Any) -> None:
    """The demo shop has buyers who wait longer than the limit: one banner, each press goes to the oldest."""
    agent = people.staff("supervisor")
    alarm = agent.get_by_test_id("alarm")
    expect(alarm).to_be_visible()
    alarm.click()
    expect(agent.get_by_test_id("talk-agent").or_(agent.get_by_test_id("take")).first).to_be_visible()
    opened = int(agent.url.rstrip("/").rsplit("/", 1)[1].split("?")[0])
    waiting = [
        one
        for box in ("open", "queue")
        for one in ask(agent, "/api/conversations", box=box, limit=100)["items"]
        if one["waiting_since"]
    ]
    assert opened == min(waiting, key=lambda one: one["waiting_since"])["id"]


def test_by_keyboard_alone(people: Any) -> None:
    """Down the list, into the composer, answered: no mouse."""
    question = f"今天能发吗 {word()}"
    buyer, boss = taken(people, question)
    boss.get_by_test_id("composer").press("Escape")
    boss.keyboard.press("Alt+j")
    boss.keyboard.press("Alt+k")
    expect(message(boss, question)).to_be_visible()
    boss.get_by_test_id("composer").focus()
    text = f"我帮您催一下亲 {word()}"
    boss.keyboard.insert_text(text)
    boss.keyboard.press("Enter")
    expect(bubble(buyer, text)).to_be_visible()
