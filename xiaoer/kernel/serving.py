"""Runs the server: one process with uvloop and httptools; ends gracefully, letting open streams go first."""

import gc
import os
import signal
import sys
from importlib import import_module
from types import FrameType
from typing import Any

import uvicorn
from django.conf import settings
from django.db import connections
from django.urls import get_resolver

from xiaoer.kernel import text
from xiaoer.kernel.lane import Post
from xiaoer.kernel.shortcut import Protocol

GRACE_SECONDS = 5
SWITCH_SECONDS = 0.001
"""How long one thread may keep the interpreter while another waits: Python's 5 ms would be felt in every answer."""


class Server(uvicorn.Server):
    """A server that tells its streams to end when it is told to end; they would hold it back for ever."""

    root: Any = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.root is not None:
            self.root.stream.hub.close()
        super().handle_exit(sig, frame)


def serve(host: str, port: int, *, with_clock: bool = True, log_level: str = "warning") -> int:
    """Serve until SIGINT or SIGTERM; the exit status."""
    os.environ["XIAOER_CLOCK"] = "1" if with_clock else "0"
    sys.setswitchinterval(SWITCH_SECONDS)
    keep_connections()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    application = import_module("xiaoer.asgi").application  # by name: the kernel knows no area, the root app knows all

    text.warm()
    _ = get_resolver().url_patterns  # imports every API now, not while the first caller waits
    spare_collector()
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        loop="uvloop",
        http=Protocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level=log_level,
        server_header=False,
        proxy_headers=False,
        backlog=4096,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    short = {path.encode(): post for path, post in application.raw.items() if isinstance(post, Post) and post.lane}
    Protocol.posts = short
    server = Server(config)
    server.root = application
    server.run()
    return 0 if server.started else 1


def keep_connections() -> None:
    """On SQLite each thread keeps its connection: opening one costs more than most requests."""
    for alias in connections:
        wanted = connections.settings[alias]
        if wanted["ENGINE"].startswith("xiaoer.kernel.sqlite"):
            wanted["CONN_MAX_AGE"] = None
            settings.DATABASES[alias]["CONN_MAX_AGE"] = None


def spare_collector() -> None:
    """What is loaded now stays: the garbage collector need not look at it at every few hundred messages."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def run_clock() -> int:
    """The clock loop and the slow-job worker alone, for further processes beside PostgreSQL."""
    from xiaoer.kernel.loops import Loops

    loops = Loops()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    loops.start()
    try:
        loops.wait()
    except (KeyboardInterrupt, SystemExit):
        loops.stop()
    return 0
