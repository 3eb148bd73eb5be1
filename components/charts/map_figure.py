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
) -> go.Figure:
    """Draw `words` at `positions` (n, 2 or 3); `marked`: words to label, by colour."""
    drawn = theme.figure(height=800)
    rows = {word: row for row, word in enumerate(words)}
    _points(
        drawn,
        positions,
        [hover(word) for word in words],
        marker={"size": 3, "color": theme.BASELINE, "opacity": 0.45},
        mode="markers",
    )
    for colour, chosen in marked.items():
        places = [rows[word] for word in chosen if word in rows]
        if places:
            _points(
                drawn,
                positions[places],
                [hover(words[place]) for place in places],
                marker={"size": 8, "color": colour},
                mode="markers+text",
            )
    hidden = {"visible": False}
    drawn.update_xaxes(hidden)
    drawn.update_yaxes(hidden | {"scaleanchor": "x"})
    drawn.update_layout(scene={"xaxis": hidden, "yaxis": hidden, "zaxis": hidden}, dragmode="pan")
    return drawn


def _points(
    drawn: go.Figure,
    positions: NDArray[np.float32],
    texts: list[str],
    *,
    marker: dict[str, object],
    mode: str,
) -> None:
    kind = go.Scatter3d if positions.shape[1] == 3 else go.Scattergl
    axes = dict(zip("xyz", positions.T, strict=False))
    drawn.add_trace(
        kind(
            **axes,
            text=texts,
            mode=mode,
            marker=marker,
            textposition="top center",
            hovertemplate="%{text}<extra></extra>",
        )
    )
