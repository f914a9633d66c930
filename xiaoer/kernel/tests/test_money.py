"""Money: reading, writing, splitting, without losing a fen."""

from ast import literal_eval
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoer.kernel.money import (
    BadMoney,
    fen_from_cell,
    format_yuan,
    ledger_delta,
    parse_yuan,
    percent_of,
    plain_yuan,
    pro_rata_cumulative,
    split,
)

amounts = st.integers(-(10**11), 10**11)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("¥1,299.00", 129900),
        ("￥1，299.00", 129900),
        ("1299", 129900),
        ("1299.5", 129950),
        ("１２９９．５０元", 129950),
        (" 0.01 ", 1),
        ("RMB 12", 1200),
        ("12,345,678.90", 1234567890),
        ("+5", 500),
        (1299, 129900),
        (Decimal("12.50"), 1250),
        (Decimal("12.500"), 1250),
        ("0", 0),
    ],
)
def test_yuan_is_read(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize("text", ["-12.50", "¥-12.50", "-¥12.50", "(12.50)", "－12.50", "−12.50"])
def test_below_zero_only_where_allowed(text):
    assert parse_yuan(text, negative=True) == -1250
    with pytest.raises(BadMoney) as refused:
        parse_yuan(text)
    assert "12.50" in refused.value.text.zh


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1.234", "1,29.00", "1.2.3", "NaN", "inf", "1e3", "--1", "1 299,00", "12.", "¥", ".5", "10000000000000000",
     Decimal("NaN"), Decimal("0.001"), 1.5, None, True],
)  # fmt: skip
def test_what_is_no_amount_is_refused_by_name(text):
    with pytest.raises(BadMoney) as refused:
        parse_yuan(text)
    assert refused.value.fields["amount"].en


@given(amounts)
def test_what_is_written_reads_back(fen):
    assert parse_yuan(format_yuan(fen), negative=True) == fen
    assert parse_yuan(plain_yuan(fen), negative=True) == fen
    assert fen_from_cell(literal_eval(plain_yuan(fen)), negative=True) == fen


def test_cells_drop_the_noise_of_formulas_and_refuse_real_decimals():
    assert fen_from_cell(0.1 + 0.2) == 30
    assert fen_from_cell(1299.0) == 129900
    assert fen_from_cell("1,299.00") == 129900
    for bad in (1.234, float("nan"), float("inf"), -1.0, None, object()):
        with pytest.raises(BadMoney):
            fen_from_cell(bad)


@given(amounts, weights)
def test_parts_sum_up_and_are_within_a_fen_of_exact(total, by):
    parts = split(total, by)
    assert sum(parts) == total
    for part, weight in zip(parts, by, strict=True):
        assert abs(part * sum(by) - total * weight) < sum(by)


def test_split_gives_the_remainder_to_the_largest_then_the_first():
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(-100, [1, 1, 1]) == [-34, -33, -33]
    assert split(10, [0, 5]) == [0, 10]
    assert split(5, [3, 3, 4]) == [2, 1, 2]
    for bad in ([], [0, 0], [1, -1]):
        with pytest.raises(ValueError, match="weights"):
            split(1, bad)


@given(amounts, st.lists(st.integers(0, 50), min_size=1, max_size=10).filter(any))
def test_pieces_taken_one_after_another_are_the_whole(total, pieces):
    whole, before, paid = sum(pieces), 0, 0
    for piece in pieces:
        paid += pro_rata_cumulative(total, whole, before, piece)
        before += piece
        assert abs(paid) <= abs(total)
    assert paid == total
    assert pro_rata_cumulative(total, pieces, 0, whole) == total


def test_the_last_piece_takes_the_remainder():
    assert [pro_rata_cumulative(10000, 3, n, 1) for n in range(3)] == [3333, 3333, 3334]
    with pytest.raises(ValueError, match="more than there is"):
        pro_rata_cumulative(10000, 3, 2, 2)


def test_percentages_round_down_within_their_bounds():
    assert percent_of(12345, Decimal("0.8")) == 98
    assert percent_of(1000, 30, least=500, most=50000) == 500
    assert percent_of(100_000, 30, least=500, most=50000) == 30000
    assert percent_of(10_000_000, 30, least=500, most=50000) == 50000


@given(amounts, st.lists(amounts, max_size=8))
def test_a_ledger_reaches_its_target_and_a_second_write_adds_nothing(target, lines):
    lines = [*lines, ledger_delta(target, lines)]
    assert sum(lines) == target
    assert ledger_delta(target, lines) == 0
