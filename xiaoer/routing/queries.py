"""Reads of routing: who is there, what was decided about a talk, why one waits now, how talks were sorted."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.models import Event
from xiaoer.people.queries import team_names
from xiaoer.reception import queries as reception
from xiaoer.reception.queries import Conversation
from xiaoer.reception.rules import STATUSES
from xiaoer.routing.desk import Desk, cap_of, desk_now
from xiaoer.routing.learning import predict
from xiaoer.routing.models import HandOver, Sorting, Topic, Wait
from xiaoer.routing.reads import find_topic as find_topic
from xiaoer.routing.reads import history as history
from xiaoer.routing.reads import peak as peak
from xiaoer.routing.reads import recent as recent
from xiaoer.routing.reads import settings_of as settings_of
from xiaoer.routing.rules import CHOSEN, REASONS, WAITING, WHOLE, Agent, Decision, decide
from xiaoer.routing.sorting import features, guess
from xiaoer.routing.starter import starter
from xiaoer.routing.wanting import hold_until, waits_since, wanted_by
from xiaoer.routing.wording import CAUSES, SIDES

_DECISIONS = ("routing.assigned", "routing.waiting")
_HELD = 500


def agents_now(shop_id: int, *, at: datetime) -> list[Agent]:
    """Everybody who receives buyers in a shop, with status, load over all shops, cap, teams."""
    return desk_now(shop_id, at=at).agents


def shown_agents(shop_id: int, viewer: Viewer, *, at: datetime) -> list[dict[str, Any]]:
    """Who is there, who is busy: for the transfer dialog and the supervisor. Online and least busy first."""
    order = list(STATUSES)
    since = {row.staff_id: row.since for row in reception.status_rows(shop_id)}
    agents = sorted(agents_now(shop_id, at=at), key=lambda one: (order.index(one.status), one.burden, one.id))
    return [
        {
            "id": agent.id,
            "name": agent.name,
            "status": agent.status,
            "status_label": STATUSES[agent.status].say(viewer.language),
            "since": iso(since.get(agent.id)),
            "load": agent.load,
            "cap": agent.cap,
            "weight": agent.burden,
            "calls": agent.calls,
            "team_ids": sorted(agent.team_ids),
            "sides": sorted(agent.sides),
            "vendor": agent.vendor,
            "given": agent.given,
            "supervises": agent.supervises,
            "me": viewer.kind == "staff" and agent.id == viewer.id,
        }
        for agent in agents
    ]


def own_statuses(viewer: Viewer, *, at: datetime) -> list[dict[str, Any]]:
    """How the viewer herself stands in each shop where she chats."""
    if viewer.kind != "staff" or viewer.id is None:
        return []
    load = reception.in_hand([viewer.id]).get(viewer.id, reception.InHand()).talks
    found = []
    for shop_id in viewer.shops_with(Perm.CHAT):
        row = reception.status_in(shop_id, viewer.id)
        status = row.status if row is not None else "offline"
        found.append(
            {
                "shop": shop_id,
                "status": status,
                "status_label": STATUSES[status].say(viewer.language),
                "since": iso(row.since) if row is not None else None,
                "load": load,
                "cap": cap_of(shop_id, row.cap if row is not None else None, at=at),
            }
        )
    return found


# ------------------------------------------------------------------------------------------------ decisions


def decisions(conversation_id: int, viewer: Viewer) -> list[dict[str, Any]]:
    """What the assigner decided about a conversation, latest first, with the reasons in words."""
    rows = Event.objects.filter(subject=f"conversation:{conversation_id}", kind__in=_DECISIONS)
    return [shown_decision(row, viewer.language) for row in rows.order_by("-number")[:100]]


def shown_decision(row: Event, language: str) -> dict[str, Any]:
    payload: dict[str, Any] = row.payload
    assigned = row.kind == "routing.assigned"
    words = (CHOSEN if assigned else WAITING).get(payload["reason"])
    cause = CAUSES.get(payload["cause"])
    return {
        "number": row.number,
        "at": iso(row.at),
        "conversation": payload["conversation"],
        "decision": "assigned" if assigned else "waiting",
        "agent": {"id": payload["agent"], "name": payload["agent_name"]} if assigned else None,
        "reason": payload["reason"],
        "reason_label": words.say(language) if words else payload["reason"],
        "cause": payload["cause"],
        "cause_label": cause.say(language) if cause else payload["cause"],
        "waited_seconds": payload.get("waited_seconds", 0),
        "topic": payload.get("topic", ""),
        "band": payload.get("band", 0),
        "peak": payload.get("peak", False),
        "candidates": [_candidate(one, language) for one in payload["candidates"]],
        "others": [
            {"reason": reason, "reason_label": _why(reason, language), "count": count}
            for reason, count in payload.get("others", {}).items()
        ],
    }


def _candidate(one: dict[str, Any], language: str) -> dict[str, Any]:
    weight = one.get("weight") or one["load"] * WHOLE
    return {**one, "weight": weight, "reason_label": _why(one["reason"], language)}


def _why(reason: str, language: str) -> str:
    return REASONS[reason].say(language) if reason in REASONS else ""


def takeovers(conversation_id: int, since: datetime) -> int:
    """How often the buyer's present wait was handed to another agent because nobody opened or answered."""
    rows = Event.objects.filter(subject=f"conversation:{conversation_id}", kind="routing.assigned", at__gte=since)
    return sum(payload["cause"] in ("unanswered", "not_accepted") for payload in rows.values_list("payload", flat=True))


