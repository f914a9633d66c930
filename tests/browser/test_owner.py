"""A new shop and a new colleague: she opens her invitation in a browser of her own and sees that shop, and no other."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import ask, word

pytestmark = pytest.mark.browser
SECRET = "qing-chen-2026"


def opens_shop(owner: Page, name: str, slug: str) -> int:
    owner.get_by_role("button", name="新建店铺").click()
    owner.get_by_label("店铺名称").fill(name)
    owner.get_by_label("网址名").fill(slug)
    owner.get_by_label("客服电话").fill("0571-88880300")
    owner.get_by_label("收件人").fill("晴晨家仓库")
    owner.get_by_label("电话", exact=True).fill("0571-88880301")
    owner.get_by_label("地址", exact=False).last.fill("浙江省杭州市临平区星桥街道 9 号")
    owner.locator("footer button[type=submit]").click()
    owner.wait_for_url(re.compile(r"/settings/shops/\d+$"))
    expect(owner.get_by_role("heading", name=name)).to_be_visible()
    return int(owner.url.rsplit("/", 1)[1])


def invites(owner: Page, shop: str, name: str, username: str) -> str:
    """The owner invites a pre-sales agent into the new shop; the link."""
    owner.goto("/settings/staff")
    owner.locator(".el-select.pick").click()
    owner.get_by_role("option", name=shop).click()
    expect(owner.locator("tr.data")).to_have_count(1)
    owner.get_by_role("button", name="邀请同事").click()
    dialog = owner.get_by_role("dialog")
    dialog.get_by_label("姓名").fill(name)
    dialog.get_by_label("用户名").fill(username)
    dialog.locator("label.el-checkbox").filter(has_text="售前客服").click()
    dialog.get_by_role("button", name="生成邀请链接").click()
    link = dialog.locator("code").inner_text()
    expect(owner.locator("section.invites tr.data").filter(has_text=username)).to_have_count(1)
    return link


def test_a_new_colleague_sees_her_shop_and_no_other(people: Any) -> None:
    mark = word()
    shop, username = f"晴晨家 {mark}", f"xiaoqing-{mark}"
    owner = people.staff("owner", "/settings/shops")
    number = opens_shop(owner, shop, f"qingchen-{mark}")
    link = invites(owner, shop, "小晴", username)

    fresh = people.visitor(link)
    expect(fresh.get_by_role("heading", name="小晴，您好")).to_be_visible()
    expect(fresh.locator("main, body").first).to_contain_text(shop)
    passwords = fresh.locator("input[type=password]")
    passwords.nth(0).fill(SECRET)
    passwords.nth(1).fill(SECRET)
    fresh.get_by_role("button", name="加入并登录").click()
    fresh.wait_for_url(re.compile(r"/workbench"))
    expect(fresh.get_by_test_id("box-all")).to_be_visible()

    assert [one["id"] for one in ask(fresh, "/api/session")["viewer"]["shops"]] == [number]
    assert [one["id"] for one in ask(fresh, "/api/shops")["items"]] in ([number], [])
    assert ask(fresh, "/api/orders")["items"] == []
    assert ask(fresh, "/api/conversations", box="all")["items"] == []
    elsewhere = ask(owner, "/api/orders", limit=1)["items"][0]
    assert fresh.request.get(f"/api/orders/{elsewhere['id']}").status == 404
    expect(fresh.get_by_role("button", name="店铺", exact=True)).to_contain_text(shop)
    expect(fresh.locator("nav.rail")).not_to_contain_text("店铺设置")

    again = people.visitor(link)
    expect(again.get_by_text("邀请不可用")).to_be_visible()
    expect(owner.locator("tr.data").filter(has_text=username).first).to_be_visible()
