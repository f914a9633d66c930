"""What the guard must know of one talk: whether its buyer is proved, whether her freight is free, what she just asked."""

from __future__ import annotations

from collections.abc import Iterable

from xiaoer.guard import queries as guard
from xiaoer.guard.qr import codes_in
from xiaoer.guard.turns import turns_of
from xiaoer.orders.queries import orders_of_customer
from xiaoer.reception.actions.uploads import path_of
from xiaoer.reception.identity import state_of
from xiaoer.reception.models import Conversation, Message, Upload

STRICT = frozenset({"identity_unverified", "free_shipping"})
"""Assumed of every talk at first sight: only when a rule then speaks is the talk itself looked up."""
LAST_TURNS, LATEST_ORDERS, MOST_TALKS = 8, 30, 20_000


class Pressing:
    """How many texts of ours a buyer has left unanswered (骚扰, R621), in this process; a resend counts once."""

    def __init__(self) -> None:
        self._sent: dict[int, tuple[int, str]] = {}

    def count(self, conversation: int, client_id: str) -> int:
        """Unanswered texts before this one."""
        found, last = self._sent.get(conversation, (0, ""))
        return found - (last == client_id)

    def sent(self, conversation: int, client_id: str) -> bool:
        """One more; False for a resend."""
        found, last = self._sent.get(conversation, (0, ""))
        if last == client_id:
            return False
        if len(self._sent) > MOST_TALKS:
            self._sent.clear()
        self._sent[conversation] = (found + 1, client_id)
        return True

    def heard(self, conversation: int) -> None:
        """She wrote: what we say next is an answer."""
        self._sent.pop(conversation, None)


def talk_switches(conversation: int, customer_id: int) -> tuple[frozenset[str], frozenset[str]]:
    """The switches of a talk (R375, R405), and the buyer's order numbers and waybills, which may be written to her."""
    row = Conversation.objects.get(pk=conversation)
    orders = orders_of_customer(customer_id, limit=LATEST_ORDERS)
    found = {"identity_verified" if state_of(row).verified else "identity_unverified"}
    if orders and orders[0].free_shipping:
        found.add("free_shipping")
    elif orders and orders[0].freight_fen:
        found.add("no_free_shipping")
    return frozenset(found), frozenset(number for one in orders for number in (one.order_no, one.waybill) if number)


def just_asked(conversation: int) -> tuple[tuple[str, ...], int]:
    """The buyer's last questions that an answer is read with, and how many answers they have had: from what is stored,
    for a process that has not heard them itself."""
    rows = Message.objects.filter(conversation_id=conversation, author_kind__in=["buyer", "staff", "bot"], kind="text")
    last = list(rows.order_by("-seq").values_list("author_kind", "text")[:LAST_TURNS])
    turns = [{"from": "buyer" if kind == "buyer" else "agent", "text": text} for kind, text in reversed(last)]
    _, asked, answers = turns_of(turns, "out")
    return tuple(text for text in asked[-3:] if guard.asks(text)), answers


def codes_shown(uploads: Iterable[int]) -> list[str]:
    """What the QR codes in pictures say that an agent is about to send, as texts for the rules (R619)."""
    keys = (
        Upload.objects.filter(pk__in=list(uploads), mime__startswith="image/")
        .order_by("pk")
        .values_list("key", flat=True)
    )
    return [code for key in keys for code in codes_in(path_of(key).read_bytes())]
