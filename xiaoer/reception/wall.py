"""What the supervisor's wall shows of one shop (大屏): who waits, who serves, how fast, how the platform sees it.

Nothing here reads a table from end to end: live numbers come from the index of the queue, rounds from day figures
that a loop keeps (`timers_turns`), the last minutes from the index of answers.
"""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, Min, Q

from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import ShopFacts, agents_of
from xiaoer.policy.queries import rules
from xiaoer.policy.rules import Answer
from xiaoer.reception import facts, forecast
from xiaoer.reception.flow import OPEN, QUEUED
from xiaoer.reception.metrics import RATE, Metric, metrics_of
from xiaoer.reception.models import AgentStatus, Conversation, DayFigure
from xiaoer.reception.rules import STATUSES
from xiaoer.reception.twins import Terms

LIVE = (QUEUED, OPEN)
MOST_WAITS = 5000
_ORDER = list(STATUSES)


def wall_of(viewer: Viewer, shop: ShopFacts, at: datetime) -> dict[str, Any]:
    """Everything on the wall in one answer: some twenty indexed reads, however busy the shop is."""
    keys = ("slow_reply_alarm", "stale_window", "wall_now", "forecast_weeks", "routing_max_open")
    found = rules(keys, shop=shop, at=at)
    day = facts.today(at)
    minutes = found["wall_now"].duration
    arrivals = _arrivals(shop, day, int(found["forecast_weeks"].value), at)
    speed = next(iter(facts.figures_between(shop.id, facts.SPEED, day, day)), None)
    return {
        "shop": shop.id,
        "platform": shop.platform,
        "at": iso(at),
        "now": now_of(shop, found["slow_reply_alarm"].duration, found["stale_window"].duration, at),
        "speed": {
            "minutes": int(minutes / timedelta(minutes=1)),
            "now": facts.speed_now([shop.id], at - minutes),
            "today": speed.detail if speed else facts.speed_of([]),
        },
        "agents": agents_on(shop, int(found["routing_max_open"].value), viewer.language),
        "arrivals": arrivals,
        "twins": [_twin(shop, metric, day, arrivals, at, viewer.language) for metric in metrics_of(shop.platform)],
    }


# ------------------------------------------------------------------------------------------------ now


def now_of(shop: ShopFacts, alarm: timedelta, stale: timedelta, at: datetime) -> dict[str, Any]:
    """Queue, waits and flags at this instant."""
    live = Conversation.objects.filter(shop_id=shop.id)
    waits = live.filter(state__in=LIVE, waiting_since__isnull=False).order_by("waiting_since")
    found = waits.values_list("waiting_since", flat=True)[:MOST_WAITS]
    since = [moment for moment in found if moment is not None]
    seconds = [max(0.0, (at - moment).total_seconds()) for moment in since]
    limit = alarm.total_seconds()
    return {
        "queue": live.filter(state=QUEUED).count(),
        "serving": live.filter(state=OPEN).count(),
        "waiting": len(since),
        "longest_since": iso(since[0]) if since else None,
        "p50": _whole(forecast.percentile(seconds, 0.5)),
        "p90": _whole(forecast.percentile(seconds, 0.9)),
        "late": sum(one > limit for one in seconds),
        "alarm_after": int(limit),
        "stale": stale_talks(shop.id, stale, at).count(),
        "stale_after": int(stale.total_seconds()),
    }


