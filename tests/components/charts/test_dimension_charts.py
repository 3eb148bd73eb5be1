"""The charts of the Dimensions page say what the points, ranks and spectra say."""

from functools import partial
from math import log10, nan
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from components.charts import theme
from components.charts.dimension_axis import clear_place, dimension_axis, spread
from components.charts.method_curves import METHOD_NAMES, SHORT_NAMES, method_curves
from components.charts.sections import loss_bars, section_multiples, section_name
from components.widgets.chart import same
from models.quality.sweep.point import NATIVE, RAW, SECTION, TOTAL, SweepPoint
from models.reduction.reduce import METHODS

HOSTILE = "<b>&x</b>"


def point(
    method: str,
    dimension: int,
    value: float,
    *,
    low: float = -0.1,
    high: float = 0.1,
    exact: bool = True,
    part: str = TOTAL,
) -> SweepPoint:
    level = TOTAL if part == TOTAL else SECTION
    change = (nan, nan, nan) if method in (RAW, NATIVE) else (value - 0.7, value - 0.8, value - 0.6)
    spread_ = (value + low, value + high)
    return SweepPoint(
        method, dimension, "s", "Suite", level, part, value, *spread_, *change, 1200, 1600, exact,
        "1,200 of 1,600 <questions>", "as published",
    )  # fmt: skip


POINTS = [
    point(RAW, 100, 0.7),
    point(NATIVE, 50, 0.5),
    point("pca", 100, 0.69),
    point("pca", 2, 0.1),
    point("pca", 20, 0.4),
    point("random", 20, 0.3),
]


def curves(points: list[SweepPoint], *, kept: int = 20, **options: bool) -> go.Figure:
    return method_curves(
        points, kept=kept, full=100, unit="share", **({"per_cent": True} | options)
    )


def named(figure: go.Figure, name: str) -> go.Scatter:
    (found,) = [trace for trace in figure.data if trace.name == name]
    return found


def written(figure: go.Figure) -> str:
    return " | ".join(note.text for note in figure.layout.annotations)


def test_every_method_has_a_name_and_a_colour_of_its_own() -> None:
    assert set(METHOD_NAMES) == set(SHORT_NAMES) == set(theme.METHODS) == set(METHODS)
    meanings = {theme.ASKED, theme.NEIGHBOUR, theme.EXPECTED, theme.LOST, theme.FALSE_FRIEND}
    assert not meanings & set(theme.METHODS.values())
    assert len(set(theme.METHODS.values())) == len(METHODS)


def test_a_method_is_a_line_in_order_of_dimension_with_its_band() -> None:
    drawn = curves(POINTS)
    line = named(drawn, "PCA")
    assert (list(line.x), list(line.y)) == ([2, 20, 100], [0.1, 0.4, 0.69])
    assert line.line.color == theme.METHODS["pca"]
    (band,) = [t for t in drawn.data if t.fillcolor == theme.translucent(theme.METHODS["pca"])]
    assert list(band.x) == [2, 20, 100, 100, 20, 2]
    assert list(band.y) == pytest.approx([0.2, 0.5, 0.79, 0.59, 0.3, 0.0])


def test_controls_are_grey_and_dashed_and_native_points_hollow_diamonds() -> None:
    drawn = method_curves(
        POINTS, kept=20, full=100, unit="share", per_cent=True, native_title=HOSTILE
    )
    for name in ("as published", "random projection"):
        assert named(drawn, name).line.dash == "dash"
        assert named(drawn, name).line.color == theme.BASELINE
    assert list(named(drawn, "as published").y) == [0.7, 0.7]
    native = named(drawn, "&lt;b&gt;&amp;x&lt;/b&gt;")
    assert (list(native.x), native.marker.symbol) == ([50], "diamond-open")
    assert "&lt;b&gt;" in native.hovertext[0]


def test_names_stand_at_the_lines() -> None:
    text = written(curves(POINTS))
    for name in ("PCA", "random", "trained at 50", "as published, all 100", "20 kept"):
        assert name in text
    assert theme.METHODS["pca"] in text


