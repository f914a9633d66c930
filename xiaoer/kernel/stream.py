"""GET /stream: the journal as server-sent events, live, resumable, filtered by what the viewer may see.

A screen loads its state with the journal number it was read at, then follows from there: `?after=N`, or the
browser's own `Last-Event-ID` after a break. The screen is put on the list first, then what lies between N and the
number at which it was listed is read from the database, then the live lines follow: nothing is lost, nothing comes
twice. A gap of more than MOST_REPLAYED lines is answered with `event: reset`: load the screen anew.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

import orjson

from xiaoer.kernel import presence, tail
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.errors import Refusal, Unauthenticated
from xiaoer.kernel.hub import Hub, Screen, key_of, sees
from xiaoer.kernel.lane import Headers, Pairs, Receive, Scope, Send, broken, in_thread, quick, reply
from xiaoer.kernel.tail import Tail

log = logging.getLogger("xiaoer.stream")
BEAT_SECONDS = 15
RECHECK_SECONDS = 8
ASK_AGAIN = 0.6
"""Seconds between the question whether a viewer is still who she was and the look at the answer: meanwhile all open
screens are read anew together (`Remembered`)."""
MOST_REPLAYED = 20_000
PATIENCE = 2.0
"""Seconds to wait for a number that another process has just committed and our follower has not met yet."""
HELLO = b"retry: 1000\n: xiaoer\n\n"

Authenticate = Callable[[Headers, bool], Viewer | None]


class Stream:
    """The endpoint, with the hub and the follower of the journal behind it."""

    def __init__(
        self, authenticate: Authenticate, language: Callable[[Headers], str], outer: Callable[[Headers], Pairs]
    ) -> None:
        self.authenticate, self.language, self.outer = authenticate, language, outer
        self.hub = Hub()
        self._tail: Tail | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        number = await asyncio.get_running_loop().run_in_executor(None, in_thread, tail.newest)
        self.hub.number = number
        self._tail = Tail(self.hub, number)
        self._tasks = [asyncio.create_task(self._beat())]

    async def stop(self) -> None:
        self.hub.close()
        for task in self._tasks:
            task.cancel()
        if self._tail is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._tail.stop)

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            self.hub.beat()
            await loop.run_in_executor(None, in_thread, presence.tell, frozenset(self.hub.people()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        more = self.outer(headers) if b"origin" in headers else []
        try:
            viewer = await quick(self.authenticate, headers)
            if viewer is None:
                raise Unauthenticated()
            after = start_number(scope, headers)
        except Refusal as refusal:
            return await reply(send, refusal.status, orjson.dumps(refusal.body(self.language(headers))), more)
        except Exception:
            log.exception("a stream could not be opened")
            return await reply(send, 500, orjson.dumps(broken().body(self.language(headers))), more)
        try:
            await self._serve(viewer, after, headers, receive, send, more)
        except asyncio.CancelledError:
            log.info("a slow stream of %s was cut off", viewer.who)

    async def _serve(
        self, viewer: Viewer, after: int | None, headers: Headers, receive: Receive, send: Send, more: Pairs
    ) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, *more]})
        await _write(send, HELLO)
        if after is not None:
            await self._wait_for(after)
        screen = self.hub.join(viewer)
        gone = asyncio.create_task(_until_gone(receive, screen))
        watch = asyncio.create_task(self._recheck(headers, viewer, screen))
        try:
            if after is not None:
                async for piece in self._replay(viewer, after, self.hub.number, screen):
                    await _write(send, piece)
            while not screen.closed:
                await screen.rung()
                if piece := screen.take():
                    await _write(send, piece)
            if not gone.done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self.hub.leave(screen)
            gone.cancel()
            watch.cancel()

    async def _wait_for(self, number: int) -> None:
        """The caller may know a number that our follower meets in a moment."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while self.hub.number < number and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.01)

    async def _replay(self, viewer: Viewer, after: int, upto: int, screen: Screen) -> AsyncIterator[bytes]:
        if after > upto or upto - after > MOST_REPLAYED:
            yield b'event: reset\nid: %d\ndata: {"number":%d}\n\n' % (upto, upto)
            return
        loop = asyncio.get_running_loop()
        while after < upto and not screen.closed:
            lines = await loop.run_in_executor(None, in_thread, _read_for, viewer, after, upto)
            after = lines[-1].number if lines else upto
            buyer = viewer.kind == "buyer"
            pieces = [line.to_buyer() if buyer else line.for_staff() for line in lines if sees(viewer, line)]
            if pieces:
                yield b"".join(pieces)

    async def _recheck(self, headers: Headers, viewer: Viewer, screen: Screen) -> None:
        """Signed out, or other rights than at the start: end the stream; the screen comes back with its new rights."""
        while not screen.closed:
            await asyncio.sleep(RECHECK_SECONDS - ASK_AGAIN)
            try:
                await quick(self.authenticate, headers)
                await asyncio.sleep(ASK_AGAIN)
                now = await quick(self.authenticate, headers)
            except Refusal:
                now = None
            except Exception:
                log.exception("a viewer could not be checked; the stream goes on")
                continue
            if now is None or key_of(now) != key_of(viewer):
                screen.close()


_HEADERS: Pairs = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def _write(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _until_gone(receive: Receive, screen: Screen) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    screen.close()


def start_number(scope: Scope, headers: Headers) -> int | None:
    """The number to follow from: the browser's own memory first, then `?after=`; None means from now on."""
    text = headers.get(b"last-event-id", b"").decode("latin-1").strip()
    if not text:
        text = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("after", [""])[0].strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Refusal("bad_number", f"流水号「{text[:20]}」无效", f"{text[:20]!r} is no journal number", status=422)
    return int(text)


def _read_for(viewer: Viewer, after: int, upto: int) -> list[tail.Line]:
    """The next lines a viewer may see, narrowed in the database; permissions are tested by `sees`."""
    if viewer.kind == "buyer":
        return tail.read(after, upto, " AND for_buyer AND customer_id = %s", [viewer.customer_id])
    own = str(viewer.who)
    values: list[Any] = [own, own, *viewer.shops]
    shops = f" OR shop_id IN ({','.join(['%s'] * len(viewer.shops))})" if viewer.shops else ""
    return tail.read(after, upto, f" AND ((shop_id IS NULL AND (actor = %s OR subject = %s)){shops})", values)
