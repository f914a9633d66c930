"""A whole day's desk in some minutes: many agents and buyers over HTTP and streams, agents drop out, the server restarts.

Each buyer opens a conversation and writes; her agent's screen shows it, the agent answers and closes. Measured is the
time from the acknowledged first message until a screen says that the conversation has its agent. At the end the
journal is read: nothing assigned twice, nothing acknowledged and lost, nobody left waiting.
"""

import asyncio
import random
import sqlite3
import subprocess
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import uvloop

from bench import server
from bench.lane import agent_headers, buyer_headers
from bench.load import get, post

PLACES = 64
"""Connections for requests; streams have their own."""
ABSENT = 12.0
"""Seconds for which an agent who dropped out stays away."""


@dataclass
class Day:
    """What happened."""

    opened: int = 0
    assigned: dict[int, float] = field(default_factory=dict)
    first_sent: dict[int, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    closed: int = 0
    dropped: int = 0
    restarts: int = 0
    down_seconds: float = 0.0
    refused: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def somebody_has(self, talk: int) -> None:
        """A screen shows for the first time that the conversation has its agent."""
        if talk in self.assigned:
            return
        self.assigned[talk] = time.monotonic()
        if talk in self.first_sent:
            self.waits.append(self.assigned[talk] - self.first_sent.pop(talk))

    def percentile(self, share: float) -> float:
        rows = sorted(self.waits)
        return rows[min(int(len(rows) * share), len(rows) - 1)] * 1000 if rows else 0.0


class Wire:
    """Requests over a pool of keep-alive connections; tried again while the server is away."""

    def __init__(self, port: int, day: Day) -> None:
        self.port, self.day = port, day
        self.idle: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None] = asyncio.Queue()
        for _ in range(PLACES):
            self.idle.put_nowait(None)

    async def ask(self, request: bytes, patience: float = 60) -> tuple[int, Any]:
        end: float | None = None  # from the first failure on: waiting for a free connection is no failure
        while True:
            pair = await self.idle.get()
            try:
                pair = pair or await asyncio.open_connection("127.0.0.1", self.port)
                pair[1].write(request)
                status, body = await _answer(pair[0])
                self.idle.put_nowait(pair)
            except (OSError, asyncio.IncompleteReadError, ValueError):
                if pair is not None:
                    pair[1].close()
                self.idle.put_nowait(None)
                end = end or time.monotonic() + patience
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(0.2)
                continue
            if status < 300:
                return status, orjson.loads(body) if body else None
            self.day.refused[status] += 1
            end = end or time.monotonic() + patience
            if status not in (429, 503) or time.monotonic() > end:
                return status, orjson.loads(body) if body.startswith(b"{") else None
            await asyncio.sleep(0.2)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    return int(lines[0].split(b" ")[1]), await reader.readexactly(length)


