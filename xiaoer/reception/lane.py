"""The message lane of the desk: what is queued, what is acknowledged, and the writer behind it."""

from dataclasses import dataclass, field
from typing import Any

from xiaoer.kernel import clock
from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.lane_store import Store, open_store
from xiaoer.reception import lane_sql
from xiaoer.reception.clocks import ReplyClocks as ReplyClocks


@dataclass(slots=True)
class Outgoing:
    """A message on its way: checked at the edge, not yet written."""

    conversation: int
    client_id: str
    kind: str
    text: str
    author: str
    """buyer, staff or bot."""
    author_id: int | None
    author_name: str
    who: str
    """The actor in the journal: "staff:4"."""
    shops: frozenset[int] = frozenset()
    """Shops in which a staff member may chat: her own conversations and the queue. Empty for a buyer."""
    everything: frozenset[int] = frozenset()
    """Shops in which she may also write into conversations that colleagues serve."""
    teams: frozenset[int] = frozenset()
    customer_id: int | None = None
    """The buyer herself; None for staff."""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    card: dict[str, Any] | None = None
    guard: dict[str, Any] | None = None
    clocks: ReplyClocks | None = None


@dataclass(slots=True)
class Ack:
    """A message that is written: its row, its place in the conversation, its number in the journal."""

    id: int
    seq: int
    at: str
    event: int | None
    """None when it was written before and this was a resend whose journal row is no longer looked up."""
    again: bool = False
    shop_id: int = 0
    customer_id: int = 0
    """Whose conversation it is: the edge remembers it."""


class MessageWriter:
    """Writes groups of messages on a connection of its own."""

    def __init__(self) -> None:
        self._store: Store = open_store()

    def write(self, items: list[Outgoing]) -> list[Ack | Refusal]:
        return lane_sql.write(self._store, items, clock.now())

    def close(self) -> None:
        self._store.close()
