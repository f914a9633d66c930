"""Follow-ups as people see them: rows of the list, one call with its file, words and history, activities, summaries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xiaoer.aftersales.links import open_conversation
from xiaoer.aftersales.naming import actor_names
from xiaoer.care import call_reads
from xiaoer.care.call_flow import CARE_CALL
from xiaoer.care.call_rules import KINDS, LETTERS, MISSED, NOTE_KINDS, TOPICS, first_topic, words_for
from xiaoer.care.models import CallNote, CareActivity, CareCall, CareFile, CareSummary
from xiaoer.care.rules import WHY
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.events import label_of
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event
from xiaoer.kernel.moving import can, clocks_of, label_of_move, subject_of
from xiaoer.orders.queries import facts_by_id
from xiaoer.people.queries import names_of, shop_facts


def rows(found: Sequence[CareCall], viewer: Viewer) -> list[dict[str, Any]]:
    orders = facts_by_id(row.order_id for row in found if row.order_id)
    names = names_of([row.owner_id for row in found if row.owner_id])
    return [_row(row, orders, names, viewer.language) for row in found]


def _row(row: CareCall, orders: dict[int, Any], names: dict[int, str], language: str) -> dict[str, Any]:
    state = CARE_CALL.state(row.state)
    order = orders.get(row.order_id or 0)
    title = order.lines[0].title if order is not None and order.lines else ""
    return {
        "id": row.pk,
        "number": row.number,
        "shop": row.shop_id,
        "state": row.state,
        "state_label": state.label.say(language),
        "category": state.category,
        "waits_for": state.waits_for,
        "state_at": iso(row.state_at),
        "due_at": iso(row.due_at),
        "owner": {"id": row.owner_id, "name": names.get(row.owner_id, "")} if row.owner_id else None,
        "customer": {"id": row.customer_id, "nick": row.customer.nick},
        "order": {"id": order.id, "order_no": order.order_no} if order is not None else None,
        "kind": row.kind,
        "kind_label": KINDS[row.kind].say(language),
        "round": row.round,
        "about": row.about or title,
        "topic_label": TOPICS[row.topic].say(language) if row.topic in TOPICS else "",
        "call_from": iso(row.call_from),
        "call_until": iso(row.call_until),
        "call_at": iso(row.call_at),
        "tries": row.tries,
        "reached_at": iso(row.reached_at),
        "satisfaction": row.satisfaction,
        "planned_at": iso(row.planned_at),
        "ended_at": iso(row.ended_at),
    }


def one(row: CareCall, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """One follow-up: the words, the file, earlier calls, and why she may not be called now."""
    language = viewer.language
    where = call_reads.standing_of(row, at) if row.state in ("ready", "again") else None
    notes = list(CallNote.objects.filter(customer_id=row.customer_id).order_by("-at", "-pk")[:20])
    told = actor_names([one.by for one in notes], language)
    file = CareFile.objects.filter(customer_id=row.customer_id).first()
    return rows([row], viewer)[0] | {
        "words": row.words,
        "demand": row.demand,
        "solution": row.solution,
        "promised_at": iso(row.promised_at),
        "complaint": row.complaint_id,
        "conversation": open_conversation(row.shop_id, row.customer_id),
        "may_call": {
            "may": where is None or where.may,
            "why": WHY[where.why].say(language) if where is not None and where.why else "",
            "not_before": iso(where.not_before) if where is not None else None,
        },
        "file": _file(file) if file is not None else None,
        "notes": [_note(one, told, language) for one in notes],
        "clocks": clocks_of(CARE_CALL, row, language),
        "can": can(CARE_CALL, row, viewer),
        "initial": {"draft": _draft(row, file, at)},
        "visited": _visited(row),
        "timeline": _timeline(row, language),
        "may_assign": viewer.may(Perm.CHAT_ASSIGN, row.shop_id),
        "server_now": iso(at),
    }


def _file(row: CareFile) -> dict[str, Any]:
    return {
        "needs": row.needs,
        "interests": row.interests,
        "best_time": row.best_time,
        "no_calls": row.no_calls,
        "changed_at": iso(row.changed_at),
    }


def _draft(row: CareCall, file: CareFile | None, at: datetime) -> dict[str, Any]:
    """What the form begins with: the file as it is, a topic that was not talked about yet, its words."""
    used = call_reads.topics_of(row.customer_id, but=row.pk)
    topic = row.topic if row.topic not in used else first_topic(row.kind, used)
    begun = {"needs": file.needs, "interests": file.interests, "best_time": file.best_time} if file else {}
    when = max(row.call_from, at)
    return {**begun, "topic": topic, "words": words_for(topic, shop_facts(row.shop_id).name, row.about),
            "call_at": iso(when) if when < row.call_until else None}  # fmt: skip


def _note(row: CallNote, told: dict[str, str], language: str) -> dict[str, Any]:
    handled = MISSED[row.handled].say(language) if not row.reached and row.handled in MISSED else row.handled
    return {
        "id": row.pk,
        "kind_label": NOTE_KINDS[row.kind].say(language),
        "incoming": row.incoming,
        "reached": row.reached,
        "points": row.points,
        "running": row.running,
        "opinion": row.opinion,
        "demand": row.demand,
        "handled": handled,
        "satisfaction": row.satisfaction,
        "by": told.get(row.by, ""),
        "at": iso(row.at),
    }


def _visited(row: CareCall) -> list[str]:
    found = Event.objects.filter(subject=subject_of(CARE_CALL, row)).order_by("number")
    return [told["target"] for told in found.values_list("payload", flat=True) if "target" in told]


_LABELS = {
    "care_kind": T("类型", "Kind"),
    "topic": T("话题", "Topic"),
    "satisfaction": T("满意度", "Satisfaction"),
    "missed": T("原因", "Why"),
    "tries": T("拨打次数", "Tries"),
    "note": T("说明", "Remark"),
    "complaint": T("投诉单", "Complaint"),
    "letter": T("信函", "Letter"),
    "clock": T("时限", "Clock"),
}
_WORDS: dict[str, dict[str, T]] = {
    "care_kind": KINDS,
    "topic": TOPICS,
    "missed": MISSED,
    "letter": LETTERS,
    "clock": {clock.kind: clock.label for clock in CARE_CALL.clocks()},
}


def _timeline(row: CareCall, language: str) -> list[dict[str, Any]]:
    lines = list(Event.objects.filter(subject=subject_of(CARE_CALL, row)).order_by("number"))
    told = actor_names([one.actor for one in lines], language)
    return [_entry(one, told, language) for one in lines]


def _entry(event: Event, told: dict[str, str], language: str) -> dict[str, Any]:
    label = (label_of_move(event.kind) or label_of(event.kind)).say(language)
    details = event.payload.get("details") or {"clock": event.payload.get("clock", "")}
    return {
        "number": event.number,
        "at": iso(event.at),
        "kind": event.kind,
        "label": label.replace(": ", "：", 1).partition("：")[2] or label,
        "actor": event.actor,
        "actor_name": told[event.actor],
        "target": event.payload.get("target", ""),
        "details": [
            {"label": _LABELS[name].say(language), "value": _say(name, str(value), language)}
            for name, value in details.items()
            if name in _LABELS and value
        ],
        "note": "",
    }


def _say(name: str, value: str, language: str) -> str:
    label = _WORDS.get(name, {}).get(value)
    return label.say(language) if label else value


def figures(told: dict[str, Any], language: str) -> dict[str, Any]:
    kinds = [{"kind": kind, "label": KINDS[kind].say(language), **one} for kind, one in told["kinds"].items()]
    return {"all": told["all"], "kinds": kinds}


def activity(row: CareActivity, language: str) -> dict[str, Any]:
    asked = CareCall.objects.filter(kind="activity", source__startswith=f"activity:{row.pk}:")
    return {
        "id": row.pk,
        "title": row.title,
        "text": row.text,
        "held_at": iso(row.held_at),
        "letter": row.letter,
        "invited": row.invited,
        "reached": asked.filter(reached_at__isnull=False).count(),
    }


def summary(row: CareSummary, told: dict[str, str], language: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "period": row.period,
        "text": row.text,
        "figures": figures(row.figures, language),
        "met_at": iso(row.met_at),
        "by": told.get(row.by, ""),
        "at": iso(row.at),
    }
