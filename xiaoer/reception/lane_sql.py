"""One group of messages into the database: a few statements, one transaction, in order per conversation.

It goes round the ORM (decision 0002): conversations are read once, every message is counted in by
`rules.columns_after` (the same pure function that `actions.post_message` uses), and the new rows of messages, journal,
conversations and reply clocks are written as whole lists. Whatever stands in a row here equals what `post_message`
writes; a test compares them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import orjson

from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound, Refusal
from xiaoer.kernel.lane_store import Store, insert, update_by
from xiaoer.reception.clocks import ReplyClocks
from xiaoer.reception.events import MessageSent
from xiaoer.reception.flow import CLOSED, QUEUED
from xiaoer.reception.rules import NOTE, audience, count_in

if TYPE_CHECKING:
    from xiaoer.reception.lane import Ack, Outgoing

REPLY = "reply"
"""The kind of the clock that runs while a buyer waits."""
BUYER, STAFF = "buyer", "staff"
AREA, KIND, PERM = MessageSent.AREA, MessageSent.KIND, str(MessageSent.PERM)

MESSAGES, EVENTS, CONVERSATIONS, DEADLINES = (
    "reception_message",
    "kernel_event",
    "reception_conversation",
    "kernel_deadline",
)
MESSAGE_COLUMNS = (
    "id,conversation_id,seq,client_id,author_kind,author_id,author_name,kind,text,attachments,card,guard,at"
)
EVENT_COLUMNS = "number,at,shop_id,area,kind,subject,actor,payload,customer_id,for_buyer,perm,audience"
DEADLINE_COLUMNS = "kind,subject,shop_id,started_at,due_at,warn_at,next_at,settled_at,attempts,error"
MOVED = {
    "id": "bigint",
    "seq": "integer",
    "waiting_since": "timestamptz",
    "first_waiting_at": "timestamptz",
    "first_reply_at": "timestamptz",
    "last_message_at": "timestamptz",
    "last_text": "text",
    "last_author": "text",
    "unread_agent": "integer",
    "unread_buyer": "integer",
}
TALK_FIELDS = (
    "c.id,c.shop_id,c.customer_id,c.state,c.agent_id,c.team_id,c.seq,c.waiting_since,c.first_waiting_at,"
    "c.first_reply_at,c.last_message_at,c.last_text,c.last_author,c.unread_agent,c.unread_buyer,"
    "c.guests,CASE WHEN b.display_name <> '' THEN b.display_name ELSE b.nick END"
)
FROM_TALKS = (
    "FROM (SELECT DISTINCT conversation_id AS id FROM given) asked"
    " CROSS JOIN reception_conversation c JOIN customers_customer b ON b.id = c.customer_id WHERE c.id = asked.id"
)
KNOWN_FIELDS = "m.conversation_id,m.client_id,m.id,m.seq,m.at"
FROM_KNOWN = (
    "FROM given CROSS JOIN reception_message m"
    " WHERE m.conversation_id = given.conversation_id AND m.client_id = given.client_id"
)
_moved = attrgetter(*MOVED)
_SET = ",".join(f"{name} = given.{name}" for name in MOVED if name != "id")
WRITE_TALKS = f"UPDATE reception_conversation SET {_SET} FROM given WHERE reception_conversation.id = given.id"  # noqa: S608  # our own names
SETTLE = (
    "UPDATE kernel_deadline SET settled_at = given.at, next_at = NULL, failed_at = NULL FROM given"
    " WHERE kernel_deadline.subject = given.subject AND kernel_deadline.kind = 'reply'"
    " AND kernel_deadline.settled_at IS NULL"
)
START_AGAIN = (
    "ON CONFLICT (subject, kind) WHERE settled_at IS NULL DO UPDATE SET started_at = excluded.started_at,"
    " due_at = excluded.due_at, warn_at = excluded.warn_at, next_at = excluded.next_at, paused_at = NULL"
)


@dataclass(slots=True)
class TalkRow:
    """A conversation as the lane holds it during one group; times are as the database gave them."""

    id: int
    shop_id: int
    customer_id: int
    state: str
    agent_id: int | None
    team_id: int | None
    seq: int
    waiting_since: Any
    first_waiting_at: Any
    first_reply_at: Any
    last_message_at: Any
    last_text: str
    last_author: str
    unread_agent: int
    unread_buyer: int
    guests: str
    buyer_name: str
    moved: bool = False


@dataclass(slots=True)
class Clock:
    """A reply clock that begins in this group, and may end in it too."""

    talk: TalkRow
    limit: timedelta
    rules: ReplyClocks
    settled: bool = False


@dataclass(slots=True)
class Group:
    """What one transaction will write."""

    at: datetime
    iso: str
    when: Any
    talks: dict[int, TalkRow]
    known: dict[tuple[int, str], "Ack"]
    fresh: list[tuple["Outgoing", TalkRow, "Ack"]] = field(default_factory=list)
    clocks: dict[int, Clock] = field(default_factory=dict)
    ended: list[Clock] = field(default_factory=list)
    answered: set[int] = field(default_factory=set)
    """Conversations whose clock from before this group ends."""


def write(store: Store, items: "list[Outgoing]", at: datetime) -> "list[Ack | Refusal]":
    """Write a group in one transaction: an acknowledgement or a refusal for each, in the order given."""
    with store.transaction():
        group = _read(store, items, at)
        results: list[Ack | Refusal] = []
        for item in items:
            try:
                results.append(_take(group, item))
            except Refusal as refusal:
                results.append(refusal)
        if group.fresh:
            _number(store, group)
            _write(store, group)
    return results


def _read(store: Store, items: "list[Outgoing]", at: datetime) -> Group:
    from xiaoer.reception.lane import Ack

    keys = [(item.conversation, item.client_id) for item in items]
    looks = ((TALK_FIELDS, FROM_TALKS), (KNOWN_FIELDS, FROM_KNOWN))
    talks, known = store.look({"conversation_id": "bigint", "client_id": "text"}, keys, looks)
    return Group(
        at,
        iso(at) or "",
        store.when(at),
        {row[0]: TalkRow(*row) for row in talks},
        {(row[0], row[1]): Ack(row[2], row[3], iso_of(row[4]), None, again=True) for row in known},
    )


def iso_of(stored: Any) -> str:
    """A stored time as the API writes it; SQLite gives text, PostgreSQL a datetime."""
    if isinstance(stored, str):
        return stored.replace(" ", "T") + "Z"
    return iso(stored) or ""


def _take(group: Group, item: "Outgoing") -> "Ack":
    """Count one message in, or refuse it: not her conversation, or closed."""
    from xiaoer.reception.lane import Ack

    talk = group.talks.get(item.conversation)
    if talk is None or not may_write(talk, item):
        raise NotFound("没有找到这个会话", "There is no such conversation")
    key = (item.conversation, item.client_id)
    if (known := group.known.get(key)) is not None:
        return known
    if talk.state == CLOSED and item.kind != NOTE:
        raise closed(item.author)
    _count_in(group, talk, item)
    ack = group.known[key] = Ack(0, talk.seq, group.iso, None, False, talk.shop_id, talk.customer_id)
    group.fresh.append((item, talk, ack))
    return ack


def may_write(talk: TalkRow, item: "Outgoing") -> bool:
    """A buyer writes into her own conversation; an agent into those she serves and those in the queue (her team's).

    The same rule as `queries.visible`: what she cannot see she cannot write into. A colleague asked in writes notes.
    """
    if item.author == BUYER:
        return talk.customer_id == item.customer_id
    if talk.shop_id not in item.shops:
        return False
    if talk.shop_id in item.everything or (talk.agent_id is not None and talk.agent_id == item.author_id):
        return True
    if item.author != STAFF:
        return False
    if talk.state == QUEUED and (talk.team_id is None or talk.team_id in item.teams):
        return True
    return item.kind == NOTE and bool(talk.guests) and item.who in talk.guests.split(",")


def _count_in(group: Group, talk: TalkRow, item: "Outgoing") -> None:
    waited = talk.waiting_since is not None
    talk.seq += 1
    talk.moved = True
    count_in(talk, author=item.author, kind=item.kind, text=item.text, card=item.card, at=group.when)
    if waited and talk.waiting_since is None:
        _end(group, talk)
    elif not waited and talk.waiting_since is not None and item.clocks is not None:
        limit = item.clocks.first if talk.first_reply_at is None else item.clocks.follow_up
        group.clocks[talk.id] = Clock(talk, limit, item.clocks)


def closed(author: str) -> Refusal:
    if author == BUYER:
        return Refusal(
            "conversation_closed", "会话已结束，请重新发起咨询", "This conversation is closed; start a new one"
        )
    return Refusal("conversation_closed", "会话已结束，请先重新打开", "This conversation is closed; reopen it first")


def _end(group: Group, talk: TalkRow) -> None:
    clock = group.clocks.pop(talk.id, None)
    if clock is None:
        group.answered.add(talk.id)
    else:
        clock.settled = True
        group.ended.append(clock)


def _number(store: Store, group: Group) -> None:
    """Give every new message its key and its place in the journal, and tell them to the acknowledgements."""
    ids = store.take_ids(MESSAGES, len(group.fresh))
    numbers = store.take_ids(EVENTS, len(group.fresh))
    for (_, _, ack), pk, number in zip(group.fresh, ids, numbers, strict=True):
        ack.id, ack.event = pk, number


def _write(store: Store, group: Group) -> None:
    rows = [_rows_of(group, *fresh) for fresh in group.fresh]
    insert(store, MESSAGES, MESSAGE_COLUMNS, [message for message, _ in rows])
    insert(store, EVENTS, EVENT_COLUMNS, [event for _, event in rows])
    moved = [_moved(talk) for talk in group.talks.values() if talk.moved]
    update_by(store, MOVED, moved, WRITE_TALKS)
    _write_clocks(store, group)


def _rows_of(group: Group, item: "Outgoing", talk: TalkRow, ack: "Ack") -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The message's row and its journal row."""
    seq, subject = ack.seq, f"conversation:{talk.id}"
    name = talk.buyer_name[:48] if item.author == BUYER else item.author_name
    message = (
        ack.id, talk.id, seq, item.client_id, item.author, item.author_id, name, item.kind, item.text,
        _json(item.attachments), _json(item.card), _json(item.guard), group.when,
    )  # fmt: skip
    payload: dict[str, Any] = {
        "conversation": talk.id,
        "message": {
            "id": ack.id, "seq": seq, "client_id": item.client_id,
            "author": {"kind": item.author, "id": item.author_id, "name": name},
            "kind": item.kind, "text": item.text, "attachments": item.attachments, "card": item.card,
            "at": group.iso, "guard": item.guard,
        },
    }  # fmt: skip
    event = (
        ack.event, group.when, talk.shop_id, AREA, KIND, subject,
        item.who, orjson.dumps(payload).decode(), talk.customer_id, item.kind != NOTE, PERM, audience(talk),
    )  # fmt: skip
    return message, event


def _json(value: Any) -> str | None:
    if not value:  # as it nearly always is
        return None if value is None else "[]" if value == [] else "{}"
    return orjson.dumps(value).decode()


def _write_clocks(store: Store, group: Group) -> None:
    if group.answered:
        ended: list[tuple[Any, ...]] = [(f"conversation:{pk}", group.when) for pk in group.answered]
        update_by(store, {"subject": "text", "at": "timestamptz"}, ended, SETTLE)
    clocks = [*group.ended, *group.clocks.values()]
    if not clocks:
        return
    times = {kind: _times(store, group.at, *kind) for kind in {(clock.rules, clock.limit) for clock in clocks}}
    rows: list[tuple[Any, ...]] = []
    for clock in clocks:
        due, warn, soon = times[clock.rules, clock.limit]
        settled = group.when if clock.settled else None
        rows.append(
            (
                REPLY,
                f"conversation:{clock.talk.id}",
                clock.talk.shop_id,
                group.when,
                due,
                warn,
                None if clock.settled else soon,
                settled,
                0,
                "",
            )
        )
    insert(store, DEADLINES, DEADLINE_COLUMNS, rows, START_AGAIN)


def _times(store: Store, at: datetime, rules: ReplyClocks, limit: timedelta) -> tuple[Any, str, Any]:
    """Due, the warnings as the deadlines table keeps them, and the first instant to look at."""
    due = rules.due(at, limit)
    warnings = [moment for moment in rules.warnings(at, limit) if at < moment < due]
    text = orjson.dumps([moment.isoformat() for moment in warnings]).decode()
    return store.when(due), text, store.when(warnings[0] if warnings else due)
