"""What people do in several tests: a buyer opens the chat, a colleague opens a conversation, the API is asked as she is."""

import io
import json
import re
import secrets
from datetime import UTC, datetime
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

TMALL = "quanquan-tmall"


def word() -> str:
    """A few letters that no other run has written."""
    return secrets.token_hex(4)


def ask(page: Page, path: str, **query: Any) -> Any:
    """GET as the one who is signed in on this page."""
    answer = page.request.get(path, params=query)
    assert answer.ok, f"{path}: {answer.status} {answer.text()[:300]}"
    return answer.json()


def post(page: Page, path: str, data: Any, status: int = 200) -> Any:
    """POST as the one who is signed in on this page, with her CSRF token."""
    cookies = {one.get("name"): one.get("value", "") for one in page.context.cookies()}
    headers = {"X-CSRFToken": cookies.get("csrftoken", ""), "Content-Type": "application/json"}
    answer = page.request.post(path, data=json.dumps(data), headers=headers)
    assert answer.status == status, f"{path}: {answer.status} {answer.text()[:300]}"
    return answer.json()


def shop_id(page: Page, slug: str = TMALL) -> int:
    shops = ask(page, "/api/session")["viewer"]["shops"]
    return next(int(one["id"]) for one in shops if one["slug"] == slug)


def when(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def now(page: Page) -> datetime:
    """The shop's clock, which the demo may have moved."""
    return when(ask(page, "/api/session")["now"])


def picture(colour: tuple[int, int, int] = (158, 52, 44)) -> Any:
    """A small photo, as a file that a file field takes."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "PNG")
    return {"name": "实拍.png", "mimeType": "image/png", "buffer": out.getvalue()}


def opens_chat(buyer: Page) -> Locator:
    """The bubble is opened; the box that comes."""
    buyer.get_by_test_id("open-chat").click()
    box = buyer.locator("#xiaoer-widget .box")
    expect(box).to_be_visible()
    return box


def says(buyer: Page, text: str) -> None:
    """She writes, and what she wrote stands there as sent."""
    buyer.get_by_test_id("say").fill(text)
    buyer.get_by_test_id("say").press("Enter")
    expect(bubble(buyer, text)).to_be_visible()
    expect(buyer.locator(".fail")).to_have_count(0)


def bubble(buyer: Page, text: str) -> Locator:
    return buyer.locator("#xiaoer-widget .m").filter(has_text=text)


def opens_conversation(agent: Page, text: str) -> int:
    """The row whose last words are `text` is found in the box of all, and opened; its number."""
    agent.get_by_test_id("box-all").click()
    agent.get_by_test_id("conversation-row").filter(has_text=text).click()
    agent.wait_for_url(re.compile(r"/workbench/\d+"))
    expect(message(agent, text)).to_be_visible()
    return int(agent.url.rstrip("/").rsplit("/", 1)[1].split("?")[0])


def message(agent: Page, text: str) -> Locator:
    """A message in the middle of the workbench."""
    return agent.get_by_test_id("message").filter(has_text=text)


def answers(agent: Page, text: str) -> None:
    agent.get_by_test_id("composer").fill(text)
    agent.get_by_test_id("send").click()
    expect(message(agent, text)).to_be_visible()
    expect(agent.get_by_test_id("composer")).to_have_value("")


def proves(buyer: Page, order_no: str, phone_tail: str) -> Locator:
    """She shows that the order is hers; the order's card."""
    buyer.get_by_test_id("tab-orders").click()
    buyer.get_by_test_id("order-no").fill(order_no)
    buyer.get_by_test_id("phone-tail").fill(phone_tail)
    buyer.get_by_test_id("prove").click()
    card = buyer.get_by_test_id("order").filter(has_text=order_no)
    expect(card).to_be_visible()
    return card


def confirms(page: Page) -> None:
    """The dialog with a step's form is sent as it stands."""
    dialog = page.get_by_role("dialog").filter(has=page.locator("form.schema-form"))
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_be_hidden()