def opened_since_given(conversation_id: int) -> bool:
    """Has the agent opened the talk since it was given to her?"""
    rows = Event.objects.filter(subject=f"conversation:{conversation_id}")
    given = rows.filter(kind="routing.assigned").order_by("-number").values_list("number", flat=True).first()
    read = rows.filter(kind="conversation.read", number__gt=given or 0).order_by("-number")[:20]
    return any(event.payload["side"] == "agent" for event in read)


def who_spoke() -> tuple[bool, dict[int, list[int]]]:
    """New talks that are held back for their first words: is there any, and who has spoken meanwhile, by shop.

    One small indexed read; asked several times a second while there is one.
    """
    held = list(Wait.objects.filter(reason="first_words").values_list("pk", "shop_id")[:_HELD])
    if not held:
        return False, {}
    sorted_ = dict(Sorting.objects.filter(pk__in=[pk for pk, _ in held]).values_list("pk", "heard"))
    rows = Conversation.objects.filter(pk__in=[pk for pk, _ in held], waiting_since__isnull=False)
    spoke: dict[int, list[int]] = defaultdict(list)
    for pk, shop_id, seq in rows.order_by("pk").values_list("pk", "shop_id", "seq"):
        if sorted_.get(pk, -1) < seq:
            spoke[shop_id].append(pk)
    return True, spoke


# ------------------------------------------------------------------------------------------------ why now


def why_now(row: Conversation, viewer: Viewer, *, at: datetime) -> dict[str, Any] | None:
    """Why a talk in the queue waits at this moment: everybody looked at, nothing written. None when it does not wait."""
    talks = reception.queued_among([row.pk])
    if not talks:
        return None
    desk, talk = desk_now(row.shop_id, at=at), talks[0]
    sorting = Sorting.objects.filter(pk=row.pk).first()
    since = at - desk.span("routing_sticky")
    own = reception.last_agents_of(row.shop_id, [talk.customer_id], since=since).get(talk.customer_id)
    held = hold_until(desk, talk, sorting, at)
    decision = decide(desk.agents, wanted_by(desk, talk, sorting, own, at))
    reason = "first_words" if held is not None else decision.reason
    if decision.reason == "nobody_online" and desk.value("routing_nobody") == "pool":
        reason = "pool"
    words = WAITING.get(reason) or CHOSEN.get(reason)
    return {
        "reason": reason,
        "reason_label": words.say(viewer.language) if words else reason,
        "since": iso(waits_since(talk)),
        "widens_at": iso(held or desk.next_change(waits_since(talk), at)),
        "peak": desk.peak,
        "summary": _summary(decision, viewer.language),
        "candidates": [
            {
                "agent": agent.id,
                "name": agent.name,
                "load": agent.load,
                "cap": agent.cap,
                "weight": agent.burden,
                "reason": why,
                "reason_label": _why(why, viewer.language),
            }
            for agent, why in (*decision.lost, *decision.refused)
        ],
    }


