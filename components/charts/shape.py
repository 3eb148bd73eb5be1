"""The shape of a space: its spectrum, variance held, hubs, and geometry by dimension."""

from collections.abc import Iterable, Sequence
from math import isfinite, log10

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.charts import theme
from components.charts.dimension_axis import dimension_axis, kept_label
from components.wording import count

_FAINTEST = 1e-6  # share of the variance: on axes with less there is nothing but rounding
_BARS = 60  # of the histogram, at most
_MARGIN = {"t": 24, "r": 24}
_PCA = theme.METHODS["pca"]


def spectrum_chart(
    variance: NDArray[np.float64], shuffled: NDArray[np.float64], *, kept: int
) -> go.Figure:
    """Draw the share of the variance along each principal axis, float64 (d,), and that of the same
    data with every column shuffled (dashed), on a logarithmic axis. Axes with less than a millionth
    of it are left out: rounding would stretch the chart over a dozen empty decades.
    """
    full = len(variance)
    total = float(variance.sum()) or 1.0
    own, chance = _shares(variance, total), _shares(shuffled, total)
    axes = list(range(1, full + 1))
    hovered = "axis %{x}: %{y:.3%} of the variance<extra>"
    shown = [share for share in (*own, *chance) if share] or [0.01, 1]
    ends = log10(min(shown) / 1.4), log10(max(shown) * 1.4)
    return theme.figure(
        [
            theme.line(
                axes,
                chance,
                theme.BASELINE,
                width=1.8,
                dash="dash",
                name="shuffled columns",
                hovertemplate=f"{hovered}shuffled</extra>",
            ),
            theme.line(
                axes,
                own,
                _PCA,
                width=2.5,
                name="this space",
                hovertemplate=f"{hovered}</extra>",
            ),
        ],
        height=360,
        margin=_MARGIN,
        shapes=[theme.upright(kept)],
        annotations=[
            kept_label(kept, full, place=kept),
            _over(chance, 0.5, 0.97, "shuffled columns"),
        ],
        xaxis=theme.axis("principal axis", range=[0, full * 1.02 + 0.5]),
        yaxis=theme.axis(
            "share of the variance",
            type="log",
            tickformat=".6~%",
            dtick=1 if ends[1] - ends[0] > 2.5 else "D2",
            range=list(ends),
        ),
    )


def held_curve(variance: NDArray[np.float64], *, kept: int) -> go.Figure:
    """Draw the share of the variance, float64 (d,) along the principal axes, that the first axes
    hold together; dashed, what they would hold if all were equal."""
    full = len(variance)
    shares = np.cumsum(variance) / (float(variance.sum()) or 1.0)
    held = theme.line(
        range(1, full + 1),
        shares.tolist(),
        _PCA,
        width=2.5,
        hovertemplate="%{x} dimensions hold %{y:.1%} of the variance<extra></extra>",
    )
    grey = theme.BASELINE
    equal = theme.line([0, full], [0, 1], grey, width=1.5, dash="dash", hoverinfo="skip")
    place = {"x": 0.6 * full, "xanchor": "left", "y": 0.56, "yanchor": "top"}
    return theme.figure(
        [equal, held],
        height=360,
        margin=_MARGIN,
        shapes=[theme.upright(kept)],
        annotations=[
            kept_label(kept, full, place=kept),
            theme.note("if all were equal", **place),
        ],
        xaxis=theme.axis("dimensions kept", range=[0, full * 1.02 + 0.5]),
        yaxis=theme.axis("share of the variance", range=[0, 1.03], tickformat=".0%"),
    )


def occurrence_chart(counts: NDArray[np.int64], *, sampled: int | None = None) -> go.Figure:
    """Draw a histogram of how often each word is among the nearest of other words, `counts`
    (words,), with a logarithmic height, so that the few hubs on the right can be seen. `sampled` is
    the number of words whose nearest were counted, None for all."""
    most = int(counts.max(initial=0))
    width = most // _BARS + 1
    heights = np.bincount(counts // width, minlength=1).tolist() if len(counts) else []
    starts = [width * place for place in range(len(heights))]
    bars = {
        "type": "bar",
        "x": [start + (width - 1) / 2 for start in starts],
        "y": [height or None for height in heights],
        "width": 0.9 * width,
        "marker": {"color": theme.NEIGHBOUR},
        "hovertext": [
            f"{count(height)} word{'s' * (height != 1)}: {_between(start, start + width - 1)}"
            for start, height in zip(starts, heights, strict=True)
        ],
        "hoverinfo": "text",
    }
    of = f"<br>of {count(sampled)} words drawn at random" if sampled else ""
    mean = float(counts.mean()) if len(counts) else 0.0
    over = {"x": mean, "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom"}
    return theme.figure(
        [bars],
        height=320,
        margin=_MARGIN,
        shapes=[theme.upright(mean)],
        annotations=[theme.note(f"mean {mean:.3g}", **over)],
        xaxis=theme.axis(
            f"times among the nearest{of}",
            range=[-0.75 * width, width * max(1, len(heights)) + 0.25 * width],
        ),
        yaxis=theme.axis(
            "words",
            type="log",
            dtick=1,
            tickformat=",",
            range=[log10(0.7), log10(1.5 * max([1, *heights]))],
        ),
    )


def shape_curves(rows: Iterable[tuple[int, float]], *, kept: int, figure: str) -> go.Figure:
    """Draw one figure of the geometry, named `figure`, against the dimensions kept by PCA; `rows`
    are (dimension, value), those that are NaN left out."""
    known = sorted((size, value) for size, value in rows if isfinite(value))
    sizes, values = [size for size, _ in known], [value for _, value in known]
    full, first = max(sizes, default=kept), min(sizes, default=2)
    low, high = theme.padded(values, zero=True)
    line = theme.line(
        sizes,
        values,
        _PCA,
        width=2.5,
        mode="lines+markers",
        marker={"size": 7},
        cliponaxis=False,  # the last point lies on the edge
        hovertemplate=f"{figure} %{{y:.3~f}}<br>%{{x}} dimensions<extra></extra>",
    )
    return theme.figure(
        [line],
        height=240,
        margin=_MARGIN,
        shapes=[theme.upright(kept)],
        annotations=[kept_label(kept, full, place=log10(kept))],
        xaxis=dimension_axis(max(full, first), first=first, few=True),
        yaxis=theme.axis(figure, range=[low, high], nticks=5, zeroline=low < 0),
    )


def _shares(variance: NDArray[np.float64], total: float) -> list[float | None]:
    """Return shares of the variance, None where one is too small for a logarithmic axis."""
    shares = (variance / total).tolist()
    return [share if share >= _FAINTEST else None for share in shares]


def _over(line: Sequence[float | None], start: float, end: float, text: str) -> theme.Trace:
    """Write `text` over the part of a line between two shares of its length."""
    part = [share for share in line[int(start * len(line)) : int(end * len(line)) + 1] if share]
    return theme.note(
        text,
        x=1 + end * (len(line) - 1),
        xanchor="right",
        y=log10(max(part, default=1)),
        yanchor="bottom",
        yshift=3,
        visible=bool(part),
    )


def _between(least: int, most: int) -> str:
    return f"{count(least)} times" if least == most else f"{count(least)} to {count(most)} times"
