"""Rounds and day figures, written in batches behind the message lane (轮次事实, 日数据). Idempotent, made anew at will."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import CLOCK
from xiaoer.kernel.clock import iso
from xiaoer.kernel.events import last_number
from xiaoer.kernel.models import Event, Reader
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules
from xiaoer.reception import events, turns
from xiaoer.reception.actions.conversations import tell
from xiaoer.reception.limits import reply_clocks
from xiaoer.reception.models import Conversation, DayFigure, DayMark, Turn
from xiaoer.reception.turns import Round, Said

READER = "reception.turns"
KINDS = ("message.sent", "conversation.closed", "conversation.labelled")
BATCH = 500
SKIP = 500
_STAFF = re.compile(r",?staff:(\d+)")
_FIELDS = (
    "pk", "shop_id", "conversation_id", "customer_id", "seq", "started_at", "serving_id", "agent_id", "bot_at", "first",
    "urgent", "idle",
)  # fmt: skip


@dataclass(slots=True)
class Batch:
    """What was read and worked out without a lock, ready to be written in one short transaction."""

    start: int
    end: int
    lines: int
    reading: turns.Reading
    urgent: list[Round]


def read_turns(*, at: datetime, limit: int = BATCH) -> Batch | None:
    """Read on in the journal from the saved place; None when there is nothing to write."""
    place = Reader.objects.filter(pk=READER).values_list("number", flat=True).first() or 0
    head = last_number()
    ahead = Event.objects.filter(number__gt=place, number__lte=head, kind__in=KINDS).order_by("number")
    rows = list(ahead.values_list("number", "at", "kind", "shop_id", "customer_id", "audience", "payload")[:limit])
    if not rows:
        empty = turns.Reading({}, set())
        return Batch(place, head, 0, empty, []) if head - place >= SKIP else None
    labelled = {int(row[6]["conversation"]) for row in rows if row[2] == "conversation.labelled"}
    reading = _read([line for row in rows if (line := _said(*row)) is not None], labelled)
    return Batch(place, rows[-1][0], len(rows), reading, _weigh(reading, labelled, at))


def write_turns(batch: Batch, *, at: datetime) -> int:
    """Write it and move the place; 0 when another process was first."""
    Reader.objects.get_or_create(name=READER)
    mine = Reader.objects.filter(pk=READER, number=batch.start)
    if mine.update(number=batch.end, attempts=0, error="", failed_at=None) == 0:
        return 0
    _store(batch.reading, batch.end)
    for one in batch.urgent:
        _hurry(one, at)
    return batch.lines


def _said(
    number: int, at: datetime, kind: str, shop: int | None, customer: int | None, audience: str | None, payload: Any
) -> Said | None:
    conversation = int(payload["conversation"])
    if shop is None:
        return None
    if kind == "conversation.closed":
        return Said(number, at, shop, conversation, customer or 0, merged_into=payload.get("merged_into"))
    if kind != "message.sent":
        return None
    message, found = payload["message"], _STAFF.match(audience or "")
    author = message["author"]
    return Said(
        number, at, shop, conversation, customer or 0, author["kind"], author.get("id"), message["kind"],
        message["seq"], int(found.group(1)) if found else None,
    )  # fmt: skip


def _read(lines: list[Said], labelled: set[int]) -> turns.Reading:
    """The lines onto the rounds that stand open in the database."""
    talks = labelled | {line.conversation for line in lines} | {line.merged_into for line in lines if line.merged_into}
    rows = Turn.objects.filter(conversation_id__in=talks, ended_at=None).values_list(*_FIELDS)
    known = {row[2]: _round(row) for row in rows}
    seen = set(Turn.objects.filter(conversation_id__in=talks).values_list("conversation_id", flat=True).distinct())
    reading = turns.read_on(lines, known, seen)
    alive = set(
        Conversation.objects.filter(pk__in={one.conversation for one in reading.begun}).values_list("pk", flat=True)
    )
    reading.begun = [one for one in reading.begun if one.conversation in alive]
    _silences(reading.begun)
    return reading


def _round(row: tuple[Any, ...]) -> Round:
    pk, shop, talk, customer, seq, started, serving, agent, bot_at, first, urgent, idle = row
    return Round(
        shop, talk, customer, seq, started, serving, agent, bot_at=bot_at, first=first, urgent=urgent, idle=idle, id=pk
    )


_BEFORE = """
SELECT conversation_id, seq + 1, at FROM reception_message WHERE {where}
"""


def _silences(begun: list[Round]) -> None:
    """How long nobody had spoken before each question: the line before it, by its number."""
    wanted = {(one.conversation, one.seq): one for one in begun if one.seq > 1}
    keys = list(wanted)
    for start in range(0, len(keys), 100):
        part = keys[start : start + 100]
        where = " OR ".join(["(conversation_id = %s AND seq = %s)"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(_BEFORE.format(where=where), [value for talk, seq in part for value in (talk, seq - 1)])
            for talk, seq, said_at in cursor.fetchall():
                one = wanted[talk, seq]
                one.idle = max(0, int((one.started_at - _moment(said_at)) / timedelta(seconds=1)))


def _moment(stored: Any) -> datetime:
    """SQLite gives plain SQL a time without its zone, or text."""
    moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _weigh(reading: turns.Reading, labelled: set[int], at: datetime) -> list[Round]:
    """Which first questions are urgent (C06): a VIP's, or one with an urgent label. Those whose clock must hurry."""
    fresh = {one.conversation: one for one in reading.begun if one.first}
    late = {talk: one for talk, one in reading.open.items() if talk in labelled and one.first and not one.urgent}
    asked = fresh | late
    if not asked:
        return []
    known = {
        row[0]: row[1:]
        for row in Conversation.objects.filter(pk__in=asked).values_list("pk", "customer__vip", "labels")
    }
    limits = {shop: _urgency(shop, at) for shop in {one.shop for one in asked.values()}}
    found = []
    for talk, one in asked.items():
        vip, labels = known.get(talk, (0, []))
        level, words = limits[one.shop]
        if vip >= level or words & set(labels):
            one.urgent = True
            if one.id is not None and not one.touched:
                one.touched = True
                reading.changed.append(one)
            if one.ended_at is None:
                found.append(one)
    return found