def _summary(decision: Decision, language: str) -> list[dict[str, Any]]:
    """How many could not, by reason: most first."""
    counts = Counter(reason for _, reason in decision.refused)
    return [
        {"reason": reason, "reason_label": _why(reason, language), "count": count}
        for reason, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]


def queue_reasons(viewer: Viewer, shop_id: int) -> list[dict[str, Any]]:
    """Why each talk in the queue waits, as told last: for the supervisor's queue."""
    rows = Wait.objects.filter(shop_id=shop_id, conversation__in=reception.visible(viewer).filter(state="queued"))
    return [
        {
            "conversation": row.pk,
            "reason": row.reason,
            "reason_label": WAITING[row.reason].say(viewer.language) if row.reason in WAITING else row.reason,
            "since": iso(row.since),
        }
        for row in rows.order_by("since", "pk")[:500]
    ]


# ------------------------------------------------------------------------------------------------ sorting


def topic_names(shop_id: int, language: str) -> dict[str, str]:
    """The topics of a shop by key, in the reader's language."""
    zh = language.startswith("zh")
    rows = Topic.objects.filter(shop_id=shop_id).order_by("place", "pk").values_list("key", "name", "name_en")
    found = {key: name if zh or not name_en else name_en for key, name, name_en in rows}
    return found or {one["key"]: one["name"][0 if zh else 1] for one in starter()["topic"]}


def sorting_of(row: Conversation, viewer: Viewer) -> dict[str, Any]:
    """How a talk was sorted, how sure, what one may choose instead; and the hand-over that waits, if any."""
    found = Sorting.objects.filter(pk=row.pk).first()
    names = topic_names(row.shop_id, viewer.language)
    case = HandOver.objects.filter(pk=row.pk, done_at=None).first()
    team = team_names(row.shop_id).get(found.team_id or 0, "") if found else ""
    return {
        "topic": found.topic if found else "",
        "topic_label": names.get(found.topic, found.topic) if found and found.topic else "",
        "side": found.side if found else "",
        "side_label": SIDES[found.side].say(viewer.language) if found and found.side in SIDES else "",
        "team": team,
        "urgent": bool(found and found.urgent),
        "sure": found.sure if found else 0,
        "how": found.how if found else "",
        "words": found.words if found else [],
        "by": found.by_name if found else "",
        "choices": [{"key": key, "name": name} for key, name in names.items()],
        "handover": case and {"trigger": case.trigger, "order": case.order_id, "order_no": case.order_no},
    }


def require_watcher(viewer: Viewer, shop_id: int) -> None:
    """Who may look at everybody's routing: supervisors and inspectors. 404 before 403."""
    if shop_id not in viewer.shops:
        raise NotFound("没有这个店铺", "There is no such shop")
    if not any(viewer.may(perm, shop_id) for perm in (Perm.CHAT_ASSIGN, Perm.CHAT_ALL)):
        viewer.require(Perm.CHAT_ASSIGN, shop_id)


def desk_of(shop_id: int, *, at: datetime) -> Desk:
    """The desk at this moment, for the settings page."""
    return desk_now(shop_id, at=at)


def waiting_now(shop_id: int) -> int:
    """How many buyers wait in the queue, counted up to a thousand."""
    return reception.waiting_in_line(shop_id, 1000)


def tried(shop_id: int, text: str, viewer: Viewer, *, at: datetime) -> dict[str, Any]:
    """What these words would be sorted as now: for the settings page."""
    desk = desk_now(shop_id, at=at)
    found = guess([text], desk.topics)
    if desk.learned is not None:
        own = predict(desk.learned, features([text]))
        found = own if own.sure > found.sure else found
    names = topic_names(shop_id, viewer.language)
    return {
        "topic": found.topic,
        "topic_label": names.get(found.topic, found.topic),
        "sure": found.sure,
        "words": list(found.words),
        "how": found.how,
    }
