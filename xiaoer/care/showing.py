"""Watched orders as people see them, with the script that fits and whether the buyer may be contacted."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from xiaoer.aftersales.links import open_conversation
from xiaoer.aftersales.naming import actor_names
from xiaoer.care import queries
from xiaoer.care.flow import ORDER_WATCH
from xiaoer.care.models import OrderWatch, WatchSign
from xiaoer.care.rules import CHANNELS, NEWS, OUTCOMES, SIGNS, WHY
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.events import label_of
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event
from xiaoer.kernel.moving import can, clocks_of, label_of_move, subject_of
from xiaoer.orders.queries import OrderFacts, facts_by_id, order_facts
from xiaoer.people.queries import shop_facts


@lru_cache(maxsize=1)
def scripts() -> dict[str, str]:
    raw = tomllib.loads(files(__package__).joinpath("scripts.toml").read_text(encoding="utf-8"))
    return {name: str(row["text"]) for name, row in raw.items()}


def script_for(row: OrderWatch, order: OrderFacts) -> str:
    """The words for the gravest anomaly; without one, a friendly question."""
    name = next((one for one in SIGNS if one in row.found and one in scripts()), "usual")
    title = order.lines[0].title if order.lines else "商品"
    return scripts()[name].format(shop=shop_facts(row.shop_id).name, title=f"「{title[:16]}」", news="")


def rows(found: Sequence[OrderWatch], viewer: Viewer) -> list[dict[str, Any]]:
    orders = facts_by_id(row.order_id for row in found)
    signs = queries.signs_of(found)
    return [_row(row, orders[row.order_id], signs[row.pk], viewer.language) for row in found]


def _row(row: OrderWatch, order: OrderFacts, signs: list[WatchSign], language: str) -> dict[str, Any]:
    state = ORDER_WATCH.state(row.state)
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
        "opened_at": iso(row.opened_at),
        "until": iso(row.until),
        "order": {"id": order.id, "order_no": order.order_no, "paid_fen": order.paid_fen},
        "customer": {"id": row.customer_id, "nick": row.customer.nick},
        "succeeded_at": iso(order.succeeded_at),
        "title": order.lines[0].title if order.lines else "",
        "more": max(len(order.lines) - 1, 0),
        "signs": [
            {
                "kind": one.kind,
                "label": SIGNS[one.kind].say(language),
                "ref": one.ref,
                "note": one.note,
                "at": iso(one.at),
            }
            for one in signs
            if one.handled_at is None and one.kind in SIGNS
        ],
        "news": NEWS[row.news].say(language) if row.news in NEWS else "",
        "contacts": row.contacts,
        "contacted_at": iso(row.contacted_at),
    }


def one(row: OrderWatch, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """One watched order: signs, contacts, the script, and why the buyer may not be contacted now."""
    language = viewer.language
    order = order_facts(row.order_id)
    where = queries.standing_of(row, at)
    calls = list(row.calls.order_by("-at", "-pk"))
    told = actor_names([one.by for one in calls], language)
    limits = queries.limits_of(row.shop_id, at)
    return _row(row, order, queries.signs_of([row])[row.pk], language) | {
        "may_contact": {
            "may": where.may,
            "why": WHY[where.why].say(language) if where.why else "",
            "not_before": iso(where.not_before),
            "most": limits.per_order,
        },
        "script": script_for(row, order),
        "conversation": open_conversation(row.shop_id, row.customer_id),
        "calls": [
            {
                "channel": CHANNELS[call.channel].say(language),
                "text": call.text,
                "outcome": call.outcome,
                "outcome_label": OUTCOMES[call.outcome].say(language),
                "note": call.note,
                "by": told[call.by],
                "at": iso(call.at),
            }
            for call in calls
        ],
        "clocks": clocks_of(ORDER_WATCH, row, language),
        "can": can(ORDER_WATCH, row, viewer),
        "initial": {"contact": {"text": script_for(row, order)}},
        "visited": _visited(row),
        "timeline": _timeline(row, language),
        "server_now": iso(at),
    }


def _visited(row: OrderWatch) -> list[str]:
    found = Event.objects.filter(subject=subject_of(ORDER_WATCH, row)).order_by("number")
    return [told["target"] for told in found.values_list("payload", flat=True) if "target" in told]


def _timeline(row: OrderWatch, language: str) -> list[dict[str, Any]]:
    lines = list(Event.objects.filter(subject=subject_of(ORDER_WATCH, row)).order_by("number"))
    told = actor_names([one.actor for one in lines], language)
    return [_entry(one, told, language) for one in lines]


_LABELS = {
    "sign": T("动态", "Sign"),
    "channel": T("联系方式", "By"),
    "outcome": T("结果", "Outcome"),
    "note": T("说明", "Note"),
}
_WORDS: dict[str, dict[str, T]] = {"sign": {**SIGNS, **NEWS}, "channel": CHANNELS, "outcome": OUTCOMES}


def _entry(event: Event, told: dict[str, str], language: str) -> dict[str, Any]:
    label = (label_of_move(event.kind) or label_of(event.kind)).say(language)
    details = event.payload.get("details") or event.payload
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
