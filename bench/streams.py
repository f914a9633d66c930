"""A thousand open screens and a thousand messages a second: how long from the writer's clock to the screen."""

import asyncio
import itertools
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import uvloop

from bench.lane import ANSWERED, agent_headers, buyer_headers
from bench.load import get, post

FRAME = re.compile(rb'id: (\d+)\nevent: journal\ndata: \{"number":\d+,"at":"([^"]+)".*?"kind":"([^"]+)"', re.S)
ANSWER = re.compile(rb'"event":(\d+)')


@dataclass
class Seen:
    """What the screens saw."""

    screens: int = 0
    sent: int = 0
    seconds: float = 0.0
    delivered: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    latencies: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        rows = sorted(self.latencies)
        return rows[min(int(len(rows) * share), len(rows) - 1)] * 1000 if rows else 0.0

    def line(self) -> str:
        return (
            f"{self.screens:,} screens, {self.sent / self.seconds:,.0f} messages/s, {self.delivered:,} deliveries: "
            f"p50 {self.percentile(0.5):.1f} ms  p99 {self.percentile(0.99):.1f} ms;"
            f" lost {self.lost}, doubled {self.doubled}, out of order {self.disordered}"
        )


class Screen(asyncio.Protocol):
    """One open stream."""

    def __init__(self, request: bytes, seen: Seen) -> None:
        self.request, self.seen = request, seen
        self.buffer = b""
        self.numbers: list[int] = []
        self.open = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        data = self.buffer + data
        end = data.rfind(b"\n\n") + 2
        if end < 2:
            self.buffer = data
            return
        self.buffer = data[end:]
        if not self.open.done():
            self.open.set_result(data.startswith(b"HTTP/1.1 200"))
        for frame in FRAME.finditer(data, 0, end):
            if frame[3] == b"message.sent":
                self.numbers.append(int(frame[1]))
                at = datetime.fromisoformat(frame[2].decode().replace("Z", "+00:00")).timestamp()
                self.seen.latencies.append(now - at)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.open.done():
            self.open.set_result(False)


class Sender(asyncio.Protocol):
    """A keep-alive connection that posts when told and tells the journal number back."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[int] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def send(self, request: bytes) -> "asyncio.Future[int]":
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.answer

    def data_received(self, data: bytes) -> None:
        found = ANSWER.search(data)
        if self.answer is not None and found:
            self.answer.set_result(int(found[1]))
        elif data.startswith(b"HTTP/1.1") and not data.startswith(b"HTTP/1.1 201"):
            raise SystemExit(f"a message was refused: {data!r}")


def measure(port: int, data: dict[str, Any], *, buyers: int, agents: int, rate: int, seconds: float) -> Seen:
    return uvloop.run(_measure(port, data, buyers, agents, rate, seconds))


async def _measure(port: int, data: dict[str, Any], buyers: int, agents: int, rate: int, seconds: float) -> Seen:
    seen = Seen(screens=buyers + agents)
    mine = data["buyers"][:buyers]
    hers = {one["conversation"]: await _open(port, buyer_headers(one), seen) for one in mine}
    desks = [await _open(port, agent_headers(data["agents"][n], data["csrf"]), seen) for n in range(agents)]
    loop = asyncio.get_running_loop()
    idle: asyncio.Queue[Sender] = asyncio.Queue()
    for _ in range(64):
        _, sender = await loop.create_connection(Sender, "127.0.0.1", port)
        idle.put_nowait(sender)
    told: dict[int, list[int]] = defaultdict(list)
    begin, tasks = time.perf_counter(), set()
    total = int(rate * seconds)
    for n in range(total):
        ahead = begin + n / rate - time.perf_counter()
        if ahead > 0.001:
            await asyncio.sleep(ahead)
        sender = await idle.get()
        task = loop.create_task(_send(sender, idle, data, mine[n % len(mine)], n // len(mine), told))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    seen.seconds, seen.sent = time.perf_counter() - begin, sum(map(len, told.values()))
    await asyncio.sleep(2)
    for talk, screen in hers.items():
        _compare(seen, screen, told[talk])
    everything = [number for numbers in told.values() for number in numbers]
    for screen in desks:
        _compare(seen, screen, everything)
    return seen


async def _open(port: int, headers: bytes, seen: Seen) -> Screen:
    loop = asyncio.get_running_loop()
    request = get("/stream", headers)
    _, screen = await loop.create_connection(lambda: Screen(request, seen), "127.0.0.1", port)
    if not await asyncio.wait_for(screen.open, 20):
        raise SystemExit("a stream was refused")
    return screen


async def _send(
    sender: Sender, idle: "asyncio.Queue[Sender]", data: dict[str, Any], buyer: dict[str, Any], turn: int, told: Any
) -> None:
    agent = data["agents"][buyer["conversation"] % len(data["agents"])]
    body = {
        "conversation": buyer["conversation"],
        "client_id": f"s{time.time_ns()}-{turn}",
        "kind": "text",
        "text": ANSWERED[turn % len(ANSWERED)],
    }
    number = await sender.send(post("/lane/messages", agent_headers(agent, data["csrf"]), orjson.dumps(body)))
    told[buyer["conversation"]].append(number)
    idle.put_nowait(sender)


def _compare(seen: Seen, screen: Screen, numbers: list[int]) -> None:
    got = screen.numbers
    seen.delivered += len(got)
    seen.lost += len(set(numbers) - set(got))
    seen.doubled += len(got) - len(set(got))
    seen.disordered += sum(a >= b for a, b in itertools.pairwise(got))
