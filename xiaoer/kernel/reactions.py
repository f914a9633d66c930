"""Reactions: what an area does when another one speaks.

A reaction reads the journal from its own place, one event and one transaction at a time; its place moves in that
same transaction, so what it writes happens exactly once. An event whose handler throws is tried again with a
growing pause and shown on a screen; it does not stop other reactions.
"""

from collections.abc import Callable
from dataclasses import dataclass

from xiaoer.kernel.models import Event

ReactionHandler = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Reaction:
    """A named reader of the journal: the event kinds it wants and what it does."""

    name: str
    kinds: frozenset[str]
    handler: ReactionHandler


REACTIONS: dict[str, Reaction] = {}


def reacts(*kinds: str, name: str) -> Callable[[ReactionHandler], ReactionHandler]:
    """Register `handler(event)` for event kinds under a lasting `name` (it is the key of its place)."""

    def register(handler: ReactionHandler) -> ReactionHandler:
        if name in REACTIONS and REACTIONS[name].handler.__qualname__ != handler.__qualname__:
            raise TypeError(f"two reactions call themselves {name!r}")
        REACTIONS[name] = Reaction(name, frozenset(kinds), handler)
        return handler

    return register