def test_the_mark_is_at_the_size_kept() -> None:
    drawn = curves(POINTS)
    assert (drawn.layout.shapes[0].x0, drawn.layout.shapes[0].line.dash) == (20, "dot")
    assert drawn.layout.annotations[0].x == pytest.approx(log10(20))
    assert "all 100 kept" in written(curves(POINTS, kept=100))


def test_hover_tells_value_difference_n_and_coverage() -> None:
    (_, text, _) = named(curves(POINTS), "PCA").hovertext
    assert "20 of 100 dimensions" in text
    assert "40.0 % (30.0 to 50.0)" in text
    assert "−30.0 points (−40.0 to −20.0) against as published" in text
    assert "n = 1,200, 75.0 % of the suite" in text
    assert "sample" not in text


def test_correlations_are_told_without_per_cent() -> None:
    drawn = curves([point(RAW, 100, 0.7), point("pca", 2, 0.1)], per_cent=False)
    assert "0.100 (0.000 to 0.200)" in named(drawn, "PCA").hovertext[0]
    assert "against" not in named(drawn, "as published").hovertext[0]


def test_a_sample_is_thin_and_hollow() -> None:
    line = named(curves([point("pca", 2, 0.1, exact=False), point("pca", 5, 0.2)]), "PCA")
    exact = named(curves(POINTS), "PCA")
    assert list(line.marker.symbol) == ["circle-open", "circle"]
    assert line.line.width < exact.line.width
    assert "sample: 1,200 of 1,600 &lt;questions&gt;" in line.hovertext[0]


def test_shares_begin_at_zero_and_correlations_may_lie_below() -> None:
    assert curves(POINTS).layout.yaxis.range[0] == 0
    below = curves([point("pca", 2, -0.1)], per_cent=False)
    assert below.layout.yaxis.range[0] < -0.2
    assert below.layout.yaxis.zeroline


def test_points_without_a_figure_or_an_interval_are_left_out() -> None:
    gap, unsure = point("pca", 5, nan), point("pca", 8, 0.2, low=nan, high=nan)
    drawn = curves([*POINTS, gap, unsure, point(RAW, 100, nan)])
    assert list(named(drawn, "PCA").x) == [2, 8, 20, 100]
    (band,) = [t for t in drawn.data if t.fillcolor == theme.translucent(theme.METHODS["pca"])]
    assert list(band.x) == [2, 20, 100, 100, 20, 2]
    assert "(" not in named(drawn, "PCA").hovertext[1].split("<br>")[1]


@pytest.mark.parametrize("points", [[], [point("pca", 2, nan)], [point("pca", 1, 0.0)]])
def test_little_or_nothing_is_a_chart_with_axes(points: list[SweepPoint]) -> None:
    drawn = method_curves(points, kept=2, full=2, unit="share", per_cent=True)
    low, high = drawn.layout.yaxis.range
    assert low < high
    assert drawn.layout.xaxis.range[0] < drawn.layout.xaxis.range[1]


def test_names_of_close_lines_are_moved_apart_and_stay_inside() -> None:
    moved = spread([0.99, 1.0, 0.98, 0.1], gap=0.05, low=0, high=1)
    assert moved[3] == pytest.approx(0.1)
    assert sorted(moved[:3]) == pytest.approx([0.9, 0.95, 1.0])
    assert moved[1] > moved[0] > moved[2]
    assert spread([0.5, 0.5], gap=0.1, low=0, high=1) == pytest.approx([0.45, 0.55])
    assert spread([], gap=0.1, low=0, high=1) == []


def test_the_axis_ends_with_the_full_dimension() -> None:
    assert dimension_axis(100)["tickvals"] == [2, 3, 5, 10, 20, 50, 100]
    assert dimension_axis(2)["tickvals"] == [2]
    assert dimension_axis(384)["tickvals"] == [2, 3, 5, 10, 20, 50, 100, 384]  # 200 has no room
    assert dimension_axis(384, few=True)["tickvals"] == [2, 10, 384]
    assert dimension_axis(384, first=60, few=True)["tickvals"] == [60, 384]


