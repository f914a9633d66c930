"""Reads of routing for the settings page and the supervisor: settings, topics, history of states, recent decisions."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.models import Event
from xiaoer.people.queries import agents_of, names_of, shop_facts, team_kinds, team_names
from xiaoer.policy.queries import rules as policy
from xiaoer.policy.rules import plain
from xiaoer.reception import queries as reception
from xiaoer.reception.rules import STATUSES
from xiaoer.routing.desk import KEYS, topics_of
from xiaoer.routing.models import Example, Learned, RoutingSetting, Sorting, StatusSpell, Topic
from xiaoer.routing.wording import STAGES, WHY_STATUS

_DECISIONS = ("routing.assigned", "routing.waiting")


def find_topic(shop_id: int, key: str) -> Topic:
    """A topic of a shop, or 404."""
    row = Topic.objects.filter(shop_id=shop_id, key=key).first()
    if row is None:
        raise NotFound(f"本店没有分类「{key}」", f"This shop has no topic {key!r}")
    return row


def peak(shop_id: int) -> dict[str, Any]:
    """Peak mode as it stands (高峰模式): other areas and screens read it here."""
    row = reception.peak_mode(shop_id)
    return {
        "peak": row.peak,
        "hold": row.hold,
        "auto": row.auto,
        "since": iso(row.since),
        "by": row.by_name,
    }


def settings_of(shop_id: int, viewer: Viewer, *, at: datetime) -> dict[str, Any]:
    """Everything the settings page shows: stages with the numbers in force, topics, accounts, the learned classifier."""
    shop = shop_facts(shop_id)
    found = policy([*KEYS, "handover_auto"], shop=shop, at=at)
    language = viewer.language
    setting = RoutingSetting.objects.filter(shop_id=shop_id).first()
    learned = Learned.objects.filter(shop_id=shop_id).first()
    own = Topic.objects.filter(shop_id=shop_id).exists()
    return {
        "shop": shop_id,
        "profile": found["routing_profile"].value,
        "nobody": found["routing_nobody"].value,
        "stages": [
            {
                "name": name,
                "title": title.say(language),
                "text": text.say(language),
                "rules": [_rule(found[key], language) for key in keys],
            }
            for name, title, text, keys in STAGES
        ],
        "topics": _topics(shop_id, language, own),
        "own_topics": own,
        "teams": _teams(shop_id),
        "people": [{"id": one.id, "name": one.name} for one in agents_of(shop_id)],
        "proxy": setting.proxy_id if setting else None,
        "main": setting.main_id if setting else None,
        "mode": {**peak(shop_id), "waiting": reception.waiting_in_line(shop_id, 1000)},
        "learned": {
            "on": bool(found["classify_learned"].value),
            "corrections": Example.objects.filter(shop_id=shop_id).count(),
            "least": found["classify_learned_least"].value,
            "examples": learned.examples if learned else 0,
            "right": learned.right if learned else None,
            "at": iso(learned.at) if learned else None,
        },
    }


def _rule(answer: Any, language: str) -> dict[str, Any]:
    return {
        "key": answer.key,
        "title": answer.title.say(language),
        "value": plain(answer.value),
        "value_text": answer.value_text.say(language),
        "explain": answer.explain.say(language),
        "layer": answer.layer_name.say(language),
    }


def _topics(shop_id: int, language: str, own: bool) -> list[dict[str, Any]]:
    if not own:
        from xiaoer.routing.starter import starter

        names = {one["key"]: one["name"] for one in starter()["topic"]}
        rows, _ = topics_of(shop_id, team_kinds(shop_id))
        return [
            {
                "key": one.key, "name": names[one.key][0], "name_en": names[one.key][1], "words": list(one.words),
                "side": one.side, "team": one.team, "urgent": one.urgent, "complex": one.complex, "active": True,
            }
            for one in rows
        ]  # fmt: skip
    return [
        {
            "key": row.key, "name": row.name, "name_en": row.name_en, "words": row.words, "side": row.side,
            "team": row.team_id, "urgent": row.urgent, "complex": row.complex, "active": row.active,
        }
        for row in Topic.objects.filter(shop_id=shop_id).order_by("place", "pk")
    ]  # fmt: skip


def _teams(shop_id: int) -> list[dict[str, Any]]:
    kinds, members = team_kinds(shop_id), defaultdict(list)
    for person in agents_of(shop_id):
        for team in person.team_ids:
            members[team].append(person.name)
    return [
        {"id": pk, "name": name, "kind": kinds.get(pk, ""), "members": members[pk]}
        for pk, name in sorted(team_names(shop_id).items())
    ]


def recent(viewer: Viewer, shop_id: int, *, before: int | None, limit: int) -> tuple[list[Event], int | None]:
    """The latest decisions of a shop, by the index `event_kind`."""
    rows = Event.objects.filter(kind__in=_DECISIONS, shop_id=shop_id)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows.order_by("-number")[: limit + 1])
    return found[:limit], found[limit - 1].number if len(found) > limit else None


def buyers_of(conversation_ids: list[int]) -> dict[int, str]:
    """Whose talks these are, by conversation."""
    rows = reception.Conversation.objects.filter(pk__in=conversation_ids)
    named = rows.values_list("pk", "customer__display_name", "customer__nick")
    return {pk: shown or nick for pk, shown, nick in named}


def history(
    viewer: Viewer, shop_id: int, *, staff: int | None, since: datetime, until: datetime, limit: int = 200
) -> dict[str, Any]:
    """States of the agents of a shop in a stretch of time, latest first, and how long each was in which state."""
    rows = StatusSpell.objects.filter(shop_id=shop_id, since__lt=until).order_by("-since", "-pk")
    rows = rows.filter(until__isnull=True) | rows.filter(until__gt=since)
    if staff is not None:
        rows = rows.filter(staff_id=staff)
    found = list(rows[: limit * 5])
    names = names_of([row.staff_id for row in found])
    totals: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in found:
        spent = min(row.until or until, until) - max(row.since, since)
        totals[row.staff_id][row.status] += max(spent, timedelta(0)).total_seconds()
    return {
        "items": [_spell(row, names, viewer.language) for row in found[:limit]],
        "totals": [
            {
                "staff": staff_id,
                "name": names.get(staff_id, ""),
                "seconds": {status: int(per.get(status, 0)) for status in STATUSES},
            }
            for staff_id, per in sorted(totals.items(), key=lambda one: names.get(one[0], ""))
        ],
        "next": None,
    }


def _spell(row: StatusSpell, names: dict[int, str], language: str) -> dict[str, Any]:
    why = WHY_STATUS.get(row.why)
    return {
        "id": row.pk,
        "staff": row.staff_id,
        "name": names.get(row.staff_id, ""),
        "status": row.status,
        "status_label": STATUSES[row.status].say(language) if row.status in STATUSES else row.status,
        "previous": row.previous,
        "why": row.why,
        "why_label": why.say(language) if why else row.why,
        "by": row.by_name,
        "device": row.device,
        "since": iso(row.since),
        "until": iso(row.until),
    }


def sorted_lately(shop_id: int, since: datetime) -> dict[str, dict[str, int]]:
    """How many talks fell into each topic since then, and how many were corrected."""
    rows = Sorting.objects.filter(shop_id=shop_id, at__gte=since).values_list("topic", "first_topic", "how")
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"talks": 0, "corrected": 0})
    for topic, first, how in rows[:5000]:
        found[topic]["talks"] += 1
        found[topic]["corrected"] += how == "hand" and first != topic
    return dict(found)
