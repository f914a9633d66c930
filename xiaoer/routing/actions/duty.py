"""Who is on duty (接待状态): history of the states, and what happens when a line is lost or comes back."""

from collections.abc import Collection
from datetime import datetime, timedelta

from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.models import Event
from xiaoer.people.queries import names_of, shop_facts
from xiaoer.policy.queries import rule
from xiaoer.reception import actions as reception
from xiaoer.reception.queries import come_back, lost_lines
from xiaoer.routing.models import StatusSpell

SHORTEST_GRACE = timedelta(seconds=20)
"""The least a shop may set: younger signs of life need not be looked at."""


def note_spell(event: Event) -> None:
    """An agent's state changed: one stretch ends, the next begins (考勤 reads it later)."""
    status, previous = str(event.payload["status"]), str(event.payload["previous"])
    if status == previous or event.shop_id is None:
        return
    staff_id = int(event.subject.partition(":")[2])
    now = StatusSpell.objects.filter(shop_id=event.shop_id, staff_id=staff_id, until=None)
    now.update(until=event.at)
    kind, _, actor = event.actor.partition(":")
    other = kind == "staff" and actor.isdigit() and int(actor) != staff_id
    StatusSpell.objects.create(
        shop_id=event.shop_id,
        staff_id=staff_id,
        status=status,
        previous=previous,
        why=event.payload.get("why") or ("by_other" if other else ""),
        device=event.payload.get("device", ""),
        by_name=names_of([int(actor)]).get(int(actor), "") if other else "",
        since=event.at,
    )


def note_pages(staff_ids: Collection[int], *, now: datetime, at: datetime) -> None:
    """Pages of these people are open in this process. `now` is the machine's time, `at` the shop's.

    Who has no page open anywhere for longer than the grace time goes offline; who comes back soon is as before.
    """
    if staff_ids:
        reception.note_seen_online(staff_ids, now=now)
        _come_back(staff_ids, at)
    for row in lost_lines(now - SHORTEST_GRACE):
        grace = rule("offline_grace", shop=shop_facts(row.shop_id), at=at).duration
        if row.seen_at is not None and row.seen_at < now - grace:
            _set(row.shop_id, row.staff_id, "offline", "line_lost", at)


def _come_back(staff_ids: Collection[int], at: datetime) -> None:
    for row in come_back(staff_ids):
        if at - row.since <= rule("offline_return", shop=shop_facts(row.shop_id), at=at).duration:
            _set(row.shop_id, row.staff_id, row.lost_from, "line_back", at)


def _set(shop_id: int, staff_id: int, status: str, why: str, at: datetime) -> None:
    try:
        reception.set_status(shop_id, staff_id, status=status, why=why, by=SYSTEM, at=at)
    except Invalid:
        return  # she does not chat in this shop any more
