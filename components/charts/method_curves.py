"""Quality against dimensions kept: a line for each method, beside the published vectors."""

from collections.abc import Iterable, Sequence
from math import isfinite, log10
from typing import Any

import plotly.graph_objects as go

import models
from components.charts import theme
from components.charts.dimension_axis import (
    Name,
    clear_place,
    coloured,
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
# A marker for each method beside its colour: Plotly's symbol, and the same as a character.
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
    by_method: dict[str, list[SweepPoint]] = {}
    for point in sorted(points, key=lambda point: point.dimension):
        if isfinite(point.value):
            by_method.setdefault(point.method, []).append(point)
    raw, native = by_method.get(RAW, [])[:1], by_method.get(NATIVE, [])
    lines = {method: by_method[method] for method in METHOD_NAMES if method in by_method}
    found = [point for line in by_method.values() for point in line]
    first = min((point.dimension for point in found), default=2)
    low, high = theme.padded((y for p in found for y in (p.low, p.value, p.high)), zero=True)
    names = [
        Name(line[-1].value, SHORT_NAMES[method], _SHAPES[method][1], theme.METHODS[method])
        for method, line in lines.items()
    ] + [Name(p.value, _trained(p, native_title), "◇", theme.BASELINE) for p in native]
    start, stop = (10**end for end in log_range(full, first=first))
    # The control lies below, then the others, PCA on top.
    traces = [
        *(trace for p in raw for trace in _published(p, (start, stop), full, per_cent=per_cent)),
        *(interval_band(line, theme.METHODS[method]) for method, line in reversed(lines.items())),
        *(_line(method, line, full, per_cent=per_cent) for method, line in reversed(lines.items())),
        *(_native(point, native_title, full, per_cent=per_cent) for point in native),
    ]
    return theme.figure(
        traces,
        height=_HEIGHT,
        margin={"t": _TOP, "b": _BOTTOM, "r": name_margin(names)},
        shapes=[theme.upright(kept)],
        annotations=[
            kept_label(kept, full, place=log10(kept)),
            *end_names(names, low=low, high=high, pixels=_HEIGHT - _TOP - _BOTTOM),
            *(
                _published_name(point, [*lines.values(), native], (start, stop), (low, high))
                for point in raw
            ),
        ],
        xaxis=dimension_axis(full, first=first),
        yaxis=theme.axis(
            unit,
            range=[low, high],
            tickformat=".1~%" if per_cent else ".2~f",
            zeroline=low < 0,
        ),
    )


def interval_band(line: Sequence[SweepPoint], colour: str) -> theme.Trace:
    """Return the band of the 95 % intervals of `line`; points without one are left out."""
    known = [point for point in line if isfinite(point.low) and isfinite(point.high)]
    sizes, lows = [point.dimension for point in known], [point.low for point in known]
    return theme.band(sizes, lows, [p.high for p in known], theme.translucent(colour))


def _line(method: str, line: Sequence[SweepPoint], full: int, *, per_cent: bool) -> theme.Trace:
    name, symbol = METHOD_NAMES[method], _SHAPES[method][0]
    return theme.line(
        [point.dimension for point in line],
        [point.value for point in line],
        theme.METHODS[method],
        width=2.5 if all(point.exact for point in line) else 1.2,
        dash="dash" if method == "random" else "solid",
        name=name,
        mode="lines+markers",
        marker={
            "size": 7 if len(line) <= _MANY else 4.5,
            "symbol": [symbol if point.exact else f"{symbol}-open" for point in line],
        },
        hovertext=[described(name, point, full, per_cent=per_cent) for point in line],
        hoverinfo="text",
    )


def _published(
    point: SweepPoint, ends: Sequence[float], full: int, *, per_cent: bool
) -> list[theme.Trace]:
    """Return the published vectors as a dashed line, and their interval as a faint band."""
    line = theme.line(
        ends,
        [point.value] * 2,
        theme.BASELINE,
        width=1.8 if point.exact else 1,
        dash="dash",
        name="as published",
        hovertext=[described("as published", point, full, per_cent=per_cent)] * 2,
        hoverinfo="text",
    )
    if not (isfinite(point.low) and isfinite(point.high)):
        return [line]
    faint = theme.translucent(theme.BASELINE, 0.12)
    return [theme.band(ends, [point.low] * 2, [point.high] * 2, faint), line]


def _native(point: SweepPoint, title: str, full: int, *, per_cent: bool) -> theme.Trace:
    name = hover(title) if title else "another space"
    grey, text = theme.BASELINE, f"{name}, trained at this size"
    return {
        "type": "scatter",
        "x": [point.dimension],
        "y": [point.value],
        "name": name,
        "mode": "markers",
        "marker": {"symbol": "diamond-open", "size": 13, "color": grey, "line": {"width": 2.5}},
        "error_y": theme.error_bars(
            [point.value], [point.low], [point.high], thickness=1.2, width=4, color=grey
        ),
        "hovertext": [described(text, point, full, per_cent=per_cent)],
        "hoverinfo": "text",
    }


def _trained(point: SweepPoint, title: str) -> str:
    """Return the name of another space's point, short enough for a telephone."""
    return hover(models.shorten(title, limit=_LETTERS)) or f"trained at {point.dimension}"


def _published_name(
    point: SweepPoint,
    lines: Sequence[Sequence[SweepPoint]],
    ends: tuple[float, float],
    reach: tuple[float, float],
) -> dict[str, Any]:
    """Return the name of the dashed line, at a place where no other line crosses it."""
    drawn = [[(each.dimension, each.value) for each in line] for line in lines]
    place = clear_place(point.value, drawn, ends=ends, reach=reach, pixels=_HEIGHT - _TOP - _BOTTOM)
    away = place["y"] != point.value  # away from its line, the name is marked with dashes
    dashes = f"{coloured('╌╌', theme.BASELINE)} " if away else ""
    return theme.note(f"{dashes}as published, all {count(point.dimension)}", **place)
