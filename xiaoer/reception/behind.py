"""The conversations behind a number of the wall (点数字看会话): live lists, and the rounds behind a figure."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet

from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import ShopFacts, names_of
from xiaoer.policy.queries import rules
from xiaoer.reception import facts, forecast
from xiaoer.reception.flow import OPEN, QUEUED, STATE_NAMES
from xiaoer.reception.metrics import BY_PLATFORM, METRICS
from xiaoer.reception.models import Conversation
from xiaoer.reception.twins import LATE, LEFT_OUT, PENDING, Fact, Verdict
from xiaoer.reception.wall import LIVE, stale_talks

MOST = 200
LISTS = ("queue", "serving", "waiting", "late", "stale")
STATES = {
    "good": T("及时", "In time"),
    LATE: T("超时", "Late"),
    PENDING: T("未定", "Pending"),
    LEFT_OUT: T("不计", "Not counted"),
}
WHY = {
    "slow": T("回复慢", "slow reply"),
    "waiting": T("还在等", "still waiting"),
    "unanswered": T("没有人工回复", "no human answer"),
    "window": T("考核时段以外", "outside the rated hours"),
    "merged": T("并入其他会话", "merged into another talk"),
    "bot": T("只有机器人回复", "answered by the bot alone"),
    "zero": T("0 秒回复", "zero-second reply"),
    "cross_day": T("跨天回复", "answered on another day"),
    "follow_up": T("会话中的后续提问", "a later question"),
    "closed": T("营业时间以外", "asked while closed"),
}
_COLUMNS = (
    "pk", "state", "customer_id", "customer__nick", "customer__display_name", "customer__vip", "agent_id", "agent__name",
    "waiting_since", "last_message_at", "last_text", "labels",
)  # fmt: skip


def talks_behind(shop: ShopFacts, what: str, agent: int | None, language: str, at: datetime) -> list[dict[str, Any]]:
    """The live conversations behind a number, who waits longest first."""
    rows = _list(shop, what, at)
    if agent is not None:
        rows = rows.filter(agent_id=agent)
    rows = rows.order_by(F("waiting_since").asc(nulls_last=True), "pk")
    return [_talk(row, language) for row in rows.values(*_COLUMNS)[:MOST]]


def _list(shop: ShopFacts, what: str, at: datetime) -> QuerySet[Conversation]:
    found = rules(["slow_reply_alarm", "stale_window"], shop=shop, at=at)
    live = Conversation.objects.filter(shop_id=shop.id)
    waits = live.filter(state__in=LIVE, waiting_since__isnull=False)
    if what == "queue":
        return live.filter(state=QUEUED)
    if what == "serving":
        return live.filter(state=OPEN)
    if what == "waiting":
        return waits
    if what == "late":
        return waits.filter(waiting_since__lt=at - found["slow_reply_alarm"].duration)
    if what == "stale":
        rows: QuerySet[Conversation] = stale_talks(shop.id, found["stale_window"].duration, at)
        return rows
    text = T(f"没有列表「{what}」，可选 {'、'.join(LISTS)}", f"list is one of {', '.join(LISTS)}")
    raise Invalid(fields={"list": text})


def _talk(row: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "conversation": row["pk"],
        "customer": _customer(row),
        "agent": {"id": row["agent_id"], "name": row["agent__name"]} if row["agent_id"] else None,
        "state": row["state"],
        "state_label": STATE_NAMES[row["state"]].say(language),
        "waiting_since": iso(row["waiting_since"]),
        "last_message_at": iso(row["last_message_at"]),
        "last_text": row["last_text"],
        "labels": row["labels"],
    }


def _customer(row: dict[str, Any]) -> dict[str, Any]:
    name = row["customer__display_name"] or row["customer__nick"]
    return {"id": row["customer_id"], "name": name, "vip": row["customer__vip"]}


# ------------------------------------------------------------------------------------------------ rounds


def rounds_behind(
    shop: ShopFacts, metric: str, day: date, state: str, quarter: int | None, language: str, at: datetime
) -> dict[str, Any]:
    """The units behind a figure of one day, latest first; of the speeds, slowest first."""
    if metric == facts.ARRIVALS:
        found, known = _came(shop, day, quarter, at)
    elif metric in ("frt", "art"):
        found, known = _answers(shop, day, metric == "frt", at)
    elif metric in BY_PLATFORM.get(shop.platform, BY_PLATFORM["own"]):
        found, known = facts.verdicts_of(METRICS[metric], shop, day, at)
        found = sorted(found, key=lambda one: known[one.turns[-1]].started_at, reverse=True)
    else:
        raise Invalid(fields={"metric": T(f"本店没有指标「{metric}」", f"This shop has no metric {metric!r}")})
    counts = {name: sum(one.state == name for one in found) for name in STATES}
    if state:
        if state not in STATES:
            text = T(f"没有状态「{state}」，可选 {'、'.join(STATES)}", f"state is one of {', '.join(STATES)}")
            raise Invalid(fields={"state": text})
        found = [one for one in found if one.state == state]
    page = found[:MOST]
    return {"items": _shown(page, known, language, at), "counts": counts, "total": len(found), "next": None}


def _came(shop: ShopFacts, day: date, quarter: int | None, at: datetime) -> tuple[list[Verdict], dict[int, Fact]]:
    rows = [fact for fact in facts.facts_of_day(shop.id, day) if fact.first]
    if quarter is not None:
        rows = [fact for fact in rows if forecast.quarter_of(fact.started_at) == quarter]
    return [_plain(fact, at) for fact in reversed(rows)], {fact.id: fact for fact in rows}


def _answers(shop: ShopFacts, day: date, first: bool, at: datetime) -> tuple[list[Verdict], dict[int, Fact]]:
    rows = [fact for fact in facts.facts_of_day(shop.id, day) if fact.answered and (fact.first or not first)]
    rows.sort(key=lambda fact: (-fact.waited(at), fact.id))
    return [_plain(fact, at) for fact in rows], {fact.id: fact for fact in rows}


def _plain(fact: Fact, at: datetime) -> Verdict:
    return Verdict("good" if fact.answered else PENDING, (fact.id,), "", int(fact.waited(at).total_seconds()))


def _shown(found: list[Verdict], known: dict[int, Fact], language: str, at: datetime) -> list[dict[str, Any]]:
    last = [known[one.turns[-1]] for one in found]
    talks = _talks(fact.conversation for fact in last)
    names = names_of({pk for fact in last for pk in (fact.agent, fact.serving) if pk is not None})
    return [_unit(one, known, talks, names, language, at) for one in found]


def _talks(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    fields = ("pk", "customer_id", "customer__nick", "customer__display_name", "customer__vip")
    return {row["pk"]: row for row in Conversation.objects.filter(pk__in=set(ids)).values(*fields)}


def _unit(
    one: Verdict,
    known: dict[int, Fact],
    talks: dict[int, dict[str, Any]],
    names: dict[int, str],
    language: str,
    at: datetime,
) -> dict[str, Any]:
    first, last = known[one.turns[0]], known[one.turns[-1]]
    agent = last.agent or last.serving
    return {
        "conversation": last.conversation,
        "customer": _customer(talks[last.conversation]),
        "agent": {"id": agent, "name": names.get(agent, "")} if agent else None,
        "started_at": iso(first.started_at),
        "ended_at": iso(last.ended_at),
        "seconds": one.seconds or int(last.waited(at).total_seconds()),
        "rounds": len(one.turns),
        "seq": last.seq,
        "state": one.state,
        "state_label": STATES[one.state].say(language),
        "why": WHY[one.why].say(language) if one.why else "",
    }
