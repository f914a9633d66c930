"""The nine charts (九张流程图): whole drawings, and nothing drawn that the flow tables forbid."""

import pytest

from xiaoer.aftersales.charts import Chart, charts
from xiaoer.kernel.flow import FLOWS
from xiaoer.kernel.testing import Cast

NAMES = ["退货", "换货", "补偿", "快递超区", "返修", "错发货", "评价", "维权", "订单跟踪"]


@pytest.mark.parametrize("chart", charts(), ids=[one.no for one in charts()])
def test_a_chart_is_whole_and_says_what_its_flow_allows(chart: Chart) -> None:
    flow, steps = FLOWS[chart.flow], {step.name: step for step in chart.steps}
    assert len(steps) == len(chart.steps) and [s.name for s in chart.steps if s.shape == "start"] == [
        chart.steps[0].name
    ]
    assert {s.state for s in chart.steps if s.state} | set(chart.aside) == {state.name for state in flow.states}
    assert chart.steps[0].state == flow.first
    led = {way.to for step in chart.steps for way in step.ways}
    assert led | {chart.steps[0].name} == set(steps), "every step is reached, and only steps that exist"
    moves = {(source, move.target) for move in flow.moves for source in move.sources}
    for step in chart.steps:
        assert len(step.ways) == {"start": 1, "step": 1, "end": 0}.get(step.shape, len(step.ways))
        if step.shape == "ask":
            assert len(step.ways) > 1 and all(way.label.zh and way.label.en for way in step.ways)
        assert (step.shape == "end") is (bool(step.state) and flow.state(step.state).final), step.name
        for state in chart.next_states(step) if step.state else ():
            assert state == step.state or (step.state, state) in moves, f"{chart.no} {step.name}: no move to {state}"


def test_anybody_at_the_desk_can_open_the_nine_charts(cast: Cast) -> None:
    """Named and numbered as in the seed, with roles, clocks in figures and the seed's own words (R805)."""
    found = cast.as_("anan").get("/api/charts")
    assert [one["no"] for one in found] == [f"5.{n}" for n in range(1, 10)]
    assert [one["title"].removesuffix("流程图") for one in found] == NAMES
    first = found[0]
    assert first["steps"][5]["label"].startswith("退款协议达成，等待买家退货")
    clocks = {one["rule"]: one["length"] for one in first["clocks"]}
    assert clocks["seller_answers_return"] == "5 天" and first["said"] and "R841" in first["rows"]
    assert [one["who"] for one in first["lanes"]] == ["buyer", "agent", "platform", "warehouse", "finance"]
    assert not [one for chart in found for one in chart["clocks"] if not one["length"]]
    cast.as_("stranger").get("/api/charts", {"shop": cast.tmall.pk}, status=404)
