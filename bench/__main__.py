"""`python -m bench [part ...]`: limits, lane, streams, queue, voice, guard, orders,
aftersales, desk, deadlines, postgres: figures beside limits.

Bounded in time and number, loopback only, on a data folder of its own.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import aftersales, desk, lane, limits, load, orders, server, streams, voice

PARTS = (
    "guard",
    "lane",
    "streams",
    "queue",
    "voice",
    "orders",
    "aftersales",
    "desk",
    "deadlines",
    "knowledge",
    "postgres",
)
LONG = ("desk", "deadlines", "orders", "aftersales", "knowledge")
"""Minutes each: only when named."""
AGENTS, CONVERSATIONS = 20, 10_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", default=[], help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--port", type=int, default=8217)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--buyers", type=int, default=20_000, help="of the part desk")
    parser.add_argument("--rate", type=float, default=50.0, help="buyers a second in the part desk")
    options = parser.parse_args()
    parts = options.parts or [part for part in PARTS if part not in LONG]
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} (a figure taken beside other work is too low)")
    if {"lane", "streams", "queue"} & set(parts):
        measure_reception(options, parts)
    if "voice" in parts:
        measure_voice(options)
    if "guard" in parts:
        subprocess.run([sys.executable, "-m", "bench.guard"], check=False, cwd=server.ROOT)
    if "orders" in parts:
        orders.measure(options.port)
    if "aftersales" in parts:
        aftersales.measure(options.port)
    if "desk" in parts:
        measure_desk(options)
    if "deadlines" in parts:
        subprocess.run([sys.executable, "-m", "bench.deadlines"], check=False, cwd=server.ROOT)
    if "knowledge" in parts:
        subprocess.run([sys.executable, "-m", "bench.knowledge"], check=False, cwd=server.ROOT)
    if "postgres" in parts:
        measure_postgres(options)
    return 0


def measure_reception(options: Any, parts: list[str]) -> None:
    with server.folder() as home:
        data = server.fresh(AGENTS, CONVERSATIONS, 1, home)
        if "lane" in parts:
            measure_lane(options, home, data)
        if "streams" in parts:
            measure_streams(options, home, data)
        if "queue" in parts:
            measure_queue(options, home, data)


def measure_lane(options: Any, home: Path, data: dict[str, Any]) -> None:
    """Limits and lane in turn, so that each ratio is taken in the same minute."""
    print("\nThe message lane (SQLite, synchronous=FULL, one server process)")
    ratios = []
    for turn in range(options.rounds):
        with server.folder() as other:
            spare = server.fresh(1, 2000, 1, other)
            rows = limits.rows_per_second(other, spare, group=options.connections // 2, seconds=options.seconds / 2)
        echo = limits.echo(options.port, data, connections=options.connections, seconds=options.seconds / 2)
        ours = _lane_once(options, home, data)
        least = min(rows, echo.rate)
        ratios.append(ours.rate / least)
        print(f"  limit 1: prepared inserts, group commits   {rows:9,.0f}/s")
        print(f"  limit 2: ASGI echo, same server            {echo.line()}")
        print(f"  lane end to end, half agents' texts        {ours.line()}")
        print(f"  round {turn + 1}: lane / smaller limit = {ratios[-1]:.2f}", flush=True)
    print(f"  median ratio {statistics.median(ratios):.2f} (wanted: 0.40; 8,000/s; p99 below 100 ms)")


def _lane_once(options: Any, home: Path, data: dict[str, Any], **env: str) -> load.Outcome:
    talks = {**data, "buyers": data["buyers"][:2048]}
    wanted = int(12_000 * options.seconds)
    with server.xiaoer(home, options.port, **env) as process:
        lane.measure(options.port, talks, connections=options.connections, messages=6000, seconds=2)  # warm
        server.settled(process)
        found = lane.measure(
            options.port, talks, connections=options.connections, messages=wanted, seconds=options.seconds
        )
    if not found.ok(201):
        print(f"  NOT ALL WERE ACKNOWLEDGED: {found.statuses}")
    return found


def measure_streams(options: Any, home: Path, data: dict[str, Any]) -> None:
    print("\nOpen streams (wanted: p99 below 100 ms, nothing lost, doubled or out of order)")
    with server.xiaoer(home, options.port):
        for buyers, agents in ((1000, 0), (980, 20)):
            seen = streams.measure(options.port, data, buyers=buyers, agents=agents, rate=1000, seconds=options.seconds)
            print(f"  {buyers} buyers, {agents} agents: {seen.line()}", flush=True)


def measure_queue(options: Any, home: Path, data: dict[str, Any]) -> None:
    print("\nThe agent's queue: 50 rows of 10,000 open conversations (wanted: 1,000/s, p99 below 50 ms)")
    path = "/api/conversations?box=queue&limit=50"
    with server.xiaoer(home, options.port):
        for name, query in (("as the workbench asks", path), ("through Django (x=1)", f"{path}&x=1")):
            feeds = [
                itertools.repeat(load.get(query, lane.agent_headers(data["agents"][n % AGENTS], data["csrf"])))
                for n in range(16)
            ]
            found = load.run(options.port, feeds, options.seconds / 2)
            print(f"  {name:28} {found.line()}", flush=True)
        with beside_writes(options.port, data):
            feeds = [
                itertools.repeat(load.get(path, lane.agent_headers(data["agents"][n % AGENTS], data["csrf"])))
                for n in range(16)
            ]
            print(f"  {'beside 100 messages/s':28} {load.run(options.port, feeds, options.seconds / 2).line()}")


def measure_voice(options: Any) -> None:
    """A telephone exchange that plays calls: events answered, screens told, nobody with two calls at once."""
    print(
        "\nTelephone: 100 calls, 5 a second, 16 agents (wanted: event to screen p99 < 500 ms, no error, none doubled)"
    )
    with server.folder() as home:
        data = server.fresh(16, 1, 1, home)
        command = [sys.executable, "-m", "xiaoer.cli", "token", "create", "--name", "PBX", "--shop", "bench-0"]
        made = subprocess.run(
            [*command, "--scope", "voice.events"],
            env=server.environment(home),
            cwd=server.ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        token = next(word for word in made.stdout.split() if word.startswith("xiaoer_"))
        with server.xiaoer(home, options.port):
            online = b'{"status":"online"}'
            feeds = [
                iter([load.post("/api/agents/status", lane.agent_headers(one, data["csrf"]), online)])
                for one in data["agents"]
            ]
            load.run(options.port, feeds, 5)
            cookie = data["agents"][0]["session"]
            seen = voice.measure(options.port, shop=data["shops"][0], token=token, cookie=cookie)
        print(f"  {seen.line()}", flush=True)


@contextmanager
def beside_writes(port: int, data: dict[str, Any]) -> Iterator[None]:
    """About a hundred messages a second from another process."""
    command = [sys.executable, "-m", "bench.trickle", str(port), "100", "60"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=server.ROOT)
    assert process.stdin is not None
    process.stdin.write(json.dumps({**data, "buyers": data["buyers"][:500]}).encode())
    process.stdin.close()
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def measure_desk(options: Any) -> None:
    print(f"\nThe desk: 200 agents, {options.buyers:,} buyers, {options.rate:.0f} a second (wanted: p99 below 500 ms)")
    with server.folder() as home:
        data = server.fresh(200, options.buyers, 1, home, silent=True)
        day = desk.measure(options.port, home, data, buyers=options.buyers, rate=options.rate, restarts=2)
        print(
            f"  first message to the agent's screen, {len(day.waits):,} talks: p50 {day.percentile(0.5):.0f} ms"
            f"  p99 {day.percentile(0.99):.0f} ms"
        )
        print(
            f"  opened {day.opened:,}, closed {day.closed:,}; {day.dropped} agents dropped out;"
            f" {day.restarts} restarts, {day.down_seconds:.1f} s down; refused {dict(day.refused)}"
        )
        print("  " + ", ".join(f"{name}: {count}" for name, count in desk.judged(home, day).items()))


def measure_postgres(options: Any) -> None:
    print("\nThe message lane on PostgreSQL (embedded, one server process)")
    from tests import postgres

    with postgres.server() as url, server.folder() as home:
        data = server.fresh(AGENTS, 2048, 1, home, DATABASE_URL=url)
        found = _lane_once(options, home, data, DATABASE_URL=url)
        print(f"  lane end to end                            {found.line()}")
        print("  (the test server runs without fsync: the figure says what the lane costs, not what a disk does)")


if __name__ == "__main__":
    raise SystemExit(main())