def place_of(*lines: list[tuple[float, float]], level: float = 1.0) -> tuple[str, str, float]:
    found = clear_place(level, lines, ends=(2, 384), reach=(0, 1.05), pixels=350)
    return found["xanchor"], found["yanchor"], found["y"]


def test_a_level_line_is_named_where_no_curve_runs() -> None:
    assert place_of([(2, 0.0), (50, 0.2), (384, 0.9)], level=0.5) == ("left", "bottom", 0.5)
    assert place_of([(2, 0.0), (384, 0.9)]) == ("left", "top", 1.0)
    assert place_of([(2, 0.97), (384, 0.1)]) == ("right", "top", 1.0)
    side, anchor, height = place_of([(2, 0.93), (20, 0.96), (384, 0.97)])
    assert (side, anchor) == ("right", "top")
    assert height < 0.96
    assert place_of() == ("left", "top", 1.0)


def test_another_space_is_named_and_many_points_are_small() -> None:
    drawn = method_curves(
        [point("pca", size, 0.5) for size in range(2, 40)] + [POINTS[1]],
        kept=20, full=100, unit="share", per_cent=False, native_title=HOSTILE,
    )  # fmt: skip
    assert named(drawn, "PCA").marker.size < named(curves(POINTS), "PCA").marker.size
    assert "&lt;b&gt;&amp;x&lt;/b&gt;" in written(drawn)
    assert drawn.layout.yaxis.tickformat == ".2~f"


SECTIONS = ("capital-world", "gram1-adjective-to-adverb", "L01 [hypernyms - animals]", HOSTILE)


def section_points() -> list[SweepPoint]:
    return [
        point(method, dimension, value, part=part)
        for part in SECTIONS
        for method, dimension, value in ((RAW, 100, 0.6), ("pca", 2, 0.1), ("pca", 20, 0.3))
    ]


def test_sections_are_panels_on_the_same_axes() -> None:
    drawn = section_multiples([*section_points(), *POINTS], kept=20, full=100, columns=3)
    axes = [drawn.layout[f"xaxis{number}"] for number in ("", 2, 3, 4)]
    assert [axis.matches for axis in axes] == [None, "x", "x", "x"]
    assert [axis.showticklabels for axis in axes] == [False, True, True, True]
    assert axes[0].domain[0] == axes[3].domain[0]
    assert drawn.layout.yaxis.domain[0] > drawn.layout.yaxis4.domain[1]
    lines = [trace for trace in drawn.data if trace.line.color == theme.METHODS["pca"]]
    assert [list(line.x) for line in lines] == [[2, 20]] * 4
    dashed = [trace for trace in drawn.data if trace.line.dash == "dash"]
    assert [list(trace.y) for trace in dashed] == [[0.6, 0.6]] * 4
    assert written(drawn) == (
        "capital world | adjective to adverb | hypernyms animals | &lt;b&gt;&amp;x&lt;/b&gt; | "
        "dimensions kept: PCA"
    )


def test_sections_by_another_method() -> None:
    points = [*section_points(), point("abtt-pca", 20, 0.4, part=SECTIONS[0])]
    drawn = section_multiples(points, kept=20, full=384, method="abtt-pca")
    (line,) = [trace for trace in drawn.data if trace.hovertext]
    assert (list(line.y), line.line.color) == ([0.4], theme.METHODS["abtt-pca"])
    assert "all-but-the-top" in line.hovertext[0]
    assert list(drawn.layout.xaxis.tickvals) == [20, 100, 384]
    assert written(drawn).endswith("dimensions kept: all-but-the-top, then PCA")


def test_fewer_columns_make_a_higher_figure_and_no_sections_an_empty_one() -> None:
    few = section_multiples(section_points(), kept=20, full=100, columns=2)
    assert few.layout.height > section_multiples(section_points(), kept=20, full=100).layout.height
    empty = section_multiples(POINTS, kept=20, full=100)
    assert (len(empty.data), len(empty.layout.xaxis.tickvals)) == (0, 3)


