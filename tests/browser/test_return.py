"""A return from the application to the money: buyer, agent, dock and finance, each on her own screen, live."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import TMALL, ask, confirms, now, opens_chat, picture, post, proves, shop_id, when, word

pytestmark = pytest.mark.browser


def signed_order(clerk: Page) -> dict[str, Any]:
    """A parcel that the buyer has signed for in these days: one line, no case yet; with its plain receiver."""
    shop, today = shop_id(clerk), now(clerk)
    query = {"shop": shop, "status": "shipped", "limit": 100}
    for row in ask(clerk, "/api/orders", **query)["items"]:
        lately = row["signed_at"] and today - when(row["signed_at"]) < timedelta(days=6)
        if lately and len(row["lines"]) == 1 and row["lines"][0]["category"] == "clothing" and not row["refunded_fen"]:
            if not ask(clerk, "/api/cases", shop=shop, desk="all", order=row["id"])["items"]:
                plain = post(clerk, f"/api/orders/{row['id']}/unmask", {"reason": "买家来电核对"})
                return {**row, "plain": plain}
    pytest.fail("no order fits any more: load the demo anew (make demo-reset)")


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def applies(buyer: Page, order: dict[str, Any], note: str) -> str:
    """The buyer asks for a return of the whole order without a reason; the case's number."""
    opens_chat(buyer)
    card = proves(buyer, order["order_no"], order["plain"]["receiver_phone"][-4:])
    card.get_by_test_id("apply").click()
    buyer.get_by_test_id("kind").select_option("return")
    buyer.get_by_test_id("reason").select_option("no_reason")
    buyer.get_by_test_id("amount").fill(yuan(order["lines"][0]["paid_fen"]))
    buyer.get_by_test_id("note").fill(note)
    buyer.get_by_test_id("photos").set_input_files(picture())
    expect(buyer.locator("#xiaoer-widget .ph img")).to_be_visible()
    buyer.get_by_test_id("submit").click()
    expect(buyer.get_by_test_id("case-state")).to_have_text("待卖家处理")
    return buyer.get_by_test_id("case-detail").locator("b").first.inner_text()


def finds_case(agent: Page, number: str) -> Locator:
    """The agent looks the case up by its number and opens it; the case's state."""
    agent.get_by_test_id("case-search").fill(number)
    agent.get_by_test_id("case-row").filter(has_text=number).click()
    agent.wait_for_url(re.compile(r"/cases/return/\d+"))
    return agent.get_by_test_id("case-state")


def posts_the_goods(buyer: Page, waybill: str) -> None:
    buyer.get_by_test_id("step-ship").click()
    form = buyer.get_by_test_id("case-detail").locator("form")
    form.locator("select[name=carrier]").select_option("zto")
    buyer.get_by_test_id("field-waybill").fill(waybill)
    buyer.get_by_test_id("confirm").click()


def receives_and_inspects(dock: Page, number: str, waybill: str) -> None:
    """The warehouse scans the parcel, counts, checks, and passes the goods."""
    dock.get_by_test_id("dock-scan").fill(waybill)
    dock.get_by_test_id("dock-scan").press("Enter")
    expect(dock.get_by_test_id("dock-case")).to_contain_text(number)
    dock.get_by_test_id("dock-all-fine").click()
    dock.get_by_test_id("dock-receive").click()
    expect(dock.get_by_test_id("dock-state")).to_have_text("仓库已收货")
    dock.get_by_test_id("dock-verdict-pass").click()
    dock.get_by_test_id("dock-inspect").click()
    expect(dock.get_by_test_id("dock-case")).to_have_count(0)


def pays(finance: Page, number: str) -> None:
    row = finance.get_by_test_id("refund-row").filter(has_text=number)
    row.get_by_test_id("refund-open").click()
    finance.get_by_test_id("refund-reference").fill(f"ALI{word()}")
    finance.get_by_test_id("refund-execute").click()
    expect(finance.get_by_test_id("refund-done").filter(has_text=number)).to_be_visible()
    expect(row).to_have_count(0)


def test_a_return_from_the_application_to_the_money(people: Any) -> None:
    buyer_words, waybill = f"颜色和想的不一样 {word()}", f"78{int(word(), 16):010d}"
    clerk = people.staff("clerk", "/orders")
    buyer = people.buyer(TMALL)
    number = applies(buyer, signed_order(clerk), buyer_words)
    told = buyer.get_by_test_id("case-state")

    agent = people.staff("anan", "/cases?desk=all")
    state = finds_case(agent, number)
    expect(state).to_have_text("待卖家处理")
    expect(agent.locator("#page")).to_contain_text(buyer_words)
    expect(agent.get_by_test_id("case-photos").locator("img")).to_have_count(1)
    expect(buyer.get_by_test_id("case-detail")).not_to_contain_text("乔司街道")
    agent.get_by_test_id("case-verb-approve").click()
    confirms(agent)
    expect(told).to_have_text("待买家寄回")
    expect(buyer.get_by_test_id("case-detail")).to_contain_text("浙江省杭州市余杭区乔司街道汀兰路 18 号")

    posts_the_goods(buyer, waybill)
    expect(told).to_have_text("退货在途")
    expect(state).to_have_text("退货在途")

    receives_and_inspects(people.staff("warehouse", "/dock"), number, waybill)
    expect(state).to_have_text("已验货")
    agent.get_by_test_id("case-verb-grant").click()
    confirms(agent)
    expect(told).to_have_text("待财务退款")

    pays(people.staff("finance", "/refunds"), number)
    expect(told).to_have_text("已退款")
    expect(state).to_have_text("已退款")
    chart = agent.get_by_test_id("flowchart")
    expect(chart.locator("g.state.current")).to_contain_text("已退款")
    expect(chart.locator("g.state.been")).to_have_count(7)
    journal_tells(people.staff("supervisor", "/journal"), agent.url.rsplit("/", 1)[1])


def journal_tells(journal: Page, case: str) -> None:
    """Every step stands in the journal, with who took it."""
    subject = f"return:{case}"
    for_subject = journal.get_by_placeholder("对象", exact=False).first
    for_subject.fill(subject)
    rows = journal.locator("tr.data")
    expect(rows.filter(has_not_text=subject)).to_have_count(0)
    steps = {
        "return.approve": "安安",
        "return.receive": "仓库老吴",
        "return.inspect": "仓库老吴",
        "return.grant": "安安",
        "return.refund": "财务陈姐",
    }
    for kind, name in steps.items():
        expect(rows.filter(has_text=kind).filter(has_text=name)).to_have_count(1)
