"""One follower of the journal per process: reads every new line once and hands it to the hub.

It is woken at once by commits of this process (`wake`), by NOTIFY from other processes on PostgreSQL, and looks by
itself every quarter of a second (SQLite with several processes). Numbers commit in order (events.lock_journal, one
writer on SQLite), so reading "everything after the last number" never leaves a hole.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import orjson
from django.db import connections

from xiaoer.kernel import wake
from xiaoer.kernel.clock import iso
from xiaoer.kernel.events import REGISTRY

log = logging.getLogger("xiaoer.stream")
POLL = 0.25
CHUNK = 500
BREATH = 0.004
"""Rest after each read: lines that come in the meantime go out together."""


_hearers: dict[str, list[Callable[[int | None], None]]] = {}


def when_heard(kind: str, run: Callable[[int | None], None]) -> None:
    """Call `run(shop)` in this process at each journal line of a kind, also one that another process wrote.

    For what a process remembers and must forget at once. Only while a screen is open here: with nobody looking the
    journal is not read, and memories must also grow old by themselves. `run` must not block.
    """
    _hearers.setdefault(kind, []).append(run)


def _tell_hearers(lines: "list[Line]") -> None:
    for line in lines:
        for run in _hearers.get(line.kind, ()):
            try:
                run(line.shop_id)
            except Exception:
                log.exception("hearing %s failed", line.kind)


class Line:
    """One journal row on its way to screens; what is sent is made once for all who see it."""

    __slots__ = (
        "_buyer", "_staff", "actor", "area", "at", "audience", "customer_id", "for_buyer", "kind", "number", "payload", "perm",
        "shop_id", "subject",
    )  # fmt: skip

    def __init__(self, row: Sequence[Any]) -> None:
        (
            self.number, self.at, self.shop_id, self.area, self.kind, self.subject, self.actor, self.payload,
            self.customer_id, self.for_buyer, self.perm, self.audience,
        ) = row  # fmt: skip
        self._staff: bytes | None = None
        self._buyer: bytes | None = None

    def for_staff(self) -> bytes:
        """The frame that staff get: the stored payload as it is."""
        if self._staff is None:
            self._staff = self._frame(self.actor, self.payload)
        return self._staff

    def to_buyer(self) -> bytes:
        """The frame that the buyer gets: no staff-only fields, no row numbers of staff."""
        if self._buyer is None:
            actor = self.actor if self.actor.startswith("buyer") else self.actor.partition(":")[0]
            payload = buyer_payload(self.kind, orjson.loads(self.payload))
            self._buyer = self._frame(actor, orjson.dumps(payload).decode())
        return self._buyer

    def _frame(self, actor: str, payload: str) -> bytes:
        at = self.at.replace(" ", "T") + "Z" if isinstance(self.at, str) else iso(self.at)
        shop = "null" if self.shop_id is None else self.shop_id
        return (
            f'id: {self.number}\nevent: journal\ndata: {{"number":{self.number},"at":"{at}","shop":{shop},'
            f'"area":"{self.area}","kind":"{self.kind}","subject":"{self.subject}","actor":"{actor}",'
            f'"payload":{payload}}}\n\n'
        ).encode()


def buyer_payload(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The part of a payload that its buyer may read, as the event type says."""
    known = REGISTRY.get(kind)
    seen: Callable[[dict[str, Any]], dict[str, Any]] | None = getattr(known, "seen_by_buyer", None)
    if seen is not None:
        return seen(payload)
    fields = getattr(known, "BUYER_FIELDS", None)
    if fields is not None:
        return {name: value for name, value in payload.items() if name in fields}
    return payload


def _columns() -> str:
    text = "payload::text" if connections["default"].vendor == "postgresql" else "payload"
    return f"number, at, shop_id, area, kind, subject, actor, {text}, customer_id, for_buyer, perm, audience"


