"""Flow tables: one that contradicts itself is refused when it is declared; chart and diagram say what the table says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.flow import FLOWS, Flow, FlowError, Move, Starts, State
from xiaoer.kernel.testing import flow_pairs
from xiaoer.kernel.tests.lamps import lamp_flow

A, B, END = State("a", "甲", "A"), State("b", "乙", "B"), State("end", "完", "End", "done")
GO = Move("go", "a", "end", "走", "Go")


def declare(states: tuple[State, ...], moves: tuple[Move, ...], name: str = "toy_table") -> Flow:
    try:
        return Flow(name, "表", "Table", "toy", states, moves)
    finally:
        FLOWS.pop(name, None)


@pytest.mark.parametrize(
    ("states", "moves", "says"),
    [
        ((A, A, END), (GO,), "named twice"),
        ((A, END), (Move("go", "a", "moon", "走", "Go"),), "no state 'moon'"),
        ((A, END), (GO, Move("back", "end", "a", "回", "Back")), "leaves the final state"),
        ((A, END), (GO, Move("go", "a", "a", "走", "Go")), "two moves"),
        ((A, END), (Move("go", "a", "end", "走", "Go", settles=("bell",)),), "a clock nobody starts"),
        ((A, B, END), (GO,), "no move leads to"),
        ((A, B, END), (GO, Move("stray", "a", "b", "迷", "Stray")), "no move leaves"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(
    states: tuple[State, ...], moves: tuple[Move, ...], says: str
) -> None:
    with pytest.raises(FlowError, match=says):
        declare(states, moves)


def test_two_flows_of_one_name_are_refused() -> None:
    first = Flow("toy_twice", "表", "Table", "toy", (A, END), (GO,))
    try:
        with pytest.raises(FlowError, match="already"):
            Flow("toy_twice", "表", "Table", "toy", (A, END), (GO,))
        assert FLOWS["toy_twice"] is first
    finally:
        FLOWS.pop("toy_twice", None)


names = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=5, unique=True)


@given(names, st.data())
def test_whatever_is_declared_can_be_finished_and_drawn(open_names: list[str], data: st.DataObject) -> None:
    """Any table that is accepted: from every state that is reached a move leads on, and the chart has every move."""
    states = (*(State(name, name, name) for name in open_names), State("end", "完", "End", "done"))
    targets = st.sampled_from([state.name for state in states])
    chain = [Move(f"next{n}", name, states[n + 1].name, "下", "Next") for n, name in enumerate(open_names)]
    extra = [
        Move(f"jump{n}", data.draw(st.sampled_from(open_names)), data.draw(targets), "跳", "Jump")
        for n in range(data.draw(st.integers(0, 4)))
    ]
    flow = declare(states, (*chain, *extra))
    pairs = flow_pairs(flow)
    assert sum(legal for _, _, legal in pairs) == len(flow.moves) == len(flow.chart()["moves"])
    assert all(flow.moves_from(name) for name in flow.open_states())
    drawing = flow.mermaid("en")
    assert all(f"{move.sources[0]} --> {move.target}: {move.label.en}" in drawing for move in flow.moves)


def test_the_chart_speaks_the_viewers_language() -> None:
    flow = lamp_flow()
    FLOWS.pop("lamp")
    assert flow.chart("en")["states"][0] == {
        "name": "broken",
        "label": "Broken",
        "category": "open",
        "waits_for": "agent",
    }
    (accept,) = [move for move in flow.chart("zh")["moves"] if move["verb"] == "accept"]
    assert (accept["label"], accept["by"], accept["clocks"]) == ("接受", ["staff"], ["修理"])
    assert [clock.kind for clock in flow.clocks()] == ["lamp_repair", "lamp_answer"]
    assert flow.mermaid().startswith("stateDiagram-v2\n") and "[*] --> broken" in flow.mermaid()


def test_a_clock_of_one_kind_is_declared_one_way_only() -> None:
    """Two moves that start the same kind by different rules would draw one and run the other."""
    bell = Starts("bell", "rule_one", "铃", "Bell", "agent")
    other = Starts("bell", "rule_two", "铃", "Bell", "agent")
    assert declare((A, END), (Move("go", "a", "end", "走", "Go", starts=(bell,)),)).clocks() == [bell]
    with pytest.raises(FlowError, match="two ways"):
        declare(
            (A, B, END),
            (Move("go", "a", "b", "走", "Go", starts=(bell,)), Move("on", "b", "end", "续", "On", starts=(other,))),
        )
