"""The charts that follow one thing through the dimensions, and those of the shape of a space."""

from math import log10, nan

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from components.charts import theme
from components.charts.follow import bump_chart, rank_curve
from components.charts.shape import held_curve, occurrence_chart, shape_curves, spectrum_chart

HOSTILE = "<b>&x</b>"


def written(figure: go.Figure) -> str:
    return " | ".join(note.text for note in figure.layout.annotations)


RANKS = np.array([900, 40, 1, 2, 1, 1])


def test_the_rank_has_the_first_place_on_top_and_an_area_where_it_stays() -> None:
    drawn = rank_curve(RANKS, kept=4, first_from=5, expected=HOSTILE)
    assert list(drawn.data[0].x) == [1, 2, 3, 4, 5, 6]
    assert drawn.data[0].line.color == theme.EXPECTED
    worst, best = drawn.layout.yaxis.range
    assert worst > log10(900) > 0 > best
    area, mark = drawn.layout.shapes
    assert (area.type, area.x0, mark.x0) == ("rect", 5, 4)
    assert "first from<br>5 on" in written(drawn)
    assert drawn.layout.yaxis.title.text == "rank of &lt;b&gt;&amp;x&lt;/b&gt;"


@pytest.mark.parametrize("ranks", [[1], [1, 1], [400_000, 7]])
def test_few_sizes_and_no_area(ranks: list[int]) -> None:
    drawn = rank_curve(np.array(ranks), kept=1, first_from=None, expected="x")
    assert len(drawn.layout.shapes) == 1
    assert drawn.layout.yaxis.range[0] > drawn.layout.yaxis.range[1]


