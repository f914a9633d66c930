"""The lane: many small writes, each acknowledged only after its commit, at the price of one commit for all of them.

Callers put items into a queue; one writer thread takes whatever has gathered, writes it in one transaction and
then lets every caller know. While a commit is on its way the next group gathers by itself, so the group grows
with the load and a lone message waits for nobody. No business word stands here: `write` is given.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Generic, Protocol, TypeVar

import orjson
from django.db import close_old_connections

from xiaoer.kernel import wake
from xiaoer.kernel.errors import Invalid, Refusal, TooMany
from xiaoer.kernel.i18n import T

log = logging.getLogger("xiaoer.lane")
Item = TypeVar("Item")
Ack = TypeVar("Ack")
Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Headers = Mapping[bytes, bytes]
Pairs = list[tuple[bytes, bytes]]
Done = Callable[[Any], None]

MOST = 512
"""Items in one transaction: more only makes the last of them wait."""
FULL = 20_000
"""Items in the queue at which new ones are refused: a full queue is told, not hidden."""


class Writer(Protocol[Item, Ack]):
    """What writes a group in one transaction: one result per item, a Refusal for an item that may not be written."""

    def write(self, items: list[Item]) -> list[Ack | Refusal]: ...

    def close(self) -> None: ...


class Lane(Generic[Item, Ack]):
    """A queue and its one writer thread."""

    def __init__(self, writer: Callable[[], Writer[Item, Ack]], name: str = "lane") -> None:
        self._make = writer
        self._queue: SimpleQueue[tuple[Item, Done] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left: list[tuple[Item, Done]] = []
        self.groups = 0
        self.written = 0

    def start(self) -> None:
        """Begin to write; called inside the event loop that will await the answers."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self) -> None:
        """Write what is queued, then end."""
        self._queue.put(None)
        self._thread.join(30)

    def send(self, item: Item, done: Done) -> None:
        """Queue an item; `done(acknowledgement or refusal)` is called in the event loop after its commit."""
        if self._queue.qsize() >= FULL:
            raise TooMany("busy", "服务器繁忙，请稍后重试", "The server is busy; try again in a moment", status=503)
        self._queue.put((item, done))

    def submit(self, item: Item) -> "asyncio.Future[Ack]":
        """Queue an item; the future is done after its commit, or fails with the refusal."""
        assert self._loop is not None, "the lane was not started"
        future: asyncio.Future[Ack] = self._loop.create_future()
        self.send(item, partial(_fulfil, future))
        return future

    def _gather(self) -> tuple[list[tuple[Item, Done]], bool]:
        """Wait for one item and take what is there, rounded down to a power of two; False when the lane is to end.

        Statements for lengths that are powers of two are few, so they stay prepared, and one does for the whole group.
        """
        group, self._left = self._left, []
        open_ = True
        try:
            while len(group) < MOST:
                entry = self._queue.get(block=not group)
                if entry is None:
                    open_ = False
                    break
                group.append(entry)
        except Empty:
            pass
        size = 1 << (len(group).bit_length() - 1) if group else 0
        if open_ and size < len(group):
            group, self._left = group[:size], group[size:]
        return group, open_

    def _run(self) -> None:
        writer: Writer[Item, Ack] | None = None
        open_ = True
        while open_:
            group, open_ = self._gather()
            if not group:
                continue
            results: list[Ack | Refusal | BaseException]
            try:
                writer = writer or self._make()
                results = list(writer.write([item for item, _ in group]))
                self.groups += 1
                self.written += len(group)
            except Exception as error:
                log.exception("a group of %s was not written", len(group))
                results = [error] * len(group)
                self._drop(writer)
                writer = None
            assert self._loop is not None
            self._loop.call_soon_threadsafe(_tell, group, results)
            wake.journal_grew()
        self._drop(writer)

    def _drop(self, writer: Writer[Item, Ack] | None) -> None:
        """Close a writer whose connection may be broken; the next group opens a new one."""
        try:
            if writer is not None:
                writer.close()
        except Exception:
            log.exception("closing the lane's connection failed")
        close_old_connections()


def _tell(group: list[tuple[Any, Done]], results: list[Any]) -> None:
    for (_, done), result in zip(group, results, strict=True):
        try:
            done(result)
        except Exception:  # one caller's trouble is not the others'
            log.exception("an acknowledgement could not be told")


def _fulfil(future: "asyncio.Future[Any]", result: Any) -> None:
    if future.done():  # the caller went away
        return
    if isinstance(result, BaseException):
        future.set_exception(result)
    else:
        future.set_result(result)


# --- HTTP without a framework ---------------------------------------------------------------------------------------


class Miss(Exception):
    """Something is not in memory: ask again with slow=True, in a thread that may read the database."""


Act = Callable[[Headers, bytes, bool], Any]
READERS = ThreadPoolExecutor(4, thread_name_prefix="lane-read")


class TooLarge(Refusal):
    status = 413


def too_large(most: int) -> Refusal:
    return TooLarge("too_large", f"内容过大，最多 {most // 1024} KB", f"Too large: {most // 1024} kB at most")


def in_thread(act: Callable[..., Any], *arguments: Any) -> Any:
    """Run in a reading thread, leaving no stale connection behind."""
    close_old_connections()
    try:
        return act(*arguments)
    finally:
        close_old_connections()