def read(after: int, upto: int | None = None, where: str = "", values: Sequence[Any] = ()) -> list[Line]:
    """At most CHUNK lines after a number, in order; `where` narrows them.

    SQLite gives them as one JSON value: row by row, Python would give the interpreter lock away at each.
    """
    until = "" if upto is None else " AND number <= %s"
    sql = f"SELECT {_columns()} FROM kernel_event WHERE number > %s{until}{where} ORDER BY number LIMIT {CHUNK}"  # noqa: S608  # no value inside
    asked = [after, *([] if upto is None else [upto]), *values]
    with connections["default"].cursor() as cursor:
        if connections["default"].vendor == "postgresql":
            cursor.execute(sql, asked)
            return [Line(row) for row in cursor.fetchall()]
        cursor.execute(f"SELECT json_group_array(json_array({_columns()})) FROM ({sql})", asked)  # noqa: S608  # see above
        return [Line(row) for row in orjson.loads(cursor.fetchone()[0])]


def newest() -> int:
    """The last number in the journal."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(number), 0) FROM kernel_event")
        return int(cursor.fetchone()[0])


class Listeners(Protocol):
    """Who hears of new lines; called inside the event loop, except `anybody`."""

    number: int

    def anybody(self) -> bool: ...

    def publish(self, lines: list[Line], after: int) -> None: ...

    def skip(self, number: int) -> bool: ...


class Tail:
    """The thread that follows the journal and tells the hub inside the event loop.

    While no screen is open it only follows the number. A screen that opens in that very moment is not forgotten: the
    hub then declines to skip and what follows the gap, and the thread reads again from the hub's number.
    """

    def __init__(self, hub: Listeners, number: int) -> None:
        self._hub = hub
        self.number = number
        self._loop = asyncio.get_running_loop()
        self._woken = threading.Event()
        self._stopped = False
        self._again: int | None = None
        self._off = wake.on_journal(self._woken.set)
        self._threads = [threading.Thread(target=self._run, name="journal-tail", daemon=True)]
        if connections["default"].vendor == "postgresql":
            self._threads.append(threading.Thread(target=self._listen, name="journal-listen", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped = True
        self._off()
        self._woken.set()
        for thread in self._threads:
            thread.join(5)

    def _run(self) -> None:
        while not self._stopped:
            self._woken.wait(POLL)
            self._woken.clear()
            try:
                again, self._again = self._again, None
                if again is not None:
                    self.number = min(self.number, again)
                self._read_on()
            except Exception:
                log.exception("reading the journal failed; trying again")
                connections["default"].close()
                time.sleep(1)
        connections["default"].close()

    def _read_on(self) -> None:
        if not self._hub.anybody():
            number = newest()
            if number > self.number:
                self.number = number
                self._loop.call_soon_threadsafe(self._skip, number)
                time.sleep(BREATH)
            return
        while lines := read(self.number):
            after, self.number = self.number, lines[-1].number
            _tell_hearers(lines)
            self._loop.call_soon_threadsafe(self._hub.publish, lines, after)
            time.sleep(BREATH)

    def _skip(self, number: int) -> None:
        if not self._hub.skip(number):
            self._again = self._hub.number if self._again is None else min(self._again, self._hub.number)
            self._woken.set()

    def _listen(self) -> None:
        """PostgreSQL tells us when another process has written."""
        import psycopg

        wanted = connections["default"].get_connection_params()
        for ours in ("cursor_factory", "context", "prepare_threshold", "server_side_binding"):
            wanted.pop(ours, None)
        while not self._stopped:
            try:
                with psycopg.connect(**wanted, autocommit=True) as connection:
                    connection.execute("LISTEN xiaoer_journal")
                    while not self._stopped:
                        for _ in connection.notifies(timeout=1, stop_after=1):
                            self._woken.set()
            except psycopg.Error:
                log.warning("listening to PostgreSQL failed; trying again", exc_info=True)
                time.sleep(1)