def bumps(*rows: tuple[str, int, int, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["word", "dimension", "rank", "kind"])


BUMPS = bumps(
    ("queen", 100, 1, "raw"), ("queen", 5, 4, "pca"), ("queen", 20, 2, "pca"),
    (HOSTILE, 100, 2, "raw"), (HOSTILE, 5, 900, "pca"), (HOSTILE, 20, 11, "pca"),
)  # fmt: skip


def test_neighbours_are_orange_where_they_stay_and_vermilion_where_they_go() -> None:
    drawn = bump_chart(BUMPS, word=HOSTILE, kept=20)
    other, queen = drawn.data  # the nearest is drawn last
    assert (list(queen.x), list(queen.y)) == ([0, 1, 2], [4, 2, 1])
    assert (queen.line.color, queen.line.dash) == (theme.NEIGHBOUR, "solid")
    assert list(other.y) == [11, 11, 2]
    assert (other.line.color, other.line.dash, other.marker.symbol) == (theme.LOST, "dash", "x")
    assert "number 900<br>beside &lt;b&gt;" in other.hovertext[0]
    assert list(drawn.layout.xaxis.ticktext) == ["as is", "20", "5"]
    assert drawn.layout.yaxis.ticktext[-1] == "beyond<br>10"
    assert drawn.layout.yaxis.range[0] > drawn.layout.yaxis.range[1]
    assert drawn.layout.shapes[1].x0 == 1
    assert "queen" in written(drawn)
    assert "&lt;b&gt;&amp;x&lt;/b&gt;" in written(drawn)


def test_ten_neighbours_look_different_and_all_beyond_are_told() -> None:
    rows = [(f"n{rank}", 100, rank, "raw") for rank in range(1, 11)]
    rows += [(f"n{rank}", 5, 100 * rank, "pca") for rank in range(1, 11)]
    drawn = bump_chart(bumps(*rows), word="king", kept=100)
    looks = {(line.line.color, line.marker.symbol) for line in drawn.data}
    assert len(looks) == 10
    top = [line for line in drawn.data if line.name in ("n1", "n2", "n3")]
    assert {line.line.color for line in top} == {theme.NEIGHBOUR}
    assert {line.line.width for line in top} == {max(line.line.width for line in drawn.data)}
    assert all("<b>n10</b> is number 1,000" in line.hovertext[0] for line in drawn.data)


def test_at_all_dimensions_no_neighbour_is_lost() -> None:
    drawn = bump_chart(BUMPS, word="king", kept=100)
    assert {trace.line.color for trace in drawn.data} == {theme.NEIGHBOUR}
    assert drawn.layout.shapes[1].x0 == 2


def test_a_size_between_two_stands_between_them() -> None:
    drawn = bump_chart(BUMPS.drop(columns="kind"), word="king", kept=10)
    assert drawn.layout.shapes[1].x0 == pytest.approx(0.5)


@pytest.mark.parametrize("rows", [0, 1])
def test_few_neighbours_are_a_chart(rows: int) -> None:
    assert len(bump_chart(BUMPS.head(rows), word="king", kept=7).data) == rows


VARIANCE = np.array([4.0, 2.0, 2.0, 0.0])


def test_the_spectrum_is_in_shares_beside_shuffled_columns() -> None:
    drawn = spectrum_chart(VARIANCE, np.array([3.0, 2.0, 2.0, 1.0]), kept=2)
    chance, own = drawn.data
    assert list(own.y) == [0.5, 0.25, 0.25, None]
    assert list(chance.y) == [0.375, 0.25, 0.25, 0.125]
    assert (chance.line.color, chance.line.dash) == (theme.BASELINE, "dash")
    assert drawn.layout.yaxis.range[0] < log10(0.125)
    assert "shuffled columns" in written(drawn)


def test_axes_of_rounding_stretch_no_spectrum() -> None:
    variance = np.array([0.6, 0.3, 0.1, 1e-9, 0.0])
    drawn = spectrum_chart(variance, variance, kept=2)
    assert list(drawn.data[1].y) == pytest.approx([0.6, 0.3, 0.1, None, None])
    low, high = drawn.layout.yaxis.range
    assert high - low < 2


@pytest.mark.parametrize("variance", [np.zeros(3), np.ones(1)])
def test_flat_spectra_are_charts(variance: np.ndarray) -> None:
    low, high = spectrum_chart(variance, variance, kept=1).layout.yaxis.range
    assert low < high
    assert len(held_curve(variance, kept=1).data[1].y) == len(variance)


def test_held_variance_adds_up() -> None:
    equal, held = held_curve(VARIANCE, kept=2).data
    assert list(held.y) == pytest.approx([0.5, 0.75, 1.0, 1.0])
    assert list(equal.y) == [0, 1]


def test_the_histogram_counts_every_word() -> None:
    counts = np.array([0] * 50 + [3] * 7 + [600])
    drawn = occurrence_chart(counts)
    bars = drawn.data[0]
    assert sum(height or 0 for height in bars.y) == len(counts)
    assert len(bars.x) <= 61
    assert bars.hovertext[-1] == "1 word: 594 to 604 times"
    assert drawn.layout.shapes[0].x0 == pytest.approx(counts.mean())


def test_the_histogram_of_a_sample_says_so() -> None:
    drawn = occurrence_chart(np.array([0, 3]), sampled=5_000)
    assert "of 5,000 words drawn" in drawn.layout.xaxis.title.text
    assert "drawn" not in occurrence_chart(np.array([0, 3])).layout.xaxis.title.text


@pytest.mark.parametrize("counts", [[], [0], [10, 10, 10]])
def test_histograms_of_little(counts: list[int]) -> None:
    drawn = occurrence_chart(np.array(counts, dtype=np.int64))
    assert drawn.layout.yaxis.range[0] < drawn.layout.yaxis.range[1]


def test_a_figure_of_the_shape_is_a_line_without_gaps() -> None:
    drawn = shape_curves([(20, 8.0), (2, 1.5), (5, nan)], kept=5, figure="intrinsic dimension")
    assert (list(drawn.data[0].x), list(drawn.data[0].y)) == ([2, 20], [1.5, 8.0])
    assert drawn.layout.yaxis.range[0] == 0
    assert drawn.layout.yaxis.title.text == "intrinsic dimension"
    assert drawn.data[0].cliponaxis is False
    assert shape_curves([(2, -0.1)], kept=2, figure="x").layout.yaxis.range[0] < -0.1
    assert len(shape_curves([], kept=2, figure="x").data[0].x) == 0
