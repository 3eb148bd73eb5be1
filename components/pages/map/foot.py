"""Below the map: the words selected on it, how it is to be read, and what can be downloaded."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from components import session
from components.charts import theme
from components.pages.map.code import code_of_page
from components.pages.map.layout import MapLayout
from components.pages.map.request import MapRequest
from components.pages.map.scene import map_scene, visible
from components.pages.map.word_selection import layout_button
from components.widgets.exports import Table, foot
from components.widgets.faithfulness_figures import LAYOUT_NOTES
from components.word_map.event import MapEvent
from components.word_map.scene import PALETTE, Categories
from components.wording import count, hover, plain

_LISTED = 5_000  # selected words; a longer table is not read


def selection(event: MapEvent, shown: MapLayout) -> None:
    """List the words that were selected by box or lasso, and offer a map of them alone."""
    if not event.selected:
        return
    selected, total = event.selected, event.selected_total
    sentence = f"**{count(total)}** words selected on the map"
    if total > _LISTED:
        sentence += f", the {count(_LISTED)} most frequent of them listed"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{sentence}. Download them below.", width="content")
        if len(selected) < len(shown.rows):
            layout_button(shown.space.published, selected)
    st.dataframe(pd.DataFrame({"word": selected[:_LISTED]}), hide_index=True, height=200)


def how_to_read(method: str) -> None:
    """Say what the map shows and what it does not."""
    st.caption(LAYOUT_NOTES[method])
    with st.expander("Why?"):
        st.markdown(
            "No flat map can keep all distances of a space with 50 or more dimensions. UMAP "
            "(McInnes, Healy and Melville 2018) and t-SNE (van der Maaten and Hinton 2008) keep "
            "who is near whom; PCA (Pearson 1901) keeps the largest differences. This is why "
            "neighbours are always searched in the vectors themselves: a neighbour may lie far "
            "away on the map."
        )


def map_foot(
    in_use: session.InUse,
    request: MapRequest,
    layout: MapLayout,
    shown: MapLayout,
    answers: pd.DataFrame | None,
    *,
    selected: tuple[str, ...],
) -> None:
    """Draw the foot of the page. Downloads are of the `layout` as it is at that moment."""
    tables: dict[str, Table] = {"positions": partial(_positions, layout, request)}
    if answers is not None:
        tables["neighbours"] = answers
    if selected:
        tables["selection"] = partial(pd.DataFrame, {"word": selected})
    foot(
        f"Layout: {plain(shown.described, limit=400)}.",
        tables=tables,
        charts={"map": partial(_figure, in_use, request, layout, answers)},
        code=code_of_page(in_use, request, shown, answers),
        key="map",
    )


def _positions(layout: MapLayout, request: MapRequest) -> pd.DataFrame:
    shown, added = visible(layout, request)
    axes = dict(zip("xyz", np.concatenate([shown.positions, added.positions]).T, strict=False))
    frame = pd.DataFrame({"word": [*shown.words, *added.words]} | axes)
    if added.words:
        frame["placed"] = [False] * len(shown.rows) + [True] * len(added.rows)
    return frame


def _figure(
    in_use: session.InUse, request: MapRequest, layout: MapLayout, answers: pd.DataFrame | None
) -> go.Figure:
    """Return the map as a figure for a file, coloured by cluster where the page is."""
    scene = map_scene(in_use, request, *visible(layout, request), answers)
    marked = {theme.NEIGHBOUR: scene.neighbours, theme.ASKED: scene.query}
    marked |= {group.colour: group.words for group in scene.groups}
    colours = None
    if isinstance(scene.colours, Categories):
        colours = [PALETTE[code % len(PALETTE)] for code in scene.colours.codes]
    return map_figure(scene.words, scene.positions, marked, colours)


def map_figure(
    words: Sequence[str],
    positions: NDArray[np.float32],
    marked: Mapping[str, Sequence[str]],
    colours: Sequence[str] | None = None,
) -> go.Figure:
    """Draw `words` at `positions` (n, 2 or 3), grey or with one of `colours` each, and label the
    `marked` ones, by colour."""
    rows = {word: row for row, word in enumerate(words)}
    names = [hover(word) for word in words]
    field = {"size": 3, "color": colours or theme.BASELINE, "opacity": 0.45}
    traces = [_points(positions, names) | {"mode": "markers", "marker": field}]
    for colour, chosen in marked.items():
        places = [rows[word] for word in chosen if word in rows]
        shown = _points(positions[places], [names[place] for place in places])
        traces.append(shown | {"mode": "markers+text", "marker": {"size": 8, "color": colour}})
    hidden = {"visible": False}
    return theme.figure(
        traces,
        height=800,
        margin={"b": 8},
        xaxis=hidden,
        yaxis=hidden | {"scaleanchor": "x"},
        scene={"xaxis": hidden, "yaxis": hidden, "zaxis": hidden},
        dragmode="pan" if positions.shape[1] == 2 else "orbit",
    )


def _points(positions: NDArray[np.float32], names: list[str]) -> theme.Trace:
    return {
        "type": "scatter3d" if positions.shape[1] == 3 else "scattergl",
        **dict(zip("xyz", positions.T, strict=False)),
        "text": names,
        "textposition": "top center",
        "hovertemplate": "%{text}<extra></extra>",
    }
