"""Quality against dimensions kept, one line a method, beside the published vectors."""

from collections.abc import Iterable, Sequence
from math import isfinite, log10
from typing import Any

import plotly.graph_objects as go

import models
from components.charts import theme
from components.charts.dimension_axis import (
    SMALL,
    Name,
    clear_place,
    dimension_axis,
    end_names,
    kept_label,
    log_range,
    name_margin,
)
from components.charts.point_text import described
from components.wording import count, hover
from models.quality.sweep.point import NATIVE, RAW, SweepPoint

METHOD_NAMES = {
    "pca": "PCA",
    "abtt-pca": "all-but-the-top, then PCA",
    "abtt-pca-abtt": "all-but-the-top twice (Raunak)",
    "first": "first coordinates",
    "random": "random projection",
}
SHORT_NAMES = {
    "pca": "PCA",
    "abtt-pca": "ABTT + PCA",
    "abtt-pca-abtt": "ABTT twice",
    "first": "first k",
    "random": "random",
}
# A shape doubles every colour: Plotly's symbol, and the same as a character beside the name.
_SHAPES = {
    "pca": ("circle", "●"),
    "abtt-pca": ("square", "■"),
    "abtt-pca-abtt": ("triangle-up", "▲"),
    "first": ("cross", "✚"),
    "random": ("x", "✖"),
}
_HEIGHT, _TOP, _BOTTOM = 420, 24, 48
_MANY = 24  # points on a line, from which on large markers would run into each other
_LETTERS = 14  # of another space's name at the right of the chart


def method_curves(
    points: Iterable[SweepPoint],
    *,
    kept: int,
    full: int,
    unit: str,
    per_cent: bool,
    native_title: str = "",
) -> go.Figure:
    """Draw `points`, all of one suite and one part, over a logarithmic axis of dimensions.

    One line a method with its 95 % band; those that rest on a sample are thin, with hollow markers.
    Dashed: the published vectors, all `full` dimensions. Hollow diamonds: `native_title`, trained
    at its own size. The dotted upright is `kept`. Points that are NaN are left out.
    """
    found = sorted(
        (point for point in points if isfinite(point.value)), key=lambda point: point.dimension
    )
    raw = [point for point in found if point.method == RAW][:1]
    native = [point for point in found if point.method == NATIVE]
    lines = {
        method: [point for point in found if point.method == method] for method in METHOD_NAMES
    }
    lines = {method: line for method, line in lines.items() if line}
    first = min((point.dimension for point in found), default=2)
    low, high = _reach(found)
    names = [
        Name(line[-1].value, SHORT_NAMES[method], _SHAPES[method][1], theme.METHODS[method])
        for method, line in lines.items()
    ] + [Name(p.value, _trained(p, native_title), "◇", theme.BASELINE) for p in native]
    ends = tuple(10**end for end in log_range(full, first=first))
    # The control lies below, then the others, PCA on top.
    traces = [
        *(trace for point in raw for trace in _published(point, ends, full, per_cent=per_cent)),
        *(_band(method, line) for method, line in reversed(lines.items())),
        *(_line(method, line, full, per_cent=per_cent) for method, line in reversed(lines.items())),
        *(_native(point, native_title, full, per_cent=per_cent) for point in native),
    ]
    return theme.figure(
        traces,
        height=_HEIGHT,
        margin={"t": _TOP, "b": _BOTTOM, "r": name_margin([name.text for name in names])},
        shapes=[theme.upright(kept)],
        annotations=[
            kept_label(kept, full, place=log10(kept)),
            *end_names(names, low=low, high=high, pixels=_HEIGHT - _TOP - _BOTTOM),
            *(
                _published_name(point, [*lines.values(), native], (ends[0], ends[1]), (low, high))
                for point in raw
            ),
        ],
        xaxis=dimension_axis(full, first=first),
        yaxis={
            "title": {"text": unit},
            "range": [low, high],
            "tickformat": ".1~%" if per_cent else ".2~f",
            "zeroline": low < 0,
            "zerolinecolor": theme.BASELINE,
        },
    )