def _urgency(shop_id: int, at: datetime) -> tuple[int, set[str]]:
    found = rules(["urgent_vip_level", "urgent_labels"], shop=shop_facts(shop_id), at=at)
    return int(found["urgent_vip_level"].value), set(map(str, found["urgent_labels"].value))


def _hurry(one: Round, at: datetime) -> None:
    """Move the running reply clock to the urgent limit, counted from the question; screens are told."""
    subject = f"conversation:{one.conversation}"
    clock = next((row for row in deadlines.open_for(subject) if row.kind == "reply"), None)
    row = Conversation.objects.filter(pk=one.conversation, first_reply_at=None, waiting_since__isnull=False).first()
    if clock is None or row is None:
        return
    shop = shop_facts(one.shop)
    limit = rules(["first_human_reply_urgent"], shop=shop, at=at)["first_human_reply_urgent"].duration
    clocks = reply_clocks(shop, one.started_at)
    due = clocks.due(one.started_at, limit)
    if due >= clock.due_at:
        return
    warn = tuple(moment for moment in clocks.warnings(one.started_at, limit) if moment > at)
    deadlines.start("reply", subject, shop_id=one.shop, due_at=due, at=one.started_at, warn_at=warn)
    payload = events.ConversationUrgent(conversation=row.pk, agent=row.agent_id, due_at=iso(due) or "")
    tell(row, payload, by=CLOCK, at=at, for_buyer=False)


# ------------------------------------------------------------------------------------------------ storing


_CHANGE = """
UPDATE reception_turn SET started_at = %s, ended_at = %s, ended = %s, agent_id = %s, bot_at = %s, urgent = %s
WHERE id = %s AND ended_at IS NULL
"""


def _store(reading: turns.Reading, number: int) -> None:
    """New rounds, changed rounds, and the marks of the days they count for."""
    Turn.objects.bulk_create((_row(one) for one in reading.begun), batch_size=200, ignore_conflicts=True)
    adapt = connection.ops.adapt_datetimefield_value
    changed = [
        (adapt(one.started_at), adapt(one.ended_at), one.ended, one.agent, adapt(one.bot_at), one.urgent, one.id)
        for one in reading.changed
    ]
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(_CHANGE, changed)
    mark_days({(one.shop, one.day) for one in (*reading.begun, *reading.changed)}, number)


def _row(one: Round) -> Turn:
    return Turn(
        shop_id=one.shop,
        conversation_id=one.conversation,
        customer_id=one.customer,
        serving_id=one.serving,
        agent_id=one.agent,
        seq=one.seq,
        day=one.day,
        started_at=one.started_at,
        ended_at=one.ended_at,
        ended=one.ended,
        bot_at=one.bot_at,
        first=one.first,
        urgent=one.urgent,
        idle=one.idle,
    )


def mark_days(days: Iterable[tuple[int, date]], number: int) -> None:
    """These days' figures must be counted anew."""
    rows = [DayMark(shop_id=shop, day=day, number=number) for shop, day in sorted(days)]
    DayMark.objects.bulk_create(rows, update_conflicts=True, update_fields=["number"], unique_fields=["shop", "day"])


def marked_days(most: int = 4) -> list[tuple[int, date, int]]:
    """Days whose figures are out of date, the latest first, with the place of their mark."""
    return list(DayMark.objects.order_by("-day", "shop_id").values_list("shop_id", "day", "number")[:most])


def keep_figures(
    shop_id: int, day: date, number: int, figures: list[DayFigure], settled: bool, *, at: datetime
) -> None:
    """Write a day's figures; its mark goes when nothing happened since and nobody waits whose verdict may still turn."""
    for figure in figures:
        figure.at = at
    DayFigure.objects.bulk_create(
        figures,
        update_conflicts=True,
        unique_fields=["shop", "metric", "day"],
        update_fields=["counted", "good", "pending", "seconds", "detail", "at"],
    )
    if settled:
        DayMark.objects.filter(shop_id=shop_id, day=day, number=number).delete()


def forget_turns(*, at: datetime) -> None:
    """Throw the projection away; the next batches read the journal from its beginning."""
    Turn.objects.all().delete()
    DayFigure.objects.all().delete()
    DayMark.objects.all().delete()
    Reader.objects.update_or_create(name=READER, defaults={"number": 0})
