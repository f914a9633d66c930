"""The nine charts over HTTP: steps, roles, the clocks with their lengths today, and what the seed says."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from xiaoer.aftersales.api.cases import staff_of
from xiaoer.aftersales.chart_showing import shown
from xiaoer.kernel import clock

router = Router()


class ChartWay(Schema):
    to: str
    label: str


class ChartStep(Schema):
    """`shape`: start, step, ask (a decision) or end; `state` is the flow's state when the step is done."""

    name: str
    shape: str
    who: str
    label: str
    state: str
    state_label: str
    ways: list[ChartWay]


class ChartLane(Schema):
    who: str
    label: str


class ChartClock(Schema):
    """`length` is the rule's value in words, as it stands today for the shop."""

    kind: str
    label: str
    rule: str
    who: str
    length: str


class ServiceChart(Schema):
    no: str
    flow: str
    title: str
    rows: list[str]
    said: list[str]
    aside: list[str]
    lanes: list[ChartLane]
    steps: list[ChartStep]
    clocks: list[ChartClock]


@router.get(
    "/charts", response=list[ServiceChart], summary="The nine charts of after-sales service, drawn and explained"
)
def listed(request: HttpRequest, shop: int | None = None) -> list[dict[str, Any]]:
    return shown(staff_of(request), shop, clock.now())
