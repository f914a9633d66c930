"""Every place of the navigation, wide and narrow, in both languages, light and dark: nothing broken, nothing untranslated.

That both languages have the same words is a test of the web's own (`words.test.ts`). So each walk takes every second
page, in its own language and theme, and makes each wide window narrow in place; all of them in every dress takes minutes
(`XIAOER_TEST_PROFILE=slow`).
"""

import os
import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser.steps import ask

pytestmark = pytest.mark.browser
UNTRANSLATED = r"^[a-z]+\.[a-zA-Z.]+$"
WORDS_SHOWN = """(pattern) => {
    const untranslated = new RegExp(pattern), found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim(), place = walker.currentNode.parentElement
        if (untranslated.test(text) && !place.closest('.mono, code, script, style')) found.push(text)
    }
    for (const one of document.querySelectorAll('[title], [placeholder], [aria-label]'))
        for (const name of ['title', 'placeholder', 'aria-label'])
            if (untranslated.test(one.getAttribute(name) ?? '')) found.push(`${name}=${one.getAttribute(name)}`)
    return found
}"""
TOO_WIDE = """() => ['html', '#page'].filter((one) => {
    const box = document.querySelector(one)
    return box && box.scrollWidth > box.clientWidth + 1
})"""


WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SLOW = os.environ.get("XIAOER_TEST_PROFILE") == "slow"


@dataclass(frozen=True)
class Look:
    language: str
    theme: str
    every: slice


LOOKS = [Look("en", "dark", slice(0, None, 1 if SLOW else 2)), Look("zh-CN", "light", slice(1, None, 1 if SLOW else 2))]
"""Chinese comes after English: the language is kept with the person, and the other tests read Chinese."""


def records(page: Page) -> list[str]:
    """One page of each kind of record."""
    case = ask(page, "/api/cases", desk="all", limit=1)["items"][0]
    order = ask(page, "/api/orders", limit=1)["items"][0]
    talk = ask(page, "/api/conversations", box="all", limit=1)["items"][0]
    shop = ask(page, "/api/session")["viewer"]["shops"][0]
    return [
        f"/workbench/{talk['id']}",
        f"/orders/{order['id']}",
        f"/cases/{case['flow']}/{case['id']}",
        f"/settings/shops/{shop['id']}",
    ]


def goes_to(page: Page, path: str) -> None:
    """By the rail where it stands, else by the address; until the page has its data."""
    link = page.locator(f'nav.rail a.place[href="{path}"]')
    if link.count() and link.is_visible():
        link.click()
        page.wait_for_url(re.compile(re.escape(path)))
    else:
        page.goto(path)
    expect(page.locator("#page")).not_to_be_empty()
    expect(page.locator("#page .skeleton")).to_have_count(0)


def comes_in(people: Any, look: Look, said: list[str]) -> Page:
    """The owner signs in with this language and theme; what the console says is written down."""
    page: Page = people.visitor("/login", **WIDE)

    def listen(line: ConsoleMessage) -> None:
        if line.type == "error" and not ("/login" in page.url and "401" in line.text):
            said.append(f"{page.url}: {line.text} {line.location.get('url', '')}")

    expect(page.get_by_test_id("username")).to_be_visible()  # the page has chosen its own language by now
    page.evaluate(
        """([lang, theme]) => {
            localStorage['xiaoer.lang'] = lang
            localStorage['xiaoer.theme'] = theme
            localStorage['xiaoer.rail.folded'] = ''
        }""",
        [look.language, look.theme],
    )
    page.on("console", listen)
    page.reload()
    people.signs_in(page, "owner")
    expect(page.locator("html")).to_have_attribute("lang", look.language)
    expect(page.locator("html.dark")).to_have_count(1 if look.theme == "dark" else 0)
    return page


@pytest.mark.parametrize("look", LOOKS, ids=lambda one: f"{one.language}-{one.theme}")
def test_every_page_is_whole(people: Any, look: Look) -> None:
    wrong: list[str] = []
    page = comes_in(people, look, wrong)
    rail = page.locator("nav.rail a.place").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert len(rail) >= 12, rail
    for path in [*rail, *records(page)][look.every]:
        goes_to(page, path)
        wrong += [f"{path}: {key}" for key in page.evaluate(WORDS_SHOWN, UNTRANSLATED)]
        page.set_viewport_size(NARROW)
        expect(page.locator("nav.rail")).to_be_hidden()
        wrong += [f"{path} at 390: {key}" for key in page.evaluate(WORDS_SHOWN, UNTRANSLATED)]
        wrong += [f"{path}: {box} scrolls sideways" for box in page.evaluate(TOO_WIDE)]
        page.set_viewport_size(WIDE)
    assert wrong == []