def _reach(points: Sequence[SweepPoint]) -> tuple[float, float]:
    """From zero, as the ratio matters, or from below it where a correlation is negative."""
    heights = [
        height
        for point in points
        for height in (point.low, point.value, point.high)
        if isfinite(height)
    ]
    low, high = min(0.0, *heights, 0.0), max(heights, default=1.0)
    high = high if high > low else 1.0
    return 1.05 * low, high + 0.05 * (high - low)


def _band(method: str, line: Sequence[SweepPoint]) -> theme.Trace:
    sure = [point for point in line if isfinite(point.low) and isfinite(point.high)]
    return {
        "type": "scatter",
        "x": [point.dimension for point in (*sure, *sure[::-1])],
        "y": [*(point.high for point in sure), *(point.low for point in sure[::-1])],
        "fill": "toself",
        "fillcolor": theme.translucent(theme.METHODS[method]),
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
    }


def _line(method: str, line: Sequence[SweepPoint], full: int, *, per_cent: bool) -> theme.Trace:
    exact = all(point.exact for point in line)
    symbol = _SHAPES[method][0]
    return {
        **_figures(METHOD_NAMES[method], line, full, per_cent=per_cent),
        "name": METHOD_NAMES[method],
        "mode": "lines+markers",
        "line": {
            "color": theme.METHODS[method],
            "width": 2.5 if exact else 1.2,
            "dash": "dash" if method == "random" else "solid",
        },
        "marker": {
            "size": 7 if len(line) <= _MANY else 4.5,
            "symbol": [symbol if point.exact else f"{symbol}-open" for point in line],
        },
    }


def _published(
    point: SweepPoint, ends: Sequence[float], full: int, *, per_cent: bool
) -> list[theme.Trace]:
    """The published vectors: a dashed line through the chart, and its interval as a faint band."""
    there = {"type": "scatter", "mode": "lines", "x": list(ends)}
    band = {
        **there,
        "x": [*ends, *ends[::-1]],
        "y": [point.high, point.high, point.low, point.low],
        "fill": "toself",
        "fillcolor": theme.translucent(theme.BASELINE, 0.12),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    line = {
        **_figures("as published", [point, point], full, per_cent=per_cent),
        **there,
        "name": "as published",
        "line": {
            "color": theme.BASELINE,
            "width": 1.8 if point.exact else 1,
            "dash": "dash",
        },
    }
    return [band, line] if isfinite(point.low) and isfinite(point.high) else [line]


def _native(point: SweepPoint, title: str, full: int, *, per_cent: bool) -> theme.Trace:
    name = hover(title) if title else "another space"
    return {
        **_figures(f"{name}, trained at this size", [point], full, per_cent=per_cent),
        "name": name,
        "mode": "markers",
        "marker": {
            "symbol": "diamond-open",
            "size": 13,
            "color": theme.BASELINE,
            "line": {"width": 2.5},
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [point.high - point.value],
            "arrayminus": [point.value - point.low],
            "thickness": 1.2,
            "width": 4,
            "color": theme.BASELINE,
        },
    }


def _trained(point: SweepPoint, title: str) -> str:
    """The diamond says how it was made; more words would take half of a telephone's width."""
    return hover(models.shorten(title, limit=_LETTERS)) or f"trained at {point.dimension}"


def _published_name(
    point: SweepPoint,
    lines: Sequence[Sequence[SweepPoint]],
    ends: tuple[float, float],
    reach: tuple[float, float],
) -> dict[str, Any]:
    """Name the dashed line where no other line runs through the words."""
    drawn = [[(each.dimension, each.value) for each in line] for line in lines]
    place = clear_place(point.value, drawn, ends=ends, reach=reach, pixels=_HEIGHT - _TOP - _BOTTOM)
    away = place["y"] != point.value  # then its own dashes tell whose name it is
    dashes = f'<span style="color:{theme.BASELINE}">╌╌</span> ' if away else ""
    return place | {
        "text": f"{dashes}as published, all {count(point.dimension)}",
        "font": {"size": SMALL},
        "showarrow": False,
    }


def _figures(name: str, points: Sequence[SweepPoint], full: int, *, per_cent: bool) -> theme.Trace:
    return {
        "type": "scatter",
        "x": [point.dimension for point in points],
        "y": [point.value for point in points],
        "hovertext": [described(name, point, full, per_cent=per_cent) for point in points],
        "hoverinfo": "text",
    }
