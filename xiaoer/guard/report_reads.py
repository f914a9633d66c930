"""The guard's report: hits by rule, agent, team and day, near misses, false alarms, what was at stake (C18).

Counted by the database over one shop and at most MOST_DAYS days, by the index on shop and time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from xiaoer.guard.appeal_reads import rule_title
from xiaoer.guard.books import book_of
from xiaoer.guard.models import GuardAppeal, GuardHit, Outcome
from xiaoer.guard.penalties import Stake, stakes
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import agents_of, facts_of, find_shop, names_of, team_names

MOST_DAYS = 92
SHANGHAI = ZoneInfo("Asia/Shanghai")
STOPPED = (Outcome.BLOCKED, Outcome.WARNED, Outcome.REWORDED)
"""The words did not go out: what they would have cost was avoided."""
OUTCOMES = (Outcome.BLOCKED, Outcome.WARNED, Outcome.REWORDED, Outcome.CONFIRMED, Outcome.SENT)
Tally = dict[str, int]


def window(begin: date | None, end: date | None, at: datetime) -> tuple[date, date]:
    """The days asked for, both included; the last thirty when nothing was said."""
    last = end or at.astimezone(BEIJING).date()
    first = begin or last - timedelta(days=29)
    if last < first:
        raise Invalid(fields={"end": T(f"结束日期早于开始日期 {first}", f"Ends before it begins ({first})")})
    if (last - first).days >= MOST_DAYS:
        raise Invalid(fields={"begin": T(f"一次最多看 {MOST_DAYS} 天", f"{MOST_DAYS} days at most")})
    return first, last


def report(viewer: Viewer, shop_id: int, *, begin: date | None, end: date | None, at: datetime) -> dict[str, Any]:
    """Everything the page and the workbook show, for one shop."""
    shop = facts_of(find_shop(viewer, shop_id))
    viewer.require(Perm.GUARD_VIEW, shop_id)
    first, last = window(begin, end, at)
    every = hits_between(shop_id, first, last)
    rows = every.exclude(outcome=Outcome.ASKED)
    language = viewer.language
    by_rule = _tallies(rows, "rule")
    found = stakes(shop, book_of(shop_id), by_rule, at=at)
    appeals = _appeals(shop_id, first, last)
    rules = [
        {
            "rule": rule,
            "title": rule_title(shop_id, rule).say(language),
            **tally,
            "appeals": appeals.get(rule, (0, 0))[0],
            "false_alarms": appeals.get(rule, (0, 0))[1],
            **_at_stake(found[rule], tally),
        }
        for rule, tally in sorted(by_rule.items(), key=lambda one: (-one[1]["stopped"], -one[1]["total"], one[0]))
    ]
    total = _sum(rules)
    judged, wrong = sum(a for a, _ in appeals.values()), sum(b for _, b in appeals.values())
    return {
        "shop": shop_id,
        "begin": first.isoformat(),
        "end": last.isoformat(),
        "total": {
            **total,
            "appeals": judged,
            "false_alarms": wrong,
            "false_alarm_rate": round(100 * wrong / total["stopped"], 2) if total["stopped"] else 0.0,
            "texts": rows.values("digest").distinct().count(),
            "points": sum(one["points"] for one in rules),
            "fen": sum(one["fen"] for one in rules),
        },
        "rules": rules,
        "agents": _agents(rows, shop_id),
        "teams": _teams(rows, shop_id),
        "days": _days(rows, first, last),
        "traps": _traps(every.filter(outcome=Outcome.ASKED), shop_id, language),
    }


def _traps(rows: QuerySet[GuardHit], shop_id: int, language: str) -> list[dict[str, Any]]:
    """What buyers asked to catch an agent (R511): how often, in how many talks; counted when a talk ends."""
    counted = rows.values("rule").annotate(times=Count("pk"), talks=Count("conversation_id", distinct=True))
    made = [{**row, "title": rule_title(shop_id, row["rule"]).say(language)} for row in counted.order_by("rule")]
    return sorted(made, key=lambda one: (-one["times"], one["rule"]))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)


def hits_between(shop_id: int, first: date, last: date) -> QuerySet[GuardHit]:
    since, until = _midnight(first), _midnight(last + timedelta(days=1))
    return GuardHit.objects.filter(shop_id=shop_id, at__gte=since, at__lt=until).order_by()


def _counted() -> dict[str, Count]:
    return {name.value: Count("pk", filter=Q(outcome=name)) for name in OUTCOMES}


def _full(row: dict[str, Any]) -> Tally:
    tally = {name.value: int(row[name.value]) for name in OUTCOMES}
    tally["stopped"] = sum(tally[name.value] for name in STOPPED)
    tally["near"] = tally[Outcome.WARNED] + tally[Outcome.REWORDED]
    tally["total"] = sum(tally[name.value] for name in OUTCOMES)
    return tally


def _tallies(rows: QuerySet[GuardHit], field: str) -> dict[Any, Tally]:
    return {row[field]: _full(row) for row in rows.values(field).annotate(**_counted()).order_by(field)}


def _sum(rows: Iterable[dict[str, Any]]) -> Tally:
    names = [*(name.value for name in OUTCOMES), "stopped", "near", "total"]
    listed = list(rows)
    return {name: sum(row[name] for row in listed) for name in names}


def _at_stake(stake: Stake, tally: Tally) -> dict[str, int]:
    """What the stopped texts would have cost, had each of them been punished."""
    points, fen = stake.exposure(tally["stopped"])
    return {"points": points, "fen": fen, "points_each": stake.points, "fen_each": stake.fen, "every": stake.every}


def _appeals(shop_id: int, first: date, last: date) -> dict[str, tuple[int, int]]:
    """By rule: appeals that were decided, and how many of them were false alarms."""
    since, until = _midnight(first), _midnight(last + timedelta(days=1))
    rows = GuardAppeal.objects.filter(shop_id=shop_id, at__gte=since, at__lt=until, decided_at__isnull=False)
    counted = rows.values("rule").annotate(n=Count("pk"), wrong=Count("pk", filter=Q(state="false_alarm")))
    return {row["rule"]: (row["n"], row["wrong"]) for row in counted.order_by("rule")}


def _agents(rows: QuerySet[GuardHit], shop_id: int) -> list[dict[str, Any]]:
    found = _tallies(rows.filter(staff__isnull=False), "staff_id")
    names = names_of(found)
    made = [{"staff": pk, "name": names.get(pk, str(pk)), **tally} for pk, tally in found.items()]
    return sorted(made, key=lambda one: (-one["stopped"], -one["total"], one["staff"]))


def _teams(rows: QuerySet[GuardHit], shop_id: int) -> list[dict[str, Any]]:
    """An agent counts for each team she is in today."""
    by_agent = _tallies(rows.filter(staff__isnull=False), "staff_id")
    names = team_names(shop_id)
    members: dict[int, list[Tally]] = {}
    for agent in agents_of(shop_id):
        for team in agent.team_ids:
            if agent.id in by_agent:
                members.setdefault(team, []).append(by_agent[agent.id])
    made = [{"team": pk, "name": names.get(pk, str(pk)), **_sum(tallies)} for pk, tallies in members.items()]
    return sorted(made, key=lambda one: (-one["stopped"], one["team"]))


def _days(rows: QuerySet[GuardHit], first: date, last: date) -> list[dict[str, Any]]:
    """Every day of the window, also the quiet ones (Beijing days)."""
    counted = rows.annotate(day=TruncDate("at", tzinfo=SHANGHAI)).values("day").annotate(**_counted()).order_by("day")
    found = {row["day"]: _full(dict(row)) for row in counted}
    empty = _full(dict.fromkeys((name.value for name in OUTCOMES), 0))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [{"day": day.isoformat(), **found.get(day, empty)} for day in days]
