"""A real server with the demo shop in a folder of its own, and Debian's Chromium to look at it.

The server runs in its own process; the tests talk to it only as a person or a browser would.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import template
from xiaoer.kernel.testing import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Browser tests use the server's database, not the test runner's."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped: {log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not come up: {log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a fresh demo installation; set XIAOER_AT to use one that runs already."""
    if running := os.environ.get("XIAOER_AT"):
        yield running
        return
    home = tmp_path_factory.mktemp("home")
    port = _free_port()
    template.copy_demo_to(home)
    log = home / "server.log"
    environment = {**os.environ, "XIAOER_HOME": str(home), "XIAOER_DEMO": "1"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "xiaoer.cli", "run", "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait_until_up(f"http://127.0.0.1:{port}", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("no Chromium; type once: sudo apt-get install chromium fonts-noto-cjk")
    expect.set_options(timeout=25_000)  # the machine runs other tests beside these
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


class People:
    """Opens browsers for people: `people.staff("anan")` is signed in, `people.buyer("quanquan-tmall")` is on the shop page."""

    def __init__(self, browser: Browser, address: str, at_work: dict[str, BrowserContext]) -> None:
        self.browser = browser
        self.address = address
        self.at_work = at_work
        self.opened: list[BrowserContext | Page] = []
        self.errors: list[str] = []

    def _context(self) -> BrowserContext:
        context = self.browser.new_context(
            locale="zh-CN", base_url=self.address, accept_downloads=True, reduced_motion="reduce"
        )
        context.set_default_timeout(15_000)
        return context

    def _page(self, context: BrowserContext, width: int, height: int) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def staff(self, username: str, path: str = "/workbench", width: int = 1440, height: int = 900) -> Page:
        """Signed in by the login page once per run; later a new window of the same browser, whose cache is warm."""
        if username not in self.at_work:
            self.at_work[username] = self._context()
            door = self._page(self.at_work[username], width, height)
            door.goto("/login")
            self.signs_in(door, username)
            door.close()
        page = self._page(self.at_work[username], width, height)
        self.opened.append(page)
        page.goto(path)
        return page

    def signs_in(self, page: Page, username: str) -> None:
        """She stands at the login page and comes in."""
        page.get_by_test_id("username").fill(username)
        page.get_by_test_id("password").fill(PASSWORD)
        page.get_by_test_id("sign-in").click()
        page.wait_for_url(lambda url: "/login" not in url)

    def visitor(self, path: str, width: int = 1440, height: int = 900) -> Page:
        """Somebody who is not signed in, in a browser of her own."""
        context = self._context()
        self.opened.append(context)
        page = self._page(context, width, height)
        page.goto(path)
        return page

    def buyer(self, slug: str, width: int = 1100, height: int = 860) -> Page:
        return self.visitor(f"/shop/{slug}", width, height)


@pytest.fixture(scope="session")
def at_work() -> dict[str, BrowserContext]:
    """The browsers of those who have signed in."""
    return {}


@pytest.fixture
def people(browser: Browser, server: str, at_work: dict[str, BrowserContext]) -> Iterator[Any]:
    cast = People(browser, server, at_work)
    yield cast
    for window in cast.opened:
        window.close()
    assert cast.errors == [], "a page threw an error"
