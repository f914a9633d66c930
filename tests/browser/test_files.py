"""Pictures and files from both sides: thumbnails, full view, a PDF as a download, hidden signs, what is kept without a line."""

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.steps import TMALL, bubble, message, opens_chat, opens_conversation, says, word

pytestmark = pytest.mark.browser
PDF = b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def photo(colour: str, name: str) -> Any:
    out = io.BytesIO()
    Image.new("RGB", (1000, 800), colour).save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def paper(name: str = "购买凭证.pdf") -> Any:
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture
def talk(people: Any) -> tuple[Page, Page, str]:
    """A buyer who has written, and the supervisor who has taken her."""
    question = f"衣服有问题，给您发照片 {word()}"
    buyer = people.buyer(TMALL)
    opens_chat(buyer)
    says(buyer, question)
    agent = people.staff("supervisor")
    opens_conversation(agent, question)
    agent.get_by_test_id("take").click()
    expect(agent.get_by_test_id("talk-agent")).to_have_text("林主管")
    return buyer, agent, question


def test_two_pictures_and_a_pdf_reach_the_agent(talk: tuple[Page, Page, str]) -> None:
    buyer, agent, _ = talk
    buyer.get_by_test_id("picture").set_input_files([photo("crimson", "一.jpg"), photo("navy", "二.jpg")])
    expect(buyer.locator("#xiaoer-widget .m.me .pic")).to_have_count(2)
    buyer.get_by_test_id("picture").set_input_files(paper())
    expect(buyer.locator("#xiaoer-widget a.chip")).to_contain_text("购买凭证.pdf")

    small = agent.locator("[data-testid=message][data-kind=image] img")
    expect(small).to_have_count(2)
    agent.wait_for_function("image => image.complete && image.naturalWidth === 480", arg=small.first.element_handle())
    small.first.click()
    full = agent.locator(".el-image-viewer__img").first
    expect(full).to_be_visible()
    agent.wait_for_function("image => image.complete && image.naturalWidth === 1000", arg=full.element_handle())
    agent.keyboard.press("Escape")

    chip = agent.locator("[data-testid=message][data-kind=file] [data-testid=file-chip]")
    expect(chip).to_contain_text("购买凭证.pdf")
    with agent.expect_download() as fetched:
        chip.click()
    assert fetched.value.suggested_filename == "购买凭证.pdf" and fetched.value.path().read_bytes() == PDF


def test_what_is_no_file_of_ours_is_refused_with_the_reason(talk: tuple[Page, Page, str]) -> None:
    buyer, agent, _ = talk
    program = {"name": "安装.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\x00" + bytes(200)}
    buyer.get_by_test_id("picture").set_input_files([program, photo("teal", "好.jpg")])
    expect(buyer.locator("#xiaoer-widget [role=alert]").filter(has_text="安装.exe")).to_contain_text("不支持这种文件")
    expect(buyer.locator("#xiaoer-widget .m.me .pic")).to_have_count(1)
    expect(agent.locator("[data-testid=message][data-kind=image] img")).to_have_count(1)


def test_an_agent_sends_several_at_once_and_takes_one_out(talk: tuple[Page, Page, str]) -> None:
    buyer, agent, _ = talk
    agent.get_by_test_id("picture").set_input_files([photo("olive", "甲.jpg"), paper("尺码表.pdf"), paper("多余.pdf")])
    tray = agent.get_by_test_id("tray").locator("li")
    expect(tray).to_have_count(3)
    tray.last.get_by_role("button").last.click()
    expect(tray).to_have_count(2)
    expect(agent.get_by_test_id("send")).to_be_enabled()
    agent.get_by_test_id("send").click()
    theirs = buyer.locator("#xiaoer-widget .m:not(.me)")
    expect(theirs.locator("a.chip")).to_contain_text("尺码表.pdf")
    theirs.locator(".pic").click()
    expect(buyer.get_by_test_id("viewer").locator("img")).to_be_visible()
    buyer.keyboard.press("Escape")
    expect(buyer.get_by_test_id("viewer")).to_have_count(0)
    expect(buyer.get_by_test_id("say")).to_be_visible()


def test_hidden_signs_are_marked_and_links_ask_first(talk: tuple[Page, Page, str]) -> None:
    buyer, agent, _ = talk
    tag = word()
    says(buyer, f"{tag} 微\u200b信付\u202e款 https://pay.example/x")
    said = message(agent, tag)
    expect(said.get_by_test_id("hidden-sign")).to_have_count(2)
    said.get_by_test_id("link").click()
    expect(agent.get_by_test_id("link-host")).to_have_text("pay.example")
    assert len(agent.context.pages) == 1


def test_what_was_said_without_a_line_goes_out_once_later(talk: tuple[Page, Page, str]) -> None:
    buyer, agent, _ = talk
    lost = f"地铁里没信号 {word()}"
    buyer.context.set_offline(True)
    buyer.get_by_test_id("say").fill(lost)
    buyer.get_by_test_id("say").press("Enter")
    expect(bubble(buyer, lost)).to_contain_text("等待网络恢复")
    buyer.context.set_offline(False)
    buyer.reload()
    opens_chat(buyer)
    expect(message(agent, lost)).to_have_count(1)
    expect(bubble(buyer, lost)).to_have_count(1)
    expect(bubble(buyer, lost)).not_to_have_class("wait")
