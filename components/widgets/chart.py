"""A Plotly chart on a page: the one way in which one is shown."""

import plotly.graph_objects as go
import streamlit as st

# Streamlit's own grey for text in charts has 3.7 to 1 on white; a page's text has at least 4.5.
_TEXT = {"light": "#4a5058", "dark": "#dfe3e8"}


def show(figure: go.Figure, *, key: str, alt: str) -> None:
    """Draw `figure`; `alt` is its finding in plain words, for those who cannot see it."""
    colour_text(figure, ink())
    config = {"displayModeBar": "hover", "displaylogo": False}
    st.plotly_chart(figure, key=key, alt=alt, config=config)


def ink() -> str:
    """The colour of text in charts, in the theme of this visitor."""
    return _TEXT.get(st.context.theme.type or "light", _TEXT["light"])


def colour_text(figure: go.Figure, colour: str) -> None:
    """Give all text of `figure` one `colour`: Streamlit's theme overrides what an axis does not say
    itself. Only axes with text are touched, as small multiples have dozens without."""
    layout = figure.layout
    layout.font.color = colour
    for axis in (layout[name] for name in layout if name.startswith(("xaxis", "yaxis"))):
        if axis.showticklabels is not False:
            axis.tickfont.color = colour
        if axis.title.text:
            axis.title.font.color = colour
