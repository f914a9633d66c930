"""The calls of a period and the hours of those who telephoned, for the figures (kpi.py)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q

from xiaoer.kernel.calendar import BEIJING
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules as policy
from xiaoer.voice.flow import LIVE
from xiaoer.voice.kpi import CallFacts, Duty, Targets
from xiaoer.voice.models import Call, DutySpan, FollowUp

MOST_CALLS = 50_000
"""Calls that one figure is taken from; beyond, the page says that it is cut off."""
PERIODS = ("day", "week", "month")
_LONGEST_SPAN = timedelta(days=2)
_KEYS = (
    *("voice_ring_seconds", "voice_rings_max", "voice_rings_average_min", "voice_rings_average_max"),
    *("voice_service_seconds", "voice_service_level", "voice_queue_average", "voice_handling_min"),
    *("voice_handling_max", "voice_wrap_most", "voice_connect_in", "voice_connect_out", "voice_first_resolution"),
    *("voice_repeat_window", "voice_occupancy", "voice_efficiency"),
)
_FIELDS = (
    *("pk", "direction", "state", "started_at", "queued_at", "rang_at", "answered_at", "ended_at"),
    *("hold_seconds", "wrapped_at", "rings", "solved", "number_hash"),
)
_NAMES = ("id", *_FIELDS[1:-1], "caller")
"""The same fields as `CallFacts` calls them."""


def bounds(period: str, day: date) -> tuple[datetime, datetime]:
    """The Beijing day, the week from Monday on, or the month that holds the day."""
    if period == "week":
        first = day - timedelta(days=day.weekday())
        after = first + timedelta(days=7)
    elif period == "month":
        first = day.replace(day=1)
        after = (first + timedelta(days=32)).replace(day=1)
    else:
        first, after = day, day + timedelta(days=1)
    return datetime(first.year, first.month, first.day, tzinfo=BEIJING), datetime(
        after.year, after.month, after.day, tzinfo=BEIJING
    )


def targets_of(shop_id: int, at: datetime) -> Targets:
    found = policy(_KEYS, shop=shop_facts(shop_id), at=at)
    number = {key: float(answer.value) for key, answer in found.items()}
    whole = {key: int(answer.value) for key, answer in found.items()}
    return Targets(
        ring=found["voice_ring_seconds"].duration,
        rings_max=whole["voice_rings_max"],
        rings_low=whole["voice_rings_average_min"],
        rings_high=whole["voice_rings_average_max"],
        service_seconds=whole["voice_service_seconds"],
        service_level=number["voice_service_level"],
        queue_average=whole["voice_queue_average"],
        handling_min=whole["voice_handling_min"],
        handling_max=whole["voice_handling_max"],
        wrap_most=found["voice_wrap_most"].duration,
        connect_in=number["voice_connect_in"],
        connect_out=number["voice_connect_out"],
        first_resolution=number["voice_first_resolution"],
        repeat=found["voice_repeat_window"].duration,
        occupancy=number["voice_occupancy"],
        efficiency=number["voice_efficiency"],
    )


def facts(shop_ids: Iterable[int], since: datetime, until: datetime) -> list[CallFacts]:
    """The finished calls that began in a period."""
    shops = list(shop_ids)
    rows = Call.objects.filter(shop_id__in=shops, started_at__gte=since, started_at__lt=until).exclude(state__in=LIVE)
    owed = FollowUp.objects.filter(
        call__shop_id__in=shops, call__started_at__gte=since, call__started_at__lt=until, kind="unsolved"
    )
    followed = set(owed.values_list("call_id", flat=True))
    return [
        CallFacts(**dict(zip(_NAMES, row, strict=True)), follow_up=row[0] in followed)
        for row in rows.order_by("-started_at", "-pk").values_list(*_FIELDS)[:MOST_CALLS]
    ]


def duty(shop_ids: Iterable[int], since: datetime, until: datetime) -> Duty:
    """Hours of the agents who made outgoing calls: signed in (not offline), and at work (not away)."""
    shops = list(shop_ids)
    went = Call.objects.filter(shop_id__in=shops, started_at__gte=since, started_at__lt=until, direction="outbound")
    staff = set(went.filter(agent__isnull=False).values_list("agent_id", flat=True))
    spans = DutySpan.objects.filter(shop_id__in=shops, staff_id__in=staff, started_at__gte=since - _LONGEST_SPAN)
    spans = spans.filter(started_at__lt=until).filter(Q(ended_at=None) | Q(ended_at__gt=since))
    stretches: dict[int, dict[str, list[tuple[datetime, datetime]]]] = {}
    for staff_id, status, start, end in spans.values_list("staff_id", "status", "started_at", "ended_at"):
        mine = stretches.setdefault(staff_id, {"login": [], "working": []})
        stretch = (max(start, since), min(end or until, until))
        mine["login"].append(stretch)
        if status != "away":
            mine["working"].append(stretch)
    return Duty(
        sum(_covered(mine["login"]) for mine in stretches.values()),
        sum(_covered(mine["working"]) for mine in stretches.values()),
    )


def _covered(stretches: list[tuple[datetime, datetime]]) -> float:
    """Seconds covered by stretches that may overlap: an agent who serves two shops at once works once."""
    total, reached = 0.0, None
    for start, end in sorted(stretches):
        begin = start if reached is None or start > reached else reached
        if end > begin:
            total += (end - begin).total_seconds()
            reached = end
    return total
