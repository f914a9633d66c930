"""A model behind /v1/embeddings, over a real socket: asked after the save, never missed when it is gone."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from xiaoer.kernel.db import transaction
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.knowledge import search_db, tasks, vectors
from xiaoer.knowledge.actions.indexing import put
from xiaoer.knowledge.models import IndexEntry
from xiaoer.knowledge.search_things import Thing
from xiaoer.knowledge.searching import Asker, find


class _Endpoint(BaseHTTPRequestHandler):
    """Knows two meanings: wet weather, and everything else."""

    asked: list[tuple[str, int]] = []

    def do_POST(self) -> None:
        texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        self.asked.append((self.headers["Authorization"], len(texts)))
        rows = [{"index": n, "embedding": [2.0, 0.0] if "雨" in t else [0.0, 2.0]} for n, t in enumerate(texts)]
        body = json.dumps({"data": rows[::-1]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("XIAOER_VECTORS", f"http://127.0.0.1:{server.server_port}/v1/")
    monkeypatch.setenv("XIAOER_VECTORS_KEY", "k-1")
    _Endpoint.asked = []
    vectors.embedder.cache_clear()
    search_db.forget()
    yield server
    server.shutdown()
    server.server_close()
    monkeypatch.undo()
    vectors.embedder.cache_clear()
    search_db.forget()


def test_a_remote_model_is_asked_after_the_save_and_the_search_survives_its_loss(
    cast: Cast, endpoint: ThreadingHTTPServer
) -> None:
    shop = cast.tmall.pk
    with transaction():
        put(
            [
                Thing("article", 1, shop, "伞具", "撑开后可挡雨水。"),
                Thing("article", 2, shop, "帽子", "可挡太阳。"),
                Thing("article", 3, shop, "手套", "可挡风。"),
            ],
            at=NOON,
        )
    assert _Endpoint.asked == []
    ids = list(IndexEntry.objects.order_by("pk").values_list("pk", flat=True))
    assert tasks.embed_now(ids) == 3 and _Endpoint.asked == [("Bearer k-1", 6)]
    hit = find(Asker((shop,)), "下雨怎么办", at=NOON, plain=True).items[0]
    assert (hit.ref, hit.why) == (1, ("meaning",))
    endpoint.shutdown()
    endpoint.server_close()
    assert find(Asker((shop,)), "太阳帽子", at=NOON, plain=True).items[0].ref == 2
