"""Taking in a real export: 2,000 lines in GBK with broken rows among them; preview, progress, result, rejected rows."""

import base64
import csv
import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from xiaoer.orders import sample

pytestmark = pytest.mark.browser
LINES = 2000
BROKEN = {
    4: ("订单编号", "", "订单编号"),
    700: ("买家实际支付金额", "一百九十九", "一百九十九"),
    1500: ("订单创建时间", "昨天下午", "昨天下午"),
}
"""Row of the file -> the column that is spoiled, with what, and what the reason must name."""


def export(folder: Path) -> Path:
    """The shop's order report as Taobao writes it, with order numbers that no other run has, and three spoiled rows."""
    path = folder / "已卖出的宝贝.csv"
    sample.write(path, lines=LINES, encoding="gbk", seed=int(time.time()))
    with path.open(encoding="gbk", newline="") as text:
        rows = list(csv.reader(text))
    stamp = f"{int(time.time()) % 10**9:09d}"
    for row in rows[1:]:
        row[0] = re.sub(r'="\d{9}', f'="{stamp}', row[0])
    for place, (column, value, _) in BROKEN.items():
        rows[place - 1][[name.strip() for name in rows[0]].index(column)] = value
    with path.open("w", encoding="gbk", newline="") as text:
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return path


def drops(page: Page, path: Path) -> None:
    """The file is dragged from the desktop onto the field."""
    transfer = page.evaluate_handle(
        """([name, body]) => {
            const bytes = Uint8Array.from(atob(body), (one) => one.charCodeAt(0))
            const transfer = new DataTransfer()
            transfer.items.add(new File([bytes], name, { type: 'text/csv' }))
            return transfer
        }""",
        [path.name, base64.b64encode(path.read_bytes()).decode()],
    )
    page.locator("button.drop").dispatch_event("drop", {"dataTransfer": transfer})


def finished(page: Page) -> None:
    bar = page.get_by_test_id("import-progress")
    expect(bar).to_have_attribute("data-state", "done", timeout=60_000)
    expect(bar).to_have_attribute("aria-valuenow", "100")


def counts(page: Page) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "rejected")
    return {name: int(page.get_by_test_id(f"import-{name}").locator("dd").inner_text()) for name in names}


def into_the_sister_shop(page: Page) -> None:
    page.get_by_role("radio", name="圈圈家的衣橱").check(force=True)


def test_two_thousand_lines_in_and_the_broken_ones_back(people: Any, tmp_path: Path) -> None:
    path = export(tmp_path)
    clerk = people.staff("clerk", "/imports")
    into_the_sister_shop(clerk)
    drops(clerk, path)
    clerk.wait_for_url(re.compile(r"/imports/\d+$"))
    expect(clerk.get_by_text("GB18030").first).to_be_visible()
    expect(clerk.get_by_text("前 20 行里有 1 行会被退回")).to_be_visible()
    expect(clerk.locator("tr.why")).to_contain_text("订单编号")
    expect(clerk.get_by_test_id("import-row").first).to_contain_text("待确认")
    clerk.get_by_test_id("import-start").click()
    finished(clerk)
    good = LINES - len(BROKEN)
    assert counts(clerk) == {"created": good, "updated": 0, "unchanged": 0, "rejected": len(BROKEN)}

    with clerk.expect_download() as download:
        clerk.get_by_test_id("import-rejects").click()
    download.value.save_as(tmp_path / "rejects.csv")
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as text:
        back = list(csv.DictReader(text))
    assert [int(row["行号"]) for row in back] == list(BROKEN)
    for row, (_, _, named) in zip(back, BROKEN.values(), strict=True):
        assert named in row["原因"], row

    with path.open(encoding="gbk", newline="") as text:
        number = list(csv.reader(text))[1000][0].strip('="')
    changes_nothing(clerk, path, good)
    clerk.goto("/orders")
    clerk.get_by_test_id("orders-search").fill(number)
    expect(clerk.locator("tr.data")).to_have_count(1)
    expect(clerk.locator("tr.data")).to_contain_text(number)


def changes_nothing(clerk: Page, path: Path, good: int) -> None:
    """The same file once more, chosen this time: nothing is doubled."""
    clerk.goto("/imports")
    into_the_sister_shop(clerk)
    clerk.get_by_test_id("import-file").set_input_files(path)
    clerk.get_by_test_id("import-start").click()
    finished(clerk)
    assert counts(clerk) == {"created": 0, "updated": 0, "unchanged": good, "rejected": len(BROKEN)}
