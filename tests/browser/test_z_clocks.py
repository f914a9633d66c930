"""Nobody acts, and time passes: what the clocks do to cases is seen live. Last of the folder: it moves time for everyone."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import ask, now, post, when

pytestmark = pytest.mark.browser

SHOWN = {"requested": "待卖家处理", "approved": "待买家寄回", "in_transit": "退货在途"}


def next_due(page: Page, state: str, clock: str) -> tuple[dict[str, Any], datetime]:
    """The return in `state` whose `clock` runs out next, and when."""
    found: list[tuple[datetime, dict[str, Any]]] = []
    for row in ask(page, "/api/cases", flow="return", desk="all", state=state, limit=100)["items"]:
        whole = ask(page, f"/api/cases/return/{row['id']}")
        found += [(when(one["due_at"]), whole) for one in whole["clocks"] if one["kind"] == clock]
    if not found:
        pytest.fail(f"no return is {state} with a clock {clock}: load the demo anew (make demo-reset)")
    due, case = min(found, key=lambda pair: pair[0])
    return case, due


def later(page: Page, due: datetime) -> None:
    """The demo's clock is moved just past `due`."""
    seconds = int((due - now(page)) / timedelta(seconds=1)) + 2
    if seconds > 0:
        post(page, "/api/demo/later", {"seconds": seconds})


def test_nobody_acts_and_the_clocks_do(people: Any) -> None:
    owner = people.staff("owner", "/cases?desk=all")
    waiting = {
        "requested": next_due(owner, "requested", "seller_answers"),
        "approved": next_due(owner, "approved", "buyer_ships"),
        "in_transit": next_due(owner, "in_transit", "seller_confirms"),
    }
    pages: dict[str, Page] = {}
    for state, (case, _) in waiting.items():
        pages[state] = people.staff("supervisor", f"/cases/return/{case['id']}")
        expect(pages[state].get_by_test_id("case-state")).to_have_text(SHOWN[state])

    becomes = {"requested": "待买家寄回", "approved": "已关闭", "in_transit": "待财务退款"}
    says = {"requested": "超时自动同意", "approved": "超时自动关闭", "in_transit": "超时自动退款"}
    for state, (case, due) in sorted(waiting.items(), key=lambda pair: pair[1][1]):
        screen = pages[state]
        later(owner, due)
        expect(screen.get_by_test_id("case-state")).to_have_text(becomes[state])
        expect(screen.locator("#page")).to_contain_text(says[state])
        expect(screen.get_by_test_id("flowchart").locator("g.state.current")).to_contain_text(becomes[state])
        done = ask(owner, "/api/journal", subject=f"return:{case['id']}", limit=100)["items"]
        automatic = next(one for one in done if one["kind"].startswith("return.auto_"))
        assert automatic["actor"] == "clock"
        assert abs(when(automatic["at"]) - due) < timedelta(seconds=5), "stamped with the time it was due"


def about(moment: datetime) -> re.Pattern[str]:
    """The shop's wall clock at this moment or in the two minutes after it."""
    local = [moment.astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(minutes=late) for late in range(3)]
    return re.compile("|".join(f"{one:%H:%M}" for one in local))


def test_the_clock_on_the_screen_moves_for_everybody(people: Any) -> None:
    """The control that a visitor of the demo presses; a colleague's screen follows."""
    owner = people.staff("owner")
    colleague = people.staff("quanquan")
    control = owner.locator("aside.demo.docked")
    before = now(owner)
    expect(colleague.locator("aside.demo.docked time").first).to_have_text(about(before))
    control.locator("button.face").click()
    control.get_by_role("button", name="1 小时").click()
    for screen in (owner, colleague):
        expect(screen.locator("aside.demo.docked time").first).to_have_text(about(before + timedelta(hours=1)))
    assert timedelta(hours=1) <= now(owner) - before < timedelta(hours=1, minutes=2)
