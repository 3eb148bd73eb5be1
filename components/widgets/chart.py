"""A Plotly chart on a page: the one way in which one is shown."""

import plotly.graph_objects as go
import streamlit as st

# Streamlit's own grey for text in charts has 3.7 to 1 on white; a page's text has at least 4.5.
_TEXT = {"light": "#4a5058", "dark": "#dfe3e8"}


def show(figure: go.Figure, *, key: str, alt: str) -> None:
    """Draw `figure`; `alt` is its finding in plain words, for those who cannot see it."""
    colour = _TEXT.get(st.context.theme.type or "light", _TEXT["light"])
    figure.layout.font.color = colour
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        axis.tickfont.color = colour
        axis.title.font.color = colour
    config = {"displayModeBar": "hover", "displaylogo": False}
    st.plotly_chart(figure, key=key, alt=alt, config=config)
