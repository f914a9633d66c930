"""A shop's keeper writes goods, a size table and a freight template by hand, and agents can use them at once."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.browser.steps import ask, shop_id, word

pytestmark = pytest.mark.browser


def test_goods_sizes_and_freight_by_hand(people: Any) -> None:
    mark = word()
    owner = people.staff("owner", "/goods")
    owner.get_by_test_id("goods-new").click()
    owner.get_by_test_id("goods-save").click()
    expect(owner.get_by_test_id("goods-form").get_by_role("alert").first).to_be_visible()  # no code, no title
    owner.get_by_test_id("goods-code").fill(f"W{mark}")
    owner.get_by_test_id("goods-title").fill(f"圈圈家 羊绒围巾 {mark}")
    owner.get_by_test_id("sku-add").click()
    for place, text in enumerate(("驼色", "均码", "129.9")):
        owner.locator(".look input").nth(place).fill(text)
    owner.get_by_test_id("goods-save").click()
    owner.wait_for_url(re.compile(r"/goods/\d+$"))
    goods = ask(owner, f"/api/goods/{owner.url.rsplit('/', 1)[1]}")
    assert [(one["code"], one["price_fen"]) for one in goods["looks"]] == [(f"W{mark}-驼色-均码", 12990)]

    owner.get_by_role("tab").nth(1).click()
    owner.get_by_test_id("size-new").click()
    table = owner.get_by_test_id("size-table-form")
    table.get_by_label("尺码表名称").fill(f"围巾 {mark}")
    numbers = table.locator(".grid:not(.head)").first.locator("input")
    for place, text in enumerate(("均码", "", "150", "175", "40", "70", "80", "100")):
        numbers.nth(place).fill(text)
    for _ in range(2):
        table.locator(".grid:not(.head)").last.get_by_role("button", name="删除").click()
    owner.get_by_test_id("size-table-save").click()
    expect(table).to_have_count(0)
    tables = ask(owner, "/api/size-tables", shop=shop_id(owner))["items"]
    made = next(one for one in tables if one["name"] == f"围巾 {mark}")
    assert made["rows"] == [{"size": "均码", "label": "", "height": [150, 175], "weight": [40, 70], "bust": [80, 100]}]

    owner.goto("/promotions")
    owner.get_by_test_id("freight-new").click()
    form = owner.get_by_test_id("freight-form")
    owner.get_by_test_id("freight-name").fill(f"围巾运费 {mark}")
    form.get_by_placeholder("快递").fill("顺丰")
    form.locator(".money input").first.fill("12.5")
    owner.get_by_test_id("freight-save").click()
    expect(form).to_have_count(0)
    expect(owner.locator(".card .head", has_text=f"围巾运费 {mark}")).to_be_visible()
    rows = ask(owner, "/api/freight-templates", shop=shop_id(owner))["items"]
    template = next(one for one in rows if one["name"] == f"围巾运费 {mark}")
    assert (template["rows"][0]["carrier"], template["rows"][0]["first_fen"]) == ("顺丰", 1250)


def test_customs_papers_of_an_order(people: Any) -> None:
    owner = people.staff("owner", "/orders")
    order = ask(owner, "/api/orders", shop=shop_id(owner))["items"][0]
    owner.goto(f"/orders/{order['id']}")
    owner.get_by_test_id("customs-open").click()
    dialog = owner.get_by_test_id("customs")
    expect(dialog.locator("li")).to_have_count(8)
    dialog.get_by_label("海关编码 HS code").fill("6117.10")
    with owner.expect_download() as download:
        owner.get_by_test_id("customs-invoice").click()
    assert download.value.suggested_filename == f"invoice-{order['order_no']}.xlsx"
    rows = CalamineWorkbook.from_path(str(download.value.path())).get_sheet_by_index(0).to_python()
    assert any("6117.10" in str(cell) for row in rows for cell in row)
