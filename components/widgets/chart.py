"""A Plotly chart on a page, drawn again only if its arguments have changed."""

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


def show(draw: Callable[[], go.Figure], *, key: str, alt: str) -> None:
    """Draw a chart; `alt` is its finding in plain words, for those who cannot see it. The figure of
    a partial() with the same arguments as in the last run of the page is used again."""
    config = {"displayModeBar": "hover", "displaylogo": False}
    st.plotly_chart(_figure(draw, key), key=key, alt=alt, config=config)


def ink() -> str:
    """Return the colour of text in charts, in the theme of this visitor."""
    return _TEXT.get(st.context.theme.type or "light", _TEXT["light"])


def _figure(draw: Callable[[], go.Figure], key: str) -> go.Figure:
    parts: tuple[Any, ...] = (draw,)
    if isinstance(draw, partial):
        parts = (draw.func, draw.args, tuple(sorted(draw.keywords.items())))
    made_of, known = (ink(), parts), session.get(f"chart:{key}")
    if known is None or not same(known[0], made_of):
        with theme.ink(ink()):
            known = (made_of, draw())
        session.put(f"chart:{key}", known)
    figure: go.Figure = known[1]
    return figure


def same(one: Any, other: Any) -> bool:
    """Whether two arguments are equal. Arrays, frames and other objects are compared by identity
    alone, as comparing their contents could take longer than drawing them."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, _PLAIN) and one == other
