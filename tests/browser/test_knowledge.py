"""An article's way: written, reviewed by another, published, found as one types, inserted beside a talk, judged; and the
help centre that hands over what was read."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import TMALL, confirms, opens_chat, opens_conversation, says, word

pytestmark = pytest.mark.browser
BUYERS_TOO = "买家可见（帮助中心）"


def writes(page: Page, title: str, answer: str) -> None:
    """A new article, from an empty form to review."""
    page.get_by_test_id("knowledge-new").click()
    page.get_by_test_id("edit-title").fill(title)
    page.get_by_test_id("edit-body").fill(answer)
    page.get_by_test_id("edit-facts").click()
    page.get_by_test_id("edit-category").click()
    page.get_by_role("option", name="商品知识").click()
    page.locator("label.el-radio-button").filter(has_text=BUYERS_TOO).click()  # else nobody offers it to a buyer
    page.get_by_test_id("edit-submit").click()


def test_written_reviewed_published_found_inserted_judged(people: Any) -> None:
    name = word()
    title, answer = f"{name}雨衣怎么收纳", f"{name}雨衣先晾干再卷起来，别折着放。"
    author = people.staff("supervisor", "/knowledge")
    writes(author, title, answer)
    expect(author.get_by_test_id("draft-card")).to_contain_text("待审核")

    inspector = people.staff("inspector", "/knowledge?tab=review")
    inspector.get_by_test_id("work-line").filter(has_text=title).click()
    inspector.get_by_test_id("draft-verb-publish").click()
    confirms(inspector)
    expect(inspector.get_by_test_id("draft-card")).to_have_count(0)

    agent = people.staff("owner", "/knowledge")
    agent.get_by_test_id("knowledge-search").fill(f"{name}雨衣收纳")
    hit = agent.get_by_test_id("search-hit").filter(has_text=title)
    expect(hit).to_be_visible()
    hit.click()
    agent.get_by_test_id("rate-yes").click()
    expect(agent.get_by_test_id("rate-yes")).to_contain_text("1")

    question = f"请问{name}雨衣怎么收纳呀"
    buyer = people.buyer(TMALL)
    opens_chat(buyer)
    says(buyer, question)
    agent.goto("/workbench")
    opens_conversation(agent, question)
    agent.get_by_test_id("take").click()
    expect(agent.get_by_test_id("assist-chip").first).to_contain_text(title)
    agent.get_by_test_id("assist-open").click()
    agent.get_by_test_id("assist-yes").first.click()
    agent.get_by_test_id("assist-open").click()
    agent.keyboard.press("Alt+1")
    expect(agent.get_by_test_id("composer")).to_have_value(answer)


def test_the_help_centre_finds_and_hands_over_what_was_read(people: Any) -> None:
    buyer = people.visitor(f"/help/{TMALL}", 390, 844)
    buyer.get_by_role("searchbox").fill("退货运费谁付")
    buyer.keyboard.press("Enter")
    buyer.locator(".lines a").filter(has_text="运费").first.click()
    read = buyer.locator("h1").inner_text()
    buyer.locator(".helped button").first.click()
    expect(buyer.locator("#thanks")).to_contain_text("谢谢")
    assert buyer.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling on a phone"

    opens_chat(buyer)
    question = f"还是想问问运费 {word()}"
    says(buyer, question)
    agent = people.staff("supervisor")
    opens_conversation(agent, question)
    expect(agent.get_by_test_id("read-before")).to_contain_text(read)
