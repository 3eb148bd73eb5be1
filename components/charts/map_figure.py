"""The map as a plain Plotly figure, for the HTML file that a visitor takes away."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.charts import theme
from components.wording import hover


def map_figure(
    words: Sequence[str],
    positions: NDArray[np.float32],
    marked: Mapping[str, Sequence[str]],
    colours: Sequence[str] | None = None,
) -> go.Figure:
    """Draw `words` at `positions` (n, 2 or 3); `marked`: words to label, by colour;
    `colours`: one a word, grey without."""
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
