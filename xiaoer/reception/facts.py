"""Reads of rounds and day figures: a day through the platform's eyes, what stands behind a figure (口径、明细)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from xiaoer.kernel.calendar import BEIJING, Calendar, OpeningHours, minute_of
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rules
from xiaoer.reception import forecast, twins
from xiaoer.reception.metrics import Metric, metrics_of
from xiaoer.reception.models import DayFigure, Turn
from xiaoer.reception.turns import beijing_day
from xiaoer.reception.twins import Fact, Terms, Verdict

ARRIVALS, SPEED = "arrivals", "speed"
TERM_KEYS = (
    "reply_rated_from", "reply_rated_until", "rated_average_until", "rated_reply_limit", "rated_average_cap",
    "rated_average_line", "session_idle", "first_human_reply", "first_human_reply_urgent", "greeting_target",
)  # fmt: skip
_FIELDS = (
    "pk", "conversation_id", "customer_id", "seq", "started_at", "ended_at", "ended", "serving_id", "agent_id", "bot_at",
    "first", "urgent", "idle",
)  # fmt: skip


def end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), BEIJING)


def terms_of(shop: ShopFacts, day: date, at: datetime) -> Terms:
    """The definitions' numbers as they held that day; today's as they hold now."""
    moment = min(at, end_of(day) - timedelta(seconds=1))
    found = rules(TERM_KEYS, shop=shop, at=moment)
    calendar = Calendar(OpeningHours.from_json(shop.hours))
    return Terms(
        opens=minute_of(found["reply_rated_from"].value),
        closes=minute_of(found["reply_rated_until"].value),
        average_closes=minute_of(found["rated_average_until"].value),
        limit=found["rated_reply_limit"].duration,
        cap=found["rated_average_cap"].duration,
        slow=found["rated_average_line"].duration,
        idle=found["session_idle"].duration,
        first=found["first_human_reply"].duration,
        urgent=found["first_human_reply_urgent"].duration,
        greeting=found["greeting_target"].duration,
        staffed=calendar.is_open,
    )


def facts_of_day(shop_id: int, day: date) -> list[Fact]:
    """The rounds of one day, by one range of the index `turn_day`."""
    rows = Turn.objects.filter(shop_id=shop_id, day=day).order_by("started_at", "pk").values_list(*_FIELDS)
    return [Fact(*row) for row in rows.iterator(chunk_size=2000)]


def verdicts_of(metric: Metric, shop: ShopFacts, day: date, at: datetime) -> tuple[list[Verdict], dict[int, Fact]]:
    """What each unit of a day counts as, and the rounds by number: what a click on a figure shows."""
    facts = facts_of_day(shop.id, day)
    return metric.judge(facts, terms_of(shop, day, at), at), {fact.id: fact for fact in facts}


def day_figures(shop: ShopFacts, day: date, at: datetime) -> tuple[list[DayFigure], bool]:
    """Every figure of a shop's day, not yet written; and whether time alone cannot change them any more."""
    facts, terms = facts_of_day(shop.id, day), terms_of(shop, day, at)
    figures = [
        _figure(shop, day, metric, twins.tally(metric.judge(facts, terms, at))) for metric in metrics_of(shop.platform)
    ]
    came = [fact.started_at for fact in facts if fact.first]
    figures.append(
        DayFigure(
            shop_id=shop.id, day=day, metric=ARRIVALS, counted=len(came), detail={"curve": forecast.curve_of(came)}
        )
    )
    figures.append(DayFigure(shop_id=shop.id, day=day, metric=SPEED, counted=len(facts), detail=speed_of(facts)))
    settled = not any(fact.ended_at is None and fact.waited(at) <= terms.cap for fact in facts)
    return figures, settled


def _figure(shop: ShopFacts, day: date, metric: Metric, found: twins.Tally) -> DayFigure:
    return DayFigure(
        shop_id=shop.id,
        day=day,
        metric=metric.name,
        counted=found.counted,
        good=found.good,
        pending=found.pending,
        seconds=found.seconds,
        detail={"left_out": found.left_out},
    )


def speed_of(facts: Sequence[Fact]) -> dict[str, Any]:
    """首次响应 and 平均响应 of answered rounds: mean, median, p90 in seconds, and how many; not only the mean (3.1)."""
    first = [_seconds(fact) for fact in facts if fact.answered and fact.first]
    every = [_seconds(fact) for fact in facts if fact.answered]
    return {"frt": spread(first), "art": spread(every)}


def _seconds(fact: Fact) -> float:
    assert fact.ended_at is not None
    return (fact.ended_at - fact.started_at).total_seconds()


def spread(values: Sequence[float]) -> dict[str, Any]:
    if not values:
        return {"n": 0, "mean": None, "p50": None, "p90": None}
    p50, p90 = forecast.percentile(values, 0.5), forecast.percentile(values, 0.9)
    return {"n": len(values), "mean": round(sum(values) / len(values), 1), "p50": _tenth(p50), "p90": _tenth(p90)}


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def speed_now(shop_ids: Sequence[int], since: datetime, most: int = 2000) -> dict[str, Any]:
    """The same of the answers given since `since`, by the index `turn_answers`."""
    found: list[Fact] = []
    for shop_id in shop_ids:
        rows = Turn.objects.filter(shop_id=shop_id, ended_at__gt=since).order_by("-ended_at").values_list(*_FIELDS)
        found += [Fact(*row) for row in rows[:most]]
    return speed_of(found)


def figures_between(shop_id: int, metric: str, first: date, last: date) -> list[DayFigure]:
    """A metric's days, oldest first, by the unique index."""
    rows = DayFigure.objects.filter(shop_id=shop_id, metric=metric, day__gte=first, day__lte=last)
    return list(rows.order_by("day"))


def usual_arrivals(shop_id: int, day: date, weeks: int) -> tuple[list[float], int]:
    """The average curve of the same weekday in the last weeks, and how many of those days are known."""
    days = [day - timedelta(weeks=back) for back in range(1, weeks + 1)]
    rows = DayFigure.objects.filter(shop_id=shop_id, metric=ARRIVALS, day__in=days).values_list("detail", flat=True)
    curves = [detail["curve"] for detail in rows]
    return forecast.usual(curves), len(curves)


def today(at: datetime) -> date:
    return beijing_day(at)
