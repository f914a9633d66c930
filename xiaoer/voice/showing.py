"""Calls, callers and follow-ups as people see them: numbers masked, words in the viewer's language."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from xiaoer.customers.queries import CustomerFacts, facts_by_id
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.i18n import T
from xiaoer.orders import queries as orders
from xiaoer.people.queries import names_of, shop_facts, team_names
from xiaoer.policy.queries import rule
from xiaoer.reception.queries import visible as visible_talks
from xiaoer.voice import flow, matching, queries, rules
from xiaoer.voice.guides import Guide, guides
from xiaoer.voice.models import Assist, Call, CallerNumber, FollowUp

_RECENT = 5
HOW = {
    "own": T("客户本人电话", "Her own phone"),
    "receiver": T("订单收货电话，请核对身份", "An order's receiver: ask who ordered"),
    "masked": T("脱敏号码相符，请核对身份", "Fits a masked number: ask who it is"),
}


def _customer(facts: CustomerFacts | None) -> dict[str, Any] | None:
    if facts is None:
        return None
    return {"id": facts.id, "name": facts.name, "vip": facts.vip, "level": facts.level, "tags": list(facts.tags)}


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return max(int((end - start).total_seconds()), 0) if start is not None and end is not None else None


def rows(calls: Iterable[Call], viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """Calls in a list."""
    found = list(calls)
    customers = facts_by_id(call.customer_id for call in found if call.customer_id is not None)
    owed = Counter(
        FollowUp.objects.filter(call__in=[call.pk for call in found], state=FollowUp.OPEN).values_list(
            "call_id", flat=True
        )
    )
    limits = {shop: queries.wait_limit(shop, at) for shop in {call.shop_id for call in found}}
    teams = {shop: team_names(shop) for shop in {call.shop_id for call in found if call.team_id is not None}}
    return [
        _row(call, viewer, customers.get(call.customer_id or 0), owed[call.pk], limits[call.shop_id], teams)
        for call in found
    ]


def _row(
    call: Call,
    viewer: Viewer,
    customer: CustomerFacts | None,
    owed: int,
    limits: tuple[timedelta, timedelta],
    teams: dict[int, dict[int, str]],
) -> dict[str, Any]:
    language = viewer.language
    waiting = call.state in flow.WAITING and call.direction == "inbound"
    came = call.queued_at or call.started_at
    at_agent = call.rang_at if call.state == "ringing" else call.offered_at
    return {
        "id": call.pk,
        "shop": call.shop_id,
        "direction": call.direction,
        "direction_label": rules.DIRECTIONS[call.direction].say(language),
        "state": call.state,
        "state_label": flow.STATES[call.state].say(language),
        "number": call.number_mask,
        "line": call.line,
        "customer": _customer(customer),
        "matched": call.matched,
        "vip": call.vip,
        "complaint": call.complaint,
        "first": call.band == 0,
        "agent": {"id": call.agent_id, "name": call.agent.name if call.agent else ""} if call.agent_id else None,
        "team": teams.get(call.shop_id, {}).get(call.team_id or 0, ""),
        "tried": len(call.tried),
        "started_at": iso(call.started_at),
        "waiting_since": iso(came) if waiting else None,
        "wait_due_at": iso(came + limits[0]) if waiting else None,
        "ring_since": iso(at_agent) if waiting and call.agent_id else None,
        "ring_due_at": iso(at_agent + limits[1]) if waiting and call.agent_id and at_agent else None,
        "answered_at": iso(call.answered_at),
        "ended_at": iso(call.ended_at),
        "wait_seconds": _seconds(came, call.answered_at or call.ended_at),
        "talk_seconds": _seconds(call.answered_at, call.ended_at),
        "hold_seconds": call.hold_seconds,
        "rings": call.rings,
        "end_reason": call.end_reason,
        "solved": call.solved,
        "topic": call.topic,
        "topic_label": rules.TOPICS[call.topic].say(language) if call.topic in rules.TOPICS else call.topic,
        "wrapped": call.wrapped_at is not None,
        "follow_ups": owed,
        "recorded": bool(call.recording_url),
        "callback_offered": call.callback_offered_at is not None,
        "mine": viewer.kind == "staff" and call.agent_id == viewer.id,
    }


def record(call: Call, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """Everything the screen pop shows (R696): who calls, level, recent orders, talks, earlier calls, what is owed."""
    (row,) = rows([call], viewer, at)
    mode = str(rule("remote_assistance", shop=shop_facts(call.shop_id), at=at).value)
    sees_people = viewer.may(Perm.CHAT, call.shop_id) or viewer.may(Perm.CHAT_ALL, call.shop_id)
    return {
        **row,
        "matched_label": rules.MATCHES[call.matched].say(viewer.language) if call.matched in rules.MATCHES else "",
        "note": call.note,
        "guide": call.guide,
        "guide_done": call.guide_done,
        "order": call.order_id,
        "conversation": call.conversation_id,
        "candidates": _candidates(call, viewer) if sees_people and call.matched not in ("exact", "chosen") else [],
        "orders": _orders(call, viewer),
        "talks": _talks(call, viewer),
        "earlier": _earlier(call, viewer, at),
        "open_follow_ups": follow_ups(_owed(call, viewer), viewer, at),
        "assists": _assists(call),
        "assist_mode": mode,
        "can": _can(call, viewer, mode),
        "topics": [
            {"value": name, "label": label.say(viewer.language)} for name, label in rules.TOPICS.items() if name
        ],
    }


def _candidates(call: Call, viewer: Viewer) -> list[dict[str, Any]]:
    """Who it may be, so that the agent chooses."""
    kept = CallerNumber.objects.filter(shop_id=call.shop_id, number_hash=call.number_hash).first()
    found = matching.candidates(call.shop_id, kept.number) if kept is not None else {}
    people = facts_by_id(found)
    return [
        {**(_customer(people[pk]) or {}), "how": how, "how_label": HOW[how].say(viewer.language)}
        for pk, how in found.items()
        if pk in people
    ]


def _orders(call: Call, viewer: Viewer) -> list[dict[str, Any]]:
    if call.customer_id is None or not viewer.may(Perm.ORDERS_VIEW, call.shop_id):
        return []
    wanted = orders.Search(shop=call.shop_id, customer=call.customer_id)
    found = orders.ask(viewer, wanted).order_by("-ordered_at", "-pk")[:_RECENT]
    return [orders.described(row, viewer) for row in found]


def _talks(call: Call, viewer: Viewer) -> list[dict[str, Any]]:
    if call.customer_id is None:
        return []
    found = visible_talks(viewer).filter(customer_id=call.customer_id).order_by("-last_message_at", "-pk")[:_RECENT]
    names = names_of(row.agent_id for row in found if row.agent_id is not None)
    return [
        {
            "id": row.pk,
            "state": row.state,
            "agent": names.get(row.agent_id or 0, ""),
            "last_text": row.last_text,
            "last_message_at": iso(row.last_message_at),
        }
        for row in found
    ]


def _earlier(call: Call, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """Her other calls. Whoever has the caller on the line may know that she called before, and what came of it."""
    if call.customer_id is None and not call.number_hash:
        return []
    same = {"customer_id": call.customer_id} if call.customer_id is not None else {"number_hash": call.number_hash}
    found = Call.objects.filter(shop_id=call.shop_id, **same).exclude(pk=call.pk).select_related("agent")
    return rows(found.order_by("-started_at", "-pk")[:_RECENT], viewer, at)


def _owed(call: Call, viewer: Viewer) -> list[FollowUp]:
    same = {"call__number_hash": call.number_hash} if call.number_hash else {"call": call}
    found = FollowUp.objects.filter(shop_id=call.shop_id, state=FollowUp.OPEN, **same)
    return list(found.select_related("call__customer", "owner").order_by("due_at", "pk")[:20])


def _assists(call: Call) -> list[dict[str, Any]]:
    found = list(Assist.objects.filter(call=call).order_by("pk"))
    names = names_of(row.staff_id for row in found if row.staff_id is not None)
    return [
        {
            "id": row.pk,
            "by": names.get(row.staff_id or 0, ""),
            "consent": row.consent,
            "link": row.link,
            "started_at": iso(row.started_at),
            "ended_at": iso(row.ended_at),
        }
        for row in found
    ]


def _can(call: Call, viewer: Viewer, mode: str) -> list[str]:
    """What she may do with the call now."""
    if viewer.kind != "staff":
        return []
    hand = call.agent_id == viewer.id or viewer.may(Perm.CHAT_ASSIGN, call.shop_id)
    found = []
    if call.state in flow.WAITING and call.direction == "inbound" and viewer.may(Perm.CHAT, call.shop_id):
        found.append("take")
    if hand:
        found += ["note", "link", "guide"]
        found += ["wrap"] if call.answered_at is not None else []
        found += ["assist"] if call.state in flow.SPEAKING and mode != "forbidden" else []
    if call.number_hash and viewer.may(Perm.ORDERS_UNMASK, call.shop_id):
        found.append("unmask")
    if call.recording_url and may_listen(call, viewer):
        found.append("listen")
    return found


def may_listen(call: Call, viewer: Viewer) -> bool:
    """A recording is for quality inspection, for who assigns, and for the agent who spoke (R564)."""
    if viewer.kind != "staff":
        return False
    perms = (Perm.QUALITY, Perm.CHAT_ASSIGN)
    return call.agent_id == viewer.id or any(viewer.may(perm, call.shop_id) for perm in perms)


def follow_ups(found: Iterable[FollowUp], viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    listed = list(found)
    people = facts_by_id(row.call.customer_id for row in listed if row.call.customer_id is not None)
    return [
        {
            "id": row.pk,
            "shop": row.shop_id,
            "call": row.call_id,
            "kind": row.kind,
            "kind_label": rules.FOLLOW_UPS[row.kind].say(viewer.language),
            "state": row.state,
            "text": row.text,
            "owner": {"id": row.owner_id, "name": row.owner.name} if row.owner is not None else None,
            "due_at": iso(row.due_at),
            "created_at": iso(row.created_at),
            "late": row.state == FollowUp.OPEN and row.due_at <= at,
            "done_at": iso(row.done_at),
            "result": row.result,
            "number": row.call.number_mask,
            "customer": _customer(people.get(row.call.customer_id or 0)),
            "mine": viewer.kind == "staff" and row.owner_id == viewer.id,
        }
        for row in listed
    ]


def guide(one: Guide, language: str) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title.say(language),
        "steps": [step.say(language) for step in one.steps],
        "source": one.source,
    }


def guide_named(key: str) -> Guide | None:
    return guides().get(key)
