"""The one ASGI app: the message lane and the stream raw, the built pages from memory, everything else Django's WSGI app.

Django runs in threads because that is 4 times faster for it than its own ASGI handler (docs/decisions/0002).
"""

import asyncio
import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.settings")

import django

django.setup()

from a2wsgi import WSGIMiddleware  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware  # noqa: E402

from xiaoer.guard import queries as guard  # noqa: E402
from xiaoer.kernel import clock  # noqa: E402
from xiaoer.kernel.checkpoint import Checkpointer  # noqa: E402
from xiaoer.kernel.files import File, Pages  # noqa: E402
from xiaoer.kernel.lane import Lane, Post, Reads, Receive, Scope, Send, reply  # noqa: E402
from xiaoer.kernel.lane_store import Version  # noqa: E402
from xiaoer.kernel.loops import Loops  # noqa: E402
from xiaoer.kernel.stream import Stream  # noqa: E402
from xiaoer.knowledge import queries as knowledge  # noqa: E402
from xiaoer.reception import lane_auth, lane_edge, lane_reads  # noqa: E402
from xiaoer.reception.cors import preflight_headers  # noqa: E402
from xiaoer.reception.lane import MessageWriter  # noqa: E402

WEB_THREADS = 8
KEPT_ANSWERS = 512


class Root:
    """Routes a request; starts and stops what runs beside the requests."""

    def __init__(self, *, with_loops: bool = True) -> None:
        self.lane = Lane(MessageWriter, "message-lane")
        self.stream = Stream(lane_auth.find, lane_auth.language, lane_edge.outer)
        self.loops = Loops() if with_loops else None
        self.pages = Pages(settings.WEB_DIST, settings.WIDGET_DIST)
        wsgi: Any = get_wsgi_application()
        in_threads: Any = WSGIMiddleware(wsgi, workers=WEB_THREADS)
        behind_proxy: Any = ProxyHeadersMiddleware(in_threads)
        self.django = behind_proxy
        self.version = Version()
        self.checkpointer = Checkpointer()
        typing = lane_edge.Typing(self.stream.hub)
        self.raw: dict[str, Callable[[Scope, Receive, Send], Any]] = {
            "/lane/messages": Post(
                lane_edge.message,
                lane_auth.language,
                lane=self.lane,
                answer=lane_edge.answer,
                outer=lane_edge.outer,
            ),
            "/lane/typing": Post(typing, lane_auth.language, outer=lane_edge.outer),
            "/stream": self.stream,
            "/api/conversations": Reads(
                lane_auth.find, lane_reads.question, lane_reads.boxes, self.version.now, self.django, most=KEPT_ANSWERS
            ),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.live(receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close"})
        raw = self.raw.get(scope["path"])
        if raw is not None:
            if scope["method"] == "OPTIONS" and not scope["path"].startswith("/api/"):
                return await preflight(scope, send)
            return await raw(scope, receive, send)
        if scope["method"] in ("GET", "HEAD"):
            page = self.pages.find(scope["path"])
            if page is not None:
                return await send_file(page, scope, send)
        await self.django(scope, receive, send)

    async def live(self, receive: Receive, send: Send) -> None:
        """Lifespan: the lane's writer, the journal's follower, the clock loop and the slow-job worker."""
        await receive()
        try:
            await asyncio.get_running_loop().run_in_executor(None, guard.warm)
            self.checkpointer.start()
            self.lane.start()
            await self.stream.start()
            if self.loops is not None:
                self.loops.start()
            knowledge.warm(at=clock.real_now())
        except Exception as error:
            return await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stream.stop()
        await asyncio.get_running_loop().run_in_executor(None, self.stop)
        await send({"type": "lifespan.shutdown.complete"})

    def stop(self) -> None:
        self.lane.stop()
        self.checkpointer.stop()
        if self.loops is not None:
            self.loops.stop()


async def preflight(scope: Scope, send: Send) -> None:
    """The browser asks whether the widget on another site may write and listen."""
    origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
    found = preflight_headers(origin or None)
    await reply(send, 204, b"", [(name.lower().encode(), value.encode("latin-1")) for name, value in found.items()])


async def send_file(page: File, scope: Scope, send: Send) -> None:
    status, headers, body = page.answer(dict(scope["headers"]))
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


application = Root(with_loops=os.environ.get("XIAOER_CLOCK", "1") != "0")
