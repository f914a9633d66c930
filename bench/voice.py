"""A telephone exchange over HTTP: N calls at a rate, agents who answer; how soon the screens know, and what failed.

The exchange obeys: it rings at whom the answer names, and goes on to the next when the stream says so. `measure` is
given a running server, a token with the scope voice.events, and one agent's session to listen with.
"""

import asyncio
import json
import random
import statistics
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Seen:
    """What a run found."""

    posts: list[float] = field(default_factory=list)
    screens: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    lost: int = 0
    doubled: int = 0

    def line(self) -> str:
        return (
            f"{self.answered} answered, {self.lost} gave up, {self.doubled} agents with two calls at once; "
            f"POST {_spread(self.posts)}; event to screen {_spread(self.screens)}; errors {dict(self.errors) or 'none'}"
        )


def _spread(values: list[float]) -> str:
    if len(values) < 2:
        return "not measured"
    cuts = statistics.quantiles(values, n=100)
    return f"p50 {cuts[49] * 1000:.0f} ms p99 {cuts[98] * 1000:.0f} ms ({len(values)})"


class Exchange:
    """One run."""

    def __init__(self, port: int, shop: int, token: str, seconds_of_talk: float) -> None:
        self.port, self.shop, self.token, self.talk = port, shop, token, seconds_of_talk
        self.seen = Seen()
        self.sent: dict[int, float] = {}
        self.busy: Counter[int] = Counter()
        self.run = uuid.uuid4().hex[:6]

    async def post(self, call: str, kind: str, **more: Any) -> dict[str, Any] | None:
        """One event; its answer's row, or None when it failed."""
        event = {"shop": self.shop, "call": call, "event_id": uuid.uuid4().hex[:12], "event": kind, **more}
        body = json.dumps(event).encode()
        head = (
            f"POST /api/voice/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        ).encode()
        start = time.perf_counter()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(head + body)
            raw = await asyncio.wait_for(reader.read(-1), 30)
            writer.close()
        except (OSError, TimeoutError) as error:
            self.seen.errors[type(error).__name__] += 1
            return None
        self.seen.posts.append(time.perf_counter() - start)
        status = int(raw.split(b" ", 2)[1]) if raw else 0
        if status != 200:
            self.seen.errors[f"HTTP {status}"] += 1
            return None
        (row,) = json.loads(raw.split(b"\r\n\r\n", 1)[1].decode())["results"]
        if row["result"] not in ("created", "updated"):
            self.seen.errors[row["result"]] += 1
        if kind == "queued" and row["id"]:
            self.sent[row["id"]] = start
        found: dict[str, Any] = row
        return found

    async def call(self, number: int, patience: float) -> None:
        """A caller: into the queue, rings at whom the desk names, talks, hangs up; or gives up."""
        key = f"bench-{self.run}-{number}"
        told = await self.post(key, "queued", number=f"139{number:08d}", direction="inbound")
        end = time.monotonic() + patience
        while told is not None and time.monotonic() < end:
            agent = told["instruction"]["ring"]
            if agent is not None:
                await self._talk(key, agent)
                return
            await asyncio.sleep(0.3)
            told = await self.ask(told)
        await self.post(key, "ended", reason="caller")
        self.seen.lost += 1

    async def ask(self, told: dict[str, Any]) -> dict[str, Any] | None:
        """What the desk wants done with the call now."""
        head = (
            f"GET /api/voice/queue?shop={self.shop} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {self.token}\r\nConnection: close\r\n\r\n"
        ).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(head)
        raw = await asyncio.wait_for(reader.read(-1), 30)
        writer.close()
        rows = json.loads(raw.split(b"\r\n\r\n", 1)[1].decode()).get("items", [])
        return next((row for row in rows if row["id"] == told["id"]), told)

    async def _talk(self, key: str, agent: int) -> None:
        self.busy[agent] += 1
        self.seen.doubled += self.busy[agent] > 1
        name = f"staff:{agent}"
        await self.post(key, "ringing", agent=name)
        await asyncio.sleep(random.uniform(0.05, 0.3))
        await self.post(key, "answered", agent=name)
        await asyncio.sleep(self.talk * random.uniform(0.5, 1.5))
        self.busy[agent] -= 1
        await self.post(key, "ended", agent=name, reason="caller")
        self.seen.answered += 1

    async def listen(self, cookie: str, ready: asyncio.Event) -> None:
        """A supervisor's screen: when does it know of a call?"""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sessionid={cookie}\r\n\r\n".encode())
        ready.set()
        known: set[int] = set()
        while line := await reader.readline():
            if not line.startswith(b"data:") or b'"call.queued"' not in line:
                continue
            call = json.loads(line[5:])["payload"]["call"]
            if call not in known:
                known.add(call)
                heard = time.perf_counter()
                asyncio.get_running_loop().call_later(1.0, self._note, call, heard)

    def _note(self, call: int, heard: float) -> None:
        """A second later the POST has been answered, so it is known when this call was sent."""
        if call in self.sent:
            self.seen.screens.append(heard - self.sent[call])


async def _run(exchange: Exchange, cookie: str, calls: int, rate: float) -> Seen:
    ready = asyncio.Event()
    screen = asyncio.create_task(exchange.listen(cookie, ready))
    await ready.wait()
    await asyncio.sleep(0.3)
    callers = []
    for number in range(calls):
        callers.append(asyncio.create_task(exchange.call(number, patience=20)))
        await asyncio.sleep(random.expovariate(rate))
    await asyncio.gather(*callers)
    await asyncio.sleep(1.5)
    screen.cancel()
    return exchange.seen


def measure(
    port: int, *, shop: int, token: str, cookie: str, calls: int = 100, rate: float = 5.0, talk: float = 1.0
) -> Seen:
    """`calls` calls, `rate` a second, each talk about `talk` seconds long."""
    return asyncio.run(_run(Exchange(port, shop, token, talk), cookie, calls, rate))
