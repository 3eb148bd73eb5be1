"""Quality against dimensions kept: lines with bands, the raw value, natively trained points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.charts import theme
from components.wording import count, percent
from models.quality.curve import CurvePoint

_TICKS = (2, 3, 5, 10, 20, 50, 100, 200, 384, 500, 1000)


@dataclass(frozen=True, eq=False)
class Curve:
    """One line: `points` in order of dimension; `raw`, the published vectors at the full dimension,
    and `native`, a space trained at its own dimension, one figure each or none."""

    name: str
    points: Sequence[CurvePoint]
    raw: Sequence[CurvePoint]
    native: Sequence[CurvePoint]
    colour: str
    dash: str = "solid"


def quality_curves(
    curves: Sequence[Curve], *, kept: int, full: int, unit: str, per_cent: bool
) -> go.Figure:
    """Draw `curves` over a logarithmic axis of dimensions, with 95 % intervals as bands.

    Dashed horizontals: the published vectors at the full dimension. Hollow diamonds: natively
    trained. The dotted vertical is the number of dimensions kept.
    """
    drawn = theme.figure(height=400, bottom=44, right=96)
    for curve in curves:
        _band(drawn, curve)
        _line(drawn, curve, per_cent=per_cent)
        _raw(drawn, curve, full=full, per_cent=per_cent)
        _native(drawn, curve, per_cent=per_cent)
    _label_ends(drawn, curves)
    drawn.add_vline(x=kept, line={"color": theme.BASELINE, "width": 1.5, "dash": "dot"})
    ticks = [tick for tick in _TICKS if tick < full / 1.3] + [full]
    drawn.update_xaxes(
        type="log",
        title="dimensions kept",
        tickvals=ticks,
        ticktext=[str(t) for t in ticks],
        range=[math.log10(1.9), math.log10(full * 1.06)],
    )
    drawn.update_yaxes(title=unit, rangemode="tozero", tickformat=".0%" if per_cent else ".1f")
    return drawn


def explained_curve(explained: Sequence[float], *, kept: int) -> go.Figure:
    """Draw the share of the variance that the first d components hold, d = 1 to all."""
    total, shares = 0.0, []
    for share in explained:
        total += share
        shares.append(total)
    drawn = theme.figure(height=400, bottom=44)
    drawn.add_scatter(
        x=list(range(1, len(shares) + 1)),
        y=shares,
        mode="lines",
        line={"color": theme.ASKED, "width": 2.5},
        hovertemplate="%{x} dimensions hold %{y:.1%} of the variance<extra></extra>",
    )
    drawn.add_scatter(
        x=[1, len(shares)],
        y=[1 / len(shares), 1],
        mode="lines",
        line={"color": theme.BASELINE, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )
    drawn.add_annotation(
        x=len(shares) * 0.62,
        y=0.56,
        text="if all were equal",
        showarrow=False,
        font={"color": theme.BASELINE},
    )
    drawn.add_vline(x=kept, line={"color": theme.BASELINE, "width": 1.5, "dash": "dot"})
    drawn.update_xaxes(title="dimensions kept", rangemode="tozero")
    drawn.update_yaxes(title="share of the variance", range=[0, 1.03], tickformat=".0%")
    return drawn


def _band(drawn: go.Figure, curve: Curve) -> None:
    there, back = curve.points, curve.points[::-1]
    drawn.add_scatter(
        x=[point.dimension for point in (*there, *back)],
        y=[*(point.high for point in there), *(point.low for point in back)],
        fill="toself",
        fillcolor=theme.translucent(curve.colour),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )


def _line(drawn: go.Figure, curve: Curve, *, per_cent: bool) -> None:
    drawn.add_scatter(
        x=[point.dimension for point in curve.points],
        y=[point.value for point in curve.points],
        mode="lines+markers",
        line={"color": curve.colour, "width": 2.5, "dash": curve.dash},
        marker={"size": 6},
        hovertext=[_hover(curve.name, point, per_cent=per_cent) for point in curve.points],
        hoverinfo="text",
    )


def _raw(drawn: go.Figure, curve: Curve, *, full: int, per_cent: bool) -> None:
    for point in curve.raw:
        drawn.add_scatter(
            x=[1.9, full * 1.06],
            y=[point.value, point.value],
            mode="lines",
            line={"color": curve.colour, "width": 1, "dash": "dash"},
            opacity=0.8,
            hovertext=_hover(f"{curve.name}, as published", point, per_cent=per_cent),
            hoverinfo="text",
        )


def _native(drawn: go.Figure, curve: Curve, *, per_cent: bool) -> None:
    drawn.add_scatter(
        x=[point.dimension for point in curve.native],
        y=[point.value for point in curve.native],
        mode="markers",
        marker={
            "symbol": "diamond-open",
            "size": 13,
            "color": curve.colour,
            "line": {"width": 2.5},
        },
        hovertext=[
            _hover(f"{curve.name}, trained at this size", point, per_cent=per_cent)
            for point in curve.native
        ],
        hoverinfo="text",
    )


def _label_ends(drawn: go.Figure, curves: Sequence[Curve]) -> None:
    """Write each line's name at its right end, moved apart where two would overlap."""
    ends = sorted(
        ((curve.points[-1].value, place) for place, curve in enumerate(curves) if curve.points)
    )
    top = max((point.high for curve in curves for point in curve.points), default=1.0)
    last = -math.inf
    for value, place in ends:
        last = max(value, last + 0.055 * top)
        drawn.add_annotation(
            x=1.01,
            xref="paper",
            y=last,
            text=curves[place].name,
            showarrow=False,
            xanchor="left",
            font={"color": curves[place].colour, "size": 13},
        )


def _hover(name: str, point: CurvePoint, *, per_cent: bool) -> str:
    if per_cent:
        shown = f"{percent(point.value)} ({100 * point.low:.1f} to {100 * point.high:.1f})"
    else:
        shown = f"{point.value:.3f} ({point.low:.3f} to {point.high:.3f})"
    return (
        f"<b>{name}</b>, {point.dimension} dimensions<br>{shown}<br>"
        f"n = {count(point.total)}, {percent(point.coverage)} of the questions could be asked"
    )