async def quick(act: Callable[..., Any], *arguments: Any) -> Any:
    """`act(..., slow=False)` at once; on a Miss again in a thread with slow=True."""
    try:
        return act(*arguments, False)
    except Miss:
        again = partial(in_thread, act, *arguments, True)
        return await asyncio.get_running_loop().run_in_executor(READERS, again)


async def read_body(receive: Receive, most: int) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= most:
        message = await receive()
        body += message.get("body", b"")
    if len(body) > most:
        raise too_large(most)
    return body


def parse(body: bytes) -> dict[str, Any]:
    """A JSON object, or a refusal that says what is wrong with it."""
    try:
        data = orjson.loads(body)
    except ValueError as error:
        zh = f"请求内容不是合法的 JSON：{error}"
        raise Invalid(fields={"body": T(zh, f"The body is not valid JSON: {error}")}) from None
    if not isinstance(data, dict):
        raise Invalid(fields={"body": T("请求内容应为 JSON 对象", "The body must be a JSON object")})
    return data


async def reply(send: Send, status: int, body: bytes, more: Pairs) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Post:
    """One POST address: read the body, act, answer; every refusal in the caller's language.

    `act(headers, body, slow)` gives an item for the lane, and `answer(item, ack)` then status and bytes; without a lane
    it gives a function that does the work inside the event loop and returns the bytes.
    """

    def __init__(
        self,
        act: Act,
        language: Callable[[Headers], str],
        *,
        lane: Lane[Any, Any] | None = None,
        answer: Callable[[Any, Any], tuple[int, bytes]] | None = None,
        outer: Callable[[Headers], Pairs],
        most: int = 64 * 1024,
    ) -> None:
        self.act, self.language, self.lane, self.answer = act, language, lane, answer
        self.outer, self.most = outer, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        more = self.outer(headers) if b"origin" in headers else []
        try:
            if scope["method"] != "POST":
                raise Refusal("method", "这个地址只接受 POST", "Use POST here", status=405)
            body = await read_body(receive, self.most)
            found = await quick(self.act, headers, body)
            if self.lane is not None and self.answer is not None:
                status, found = self.answer(found, await self.lane.submit(found))
            else:
                status, found = 200, found()
        except Refusal as refusal:
            status, found = refusal.status, orjson.dumps(refusal.body(self.language(headers)))
        except Exception:
            log.exception("POST %s failed", scope["path"])
            status, found = 500, orjson.dumps(broken().body(self.language(headers)))
        await reply(send, status, found, more)


def broken() -> Refusal:
    return Refusal("server_error", "服务器出错了，请稍后重试", "Something broke on the server; try again", status=500)


class Kept:
    """The last answer to one question, the computation that runs, and the one that begins after it."""

    __slots__ = ("body", "following", "running", "running_version", "version")

    def __init__(self) -> None:
        self.body: bytes | None = None
        self.version: int | None = None
        self.running: asyncio.Task[bytes] | None = None
        self.running_version: int | None = None
        self.following: asyncio.Task[bytes] | None = None


class Reads:
    """GET answers kept as bytes for as long as nobody has written anything; equal questions share one computation.

    `compute(viewer, query)` is the same function that Django's view calls; whatever is unusual goes to Django itself.
    Under a stream of writes one computation at a time serves all who ask: none is older than the question.
    """

    def __init__(
        self,
        find: Callable[[Headers, bool], Any],
        key: Callable[[Any, bytes], Any],
        compute: Callable[[Any, bytes], bytes],
        version: Callable[[], int | None],
        otherwise: Callable[[Scope, Receive, Send], Awaitable[None]],
        most: int = 512,
    ) -> None:
        self.find, self.key, self.compute, self.version = find, key, compute, version
        self.otherwise, self.most = otherwise, most
        self._kept: dict[Any, Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        try:
            viewer = await quick(self.find, headers) if scope["method"] == "GET" else None
            if viewer is None:
                return await self.otherwise(scope, receive, send)
            body = await self._answer(viewer, scope["query_string"])
        except Exception as error:  # a refusal, or anything strange: Django says it in the API's own words
            if not isinstance(error, Refusal):
                log.exception("GET %s failed", scope["path"])
            return await self.otherwise(scope, receive, send)
        await reply(send, 200, body, [])

    async def _answer(self, viewer: Any, query: bytes) -> bytes:
        key, version = self.key(viewer, query), self.version()
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= self.most:
                self._kept.clear()
            kept = self._kept[key] = Kept()
        if version is not None and kept.body is not None and kept.version == version:
            return kept.body
        if version is not None and kept.running is not None and kept.running_version == version:
            return await asyncio.shield(kept.running)
        if kept.following is None:
            kept.following = asyncio.create_task(self._follow(kept, viewer, query))
        return await asyncio.shield(kept.following)

    async def _follow(self, kept: Kept, viewer: Any, query: bytes) -> bytes:
        """Compute anew, after the computation that is on its way and may be too old for those who wait for us."""
        if kept.running is not None:
            await asyncio.wait([kept.running])
        kept.running, kept.following = kept.following, None
        version = kept.running_version = self.version()
        try:
            run = asyncio.get_running_loop().run_in_executor
            body: bytes = await run(READERS, in_thread, self.compute, viewer, query)
            kept.body, kept.version = body, version
            return body
        finally:
            kept.running = None
