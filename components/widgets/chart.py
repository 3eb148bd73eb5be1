"""A Plotly chart on a page: the one way in which one is shown."""

from collections.abc import Callable
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from components import session
from components.charts import theme

# Streamlit's own grey for text in charts has 3.7 to 1 on white; a page's text has at least 4.5.
_TEXT = {"light": "#4a5058", "dark": "#dfe3e8"}
_PLAIN = (str, int, float, bool, type(None))


def show(chart: "go.Figure | Callable[[], go.Figure]", *, key: str, alt: str) -> None:
    """Draw a chart; `alt` is its finding in plain words, for those who cannot see it.

    What draws it is better than a figure: of a partial() with the same arguments as when the page
    was last drawn, the figure is kept.
    """
    figure = _coloured(chart) if isinstance(chart, go.Figure) else _kept(chart, key)
    config = {"displayModeBar": "hover", "displaylogo": False}
    st.plotly_chart(figure, key=key, alt=alt, config=config)


def ink() -> str:
    """The colour of text in charts, in the theme of this visitor."""
    return _TEXT.get(st.context.theme.type or "light", _TEXT["light"])


def colour_text(figure: go.Figure, colour: str) -> None:
    """Give all text of a `figure` that is there already one `colour`, as theme.ink() does."""
    layout = figure.layout
    layout.font.color = colour
    for axis in (layout[name] for name in layout if name.startswith(("xaxis", "yaxis"))):
        if axis.showticklabels is not False:
            axis.tickfont.color = colour
        if axis.title.text:
            axis.title.font.color = colour


def _coloured(figure: go.Figure) -> go.Figure:
    colour_text(figure, ink())
    return figure


def _kept(draw: Callable[[], go.Figure], key: str) -> go.Figure:
    """Return what `draw` makes: what it made before, if nothing has changed since."""
    made_of = (ink(), _parts(draw))
    known = session.get(f"chart:{key}")
    if known is None or not same(known[0], made_of):
        with theme.ink(ink()):
            known = (made_of, draw())
        session.put(f"chart:{key}", known)
    figure: go.Figure = known[1]
    return figure


def _parts(draw: Callable[[], go.Figure]) -> tuple[Any, ...]:
    if isinstance(draw, partial):
        return draw.func, draw.args, tuple(sorted(draw.keywords.items()))
    return (draw,)


def same(one: Any, other: Any) -> bool:
    """Tell whether two arguments are equal. Arrays, frames and whatever else is large are only
    where they are one and the same, as to compare them could take longer than to draw them."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, _PLAIN) and one == other
