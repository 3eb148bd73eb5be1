"""Sections of a suite: their curves as small multiples, and the share of answers each loses."""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, isfinite
from typing import Any

import pandas as pd
import plotly.graph_objects as go

import models
from components.charts import theme
from components.charts.dimension_axis import coloured, dimension_axis, log_range
from components.charts.method_curves import METHOD_NAMES, interval_band
from components.charts.point_text import described
from components.wording import count, hover, percent
from models.quality.sweep.point import RAW, SECTION, SweepPoint

_ROW, _NAME, _FOOT = 136, 24, 44  # pixels: a row of panels, the name over a panel, the axis below
_GAPS = {1: 0.0, 2: 0.08}  # between panels, as a share of the width: two stand on a telephone
_GAP = 0.05
_BAR, _BAR_HEAD, _BAR_FOOT = 44, 24, 48
_LETTERS = 26  # of a section's name, so that two panels fit a telephone
_BATS = re.compile(r"^[A-Z]\d\d \[(.+)\]$")  # "L01 [hypernyms - animals]"
_OF_PAPER = {"xref": "paper", "yref": "paper"}
_GRAM = re.compile(r"^gram\d+-")
_KEY = f"{coloured('▨', theme.LOST)} lost   {coloured('■', theme.EXPECTED)} still right"


def section_multiples(
    points: Iterable[SweepPoint], *, kept: int, full: int, method: str = "pca", columns: int = 4
) -> go.Figure:
    """Draw one panel a section, all on the same axes: `method` with its band, and the published
    vectors dashed; the words below the panels name the method. Of `points` only those of sections
    count, in the order in which sections come."""
    panels: dict[str, list[SweepPoint]] = {}
    for point in points:
        if point.level == SECTION and point.method in (method, RAW) and isfinite(point.value):
            panels.setdefault(point.part, []).append(point)
    rows = max(1, ceil(len(panels) / columns))
    traces: list[theme.Trace] = []
    axes: dict[str, Any] = {}
    notes: list[dict[str, Any]] = []
    x, y = _shared_axes([point for panel in panels.values() for point in panel], full)
    for place, (section, panel) in enumerate(panels.items()):
        number = str(place + 1) if place else ""
        cell = _cell(place, columns=min(columns, len(panels)), rows=rows)
        lowest = place + columns >= len(panels)
        traces += _panel(panel, number, full=full, kept=kept, top=y["range"][1])
        axes |= _axes(number, cell, x, y, lowest=lowest, leftmost=place % columns == 0)
        corner = {"x": cell["x"][0], "xanchor": "left", "y": cell["y"][1], "yanchor": "bottom"}
        notes.append(theme.note(_short(section), **corner, **_OF_PAPER))
    if panels:
        title = f"dimensions kept: {METHOD_NAMES[method]}"
        notes.append(theme.note(title, x=0.5, y=0, yanchor="top", yshift=-14, **_OF_PAPER))
    return theme.figure(
        traces,
        height=rows * _ROW + _FOOT,
        margin={"t": 0, "b": _FOOT, "r": 18},
        annotations=notes,
        **({"xaxis": x, "yaxis": y} | axes),
    )


def loss_bars(sections: pd.DataFrame) -> go.Figure:
    """Draw, for each section, the share of the questions right at all dimensions that is still
    right at the size kept (green) and that is lost (vermilion, hatched), the largest loss on top.

    Columns: section, total, right_full, right_kept, lost, gained. A bar's customdata begins with
    the section's name as given, for those who listen to clicks.
    """
    share = sections["lost"] / sections["right_full"].clip(lower=1)
    rows = sections.assign(share=share).to_dict("records")
    rows.sort(key=lambda row: -row["share"])
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(rows))),
        "width": 0.34,
        "customdata": [[row["section"]] for row in rows],
        "hovertext": [_hover_text(row) for row in rows],
        "hoverinfo": "text",
    }
    lost = [row["share"] for row in rows]
    still = [1 - row["share"] if row["right_full"] else 0.0 for row in rows]
    green = {"color": theme.EXPECTED}
    stripes = {"shape": "/", "size": 6, "bgcolor": theme.LOST, "fgcolor": "rgba(255,255,255,0.5)"}
    hatched = {"color": theme.LOST, "pattern": stripes}
    return theme.figure(
        [
            bar | {"name": "lost", "x": lost, "marker": hatched},
            bar | {"name": "still right", "x": still, "marker": green},
        ],
        height=_BAR * max(1, len(rows)) + _BAR_HEAD + _BAR_FOOT,
        margin={"t": _BAR_HEAD, "b": _BAR_FOOT, "l": 20, "r": 24},
        barmode="stack",
        annotations=[
            theme.note(_KEY, x=0, xanchor="left", y=1, yanchor="bottom", **_OF_PAPER),
            *(note for place, row in enumerate(rows) for note in _labels(place, row)),
        ],
        xaxis=theme.axis(
            "of the questions right at all dimensions", range=[0, 1], tickformat=".0%"
        ),
        yaxis={"range": [max(1, len(rows)) - 0.6, -0.75], "visible": False},
    )