def stale_talks(shop_id: int, window: timedelta, at: datetime) -> Any:
    """Served conversations in which nobody waits and nobody has written for the window (R068)."""
    rows = Conversation.objects.filter(shop_id=shop_id, state=OPEN, waiting_since=None, agent__isnull=False)
    return rows.filter(last_message_at__lte=at - window).filter(Q(snoozed_until=None) | Q(snoozed_until__lte=at))


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def agents_on(shop: ShopFacts, cap: int, language: str) -> list[dict[str, Any]]:
    """Everybody who receives buyers: state, load over all shops, who waits with her; on duty and busiest first."""
    people = agents_of(shop.id)
    states = {row.staff_id: row for row in AgentStatus.objects.filter(shop_id=shop.id)}
    rows = Conversation.objects.filter(agent_id__in=[one.id for one in people], state=OPEN).values("agent_id")
    waits = Q(waiting_since__isnull=False)
    loads = {
        row["agent_id"]: row
        for row in rows.annotate(n=Count("pk"), waiting=Count("pk", filter=waits), since=Min("waiting_since"))
    }
    found = []
    for person in people:
        row = states.get(person.id)
        load: dict[str, Any] = dict(loads.get(person.id, {}))
        status = row.status if row is not None else "offline"
        found.append(
            {
                "id": person.id,
                "name": person.name,
                "status": status,
                "status_label": STATUSES[status].say(language),
                "since": iso(row.since) if row is not None else None,
                "load": load.get("n", 0),
                "cap": row.cap if row is not None and row.cap is not None else cap,
                "waiting": load.get("waiting", 0),
                "longest_since": iso(load.get("since")),
            }
        )
    return sorted(found, key=lambda one: (_ORDER.index(one["status"]), -one["load"], one["id"]))


# ------------------------------------------------------------------------------------------------ today


def _arrivals(shop: ShopFacts, day: date, weeks: int, at: datetime) -> dict[str, Any]:
    """Buyers who came, by quarter of an hour, against the same weekday of the last weeks."""
    row = next(iter(facts.figures_between(shop.id, facts.ARRIVALS, day, day)), None)
    came = row.detail["curve"] if row else [0] * forecast.QUARTERS
    usual, known = facts.usual_arrivals(shop.id, day, weeks)
    share = forecast.rest_share(usual, at)
    return {
        "today": came,
        "usual": [round(value, 2) for value in usual],
        "days": known,
        "quarter": forecast.quarter_of(at),
        "so_far": sum(came),
        "usual_so_far": round(sum(usual) * float(1 - share), 1),
        "expected": forecast.expected_whole(sum(came), usual, came, at),
    }


def _twin(
    shop: ShopFacts, metric: Metric, day: date, arrivals: dict[str, Any], at: datetime, language: str
) -> dict[str, Any]:
    """One metric: its value over its days, its line, and what the rest of today may do to it."""
    keys = [metric.line_key, metric.days_key, "" if metric.kind == RATE else "rated_average_cap"]
    found = rules([key for key in keys if key], shop=shop, at=at)
    line = found[metric.line_key]
    days = int(found[metric.days_key].value) if metric.days_key else 1
    rows = facts.figures_between(shop.id, metric.name, day - timedelta(days=days - 1), day)
    present = next((row for row in rows if row.day == day), None)
    counted, good, seconds = (sum(getattr(row, name) for row in rows) for name in ("counted", "good", "seconds"))
    so_far = present.counted if present else 0
    whole = forecast.expected_whole(so_far, arrivals["usual"], arrivals["today"], at)
    expected = counted + whole - so_far
    if metric.kind == RATE:
        outlook = forecast.rate_outlook(good, counted - good, expected, Fraction(str(line.value)) / 100)
        value = round(100 * good / counted, 2) if counted else None
    else:
        cap = int(found["rated_average_cap"].duration.total_seconds())
        outlook = forecast.average_outlook(seconds, counted, expected, int(line.value), cap)
        value = round(seconds / counted, 1) if counted else None
    terms = facts.terms_of(shop, day, at)
    return {
        "metric": metric.name,
        "title": metric.title.say(language),
        "unit": metric.unit.say(language),
        "kind": metric.kind,
        "value": value,
        "line": float(line.value),
        "days": days,
        "counted": counted,
        "late": counted - good,
        "today": _today(present),
        "expected": outlook.expected,
        "left": outlook.left,
        "needed": outlook.needed,
        "standing": standing(metric, value, line, outlook, counted),
        "says": sentence(metric, value, line, outlook, counted).say(language),
        **definition_of(metric, terms, language),
        "sources": [_source(answer, language) for answer in found.values()],
    }