def test_section_names_are_read_by_people() -> None:
    assert section_name("gram6-nationality-adjective") == "nationality adjective"
    assert section_name("D01 [noun+less_reg]") == "noun+less reg"
    assert section_name("---") == "---"


BROKEN = pd.DataFrame(
    [("gram3-comparative", 100, 80, 70, 20, 10), (HOSTILE, 50, 10, 5, 5, 0), ("c", 9, 0, 1, 0, 1)],
    columns=["section", "total", "right_full", "right_kept", "lost", "gained"],
)


def test_the_section_that_loses_most_is_on_top() -> None:
    drawn = loss_bars(BROKEN)
    lost, still = drawn.data
    assert list(lost.x) == [0.5, 0.25, 0]
    assert list(still.x) == [0.5, 0.75, 0]
    assert (lost.marker.color, lost.marker.pattern.shape) == (theme.LOST, "/")
    assert still.marker.color == theme.EXPECTED
    assert [row[0] for row in lost.customdata] == [HOSTILE, "gram3-comparative", "c"]
    assert drawn.layout.yaxis.range[0] > drawn.layout.yaxis.range[1]
    assert "20 of 80 lost" in written(drawn)
    assert "none was right" in written(drawn)
    assert "lost 20 (25.0 %), gained 10" in lost.hovertext[1]
    assert "<b>&lt;b&gt;" in lost.hovertext[0]


def test_no_section_is_an_empty_chart() -> None:
    assert len(loss_bars(BROKEN.head(0)).data[0].x) == 0


def test_all_axes_with_text_take_the_colour_of_ink() -> None:
    with theme.ink("#123456"):
        drawn = section_multiples(section_points(), kept=20, full=100, columns=2)
        bars = loss_bars(BROKEN)
    assert drawn.layout.font.color == "#123456"
    assert drawn.layout.xaxis4.tickfont.color == "#123456"
    assert bars.layout.xaxis.title.font.color == "#123456"
    assert loss_bars(BROKEN).layout.font.color is None


def test_ink_changes_nothing_but_colours() -> None:
    for draw in (
        partial(section_multiples, section_points(), kept=20, full=100, columns=2),
        partial(loss_bars, BROKEN),
        partial(method_curves, POINTS, kept=20, full=100, unit="x", per_cent=True),
    ):
        with theme.ink("#123456"):
            inked = draw()
        layout = inked.layout
        for axis in (layout[name] for name in layout if name.startswith(("xaxis", "yaxis"))):
            if axis.showticklabels is not False:
                assert axis.tickfont.color == "#123456"
                axis.tickfont.color = None
            if axis.title.text:
                assert axis.title.font.color == "#123456"
                axis.title.font.color = None
        layout.font.color = None
        assert _filled(inked.to_dict()) == _filled(draw().to_dict())


def test_an_unchecked_figure_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = partial(method_curves, POINTS, kept=20, full=100, unit="x", per_cent=True)
    checked = draw().to_dict()
    monkeypatch.setattr(theme, "CHECKED", False)
    assert draw().to_dict() == checked


def test_arguments_are_the_same_where_they_are_equal_or_one() -> None:
    frame, numbers = BROKEN, np.arange(3)
    assert same((1, [0.5, "a"], None, frame), (1, [0.5, "a"], None, frame))
    assert same(POINTS, list(POINTS))
    for one, other in (
        (1, 2), (1, True), ([1], (1,)), ([1, 2], [1]), (frame, frame.copy()), (numbers, numbers[:]),
    ):  # fmt: skip
        assert not same(one, other)


def _filled(value: Any) -> Any:
    """Leave out what is empty, as an axis keeps an empty font after its colour is gone."""
    if not isinstance(value, dict):
        return value
    parts = {key: _filled(part) for key, part in value.items()}
    return {key: part for key, part in parts.items() if part != {} or key == "template"}
