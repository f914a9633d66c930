"""Who looks on: the open screens of this process and what each of them may see. Used only inside the event loop.

Screens of one person share a group: each journal line is tested once per group and its bytes are made once per
process, however many screens are open.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping

import orjson

from xiaoer.kernel.access import Perm, Viewer, holds
from xiaoer.kernel.tail import Line

MOST_BYTES = 1_000_000
"""Bytes that may wait for a slow screen; beyond, it is cut off and resumes from where it was."""
HEARTBEAT = b": beat\n\n"


def sees(viewer: Viewer, line: Line) -> bool:
    """Whether a viewer may see a journal line. Lines without a shop are a person's own."""
    if viewer.kind == "buyer":
        return bool(line.for_buyer) and line.customer_id is not None and line.customer_id == viewer.customer_id
    if line.shop_id is None:
        return str(viewer.who) in (line.subject, line.actor)
    return viewer.reads(line.shop_id, line.perm, line.audience)


class Screen:
    """One open stream: the pieces that wait for it and a bell."""

    __slots__ = ("_bell", "closed", "group", "pieces", "size", "task")

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0
        self.closed = False
        self.group: Group | None = None
        self.task: asyncio.Task[object] | None = asyncio.current_task()
        self._bell: asyncio.Future[None] | None = None

    def push(self, piece: bytes) -> None:
        self.pieces.append(piece)
        self.size += len(piece)
        if self.size > MOST_BYTES:
            self.cut()
        self.ring()

    def cut(self) -> None:
        """Too slow: let go of what waits and end the connection, even one that is stuck in sending."""
        self.pieces, self.size = [], 0
        if not self.closed and self.task is not None:
            self.task.cancel()
        self.closed = True

    def close(self) -> None:
        self.closed = True
        self.ring()

    def ring(self) -> None:
        if self._bell is not None and not self._bell.done():
            self._bell.set_result(None)

    def rung(self) -> "asyncio.Future[None]":
        """A future that is done at the next push."""
        self._bell = asyncio.get_running_loop().create_future()
        if self.pieces or self.closed:
            self._bell.set_result(None)
        return self._bell

    def take(self) -> bytes:
        pieces, self.pieces, self.size = self.pieces, [], 0
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class Group:
    """The screens of one viewer with the same rights."""

    __slots__ = ("screens", "viewer", "waiting")

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.screens: set[Screen] = set()
        self.waiting: list[bytes] = []

    def key(self) -> tuple[object, ...]:
        return key_of(self.viewer)


def key_of(viewer: Viewer) -> tuple[object, ...]:
    return (str(viewer.who), viewer.customer_id, viewer.team_ids, frozenset(viewer.shops.items()))


class Hub:
    """All screens of this process, found by shop, by person and by customer."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self._groups: dict[tuple[object, ...], Group] = {}
        self._by_shop: dict[int, set[Group]] = defaultdict(set)
        self._by_person: dict[str, set[Group]] = defaultdict(set)
        self._by_customer: dict[int, set[Group]] = defaultdict(set)

    def anybody(self) -> bool:
        """Whether a screen is open."""
        return bool(self._groups)

    def skip(self, number: int) -> bool:
        """Nobody looked on when the lines up to `number` were written; False when somebody does now."""
        if self._groups:
            return self.number >= number
        self.number = max(self.number, number)
        return True

    def join(self, viewer: Viewer) -> Screen:
        """Open a screen; it gets every line after `self.number` that the viewer may see."""
        group = self._groups.get(key_of(viewer))
        if group is None:
            group = self._groups[key_of(viewer)] = Group(viewer)
            for index in self._indexes(group):
                index.add(group)
        screen = Screen()
        screen.group = group
        group.screens.add(screen)
        return screen

    def leave(self, screen: Screen) -> None:
        group = screen.group
        if group is None or screen not in group.screens:
            return
        group.screens.discard(screen)
        if not group.screens:
            self._groups.pop(group.key(), None)
            for index in self._indexes(group):
                index.discard(group)

    def _indexes(self, group: Group) -> list[set[Group]]:
        viewer = group.viewer
        if viewer.kind == "buyer":
            return [self._by_customer[viewer.customer_id or 0]]
        return [self._by_person[str(viewer.who)], *(self._by_shop[shop] for shop in viewer.shops)]

    def publish(self, lines: Iterable[Line], after: int) -> None:
        """Give the lines that follow number `after` to everybody who may see them, in order, each once."""
        if after > self.number:  # what lies between was skipped, and then a screen opened: it is being read again
            return
        touched: dict[Group, None] = {}
        for line in lines:
            if line.number <= self.number:
                continue
            self.number = line.number
            for group in self._candidates(line):
                if sees(group.viewer, line):
                    group.waiting.append(line.to_buyer() if group.viewer.kind == "buyer" else line.for_staff())
                    touched[group] = None
        for group in touched:
            piece, group.waiting = b"".join(group.waiting), []
            for screen in tuple(group.screens):
                screen.push(piece)

    def _candidates(self, line: Line) -> list[Group]:
        found: list[Group] = []
        if line.shop_id is not None:
            found.extend(self._by_shop.get(line.shop_id, ()))
        else:
            found.extend({*self._by_person.get(line.subject, ()), *self._by_person.get(line.actor, ())})
        if line.for_buyer and line.customer_id is not None:
            found.extend(self._by_customer.get(line.customer_id, ()))
        return found

    def typing(
        self, conversation: int, shop_id: int, customer_id: int, author: Viewer, *, reading: bool = False
    ) -> None:
        """Tell the other side and colleagues that somebody is typing; kept nowhere. Reading is told to colleagues only."""
        buyer = author.kind == "buyer"
        who = {"kind": author.kind, "id": author.id, "name": author.who.name}
        if reading:
            who["reading"] = True
        staff = typing_frame(conversation, who)
        for group in tuple(self._by_shop.get(shop_id, ())):
            if group.viewer.who != author.who and holds(group.viewer.shops.get(shop_id, frozenset()), Perm.CHAT):
                self._push(group, staff)
        if not buyer and not reading:
            to_buyer = typing_frame(conversation, {"kind": "staff", "id": None, "name": author.who.name})
            for group in tuple(self._by_customer.get(customer_id, ())):
                self._push(group, to_buyer)

    def _push(self, group: Group, piece: bytes) -> None:
        for screen in tuple(group.screens):
            screen.push(piece)

    def beat(self) -> None:
        for screen in self.screens():
            screen.push(HEARTBEAT)

    def screens(self) -> list[Screen]:
        return [screen for group in self._groups.values() for screen in group.screens]

    def people(self) -> set[int]:
        """Ids of the staff who have a screen open in this process."""
        groups = self._groups.values()
        return {group.viewer.id for group in groups if group.viewer.kind == "staff" and group.viewer.id is not None}

    def close(self) -> None:
        """The server ends: let every screen go, it will come back to the next process."""
        for screen in self.screens():
            screen.close()


def typing_frame(conversation: int, who: Mapping[str, object]) -> bytes:
    return b"event: typing\ndata: " + orjson.dumps({"conversation": conversation, "who": who}) + b"\n\n"
