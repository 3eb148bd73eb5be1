"""Sections of a suite: their curves as small multiples, and the share of each that is lost."""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, isfinite
from typing import Any

import pandas as pd
import plotly.graph_objects as go

import models
from components.charts import theme
from components.charts.dimension_axis import SMALL, dimension_axis, log_range
from components.charts.method_curves import METHOD_NAMES
from components.charts.point_text import described
from components.wording import count, hover, percent
from models.quality.sweep.point import RAW, SECTION, SweepPoint

_ROW, _NAME, _FOOT = 136, 24, 44  # pixels: a row of panels, the name over a panel, the axis below
_GAPS = {1: 0.0, 2: 0.08}  # between panels, as a share of the width: two stand on a telephone
_GAP = 0.05
_BAR, _BAR_HEAD, _BAR_FOOT = 44, 24, 48
_LETTERS = 26  # of a section's name, so that two panels fit a telephone
_BATS = re.compile(r"^[A-Z]\d\d \[(.+)\]$")  # "L01 [hypernyms - animals]"
_LOOSE = {"xref": "paper", "yref": "paper", "font": {"size": SMALL}, "showarrow": False}
_KEY = _LOOSE | {
    "x": 0,
    "xanchor": "left",
    "y": 1,
    "yanchor": "bottom",
    "text": f'<span style="color:{theme.LOST}">▨</span> lost   '
    f'<span style="color:{theme.EXPECTED}">■</span> still right',
}
_GRAM = re.compile(r"^gram\d+-")


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
        notes.append(_name(section, cell))
    if panels:
        notes.append(_across(method))
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
    rows = [{str(key): row[key] for key in row} for row in sections.to_dict("records")]
    rows.sort(key=lambda row: -row["lost"] / max(1, row["right_full"]))
    lost = [row["lost"] / max(1, row["right_full"]) for row in rows]
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(rows))),
        "width": 0.34,
        "customdata": [[row["section"]] for row in rows],
        "hovertext": [_told(row) for row in rows],
        "hoverinfo": "text",
    }
    still = [(row["right_full"] - row["lost"]) / max(1, row["right_full"]) for row in rows]
    stripes = {"shape": "/", "size": 6, "bgcolor": theme.LOST, "fgcolor": "rgba(255,255,255,0.5)"}
    hatched = {"color": theme.LOST, "pattern": stripes}
    return theme.figure(
        [
            bar | {"name": "lost", "x": lost, "marker": hatched},
            bar | {"name": "still right", "x": still, "marker": {"color": theme.EXPECTED}},
        ],
        height=_BAR * max(1, len(rows)) + _BAR_HEAD + _BAR_FOOT,
        margin={"t": _BAR_HEAD, "b": _BAR_FOOT, "l": 20, "r": 24},
        barmode="stack",
        annotations=[
            _KEY,
            *(note for place, row in enumerate(rows) for note in _written(place, row)),
        ],
        xaxis={
            "title": {"text": "of the questions right at all dimensions"},
            "range": [0, 1],
            "tickformat": ".0%",
        },
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
    x = dimension_axis(full, first=first, title="", few=True) | {"tickfont": {"size": SMALL}}
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
    own: theme.Trace = {"type": "scatter", "xaxis": f"x{number}", "yaxis": f"y{number}"}
    line = sorted((p for p in points if p.method != RAW), key=lambda point: point.dimension)
    sure = [point for point in line if isfinite(point.low) and isfinite(point.high)]
    still = own | {"mode": "lines", "hoverinfo": "skip"}
    ends = [10**end for end in log_range(full)]
    method = next((point.method for point in line), "pca")
    colour = theme.METHODS[method]
    band = still | {
        "x": [point.dimension for point in (*sure, *sure[::-1])],
        "y": [*(point.high for point in sure), *(point.low for point in sure[::-1])],
        "fill": "toself",
        "fillcolor": theme.translucent(colour),
        "line": {"width": 0},
    }
    # A trace for the upright: layout shapes by the dozen are slower, in Python and in the browser.
    upright = still | {"x": [kept, kept], "y": [0, top], "line": theme.upright(kept)["line"]}
    curve = own | {
        "mode": "lines",
        "x": [point.dimension for point in line],
        "y": [point.value for point in line],
        "hovertext": [
            described(METHOD_NAMES[method], point, full, per_cent=True) for point in line
        ],
        "hoverinfo": "text",
        "line": {"color": colour, "width": 2 if all(p.exact for p in line) else 1.2},
    }
    dashed = {"color": theme.BASELINE, "dash": "dash", "width": 1.2}
    raw = [point for point in points if point.method == RAW]
    published = [still | {"x": ends, "y": [p.value, p.value], "line": dashed} for p in raw]
    return [*published, band, upright, curve]


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


def _name(section: str, cell: Mapping[str, list[float]]) -> dict[str, Any]:
    return _LOOSE | {
        "x": cell["x"][0],
        "xanchor": "left",
        "y": cell["y"][1],
        "yanchor": "bottom",
        "text": _short(section),
    }


def _across(method: str) -> dict[str, Any]:
    """One title for the axes of all panels, below them."""
    return _LOOSE | {
        "x": 0.5,
        "y": 0,
        "yanchor": "top",
        "yshift": -14,
        "text": f"dimensions kept: {METHOD_NAMES[method]}",
    }


def _written(place: int, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Over each bar, as a name beside it would take half of a telephone's width: the section on
    the left, the count on the right."""
    over = {
        "xref": "paper",
        "y": place,
        "yshift": 17,
        "font": {"size": SMALL},
        "showarrow": False,
    }
    of = f"{count(row['lost'])} of {count(row['right_full'])} lost"
    told = of if row["right_full"] else "none was right"
    return [
        over | {"x": 0, "xanchor": "left", "text": _short(row["section"])},
        over | {"x": 1, "xanchor": "right", "text": told},
    ]


def _told(row: Mapping[str, Any]) -> str:
    share = f" ({percent(row['lost'] / row['right_full'])})" if row["right_full"] else ""
    return (
        f"<b>{hover(section_name(str(row['section'])))}</b>, {count(row['total'])} questions<br>"
        f"right at all dimensions: {count(row['right_full'])}, "
        f"at the size kept: {count(row['right_kept'])}<br>"
        f"lost {count(row['lost'])}{share}, gained {count(row['gained'])}"
    )


def _short(section: str) -> str:
    return hover(models.shorten(section_name(section), limit=_LETTERS))
