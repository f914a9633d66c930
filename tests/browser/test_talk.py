"""A conversation from both sides: greeting, answer, note, quick reply, guard, picture, end, rating; all of it live."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import TMALL, answers, bubble, message, opens_chat, opens_conversation, picture, says, word

pytestmark = pytest.mark.browser


@pytest.fixture
def talk(people: Any) -> tuple[Page, Page, str]:
    """A buyer who has written, and the supervisor who has taken her."""
    question = f"请问这件大衣有货吗 {word()}"
    buyer = people.buyer(TMALL)
    box = opens_chat(buyer)
    expect(box).to_contain_text("欢迎光临圈圈家旗舰店")
    agent = people.staff("supervisor")
    says(buyer, question)
    opens_conversation(agent, question)
    agent.get_by_test_id("take").click()
    expect(agent.get_by_test_id("talk-agent")).to_have_text("林主管")
    return buyer, agent, question


def test_two_colleagues_and_the_buyer_see_everything_at_once(people: Any, talk: tuple[Page, Page, str]) -> None:
    buyer, agent, question = talk
    colleague = people.staff("owner")
    opens_conversation(colleague, question)

    answer = f"有的亲，正红 M 码现货 {word()}"
    answers(agent, answer)
    expect(bubble(buyer, answer)).to_contain_text("林主管")
    expect(message(colleague, answer)).to_be_visible()

    more = f"那我今天拍 {word()}"
    says(buyer, more)
    expect(message(agent, more)).to_be_visible()
    expect(message(colleague, more)).to_be_visible()


def test_a_note_stays_in_the_house(people: Any, talk: tuple[Page, Page, str]) -> None:
    buyer, agent, question = talk
    colleague = people.staff("owner")
    opens_conversation(colleague, question)

    secret = f"这位是老客户，别催 {word()}"
    agent.get_by_test_id("note-toggle").click()
    answers(agent, secret)
    expect(message(colleague, secret)).to_have_attribute("data-kind", "note")

    after = f"您慢慢看亲 {word()}"
    answers(agent, after)
    expect(bubble(buyer, after)).to_be_visible()
    expect(bubble(buyer, secret)).to_have_count(0)
    buyer.reload()
    opens_chat(buyer)
    expect(bubble(buyer, after)).to_be_visible()
    expect(bubble(buyer, secret)).to_have_count(0)


def test_a_slash_and_pinyin_put_a_quick_reply_in(talk: tuple[Page, Page, str]) -> None:
    buyer, agent, _ = talk
    composer = agent.get_by_test_id("composer")
    composer.press_sequentially("/huanying")
    expect(agent.get_by_test_id("quick-reply-item").first).to_contain_text("欢迎语")
    composer.press("Enter")
    expect(composer).to_have_value("您好，我是圈圈家旗舰店的客服林主管，感谢您的光临！请问有什么可以帮您？")
    expect(agent.get_by_test_id("quick-reply-item")).to_have_count(0)
    composer.press("Enter")
    expect(bubble(buyer, "客服林主管，感谢您的光临！")).to_be_visible()


def test_a_wechat_id_is_blocked_and_never_arrives(talk: tuple[Page, Page, str]) -> None:
    buyer, agent, _ = talk
    forbidden = f"亲加我微信 quan{word()} 聊"
    composer = agent.get_by_test_id("composer")
    composer.fill(forbidden)
    expect(agent.get_by_test_id("guard-hint")).to_be_visible()
    expect(agent.get_by_test_id("send")).to_be_disabled()
    composer.press("Enter")
    expect(composer).to_have_value(forbidden)

    allowed = f"我们就在这里聊哦亲 {word()}"
    answers(agent, allowed)
    expect(agent.get_by_test_id("guard-hint")).to_have_count(0)
    expect(bubble(buyer, allowed)).to_be_visible()
    expect(bubble(buyer, "微信")).to_have_count(0)
    expect(message(agent, "微信")).to_have_count(0)


def test_a_picture_the_end_and_a_rating(people: Any, talk: tuple[Page, Page, str]) -> None:
    buyer, agent, question = talk
    colleague = people.staff("owner")
    opens_conversation(colleague, question)

    buyer.get_by_test_id("picture").set_input_files(picture())
    expect(buyer.locator("#xiaoer-widget .m.me img")).to_be_visible()
    for page in (agent, colleague):
        shown = page.locator("[data-testid=message][data-kind=image] img")
        expect(shown).to_be_visible()
        page.wait_for_function("image => image.complete && image.naturalWidth === 320", arg=shown.element_handle())

    answers(agent, f"收到图片了亲，祝您购物愉快 {word()}")
    agent.get_by_test_id("close").click()
    agent.get_by_test_id("close-submit").click()
    expect(buyer.get_by_test_id("rating")).to_be_visible()
    buyer.get_by_test_id("rating").get_by_role("button", name="5", exact=True).click()
    expect(buyer.get_by_test_id("rating")).to_contain_text("★★★★★")
    expect(message(colleague, "★★★★★")).to_be_visible()
    expect(colleague.get_by_test_id("reopen")).to_be_visible()
