"""Pre-sales stops an order while the warehouse packs it: two browsers, exactly one winner, both screens say so."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import ask, post, shop_id, word

pytestmark = pytest.mark.browser

CLICK_AT = """([at, name]) => setTimeout(
    () => document.querySelector(`[data-testid="${name}"]`).click(), at - Date.now())"""
"""Both browsers run on one machine and read one clock: each clicks by itself at the same millisecond."""


def paid_orders(page: Page, count: int) -> list[dict[str, Any]]:
    rows = ask(page, "/api/print/orders", list="unprinted", shop=shop_id(page), limit=100)["items"]
    free = [row for row in rows if not row["hold"] and not row["flag"]]
    assert len(free) >= count, "the demo has too few orders to print"
    return list(free[-count:])


def printed(page: Page, order: dict[str, Any]) -> dict[str, Any]:
    post(page, f"/api/orders/{order['id']}/fulfilment", {"to": "printed"})
    return order


def ready_to_stop(agent: Page, order: dict[str, Any], why: str) -> None:
    agent.goto(f"/orders/{order['id']}")
    agent.get_by_test_id("stop-order").click()
    agent.get_by_test_id("stop-reason").fill(why)
    expect(agent.get_by_test_id("stop-now")).to_be_enabled()


def ready_to_pack(keeper: Page, order: dict[str, Any]) -> None:
    keeper.keyboard.type(order["order_no"])
    keeper.keyboard.press("Enter")
    expect(keeper.get_by_test_id("big-order")).to_have_attribute("data-order", str(order["id"]))
    expect(keeper.get_by_test_id("take-step")).to_be_enabled()


def desk(people: Any) -> Page:
    keeper: Page = people.staff("warehouse", "/print")
    expect(keeper.get_by_test_id("urgent-lane")).to_be_visible()
    keeper.get_by_test_id("mode-look").click()  # a scan only shows; the step is taken by the button
    return keeper


def test_stop_and_pack_at_the_same_moment(people: Any) -> None:
    keeper = desk(people)
    agent = people.staff("quanquan")
    for order in paid_orders(keeper, 3):
        why = f"买家不要了 {word()}"
        ready_to_stop(agent, printed(keeper, order), why)
        ready_to_pack(keeper, order)
        at = keeper.evaluate("Date.now()") + 700
        for page, button in ((agent, "stop-now"), (keeper, "take-step")):
            page.evaluate(CLICK_AT, [at, button])
        settled = agent.get_by_test_id("open-hold").or_(agent.get_by_test_id("stop-refused"))
        expect(settled.first).to_be_visible()
        now = ask(keeper, f"/api/print/orders/{order['id']}")
        stopped, packed = now["hold"] == "stop", now["fulfilment"] == "packed"
        assert stopped != packed, now
        if stopped:
            expect(agent.get_by_test_id("open-hold")).to_contain_text(why)
            expect(keeper.get_by_test_id("refused")).to_contain_text(why)
            expect(keeper.get_by_test_id("verdict")).to_contain_text("不要发货")
            expect(keeper.get_by_test_id(f"urgent-{order['id']}")).to_contain_text(why)
        else:
            expect(agent.get_by_test_id("stop-refused")).to_contain_text("已打包")
            expect(agent.get_by_test_id("open-hold")).to_have_count(0)
            expect(keeper.get_by_test_id("verdict")).to_contain_text("已打包")


def test_a_stop_is_on_the_packing_screen_at_once_and_the_void_comes_back(people: Any) -> None:
    keeper = desk(people)
    agent = people.staff("quanquan")
    order = printed(keeper, paid_orders(keeper, 1)[0])
    why = f"买家拍错了 {word()}"
    ready_to_stop(agent, order, why)
    ready_to_pack(keeper, order)
    agent.get_by_test_id("stop-now").click()
    expect(keeper.get_by_test_id(f"urgent-{order['id']}")).to_contain_text(why)  # nobody reloads
    expect(keeper.get_by_test_id("verdict")).to_contain_text("不要发货")
    expect(keeper.get_by_test_id("take-step")).to_have_count(0)
    lane = keeper.get_by_test_id(f"urgent-{order['id']}")
    lane.get_by_test_id("confirm-void").click()
    keeper.locator(".el-message-box__btns .el-button--primary").click()
    expect(lane).to_have_count(0)
    expect(keeper.get_by_test_id("verdict")).to_contain_text("已作废")
    expect(agent.get_by_test_id("hold-card")).to_have_count(0)  # void: nothing left to stop
