"""Reactions: what an area does when another one speaks.

A reaction reads the journal from its own place, a few events in one transaction; its place moves in that same
transaction, so what it writes happens exactly once. When a handler throws, those events are handled one by one; the one
that fails is tried again with a growing pause and shown on a screen; it does not stop other reactions.
"""

from collections.abc import Callable
from dataclasses import dataclass

from xiaoer.kernel.models import Event

ReactionHandler = Callable[[Event], None]
BatchHandler = Callable[[list[Event]], None]


@dataclass(frozen=True, slots=True)
class Reaction:
    """A named reader of the journal: the event kinds it wants and what it does.

    With `many` it handles what has come in the meantime in one transaction. One that stands `apart` is not run by the
    clock loop but by a loop of its area, so that nothing slower delays it.
    """

    name: str
    kinds: frozenset[str]
    handler: ReactionHandler
    many: BatchHandler | None = None
    apart: bool = False


REACTIONS: dict[str, Reaction] = {}


def reacts(*kinds: str, name: str) -> Callable[[ReactionHandler], ReactionHandler]:
    """Register `handler(event)` for event kinds under a lasting `name` (it is the key of its place)."""

    def register(handler: ReactionHandler) -> ReactionHandler:
        if name in REACTIONS and REACTIONS[name].handler.__qualname__ != handler.__qualname__:
            raise TypeError(f"two reactions call themselves {name!r}")
        REACTIONS[name] = Reaction(name, frozenset(kinds), handler)
        return handler

    return register


def reacts_to_many(*kinds: str, name: str, apart: bool = False) -> Callable[[BatchHandler], BatchHandler]:
    """Register `handler(events)`: a helping of events, in order, in one transaction."""

    def register(handler: BatchHandler) -> BatchHandler:
        known = REACTIONS.get(name)
        if known is not None and (known.many is None or known.many.__qualname__ != handler.__qualname__):
            raise TypeError(f"two reactions call themselves {name!r}")
        REACTIONS[name] = Reaction(name, frozenset(kinds), lambda event: handler([event]), handler, apart)
        return handler

    return register
