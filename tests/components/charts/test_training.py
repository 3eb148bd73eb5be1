"""Charts of a run: every value at its epoch, names at the ends, nothing drawn of nothing."""

from math import nan

import numpy as np
import pytest

from components.charts import theme
from components.charts.training import (
    Line,
    by_epoch,
    change_bands,
    frequency_curve,
    update_by_frequency,
)

LINE = Line("loss", (0, 1, 2), (3.0, None, 2.0), theme.ASKED)


def test_a_line_holds_its_known_values_and_the_whole_run() -> None:
    chart = by_epoch([LINE], epochs=20, unit="loss")
    [line] = chart.data
    assert (list(line.x), list(line.y)) == ([0, 2], [3.0, 2.0])
    assert chart.layout.xaxis.range == (-0.2, 20.2)
    assert not chart.layout.annotations  # one line needs no name


def test_two_lines_carry_their_names_and_differ_in_more_than_colour() -> None:
    other = Line("<b>run 2", (0, 1), (1.0, 2.0), theme.NEIGHBOUR)
    chart = by_epoch([LINE, other], epochs=2, unit="loss")
    names = [note.text for note in chart.layout.annotations]
    assert any("loss" in name for name in names)
    assert any("&lt;b&gt;run 2" in name for name in names)
    assert {line.line.dash for line in chart.data} == {"solid", "dash"}
    assert len({line.marker.symbol for line in chart.data}) == 2


def test_an_interval_is_a_band_and_an_unknown_one_is_left_out() -> None:
    line = Line("score", (0, 1), (0.1, 0.2), theme.ASKED, (nan, 0.1), (nan, 0.3))
    band, drawn = by_epoch([line], epochs=1, unit="score", zero=True).data
    assert (list(band.x), list(band.y)) == ([1, 1], [0.3, 0.1])
    assert list(drawn.y) == [0.1, 0.2]


def test_a_level_is_dashed_and_named() -> None:
    chart = by_epoch([LINE], epochs=2, unit="AUC", level=(0.5, "chance"))
    assert chart.layout.shapes[0].line.dash == "dash"
    assert chart.layout.annotations[0].text == "chance"
    low, high = chart.layout.yaxis.range
    assert low < 0.5 < high


@pytest.mark.parametrize("lines", [[], [Line("none", (0,), (None,), theme.ASKED)]])
def test_nothing_known_is_an_empty_chart(lines: list[Line]) -> None:
    assert len(by_epoch(lines, epochs=3, unit="AUC").data) == 0


def test_the_frequency_curve_begins_and_ends_with_the_text() -> None:
    counts = np.sort(np.random.default_rng(0).integers(5, 9_000, 4_000))[::-1]
    [curve] = frequency_curve(counts).data
    assert (curve.x[0], curve.x[-1]) == (1, 4_000)
    assert (curve.y[0], curve.y[-1]) == (counts[0], counts[-1])
    assert len(curve.x) <= 160


def test_change_is_two_bands_and_two_medians() -> None:
    quantiles = np.array([[-0.1, 0.0, 0.1, 0.2, 0.3], [0.2, 0.3, 0.4, 0.5, 0.6]])
    wide, narrow, raw, turned = change_bands([1, 2], quantiles, [0.0, 0.1], last=2).data
    assert list(turned.y) == [0.1, 0.4]
    assert list(raw.y) == [0.0, 0.1]
    assert list(wide.y) == [0.3, 0.6, 0.2, -0.1]
    assert list(narrow.y) == [0.2, 0.5, 0.3, 0.0]


def test_updates_begin_at_zero() -> None:
    chart = update_by_frequency([100.0, 10.0], [3.0, 2.0], [0.5, 0.7])
    assert [list(line.y) for line in chart.data] == [[3.0, 2.0], [0.5, 0.7]]
    assert [note.text.split("</span> ")[1] for note in chart.layout.annotations] == [
        "since the beginning",
        "in this epoch",
    ]
    assert [note.yanchor for note in chart.layout.annotations] == ["bottom", "bottom"]
    same = update_by_frequency([100.0, 10.0], [3.0, 2.0], [3.0, 2.0])
    assert [note.yanchor for note in same.layout.annotations] == ["bottom", "top"]
    assert chart.layout.yaxis.range[0] == 0
    assert chart.layout.xaxis.type == "log"