def section_name(section: str) -> str:
    """A section's name as a person reads it: "adjective to adverb" for
    "gram1-adjective-to-adverb". Not escaped."""
    inner = _BATS.match(section)
    bare = inner[1] if inner else _GRAM.sub("", section)
    return " ".join(re.split(r"[\s_-]+", bare)).strip() or section


def _shared_axes(points: Sequence[SweepPoint], full: int) -> tuple[dict[str, Any], dict[str, Any]]:
    first = min((point.dimension for point in points), default=2)
    highs = [max(point.value, point.high) for point in points if isfinite(point.high)]
    x = dimension_axis(full, first=first, title="", few=True) | {"tickfont": {"size": theme.SMALL}}
    top = max(highs, default=max((point.value for point in points), default=1.0))
    y = {"range": [0, 1.05 * (top or 1.0)], "tickformat": ".1~%", "nticks": 4}
    return x, y


def _cell(place: int, *, columns: int, rows: int) -> dict[str, list[float]]:
    """Return where a panel lies, as shares of the plot from the left and from below."""
    row, column = divmod(place, columns)
    gap = _GAPS.get(columns, _GAP)
    width = (1 + gap) / columns
    height = 1 / rows
    top = 1 - row * height
    return {
        "x": [column * width, column * width + width - gap],
        "y": [top - height * (1 - 0.1), top - height * _NAME / _ROW],
    }


def _panel(
    points: Sequence[SweepPoint], number: str, *, full: int, kept: int, top: float
) -> list[theme.Trace]:
    line = sorted((p for p in points if p.method != RAW), key=lambda point: point.dimension)
    ends = [10**end for end in log_range(full)]
    method = next((point.method for point in line), "pca")
    colour, grey = theme.METHODS[method], theme.BASELINE
    published = [
        theme.line(ends, [p.value] * 2, grey, width=1.2, dash="dash", hoverinfo="skip")
        for p in points
        if p.method == RAW
    ]
    # A trace for the upright: layout shapes by the dozen are slower, in Python and in the browser.
    upright = theme.line([kept] * 2, [0, top], grey, width=1.5, dash="dot", hoverinfo="skip")
    curve = theme.line(
        [point.dimension for point in line],
        [point.value for point in line],
        colour,
        width=2 if all(p.exact for p in line) else 1.2,
        hovertext=[described(METHOD_NAMES[method], point, full, per_cent=True) for point in line],
        hoverinfo="text",
    )
    axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    return [trace | axes for trace in (*published, interval_band(line, colour), upright, curve)]


def _axes(
    number: str,
    cell: Mapping[str, list[float]],
    x: Mapping[str, Any],
    y: Mapping[str, Any],
    *,
    lowest: bool,
    leftmost: bool,
) -> dict[str, Any]:
    """Return the two axes of a panel; they move with those of the first."""
    if number:
        x, y = {**x, "matches": "x"}, {**y, "matches": "y"}
    across = {"domain": cell["x"], "anchor": f"y{number}", "showticklabels": lowest}
    up = {"domain": cell["y"], "anchor": f"x{number}", "showticklabels": leftmost}
    return {f"xaxis{number}": {**x, **across}, f"yaxis{number}": {**y, **up}}


def _labels(place: int, row: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Return the texts over a bar, as a name beside it would take half of a telephone's width: the
    section on the left, the count on the right."""
    over = {"xref": "paper", "y": place, "yshift": 17}
    lost = f"{count(row['lost'])} of {count(row['right_full'])} lost"
    return [
        theme.note(_short(row["section"]), x=0, xanchor="left", **over),
        theme.note(lost if row["right_full"] else "none was right", x=1, xanchor="right", **over),
    ]


def _hover_text(row: Mapping[Any, Any]) -> str:
    share = f" ({percent(row['share'])})" if row["right_full"] else ""
    return (
        f"<b>{hover(section_name(str(row['section'])))}</b>, {count(row['total'])} questions<br>"
        f"right at all dimensions: {count(row['right_full'])}, "
        f"at the size kept: {count(row['right_kept'])}<br>"
        f"lost {count(row['lost'])}{share}, gained {count(row['gained'])}"
    )


def _short(section: str) -> str:
    return hover(models.shorten(section_name(section), limit=_LETTERS))
