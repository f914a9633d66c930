"""The built pages, the write lock that is handed over in order, and the answers that are kept until a write."""

import threading
import time
from pathlib import Path

import pytest

from tests.live import Live
from xiaoer.kernel.db import TurnLock
from xiaoer.kernel.files import Pages

pytestmark = pytest.mark.xdist_group("house")


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    web, widget = tmp_path / "web", tmp_path / "widget"
    (web / "assets").mkdir(parents=True)
    widget.mkdir()
    (web / "index.html").write_text("<h1>工作台</h1>")
    (web / "assets" / "index-3f9a8b7c.js").write_text("console.log(1)" * 100)
    (web / "favicon.svg").write_text("<svg/>")
    (widget / "widget.js").write_text("widget()")
    (tmp_path / "secret.txt").write_text("secret")
    return Pages(web, widget)


def header(pages: Pages, path: str, name: bytes) -> bytes:
    file = pages.find(path)
    assert file is not None, path
    return dict(file.answer({})[1])[name]


def test_pages_and_their_caching(pages: Pages) -> None:
    assert b"immutable" in header(pages, "/assets/index-3f9a8b7c.js", b"cache-control")
    assert header(pages, "/", b"cache-control") == b"no-cache"
    for path in ("/workbench", "/cases/12", "/login"):
        file = pages.find(path)
        assert file is not None and "工作台".encode() in file.body
    assert header(pages, "/", b"content-security-policy").startswith(b"default-src 'self'")
    assert header(pages, "/widget.js", b"access-control-allow-origin") == b"*"


@pytest.mark.parametrize(
    "path",
    ["/api/session", "/shop/quanquan", "/help", "/uploads/1", "/static/x.css", "/../secret.txt",
     "/assets/../../secret.txt", "/assets/missing-1.js", "/%2e%2e/secret.txt"],
)  # fmt: skip
def test_what_is_not_a_page(pages: Pages, path: str) -> None:
    assert pages.find(path) is None


def test_unchanged_files_are_not_sent_again_and_long_ones_are_packed(pages: Pages) -> None:
    file = pages.find("/assets/index-3f9a8b7c.js")
    assert file is not None
    assert file.answer({b"if-none-match": file.etag})[0] == 304
    status, headers, body = file.answer({b"accept-encoding": b"gzip, br"})
    assert status == 200 and dict(headers)[b"content-encoding"] == b"gzip" and len(body) < len(file.body)


def test_a_new_build_is_seen(pages: Pages, tmp_path: Path) -> None:
    assert pages.find("/workbench") is not None
    time.sleep(0.02)
    (tmp_path / "web" / "index.html").write_text("<h1>新版</h1>")
    file = pages.find("/workbench")
    assert file is not None and "新版".encode() in file.body


def test_the_write_lock_is_handed_over_in_the_order_of_asking() -> None:
    lock, order = TurnLock(), []
    lock.acquire()

    def take(n: int) -> None:
        with lock:
            order.append(n)

    threads = []
    for n in range(8):
        thread = threading.Thread(target=take, args=(n,))
        thread.start()
        threads.append(thread)
        while len(lock._waiting) <= n:
            time.sleep(0.001)
    lock.release()
    for thread in threads:
        thread.join()
    assert order == list(range(8)) and not lock.locked()


def test_whoever_asks_again_at_once_starves_nobody() -> None:
    lock, end, turns = TurnLock(), threading.Event(), [0]

    def greedy() -> None:
        while not end.is_set():
            with lock:
                time.sleep(0.001)

    threads = [threading.Thread(target=greedy) for _ in range(2)]
    for thread in threads:
        thread.start()
    begin = time.monotonic()
    for _ in range(20):
        with lock:
            turns[0] += 1
    waited = time.monotonic() - begin
    end.set()
    for thread in threads:
        thread.join()
    assert turns[0] == 20 and waited < 5


def queue(server: Live, agent: int, extra: str = "") -> list[dict[str, object]]:
    status, answer = server.call("GET", f"/api/conversations?box=queue&limit=50{extra}", server.agent(agent))
    assert status == 200
    return list(answer["items"])


def test_a_kept_answer_equals_djangos_and_is_never_older_than_a_write(shop: Live) -> None:
    for turn in range(5):
        text = f"第{turn}句"
        assert shop.say(shop.buyer(2), shop.talk(2), text)[0] == 201
        rows = queue(shop, 0)
        assert next(row for row in rows if row["id"] == shop.talk(2))["last_text"] == text
        assert rows == queue(shop, 0, "&unusual=1")


def test_agents_of_different_shops_are_never_given_each_others_answer(shop: Live) -> None:
    mine, theirs = queue(shop, 0), queue(shop, 1)
    assert {row["shop"] for row in mine} == {shop.data["shops"][0]}
    assert {row["shop"] for row in theirs} == {shop.data["shops"][1]}
    assert shop.call("GET", "/api/conversations?box=queue", {})[0] == 401
    assert shop.call("GET", "/api/conversations?box=nonsense", shop.agent(0))[0] == 422
    assert shop.call("GET", f"/api/conversations?box=queue&shop={shop.data['shops'][1]}", shop.agent(0))[0] == 404
