"""The look of every chart: colours by meaning (Okabe and Ito), a template, common elements."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from math import isfinite
from typing import Any

import plotly.graph_objects as go

ASKED = "#0072B2"  # the word asked about
NEIGHBOUR = "#E69F00"
EXPECTED = "#009E73"  # the expected answer
LOST = "#D55E00"  # lost or torn
FALSE_FRIEND = "#CC79A7"
BASELINE = "#8C8C8C"  # control and baseline, dashed
# Methods of reduction: at least 0.1 apart (OKLab, also for colour-blind eyes) and 3 to 1 in both
# themes. The random projection is a control.
METHODS = {
    "pca": "#6C5CE7",
    "abtt-pca": "#999933",
    "abtt-pca-abtt": "#9A4D8F",
    "first": "#8B5E3C",
    "random": BASELINE,
}
SERIES = (ASKED, NEIGHBOUR, EXPECTED, FALSE_FRIEND, LOST, "#56B4E9")
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
SMALL = 12  # the size of texts inside a chart
Trace = dict[str, Any]
CHECKED = False  # whether Plotly checks every property of a figure that is made
_ink: ContextVar[str | None] = ContextVar("ink", default=None)
_GRID = "rgba(140, 140, 140, 0.22)"
_MARGIN = {"l": 8, "r": 8, "t": 8, "b": 44}


def figure(
    traces: Sequence[Trace],
    *,
    height: int,
    xaxis: Mapping[str, Any],
    yaxis: Mapping[str, Any],
    margin: Mapping[str, int] | None = None,
    **layout: Any,
) -> go.Figure:
    """Return a figure in the common template; without a title, which is on the page.

    It is made in one step, as Plotly takes five times as long for a figure that is changed
    afterwards, and unchecked, as checking every property takes six times as long; the tests check.
    """
    described = {
        "template": _template(),
        "height": height,
        "margin": {**_MARGIN, **(margin or {})},
        "showlegend": False,
        "xaxis": dict(xaxis),
        "yaxis": dict(yaxis),
    }
    inked = _inked(described | layout)
    return go.Figure({"data": list(traces), "layout": inked}, _validate=CHECKED)


@contextmanager
def ink(colour: str) -> Iterator[None]:
    """Colour all text of the figures that are made in this context: Streamlit's theme overrides
    the colours that an axis does not set itself."""
    before = _ink.set(colour)
    try:
        yield
    finally:
        _ink.reset(before)


def _inked(layout: dict[str, Any]) -> dict[str, Any]:
    """Return `layout` with coloured text; axes without text, as of small multiples, stay as is."""
    colour = _ink.get()
    if colour is None:
        return layout
    coloured = layout | {"font": {**layout.get("font", {}), "color": colour}}
    for name in [name for name in layout if name.startswith(("xaxis", "yaxis"))]:
        axis = dict(layout[name])
        if axis.get("showticklabels") is not False:
            axis["tickfont"] = {**axis.get("tickfont", {}), "color": colour}
        if axis.get("title", {}).get("text"):
            title = axis["title"]
            axis["title"] = {**title, "font": {**title.get("font", {}), "color": colour}}
        coloured[name] = axis
    return coloured


def translucent(colour: str, opacity: float = 0.2) -> str:
    """Return `colour` (#rrggbb) with an opacity, for bands."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def band(x: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str) -> Trace:
    """Return the area between two lines, filled with `colour`."""
    return {
        "type": "scatter",
        "x": [*x, *x[::-1]],
        "y": [*high, *low[::-1]],
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 0},
        "mode": "lines",
        "hoverinfo": "skip",
    }


def line(
    x: Iterable[float],
    y: Iterable[float | None],
    colour: str,
    *,
    width: float = 2,
    dash: str = "solid",
    **options: Any,
) -> Trace:
    """Return a line through points; `options` are further properties of a Plotly scatter trace."""
    trace = {"type": "scatter", "mode": "lines", "x": list(x), "y": list(y)}
    return trace | {"line": {"color": colour, "width": width, "dash": dash}} | options


def error_bars(
    values: Sequence[float], low: Sequence[float], high: Sequence[float], **options: Any
) -> Trace:
    """Return the error bars (error_x or error_y of a trace) from `low` to `high` of each value."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [end - value for value, end in zip(values, high, strict=True)],
        "arrayminus": [value - end for value, end in zip(values, low, strict=True)],
        **options,
    }


def axis(title: str, **options: Any) -> dict[str, Any]:
    """Return an axis with a title; `options` are further properties of a Plotly axis."""
    return {"title": {"text": title}, **options}


def note(text: str, **options: Any) -> dict[str, Any]:
    """Return a small text without an arrow, one of the layout's annotations."""
    return {"text": text, "font": {"size": SMALL}, "showarrow": False, **options}


def upright(x: float) -> dict[str, Any]:
    """Return a dotted vertical line through the whole chart, one of the layout's shapes."""
    stroke = {"color": BASELINE, "width": 1.5, "dash": "dot"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": stroke}


def area(colour: str, **options: Any) -> dict[str, Any]:
    """Return a filled rectangle behind the lines, one of the layout's shapes."""
    return {"type": "rect", "fillcolor": colour, "line": {"width": 0}, "layer": "below", **options}


def padded(values: Iterable[float], *, zero: bool) -> tuple[float, float]:
    """Return the range of an axis with a little room around those of `values` that are finite. With
    `zero` it holds zero, and begins there if no value is negative."""
    found = [*filter(isfinite, values), *([0.0] if zero else [])]
    low, high = min(found, default=0.0), max(found, default=1.0)
    if zero and low == high:
        high = 1.0
    room = 0.06 * ((high - low) or 1.0)
    return (low if zero and low == 0 else low - room), high + room


@lru_cache(maxsize=1)
def _template() -> dict[str, Any]:
    axis = {
        "gridcolor": _GRID,
        "gridwidth": 1,
        "zeroline": False,
        "zerolinecolor": BASELINE,
        "showline": False,
        "automargin": True,
        "ticks": "",
    }
    return {
        "layout": {
            "font": {"family": FONT, "size": 14},
            "colorway": list(SERIES),
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": {"font": {"family": FONT}},
            "modebar": {"orientation": "v", "bgcolor": "rgba(0,0,0,0)"},
        }
    }