class Agent:
    """One agent: a screen, and answers to whatever is given to her."""

    def __init__(self, wire: Wire, day: Day, data: dict[str, Any], n: int) -> None:
        self.wire, self.day = wire, day
        self.me = data["agents"][n]
        self.observes = n == 0
        """Her line holds; every assignment is timed on her screen, also to agents whose line has just broken."""
        self.headers = agent_headers(self.me, data["csrf"])
        self.last = 0
        self.mine: set[int] = set()
        self.writer: asyncio.StreamWriter | None = None
        self.stopped = False
        self.ready = asyncio.Event()
        self.away_until = 0.0
        self.tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Keep a screen open; come back after every break from where it was."""
        while not self.stopped:
            if (left := self.away_until - time.monotonic()) > 0:
                await asyncio.sleep(left)
            with suppress(OSError, asyncio.IncompleteReadError, ValueError):
                await self._watch()
            await asyncio.sleep(0.2)

    async def online(self) -> None:
        body = orjson.dumps({"status": "online", "shop": self.me["shop"]})
        await self.wire.ask(post("/api/agents/status", self.headers, body))

    async def _watch(self) -> None:
        reader, self.writer = await asyncio.open_connection("127.0.0.1", self.wire.port, limit=2**22)
        back = f"Last-Event-ID: {self.last}\r\n".encode() if self.last else b""
        self.writer.write(get("/stream", self.headers + back))
        if b" 200 " not in await reader.readline():
            raise ValueError("the stream was refused")
        await self.online()
        self.ready.set()
        while True:
            line = await reader.readline()
            if not line:
                return
            if line.startswith(b"data: ") and b'"kind":"' in line:
                self._take(line)

    def _take(self, line: bytes) -> None:
        if not (b'"conversation.assigned"' in line or b'"conversation.taken"' in line):
            if line.startswith(b'data: {"number":'):
                self.last = int(line[16 : line.index(b",", 16)])
            return
        event = orjson.loads(line[6:])
        self.last = event["number"]
        talk = event["payload"]["conversation"]
        if self.observes:
            self.day.somebody_has(talk)
        if event["payload"]["agent"] != self.me["id"]:
            return
        task = asyncio.get_running_loop().create_task(self._serve(talk))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _serve(self, talk: int) -> None:
        await asyncio.sleep(random.uniform(0.5, 2.5))  # not a secret
        if self.away_until > time.monotonic():
            return
        body = {"conversation": talk, "client_id": f"a{talk}-{time.time_ns()}", "kind": "text", "text": "亲，在的"}
        status, _ = await self.wire.ask(post("/lane/messages", self.headers, orjson.dumps(body)))
        if status >= 300:
            return  # it is somebody else's by now
        self.day.acknowledged.add(str(body["client_id"]))
        await asyncio.sleep(random.uniform(0.5, 1.5))  # not a secret
        done = orjson.dumps({"outcome": "solved"})
        status, _ = await self.wire.ask(post(f"/api/conversations/{talk}/close", self.headers, done))
        self.day.closed += status < 300

    def drop_out(self) -> None:
        """Her line is gone: no word to the server."""
        self.away_until = time.monotonic() + ABSENT
        self.day.dropped += 1
        if self.writer is not None:
            self.writer.close()


async def _buyer(wire: Wire, day: Day, buyer: dict[str, Any]) -> None:
    headers = buyer_headers(buyer)
    status, talk = await wire.ask(post("/api/buyer/conversation", headers, b"{}"))
    if status >= 300:
        return
    day.opened += 1
    body = {"conversation": talk["id"], "client_id": f"b{talk['id']}", "kind": "text", "text": "在吗？这件大衣还有货吗"}
    status, _ = await wire.ask(post("/lane/messages", headers, orjson.dumps(body)))
    if status >= 300:
        return
    day.acknowledged.add(str(body["client_id"]))
    now = time.monotonic()
    if talk["id"] in day.assigned:
        day.waits.append(max(day.assigned[talk["id"]] - now, 0.0))
    else:
        day.first_sent[talk["id"]] = now


def measure(port: int, home: Path, data: dict[str, Any], *, buyers: int, rate: float, restarts: int) -> Day:
    return uvloop.run(_measure(port, home, data, buyers, rate, restarts))


async def _measure(port: int, home: Path, data: dict[str, Any], buyers: int, rate: float, restarts: int) -> Day:
    day = Day()
    wire = Wire(port, day)
    running = await asyncio.to_thread(server.start, home, port)
    agents = [Agent(wire, day, data, n) for n in range(len(data["agents"]))]
    desks = [asyncio.create_task(agent.run()) for agent in agents]
    await asyncio.wait_for(asyncio.gather(*(agent.ready.wait() for agent in agents)), 120)
    stops = {int(buyers * (turn + 1) / (restarts + 1)) for turn in range(restarts)}
    begin, tasks = time.monotonic(), []
    for n, buyer in enumerate(data["buyers"][:buyers]):
        if n in stops:
            gone = time.monotonic()
            running = await asyncio.to_thread(_restart, running, home, port)
            day.restarts += 1
            day.down_seconds += time.monotonic() - gone
            begin += time.monotonic() - gone
        if n % int(rate) == 0:
            random.choice(agents[1:]).drop_out()  # not a secret
        tasks.append(asyncio.create_task(_buyer(wire, day, buyer)))
        await asyncio.sleep(max(begin + n / rate - time.monotonic(), 0))
    await asyncio.gather(*tasks)
    end = time.monotonic() + 90
    while time.monotonic() < end and day.closed < day.opened:
        await asyncio.sleep(0.5)
    for agent in agents:
        agent.stopped = True
    for desk in desks:
        desk.cancel()
    running.terminate()
    await asyncio.to_thread(running.wait, 20)
    return day


def _restart(running: "subprocess.Popen[bytes]", home: Path, port: int) -> "subprocess.Popen[bytes]":
    running.terminate()
    running.wait(20)
    return server.start(home, port)


def judged(home: Path, day: Day) -> dict[str, int]:
    """What the journal and the tables say: each should be 0."""
    file = sqlite3.connect(home / "xiaoer.sqlite3")
    kinds = ("assigned", "taken", "queued", "transferred", "closed", "opened")
    rows = file.execute(
        f"SELECT subject, kind FROM kernel_event WHERE kind IN ({','.join('?' * len(kinds))}) ORDER BY number",  # marks only
        [f"conversation.{kind}" for kind in kinds],
    )
    served: dict[str, bool] = {}
    twice = 0
    for subject, kind in rows:
        if kind in ("conversation.assigned", "conversation.taken"):
            twice += served.get(subject, False)
            served[subject] = True
        elif kind != "conversation.transferred":
            served[subject] = False
    kept = {row[0] for row in file.execute("SELECT client_id FROM reception_message")}
    waiting = file.execute("SELECT COUNT(*) FROM reception_conversation WHERE state = 'queued'").fetchone()[0]
    unanswered = file.execute(
        "SELECT COUNT(*) FROM reception_conversation WHERE state <> 'closed' AND waiting_since IS NOT NULL"
    ).fetchone()[0]
    file.close()
    return {
        "assigned twice": twice,
        "acknowledged and lost": len(day.acknowledged - kept),
        "left in the queue": waiting,
        "left unanswered": unanswered,
    }
