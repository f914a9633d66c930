"""A real server in a process of its own on a fresh data folder, and small clients for lane and stream."""

import http.client
import json
import os
import socket
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bench import server
from tests import template

LANE = "/lane/messages"


def free_port() -> int:
    """A port nobody uses; the first free one from XIAOER_TEST_PORT where only some ports may be used."""
    first = int(os.environ.get("XIAOER_TEST_PORT", "0"))
    for port in range(first, first + 9) if first else [0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RuntimeError(f"no free port from {first}")


class Live:
    """A running server: who can write to it, and how."""

    def __init__(self, port: int, home: Path, data: dict[str, Any], process: Any, url: str = "") -> None:
        self.port, self.home, self.data, self.process, self.url = port, home, data, process, url

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What stands in the database, read or written past the server."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url) as connection:
                done = connection.execute(sql.replace("?", "%s"), values)
                return done.fetchall() if done.description else []
        file = sqlite3.connect(self.home / "xiaoer.sqlite3", timeout=20)
        try:
            with file:
                return file.execute(sql, values).fetchall()
        finally:
            file.close()

    def part(self, number: int, *, agents: int, talks: int) -> "Live":
        """The same server with some of its agents, and some buyers of each shop."""
        buyers, shops = self.data["buyers"], len(self.data["shops"])
        per_shop = len(buyers) // shops
        starts = [shop * per_shop + number * talks for shop in range(shops)]
        data = {
            **self.data,
            "agents": self.data["agents"][number * agents : (number + 1) * agents],
            "buyers": [one for start in starts for one in buyers[start : start + talks]],
        }
        return Live(self.port, self.home, data, self.process, self.url)

    def agent(self, n: int = 0, *, csrf: bool = True) -> dict[str, str]:
        """The headers of a signed-in agent."""
        secret = self.data["csrf"]
        headers = {"Cookie": f"sessionid={self.data['agents'][n]['session']}; csrftoken={secret}"}
        return {**headers, "X-CSRFToken": secret} if csrf else headers

    def buyer(self, n: int = 0) -> dict[str, str]:
        return {"Authorization": f"Buyer {self.data['buyers'][n]['token']}"}

    def talk(self, n: int = 0) -> int:
        return int(self.data["buyers"][n]["conversation"])

    def call(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
            connection.request(method, path, raw, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None
        finally:
            connection.close()

    def say(self, headers: dict[str, str], conversation: int, text: str = "在的亲", **more: Any) -> tuple[int, Any]:
        body = {"conversation": conversation, "client_id": uuid.uuid4().hex, "kind": "text", "text": text, **more}
        return self.call("POST", LANE, headers, body)

    def watch(self, headers: dict[str, str], after: int | None = None, last: int | None = None) -> "Watch":
        return Watch(self.port, headers, after, last)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Watch:
    """An open stream; events gather in the background."""

    def __init__(self, port: int, headers: dict[str, str], after: int | None, last: int | None) -> None:
        self.events: list[dict[str, Any]] = []
        self.typing: list[dict[str, Any]] = []
        self.resets = 0
        self.ended = threading.Event()
        self._changed = threading.Condition()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        path = "/stream" if after is None else f"/stream?after={after}"
        more = {} if last is None else {"Last-Event-ID": str(last)}
        self._connection.request("GET", path, headers={**headers, **more})
        self._answer = self._connection.getresponse()
        self.status = self._answer.status
        self._socket = self._connection.sock
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        kind, data = "", ""
        try:
            while raw := self._answer.readline():
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    kind = line[7:]
                elif line.startswith("data: "):
                    data = line[6:]
                elif not line and kind:
                    self._take(kind, json.loads(data))
                    kind = data = ""
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        self.ended.set()

    def _take(self, kind: str, data: dict[str, Any]) -> None:
        with self._changed:
            if kind == "journal":
                self.events.append(data)
            elif kind == "typing":
                self.typing.append(data)
            else:
                self.resets += 1
            self._changed.notify_all()

    def until(self, wanted: Any, seconds: float = 15) -> None:
        """Wait until `wanted(watch)` holds."""
        with self._changed:
            end = time.monotonic() + seconds
            while not wanted(self):  # what is waited for may also come true without an event
                assert time.monotonic() < end, f"waited in vain; {len(self.events)} events"
                self._changed.wait(0.1)

    def texts(self) -> list[str]:
        return [event["payload"]["message"]["text"] for event in self.events if event["kind"] == "message.sent"]

    def numbers(self) -> list[int]:
        return [event["number"] for event in self.events]

    def close(self) -> None:
        """Hang up: shutting the socket down wakes the reading thread, which holds the answer until then."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self.ended.wait(5)
        self._connection.close()


def _own_database(env: dict[str, str]) -> dict[str, str]:
    """On PostgreSQL (DATABASE_URL) every server under test gets a database of its own."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return env
    import psycopg

    name = f"live_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        pattern = os.environ.get(template.POSTGRES, "template1")
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{pattern}"')
    parts = urlsplit(url)
    return {**env, "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}"))}


@contextmanager
def live(home: Path, *, agents: int = 3, conversations: int = 12, shops: int = 2, **env: str) -> Iterator[Live]:
    """Seed a fresh folder and serve it."""
    env = _own_database(env)
    if "DATABASE_URL" not in env:
        template.copy_to(home / template.FILE)
    data = server.fresh(agents, conversations, shops, home, **env)
    port = free_port()
    with server.xiaoer(home, port, **env) as process:
        yield Live(port, home, data, process, env.get("DATABASE_URL", ""))
