"""Reads of the call queue: who sits where, what waits, what an agent has in hand. No viewer: the desk itself asks."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, F, Max, QuerySet

from xiaoer.kernel.access import Role
from xiaoer.people.queries import agents_of
from xiaoer.reception.queries import loads_of, status_rows
from xiaoer.voice.flow import LIVE, SPEAKING, WAITING
from xiaoer.voice.models import Call
from xiaoer.voice.rules import Seat

_MAIN_ACCOUNT = {Role.OWNER.value, Role.SUPERVISOR.value}


def next_calls(shop_id: int, *, since: datetime) -> QuerySet[Call]:
    """Incoming calls that wait with nobody: VIP and complaints first (R697), then who waits longest.

    A call that began before `since` is a report of the past, nobody is on the line.
    """
    rows = Call.objects.filter(shop_id=shop_id, state="queued", agent=None, direction="inbound", started_at__gte=since)
    return rows.order_by("band", F("queued_at").asc(nulls_first=True), "pk")


def waiting_calls(shop_id: int) -> QuerySet[Call]:
    """Every incoming call that is not answered yet, in the order of the queue."""
    rows = Call.objects.filter(shop_id=shop_id, state__in=WAITING, direction="inbound")
    return rows.order_by("band", F("queued_at").asc(nulls_first=True), "pk")


def calls_in_hand(staff_ids: Iterable[int]) -> dict[int, int]:
    """Calls that ring at an agent, are given to her, or that she speaks in, over all shops."""
    rows = Call.objects.filter(agent_id__in=list(staff_ids), state__in=LIVE).values("agent_id")
    return {row["agent_id"]: row["n"] for row in rows.annotate(n=Count("pk")).order_by("agent_id")}


def speaking(staff_ids: Iterable[int]) -> set[int]:
    """Who of them speaks on the telephone now."""
    rows = Call.objects.filter(agent_id__in=list(staff_ids), state__in=SPEAKING)
    return set(rows.values_list("agent_id", flat=True))


def seats(shop_id: int) -> list[Seat]:
    """Everybody who receives buyers in a shop, with status, calls in hand, open conversations, teams."""
    people = agents_of(shop_id)
    ids = [person.id for person in people]
    status = {row.staff_id: row.status for row in status_rows(shop_id)}
    calls, chats = calls_in_hand(ids), loads_of(ids)
    answered = (
        Call.objects.filter(agent_id__in=ids, shop_id=shop_id).values("agent_id").annotate(last=Max("started_at"))
    )
    last = {row["agent_id"]: row["last"] for row in answered.order_by("agent_id")}
    return [
        Seat(
            person.id,
            person.name,
            status.get(person.id, "offline"),
            calls.get(person.id, 0),
            chats.get(person.id, (0, 0))[0],
            person.team_ids,
            bool(person.roles & _MAIN_ACCOUNT),
            last.get(person.id),
        )
        for person in people
    ]


def last_agent(call: Call, *, since: datetime) -> int | None:
    """Who spoke with this caller last."""
    if not call.number_hash:
        return None
    rows = Call.objects.filter(shop_id=call.shop_id, number_hash=call.number_hash, started_at__gte=since)
    spoken = rows.filter(answered_at__isnull=False, agent__isnull=False).exclude(pk=call.pk)
    return spoken.order_by("-started_at", "-pk").values_list("agent_id", flat=True).first()
