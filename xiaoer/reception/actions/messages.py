"""Messages that the desk itself or another area writes; what people type goes through the lane. Same result."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.reception.events import AuthorFacts, MessageFacts, MessageSent
from xiaoer.reception.limits import reply_clocks
from xiaoer.reception.models import Conversation, Message
from xiaoer.reception.rules import BOT_NAME, KINDS, NOTE, Standing, audience, columns_after

_AUTHORS = {"staff": "staff", "buyer": "buyer", "bot": "bot"}


def post_message(
    conversation_id: int,
    *,
    by: Who,
    at: datetime,
    kind: str = "system",
    text: str = "",
    card: Mapping[str, Any] | None = None,
    attachments: Sequence[Mapping[str, Any]] = (),
    client_id: str = "",
    author: str = "",
) -> MessageFacts:
    """Write one message with its number, the conversation's columns, the reply clock and the journal row.

    `client_id` makes writing twice one message: give a telling one ("return:12:approved"). `author` is "bot" for what
    the desk says by itself; else it follows from `by` (staff, buyer, and system for everybody else).
    """
    if kind not in KINDS:
        raise Invalid(fields={"kind": T(f"不认识的消息类型 {kind}", f"Unknown message kind {kind}")})
    row = Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    if row is None:
        raise NotFound("没有这个会话", "There is no such conversation")
    client_id = client_id[:48] or uuid4().hex
    if (known := Message.objects.filter(conversation=row, client_id=client_id).first()) is not None:
        return message_facts(known)
    author = author or _AUTHORS.get(by.kind, "system")
    message = _add(row, author, by, kind, text, card, attachments, client_id, at)
    facts = message_facts(message)
    announce(
        MessageSent(conversation=row.pk, message=facts),
        shop_id=row.shop_id,
        subject=f"conversation:{row.pk}",
        by=by,
        at=at,
        customer_id=row.customer_id,
        for_buyer=kind != NOTE,
        audience=audience(row),
    )
    return facts


def _add(
    row: Conversation,
    author: str,
    by: Who,
    kind: str,
    text: str,
    card: Mapping[str, Any] | None,
    attachments: Sequence[Mapping[str, Any]],
    client_id: str,
    at: datetime,
) -> Message:
    """The row of the message and what it does to its conversation."""
    now = Standing(row.waiting_since, row.first_waiting_at, row.first_reply_at, row.unread_agent, row.unread_buyer)
    columns = columns_after(now, author=author, kind=kind, text=text, card=card, at=at)
    _reply_clock(row, columns, at)
    Conversation.objects.filter(pk=row.pk).update(seq=row.seq + 1, **columns)
    row.seq += 1
    for name, value in columns.items():
        setattr(row, name, value)
    return Message.objects.create(
        conversation=row,
        seq=row.seq,
        client_id=client_id,
        author_kind=author,
        author_id=by.id if author in ("staff", "buyer") else None,
        author_name=(BOT_NAME if author == "bot" else by.name)[:48],
        kind=kind,
        text=text,
        card=dict(card) if card is not None else None,
        attachments=[dict(one) for one in attachments],
        at=at,
    )


def _reply_clock(row: Conversation, columns: dict[str, Any], at: datetime) -> None:
    """Start the reply clock when the buyer begins to wait, end it when somebody answered (C06).

    It runs in opening hours only.
    """
    if "waiting_since" not in columns:
        return
    subject = f"conversation:{row.pk}"
    if columns["waiting_since"] is None:
        deadlines.settle(subject, "reply", at=at)
    elif row.waiting_since is None:
        clocks = reply_clocks(shop_facts(row.shop_id), at)
        limit = clocks.first if row.first_reply_at is None else clocks.follow_up
        due, warn = clocks.due(at, limit), clocks.warnings(at, limit)
        deadlines.start("reply", subject, shop_id=row.shop_id, due_at=due, at=at, warn_at=warn)


def message_facts(row: Message) -> MessageFacts:
    """A stored message as the journal and the API show it."""
    return MessageFacts(
        id=row.pk,
        seq=row.seq,
        client_id=row.client_id,
        author=AuthorFacts(kind=row.author_kind, id=row.author_id, name=row.author_name),
        kind=row.kind,
        text=row.text,
        attachments=row.attachments,
        card=row.card,
        at=iso(row.at) or "",
        guard=row.guard,
    )
