"""A small, bounded HTTP load generator: keep-alive connections, one request at a time on each, loopback only."""

import asyncio
import random
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import uvloop

Feed = Iterator[bytes]


@dataclass
class Outcome:
    """What a run gave: answers by status, latencies in seconds, the time it took."""

    statuses: dict[int, int] = field(default_factory=dict)
    latencies: array = field(default_factory=lambda: array("d"))
    seconds: float = 0.0
    bodies: list[bytes] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.latencies)

    @property
    def rate(self) -> float:
        return self.count / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """A latency in milliseconds."""
        rows = sorted(self.latencies)
        return rows[min(int(len(rows) * share), len(rows) - 1)] * 1000 if rows else 0.0

    def ok(self, *wanted: int) -> bool:
        return set(self.statuses) <= set(wanted)

    def line(self) -> str:
        return (
            f"{self.rate:9,.0f}/s  p50 {self.percentile(0.5):6.1f} ms  p99 {self.percentile(0.99):6.1f} ms"
            f"  ({self.count:,} in {self.seconds:.1f} s, statuses {self.statuses})"
        )


class Caller(asyncio.Protocol):
    """One connection: sends the next request of its feed when the answer to the last one is complete and, when it
    stands for a person, after she looked at it for about `pause` seconds."""

    def __init__(
        self, feed: Feed, outcome: Outcome, stop_at: float, done: Callable[[], None], keep: bool, pause: float
    ) -> None:
        self.feed, self.outcome, self.stop_at, self.done, self.keep = feed, outcome, stop_at, done, keep
        self.pause = pause
        self.buffer = b""
        self.sent = 0.0
        self.finished = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment]  # TCP is both ways
        self.next()

    def next(self) -> None:
        now = time.perf_counter()
        request = next(self.feed, None) if now < self.stop_at else None
        if request is None:
            self.finish()
            self.transport.close()
            return
        self.sent = now
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        data = self.buffer = self.buffer + data if self.buffer else data
        head = data.find(b"\r\n\r\n")
        if head < 0:
            return
        place = data.find(b"ontent-length:", 0, head)
        if place < 0:
            place = data.find(b"ontent-Length:", 0, head)
        length = int(data[place + 14 : data.find(b"\r", place)])
        if len(data) < head + 4 + length:
            return
        self.buffer = b""
        outcome = self.outcome
        outcome.latencies.append(time.perf_counter() - self.sent)
        status = int(data[9:12])
        outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
        if self.keep:
            outcome.bodies.append(data[head + 4 :])
        if self.pause:
            asyncio.get_running_loop().call_later(self.pause * random.uniform(0.5, 1.5), self.next)
        else:
            self.next()

    def connection_lost(self, error: Exception | None) -> None:
        self.finish()

    def finish(self) -> None:
        if not self.finished:
            self.finished = True
            self.done()


def run(port: int, feeds: Sequence[Feed], seconds: float, keep: bool = False, pause: float = 0.0) -> Outcome:
    """Send every feed on its own connection until it ends or the time is over."""
    return uvloop.run(_run(port, feeds, seconds, keep, pause))


async def _run(port: int, feeds: Sequence[Feed], seconds: float, keep: bool, pause: float) -> Outcome:
    loop = asyncio.get_running_loop()
    outcome, all_done, left = Outcome(), asyncio.Event(), len(feeds)

    def done() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            all_done.set()

    begin = time.perf_counter()
    stop_at = begin + seconds
    for feed in feeds:
        await loop.create_connection(partial(Caller, feed, outcome, stop_at, done, keep, pause), "127.0.0.1", port)
    await asyncio.wait_for(all_done.wait(), seconds + 30)
    outcome.seconds = time.perf_counter() - begin
    return outcome


def post(path: str, headers: bytes, body: bytes) -> bytes:
    """One request as it goes over the wire."""
    return (
        b"POST "
        + path.encode()
        + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        + headers
        + b"Content-Length: "
        + str(len(body)).encode()
        + b"\r\n\r\n"
        + body
    )


def get(path: str, headers: bytes) -> bytes:
    return b"GET " + path.encode() + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + b"\r\n"
