"""Quality against dimensions kept: lines with bands, the raw value, natively trained points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go

from components.charts import theme
from components.wording import count, percent
from models.quality.curve import CurvePoint

_TICKS = (2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)
_SYMBOLS = ("circle", "square", "triangle-up", "cross")  # a shape doubles every colour
_LEFT = 1.9  # where the axis of dimensions begins


@dataclass(frozen=True, eq=False)
class Curve:
    """One line: `points` in order of dimension; `raw`, the published vectors at the full dimension,
    and `native`, a space trained at its own dimension, one figure each or none."""

    name: str
    points: Sequence[CurvePoint]
    raw: Sequence[CurvePoint]
    native: Sequence[CurvePoint]
    colour: str


def quality_curves(
    curves: Sequence[Curve], *, kept: int, full: int, unit: str, per_cent: bool
) -> go.Figure:
    """Draw `curves` over a logarithmic axis of dimensions, with 95 % intervals as bands.

    Dashed horizontals: the published vectors at the full dimension. Hollow diamonds: natively
    trained. The dotted vertical is the number of dimensions kept.
    """
    right = full * 1.06
    traces = [
        trace
        for curve, symbol in zip(curves, _SYMBOLS, strict=False)
        for trace in _traces(curve, right, symbol=symbol, per_cent=per_cent)
    ]
    ticks = [tick for tick in _TICKS if tick < full / 1.3] + [full]
    return theme.figure(
        traces,
        height=400,
        margin={"r": 96},
        shapes=[theme.upright(kept)],
        annotations=_names(curves),
        xaxis={
            "type": "log",
            "title": {"text": "dimensions kept"},
            "tickvals": ticks,
            "ticktext": [str(tick) for tick in ticks],
            "range": [math.log10(_LEFT), math.log10(right)],
        },
        yaxis={
            "title": {"text": unit},
            "rangemode": "tozero",
            "tickformat": ".0%" if per_cent else ".1f",
        },
    )


def explained_curve(explained: Sequence[float], *, kept: int) -> go.Figure:
    """Draw the share of the variance that the first d components hold, d = 1 to all."""
    shares = list(accumulate(explained))
    held = {
        "type": "scatter",
        "x": list(range(1, len(shares) + 1)),
        "y": shares,
        "mode": "lines",
        "line": {"color": theme.ASKED, "width": 2.5},
        "hovertemplate": "%{x} dimensions hold %{y:.1%} of the variance<extra></extra>",
    }
    equal = {
        "type": "scatter",
        "x": [1, len(shares)],
        "y": [1 / len(shares), 1],
        "mode": "lines",
        "line": {"color": theme.BASELINE, "width": 1.5, "dash": "dash"},
        "hoverinfo": "skip",
    }
    label = {"x": 0.62 * len(shares), "y": 0.55, "text": "if all were equal", "showarrow": False}
    return theme.figure(
        [held, equal],
        height=360,
        shapes=[theme.upright(kept)],
        annotations=[label | {"xanchor": "left", "yanchor": "top"}],
        xaxis={"title": {"text": "dimensions kept"}, "rangemode": "tozero"},
        yaxis={
            "title": {"text": "share of the variance"},
            "range": [0, 1.03],
            "tickformat": ".0%",
        },
    )


def _traces(curve: Curve, right: float, *, symbol: str, per_cent: bool) -> list[theme.Trace]:
    there, back = curve.points, curve.points[::-1]
    band = {
        "type": "scatter",
        "x": [point.dimension for point in (*there, *back)],
        "y": [*(point.high for point in there), *(point.low for point in back)],
        "fill": "toself",
        "fillcolor": theme.translucent(curve.colour),
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
    }
    line = _figures(curve.name, curve.points, per_cent=per_cent) | {
        "mode": "lines+markers",
        "line": {"color": curve.colour, "width": 2.5},
        "marker": {"size": 7, "symbol": symbol},
    }
    native = _figures(f"{curve.name}, trained at this size", curve.native, per_cent=per_cent) | {
        "mode": "markers",
        "marker": {
            "symbol": "diamond-open",
            "size": 13,
            "color": curve.colour,
            "line": {"width": 2.5},
        },
    }
    return [
        band,
        line,
        *(_raw(curve, point, right, per_cent=per_cent) for point in curve.raw),
        native,
    ]


def _raw(curve: Curve, point: CurvePoint, right: float, *, per_cent: bool) -> theme.Trace:
    return _figures(f"{curve.name}, as published", [point, point], per_cent=per_cent) | {
        "x": [_LEFT, right],
        "mode": "lines",
        "line": {"color": curve.colour, "width": 1, "dash": "dash"},
        "opacity": 0.8,
    }


def _figures(name: str, points: Sequence[CurvePoint], *, per_cent: bool) -> theme.Trace:
    return {
        "type": "scatter",
        "x": [point.dimension for point in points],
        "y": [point.value for point in points],
        "hovertext": [_hover(name, point, per_cent=per_cent) for point in points],
        "hoverinfo": "text",
    }


def _names(curves: Sequence[Curve]) -> list[dict[str, Any]]:
    """Write each line's name at its right end, moved apart where two would overlap."""
    ends = sorted(
        (curve.points[-1].value, place) for place, curve in enumerate(curves) if curve.points
    )
    top = max((point.high for curve in curves for point in curve.points), default=1.0)
    names: list[dict[str, Any]] = []
    last = -math.inf
    for value, place in ends:
        last = max(value, last + 0.06 * top)
        where = {"x": 1.01, "xref": "paper", "xanchor": "left", "y": last, "showarrow": False}
        names.append(where | {"text": curves[place].name})
    return names


def _hover(name: str, point: CurvePoint, *, per_cent: bool) -> str:
    if per_cent:
        shown = f"{percent(point.value)} ({100 * point.low:.1f} to {100 * point.high:.1f})"
    else:
        shown = f"{point.value:.3f} ({point.low:.3f} to {point.high:.3f})"
    return (
        f"<b>{name}</b>, {point.dimension} dimensions<br>{shown}<br>"
        f"n = {count(point.total)}, {percent(point.coverage)} of the questions could be asked"
    )
