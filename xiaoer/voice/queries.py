"""Reads about calls, always for a viewer; and what other areas may ask."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from xiaoer.kernel import paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import NotFound
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules as policy
from xiaoer.voice import flow, matching, seating
from xiaoer.voice.models import Call, Extension, FollowUp

_ALL = (Perm.CHAT_ALL, Perm.CHAT_ASSIGN)
_MOST_LIVE = 200
BOXES = ("live", "queue", "mine", "history", "lost", "recorded")


def calls_of(staff_ids: Iterable[int]) -> dict[int, int]:
    """Calls in the hands of agents now (ringing, given, speaking), over all shops: what routing weighs."""
    return seating.calls_in_hand(staff_ids)


def sees_all(viewer: Viewer) -> list[int]:
    """The shops whose calls she sees whole."""
    return [shop for shop, perms in viewer.shops.items() if any(perm in perms for perm in _ALL)]


def visible(viewer: Viewer) -> QuerySet[Call]:
    """All calls of a shop with CHAT_ALL or CHAT_ASSIGN; with CHAT her own, and what waits with nobody or her team."""
    everything = sees_all(viewer)
    allowed = Q(shop_id__in=everything)
    chats = [shop for shop in viewer.shops_with(Perm.CHAT) if shop not in everything]
    if chats and viewer.kind == "staff":
        queue = Q(state__in=flow.WAITING, agent=None) & (Q(team=None) | Q(team_id__in=viewer.team_ids))
        allowed |= Q(shop_id__in=chats) & (Q(agent_id=viewer.id) | queue)
    return Call.objects.filter(allowed)


def find(viewer: Viewer, call_id: int) -> Call:
    row = visible(viewer).select_related("customer", "agent").filter(pk=call_id).first()
    if row is None:
        raise NotFound("没有这通电话，或它不由您接听", "There is no such call, or it is not yours")
    return row


def require_hand(viewer: Viewer, call: Call) -> None:
    """Only who takes the call writes on it, or who assigns."""
    if viewer.kind != "staff" or (call.agent_id != viewer.id and not viewer.may(Perm.CHAT_ASSIGN, call.shop_id)):
        viewer.require(Perm.CHAT_ASSIGN, call.shop_id)


def page(
    viewer: Viewer,
    box: str,
    *,
    shop: int | None = None,
    customer: int | None = None,
    direction: str = "",
    number: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Call], str | None]:
    """One page of a box. Live calls: who is answered first comes first; all others: latest first."""
    rows = visible(viewer).select_related("customer", "agent")
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if customer is not None:
        rows = rows.filter(customer_id=customer)
    if direction:
        rows = rows.filter(direction=direction)
    if number.strip():
        plain = matching.plain_number(number)
        rows = rows.filter(number_hash=matching.number_hash(plain) or "-")
    if box in ("live", "queue"):
        states = flow.WAITING if box == "queue" else flow.LIVE
        found = list(rows.filter(state__in=states).order_by("band", "started_at", "pk")[:_MOST_LIVE])
        return sorted(
            found, key=lambda call: (flow.LIVE.index(call.state) // 2, call.band, _since(call), call.pk)
        ), None
    if box == "recorded":
        return paging.newest_first(rows.filter(recorded_at__isnull=False), "recorded_at", cursor=cursor, limit=limit)
    if box == "mine":
        rows = rows.filter(agent_id=viewer.id if viewer.kind == "staff" else 0)
    if box == "lost":
        rows = rows.filter(state__in=flow.LOST)
    return paging.newest_first(rows, "started_at", cursor=cursor, limit=limit)


def _since(call: Call) -> datetime:
    return call.queued_at or call.started_at


def by_ids(viewer: Viewer, ids: list[int]) -> list[Call]:
    """These calls in this order, as far as she may see them."""
    found = {row.pk: row for row in visible(viewer).filter(pk__in=ids).select_related("customer", "agent")}
    return [found[pk] for pk in ids if pk in found]


def summed_up(call_id: int) -> Call | None:
    """A call that was summed up, for areas that keep a register of calls."""
    return Call.objects.filter(pk=call_id, wrapped_at__isnull=False).first()


def in_hand(viewer: Viewer, at: datetime) -> list[Call]:
    """What an agent has in hand: it rings, she speaks, or the talk is over and not summed up yet."""
    if viewer.kind != "staff":
        return []
    mine = visible(viewer).filter(agent_id=viewer.id).select_related("customer", "agent")
    live = list(mine.filter(state__in=flow.LIVE).order_by("started_at", "pk")[:10])
    shops = viewer.shops_with(Perm.CHAT)
    if not shops:
        return live
    wrap = policy(["voice_wrap_most"], shop=shop_facts(shops[0]), at=at)["voice_wrap_most"].duration
    last = mine.filter(state="ended", answered_at__isnull=False).order_by("-started_at")[:1]
    after = [call for call in last if call.wrapped_at is None and call.ended_at and at - call.ended_at <= wrap]
    return live + after


def counts(viewer: Viewer, shop: int | None, at: datetime) -> dict[str, int]:
    """The numbers on the tabs."""
    rows, owed = visible(viewer), follow_ups_for(viewer).filter(state=FollowUp.OPEN)
    if shop is not None:
        rows, owed = rows.filter(shop_id=shop), owed.filter(shop_id=shop)
    return {
        "queue": rows.filter(state__in=flow.WAITING).count(),
        "talking": rows.filter(state__in=flow.SPEAKING).count(),
        "follow_ups": owed.count(),
        "late": owed.filter(due_at__lte=at).count(),
    }


# ------------------------------------------------------------------------------------------------ follow-ups


def follow_ups_for(viewer: Viewer) -> QuerySet[FollowUp]:
    """All of a shop with CHAT_ALL or CHAT_ASSIGN; with CHAT her own and those that belong to nobody yet."""
    everything = sees_all(viewer)
    chats = [shop for shop in viewer.shops_with(Perm.CHAT) if shop not in everything]
    allowed = Q(shop_id__in=everything)
    if chats and viewer.kind == "staff":
        allowed |= Q(shop_id__in=chats) & (Q(owner_id=viewer.id) | Q(owner=None))
    return FollowUp.objects.filter(allowed)


def find_follow_up(viewer: Viewer, follow_up_id: int) -> FollowUp:
    row = follow_ups_for(viewer).select_related("call__customer", "owner").filter(pk=follow_up_id).first()
    if row is None:
        raise NotFound("没有这条跟进", "There is no such follow-up")
    return row


def follow_up_page(
    viewer: Viewer, *, shop: int | None, state: str, mine: bool, cursor: str | None, limit: int
) -> tuple[list[FollowUp], str | None]:
    rows = follow_ups_for(viewer).filter(state=state).select_related("call__customer", "owner")
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if mine:
        rows = rows.filter(owner_id=viewer.id if viewer.kind == "staff" else 0)
    pager = paging.soonest_first if state == FollowUp.OPEN else paging.newest_first
    return pager(rows, "due_at", cursor=cursor, limit=limit)


# ------------------------------------------------------------------------------------------------ the exchange's side


def agent_by_extension(shop_id: int, wanted: set[str]) -> dict[str, int]:
    """Staff ids by the telephone numbers or user names that an exchange names."""
    rows = Extension.objects.filter(shop_id=shop_id, number__in=wanted)
    return dict(rows.values_list("number", "staff_id"))


def extensions_of(shop_id: int) -> list[Extension]:
    return list(Extension.objects.filter(shop_id=shop_id).select_related("staff").order_by("number"))


def extension_numbers(shop_id: int, staff_ids: Iterable[int]) -> dict[int, str]:
    rows = Extension.objects.filter(shop_id=shop_id, staff_id__in=list(staff_ids)).order_by("-number")
    return dict(rows.values_list("staff_id", "number"))


def instruction(call: Call) -> dict[str, Any]:
    """What the exchange is to do with a waiting call: ring at whom, or offer to call back (R586)."""
    waiting = call.state in flow.WAITING and call.direction == "inbound"
    agent = call.agent_id if waiting else None
    number = extension_numbers(call.shop_id, [agent]).get(agent, "") if agent is not None else ""
    return {"ring": agent, "extension": number, "offer_callback": waiting and call.callback_offered_at is not None}


def wait_limit(shop_id: int, at: datetime) -> tuple[timedelta, timedelta]:
    """The time to answer (20 s), and that of the ring limit (three rings)."""
    found = policy(["voice_service_seconds", "voice_rings_max", "voice_ring_seconds"], shop=shop_facts(shop_id), at=at)
    rings = found["voice_ring_seconds"].duration * int(found["voice_rings_max"].value)
    return found["voice_service_seconds"].duration, rings