def _today(row: DayFigure | None) -> dict[str, Any]:
    if row is None:
        return {"counted": 0, "good": 0, "late": 0, "pending": 0, "left_out": {}, "at": None}
    late = row.counted - row.good
    left_out = row.detail.get("left_out", {})
    return {
        "counted": row.counted,
        "good": row.good,
        "late": late,
        "pending": row.pending,
        "left_out": left_out,
        "at": iso(row.at),
    }


def _source(answer: Answer, language: str) -> dict[str, Any]:
    return {
        "key": answer.key,
        "title": answer.title.say(language),
        "text": answer.explain.say(language),
        "source": answer.source,
        "verified": answer.verified,
    }


def definition_of(metric: Metric, terms: Terms, language: str) -> dict[str, str]:
    """The formula with the numbers in force, the hours, and what is left out."""
    until = terms.average_closes if metric.kind != RATE else terms.closes
    spans = {name: _span(getattr(terms, name)).say(language) for name in _SPANS}
    return {
        "formula": metric.formula.say(language).format_map(spans),
        "left_out": metric.left_out.say(language),
        "hours": "" if metric.name in _ALL_DAY else f"{_clock(terms.opens)}-{_clock(until)}",
    }


_SPANS = ("limit", "cap", "idle", "first", "urgent", "greeting")
_ALL_DAY = ("replied_people", "first_reply", "greeting")


def _span(span: timedelta) -> T:
    seconds = int(span.total_seconds())
    if seconds % 60 == 0 and seconds >= 120:
        return T(f"{seconds // 60} 分钟", f"{seconds // 60} minutes")
    return T(f"{seconds} 秒", f"{seconds} seconds")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


# ------------------------------------------------------------------------------------------------ standing


def standing(metric: Metric, value: float | None, line: Answer, outlook: forecast.Outlook, counted: int) -> str:
    """How loud a figure is: none, fine, tight (a tenth of its room is left), under (now), lost (by today's end)."""
    if value is None:
        return "none"
    under = value < float(line.value) if metric.kind == RATE else value > float(line.value)
    if outlook.below:
        return "lost"
    if under:
        return "under"
    return "tight" if outlook.left * 50 <= max(outlook.expected, 50) else "fine"


def sentence(metric: Metric, value: float | None, line: Answer, outlook: forecast.Outlook, counted: int) -> T:
    """The forecast in one sentence: 再有 11 个超时轮次就低于标准线."""
    unit, late, share = metric.unit, metric.late_unit, f"{float(line.value):g}"
    if value is None:
        return T(f"还没有计入的{unit.zh}", f"No {unit.en} counted yet")
    if metric.kind != RATE:
        if outlook.below:
            return T(
                f"已慢于标准线 {share} 秒，至少再有 {outlook.needed} 轮秒回才能拉回",
                f"Slower than the line of {share} s; {outlook.needed} very quick rounds would bring it back",
            )
        if outlook.left > outlook.expected - counted:
            return T(
                f"照今天的进线，不会慢于标准线 {share} 秒", f"As today goes, it stays within the line of {share} s"
            )
        return T(
            f"再有 {outlook.left} 轮拖到封顶时长，就慢于标准线 {share} 秒",
            f"{outlook.left} more rounds at the cap and it is slower than the line of {share} s",
        )
    if outlook.below:
        return T(
            f"已低于标准线 {share}%，还要 {outlook.needed} 个及时的{unit.zh}才能回到线上",
            f"Below the line of {share}%; {outlook.needed} more {unit.en} in time would bring it back",
        )
    if value < float(line.value):
        return T(
            f"现在低于标准线 {share}%；今天{late.zh}再不超过 {outlook.left - 1} 个，可回到线上",
            f"Below the line of {share}% now; with {outlook.left - 1} more {late.en} at most it comes back today",
        )
    if outlook.left > outlook.expected - counted:
        return T(f"照今天的进线，不会低于标准线 {share}%", f"As today goes, it stays above the line of {share}%")
    return T(
        f"再有 {outlook.left} 个{late.zh}就低于标准线 {share}%",
        f"{outlook.left} more {late.en} and it is below the line of {share}%",
    )
