"""Talks of the past come in whole (历史会话导入): closed conversations with their lines, and the journal's lines of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.reception import events, rules
from xiaoer.reception.actions.conversations import tell
from xiaoer.reception.actions.messages import message_facts
from xiaoer.reception.flow import CLOSED
from xiaoer.reception.models import Conversation, Message


@dataclass(frozen=True, slots=True)
class PastLine:
    """Who said what, and when: "buyer", "staff" (the talk's agent) or "bot"."""

    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PastTalk:
    """A finished talk as a platform's export tells it: no clocks, no routing."""

    customer_id: int
    buyer_name: str
    agent: Who
    lines: tuple[PastLine, ...]
    closed_at: datetime
    rating: int | None = None


def keep_history(shop_id: int, talks: Sequence[PastTalk], *, by: Who, at: datetime) -> int:
    """Write the talks in a few statements; the figures of their days follow from the journal. How many lines."""
    kept = [talk for talk in talks if talk.lines]
    rows = Conversation.objects.bulk_create([_row(shop_id, talk) for talk in kept], batch_size=200)
    messages = [
        _message(row, talk, seq, line)
        for row, talk in zip(rows, kept, strict=True)
        for seq, line in enumerate(talk.lines, 1)
    ]
    Message.objects.bulk_create(messages, batch_size=200)
    by_talk: dict[int, list[Message]] = {}
    for message in messages:
        by_talk.setdefault(message.conversation_id, []).append(message)
    for row, talk in zip(rows, kept, strict=True):
        _tell(row, talk, by_talk[row.pk])
    return len(messages)


def _row(shop_id: int, talk: PastTalk) -> Conversation:
    asked = [line.at for line in talk.lines if line.author == "buyer"]
    answers = [line.at for line in talk.lines if line.author == "staff"]
    last = talk.lines[-1]
    return Conversation(
        shop_id=shop_id,
        customer_id=talk.customer_id,
        agent_id=talk.agent.id,
        state=CLOSED,
        opened_at=talk.lines[0].at,
        queued_at=talk.lines[0].at,
        assigned_at=talk.lines[0].at,
        closed_at=talk.closed_at,
        first_waiting_at=asked[0] if asked else None,
        first_reply_at=answers[0] if answers else None,
        last_message_at=last.at,
        last_text=rules.preview("text", last.text),
        last_author=last.author,
        seq=len(talk.lines),
        rating=talk.rating,
        rated_at=talk.closed_at if talk.rating else None,
        outcome="solved" if answers else "unsolved",
    )


def _message(row: Conversation, talk: PastTalk, seq: int, line: PastLine) -> Message:
    who = {"buyer": (talk.customer_id, talk.buyer_name), "staff": (talk.agent.id, talk.agent.name)}
    author_id, name = who.get(line.author, (None, rules.BOT_NAME))
    return Message(
        conversation=row,
        seq=seq,
        client_id=f"past:{row.pk}:{seq}",
        author_kind=line.author,
        author_id=author_id,
        author_name=name[:48],
        text=line.text,
        at=line.at,
    )


def _tell(row: Conversation, talk: PastTalk, messages: list[Message]) -> None:
    actors = {"buyer": Who("buyer", talk.customer_id, talk.buyer_name), "staff": talk.agent}
    for message in messages:
        payload = events.MessageSent(conversation=row.pk, message=message_facts(message))
        tell(row, payload, by=actors.get(message.author_kind, SYSTEM), at=message.at)
    closed = events.ConversationClosed(conversation=row.pk, reason=row.outcome, agent=row.agent_id)
    tell(row, closed, by=talk.agent, at=talk.closed_at)
