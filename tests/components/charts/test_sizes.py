"""Charts of the page about embedding_dim, without a browser."""

import pytest

from components.charts.sizes import Advice, cost_curve, size_curves
from models.training.size_sweep import CUT, NESTED, TRAINED, Summary

SIZES = (8, 16, 32)


def flat(mean: float, *, reach: float = 0.01) -> Summary:
    return Summary(mean, mean - 3 * reach, mean + 3 * reach, mean - reach, mean + reach, 3)


LINES = {
    TRAINED: {8: flat(0.6), 16: flat(0.68), 32: flat(0.7)},
    CUT: {8: flat(0.5), 16: flat(0.6)},
    NESTED: {},
}
ADVICE = [
    Advice("fourth root", 10, 10, 10),
    Advice("PIP loss", 12, 40, 20, wide=(10, 60)),
    Advice("here", 16, 16, 16, measured=True),
]


def test_a_line_a_way_and_none_for_what_is_missing() -> None:
    chart = size_curves(LINES, ADVICE, sizes=SIZES, unit="AUC")
    names = [trace.name for trace in chart.data if trace.name]
    assert names == ["trained at this size", "the largest, cut by PCA"]
    line = next(trace for trace in chart.data if trace.name == "trained at this size")
    assert (list(line.x), list(line.y)) == ([8, 16, 32], [0.6, 0.68, 0.7])
    assert "0.600 (0.570 to 0.630)" in line.hovertext[0]
    assert "3 seeds, 0.590 to 0.610" in line.hovertext[0]


def test_a_band_reaches_from_the_lowest_to_the_highest_seed() -> None:
    chart = size_curves(LINES, [], sizes=SIZES, unit="AUC")
    band = chart.data[0]
    assert band.fill == "toself"
    assert list(band.y) == pytest.approx([0.61, 0.69, 0.71, 0.69, 0.67, 0.59])


def test_advice_stands_on_the_same_axis_below() -> None:
    chart = size_curves(LINES, ADVICE, sizes=SIZES, unit="AUC")
    assert chart.layout.yaxis2.ticktext == ("fourth root", "PIP loss", "here")
    assert chart.layout.yaxis2.domain[1] < chart.layout.yaxis.domain[0]
    below = [trace for trace in chart.data if trace.yaxis == "y2"]
    assert [(list(trace.x), trace.mode) for trace in below] == [
        ([10], "markers"),
        ([10, 60], "lines"),
        ([12, 40], "lines"),
        ([20], "markers"),
        ([16], "markers"),
    ]
    assert {trace.xaxis for trace in chart.data} == {None}


def test_the_axis_holds_all_sizes_and_the_advice_that_is_near() -> None:
    far = [*ADVICE, Advice("far", 5_000, 5_000, 5_000)]
    chart = size_curves({TRAINED: {8: flat(0.6)}}, far, sizes=SIZES, unit="AUC")
    low, high = (10**end for end in chart.layout.xaxis.range)
    assert low < 8
    assert 60 < high < 100
    assert chart.layout.xaxis.tickvals == SIZES
    assert [note.text for note in chart.layout.annotations][-1] == "5,000 →"


def test_a_single_seed_is_drawn_without_a_band() -> None:
    alone = Summary(0.6, 0.6, 0.6, 0.6, 0.6, 1)
    chart = size_curves({TRAINED: {8: alone, 16: alone}}, [], sizes=(8, 16), unit="AUC")
    assert len(chart.data) == 1
    assert "one seed" in chart.data[0].hovertext[0]


def test_costs_begin_at_zero() -> None:
    chart = cost_curve({8: flat(1e6), 32: flat(4e6)}, sizes=SIZES, unit="MB", factor=1e-6)
    assert list(chart.data[0].y) == [1.0, 4.0]
    assert chart.layout.yaxis.range[0] == 0


def test_nothing_done_yet_is_an_empty_chart() -> None:
    assert len(size_curves({}, [], sizes=SIZES, unit="AUC").data) == 0
    assert len(cost_curve({}, sizes=SIZES, unit="seconds").data) == 0
