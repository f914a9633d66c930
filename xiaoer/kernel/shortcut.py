"""The short way of a message through the HTTP server: no task, no ASGI messages, one write per answer.

Half of what a message costs is the road between socket and application (decision 0002 has the numbers). This class
stands where uvicorn's own request cycle would stand and is driven by uvicorn's protocol in the same way: it gets the
body, and says when the answer is complete. It does the plain case only: a POST over HTTP/1.1 to a known address.
Everything else, and every request under another server, goes the ASGI way to the same functions (`lane.Post`).
"""

import asyncio
import logging
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.lane import READERS, Miss, Post, broken, in_thread, too_large

log = logging.getLogger("xiaoer.lane")
STATUS = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}
ALWAYS = b"content-type: application/json\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n"


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol with a short way for the addresses in `posts`."""

    posts: ClassVar[dict[bytes, Post]] = {}

    def on_message_begin(self) -> None:
        """The scope that ASGI wants is made when the address is known, for those who read it."""
        self.url, self.headers, self.expect_100_continue = b"", [], False

    def on_headers_complete(self) -> None:
        post = self.posts.get(self.url)
        if post is None or not self.plain():
            return self.at_length()
        cycle: Any = Short(self, post, dict(self.headers), self.parser.should_keep_alive())
        self.cycle = cycle

    def at_length(self) -> None:
        """The ASGI way, as if the message began now."""
        url, headers, expect = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.headers += headers
        self.url, self.expect_100_continue = url, expect
        super().on_headers_complete()

    def plain(self) -> bool:
        """A POST over HTTP/1.1, nothing unusual, and no answer of this connection on its way."""
        parser = self.parser
        return (
            (self.cycle is None or self.cycle.response_complete)
            and not self.expect_100_continue
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and not parser.should_upgrade()
        )


class Short:
    """One request. uvicorn's protocol fills `body`, clears `more_body`, and rings `message_event`, which is this too."""

    __slots__ = (
        "body", "disconnected", "headers", "item", "keep_alive", "message_event", "more_body", "post", "protocol",
        "response_complete",
    )  # fmt: skip

    def __init__(self, protocol: Protocol, post: Post, headers: dict[bytes, bytes], keep_alive: bool) -> None:
        self.protocol, self.post, self.headers, self.keep_alive = protocol, post, headers, keep_alive
        self.body = bytearray()
        self.more_body, self.disconnected, self.response_complete = True, False, False
        self.message_event = self
        self.item: Any = None

    def set(self) -> None:
        """Part of the body came, or all of it, or the caller went away."""
        if self.disconnected or self.response_complete:
            return
        if len(self.body) > self.post.most:
            self.keep_alive = False
            self.refuse(too_large(self.post.most))
        elif not self.more_body:
            self.act()

    def act(self) -> None:
        try:
            self.queue(self.post.act(self.headers, bytes(self.body), False))
        except Miss:
            again = partial(in_thread, self.post.act, self.headers, bytes(self.body), True)
            work = asyncio.get_running_loop().run_in_executor(READERS, again)
            work.add_done_callback(self.found)
        except Exception as error:
            self.refuse(error)

    def found(self, work: "asyncio.Future[Any]") -> None:
        """What had to be read from the database is there."""
        try:
            self.queue(work.result())
        except Exception as error:
            self.refuse(error)

    def queue(self, item: Any) -> None:
        assert self.post.lane is not None
        self.item = item
        self.post.lane.send(item, self.acknowledged)

    def acknowledged(self, ack: Any) -> None:
        """Called after the commit."""
        if isinstance(ack, BaseException):
            return self.refuse(ack)
        assert self.post.answer is not None
        self.reply(*self.post.answer(self.item, ack))

    def refuse(self, error: BaseException) -> None:
        if not isinstance(error, Refusal):
            log.error("a message failed", exc_info=error)
            error = broken()
        self.reply(error.status, orjson.dumps(error.body(self.post.language(self.headers))))

    def reply(self, status: int, body: bytes) -> None:
        """Everything in one write."""
        self.response_complete = True
        protocol = self.protocol
        if self.disconnected or protocol.transport.is_closing():
            return
        head = [STATUS[status], ALWAYS]
        for name, value in protocol.server_state.default_headers:
            head += (name, b": ", value, b"\r\n")
        if b"origin" in self.headers:
            for name, value in self.post.outer(self.headers):
                head += (name, b": ", value, b"\r\n")
        if not self.keep_alive:
            head.append(b"connection: close\r\n")
        head.append(b"content-length: %d\r\n\r\n" % len(body))
        head.append(body)
        protocol.transport.write(b"".join(head))
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()
