"""The telephone's figures over HTTP, and the calls behind each."""

from datetime import date, timedelta
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.errors import NotFound
from xiaoer.voice import figures, kpi, queries, showing
from xiaoer.voice.api.schemas import CallPage

router = Router()
_MOST_BEHIND = 100


class FigureOut(Schema):
    """One figure with its formula, target and standing."""

    name: str
    label: str
    formula: str
    value: float | None = Field(description="null: nothing to measure yet")
    unit: str = Field(description="percent | seconds | rings | count")
    top: float
    bottom: float
    low: float | None
    high: float | None
    standing: str = Field(description="good | bad | none")


class BucketOut(Schema):
    at: str
    calls_in: int
    calls_out: int
    lost: int
    in_time: int


class FiguresOut(Schema):
    period: str
    since: str
    until: str
    calls: int
    cut_off: bool = Field(description="More calls than are looked at: the figures cover the latest ones")
    items: list[FigureOut]
    series: list[BucketOut]


Period = Literal["day", "week", "month"]


def _allowed(viewer: Viewer, shop: int) -> None:
    if not any(viewer.may(perm, shop) for perm in (Perm.CHAT_ALL, Perm.CHAT_ASSIGN)):
        viewer.require(Perm.CHAT_ALL, shop)


@router.get("/voice/figures", response=FiguresOut, summary="Call figures of a day, week or month with their targets")
def shown(request: HttpRequest, shop: int, period: Period = "day", day: date | None = None) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    _allowed(viewer, shop)
    since, until = figures.bounds(period, day or at.astimezone(BEIJING).date())
    targets = figures.targets_of(shop, at)
    calls = figures.facts([shop], since, until)
    later = figures.facts([shop], until, until + targets.repeat) if until < at else []
    found = kpi.figures(calls, targets, figures.duty([shop], since, max(min(until, at), since)), later)
    step = timedelta(hours=1) if period == "day" else timedelta(days=1)
    return {
        "period": period,
        "since": clock.iso(since),
        "until": clock.iso(until),
        "calls": len(calls),
        "cut_off": len(calls) >= figures.MOST_CALLS,
        "items": [_figure(one, viewer.language) for one in found],
        "series": [
            {
                "at": clock.iso(one.at),
                "calls_in": one.calls_in,
                "calls_out": one.calls_out,
                "lost": one.lost,
                "in_time": one.in_time,
            }
            for one in kpi.series(calls, targets, since, step, (until - since) // step)
        ],
    }


def _figure(one: kpi.Figure, language: str) -> dict[str, Any]:
    label, formula = kpi.NAMES[one.name]
    return {
        "name": one.name,
        "label": label.say(language),
        "formula": formula.say(language),
        "value": one.value,
        "unit": one.unit,
        "top": one.top,
        "bottom": one.bottom,
        "low": one.low,
        "high": one.high,
        "standing": one.standing,
    }


@router.get("/voice/figures/{name}/calls", response=CallPage, summary="The calls behind a figure, latest first")
def behind(
    request: HttpRequest, name: str, shop: int, period: Period = "day", day: date | None = None, skip: int = 0
) -> dict[str, Any]:
    """For a share or a mean: the calls that spoil it. `next` is the `skip` of the next page."""
    viewer, at = viewer_of(request), clock.now()
    _allowed(viewer, shop)
    if name not in kpi.BEHIND:
        raise NotFound(f"没有「{name}」这个指标", f"There is no figure {name!r}")
    since, until = figures.bounds(period, day or at.astimezone(BEIJING).date())
    targets = figures.targets_of(shop, at)
    later = figures.facts([shop], until, until + targets.repeat) if until < at else []
    ids = kpi.behind(name, figures.facts([shop], since, until), targets, later)
    start = max(skip, 0)
    calls = queries.by_ids(viewer, ids[start : start + _MOST_BEHIND])
    more = start + _MOST_BEHIND
    return {"items": showing.rows(calls, viewer, at), "next": str(more) if more < len(ids) else None}
