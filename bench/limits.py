"""What this machine can do without us: rows into the same kind of file, and requests through the same server."""

import sqlite3
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import orjson

from bench import load, server
from bench.lane import agent_headers

MESSAGE = "id,conversation_id,seq,client_id,author_kind,author_id,author_name,kind,text,attachments,card,guard,at"
EVENT = "number,at,shop_id,area,kind,subject,actor,payload,customer_id,for_buyer,perm"


def rows_per_second(home: Path, data: dict[str, Any], *, group: int, seconds: float) -> float:
    """Bare limit 1: a message and its journal row by prepared inserts, in group commits, synchronous=FULL, no web."""
    connection = sqlite3.connect(home / "xiaoer.sqlite3", isolation_level=None)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "cache_size=-65536",
        "mmap_size=268435456",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    first = connection.execute("SELECT COALESCE(MAX(id), 0) FROM reception_message").fetchone()[0]
    number = connection.execute("SELECT COALESCE(MAX(number), 0) FROM kernel_event").fetchone()[0]
    into_messages = f"INSERT INTO reception_message ({MESSAGE}) VALUES ({','.join('?' * 13)})"
    into_events = f"INSERT INTO kernel_event ({EVENT}) VALUES ({','.join('?' * 11)})"
    buyers, done = data["buyers"], 0
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        messages, events = [], []
        for n in range(done, done + group):
            messages.append(_message(first + n + 1, buyers[n % len(buyers)], n // len(buyers) + 100_000))
            events.append(_event(number + n + 1, buyers[n % len(buyers)]))
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(into_messages, messages)
        connection.executemany(into_events, events)
        connection.execute("COMMIT")
        done += group
    spent = time.perf_counter() - begin
    connection.close()
    return done / spent


def _message(pk: int, buyer: dict[str, Any], seq: int) -> tuple[Any, ...]:
    at, text = "2026-01-01 00:00:00.000001", "亲，在的，这款有货的哦"
    return (
        pk, buyer["conversation"], seq, uuid.uuid4().hex, "staff", 1, "客服", "text", text, "[]", None, None, at,
    )  # fmt: skip


def _event(number: int, buyer: dict[str, Any]) -> tuple[Any, ...]:
    payload = {
        "conversation": buyer["conversation"],
        "message": {
            "id": number, "seq": 1, "client_id": uuid.uuid4().hex, "author": {"kind": "staff", "id": 1, "name": "客服"},
            "kind": "text", "text": "亲，在的，这款有货的哦", "attachments": [], "card": None, "guard": None,
            "at": "2026-01-01T00:00:00.000001Z",
        },
    }  # fmt: skip
    return (
        number, "2026-01-01 00:00:00.000001", buyer["shop"], "reception", "message.sent",
        f"conversation:{buyer['conversation']}", "staff:1", orjson.dumps(payload).decode(), buyer["customer"], 1, "chat",
    )  # fmt: skip


def echo(port: int, data: dict[str, Any], *, connections: int, seconds: float) -> load.Outcome:
    """Bare limit 2: the smallest ASGI app under the same server and the same load."""
    body = orjson.dumps(
        {"conversation": 1, "client_id": uuid.uuid4().hex, "kind": "text", "text": "亲，在的，这款有货的哦"}
    )
    request = load.post("/lane/messages", agent_headers(data["agents"][0], data["csrf"]), body)

    def feed() -> load.Feed:
        while True:
            yield request

    with server.running([sys.executable, "-m", "bench.echo", str(port)], port, "/"):
        return load.run(port, [feed() for _ in range(connections)], seconds)
